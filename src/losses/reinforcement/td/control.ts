/** The loop of SARSA and Q-learning. */
import { readNumbers } from "../../../contract/numbers.ts";
import { type FunctionSpec, type FunctionSpecOf, frozen } from "../../../contract/spec.ts";
import { type Tensor, zeros } from "../../../tensor/tensor.ts";
import { checkedEnvironment } from "./checkedEnvironment.ts";
import type { ControlEnvironment } from "./environment.ts";
import { type EpisodeOptions, episodeOptions, episodeRecord, functionOption, numberOption } from "./tabularOptions.ts";

/** What is known after an episode. */
export interface ControlReport {
  /** Episodes so far. */
  readonly episode: number;
  /** The largest |δ| of this episode. */
  readonly error: number;
  /** The sum of this episode's rewards, undiscounted. */
  readonly reward: number;
  /** The action values [states, actions] as they stand; they go on changing: copy what must stay. */
  readonly values: Float64Array;
}

export interface ControlOptions extends EpisodeOptions<ControlEnvironment> {
  /** Share of random actions, in [0, 1]. Default 0.1. */
  epsilon?: number;
  /** Called after every episode. */
  onEpisode?: (report: ControlReport) => void;
}

export interface ControlResult {
  /** Action values, [states, actions]. */
  readonly values: Tensor;
  /** The largest |δ| of each episode. */
  readonly errors: Float64Array;
  /** The sum of each episode's rewards, undiscounted. */
  readonly rewards: Float64Array;
  /** Episodes run. */
  readonly episodes: number;
}

/** What a method looks ahead to: the action taken next, or the best one. */
export type Target = "next" | "best";

/** What sarsa and qLearning say of themselves. */
export const controlSpec = (name: string, title: FunctionSpec["title"], summary: string) =>
  frozen<FunctionSpecOf<[], ControlOptions>>({
    name,
    family: "reinforcement",
    title,
    summary,
    arguments: [],
    options: {
      ...episodeOptions("states", "actions"),
      epsilon: numberOption("[0, 1]", 0.1, "Share of random actions."),
      onEpisode: functionOption("Called after every episode."),
    },
  });

export function control(spec: FunctionSpec, args: readonly unknown[], target: Target): ControlResult {
  const { name } = spec;
  const { options } = readNumbers<[], ControlOptions>(spec, args);
  const { environment, discount, stepSize, episodes, seed, epsilon, onEpisode } = options;
  const { states, actions } = environment;
  const { random, reset, step } = checkedEnvironment(name, environment, seed);
  const values = zeros(
    `${name}: an environment of ${states} states and ${actions} actions`,
    "float64",
    states * actions,
  );
  const valueAt = (state: number, action: number) => values[state * actions + action] as number;
  const best = (state: number) => {
    let first = 0;
    for (let action = 1; action < actions; action++) if (valueAt(state, action) > valueAt(state, first)) first = action;
    return first;
  };
  const choose = (state: number) => (random.uniform() < epsilon ? random.below(actions) : best(state));
  const errors = episodeRecord(name, episodes);
  const rewards = episodeRecord(name, episodes);
  for (let episode = 0; episode < episodes; episode++) {
    let error = 0;
    let sum = 0;
    for (let state = reset(), action = choose(state), over = false; !over; ) {
      const { state: next, reward, done, truncated } = step(state, action);
      // SARSA chooses before the update, on the values its target is made of; Q-learning after it.
      const planned = done || target === "best" ? 0 : choose(next);
      const ahead = done ? 0 : valueAt(next, target === "best" ? best(next) : planned);
      const value = valueAt(state, action);
      const delta = reward + discount * ahead - value;
      values[state * actions + action] = value + stepSize * delta;
      if (!(Math.abs(delta) <= error)) error = Math.abs(delta);
      sum += reward;
      over = done || truncated;
      action = over || target === "next" ? planned : choose(next);
      state = next;
    }
    errors[episode] = error;
    rewards[episode] = sum;
    onEpisode?.({ episode: episode + 1, error, reward: sum, values });
  }
  return {
    values: { data: values, shape: [states, actions] },
    errors,
    rewards,
    episodes,
  };
}
