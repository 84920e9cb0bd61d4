import { portableScalar } from "../../engines/define.ts";
import type { Maths } from "../../engines/maths.ts";
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
  const [from, to] = [m.stop(x), m.stop(y)];
  const [n, d] = m.shapeOf(x) as [number, number];
  const few = Math.min(n, m.shapeOf(y)[0] as number) <= d;
  return m.sum(m.mul(few ? turnedOfFew(m, from, to) : turnedOfMany(m, from, to), y));
}

/** Qᵀx with Q [N, M] itself, where samples are fewer than dimensions. */
function turnedOfFew<X>(m: Maths<X>, x: X, y: X): X {
  const product = m.matmul(x, m.transpose(y));
  const start = m.mul(product, inverseLength(m, m.sum(m.square(product))));
  const polar = iterate(m, start, (q) => m.matmul(q, m.matmul(m.transpose(q), q)));
  return m.matmul(m.transpose(polar), x);
}

/** Qᵀx without Q: it stays x S yᵀ all along, and Q QᵀQ is x (S yᵀy Sᵀ xᵀx S) yᵀ, so that only S [D, D] need be known. */
function turnedOfMany<X>(m: Maths<X>, x: X, y: X): X {
  const [a, b] = [m.matmul(m.transpose(x), x), m.matmul(m.transpose(y), y)];
  const unit = m.number(m.not(m.others(m.shapeOf(x)[1] as number)));
  const start = m.mul(unit, inverseLength(m, m.sum(m.mul(a, b))));
  const inner = iterate(m, start, (s) => m.matmul(m.matmul(s, b), m.matmul(m.matmul(m.transpose(s), a), s)));
  return m.matmul(y, m.matmul(m.transpose(inner), a));
}

/** 1 over the Frobenius norm, from its square; 0 where that is 0. */
function inverseLength<X>(m: Maths<X>, squares: X): X {
  const zero = m.equal(squares, 0);
  return m.where(zero, 0, m.inverse(m.sqrt(m.where(zero, 1, squares))));
}

/**
 * Newton and Schulz: q → (3 q − q qᵀq) / 2 takes singular values from (0, 1] to 1, and leaves 0 where it is. A small one
 * grows by half each time. They go on until those have arrived that are above the rounding errors of zeros, as the
 * kernel draws the line; six more square away what is missing.
 */
function iterate<X>(m: Maths<X>, start: X, cube: (q: X) => X): X {
  const steps = Math.ceil(-0.5 * (Math.log(32 * m.epsilon) / Math.log(1.5))) + 6;
  let q = start;
  for (let k = 0; k < steps; k++) [q] = m.tidy(() => [m.sub(m.mul(q, 1.5), m.mul(cube(q), 0.5))] as const);
  return q;
}
