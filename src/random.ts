/** A small seeded generator (mulberry32): the same numbers on every machine and in every run. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** A whole number in 0…count − 1. */
  below(count: number): number;
}

/** Mixes 32 bits, so that neighbouring states have nothing in common. */
function mix(bits: number): number {
  let t = Math.imul(bits ^ (bits >>> 15), bits | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}

/** The generator of a seed, or of a path of seeds such as run, fold and purpose. */
export function seededRandom(seed: number, ...path: readonly number[]): Random {
  let state = path.reduce((folded, next) => mix((folded + Math.imul(next + 1, 0x9e3779b9)) >>> 0), seed >>> 0);
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mix(state) / 4294967296;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: (count) => Math.floor(uniform() * count),
  };
}

/** Shuffles in place and returns its argument. */
export function shuffle<T extends Int32Array>(list: T, random: Random): T {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = list[i] as number;
    list[i] = list[j] as number;
    list[j] = kept;
  }
  return list;
}
