/** A formula to type: what it costs and how it pulls, by the kernel that is compiled of it, and the declaration to copy. */
import * as Plot from "@observablehq/plot";
import { defineFormula, LossaryError } from "lossary";
import { codeOf, declarationOf, optionsOf } from "../formula/declare.ts";
import { type Fault, parse } from "../formula/parse.ts";
import { type Expression, namesOf } from "../formula/syntax.ts";
import { colour, defineWidget, type Figure, type Says, show, type Text } from "../kit/widget.ts";

type State = { formula: string; options: string; p: number; t: number };
interface Curve {
  readonly at: readonly number[];
  readonly value: Float64Array;
  readonly gradient: Float64Array;
}
type Result =
  | { readonly fault: Omit<Fault, "from" | "to"> & Partial<Fault> }
  | {
      readonly fault?: undefined;
      readonly expression: Expression;
      readonly options: ReadonlyMap<string, number>;
      readonly curve: Curve;
      readonly value: number;
      readonly gradient: number;
    };

const longest = 240;

const presets: readonly { readonly label: Text; readonly formula: string; readonly options?: string }[] = [
  { label: { en: "Squared error", zh: "平方误差" }, formula: "(p - t)^2" },
  {
    label: { en: "Huber", zh: "Huber" },
    formula: "where(abs(p - t) < delta, (p - t)^2 / 2, delta * (abs(p - t) - delta / 2))",
  },
  { label: { en: "Pseudo-Huber", zh: "伪Huber" }, formula: "delta^2 * (sqrt(1 + ((p - t) / delta)^2) - 1)" },
  { label: { en: "Log-cosh", zh: "Log-cosh" }, formula: "abs(p - t) + log1p(exp(-2 * abs(p - t))) - log(2)" },
  {
    label: { en: "Quantile", zh: "分位数" },
    formula: "max(r * (t - p), (r - 1) * (t - p))",
    options: "r=0.9",
  },
  { label: { en: "Cross entropy of a logit", zh: "logit 的交叉熵" }, formula: "softplus(p) - t * p" },
  {
    label: { en: "Too low costs more", zh: "偏低代价更高" },
    formula: "where(p < t, low, 1) * (p - t)^2",
    options: "low=4",
  },
];

/** The options' values that the state holds, by name: `delta=2,r=0.9`. */
function given(options: string): Map<string, number> {
  const pairs = options.split(",").map((pair) => pair.split("="));
  return new Map(
    pairs.flatMap(([name, value]) =>
      name && value && Number.isFinite(Number(value)) ? [[name, Number(value)] as const] : [],
    ),
  );
}
const listed = (options: ReadonlyMap<string, number>) =>
  [...options].map(([name, value]) => `${name}=${value}`).join(",");

const DEFAULT = 1;
function optionValues(expression: Expression, options: string): Map<string, number> {
  const known = given(options);
  return new Map(optionsOf(expression).map((name) => [name, known.get(name) ?? DEFAULT]));
}

/** How far the picture goes to either side. */
const reachOf = ({ p, t }: State): number => Math.max(4, Math.ceil(Math.abs(p)), Math.ceil(Math.abs(t)));
const STEPS = 160;

type Loss = ReturnType<typeof compiled>;
const compiled = (expression: Expression, options: ReadonlyMap<string, number>) =>
  defineFormula(declarationOf(expression, options));
/** The last loss: while its sliders move, its kernel stays. */
let last: { readonly code: string; readonly loss: Loss } | undefined;

function lossOf(expression: Expression, options: ReadonlyMap<string, number>): Loss {
  const code = codeOf(expression, options);
  if (last?.code !== code) last = { code, loss: compiled(expression, options) };
  return last.loss;
}

const withoutPrediction: Text = {
  en: "The prediction p does not appear, so that there is nothing to learn from: no gradient.",
  zh: "公式里没有预测 p，也就没有梯度可学。",
};

