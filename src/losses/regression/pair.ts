/** What the regression losses share: predictions against targets, element by element. */
import type { Pass, StagedInputs } from "../../contract/loss.ts";
import type { FloatInput } from "../../tensor/tensor.ts";

export type Pair = [predictions: FloatInput, targets: FloatInput];
export type PairGrads = "predictions" | "targets";

export const pair = [
  { name: "predictions", shape: "...", kind: "float", differentiable: true, doc: "Predicted values." },
  { name: "targets", shape: "...", kind: "float", differentiable: true, doc: "True values." },
] as const;

/** One value per element. */
export const eachElement = { shape: "...", mean: "the number of elements" } as const;

/** What the kernel of a pair takes before its options. */
export const given = ([p, t]: StagedInputs<Pair>) => [p.pointer, t.pointer, p.size] as const;

/** What it takes after them. */
export const wanted = ({ values, grads, scale, upstream }: Pass<PairGrads>) =>
  [values, grads.predictions, grads.targets, scale, upstream] as const;
