import { portable, portableScalar } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { companions, cosines, keptRows, withTriplet } from "../distances.formula.ts";
import { batchCircleLoss } from "./batchCircleLoss.ts";
import { circleLoss } from "./circleLoss.ts";

interface Shape {
  readonly margin: number;
  readonly scale: number;
}

/** softplus(log Σ exp(γ a_n (s_n − m)) + log Σ exp(−γ a_p (s_p − 1 + m))) with the weights a as constants. */
export const circlePortable = portableScalar(circleLoss, (m, [positives, negatives], shape) => {
  const gather = (exponents: typeof positives) => m.reshape(m.logSumExp(exponents, 0), []);
  return m.softplus(m.add(gather(push(m, negatives, shape)), gather(pull(m, positives, shape))));
});

/** The same over the cosines of a batch: of all pairs i < j together, or of each anchor's. */
export const batchCirclePortable = portable(
  batchCircleLoss,
  (m, [embeddings, labels], { pooling, mask: kept, ...shape }, { N }) => {
    const n = N as number;
    const x = keptRows(m, embeddings, kept);
    const cos = cosines(m, x, x);
    const { positive, negative } = companions(m, labels, kept);
    const gather = (mask: typeof x, exponents: typeof x) => m.logSumExp(m.where(mask, exponents, NOTHING), 1);
    if (pooling === "anchor")
      return m.reshape(
        m.softplus(m.add(gather(negative, push(m, cos, shape)), gather(positive, pull(m, cos, shape)))),
        [n],
      );
    const once = m.less(m.expand(m.range(n), 1), m.expand(m.range(n), 0));
    const pool = (mask: typeof x, exponents: typeof x) =>
      gather(m.reshape(m.and(mask, once), [1, n * n]), m.reshape(exponents, [1, n * n]));
    return m.reshape(m.softplus(m.add(pool(negative, push(m, cos, shape)), pool(positive, pull(m, cos, shape)))), []);
  },
  (m, [, labels], { pooling, mask }, total) =>
    pooling === "anchor" ? total(m.number(withTriplet(m, labels, mask))) : null,
);

/** Low enough for an exponential of 0, and for a softplus of 0 of what it is added to. */
const NOTHING = -1e30;

/** γ a_n (s_n − m) */
const push = <X>(m: Maths<X>, s: X, { margin, scale }: Shape): X =>
  m.mul(m.mul(m.stop(m.relu(m.add(s, margin))), scale), m.sub(s, margin));

/** −γ a_p (s_p − 1 + m) */
const pull = <X>(m: Maths<X>, s: X, { margin, scale }: Shape): X =>
  m.mul(m.mul(m.stop(m.relu(m.sub(1 + margin, s))), -scale), m.add(s, margin - 1));
