/** The adapter of jax-js: who owns an array, and what its transformations make of a loss. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as lossary from "../../src/engines/jax/index.ts";
import * as core from "../../src/index.ts";
import { type AnyLoss, type Options, specOf } from "../harness/calls.ts";
import { expectClose } from "../harness/expectClose.ts";
import { caseOf, convert, inputsOf, losses, lossNames as names } from "./cases.ts";
import { jax, native, placesOf, toArrays } from "./jax.ts";

const { numpy: np } = jax;
type JaxArray = import("@jax-js/jax").Array;

const lastOptions = (name: string) => caseOf(name).options.at(-1) as Options;

/** The fused kernel's value in f64. */
function wanted(name: string, seed: number): number {
  const loss = losses[name] as AnyLoss;
  const args = inputsOf(name, seed, false).map((input, i) =>
    convert(input, ({ data, shape }) => ({
      data: specOf(loss).arguments[i]?.kind === "index" ? Int32Array.from(data) : data,
      shape,
    })),
  );
  return loss(...args, lastOptions(name)) as number;
}

it.each(names)("%s consumes its arguments, and no more", async (name) => {
  const arrays = toArrays(name, inputsOf(name, 3, false));
  const tensors = placesOf(arrays).flatMap((place) => arrays[place] as JaxArray | JaxArray[]);
  // One reference is kept of each: the call must take just the other.
  for (const tensor of tensors) tensor.ref;
  const value = native[name]?.(...arrays, lastOptions(name)) as JaxArray;
  expect(value.dtype).toBe("float64");
  expectClose([(await value.data())[0] as number], [wanted(name, 3)], 1e-11, 0, name, 1);
  for (const tensor of tensors) {
    await tensor.data();
    expect(() => tensor.ref).toThrow(/freed|disposed/);
  }
});

it("consumes its arguments also when a call fails", () => {
  const [p, t] = [np.array([1, 2]), np.array([1, 2, 3])];
  expect(() => lossary.huberLoss(p, t)).toThrow("huberLoss: targets is [3], expected [2]");
  for (const array of [p, t]) expect(() => array.ref).toThrow(/freed|disposed/);
});

it("consumes lists, and gives a gradient for each of their entries", async () => {
  const maps = (from: number) => [np.full([1, 2, 2, 2], from), np.full([1, 3, 1, 1], 2 * from)];
  const [x, y] = [maps(3), maps(1)];
  const slope = jax.grad((list: JaxArray[]) => lossary.perceptualLoss(list, y, { weights: [1, 0.5] })) as unknown as (
    list: JaxArray[],
  ) => JaxArray[];
  const grads = slope(x);
  expect(grads.map(({ shape }) => shape)).toEqual([
    [1, 2, 2, 2],
    [1, 3, 1, 1],
  ]);
  // 2 w (x − y) / size.
  expectClose(await (grads[0] as JaxArray).data(), new Array(8).fill((2 * 2) / 8), 1e-6);
  expectClose(await (grads[1] as JaxArray).data(), new Array(3).fill((2 * 0.5 * 4) / 3), 1e-6);
  for (const array of [...x, ...y]) expect(() => array.ref).toThrow(/freed|disposed/);
  const failing = [...maps(1), ...maps(1)];
  expect(() => lossary.styleLoss(failing.slice(0, 2), failing.slice(2, 3))).toThrow("targets has 1 entry, expected 2");
  for (const array of failing.slice(0, 3)) expect(() => array.ref).toThrow(/freed|disposed/);
});

it("takes one array twice where it has two references", async () => {
  const x = np.array([1, 2]);
  expect((await lossary.l1Loss(x.ref, x).data())[0]).toBe(0);
  expect(() => x.ref).toThrow(/freed|disposed/);
});

it("computes in float32 unless an argument is float64", () => {
  const single = () => np.array([1, 2], { dtype: np.float32 });
  expect(lossary.l1Loss(single(), single()).dtype).toBe("float32");
  expect(lossary.l1Loss(single(), np.array([1, 2], { dtype: np.float64 })).dtype).toBe("float64");
});

