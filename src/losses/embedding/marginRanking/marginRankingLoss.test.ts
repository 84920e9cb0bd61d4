import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type MarginRankingOptions, marginRankingLoss } from "./marginRankingLoss.ts";

describeLoss<MarginRankingOptions>(marginRankingLoss, {
  kinks: ({ argument, of, options: { margin } }) =>
    argument === "first" ? [of("second") + margin * of("targets")] : [of("first") - margin * of("targets")],
  atInfinity: ({ argument, sign, of }) => {
    const ahead = sign * of("targets") * (argument === "first" ? 1 : -1);
    return ahead > 0 ? [0, 0] : [Number.POSITIVE_INFINITY, sign];
  },
  reference: ([a, b, y], { margin }) =>
    (a as Sample).data.map((x, i) => {
      const other = (b as Sample).data[i] as number;
      const lead = ((y as Sample).data[i] as number) > 0 ? x - other : other - x;
      return lead < margin ? margin - lead : 0;
    }),
  options: [{}, { margin: 0.5 }, { margin: 3 }],
  accuracy: { float32: 2e-7, float64: 4e-16, floor: 3 },
});

it("marginRankingLoss: known values; on the margin the gradient is 0", () => {
  const { value, grads } = marginRankingLoss.valueAndGrad([3, 1, 2], [1, 3, 1], [1, 1, 1], {
    margin: 1,
    reduction: "none",
  });
  expect([...value.data]).toEqual([0, 3, 0]);
  expect([...grads.first.data].map(Math.abs)).toEqual([0, 1, 0]);
});
