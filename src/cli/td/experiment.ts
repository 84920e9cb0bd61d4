/** What an experiment of the book is: how it is run, what the book shows, and how what came is drawn. */
import type { Policy } from "../../losses/reinforcement/td/environment.ts";
import type { Html } from "../report/html.ts";

export interface Settings {
  /** Independent runs that are averaged. */
  readonly runs: number;
  readonly seed: number;
}

/** Something the book's figure shows, beside what was measured. */
export interface Finding {
  readonly book: string;
  readonly measured: string;
  readonly agrees: boolean;
}

export interface Figure {
  readonly title: string;
  readonly hint: string;
  readonly plot: Html;
}

/** Rows of cells; the first one is the head. */
export type Table = readonly (readonly string[])[];

/** Called after each part of a run: counts it, and lets the terminal draw. */
export type Tick = () => Promise<void>;

export interface Experiment<D> {
  /** As --environment names it. */
  readonly name: string;
  readonly title: string;
  /** Where it stands in the book. */
  readonly place: string;
  /** What was done, in a sentence or two. */
  readonly setting: string;
  /** How often a run ticks. */
  readonly ticks: number;
  measure(settings: Settings, tick: Tick): Promise<D>;
  findings(data: D): readonly Finding[];
  table(data: D): Table;
}

/** An experiment that was run. */
export interface Outcome extends Pick<Experiment<unknown>, "name" | "title" | "place" | "setting"> {
  readonly data: unknown;
  readonly findings: readonly Finding[];
  readonly table: Table;
  readonly figures: readonly Figure[];
}

/** Draws what an experiment measured. */
export type Draw<D> = (data: D) => readonly Figure[];

export async function conduct<D>(
  experiment: Experiment<D>,
  draw: Draw<D>,
  settings: Settings,
  tick: Tick,
): Promise<Outcome> {
  const { name, title, place, setting } = experiment;
  const data = await experiment.measure(settings, tick);
  const [findings, table, figures] = [experiment.findings(data), experiment.table(data), draw(data)];
  return { name, title, place, setting, data, findings, table, figures };
}

/** Left or right with equal chances. */
export const coin: Policy = (_, random) => random.below(2);

/** A run's seed; runs of neighbouring seeds have none in common. Every method of a run meets the same chance. */
export const seedOf = ({ seed }: Settings, run: number): number => (seed * 1_000_003 + run) % 2 ** 32;

export function rootMeanSquare(values: ArrayLike<number>, truth: readonly number[]): number {
  return Math.sqrt(truth.reduce((sum, wanted, s) => sum + ((values[s] as number) - wanted) ** 2, 0) / truth.length);
}
