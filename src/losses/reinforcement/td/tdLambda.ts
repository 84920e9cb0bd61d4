import { evaluatePolicy, type TdPolicyEvaluationOptions, type TdResult } from "./policyEvaluation.ts";

export interface TdLambdaOptions extends TdPolicyEvaluationOptions {
  /** Decay λ of the eligibility traces, in [0, 1]. */
  lambda: number;
}

/**
 * Tabular TD(λ) policy evaluation with accumulating traces: each error also moves the states visited before, fading by
 * γλ a step.
 *
 *     e ← γ λ e,   e(S) ← e(S) + 1,   V ← V + α δ e,   δ = R + γ V(S') − V(S)
 *
 * Options    As tdPolicyEvaluation; lambda is required.
 * Result     As tdPolicyEvaluation.
 * Errors     As tdPolicyEvaluation; lambda missing or outside [0, 1].
 * Edges      Traces begin anew with each episode. Long traces with a large step size diverge, to NaN in the end.
 *            Terminal is not time-out: see tdPolicyEvaluation.
 * Relation   lambda 0 is tdPolicyEvaluation; lambda 1 is constant-α Monte Carlo, updated on the way.
 * Source     R. S. Sutton and A. G. Barto, Reinforcement Learning, 2nd edition, 2018, section 12.2.
 */
export function tdLambda(options: TdLambdaOptions): TdResult {
  return evaluatePolicy("tdLambda", options, "lambda");
}
