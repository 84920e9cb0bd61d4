/** Infinite numbers in losses of elements or rows: what they make of their own value and gradient is declared. */
import { expect, it } from "vitest";
import { type AnyLoss, differentiableOf, filledIn, gradsOf, specOf, valuesOf } from "./calls.ts";
import type { LossCase } from "./describeLoss.ts";
import { expectClose } from "./expectClose.ts";
import { seeded } from "./random.ts";
import { drawInputs, type Lengths, lengthsToTry, type Sample } from "./samples.ts";
import { dtypes } from "./values.ts";

/** A place in an argument. */
export interface Place<O> {
  readonly argument: string;
  /** The element or row, and the column within it. */
  readonly row: number;
  readonly column: number;
  readonly options: Required<O>;
  /** Another argument's number of that element or row. */
  of(argument: string): number;
  sample(argument: string): Sample;
}

/** The one infinite number of a call. */
export interface Infinite<O> extends Place<O> {
  /** 1 or −1. */
  readonly sign: number;
}

/** The value of its element or row (null: what the reference makes of it), and its own gradient (null: it has none). */
export type AtInfinity<O> = (at: Infinite<O>) => readonly [value: number | null, gradient: number | null];

/** What has a direction or a share, which an infinite number leaves without: vectors by their angles, softmax. */
export const undefinedAtInfinity: AtInfinity<object> = () => [Number.NaN, Number.NaN];

/** Of a loss of predictions less targets that grows without end, its slopes far above the target and far below. */
export const slopesAtInfinity =
  <O>(slopes: (at: Infinite<O>) => readonly [above: number, below: number]): AtInfinity<O> =>
  (at) => {
    const [above, below] = slopes(at);
    const isAbove = (at.argument === "predictions") === at.sign > 0;
    return [Number.POSITIVE_INFINITY, at.sign * (isAbove ? above : below)];
  };

/** Logits of −∞ are a probability of 0: the loss is infinite where its target, `share` of the truth, is not; null: the row is ignored. */
export const absentAtInfinity =
  <O>(share: (at: Infinite<O>) => number | null): AtInfinity<O> =>
  (at) => {
    const wanted = share(at);
    if (wanted === null) return [0, 0];
    if (at.sign > 0) return [Number.NaN, Number.NaN];
    return [wanted > 0 ? Number.POSITIVE_INFINITY : null, -wanted];
  };

/** The arguments an infinite number may stand in: of those that have an element or row for each value. */
function placesOf(loss: AnyLoss): number[] {
  const { arguments: specs, unreduced, family } = specOf(loss);
  if (unreduced === null || family === "image") return [];
  const leading = unreduced.shape.split(" ")[0];
  return specs.flatMap(({ kind, shape }, k) => (kind === "float" && shape.split(" ")[0] === leading ? [k] : []));
}

export function testInfinity(loss: AnyLoss, { options, draw, spreads, atInfinity, reference, accuracy }: LossCase) {
  const spec = specOf(loss);
  const places = placesOf(loss);
  if (spreads || places.length === 0) return;
  const lengths = lengthsToTry(spec)[6] as Lengths;

  it("infinite numbers give the value and gradient that are declared", () => {
    if (atInfinity === undefined) expect.fail("the case says nothing of infinite numbers: atInfinity is missing");
    const clean = drawInputs(spec, lengths, seeded(13), draw);
    for (const k of places)
      for (const given of options) {
        const { data } = clean[k] as Sample;
        const { name } = spec.arguments[k] as { name: string };
        const rows = valuesOf(loss, clean, given, "float64").length;
        // Of a row, or of several values, as the target of a row of quantiles is.
        const width = Math.max(1, data.length / rows);
        const count = Math.max(1, rows / data.length);
        for (const index of [0, Math.floor(data.length / 2), data.length - 1])
          for (const sign of [1, -1]) {
            const samples = clean.map((sample, i) =>
              i === k ? { ...sample, data: data.map((x, j) => (j === index ? sign * Infinity : x)) } : sample,
            );
            const row = Math.floor(index / width);
            const sample = (other: string) =>
              samples[spec.arguments.findIndex((argument) => argument.name === other)] as Sample;
            const [value, gradient] = atInfinity({
              argument: name,
              sign,
              row,
              column: index % width,
              options: filledIn(loss, given),
              of: (other) => sample(other).data[row] as number,
              sample,
            });
            const touched = Array.from({ length: count }, (_, j) => row * count + j);
            const hint = `${JSON.stringify(given)} ${name}[${index}] = ${sign * Infinity}`;
            for (const dtype of dtypes) {
              const came = valuesOf(loss, samples, given, dtype);
              const wanted = value ?? (reference(samples, given)[row] as number);
              for (const j of touched) expectClose([came[j] as number], [wanted], 4 * accuracy[dtype], 0, hint, 0.1);
              if (!differentiableOf(loss).includes(name)) continue;
              const grads = gradsOf(loss, samples, { ...given, reduction: "sum" }, dtype);
              expectClose(
                [grads[name]?.[index] as number],
                [gradient ?? 0],
                dtype === "float32" ? 1e-5 : 1e-13,
                0,
                `${hint} gradient`,
                0.1,
              );
            }
          }
      }
  });
}
