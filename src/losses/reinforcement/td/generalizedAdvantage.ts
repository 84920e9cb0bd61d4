import { type FunctionSpecOf, frozen } from "../../../contract/spec.ts";
import type { FloatInput, Tensor } from "../../../tensor/tensor.ts";
import { column, type ReturnsOptions, readTrajectory, returnsOptions, share, vector } from "./returns.ts";

type Inputs = [values: FloatInput, rewards: FloatInput, nextValues: FloatInput, dones: FloatInput];

const spec = frozen<FunctionSpecOf<Inputs, ReturnsOptions>>({
  name: "generalizedAdvantage",
  family: "reinforcement",
  title: { en: "Generalized advantage estimation", zh: "广义优势估计" },
  summary: "How much better each step of a trajectory went than its value said.",
  arguments: [
    column("values", "Value of the state of each step, in order of time."),
    column("rewards", "Rewards."),
    column("nextValues", "Value of the state each step leads to."),
    column("dones", "1 where an episode ends, else 0."),
  ],
  options: returnsOptions,
});

/**
 * Generalised advantage estimation: how much better each step went than its value said.
 *
 *     δ_t = r_t + γ (1 − d_t) v'_t − v_t
 *     A_t = δ_t + γ λ (1 − d_t) A_{t+1},   A = δ at the last step
 *
 * Shapes     values, rewards, nextValues, dones: [T], in order of time. Result: [T], in the floats' type; computed in
 *            f64. Several episodes may follow each other where each but the last ends with done = 1.
 * Options    discount and lambda, both required.
 * Gradient   None: they are weights of a policy's gradient, held constant.
 * Errors     discount or lambda missing or outside [0, 1]; dones outside [0, 1]; shapes that differ; empty input.
 * Edges      NaN gives NaN in its own step, and in the steps before it that look as far: up to the end of the episode
 *            before, and none of them where γλ = 0. The next value of a final step may be NaN or infinite.
 * Relation   λ = 0 is δ. lambdaReturns − values, where each step's next value is the value of the step after it.
 *            Terminal is not time-out: an episode that was cut off ends with done = 0; hand each such piece over alone.
 * Source     J. Schulman et al., High-Dimensional Continuous Control Using Generalized Advantage Estimation, 2016.
 */
export function generalizedAdvantage(
  values: FloatInput,
  rewards: FloatInput,
  nextValues: FloatInput,
  dones: FloatInput,
  options: ReturnsOptions,
): Tensor;
export function generalizedAdvantage(...args: unknown[]): Tensor {
  const { columns, options, result } = readTrajectory<Inputs>(spec, args);
  const [v, r, next, d] = columns;
  const { discount, lambda } = options;
  let after = 0;
  for (let t = result.length - 1; t >= 0; t--) {
    const follows = discount * (1 - (d[t] as number));
    const delta = (r[t] as number) + share(follows, next[t] as number) - (v[t] as number);
    after = delta + share(follows * lambda, after);
    result[t] = after;
  }
  return vector(result);
}
generalizedAdvantage.spec = spec;
