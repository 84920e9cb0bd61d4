import { checkNoMore } from "../../contract/options.ts";
import { withScratch } from "../../kernel/arena.ts";
import { machineFor } from "../../linear/matrix.ts";
import { viewOf } from "../../tensor/stage.ts";
import { type FloatInput, zeros } from "../../tensor/tensor.ts";
import { argumentReader, checkEach } from "../arguments.ts";
import { readState, writeState } from "../state.ts";
import { addComoment, mirror } from "./comoment.ts";

/** Rows gathered before they enter the co-moment: sums are the same whatever batches the rows came in. */
export const CHUNK = 512;

interface Moments {
  count: number;
  mean: Float64Array;
  /** Σ (x − mean)(x − mean)ᵀ, [D, D], of which only the upper triangle is kept. */
  comoment: Float64Array;
}

/**
 * Mean and covariance of a stream of features: what FID needs of a set, in D² numbers however many samples come.
 *
 *     const statistics = new FeatureStatistics(2048);
 *     for (const batch of batches) statistics.update(batch);      // [N, 2048]
 *     statistics.covariance();
 *
 * State      Count, mean and co-moment in f64. Rows enter in chunks of 512 centred at their own mean, joined by Chan's
 *            update: the result has the same bits whatever the batch size, and agrees to rounding (far below 1e-10)
 *            however the stream is split and merged.
 * Errors     Rows of another dimension; NaN or infinite features, which would spoil all that came before. A failed
 *            update changes nothing.
 * Source     T. Chan, G. Golub, R. LeVeque, Algorithms for Computing the Sample Variance, 1983.
 */
export class FeatureStatistics {
  readonly dimension: number;
  #settled: Moments;
  #pending: Float64Array;
  #waiting = 0;

  constructor(dimension: number, ...more: []) {
    checkNoMore("new FeatureStatistics(dimension)", more);
    if (!Number.isInteger(dimension) || dimension < 1)
      throw new RangeError(`FeatureStatistics: dimension is ${String(dimension)}, expected a whole number ≥ 1`);
    this.dimension = dimension;
    this.#settled = empty(dimension);
    this.#pending = room(dimension, CHUNK * dimension);
  }

  /** Samples seen. */
  get count(): number {
    return this.#settled.count + this.#waiting;
  }

  /** Mean of the features, [D]; zeros before the first. */
  get mean(): Float64Array {
    return this.#moments().mean.slice();
  }

