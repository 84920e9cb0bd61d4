/** The five-state random walk: TD(0) against constant-α Monte Carlo. */
import { randomWalk } from "../../losses/reinforcement/td/randomWalk.ts";
import { tdPolicyEvaluation } from "../../losses/reinforcement/td/tdPolicyEvaluation.ts";
import { coin, type Experiment, type Finding, rootMeanSquare, type Settings, seedOf, type Tick } from "./experiment.ts";
import { learnOffline } from "./offline.ts";

export interface WalkCurve {
  readonly method: "TD(0)" | "Monte Carlo";
  readonly stepSize: number;
  /** The RMS error over states, averaged over runs, before the first episode and after each. */
  readonly errors: readonly number[];
}

export interface WalkData {
  readonly truth: readonly number[];
  /** What TD(0) with step size 0.1 has learned in its first run. */
  readonly learned: readonly { readonly episodes: number; readonly values: readonly number[] }[];
  readonly curves: readonly WalkCurve[];
}

const STATES = 5;
const EPISODES = 100;
const SHOWN = [0, 1, 10, 100];
const truth = Array.from({ length: STATES }, (_, s) => (s + 1) / (STATES + 1));
const initial = truth.map(() => 0.5);
const environment = randomWalk(STATES);

const methods: readonly { readonly method: WalkCurve["method"]; readonly stepSizes: readonly number[] }[] = [
  { method: "TD(0)", stepSizes: [0.05, 0.1, 0.15] },
  { method: "Monte Carlo", stepSizes: [0.01, 0.02, 0.03, 0.04] },
];

type OnEpisode = (report: { readonly episode: number; readonly values: Float64Array }) => void;

/** Learns for one run; `onEpisode` sees what is known after each episode. */
function learn(method: WalkCurve["method"], stepSize: number, seed: number, onEpisode: OnEpisode): void {
  const common = { environment, policy: coin, stepSize, episodes: EPISODES, initial, seed, onEpisode };
  if (method === "TD(0)") tdPolicyEvaluation(common);
  else learnOffline({ ...common, lambda: 1 });
}

async function measure(settings: Settings, tick: Tick): Promise<WalkData> {
  const curves = methods.flatMap(({ method, stepSizes }) =>
    stepSizes.map((stepSize) => ({ method, stepSize, errors: new Array<number>(EPISODES + 1).fill(0) })),
  );
  for (const { errors } of curves) errors[0] = rootMeanSquare(initial, truth);
  for (let run = 0; run < settings.runs; run++) {
    for (const { method, stepSize, errors } of curves)
      learn(method, stepSize, seedOf(settings, run), ({ episode, values }) => {
        errors[episode] = (errors[episode] as number) + rootMeanSquare(values, truth) / settings.runs;
      });
    await tick();
  }
  const learned = [{ episodes: 0, values: initial }];
  learn("TD(0)", 0.1, seedOf(settings, 0), ({ episode, values }) => {
    if (SHOWN.includes(episode)) learned.push({ episodes: episode, values: [...values] });
  });
  return { truth, learned, curves };
}

const after = (episode: number, { errors }: WalkCurve) => errors[episode] as number;

function findings({ learned, curves }: WalkData): Finding[] {
  const td = curves.filter(({ method }) => method === "TD(0)");
  const mc = curves.filter(({ method }) => method === "Monte Carlo");
  const last = (list: readonly WalkCurve[]) => list.map((curve) => after(EPISODES, curve));
  const [slow, fast] = [td[0], td.at(-1)] as [WalkCurve, WalkCurve];
  const error = rootMeanSquare(learned.at(-1)?.values ?? [], truth);
  const three = (values: readonly number[]) => values.map((value) => value.toFixed(3)).join(", ");
  const against = (episode: number) => [fast, slow].map((curve) => after(episode, curve).toFixed(3)).join(" against ");
  return [
    {
      book: "After 100 episodes of one run, the values lie about as near the true ones as they come (TD(0), α = 0.1).",
      measured: `RMS error ${error.toFixed(3)} in one run, ${after(EPISODES, td[1] as WalkCurve).toFixed(3)} in the mean`,
      agrees: error < 0.1,
    },
    {
      book: "The best of the curves falls to an RMS error of 0.05 and below.",
      measured: `${Math.min(...last(curves)).toFixed(3)} after 100 episodes`,
      agrees: Math.min(...last(td)) <= 0.05,
    },
    {
      book: "TD(0) is better than Monte Carlo at all of these step sizes.",
      measured: `after 100 episodes TD(0) ${three(last(td))}; Monte Carlo ${three(last(mc))}`,
      agrees: Math.max(...last(td)) < Math.min(...last(mc)),
    },
    {
      book: "A large step size learns faster at first and ends higher (TD(0), α = 0.15 against 0.05).",
      measured: `${against(10)} after 10 episodes, ${against(EPISODES)} after ${EPISODES}`,
      agrees: after(10, fast) < after(10, slow) && after(EPISODES, fast) > after(EPISODES, slow),
    },
  ];
}

const COLUMNS = [1, 10, 25, 50, 100];

export const randomWalkExperiment: Experiment<WalkData> = {
  name: "random-walk",
  title: "Random walk of five states",
  place: "Example 6.2 and figure 6.2",
  setting:
    "The walk begins in the middle of five states and goes left or right with equal chances; leaving on the right pays 1, on the left 0. Values begin at 0.5, nothing is discounted; the true ones are 1/6 to 5/6. Monte Carlo counts every visit.",
  ticks: 1,
  measure,
  findings,
  table: ({ curves }) => [
    ["RMS error after episode", ...COLUMNS.map(String)],
    ...curves.map((curve) => [
      `${curve.method}, α = ${curve.stepSize}`,
      ...COLUMNS.map((episode) => after(episode, curve).toFixed(3)),
    ]),
  ],
};
