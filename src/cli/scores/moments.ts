/** Mean and covariance of a set, for FID. */
import { dataError } from "../errors.ts";
import { readArray } from "../files/array.ts";
import { npzKeys } from "../files/npz.ts";
import type { MomentsCollector } from "./collector.ts";
import { asFloats, gather } from "./gather.ts";
import type { Run } from "./run.ts";
import type { Origin } from "./state.ts";

export interface Moments {
  readonly path: string;
  /** Null where the file does not say how many samples there were. */
  readonly count: number | null;
  readonly dimension: number;
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  readonly origin: Origin | null;
  readonly skipped: number;
}

export async function momentsOf(run: Run, path: string): Promise<Moments> {
  if (/\.npz$/i.test(path)) {
    const keys = await npzKeys(path);
    if (keys.includes("mu") && keys.includes("sigma")) return readStatistics(path);
  }
  const { dimension, collector, origin, skipped } = await gather(run, path, "moments");
  const { statistics } = collector as MomentsCollector;
  const { count } = statistics;
  if (count < 2) throw dataError(`${path}: has ${count} sample; a covariance needs at least 2`);
  return { path, count, dimension, mean: statistics.mean, covariance: statistics.covariance(), origin, skipped };
}

/** pytorch-fid's statistics: arrays mu [D] and sigma [D, D]. */
async function readStatistics(path: string): Promise<Moments> {
  const [mu, sigma] = [await readArray(`${path}:mu`), await readArray(`${path}:sigma`)];
  const dimension = mu.shape[0] ?? 0;
  const fits = mu.shape.length === 1 && sigma.shape.length === 2 && sigma.shape.every((n) => n === dimension);
  if (!fits || dimension === 0)
    throw dataError(
      `${path}: mu is [${mu.shape.join(", ")}] and sigma [${sigma.shape.join(", ")}], expected [D] and [D, D]`,
    );
  const [mean, covariance] = [Float64Array.from(asFloats(mu)), Float64Array.from(asFloats(sigma))];
  for (const [name, data] of Object.entries({ mu: mean, sigma: covariance }))
    if (!data.every(Number.isFinite)) throw dataError(`${path}: ${name} holds NaN or infinities`);
  return { path, count: null, dimension, mean, covariance, origin: null, skipped: 0 };
}

type Described = Pick<Moments, "path" | "count" | "dimension" | "skipped">;

export const subjectOf = ({ path, count, dimension, skipped }: Described) => ({ path, count, dimension, skipped });

export const describeSet = ({ path, count, dimension, skipped }: Described): string =>
  `${path}: ${count === null ? "statistics" : `${count} samples`}, ${dimension} features` +
  (skipped > 0 ? `, ${skipped} broken left out` : "");
