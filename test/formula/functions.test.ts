/** Exponentials, logarithms and the arc tangent of compiled formulas, on the whole line. */
import { describe, expect, it } from "vitest";
import { seeded } from "../harness/random.ts";
import { kernelOf } from "./kernel.ts";

const random = seeded(7);
const around = (least: number, most: number) =>
  Array.from({ length: 4000 }, () => least + (most - least) * random.uniform());
/** Numbers of both signs and all sizes. */
const sizes = Array.from(
  { length: 4000 },
  () => (random.uniform() < 0.5 ? -1 : 1) * 10 ** (76 * random.uniform() - 38),
);
const special = [0, -0, 1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];

const cases = [
  ["exp", Math.exp, [...around(-87, 88.7), ...around(-1, 1), ...special, 88.8, 710, -800], 9e-8, 3e-16],
  [
    ...(["expm1", Math.expm1] as const),
    [...around(-90, 88.7), ...around(-1, 1), ...around(-1e-4, 1e-4), ...special, 88.8, 710, -800],
    ...([2e-7, 5e-16] as const),
  ],
  ["log", Math.log, [...sizes.map(Math.abs), ...around(0.5, 2), ...special, 1e-42], 9e-8, 3e-16],
  ["log1p", Math.log1p, [...sizes, ...around(-0.999, 3), ...around(-1e-4, 1e-4), ...special], 2e-7, 4e-16],
  ["atan", Math.atan, [...sizes, ...around(-3, 3), ...special], 3e-7, 6e-16],
] as const;

describe.each(cases)("%s", (name, exact, given, narrow, wide) => {
  const run = kernelOf(["N"], (m, [x]) => m[name](x as never));

  it.each([
    ["float32", narrow],
    ["float64", wide],
  ] as const)("is right in %s to %f of itself", (dtype, accuracy) => {
    const x = given.map((number) => (dtype === "float32" ? Math.fround(number) : number));
    const { values } = run(dtype, { N: x.length }, [x]);
    let worst = 0;
    for (const [i, came] of values.entries()) {
      const wanted = exact(x[i] as number);
      const held = dtype === "float32" ? Math.fround(wanted) : wanted;
      // Results below the smallest normal number are 0, or what is left of them.
      if (Math.abs(wanted) < (dtype === "float32" ? 1.2e-38 : 2.3e-308)) expect(Math.abs(came)).toBeLessThan(1.2e-38);
      else if (Number.isFinite(held)) worst = Math.max(worst, Math.abs(came / wanted - 1));
      else expect(came, `${name}(${x[i]})`).toBe(held);
    }
    expect(worst).toBeLessThan(accuracy);
  });
});
