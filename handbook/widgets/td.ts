/** A random walk over five states, whose values are learned step by step by TD(0) and, at the end of each episode, by Monte Carlo. */
import * as Plot from "@observablehq/plot";
import { lambdaReturns, type Random, randomWalk, type Transition, tdPolicyEvaluation } from "lossary";
import { colour, defineWidget } from "../kit/widget.ts";
import { spread } from "./shared/labels.ts";

interface State extends Record<string, number | string | boolean | readonly number[]> {
  steps: number;
  stepSize: number;
  discount: number;
  limit: number;
  cut: string;
  seed: number;
}

/** A recorded step, and the state it left. */
interface Step extends Transition {
  readonly from: number;
}

const STATES = 5;
const START = 2;
const MOST = 1200;
/** Episodes recorded: more than the longest replay needs. */
const EPISODES = 400;
const letters = ["A", "B", "C", "D", "E"];
const walk = randomWalk(STATES);
const beginning = () => new Array<number>(STATES).fill(0.5);

const isOver = ({ done, truncated }: Transition) => done || truncated === true;

const records = new Map<string, readonly Step[]>();

/** A walk of many episodes, cut off after `limit` steps where that is not 0. */
function record(seed: number, limit: number, cut: string): readonly Step[] {
  const key = `${seed} ${limit} ${cut}`;
  const known = records.get(key);
  if (known) return known;
  const steps: Step[] = [];
  let length = 0;
  const environment = {
    ...walk,
    reset: () => {
      length = 0;
      return START;
    },
    step(from: number, action: number, random: Random) {
      const step = walk.step(from, action, random);
      const late = ++length === limit && !step.done;
      const seen = late ? { ...step, done: cut === "terminal", truncated: cut === "timeout" } : step;
      steps.push({ ...seen, from });
      return seen;
    },
  };
  tdPolicyEvaluation({ environment, policy: (_, random) => random.below(2), stepSize: 1, episodes: EPISODES, seed });
  records.set(key, steps);
  return steps;
}

/** The values after the first steps, and after every episode that ended among them. */
function learn(steps: readonly Step[], stepSize: number, discount: number) {
  const episodes: number[][] = [];
  if (steps.length === 0) return { values: beginning(), episodes };
  let i = 0;
  const replay = {
    states: STATES,
    reset: () => START,
    step: () => {
      const step = steps[i++] as Step;
      return i === steps.length ? { ...step, truncated: true } : step;
    },
  };
  const { values } = tdPolicyEvaluation({
    environment: replay,
    policy: () => 0,
    discount,
    stepSize,
    initial: beginning(),
    episodes: 1 + steps.slice(0, -1).filter(isOver).length,
    onEpisode: (report) => void episodes.push([...report.values]),
  });
  return { values: [...values.data], episodes: isOver(steps.at(-1) as Step) ? episodes : episodes.slice(0, -1) };
}

/** Constant-α Monte Carlo: after each episode, every state visited moves towards the return that followed it. */
function monteCarlo(steps: readonly Step[], stepSize: number, discount: number): number[][] {
  const values = beginning();
  const after: number[][] = [];
  let episode: Step[] = [];
  for (const step of steps) {
    episode.push(step);
    if (!isOver(step)) continue;
    const returns = lambdaReturns(
      episode.map(({ reward }) => reward),
      episode.map(({ state, done }) => (done ? 0 : (values[state] as number))),
      episode.map(({ done }) => Number(done)),
      { discount, lambda: 1 },
    );
    episode.forEach(({ from }, t) => {
      const value = values[from] as number;
      values[from] = value + stepSize * ((returns.data[t] as number) - value);
    });
    after.push([...values]);
    episode = [];
  }
  return after;
}

/** The walk's true values, without any limit: swept until they stand. */
function truth(discount: number): number[] {
  let values = beginning();
  for (let sweep = 0; sweep < 400; sweep++)
    values = values.map((_, s) => {
      const [left, right] = [values[s - 1] ?? 0, values[s + 1]];
      return 0.5 * discount * left + (right === undefined ? 0.5 : 0.5 * discount * right);
    });
  return values;
}

const rms = (a: readonly number[], b: readonly number[]) =>
  Math.sqrt(a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0) / a.length);

const initial: State = { steps: 60, stepSize: 0.1, discount: 1, limit: 0, cut: "timeout", seed: 0 };

