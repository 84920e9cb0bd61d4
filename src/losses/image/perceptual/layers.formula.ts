/** What the definitions of feature losses share: a sum over layers, and their type. */

import type { Loss } from "../../../contract/loss.ts";
import type { Term } from "../../../formula/arrays.ts";
import type { ArrayOptions } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { LossaryRangeError } from "../../../lossaryError.ts";
import type { FeatureLoss, FeatureOptions, Features, FeaturesGrads } from "./features.ts";
import { overlaps } from "./shares.ts";

/** The loss under the common type: that of a call whose gradients an engine makes. */
export const common = (loss: FeatureLoss) => loss as unknown as Loss<Features, FeatureOptions, FeaturesGrads>;

/** The distance of two maps, and of what counts of them with a mask: times the roots of their positions' shares. */
function compared<X>(m: Maths<X>, x: X, y: X, mask: X | undefined, distance: (x: X, y: X, size: Term<X>) => X): X {
  const [n, c, h, w] = m.shapeOf(x) as [number, number, number, number];
  if (mask === undefined) return distance(x, y, c * h * w);
  const [H, W] = m.shapeOf(mask).slice(-2) as [number, number];
  const [down, across] = [m.constant(overlaps(H, h), [H, h]), m.constant(overlaps(W, w), [W, w])];
  const rows = m.reshape(m.matmul(m.reshape(mask, [n * H, W]), across), [n, H, w]);
  const columns = m.matmul(m.reshape(m.transpose(rows, [0, 2, 1]), [n * w, H]), down);
  const shares = m.reshape(m.transpose(m.reshape(columns, [n, w, h]), [0, 2, 1]), [n, 1, h, w]);
  const none = m.equal(shares, 0);
  const kept = (z: X) => m.mul(m.where(none, 0, z), m.sqrt(shares));
  const size = m.mul(m.sum(shares, [1, 2, 3]), c);
  return distance(kept(x), kept(y), m.where(m.equal(size, 0), 1, size));
}

/** Σ_j w_j times the distance [N] of the maps of layer j. */
export function overLayers<X>(
  m: Maths<X>,
  { spec }: FeatureLoss,
  [predictions, targets]: readonly [readonly X[], readonly X[]],
  { weights, mask }: ArrayOptions<FeatureOptions, X>,
  distance: (x: X, y: X, size: Term<X>) => X,
): X {
  const count = weights && (m.shapeOf(weights)[0] as number);
  if (count !== undefined && count !== predictions.length)
    throw new LossaryRangeError(
      `${spec.name}: weights`,
      `is [${count}], expected [${predictions.length}], one for each feature map`,
    );
  return predictions
    .map((x, j) => {
      const apart = compared(m, x, targets[j] as X, mask, distance);
      return weights ? m.mul(apart, m.slice(weights, 0, j, 1)) : apart;
    })
    .reduce((sum, apart) => m.add(sum, apart));
}
