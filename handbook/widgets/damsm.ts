/** Three small images and their captions: where a word looks, and how the matching matrix clears up in training. */
import * as Plot from "@observablehq/plot";
import { damsmLoss, damsmTerms } from "lossary";
import { colour, defineWidget, type Text } from "../kit/widget.ts";

const concepts: readonly Text[] = [
  { en: "red", zh: "红" },
  { en: "bird", zh: "鸟" },
  { en: "branch", zh: "枝" },
  { en: "blue", zh: "蓝" },
  { en: "boat", zh: "船" },
  { en: "water", zh: "水" },
];
const [samples, side, words, dimension] = [3, 3, 4, concepts.length];
const regions = side * side;

/** What is seen in each region, row by row, and what each word means; the third word, "on", means nothing. */
const seen = [
  [[], [1], [2], [0], [0, 1], [2], [], [2], [2]],
  [[], [4], [], [3], [3, 4], [4], [5], [5], [5]],
  [[], [0], [], [4], [0, 4], [4], [5], [5], [5]],
];
const said = [
  [[0], [1], [], [2]],
  [[3], [4], [], [5]],
  [[0], [4], [], [5]],
];
const wholes = [
  [0, 1, 2],
  [3, 4, 5],
  [0, 4, 5],
];
const on: Text = { en: "on", zh: "在" };
const wordOf = (caption: number, t: number): Text => {
  const meaning = said[caption]?.[t]?.[0];
  return meaning === undefined ? on : (concepts[meaning] as Text);
};

/** Signal and noise: of the regions, and of words and wholes. */
const region = [1.5, 1] as const;
const other = [1, 1] as const;
const rate = 0.1;

/** Vectors of untrained encoders: what they should say, under noise. */
function vectors(meanings: readonly (readonly number[])[], seed: number, signal: number, noise: number): Float64Array {
  const data = Float64Array.from(
    { length: meanings.length * dimension },
    (_, i) => noise * Math.sin(seed + 12.9898 * i * i),
  );
  for (const [k, meaning] of meanings.entries())
    for (const concept of meaning) {
      const at = k * dimension + concept;
      data[at] = (data[at] as number) + signal;
    }
  return data;
}

interface Options {
  readonly gamma1: number;
  readonly form: "paper" | "code";
}

/** All vectors after `steps` steps of gradient descent, from the start. */
function trained(steps: number, options: Options) {
  let state = [
    { data: vectors(seen.flat(), 1, ...region), shape: [samples, regions, dimension] },
    { data: vectors(said.flat(), 2, ...other), shape: [samples, words, dimension] },
    { data: vectors(wholes, 3, ...other), shape: [samples, dimension] },
    { data: vectors(wholes, 4, ...other), shape: [samples, dimension] },
  ];
  const call = () => {
    const [r, w, i, s] = state as [Matrix, Matrix, Matrix, Matrix];
    return [r, w, Array.from({ length: samples }, () => words), i, s] as const;
  };
  for (let step = 0; step < steps; step++) {
    const { grads } = damsmLoss.valueAndGrad(...call(), options);
    const slopes = [grads.regions, grads.words, grads.images, grads.sentences];
    state = state.map(({ data, shape }, k) => ({
      data: data.map((value, i) => value - rate * (slopes[k]?.data[i] as number)),
      shape,
    }));
  }
  return call();
}
interface Matrix {
  readonly data: Float64Array;
  readonly shape: number[];
}

const softmax = (scores: readonly number[]): number[] => {
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
};
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + x * (b[k] as number), 0);
const rows = ({ data }: Matrix, first: number, count: number): number[][] =>
  Array.from({ length: count }, (_, k) => [...data.slice((first + k) * dimension, (first + k + 1) * dimension)]);

/** The attention [word][region] of a caption over an image, and how well they match: the loss's own formulas, for the picture. */
function match(image: readonly number[][], caption: readonly number[][], gamma1: number) {
  const shares = image.map((region) => softmax(caption.map((word) => dot(word, region))));
  const attention = caption.map((_, t) => softmax(shares.map((share) => gamma1 * (share[t] as number))));
  const cosines = caption.map((word, t) => {
    const context = word.map((_, k) =>
      image.reduce((sum, region, r) => sum + (attention[t]?.[r] as number) * (region[k] as number), 0),
    );
    return dot(context, word) / Math.sqrt(dot(context, context) * dot(word, word));
  });
  return { attention, match: Math.log(cosines.reduce((sum, cosine) => sum + Math.exp(5 * cosine), 0)) };
}

