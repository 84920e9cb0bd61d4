import { describe, expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { centralDifference } from "../../../../test/harness/differences.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { referenceSsim } from "../../../../test/image/reference.ts";
import { ssimLoss } from "./ssimLoss.ts";
import type { SsimOptions } from "./window.ts";

const options: SsimOptions[] = [
  { window: 3, dataRange: 2 },
  { window: 2, dataRange: 1, sigma: 0.7 },
  { window: 1, dataRange: 3, k1: 0.1, k2: 0.2 },
  { window: 3, dataRange: 1, sigma: Number.POSITIVE_INFINITY },
];

for (const lengths of [
  { C: 1, H: 3, W: 5 },
  { C: 1, H: 4, W: 8 },
  { C: 2, H: 5, W: 4 },
])
  describeLoss<SsimOptions>(withLengths(ssimLoss, lengths) as typeof ssimLoss, {
    reference: ([x, y], given) => {
      const { data, shape } = referenceSsim(x as Sample, y as Sample, given);
      const size = data.length / (shape[0] as number);
      return Array.from({ length: shape[0] as number }, (_, n) => {
        const lost = data.slice(n * size, (n + 1) * size).map((s) => 1 - s);
        return lost.reduce((sum, s) => sum + s, 0) / size;
      });
    },
    options,
    accuracy: { float32: 2e-5, float64: 1e-12 },
    gradientAccuracy: { float32: 1e-3, float64: 1e-11 },
  });
