/** What the segmentation losses share: probabilities against masks, one value per sample and class. */
import type { Pass, StagedInputs } from "../../contract/loss.ts";
import { nowhere, type Pointer } from "../../kernel/kernels.ts";
import type { Operand } from "../../tensor/stage.ts";
import type { FloatInput } from "../../tensor/tensor.ts";

export type Masks = [probabilities: FloatInput, targets: FloatInput];
export type MasksGrads = "probabilities";

export const masks = [
  {
    name: "probabilities",
    shape: "N C ...",
    kind: "probability",
    differentiable: true,
    doc: "Predicted probability of each class at each position.",
  },
  {
    name: "targets",
    shape: "N C ...",
    kind: "probability",
    differentiable: false,
    doc: "True masks: 1 where the class is, 0 elsewhere, or soft.",
  },
] as const;

/** One value per sample and class. */
export const eachMask = { shape: "N C", mean: "the number of samples times the number of classes" } as const;

/** How many masks there are, and how many positions each has. */
export function masksOf({ dims }: Pick<Pass, "dims">): { count: number; positions: number } {
  const { N, C, "...": positions } = dims as { N: number; C: number; "...": number };
  return { count: N * C, positions };
}

/** Options of the losses with one value per mask. */
export interface OverlapOptions extends MaskOption {
  /** Sums over the samples first: one value per class. Default false. */
  perBatch?: boolean;
  /** Weight of each class, [C]; ≥ 0. Default: all 1. */
  weight?: FloatInput;
  /** Leaves masks without target out of the mean: value 0, and not counted. Default false. */
  ignoreEmpty?: boolean;
}

export interface MaskOption {
  /** 1 at positions that count, 0 at those left out of every sum, whatever they hold; [N, ...] or [N, 1, ...]. Default: all count. */
  mask?: FloatInput;
}

export const maskOption = {
  mask: {
    type: "tensor",
    shape: "N ...",
    otherShape: "N 1 ...",
    default: undefined,
    range: "{0, 1}",
    doc: "1 at positions that count, 0 at those left out of every sum.",
  },
} as const;

export const overlapOptions = {
  perBatch: { type: "boolean", default: false, doc: "Sums over the samples first: one value per class." },
  weight: { type: "tensor", shape: "C", default: undefined, range: "[0, ∞)", doc: "Weight of each class." },
  ignoreEmpty: { type: "boolean", default: false, doc: "Leaves masks without target out of the mean." },
  ...maskOption,
} as const;

/** One value per sample and class, or with perBatch per class. */
export const eachGroup = {
  ...eachMask,
  mean: "the sum of the weights of the masks that count (without weights, their number)",
  when: { option: "perBatch", is: true, shape: "C" },
} as const;

interface StagedOverlap {
  readonly perBatch: boolean;
  readonly weight: Operand | undefined;
  readonly ignoreEmpty: boolean;
  readonly mask: Operand | undefined;
}

type Part = Omit<Pass<MasksGrads>, "scale">;

/** An input in which positions left out are 0: of probabilities and targets they then add nothing to any sum. */
function kept({ kernel, dims, dtype, take }: Part, x: Operand, mask: Operand | undefined): Pointer {
  if (!mask) return x.pointer;
  const { N, C, "...": positions } = dims as { N: number; C: number; "...": number };
  const out = take(dtype, x.size);
  kernel.keepMasked(x.pointer, mask.pointer, N, C, positions, out);
  return out;
}

/** The divisor of the mean: the weights of the groups that count. */
export function weightOfMasks(
  [, t]: StagedInputs<Masks>,
  { perBatch, weight, ignoreEmpty, mask }: StagedOverlap,
  pass: Part,
): number {
  const { count, positions } = masksOf(pass);
  const C = pass.dims.C as number;
  const targets = ignoreEmpty ? kept(pass, t, mask) : t.pointer;
  const weights = weight?.pointer ?? nowhere;
  const samples = pass.weights?.pointer ?? nowhere;
  return pass.kernel.masksWeight(targets, count, perBatch ? C : count, positions, C, weights, samples, ignoreEmpty);
}

/** Runs `use` on what counts of the inputs; what does not has gradient 0. */
export function overMasked(
  [p, t]: StagedInputs<Masks>,
  mask: Operand | undefined,
  pass: Pass<MasksGrads>,
  use: (p: Pointer, t: Pointer) => number,
): number {
  const sum = use(kept(pass, p, mask), kept(pass, t, mask));
  const { N, C, "...": positions } = pass.dims as { N: number; C: number; "...": number };
  const gradient = pass.grads.probabilities;
  if (mask && gradient) pass.kernel.keepMasked(gradient, mask.pointer, N, C, positions, gradient);
  return sum;
}
