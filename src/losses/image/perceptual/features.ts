/** What the losses of feature maps share: lists of maps, one for each layer, or the map of one layer. */

import type {
  CommonOptions,
  GradOptions,
  Loss,
  Pass,
  Reduced,
  Reduction,
  StagedInputs,
  StagedOptions,
} from "../../../contract/loss.ts";
import type { Entry, Reducing, ResultArray } from "../../../contract/signature.ts";
import type { Pointer } from "../../../kernel/kernels.ts";
import { LossaryRangeError } from "../../../lossaryError.ts";
import type { OutBuffer } from "../../../tensor/gradients.ts";
import { type Operand, viewOf } from "../../../tensor/stage.ts";
import type { FloatInput, Tensor } from "../../../tensor/tensor.ts";
import { sharesOf } from "./shares.ts";

type FeatureInput = FloatInput | readonly FloatInput[];
export type Features = [predictions: FeatureInput, targets: FeatureInput];
export type FeaturesGrads = "predictions" | "targets";

export interface FeatureOptions {
  /** The weight of each layer: as many numbers ≥ 0 as there are feature maps. Default: 1 each. */
  weights?: FloatInput;
  /** Pixels that count, [N, H, W] or [N, 1, H, W] of 0 and 1, at any size: a position of a map counts by its share of them. Default: all. */
  mask?: FloatInput;
}

type Common<R extends Reduction | undefined> = FeatureOptions & Reducing<R>;
type ListGradOptions<W extends FeaturesGrads> = Omit<GradOptions<FeaturesGrads, W>, "out"> & {
  out?: { readonly [K in FeaturesGrads]?: readonly (OutBuffer | undefined)[] };
};

type Upstream<R extends Reduction | undefined> = { upstream?: R extends "none" ? number | FloatInput : number };

/** The array of the results of a pair of maps, or of lists of them. */
type ArrayOf<P, Q> = ResultArray<[FloatInput, FloatInput], [Entry<P>, Entry<Q>]>;

/** A loss of feature maps: gradients are a list where a list came, and a tensor where a tensor came. */
export interface FeatureLoss {
  <
    R extends Reduction | undefined = "mean",
    P extends FeatureInput = FeatureInput,
    Q extends FeatureInput = FeatureInput,
  >(
    predictions: P,
    targets: Q,
    options?: Common<R> & CommonOptions,
  ): Reduced<R, ArrayOf<P, Q>>;
  valueAndGrad<
    R extends Reduction | undefined = "mean",
    W extends FeaturesGrads = FeaturesGrads,
    P extends FloatInput = FloatInput,
    Q extends FloatInput = FloatInput,
  >(
    predictions: P,
    targets: Q,
    options?: Common<R> & GradOptions<FeaturesGrads, W> & Upstream<R>,
  ): { value: Reduced<R, ArrayOf<P, Q>>; grads: { readonly [K in W]: Tensor<ArrayOf<P, Q>> } };
  valueAndGrad<
    R extends Reduction | undefined = "mean",
    W extends FeaturesGrads = FeaturesGrads,
    P extends readonly FloatInput[] = readonly FloatInput[],
    Q extends readonly FloatInput[] = readonly FloatInput[],
  >(
    predictions: P,
    targets: Q,
    options?: Common<R> & ListGradOptions<W> & Upstream<R>,
  ): { value: Reduced<R, ArrayOf<P, Q>>; grads: { readonly [K in W]: readonly Tensor<ArrayOf<P, Q>>[] } };
  readonly spec: Loss<Features, FeatureOptions, FeaturesGrads>["spec"];
}

export const features = [
  {
    name: "predictions",
    shape: "N C H W",
    kind: "list",
    differentiable: true,
    doc: "Feature maps of the image under test, one for each layer.",
  },
  {
    name: "targets",
    shape: "N C H W",
    kind: "list",
    differentiable: true,
    doc: "Feature maps of the true image, layer by layer.",
  },
] as const;

export const featureOptions = {
  weights: {
    type: "tensor",
    shape: "L",
    default: undefined,
    range: "[0, ∞)",
    doc: "The weight of each layer; 1 each by default.",
  },
  mask: {
    type: "tensor",
    shape: "N H W",
    otherShape: "N 1 H W",
    default: undefined,
    range: "{0, 1}",
    doc: "Pixels that count, at any size; a position of a map counts by its share of them.",
  },
} as const;

/** One layer of a call, both maps of it and where their gradients go (0: nowhere). */
export interface Layer {
  readonly x: Operand;
  readonly y: Operand;
  readonly dx: Pointer;
  readonly dy: Pointer;
  readonly channels: number;
  readonly positions: number;
  readonly weight: number;
  /** What counts of each image's map: C_j H_j W_j, or of the positions their shares. */
  readonly sizes: readonly number[];
  /** What of its gradients does not count becomes 0, once they are computed. */
  finish(): void;
}

/** Pairs up the maps of a call. A gradient's pointer is a list where its argument came as one. */
export function layersOf(
  [predictions, targets]: StagedInputs<Features>,
  { weights: given, mask }: StagedOptions<FeatureOptions>,
  pass: Pass<FeaturesGrads>,
): Layer[] {
  const grads: { readonly [K in FeaturesGrads]: Pointer | readonly Pointer[] } = pass.grads;
  const weights = given && viewOf(given.pointer, given.size, pass.dtype);
  const pointer = (to: Pointer | readonly Pointer[], j: number) => (typeof to === "number" ? to : (to[j] as Pointer));
  return predictions.map((x, j) => {
    const [count, channels, height, width] = x.shape as [number, number, number, number];
    const positions = height * width;
    const layer = {
      x,
      y: targets[j] as Operand,
      dx: pointer(grads.predictions, j),
      dy: pointer(grads.targets, j),
      channels,
      positions,
      weight: weights ? (weights[j] as number) : 1,
      sizes: new Array(count).fill(channels * positions),
      finish: () => {},
    };
    return mask ? masked(layer, mask, pass) : layer;
  });
}

/** Maps and gradients times the roots of their positions' shares, of which squares and products then have the shares. */
function masked(layer: Layer, mask: Operand, { kernel, dtype, dims, take }: Pass<FeaturesGrads>): Layer {
  const { x, y, dx, dy, channels, positions } = layer;
  const [count, , height, width] = x.shape as [number, number, number, number];
  const shares = sharesOf(viewOf(mask.pointer, mask.size, dtype), count, [dims.H, dims.W], [height, width]);
  const roots = take(dtype, shares.length);
  viewOf(roots, shares.length, dtype).set(shares.map(Math.sqrt));
  const keep = (from: Pointer, to: Pointer) => kernel.keepMasked(from, roots, count, channels, positions, to);
  const kept = (operand: Operand): Operand => {
    const pointer = take(dtype, operand.size);
    keep(operand.pointer, pointer);
    return { ...operand, pointer };
  };
  const finish = () => {
    for (const gradient of [dx, dy]) if (gradient) keep(gradient, gradient);
  };
  const sizes = layer.sizes.map((_, n) => {
    const own = shares.subarray(n * positions, (n + 1) * positions);
    return channels * own.reduce((sum, share) => sum + share, 0);
  });
  return { ...layer, x: kept(x), y: kept(y), sizes, finish };
}

/** Throws unless there is one weight per layer. */
export function checkWeights(layers: readonly Operand[], weights: Operand | undefined): void {
  if (weights && weights.size !== layers.length)
    throw new LossaryRangeError(
      weights.what,
      `is [${weights.size}], expected [${layers.length}], one for each feature map`,
    );
}
