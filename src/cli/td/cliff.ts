/** Cliff walking: SARSA against Q-learning. */
import { cliffWalking } from "../../losses/reinforcement/td/cliffWalking.ts";
import { qLearning } from "../../losses/reinforcement/td/qLearning.ts";
import { sarsa } from "../../losses/reinforcement/td/sarsa.ts";
import { seededRandom } from "../../random.ts";
import { mean } from "../statistics.ts";
import { type Experiment, type Finding, type Settings, seedOf, type Tick } from "./experiment.ts";

export interface CliffCurve {
  readonly method: "SARSA" | "Q-learning";
  /** The sum of rewards of each episode, averaged over runs. */
  readonly rewards: readonly number[];
  /** The states on the greedy path of the action values, averaged over runs, from the start. */
  readonly path: readonly number[];
  /** How many runs' own greedy paths reach the goal. */
  readonly arrived: number;
}

export interface CliffData {
  readonly runs: number;
  readonly curves: readonly CliffCurve[];
}

const EPISODES = 500;
/** After the transient. */
const LATE = 100;
const environment = cliffWalking();
const methods = [
  { method: "SARSA", learn: sarsa },
  { method: "Q-learning", learn: qLearning },
] as const;

/** The environment has no chance of its own. */
const none = seededRandom(0);

/** The states passed by always taking the best action, until the end or until one comes twice. */
function greedyPath(values: ArrayLike<number>): { path: number[]; done: boolean } {
  const { actions } = environment;
  const path = [environment.reset(none)];
  for (;;) {
    const state = path.at(-1) as number;
    const row = Array.from({ length: actions }, (_, action) => values[state * actions + action] as number);
    const { state: next, done } = environment.step(state, row.indexOf(Math.max(...row)), none);
    const again = path.includes(next);
    path.push(next);
    if (done || again) return { path, done };
  }
}

async function measure(settings: Settings, tick: Tick): Promise<CliffData> {
  const { runs } = settings;
  const sums = methods.map(({ method, learn }) => ({
    method,
    learn,
    rewards: new Array<number>(EPISODES).fill(0),
    values: new Float64Array(environment.states * environment.actions),
    arrived: 0,
  }));
  for (let run = 0; run < runs; run++)
    for (const sum of sums) {
      const seed = seedOf(settings, run);
      const { rewards, values } = sum.learn({ environment, stepSize: 0.5, epsilon: 0.1, episodes: EPISODES, seed });
      for (const [i, reward] of rewards.entries()) sum.rewards[i] = (sum.rewards[i] as number) + reward / runs;
      for (const [i, value] of values.data.entries()) sum.values[i] = (sum.values[i] as number) + value / runs;
      if (greedyPath(values.data).done) sum.arrived++;
      await tick();
    }
  const curves = sums.map(({ method, rewards, values, arrived }) => {
    return { method, rewards, path: greedyPath(values).path, arrived };
  });
  return { runs, curves };
}

const inWords = (reward: number) => reward.toFixed(1).replace("-", "−");
const late = ({ rewards }: CliffCurve) => mean(rewards.slice(-LATE));
/** Rows from the top; the cliff is in row 3. */
const rowsOf = ({ path }: CliffCurve) => path.map((state) => Math.floor(state / 12));
/** Away from the outer columns, where start and goal are: how close to the edge the path comes. */
const closest = ({ path }: CliffCurve) =>
  Math.max(...path.filter((state) => state % 12 > 0 && state % 12 < 11).map((state) => Math.floor(state / 12)));
const arrives = ({ path }: CliffCurve) => path.at(-1) === environment.states - 1;

function describePath(curve: CliffCurve): string {
  if (!arrives(curve)) return "the greedy path goes in circles";
  const where = closest(curve) === 2 ? "along the edge" : `never closer to the cliff than ${3 - closest(curve)} rows`;
  return `${curve.path.length - 1} steps, ${where}`;
}

function findings({ curves }: CliffData): Finding[] {
  const [onPolicy, offPolicy] = curves as [CliffCurve, CliffCurve];
  const earned = (curve: CliffCurve) => `${inWords(late(curve))}, mean of the last ${LATE} of ${EPISODES} episodes`;
  return [
    {
      book: "SARSA earns about −25 per episode while it learns.",
      measured: earned(onPolicy),
      agrees: late(onPolicy) > -33 && late(onPolicy) < -20,
    },
    {
      book: "Q-learning earns less, about −50: exploring, it falls off the cliff now and then.",
      measured: earned(offPolicy),
      agrees: late(offPolicy) > -60 && late(offPolicy) < -40,
    },
    {
      book: "SARSA learns the longer, safe path through the upper part of the grid.",
      measured: describePath(onPolicy),
      agrees: arrives(onPolicy) && closest(onPolicy) < 2,
    },
    {
      book: "Q-learning learns the optimal path, along the edge of the cliff: 13 steps.",
      measured: describePath(offPolicy),
      agrees: arrives(offPolicy) && rowsOf(offPolicy).every((row) => row >= 2) && offPolicy.path.length === 14,
    },
  ];
}

export const cliffExperiment: Experiment<CliffData> = {
  name: "cliff",
  title: "Cliff walking",
  place: "Example 6.6",
  setting:
    "A grid of 4 rows and 12 columns, −1 per step, −100 and back to the start for stepping into the cliff. ε-greedy with ε = 0.1, α = 0.5, nothing discounted, 500 episodes.",
  ticks: methods.length,
  measure,
  findings,
  table: ({ runs, curves }) => [
    ["method", "reward, first 10", `reward, last ${LATE}`, "greedy path", `arrive, of ${runs}`],
    ...curves.map((curve) => [
      curve.method,
      inWords(mean(curve.rewards.slice(0, 10))),
      inWords(late(curve)),
      describePath(curve),
      String(curve.arrived),
    ]),
  ],
};
