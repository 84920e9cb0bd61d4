/** A line at a quantile of noisy points, with the highest of them to drag. */
import * as Plot from "@observablehq/plot";
import { quantileLoss } from "lossary";
import { colour, defineWidget, literal, literals } from "../kit/widget.ts";
import { along, bestThroughTwo, type Point } from "./shared/lines.ts";

const COUNT = 40;
const DOMAIN = { x: [0, 10], y: [-2, 16] } as const;

/** Noise grows to the right; the numbers come from a small generator (Lehmer's) with a fixed seed. */
function sample(): Point[] {
  let seed = 7;
  const uniform = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  return Array.from({ length: COUNT }, (_, i) => {
    const x = Number(((i + 0.5) / 4).toFixed(3));
    const noise = uniform() + uniform() + uniform() - 1.5;
    return { x, y: Number((2 + 0.6 * x + noise * (0.8 + 0.45 * x)).toFixed(2)) };
  });
}

const points = sample();
const highest = points.reduce((best, { y }, i) => (y > (points[best] as Point).y ? i : best), 0);
const top = points[highest] as Point;

export default defineWidget({
  title: { en: "A line at a quantile", zh: "落在分位数上的线" },
  initial: { quantile: 0.9, y: top.y },
  controls: {
    quantile: { kind: "slider", label: { en: "q, the quantile", zh: "q，分位数" }, min: 0.02, max: 0.98, step: 0.02 },
  },
  compute({ quantile, y }) {
    const moved = points.map((point, i) => (i === highest ? { x: point.x, y } : point));
    const targets = moved.map((point) => point.y);
    const line = bestThroughTwo(moved, (f, t) => quantileLoss(f, t, { quantile }));
    const predictions = along(line, moved);
    const sides = predictions.map((f, i) => {
      const above = (targets[i] as number) - f;
      return Math.abs(above) < 1e-9 ? 0 : Math.sign(above);
    });
    const count = (side: number) => sides.filter((s) => s === side).length;
    return {
      points: moved,
      line,
      sides,
      above: count(1),
      below: count(-1),
      loss: quantileLoss(predictions, targets, { quantile }),
    };
  },
  figures: [
    {
      ratio: 0.6,
      label: ({ quantile }, { above, below }) => ({
        en: `${COUNT} noisy points and the best line at the quantile ${quantile}: ${below} points below it, ${above} above.`,
        zh: `${COUNT}个带噪声的点，以及分位数${quantile}处的最优线：下方${below}个，上方${above}个。`,
      }),
      draw({ result, language, plot }) {
        const { line, sides, points } = result;
        const zh = language === "zh";
        const ends = DOMAIN.x.map((x) => ({ x, y: line.intercept + line.slope * x }));
        const on = (side: number) => points.filter((_, i) => sides[i] === side);
        return plot({
          marginBottom: 40,
          x: { domain: [...DOMAIN.x], label: "x →" },
          y: { domain: [...DOMAIN.y], label: "↑ y" },
          marks: [
            Plot.line(ends, { x: "x", y: "y", stroke: colour.prediction, strokeWidth: 3, clip: true }),
            Plot.dot(on(1), { x: "x", y: "y", r: 5, symbol: "triangle", fill: colour.target }),
            Plot.dot(on(-1), { x: "x", y: "y", r: 4, stroke: colour.target, strokeWidth: 1.5 }),
            Plot.dot(on(0), { x: "x", y: "y", r: 5, symbol: "square", fill: colour.prediction }),
            Plot.text([zh ? "▲在线上方  ○在下方  ■恰在线上" : "▲ above  ○ below  ■ on the line"], {
              x: DOMAIN.x[0] + 0.2,
              y: DOMAIN.y[1] - 0.6,
              textAnchor: "start",
              fill: colour.target,
            }),
          ],
        });
      },
      handles: (state) => [
        {
          id: "highest",
          label: { en: "the highest point", zh: "最高的点" },
          x: top.x,
          y: state.y,
          axis: "y",
          step: 0.1,
          role: "target",
          move: (_, y) => ({ ...state, y: Number(Math.min(Math.max(y, DOMAIN.y[0]), DOMAIN.y[1]).toFixed(2)) }),
        },
      ],
    },
  ],
  readouts: (_, { loss, line, above, below }) => [
    { label: { en: "loss", zh: "损失" }, value: loss, role: "loss" },
    { label: { en: "slope of the line", zh: "线的斜率" }, value: line.slope, role: "prediction", aside: true },
    {
      label: { en: "below, on, above", zh: "下方、线上、上方" },
      value: `${below}, ${COUNT - below - above}, ${above}`,
      role: "target",
      aside: true,
    },
  ],
  code: ({ quantile }, { points, line }) => `import { quantileLoss } from "lossary";

const x = ${literals(points.map((point) => point.x))};
const y = ${literals(points.map((point) => point.y))};
const line = x.map((x) => ${literal(line.intercept)} + ${literal(line.slope)} * x);
console.log(quantileLoss(line, y, { quantile: ${literal(quantile)} }));`,
});
