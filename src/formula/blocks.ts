/** Sums of many numbers, in blocks: the mean of 2²⁴ copies of 0.1 in one float of 24 bits is 0.115. */
import { type Shape, sizeOf } from "../tensor/tensor.ts";
import type { Engine } from "./arrays.ts";

/** More numbers than these do not go into one sum: of n equal ones it is off by about n / 2²⁷ of itself. */
const LONGEST = 512;
/** Longer sums are made of sums of 16 to 64, whichever divides. */
const BLOCKS = [16, 64] as const;

/** An engine's sum, by blocks where it is long, and the blocks' sums likewise. */
export function inBlocks<X>({ sum, reshape, shapeOf, slice, add }: Engine<X>): Engine<X>["sum"] {
  /** [before, count, after] without the middle axis. */
  const middle = (x: X): X => {
    const [before, count, after] = shapeOf(x) as [number, number, number];
    if (count <= LONGEST) return sum(x, 1);
    const block = divisorOf(count);
    if (block > 0) {
      const blocks = reshape(x, [before * (count / block), block, after]);
      return middle(reshape(sum(blocks, 1), [before, count / block, after]));
    }
    const even = count - (count % BLOCKS[1]);
    return add(middle(slice(x, 1, 0, even)), sum(slice(x, 1, even, count - even), 1));
  };
  return (x, axes, keep) => {
    const shape = shapeOf(x);
    const summed = axes === undefined ? shape.map((_, i) => i) : [axes].flat();
    const kept = shape.map((length, i) => (summed.includes(i) ? 1 : length));
    if (sizeOf(shape) / sizeOf(kept) <= LONGEST) return sum(x, axes, keep);
    const total = runsOf(summed).reduce((rest, [begin, end]) => {
      const now = shapeOf(rest);
      const [own, after] = [now.slice(begin, end), now.slice(end)];
      const before = now.slice(0, begin);
      const left = middle(reshape(rest, [sizeOf(before), sizeOf(own), sizeOf(after)]));
      return reshape(left, [...before, ...own.map(() => 1), ...after]);
    }, x);
    return keep ? total : reshape(total, dropped(shape, summed));
  };
}

const dropped = (shape: Shape, axes: readonly number[]): Shape => shape.filter((_, i) => !axes.includes(i));

/** Neighbouring axes together, as [begin, end). */
export function runsOf(axes: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const axis of [...axes].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.[1] === axis) last[1]++;
    else runs.push([axis, axis + 1]);
  }
  return runs;
}

/** The largest length of a block that divides; 0 where none does. */
function divisorOf(count: number): number {
  for (let block: number = BLOCKS[1]; block >= BLOCKS[0]; block--) if (count % block === 0) return block;
  return 0;
}
