/** Seeded random numbers: the same seeds give the same numbers everywhere. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number in 0…bound − 1. */
  below(bound: number): number;
  /** Normal with mean 0 and deviation 1. */
  normal(): number;
  /** Shuffles in place and returns its argument. */
  shuffle<T extends Int32Array>(list: T): T;
}

/** Mixes 32 bits so that neighbouring seeds have nothing in common. */
function mix(bits: number): number {
  let x = bits | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) | 0;
}

/** A generator (a counter, mixed) for a path of seeds, such as run, fold and purpose. */
export function randomOf(...seeds: readonly number[]): Random {
  let state = seeds.reduce((folded, seed) => mix(folded + Math.imul(seed + 1, 0x9e3779b9)), 0x6a09e667);
  const bits = () => mix((state = (state + 0x9e3779b9) | 0)) >>> 0;
  const next = () => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992;
  const below = (bound: number) => Math.floor(next() * bound);
  return {
    next,
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle: (list) => {
      for (let i = list.length - 1; i > 0; i--) {
        const j = below(i + 1);
        const kept = list[i] as number;
        list[i] = list[j] as number;
        list[j] = kept;
      }
      return list;
    },
  };
}
