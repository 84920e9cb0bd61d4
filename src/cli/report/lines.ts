/** Line plots with the names of their lines beside them. */
import * as Plot from "@observablehq/plot";
import { draw } from "./draw.ts";
import type { Html } from "./html.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly points: readonly Point[];
  /** The point the name stands at; without one it stands after the last. */
  readonly labelled?: Point;
}

export interface Axis {
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly ticks?: readonly number[];
}

const HEIGHT = 370;
const MARGINS = { marginTop: 28, marginBottom: 40, marginLeft: 46 };
/** Pixels between two names, at the least. */
const ROOM = 14;

/** Moves positions apart until neighbours are `gap` apart, keeping their order. */
export function spread(positions: readonly number[], gap: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => (positions[a] as number) - (positions[b] as number));
  const moved = [...positions];
  for (const [rank, i] of order.entries()) {
    const below = order[rank - 1];
    if (below !== undefined) moved[i] = Math.max(moved[i] as number, (moved[below] as number) + gap);
  }
  return moved;
}

const isInside = ({ y }: Point, [low, high]: Axis["domain"]) => y >= low && y <= high;

/** Where the names stand: at their points, or spread after the ends. */
function labels(lines: readonly Line[], { domain }: Axis): (Point & { line: Line; atEnd: boolean })[] {
  const ends = lines.filter(({ labelled, points }) => !labelled && isInside(points.at(-1) as Point, domain));
  const gap = (ROOM * (domain[1] - domain[0])) / (HEIGHT - MARGINS.marginTop - MARGINS.marginBottom);
  const heights = spread(
    ends.map(({ points }) => (points.at(-1) as Point).y),
    gap,
  );
  return [
    ...ends.map((line, i) => ({ ...(line.points.at(-1) as Point), y: heights[i] as number, line, atEnd: true })),
    ...lines.flatMap((line) => (line.labelled ? [{ ...line.labelled, line, atEnd: false }] : [])),
  ];
}

const nearAxis = (at: number, { domain: [low, high] }: Axis) => at - low < 0.06 * (high - low);

const labelStyle = {
  x: "x",
  y: "y",
  fontSize: 11.5,
  stroke: "var(--paper)",
  strokeWidth: 3.5,
} as const satisfies Plot.TextOptions;

export function linePlot(title: string, lines: readonly Line[], x: Axis, y: Axis, marginRight = 16): Html {
  const texts = labels(lines, y);
  return draw(title, {
    width: 560,
    height: HEIGHT,
    ...MARGINS,
    marginRight,
    x: {
      label: x.label,
      domain: x.domain,
      labelArrow: "none",
      labelAnchor: "center",
      ...(x.ticks ? { ticks: x.ticks, tickFormat: String } : { ticks: 6 }),
    },
    y: { label: y.label, domain: y.domain, labelArrow: "none", ticks: 6, grid: true },
    marks: [
      ...lines.map(({ points, colour, dashed, name }) =>
        Plot.line(
          // Beyond the plot a diverging line is not needed, and its numbers may be no numbers any more.
          points.filter((point) => Number.isFinite(point.y) && point.y < 10 * y.domain[1]),
          {
            x: "x",
            y: "y",
            stroke: colour,
            strokeWidth: 2,
            strokeLinejoin: "round",
            ...(dashed ? { strokeDasharray: "5 3" } : {}),
            clip: true,
            title: () => name,
          },
        ),
      ),
      Plot.text(
        texts.filter(({ atEnd }) => atEnd),
        { ...labelStyle, text: ({ line }) => line.name, fill: ({ line }) => line.colour, textAnchor: "start", dx: 6 },
      ),
      // Beside the axis a name that is centred would lie across it.
      ...(["start", "middle"] as const).map((textAnchor) =>
        Plot.text(
          texts.filter(({ atEnd, x: at }) => !atEnd && (textAnchor === "start") === nearAxis(at, x)),
          { ...labelStyle, text: ({ line }) => line.name, fill: ({ line }) => line.colour, dy: 11, textAnchor },
        ),
      ),
    ],
  });
}
