/** What is kept of the rows of features that come by: their moments, or the rows themselves. */
import { FeatureStatistics } from "../../metrics/fid/featureStatistics.ts";
import type { FloatArray, Tensor } from "../../tensor/tensor.ts";
import type { Section } from "./state.ts";

export interface Collector {
  readonly count: number;
  add(rows: FloatArray): void;
  save(): Pick<Section, "kind" | "dtype" | "payload">;
}

export class MomentsCollector implements Collector {
  readonly statistics: FeatureStatistics;

  constructor(dimension: number, payload?: Uint8Array) {
    this.statistics = payload ? FeatureStatistics.fromBytes(payload) : new FeatureStatistics(dimension);
  }

  get count(): number {
    return this.statistics.count;
  }

  add(rows: FloatArray): void {
    const { dimension } = this.statistics;
    this.statistics.update({ data: rows, shape: [rows.length / dimension, dimension] });
  }

  save() {
    return { kind: "moments", payload: this.statistics.toBytes() } as const;
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
  if (kind === "moments") return new MomentsCollector(dimension, section?.payload);
  return new RowsCollector(dimension, section);
}
