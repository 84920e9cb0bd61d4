import { type ControlOptions, type ControlResult, control, controlSpec } from "./control.ts";

const spec = /* @__PURE__ */ controlSpec(
  "qLearning",
  { en: "Q-learning", zh: "Q 学习" },
  "Values of the actions of the best policy, whatever policy is followed.",
);

/**
 * Q-learning: values of the actions of the best policy, whatever policy is followed (off-policy control).
 *
 *     Q(S, A) ← Q(S, A) + α (R + γ max_b Q(S', b) − Q(S, A)),   Q(terminal, ·) = 0
 *
 * Options    As sarsa.
 * Result     values [states, actions], and the largest |δ| and the sum of rewards of every episode.
 * Errors     As sarsa.
 * Edges      Of equally good actions the policy takes the first; action values begin at 0. Terminal is not time-out:
 *            after `done` nothing follows; after `truncated` the episode ends, but max_b Q(S', b) stays in the target.
 * Relation   sarsa looks ahead to the action really taken next instead of the best one.
 * Source     C. J. C. H. Watkins, Learning from Delayed Rewards, 1989;
 *            R. S. Sutton and A. G. Barto, Reinforcement Learning, 2nd edition, 2018, section 6.5.
 */
export function qLearning(options: ControlOptions): ControlResult;
export function qLearning(...args: unknown[]): ControlResult {
  return control(spec, args, "best");
}
qLearning.spec = spec;
