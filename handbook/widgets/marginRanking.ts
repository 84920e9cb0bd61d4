/** Five items from best to worst and their scores; every pair asks that the better one lead by the margin. */
import * as Plot from "@observablehq/plot";
import { marginRankingLoss } from "lossary";
import { colour, defineWidget, literals } from "../kit/widget.ts";

const items = [0, 1, 2, 3, 4];
const pairs = items.flatMap((better) => items.slice(better + 1).map((worse) => ({ better, worse })));
const ones = pairs.map(() => 1);
const clamp = (value: number) => Math.min(Math.max(value, -3), 3);

export default defineWidget({
  title: { en: "Five items to put in order", zh: "给五个项目排次序" },
  initial: { margin: 0.5, scores: [0.4, 1.4, -0.6, 0.2, 0.9] as readonly number[] },
  controls: {
    margin: { kind: "slider", label: { en: "margin m", zh: "间隔m" }, min: 0, max: 1.4, step: 0.1 },
  },
  buttons: [
    {
      label: { en: "All equal", zh: "全都相等" },
      press: (state) => ({ ...state, scores: items.map(() => 0) }),
    },
  ],
  compute({ margin, scores }) {
    const first = pairs.map(({ better }) => scores[better] as number);
    const second = pairs.map(({ worse }) => scores[worse] as number);
    const { value, grads } = marginRankingLoss.valueAndGrad(first, second, ones, { margin, reduction: "sum" });
    const { data } = marginRankingLoss(first, second, ones, { margin, reduction: "none" });
    const gradient = items.map((item) =>
      pairs.reduce(
        (sum, { better, worse }, i) =>
          sum +
          (better === item ? (grads.first.data[i] as number) : 0) +
          (worse === item ? (grads.second.data[i] as number) : 0),
        0,
      ),
    );
    return { first, second, value, gradient, short: pairs.filter((_, i) => (data[i] as number) > 0) };
  },
  figures: [
    {
      ratio: 0.55,
      label: (_, { short }) => ({
        en: `Scores of five items, the best first; ${short.length} of ten pairs lead by less than the margin.`,
        zh: `五个项目的分数，最好的在前；十对之中有${short.length}对领先不足间隔。`,
      }),
      draw({ state, result: { gradient, short }, language, plot }) {
        const zh = language === "zh";
        const at = (i: number) => state.scores[i] as number;
        return plot({
          x: { domain: [0.5, 5.5], ticks: items.map((i) => i + 1), label: zh ? "真实名次 →" : "true rank →" },
          y: { domain: [-3, 3], label: zh ? "↑ 分数" : "↑ score", grid: true },
          marks: [
            Plot.link(short, {
              x1: ({ better }) => better + 1,
              y1: ({ better }) => at(better),
              x2: ({ worse }) => worse + 1,
              y2: ({ worse }) => at(worse),
              stroke: colour.loss,
              strokeOpacity: 0.45,
            }),
            Plot.arrow(
              items.filter((i) => gradient[i] !== 0),
              {
                x1: (i: number) => i + 1,
                x2: (i: number) => i + 1,
                y1: at,
                y2: (i: number) => at(i) - 0.35 * (gradient[i] as number),
                stroke: colour.gradient,
                strokeWidth: 2.5,
                headLength: 8,
              },
            ),
            Plot.dot(items, { x: (i: number) => i + 1, y: at, r: 6, fill: colour.prediction }),
          ],
        });
      },
      handles: (state) =>
        items.map((i) => ({
          id: `item${i}`,
          label: { en: `score of the item of rank ${i + 1}`, zh: `第${i + 1}名的分数` },
          x: i + 1,
          y: state.scores[i] as number,
          axis: "y",
          step: 0.1,
          move: (_, y) => ({ ...state, scores: state.scores.map((own, k) => (k === i ? clamp(y) : own)) }),
        })),
    },
  ],
  readouts: (_, { value, short }) => [
    { label: { en: "loss, summed", zh: "损失（求和）" }, value, role: "loss" },
    { label: { en: "pairs inside the margin", zh: "领先不足的配对数" }, value: short.length, role: "gradient" },
  ],
  code: ({ margin }, { first, second }) => `import { marginRankingLoss } from "lossary";

const better = ${literals(first)};
const worse = ${literals(second)};
const ones = better.map(() => 1);
console.log(marginRankingLoss(better, worse, ones, { margin: ${margin}, reduction: "sum" }));
const each = marginRankingLoss(better, worse, ones, { margin: ${margin}, reduction: "none" });
console.log(each.data.filter((value) => value > 0).length);`,
  advance: {
    label: { en: "Step", zh: "走一步" },
    milliseconds: 80,
    next: (state, { gradient }) => ({
      ...state,
      scores: state.scores.map((score, i) => clamp(score - 0.02 * (gradient[i] as number))),
    }),
  },
});
