/**
 * A convolution that can be trained on the wasm backend, which has no gradient for the filters of conv2d. That gradient is a
 * convolution too: of the images with what flows back, the batch in the place of the channels.
 */
import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import { tf } from "./tfjs.ts";

/** Images [N, H, W, C] by filters [k, k, C, D], k odd; stride 1, and the size stays. */
export const convolve = tf.customGrad((x, filters, save) => {
  const [images, kernel] = [x as Tensor4D, filters as Tensor4D];
  (save as (tensors: Tensor[]) => void)([images, kernel]);
  const gradFunc = (flow: Tensor, saved: Tensor[]) => {
    const [input, weights] = saved as [Tensor4D, Tensor4D];
    const margin = weights.shape[0] >> 1;
    const around: [number, number] = [margin, margin];
    const padded = tf.pad(input, [[0, 0], around, around, [0, 0]]);
    const found = tf.conv2d(
      tf.transpose(padded, [3, 1, 2, 0]),
      tf.transpose(flow as Tensor4D, [1, 2, 0, 3]),
      1,
      "valid",
    );
    return [tf.conv2dTranspose(flow as Tensor4D, weights, input.shape, 1, "same"), tf.transpose(found, [1, 2, 0, 3])];
  };
  return { value: tf.conv2d(images, kernel, 1, "same"), gradFunc };
});
