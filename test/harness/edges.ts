/** NaN, infinities and large finite numbers: what they may touch and what not. */
import { expect, it } from "vitest";
import { resident } from "../../src/contract/resident.ts";
import { largest } from "../../src/tensor/tensor.ts";
import {
  type AnyLoss,
  differentiableOf,
  gradsOf,
  type Options,
  shapeUnder,
  specOf,
  toInputs,
  valuesOf,
} from "./calls.ts";
import type { LossCase } from "./describeLoss.ts";
import { seeded } from "./random.ts";
import { concrete, drawInputs, influenced, type Lengths, lengthsToTry, type Sample, sizeOf } from "./samples.ts";
import { dtypes } from "./values.ts";

/** Whether a row is left out by its label. */
const ignored = (samples: readonly Sample[], given: object, row: number) =>
  "ignoreIndex" in given && samples[1]?.data[row] === given.ignoreIndex;

const isFloat = (kind: string) => kind !== "index" && kind !== "state";

export function testEdges(loss: AnyLoss, { options, draw, extreme, spreads = false }: LossCase): void {
  const spec = specOf(loss);
  const names = differentiableOf(loss);
  const rows = lengthsToTry(spec).filter((lengths) => sizeOf(concrete(spec.arguments[0]?.shape ?? "", lengths)) < 100);
  const lengths = rows.at(-1) as Lengths;

  if (spec.unreduced !== null && !spreads)
    for (const dtype of dtypes)
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
        it(`${dtype}: ${bad} stays in its own value and gradient`, () => {
          for (const [k, argument] of spec.arguments.entries()) {
            if (
              !isFloat(argument.kind) ||
              (argument.kind !== "float" && Number.isFinite(1 / bad) && !Number.isNaN(bad))
            )
              continue;
            for (const given of options) {
              const shape = shapeUnder(spec, given);
              const clean = drawInputs(spec, lengths, seeded(8), draw);
              const at = Math.floor((clean[k] as Sample).data.length / 2);
              const dirty = clean.map((sample, i) =>
                i === k ? { ...sample, data: sample.data.map((x, j) => (j === at ? bad : x)) } : sample,
              );
              const touched = influenced(argument.shape, shape, at, lengths);
              const [before, after] = [valuesOf(loss, clean, given, dtype), valuesOf(loss, dirty, given, dtype)];
              for (let j = 0; j < before.length; j++) {
                if (!touched.has(j)) expect(after[j]).toBe(before[j]);
                else if (Number.isNaN(bad) && !ignored(clean, given, j))
                  expect(after[j], `${JSON.stringify(given)} ${argument.name}`).toBeNaN();
              }
              checkGradients(clean, dirty, given, k, at, bad, dtype);
            }
          }
        });

  function checkGradients(
    clean: Sample[],
    dirty: Sample[],
    given: Options,
    k: number,
    at: number,
    bad: number,
    dtype: "float32" | "float64",
  ) {
    const shape = shapeUnder(spec, given);
    const touched = influenced(spec.arguments[k]?.shape ?? "", shape, at, lengths);
    const sum = { ...given, reduction: "sum" } as const;
    const [before, after] = [gradsOf(loss, clean, sum, dtype), gradsOf(loss, dirty, sum, dtype)];
    for (const name of names) {
      const argument = spec.arguments.find((other) => other.name === name);
      const own = name === spec.arguments[k]?.name;
      for (let j = 0; j < (before[name]?.length ?? 0); j++) {
        const rows = [...influenced(argument?.shape ?? "", shape, j, lengths)].filter((row) => touched.has(row));
        if (rows.length === 0) expect(after[name]?.[j], `${name}[${j}]`).toBe(before[name]?.[j]);
        else if (Number.isNaN(bad) && own && k === 0 && j === at && !rows.some((row) => ignored(clean, given, row)))
          expect(after[name]?.[j], `${name}[${j}]`).toBeNaN();
      }
    }
  }

  if (spec.arguments.some(({ kind }) => kind === "probability"))
    for (const dtype of dtypes)
      it(`${dtype}: probabilities that leave [0, 1] by a rounding count as 0 or 1, and inputs stay as they are`, () => {
        for (const given of options) {
          const bounds = drawInputs(spec, lengths, seeded(12), draw).map((sample, k) =>
            spec.arguments[k]?.kind === "probability"
              ? { ...sample, data: sample.data.map((p, i) => (i % 3 < 2 ? Math.round(p) : p)) }
              : sample,
          );
          const beyond = bounds.map((sample, k) =>
            spec.arguments[k]?.kind === "probability"
              ? { ...sample, data: sample.data.map((p) => (p === 1 ? 1 + 2 ** -21 : p === 0 ? -1e-9 : p)) }
              : sample,
          );
          const sum = spec.unreduced ? ({ ...given, reduction: "sum" } as const) : given;
          if (spec.unreduced)
            expect(valuesOf(loss, beyond, given, dtype)).toEqual(valuesOf(loss, bounds, given, dtype));
          expect(gradsOf(loss, beyond, sum, dtype)).toEqual(gradsOf(loss, bounds, sum, dtype));
          const residents = toInputs(loss, beyond, dtype).map(({ data, shape }) => {
            const tensor = resident(shape, data instanceof Int32Array ? "int32" : dtype);
            tensor.data.set(data);
            return { tensor, data };
          });
          loss.valueAndGrad(...residents.map(({ tensor }) => tensor), given);
          for (const { tensor, data } of residents) {
            expect(tensor.data).toEqual(data);
            tensor.dispose();
          }
        }
      });

  for (const dtype of dtypes) {
    const most = (extreme ?? largest)[dtype];
    it(`${dtype}: finite inputs up to ±${most} give no NaN`, () => {
      for (const size of [most, Math.min(most, 3 * Math.sqrt(largest[dtype])), Math.min(most, 1e4), 100, 1e-30, 0])
        for (const given of options) {
          const random = seeded(9);
          const samples = drawInputs(spec, lengths, random, draw).map((sample, k) => {
            const kind = spec.arguments[k]?.kind;
            if (kind === "float") return { ...sample, data: sample.data.map((x) => Math.sign(x) * size) };
            return kind === "probability" ? { ...sample, data: sample.data.map((x) => Math.round(x)) } : sample;
          });
          if (spec.unreduced) for (const value of valuesOf(loss, samples, given, dtype)) expect(value).not.toBeNaN();
          for (const grad of Object.values(gradsOf(loss, samples, given, dtype)))
            for (const g of grad) expect(g).not.toBeNaN();
        }
    });
  }
}
