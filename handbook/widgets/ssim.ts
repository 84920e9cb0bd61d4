/** One photograph damaged in several ways, all of the same squared error, and what SSIM says of each, pixel by pixel. */
import { l2Loss, psnr, ssim } from "lossary";
import { defineWidget } from "../kit/widget.ts";
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
  light: string;
  damage: string;
  strength: number;
}

/** How a photograph is developed: v becomes low + scale · v. */
const lights: Readonly<Record<string, readonly [low: number, scale: number]>> = {
  dark: [0, 0.4],
  normal: [0, 1],
  bright: [0.6, 0.4],
};
const initial: State = { picture: "cameraman", light: "normal", damage: "noise", strength: 0.06 };

export default defineWidget({
  title: { en: "Equal squared error, unequal SSIM", zh: "平方误差相同，SSIM不同" },
  initial,
  controls: {
    picture: { kind: "choice", label: { en: "photograph", zh: "照片" }, choices: pictureChoices },
    light: {
      kind: "choice",
      label: { en: "light", zh: "明暗" },
      choices: [
        { value: "dark", label: { en: "dark", zh: "暗" } },
        { value: "normal", label: { en: "as it is", zh: "原样" } },
        { value: "bright", label: { en: "bright", zh: "亮" } },
      ],
    },
    damage: { kind: "choice", label: { en: "damage", zh: "损伤" }, choices: damageChoices },
    strength: {
      kind: "slider",
      label: { en: "its root mean square", zh: "损伤的均方根" },
      min: 0.005,
      max: 0.1,
      step: 0.005,
    },
  },
  compute({ picture, light, damage, strength }) {
    const [low, scale] = lights[light] as readonly [number, number];
    const image = photograph(picture).map((v) => low + scale * v);
    const other = damaged(image, damage, strength);
    const [x, y] = [tensor(other), tensor(image)];
    const { value, map } = ssim(x, y, { dataRange: 1, full: true });
    return {
      image,
      other,
      score: value,
      map: [...map.data],
      error: l2Loss(x, y),
      decibels: psnr(x, y, { dataRange: 1 }),
    };
  },
  figures: [
    {
      ratio: 1,
      label: () => ({ en: "The photograph.", zh: "原来的照片。" }),
      draw: (view) => drawPicture(view, view.result.image, view.language === "zh" ? "原图" : "photograph"),
    },
    {
      ratio: 1,
      label: (_, { score }) => ({
        en: `The damaged photograph, of SSIM ${score.toFixed(3)}.`,
        zh: `损伤后的照片，SSIM为${score.toFixed(3)}。`,
      }),
      draw: (view) => drawPicture(view, view.result.other, view.language === "zh" ? "损伤后" : "damaged"),
    },
    {
      ratio: 1,
      label: () => ({
        en: "Map of SSIM: white where alike, dark where not.",
        zh: "SSIM图：相似处白，不相似处黑。",
      }),
      draw: (view) =>
        drawPicture(view, view.result.map, view.language === "zh" ? "SSIM图：白为相似" : "SSIM: white is alike"),
    },
  ],
  readouts: (_, { score, error, decibels }) => [
    { label: { en: "SSIM", zh: "SSIM" }, value: score, role: "prediction" },
    { label: { en: "SSIM loss", zh: "SSIM损失" }, value: 1 - score, role: "loss" },
    { label: { en: "squared error", zh: "平方误差" }, value: error, role: "loss" },
    { label: { en: "PSNR, dB", zh: "PSNR（dB）" }, value: decibels },
  ],
  code: ({ picture, light, damage, strength }) => {
    const [low, scale] = lights[light] as readonly [number, number];
    const develop = scale === 1 ? "" : `.map((v) => ${low} + ${scale} * v)`;
    return `import { l2Loss, psnr, ssim, ssimLoss } from "lossary";

${pictureCode(picture).replace("/ 63);", `/ 63)${develop};`)}
${damagedCode(damage, strength)}

console.log(ssim(tensor(damaged), tensor(image), { dataRange: 1 }));
console.log(ssimLoss(tensor(damaged), tensor(image), { dataRange: 1 }));
console.log(l2Loss(tensor(damaged), tensor(image)));
console.log(psnr(tensor(damaged), tensor(image), { dataRange: 1 }));`;
  },
});
