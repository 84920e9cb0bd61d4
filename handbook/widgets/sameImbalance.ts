/** One real table, four losses: lines trained while one class is thinned out. */
import * as Plot from "@observablehq/plot";
import { binaryCrossEntropy, focalLoss, hingeLoss } from "lossary";
import { colour, defineWidget, literal, literals, type Text } from "../kit/widget.ts";
import { malignant, radius, texture } from "./shared/tables.ts";
import { predict, scaled, scaleOf, shuffled, train } from "./shared/training.ts";

const STEPS = 300;
const RATE = 1;
const MOST = 40;

/** Every fourth row is held out and stays as it is. */
const place = malignant.map((_, i) => i);
const training = place.filter((i) => i % 4 !== 3);
const testing = place.filter((i) => i % 4 === 3);
const x1 = scaleOf(training.map((i) => radius[i] as number));
const x2 = scaleOf(training.map((i) => texture[i] as number));
const featuresOf = (rows: readonly number[]) =>
  [rows.map((i) => scaled(radius[i] as number, x1)), rows.map((i) => scaled(texture[i] as number, x2))] as const;
const truth = (i: number) => malignant[i] as number;
const testFeatures = featuresOf(testing);
const testTargets = testing.map(truth);
const benign = training.filter((i) => truth(i) === 0);
const ill = training.filter((i) => truth(i) === 1);
const order = shuffled(ill.length).map((k) => ill[k] as number);

/** The training rows when there are `ratio` times as many benign ones; the first of the shuffled malignant ones stay. */
function thinned(ratio: number): number[] {
  const kept = new Set(order.slice(0, Math.max(1, Math.min(order.length, Math.round(benign.length / ratio)))));
  return training.filter((i) => truth(i) === 0 || kept.has(i));
}

const keys = ["plain", "weighted", "focal", "hinge"] as const;
type Key = (typeof keys)[number];
const each = <T>(make: (key: Key) => T): Readonly<Record<Key, T>> => ({
  plain: make("plain"),
  weighted: make("weighted"),
  focal: make("focal"),
  hinge: make("hinge"),
});
const names: Readonly<Record<Key, Text>> = {
  plain: { en: "binary cross entropy", zh: "二元交叉熵" },
  weighted: { en: "with posWeight", zh: "带posWeight" },
  focal: { en: "focal", zh: "焦点损失" },
  hinge: { en: "hinge", zh: "合页损失" },
};
const style: Readonly<Record<Key, Plot.LineOptions>> = {
  plain: { stroke: colour.prediction },
  weighted: { stroke: colour.loss },
  focal: { stroke: colour.gradient, strokeDasharray: "9 5" },
  hinge: { stroke: colour.quiet, strokeDasharray: "2 4" },
};
const DOMAIN = { x: [6, 29], y: [9, 41] } as const;

/** Share of the held-out malignant tumours that are found. */
const recall = (scores: ArrayLike<number>) =>
  testTargets.filter((t, i) => t === 1 && (scores[i] as number) > 0).length / testTargets.filter((t) => t === 1).length;
/** Share of the held-out benign ones that are alarmed about. */
const alarms = (scores: ArrayLike<number>) =>
  testTargets.filter((t, i) => t === 0 && (scores[i] as number) > 0).length / testTargets.filter((t) => t === 0).length;

const percent = (share: number) => `${Math.round(100 * share)} %`;

