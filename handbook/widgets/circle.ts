/** The plane of a positive and a negative similarity: where circle loss is content, and where it pushes, beside a triplet's field. */
import * as Plot from "@observablehq/plot";
import { circleLoss, marginRankingLoss } from "lossary";
import { colour, defineWidget, literal } from "../kit/widget.ts";

const grid = Array.from({ length: 10 }, (_, i) => 0.05 + i / 10);
const places = grid.flatMap((sp) => grid.map((sn) => ({ sp, sn })));
/** Within the plane, to the thousandth. */
const clamp = (value: number) => Math.round(1000 * Math.min(Math.max(value, 0), 1)) / 1000;

interface Force {
  readonly value: number;
  readonly up: number;
  readonly down: number;
}

/** Loss and gradient for one pair of each kind. */
function circleAt(sp: number, sn: number, margin: number, scale: number): Force {
  const { value, grads } = circleLoss.valueAndGrad([sp], [sn], { margin, scale });
  return { value, up: grads.positives.data[0] as number, down: grads.negatives.data[0] as number };
}

/** A triplet on similarities: the positive must lead by a margin. */
function tripletAt(sp: number, sn: number, margin: number): Force {
  const { value, grads } = marginRankingLoss.valueAndGrad([sp], [sn], [1], { margin });
  return { value, up: grads.first.data[0] as number, down: grads.second.data[0] as number };
}

export default defineWidget({
  title: { en: "Circle loss over two similarities", zh: "两个相似度上的圆损失" },
  initial: { field: "circle", margin: 0.25, scale: 32, sp: 0.8, sn: 0.8 },
  controls: {
    field: {
      kind: "choice",
      label: { en: "field of arrows", zh: "箭头之场" },
      choices: [
        { value: "circle", label: { en: "circle loss", zh: "圆损失" } },
        { value: "triplet", label: { en: "triplet, for comparison", zh: "三元组，以资对比" } },
      ],
    },
    margin: { kind: "slider", label: { en: "relaxation m", zh: "放宽量m" }, min: 0.05, max: 0.5, step: 0.05 },
    scale: { kind: "slider", label: { en: "scale γ", zh: "倍率γ" }, min: 1, max: 256, step: 1 },
  },
  compute({ field, margin, scale, sp, sn }) {
    const at = (p: number, n: number) => (field === "circle" ? circleAt(p, n, margin, scale) : tripletAt(p, n, margin));
    const field_ = places.map(({ sp: p, sn: n }) => ({ p, n, ...at(p, n) }));
    // On the border the two exponents cancel, so the loss is ln 2; a triplet's is where the lead is the margin.
    const border = Array.from({ length: 91 }, (_, i) => {
      const angle = (i * Math.PI) / 180;
      const radius = Math.SQRT2 * margin;
      return field === "circle" ? [1 - radius * Math.cos(angle), radius * Math.sin(angle)] : [i / 90, i / 90 - margin];
    }).filter((point) => point.every((x) => x >= 0 && x <= 1));
    return { field: field_, border, ...at(sp, sn) };
  },
  figures: [
    {
      ratio: 0.8,
      label: ({ sp, sn }, { up, down }) => ({
        en: `At a positive similarity of ${sp.toFixed(2)} and a negative one of ${sn.toFixed(2)} the gradients are ${up.toFixed(2)} and ${down.toFixed(2)}.`,
        zh: `正相似度${sp.toFixed(2)}、负相似度${sn.toFixed(2)}处，梯度为${up.toFixed(2)}与${down.toFixed(2)}。`,
      }),
      draw({ state, result, language, plot }) {
        const zh = language === "zh";
        const largest = Math.max(...result.field.map(({ up, down }) => Math.hypot(up, down)), 1e-9);
        const arrow = (reach: number, options: object) => ({
          x1: "p",
          y1: "n",
          x2: (d: { p: number; up: number }) => d.p - (reach * d.up) / largest,
          y2: (d: { n: number; down: number }) => d.n - (reach * d.down) / largest,
          stroke: colour.gradient,
          ...options,
        });
        return plot({
          x: { label: zh ? "类内相似度s_p →" : "similarity within, s_p →", domain: [0, 1] },
          y: { label: zh ? "↑ 类间相似度s_n" : "↑ similarity between, s_n", domain: [0, 1] },
          marks: [
            Plot.line(result.border, { stroke: colour.loss, strokeWidth: 2, clip: true }),
            Plot.arrow(
              result.field.filter(({ up, down }) => Math.hypot(up, down) > 0.01 * largest),
              arrow(0.08, { strokeOpacity: 0.55, headLength: 5, clip: true }),
            ),
            Plot.dot([[1, 0]], { r: 5, fill: colour.target }),
            Plot.text([[1, 0]], {
              text: [zh ? "最佳" : "optimum"],
              dx: -8,
              dy: -10,
              textAnchor: "end",
              fill: colour.target,
            }),
            Plot.arrow(
              [{ p: state.sp, n: state.sn, up: result.up, down: result.down }].filter(({ up, down }) => up || down),
              arrow(0.2, { strokeWidth: 3 }),
            ),
            Plot.dot([[state.sp, state.sn]], { r: 5, fill: colour.prediction }),
          ],
        });
      },
      handles: (state) => [
        {
          id: "pair",
          label: { en: "the two similarities", zh: "两个相似度" },
          x: state.sp,
          y: state.sn,
          axis: "both",
          step: 0.02,
          move: (x, y) => ({ ...state, sp: clamp(x), sn: clamp(y) }),
        },
      ],
    },
  ],
  readouts: (_, { value, up, down }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "gradient on s_p", zh: "s_p上的梯度" }, value: up, role: "gradient" },
    { label: { en: "gradient on s_n", zh: "s_n上的梯度" }, value: down, role: "gradient" },
  ],
  code({ field, margin, scale, sp, sn }) {
    const [name, call, first, second] =
      field === "circle"
        ? ["circleLoss", `{ margin: ${margin}, scale: ${scale} }`, "positives", "negatives"]
        : ["marginRankingLoss", `[1], { margin: ${margin} }`, "first", "second"];
    return `import { ${name} } from "lossary";

const { value, grads } = ${name}.valueAndGrad([${literal(sp)}], [${literal(sn)}], ${call});
console.log(value);
console.log(grads.${first}.data[0]);
console.log(grads.${second}.data[0]);`;
  },
});
