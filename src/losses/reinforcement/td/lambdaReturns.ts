import { type FunctionSpecOf, frozen } from "../../../contract/spec.ts";
import type { FloatInput, Tensor } from "../../../tensor/tensor.ts";
import { column, type ReturnsOptions, readTrajectory, returnsOptions, share, vector } from "./returns.ts";

type Inputs = [rewards: FloatInput, nextValues: FloatInput, dones: FloatInput];

const spec = frozen<FunctionSpecOf<Inputs, ReturnsOptions>>({
  name: "lambdaReturns",
  family: "reinforcement",
  title: { en: "λ-returns", zh: "λ 回报" },
  summary: "Targets that blend the returns of every length of a trajectory.",
  arguments: [
    column("rewards", "Rewards, in order of time."),
    column("nextValues", "Value of the state each step leads to."),
    column("dones", "1 where an episode ends, else 0."),
  ],
  options: returnsOptions,
});

/**
 * λ-returns of a trajectory: targets that blend returns of every length.
 *
 *     G_t = r_t + γ (1 − d_t) ((1 − λ) v'_t + λ G_{t+1}),   G = r + γ (1 − d) v' at the last step
 *
 * Shapes     rewards, nextValues, dones: [T], in order of time. Result: [T], in the floats' type; computed in f64.
 *            Several episodes may follow each other where each but the last ends with done = 1.
 * Options    discount and lambda, both required.
 * Gradient   None: they are targets, held constant.
 * Errors     discount or lambda missing or outside [0, 1]; dones outside [0, 1]; shapes that differ; empty input.
 * Edges      NaN gives NaN in its own step, and in the steps before it that look as far: up to the end of the episode
 *            before, and none of them where γλ = 0. What has no say may be NaN or infinite: the next value of a final
 *            step, and with λ = 1 that of any step but the last.
 * Relation   λ = 0 is the target of tdLoss; λ = 1 the discounted sum of rewards, with the last value after it.
 *            Terminal is not time-out: an episode that was cut off ends with done = 0; hand each such piece over alone.
 * Source     R. S. Sutton and A. G. Barto, Reinforcement Learning, 2nd edition, 2018, section 12.1.
 */
export function lambdaReturns(
  rewards: FloatInput,
  nextValues: FloatInput,
  dones: FloatInput,
  options: ReturnsOptions,
): Tensor;
export function lambdaReturns(...args: unknown[]): Tensor {
  const { columns, options, result } = readTrajectory<Inputs>(spec, args);
  const [r, next, d] = columns;
  const { discount, lambda } = options;
  const last = result.length - 1;
  let after = 0;
  for (let t = last; t >= 0; t--) {
    const follows = discount * (1 - (d[t] as number));
    // After the last step the value stands for all that follows.
    const longer = t === last ? 0 : lambda;
    const once = (r[t] as number) + share(follows * (1 - longer), next[t] as number);
    after = once + share(follows * longer, after);
    result[t] = after;
  }
  return vector(result);
}
lambdaReturns.spec = spec;
