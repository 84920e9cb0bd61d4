import type { ChoiceOption } from "../../contract/spec.ts";

export type Distance = "euclidean" | "squared" | "cosine";

const kinds: readonly Distance[] = ["euclidean", "squared", "cosine"];

/** The number the kernels know a distance by. */
export const kindOf = (distance: Distance): number => kinds.indexOf(distance);

export const distanceOption = (byDefault: Distance): ChoiceOption<Distance> => ({
  type: "choice",
  default: byDefault,
  choices: kinds,
  doc: "‖a − b‖, its square, or 1 − cos(a, b).",
});
