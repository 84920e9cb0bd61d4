/** Samples on four classes, a classifier's mean answer, and the score: which never looks at the real data. */
import * as Plot from "@observablehq/plot";
import { frechetInceptionDistance, inceptionScore } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";

const centres = [
  [2, 2],
  [-2, 2],
  [-2, -2],
  [2, -2],
] as const;

/** Evenly scattered points in the disc: no randomness is needed to make a cloud. */
const scatter = (i: number): [number, number] => {
  const radius = Math.sqrt(((i * 0.754877) % 1) + 0.01);
  return [radius * Math.cos(i * 2.399963), radius * Math.sin(i * 2.399963)];
};

/** Samples around the first `modes` classes, `distance` times as far out as the real ones. */
const samplesOf = (count: number, modes: number, spread: number, distance: number): [number, number][] =>
  Array.from({ length: count }, (_, i) => {
    const [x, y] = centres[i % modes] as readonly [number, number];
    const [a, b] = scatter(i);
    return [distance * x + spread * a, distance * y + spread * b];
  });

/** A linear classifier's probabilities: the farther out, the surer. */
const classify = ([x, y]: readonly [number, number]): number[] => {
  const powers = centres.map(([cx, cy]) => Math.exp(0.8 * (x * cx + y * cy)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
};

const real = samplesOf(400, 4, 0.7, 1);

export default defineWidget({
  title: { en: "Sure and various", zh: "既确定又丰富" },
  initial: { modes: 4, spread: 0.7, samples: 200, nonsense: false },
  controls: {
    modes: { kind: "slider", label: { en: "classes generated", zh: "生成几类" }, min: 1, max: 4, step: 1 },
    spread: { kind: "slider", label: { en: "spread of the samples", zh: "样本的散布" }, min: 0, max: 6, step: 0.1 },
    samples: { kind: "slider", label: { en: "samples", zh: "样本数" }, min: 20, max: 400, step: 20 },
    nonsense: { kind: "toggle", label: { en: "confident nonsense", zh: "自信的胡话" } },
  },
  compute({ modes, spread, samples, nonsense }) {
    const generated = samplesOf(samples, modes, spread, nonsense ? 2.5 : 1);
    const answers = generated.map(classify);
    const mean = centres.map((_, k) => answers.reduce((sum, row) => sum + (row[k] as number), 0) / samples);
    return {
      generated,
      mean,
      surest: answers.reduce((sum, row) => sum + Math.max(...row), 0) / samples,
      score: inceptionScore(answers),
      fid: frechetInceptionDistance(real, generated),
    };
  },
  figures: [
    {
      ratio: 0.9,
      label: ({ modes, nonsense }, { score }) => ({
        en: `Generated samples on ${modes} of four classes${nonsense ? ", far outside of the real ones" : ""}; the Inception score is ${score.mean.toFixed(2)}.`,
        zh: `生成样本落在四类中的${modes}类上${nonsense ? "，远在真实样本之外" : ""}；Inception分数为${score.mean.toFixed(2)}。`,
      }),
      draw: ({ result: { generated }, plot }) =>
        plot({
          x: { domain: [-7.5, 7.5], ticks: [], label: null },
          y: { domain: [-7, 7], ticks: [], label: null },
          marginLeft: 10,
          marginBottom: 10,
          marks: [
            Plot.ruleX([0], { stroke: colour.quiet, strokeDasharray: "3 3" }),
            Plot.ruleY([0], { stroke: colour.quiet, strokeDasharray: "3 3" }),
            Plot.dot(real.slice(0, 200), { r: 2, stroke: colour.target, strokeOpacity: 0.6 }),
            Plot.dot(generated, { r: 2.2, fill: colour.prediction, fillOpacity: 0.7, clip: true }),
          ],
        }),
    },
    {
      ratio: 0.9,
      label: (_, { mean, surest }) => ({
        en: `The mean answer over the four classes is ${mean.map((p) => p.toFixed(2)).join(", ")}; the surest class of a sample has ${surest.toFixed(2)} on average.`,
        zh: `四类上的平均回答为${mean.map((p) => p.toFixed(2)).join("、")}；每个样本最确定的一类平均为${surest.toFixed(2)}。`,
      }),
      draw: ({ result: { mean, surest }, language, plot }) =>
        plot({
          x: { domain: [-0.6, 3.6], ticks: [], label: language === "zh" ? "类别" : "class" },
          y: { domain: [0, 1], label: language === "zh" ? "↑ 平均概率" : "↑ mean probability" },
          marks: [
            Plot.rectY(mean, {
              x1: (_: number, k: number) => k - 0.35,
              x2: (_: number, k: number) => k + 0.35,
              y: (p: number) => p,
              fill: colour.prediction,
              fillOpacity: 0.75,
            }),
            Plot.ruleY([surest], { stroke: colour.loss, strokeWidth: 2, strokeDasharray: "5 3" }),
            Plot.text([[3.6, surest]], {
              text: [language === "zh" ? "单个样本最确定的一类" : "surest class of one sample"],
              dy: 10,
              textAnchor: "end",
              fill: colour.loss,
            }),
            Plot.ruleY([0], { stroke: colour.quiet }),
          ],
        }),
    },
  ],
  readouts: (_, { score, fid }) => [
    { label: { en: "Inception score", zh: "Inception分数" }, value: score.mean, role: "loss" },
    { label: { en: "deviation over splits", zh: "各份的标准差" }, value: score.std },
    { label: { en: "FID, of the same samples", zh: "同样样本的FID" }, value: fid },
  ],
  code: ({ modes, spread, samples, nonsense }) => `import { frechetInceptionDistance, inceptionScore } from "lossary";

const centres = [[2, 2], [-2, 2], [-2, -2], [2, -2]];
const draw = (count: number, modes: number, spread: number, distance: number) =>
  Array.from({ length: count }, (_, i) => {
    const radius = Math.sqrt(((i * 0.754877) % 1) + 0.01);
    const [x, y] = centres[i % modes];
    const [a, b] = [radius * Math.cos(i * 2.399963), radius * Math.sin(i * 2.399963)];
    return [distance * x + spread * a, distance * y + spread * b];
  });
const classify = ([x, y]: number[]) => {
  const powers = centres.map(([cx, cy]) => Math.exp(0.8 * (x * cx + y * cy)));
  return powers.map((power) => power / powers.reduce((a, b) => a + b));
};
const real = draw(400, 4, 0.7, 1);
const generated = draw(${samples}, ${modes}, ${spread}, ${nonsense ? 2.5 : 1});
const { mean, std } = inceptionScore(generated.map(classify));
console.log(mean);
console.log(std);
console.log(frechetInceptionDistance(real, generated));`,
});
