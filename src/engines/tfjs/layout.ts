/** Where the channels of images, and the classes of masks and positions, lie: last in TensorFlow.js, second in a loss. */
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { isOptions } from "../../contract/options.ts";
import type { LossSpec } from "../../contract/spec.ts";
import { showShape } from "../../tensor/tensor.ts";

/** Whether a symbolic shape has channels in front of positions. */
const isLaidOut = (shape: string) => /^N [C\d] (\.\.\.|H W|H W \.\.\.)$/.test(shape);

/** Whether a loss has a layout to choose. */
export const hasChannels = ({ arguments: specs }: LossSpec): boolean => specs.some(({ shape }) => isLaidOut(shape));

/** The arguments and options of a call with channels second. */
export function arranged(spec: LossSpec, args: readonly unknown[], channelsLast: boolean | undefined): unknown[] {
  const turn = (what: string, shape: string | undefined, value: unknown): unknown => {
    if (!shape || !isLaidOut(shape)) return value;
    if (Array.isArray(value) && value[0] instanceof tf.Tensor) return value.map((entry) => turn(what, shape, entry));
    if (!(value instanceof tf.Tensor) || value.isDisposed) return value;
    if (channelsLast) return channelsSecond(value);
    if (channelsLast === undefined && looksTurned(value))
      throw new RangeError(
        `${spec.name}: ${what} is ${showShape(value.shape)}, which looks like channels last; pass channelsLast: true (or false, if they are second)`,
      );
    return value;
  };
  return args.map((value, i) => {
    const argument = spec.arguments[i];
    if (argument) return turn(argument.name, argument.shape, value);
    if (!isOptions(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, own]) => {
        const option = spec.options[key];
        return [key, turn(key, option?.type === "tensor" ? option.shape : undefined, own)];
      }),
    );
  });
}

/** [N, ..., C] as [N, C, ...]. */
function channelsSecond(x: Tensor): Tensor {
  if (x.rank < 3) return x;
  const positions = x.shape.slice(1, -1).map((_, i) => i + 1);
  return tf.transpose(x, [0, x.rank - 1, ...positions]);
}

/** So few channels behind so many rows and columns are no columns behind channels and rows. */
function looksTurned({ shape }: Tensor): boolean {
  const middle = shape.slice(1, -1);
  return middle.length >= 2 && (shape.at(-1) as number) <= 4 && middle.every((length) => length >= 16);
}
