/** Witness 1: values against the reference; reductions against "none" and plain arithmetic. */
import { expect, it } from "vitest";
import { type AnyLoss, specOf, valuesOf, valueWith } from "./calls.ts";
import type { LossCase } from "./describeLoss.ts";
import { expectClose } from "./expectClose.ts";
import { seeded } from "./random.ts";
import { drawInputs, lengthsToTry } from "./samples.ts";

export const dtypes = ["float32", "float64"] as const;

const plainSum = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Weights that change nothing. */
export const ones = (count: number): number[] => new Array(count).fill(1);

export function testValues(loss: AnyLoss, { reference, divisor, options, accuracy, draw }: LossCase): void {
  const spec = specOf(loss);
  for (const dtype of dtypes)
    it(`${dtype}: values agree with the reference to ${accuracy[dtype]}`, () => {
      const random = seeded(1);
      for (const lengths of lengthsToTry(spec))
        for (const given of options) {
          const samples = drawInputs(spec, lengths, random, draw);
          const hint = `${JSON.stringify(given)} ${JSON.stringify(lengths)}`;
          const wanted = reference(samples, given);
          if (spec.unreduced === null) {
            expectClose([valueWith(loss, samples, given, dtype)], wanted, accuracy[dtype], 0, hint, accuracy.least);
            continue;
          }
          const values = valuesOf(loss, samples, given, dtype);
          expectClose(values, wanted, accuracy[dtype], accuracy.floor, hint, accuracy.least);
          // The sum of many values of either sign is as exact as the sum of their sizes.
          const size = plainSum(values.map(Math.abs));
          const sum = valueWith(loss, samples, { ...given, reduction: "sum" }, dtype);
          expect(Math.abs(sum - plainSum(values)), `sum ${hint}`).toBeLessThanOrEqual(4 * accuracy[dtype] * size);
          const by = divisor ? divisor(samples, given, ones(values.length)) : values.length;
          const mean = by === 0 ? 0 : sum / by;
          expect(valueWith(loss, samples, { ...given, reduction: "mean" }, dtype), `mean ${hint}`).toBeCloseTo(
            mean,
            12,
          );
          expect(valueWith(loss, samples, given, dtype), `default ${hint}`).toBeCloseTo(mean, 12);
        }
    });
}
