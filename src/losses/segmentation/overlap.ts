/** What the segmentation losses share: probabilities against masks, one value per sample and class. */
import type { Pass } from "../../contract/loss.ts";
import type { FloatInput } from "../../tensor/tensor.ts";

export type Masks = [probabilities: FloatInput, targets: FloatInput];
export type MasksGrads = "probabilities";

export const masks = [
  {
    name: "probabilities",
    shape: "N C ...",
    kind: "probability",
    differentiable: true,
    doc: "Predicted probability of each class at each position.",
  },
  {
    name: "targets",
    shape: "N C ...",
    kind: "probability",
    differentiable: false,
    doc: "True masks: 1 where the class is, 0 elsewhere, or soft.",
  },
] as const;

/** One value per sample and class. */
export const eachMask = { shape: "N C", mean: "the number of samples times the number of classes" } as const;

/** How many masks there are, and how many positions each has. */
export function masksOf({ dims }: Pick<Pass, "dims">): { count: number; positions: number } {
  const { N, C, "...": positions } = dims as { N: number; C: number; "...": number };
  return { count: N * C, positions };
}
