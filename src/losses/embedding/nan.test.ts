/** A spoilt embedding in a batch: its own value and gradient are NaN, and the mining of the others passes it over. */
import { expect, it } from "vitest";
import { seeded } from "../../../test/harness/random.ts";
import { batchHardQuadrupletLoss } from "./quadruplet/batchHardQuadrupletLoss.ts";
import { supConLoss } from "./supCon/supConLoss.ts";
import { batchAllTripletLoss } from "./triplet/batchAllTripletLoss.ts";
import { batchHardTripletLoss } from "./triplet/batchHardTripletLoss.ts";
import { semiHardTripletLoss } from "./triplet/semiHardTripletLoss.ts";

const D = 5;
const labels = [0, 0, 0, 1, 1, 1, 2, 2, 2];

const batch = () => {
  const random = seeded(4);
  return Float64Array.from({ length: labels.length * D }, () => random.normal());
};

/** What is left of rows when one is taken out. */
const without = <T>(list: readonly T[], row: number, width: number) =>
  list.filter((_, i) => Math.floor(i / width) !== row);

it.each([
  ["batchHardTripletLoss", batchHardTripletLoss],
  ["semiHardTripletLoss", semiHardTripletLoss],
  ["batchHardQuadrupletLoss", batchHardQuadrupletLoss],
] as const)("%s: NaN and infinities stay in their row", (_, loss) => {
  for (const distance of ["euclidean", "squared", "cosine"] as const)
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
      for (const row of [0, 4, 8]) {
        const data = batch();
        const others = without([...data], row, D);
        data[row * D + 2] = bad;
        const options = { distance, margin: 2, reduction: "none" } as const;
        const { value, grads } = loss.valueAndGrad({ data, shape: [labels.length, D] }, labels, options);
        const rest = loss.valueAndGrad(
          { data: Float64Array.from(others), shape: [labels.length - 1, D] },
          without(labels, row, 1),
          options,
        );
        const gradient = [...grads.embeddings.data];
        expect(value.data[row]).toBeNaN();
        expect(gradient.slice(row * D, (row + 1) * D)).toEqual(new Array(D).fill(Number.NaN));
        const [values, wanted] = [without([...value.data], row, 1), [...rest.value.data]];
        for (const [i, v] of values.entries()) expect(v).toBeCloseTo(wanted[i] as number, 12);
        for (const [i, g] of without(gradient, row, D).entries())
          expect(g).toBeCloseTo(rest.grads.embeddings.data[i] as number, 12);
      }
});

it("batchAllTripletLoss: NaN shows in the value and in its own gradient only", () => {
  const data = batch();
  data[7] = Number.NaN;
  const { value, grads } = batchAllTripletLoss.valueAndGrad({ data, shape: [labels.length, D] }, labels);
  expect(value).toBeNaN();
  expect([...grads.embeddings.data].map(Number.isNaN)).toEqual([...data].map((_, i) => Math.floor(i / D) === 1));
});

it("supConLoss: NaN reaches every value, for it is compared with every anchor", () => {
  const data = batch();
  data[7] = Number.NaN;
  const { data: values } = supConLoss({ data, shape: [labels.length, D] }, labels, { reduction: "none" });
  expect([...values].every(Number.isNaN)).toBe(true);
});
