/** The inputs on which engines and kernels are compared "on kinks" do sit on kinks, of every loss that has some. */
import { expect, it } from "vitest";
import { type AnyLoss, differentiableOf, specOf } from "../harness/calls.ts";
import { convert, inputsOf, losses, lossNames, optionsOf } from "./cases.ts";

const kinked = {
  classification: "hingeLoss multiclassHingeLoss",
  regression: "l1Loss smoothL1Loss quantileLoss multiQuantileLoss",
  // Of cosines the kinks are zero vectors.
  embedding:
    "arcFaceLoss cosFaceLoss batchCircleLoss contrastiveLoss cosineEmbeddingLoss infoNceLoss ntXentLoss supConLoss " +
    "marginRankingLoss oimLoss tripletLoss quadrupletLoss batchAllTripletLoss batchHardTripletLoss " +
    "batchHardQuadrupletLoss semiHardTripletLoss",
  detection: "iouLoss giouLoss diouLoss ciouLoss",
  image: "reconstructionLoss totalVariationLoss",
  distribution:
    "gradientPenalty earthMoverDistance sinkhornDivergence slicedWassersteinDistance wassersteinDistance chamferDistance",
  multimodal: "damsmLoss",
};

const STEP = 2 ** -20;

/** Whether the slope of the kernel's value jumps, or the value does, at one of the inputs' numbers. */
function jumps(name: string): boolean {
  const loss = losses[name] as AnyLoss;
  const specs = specOf(loss).arguments;
  for (const options of optionsOf(name))
    for (let seed = 1; seed <= 3; seed++) {
      const args = inputsOf(name, seed, true).map((input, i) =>
        convert(input, ({ data, shape }) => {
          const Type = specs[i]?.kind === "index" ? Int32Array : Float64Array;
          return { data: Type.from(data), shape };
        }),
      );
      const value = () => loss(...args, options) as number;
      const middle = value();
      for (const argument of differentiableOf(loss)) {
        const at = specs.findIndex((spec) => spec.name === argument);
        // A probability that leaves [0, 1] by so little counts as 0 or 1: there is nothing beyond.
        const probability = specs[at]?.kind === "probability";
        for (const { data } of [args[at]].flat() as { data: Float64Array }[])
          for (const [k, number] of data.entries()) {
            if (probability && (number < STEP || number > 1 - STEP)) continue;
            const slope = (step: number) => {
              data[k] = number + step;
              const came = (value() - middle) / step;
              data[k] = number;
              return came;
            };
            const [right, left] = [slope(STEP), slope(-STEP)];
            if (Math.abs(right - left) > 1e-2 * Math.max(Math.abs(right), Math.abs(left), 0.1)) return true;
          }
      }
    }
  return false;
}

it("inputs on kinks make slopes jump, in just the losses that have kinks", () => {
  const wanted = Object.values(kinked).flatMap((names) => names.split(" "));
  const smooth = lossNames.filter((name) => !wanted.includes(name));
  expect(wanted.filter((name) => !jumps(name))).toEqual([]);
  expect(smooth.filter(jumps)).toEqual([]);
}, 120_000);
