/**
 * Division that leaves nothing behind. While it differentiates, jax-js 0.1.25 never releases what it takes the reciprocal
 * of: every denominator would stay in memory. That reference is released here, where the version at hand forgets it.
 */

import { Array as ConcreteArray, grad, type Array as JaxArray, numpy as np } from "@jax-js/jax";
import type { Term } from "../../formula/arrays.ts";

/** What stands for an array under a transformation holds another: one that is differentiated, known, or mapped over. */
interface Tracer {
  readonly primal?: JaxArray;
  readonly pval?: { readonly val?: JaxArray };
  readonly val?: JaxArray;
}

/** Borrows both. */
export function divide(a: Term<JaxArray>, b: Term<JaxArray>): JaxArray {
  if (typeof b === "number") return np.divide(typeof a === "number" ? a : a.ref, b);
  const quotient = np.divide(typeof a === "number" ? a : a.ref, b.ref);
  const forgotten = differentiatedIn(b);
  if (forgotten.length > 0 && forgets()) for (const denominator of forgotten) denominator.dispose();
  return quotient;
}

/** The arrays that x is differentiated at, level by level; none under jit, where no array is there yet. */
function differentiatedIn(x: JaxArray): JaxArray[] {
  const found: JaxArray[] = [];
  let inner: JaxArray | undefined = x;
  while (inner && !(inner instanceof ConcreteArray)) {
    const { primal, pval, val } = inner as Tracer;
    if (primal) found.push(primal);
    inner = primal ?? pval?.val ?? val;
  }
  return inner ? found : [];
}

let known: boolean | undefined;

/** Whether this jax-js forgets a reference, found out once. */
function forgets(): boolean {
  if (known === undefined) {
    const x = np.array([1], { device: "cpu" });
    grad((y: JaxArray) => np.sum(np.reciprocal(y)))(x.ref).dispose();
    known = x.refCount > 1;
    while (x.refCount > 0) x.dispose();
  }
  return known;
}
