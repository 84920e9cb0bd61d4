import { portableScalar } from "../../../formula/define.ts";
import { seededRandom } from "../../../random.ts";
import { massOf, onLines } from "../wasserstein/line.formula.ts";
import { slicedWassersteinDistance, unitVector } from "./slicedWassersteinDistance.ts";

/** (mean over θ of W_p(x·θ, y·θ)ᵖ)^(1/p), all directions at once: [projections, N, M] numbers. */
export const slicedWassersteinPortable = portableScalar(
  slicedWassersteinDistance,
  (m, [x, y], { projections, p, seed }, { D }) => {
    const random = seededRandom(seed);
    const vectors = Array.from({ length: projections }, () => [...unitVector(D as number, random.normal)]);
    const directions = m.constant(vectors.flat(), [projections, D as number]);
    const along = (points: typeof x) => m.matmul(directions, m.transpose(points));
    return onLines(m, along(x), along(y), p, massOf(m, x), massOf(m, y));
  },
);
