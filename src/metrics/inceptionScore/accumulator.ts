import { readNumbers } from "../../contract/numbers.ts";
import { type FunctionSpec, frozen } from "../../contract/spec.ts";
import { LossaryRangeError, LossaryTypeError } from "../../lossaryError.ts";
import type { FloatInput } from "../../tensor/tensor.ts";
import { meanAndStd } from "../arguments.ts";
import { readState, writeState } from "../state.ts";
import {
  checkSplits,
  type InceptionScoreOptions,
  probabilitiesArgument,
  readProbabilities,
  splitsOption,
} from "./inceptionScore.ts";
import { type Rows, splitScore, splitsOf } from "./splits.ts";

/** Of the class; its methods add arguments and options of their own. */
const spec: FunctionSpec = frozen({
  name: "InceptionScore",
  family: "score",
  title: { en: "Inception score accumulator", zh: "Inception 分数累加器" },
  summary: "Inception score of probabilities that come in batches; parts can be merged and saved.",
  arguments: [],
  options: {},
});

/**
 * Inception score of a stream of class probabilities.
 *
 *     const score = new InceptionScore();
 *     for (const batch of batches) score.update(batch);      // [N, C]
 *     score.compute({ splits: 10 });
 *
 * State      All rows, in the order they came: where a split begins depends on their number. Rows that come in
 *            Float32Array are kept in f32, others in f64. `merge` puts the other's rows after its own.
 * Errors     As inceptionScore; rows of another number of classes; compute without rows. A failed update changes nothing.
 */
export class InceptionScore {
  static readonly spec: FunctionSpec = spec;
  #blocks: Rows[] = [];

  constructor();
  constructor(...args: unknown[]) {
    readNumbers(spec, args);
  }

  /** Samples seen. */
  get count(): number {
    return this.#blocks.reduce((sum, { data, classes }) => sum + data.length / classes, 0);
  }

  /** Takes in a batch, [N, C]. Returns this. */
  update(probabilities: FloatInput): this;
  update(...args: unknown[]): this {
    const shape = `N ${this.#blocks[0]?.classes ?? "C"}`;
    const { inputs } = readNumbers<[FloatInput], Record<never, never>>(
      { ...spec, arguments: [{ ...probabilitiesArgument, shape }] },
      args,
    );
    const { data, classes, dtype } = readProbabilities(spec.name, inputs[0]);
    this.#blocks.push({ data: dtype === "float32" ? Float32Array.from(data) : data.slice(), classes });
    return this;
  }

  /** Puts all that another has seen after its own; that one stays as it is. Returns this. */
  merge(other: InceptionScore): this {
    if (!(other instanceof InceptionScore))
      throw new LossaryTypeError("InceptionScore: merge", "takes another InceptionScore");
    const [own, theirs] = [this.#blocks[0]?.classes, other.#blocks[0]?.classes];
    if (own !== undefined && theirs !== undefined && own !== theirs)
      throw new LossaryRangeError("InceptionScore", `cannot merge ${theirs} classes into ${own}`);
    this.#blocks.push(...other.#blocks);
    return this;
  }

  /** Mean and standard deviation (ddof 0) over the splits. */
  compute(options?: InceptionScoreOptions): { mean: number; std: number };
  compute(...args: unknown[]): { mean: number; std: number } {
    const { options } = readNumbers<[], InceptionScoreOptions>({ ...spec, options: splitsOption }, args);
    const { count } = this;
    if (count === 0) throw new LossaryRangeError("InceptionScore", "there are no samples yet");
    checkSplits(spec.name, options.splits, count);
    return meanAndStd(splitsOf(count, options.splits).map((split) => splitScore(this.#blocks, split)));
  }

  /** All rows as bytes. */
  toBytes(): Uint8Array {
    const classes = this.#blocks[0]?.classes ?? 0;
    const rows = new Float64Array(this.count * classes);
    this.#blocks.reduce((at, { data }) => {
      rows.set(data, at);
      return at + data.length;
    }, 0);
    return writeState("classes", [classes, this.count], rows);
  }

  /** What `toBytes` wrote. */
  static fromBytes(bytes: Uint8Array): InceptionScore {
    const sizeOf = ([classes = 0, count = 0]: readonly number[]) => [classes * count];
    const { header, parts } = readState("InceptionScore.fromBytes", "classes", bytes, 2, sizeOf);
    const [data, classes] = [parts[0] as Float64Array, header[0] as number];
    const made = new InceptionScore();
    if (data.length > 0) made.#blocks.push({ data, classes });
    return made;
  }
}
