/** Points of two sides, a line between them, and how a loss of the margin pulls: points and line can be dragged. */
import * as Plot from "@observablehq/plot";
import { hingeLoss, logisticLoss } from "lossary";
import { colour, defineWidget, type Figure, type Handle, literal, literals, type Widget } from "../../kit/widget.ts";

type Focus = "hinge" | "logistic";

/** The first half is on the positive side. */
const HALF = 4;
const targets = Array.from({ length: 2 * HALF }, (_, i) => (i < HALF ? 1 : -1));
const EDGE = 4;
const RATE = 0.5;

/** Points, and the score w₁x + w₂y + b of a place. */
interface State extends Record<string, number | readonly number[]> {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly w1: number;
  readonly w2: number;
  readonly b: number;
}

const initial: State = {
  x: [1.5, 2.8, 0.4, 1.2, -1.6, -2.6, -0.6, -1.2],
  y: [2.2, 0.6, 1.4, -1.0, -1.2, 0.8, -2.2, 2.4],
  w1: 0.9,
  w2: -0.4,
  b: 0.2,
};

const round = (value: number) => Number(value.toFixed(3));
const clamp = (value: number) => round(Math.min(Math.max(value, -EDGE), EDGE));

const scoresOf = ({ x, y, w1, w2, b }: State) => targets.map((_, i) => w1 * (x[i] ?? 0) + w2 * (y[i] ?? 0) + b);

const losses = {
  hinge: { loss: hingeLoss, name: "hinge", zh: "合页", function: "hingeLoss" },
  logistic: { loss: logisticLoss, name: "logistic", zh: "逻辑", function: "logisticLoss" },
} as const;

const margins = Float64Array.from({ length: 141 }, (_, i) => -3 + i / 20);
const rights = margins.map(() => 1);
const none = { reduction: "none" } as const;

function compute(focus: Focus, state: State) {
  const scores = scoresOf(state);
  const own = losses[focus].loss;
  const sum = own.valueAndGrad(scores, targets, { reduction: "sum" }).grads.scores.data;
  const curve = own.valueAndGrad(margins, rights, none);
  return {
    scores,
    hinge: hingeLoss(scores, targets),
    logistic: logisticLoss(scores, targets),
    each: own(scores, targets, none).data,
    pulls: [...sum],
    pulling: sum.filter((g) => g !== 0).length,
    curves: {
      hinge: hingeLoss(margins, rights, none).data,
      logistic: logisticLoss(margins, rights, none).data,
      gradient: curve.grads.scores.data,
    },
  };
}
type Result = ReturnType<typeof compute>;

/** One step down the gradient of the mean loss. */
function step(state: State, { pulls }: Result): State {
  const along = (of: readonly number[]) => pulls.reduce((sum, g, i) => sum + g * (of[i] ?? 0), 0) / targets.length;
  return {
    ...state,
    w1: round(state.w1 - RATE * along(state.x)),
    w2: round(state.w2 - RATE * along(state.y)),
    b: round(state.b - RATE * along(targets.map(() => 1))),
  };
}

/** Weights of exactly 0 have no line; a tiny one stands for it. */
const squareOf = (w1: number, w2: number) => Math.max(w1 ** 2 + w2 ** 2, 1e-6);

/** The point of the line nearest to the middle of the picture, and the one straight from it where the score is 1. */
function anchors({ w1, w2, b }: State) {
  const square = squareOf(w1, w2);
  const foot = { x: (-b * w1) / square, y: (-b * w2) / square };
  return { foot, tip: { x: foot.x + w1 / square, y: foot.y + w2 / square } };
}

/** The line through `foot` with its margin at `tip`; never narrower or wider than the picture bears. */
function lineFrom(state: State, foot: { x: number; y: number }, tip: { x: number; y: number }): State {
  const [dx, dy] = [tip.x - foot.x, tip.y - foot.y];
  const length = Math.hypot(dx, dy);
  if (length === 0) return state;
  const scale = 1 / (Math.min(Math.max(length, 0.25), 3) * length);
  const [w1, w2] = [round(dx * scale), round(dy * scale)];
  return { ...state, w1, w2, b: round(-w1 * foot.x - w2 * foot.y) };
}

