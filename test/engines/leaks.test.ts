/**
 * jax-js counts references, and a forgotten one is memory that never comes back: after a call of a loss there are as many
 * buffers as before its arguments were made, whether it succeeds or throws.
 */
import { describe, expect, it } from "vitest";
import type { Options } from "../harness/calls.ts";
import { convert, type Input, inputsOf, losses, lossNames, optionsOf } from "./cases.ts";
import { differentiated, jax, native, placesOf } from "./jax.ts";

type JaxArray = import("@jax-js/jax").Array;

const { numpy: np } = jax;

/** Losses that jit cannot compile: they need their arguments' numbers. */
const untransformed = { earthMoverDistance: true, sinkhornDivergence: true };

/** More numbers than jax-js keeps as part of an expression: these lie in a buffer. */
const BUFFERED = 129;

/** jax-js tells nobody how many buffers there are. They lie in a map of its device, which is seen when one is put there. */
const buffers = ((): ReadonlyMap<unknown, unknown> => {
  const { set } = Map.prototype;
  const seen: Map<unknown, unknown>[] = [];
  Map.prototype.set = function (key, value) {
    if (typeof value === "object" && value !== null && "buffer" in value && "ref" in value) seen.push(this);
    return set.call(this, key, value);
  };
  try {
    np.array(new Float64Array(BUFFERED)).dispose();
  } finally {
    Map.prototype.set = set;
  }
  return seen[0] as Map<unknown, unknown>;
})();

/** The arguments as arrays that lie in buffers, however few numbers they have. */
function toBuffered(name: string, inputs: readonly Input[]): unknown[] {
  return inputs.map((input, i) =>
    convert(input, ({ data, shape }) => {
      const isIndex = losses[name]?.spec.arguments[i].kind === "index";
      const padded = new (isIndex ? Int32Array : Float64Array)(data.length + BUFFERED);
      padded.set(data);
      const array = np.array(padded, { dtype: isIndex ? np.int32 : np.float64 });
      return array.slice([0, data.length]).reshape([...shape]);
    }),
  );
}

const argumentsOf = (name: string): unknown[] => toBuffered(name, inputsOf(name, 3, false));
const lastOptions = (name: string) => optionsOf(name).at(-1) as Options;
const lossOf = (name: string) => native[name] as NonNullable<(typeof native)[string]>;

const disposeAll = (made: unknown) => jax.tree.dispose(made as never);

it("sees a forgotten reference", () => {
  const before = buffers.size;
  const [forgotten, ...others] = argumentsOf("l1Loss") as JaxArray[];
  disposeAll(others);
  expect(buffers.size).toBe(before + 1);
  forgotten?.dispose();
  expect(buffers.size).toBe(before);
});

describe.each(lossNames)("%s leaves no buffer behind", (name) => {
  it("when it succeeds, alone and under valueAndGrad", () => {
    const before = buffers.size;
    disposeAll(lossOf(name)(...argumentsOf(name), lastOptions(name)));
    expect(buffers.size).toBe(before);
    const { compute, args } = differentiated(name, argumentsOf(name), lastOptions(name));
    disposeAll(compute(...args));
    expect(buffers.size).toBe(before);
  });

  if (!(name in untransformed))
    it("under jit, once what was compiled is disposed", () => {
      const before = buffers.size;
      const { compute, args } = differentiated(name, argumentsOf(name), lastOptions(name));
      const compiled = jax.jit(compute as never) as unknown as typeof compute & { dispose(): void };
      disposeAll(compiled(...args));
      const constants = buffers.size;
      disposeAll(compiled(...differentiated(name, argumentsOf(name), lastOptions(name)).args));
      expect(buffers.size).toBe(constants);
      compiled.dispose();
      expect(buffers.size).toBe(before);
    });

  // Where a function throws under jit, jax-js itself forgets the arguments.
  it("when it throws, alone and under valueAndGrad", () => {
    const before = buffers.size;
    expect(() => lossOf(name)(...argumentsOf(name), { nonsense: 1 })).toThrow("nonsense");
    const { compute, args } = differentiated(name, argumentsOf(name), { nonsense: 1 });
    expect(() => compute(...args)).toThrow("nonsense");
    expect(buffers.size).toBe(before);
    // All that comes before the last array has been looked at by then.
    const spoilt = argumentsOf(name);
    const last = placesOf(spoilt).at(-1) as number;
    disposeAll(spoilt[last]);
    spoilt[last] = 7;
    expect(() => lossOf(name)(...spoilt, lastOptions(name))).toThrow("expected a jax-js array");
    expect(buffers.size).toBe(before);
  });
});
