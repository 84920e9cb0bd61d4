import type { FloatInput, Tensor } from "../../../tensor/tensor.ts";
import { type ReturnsOptions, readTrajectory, vector } from "./returns.ts";

/**
 * λ-returns of a trajectory: targets that blend returns of every length.
 *
 *     G_t = r_t + γ (1 − d_t) ((1 − λ) v'_t + λ G_{t+1}),   G = r + γ (1 − d) v' at the last step
 *
 * Shapes     rewards, nextValues, dones: [T], in order of time. Result: [T], in the floats' type; computed in f64.
 *            Several episodes may stand behind each other where each but the last ends with done = 1.
 * Options    discount and lambda, both required.
 * Gradient   None: they are targets, held constant.
 * Errors     discount or lambda missing or outside [0, 1]; dones outside [0, 1]; shapes that differ; empty input.
 * Edges      NaN gives NaN in its own step, also as the next value of a final one, and in the steps before it that look
 *            as far: up to the end of the episode before, and none of them where γλ = 0.
 * Relation   λ = 0 is the target of tdLoss; λ = 1 the discounted sum of rewards, with the last value behind it.
 *            Terminal is not time-out: an episode that was cut off ends with done = 0; hand each such piece over alone.
 * Source     R. S. Sutton and A. G. Barto, Reinforcement Learning, 2nd edition, 2018, section 12.1.
 */
export function lambdaReturns(
  rewards: FloatInput,
  nextValues: FloatInput,
  dones: FloatInput,
  options: ReturnsOptions,
): Tensor {
  const names = ["rewards", "nextValues", "dones"] as const;
  const { columns, result } = readTrajectory("lambdaReturns", names, [rewards, nextValues, dones], options);
  const [r, next, d] = columns;
  const { discount, lambda } = options;
  const last = result.length - 1;
  let after = 0;
  for (let t = last; t >= 0; t--) {
    const follows = discount * (1 - (d[t] as number));
    // Behind the last step the value stands for all that follows.
    const longer = t === last ? 0 : lambda;
    const once = (r[t] as number) + follows * (1 - longer) * (next[t] as number);
    // A factor of 0 says that the step after has no say, be it NaN.
    after = follows * longer === 0 ? once : once + follows * longer * after;
    result[t] = after;
  }
  return vector(result);
}
