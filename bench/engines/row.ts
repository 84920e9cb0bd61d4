/** What a row inside an engine says, and the data of all of them. */

/** One comparison; both sides compute the same numbers in the same engine. */
export interface EngineRow {
  readonly name: string;
  readonly loss: { readonly spec: { readonly name: string } };
  /** Value and gradient, or one training step; resolves to the value. */
  ours(): Promise<number>;
  theirs(): Promise<number>;
}

/** Reproducible numbers in [−4, 4). */
export function numbers(count: number): Float32Array {
  let state = 7;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 29 - 4;
  });
}

/** A class for each of n rows. */
export const labels = (n: number, classes: number): Int32Array =>
  Int32Array.from({ length: n }, (_, i) => (i * 37) % classes);

export const MILLION = 1 << 20;
export const [N, C] = [1024, 1000];
