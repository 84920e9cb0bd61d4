import { type FunctionSpecOf, frozen } from "../../../contract/spec.ts";
import {
  evaluatePolicy,
  evaluationOptions,
  type TdPolicyEvaluationOptions,
  type TdResult,
} from "./policyEvaluation.ts";
import { numberOption } from "./tabularOptions.ts";

export interface TdLambdaOptions extends TdPolicyEvaluationOptions {
  /** Decay λ of the eligibility traces, in [0, 1]. */
  lambda: number;
}

const spec = frozen<FunctionSpecOf<[], TdLambdaOptions>>({
  name: "tdLambda",
  family: "reinforcement",
  title: { en: "TD(λ) policy evaluation", zh: "TD(λ) 策略评估" },
  summary: "The values of a policy, where each error also moves the states visited before.",
  arguments: [],
  options: { ...evaluationOptions(), lambda: numberOption("[0, 1]", undefined, "Decay λ of the eligibility traces.") },
});

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
export function tdLambda(options: TdLambdaOptions): TdResult;
export function tdLambda(...args: unknown[]): TdResult {
  return evaluatePolicy(spec, args);
}
tdLambda.spec = spec;
