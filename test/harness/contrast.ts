/** Plain f64 arithmetic for the losses that are a cross entropy over cosines, and the accuracy they all have. */
import { plainCosine, rowsOf } from "./points.ts";
import type { Sample } from "./samples.ts";

export const cosines = (a: readonly number[][], b: readonly number[][]) =>
  a.map((x) => b.map((y) => plainCosine(x, y)));

/** −log of the softmax at `target`. */
export function surprise(logits: readonly number[], target: number): number {
  const most = Math.max(...logits);
  return most + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - most), 0)) - (logits[target] as number);
}

/** Accuracies with similarities up to `scale`; NaN in an embedding reaches every value it is compared in. */
export const inTen = (scale: number) => ({
  accuracy: { float32: 1e-6, float64: 4e-15, floor: 1, least: scale },
  gradientAccuracy: { float32: 2e-5, float64: 1e-12, least: scale / 10 },
  spreads: true,
});

/** The values of a loss that moves the cosine of the own class. */
export const withMargin = ([x, y, w]: readonly Sample[], scale: number, move: (c: number) => number) =>
  cosines(rowsOf(x as Sample), rowsOf(w as Sample)).map((row, i) => {
    const own = (y as Sample).data[i] as number;
    return surprise(
      row.map((c, j) => scale * (j === own ? move(c) : c)),
      own,
    );
  });
