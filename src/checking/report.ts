/** What a check found, and how it says so. */

import type { ArgumentSpec } from "../contract/spec.ts";
import { argumentsOf, heldIn, type Options, type Subject } from "./subject.ts";
import type { Trial } from "./trials.ts";

/** What was checked. */
export type CheckName =
  | "gradient"
  | "kink"
  | "finite"
  | "nan"
  | "float32"
  | "reduction"
  | "sampleWeight"
  | "upstream"
  | "wrt";

/** Something that is wrong with a loss, at the place where it shows most. */
export interface LossFinding {
  readonly check: CheckName;
  /** The argument whose gradient is wrong, or whose numbers bring it out; undefined where it is the value. */
  readonly argument?: string;
  /** The place in that argument, counted through all its axes. */
  readonly index?: number;
  /** The number that is wrong; undefined where nothing could be compared. */
  readonly got?: number;
  /** What it should be; undefined where any number would do that is one. */
  readonly expected?: number;
  /** The options of the call. */
  readonly options: Readonly<Record<string, unknown>>;
  /** All of it in words, with what may be the reason. */
  readonly message: string;
}

/** What `checkLoss` returns. */
export interface LossReport {
  /** Whether nothing is wrong. */
  readonly ok: boolean;
  readonly findings: readonly LossFinding[];
  /** How many numbers of gradients were compared with differences of the value. */
  readonly compared: number;
  /** The report in words, a line per finding. */
  readonly text: string;
}

export const show = (x: number): string =>
  Number.isFinite(x) ? String(Number(x.toPrecision(6))) : String(x).replace("Infinity", "∞");

/** The numbers of a call that belong to a place: those of its element, of its row, or all where they are few. */
export function showPlace(subject: Subject, { inputs, options }: Trial, argument: number, index: number): string {
  const specs = argumentsOf(subject);
  const { data, shape } = inputs[argument] as Trial["inputs"][number];
  const row = Math.floor(index / Math.max(1, data.length / (shape[0] ?? 1)));
  const parts = inputs.flatMap((input, k) => {
    const name = (specs[k] as ArgumentSpec).name;
    const list = (numbers: readonly number[]) => numbers.map(show).join(", ");
    if ("state" in input) return [];
    if (input.data.length === data.length) return [`${name} = ${show(input.data[index] as number)}`];
    if (input.data.length === shape[0]) return [`${name} = ${show(input.data[row] as number)}`];
    return input.data.length <= 6 ? [`${name} = [${list(input.data)}]`] : [];
  });
  return parts.join(", ") + showOptions(options);
}

export function showOptions(options: Options): string {
  const given = Object.entries(options).map(([key, value]) => `${key}: ${typeof value === "object" ? "…" : value}`);
  return given.length > 0 ? ` under { ${given.join(", ")} }` : "";
}

export function reportOf(subject: Subject, findings: readonly LossFinding[], compared: number): LossReport {
  const { name } = subject;
  const ok = findings.length === 0;
  const held = heldIn(subject);
  const said =
    held === undefined
      ? `${compared} numbers of gradients agree with differences of the value`
      : `gradients were not compared with differences of the value, since they hold constant ${held}`;
  const text = ok ? `${name}: nothing found; ${said}` : findings.map(({ message }) => `${name}: ${message}`).join("\n");
  return { ok, findings, compared, text };
}
