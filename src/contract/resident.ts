import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { describe } from "../tensor/read.ts";
import { arrayTypes, ResidentTensor, type Shape, showShape } from "../tensor/tensor.ts";
import { plain, readCall } from "./call.ts";
import { type FunctionSpec, frozen } from "./spec.ts";

function checkShape(where: string, shape: unknown): void {
  if (!Array.isArray(shape)) throw new LossaryTypeError(where, `is ${describe(shape)}, expected an array of lengths`);
  const index = shape.findIndex((length) => !Number.isInteger(length) || length < 1);
  if (index < 0) return;
  const length = shape[index];
  if (typeof length !== "number")
    throw new LossaryTypeError(`${where}[${index}]`, `is ${describe(length)}, expected a whole number ≥ 1`);
  throw new LossaryRangeError(where, `is ${showShape(shape)}; every dimension must be a whole number ≥ 1`);
}

function checkDtype(where: string, dtype: unknown): void {
  if (typeof dtype === "string" && Object.hasOwn(arrayTypes, dtype)) return;
  const known = Object.keys(arrayTypes).map((name) => `"${name}"`);
  throw new LossaryTypeError(where, `is ${describe(dtype)}, expected ${known.join(" or ")}`);
}

const spec: FunctionSpec = frozen({
  name: "resident",
  family: "memory",
  title: { en: "Resident tensor", zh: "常驻张量" },
  summary: "Allocates a tensor inside kernel memory, which calls use in place.",
  arguments: [
    { name: "shape", shape: "", kind: "value", doc: "Its lengths, whole numbers ≥ 1.", check: checkShape },
    {
      name: "dtype",
      shape: "",
      kind: "value",
      default: "float32",
      doc: '"float32", "float64", or "int32" for class indices.',
      check: checkDtype,
    },
  ],
  options: {},
});

/**
 * Allocates a tensor of zeros inside kernel memory; fill it through `.data.set(…)`.
 *
 *     using logits = resident([1024, 1000]);
 *     logits.data.set(batch);
 *     crossEntropy(logits, labels);      // reads it in place
 *
 * `dtype` is "float32" (default), "float64", or "int32" for class indices.
 */
export function resident<D extends keyof typeof arrayTypes = "float32">(shape: Shape, dtype?: D): ResidentTensor<D>;
export function resident(...args: unknown[]): ResidentTensor {
  const [shape, dtype] = readCall(spec, args, plain).inputs;
  return new ResidentTensor(shape?.value as Shape, dtype?.value as keyof typeof arrayTypes);
}
resident.spec = spec;
