import type { ChoiceOption } from "../../contract/spec.ts";
import { DistanceKind } from "../../kernel/kernels.ts";

export type Distance = "euclidean" | "squared" | "cosine";

const kinds: readonly Distance[] = ["euclidean", "squared", "cosine"];

/** What the kernels know a distance by. */
export const kindOf = (distance: Distance): DistanceKind => DistanceKind[distance];

export const distanceOption = (byDefault: Distance): ChoiceOption<Distance> => ({
  type: "choice",
  default: byDefault,
  choices: kinds,
  doc: "‖a − b‖, its square, or 1 − cos(a, b).",
});
