/** How well each caption's words match each image's regions, and the gradients of that. */

import type { Pass } from "../../../contract/loss.ts";
import { take } from "../../../kernel/arena.ts";
import { after, nowhere, type Pointer } from "../../../kernel/kernels.ts";
import { type Matrix, machineFor, matrix, multiplier, transpose } from "../../../linear/matrix.ts";
import { viewOf } from "../../../tensor/stage.ts";
import { bytesPerElement } from "../../../tensor/tensor.ts";
import { clear } from "../../embedding/batch.ts";

/** Numbers of one block of pairs: all that is kept at a time, however large the batch. */
const BLOCK = 2 ** 21;

/** Scores and contexts of all pairs are kept for the way back if they are at most so many numbers. */
const KEPT = 2 ** 24;

export interface WordInputs {
  readonly regions: Pointer;
  readonly words: Pointer;
  readonly lengths: Pointer;
  readonly gamma1: number;
  readonly gamma2: number;
}

export interface WordMatches {
  /** log Σ_t exp(γ2 cos) of every image (row) and caption (column). */
  readonly matches: Float64Array;
  /** Adds up the gradients, from that of the matches. */
  back(gradient: Float64Array, dRegions: Pointer, dWords: Pointer): void;
}

type Machine = Pick<Pass, "kernel" | "dims" | "dtype" | "grads" | "take">;

/** Scores beyond this leave f32, or their sums do. */
const MOST_IN_FLOAT32 = 1e30;

/** The matches, in f64 where words times regions leave f32. */
export function matchWords(pass: Machine, inputs: WordInputs): WordMatches {
  const { dims, dtype, grads } = pass;
  const [n, r, t, d] = [dims.N, dims.R, dims.T, dims.D] as [number, number, number, number];
  if (dtype === "float64") return match(pass, inputs);
  const [regions, words] = [viewOf(inputs.regions, n * r * d, dtype), viewOf(inputs.words, n * t * d, dtype)];
  const most = largest(regions) * largest(words) * d;
  if (!(most > MOST_IN_FLOAT32 && most < Number.POSITIVE_INFINITY)) return match(pass, inputs);

  const widen = (pointer: Pointer, count: number) => {
    const wide = take("float64", count);
    viewOf(wide, count, "float64").set(viewOf(pointer, count, dtype));
    return wide;
  };
  const own: Machine = { ...machineFor("float64"), dims, grads };
  const [r64, w64] = [widen(inputs.regions, n * r * d), widen(inputs.words, n * t * d)];
  const { matches, back } = match(own, { ...inputs, regions: r64, words: w64 });
  return {
    matches,
    back(gradient, dRegions, dWords) {
      const room = (wanted: Pointer, count: number) => (wanted ? take("float64", count) : nowhere);
      const wide = [room(dRegions, n * r * d), room(dWords, n * t * d)] as const;
      back(gradient, ...wide);
      if (dRegions) viewOf(dRegions, n * r * d, dtype).set(viewOf(wide[0], n * r * d, "float64"));
      if (dWords) viewOf(dWords, n * t * d, dtype).set(viewOf(wide[1], n * t * d, "float64"));
    },
  };
}

/** The largest magnitude. NaN is passed over: it shows by itself. */
const largest = (numbers: Float32Array | Float64Array): number => {
  let most = 0;
  for (const x of numbers) if (Math.abs(x) > most) most = Math.abs(x);
  return most;
};

/**
 * One image against a block of captions at a time, whose words lie one after another, so that what lies beyond a caption's
 * length costs nothing. Of larger batches nothing is kept but the matches; the way back computes their attention again.
 */
