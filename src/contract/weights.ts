/** `sampleWeight`: one weight ≥ 0 per unreduced value, and a run of a body under such weights. */

import { kernels, memory, take, withScratch } from "../kernel/arena.ts";
import { after, nowhere, type Pointer } from "../kernel/kernels.ts";
import { type Gradient, weighGradient } from "../tensor/gradients.ts";
import type { View } from "../tensor/read.ts";
import { axesBefore, type Bindings, startsWith } from "../tensor/shapes.ts";
import { checkInterval, type Operand, stageFloats, stageOption, viewOf } from "../tensor/stage.ts";
import { bytesPerElement, type Dtype, type Shape, sizeOf } from "../tensor/tensor.ts";
import type { Body, Pass, Weights } from "./body.ts";
import type { ArgumentGradient } from "./gradients.ts";
import { type LossSpec, sampleWeightOf } from "./spec.ts";

type AnyBody = Body<readonly unknown[], Record<string, unknown>, string>;

/** The range of every weight. */
const { range: WEIGHTS } = sampleWeightOf({ shape: "" });

/** Sums of weights beyond this, or below its inverse, would take the gradients of a mean out of the type. */
const FAR: Readonly<Record<Dtype, number>> = { float32: 1e30, float64: 1e290 };

/**
 * The weights in kernel memory, one per unreduced value. Where only their ratios count (`relative`), very large or small ones
 * are divided by the largest.
 */
export function stageWeights(name: string, view: View, unreduced: Shape, dtype: Dtype, relative = false): Weights {
  const what = `${name}: sampleWeight`;
  let operand = stageFloats(what, view, dtype);
  const size = sizeOf(unreduced);
  const each = operand.size === 0 ? 1 : size / operand.size;
  let sum = kernels[dtype].sumOfWeights(operand.pointer, operand.size);
  if (Number.isNaN(sum)) {
    operand = stageOption(what, view, dtype);
    checkInterval(operand, WEIGHTS, dtype);
    // The sum of few of them left the type.
    sum = 0;
    for (const weight of viewOf(operand.pointer, operand.size, dtype)) sum += weight;
  }
  if (relative && (sum > FAR[dtype] || sum < 1 / FAR[dtype])) {
    operand = { ...operand, pointer: take(dtype, operand.size) };
    sum = scaled(operand, view, dtype);
  }
  return { pointer: each === 1 ? operand.pointer : repeated(operand, each, dtype), size, total: sum * each };
}

/** Writes the weights divided by their largest, and returns their sum. */
function scaled({ pointer, size }: Operand, { data, resident }: View, dtype: Dtype): number {
  const given = Float64Array.from((resident?.data ?? data) as ArrayLike<number | bigint>, Number);
  const largest = given.reduce((most, weight) => Math.max(most, weight), 0) || 1;
  const values = viewOf(pointer, size, dtype);
  let sum = 0;
  for (const [i, weight] of given.entries()) sum += values[i] = weight / largest;
  return sum;
}

function repeated({ pointer, size }: Operand, each: number, dtype: Dtype): Pointer {
  const wide = take(dtype, size * each);
  const [from, to] = [viewOf(pointer, size, dtype), viewOf(wide, size * each, dtype)];
  for (let i = 0; i < size; i++) to.fill(from[i] as number, i * each, (i + 1) * each);
  return wide;
}

/** The weights times the cotangents at `upstream`, if there are any. */
export function cotangents({ pointer, size }: Weights, upstream: Pointer, dtype: Dtype): Pointer {
  if (upstream === nowhere) return pointer;
  const products = take(dtype, size);
  kernels[dtype].weighedSum(upstream, pointer, size, products);
  return products;
}

/** A body about to run that applies the factors on its values itself. */
export interface Gathered {
  readonly spec: LossSpec;
  readonly body: AnyBody;
  readonly operands: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly pass: Pass;
  /** Cotangents, times weights where there are some. */
  readonly factors: Pointer;
  readonly gradients: readonly ArgumentGradient[];
  readonly bindings: Bindings;
  /** Symbolic shape of the unreduced value. */
  readonly shape: string;
}

/** A body about to run under weights. */
export interface Weighed extends Gathered {
  readonly weights: Weights;
}

/**
 * Runs a body so that its values (where wanted) and gradients are those of weighed values; returns Σ weight · value. What
 * weighs nothing leaves no trace, not even NaN.
 */
export function runWeighed(call: Weighed): number {
  const { body, operands, options, pass, weights, gradients, shape } = call;
  const { kernel, dtype, values } = pass;
  const size = bytesPerElement(dtype);
  if (weights.total === 0) {
    clearGradients(gradients, dtype);
    clear(values, weights.size * size);
    return 0;
  }
  const run = (given: readonly unknown[]) => body.run(given as never, options as never, pass as never);
  if (shape === "") return weights.total * run(operands);
  if (body.appliesUpstream === "sum") {
    const sum = run(operands);
    return values ? kernel.weighedSum(values, weights.pointer, weights.size, values) : sum;
  }
  if (!body.appliesUpstream) runRows(call);
  else {
    const kept = withoutMasked(call, weights.pointer);
    if (call.factors === weights.pointer) run(kept);
    else runGathered(call, kept);
  }
  return kernel.weighedSum(values, weights.pointer, weights.size, values);
}

const clear = (pointer: Pointer, bytes: number) => {
  if (pointer) new Uint8Array(memory.buffer, pointer, bytes).fill(0);
};

