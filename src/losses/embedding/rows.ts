/** Losses over the pairs of a batch, on some of its rows as if there were no others. */

import type { Body, Pass, StagedInputs, StagedOptions } from "../../contract/loss.ts";
import { memory } from "../../kernel/arena.ts";
import type { Pointer } from "../../kernel/kernels.ts";
import { type Operand, viewOf } from "../../tensor/stage.ts";
import { bytesPerElement, type FloatInput } from "../../tensor/tensor.ts";
import { clear } from "./batch.ts";

export interface RowMaskOption {
  /** 1 for rows that count, 0 for those left out of every pair, whatever they hold; [N]. Default: all count. */
  mask?: FloatInput;
}

export const rowMaskOption = {
  mask: {
    type: "tensor",
    shape: "N",
    default: undefined,
    range: "{0, 1}",
    doc: "1 for rows that count, 0 for those left out of every pair.",
  },
} as const;

/** The body of such a loss with the option `mask`. */
export const underMask = <A extends readonly unknown[], O extends RowMaskOption, G extends string>(
  body: Body<A, O, G>,
): Body<A, O, G> =>
  onRows((_inputs, options, pass) => {
    const mask = options.mask as Operand | undefined;
    return mask && positions(viewOf(mask.pointer, mask.size, pass.dtype), (on) => on !== 0);
  }, body);

/** Where numbers are as wanted. */
export function positions(numbers: ArrayLike<number>, wanted: (number: number) => boolean): number[] {
  const found: number[] = [];
  for (let i = 0; i < numbers.length; i++) if (wanted(numbers[i] as number)) found.push(i);
  return found;
}

/** Which rows of a call count; undefined for all. */
type Chosen<A extends readonly unknown[], O> = (
  inputs: StagedInputs<A>,
  options: StagedOptions<O>,
  pass: Pick<Pass, "dtype">,
) => readonly number[] | undefined;

/**
 * A body that sees only the rows chosen. Arguments and gradients begin with the rows, [N, D], or [N] where they are labels; an
 * option [N, N] is over pairs of them. Values and gradients of the other rows are 0.
 */
export function onRows<A extends readonly unknown[], O, G extends string>(
  choose: Chosen<A, O>,
  body: Body<A, O, G>,
): Body<A, O, G> {
  /** Of each call what its divisor saw, for its run. */
  const parts = new WeakMap<object, Part<A, O, G>>();
  return {
    ...body,
    divisor(inputs, options, pass) {
      const rows = choose(inputs, options, pass);
      if (!rows || rows.length === pass.dims.N) return body.divisor(inputs, options, pass);
      const part = partOf(rows, inputs, options, pass as Pass<G>);
      parts.set(pass, part);
      return rows.length === 0 ? 0 : body.divisor(part.inputs, part.options, part.pass);
    },
    run(inputs, options, pass) {
      const seen = parts.get(pass);
      if (!seen) return body.run(inputs, options, pass);
      const part = seen.from === inputs ? seen : partOf(seen.rows, inputs, options, pass);
      part.pass.scale = pass.scale;
      const sum = part.rows.length === 0 ? 0 : body.run(part.inputs, part.options, part.pass);
      spread(part, pass);
      return sum;
    },
  };
}

/** A call on some rows of the batch. */
interface Part<A extends readonly unknown[], O, G extends string> {
  readonly rows: readonly number[];
  /** The inputs these are rows of. */
  readonly from: StagedInputs<A>;
  readonly inputs: StagedInputs<A>;
  readonly options: StagedOptions<O>;
  readonly pass: Pass<G> & { scale: number };
}

function partOf<A extends readonly unknown[], O, G extends string>(
  rows: readonly number[],
  inputs: StagedInputs<A>,
  options: StagedOptions<O>,
  pass: Pass<G>,
): Part<A, O, G> {
  const { dims, dtype, take, values, upstream, weights } = pass;
  const width = bytesPerElement(dtype);
  const count = rows.length;
  /** Rows of so many bytes, one after another. */
  const gather = (pointer: Pointer, bytes: number) => {
    const to = take("bytes", count * bytes);
    for (const [k, i] of rows.entries()) copy(to + k * bytes, pointer + i * bytes, bytes);
    return to;
  };
  const input = (given: unknown) => {
    if (!isOperand(given)) return given;
    const each = given.size / (dims.N as number);
    const bytes = each * (given.shape.length === 1 ? LABEL : width);
    return {
      ...given,
      pointer: gather(given.pointer, bytes),
      shape: [count, ...given.shape.slice(1)],
      size: count * each,
    };
  };
  const option = (given: unknown) => {
    if (!isOperand(given) || given.shape.length !== 2) return given;
    const pointer = take(dtype, count * count);
    const [to, from] = [viewOf(pointer, count * count, dtype), viewOf(given.pointer, given.size, dtype)];
    for (const [k, i] of rows.entries())
      for (const [l, j] of rows.entries()) to[k * count + l] = from[i * (dims.N as number) + j] as number;
    return { ...given, pointer, shape: [count, count], size: count * count };
  };
  const each = perRow(pass);
  const kept = each && weights && gather(weights.pointer, width);
  const own = kept && viewOf(kept, count, dtype);
  return {
    rows,
    from: inputs,
    inputs: inputs.map(input) as unknown as StagedInputs<A>,
    options: Object.fromEntries(
      Object.entries(options).map(([key, given]) => [key, option(given)]),
    ) as StagedOptions<O>,
    pass: {
      ...pass,
      dims: { ...dims, N: count },
      values: each && values ? take(dtype, count) : values,
      upstream: each && upstream ? gather(upstream, width) : upstream,
      grads: Object.fromEntries(
        Object.entries<Pointer>(pass.grads).map(([name, to]) => [name, to && take(dtype, count * (dims.D as number))]),
      ) as Pass<G>["grads"],
      weights: own && kept ? { pointer: kept, size: count, total: sum(own) } : weights,
    },
  };
}

function sum(numbers: Float32Array | Float64Array): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** Bytes of a label. */
const LABEL = 4;

/** Whether values, their weights and cotangents are one per row, and not one for all. */
const perRow = ({ dims, weights }: Pick<Pass, "dims" | "weights">) => !weights || weights.size === dims.N;

const isOperand = (given: unknown): given is Operand =>
  typeof given === "object" && given !== null && "pointer" in given;

const copy = (to: number, from: number, bytes: number) =>
  new Uint8Array(memory.buffer).copyWithin(to, from, from + bytes);

/** Puts values and gradients of a part where they belong in the whole, among zeros. */
function spread<G extends string>({ rows, pass: part }: Part<readonly unknown[], unknown, G>, pass: Pass<G>): void {
  const { dims, dtype } = pass;
  const width = bytesPerElement(dtype);
  const put = (from: Pointer, to: Pointer, each: number) => {
    clear(to, (dims.N as number) * each, pass);
    if (to) for (const [k, i] of rows.entries()) copy(to + i * each * width, from + k * each * width, each * width);
  };
  if (perRow(pass)) put(part.values, pass.values, 1);
  for (const name of Object.keys(pass.grads) as G[]) put(part.grads[name], pass.grads[name], dims.D as number);
}
