/** The losses of `lossary/tfjs` with any build of TensorFlow.js: Node's, or one in the page of a browser. */
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { differentiableOf, type Options } from "../harness/calls.ts";
import { convert, type Input, losses, type Result } from "./cases.ts";

export type NativeOnTensors = Record<string, ((...args: unknown[]) => Tensor) | undefined>;

/** A value, and the gradient of each differentiable argument: one tensor, or those of a list. */
export interface Values {
  readonly value: Tensor;
  readonly grads: readonly (readonly Tensor[])[];
}

export function onTensors(tf: typeof import("@tensorflow/tfjs-core"), native: NativeOnTensors) {
  const toTensors = (name: string, inputs: readonly Input[]): unknown[] =>
    inputs.map((input, i) => {
      const kind = losses[name]?.spec.arguments[i].kind;
      return convert(input, ({ data, shape }) => tf.tensor(data, [...shape], kind === "index" ? "int32" : "float32"));
    });

  /** Value and gradients on the current backend, for the surrounding tidy to dispose. */
  function differentiate(name: string, inputs: readonly Input[], options: Options): Values {
    const loss = losses[name] as (typeof losses)[string];
    const own = native[name] as NonNullable<NativeOnTensors[string]>;
    const all = toTensors(name, inputs);
    const places = differentiableOf(loss).map((argument) =>
      loss.spec.arguments.findIndex((spec: { name: string }) => spec.name === argument),
    );
    const compute = tf.valueAndGrads((...tensors: Tensor[]) => {
      const left = [...tensors];
      const next = () => left.shift() as Tensor;
      const args = [...all];
      for (const place of places) args[place] = Array.isArray(all[place]) ? all[place].map(next) : next();
      return own(...args, options) as Scalar;
    });
    const { value, grads } = compute(places.flatMap((place) => all[place] as Tensor | Tensor[]));
    const left = [...grads];
    return { value, grads: places.map((place) => left.splice(0, [all[place]].flat().length)) };
  }

  /** Value and gradients on the current backend, in plain numbers; leaves no tensor behind. */
  async function valueAndGrad(name: string, inputs: readonly Input[], options: Options): Promise<Result> {
    const { value, grads } = tf.tidy(() => differentiate(name, inputs, options) as never) as Values;
    const dataOf = async (tensor: Tensor) => [...(await tensor.data())];
    const numbers = await Promise.all(grads.map(async (list) => (await Promise.all(list.map(dataOf))).flat()));
    const result = {
      value: (await value.data())[0] as number,
      grads: Object.fromEntries(
        differentiableOf(losses[name] as (typeof losses)[string]).map((argument, k) => [
          argument,
          numbers[k] as number[],
        ]),
      ),
    };
    tf.dispose([value, grads] as never);
    return result;
  }

  return { toTensors, differentiate, valueAndGrad };
}
