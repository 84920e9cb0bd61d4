/** The loop of TD(0) and TD(λ). */
import { type Numbers, readNumbers } from "../../../contract/numbers.ts";
import type { FunctionSpec } from "../../../contract/spec.ts";
import { LossaryRangeError } from "../../../lossaryError.ts";
import { type FloatInput, type Tensor, zeros } from "../../../tensor/tensor.ts";
import { checkedEnvironment } from "./checkedEnvironment.ts";
import type { Environment, Policy } from "./environment.ts";
import { type EpisodeOptions, episodeOptions, episodeRecord, functionOption } from "./tabularOptions.ts";

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
  /** Chooses an action: (state, random) → a whole number ≥ 0. */
  policy: Policy;
  /** Stops after the first episode whose largest |δ| is not above this; ≥ 0. Default: all episodes are run. */
  tolerance?: number;
  /** Values to begin with, one per state; finite. Default: all 0. */
  initial?: FloatInput;
  /** Called after every episode. */
  onEpisode?: (report: EpisodeReport) => void;
}

export interface TdResult {
  /** [states] */
  readonly values: Tensor;
  /** The largest |δ| of each episode. */
  readonly errors: Float64Array;
  /** Episodes run. */
  readonly episodes: number;
}

/** The options of tdPolicyEvaluation. */
export const evaluationOptions = () => ({
  ...episodeOptions("states"),
  policy: functionOption("Chooses an action: (state, random) → a whole number ≥ 0.", true),
  tolerance: {
    type: "number",
    default: undefined,
    range: "[0, ∞)",
    doc: "Stops after the first episode whose largest |δ| is not above this.",
  } as const,
  initial: { type: "tensor", shape: "S", default: undefined, range: "(−∞, ∞)", doc: "Values to begin with." } as const,
  onEpisode: functionOption("Called after every episode."),
});

/** Without lambda it is TD(0), else TD(λ). */
export function evaluatePolicy(spec: FunctionSpec, args: readonly unknown[]): TdResult {
  const { name } = spec;
  const { options } = readNumbers<[], TdPolicyEvaluationOptions & { lambda?: number }>(spec, args);
  const { environment, policy, discount, stepSize, episodes, seed, tolerance, onEpisode, lambda = 0 } = options;
  const { reset, act, step } = checkedEnvironment(name, environment, seed);
  const values = readInitial(name, options.initial, environment.states);
  const eligibility = new Float64Array(environment.states);
  const errors = episodeRecord(name, episodes);
  let episode = 0;
  while (episode < episodes) {
    let error = 0;
    eligibility.fill(0);
    for (let state = reset(), over = false; !over; ) {
      const { state: next, reward, done, truncated } = step(state, act(policy, state));
      const value = values[state] as number;
      const delta = reward + (done ? 0 : discount * (values[next] as number)) - value;
      if (lambda === 0) values[state] = value + stepSize * delta;
      else spread(values, eligibility, state, stepSize * delta, discount * lambda);
      // Written so that the NaN of a divergence shows.
      if (!(Math.abs(delta) <= error)) error = Math.abs(delta);
      state = next;
      over = done || truncated;
    }
    errors[episode++] = error;
    onEpisode?.({ episode, error, values });
    if (tolerance !== undefined && error <= tolerance) break;
  }
  return {
    values: { data: values, shape: [environment.states] },
    errors: episode < episodes ? errors.slice(0, episode) : errors,
    episodes: episode,
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

function readInitial(name: string, initial: Numbers | undefined, states: number): Float64Array {
  if (initial === undefined) return zeros(`${name}: an environment of ${states} states`, "float64", states);
  const { data, shape } = initial;
  if (shape[0] !== states)
    throw new LossaryRangeError(
      `${name}: initial`,
      `is [${shape.join(", ")}], expected [${states}], one value per state`,
    );
  return data.slice();
}
