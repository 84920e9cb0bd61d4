/** Every loss under jax-js's transformations: value and gradients compiled, mapped over a batch of calls, and both. */
import { beforeAll, describe, expect, it } from "vitest";
import type { AnyLoss, Options } from "../harness/calls.ts";
import { expectAgreement } from "./agreement.ts";
import { type Input, inputsOf, isState, losses, lossNames, optionsOf, type Result } from "./cases.ts";
import { fused } from "./fused.ts";
import { differentiated, jax, read, toArrays } from "./jax.ts";

type JaxArray = import("@jax-js/jax").Array;
type Arrays = JaxArray | JaxArray[];
type Compute = ReturnType<typeof differentiated>["compute"];

/** Losses that cannot be transformed, and why. */
const untransformed: Readonly<Record<string, string>> = {
  earthMoverDistance: "the plan is solved for outside the engine, which needs numbers",
  sinkhornDivergence: "the number of iterations depends on the clouds' diameter",
};
const transformed = lossNames.filter((name) => !untransformed[name]);

const jit = (compute: Compute) => jax.jit(compute as never) as unknown as Compute;
const vmap = (compute: Compute) => jax.vmap(compute as never) as unknown as Compute;

const lastOptions = (name: string) => optionsOf(name).at(-1) as Options;

/** Inputs of two calls with equal shapes and the same state. */
function twoInputs(name: string): [Input[], Input[]] {
  const first = inputsOf(name, 3, false);
  return [first, inputsOf(name, 6, false).map((input, i) => (isState(input) ? (first[i] as Input) : input))];
}

function stack(first: Arrays, second: Arrays): Arrays {
  if (!Array.isArray(first)) return jax.numpy.stack([first, second as JaxArray]);
  return first.map((array, i) => stack(array, (second as JaxArray[])[i] as JaxArray) as JaxArray);
}

const row = (arrays: Arrays, at: number): Arrays =>
  Array.isArray(arrays) ? arrays.map((array) => array.ref.slice(at)) : arrays.ref.slice(at);

/** Value and gradients of both calls under vmap. */
function mapped(name: string, inputs: readonly [Input[], Input[]], wrap = (compute: Compute) => compute) {
  const [first, second] = inputs.map((own) => differentiated(name, toArrays(name, own, "float32"), lastOptions(name)));
  const { compute, args } = first as ReturnType<typeof differentiated>;
  const [value, grads] = wrap(vmap(compute))(...args.map((arg, i) => stack(arg, second?.args[i] as Arrays)));
  return [0, 1].map((at) => read(name, [row(value, at) as JaxArray, grads.map((grad) => row(grad, at))]));
}

function expectSame(name: string, came: Result, inputs: readonly Input[], hint: string): void {
  const wanted = fused(losses[name] as AnyLoss, inputs, lastOptions(name));
  expectAgreement(name, came, wanted, { accuracy: 1e-4, least: 0.1 }, hint);
}

describe("value and gradients of every loss in float32 on wasm agree with the kernel to 1e-4", () => {
  beforeAll(() => {
    jax.defaultDevice("wasm");
  });

  it.each(transformed)("%s under jit", async (name) => {
    for (const onKinks of [false, true]) {
      const inputs = inputsOf(name, 3, onKinks);
      const { compute, args } = differentiated(name, toArrays(name, inputs, "float32"), lastOptions(name));
      expectSame(name, await read(name, jit(compute)(...args)), inputs, onKinks ? "on kinks" : "");
    }
  });

  it.each(transformed)("%s under vmap, alone and under jit", async (name) => {
    const inputs = twoInputs(name);
    for (const wrap of [(compute: Compute) => compute, jit])
      for (const [at, came] of mapped(name, inputs, wrap).entries())
        expectSame(name, await came, inputs[at] as Input[], `call ${at}`);
  });

  it.each(Object.entries(untransformed))("%s says that it cannot be transformed: %s", (name) => {
    const refusal = "this loss needs its arguments' numbers; it cannot run under jit or vmap";
    const { compute, args } = differentiated(name, toArrays(name, inputsOf(name, 3, false)), lastOptions(name));
    expect(() => jit(compute)(...args)).toThrow(refusal);
    expect(() => mapped(name, twoInputs(name))).toThrow(refusal);
  });
});
