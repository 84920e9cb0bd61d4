/** What the definitions of feature losses share: a sum over layers, and their type. */

import type { Loss } from "../../../contract/loss.ts";
import type { Maths } from "../../../formula/maths.ts";
import { LossaryRangeError } from "../../../lossaryError.ts";
import type { FeatureLoss, FeatureOptions, Features, FeaturesGrads } from "./features.ts";

/** The loss under the common type: that of a call whose gradients an engine makes. */
export const common = (loss: FeatureLoss) => loss as unknown as Loss<Features, FeatureOptions, FeaturesGrads>;

/** Σ_j w_j times the distance [N] of the maps of layer j. */
export function overLayers<X>(
  m: Maths<X>,
  { spec }: FeatureLoss,
  [predictions, targets]: readonly [readonly X[], readonly X[]],
  weights: X | undefined,
  distance: (x: X, y: X) => X,
): X {
  const count = weights && (m.shapeOf(weights)[0] as number);
  if (count !== undefined && count !== predictions.length)
    throw new LossaryRangeError(
      `${spec.name}: weights`,
      `is [${count}], expected [${predictions.length}], one for each feature map`,
    );
  return predictions
    .map((x, j) => {
      const apart = distance(x, targets[j] as X);
      return weights ? m.mul(apart, m.slice(weights, 0, j, 1)) : apart;
    })
    .reduce((sum, apart) => m.add(sum, apart));
}
