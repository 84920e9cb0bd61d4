/** A critic on the line, made of straight pieces between knots, trained on two samples with or without a gradient penalty. */
import * as Plot from "@observablehq/plot";
import { gradientPenalty, wassersteinCriticLoss, wassersteinDistance, wassersteinGeneratorLoss } from "lossary";
import { colour, defineWidget, type Handle, literals } from "../kit/widget.ts";

/** Knots stand at 0, 1, … 10. */
const last = 10;
const knots = Array.from({ length: last + 1 }, (_, i) => i);
const rate = 0.01;
const inner = 40;

interface Setting {
  readonly heights: readonly number[];
  readonly real: readonly number[];
  readonly fake: readonly number[];
  readonly weight: number;
  readonly oneSided: boolean;
}

const piece = (x: number) => Math.min(Math.floor(x), last - 1);

/** The critic: between knots it is straight. */
const score = (heights: readonly number[], x: number): number => {
  const i = piece(x);
  return (heights[i] as number) * (i + 1 - x) + (heights[i + 1] as number) * (x - i);
};

const slope = (heights: readonly number[], x: number): number =>
  (heights[piece(x) + 1] as number) - (heights[piece(x)] as number);

/** Where the penalty looks: at four points between each real sample and each generated one. */
const between = ({ real, fake }: Setting): number[] =>
  real.flatMap((r) => fake.flatMap((f) => [0.1, 0.4, 0.6, 0.9].map((share) => r + share * (f - r))));

/** Value and gradient for the critic's heights, through the package's gradients for scores and slopes. */
function critic(setting: Setting) {
  const { heights, real, fake, weight, oneSided } = setting;
  const scores = (xs: readonly number[]) => xs.map((x) => score(heights, x));
  const loss = wassersteinCriticLoss.valueAndGrad(scores(real), scores(fake));
  const places = between(setting);
  const slopes = places.map((x) => [slope(heights, x)]);
  const penalty = gradientPenalty.valueAndGrad(slopes, { weight, oneSided });
  const gradient = heights.map(() => 0);
  const add = (i: number, by: number) => {
    gradient[i] = (gradient[i] as number) + by;
  };
  for (const [xs, of] of [
    [real, loss.grads.real],
    [fake, loss.grads.fake],
  ] as const)
    for (const [k, x] of xs.entries()) {
      const i = piece(x);
      add(i, (of.data[k] as number) * (i + 1 - x));
      add(i + 1, (of.data[k] as number) * (x - i));
    }
  for (const [k, x] of places.entries()) {
    add(piece(x) + 1, penalty.grads.gradients.data[k] as number);
    add(piece(x), -(penalty.grads.gradients.data[k] as number));
  }
  const steepest = Math.max(...slopes.flat().map(Math.abs));
  return { loss: loss.value, penalty: penalty.value, gradient, places, slopes, steepest };
}

