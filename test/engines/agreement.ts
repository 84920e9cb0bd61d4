import { expect } from "vitest";
import { type AnyLoss, differentiableOf } from "../harness/calls.ts";
import { expectClose } from "../harness/expectClose.ts";
import { losses, type Result } from "./cases.ts";
import { slopes } from "./twoLayers.ts";

export interface Accuracy {
  /** Relative error of values and gradients … */
  readonly accuracy: number;
  /** … none of them measured against less than this; values against ten times as much. */
  readonly least: number;
}

/** Expects an engine's value and gradients to be those of the kernel. */
export function expectAgreement(
  name: string,
  came: Result,
  wanted: Result,
  { accuracy, least }: Accuracy,
  hint: string,
): void {
  expectClose([came.value], [wanted.value], accuracy, 0, `${name} ${hint}`, 10 * least);
  for (const argument of differentiableOf(losses[name] as AnyLoss)) {
    const [a, b] = [came.grads[argument] ?? [], wanted.grads[argument] ?? []];
    expectClose(a, b, accuracy, 1e-2, `${name} ${hint} ${argument}`, least);
  }
}

/** Expects the gradient of the perceptual loss through two layers, where the reference is on no kink; it nearly never is. */
export function expectSlopes(came: ArrayLike<number>): void {
  const smooth = slopes.flatMap((slope, i) => (slope === null ? [] : [i]));
  expect(smooth.length).toBeGreaterThan(110);
  expectClose(
    smooth.map((i) => came[i] as number),
    smooth.map((i) => slopes[i] as number),
    1e-4,
    0.1,
  );
}