  /** Takes in a batch of features, [N, D]. Returns this. */
  update(features: FloatInput): this {
    const numbers = argumentReader("FeatureStatistics")("features", `N ${this.dimension}`, features);
    checkEach("FeatureStatistics: features", numbers, Number.isFinite, "expected a finite number");
    const { data } = numbers;
    const d = this.dimension;
    for (let row = 0; row * d < data.length; ) {
      const taken = Math.min(CHUNK - this.#waiting, data.length / d - row);
      this.#pending.set(data.subarray(row * d, (row + taken) * d), this.#waiting * d);
      this.#waiting += taken;
      row += taken;
      if (this.#waiting < CHUNK) break;
      this.#fold(this.#settled);
      this.#waiting = 0;
    }
    return this;
  }

  /** Takes in all that another has seen; that one stays as it is. Returns this. */
  merge(other: FeatureStatistics): this {
    if (!(other instanceof FeatureStatistics))
      throw new TypeError("FeatureStatistics: merge takes another FeatureStatistics");
    if (other.dimension !== this.dimension)
      throw new RangeError(`FeatureStatistics: cannot merge dimension ${other.dimension} into ${this.dimension}`);
    const joined = this.#moments();
    join(joined, other.#moments());
    this.#settled = joined;
    this.#waiting = 0;
    return this;
  }

  /** Sample covariance, [D, D] row-major, divided by count − 1. Throws with fewer than two samples. */
  covariance(): Float64Array {
    if (this.count < 2)
      throw new RangeError(`FeatureStatistics: covariance needs at least 2 samples, there are ${this.count}`);
    const { comoment, count } = this.#moments();
    for (let i = 0; i < comoment.length; i++) comoment[i] = (comoment[i] as number) / (count - 1);
    return mirror(comoment, this.dimension);
  }

  /** The state as bytes: a header, then count, mean and the upper triangle of the co-moment in little-endian f64. */
  toBytes(): Uint8Array {
    const { count, mean, comoment } = this.#moments();
    const d = this.dimension;
    const upper = new Float64Array((d * (d + 1)) / 2);
    for (let i = 0, at = 0; i < d; at += d - i++) upper.set(comoment.subarray(i * d + i, (i + 1) * d), at);
    return writeState("features", [d, count], mean, upper);
  }

  /** The statistics that `toBytes` wrote. */
  static fromBytes(bytes: Uint8Array): FeatureStatistics {
    const name = "FeatureStatistics.fromBytes";
    const sizeOf = ([d = 0]: readonly number[]) => [d, (d * (d + 1)) / 2];
    const { header, parts } = readState(name, "features", bytes, 2, sizeOf);
    const [d, count] = header as [number, number];
    const [mean, upper] = parts as [Float64Array, Float64Array];
    const made = new FeatureStatistics(d);
    const { comoment } = made.#settled;
    for (let i = 0, at = 0; i < d; at += d - i++) comoment.set(upper.subarray(at, at + d - i), i * d + i);
    made.#settled = { count, mean, comoment };
    return made;
  }

  /** All that was seen; the state stays as it is. */
  #moments(): Moments {
    const { count, mean, comoment } = this.#settled;
    const moments = { count, mean: mean.slice(), comoment: comoment.slice() };
    if (this.#waiting > 0) this.#fold(moments);
    return moments;
  }

  /** Adds the waiting rows to moments. */
  #fold(moments: Moments): void {
    const d = this.dimension;
    const [rows, count] = [this.#pending.subarray(0, this.#waiting * d), this.#waiting];
    const mean = new Float64Array(d);
    for (let at = 0; at < rows.length; at += d)
      for (let k = 0; k < d; k++) mean[k] = (mean[k] as number) + (rows[at + k] as number) / count;
    withScratch(() => {
      const machine = machineFor("float64");
      const centered = machine.take("float64", rows.length);
      const view = viewOf(centered, rows.length, "float64");
      for (let at = 0; at < rows.length; at += d)
        for (let k = 0; k < d; k++) view[at + k] = (rows[at + k] as number) - (mean[k] as number);
      addComoment(machine, centered, count, d, moments.comoment);
    });
    move(moments, count, mean);
  }
}

const room = (d: number, count: number) => zeros(`FeatureStatistics: dimension ${d}`, "float64", count);

const empty = (d: number): Moments => ({ count: 0, mean: room(d, d), comoment: room(d, d * d) });

/** The moments of two sets together, in place of the first. */
function join(into: Moments, { count, mean, comoment }: Moments): void {
  for (let i = 0; i < comoment.length; i++) into.comoment[i] = (into.comoment[i] as number) + (comoment[i] as number);
  move(into, count, mean);
}

/** Chan's update, once both co-moments are added: what lies between both means, and the mean of all. */
function move(into: Moments, count: number, mean: Float64Array): void {
  const all = into.count + count;
  if (all === 0) return;
  const d = mean.length;
  const share = count / all;
  const apart = mean.map((value, k) => value - (into.mean[k] as number));
  for (let i = 0; i < d; i++) {
    const weight = into.count * share * (apart[i] as number);
    for (let j = i, at = i * d + i; j < d; j++, at++)
      into.comoment[at] = (into.comoment[at] as number) + weight * (apart[j] as number);
  }
  for (let k = 0; k < d; k++) into.mean[k] = (into.mean[k] as number) + share * (apart[k] as number);
  into.count = all;
}