function compute(state: State): Result {
  const parsed = parse(state.formula.slice(0, longest));
  if ("fault" in parsed) return parsed;
  const { expression } = parsed;
  if (!namesOf(expression).includes("p")) return { fault: { says: withoutPrediction } };
  const options = optionValues(expression, state.options);
  const reach = reachOf(state);
  const at = Array.from({ length: STEPS + 1 }, (_, i) => ((2 * i) / STEPS - 1) * reach);
  // The last one is the reader's own.
  const predictions = Float64Array.of(...at, state.p);
  try {
    const { value, grads } = lossOf(expression, options).valueAndGrad(
      predictions,
      predictions.map(() => state.t),
      {
        reduction: "none",
      },
    );
    const slope = (grads as { predictions: { data: Float64Array } }).predictions.data;
    return {
      expression,
      options,
      curve: { at, value: value.data.slice(0, -1) as Float64Array, gradient: slope.slice(0, -1) },
      value: value.data.at(-1) as number,
      gradient: slope.at(-1) as number,
    };
  } catch (error) {
    if (!(error instanceof LossaryError)) throw error;
    return { fault: { says: saidBy(error.message) } };
  }
}

function saidBy(message: string): Text {
  if (message.includes("no gradient"))
    return {
      en: "p appears in conditions alone, which are constants to a gradient: nothing would be learned.",
      zh: "p 只出现在条件里，而条件对梯度是常数：什么也学不到。",
    };
  return { en: `${message}.`, zh: `${message}。` };
}

/** What a reader is told of the formula, in a sentence. */
function says({ p, t }: State, result: Result): Says {
  if (result.fault) {
    const { says, from, to } = result.fault;
    return { text: says, fault: true, ...(from !== undefined && to !== undefined && { control: "formula", from, to }) };
  }
  const { curve, value, gradient } = result;
  if (curve.value.every(Number.isNaN))
    return {
      text: {
        en: "NaN everywhere here: a logarithm or root of a negative number, or 0 / 0. Look at the options' values, too.",
        zh: "这里处处是 NaN：对负数取了对数或平方根，或是 0 / 0。也请看看选项的值。",
      },
    };
  if (Number.isNaN(value) || Number.isNaN(gradient))
    return {
      text: {
        en: `NaN at p = ${p}: where the curve breaks off, a formula leaves the numbers for which it is defined.`,
        zh: `p = ${p} 处是 NaN：曲线断开的地方，公式没有定义。`,
      },
    };
  if (curve.gradient.every((slope) => slope === 0))
    return {
      text: {
        en: "The gradient is 0 everywhere here: nothing would be learned.",
        zh: "这里梯度处处为 0：什么也学不到。",
      },
    };
  const there = {
    en: `At p = ${p}, t = ${t} it costs ${show(value)}`,
    zh: `p = ${p}、t = ${t} 时损失为 ${show(value)}`,
  };
  if (gradient === 0) return { text: { en: `${there.en}, and nothing pulls.`, zh: `${there.zh}，没有拉力。` } };
  const down = gradient > 0;
  return {
    text: {
      en: `${there.en}, and a step of training moves p ${down ? "down" : "up"}.`,
      zh: `${there.zh}，训练一步会使 p ${down ? "变小" : "变大"}。`,
    },
  };
}

/** From the least to the largest of what is finite, with some room, and 0 in it. */
function span(numbers: Iterable<number>): [number, number] {
  const finite = [...numbers].filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const room = 0.06 * (high - low) || 1;
  return [low - room, high + room];
}

const names = { value: { en: "loss", zh: "损失" }, gradient: { en: "gradient", zh: "梯度" } } as const;

