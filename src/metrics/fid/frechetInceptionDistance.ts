import { defineScalarLoss } from "../../contract/loss.ts";
import { nowhere, type Pointer } from "../../kernel/kernels.ts";
import { type Machine, machineFor } from "../../linear/matrix.ts";
import { gramOf, productOf, type Strided, strided } from "../../linear/strided.ts";
import { viewOf } from "../../tensor/stage.ts";
import type { FloatInput, Shape } from "../../tensor/tensor.ts";
import { type Centered, center, comomentOf } from "./centered.ts";
import { congruence, type Factor, factorize, inverseRoot, timesFactor, traceOfRoot } from "./root.ts";

/**
 * Fréchet inception distance: how far apart two sets of features lie, each taken for normally distributed.
 *
 *     L = ‖μ_r − μ_g‖² + tr(Σ_r + Σ_g − 2 (Σ_r Σ_g)^½),   Σ with divisor n − 1
 *
 * Shapes     real: [N, D]; generated: [M, D]; features of a network, such as Inception's 2048. One number, ≥ 0.
 * Gradient   generated: 2 (μ_g − μ_r) / M + 2 (I − A)(x − μ_g) / (M − 1) a row, A = Fᵀ (F Σ_g Fᵀ)^(−½) F with Σ_r = Fᵀ F.
 *            Where that is singular, its pseudo-inverse: directions in which one set does not spread are left alone.
 * Errors     Fewer than two samples in a set; D that differs; empty input.
 * Edges      Always real: no root of an unsymmetric matrix is taken. Equal sets give 0 (to rounding). With fewer samples
 *            than dimensions the distance is biased upwards, strongly; 50,000 are usual for D = 2048. NaN or infinity
 *            anywhere gives NaN everywhere, since all samples act together.
 * Relation   frechetDistance takes means and covariances; the class FrechetInceptionDistance takes batches.
 * Source     M. Heusel et al., GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium, 2017.
 */
export const frechetInceptionDistance = defineScalarLoss<
  [real: FloatInput, generated: FloatInput],
  Record<never, never>,
  "generated"
>(
  {
    name: "frechetInceptionDistance",
    family: "score",
    title: { en: "Fréchet inception distance", zh: "Fréchet Inception 距离" },
    aliases: ["FID"],
    summary: "Compares generated images with real ones by mean and covariance of a network's features.",
    arguments: [
      { name: "real", shape: "N D", kind: "float", differentiable: false, doc: "Features of real samples." },
      { name: "generated", shape: "M D", kind: "float", differentiable: true, doc: "Features of generated samples." },
    ],
    options: {},
    unreduced: null,
    formula: String.raw`\lVert \mu_r - \mu_g \rVert^2 + \operatorname{tr}\bigl(\Sigma_r + \Sigma_g - 2 (\Sigma_r \Sigma_g)^{1/2}\bigr)`,
    traps: [
      "few samples bias it upwards: compare only numbers from equally many, and from more than there are dimensions.",
      "another network, or another way of resizing images, changes it more than many a better generator does.",
    ],
    references: [
      {
        text: "Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter, GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium, NIPS 2017",
        url: "https://arxiv.org/abs/1706.08500",
      },
    ],
  },
  ([real, generated], _options, { dtype, grads, scale }) => {
    for (const { what, shape } of [real, generated]) checkSamples(what, shape);
    const machine = machineFor("float64");
    const [x, y] = [center(machine, real, dtype), center(machine, generated, dtype)];
    const apart = y.mean.map((value, k) => value - (x.mean[k] as number));
    const distance = x.trace + y.trace + apart.reduce((sum, value) => sum + value * value, 0);
    if (!Number.isFinite(distance)) {
      if (grads.generated) viewOf(grads.generated, generated.size, dtype).fill(Number.NaN);
      return Number.NaN;
    }
    const { trace, derivative } = root(machine, x, y, grads.generated !== 0);
    if (grads.generated) {
      const [out, rows] = [viewOf(grads.generated, generated.size, dtype), viewOf(y.rows, generated.size, "float64")];
      const along = viewOf(derivative, generated.size, "float64");
      const share = (2 * scale) / Math.sqrt(y.count - 1);
      for (let i = 0; i < out.length; i++)
        out[i] =
          share * (y.unit * (rows[i] as number) - x.unit * (along[i] as number)) +
          ((2 * scale) / y.count) * (apart[i % y.dimension] as number);
    }
    return Math.max(0, distance - 2 * x.unit * y.unit * trace);
  },
);

