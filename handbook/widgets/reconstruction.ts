/** A face reconstructed with a fault, and the terms of the reconstruction loss: everywhere, under a mask to drag, along the edges. */
import * as Plot from "@observablehq/plot";
import { reconstructionLoss, totalVariationLoss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import {
  damageChoices,
  damaged,
  damagedCode,
  drawPicture,
  photograph,
  pictureChoices,
  pictureCode,
  SIDE,
  tensor,
} from "./shared/pictures.ts";

interface State extends Record<string, number | string | boolean | readonly number[]> {
  picture: string;
  damage: string;
  maskX: number;
  maskY: number;
  maskWeight: number;
  edgeWeight: number;
}

const STRENGTH = 0.06;
/** Half of the mask's side. */
const HALF = 8;
const initial: State = { picture: "astronaut", damage: "blur", maskX: 30, maskY: 30, maskWeight: 30, edgeWeight: 1 };

/** Ones in a square around a point; x to the right, y upwards. */
const maskAt = (x: number, y: number) =>
  Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [column, row] = [(i % SIDE) + 0.5, SIDE - Math.floor(i / SIDE) - 0.5];
    return Number(Math.abs(column - x) < HALF && Math.abs(row - y) < HALF);
  });

const within = (value: number) => Math.round(Math.min(Math.max(value, HALF), SIDE - HALF));

export default defineWidget({
  title: { en: "What a reconstruction loss adds up", zh: "重建损失由什么相加" },
  initial,
  controls: {
    picture: { kind: "choice", label: { en: "photograph", zh: "照片" }, choices: pictureChoices },
    damage: { kind: "choice", label: { en: "fault", zh: "毛病" }, choices: damageChoices },
    maskWeight: { kind: "slider", label: { en: "mask's weight", zh: "掩码的权重" }, min: 0, max: 60, step: 5 },
    edgeWeight: { kind: "slider", label: { en: "edges' weight", zh: "边缘的权重" }, min: 0, max: 3, step: 0.1 },
  },
  compute({ picture, damage, maskX, maskY, maskWeight, edgeWeight }) {
    const image = photograph(picture);
    const other = damaged(image, damage, STRENGTH);
    const [x, y, mask] = [tensor(other), tensor(image), tensor(maskAt(maskX, maskY))];
    const plain = reconstructionLoss(x, y);
    const masked = reconstructionLoss(x, y, { mask, maskWeight });
    const edged = reconstructionLoss(x, y, { edgeWeight });
    return {
      other,
      error: other.map((v, i) => 1 - 4 * Math.abs(v - (image[i] as number))),
      terms: [plain, masked - plain, edged - plain],
      loss: reconstructionLoss(x, y, { mask, maskWeight, edgeWeight }),
      variation: totalVariationLoss(x),
    };
  },
  figures: [
    {
      ratio: 1,
      label: () => ({ en: "The faulty reconstruction.", zh: "有毛病的重建。" }),
      draw: (view) => drawPicture(view, view.result.other, view.language === "zh" ? "重建" : "reconstruction"),
    },
    {
      ratio: 1,
      label: () => ({
        en: "The absolute error, dark where large, and the mask, a frame.",
        zh: "绝对误差，越黑越大；方框为掩码。",
      }),
      draw: (view) => {
        const { maskX: x, maskY: y } = view.state;
        return drawPicture(view, view.result.error, view.language === "zh" ? "误差与掩码" : "error and mask", [
          Plot.rect([0], {
            x1: x - HALF,
            x2: x + HALF,
            y1: y - HALF,
            y2: y + HALF,
            stroke: colour.loss,
            strokeWidth: 2.5,
            fill: colour.loss,
            fillOpacity: 0.15,
          }),
        ]);
      },
      handles: (state) => [
        {
          id: "mask",
          label: { en: "middle of the mask", zh: "掩码的中心" },
          x: state.maskX,
          y: state.maskY,
          axis: "both",
          step: 1,
          role: "loss",
          move: (x, y) => ({ ...state, maskX: within(x), maskY: within(y) }),
        },
      ],
    },
    {
      ratio: 1,
      label: (_, { loss }) => ({
        en: `The three terms, which add up to ${loss.toFixed(3)}.`,
        zh: `三项相加为${loss.toFixed(3)}。`,
      }),
      draw({ result, plot, language }) {
        const names = language === "zh" ? ["整张图", "掩码内", "边缘"] : ["all", "mask", "edges"];
        return plot({
          x: { label: null, domain: names },
          y: { label: language === "zh" ? "↑ 各项" : "↑ term", domain: [0, Math.max(0.2, ...result.terms)] },
          marks: [
            Plot.barY(result.terms, {
              x: (_, i) => names[i],
              y: (d) => d,
              fill: colour.loss,
              fillOpacity: 0.6,
              insetLeft: 6,
              insetRight: 6,
            }),
            Plot.ruleY([0], { stroke: colour.quiet }),
          ],
        });
      },
    },
  ],
  readouts: (_, { loss, terms, variation }) => [
    { label: { en: "reconstruction loss", zh: "重建损失" }, value: loss, role: "loss" },
    { label: { en: "mean absolute error", zh: "平均绝对误差" }, value: terms[0] as number, role: "loss" },
    { label: { en: "total variation", zh: "全变分" }, value: variation },
  ],
  code: ({ picture, damage, maskX, maskY, maskWeight, edgeWeight }) =>
    `import { reconstructionLoss, totalVariationLoss } from "lossary";

${pictureCode(picture)}
${damagedCode(damage, STRENGTH)}
const mask = image.map((_, i) => {
  const [column, row] = [(i % ${SIDE}) + 0.5, ${SIDE} - Math.floor(i / ${SIDE}) - 0.5];
  return Number(Math.abs(column - ${maskX}) < ${HALF} && Math.abs(row - ${maskY}) < ${HALF});
});

const options = { mask: tensor(mask), maskWeight: ${maskWeight}, edgeWeight: ${edgeWeight} };
console.log(reconstructionLoss(tensor(damaged), tensor(image), options));
console.log(reconstructionLoss(tensor(damaged), tensor(image)));
console.log(totalVariationLoss(tensor(damaged)));`,
});
