import { checkNoMore, namedOptions } from "../../contract/options.ts";
import { LossaryRangeError, LossaryTypeError } from "../../lossaryError.ts";
import { describe } from "../../tensor/read.ts";
import type { FloatInput } from "../../tensor/tensor.ts";
import { argumentReader } from "../arguments.ts";
import { joinStates, splitStates } from "../state.ts";
import { FeatureStatistics } from "./featureStatistics.ts";
import { distanceOf, type Gaussian } from "./frechetDistance.ts";

/**
 * Fréchet inception distance of streams of features: two FeatureStatistics and the distance between them.
 *
 *     const fid = new FrechetInceptionDistance();
 *     for (const batch of realBatches) fid.update(batch, { real: true });
 *     for (const batch of generatedBatches) fid.update(batch, { real: false });
 *     fid.compute();
 *
 * State      Count, mean and co-moment of each set, in f64; see FeatureStatistics.
 * Errors     Rows of another dimension; NaN or infinite features; compute with fewer than two samples in a set.
 * Edges      With fewer samples than dimensions the covariance is singular and the distance is biased upwards, strongly:
 *            compare `real.count` and `generated.count` with `dimension` before a number is published.
 * Relation   frechetInceptionDistance takes both sets at once, and has a gradient.
 * Source     M. Heusel et al., GANs Trained by a Two Time-Scale Update Rule, 2017.
 */
export class FrechetInceptionDistance {
  #sets: { readonly real: FeatureStatistics; readonly generated: FeatureStatistics } | undefined;

  /** Without a dimension, that of the first batch. */
  constructor(dimension?: number, ...more: []) {
    checkNoMore("new FrechetInceptionDistance(dimension)", more);
    if (dimension !== undefined) this.#sets = pair(dimension);
  }

  /** Length of a feature; undefined before the first batch unless it was given. */
  get dimension(): number | undefined {
    return this.#sets?.real.dimension;
  }

  /** The set of real features. Throws while the dimension is unknown. */
  get real(): FeatureStatistics {
    return this.#known().real;
  }

  /** The set of generated features. Throws while the dimension is unknown. */
  get generated(): FeatureStatistics {
    return this.#known().generated;
  }

  /** Takes in a batch, [N, D], of one of the sets. Returns this. */
  update(features: FloatInput, options: { real: boolean }): this {
    const { real } = namedOptions("FrechetInceptionDistance", options, ["real"]);
    if (typeof real !== "boolean")
      throw new LossaryTypeError("FrechetInceptionDistance: real", `is ${describe(real)}, expected true or false`);
    let sets = this.#sets;
    if (!sets) {
      const { shape } = argumentReader("FrechetInceptionDistance")("features", "N D", features);
      sets = pair(shape[1] as number);
    }
    sets[real ? "real" : "generated"].update(features);
    this.#sets = sets;
    return this;
  }

  /** Takes in all that another has seen; that one stays as it is. Returns this. */
  merge(other: FrechetInceptionDistance): this {
    if (!(other instanceof FrechetInceptionDistance))
      throw new LossaryTypeError("FrechetInceptionDistance: merge", "takes another FrechetInceptionDistance");
    if (other.dimension === undefined) return this;
    const sets = this.#sets ?? pair(other.dimension);
    sets.real.merge(other.real);
    sets.generated.merge(other.generated);
    this.#sets = sets;
    return this;
  }

  /** The distance: real and ≥ 0. */
  compute(): number {
    const { real, generated } = this.#known();
    for (const [name, { count }] of Object.entries({ real, generated }))
      if (count < 2)
        throw new LossaryRangeError(
          `FrechetInceptionDistance: ${name}`,
          `has ${count} sample${count === 1 ? "" : "s"}, at least 2 are needed`,
        );
    const [a, b] = [real, generated].map((set) => ({ mean: set.mean, covariance: set.covariance(), count: set.count }));
    return distanceOf(a as Gaussian, b as Gaussian);
  }

  /** Both sets as bytes. */
  toBytes(): Uint8Array {
    return joinStates(this.#sets ? [this.#sets.real.toBytes(), this.#sets.generated.toBytes()] : []);
  }

  /** What `toBytes` wrote. */
  static fromBytes(bytes: Uint8Array): FrechetInceptionDistance {
    const name = "FrechetInceptionDistance.fromBytes";
    const states = splitStates(name, bytes).map((state) => FeatureStatistics.fromBytes(state));
    const made = new FrechetInceptionDistance();
    if (states.length === 0) return made;
    const [real, generated] = states as [FeatureStatistics, FeatureStatistics];
    if (states.length !== 2 || real.dimension !== generated.dimension)
      throw new LossaryRangeError(name, `expected two sets of one dimension`);
    made.#sets = { real, generated };
    return made;
  }

  #known() {
    if (!this.#sets) throw new LossaryRangeError("FrechetInceptionDistance", "there are no features yet");
    return this.#sets;
  }
}

const pair = (dimension: number) => ({
  real: new FeatureStatistics(dimension),
  generated: new FeatureStatistics(dimension),
});
