/** How well each caption's words match each image's regions, and the gradients of that. */
import { scratch } from "../../../kernel/arena.ts";
import { matrix, multiplier, transpose } from "../../../kernel/matrix/matrix.ts";
import type { Pass } from "../../../loss.ts";
import { viewOf } from "../../../tensor/stage.ts";
import { bytesPerElement } from "../../../tensor/tensor.ts";
import { clear } from "../../embedding/batch.ts";

/** Numbers of one block of pairs: all that is kept at a time, however large the batch. */
const BLOCK = 2 ** 21;

export interface WordInputs {
  readonly regions: number;
  readonly words: number;
  readonly lengths: number;
  readonly gamma1: number;
  readonly gamma2: number;
}

export interface WordMatches {
  /** log Σ_t exp(γ2 cos) of every image (row) and caption (column). */
  readonly matches: Float64Array;
  /** Adds up the gradients, from that of the matches. */
  back(gradient: Float64Array, dRegions: number, dWords: number): void;
}

/**
 * One image against a block of captions at a time. Nothing of a pair is kept but its match; the way back computes its
 * attention again.
 */
export function matchWords(pass: Pass, { regions, words, lengths, gamma1, gamma2 }: WordInputs): WordMatches {
  const { kernel, dims, dtype } = pass;
  const [n, r, t, d] = [dims.N, dims.R, dims.T, dims.D] as [number, number, number, number];
  const size = bytesPerElement(dtype);
  const most = Math.min(n, Math.max(1, Math.floor(BLOCK / (t * (3 * r + d)))));
  const [shares, attention, slopes, contexts] = [
    pass.scratch(most * t * r),
    pass.scratch(most * t * r),
    pass.scratch(most * t * r),
    pass.scratch(most * t * d),
  ];
  const [trimmed, cosines, results] = [pass.scratch(n * t * d), scratch(8 * t), scratch(8 * most)];
  const multiply = multiplier(pass);
  kernel.damsmTrim(words, lengths, n, t, d, trimmed);
  const imageOf = (i: number, from = regions) => matrix(from + i * r * d * size, r, d);
  const captions = (first: number, count: number) => matrix(trimmed + first * t * d * size, count * t, d);

  /** Attention and contexts of one image and a block of captions. */
  const attend = (i: number, first: number, count: number) => {
    multiply(captions(first, count), transpose(imageOf(i)), attention);
    kernel.damsmAttend(attention, shares, lengths + 4 * first, count, t, r, gamma1);
    multiply(matrix(attention, count * t, r), imageOf(i), contexts);
  };
  const eachBlock = (use: (i: number, first: number, count: number) => void) => {
    for (let i = 0; i < n; i++)
      for (let first = 0; first < n; first += most) {
        const count = Math.min(most, n - first);
        attend(i, first, count);
        use(i, first, count);
      }
  };

  const matches = new Float64Array(n * n);
  eachBlock((i, first, count) => {
    const { pointer } = captions(first, count);
    kernel.damsmMatch(contexts, pointer, lengths + 4 * first, count, t, d, gamma2, cosines, results);
    matches.set(viewOf(results, count, "float64"), i * n + first);
  });

  const back = (gradient: Float64Array, dRegions: number, dWords: number) => {
    clear(dRegions, n * r * d, pass);
    clear(dWords, n * t * d, pass);
    eachBlock((i, first, count) => {
      const own = captions(first, count);
      const dOwn = dWords && dWords + first * t * d * size;
      const at = lengths + 4 * first;
      viewOf(results, count, "float64").set(gradient.subarray(i * n + first, i * n + first + count));
      kernel.damsmMatchGradient(contexts, own.pointer, at, count, t, d, gamma2, cosines, results, dOwn);
      const dContexts = matrix(contexts, count * t, d);
      const dScores = matrix(slopes, count * t, r);
      multiply(dContexts, transpose(imageOf(i)), slopes);
      kernel.damsmAttendGradient(slopes, attention, shares, at, count, t, r, gamma1);
      if (dOwn) multiply(dScores, imageOf(i), dOwn, true);
      if (!dRegions) return;
      const dImage = imageOf(i, dRegions).pointer;
      multiply(transpose(matrix(attention, count * t, r)), dContexts, dImage, true);
      multiply(transpose(dScores), own, dImage, true);
    });
  };
  return { matches, back };
}