function handles(state: State): Handle<State>[] {
  const { foot, tip } = anchors(state);
  const place = (values: readonly number[], i: number, value: number) =>
    values.map((old, k) => (k === i ? clamp(value) : old));
  const points = targets.map((side, i): Handle<State> => {
    const n = (i % HALF) + 1;
    return {
      id: `point-${i}`,
      label:
        side > 0
          ? { en: `point ${n} of side +1`, zh: `+1侧第${n}点` }
          : { en: `point ${n} of side −1`, zh: `−1侧第${n}点` },
      x: state.x[i] ?? 0,
      y: state.y[i] ?? 0,
      axis: "both",
      step: 0.1,
      role: "target",
      move: (x, y) => ({ ...state, x: place(state.x, i, x), y: place(state.y, i, y) }),
    };
  });
  const line = { axis: "both", step: 0.1, role: "prediction" } as const;
  return [
    ...points,
    {
      id: "line",
      label: { en: "the line", zh: "分界线" },
      ...foot,
      ...line,
      // Only the part across the line moves it; it keeps its direction and its margin.
      move: (x, y) => ({ ...state, b: round(-state.w1 * clamp(x) - state.w2 * clamp(y)) }),
    },
    {
      id: "margin",
      label: { en: "direction and width of the margin", zh: "间隔的方向与宽度" },
      ...tip,
      ...line,
      move: (x, y) => lineFrom(state, foot, { x: clamp(x), y: clamp(y) }),
    },
  ];
}

/** Two ends of the line on which the score is `level`, beyond the picture's edge. */
function level({ w1, w2, b }: State, level: number) {
  const square = squareOf(w1, w2);
  const [x, y] = [((level - b) * w1) / square, ((level - b) * w2) / square];
  const reach = (3 * EDGE) / Math.sqrt(square);
  return [
    { x: x - w2 * reach, y: y + w1 * reach },
    { x: x + w2 * reach, y: y - w1 * reach },
  ];
}

const plane: Figure<State, Result> = {
  ratio: 1,
  label: (_, { pulling }) => ({
    en: `Eight points of two sides and a line with its margins; ${pulling} of the points pull.`,
    zh: `两侧共八个点、一条分界线及其间隔；其中${pulling}个点在拉。`,
  }),
  draw({ state, result, plot }) {
    const at = (score: number, options: Plot.LineOptions) =>
      Plot.line(level(state, score), { x: "x", y: "y", clip: true, ...options });
    const length = Math.sqrt(squareOf(state.w1, state.w2));
    // Descent raises the score of a positive point and lowers that of a negative one, as far as it pulls.
    const arrows = result.pulls.flatMap((g, i) => {
      const [x, y] = [state.x[i] ?? 0, state.y[i] ?? 0];
      return Math.abs(g) < 0.02
        ? []
        : [{ x, y, toX: x - (1.2 * g * state.w1) / length, toY: y - (1.2 * g * state.w2) / length }];
    });
    const side = (wanted: number) =>
      targets.flatMap((t, i) => (t === wanted ? [{ x: state.x[i] ?? 0, y: state.y[i] ?? 0 }] : []));
    return plot({
      marginBottom: 40,
      x: { domain: [-EDGE, EDGE], ticks: 5, label: "x₁ →" },
      y: { domain: [-EDGE, EDGE], ticks: 5, label: "↑ x₂" },
      marks: [
        at(0, { stroke: colour.prediction, strokeWidth: 3 }),
        at(1, { stroke: colour.prediction, strokeDasharray: "6 4" }),
        at(-1, { stroke: colour.prediction, strokeDasharray: "6 4" }),
        Plot.arrow(arrows, {
          x1: "x",
          y1: "y",
          x2: "toX",
          y2: "toY",
          stroke: colour.gradient,
          strokeWidth: 2.5,
          headLength: 7,
        }),
        Plot.dot(side(1), { x: "x", y: "y", r: 5, fill: colour.target }),
        Plot.dot(side(-1), { x: "x", y: "y", r: 5, stroke: colour.target, strokeWidth: 2, fill: "var(--vp-c-bg)" }),
        Plot.text(side(1), { x: "x", y: "y", text: () => "+1", dx: 16, dy: -10, fill: colour.target }),
        Plot.text(side(-1), { x: "x", y: "y", text: () => "−1", dx: 16, dy: -10, fill: colour.target }),
      ],
    });
  },
  handles,
};

