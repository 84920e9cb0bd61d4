/** Losses of one residual drawn beside each other: values on the left, gradients on the right, a residual to drag. */
import * as Plot from "@observablehq/plot";
import { colour, type Figure, type State, type Text } from "../../kit/widget.ts";

export interface Curve {
  readonly name: string;
  readonly value: ArrayLike<number>;
  readonly gradient: ArrayLike<number>;
  readonly dash: string;
}

export interface Curves {
  /** The residuals the curves are computed at, from the left edge to the right. */
  readonly residuals: readonly number[];
  /** The page's own loss comes first. */
  readonly curves: readonly Curve[];
  readonly value: number;
  readonly gradient: number;
}

/** Residuals from −reach to reach, 0 among them. */
export const residualsTo = (reach: number): number[] =>
  Array.from({ length: 201 }, (_, i) => ((i - 100) / 100) * reach);

interface Frame<S> {
  readonly reach: (state: S) => number;
  readonly top: (state: S) => number;
  readonly steepest: number;
}

/** `r` of the state is the residual. */
export function curveFigures<S extends State & { r: number }>({ reach, top, steepest }: Frame<S>): Figure<S, Curves>[] {
  const lines = ({ residuals, curves }: Curves, of: "value" | "gradient", own: string) =>
    [...curves].reverse().map((curve) =>
      Plot.lineY(curve[of], {
        x: (_: number, i: number) => residuals[i] as number,
        stroke: curve === curves[0] ? own : colour.quiet,
        strokeWidth: curve === curves[0] ? 3 : 1.5,
        strokeDasharray: curve.dash,
        clip: true,
      }),
    );
  const legend = ({ curves }: Curves, state: S) => {
    const [wide, high] = [reach(state), top(state)];
    return curves.flatMap(({ name, dash }, i) => {
      const y = high * (1 - 0.07 * i);
      const style = {
        stroke: i === 0 ? colour.loss : colour.quiet,
        strokeWidth: i === 0 ? 3 : 1.5,
        strokeDasharray: dash,
      };
      return [
        Plot.link([y], { x1: -0.42 * wide, x2: -0.22 * wide, y1: y, y2: y, ...style }),
        Plot.text([name], { x: -0.18 * wide, y, textAnchor: "start" }),
      ];
    });
  };
  const says =
    (what: Text) =>
    (state: S, { value, gradient }: Curves) => ({
      en: `${what.en} along the residual; at ${state.r} the loss is ${value.toPrecision(3)}, its gradient ${gradient.toPrecision(3)}.`,
      zh: `${what.zh}；残差为${state.r}时损失是${value.toPrecision(3)}，梯度是${gradient.toPrecision(3)}。`,
    });
  const handle =
    (y: (result: Curves, state: S) => number): Figure<S, Curves>["handles"] =>
    (state, result) => [
      {
        id: "residual",
        label: { en: "residual", zh: "残差" },
        x: state.r,
        y: y(result, state),
        axis: "x",
        step: reach(state) / 50,
        role: "prediction",
        move: (x) => ({ ...state, r: Number(Math.min(Math.max(x, -reach(state)), reach(state)).toPrecision(4)) }),
      },
    ];
  return [
    {
      ratio: 0.8,
      label: says({ en: "The loss and its neighbours", zh: "损失与近邻随残差的变化" }),
      draw: ({ state, result, language, plot }) =>
        plot({
          marginBottom: 40,
          x: { domain: [-reach(state), reach(state)], label: language === "zh" ? "残差 →" : "residual →", ticks: 5 },
          y: { domain: [0, top(state)], label: language === "zh" ? "↑ 损失" : "↑ loss" },
          marks: [...lines(result, "value", colour.loss), ...legend(result, state)],
        }),
      handles: handle(({ value }, state) => Math.min(value, top(state))),
    },
    {
      ratio: 0.8,
      label: says({ en: "The gradients", zh: "梯度随残差的变化" }),
      draw: ({ state, result, language, plot }) =>
        plot({
          marginBottom: 40,
          x: { domain: [-reach(state), reach(state)], label: language === "zh" ? "残差 →" : "residual →", ticks: 5 },
          y: {
            domain: [-steepest, steepest],
            label: language === "zh" ? "↑ 梯度，箭头：拉力" : "↑ gradient; arrow: the pull",
          },
          marks: [
            Plot.ruleY([0], { stroke: colour.quiet }),
            ...lines(result, "gradient", colour.gradient),
            Plot.arrow(Math.abs(result.gradient) < 0.02 ? [] : [result.gradient], {
              x1: state.r,
              x2: (g: number) => state.r - 0.4 * reach(state) * g,
              y1: result.gradient,
              y2: result.gradient,
              stroke: colour.gradient,
              strokeWidth: 2.5,
              headLength: 7,
            }),
          ],
        }),
      handles: handle(({ gradient }) => Math.min(Math.max(gradient, -steepest), steepest)),
    },
  ];
}
