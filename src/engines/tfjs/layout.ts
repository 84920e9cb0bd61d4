/** Where the channels of images, and the classes of masks and positions, lie: last in TensorFlow.js, second in a loss. */

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { checkLeading } from "../../contract/call.ts";
import type { LossSpec } from "../../contract/spec.ts";
import { LossaryRangeError } from "../../lossaryError.ts";
import { type Shape, showShape } from "../../tensor/tensor.ts";

/** Whether a symbolic shape has channels in front of positions. */
const isLaidOut = (shape: string) => /^N [C\d] (\.\.\.|(\.\.\. )?H W)$/.test(shape);

/** The options that are numbers per class, of a loss whose inputs have any shape: then classes must lie second. */
const perClass = ({ options }: LossSpec): string[] =>
  Object.entries(options).flatMap(([name, option]) => (option.type === "tensor" && option.axis === 1 ? [name] : []));

/** Whether a loss may have a layout to choose. */
export const hasChannels = (spec: LossSpec): boolean =>
  spec.arguments.some(({ shape }) => isLaidOut(shape)) || perClass(spec).length > 0;

/** Whether it has one with these options. */
export const hasLayout = (spec: LossSpec, options: Readonly<Record<string, unknown>>): boolean =>
  spec.arguments.some(({ shape }) => isLaidOut(shape)) ||
  perClass(spec).some((name) => typeof options[name] === "object" && options[name] !== null);

/** A tensor of a symbolic shape with its channels second. */
export function arranged(what: string, x: Tensor, shape: string, channelsLast: boolean | undefined): Tensor {
  if (shape === "..." && channelsLast) return channelsSecond(x);
  if (!isLaidOut(shape)) return x;
  if (channelsLast) return channelsSecond(x);
  if (channelsLast === undefined && looksTurned(x))
    throw new LossaryRangeError(
      what,
      `is ${showShape(x.shape)}, which looks like channels last; pass channelsLast: true (or false, if they are second)`,
    );
  return x;
}

/** Numbers for the leading axes of [N, ..., C] as numbers for all of it, which `whole`, [N, C, ...], is arranged of. */
export function spread(what: string, x: Tensor, [samples = 0, channels = 0, ...positions]: Shape): Tensor {
  const full = [samples, ...positions, channels];
  if (positions.length === 0) return x;
  checkLeading(what, x.shape, full);
  return tf.broadcastTo(
    tf.reshape(
      x,
      full.map((_, axis) => x.shape[axis] ?? 1),
    ),
    full,
  );
}

/** [N, ..., C] as [N, C, ...]. */
function channelsSecond(x: Tensor): Tensor {
  if (x.rank < 3) return x;
  const positions = x.shape.slice(1, -1).map((_, i) => i + 1);
  return tf.transpose(x, [0, x.rank - 1, ...positions]);
}

/** [N, C, ...] as [N, ..., C]. */
export function channelsBack(x: Tensor): Tensor {
  if (x.rank < 3) return x;
  const positions = x.shape.slice(2).map((_, i) => i + 2);
  return tf.transpose(x, [0, ...positions, 1]);
}

/** So few channels after so many rows and columns are not columns after channels and rows. */
function looksTurned({ shape }: Tensor): boolean {
  const middle = shape.slice(1, -1);
  return middle.length >= 2 && (shape.at(-1) as number) <= 4 && middle.every((length) => length >= 16);
}
