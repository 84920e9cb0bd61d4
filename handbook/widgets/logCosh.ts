/** Log-cosh beside Huber, L1 and half of L2, at any scale. */
import { huberLoss, l1Loss, l2Loss, logCoshLoss } from "lossary";
import { defineWidget, literal } from "../kit/widget.ts";
import { type Curves, curveFigures, residualsTo } from "./shared/curves.ts";

const REACH = 6;
const residuals = residualsTo(REACH);
const zeros = residuals.map(() => 0);
const none = { reduction: "none" } as const;

type State = { r: number; scale: number };

export default defineWidget<State, Curves & { readonly huber: number }>({
  title: { en: "Log-cosh and its neighbours", zh: "Log-Cosh与近邻" },
  initial: { r: 2, scale: 1 },
  controls: {
    scale: { kind: "slider", label: { en: "δ, the scale", zh: "δ，尺度" }, min: 0.2, max: 3, step: 0.1 },
  },
  compute({ r, scale }) {
    // Divided by δ, multiplied by δ²: so it is as large as Huber. Gradients are drawn in units of δ.
    const scaled = logCoshLoss.valueAndGrad(
      residuals.map((x) => x / scale),
      zeros,
      none,
    );
    const huber = huberLoss.valueAndGrad(residuals, zeros, { delta: scale, ...none });
    const l1 = l1Loss.valueAndGrad(residuals, zeros, none);
    const l2 = l2Loss.valueAndGrad(residuals, zeros, none);
    const here = logCoshLoss.valueAndGrad([r / scale], [0]);
    const times = (values: ArrayLike<number>, factor: number) => Array.from(values, (v) => v * factor);
    return {
      residuals,
      curves: [
        {
          name: "δ² log cosh(r/δ)",
          value: times(scaled.value.data, scale ** 2),
          gradient: scaled.grads.predictions.data,
          dash: "none",
        },
        {
          name: "Huber",
          value: huber.value.data,
          gradient: times(huber.grads.predictions.data, 1 / scale),
          dash: "8 4",
        },
        { name: "δ L1", value: times(l1.value.data, scale), gradient: l1.grads.predictions.data, dash: "2 3" },
        {
          name: "½ L2",
          value: times(l2.value.data, 0.5),
          gradient: times(l2.grads.predictions.data, 0.5 / scale),
          dash: "1 5",
        },
      ],
      value: scale ** 2 * here.value,
      gradient: here.grads.predictions.data[0] as number,
      huber: huberLoss([r], [0], { delta: scale }),
    };
  },
  figures: curveFigures<State>({ reach: () => REACH, top: ({ scale }) => 6 * scale, steepest: 1.5 }),
  readouts: (_, { value, huber, gradient }) => [
    { label: { en: "log-cosh", zh: "Log-Cosh" }, value, role: "loss" },
    { label: { en: "Huber there", zh: "同处的Huber" }, value: huber },
    { label: { en: "gradient, in units of δ", zh: "梯度，以δ为单位" }, value: gradient, role: "gradient" },
  ],
  code: ({ r, scale }) => `import { huberLoss, logCoshLoss } from "lossary";

const delta = ${literal(scale)};
const { value, grads } = logCoshLoss.valueAndGrad([${literal(r)} / delta], [0]);
console.log(delta ** 2 * value);
console.log(huberLoss([${literal(r)}], [0], { delta }));
console.log(grads.predictions.data[0]);`,
});
