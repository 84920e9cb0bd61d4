import { portable } from "../../../engines/define.ts";
import type { Maths } from "../../../engines/maths.ts";
import { sizeOf } from "../../../tensor/tensor.ts";
import { ssimLoss } from "./ssimLoss.ts";
import { checkSides, settingOf, weightsOf } from "./window.ts";

/**
 * 1 − mean S, with the sum u and the difference v of the images: under the window U, V are the means of u, v; P, Q their
 * variances. 1 − S = Q/B2 + (V²/B1)(1 − Q/B2),  B1 = (U² + V²)/2 + C1,  B2 = (P + Q)/2 + C2.
 */
export const ssimLossPortable = portable(ssimLoss, (m, [x, y], options, { N, C, H, W }) => {
  const image = (name: string) => ({ what: `ssimLoss: ${name}`, bytes: false, shape: m.shapeOf(x) });
  const inputs = [image("predictions"), image("targets")] as const;
  const setting = settingOf(inputs, options);
  checkSides(inputs[0], setting.window, "the window");
  const sides = { planes: (N as number) * (C as number), height: H as number, width: W as number };
  const weights = weightsOf(setting);
  const under = (images: typeof x) => filter(m, images, weights, sides);

  const sum = m.add(x, y);
  // The variance of numbers far from 0 keeps its digits when something amid them is subtracted first.
  const middle = m.stop(m.div(m.sum(sum, [2, 3], true), sides.height * sides.width));
  const u = m.sub(sum, middle);
  const v = m.sub(x, y);
  const [meanU, meanV] = [under(u), under(v)];
  const spread = (z: typeof x, mean: typeof x) => m.sub(under(m.square(z)), m.square(mean));
  const [p, q] = [spread(u, meanU), spread(v, meanV)];
  const lit = m.add(meanU, m.reshape(middle, [sides.planes, 1, 1]));
  const b1 = m.add(m.mul(m.add(m.square(lit), m.square(meanV)), 0.5), setting.c1);
  const b2 = m.add(m.mul(m.add(p, q), 0.5), setting.c2);
  const [dark, flat] = [m.div(m.square(meanV), b1), m.div(q, b2)];
  const lost = m.add(flat, m.mul(dark, m.sub(1, flat)));
  return m.mean(m.reshape(lost, [N as number, sizeOf(m.shapeOf(lost)) / (N as number)]), 1);
});

interface Sides {
  readonly planes: number;
  readonly height: number;
  readonly width: number;
}

/** Means under all windows inside the planes, [planes, columns, rows]: two products with banded matrices. */
function filter<X>(m: Maths<X>, images: X, weights: Float64Array, { planes, height, width }: Sides): X {
  const [rows, columns] = [height - weights.length + 1, width - weights.length + 1];
  const across = m.matmul(m.reshape(images, [planes * height, width]), band(m, weights, width));
  const turned = m.transpose(m.reshape(across, [planes, height, columns]), [0, 2, 1]);
  const down = m.matmul(m.reshape(turned, [planes * columns, height]), band(m, weights, height));
  return m.reshape(down, [planes, columns, rows]);
}

/** Column j has the weights from row j on. */
function band<X>(m: Maths<X>, weights: Float64Array, length: number): X {
  const columns = length - weights.length + 1;
  const entries = Array.from({ length: length * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return weights[row - column] ?? 0;
  });
  return m.constant(entries, [length, columns]);
}