function match(pass: Machine, { regions, words, lengths, gamma1, gamma2 }: WordInputs): WordMatches {
  const { kernel, dims, dtype, grads } = pass;
  const [n, r, t, d] = [dims.N, dims.R, dims.T, dims.D] as [number, number, number, number];
  const size = bytesPerElement(dtype);
  const starts = startsOf(viewOf(lengths, n, "int32"));
  const total = starts[n] as number;
  const most = Math.min(n, Math.max(1, Math.floor(BLOCK / (t * (4 * r + d)))));
  const keep = Boolean(grads.regions || grads.words) && n * total * (r + d) <= KEPT;
  const pairs = keep ? n * total : Math.min(total, most * t);
  const [scores, contexts] = [pass.take(pass.dtype, pairs * r), pass.take(pass.dtype, pairs * d)];
  const [shares, attention] = [pass.take(pass.dtype, most * t * r), pass.take(pass.dtype, most * t * r)];
  const [packed, results] = [pass.take(pass.dtype, total * d), take("float64", most)];
  const cosines = take("bytes", kernel.damsmMatchWorkspace(t));
  const multiply = multiplier(pass);
  kernel.damsmPack(words, lengths, n, t, d, packed);
  const imageOf = (i: number, from = regions) => matrix(after(from, i * r * d * size), r, d);

  /** Calls `use` with the attention and contexts of each image and block of captions. */
  const eachBlock = (ready: boolean, use: (block: Block) => void) => {
    for (let i = 0; i < n; i++)
      for (let first = 0; first < n; first += most) {
        const count = Math.min(most, n - first);
        const start = starts[first] as number;
        const rows = (starts[first + count] as number) - start;
        const at = keep ? (i * total + start) * size : 0;
        const own = matrix(after(packed, start * d * size), rows, d);
        const [scored, context] = [matrix(after(scores, at * r), rows, r), matrix(after(contexts, at * d), rows, d)];
        if (!ready) multiply(own, transpose(imageOf(i)), scored.pointer);
        kernel.damsmAttend(scored.pointer, after(lengths, 4 * first), count, r, gamma1, shares, attention);
        if (!ready) multiply(matrix(attention, rows, r), imageOf(i), context.pointer);
        use({ i, first, count, start, own, scored, context });
      }
  };

  const matches = new Float64Array(n * n);
  eachBlock(false, ({ i, first, count, own, context }) => {
    kernel.damsmMatch(context.pointer, own.pointer, after(lengths, 4 * first), count, d, gamma2, results, cosines);
    matches.set(viewOf(results, count, "float64"), i * n + first);
  });

  const back = (gradient: Float64Array, dRegions: Pointer, dWords: Pointer) => {
    const dPacked = dWords ? pass.take(pass.dtype, total * d) : nowhere;
    clear(dRegions, n * r * d, pass);
    clear(dPacked, total * d, pass);
    eachBlock(keep, ({ i, first, count, start, own, scored, context }) => {
      const dOwn = after(dPacked, start * d * size);
      const at = after(lengths, 4 * first);
      viewOf(results, count, "float64").set(gradient.subarray(i * n + first, i * n + first + count));
      kernel.damsmMatchGradient(context.pointer, own.pointer, at, count, d, gamma2, dOwn, results, cosines);
      // Contexts are their gradients now, and scores are about to be theirs.
      multiply(context, transpose(imageOf(i)), scored.pointer);
      kernel.damsmAttendGradient(attention, shares, at, count, r, gamma1, scored.pointer);
      if (dOwn) multiply(scored, imageOf(i), dOwn, true);
      if (!dRegions) return;
      const dImage = imageOf(i, dRegions).pointer;
      multiply(transpose(matrix(attention, own.rows, r)), context, dImage, true);
      multiply(transpose(scored), own, dImage, true);
    });
    if (dWords) kernel.damsmUnpack(dPacked, lengths, n, t, d, dWords);
  };
  return { matches, back };
}

/** One image and a block of captions. */
interface Block {
  readonly i: number;
  readonly first: number;
  readonly count: number;
  /** The first of the captions' words among all. */
  readonly start: number;
  readonly own: Matrix;
  readonly scored: Matrix;
  readonly context: Matrix;
}

/** Where each caption's words begin, and their number. */
function startsOf(lengths: Int32Array): number[] {
  const starts = [0];
  for (let i = 0; i < lengths.length; i++) starts.push((starts[i] as number) + (lengths[i] as number));
  return starts;
}
