/** Numbers that are the same in all lanes, and single numbers from memory, as all kernels have them. */
import type { Type, VectorNode } from "./vectors.ts";
import type { Code } from "./wasm.ts";

/** A vector of one number. */
export const constant = (code: Code, type: Type, value: number): Code =>
  code.constant((type === "f32" ? new Float32Array(4) : new Float64Array(2)).fill(value).buffer as ArrayBuffer);

/** Leaves a constant, an option or another number of the whole call on the stack; says whether a node is one. */
export function uniform(code: Code, node: VectorNode): boolean {
  switch (node.name) {
    case "const":
      constant(code, node.type === "f32" ? "f32" : "f64", node.value);
      return true;
    case "scale":
      code.get("scale").vector("f64x2.splat");
      return true;
    case "option":
      code.get(`option${node.value}`).vector("f64x2.splat");
      return true;
    case "length":
      code.get("cols").op("f64.convert_i32_s").vector("f64x2.splat");
      return true;
    default:
      return false;
  }
}

/** A number from the address on the stack, as f64. */
export function loadNumber(code: Code, type: Type, index: boolean): Code {
  if (index) return code.scalar("i32.load").op("f64.convert_i32_s");
  return type === "f32" ? code.scalar("f32.load").op("f64.promote_f32") : code.scalar("f64.load");
}
