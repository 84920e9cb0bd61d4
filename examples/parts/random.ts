/** Random numbers from a seed, so that every run of an example is the same. */
export interface Random {
  /** Uniform in [0, 1). */
  (): number;
  /** A whole number from 0 to n − 1. */
  below(n: number): number;
  /** Standard normal. */
  normal(): number;
  pick<T>(from: readonly T[]): T;
}

/** Lehmer's generator. */
export function seeded(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const below = (n: number) => Math.floor(next() * n);
  return Object.assign(next, {
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: <T>(from: readonly T[]) => from[below(from.length)] as T,
  });
}
