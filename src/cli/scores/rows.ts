/** The rows of a set, for scores that need each sample. */
import type { Tensor } from "../../tensor/tensor.ts";
import type { RowsCollector } from "./collector.ts";
import { gather } from "./gather.ts";
import type { Run } from "./run.ts";
import type { Origin } from "./state.ts";

export interface RowSet {
  readonly path: string;
  readonly rows: Tensor;
  readonly count: number;
  readonly dimension: number;
  readonly origin: Origin | null;
  readonly skipped: number;
}

export async function rowsOf(run: Run, path: string): Promise<RowSet> {
  const { dimension, collector, origin, skipped } = await gather(run, path, "rows");
  return { path, rows: (collector as RowsCollector).rows(), count: collector.count, dimension, origin, skipped };
}
