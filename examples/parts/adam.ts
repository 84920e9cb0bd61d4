/** Adam for jax-js, on weights in any nesting of lists and records. */
import type { JsTree } from "@jax-js/jax";
import { type JaxArray, jax } from "./jax.ts";

/** The weights, the mean of their gradients, the mean of these gradients' squares. */
export type Adam<W> = { weights: W; means: W; squares: W };

const { numpy: np, tree } = jax;

/** Applies f to arrays in the same place of several trees. */
const across = <W>(f: (...arrays: JaxArray[]) => JaxArray, ...trees: W[]): W => {
  const [first, ...rest] = trees as JsTree<JaxArray>[];
  return tree.map(f, first as JsTree<JaxArray>, ...rest) as W;
};

export function startAdam<W>(weights: W): Adam<W> {
  const zeros = () => across((w) => np.zerosLike(w.ref), weights);
  return { weights, means: zeros(), squares: zeros() };
}

/** The number `step` (from 1) of the steps, with the usual decays of 0.9 and 0.999. Consumes its arguments. */
export function stepAdam<W>(adam: Adam<W>, gradients: W, step: JaxArray, rate: number): Adam<W> {
  const unbiased = (x: JaxArray, decay: number) => x.ref.div(np.subtract(1, np.exp(step.ref.mul(Math.log(decay)))));
  const squared = across((g) => np.square(g.ref), gradients);
  const means = across((m, g) => m.mul(0.9).add(g.mul(0.1)), adam.means, gradients);
  const squares = across((s, g) => s.mul(0.999).add(g.mul(0.001)), adam.squares, squared);
  const weights = across(
    (w, m, s) =>
      w.sub(
        unbiased(m, 0.9)
          .div(np.sqrt(unbiased(s, 0.999)).add(1e-8))
          .mul(rate),
      ),
    adam.weights,
    means,
    squares,
  );
  step.dispose();
  return { weights, means, squares };
}
