/** Masks of [N, C, ...] samples, for references in plain numbers. */
import type { Draw, Lengths, Sample } from "./samples.ts";

export interface MaskPair {
  readonly p: readonly number[];
  readonly t: readonly number[];
  readonly c: number;
}

/** The masks of each sample and class; with `perBatch`, of each class, its samples one behind the other. */
export function maskPairs([p, t]: readonly Sample[], perBatch = false): MaskPair[] {
  const { data, shape } = p as Sample;
  const [N, C] = shape as [number, number];
  const positions = data.length / (N * C);
  const cut = (from: readonly number[], row: number) => from.slice(row * positions, (row + 1) * positions);
  const each = Array.from({ length: N * C }, (_, row) => ({
    p: cut(data, row),
    t: cut((t as Sample).data, row),
    c: row % C,
  }));
  if (!perBatch) return each;
  return Array.from({ length: C }, (_, c) => {
    const own = each.filter((pair) => pair.c === c);
    return { p: own.flatMap((pair) => pair.p), t: own.flatMap((pair) => pair.t), c };
  });
}

/** Draws soft targets of which some masks, and class 1 altogether, are empty. */
export const someEmpty: Draw = (random, lengths, index) => {
  const t = random.uniform();
  const mask = Math.floor(index / lengths.rest.reduce((product, length) => product * length, 1));
  const c = mask % (lengths as Lengths & { C: number }).C;
  return c === 1 || mask === 3 ? 0 : t;
};

interface GroupOptions {
  readonly perBatch?: boolean;
  readonly weight?: unknown;
  readonly ignoreEmpty?: boolean;
}

const isEmpty = (t: readonly number[]) => t.every((y) => y === 0);

/** Values of groups of masks, weighted by class; those without target are 0 with `ignoreEmpty`. */
export const eachGroup = (
  inputs: readonly Sample[],
  { perBatch, weight, ignoreEmpty }: GroupOptions,
  use: (p: readonly number[], t: readonly number[]) => number,
): number[] =>
  maskPairs(inputs, perBatch).map(({ p, t, c }) =>
    ignoreEmpty && isEmpty(t) ? 0 : ((weight as number[] | undefined)?.[c] ?? 1) * use(p, t),
  );

/** The weights of the groups that count. */
export const groupsWeight = (inputs: readonly Sample[], options: GroupOptions, weights: readonly number[]): number =>
  eachGroup(inputs, options, () => 1).reduce((sum, weight, g) => sum + weight * (weights[g] as number), 0);
