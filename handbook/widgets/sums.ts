/** The mean of many copies of 0.1f: added one by one in float32, and as the package adds. */
import * as Plot from "@observablehq/plot";
import { l1Loss } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";

const powers = Array.from({ length: 13 }, (_, i) => 10 + i);

const naive = (values: Float32Array): number =>
  values.reduce((sum, value) => Math.fround(sum + value), 0) / values.length;
const ours = (values: Float32Array): number => l1Loss(values, new Float32Array(values.length));
const copies = (power: number) => new Float32Array(2 ** power).fill(0.1);

let known: { power: number; naive: number; ours: number }[] | undefined;
/** Both means at every length, computed once. */
const means = () => {
  known ??= powers.map((power) => ({ power, naive: naive(copies(power)), ours: ours(copies(power)) }));
  return known;
};

export default defineWidget({
  title: { en: "The mean of many copies of 0.1", zh: "许多个 0.1 的平均" },
  initial: { power: 20 },
  controls: {
    power: {
      kind: "slider",
      label: { en: "copies, as a power of 2", zh: "个数，以 2 的幂计" },
      min: 10,
      max: 22,
      step: 1,
    },
  },
  compute: ({ power }) => ({
    all: means(),
    here: means().find((mean) => mean.power === power) ?? (means()[0] as ReturnType<typeof means>[number]),
  }),
  figures: [
    {
      ratio: 0.42,
      label: ({ power }, { here }) => ({
        en: `The mean of 2^${power} copies of 0.1: ${here.naive.toFixed(5)} when added one by one in float32, ${here.ours.toFixed(5)} by the package.`,
        zh: `2^${power} 个 0.1 的平均：以 float32 逐个相加得 ${here.naive.toFixed(5)}，软件包得 ${here.ours.toFixed(5)}。`,
      }),
      draw: ({ state, result, language, plot }) =>
        plot({
          marginLeft: 50,
          marginRight: 20,
          x: { label: language === "zh" ? "个数 2ⁿ，n →" : "copies 2ⁿ, n →", domain: [10, 22] },
          y: { label: language === "zh" ? "↑ 平均" : "↑ mean" },
          marks: [
            Plot.ruleX([state.power], { stroke: colour.quiet, strokeDasharray: "2 3" }),
            Plot.line(result.all, { x: "power", y: "naive", stroke: colour.quiet, strokeWidth: 2 }),
            Plot.dot(result.all, { x: "power", y: "naive", stroke: colour.quiet, symbol: "square" }),
            Plot.line(result.all, { x: "power", y: "ours", stroke: colour.loss, strokeWidth: 2 }),
            Plot.dot(result.all, { x: "power", y: "ours", fill: colour.loss }),
          ],
        }),
    },
  ],
  readouts: (_, { here }) => [
    { label: { en: "the package", zh: "软件包" }, value: here.ours, role: "loss" },
    {
      label: { en: "one by one in float32 (squares)", zh: "float32 逐个相加（方点）" },
      value: here.naive.toFixed(7),
      aside: true,
    },
  ],
  code: ({ power }) => `import { l1Loss } from "lossary";

const n = 2 ** ${power};
console.log(l1Loss(new Float32Array(n).fill(0.1), new Float32Array(n)));`,
});
