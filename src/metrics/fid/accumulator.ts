import { readNumbers } from "../../contract/numbers.ts";
import { type FunctionSpec, type FunctionSpecOf, frozen } from "../../contract/spec.ts";
import { LossaryRangeError, LossaryTypeError } from "../../lossaryError.ts";
import type { FloatInput } from "../../tensor/tensor.ts";
import { joinStates, splitStates } from "../state.ts";
import { dimensionArgument, FeatureStatistics, featuresArgument } from "./featureStatistics.ts";
import { distanceOf, type Gaussian } from "./frechetDistance.ts";

/** Of the class. */
const spec: FunctionSpec = frozen({
  name: "FrechetInceptionDistance",
  family: "score",
  title: { en: "FID accumulator", zh: "FID 累加器" },
  summary: "FID of features that come in batches; parts computed apart can be merged and saved.",
  arguments: [
    {
      ...dimensionArgument,
      default: undefined,
      check: (where: string, dimension: unknown): void => {
        if (dimension !== undefined) dimensionArgument.check(where, dimension);
      },
    },
  ],
  options: {},
});

const updateSpec = frozen<FunctionSpecOf<[features: FloatInput], { real: boolean }>>({
  ...spec,
  arguments: [featuresArgument],
  options: {
    real: { type: "boolean", default: false, required: true, doc: "Whether they are of real samples." },
  },
});

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
  static readonly spec: FunctionSpec = spec;
  #sets: { readonly real: FeatureStatistics; readonly generated: FeatureStatistics } | undefined;

  /** Without a dimension, that of the first batch. */
  constructor(dimension?: number);
  constructor(...args: unknown[]) {
    const dimension = readNumbers<[unknown], Record<never, never>>(spec, args).inputs[0] as unknown;
    if (dimension !== undefined) this.#sets = pair(dimension as number);
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
  update(features: FloatInput, options: { real: boolean }): this;
  update(...args: unknown[]): this {
    const { inputs, options } = readNumbers<[FloatInput], { real: boolean }>(updateSpec, args);
    const sets = this.#sets ?? pair(inputs[0].shape[1] as number);
    sets[options.real ? "real" : "generated"].update(args[0] as FloatInput);
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
