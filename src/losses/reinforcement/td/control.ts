/** Action values learned while acting on them: SARSA and Q-learning. */
import type { Tensor } from "../../../tensor/tensor.ts";
import type { ControlEnvironment } from "./environment.ts";
import { checked, type EpisodeOptions, readOptions } from "./episodes.ts";

/** What is known after an episode. */
export interface ControlReport {
  /** Episodes so far. */
  readonly episode: number;
  /** The largest |δ| of this episode. */
  readonly error: number;
  /** The sum of this episode's rewards, undiscounted. */
  readonly reward: number;
  /** The action values [states, actions] as they stand; they go on changing. */
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

/**
 * SARSA: values of the actions of the ε-greedy policy it follows (on-policy control).
 *
 *     Q(s, a) ← Q(s, a) + α (r + γ Q(s', a') − Q(s, a)),   a' the action taken next
 *
 * Result     values [states, actions], and the largest |δ| and the sum of rewards of every episode.
 * Errors     Options that are missing, unknown or out of range; states outside 0…states − 1.
 * Edges      Of equally good actions the policy takes the first; action values begin at 0.
 * Relation   qLearning takes the best next action instead: it learns the shortest way, SARSA the safe one.
 * Source     R. S. Sutton and A. G. Barto, Reinforcement Learning, 2nd edition, 2018, section 6.4.
 */
export function sarsa(options: ControlOptions): ControlResult {
  return control("sarsa", options, false);
}

/**
 * Q-learning: values of the actions of the best policy, whatever policy is followed (off-policy control).
 *
 *     Q(s, a) ← Q(s, a) + α (r + γ max_b Q(s', b) − Q(s, a))
 *
 * Result     values [states, actions], and the largest |δ| and the sum of rewards of every episode.
 * Errors     Options that are missing, unknown or out of range; states outside 0…states − 1.
 * Edges      Of equally good actions the policy takes the first; action values begin at 0.
 * Relation   sarsa takes the next action really taken instead of the best one.
 * Source     C. J. C. H. Watkins, Learning from Delayed Rewards, 1989.
 */
export function qLearning(options: ControlOptions): ControlResult {
  return control("qLearning", options, true);
}

function control(name: string, given: ControlOptions, greedyTarget: boolean): ControlResult {
  const options = readOptions(name, given, ["epsilon"], []);
  const { environment, discount, stepSize, episodes, epsilon, onEpisode } = options;
  const { states, actions } = environment;
  const { random, reset, step } = checked(name, options);
  const values = new Float64Array(states * actions);
  const valueAt = (state: number, action: number) => values[state * actions + action] as number;
  const best = (state: number) => {
    let first = 0;
    for (let action = 1; action < actions; action++) if (valueAt(state, action) > valueAt(state, first)) first = action;
    return first;
  };
  const choose = (state: number) => (random.uniform() < epsilon ? random.below(actions) : best(state));
  const errors = new Float64Array(episodes);
  const rewards = new Float64Array(episodes);
  for (let episode = 0; episode < episodes; episode++) {
    let error = 0;
    let sum = 0;
    for (let state = reset(), action = choose(state), over = false; !over; ) {
      const { state: next, reward, done } = step(state, action);
      // SARSA chooses before the update, on the values its target is made of; Q-learning after it.
      const planned = done || greedyTarget ? 0 : choose(next);
      const ahead = done ? 0 : valueAt(next, greedyTarget ? best(next) : planned);
      const value = valueAt(state, action);
      const delta = reward + discount * ahead - value;
      values[state * actions + action] = value + stepSize * delta;
      if (!(Math.abs(delta) <= error)) error = Math.abs(delta);
      sum += reward;
      action = done || !greedyTarget ? planned : choose(next);
      state = next;
      over = done;
    }
    errors[episode] = error;
    rewards[episode] = sum;
    onEpisode?.({ episode: episode + 1, error, reward: sum, values });
  }
  return { values: { data: values, shape: [states, actions] }, errors, rewards, episodes };
}
