/** A small network of convolutions, in plain arithmetic and in both engines, and the perceptual loss through it. */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { perceptualLoss } from "../../src/index.ts";
import { centralDifference } from "../harness/differences.ts";
import { seeded } from "../harness/random.ts";

type TensorFlow = typeof import("@tensorflow/tfjs");
type Jax = typeof import("@jax-js/jax");
type JaxArray = import("@jax-js/jax").Array;

export interface Maps {
  readonly data: number[];
  readonly shape: [n: number, c: number, h: number, w: number];
}

const random = seeded(3);
const normal = (count: number) => Array.from({ length: count }, () => Math.fround(random.normal()));
/** Two layers of 3 x 3 and 2 x 2 filters [out, in, h, w], each followed by a ramp. */
export const filters: Maps[] = [
  { data: normal(54), shape: [3, 2, 3, 3] },
  { data: normal(24), shape: [2, 3, 2, 2] },
];
export const images: [number, number, number, number] = [2, 2, 6, 5];
export const [first, second] = [normal(120), normal(120)];
export const options = { layers: ["second", "first"], weights: [0.5, 2] };

function ramped({ data, shape: [n, c, h, w] }: Maps, { data: filter, shape: [k, , a, b] }: Maps): Maps {
  const [rows, columns] = [h - a + 1, w - b + 1];
  const out: number[] = [];
  for (let i = 0; i < n * k * rows * columns; i++) {
    const [x, y] = [i % columns, Math.floor(i / columns) % rows];
    const [to, image] = [Math.floor(i / (columns * rows)) % k, Math.floor(i / (columns * rows * k))];
    let sum = 0;
    for (let from = 0; from < c; from++)
      for (let v = 0; v < a; v++)
        for (let u = 0; u < b; u++)
          sum +=
            (data[((image * c + from) * h + y + v) * w + x + u] as number) *
            (filter[((to * c + from) * a + v) * b + u] as number);
    out.push(Math.max(0, sum));
  }
  return { data: out, shape: [n, k, rows, columns] };
}

export function mapsOf(data: number[]): Maps[] {
  const one = ramped({ data, shape: images }, filters[0] as Maps);
  return [ramped(one, filters[1] as Maps), one];
}

export const lossOf = (x: number[], y: number[]) => perceptualLoss(mapsOf(x), mapsOf(y), { weights: options.weights });

/** Its slope along each number of the first image; null on a kink. */
export const slopes = first.map((_, i) => centralDifference((x) => lossOf(x, second), first, i));

export type DataFormat = "channelsLast" | "channelsFirst";

/** The network as layers of TensorFlow.js. */
export function layered(tf: TensorFlow, dataFormat: DataFormat = "channelsLast") {
  const layers = filters.map(({ shape }, i) =>
    tf.layers.conv2d({
      name: ["first", "second"][i],
      filters: shape[0],
      kernelSize: [shape[2], shape[3]],
      activation: "relu",
      dataFormat,
      inputShape: i > 0 ? undefined : dataFormat === "channelsLast" ? [6, 5, 2] : [2, 6, 5],
    }),
  );
  const network = tf.sequential({ layers });
  for (const [i, { data, shape }] of filters.entries())
    tf.tidy(() => layers[i]?.setWeights([tf.transpose(tf.tensor4d(data, shape), [2, 3, 1, 0]), tf.zeros([shape[0]])]));
  return network;
}

/** An image as the layers take it, its channels last. */
export const imageOf = (tf: TensorFlow, data: readonly number[]): Tensor4D =>
  tf.transpose(tf.tensor4d([...data], images), [0, 2, 3, 1]);

/** The network as a function of jax-js from images to feature maps. */
export function mapped(jax: Jax) {
  const { numpy: np, lax, nn } = jax;
  const weights = filters.map(({ data, shape }) => np.array(Float32Array.from(data), { shape }));
  return (x: JaxArray) => {
    const layer = (input: JaxArray, i: number) =>
      nn.relu(lax.convGeneralDilated(input, (weights[i] as JaxArray).ref, [1, 1], "VALID"));
    const one = layer(x, 0);
    return { first: one.ref, second: layer(one.ref, 1), unused: one };
  };
}

export const arrayOf = ({ numpy: np }: Jax, data: readonly number[]): JaxArray =>
  np.array(Float32Array.from(data), { shape: images });
