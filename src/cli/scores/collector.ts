/** What is kept of the rows of features that come by: their moments, or the rows themselves. */
import { CHUNK, FeatureStatistics } from "../../metrics/fid/featureStatistics.ts";
import type { FloatArray, Tensor } from "../../tensor/tensor.ts";
import type { Section } from "./state.ts";

export interface Collector {
  readonly count: number;
  add(rows: FloatArray): void;
  save(): Pick<Section, "kind" | "dtype" | "pending" | "payload">;
}

/**
 * Rows enter the statistics in whole chunks only, and those that wait are kept beside them: a run that was interrupted
 * anywhere goes on to the same bits as one that was not.
 */
export class MomentsCollector implements Collector {
  readonly #statistics: FeatureStatistics;
  readonly #dimension: number;
  #pending: RowsCollector;

  constructor(dimension: number, section?: Section) {
    this.#dimension = dimension;
    this.#pending = new RowsCollector(dimension);
    if (!section) {
      this.#statistics = new FeatureStatistics(dimension);
      return;
    }
    const { payload, pending = 0, dtype = "float64" } = section;
    const settled = payload.length - pending * dimension * (dtype === "float32" ? 4 : 8);
    this.#statistics = FeatureStatistics.fromBytes(payload.slice(0, settled));
    if (pending > 0) this.#pending = new RowsCollector(dimension, { ...section, payload: payload.slice(settled) });
  }

  get count(): number {
    return this.#statistics.count + this.#pending.count;
  }

  /** Statistics of all rows. No more may be added afterwards. */
  get statistics(): FeatureStatistics {
    this.#settle();
    return this.#statistics;
  }

  add(rows: FloatArray): void {
    const chunk = CHUNK * this.#dimension;
    let rest = rows;
    if (this.#pending.count > 0) {
      const missing = chunk - this.#pending.count * this.#dimension;
      this.#pending.add(rest.slice(0, missing));
      rest = rest.subarray(missing);
      if (this.#pending.count === CHUNK) this.#settle();
    }
    const whole = rest.length - (rest.length % chunk);
    if (whole > 0) this.#update(rest.subarray(0, whole));
    if (whole < rest.length) this.#pending.add(rest.slice(whole));
  }

  #settle(): void {
    if (this.#pending.count === 0) return;
    this.#update(this.#pending.rows().data);
    this.#pending = new RowsCollector(this.#dimension);
  }

  #update(data: FloatArray): void {
    this.#statistics.update({ data, shape: [data.length / this.#dimension, this.#dimension] });
  }

  save() {
    const settled = this.#statistics.toBytes();
    const { count } = this.#pending;
    if (count === 0) return { kind: "moments", payload: settled } as const;
    const { dtype, payload: rows } = this.#pending.save();
    const payload = new Uint8Array(settled.length + rows.length);
    payload.set(settled);
    payload.set(rows, settled.length);
    return { kind: "moments", dtype, pending: count, payload } as const;
  }
}

export class RowsCollector implements Collector {
  readonly #dimension: number;
  readonly #parts: FloatArray[] = [];
  count = 0;

  constructor(dimension: number, section?: Section) {
    this.#dimension = dimension;
    if (!section) return;
    const { buffer } = section.payload;
    this.add(
      section.dtype === "float32" ? new Float32Array(buffer as ArrayBuffer) : new Float64Array(buffer as ArrayBuffer),
    );
  }

  add(rows: FloatArray): void {
    this.#parts.push(rows);
    this.count += rows.length / this.#dimension;
  }

  /** All rows: f32 where all of them came so. */
  rows(): Tensor {
    const single = this.#parts.every((part) => part instanceof Float32Array);
    const data = new (single ? Float32Array : Float64Array)(this.count * this.#dimension);
    let at = 0;
    for (const part of this.#parts) {
      data.set(part, at);
      at += part.length;
    }
    return { data, shape: [this.count, this.#dimension] };
  }

  save() {
    const { data } = this.rows();
    const dtype = data instanceof Float32Array ? "float32" : "float64";
    return { kind: "rows", dtype, payload: new Uint8Array(data.buffer as ArrayBuffer) } as const;
  }
}

export function newCollector(kind: Section["kind"], dimension: number, section?: Section): Collector {
  if (kind === "moments") return new MomentsCollector(dimension, section);
  return new RowsCollector(dimension, section);
}
