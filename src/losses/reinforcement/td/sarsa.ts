import { type ControlOptions, type ControlResult, control, controlSpec } from "./control.ts";

const spec = /* @__PURE__ */ controlSpec(
  "sarsa",
  { en: "SARSA", zh: "SARSA" },
  "Values of the actions of the policy it follows, learned step by step.",
);

/**
 * SARSA: values of the actions of the ε-greedy policy it follows (on-policy control).
 *
 *     Q(S, A) ← Q(S, A) + α (R + γ Q(S', A') − Q(S, A)),   A' the action taken next,   Q(terminal, ·) = 0
 *
 * Options    environment, stepSize and episodes are required. discount 1; epsilon 0.1; seed 0, and the same seed gives
 *            the same run; onEpisode sees each episode's number, largest |δ|, sum of rewards and action values.
 * Result     values [states, actions], and the largest |δ| and the sum of rewards of every episode.
 * Errors     Options that are missing, unknown or out of range; an environment without states, actions, reset or step,
 *            or whose answers are not a transition: a state outside 0…states − 1, a reward that is not finite.
 * Edges      Of equally good actions the policy takes the first; action values begin at 0. Terminal is not time-out:
 *            after `done` nothing follows; after `truncated` the episode ends, but Q(S', A') stays in the target.
 * Relation   qLearning takes the best next action instead: it learns the shortest way, SARSA the safe one.
 * Source     G. A. Rummery and M. Niranjan, On-Line Q-Learning Using Connectionist Systems, 1994;
 *            R. S. Sutton and A. G. Barto, Reinforcement Learning, 2nd edition, 2018, section 6.4.
 */
export function sarsa(options: ControlOptions): ControlResult;
export function sarsa(...args: unknown[]): ControlResult {
  return control(spec, args, "next");
}
sarsa.spec = spec;
