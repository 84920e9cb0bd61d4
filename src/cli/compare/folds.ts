/** Cuts rows into folds; for classes, each fold holds every class in the same proportion. */
import { type Random, shuffle } from "../../random.ts";

export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Deals rows out to the folds like cards, class after class, so that sizes differ by one at most. */
export function cutFolds(rows: number, labels: Int32Array | null, count: number, random: Random): Fold[] {
  const order = shuffle(
    Int32Array.from({ length: rows }, (_, i) => i),
    random,
  );
  if (labels) order.sort((a, b) => (labels[a] as number) - (labels[b] as number));
  return Array.from({ length: count }, (_, fold) => ({
    train: order.filter((_, at) => at % count !== fold),
    test: order.filter((_, at) => at % count === fold),
  }));
}
