/** The DAMSM loss of many samples in batches, as in training: rivals are those of one's batch. */
import { type DamsmOptions, type DamsmTerms, damsmTerms } from "../../losses/multimodal/damsm/damsmLoss.ts";
import type { FloatInput, IndexInput } from "../../tensor/tensor.ts";
import { dataError } from "../errors.ts";
import type { ArrayFromFile } from "../files/array.ts";
import { score } from "../scores/gather.ts";

/** The arrays by the names of their flags. */
export type Arrays = Readonly<Record<"regions" | "words" | "lengths" | "images" | "sentences", ArrayFromFile>> & {
  readonly classes?: ArrayFromFile;
};

export interface Batched {
  readonly terms: DamsmTerms;
  readonly samples: number;
  readonly batches: number;
}

/** Means of the terms over all samples. The last batch may be smaller, and then has fewer rivals. */
export function batchedTerms(arrays: Arrays, size: number | undefined, options: DamsmOptions): Batched {
  const samples = arrays.regions.shape[0] ?? 0;
  const step = size ?? samples;
  if (size !== undefined) checkSamples(arrays, samples);
  const sums = { imageToWords: 0, wordsToImage: 0, imageToSentence: 0, sentenceToImage: 0 };
  let batches = 0;
  for (let first = 0; batches === 0 || first < samples; first += step, batches++) {
    const end = Math.min(first + step, samples);
    const terms = score(() => termsOf(arrays, first, end, options));
    const share = samples === 0 ? 1 : (end - first) / samples;
    for (const name of Object.keys(sums) as (keyof DamsmTerms)[]) sums[name] += terms[name] * share;
  }
  return { terms: sums, samples, batches };
}

/** Arrays are cut by the samples of the regions, so that none may have others. */
function checkSamples(arrays: Arrays, samples: number): void {
  for (const [name, { shape }] of Object.entries(arrays))
    if (shape[0] !== samples)
      throw dataError(`--${name} is [${shape.join(", ")}], but --regions is of ${samples} samples`);
}

function termsOf(arrays: Arrays, first: number, end: number, options: DamsmOptions): DamsmTerms {
  const part = (array: ArrayFromFile) => rowsOf(array, first, end);
  const floats = (array: ArrayFromFile) => part(array) as FloatInput;
  const { regions, words, lengths, images, sentences, classes } = arrays;
  const classIds = classes && { classIds: part(classes) as IndexInput };
  const indices = part(lengths) as IndexInput;
  return damsmTerms(floats(regions), floats(words), indices, floats(images), floats(sentences), {
    ...options,
    ...classIds,
  });
}

function rowsOf(array: ArrayFromFile, first: number, end: number): ArrayFromFile {
  const [count = 0, ...rest] = array.shape;
  if (first === 0 && end >= count) return array;
  const width = rest.reduce((a, b) => a * b, 1);
  return { data: array.data.subarray(first * width, end * width), shape: [end - first, ...rest] };
}
