/** A cross entropy over cosines to one weight per class, whose target cosine is put at a disadvantage. */
import type { Pass, StagedInputs } from "../../contract/loss.ts";
import { Margin, nowhere } from "../../kernel/kernels.ts";
import { checkIndices } from "../../tensor/stage.ts";
import type { FloatInput, IndexInput } from "../../tensor/tensor.ts";
import { clearAll, contrastBlocks, contrastTargets, directions, finishDirections } from "./contrast.ts";

export type MarginInputs = [embeddings: FloatInput, labels: IndexInput, weight: FloatInput];
export type MarginGrads = "embeddings" | "weight";

export const marginArguments = [
  { name: "embeddings", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the batch." },
  { name: "labels", shape: "N", kind: "index", doc: "Class of each embedding." },
  { name: "weight", shape: "C D", kind: "float", differentiable: true, doc: "One direction a class." },
] as const;

/** The body of such a loss. */
export const marginBody = (marginKind: Margin) => ({
  divisor: ([, labels]: StagedInputs<MarginInputs>, _options: unknown, { dims }: Pick<Pass, "dims">): number => {
    checkIndices(labels, dims.C as number, `weight is [${dims.C}, ${dims.D}]`);
    return dims.N as number;
  },
  run: (
    [x, labels, weight]: StagedInputs<MarginInputs>,
    { margin, scale }: { readonly margin: number; readonly scale: number },
    pass: Pass<MarginGrads>,
  ): number => {
    const { kernel, dims, dtype, take, values, grads, upstream } = pass;
    const [n, d, c] = [dims.N as number, dims.D as number, dims.C as number];
    const [u, w] = [directions(pass, x.pointer, n, d), directions(pass, weight.pointer, c, d)];
    clearAll(pass, [grads.embeddings, n * d], [grads.weight, c * d], [values, n]);
    const gaps = marginKind === Margin.angle ? take(dtype, n) : nowhere;
    if (gaps) kernel.targetGaps(u.pointer, w.pointer, labels.pointer, n, d, gaps);
    const target = { targets: labels.pointer, scale, margin, marginKind, gaps };
    const block = contrastTargets(pass, c, target, values, upstream);
    const sum = contrastBlocks(pass, u, w, grads.embeddings, grads.weight, block);
    finishDirections(pass, u, grads.embeddings, pass.scale);
    finishDirections(pass, w, grads.weight, pass.scale);
    return sum;
  },
  appliesUpstream: true,
});
