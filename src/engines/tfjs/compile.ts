import type { Tensor } from "@tensorflow/tfjs-core";
import type { ArgumentSpec, LossSpec } from "../../spec.ts";
import { tf } from "./peer.ts";

/** A loss of predictions and targets, as this module exports them; `R` are its options. */
type PairLoss<R extends readonly unknown[]> = ((predictions: Tensor, targets: Tensor, ...options: R) => Tensor) & {
  readonly spec: LossSpec;
};

/**
 * A loss in the form that `model.compile({ loss })` takes: Keras' order (yTrue, yPred), one number a batch.
 *
 *     model.compile({ optimizer: "adam", loss: compile(crossEntropy, { labelSmoothing: 0.1 }) });
 *
 * Shapes     `fit` demands targets in the shape of the model's outputs. Class labels therefore come one-hot and become
 *            indices here; labels of a batch's identities ([N, D] outputs) come repeated along their row. Outputs with
 *            classes last, as layers make them ([N, H, W, C]), are turned to have them second; so are masks. [N, 1] is
 *            squeezed where a loss takes [N].
 * Errors     A loss that takes anything but predictions and targets; a required option that is missing.
 * Edges      Sample weights of `fit` multiply the batch's number, not its rows.
 */
export function compile<R extends readonly unknown[]>(
  loss: PairLoss<R>,
  ...options: R
): (yTrue: Tensor, yPred: Tensor) => Tensor {
  const { spec } = loss;
  const [predictions, targets] = spec.arguments;
  if (spec.arguments.length !== 2 || !predictions || !targets)
    throw new TypeError(
      `compile: ${spec.name} takes ${spec.arguments.length} arguments, expected predictions and targets`,
    );
  return (yTrue, yPred) =>
    tf.tidy(() => loss(classesSecond(predictions, yPred), toTargets(targets, predictions, yTrue, yPred), ...options));
}

const hasClasses = ({ shape }: ArgumentSpec) => shape.startsWith("N C");

/** [N, ..., C] as [N, C, ...], and [N, 1] as [N] where that is asked for. */
function classesSecond(argument: ArgumentSpec, x: Tensor): Tensor {
  if (argument.shape === "N" && x.rank === 2 && x.shape[1] === 1) return tf.squeeze(x, [1]);
  if (!hasClasses(argument) || x.rank < 3) return x;
  const positions = x.shape.slice(1, -1).map((_, i) => i + 1);
  return tf.transpose(x, [0, x.rank - 1, ...positions]);
}

function toTargets(targets: ArgumentSpec, predictions: ArgumentSpec, yTrue: Tensor, yPred: Tensor): Tensor {
  if (targets.kind !== "index") return classesSecond(targets, yTrue);
  if (yTrue.rank < yPred.rank) return yTrue;
  const last = yTrue.rank - 1;
  if (hasClasses(predictions) && yTrue.shape[last] !== 1) return tf.argMax(yTrue, last);
  return tf.squeeze(tf.slice(yTrue, zeros(yTrue.rank), [...yTrue.shape.slice(0, last), 1]), [last]);
}

const zeros = (rank: number) => new Array<number>(rank).fill(0);
