/** Witness 3: every loss against the values and gradients of the field's own implementations, in both float types. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LossSpec } from "../../src/contract/spec.ts";
import * as lossary from "../../src/index.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import type { AnyLoss } from "../harness/calls.ts";
import { expectClose } from "../harness/expectClose.ts";

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

interface Golden {
  readonly loss: string;
  readonly source: string;
  /** Relative accuracy the reference itself has, where it is less than that of f64. */
  readonly accuracy?: number;
  /** Relative accuracy of float32 that the loss's kernel states, where it is less than 1e-5. */
  readonly float32?: number;
  readonly cases: readonly {
    readonly options: Readonly<Record<string, unknown>>;
    readonly inputs: Readonly<Record<string, Stored>>;
    readonly value: number | string | Stored;
    readonly grads: Readonly<Record<string, Stored>>;
  }[];
}

const losses = new Map(
  Object.values(lossary)
    .filter(
      (value): value is typeof value & AnyLoss =>
        typeof value === "function" && "valueAndGrad" in value && "unreduced" in (value as AnyLoss).spec,
    )
    .map((loss) => [(loss.spec as LossSpec).name, loss as AnyLoss]),
);
const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".json"));
const goldens = files.map((file) => JSON.parse(readFileSync(`${import.meta.dirname}/${file}`, "utf8")) as Golden);

const numbers = (stored: Stored | number | string): number[] =>
  typeof stored === "object" ? stored.data.map(Number) : [Number(stored)];

for (const { loss: name, source, cases, accuracy = 0, float32 = 1e-5 } of goldens)
  describe(`${name} agrees with ${source}`, () => {
    const loss = losses.get(name) as AnyLoss;
    const kinds = (loss?.spec as LossSpec | undefined)?.arguments.map(({ kind }) => kind) ?? [];
    for (const [dtype, array, tolerance, floor] of [
      ["float64", Float64Array, 1e-12, 1e-2],
      // Rounded inputs move small components of a gradient by a share of the large ones.
      ["float32", Float32Array, float32, 5e-2],
    ] as const)
      it(`in ${dtype}`, () => {
        expect(cases.length).toBeGreaterThan(0);
        for (const { options: stored, inputs, value, grads } of cases) {
          const options = Object.fromEntries(
            Object.entries(stored).map(([key, option]) => [key, option === "Infinity" ? Number(option) : option]),
          );
          const given = Object.values(inputs).map((stored, k) =>
            kinds[k] === "state"
              ? stored
              : {
                  data: kinds[k] === "index" ? Int32Array.from(numbers(stored)) : array.from(numbers(stored)),
                  shape: stored.shape,
                },
          );
          const hint = `${JSON.stringify(options)} ${Object.values(inputs).map(({ shape }) => `[${shape}]`)}`;
          const came = loss.valueAndGrad(...given, options) as {
            value: number | Tensor;
            grads: Record<string, Tensor>;
          };
          const values = typeof came.value === "number" ? [came.value] : came.value.data;
          const within = Math.max(tolerance, accuracy);
          expectClose(values, numbers(value), within, floor, `value ${hint}`);
          for (const [argument, stored] of Object.entries(grads))
            expectClose(came.grads[argument]?.data ?? [], numbers(stored), within, floor, `${argument} ${hint}`);
        }
      });
  });

it("golden values depend on no default: every case names each option that has one", () => {
  const missing = goldens.flatMap(({ loss: name, cases }) => {
    const options = Object.entries((losses.get(name) as AnyLoss).spec.options as LossSpec["options"]);
    const named = options.filter(([, option]) => option.default !== undefined).map(([key]) => key);
    return cases.flatMap(({ options }) => named.filter((key) => !(key in options)).map((key) => `${name}: ${key}`));
  });
  expect([...new Set(missing)]).toEqual([]);
});

it("every loss has golden values", () => {
  const covered = goldens.map(({ loss }) => loss).sort();
  expect(covered).toEqual([...losses.keys()].sort());
});
