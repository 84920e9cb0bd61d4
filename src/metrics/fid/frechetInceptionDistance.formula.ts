import { portableScalar } from "../../formula/define.ts";
import type { Maths } from "../../formula/maths.ts";
import { checkSamples, frechetInceptionDistance } from "./frechetInceptionDistance.ts";

/**
 * ‖μ_r − μ_g‖² + tr Σ_r + tr Σ_g − 2 tr (Σ_r Σ_g)^½, and the last trace without a root of Σ_r Σ_g: with Σ = XᵀX it is the
 * sum of the singular values of K = X_r X_gᵀ, which is the product ⟨Q, K⟩ with K's polar factor Q, and has the derivative Q.
 */
export const frechetPortable = portableScalar(frechetInceptionDistance, (m, [real, generated]) => {
  for (const [argument, rows] of Object.entries({ real, generated }))
    checkSamples(`frechetInceptionDistance: ${argument}`, m.shapeOf(rows));
  const meanOf = (rows: typeof real) => m.expand(m.mean(rows, 0), 0);
  const spread = (rows: typeof real, mean: typeof real) =>
    m.div(m.sub(rows, mean), Math.sqrt((m.shapeOf(rows)[0] as number) - 1));
  const [meanR, meanG] = [meanOf(real), meanOf(generated)];
  const [xr, xg] = [spread(real, meanR), spread(generated, meanG)];
  const squares = (x: typeof real) => m.sum(m.square(x));
  const traces = m.add(squares(xr), squares(xg));
  const distance = m.sub(m.add(squares(m.sub(meanR, meanG)), traces), m.mul(traceOfRoot(m, xr, xg), 2));
  // Never below 0, where rounding would lead.
  return m.add(distance, m.stop(m.relu(m.neg(distance))));
});

/** The sum of the singular values of x yᵀ, ⟨Q, x yᵀ⟩ = ⟨Qᵀx, y⟩, for x [N, D] and y [M, D]; Q and x are constants. */
function traceOfRoot<X>(m: Maths<X>, x: X, y: X): X {
  return m.sum(m.mul(turned(m, m.stop(x), m.stop(y)), y));
}

/** Qᵀx. Where samples are more than dimensions, from x = U H, y = V G and the polar factor of H Gᵀ, which is D × D. */
function turned<X>(m: Maths<X>, x: X, y: X): X {
  const [n, d] = m.shapeOf(x) as [number, number];
  if (Math.min(n, m.shapeOf(y)[0] as number) <= d)
    return m.matmul(m.transpose(polar(m, m.matmul(x, m.transpose(y)))), x);
  const [u, v] = [polar(m, x), polar(m, y)];
  const [h, g] = [m.matmul(m.transpose(u), x), m.matmul(m.transpose(v), y)];
  return m.matmul(v, m.matmul(m.transpose(polar(m, m.matmul(h, m.transpose(g)))), h));
}

/**
 * The polar factor, in which all singular values but 0 are 1, by Newton and Schulz: q → (3 q − q qᵀq) / 2 makes a small one
 * half as large again each time. They arrive from a quarter of √ε of the whole on; rounding errors of zeros, at ε, do not.
 */
function polar<X>(m: Maths<X>, matrix: X): X {
  const [rows, columns] = m.shapeOf(matrix) as [number, number];
  const squares = m.sum(m.square(matrix));
  const zero = m.equal(squares, 0);
  let q = m.div(matrix, m.sqrt(m.where(zero, 1, squares)));
  const steps = Math.ceil(Math.log(4 / Math.sqrt(m.epsilon)) / Math.log(1.5)) + 6;
  for (let k = 0; k < steps; k++)
    [q] = m.tidy(() => {
      const turnedBack = m.transpose(q);
      const cube = rows < columns ? m.matmul(m.matmul(q, turnedBack), q) : m.matmul(q, m.matmul(turnedBack, q));
      return [m.sub(m.mul(q, 1.5), m.mul(cube, 0.5))] as const;
    });
  return q;
}
