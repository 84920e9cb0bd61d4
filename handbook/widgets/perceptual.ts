/** A picture shifted, blurred, made noisy or brighter: what pixels, features and their correlations say, as a share of an unrelated picture. */
import * as Plot from "@observablehq/plot";
import { l1Loss, l2Loss, perceptualLoss, styleLoss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { features, featuresCode, type Maps } from "./shared/features.ts";
import { spread } from "./shared/labels.ts";
import {
  at,
  drawPicture,
  type Pixels,
  photograph,
  pictureChoices,
  pictureCode,
  SIDE,
  tensor,
} from "./shared/pictures.ts";

interface State extends Record<string, number | string | boolean | readonly number[]> {
  picture: string;
  change: string;
  amount: number;
}

const MOST = 8;
const amounts = Array.from({ length: MOST + 1 }, (_, i) => i);

/** A picture changed by an amount of 0…8. */
const changes: Readonly<Record<string, (image: Pixels, amount: number) => Pixels>> = {
  shift: (image, amount) => image.map((_, i) => at(image, (i % SIDE) + amount, Math.floor(i / SIDE))),
  blur(image, amount) {
    const offsets = Array.from({ length: 2 * amount + 1 }, (_, i) => i - amount);
    const bell = offsets.map((d) => Math.exp((-4 * d * d) / (amount * amount + 1)));
    const total = bell.reduce((a, b) => a + b);
    const along = (pixels: Pixels, dx: number, dy: number) =>
      pixels.map((_, i) => {
        const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
        return offsets.reduce(
          (sum, d, k) => sum + ((bell[k] as number) * at(pixels, x + d * dx, y + d * dy)) / total,
          0,
        );
      });
    return along(along(image, 1, 0), 0, 1);
  },
  noise(image, amount) {
    let seed = 1;
    const uniform = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    return image.map((v) => v + 0.04 * amount * (uniform() + uniform() + uniform() - 1.5));
  },
  brightness: (image, amount) => image.map((v) => v + 0.02 * amount),
};

const changeCode: Readonly<Record<string, (amount: number) => string>> = {
  shift: (amount) =>
    `const changed = image.map((_, i) => at(image, (i % ${SIDE}) + ${amount}, Math.floor(i / ${SIDE})));`,
  blur: (amount) => `const taps = Array.from({ length: ${2 * amount + 1} }, (_, i) => i - ${amount});
const bell = taps.map((d) => Math.exp((-4 * d * d) / ${amount * amount + 1}));
const total = bell.reduce((a, b) => a + b);
const along = (pixels: number[], dx: number, dy: number) =>
  pixels.map((_, i) =>
    taps.reduce((sum, d, k) => sum + (bell[k] * at(pixels, (i % ${SIDE}) + d * dx, Math.floor(i / ${SIDE}) + d * dy)) / total, 0),
  );
const changed = along(along(image, 1, 0), 0, 1);`,
  noise: (amount) => `let seed = 1;
const uniform = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const changed = image.map((v) => v + 0.04 * ${amount} * (uniform() + uniform() + uniform() - 1.5));`,
  brightness: (amount) => `const changed = image.map((v) => v + 0.02 * ${amount});`,
};

interface Seen {
  readonly pixels: Pixels;
  readonly maps: Maps;
}
const known = new Map<string, Seen>();

/** A changed picture and its features, made once. */
function seen(picture: string, change: string, amount: number): Seen {
  const key = `${picture} ${change} ${amount}`;
  const pixels =
    known.get(key)?.pixels ??
    (changes[change] as (image: Pixels, amount: number) => Pixels)(photograph(picture), amount);
  const made = known.get(key) ?? { pixels, maps: features(pixels) };
  known.set(key, made);
  return made;
}

const names = ["L1", "L2", "features", "style"] as const;
type Name = (typeof names)[number];
const losses: Readonly<Record<Name, (a: Seen, b: Seen) => number>> = {
  L1: (a, b) => l1Loss(tensor(a.pixels), tensor(b.pixels)),
  L2: (a, b) => l2Loss(tensor(a.pixels), tensor(b.pixels)),
  features: (a, b) => perceptualLoss(a.maps, b.maps),
  style: (a, b) => styleLoss(a.maps, b.maps),
};
const titles = {
  L1: { en: "L1", zh: "L1" },
  L2: { en: "L2", zh: "L2" },
  features: { en: "features", zh: "特征" },
  style: { en: "style", zh: "风格" },
} as const;
const strokes = { L1: colour.quiet, L2: colour.quiet, features: colour.prediction, style: colour.loss } as const;

const curvesOf = new Map<string, Readonly<Record<Name, readonly number[]>>>();

/** Every loss over the amounts, divided by its mean over the other pictures. */
function curves(picture: string, change: string): Readonly<Record<Name, readonly number[]>> {
  const key = `${picture} ${change}`;
  const own = seen(picture, "shift", 0);
  const others = pictureChoices.flatMap(({ value }) => (value === picture ? [] : [seen(value, "shift", 0)]));
  const curve = (name: Name) => {
    const unit = others.reduce((sum, other) => sum + losses[name](other, own), 0) / others.length;
    return amounts.map((amount) => losses[name](seen(picture, change, amount), own) / unit);
  };
  const made =
    curvesOf.get(key) ?? (Object.fromEntries(names.map((name) => [name, curve(name)])) as Record<Name, number[]>);
  curvesOf.set(key, made);
  return made;
}

const initial: State = { picture: "grass", change: "shift", amount: 1 };

export default defineWidget({
  title: { en: "Pixels shout, features whisper", zh: "像素喧哗，特征低语" },
  initial,
  controls: {
    picture: { kind: "choice", label: { en: "photograph", zh: "照片" }, choices: pictureChoices },
    change: {
      kind: "choice",
      label: { en: "change", zh: "改动" },
      choices: [
        { value: "shift", label: { en: "shift", zh: "平移" } },
        { value: "blur", label: { en: "blur", zh: "模糊" } },
        { value: "noise", label: { en: "noise", zh: "噪声" } },
        { value: "brightness", label: { en: "brightness", zh: "亮度" } },
      ],
    },
    amount: { kind: "slider", label: { en: "amount", zh: "程度" }, min: 0, max: MOST, step: 1 },
  },
  compute({ picture, change, amount }) {
    const [own, other] = [seen(picture, "shift", 0), seen(picture, change, amount)];
    return {
      pixels: other.pixels,
      values: names.map((name) => losses[name](other, own)),
      shares: curves(picture, change),
    };
  },
  figures: [
    {
      ratio: 1,
      label: ({ change, amount }) => ({
        en: `The picture after ${change} of ${amount}.`,
        zh: `改动之后的画面，程度${amount}。`,
      }),
      draw: (view) => drawPicture(view, view.result.pixels, view.language === "zh" ? "改动后" : "changed"),
    },
    {
      ratio: 1,
      label: ({ amount }, { shares }) => ({
        en: `Losses as shares of what an unrelated picture costs; here L1 ${(shares.L1[amount] as number).toFixed(2)}, features ${(shares.features[amount] as number).toFixed(2)}.`,
        zh: `各损失与一张不相干图片的代价之比；此处L1为${(shares.L1[amount] as number).toFixed(2)}，特征为${(shares.features[amount] as number).toFixed(2)}。`,
      }),
      draw({ state, result, plot, language }) {
        const ends = spread(
          names.map((name) => Math.min(result.shares[name][MOST] as number, 1)),
          0.05,
        );
        return plot({
          x: { label: language === "zh" ? "程度 →" : "amount →", domain: [0, MOST] },
          y: {
            label: language === "zh" ? "↑ 与不相干的图片相比" : "↑ share of an unrelated picture",
            domain: [0, 1],
          },
          marginBottom: 40,
          marginRight: 62,
          marks: [
            ...names.map((name) =>
              Plot.lineY(result.shares[name], {
                x: (_, i) => amounts[i],
                stroke: strokes[name],
                strokeWidth: 2,
                strokeDasharray: name === "L2" ? "5 4" : undefined,
                clip: true,
              }),
            ),
            Plot.text(names, {
              x: MOST,
              dx: 6,
              y: (_, i) => ends[i],
              text: (name) => titles[name as Name][language],
              textAnchor: "start",
              fill: (name) => strokes[name as Name],
            }),
            Plot.ruleX([state.amount], { stroke: colour.quiet, strokeOpacity: 0.5 }),
            Plot.dot(names, {
              x: state.amount,
              y: (name) => Math.min(result.shares[name as Name][state.amount] as number, 1),
              fill: (name) => strokes[name as Name],
              r: 3.5,
            }),
          ],
        });
      },
      handles: (state, { shares }) => [
        {
          id: "amount",
          label: { en: "amount", zh: "程度" },
          x: state.amount,
          y: Math.min(shares.features[state.amount] as number, 1),
          axis: "x",
          step: 1,
          role: "prediction",
          move: (x) => ({ ...state, amount: Math.round(Math.min(Math.max(x, 0), MOST)) }),
        },
      ],
    },
  ],
  readouts: (_, { values }) => [
    { label: { en: "L1", zh: "L1" }, value: values[0] as number },
    { label: { en: "L2", zh: "L2" }, value: values[1] as number },
    { label: { en: "perceptual loss", zh: "感知损失" }, value: values[2] as number, role: "prediction" },
    { label: { en: "style loss", zh: "风格损失" }, value: values[3] as number, role: "loss" },
  ],
  code: ({ picture, change, amount }) => `import { l1Loss, l2Loss, perceptualLoss, styleLoss } from "lossary";

${pictureCode(picture)}
${(changeCode[change] as (amount: number) => string)(amount)}

${featuresCode}

console.log(l1Loss(tensor(changed), tensor(image)));
console.log(l2Loss(tensor(changed), tensor(image)));
const [predicted, target] = [features(changed), features(image)];
console.log(perceptualLoss(predicted, target));
console.log(styleLoss(predicted, target));`,
});