/** Throws where a set has no covariance. */
export function checkSamples(what: string, [count]: Shape): void {
  if ((count as number) < 2) throw new RangeError(`${what} has ${count} sample, at least 2 are needed`);
}

/** The trace of the root of the product of both covariances, and its derivative for the rows of the second, [M, D]. */
function root(
  machine: Machine,
  x: Centered,
  y: Centered,
  wanted: boolean,
): { readonly trace: number; readonly derivative: Pointer } {
  const { take } = machine;
  const [m, d] = [y.count, y.dimension];
  const factor = factorOf(machine, x);
  const k = factor.rows.rows;
  if (k === 0) return { trace: 0, derivative: zeros(machine, m * d) };
  const product = productOf(machine);
  if (m > d) {
    const square = congruence(machine, factor, comomentOf(machine, y), d);
    if (!wanted) return { trace: traceOfRoot(machine, square, k), derivative: nowhere };
    const { trace, half } = inverseRoot(machine, square, k);
    const turned = timesFactor(machine, half, factor);
    if (factor.pivots) exchange(turned, k, factor.pivots, true);
    const slope = comomentOf(machine, { rows: turned, count: k, dimension: d });
    const derivative = take("float64", m * d);
    product(strided(y.rows, m, d), strided(slope, d, d), derivative);
    return { trace, derivative };
  }
  const size = Math.min(m, k);
  const onto = strided(take("float64", m * k), m, k);
  product(ordered(machine, y, factor), factor.rows.transpose(), onto.pointer);
  const square = gram(machine, onto);
  if (!wanted) return { trace: traceOfRoot(machine, square, size), derivative: nowhere };
  const { trace, half } = inverseRoot(machine, square, size);
  const [inverse, turned, derivative] = [
    take("float64", size * size),
    strided(take("float64", m * k), m, k),
    take("float64", m * d),
  ];
  gramOf(machine)(half.transpose(), inverse);
  const side = strided(inverse, size, size);
  if (m <= k) product(side, onto, turned.pointer);
  else product(onto, side, turned.pointer);
  product(turned, factor.rows, derivative);
  if (factor.pivots) exchange(derivative, m, factor.pivots, true);
  return { trace, derivative };
}

/** G Gᵀ or GᵀG, the smaller. */
function gram(machine: Machine, g: Strided): Pointer {
  const [wide, size] = [g.rows <= g.width, Math.min(g.rows, g.width)];
  const square = machine.take("float64", size * size);
  gramOf(machine)(wide ? g : g.transpose(), square);
  return square;
}

/** The rows themselves where they are few, else the factor of their covariance. */
function factorOf(machine: Machine, x: Centered): Factor {
  if (x.count <= x.dimension) return { rows: strided(x.rows, x.count, x.dimension), pivots: null };
  return factorize(machine, comomentOf(machine, x), x.dimension);
}

/** The rows with their columns in the factor's order. */
function ordered(machine: Machine, { rows, count, dimension }: Centered, { pivots }: Factor) {
  if (!pivots) return strided(rows, count, dimension);
  const copy = machine.take("float64", count * dimension);
  viewOf(copy, count * dimension, "float64").set(viewOf(rows, count * dimension, "float64"));
  exchange(copy, count, pivots, false);
  return strided(copy, count, dimension);
}

/** Puts column p_j at j in every row, or back. */
function exchange(pointer: Pointer, rows: number, pivots: Int32Array, back: boolean): void {
  const d = pivots.length;
  const view = viewOf(pointer, rows * d, "float64");
  for (let at = 0; at < view.length; at += d) {
    const row = view.slice(at, at + d);
    for (let j = 0; j < d; j++) {
      const p = pivots[j] as number;
      if (back) view[at + p] = row[j] as number;
      else view[at + j] = row[p] as number;
    }
  }
}

function zeros(machine: Machine, count: number): Pointer {
  const pointer = machine.take("float64", count);
  viewOf(pointer, count, "float64").fill(0);
  return pointer;
}