it("reduces as the package does", async () => {
  const [p, t] = [
    [0.5, 3, -2],
    [0, 0, 0],
  ];
  for (const reduction of ["none", "sum", "mean"] as const) {
    const came = lossary.huberLoss(np.array(p), np.array(t), { reduction });
    const own = core.huberLoss(p, t, { reduction });
    expectClose(await came.data(), typeof own === "number" ? [own] : own.data, 1e-6);
  }
});

it("leaves unreduced what an option says is one value per class", async () => {
  const [p, t] = [
    [[[0.5, 0.2]], [[1, 0]]],
    [[[1, 0]], [[1, 1]]],
  ];
  const options = { perBatch: true, reduction: "none" } as const;
  const own = core.diceLoss(p, t, options);
  const came = lossary.diceLoss(np.array(p), np.array(t), options);
  expect(came.shape).toEqual(own.shape);
  expectClose(await came.data(), own.data, 1e-6);
});

describe("on the wasm device", () => {
  beforeAll(() => {
    jax.defaultDevice("wasm");
  });
  afterAll(() => {
    jax.defaultDevice("cpu");
  });

  it.each(["crossEntropy", "focalLoss", "huberLoss", "tripletLoss", "tverskyLoss"])("%s in float32", async (name) => {
    const arrays = toArrays(name, inputsOf(name, 5, false), "float32") as JaxArray[];
    const value = native[name]?.(...arrays, lastOptions(name)) as JaxArray;
    expect(value.device).toBe("wasm");
    expectClose([(await value.data())[0] as number], [wanted(name, 5)], 1e-5, 0, name, 1);
  });
});

it("optimises: gradient descent on a quantile ends at the quantile", async () => {
  const targets = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const slope = jax.grad((guess: JaxArray) =>
    lossary.quantileLoss(np.multiply(np.ones([9]), guess), np.array(targets), { quantile: 0.8 }),
  );
  let guess = 0;
  for (let step = 0; step < 200; step++) {
    const gradient = slope(np.array([guess])) as JaxArray;
    guess -= (await gradient.data())[0] as number;
  }
  expect(guess).toBeGreaterThan(7.5);
  expect(guess).toBeLessThan(8.6);
});

it("says what is wrong with a call", () => {
  const bad = lossary.huberLoss as unknown as (...args: unknown[]) => JaxArray;
  expect(() => bad(np.ones([2]), [1, 2])).toThrow(
    "huberLoss: targets is an object of type Array, expected a jax-js array",
  );
  for (const none of [new Map(), new Date(), new Set(), null, []])
    expect(() => bad(np.ones([2]), np.ones([2]), none)).toThrow(/huberLoss: options is .*, expected a plain object/);
  expect(() => bad(np.ones([2]), np.ones([2]), { dleta: 1 })).toThrow('unknown option "dleta"; did you mean "delta"?');
});

it("checkFinite names argument and index, and is refused where there are no numbers yet", () => {
  const { huberLoss } = native as unknown as { huberLoss: (...args: unknown[]) => { dispose(): void } };
  const array = (numbers: number[]) => jax.numpy.array(Float64Array.from(numbers), { shape: [2, 2] });
  const broken = () => huberLoss(array([1, 2, Number.NaN, 4]), array([1, 2, 3, 4]), { checkFinite: true });
  expect(broken).toThrow("huberLoss: predictions[1, 0] is NaN, expected a finite number");
  huberLoss(array([1, 2, 3, 4]), array([1, 2, 3, 4]), { checkFinite: true }).dispose();
  const under = jax.jit(((x: unknown, y: unknown) => huberLoss(x, y, { checkFinite: true })) as never) as unknown as (
    ...args: unknown[]
  ) => unknown;
  expect(() => under(array([1, 2, 3, 4]), array([1, 2, 3, 4]))).toThrow(
    "huberLoss: checkFinite needs its arguments' numbers; it cannot run under jit or vmap",
  );
});
