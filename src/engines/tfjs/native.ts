/** Makes a loss on tensors: the fused kernel where it can run in place, else the portable definition. */
import type { Tensor } from "@tensorflow/tfjs-core";
import { describe } from "../../tensor/read.ts";
import { type Reader, readCall } from "../call.ts";
import { type Definition, evaluatePortable } from "../define.ts";
import { mathsOf } from "../maths.ts";
import type { Native } from "../native.ts";
import { engine } from "./engine.ts";
import { fused } from "./fused.ts";
import { tf } from "./peer.ts";

/** Options of every loss on tensors. */
export interface TfjsOptions {
  /** False runs the portable definition everywhere. Default true. */
  fused?: boolean;
}

const maths = mathsOf(engine);

const cast = (dtype: "int32" | "float32") => (x: Tensor) => (x.dtype === dtype ? x : tf.cast(x, dtype));

const reader: Reader<Tensor> = {
  noun: "a tf.Tensor",
  isArray: (value): value is Tensor => value instanceof tf.Tensor,
  shapeOf: (x) => x.shape,
  toIndices: cast("int32"),
  toFloats: cast("float32"),
  constant: engine.constant,
};

/** A loss on tensors. It leaves no tensor but its value behind. */
export function native<L>(definition: Definition<L>): Native<L, Tensor, TfjsOptions> {
  const { spec } = definition.loss;
  const loss = (...args: unknown[]): Tensor =>
    tf.tidy(() => {
      const call = readCall(spec, args, reader, ["fused"]);
      const inPlace = wantsFused(spec.name, args[spec.arguments.length]) ? fused(definition as Definition, call) : null;
      return inPlace ?? evaluatePortable(definition as Definition, maths, call);
    });
  Object.defineProperty(loss, "name", { value: spec.name });
  return Object.assign(loss, { spec }) as unknown as Native<L, Tensor, TfjsOptions>;
}

function wantsFused(name: string, options: unknown): boolean {
  const { fused = true } = (options ?? {}) as { fused?: unknown };
  if (typeof fused === "boolean") return fused;
  throw new TypeError(`${name}: fused is ${describe(fused)}, expected true or false`);
}
