/** A label that is no class makes its row NaN in the definitions, value and gradient, whatever the engine has compiled. */
import { describe, expect, it } from "vitest";
import { createOimMemory, updateOimMemory } from "../../src/index.ts";
import { jax, native } from "./jax.ts";

const { numpy: np } = jax;
type JaxArray = import("@jax-js/jax").Array;

const rows = [
  [1, 2, 3],
  [0, 1, 0],
  [0.5, 0.2, 0.1],
];
const shares = [
  [0.2, 0.3, 0.5],
  [0.1, 0.8, 0.1],
  [0.3, 0.3, 0.4],
];
const more = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

const memory = updateOimMemory(createOimMemory({ identities: 3, dimension: 3, queueSize: 2 }), more, [0, 1, 2]);

/** What follows the labels, options, and numbers beside the classes that are labels too. */
const losses: Record<string, { x?: number[][]; rest?: unknown[]; options?: object; also?: number[] }> = {
  crossEntropy: { also: [-100], options: { ignoreIndex: -100 } },
  softmaxFocalLoss: { also: [-100], options: { ignoreIndex: -100 } },
  multiclassHingeLoss: {},
  logLoss: { x: shares },
  centerLoss: { rest: [more] },
  arcFaceLoss: { rest: [more] },
  cosFaceLoss: { rest: [more] },
  oimLoss: { rest: [memory], also: [-1, -2] },
};

describe.each(Object.entries(losses))("%s", (name, { x = rows, rest = [], options, also = [] }) => {
  const loss = native[name] as NonNullable<(typeof native)[string]>;
  const given = () => rest.map((one) => (Array.isArray(one) ? np.array(one) : one));
  const values = (labels: number[]) => {
    const whole = labels.every(Number.isInteger);
    const array = np.array(labels, { dtype: whole ? np.int32 : np.float32 });
    return (a: JaxArray) => loss(a, array.ref, ...given(), { ...options, reduction: "none" });
  };
  const sum = (labels: number[]) => (a: JaxArray) => np.sum(values(labels)(a));

  it("a label outside, or between, makes its row NaN and no other", () => {
    for (const label of [3, 7, -3, 0.5]) {
      const labels = [2, label, 0];
      for (const run of [(f: typeof Function.prototype) => f, jax.jit as never] as ((
        f: unknown,
      ) => (a: JaxArray) => JaxArray)[]) {
        const value = [...run(values(labels))(np.array(x)).dataSync()];
        expect(value.map(Number.isNaN), `${label}`).toEqual([false, true, false]);
        const slope = [...run(jax.grad(sum(labels)))(np.array(x)).dataSync()];
        expect(slope.map(Number.isNaN), `gradient at ${label}`).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0].map(Boolean));
      }
    }
    for (const label of also) {
      expect([...values([2, label, 0])(np.array(x)).dataSync()].every(Number.isFinite)).toBe(true);
      expect(
        [
          ...jax
            .grad(sum([2, label, 0]))(np.array(x))
            .dataSync(),
        ].every(Number.isFinite),
      ).toBe(true);
    }
  });
});

it("in a loss that is one number all is NaN", () => {
  const dr = (labels: number[]) => native.drLoss?.(np.array(rows), np.array(labels, { dtype: np.int32 })).dataSync()[0];
  expect(dr([3, 0, -1])).toBeGreaterThan(0);
  for (const label of [4, -2]) expect(dr([3, label, 0])).toBeNaN();
});
