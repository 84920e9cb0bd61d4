/** Pairs of a large batch are taken block by block. */
import { expect, it } from "vitest";
import { seeded } from "../../../test/harness/random.ts";
import { memoryUse } from "../../kernel/arena.ts";
import { batchCircleLoss } from "./circle/batchCircleLoss.ts";
import { ntXentLoss } from "./ntXent/ntXentLoss.ts";
import { batchHardQuadrupletLoss } from "./quadruplet/batchHardQuadrupletLoss.ts";
import { supConLoss } from "./supCon/supConLoss.ts";
import { batchHardTripletLoss } from "./triplet/batchHardTripletLoss.ts";
import { semiHardTripletLoss } from "./triplet/semiHardTripletLoss.ts";

const [N, D] = [8192, 16];

it("8192 embeddings never need the 256 MiB of all their distances at once", () => {
  const random = seeded(1);
  const x = { data: Float32Array.from({ length: N * D }, () => random.normal()), shape: [N, D] };
  const half = (from: number) => ({ data: x.data.slice(from, from + (N / 2) * D), shape: [N / 2, D] });
  const labels = Int32Array.from({ length: N }, (_, i) => i % 2000);
  const values = [
    batchHardTripletLoss.valueAndGrad(x, labels),
    semiHardTripletLoss.valueAndGrad(x, labels),
    batchHardQuadrupletLoss.valueAndGrad(x, labels),
    batchCircleLoss.valueAndGrad(x, labels, { pooling: "anchor" }),
    batchCircleLoss.valueAndGrad(x, labels),
    supConLoss.valueAndGrad(x, labels),
    ntXentLoss.valueAndGrad(half(0), half((N / 2) * D)),
  ].map(({ value }) => value);
  expect(values.every((value) => value > 0 && Number.isFinite(value))).toBe(true);
  expect(memoryUse().total).toBeLessThan(128 * 2 ** 20);
}, 120_000);
