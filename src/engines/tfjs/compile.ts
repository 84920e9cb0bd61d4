import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { CommonOptions } from "../../contract/loss.ts";
import { namedOptions } from "../../contract/options.ts";
import type { Given } from "../../contract/signature.ts";
import type { ArgumentSpec, LossSpec } from "../../contract/spec.ts";
import { LossaryRangeError, LossaryTypeError } from "../../lossaryError.ts";
import { describe } from "../../tensor/read.ts";
import { position } from "../../tensor/stage.ts";
import type { NativeCombined, NativeLoss, NativeRead } from "../combine.ts";
import { adder, partsOf, type TfjsCombinedOptions } from "./combine.ts";
import { readsFreely } from "./fused.ts";
import { hasLayout } from "./layout.ts";
import { checkOwnOptions, checkTensor, perSample, type TfjsOptions } from "./native.ts";

/** A loss of predictions and targets, as this module exports them; `R` are its options. */
export type PairLoss<R extends readonly unknown[]> = ((
  predictions: Tensor,
  targets: Tensor,
  ...options: R
) => Tensor) & {
  readonly spec: LossSpec;
};

/** What of the options decides how targets are read. */
interface Reading {
  readonly channelsLast?: boolean;
  readonly ignoreIndex?: number;
}

/**
 * A loss in the form that `model.compile({ loss, metrics })` takes: Keras' order (yTrue, yPred), one number per sample.
 *
 *     model.compile({ optimizer: "adam", loss: compile(crossEntropy, { labelSmoothing: 0.1 }) });
 *
 * Value      [N], whose mean is the loss as `reduction` says, also where that is a weighted mean: so `classWeight` of `fit`
 *            weighs samples, as it does in TensorFlow.js's own losses. A loss that is one number by nature, or by an option
 *            (perBatch, pooling), stays one number, which class weights multiply as a whole.
 * Shapes     `fit` demands targets in the shape of the model's outputs. Class labels therefore come one-hot and become
 *            indices here; labels of a batch's identities ([N, D] outputs) come repeated along their row. Channels and
 *            classes lie last, as layers make them, unless `channelsLast` is false. [N, 1] is squeezed where a loss takes [N].
 * Combined   What `combine` gives is compiled part by part: its `targets` get the targets as `fit` has them, in the outputs' shape,
 *            and give such as well; activations get the outputs, channels last. Options are then those of all parts.
 * Errors     A loss that takes anything but predictions and targets; `sampleWeight`, which is of one batch; a required option
 *            that is missing; a row of targets
 *            that is not one-hot (softCrossEntropy takes such), or not one label repeated. A row of zeros is ignored where
 *            `ignoreIndex` is given, else an error. On webgl and webgpu, where reading targets would wait for the graphics
 *            processor, such a row is NaN instead.
 * Edges      TensorFlow.js 4 has no `sampleWeight`, and weighs no validation: `val_loss` and `evaluate` are unweighted.
 *            Where labels are repeated along a row, `classWeight` reads them as one-hot: do not use it there.
 */
export function compile(
  loss: NativeCombined<Tensor, never, TfjsCombinedOptions>,
  options?: Given<CommonOptions & TfjsOptions>,
): KerasLoss;
export function compile<R extends readonly unknown[]>(loss: PairLoss<R>, ...options: R): KerasLoss;
export function compile(loss: unknown, given?: unknown): KerasLoss {
  const parts = partsOf(loss);
  return parts ? compileParts(parts, given) : compileLoss(loss as PairLoss<[]>, given);
}

/** A loss or metric as Keras calls it. */
export type KerasLoss = (yTrue: Tensor, yPred: Tensor) => Tensor;

function compileParts(parts: readonly NativeRead<Tensor>[], given: unknown): KerasLoss {
  const { sampleWeight, channelsLast = true, ...common } = namedOptions("compile", given, adder.names);
  if (sampleWeight !== undefined) throw ofOneBatch();
  const options = { ...common, channelsLast };
  const terms = parts.map((part) => {
    const { activation, loss, weight } = part;
    const { spec } = (activation ?? {}) as Partial<NativeLoss<Tensor>>;
    const own = spec ? [adder.taken(options, spec)] : [];
    const compiled = compileLoss(loss as unknown as PairLoss<[]>, {
      ...part.options,
      ...adder.taken(options, { ...loss.spec, unreduced: null }),
    });
    return (yTrue: Tensor, yPred: Tensor) => ({
      weight,
      value: compiled(part.targets([yTrue], (x) => x)[0] as Tensor, activation ? activation(yPred, ...own) : yPred),
    });
  });
  const compiled = (yTrue: Tensor, yPred: Tensor) =>
    tf.tidy(() => {
      checkTensor("combine: predictions", yPred);
      const all = terms.map((term) => term(yTrue, yPred));
      return adder.sum(
        all.filter(({ weight }) => weight !== 0),
        yPred,
      );
    });
  return Object.defineProperty(compiled, "name", { value: "combine" });
}