export default defineWidget({
  title: { en: "Five states, learned step by step", zh: "五个状态，一步一步学" },
  initial,
  controls: {
    steps: { kind: "slider", label: { en: "steps so far", zh: "已走步数" }, min: 0, max: MOST, step: 1 },
    stepSize: { kind: "slider", label: { en: "α, step size", zh: "α，步长" }, min: 0.01, max: 1, step: 0.01 },
    discount: { kind: "slider", label: { en: "γ, discount", zh: "γ，折扣" }, min: 0.5, max: 1, step: 0.01 },
    limit: {
      kind: "slider",
      label: { en: "time limit of an episode, 0 for none", zh: "每回合限时几步，0为不限" },
      min: 0,
      max: 20,
      step: 1,
    },
    cut: {
      kind: "choice",
      label: { en: "a cut counts as", zh: "截断当作" },
      choices: [
        { value: "timeout", label: { en: "a time-out", zh: "超时" } },
        { value: "terminal", label: { en: "terminal", zh: "终止" } },
      ],
    },
  },
  buttons: [
    { label: { en: "From the start", zh: "从头开始" }, press: (state) => ({ ...state, steps: 0 }) },
    {
      label: { en: "100 episodes", zh: "一百个回合" },
      press: (state) => ({ ...state, steps: afterEpisodes(state, 100) }),
    },
    { label: { en: "Another walk", zh: "换一次游走" }, press: (state) => ({ ...state, seed: state.seed + 1 }) },
  ],
  compute({ steps, stepSize, discount, limit, cut, seed }) {
    const walked = record(seed, limit, cut).slice(0, steps);
    const { values, episodes } = learn(walked, stepSize, discount);
    const returns = monteCarlo(walked, stepSize, discount);
    const exact = truth(discount);
    const last = walked.at(-1);
    const before = learn(walked.slice(0, -1), stepSize, discount).values;
    const follows = last && !last.done ? discount * (before[last.state] as number) : 0;
    return {
      values,
      exact,
      returns: returns.at(-1) ?? beginning(),
      errors: [beginning(), ...episodes].map((v) => rms(v, exact)),
      otherErrors: [beginning(), ...returns].map((v) => rms(v, exact)),
      last: last && { from: last.from, old: before[last.from] as number, target: last.reward + follows },
    };
  },
  figures: [
    {
      ratio: 0.85,
      label: (_, { values, exact }) => ({
        en: `Learned values of the five states, ${values.map((v) => v.toFixed(2)).join(", ")}; the true ones are ${exact.map((v) => v.toFixed(2)).join(", ")}.`,
        zh: `五个状态学到的价值：${values.map((v) => v.toFixed(2)).join("、")}；真值为${exact.map((v) => v.toFixed(2)).join("、")}。`,
      }),
      draw({ result, plot, language }) {
        const zh = language === "zh";
        const x = (_: unknown, i: number) => i;
        const lines = [
          { values: result.exact, stroke: colour.target, name: zh ? "真值" : "true", dash: "2 4" },
          { values: result.returns, stroke: colour.quiet, name: zh ? "蒙特卡洛" : "Monte Carlo", dash: "5 4" },
          { values: result.values, stroke: colour.prediction, name: "TD(0)", dash: "none" },
        ];
        const ends = spread(
          lines.map(({ values }) => values[STATES - 1] as number),
          0.06,
        );
        return plot({
          x: {
            domain: [-0.3, STATES - 0.7],
            ticks: letters.map(x),
            tickFormat: (i: number) => letters[i] as string,
            label: zh ? "状态；向右走出得1" : "state; leaving to the right pays 1",
          },
          y: { domain: [0, 1.05], label: zh ? "↑ 价值" : "↑ value" },
          marginBottom: 40,
          marginRight: 74,
          marks: [
            ...lines.map(({ values, stroke, dash }) =>
              Plot.line(values, { x, y: (v) => v, stroke, strokeWidth: 2, strokeDasharray: dash }),
            ),
            Plot.dot(result.values, { x, y: (v) => v, fill: colour.prediction, r: 4 }),
            Plot.text(lines, {
              x: STATES - 0.7,
              y: (_, i) => ends[i],
              text: "name",
              textAnchor: "start",
              dx: 4,
              fill: "stroke",
            }),
            // The error δ of the last step: from the value as it was to the step's target.
            Plot.arrow(result.last && result.last.old !== result.last.target ? [result.last] : [], {
              x1: (d) => d.from,
              x2: (d) => d.from,
              y1: "old",
              y2: "target",
              stroke: colour.gradient,
              strokeWidth: 2,
            }),
            Plot.dot(result.last ? [result.last] : [], {
              x: (d) => d.from,
              y: 0.02,
              symbol: "triangle",
              fill: colour.gradient,
              r: 5,
            }),
          ],
        });
      },
    },
    {
      ratio: 0.85,
      label: (_, { errors, otherErrors }) => ({
        en: `Root mean square error over episodes: TD(0) ${errors.at(-1)?.toFixed(3)}, Monte Carlo ${otherErrors.at(-1)?.toFixed(3)}.`,
        zh: `均方根误差随回合的变化：TD(0)为${errors.at(-1)?.toFixed(3)}，蒙特卡洛为${otherErrors.at(-1)?.toFixed(3)}。`,
      }),
      draw({ result, plot, language }) {
        const zh = language === "zh";
        const x = (_: unknown, i: number) => i;
        return plot({
          x: { domain: [0, Math.max(10, result.errors.length - 1)], label: zh ? "回合 →" : "episodes →" },
          y: { domain: [0, 0.5], label: zh ? "↑ 均方根误差" : "↑ RMS error" },
          marginBottom: 40,
          marks: [
            Plot.lineY(result.otherErrors, {
              x,
              stroke: colour.quiet,
              strokeWidth: 2,
              strokeDasharray: "5 4",
              clip: true,
            }),
            Plot.lineY(result.errors, { x, stroke: colour.prediction, strokeWidth: 2, clip: true }),
          ],
        });
      },
    },
  ],
  readouts: (_, { values, errors, otherErrors }) => [
    ...values.map((value, i) => ({
      label: { en: `V(${letters[i]})`, zh: `V(${letters[i]})` },
      value,
      role: "prediction" as const,
    })),
    { label: { en: "RMS error, TD(0)", zh: "均方根误差，TD(0)" }, value: errors.at(-1) as number, aside: true },
    {
      label: { en: "RMS error, Monte Carlo", zh: "均方根误差，蒙特卡洛" },
      value: otherErrors.at(-1) as number,
      aside: true,
    },
  ],
  code({ steps, stepSize, discount, limit, cut, seed }) {
    if (steps === 0)
      return `// No step yet: all values as they began.\nfor (let s = 0; s < ${STATES}; s++) console.log(0.5);`;
    const flag = cut === "terminal" ? "done" : "truncated";
    const limited = `
    return ++length === ${limit} && !step.done ? { ...step, ${flag}: true } : step;`;
    return `import { type Random, randomWalk, tdPolicyEvaluation, type Transition } from "lossary";

// A walk, recorded…
const walk = randomWalk(${STATES});
let length = 0;
const environment = {
  ...walk,
  reset: () => ((length = 0), ${START}),
  step(state: number, action: number, random: Random) {
    const step = walk.step(state, action, random);${limit > 0 ? limited : "\n    return step;"}
  },
};
const steps: Transition[] = [];
const recorder = {
  ...environment,
  step: (state: number, action: number, random: Random) => {
    const step = environment.step(state, action, random);
    steps.push(step);
    return step;
  },
};
const policy = (_: number, random: Random) => random.below(2);
tdPolicyEvaluation({ environment: recorder, policy, stepSize: 1, episodes: ${EPISODES}, seed: ${seed} });

// …and its first ${steps} steps, learned from.
const first = steps.slice(0, ${steps});
const over = first.slice(0, -1).filter(({ done, truncated }) => done || truncated);
let i = 0;
const replay = {
  states: ${STATES},
  reset: () => ${START},
  step: () => (++i === first.length ? { ...first[i - 1], truncated: true } : first[i - 1]),
};
const { values } = tdPolicyEvaluation({
  environment: replay,
  policy: () => 0,
  discount: ${discount},
  stepSize: ${stepSize},
  initial: [0.5, 0.5, 0.5, 0.5, 0.5],
  episodes: over.length + 1,
});
for (const value of values.data) console.log(value);`;
  },
  advance: {
    label: { en: "Step", zh: "单步" },
    milliseconds: 250,
    next: (state) => ({ ...state, steps: Math.min(state.steps + 1, MOST) }),
  },
});

/** How many steps so many episodes take. */
function afterEpisodes({ seed, limit, cut }: State, episodes: number): number {
  const ends = record(seed, limit, cut).flatMap((step, i) => (isOver(step) ? [i + 1] : []));
  return Math.min(ends[episodes - 1] ?? MOST, MOST);
}
