/** The scales of MS-SSIM: what its two definitions share. */
import type { StagedOptions } from "../../../contract/loss.ts";
import type { Term } from "../../../formula/arrays.ts";
import type { ArrayOptions } from "../../../formula/define.ts";
import type { Maths } from "../../../formula/maths.ts";
import { leastSide, type MsSsimOptions, SCALE_WEIGHTS } from "./levels.ts";
import { checkImageSides, dissimilarity, halve, lostTerms, settingFor } from "./structure.formula.ts";
import type { WindowOptions } from "./window.ts";

/**
 * Mean over channels of Π_j max(0, t_j)^w_j, [N]: t_j is the mean contrast-structure term of scale j, at the last one that
 * of S.
 */
export function overScales<X>(
  m: Maths<X>,
  name: string,
  images: readonly [X, X],
  options: ArrayOptions<MsSsimOptions, X>,
): X {
  const { weights } = options;
  const scales = weights === undefined ? SCALE_WEIGHTS.length : (m.shapeOf(weights)[0] as number);
  const setting = settingFor(m, name, images[0], options as StagedOptions<WindowOptions>);
  checkImageSides(m, name, images[0], ...leastSide(setting.window, scales));
  const [n, c, ...sides] = m.shapeOf(images[0]) as [number, number, ...number[]];
  let [x, y] = images.map((image) => m.reshape(image, [n * c, ...sides])) as [X, X];
  const axes = sides.map((_, axis) => axis + 1);
  let log: X | undefined;
  let dead: X | undefined;
  for (let j = 0; j < scales; j++) {
    if (j > 0) [x, y] = [halve(m, x), halve(m, y)];
    const last = j === scales - 1;
    const weight = weights === undefined ? (SCALE_WEIGHTS[j] as number) : m.slice(weights, 0, j, 1);
    const lost = m.mean(last ? dissimilarity(m, x, y, setting) : lostTerms(m, x, y, setting).structure, axes);
    const none = counted(m, m.number(m.lessEqual(1, lost)), weight);
    dead = dead ? m.add(dead, none) : none;
    // t = 1 − lost; the logarithm's argument stays positive where there is no t.
    const power = counted(m, m.mul(m.log1p(m.neg(m.where(m.lessEqual(1, lost), 0, lost))), weight), weight);
    log = log ? m.add(log, power) : power;
  }
  const products = m.where(m.less(0, dead as X), 0, m.exp(log as X));
  return m.mean(m.reshape(products, [n, c]), 1);
}

/** What a scale says, and nothing where its exponent is 0, whatever it says. */
const counted = <X>(m: Maths<X>, x: X, weight: Term<X>): X =>
  typeof weight === "number" ? x : m.where(m.equal(weight, 0), 0, x);
