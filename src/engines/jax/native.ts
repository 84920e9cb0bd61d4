/** Makes a loss on jax-js arrays of its portable definition. */
import type * as jax from "@jax-js/jax";
import { Array as ConcreteArray, numpy as np } from "@jax-js/jax";
import { type Definition, evaluatePortable } from "../../formula/define.ts";
import { mathsOf } from "../../formula/maths.ts";
import { type NativeActivation, unreducedLoss } from "../activation.ts";
import { readNative } from "../call.ts";
import type { Native } from "../native.ts";
import { type JaxArray, numbers, scope } from "./engine.ts";

/** Arrays and the tracers that stand for them under grad and jit alike. */
export const isArray = (value: unknown): value is JaxArray =>
  value instanceof ConcreteArray || value instanceof Object.getPrototypeOf(ConcreteArray);

/** All arrays among the arguments, those in lists too. */
const arraysOf = (args: readonly unknown[]): JaxArray[] => args.flat().filter(isArray);

/** The widest float among the arguments; whole numbers ask for none. */
function floatOf(args: readonly unknown[]): jax.DType {
  const types = arraysOf(args).map(({ dtype }) => dtype);
  return types.includes(np.float64) ? np.float64 : np.float32;
}

export function native<L>(definition: Definition<L>): Native<L, JaxArray> {
  const { spec } = definition.loss;
  const loss = (...args: unknown[]): JaxArray => {
    const dtype = floatOf(spec.arguments.flatMap(({ kind }, i) => (kind === "index" ? [] : [args[i]])));
    const tensors = arraysOf(args.slice(0, spec.arguments.length));
    try {
      return scope(dtype, ({ engine, cast }) => {
        const call = readNative<JaxArray>(spec, args, {
          noun: "a jax-js array",
          dtype: dtype === np.float64 ? "float64" : "float32",
          isArray,
          shapeOf: engine.shapeOf,
          // As they are: a label of 0.5 is not a class, and must not become one.
          toIndices: (x) => (x.dtype === np.bool ? cast(x, np.int32) : x),
          toFloats: (x) => cast(x, dtype),
          constant: engine.constant,
          numbers: (x) => numbers(x, `${spec.name}: checkFinite`),
        });
        return evaluatePortable(definition as Definition, mathsOf(engine), call);
      });
    } finally {
      for (const array of tensors) array.dispose();
    }
  };
  Object.defineProperty(loss, "name", { value: spec.name });
  return Object.assign(loss, { spec }) as unknown as Native<L, JaxArray>;
}

/** An activation on arrays, which it consumes. */
export const activation = <L>(definition: Definition<L>): NativeActivation<JaxArray> =>
  unreducedLoss(native(definition));
