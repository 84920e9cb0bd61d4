/** Witness 2: gradients against central differences of the f64 kernel; f32 against f64; upstream; reductions. */
import { expect, it } from "vitest";
import {
  type AnyLoss,
  differentiableOf,
  gradsOf,
  type Options,
  shapeUnder,
  specOf,
  valuesOf,
  valueWith,
} from "./calls.ts";
import type { LossCase } from "./describeLoss.ts";
import { centralDifference } from "./differences.ts";
import { expectClose } from "./expectClose.ts";
import { seeded } from "./random.ts";
import { concrete, drawInputs, type Lengths, lengthsToTry, type Sample, sizeOf } from "./samples.ts";
import { ones } from "./values.ts";

const withData = (samples: readonly Sample[], k: number, data: number[]): Sample[] =>
  samples.map((sample, i) => (i === k ? { ...sample, data } : sample));

export function testGradients(loss: AnyLoss, test: LossCase): void {
  const { options, accuracy, draw } = test;
  const spec = specOf(loss);
  const names = differentiableOf(loss);
  const tolerance = test.gradientAccuracy ?? { float32: 4 * accuracy.float32, float64: 4 * accuracy.float64 };
  const least = test.gradientAccuracy?.least;
  const small = lengthsToTry(spec).filter((lengths) => {
    const sizes = spec.arguments.map(({ shape }) => sizeOf(concrete(shape, lengths)));
    return Math.max(...sizes) <= 40;
  });
  const each = (seed: number, use: (samples: Sample[], given: Options, lengths: Lengths, hint: string) => void) => {
    const random = seeded(seed);
    for (const lengths of small)
      for (const given of options)
        use(
          drawInputs(spec, lengths, random, draw),
          given,
          lengths,
          `${JSON.stringify(given)} ${JSON.stringify(lengths)}`,
        );
  };
  const upstreamOf = (lengths: Lengths, given: Options) => {
    const random = seeded(7);
    const shape = concrete(shapeUnder(spec, given), lengths);
    return { data: Float64Array.from({ length: sizeOf(shape) }, () => random.normal()), shape };
  };

  it("gradients agree with central differences, weighted by an upstream tensor", () => {
    let compared = 0;
    let kinks = 0;
    each(2, (samples, given, lengths, hint) => {
      const upstream = upstreamOf(lengths, given);
      const scalar = spec.unreduced === null;
      const grads = gradsOf(loss, samples, scalar ? given : { ...given, reduction: "none", upstream }, "float64");
      const values = (moved: readonly Sample[]): readonly number[] =>
        test.frozen
          ? test.frozen(moved, given, samples)
          : scalar
            ? [valueWith(loss, moved, given, "float64")]
            : valuesOf(loss, moved, given, "float64");
      const objective = (moved: readonly Sample[]) =>
        scalar
          ? (values(moved)[0] as number)
          : values(moved).reduce((sum, value, i) => sum + value * (upstream.data[i] as number), 0);
      for (const name of names) {
        const k = spec.arguments.findIndex((argument) => argument.name === name);
        const { data } = samples[k] as Sample;
        for (let i = 0; i < data.length; i += 1 + Math.floor(data.length / 8)) {
          const wanted = centralDifference((moved) => objective(withData(samples, k, moved)), data, i);
          if (wanted === null) kinks++;
          else {
            compared++;
            const came = grads[name]?.[i] as number;
            expect(Math.abs(came - wanted), `${hint} ${name}[${i}]: came ${came}, wanted ${wanted}`).toBeLessThan(
              2e-7 * Math.max(1, Math.abs(wanted)),
            );
          }
        }
      }
    });
    expect(compared).toBeGreaterThan(0);
    expect(kinks, "points left out for sitting on a kink").toBeLessThan(0.2 * compared + 3);
  });

  it(`float32 gradients agree with float64 to ${tolerance.float32}`, () => {
    each(3, (samples, given, _, hint) => {
      const [single, double] = [gradsOf(loss, samples, given, "float32"), gradsOf(loss, samples, given, "float64")];
      for (const name of names)
        expectClose(single[name] ?? [], double[name] ?? [], tolerance.float32, 1e-2, `${name} ${hint}`, least);
    });
  });

  if (spec.unreduced === null)
    it("gradients are multiplied by upstream, of either sign", () => {
      each(4, (samples, given, _, hint) => {
        const plain = gradsOf(loss, samples, given, "float64");
        const turned = gradsOf(loss, samples, { ...given, upstream: -3 }, "float64");
        for (const name of names)
          expectClose(
            turned[name] ?? [],
            (plain[name] ?? []).map((g) => -3 * g),
            Math.max(1e-13, tolerance.float64),
            1e-3,
            `${name} ${hint}`,
            least,
          );
      });
    });

  if (spec.unreduced !== null)
    it("a mean's gradient is the sum's over the divisor, times upstream", () => {
      each(4, (samples, given, _, hint) => {
        const count = concreteSize(loss, samples, given);
        const by = test.divisor ? test.divisor(samples, given, ones(count)) : count;
        const sum = gradsOf(loss, samples, { ...given, reduction: "sum" }, "float64");
        const none = gradsOf(loss, samples, { ...given, reduction: "none" }, "float64");
        const mean = gradsOf(loss, samples, { ...given, reduction: "mean", upstream: -3 } as Options, "float64");
        for (const name of names) {
          expectClose(none[name] ?? [], sum[name] ?? [], 1e-15, 1, `none ${name} ${hint}`);
          const wanted = (sum[name] ?? []).map((g) => (by === 0 ? 0 : (-3 * g) / by));
          expectClose(mean[name] ?? [], wanted, 1e-13, 1e-3, `mean ${name} ${hint}`);
        }
      });
    });
}

const concreteSize = (loss: AnyLoss, samples: readonly Sample[], given: Options) =>
  valuesOf(loss, samples, given, "float64").length;
