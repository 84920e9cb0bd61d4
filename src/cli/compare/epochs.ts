/** How long a loss trains: chosen by rows set aside from its training rows, so that no verdict rests on over-training. */

import type { Network } from "../model/network.ts";
import { createBatch } from "./batch.ts";
import type { Candidate } from "./candidates.ts";
import { predict, type Rows, type Schedule, train } from "./training.ts";

/** Training rows in two: those that train, and those that only judge when to stop. */
export interface InnerSplit {
  readonly training: Rows;
  readonly validation: Rows;
}

const HALVINGS = 5;
/** Doublings without a better loss after which the search ends. */
const PATIENCE = 2;

/** The numbers of epochs tried: from a 32nd of the most, doubling. */
export const budgetsUpTo = (most: number): number[] => [
  ...new Set(Array.from({ length: HALVINGS + 1 }, (_, i) => Math.ceil(most / 2 ** (HALVINGS - i)))),
];

/** All epochs that choosing with so many splits, and the training after it, may take. */
export const mostWork = (most: number, splits: number): number =>
  budgetsUpTo(most).reduce((sum, epochs) => sum + splits * epochs, most);

function lossOf(candidate: Candidate, network: Network, rows: Rows, schedule: Schedule): number {
  const batch = createBatch(candidate, rows.count, schedule.outputs);
  try {
    batch.scores.set(predict(network, rows, schedule));
    return batch.evaluate(
      rows.targets,
      Int32Array.from({ length: rows.count }, (_, i) => i),
    );
  } finally {
    batch.dispose();
  }
}

/**
 * The epochs after which the loss is least on the validation rows, each number trained to its own end: the learning rate
 * falls to 0 in every one, so that the last steps' noise decides nothing. Yields after every epoch.
 */
export function* chooseEpochs(
  candidate: Candidate,
  splits: readonly InnerSplit[],
  schedule: Schedule,
  most: number,
): Generator<undefined, number> {
  let best = { epochs: most, loss: Number.POSITIVE_INFINITY };
  let vain = 0;
  for (const epochs of budgetsUpTo(most)) {
    let loss = 0;
    for (const { training, validation } of splits) {
      let last: Network | undefined;
      for (const network of train(candidate, training, schedule, epochs)) {
        last = network;
        yield;
      }
      loss += validation.count * lossOf(candidate, last as Network, validation, schedule);
    }
    vain = loss < best.loss ? 0 : vain + 1;
    if (vain === 0) best = { epochs, loss };
    if (vain === PATIENCE && best.loss < Number.POSITIVE_INFINITY) break;
  }
  return best.epochs;
}
