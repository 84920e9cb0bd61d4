/** Values of a given policy, learned from episodes: TD(0) and TD(λ). */
import { readInput } from "../../../tensor/read.ts";
import type { FloatInput, Tensor } from "../../../tensor/tensor.ts";
import type { Environment, Policy } from "./environment.ts";
import { checked, type EpisodeOptions, readOptions } from "./episodes.ts";

/** What is known after an episode. */
export interface EpisodeReport {
  /** Episodes so far. */
  readonly episode: number;
  /** The largest |δ| of this episode. */
  readonly error: number;
  /** The values as they stand; they go on changing: copy what must stay. */
  readonly values: Float64Array;
}

export interface TdPolicyEvaluationOptions extends EpisodeOptions<Environment> {
  policy: Policy;
  /** Stops after the first episode whose largest |δ| is not above this. Default: 0. */
  tolerance?: number;
  /** Values to begin with, one a state. Default: 0. */
  initial?: FloatInput;
  /** Called after every episode. */
  onEpisode?: (report: EpisodeReport) => void;
}

export interface TdLambdaOptions extends TdPolicyEvaluationOptions {
  /** Decay λ of the eligibility traces, in [0, 1]. */
  lambda: number;
}

export interface TdResult {
  /** [states] */
  readonly values: Tensor;
  /** The largest |δ| of each episode. */
  readonly errors: Float64Array;
  /** Episodes run. */
  readonly episodes: number;
}

/**
 * TD(0) policy evaluation: the values of a policy, learned step by step.
 *
 *     V(s) ← V(s) + α (r + γ V(s') − V(s)),   V(terminal) = 0
 *
 * Result     values [states], the largest |δ| of every episode, and how many were run.
 * Errors     Options that are missing, unknown or out of range; states outside 0…states − 1.
 * Edges      With chance in the rewards or steps the errors do not vanish and `tolerance` is not met.
 * Relation   tdLambda with lambda 0. Terminal is not time-out: `done` says that nothing can follow.
 * Source     R. S. Sutton and A. G. Barto, Reinforcement Learning, 2nd edition, 2018, section 6.1.
 */
export function tdPolicyEvaluation(options: TdPolicyEvaluationOptions): TdResult {
  return evaluatePolicy("tdPolicyEvaluation", options, null);
}

/**
 * TD(λ) policy evaluation with accumulating traces: each error also moves the states visited before, fading by γλ.
 *
 *     e ← γ λ e,  e(s) ← e(s) + 1,  V ← V + α δ e,   δ = r + γ V(s') − V(s)
 *
 * Result     As tdPolicyEvaluation.
 * Errors     As tdPolicyEvaluation; lambda missing or outside [0, 1].
 * Edges      Long traces with a large step size diverge.
 * Relation   lambda 0 is tdPolicyEvaluation; lambda 1 is constant-α Monte Carlo, updated on the way.
 * Source     R. S. Sutton and A. G. Barto, Reinforcement Learning, 2nd edition, 2018, section 12.2.
 */
export function tdLambda(options: TdLambdaOptions): TdResult {
  return evaluatePolicy("tdLambda", options, "lambda");
}

function evaluatePolicy(
  name: string,
  given: TdPolicyEvaluationOptions & { lambda?: number },
  trace: "lambda" | null,
): TdResult {
  const numbers = trace ? ["tolerance", trace] : ["tolerance"];
  const options = readOptions(name, given, numbers, ["policy", "initial"]);
  const { environment, policy, discount, stepSize, episodes, tolerance, onEpisode } = options;
  const lambda = trace ? options.lambda : 0;
  const { random, reset, step } = checked(name, options);
  const values = readInitial(name, given.initial, environment.states);
  const eligibility = new Float64Array(environment.states);
  const errors: number[] = [];
  while (errors.length < episodes) {
    let error = 0;
    eligibility.fill(0);
    for (let state = reset(), over = false; !over; ) {
      const { state: next, reward, done } = step(state, policy(state, random));
      const value = values[state] as number;
      const delta = reward + (done ? 0 : discount * (values[next] as number)) - value;
      if (lambda === 0) values[state] = value + stepSize * delta;
      else spread(values, eligibility, state, stepSize * delta, discount * lambda);
      // Written so that a NaN shows.
      if (!(Math.abs(delta) <= error)) error = Math.abs(delta);
      state = next;
      over = done;
    }
    errors.push(error);
    onEpisode?.({ episode: errors.length, error, values });
    if (error <= tolerance) break;
  }
  return {
    values: { data: values, shape: [environment.states] },
    errors: Float64Array.from(errors),
    episodes: errors.length,
  };
}

/** Fades all traces, marks `state`, and moves the values along them. */
function spread(values: Float64Array, eligibility: Float64Array, state: number, change: number, decay: number): void {
  for (let s = 0; s < values.length; s++) {
    const trace = (eligibility[s] as number) * decay + (s === state ? 1 : 0);
    eligibility[s] = trace;
    values[s] = (values[s] as number) + change * trace;
  }
}

function readInitial(name: string, initial: FloatInput | undefined, states: number): Float64Array {
  if (initial === undefined) return new Float64Array(states);
  const { data, shape } = readInput(`${name}: initial`, initial);
  if (shape.length !== 1 || shape[0] !== states)
    throw new RangeError(`${name}: initial is [${shape.join(", ")}], expected [${states}], one value a state`);
  return Float64Array.from(data, Number);
}
