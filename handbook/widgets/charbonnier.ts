/** The Charbonnier loss beside L1, near the corner that it rounds. */
import { charbonnierLoss, l1Loss } from "lossary";
import { defineWidget, literal } from "../kit/widget.ts";
import { type Curves, curveFigures, residualsTo } from "./shared/curves.ts";

const none = { reduction: "none" } as const;

type State = { r: number; epsilon: number; view: string };

const reachOf = ({ view }: State) => (view === "0.01" || view === "0.1" ? Number(view) : 1);

export default defineWidget<State, Curves & { readonly l1: number }>({
  title: { en: "Charbonnier and L1", zh: "Charbonnier与L1" },
  initial: { r: 0.2, epsilon: 0.1, view: "1" },
  controls: {
    epsilon: {
      kind: "slider",
      label: { en: "ε, width of the rounded corner", zh: "ε，磨圆处的宽度" },
      min: 0.001,
      max: 0.5,
      step: 0.001,
    },
    view: {
      kind: "choice",
      label: { en: "residuals shown", zh: "显示的残差范围" },
      choices: ["1", "0.1", "0.01"].map((value) => ({ value, label: { en: `±${value}`, zh: `±${value}` } })),
    },
  },
  compute(state) {
    const { r, epsilon } = state;
    const residuals = residualsTo(reachOf(state));
    const zeros = residuals.map(() => 0);
    const own = charbonnierLoss.valueAndGrad(residuals, zeros, { epsilon, ...none });
    const l1 = l1Loss.valueAndGrad(residuals, zeros, none);
    const here = charbonnierLoss.valueAndGrad([r], [0], { epsilon });
    return {
      residuals,
      curves: [
        { name: "Charbonnier", value: own.value.data, gradient: own.grads.predictions.data, dash: "none" },
        { name: "L1", value: l1.value.data, gradient: l1.grads.predictions.data, dash: "2 3" },
      ],
      value: here.value,
      gradient: here.grads.predictions.data[0] as number,
      l1: l1Loss([r], [0]),
    };
  },
  figures: curveFigures<State>({ reach: reachOf, top: (state) => 1.2 * reachOf(state), steepest: 1.2 }),
  readouts: (_, { value, l1, gradient }) => [
    { label: { en: "Charbonnier", zh: "Charbonnier" }, value, role: "loss" },
    { label: { en: "L1 there", zh: "同处的L1" }, value: l1 },
    { label: { en: "gradient", zh: "梯度" }, value: gradient, role: "gradient" },
  ],
  code: ({ r, epsilon }) => `import { charbonnierLoss, l1Loss } from "lossary";

const { value, grads } = charbonnierLoss.valueAndGrad([${literal(r)}], [0], { epsilon: ${literal(epsilon)} });
console.log(value);
console.log(l1Loss([${literal(r)}], [0]));
console.log(grads.predictions.data[0]);`,
});
