/** What `lossary eval` says about a call. */
import type { LossSpec } from "../../contract/spec.ts";
import { showShape, type Tensor } from "../../tensor/tensor.ts";
import { printJson } from "../terminal/json.ts";
import { writeOut } from "../terminal/print.ts";
import { alignedTable } from "../terminal/text.ts";
import type { Flags } from "./flags.ts";

export interface Outcome {
  readonly spec: LossSpec;
  readonly flags: Flags;
  readonly dtype: string;
  readonly value: number | Tensor;
  /** Of a combination, the value of each part. */
  readonly parts: Readonly<Record<string, number>> | undefined;
  /** Shapes by argument. */
  readonly shapes: Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>>;
  /** Gradients by the name they are written under. */
  readonly gradients: Readonly<Record<string, Tensor>>;
}

const PREVIEW = 8;

const norm = ({ data }: Tensor): number => {
  let sum = 0;
  for (const entry of data) sum += entry * entry;
  return Math.sqrt(sum);
};

const shapeText = (shape: readonly unknown[]): string =>
  Array.isArray(shape[0]) ? shape.map((entry) => showShape(entry as number[])).join(" ") : showShape(shape as number[]);

const fileText = (file: string | readonly string[] | undefined): string =>
  typeof file === "string" ? file : (file ?? []).join(" ");

export function printOutcome(outcome: Outcome): void {
  if (outcome.flags.common.json) printJson(asJson(outcome));
  else writeOut(`${asText(outcome)}\n`);
}

function asText({ spec, flags, dtype, value, parts = {}, shapes, gradients }: Outcome): string {
  const { common, files, options } = flags;
  const rows = [
    ["loss", spec.name],
    ["value", valueText(value, common.out)],
  ];
  for (const [name, part] of Object.entries(parts)) rows.push([`of which ${name}`, String(part)]);
  if (spec.unreduced) {
    const reduction = common.reduction ?? "mean";
    const by = options.sampleWeight === undefined ? spec.unreduced.mean : "the weights of the values that count";
    rows.push(["reduction", reduction === "mean" ? `mean (divided by ${by})` : reduction]);
  }
  rows.push(["computed in", dtype]);
  for (const [name, shape] of Object.entries(shapes))
    rows.push([name, `${shapeText(shape)} from ${fileText(files[name])}`]);
  for (const [name, gradient] of Object.entries(gradients))
    rows.push([`gradient of ${name}`, `${showShape(gradient.shape)}, norm ${norm(gradient)}, in ${common.grad}`]);
  return alignedTable(rows);
}

function valueText(value: number | Tensor, out: string | undefined): string {
  if (typeof value === "number") return String(value);
  if (out) return `${showShape(value.shape)} in ${out}`;
  const some = Array.from(value.data.subarray(0, PREVIEW), String).join(" ");
  return `${showShape(value.shape)}: ${some}${value.data.length > PREVIEW ? " … (--out keeps them all)" : ""}`;
}

function asJson({ spec, flags, dtype, value, parts, shapes, gradients }: Outcome): unknown {
  const { common, files, options } = flags;
  const tensor = ({ data, shape }: Tensor) => (common.out ? { file: common.out, shape } : { shape, data });
  const used = Object.entries(spec.options).map(([name, option]) => [name, options[name] ?? option.default]);
  const grads = Object.entries(gradients).map(([name, gradient]) => [
    name,
    { file: common.grad, shape: gradient.shape, norm: norm(gradient) },
  ]);
  return {
    loss: spec.name,
    value: typeof value === "number" ? value : tensor(value),
    ...(parts && { parts }),
    ...(spec.unreduced && { reduction: common.reduction ?? "mean" }),
    dtype,
    arguments: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { file: files[name], shape }])),
    options: {
      ...Object.fromEntries(used),
      ...(options.sampleWeight !== undefined && { sampleWeight: options.sampleWeight }),
    },
    ...(grads.length > 0 && { gradients: Object.fromEntries(grads) }),
  };
}
