/** Gradients close to kinks, where central differences see both sides: the slope of their own side is asked for. */
import { expect, it } from "vitest";
import { type AnyLoss, differentiableOf, filledIn, gradsOf, specOf, valueWith } from "./calls.ts";
import type { LossCase } from "./describeLoss.ts";
import type { Place } from "./infinity.ts";
import { seeded } from "./random.ts";
import { drawInputs, type Lengths, lengthsToTry, type Sample } from "./samples.ts";

/** Numbers at which the loss bends if one of them stands in a place. */
export type Kinks<O> = (at: Place<O>) => readonly number[];

/** Losses of predictions less targets that bend where their distance is one of these. */
export const bendsAt =
  <O>(distances: (options: Required<O>) => readonly number[]): Kinks<O> =>
  ({ argument, of, options }) => {
    const other = of(argument === "predictions" ? "targets" : "predictions");
    return distances(options).flatMap((distance) => [other - distance, other + distance]);
  };

/** How far around 0 bends are looked for, and in how many steps. */
const [REACH, STEPS] = [4, 16];

/** Off the round numbers, on which bends like to lie. */
const OFF = 0.37;

/** Where a function changes its sign, to the last digit. */
function crossings(f: (x: number) => number): number[] {
  return Array.from({ length: 2 * STEPS }, (_, i) => ((i - STEPS + OFF) * REACH) / STEPS).flatMap((from) => {
    let [low, high] = [from, from + REACH / STEPS];
    const sign = Math.sign(f(low));
    if (sign * f(high) >= 0) return [];
    for (let middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2)
      if (Math.sign(f(middle)) === sign) low = middle;
      else high = middle;
    return [high];
  });
}

/** Losses of rows that bend where one of these, which go on without a jump, is 0. */
export const bendsAtZero =
  <O>(hinges: (row: (argument: string) => number[], options: Required<O>) => readonly number[]): Kinks<O> =>
  ({ argument, row, column, sample, options }) => {
    const at = (x: number) => (name: string) => {
      const { data, shape } = sample(name);
      const width = data.length / (shape[0] as number);
      const own = data.slice(row * width, (row + 1) * width);
      return name === argument ? own.with(column, x) : own;
    };
    return hinges(at(0), options).flatMap((_, k) => crossings((x) => hinges(at(x), options)[k] as number));
  };

const DISTANCES = [1e-3, 1e-5];

export function testKinks(loss: AnyLoss, { options, draw, kinks }: LossCase): void {
  if (kinks === undefined) return;
  const spec = specOf(loss);
  const lengths = lengthsToTry(spec)[2] as Lengths;

  it("gradients close to a kink, on either side, are the slopes there", () => {
    const clean = drawInputs(spec, lengths, seeded(14), draw);
    const rows = (clean[0] as Sample).shape[0] as number;
    let tried = 0;
    for (const name of differentiableOf(loss))
      for (const given of options) {
        const k = spec.arguments.findIndex((argument) => argument.name === name);
        const { data } = clean[k] as Sample;
        const width = Math.max(1, data.length / rows);
        const sample = (other: string) =>
          clean[spec.arguments.findIndex((argument) => argument.name === other)] as Sample;
        for (let index = 0; index < data.length; index++) {
          const row = Math.floor(index / width);
          const of = (other: string) => sample(other).data[row] as number;
          const place = { argument: name, row, column: index % width, options: filledIn(loss, given), of, sample };
          const at = (x: number) =>
            clean.map((s, i) => (i === k ? { ...s, data: data.map((v, j) => (j === index ? x : v)) } : s));
          const f = (x: number) => valueWith(loss, at(x), { ...given, reduction: "sum" }, "float64");
          for (const kink of kinks(place))
            for (const distance of DISTANCES)
              for (const side of [-1, 1]) {
                const x = kink + side * distance;
                const step = distance / 4;
                const wanted = (f(x + step) - f(x - step)) / (2 * step);
                const came = gradsOf(loss, at(x), { ...given, reduction: "sum" }, "float64")[name]?.[index] as number;
                const hint = `${JSON.stringify(given)} ${name}[${index}] = ${kink} + ${side * distance}`;
                expect(Math.abs(came - wanted), `${hint}: came ${came}, wanted ${wanted}`).toBeLessThan(1e-6);
                tried++;
              }
        }
      }
    expect(tried).toBeGreaterThan(0);
  });
}
