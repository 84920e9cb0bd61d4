/** One real table, three losses: lines trained while a share of the training targets has lost its decimal point. */
import * as Plot from "@observablehq/plot";
import { huberLoss, l1Loss, l2Loss } from "lossary";
import { colour, defineWidget, literals } from "../kit/widget.ts";
import { bmi, progression } from "./shared/tables.ts";
import { predict, robustScaleOf, scaled, scaleOf, shuffled, train } from "./shared/training.ts";

const STEPS = 200;
const RATE = 0.1;

/** Every fourth row is held out and stays clean. */
const held = bmi.map((_, i) => i % 4 === 3);
const pick = (values: readonly number[], out: boolean) => values.filter((_, i) => held[i] === out);
const [trainX, trainY] = [pick(bmi, false), pick(progression, false)];
const [testX, testY] = [pick(bmi, true), pick(progression, true)];
const x = scaleOf(trainX);
const features = [trainX.map((v) => scaled(v, x))];
const testFeatures = [testX.map((v) => scaled(v, x))];
const order = shuffled(trainX.length);

const losses = { l1: l1Loss, huber: huberLoss, l2: l2Loss } as const;
const keys = ["l1", "huber", "l2"] as const;
type Key = (typeof keys)[number];
const names: Readonly<Record<Key, string>> = { l1: "L1", huber: "Huber", l2: "L2" };
const style: Readonly<Record<Key, Plot.LineOptions>> = {
  l1: { stroke: colour.prediction, strokeDasharray: "2 4" },
  huber: { stroke: colour.prediction },
  l2: { stroke: colour.loss, strokeDasharray: "9 5" },
};
const DOMAIN = { x: [17, 43], y: [0, 400] } as const;

const each = <T>(make: (key: Key) => T): Readonly<Record<Key, T>> => ({
  l1: make("l1"),
  huber: make("huber"),
  l2: make("l2"),
});

export default defineWidget({
  title: { en: "Disease progression by body mass, under three losses", zh: "由体质指数预测病情进展，三种损失并列" },
  initial: { wrong: 0.05, steps: 100 },
  controls: {
    wrong: {
      kind: "slider",
      label: { en: "share of training targets written ten times too large", zh: "训练目标被写大十倍的份额" },
      min: 0,
      max: 0.3,
      step: 0.01,
    },
    steps: { kind: "slider", label: { en: "steps of training", zh: "训练步数" }, min: 0, max: STEPS, step: 1 },
  },
  compute({ wrong, steps }) {
    const moved = new Set(order.slice(0, Math.round(wrong * trainX.length)));
    const given = trainY.map((y, i) => (moved.has(i) ? 10 * y : y));
    const y = robustScaleOf(given);
    const targets = Float64Array.from(given, (v) => scaled(v, y));
    const weights = each((key) =>
      train(
        features,
        (f) => losses[key].valueAndGrad(f, targets, { wrt: ["predictions"] }).grads.predictions.data,
        steps,
        RATE,
      ),
    );
    const back = (f: Float64Array) => f.map((v) => y.middle + y.width * v);
    const predictions = each((key) => back(predict(weights[key], testFeatures)));
    return {
      given,
      predictions,
      ends: each((key) => {
        const values = back(predict(weights[key], [DOMAIN.x.map((v) => scaled(v, x))]));
        return DOMAIN.x.map((v, i) => ({ x: v, y: values[i] as number }));
      }),
      errors: each((key) => l1Loss(predictions[key], testY)),
    };
  },
  figures: [
    {
      ratio: 0.62,
      label: ({ wrong }, { errors }) => ({
        en: `Patients and three lines, ${Math.round(100 * wrong)} % of the targets wrong; held-out mean absolute error ${keys.map((k) => `${names[k]} ${errors[k].toFixed(1)}`).join(", ")}.`,
        zh: `病人与三条线，${Math.round(100 * wrong)} %的目标有错；留出集平均绝对误差：${keys.map((k) => `${names[k]} ${errors[k].toFixed(1)}`).join("，")}。`,
      }),
      draw({ result, language, plot }) {
        const zh = language === "zh";
        const top = DOMAIN.y[1];
        const points = trainX.map((v, i) => ({ x: v, y: result.given[i] as number }));
        return plot({
          marginBottom: 40,
          x: { domain: [...DOMAIN.x], label: zh ? "体质指数 →" : "body mass index →" },
          y: { domain: [...DOMAIN.y], label: zh ? "↑ 一年后的病情进展" : "↑ progression after a year" },
          marks: [
            Plot.dot(
              points.filter(({ y }) => y <= top),
              { x: "x", y: "y", r: 2.5, fill: colour.target, fillOpacity: 0.45 },
            ),
            Plot.dot(
              points.filter(({ y }) => y > top),
              { x: "x", y: top, r: 5, symbol: "triangle", fill: colour.target },
            ),
            ...keys.flatMap((key, i) => {
              const y = 64 - 24 * i;
              return [
                Plot.line(result.ends[key], { x: "x", y: "y", clip: true, strokeWidth: 2.5, ...style[key] }),
                Plot.line(
                  [
                    { x: 33, y },
                    { x: 35, y },
                  ],
                  { x: "x", y: "y", strokeWidth: 2.5, ...style[key] },
                ),
                Plot.text([names[key]], { x: 35.4, y, textAnchor: "start" }),
              ];
            }),
            Plot.text([zh ? "▲ 超出图外的错误目标" : "▲ wrong targets, beyond the picture"], {
              x: 17.3,
              y: top,
              dy: 16,
              textAnchor: "start",
              fill: colour.target,
            }),
          ],
        });
      },
    },
  ],
  readouts: (_, { errors }) =>
    keys.map((key) => ({
      label: { en: `held-out error, ${names[key]}`, zh: `留出集误差，${names[key]}` },
      value: errors[key],
      role: key === "l2" ? ("loss" as const) : ("prediction" as const),
    })),
  code: (_, { predictions }) => `import { l1Loss } from "lossary";

const targets = ${literals(testY)};
${keys.map((key) => `console.log(l1Loss(${literals(predictions[key].map((v) => Number(v.toFixed(1))))}, targets));`).join("\n")}`,
  advance: {
    label: { en: "Step", zh: "走一步" },
    milliseconds: 60,
    // From the start again where training has come to its end.
    next: (state) => ({ ...state, steps: state.steps >= STEPS ? 0 : state.steps + 1 }),
  },
});
