/** jax-js as the tests use it: in f64 on its cpu device without jit, which is exact. */
import { differentiableOf, type Options } from "../harness/calls.ts";
import { convert, type Input, losses, type Result } from "./cases.ts";

// jax-js looks for the global type of half floats, which Node 20 does not have.
(globalThis as { Float16Array?: unknown }).Float16Array ??= class {};
const jax = await import("@jax-js/jax");
await jax.init("cpu", "wasm");
jax.defaultDevice("cpu");

export const native = (await import("../../src/engines/jax/index.ts")) as unknown as Record<
  string,
  ((...args: unknown[]) => import("@jax-js/jax").Array) | undefined
>;
export { jax };

type JaxArray = import("@jax-js/jax").Array;

/** The arguments as arrays; new ones every time, since a call consumes them. */
export function toArrays(name: string, inputs: readonly Input[], dtype: "float32" | "float64" = "float64") {
  const { numpy: np } = jax;
  return inputs.map((input, i) =>
    convert(input, (sample) => {
      const shape = [...sample.shape];
      if (losses[name]?.spec.arguments[i].kind === "index")
        return np.array(Int32Array.from(sample.data), { shape, dtype: np.int32 });
      const data = dtype === "float64" ? Float64Array.from(sample.data) : Float32Array.from(sample.data);
      return np.array(data, { shape, dtype: dtype === "float64" ? np.float64 : np.float32 });
    }),
  );
}

/** Places of the arguments that are arrays, or lists of them: state stays outside what jax-js transforms. */
export const placesOf = (args: readonly unknown[]): number[] =>
  args.flatMap((arg, i) => (arg instanceof jax.Array || Array.isArray(arg) ? [i] : []));

type Values = readonly [JaxArray, readonly (JaxArray | JaxArray[])[]];

/** A loss as a function of its arrays alone, made by jax-js to give its value and gradients; and these arrays. */
export function differentiated(name: string, arrays: readonly unknown[], options: Options) {
  const loss = losses[name] as (typeof losses)[string];
  const own = native[name] as NonNullable<(typeof native)[string]>;
  const places = placesOf(arrays);
  const argnums = differentiableOf(loss).map((argument) =>
    places.indexOf(loss.spec.arguments.findIndex((spec: { name: string }) => spec.name === argument)),
  );
  const call = (...tensors: unknown[]) => {
    const args = [...arrays];
    places.forEach((place, k) => {
      args[place] = tensors[k];
    });
    return own(...args, options);
  };
  const compute = jax.valueAndGrad(call as never, { argnums }) as unknown as (...args: unknown[]) => Values;
  return { compute, args: places.map((place) => arrays[place] as JaxArray | JaxArray[]) };
}

/** What came, in plain numbers. */
export async function read(name: string, [value, grads]: Values): Promise<Result> {
  const dataOf = async (grad: JaxArray) => [...(await grad.data())] as number[];
  const data = await Promise.all(grads.map(async (grad) => (await Promise.all([grad].flat().map(dataOf))).flat()));
  const names = differentiableOf(losses[name] as (typeof losses)[string]);
  return {
    value: (await value.data())[0] as number,
    grads: Object.fromEntries(names.map((argument, k) => [argument, data[k] as number[]])),
  };
}

export function valueAndGrad(name: string, inputs: readonly Input[], options: Options): Promise<Result> {
  const { compute, args } = differentiated(name, toArrays(name, inputs), options);
  return read(name, compute(...args));
}
