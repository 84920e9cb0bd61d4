/** Points with one to drag, and the best lines under L1, L2 and Huber; arrows show how one of the losses pulls. */
import * as Plot from "@observablehq/plot";
import { huberLoss, l1Loss, l2Loss } from "lossary";
import { colour, defineWidget, literal, literals, type Text, type Widget } from "../../kit/widget.ts";
import { legend, perPixel } from "./legend.ts";
import { along, bestSmooth, bestThroughTwo, type Line, type Point } from "./lines.ts";

type Focus = "l1" | "l2" | "huber";

interface Scene {
  readonly points: readonly Point[];
  /** Where the point to drag begins. */
  readonly start: Point;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

const scenes: Readonly<Record<string, Scene>> = {
  line: {
    points: [1.3, 1.8, 3.1, 3.6, 5.2, 6, 7.3, 7.9].map((y, i) => ({ x: i + 1, y })),
    start: { x: 9, y: 14 },
    x: [0, 28],
    y: [-4, 18],
  },
  tie: {
    points: [
      { x: 3, y: 2 },
      { x: 4, y: 0 },
      { x: 4, y: 1 },
      { x: 5, y: 0 },
    ],
    start: { x: 5.9, y: 7 },
    x: [2, 8],
    y: [-5, 9],
  },
};
const sceneOf = (name: string): Scene => scenes[name] ?? (scenes.line as Scene);

const names: Readonly<Record<Focus, string>> = { l1: "L1", l2: "L2", huber: "Huber" };
const dashes: Readonly<Record<Focus, string>> = { l1: "none", l2: "8 4", huber: "2 3" };
const keys: readonly Focus[] = ["l1", "l2", "huber"];

const inside = (value: number, [low, high]: readonly [number, number]) =>
  Number(Math.min(Math.max(value, low), high).toFixed(2));

const title: Readonly<Record<Focus, Text>> = {
  l1: { en: "L1 beside L2 and Huber, with an outlier to drag", zh: "L1与L2、Huber并列，一个离群点可拖动" },
  l2: { en: "L2 beside L1 and Huber, with an outlier to drag", zh: "L2与L1、Huber并列，一个离群点可拖动" },
  huber: { en: "Huber between L1 and L2, with an outlier to drag", zh: "Huber介于L1与L2之间，一个离群点可拖动" },
};

export function outlierWidget(focus: Focus): Widget {
  const start = (scene: string, delta: number) => ({ scene, ...sceneOf(scene).start, delta });
  return defineWidget({
    title: title[focus],
    initial: start("line", 1),
    controls: {
      delta: { kind: "slider", label: { en: "δ of Huber", zh: "Huber的δ" }, min: 0.05, max: 8, step: 0.05 },
    },
    buttons: [
      { label: { en: "Nine points", zh: "九个点" }, press: ({ delta }) => start("line", delta) },
      { label: { en: "Near a tie", zh: "临界" }, press: ({ delta }) => start("tie", delta) },
    ],
    compute({ scene, x, y, delta }) {
      const points = [...sceneOf(scene).points, { x, y }];
      const targets = points.map((point) => point.y);
      const lines: Readonly<Record<Focus, Line>> = {
        l1: bestThroughTwo(points, (f, t) => l1Loss(f, t)),
        l2: bestSmooth(points, (f, t) => l2Loss.valueAndGrad(f, t)),
        huber: bestSmooth(points, (f, t) => huberLoss.valueAndGrad(f, t, { delta, reduction: "sum" })),
      };
      const at = along(lines[focus], points);
      const sum = { reduction: "sum" } as const;
      const pulls = {
        l1: () => l1Loss.valueAndGrad(at, targets, sum),
        l2: () => l2Loss.valueAndGrad(at, targets, sum),
        huber: () => huberLoss.valueAndGrad(at, targets, { delta, ...sum }),
      }[focus]().grads.predictions.data;
      return {
        points,
        lines,
        at,
        pulls,
        losses: {
          l1: l1Loss(along(lines.l1, points), targets),
          l2: l2Loss(along(lines.l2, points), targets),
          huber: huberLoss(along(lines.huber, points), targets, { delta }),
        },
      };
    },
    figures: [
      {
        ratio: 0.6,
        label: ({ x, y }, { lines }) => ({
          en: `Points, one of them at (${x}, ${y}), and three lines: slope ${lines.l1.slope.toFixed(2)} under L1, ${lines.l2.slope.toFixed(2)} under L2, ${lines.huber.slope.toFixed(2)} under Huber.`,
          zh: `若干点（其中一个在(${x}, ${y})）和三条线：斜率在L1下为${lines.l1.slope.toFixed(2)}，L2下为${lines.l2.slope.toFixed(2)}，Huber下为${lines.huber.slope.toFixed(2)}。`,
        }),
        draw({ state, result, language, width, height, plot }) {
          const scene = sceneOf(state.scene);
          const { points, lines, at, pulls } = result;
          // As long as the largest pull may be without leaving its column.
          const unit = (scene.y[1] - scene.y[0]) / (focus === "l2" ? 60 : 12) / (focus === "huber" ? state.delta : 1);
          const drawn = keys.map((key) => ends(lines[key], scene));
          const styles = keys.map((key) => ({
            stroke: key === focus ? colour.prediction : colour.quiet,
            strokeWidth: key === focus ? 3 : 1.5,
            strokeDasharray: dashes[key],
          }));
          const pixel = perPixel({ width, height }, scene.x, scene.y);
          // Clear of where the points are in either scene.
          const corner = { x: scene.x[1] - 220 * pixel.x, y: scene.y[0] + 54 * pixel.y };
          return plot({
            marginBottom: 40,
            x: { domain: [...scene.x], label: "x →" },
            y: { domain: [...scene.y], label: "↑ y" },
            marks: [
              ...drawn.map((ends, i) => Plot.line(ends, { x: "x", y: "y", clip: true, ...styles[i] })),
              ...legend(
                keys.map((key, i) => ({ name: names[key], style: styles[i] as Plot.LineOptions })),
                corner.x,
                corner.y,
                pixel,
              ),
              Plot.text([language === "zh" ? "箭头：各点把线往哪里拉" : "arrows: where each point pulls the line"], {
                x: corner.x,
                y: corner.y - 45 * pixel.y,
                textAnchor: "start",
                fill: colour.gradient,
              }),
              Plot.arrow(
                points.flatMap(({ x, y }, i) => {
                  const [from, pull] = [at[i] as number, -(pulls[i] as number)];
                  return Math.abs(y - from) < 1e-9 ? [] : [{ x, from, to: from + pull * unit }];
                }),
                {
                  x1: "x",
                  x2: "x",
                  y1: "from",
                  y2: "to",
                  stroke: colour.gradient,
                  strokeWidth: 2,
                  headLength: 6,
                  clip: true,
                },
              ),
              Plot.dot(points, { x: "x", y: "y", r: 4, fill: colour.target }),
            ],
          });
        },
        handles: (state) => [
          {
            id: "outlier",
            label: { en: "the outlier", zh: "离群点" },
            x: state.x,
            y: state.y,
            axis: "both",
            step: 0.1,
            role: "target",
            move: (x, y) => ({
              ...state,
              x: inside(x, sceneOf(state.scene).x),
              y: inside(y, sceneOf(state.scene).y),
            }),
          },
        ],
      },
    ],
    readouts: (_, { lines, losses }) => [
      ...keys.map((key) => ({
        label: { en: `${names[key]} of its line`, zh: `${names[key]}之线的损失` },
        value: losses[key],
        ...(key === focus ? { role: "loss" as const } : {}),
      })),
      ...keys.map((key) => ({
        label: { en: `slope under ${names[key]}`, zh: `${names[key]}下的斜率` },
        value: lines[key].slope,
        aside: true,
        ...(key === focus ? { role: "prediction" as const } : {}),
      })),
    ],
    code: ({ delta }, { points, lines }) => `import { huberLoss, l1Loss, l2Loss } from "lossary";

const x = ${literals(points.map((point) => point.x))};
const y = ${literals(points.map((point) => point.y))};
const line = (intercept: number, slope: number) => x.map((x) => intercept + slope * x);
console.log(l1Loss(line(${spelt(lines.l1)}), y));
console.log(l2Loss(line(${spelt(lines.l2)}), y));
console.log(huberLoss(line(${spelt(lines.huber)}), y, { delta: ${literal(delta)} }));`,
  });
}

const spelt = ({ intercept, slope }: Line) => `${literal(intercept)}, ${literal(slope)}`;

const ends = ({ intercept, slope }: Line, { x }: Scene): Point[] =>
  x.map((at) => ({ x: at, y: intercept + slope * at }));
