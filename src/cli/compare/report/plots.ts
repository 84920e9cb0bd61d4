/** The report's plots, as static SVG. */
import * as Plot from "@observablehq/plot";
import { draw } from "../../report/draw.ts";
import type { Html } from "../../report/html.ts";
import { deviation, mean } from "../../statistics.ts";
import type { Cell, Row } from "../comparison.ts";
import { digitsOf, formatted } from "../format.ts";
import type { Metric } from "../metrics.ts";
import { axisOf, lossCurve } from "./curves.ts";

type Colour = (row: Row) => string;

const MUTED = "var(--muted)";
const FAINT = "var(--faint)";

/** One metric: a line per loss, with the single folds, the mean, and one standard deviation to either side. */
export function scorePlot(metric: Metric, rows: readonly Row[], colour: Colour): Html {
  const cells = rows.map((row, at) => ({ ...(row.cells[metric.key] as Cell), name: row.candidate.name, at, row }));
  const digits = digitsOf(cells.map(({ deviation }) => deviation));
  const folds = cells.flatMap(({ folds: values, name, at, row }) =>
    values.map((value, fold) => ({ value, name, at, row, fold: fold + 1 })),
  );
  const text = (cell: Cell) => `${formatted(cell.mean, digits)} ±${formatted(cell.deviation, digits)}`;
  const label = (which: Cell["standing"], style: Plot.TextOptions) =>
    Plot.text(
      cells.filter(({ standing }) => standing === which),
      {
        frameAnchor: "right",
        dx: 12,
        y: ({ at }) => at - 0.39,
        text: (cell) => `${text(cell)}${which === "best" ? " ★" : ""}`,
        textAnchor: "end",
        fontSize: 12,
        fontVariant: "tabular-nums",
        ...style,
      },
    );
  return draw(`${metric.title} of each loss`, {
    width: 440,
    height: 46 + rows.length * 36,
    marginLeft: 10,
    marginRight: 14,
    marginTop: 6,
    marginBottom: 32,
    x: { label: null, nice: true, ticks: 5, grid: true, line: true, tickSize: 4 },
    y: { axis: null, domain: [rows.length - 0.6, -0.75] },
    marks: [
      Plot.text(cells, {
        frameAnchor: "left",
        dx: -8,
        y: (cell) => cell.at - 0.39,
        text: "name",
        textAnchor: "start",
        fill: "currentColor",
        fontSize: 12,
      }),
      label("best", { fill: "currentColor", fontWeight: 700 }),
      label("level", { fill: "currentColor" }),
      label("worse", { fill: MUTED }),
      Plot.dot(folds, {
        x: "value",
        y: "at",
        r: 3,
        fill: ({ row }) => colour(row),
        fillOpacity: 0.35,
        title: ({ name, fold, value }) => `${name}, fold ${fold}: ${formatted(value, digits + 1)}`,
      }),
      Plot.ruleY(cells, {
        x1: ({ mean: centre, deviation: spread }) => centre - spread,
        x2: ({ mean: centre, deviation: spread }) => centre + spread,
        y: "at",
        stroke: ({ row }) => colour(row),
        strokeWidth: 2,
      }),
      Plot.dot(cells, {
        x: "mean",
        y: "at",
        r: 5.5,
        stroke: ({ row }) => colour(row),
        strokeWidth: 2,
        fill: ({ row, standing }) => (standing === "worse" ? "var(--paper)" : colour(row)),
        title: (cell) => `${cell.name}: ${text(cell)}`,
      }),
    ],
  });
}

interface LearningPoint {
  /** Share of the training that is over, in percent. */
  readonly share: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const MOST_POINTS = 50;

/** Mean and deviation over folds of the leading score at equal shares of their trainings; neighbouring epochs are averaged. */
function learning({ curves }: Row): LearningPoint[] {
  const points = Math.min(MOST_POINTS, ...curves.map(({ length }) => length));
  return Array.from({ length: points }, (_, i) => {
    const values = curves.map((curve) => {
      const at = (point: number) => Math.round((point * curve.length) / points);
      return mean(curve.slice(at(i), at(i + 1)));
    });
    const [centre, spread] = [mean(values), deviation(values)];
    return { share: (100 * (i + 1)) / points, mean: centre, low: centre - spread, high: centre + spread };
  });
}

/** A function that draws one loss's learning curve among those of all others, on one common scale. */
export function learningPlots(rows: readonly Row[], metric: Metric, colour: Colour): (row: Row) => Html {
  const all = rows.map((row) => ({ row, points: learning(row) }));
  // The first steps would flatten everything that comes later.
  const later = all.flatMap(({ points }) => points.slice(Math.ceil(points.length / 15)));
  const [least, most] = [Math.min(...later.map(({ low }) => low)), Math.max(...later.map(({ high }) => high))];
  const room = (most - least || 1) * 0.06;
  return (row) => {
    const own = all.find((entry) => entry.row === row)?.points ?? [];
    return draw(`${metric.title} of ${row.candidate.name} while it trains`, {
      width: 300,
      height: 190,
      marginLeft: 42,
      marginRight: 10,
      marginTop: 10,
      marginBottom: 34,
      x: { label: "% of the training", labelArrow: "none", ticks: 4, domain: [0, 100] },
      y: { label: null, ticks: 4, grid: true, domain: [least - room, most + room] },
      marks: [
        Plot.line(
          all
            .filter((entry) => entry.row !== row)
            .flatMap(({ points, row: other }) => points.map((p) => ({ ...p, other }))),
          { x: "share", y: "mean", z: ({ other }) => other.candidate.name, stroke: FAINT, strokeWidth: 1, clip: true },
        ),
        Plot.areaY(own, { x: "share", y1: "low", y2: "high", fill: colour(row), fillOpacity: 0.15, clip: true }),
        Plot.line(own, { x: "share", y: "mean", stroke: colour(row), strokeWidth: 2.25, clip: true }),
      ],
    });
  };
}

/** The loss and its gradient for one sample. */
export function curvePlot(row: Row, colour: Colour): Html {
  const points = lossCurve(row.candidate);
  return draw(`${row.candidate.name} and its gradient`, {
    width: 300,
    height: 190,
    marginLeft: 30,
    marginRight: 10,
    marginTop: 10,
    marginBottom: 34,
    x: { label: axisOf(row.candidate), labelArrow: "none", labelAnchor: "center", ticks: 5 },
    y: { label: null, ticks: 5, grid: true, domain: [-2, 4] },
    marks: [
      Plot.ruleY([0], { stroke: MUTED }),
      Plot.line(points, {
        x: "x",
        y: "gradient",
        stroke: "currentColor",
        strokeWidth: 1.5,
        strokeDasharray: "4 3",
        clip: true,
      }),
      Plot.line(points, { x: "x", y: "loss", stroke: colour(row), strokeWidth: 2.25, clip: true }),
    ],
  });
}