const curves = (focus: Focus): Figure<State, Result> => ({
  ratio: 1,
  label: (_, { hinge, logistic }) => ({
    en: `Both losses along the margin y·f, with the eight points on the curve; mean hinge ${hinge.toFixed(3)}, mean logistic ${logistic.toFixed(3)}.`,
    zh: `两种损失随间隔y·f的变化，八个点落在曲线上；平均合页${hinge.toFixed(3)}，平均逻辑${logistic.toFixed(3)}。`,
  }),
  draw({ result, language, plot }) {
    const zh = language === "zh";
    const other = focus === "hinge" ? "logistic" : "hinge";
    const x = (_: number, i: number) => margins[i] as number;
    const dots = result.scores.map((f, i) => ({ m: f * (targets[i] as number), loss: result.each[i] as number }));
    const said = (of: Focus) => (zh ? losses[of].zh : losses[of].name);
    return plot({
      marginBottom: 40,
      x: { domain: [-3, 4], ticks: 7, label: zh ? "间隔y·f →" : "margin y·f →" },
      y: {
        domain: [-1.2, 4],
        ticks: 5,
        label: zh ? "↑ 损失（实线），梯度（虚线）" : "↑ loss (solid), gradient (dashed)",
      },
      marks: [
        Plot.ruleY([0], { stroke: colour.quiet }),
        Plot.lineY(result.curves[other], { x, stroke: colour.quiet, strokeWidth: 1.5, clip: true }),
        Plot.lineY(result.curves[focus], { x, stroke: colour.loss, strokeWidth: 3, clip: true }),
        Plot.lineY(result.curves.gradient, {
          x,
          stroke: colour.gradient,
          strokeWidth: 2,
          strokeDasharray: "5 4",
          clip: true,
        }),
        Plot.dot(
          dots.map(({ m, loss }) => ({ m: Math.min(Math.max(m, -3), 4), loss: Math.min(loss, 4) })),
          { x: "m", y: "loss", r: 5, fill: colour.target, fillOpacity: 0.7 },
        ),
        Plot.text([zh ? `橙：${said(focus)}；灰：${said(other)}` : `orange: ${said(focus)}; grey: ${said(other)}`], {
          x: 4,
          y: 3.8,
          textAnchor: "end",
          fill: colour.quiet,
        }),
      ],
    });
  },
});

export function separatorWidget(focus: Focus): Widget {
  const { function: own } = losses[focus];
  return defineWidget<State, Result>({
    title:
      focus === "hinge"
        ? { en: "Hinge loss of a separating line", zh: "分界线的合页损失" }
        : { en: "Logistic loss of a separating line", zh: "分界线的逻辑损失" },
    initial,
    controls: {},
    compute: (state) => compute(focus, state),
    figures: [plane, curves(focus)],
    readouts: ({ w1, w2 }, { hinge, logistic, pulling }) => [
      {
        label: { en: "mean hinge loss", zh: "平均合页损失" },
        value: hinge,
        ...(focus === "hinge" && { role: "loss" }),
      },
      {
        label: { en: "mean logistic loss", zh: "平均逻辑损失" },
        value: logistic,
        ...(focus === "logistic" && { role: "loss" }),
      },
      { label: { en: "points that pull", zh: "在拉的点数" }, value: pulling, role: "gradient" },
      {
        label: { en: "length of the weights", zh: "权重的长度" },
        value: Math.hypot(w1, w2),
        role: "prediction",
        aside: true,
      },
    ],
    code: ({ x, y, w1, w2, b }) => `import { hingeLoss, logisticLoss } from "lossary";

const x = ${literals(x)};
const y = ${literals(y)};
const targets = ${literals(targets)};
const scores = x.map((x, i) => ${literal(w1)} * x + ${literal(w2)} * y[i] + ${literal(b)});
console.log(hingeLoss(scores, targets));
console.log(logisticLoss(scores, targets));
const { grads } = ${own}.valueAndGrad(scores, targets);
console.log(grads.scores.data.filter((g) => g !== 0).length);`,
    advance: { label: { en: "Step", zh: "走一步" }, milliseconds: 120, next: step },
  });
}