const choices = said.flatMap((caption, j) =>
  caption.flatMap((meaning, t) =>
    meaning.length === 0
      ? []
      : [
          {
            value: `${j}.${t}`,
            label: {
              en: `${wordOf(j, t).en} (caption ${j + 1})`,
              zh: `${wordOf(j, t).zh}（文本${j + 1}）`,
            },
          },
        ],
  ),
);
const numbered = Array.from({ length: samples }, (_, i) => i);
const clamp = (value: number, most: number) => (value >= 0 && value <= most ? value : 0);

export default defineWidget({
  title: { en: "Words looking at regions", zh: "单词在看哪些区域" },
  initial: { word: "0.1", image: "0", step: 0, gamma1: 4, form: "paper" },
  controls: {
    word: { kind: "choice", label: { en: "word", zh: "单词" }, choices },
    image: {
      kind: "choice",
      label: { en: "image", zh: "图像" },
      choices: numbered.map((i) => ({ value: String(i), label: { en: String(i + 1), zh: String(i + 1) } })),
    },
    step: { kind: "slider", label: { en: "training steps", zh: "训练步数" }, min: 0, max: 60, step: 1 },
    gamma1: {
      kind: "slider",
      label: { en: "γ₁, sharpness of the attention", zh: "γ₁，注意力的尖锐程度" },
      min: 1,
      max: 20,
      step: 1,
    },
    form: {
      kind: "choice",
      label: { en: "form", zh: "形式" },
      choices: [
        { value: "paper", label: { en: "paper, with 1/γ₂", zh: "论文，带1/γ₂" } },
        { value: "code", label: { en: "code, without", zh: "代码，不带" } },
      ],
    },
  },
  advance: {
    label: { en: "Train", zh: "训练" },
    milliseconds: 200,
    next: (state) => ({ ...state, step: Math.min(state.step + 1, 60) }),
  },
  compute({ word, image, step, gamma1, form }) {
    const options = { gamma1, form: form as Options["form"] };
    const inputs = trained(step, options);
    const [regionVectors, wordVectors] = inputs;
    const [j, t] = word.split(".").map(Number) as [number, number];
    const [caption, place, picture] = [clamp(j, samples - 1), clamp(t, words - 1), clamp(Number(image), samples - 1)];
    const pairs = numbered.map((i) =>
      numbered.map((k) =>
        match(rows(regionVectors, i * regions, regions), rows(wordVectors, k * words, words), gamma1),
      ),
    );
    const sharpness = form === "paper" ? 10 / 5 : 10;
    return {
      caption,
      place,
      picture,
      attention: pairs[picture]?.[caption]?.attention[place] as number[],
      matching: pairs.map((row) => softmax(row.map((pair) => sharpness * pair.match))),
      loss: damsmLoss(...inputs, options),
      terms: damsmTerms(...inputs, options),
    };
  },
  figures: [
    {
      ratio: 1,
      label: (_, { caption, place, picture, attention }) => ({
        en: `Where the word “${wordOf(caption, place).en}” looks in image ${picture + 1}: most at region ${attention.indexOf(Math.max(...attention)) + 1} of nine.`,
        zh: `「${wordOf(caption, place).zh}」在图像${picture + 1}里看向何处：九个区域中最多看第${attention.indexOf(Math.max(...attention)) + 1}个。`,
      }),
      draw({ result: { caption, place, picture, attention }, language, plot }) {
        const cells = (seen[picture] as number[][]).map((meaning, r) => ({
          x: r % side,
          y: Math.floor(r / side),
          share: attention[r] as number,
          text: meaning.map((concept) => concepts[concept]?.[language]).join(language === "zh" ? "" : " "),
        }));
        const said = Array.from({ length: words }, (_, t) => wordOf(caption, t)[language]);
        return plot({
          x: { domain: [-0.5, 2.5], axis: null },
          y: { domain: [2.5, -1], axis: null },
          marginLeft: 4,
          marginRight: 4,
          marginTop: 4,
          marginBottom: 4,
          marks: [
            Plot.text(said, {
              x: (_: string, t: number) => -0.1 + t * 0.73,
              y: -0.75,
              text: (name: string) => name,
              fill: (_: string) => "currentColor",
              fillOpacity: (_: string, t: number) => (t === place ? 1 : 0.55),
              fontSize: 15,
            }),
            Plot.ruleY([-0.62], {
              x1: -0.3 + place * 0.73,
              x2: 0.1 + place * 0.73,
              stroke: colour.target,
              strokeWidth: 3,
            }),
            Plot.rect(cells, {
              x1: (c: { x: number }) => c.x - 0.5,
              x2: (c: { x: number }) => c.x + 0.5,
              y1: (c: { y: number }) => c.y - 0.5,
              y2: (c: { y: number }) => c.y + 0.5,
              fill: colour.prediction,
              fillOpacity: (c: { share: number }) => Math.min(1.2 * c.share, 0.6),
              stroke: colour.quiet,
              strokeOpacity: 0.6,
              inset: 1,
            }),
            Plot.text(cells, { x: "x", y: "y", dy: -6, text: "text", fill: "currentColor" }),
            Plot.text(cells, {
              x: "x",
              y: "y",
              dy: 10,
              text: (c: { share: number }) => `${Math.round(100 * c.share)} %`,
              fill: "currentColor",
            }),
          ],
        });
      },
    },
    {
      ratio: 1,
      label: (_, { matching }) => ({
        en: `How sure each image is of each caption; the diagonal has ${matching.map((row, i) => (row[i] as number).toFixed(2)).join(", ")}.`,
        zh: `每幅图对每条文本有多确定；对角线为${matching.map((row, i) => (row[i] as number).toFixed(2)).join("、")}。`,
      }),
      draw({ result: { matching }, language, plot }) {
        const zh = language === "zh";
        const cells = matching.flatMap((row, y) => row.map((share, x) => ({ x, y, share })));
        return plot({
          x: {
            domain: [-0.5, 2.5],
            label: zh ? "文本 →" : "caption →",
            ticks: 3,
            tickFormat: (i: number) => String(i + 1),
          },
          y: {
            domain: [2.5, -0.5],
            label: zh ? "↓ 图像" : "↓ image",
            ticks: 3,
            tickFormat: (i: number) => String(i + 1),
          },
          marks: [
            Plot.rect(cells, {
              x1: (c: { x: number }) => c.x - 0.5,
              x2: (c: { x: number }) => c.x + 0.5,
              y1: (c: { y: number }) => c.y - 0.5,
              y2: (c: { y: number }) => c.y + 0.5,
              fill: colour.loss,
              fillOpacity: (c: { share: number }) => 0.75 * c.share,
              stroke: colour.quiet,
              strokeOpacity: 0.6,
              inset: 1,
            }),
            Plot.text(cells, {
              x: "x",
              y: "y",
              text: (c: { share: number }) => c.share.toFixed(2),
              fill: "currentColor",
            }),
          ],
        });
      },
    },
  ],
  readouts: (_, { loss, terms }) => [
    { label: { en: "loss", zh: "损失" }, value: loss, role: "loss" },
    { label: { en: "image to words", zh: "图找词" }, value: terms.imageToWords },
    { label: { en: "words to image", zh: "词找图" }, value: terms.wordsToImage },
    { label: { en: "image to sentence", zh: "图找句" }, value: terms.imageToSentence },
    { label: { en: "sentence to image", zh: "句找图" }, value: terms.sentenceToImage },
  ],
  code: ({ step, gamma1, form }) => `import { damsmLoss, damsmTerms } from "lossary";

// Six concepts: red, bird, branch, blue, boat, water. What nine regions show and four words say, in three samples.
const seen = ${JSON.stringify(seen.flat())};
const said = ${JSON.stringify(said.flat())};
const wholes = ${JSON.stringify(wholes)};
const vectors = (meanings: number[][], seed: number, shape: number[], signal: number, noise: number) => {
  const data = Float64Array.from({ length: meanings.length * 6 }, (_, i) => noise * Math.sin(seed + 12.9898 * i * i));
  meanings.forEach((meaning, k) => meaning.forEach((concept) => (data[k * 6 + concept] += signal)));
  return { data, shape };
};
const regions = vectors(seen, 1, [3, 9, 6], ${region.join(", ")});
const words = vectors(said, 2, [3, 4, 6], ${other.join(", ")});
const images = vectors(wholes, 3, [3, 6], ${other.join(", ")});
const sentences = vectors(wholes, 4, [3, 6], ${other.join(", ")});
const lengths = [4, 4, 4];
const options = { gamma1: ${gamma1}, form: "${form}" } as const;
for (let step = 0; step < ${step}; step++) {
  const { grads } = damsmLoss.valueAndGrad(regions, words, lengths, images, sentences, options);
  const slopes = [grads.regions, grads.words, grads.images, grads.sentences];
  [regions, words, images, sentences].forEach(({ data }, k) => {
    data.forEach((_, i) => (data[i] -= ${rate} * slopes[k].data[i]));
  });
}
console.log(damsmLoss(regions, words, lengths, images, sentences, options));
const terms = damsmTerms(regions, words, lengths, images, sentences, options);
console.log(terms.imageToWords);
console.log(terms.wordsToImage);
console.log(terms.imageToSentence);
console.log(terms.sentenceToImage);`,
});
