/** The off-line λ-return algorithm; with lambda 1 it is constant-α Monte Carlo, every visit counted. */
import type { Environment, Policy } from "../../losses/reinforcement/td/environment.ts";
import { lambdaReturns } from "../../losses/reinforcement/td/lambdaReturns.ts";
import { type Random, seededRandom } from "../../random.ts";

export interface OfflineOptions {
  readonly environment: Environment;
  readonly policy: Policy;
  readonly stepSize: number;
  readonly lambda: number;
  readonly episodes: number;
  readonly initial: readonly number[];
  readonly seed: number;
  readonly onEpisode: (report: { readonly episode: number; readonly values: Float64Array }) => void;
}

/** An episode as it was lived, a step per entry. */
interface Episode {
  readonly states: readonly number[];
  readonly rewards: readonly number[];
  /** The states reached. */
  readonly nexts: readonly number[];
  readonly dones: readonly number[];
}

function live(environment: Environment, policy: Policy, random: Random): Episode {
  const [states, rewards, nexts, dones]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let state = environment.reset(random), over = false; !over; ) {
    const { state: next, reward, done } = environment.step(state, policy(state, random), random);
    states.push(state);
    rewards.push(reward);
    nexts.push(next);
    dones.push(Number(done));
    state = next;
    over = done;
  }
  return { states, rewards, nexts, dones };
}

/** Values learned at the end of each episode: those of its states, in turn, a step towards their λ-returns (γ = 1). */
export function learnOffline(options: OfflineOptions): Float64Array {
  const { environment, policy, stepSize, lambda, episodes, initial, seed, onEpisode } = options;
  const random = seededRandom(seed);
  const values = Float64Array.from(initial);
  for (let episode = 1; episode <= episodes; episode++) {
    const { states, rewards, nexts, dones } = live(environment, policy, random);
    const nextValues = nexts.map((next) => values[next] as number);
    const returns = lambdaReturns(rewards, nextValues, dones, { discount: 1, lambda }).data;
    for (const [t, state] of states.entries())
      values[state] = (values[state] as number) + stepSize * ((returns[t] as number) - (values[state] as number));
    onEpisode({ episode, values });
  }
  return values;
}