export function clearGradients(gradients: readonly ArgumentGradient[], dtype: Dtype): void {
  for (const { parts } of gradients)
    for (const { pointer, shape } of parts) clear(pointer, sizeOf(shape) * bytesPerElement(dtype));
}

/**
 * Runs a body on the operands; where that leaves gradients that are not finite, takes these again without the rows of factor 0,
 * which reach the values alone. Returns the sum.
 */
export function runGathered(call: Gathered, operands: readonly unknown[]): number {
  const { spec, body, options, pass, factors, gradients } = call;
  const { dtype } = pass;
  const run = (given: readonly unknown[], own: Pass) => body.run(given as never, options as never, own as never);
  const sum = run(operands, pass);
  if (factors === nowhere || gradients.length === 0 || spec.unreduced?.acrossRows) return sum;
  const count = valueCount(call);
  if (!viewOf(factors, count, dtype).includes(0) || allFinite(gradients, dtype)) return sum;
  run(withoutMasked(call, factors), { ...pass, values: take(dtype, count) });
  return sum;
}

const valueCount = ({ bindings, shape }: Gathered) => sizeOf(bindings.resolve(shape));

const allFinite = (gradients: readonly ArgumentGradient[], dtype: Dtype) =>
  gradients.every(({ parts }) =>
    parts.every(({ pointer, shape }) => kernels[dtype].firstNotFinite(pointer, sizeOf(shape)) < 0),
  );

/** Operands with zeros where values of factor 0 are all that read them, so that no NaN of theirs meets a sum. */
function withoutMasked(call: Gathered, factors: Pointer): readonly unknown[] {
  const { spec, operands, pass, shape, bindings } = call;
  const { dtype } = pass;
  const count = valueCount(call);
  if (spec.unreduced?.acrossRows || !viewOf(factors, count, dtype).includes(0)) return operands;
  return operands.map((given, k) => {
    const argument = spec.arguments[k];
    if (!argument || argument.kind === "index" || argument.kind === "state") return given;
    const before = axesBefore(argument.shape, shape);
    if (before === null) return given;
    const operand = given as Operand;
    const bytes = operand.size * bytesPerElement(dtype);
    const pointer = take("bytes", bytes);
    new Uint8Array(memory.buffer).copyWithin(pointer, operand.pointer, operand.pointer + bytes);
    const numbers = viewOf(pointer, operand.size, dtype);
    const outer = sizeOf(bindings.resolve(before));
    const each = operand.size / count / outer;
    const seen = viewOf(factors, count, dtype);
    for (let i = 0; i < outer * count; i++) if (seen[i % count] === 0) numbers.fill(0, i * each, (i + 1) * each);
    return { ...operand, pointer };
  });
}

/** So many bytes of arguments and gradients are worked on at a time, that gradients are weighed while they are at hand. */
const BLOCK = 1 << 18;

/**
 * Runs a body whose rows know nothing of each other, and weighs their gradients: by blocks of rows where all arguments and
 * gradients begin with these, else in one piece.
 */
function runRows(call: Weighed): void {
  const { spec, body, operands, options, pass, gradients, shape, bindings, weights, factors } = call;
  const { dtype } = pass;
  const width = bytesPerElement(dtype);
  const rows = startsWith(shape, "N") ? (pass.dims.N as number) : 1;
  const whole = gradients.reduce((sum, { parts }) => sum + parts.reduce((all, part) => all + sizeOf(part.shape), 0), 0);
  const lists = spec.arguments.some(({ kind }) => kind === "list");
  const most = rows > 1 && whole > 0 && !lists ? Math.max(1, Math.floor((BLOCK / 2 / width / whole) * rows)) : rows;
  const weigh = (first: number, count: number) => {
    for (const { parts, shape: own } of gradients)
      for (const part of parts) {
        const each = sizeOf(part.shape) / rows;
        const inner = weights.size / rows;
        const outer = bindings.commonSize(shape, own) / rows;
        weighGradient(
          { pointer: after(part.pointer, first * each * width), size: each * count },
          { pointer: after(factors, first * inner * width), size: inner * count },
          outer * count,
          dtype,
        );
      }
  };
  if (most >= rows) {
    body.run(operands as never, options as never, pass as never);
    if (whole > 0) weigh(0, rows);
    return;
  }
  const slice = (given: unknown, symbolic: string, bytes: number, first: number, count: number) => {
    if (!startsWith(symbolic, "N")) return given;
    const operand = given as Operand;
    const each = operand.size / rows;
    const pointer = after(operand.pointer, first * each * bytes);
    return { ...operand, pointer, shape: [count, ...operand.shape.slice(1)], size: each * count };
  };
  for (let first = 0; first < rows; first += most) {
    const count = Math.min(most, rows - first);
    const own = operands.map((operand, k) => {
      const argument = spec.arguments[k];
      return argument ? slice(operand, argument.shape, argument.kind === "index" ? 4 : width, first, count) : operand;
    });
    const grads: Record<string, Pointer> = { ...pass.grads };
    for (const { name, parts } of gradients) {
      const part = parts[0] as Gradient;
      grads[name] = after(part.pointer, ((sizeOf(part.shape) * first) / rows) * width);
    }
    const values = after(pass.values, ((weights.size * first) / rows) * width);
    const block = { ...pass, dims: { ...pass.dims, N: count }, grads, values };
    withScratch(() => body.run(own as never, options as never, block as never));
    weigh(first, count);
  }
}