const ofOneBatch = () =>
  new LossaryTypeError("compile: sampleWeight", "is of one batch; weigh classes through fit's classWeight");

function compileLoss(loss: PairLoss<[]>, options: unknown): KerasLoss {
  const spec = specOf(loss);
  const [predictions, targets] = spec.arguments;
  const each = perSample(loss);
  if (spec.arguments.length !== 2 || !predictions || !targets)
    throw new LossaryTypeError(
      `compile: ${spec.name}`,
      `takes ${spec.arguments.length} arguments, expected predictions and targets`,
    );
  if (!each) throw new LossaryTypeError(`compile: ${spec.name}`, `is a loss on arrays, expected one of lossary/tfjs`);
  checkOwnOptions(spec, options);
  if ((options as { readonly sampleWeight?: unknown } | undefined)?.sampleWeight !== undefined) throw ofOneBatch();
  const given = { ...(options as Reading | undefined) };
  const layout = hasLayout(spec, given) ? { channelsLast: given.channelsLast ?? true } : {};
  const compiled = (yTrue: Tensor, yPred: Tensor) =>
    tf.tidy(() => {
      checkTensor(`${spec.name}: ${predictions.name}`, yPred);
      checkTensor(`${spec.name}: ${targets.name}`, yTrue);
      const read = targets.kind === "index" && yTrue.rank >= yPred.rank;
      const labels = read ? labelsOf(spec, yTrue, { ...given, ...layout }) : { targets: yTrue };
      return each(
        squeezed(predictions, labels.sound ? tf.mul(yPred, labels.sound) : yPred),
        squeezed(targets, labels.targets),
        { ...given, ...layout },
      );
    });
  return Object.defineProperty(compiled, "name", { value: spec.name });
}

function specOf(loss: unknown): LossSpec {
  if (loss === undefined) throw new LossaryTypeError("compile: loss", "is missing; expected compile(loss, options?)");
  const { spec } = (loss ?? {}) as { readonly spec?: LossSpec };
  if (!spec) throw new LossaryTypeError("compile: loss", `is ${describe(loss)}, expected a loss of lossary/tfjs`);
  return spec;
}

/** [N, 1] as [N] where that is asked for. */
const squeezed = ({ shape }: ArgumentSpec, x: Tensor): Tensor =>
  shape === "N" && x.rank === 2 && x.shape[1] === 1 ? tf.squeeze(x, [1]) : x;

interface Labels {
  readonly targets: Tensor;
  /** 1 in rows that hold a label, NaN in the others, in the shape of the targets with one class; absent where all do. */
  readonly sound?: Tensor;
}

/** The labels in targets of the outputs' shape: one-hot, or repeated along the last axis. */
function labelsOf({ name, arguments: [predictions] }: LossSpec, given: Tensor, reading: Reading): Labels {
  // The wasm backend has no size, and no largest, of truth values.
  const yTrue = given.dtype === "bool" ? tf.cast(given, "int32") : given;
  const axis = reading.channelsLast === false ? 1 : yTrue.rank - 1;
  const oneHot = (predictions as ArgumentSpec).shape.startsWith("N C") && yTrue.shape[axis] !== 1;
  const { targets, holds } = oneHot ? fromOneHot(yTrue, axis, reading) : fromRepeated(yTrue, axis);
  if (!readsFreely()) return { targets, sound: tf.expandDims(tf.where(holds, 1, Number.NaN), axis) };
  const wrong = holds.dataSync().indexOf(0);
  if (wrong < 0) return { targets };
  const which = `${name}: targets${position(wrong, holds.shape)}`;
  if (!oneHot) throw new LossaryRangeError(which, `holds different labels, expected one, repeated`);
  throw new LossaryRangeError(
    which,
    tf.max(yTrue, axis).dataSync()[wrong] === 0
      ? "is all zeros, expected one-hot; a label outside the classes gives that, and padding is left out where ignoreIndex is given"
      : "is not one-hot; softCrossEntropy takes probabilities",
  );
}

interface Read {
  readonly targets: Tensor;
  /** Where there is a label. */
  readonly holds: Tensor;
}

function fromOneHot(yTrue: Tensor, axis: number, { ignoreIndex }: Reading): Read {
  const total = tf.sum(tf.abs(yTrue), axis);
  const holds = tf.logicalAnd(tf.equal(total, 1), tf.equal(tf.max(yTrue, axis), 1));
  const targets = tf.argMax(yTrue, axis);
  if (ignoreIndex === undefined) return { targets, holds };
  const empty = tf.equal(total, 0);
  const ignored = tf.where(empty, tf.scalar(ignoreIndex, "int32"), targets);
  return { targets: ignored, holds: tf.logicalOr(holds, empty) };
}

function fromRepeated(yTrue: Tensor, axis: number): Read {
  const first = tf.slice(
    yTrue,
    yTrue.shape.map(() => 0),
    yTrue.shape.map((length, i) => (i === axis ? 1 : length)),
  );
  return { targets: tf.squeeze(first, [axis]), holds: tf.equal(tf.max(yTrue, axis), tf.min(yTrue, axis)) };
}
