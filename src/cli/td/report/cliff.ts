/** Figures of cliff walking: what was earned, and the ways found. */
import * as Plot from "@observablehq/plot";
import { draw } from "../../report/draw.ts";
import type { Html } from "../../report/html.ts";
import { linePlot } from "../../report/lines.ts";
import { mean } from "../../statistics.ts";
import type { CliffCurve, CliffData } from "../cliff.ts";
import type { Figure } from "../experiment.ts";

const colours = { SARSA: "var(--kind-0)", "Q-learning": "var(--kind-1)" } as const;
/** Neighbouring episodes that are averaged. */
const WINDOW = 10;
/** So that two ways through the same cell lie side by side. */
const OFFSET = 0.12;

const smooth = (values: readonly number[]) =>
  Array.from({ length: values.length - WINDOW + 1 }, (_, i) => ({
    x: i + WINDOW,
    y: mean(values.slice(i, i + WINDOW)),
  }));

/** The middle of a state's cell, moved outwards by `offset`; rows are counted from the top. */
const centre = (state: number, offset = 0) => ({
  x: (state % 12) + 0.5 + (state % 12 < 6 ? -offset : offset),
  y: 3.5 - Math.floor(state / 12) + offset,
});

function ways(curves: readonly CliffCurve[]): Html {
  const cells = Array.from({ length: 48 }, (_, state) => ({ ...centre(state), cliff: state > 36 && state < 47 }));
  const box = { x1: ({ x }: { x: number }) => x - 0.5, x2: ({ x }: { x: number }) => x + 0.5 };
  const tall = { y1: ({ y }: { y: number }) => y - 0.5, y2: ({ y }: { y: number }) => y + 0.5 };
  const offsetOf = (i: number) => (i === 0 ? OFFSET : -OFFSET);
  const names = curves.map(({ method, path }, i) => ({
    ...centre(path[path.length >> 1] as number, offsetOf(i)),
    method,
  }));
  const word = (text: string, state: number, dx = 0) => ({ ...centre(state), x: centre(state).x + dx, text });
  return draw("The greedy ways of SARSA and Q-learning", {
    width: 560,
    height: 230,
    marginLeft: 6,
    marginRight: 6,
    marginTop: 20,
    marginBottom: 20,
    x: { axis: null, domain: [0, 12] },
    y: { axis: null, domain: [0, 4] },
    marks: [
      Plot.rect(cells, {
        ...box,
        ...tall,
        fill: ({ cliff }) => (cliff ? "var(--faint)" : "none"),
        stroke: "var(--rule)",
      }),
      Plot.text([word("start", 36, -0.1), word("goal", 47, 0.1), word("the cliff: −100", 41, 0.5)], {
        x: "x",
        y: "y",
        text: "text",
        dy: 13,
        fontSize: 11.5,
        fill: "var(--muted)",
      }),
      ...curves.map(({ method, path }, i) =>
        Plot.line(
          path.map((state) => centre(state, offsetOf(i))),
          {
            x: "x",
            y: "y",
            stroke: colours[method],
            strokeWidth: 2.5,
            strokeLinejoin: "round",
            markerEnd: "arrow",
            title: () => method,
          },
        ),
      ),
      Plot.text(names, {
        x: "x",
        y: "y",
        text: "method",
        fill: ({ method }: (typeof names)[number]) => colours[method],
        stroke: "var(--paper)",
        strokeWidth: 3.5,
        fontSize: 11.5,
        dy: -9,
      }),
    ],
  });
}

export function cliffFigures({ curves }: CliffData): Figure[] {
  const lines = curves.map(({ method, rewards }) => ({
    name: method,
    colour: colours[method],
    points: smooth(rewards),
  }));
  return [
    {
      title: "Sum of rewards during an episode",
      hint: `Averaged over the runs and over ${WINDOW} neighbouring episodes.`,
      plot: linePlot(
        "Sum of rewards against episodes",
        lines,
        { label: "episodes", domain: [0, curves[0]?.rewards.length ?? 0] },
        { label: "sum of rewards", domain: [-100, 0] },
        78,
      ),
    },
    {
      title: "Greedy ways through the grid",
      hint: "By the action values after the last episode, averaged over the runs.",
      plot: ways(curves),
    },
  ];
}
