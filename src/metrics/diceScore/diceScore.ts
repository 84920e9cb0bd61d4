import { checkEach, readNumbers } from "../../contract/numbers.ts";
import { type FunctionSpecOf, frozen } from "../../contract/spec.ts";
import type { IndexInput } from "../../tensor/tensor.ts";

type Inputs = [predictions: IndexInput, targets: IndexInput];
type Options = Record<never, never>;

const spec = frozen<FunctionSpecOf<Inputs, Options>>({
  name: "diceScore",
  family: "score",
  title: { en: "Dice score", zh: "Dice 系数" },
  summary: "Twice the overlap of two binary masks over the sum of their sizes.",
  arguments: [
    { name: "predictions", shape: "N C ...", kind: "index", doc: "Masks of 0 and 1." },
    { name: "targets", shape: "N C ...", kind: "index", doc: "True masks." },
  ],
  options: {},
});

/**
 * Dice score of binary masks, the F1 score of their positions: twice their overlap over the sum of their sizes.
 *
 *     D = 2 |A ∩ B| / (|A| + |B|)            over the positions of one sample and class
 *
 * Shapes     predictions, targets: [N, C, ...], equal; 0 and 1. One number in [0, 1]: the mean over the samples and
 *            classes in which either mask holds a 1.
 * Errors     Anything other than 0 and 1, NaN included; shapes that differ; empty input.
 * Edges      Two empty masks say nothing and are left out; where all are empty, all agree: 1. An empty mask against one
 *            that is not gives 0.
 * Relation   Of a single pair of masks, 1 − diceLoss with smooth 0; 2 J / (1 + J), J being intersection over union. Which
 *            mask is the prediction does not matter. Not differentiable; cut probabilities at a threshold first.
 * Source     L. R. Dice, Measures of the Amount of Ecologic Association Between Species, 1945.
 */
export function diceScore(predictions: IndexInput, targets: IndexInput): number;
export function diceScore(...args: unknown[]): number {
  const [own, other] = readNumbers<Inputs, Options>(spec, args).inputs;
  checkEach("diceScore: predictions", own, isBit, "expected 0 or 1");
  checkEach("diceScore: targets", other, isBit, "expected 0 or 1");
  const [samples, classes] = own.shape as readonly [number, number];
  const positions = own.data.length / (samples * classes);
  let [sum, counted] = [0, 0];
  for (let from = 0; from < own.data.length; from += positions) {
    let [shared, sizes] = [0, 0];
    for (let i = from; i < from + positions; i++) {
      const [a, b] = [own.data[i] as number, other.data[i] as number];
      shared += a * b;
      sizes += a + b;
    }
    if (sizes === 0) continue;
    counted++;
    sum += (2 * shared) / sizes;
  }
  return counted === 0 ? 1 : sum / counted;
}
diceScore.spec = spec;

const isBit = (x: number): boolean => x === 0 || x === 1;
