/** The losses of `lossary/jax` with jax-js wherever it runs: in Node, or in the page of a browser. */
import { differentiableOf, type Options } from "../harness/calls.ts";
import { convert, type Input, losses, type Result } from "./cases.ts";

type Jax = typeof import("@jax-js/jax");
type JaxArray = import("@jax-js/jax").Array;
type Dtype = "float32" | "float64";

export type NativeOnArrays = Record<string, ((...args: unknown[]) => JaxArray) | undefined>;

type Values = readonly [JaxArray, readonly (JaxArray | JaxArray[])[]];

export function onArrays(jax: Jax, native: NativeOnArrays) {
  const { numpy: np } = jax;

  /** The arguments as arrays; new ones every time, since a call consumes them. */
  const toArrays = (name: string, inputs: readonly Input[], dtype: Dtype = "float64") =>
    inputs.map((input, i) =>
      convert(input, (sample) => {
        const shape = [...sample.shape];
        if (losses[name]?.spec.arguments[i].kind === "index")
          return np.array(Int32Array.from(sample.data), { shape, dtype: np.int32 });
        const data = dtype === "float64" ? Float64Array.from(sample.data) : Float32Array.from(sample.data);
        return np.array(data, { shape, dtype: dtype === "float64" ? np.float64 : np.float32 });
      }),
    );

  /** Places of the arguments that are arrays, or lists of them: state stays outside what jax-js transforms. */
  const placesOf = (args: readonly unknown[]): number[] =>
    args.flatMap((arg, i) => (arg instanceof jax.Array || Array.isArray(arg) ? [i] : []));

  /** A loss as a function of its arrays alone, made by jax-js to give its value and gradients; and these arrays. */
  function differentiated(name: string, arrays: readonly unknown[], options: Options) {
    const loss = losses[name] as (typeof losses)[string];
    const own = native[name] as NonNullable<NativeOnArrays[string]>;
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
  async function read(name: string, [value, grads]: Values): Promise<Result> {
    const dataOf = async (grad: JaxArray) => [...(await grad.data())] as number[];
    const data = await Promise.all(grads.map(async (grad) => (await Promise.all([grad].flat().map(dataOf))).flat()));
    const names = differentiableOf(losses[name] as (typeof losses)[string]);
    return {
      value: (await value.data())[0] as number,
      grads: Object.fromEntries(names.map((argument, k) => [argument, data[k] as number[]])),
    };
  }

  function valueAndGrad(name: string, inputs: readonly Input[], options: Options, dtype?: Dtype): Promise<Result> {
    const { compute, args } = differentiated(name, toArrays(name, inputs, dtype), options);
    return read(name, compute(...args));
  }

  return { toArrays, placesOf, differentiated, read, valueAndGrad };
}
