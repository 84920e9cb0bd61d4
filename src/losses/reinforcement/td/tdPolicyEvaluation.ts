import { type FunctionSpecOf, frozen } from "../../../contract/spec.ts";
import {
  evaluatePolicy,
  evaluationOptions,
  type TdPolicyEvaluationOptions,
  type TdResult,
} from "./policyEvaluation.ts";

const spec = frozen<FunctionSpecOf<[], TdPolicyEvaluationOptions>>({
  name: "tdPolicyEvaluation",
  family: "reinforcement",
  title: { en: "TD(0) policy evaluation", zh: "TD(0) 策略评估" },
  summary: "The values of a policy, learned step by step.",
  arguments: [],
  options: { ...evaluationOptions() },
});

/**
 * Tabular TD(0) policy evaluation: the values of a policy, learned step by step.
 *
 *     for each episode: S from reset
 *       for each step, until S is terminal: A ~ π(· | S); take A, observe R and S'
 *         V(S) ← V(S) + α (R + γ V(S') − V(S)),   V(terminal) = 0;   S ← S'
 *
 * Options    environment, policy, stepSize and episodes are required. discount 1; initial 0; seed 0, and the same seed
 *            gives the same run; onEpisode sees each episode's number, largest |δ| and values; tolerance ends the run
 *            after the first episode whose largest |δ| is not above it (default: all episodes are run).
 * Result     values [states], the largest |δ| of every episode, and how many episodes were run.
 * Errors     Options that are missing, unknown or out of range; an environment without states, reset or step, or whose
 *            answers are not a transition: a state outside 0…states − 1, a reward that is not finite; an action that is no
 *            whole number ≥ 0, or not below environment.actions where there is such a count.
 * Edges      Terminal is not time-out: after `done` nothing follows and V(S') counts as 0; after `truncated` the episode
 *            ends as well, but V(S') stays in the target. An environment that never says either never ends.
 *            With chance in rewards or steps the errors do not vanish, and a lucky episode can meet `tolerance`: it is
 *            for worlds that are deterministic, or nearly so.
 * Relation   tdLambda with lambda 0; tdLoss is half the square of the same δ, for values that a model gives.
 * Source     R. S. Sutton and A. G. Barto, Reinforcement Learning, 2nd edition, 2018, section 6.1.
 */
export function tdPolicyEvaluation(options: TdPolicyEvaluationOptions): TdResult;
export function tdPolicyEvaluation(...args: unknown[]): TdResult {
  return evaluatePolicy(spec, args);
}
tdPolicyEvaluation.spec = spec;
