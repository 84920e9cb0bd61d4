/** Two small images, the square of their difference, and the probability that they are the same. */
import * as Plot from "@observablehq/plot";
import { verificationLoss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { cells, imageFigure, imageOf, type Pair } from "./shared/pixels.ts";

const side = 5;
const picture = (rows: string) => [...rows].map(Number) as readonly number[];

interface Shown extends Pair {
  readonly same: string;
  readonly weight: number;
  readonly bias: number;
}

function compute({ same, weight, bias, a, b }: Shown) {
  const layer = [
    [a.map(() => weight / 2), a.map(() => -weight / 2)],
    [-bias / 2, bias / 2],
  ] as const;
  const loss = (label: number) =>
    verificationLoss.valueAndGrad([[...a]], [[...b]], [label], [...layer[0]], [...layer[1]]);
  const { value, grads } = loss(same === "same" ? 1 : 0);
  const asSame = loss(1).value;
  // With p of the label itself in both terms, a different pair costs −log(1 − p_0) = −log p_1.
  return { value, chance: Math.exp(-asSame), literally: asSame, gradient: [...grads.first.data] };
}

export default defineWidget<Shown, ReturnType<typeof compute>>({
  title: { en: "Are these two images the same?", zh: "这两幅图相同吗？" },
  initial: {
    same: "same",
    weight: 0.3,
    bias: 2,
    brush: 1,
    a: picture("0111001010010100101001110"),
    b: picture("0010001100001000010001110"),
  },
  controls: {
    same: {
      kind: "choice",
      label: { en: "the label says", zh: "标签说" },
      choices: [
        { value: "same", label: { en: "same", zh: "相同" } },
        { value: "different", label: { en: "different", zh: "不同" } },
      ],
    },
    weight: {
      kind: "slider",
      label: { en: "evidence of a differing pixel", zh: "每个相异像素的证据" },
      min: 0.1,
      max: 2,
      step: 0.1,
    },
    bias: {
      kind: "slider",
      label: { en: "evidence of nothing (bias)", zh: "毫无相异时的证据（偏置）" },
      min: 0,
      max: 5,
      step: 0.1,
    },
  },
  compute,
  figures: [
    imageFigure(side, "a"),
    imageFigure(side, "b"),
    {
      ratio: 1,
      label: ({ a, b }, { chance }) => ({
        en: `${a.filter((x, i) => x !== b[i]).length} pixels differ; the probability of "same" is ${chance.toFixed(3)}.`,
        zh: `有${a.filter((x, i) => x !== b[i]).length}个像素相异；「相同」的概率是${chance.toFixed(3)}。`,
      }),
      draw({ state, result: { gradient }, language, plot }) {
        const { marks = [], ...options } = imageOf(
          side,
          language === "zh" ? "平方差，与第一幅所受的力" : "squared difference, pull on the first",
        );
        const squares = state.a.map((x, i) => (x - (state.b[i] as number)) ** 2);
        const largest = Math.max(...gradient.map(Math.abs), 1e-9);
        return plot({
          ...options,
          marks: [
            cells(
              side,
              squares.map((f) => 0.3 * f),
              colour.loss,
            ),
            // Up: descent would darken this pixel of the first image.
            Plot.arrow(
              gradient.flatMap((g, i) => (Math.abs(g) > 1e-6 ? [{ g, i }] : [])),
              {
                x1: ({ i }) => (i % side) + 0.5,
                x2: ({ i }) => (i % side) + 0.5,
                y1: ({ g, i }) => Math.floor(i / side) + 0.5 - (0.35 * g) / largest,
                y2: ({ g, i }) => Math.floor(i / side) + 0.5 + (0.35 * g) / largest,
                stroke: colour.gradient,
                strokeWidth: 2,
                headLength: 6,
              },
            ),
            ...marks,
          ],
        });
      },
    },
  ],
  readouts: (_, { value, chance, literally }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "p(same)", zh: "p(相同)" }, value: chance, role: "prediction" },
    { label: { en: "with p(label) in both terms", zh: "两项都写p(标签)时" }, value: literally },
  ],
  code: ({ same, weight, bias, a, b }) => `import { verificationLoss } from "lossary";

const first = [[${a}]];
const second = [[${b}]];
const weight = [${weight / 2}, ${-weight / 2}].map((w) => first[0].map(() => w));
const bias = [${-bias / 2}, ${bias / 2}];
const asSame = verificationLoss(first, second, [1], weight, bias);
console.log(verificationLoss(first, second, [${same === "same" ? 1 : 0}], weight, bias));
console.log(Math.exp(-asSame));
console.log(asSame);`,
});
