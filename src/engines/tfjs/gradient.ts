/** The fused kernels under TensorFlow.js's differentiation: what they compute at once, and what must wait for a cotangent. */
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { sampled } from "../../formula/define.ts";
import { mathsOf } from "../../formula/maths.ts";
import { engine } from "./engine.ts";
import type { Fused } from "./fused.ts";

const maths = mathsOf(engine);

/** The value of a call, reduced as it asks. */
export function fusedValue(kernel: Fused): Tensor {
  const { call, names, run } = kernel;
  if (!tf.engine().isTapeOn() || names.length === 0) return run(call.tensors, [])[0] as Tensor;
  return call.reduction === "none" && call.unreduced !== "" ? withLateGradient(kernel) : withGradient(kernel);
}

/** One value: its gradients are made along with it, and wait for the cotangent. */
const withGradient = ({ call, names, run }: Fused): Tensor =>
  custom(
    names.map((name) => call.tensors[name] as Tensor),
    (save) => {
      const [value, ...grads] = run(call.tensors, names) as [Tensor, ...Tensor[]];
      save(grads);
      return {
        value,
        gradFunc: (dy, saved) => {
          const factor = dy.dataSync()[0] as number;
          return saved.map((grad) => (factor === 1 ? tf.clone(grad) : tf.mul(grad, factor)));
        },
      };
    },
  );

/** Several values: the gradient needs their cotangents, so it is made when these are known. */
function withLateGradient({ call, names, run }: Fused): Tensor {
  const keys = Object.keys(call.tensors);
  return custom(
    names.map((name) => call.tensors[name] as Tensor),
    (save) => {
      const [value] = run(call.tensors, []) as [Tensor];
      save(keys.map((key) => call.tensors[key] as Tensor));
      return { value, gradFunc: (dy, saved) => run(named(keys, saved), names, dy).slice(1) };
    },
  );
}

/**
 * One number per sample, [N]: the sum of its unreduced values, each times `share`. The gradients are made along with them for
 * the cotangent of a plain mean, 1/N each, and once more where another comes.
 */
export function fusedSamples(kernel: Fused, share: number): Tensor {
  const { call, names, run } = kernel;
  const samples = call.unreducedShape[0] as number;
  if (!tf.engine().isTapeOn() || names.length === 0) return sampled(maths, run(call.tensors, [])[0] as Tensor, share);
  const keys = Object.keys(call.tensors);
  return custom(
    names.map((name) => call.tensors[name] as Tensor),
    (save) => {
      const [values, ...grads] = run(call.tensors, names, share / samples) as [Tensor, ...Tensor[]];
      save([...keys.map((key) => call.tensors[key] as Tensor), ...grads]);
      const gradFunc = (dy: Tensor, saved: Tensor[]) => {
        const cotangents = dy.dataSync();
        if (cotangents.every((one) => Math.abs(one * samples - 1) < 2 ** -22))
          return saved.slice(keys.length).map((grad) => tf.clone(grad));
        const places = [samples, ...values.shape.slice(1).map(() => 1)];
        const upstream = tf.mul(tf.mul(tf.reshape(dy, places), share), tf.ones(values.shape));
        return run(named(keys, saved), names, upstream).slice(1);
      };
      return { value: sampled(maths, values, share), gradFunc };
    },
  );
}

const named = (keys: readonly string[], tensors: readonly Tensor[]) =>
  Object.fromEntries(keys.map((key, i) => [key, tensors[i] as Tensor]));

interface Differentiated {
  readonly value: Tensor;
  gradFunc(dy: Tensor, saved: Tensor[]): Tensor[];
}

/** A function of tensors with a gradient of its own; what is saved is kept until that is asked for. */
const custom = (inputs: readonly Tensor[], compute: (save: (tensors: Tensor[]) => void) => Differentiated): Tensor =>
  tf.customGrad((...args: unknown[]) => compute(args.at(-1) as (tensors: Tensor[]) => void))(...inputs);