export default defineWidget({
  title: { en: "Malignant or benign, under four losses", zh: "恶性还是良性，四种损失并列" },
  initial: { ratio: 20, steps: 200 },
  controls: {
    ratio: {
      kind: "slider",
      label: { en: "benign rows to one malignant, in training", zh: "训练中每个恶性样本对应的良性样本数" },
      min: 2,
      max: MOST,
      step: 1,
    },
    steps: { kind: "slider", label: { en: "steps of training", zh: "训练步数" }, min: 0, max: STEPS, step: 5 },
  },
  compute({ ratio, steps }) {
    const kept = thinned(ratio);
    const features = featuresOf(kept);
    const targets = Float64Array.from(kept, truth);
    const signs = targets.map((t) => 2 * t - 1);
    const positives = targets.reduce((a, b) => a + b, 0);
    const posWeight = (targets.length - positives) / positives;
    const slopes = {
      plain: (f: Float64Array) => binaryCrossEntropy.valueAndGrad(f, targets, { wrt: ["logits"] }).grads.logits.data,
      weighted: (f: Float64Array) =>
        binaryCrossEntropy.valueAndGrad(f, targets, { posWeight, wrt: ["logits"] }).grads.logits.data,
      focal: (f: Float64Array) => focalLoss.valueAndGrad(f, targets, { gamma: 2, alpha: null }).grads.logits.data,
      hinge: (f: Float64Array) => hingeLoss.valueAndGrad(f, signs).grads.scores.data,
    };
    const weights = each((key) =>
      train(features, slopes[key], steps, key === "weighted" ? RATE / posWeight ** 0.5 : RATE),
    );
    const scores = each((key) => predict(weights[key], testFeatures));
    return {
      kept,
      weights,
      scores,
      positives,
      losses: each((key) => binaryCrossEntropy(scores[key], testTargets)),
      recalls: each((key) => recall(scores[key])),
      alarms: each((key) => alarms(scores[key])),
    };
  },
  figures: [
    {
      ratio: 0.62,
      label: ({ ratio }, { recalls }) => ({
        en: `Tumours by radius and texture, ${ratio} benign to one malignant in training, and four lines; found of the held-out malignant: ${keys.map((k) => `${names[k].en} ${percent(recalls[k])}`).join(", ")}.`,
        zh: `按半径与纹理排布的肿瘤，训练中良性与恶性之比为${ratio}，另有四条分界线；留出集中恶性被找到的比例：${keys.map((k) => `${names[k].zh}${percent(recalls[k])}`).join("，")}。`,
      }),
      draw({ result, language, plot }) {
        const zh = language === "zh";
        const points = result.kept.map((i) => ({
          x: radius[i] as number,
          y: texture[i] as number,
          ill: truth(i) === 1,
        }));
        return plot({
          marginBottom: 40,
          x: { domain: [...DOMAIN.x], label: zh ? "平均半径 →" : "mean radius →" },
          y: { domain: [...DOMAIN.y], label: zh ? "↑ 平均纹理" : "↑ mean texture" },
          marks: [
            Plot.dot(
              points.filter(({ ill }) => !ill),
              { x: "x", y: "y", r: 2.5, stroke: colour.target, strokeOpacity: 0.6 },
            ),
            Plot.dot(
              points.filter(({ ill }) => ill),
              { x: "x", y: "y", r: 5, symbol: "times", stroke: colour.target, strokeWidth: 2 },
            ),
            ...keys.flatMap((key, i) => {
              const y = 40 - 2 * i;
              return [
                Plot.line(boundary(result.weights[key]), {
                  x: "x",
                  y: "y",
                  clip: true,
                  strokeWidth: 2.5,
                  ...style[key],
                }),
                Plot.line(
                  [
                    { x: 21, y },
                    { x: 22.6, y },
                  ],
                  { x: "x", y: "y", strokeWidth: 2.5, ...style[key] },
                ),
                Plot.text([names[key][language]], { x: 22.9, y, textAnchor: "start" }),
              ];
            }),
            Plot.text([zh ? "✕ 恶性  ○ 良性" : "✕ malignant  ○ benign"], {
              x: 6.3,
              y: 40,
              textAnchor: "start",
              fill: colour.target,
            }),
          ],
        });
      },
    },
  ],
  readouts: (_, { losses, recalls, alarms }) => [
    ...keys.map((key) => ({
      label: { en: `found, false alarms: ${names[key].en}`, zh: `找到、误报：${names[key].zh}` },
      value: `${percent(recalls[key])}, ${percent(alarms[key])}`,
      role: "prediction" as const,
      aside: true,
    })),
    ...(["plain", "weighted", "focal"] as const).map((key) => ({
      label: { en: `held-out cross entropy: ${names[key].en}`, zh: `留出集交叉熵：${names[key].zh}` },
      value: losses[key],
      role: "loss" as const,
    })),
  ],
  code: (_, { weights }) => `import { binaryCrossEntropy } from "lossary";

// Radius and texture, standardised by the training rows.
const x1 = ${literals(testFeatures[0].map((x) => Number(x.toFixed(3))))};
const x2 = ${literals(testFeatures[1].map((x) => Number(x.toFixed(3))))};
const targets = ${literals(testTargets)};
const scores = (w1: number, w2: number, b: number) => x1.map((x, i) => w1 * x + w2 * x2[i] + b);
${(["plain", "weighted", "focal"] as const).map((key) => `console.log(binaryCrossEntropy(scores(${weights[key].map(literal).join(", ")}), targets));`).join("\n")}`,
  advance: {
    label: { en: "Five steps", zh: "走五步" },
    milliseconds: 120,
    // From the start again where training has come to its end.
    next: (state) => ({ ...state, steps: state.steps >= STEPS ? 0 : state.steps + 5 }),
  },
});

/** Where a model's score is 0, from the left edge to the right or, if it is steep, from the bottom to the top. */
function boundary([w1, w2, b]: readonly number[]): { x: number; y: number }[] {
  const [a, c, d] = [w1 as number, w2 as number, b as number];
  if (a === 0 && c === 0) return [];
  const unscaled = (v: number, { middle, width }: typeof x1) => middle + width * v;
  if (Math.abs(a) > Math.abs(c)) return DOMAIN.y.map((y) => ({ x: unscaled(-(c * scaled(y, x2) + d) / a, x1), y }));
  return DOMAIN.x.map((x) => ({ x, y: unscaled(-(a * scaled(x, x1) + d) / c, x2) }));
}
