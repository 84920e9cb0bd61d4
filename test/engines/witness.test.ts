/**
 * Witness 4: the fused kernel against the portable definition, value and gradient, under each engine's automatic
 * differentiation, on the same inputs: random ones, and ones that sit on kinks.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { AnyLoss, Options } from "../harness/calls.ts";
import { type Accuracy, expectAgreement } from "./agreement.ts";
import { caseNames, type Input, inputsOf, losses, lossNames as names, optionsOf, type Result } from "./cases.ts";
import { fused } from "./fused.ts";
import * as jax from "./jax.ts";
import * as tfjs from "./tfjs.ts";

it("covers the catalog", () => {
  for (const { native } of [jax, tfjs]) expect(names.filter((name) => !native[name])).toEqual([]);
  expect(caseNames.filter((name) => !losses[name])).toEqual([]);
});

const situations = [
  ["at random points", false],
  ["on kinks", true],
] as const;

interface Engine extends Accuracy {
  readonly title: string;
  readonly dtype: "float32" | "float64";
  readonly extra?: Options;
  /** Slow: options and seeds take turns, so that each is tried, but not each with each. */
  readonly inTurn?: true;
  prepare?(): Promise<unknown>;
  valueAndGrad(name: string, inputs: readonly Input[], options: Options): Result | Promise<Result>;
}

const engines: readonly Engine[] = [
  {
    title: "jax-js, float64",
    dtype: "float64",
    accuracy: 1e-11,
    least: 0.1,
    inTurn: true,
    valueAndGrad: jax.valueAndGrad,
  },
  ...[
    { backend: "cpu", fused: false, how: "portable" },
    { backend: "cpu", fused: true, how: "on copies" },
    { backend: "wasm", fused: false, how: "portable" },
    { backend: "wasm", fused: true, how: "in place" },
  ].map(({ backend, fused, how }) => ({
    title: `TensorFlow.js ${backend}, ${how}`,
    dtype: "float32" as const,
    accuracy: fused ? 2e-7 : 1e-4,
    least: fused ? 1e-7 : 0.1,
    extra: { fused },
    prepare: () => tfjs.tf.setBackend(backend),
    valueAndGrad: tfjs.valueAndGrad,
  })),
];

const seeds = [1, 2, 3];

/** Every one of the options with every seed; or in turn, until each has been tried. */
function triesOf(name: string, inTurn = false): { options: Options; seed: number }[] {
  const all = optionsOf(name);
  if (!inTurn) return all.flatMap((options) => seeds.map((seed) => ({ options, seed })));
  return Array.from({ length: Math.max(all.length, seeds.length) }, (_, i) => ({
    options: all[i % all.length] as Options,
    seed: seeds[i % seeds.length] as number,
  }));
}

for (const { title, dtype, accuracy, least, extra, inTurn, prepare, valueAndGrad } of engines)
  describe(title, () => {
    beforeAll(async () => {
      await prepare?.();
    });
    for (const name of names)
      for (const [where, onKinks] of situations)
        it(`${name} ${where}`, async () => {
          const loss = losses[name] as AnyLoss;
          for (const { options, seed } of triesOf(name, inTurn)) {
            const inputs = inputsOf(name, seed, onKinks);
            const hint = `${JSON.stringify(options)} seed ${seed}`;
            const wanted = fused(loss, inputs, options, dtype);
            const came = await valueAndGrad(name, inputs, { ...options, ...extra });
            expectAgreement(name, came, wanted, { accuracy, least }, hint);
          }
        });
  });
