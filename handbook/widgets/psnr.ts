/** PSNR falls as damage grows, along one line for every kind of damage; SSIM, beside it, tells the kinds apart. */
import * as Plot from "@observablehq/plot";
import { psnr, ssim } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import {
  damageChoices,
  damaged,
  damagedCode,
  drawPicture,
  photograph,
  pictureChoices,
  pictureCode,
  tensor,
} from "./shared/pictures.ts";

interface State extends Record<string, number | string | boolean | readonly number[]> {
  picture: string;
  damage: string;
  strength: number;
}

const most = 0.16;
const strengths = Array.from({ length: 32 }, (_, i) => ((i + 1) * most) / 32);
const initial: State = { picture: "cat", damage: "noise", strength: 0.06 };

/** The error a picture's pixels show: grey where there is none. */
const errorOf = (other: readonly number[], image: readonly number[]) =>
  other.map((v, i) => 0.5 + 2 * (v - (image[i] as number)));

export default defineWidget({
  title: { en: "Decibels of damage", zh: "损伤的分贝数" },
  initial,
  controls: {
    picture: { kind: "choice", label: { en: "photograph", zh: "照片" }, choices: pictureChoices },
    damage: { kind: "choice", label: { en: "damage", zh: "损伤" }, choices: damageChoices },
    strength: {
      kind: "slider",
      label: { en: "its root mean square", zh: "损伤的均方根" },
      min: 0,
      max: most,
      step: 0.01,
    },
  },
  compute({ picture, damage, strength }) {
    const image = photograph(picture);
    const y = tensor(image);
    const decibels = (by: number) => psnr(tensor(damaged(image, damage, by)), y, { dataRange: 1 });
    const other = damaged(image, damage, strength);
    const { grads } = psnr.valueAndGrad(tensor(other), y, { dataRange: 1, wrt: ["predictions"] });
    return {
      other,
      error: errorOf(other, image),
      curve: strengths.map(decibels),
      decibels: decibels(strength),
      score: ssim(tensor(other), y, { dataRange: 1 }),
      slope: Math.hypot(...grads.predictions.data),
    };
  },
  figures: [
    {
      ratio: 1,
      label: (_, { decibels }) => ({
        en: `The damaged photograph, of ${decibels.toFixed(1)} dB.`,
        zh: `损伤后的照片，${decibels.toFixed(1)}分贝。`,
      }),
      draw: (view) => drawPicture(view, view.result.other, view.language === "zh" ? "损伤后" : "damaged"),
    },
    {
      ratio: 1,
      label: () => ({ en: "The error, grey where there is none.", zh: "误差，没有误差处为灰色。" }),
      draw: (view) => drawPicture(view, view.result.error, view.language === "zh" ? "误差，两倍" : "error, twice"),
    },
    {
      ratio: 1,
      label: ({ strength }, { decibels }) => ({
        en: `PSNR against the damage's root mean square; ${decibels.toFixed(1)} dB at ${strength}.`,
        zh: `PSNR随损伤均方根的变化；在${strength}处为${decibels.toFixed(1)}分贝。`,
      }),
      draw({ state, result, plot, language }) {
        return plot({
          x: { label: language === "zh" ? "均方根 →" : "root mean square →", domain: [0, most], ticks: 4 },
          y: { label: "↑ PSNR, dB", domain: [15, 50], clamp: true },
          marginBottom: 40,
          marks: [
            Plot.lineY(result.curve, {
              x: (_, i) => strengths[i],
              stroke: colour.prediction,
              strokeWidth: 2,
              clip: true,
            }),
            Plot.ruleX([state.strength], { stroke: colour.quiet, strokeOpacity: 0.5 }),
          ],
        });
      },
      handles: (state, { decibels }) => [
        {
          id: "strength",
          label: { en: "root mean square of the damage", zh: "损伤的均方根" },
          x: state.strength,
          y: Math.min(decibels, 50),
          axis: "x",
          step: 0.01,
          role: "prediction",
          move: (x) => ({ ...state, strength: Number(Math.min(Math.max(x, 0), most).toFixed(3)) }),
        },
      ],
    },
  ],
  readouts: (_, { decibels, score, slope }) => [
    { label: { en: "PSNR, dB", zh: "PSNR（dB）" }, value: decibels, role: "prediction" },
    { label: { en: "SSIM", zh: "SSIM" }, value: score },
    { label: { en: "length of the gradient", zh: "梯度的长度" }, value: slope, role: "gradient" },
  ],
  code: ({ picture, damage, strength }) => `import { psnr, ssim } from "lossary";

${pictureCode(picture)}
${damagedCode(damage, strength)}

const { value, grads } = psnr.valueAndGrad(tensor(damaged), tensor(image), { dataRange: 1, wrt: ["predictions"] });
console.log(value);
console.log(ssim(tensor(damaged), tensor(image), { dataRange: 1 }));
console.log(Math.hypot(...grads.predictions.data));`,
});