export default defineWidget({
  title: { en: "A critic and its slope", zh: "判别器与它的坡度" },
  initial: {
    heights: knots.map((i) => Number((0.6 * i - 3).toFixed(2))),
    real: [6.2, 7.1, 7.7, 8.6],
    fake: [1.4, 2.2, 3.3, 4.1],
    weight: 10,
    oneSided: false,
  },
  controls: {
    weight: { kind: "slider", label: { en: "weight of the penalty", zh: "惩罚的系数" }, min: 0, max: 40, step: 1 },
    oneSided: { kind: "toggle", label: { en: "one-sided", zh: "单侧" } },
  },
  buttons: [
    {
      label: { en: "Flatten the critic", zh: "把判别器拉平" },
      press: (state) => ({ ...state, heights: state.heights.map(() => 0) }),
    },
    {
      label: { en: "Step of the generator", zh: "生成器走一步" },
      press: (state) => {
        const scores = state.fake.map((x) => score(state.heights, x));
        const { grads } = wassersteinGeneratorLoss.valueAndGrad(scores);
        const moved = (x: number, k: number) => x - 1.2 * (grads.fake.data[k] as number) * slope(state.heights, x);
        return { ...state, fake: state.fake.map((x, k) => Math.min(Math.max(moved(x, k), 0), last)) };
      },
    },
  ],
  advance: {
    label: { en: "Train the critic", zh: "训练判别器" },
    milliseconds: 120,
    next(state) {
      let heights: readonly number[] = state.heights;
      for (let i = 0; i < inner; i++) {
        const { gradient } = critic({ ...state, heights });
        heights = heights.map((height, k) => height - rate * (gradient[k] as number));
      }
      return { ...state, heights: heights.map((height) => Number(height.toPrecision(5))) };
    },
  },
  compute: (state) => ({ ...critic(state), distance: wassersteinDistance(state.real, state.fake) }),
  figures: [
    {
      ratio: 0.65,
      label: (_, { loss, steepest }) => ({
        en: `The critic's score along a line with real and generated samples on it; its loss is ${loss.toFixed(2)}, its steepest slope ${steepest.toFixed(2)}.`,
        zh: `直线上的判别器得分，以及真实与生成样本；损失为${loss.toFixed(2)}，最陡的坡度为${steepest.toFixed(2)}。`,
      }),
      draw({ state: { heights, real, fake }, result: { gradient }, language, plot }) {
        const high = Math.max(5, ...heights) + 0.5;
        const low = Math.min(-4, ...heights) - 1;
        const point = (x: number) => ({ x, y: score(heights, x) });
        return plot({
          x: { domain: [0, last], label: null, ticks: [] },
          y: { domain: [low, high], label: language === "zh" ? "↑ 得分" : "↑ score" },
          marks: [
            Plot.ruleY([0], { stroke: colour.quiet }),
            Plot.lineY(heights, { x: (_: number, i: number) => i, stroke: colour.loss, strokeWidth: 2.5 }),
            Plot.ruleX(real.map(point), { x: "x", y1: low, y2: "y", stroke: colour.target, strokeOpacity: 0.5 }),
            Plot.ruleX(fake.map(point), { x: "x", y1: low, y2: "y", stroke: colour.prediction, strokeOpacity: 0.5 }),
            Plot.dot(real.map(point), { x: "x", y: "y", r: 5, stroke: colour.target, strokeWidth: 2.5 }),
            Plot.dot(fake.map(point), { x: "x", y: "y", r: 5, fill: colour.prediction }),
            Plot.arrow(
              fake.filter((x) => Math.abs(slope(heights, x)) > 0.05),
              {
                x1: (x: number) => x,
                x2: (x: number) => Math.min(Math.max(x + 0.7 * slope(heights, x), 0), last),
                y1: (x: number) => score(heights, x),
                y2: (x: number) => score(heights, x),
                stroke: colour.prediction,
                strokeWidth: 2,
              },
            ),
            Plot.arrow(
              knots.filter((i) => Math.abs(gradient[i] as number) > 0.02),
              {
                x1: (i: number) => i,
                x2: (i: number) => i,
                y1: (i: number) => heights[i] as number,
                y2: (i: number) => Math.min(Math.max((heights[i] as number) - (gradient[i] as number), low), high),
                stroke: colour.gradient,
                strokeWidth: 2.2,
                headLength: 6,
              },
            ),
          ],
        });
      },
      handles(state) {
        const low = Math.min(-4, ...state.heights) - 1;
        const bound = (value: number, least: number, most: number) =>
          Number(Math.min(Math.max(value, least), most).toFixed(3));
        const set = (list: readonly number[], i: number, value: number) =>
          list.map((old, k) => (k === i ? value : old));
        const samples = (["real", "fake"] as const).flatMap((which) =>
          state[which].map(
            (x, i): Handle<typeof state> => ({
              id: `${which}${i}`,
              label: {
                en: `${which === "real" ? "real" : "generated"} sample ${i + 1}`,
                zh: `${which === "real" ? "真实" : "生成"}样本${i + 1}`,
              },
              x,
              y: low + 0.3,
              axis: "x",
              step: 0.1,
              role: which === "real" ? "target" : "prediction",
              move: (to) => ({ ...state, [which]: set(state[which], i, bound(to, 0, last)) }),
            }),
          ),
        );
        const heights = state.heights.map(
          (height, i): Handle<typeof state> => ({
            id: `knot${i}`,
            label: { en: `score at ${i}`, zh: `${i}处的得分` },
            x: i,
            y: height,
            axis: "y",
            step: 0.1,
            role: "loss",
            move: (_x, to) => ({ ...state, heights: set(state.heights, i, bound(to, -5, 5)) }),
          }),
        );
        return [...heights, ...samples];
      },
    },
  ],
  readouts: (_, { loss, penalty, distance, steepest }) => [
    { label: { en: "critic's loss", zh: "判别器损失" }, value: loss, role: "loss" },
    { label: { en: "penalty", zh: "惩罚" }, value: penalty, role: "loss" },
    { label: { en: "Wasserstein distance", zh: "Wasserstein距离" }, value: distance },
    { label: { en: "steepest slope", zh: "最陡的坡度" }, value: steepest, aside: true },
  ],
  code: ({
    heights,
    real,
    fake,
    weight,
    oneSided,
  }) => `import { gradientPenalty, wassersteinCriticLoss, wassersteinDistance } from "lossary";

const heights = ${literals(heights)}; // the critic at 0, 1, … 10, straight in between
const piece = (x: number) => Math.min(Math.floor(x), ${last - 1});
const slope = (x: number) => heights[piece(x) + 1] - heights[piece(x)];
const score = (x: number) => heights[piece(x)] + slope(x) * (x - piece(x));
const real = ${literals(real)};
const fake = ${literals(fake)};
console.log(wassersteinCriticLoss(real.map(score), fake.map(score)));
const between = real.flatMap((r) => fake.flatMap((f) => [0.1, 0.4, 0.6, 0.9].map((share) => r + share * (f - r))));
console.log(gradientPenalty(between.map((x) => [slope(x)]), { weight: ${weight}, oneSided: ${oneSided} }));
console.log(wassersteinDistance(real, fake));`,
});
