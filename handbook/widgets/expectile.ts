/** The expectile loss beside L2: the same square, with one side lighter than the other. */
import { expectileLoss, l2Loss } from "lossary";
import { defineWidget, literal } from "../kit/widget.ts";
import { type Curves, curveFigures, residualsTo } from "./shared/curves.ts";

const none = { reduction: "none" } as const;
const REACH = 3;
const residuals = residualsTo(REACH);
const zeros = residuals.map(() => 0);
const l2 = l2Loss.valueAndGrad(residuals, zeros, none);

type State = { r: number; expectile: number };

export default defineWidget<State, Curves & { readonly opposite: number }>({
  title: { en: "Expectile and L2", zh: "期望分位损失与L2" },
  initial: { r: -1, expectile: 0.9 },
  controls: {
    expectile: {
      kind: "slider",
      label: { en: "τ, the expectile", zh: "τ，期望分位" },
      min: 0.02,
      max: 0.98,
      step: 0.02,
    },
  },
  compute({ r, expectile }) {
    const own = expectileLoss.valueAndGrad(residuals, zeros, { expectile, ...none });
    const here = expectileLoss.valueAndGrad([r], [0], { expectile });
    return {
      residuals,
      curves: [
        {
          name: "Expectile",
          value: own.value.data,
          gradient: own.grads.predictions.data,
          dash: "none",
        },
        { name: "L2", value: l2.value.data, gradient: l2.grads.predictions.data, dash: "2 3" },
      ],
      value: here.value,
      gradient: here.grads.predictions.data[0] as number,
      opposite: expectileLoss([-r], [0], { expectile }),
    };
  },
  figures: curveFigures<State>({ reach: () => REACH, top: () => 9, steepest: 6 }),
  readouts: (_, { value, opposite, gradient }) => [
    { label: { en: "loss", zh: "损失" }, value, role: "loss" },
    { label: { en: "loss as far on the other side", zh: "另一侧同样远处的损失" }, value: opposite },
    { label: { en: "gradient", zh: "梯度" }, value: gradient, role: "gradient" },
  ],
  code: ({ r, expectile }) => `import { expectileLoss } from "lossary";

const options = { expectile: ${literal(expectile)} };
const { value, grads } = expectileLoss.valueAndGrad([${literal(r)}], [0], options);
console.log(value);
console.log(expectileLoss([${literal(-r)}], [0], options));
console.log(grads.predictions.data[0]);`,
});
