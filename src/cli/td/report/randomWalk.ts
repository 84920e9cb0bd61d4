/** Figures of the five-state walk. */

import { type Line, linePlot } from "../../report/lines.ts";
import type { Figure } from "../experiment.ts";
import type { WalkData } from "../randomWalk.ts";

const colours = { "TD(0)": "var(--kind-0)", "Monte Carlo": "var(--kind-1)" } as const;

export function walkFigures({ truth, learned, curves }: WalkData): Figure[] {
  const line = (values: readonly number[]) => values.map((y, i) => ({ x: i + 1, y }));
  const values: Line[] = [
    { name: "true values", colour: "var(--muted)", dashed: true, points: line(truth), labelled: { x: 4.45, y: 0.73 } },
    ...learned.map(({ episodes, values: known }, i) => ({
      name: `${episodes}`,
      colour: `var(--ramp-${2 * i})`,
      points: line(known),
    })),
  ];
  const errors = curves.map(
    ({ method, stepSize, errors: points }): Line => ({
      name: `${method === "TD(0)" ? "TD" : "MC"} α = ${stepSize}`,
      colour: colours[method],
      points: points.map((y, x) => ({ x, y })),
    }),
  );
  return [
    {
      title: "Values learned by TD(0)",
      hint: "After 0, 1, 10 and 100 episodes of one run, α = 0.1. States 1 to 5 are the book's A to E.",
      plot: linePlot(
        "Values of the states after 0, 1, 10 and 100 episodes",
        values,
        { label: "state", domain: [1, 5], ticks: [1, 2, 3, 4, 5] },
        { label: "value", domain: [0, 1] },
        40,
      ),
    },
    {
      title: "Error of TD(0) and of Monte Carlo",
      hint: "Root mean square over the states, averaged over the runs; every method met the same walks.",
      plot: linePlot(
        "RMS error against episodes",
        errors,
        { label: "episodes", domain: [0, 100] },
        { label: "RMS error", domain: [0, 0.25] },
        92,
      ),
    },
  ];
}