function figure(of: "value" | "gradient"): Figure<State, Result> {
  const [stroke, dash] = of === "value" ? [colour.loss, "none"] : [colour.gradient, "6 4"];
  const name = names[of];
  const inside = (result: Result) => (result.fault ? 0 : Number.isFinite(result[of]) ? result[of] : 0);
  return {
    ratio: 0.7,
    label: (state, result) =>
      result.fault
        ? { en: `No ${name.en}: the formula is not understood.`, zh: `没有${name.zh}：公式无法理解。` }
        : {
            en: `The ${name.en} along the prediction; at p = ${state.p} it is ${show(result[of])}.`,
            zh: `${name.zh}随预测的变化；p = ${state.p} 时是 ${show(result[of])}。`,
          },
    draw({ state, result, language, plot }) {
      const reach = reachOf(state);
      const { at, [of]: curve } = result.fault ? { at: [], [of]: [] } : result.curve;
      const points = Array.from(curve as ArrayLike<number>, (y, i) => ({
        x: (at as number[])[i],
        y: Number.isFinite(y) ? y : null,
      }));
      return plot({
        marginTop: 32,
        marginBottom: 40,
        marginLeft: 48,
        x: { domain: [-reach, reach], label: language === "zh" ? "预测 p →" : "prediction p →", ticks: 5 },
        y: { domain: span(curve as Iterable<number>), label: `↑ ${name[language]}`, ticks: 5 },
        marks: [
          Plot.ruleY([0], { stroke: colour.quiet }),
          Plot.ruleX([state.t], { stroke: colour.target, strokeDasharray: "2 3", strokeWidth: 1.5 }),
          Plot.line(points, { x: "x", y: "y", stroke, strokeWidth: 3, strokeDasharray: dash }),
          Plot.text(["t"], { x: state.t, frameAnchor: "top", dx: 8, fill: colour.target }),
        ],
      });
    },
    handles: (state, result) => [
      {
        id: "prediction",
        label: { en: "prediction p", zh: "预测 p" },
        x: state.p,
        y: inside(result),
        axis: "x",
        step: reachOf(state) / 40,
        role: "prediction",
        move: (x) => ({
          ...state,
          p: Number(Math.min(Math.max(x, -reachOf(state)), reachOf(state)).toPrecision(4)),
        }),
      },
    ],
  };
}

const [, first] = presets as unknown as [unknown, { formula: string }];

export default defineWidget<State, Result>({
  title: { en: "A loss of your own", zh: "自己的损失" },
  initial: { formula: first.formula, options: "", p: 1.5, t: 0 },
  controls: {
    formula: {
      kind: "formula",
      label: {
        en: "loss of a prediction p and a target t; other names become options",
        zh: "预测 p 与目标 t 的损失；其他名字都是选项",
      },
      maxLength: longest,
    },
  },
  buttons: presets.map(({ label, formula, options = "" }) => ({
    label,
    press: (state) => ({ ...state, formula, options }),
  })),
  fields(state, result) {
    if (result.fault) return undefined;
    return [
      { name: "p", label: { en: "prediction p", zh: "预测 p" }, value: state.p },
      { name: "t", label: { en: "target t", zh: "目标 t" }, value: state.t },
      ...[...result.options].map(([name, value]) => ({ name, label: { en: name, zh: name }, value })),
    ];
  },
  enter(state, name, value) {
    if (name === "p" || name === "t") return { ...state, [name]: value };
    return { ...state, options: listed(given(state.options).set(name, value)) };
  },
  says,
  compute,
  figures: [figure("value"), figure("gradient")],
  readouts: (_, result) =>
    (["value", "gradient"] as const).map((of) => ({
      label: names[of],
      value: result.fault ? "–" : result[of],
      role: of === "value" ? ("loss" as const) : of,
      aside: result.fault !== undefined,
    })),
  code({ p, t }, result) {
    if (result.fault) return "";
    return `${codeOf(result.expression, result.options)}

const { value, grads } = myLoss.valueAndGrad([${p}], [${t}]);
console.log(value);
console.log(grads.predictions.data[0]);`;
  },
});
