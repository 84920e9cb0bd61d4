/** Two sets of features as clouds with their ellipses, and how FID falls with the number of samples. */
import * as Plot from "@observablehq/plot";
import { frechetInceptionDistance } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { cloudAxes, cloudMarks, generatedOf, generatorControls, preamble, realOf } from "./shared/modes.ts";

const sizes = [10, 20, 50, 100, 200, 500, 1000];

export default defineWidget({
  title: { en: "FID of a generator with three modes", zh: "三模式生成器的FID" },
  initial: { samples: 200, third: 1, kind: "modes", seed: 1 },
  controls: generatorControls,
  compute(state) {
    const [real, generated] = [realOf(state), generatedOf(state)];
    const curve = sizes.map((samples) => ({
      samples,
      fid: frechetInceptionDistance(realOf({ ...state, samples }), generatedOf({ ...state, samples })),
    }));
    return { real, generated, curve, fid: frechetInceptionDistance(real, generated) };
  },
  figures: [
    {
      ratio: 0.85,
      label: ({ samples }, { fid }) => ({
        en: `Two of sixteen features of ${samples} real and generated samples, with an ellipse around each; FID is ${fid.toFixed(2)}.`,
        zh: `真实与生成样本各${samples}个，画出十六个特征中的两个，外围是各自的椭圆；FID为${fid.toFixed(2)}。`,
      }),
      draw: ({ result: { real, generated }, plot }) => plot({ ...cloudAxes, marks: cloudMarks(real, generated) }),
    },
    {
      ratio: 0.85,
      label: () => ({
        en: "FID of this generator against the number of samples: it falls as they grow.",
        zh: "这个生成器的FID随样本数变化：样本越多，值越小。",
      }),
      draw: ({ state, result: { curve, fid }, language, plot }) =>
        plot({
          x: {
            type: "log",
            domain: [10, 1000],
            ticks: [10, 100, 1000],
            tickFormat: "d",
            label: language === "zh" ? "样本数 →" : "samples →",
          },
          y: { label: "↑ FID", zero: true, nice: true },
          marks: [
            Plot.ruleY([0], { stroke: colour.quiet }),
            Plot.lineY(curve, { x: "samples", y: "fid", stroke: colour.loss, strokeWidth: 2, marker: "dot" }),
            Plot.dot([[state.samples, fid]], { r: 6, fill: colour.loss }),
          ],
        }),
    },
  ],
  readouts: (_, { fid }) => [{ label: { en: "FID, 16 features", zh: "FID，16个特征" }, value: fid, role: "loss" }],
  code: (state) => `import { frechetInceptionDistance } from "lossary";

${preamble(state)}
console.log(frechetInceptionDistance(real, generated));`,
});
