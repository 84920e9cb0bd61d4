/** A teacher's and a student's logits as bars to drag, and both distributions under a temperature. */
import * as Plot from "@observablehq/plot";
import { distillationLoss } from "lossary";
import { colour, defineWidget, type Handle, literals } from "../kit/widget.ts";

const highest = 8;
const classes = 5;

const softened = (logits: readonly number[], temperature: number): number[] => {
  const powers = logits.map((logit) => Math.exp((logit - Math.max(...logits)) / temperature));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
};

const pair = (teacher: readonly number[], student: readonly number[]) => [
  Plot.rectY(teacher, {
    x1: (_: number, i: number) => i - 0.4,
    x2: (_: number, i: number) => i,
    y: (value: number) => value,
    fill: colour.target,
    fillOpacity: 0.75,
  }),
  Plot.rectY(student, {
    x1: (_: number, i: number) => i,
    x2: (_: number, i: number) => i + 0.4,
    y: (value: number) => value,
    fill: colour.prediction,
    fillOpacity: 0.75,
  }),
  Plot.ruleY([0], { stroke: colour.quiet }),
];

const across = { domain: [-0.6, classes - 0.4], ticks: [], label: null } as const;

export default defineWidget({
  title: { en: "A teacher, a student, a temperature", zh: "教师、学生与温度" },
  initial: { teacher: [6, 4, 1, -2, -4], student: [1, 2, 0.5, 1, -1], temperature: 2, factor: true },
  controls: {
    temperature: { kind: "slider", label: { en: "τ, temperature", zh: "τ，温度" }, min: 0.5, max: 20, step: 0.5 },
    factor: { kind: "toggle", label: { en: "factor τ²", zh: "乘以τ²" } },
  },
  buttons: [
    {
      label: { en: "Student one step down the gradient", zh: "学生沿梯度走一步" },
      press: (state) => {
        const { temperature, factor } = state;
        const { grads } = distillationLoss.valueAndGrad([state.student], [state.teacher], { temperature });
        const rate = 2 / (factor ? 1 : temperature ** 2);
        return { ...state, student: state.student.map((z, i) => z - rate * (grads.studentLogits.data[i] as number)) };
      },
    },
    {
      label: { en: "All the student's logits up by one", zh: "学生的logits一起加一" },
      press: (state) => ({ ...state, student: state.student.map((z) => Math.min(z + 1, highest)) }),
    },
  ],
  compute({ teacher, student, temperature, factor }) {
    const upstream = factor ? 1 : 1 / temperature ** 2;
    const { value, grads } = distillationLoss.valueAndGrad([student], [teacher], { temperature, upstream });
    const gradient = [...grads.studentLogits.data];
    return {
      value: value * upstream,
      gradient,
      strongest: Math.max(...gradient.map(Math.abs)),
      taught: softened(teacher, temperature),
      learnt: softened(student, temperature),
    };
  },
  figures: [
    {
      ratio: 0.8,
      label: (_, { strongest }) => ({
        en: `The logits of teacher and student for five classes, with arrows for the pull on the student's; the strongest is ${strongest.toFixed(2)}.`,
        zh: `教师与学生在五个类别上的logits，箭头是学生受到的拉力，最强为${strongest.toFixed(2)}。`,
      }),
      draw: ({ state, result: { gradient }, language, plot }) =>
        plot({
          x: across,
          y: { domain: [-highest, highest], label: language === "zh" ? "↑ logit" : "↑ logit" },
          marks: [
            ...pair(state.teacher, state.student),
            Plot.arrow(
              state.student.flatMap((z, i) => (Math.abs(gradient[i] as number) > 0.02 ? [{ i, z }] : [])),
              {
                x1: (d: { i: number }) => d.i + 0.32,
                x2: (d: { i: number }) => d.i + 0.32,
                y1: "z",
                y2: (d: { i: number; z: number }) => d.z - 3 * (gradient[d.i] as number),
                stroke: colour.gradient,
                strokeWidth: 2.2,
                headLength: 6,
                clip: true,
              },
            ),
          ],
        }),
      handles: (state) =>
        (["teacher", "student"] as const).flatMap((who) =>
          state[who].map(
            (z, i): Handle<typeof state> => ({
              id: `${who}${i}`,
              label: {
                en: `${who === "teacher" ? "teacher" : "student"}, class ${i + 1}`,
                zh: `${who === "teacher" ? "教师" : "学生"}，第${i + 1}类`,
              },
              x: i + (who === "teacher" ? -0.2 : 0.2),
              y: z,
              axis: "y",
              step: 0.1,
              role: who === "teacher" ? "target" : "prediction",
              move: (_x, y) => ({
                ...state,
                [who]: state[who].map((old, k) => (k === i ? Math.min(Math.max(y, -highest), highest) : old)),
              }),
            }),
          ),
        ),
    },
    {
      ratio: 0.8,
      label: ({ temperature }) => ({
        en: `Both distributions softened by a temperature of ${temperature}.`,
        zh: `两个分布在温度${temperature}下软化之后。`,
      }),
      draw: ({ result: { taught, learnt }, language, plot }) =>
        plot({
          x: across,
          y: { domain: [0, 1], label: language === "zh" ? "↑ 软化后的概率" : "↑ softened probability" },
          marks: pair(taught, learnt),
        }),
    },
  ],
  readouts: (_, { value, strongest }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "strongest pull", zh: "最强的拉力" }, value: strongest, role: "gradient" },
  ],
  code: ({ teacher, student, temperature, factor }) => `import { distillationLoss } from "lossary";

const student = [${literals(student)}];
const teacher = [${literals(teacher)}];
const temperature = ${temperature};
const { value, grads } = distillationLoss.valueAndGrad(student, teacher, { temperature });
const factor = ${factor ? "1" : "1 / temperature ** 2"};
console.log(factor * value);
console.log(factor * Math.max(...grads.studentLogits.data.map(Math.abs)));`,
});
