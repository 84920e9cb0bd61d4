/** A linear congruential generator, which the scripts beside the golden values draw from too. */
export function draws(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
}

export function noise(count: number, seed: number): Uint8Array<ArrayBuffer> {
  const next = draws(seed);
  return Uint8Array.from({ length: count }, () => next() >>> 24);
}
