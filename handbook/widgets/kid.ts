/** Two sets of features, and a dozen repetitions of KID and FID at a number of samples: one scatters around its value, the other lies above it. */
import * as Plot from "@observablehq/plot";
import { frechetInceptionDistance, kernelInceptionDistance } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { cloudAxes, cloudMarks, generatedOf, generatorControls, preamble, realOf } from "./shared/modes.ts";

const repetitions = 12;

export default defineWidget({
  title: { en: "KID of a generator with three modes", zh: "三模式生成器的KID" },
  initial: { samples: 100, third: 1, kind: "modes", degree: 3, seed: 1 },
  controls: {
    samples: { ...generatorControls.samples, max: 300 },
    third: generatorControls.third,
    kind: generatorControls.kind,
    degree: { kind: "slider", label: { en: "degree of the kernel", zh: "核的次数" }, min: 1, max: 5, step: 1 },
    seed: generatorControls.seed,
  },
  compute(state) {
    const { degree } = state;
    const [real, generated] = [realOf(state), generatedOf(state)];
    const once = (again: number) => {
      const sets = [realOf({ ...state, seed: state.seed + 500 * again }), generatedOf(state, again)] as const;
      return {
        kid: kernelInceptionDistance(...sets, { degree, subsets: 1 }).mean,
        fid: frechetInceptionDistance(...sets),
      };
    };
    return {
      real,
      generated,
      kid: kernelInceptionDistance(real, generated, { degree, subsets: 1 }).mean,
      fid: frechetInceptionDistance(real, generated),
      repeated: Array.from({ length: repetitions }, (_, i) => once(i)),
    };
  },
  figures: [
    {
      ratio: 0.85,
      label: ({ samples }, { kid }) => ({
        en: `Two of sixteen features of ${samples} real and generated samples; KID is ${kid.toFixed(3)}.`,
        zh: `真实与生成样本各${samples}个，画出十六个特征中的两个；KID为${kid.toFixed(3)}。`,
      }),
      draw: ({ result: { real, generated }, plot }) => plot({ ...cloudAxes, marks: cloudMarks(real, generated) }),
    },
    {
      ratio: 0.85,
      label: () => ({
        en: "A dozen fresh draws: KID along the horizontal axis, on both sides of its value; FID along the vertical one, always above 0.",
        zh: "重新抽样十二次：横轴KID落在真值两侧，纵轴FID总在0之上。",
      }),
      draw: ({ result: { repeated, kid, fid }, plot }) =>
        plot({
          x: { label: "KID →", nice: true, ticks: 5, zero: true },
          y: { label: "↑ FID", zero: true, nice: true },
          marks: [
            Plot.ruleX([0], { stroke: colour.quiet }),
            Plot.ruleY([0], { stroke: colour.quiet }),
            Plot.dot(repeated, { x: "kid", y: "fid", r: 4, stroke: colour.loss, strokeWidth: 1.5 }),
            Plot.dot([[kid, fid]], { r: 6, fill: colour.loss }),
          ],
        }),
    },
  ],
  readouts: (_, { kid, fid }) => [
    { label: { en: "KID", zh: "KID" }, value: kid, role: "loss" },
    { label: { en: "FID", zh: "FID" }, value: fid },
  ],
  code: (state) => `import { frechetInceptionDistance, kernelInceptionDistance } from "lossary";

${preamble(state)}
console.log(kernelInceptionDistance(real, generated, { degree: ${state.degree}, subsets: 1 }).mean);
console.log(frechetInceptionDistance(real, generated));`,
});
