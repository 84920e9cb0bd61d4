/** The one memory: blocks are reused, merged and given back, scratch is forgotten, growth moves nothing. */

import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { resident } from "../../src/contract/resident.ts";
import { allocate, memory, memoryUse, release, take, withScratch } from "../../src/kernel/arena.ts";
import { FreeList } from "../../src/kernel/freeList.ts";
import type { Pointer } from "../../src/kernel/kernels.ts";
import { huberLoss } from "../../src/losses/regression/huber/huberLoss.ts";

afterEach(() => expect(memoryUse().resident).toBe(0));

const BLOCK = 1024;
const blocks = (count: number) =>
  Array.from({ length: count }, () => allocate(BLOCK)) as [Pointer, Pointer, Pointer, Pointer];

describe("resident blocks", () => {
  it("start at multiples of 64, never at 0, and do not overlap", () => {
    const starts = [1, 63, 64, 65, 1000].map((bytes) => [allocate(bytes), bytes] as const);
    for (const [i, [start, bytes]] of starts.entries()) {
      expect(start % 64).toBe(0);
      expect(start).toBeGreaterThan(0);
      if (starts[i + 1]) expect(starts[i + 1]?.[0]).toBeGreaterThanOrEqual(start + bytes);
    }
    for (const [start, bytes] of starts) release(start, bytes);
  });

  it("take the first gap that is large enough", () => {
    const [a, b, c, d] = blocks(4);
    release(a, BLOCK);
    release(c, BLOCK);
    expect(allocate(BLOCK / 2)).toBe(a);
    expect(allocate(BLOCK)).toBe(c);
    expect(allocate(BLOCK / 2)).toBe(a + BLOCK / 2);
    for (const start of [a, b, c, d]) release(start, BLOCK);
  });

  it("merge with free neighbours on either side, whatever the order", () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [0, 2, 1],
      [1, 0, 2],
    ]) {
      const starts = blocks(4);
      for (const i of order) release(starts[i] as number, BLOCK);
      const whole = allocate(3 * BLOCK);
      expect(whole).toBe(starts[0]);
      release(whole, 3 * BLOCK);
      release(starts[3], BLOCK);
    }
  });

  it("give the top back to scratch once nothing lies above", () => {
    const first = withScratch(() => take("bytes", 64));
    const starts = blocks(3);
    for (const i of [1, 2, 0]) release(starts[i] as number, BLOCK);
    expect(withScratch(() => take("bytes", 64))).toBe(first);
  });
});

describe("the list of free blocks", () => {
  /** The same by search: whether each unit is free. */
  const model = () => {
    const units: boolean[] = [];
    return {
      units,
      take(size: number) {
        for (let at = 0; at + size <= units.length; at++)
          if (units.slice(at, at + size).every(Boolean)) {
            units.fill(false, at, at + size);
            return at;
          }
        return undefined;
      },
    };
  };

  it("takes the first gap that is large enough, as a search of all memory does", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 5 }), fc.nat()), { minLength: 1, maxLength: 80 }),
        (steps) => {
          const [list, { units, take }] = [new FreeList(), model()];
          const used: [number, number][] = [];
          let end = 0;
          for (const [taking, size, pick] of steps) {
            if (taking) {
              const at = take(size);
              expect(list.take(size * 64)).toBe(at === undefined ? undefined : at * 64);
              used.push([at ?? end, size]);
              if (at === undefined) {
                units.push(...new Array(size).fill(false));
                end += size;
              }
            } else if (used.length > 0) {
              const [[start, length]] = used.splice(pick % used.length, 1) as [[number, number]];
              units.fill(true, start, start + length);
              list.give(start * 64, (start + length) * 64);
              end = list.trim(end * 64) / 64;
              while (units.at(-1)) units.pop();
              expect(end).toBe(units.length);
            }
            expect(list.bytes).toBe(64 * units.filter(Boolean).length);
          }
        },
      ),
      { seed: 3, numRuns: 300 },
    ));

  it("gives back every other of 100,000 blocks, and takes them again, without going through them all", () => {
    const starts = Array.from({ length: 1e5 }, () => allocate(64));
    const before = performance.now();
    for (let i = 0; i < starts.length; i += 2) release(starts[i] as number, 64);
    for (let i = 0; i < starts.length; i += 2) expect(allocate(64) === starts[i]).toBe(true);
    // 0.3 s where one is quick; a list that is gone through takes minutes.
    expect(performance.now() - before).toBeLessThan(10_000);
    for (const start of starts) release(start, 64);
  });
});

describe("scratch", () => {
  it("lies above the resident blocks, in order, and is reused by the next call", () => {
    const block = allocate(BLOCK);
    const places = () => withScratch(() => [take("bytes", 10), take("bytes", 100), take("bytes", 1)]);
    const [a, b, c] = places() as [Pointer, Pointer, Pointer];
    expect(a).toBeGreaterThanOrEqual(block + BLOCK);
    expect([b - a, c - b]).toEqual([64, 128]);
    expect(places()).toEqual([a, b, c]);
    release(block, BLOCK);
  });

  it("is forgotten after a throw, and of a nested use alone", () => {
    const start = withScratch(() => take("bytes", 64));
    expect(() =>
      withScratch(() => {
        take("bytes", 1000);
        throw new Error("on the way");
      }),
    ).toThrow("on the way");
    withScratch(() => {
      expect(take("bytes", 64)).toBe(start);
      const inner = withScratch(() => take("bytes", 64));
      expect(take("bytes", 64)).toBe(inner);
    });
    expect(() => take("bytes", 8)).toThrow(/outside a call/);
    expect(() => withScratch(() => allocate(8))).toThrow(/during a call/);
  });

  it("does not move the floor when a block is given back during a call", () => {
    const starts = blocks(2);
    const inside = withScratch(() => {
      const mine = take("bytes", 64);
      release(starts[1], BLOCK);
      return [mine, take("bytes", 64)] as const;
    });
    expect(inside[1]).toBe(inside[0] + 64);
    release(starts[0], BLOCK);
    expect(memoryUse().resident).toBe(0);
    const again = allocate(BLOCK);
    expect(again).toBe(starts[0]);
    release(again, BLOCK);
  });
});

describe("the memory", () => {
  it("stays flat over 100,000 calls", () => {
    const p = Float32Array.from([1, 2, 3]);
    const t = new Float32Array(3);
    huberLoss.valueAndGrad(p, t);
    const before = memory.buffer.byteLength;
    for (let i = 0; i < 1e5; i++) huberLoss.valueAndGrad(p, t);
    expect(memory.buffer.byteLength).toBe(before);
  });

  it("does not grow where tensors come and go", () => {
    const cycle = () => {
      using a = resident([1000]);
      using b = resident([37, 11], "float64");
      using c = resident([5], "int32");
      return [a, b, c].map(({ pointer }) => pointer);
    };
    const first = cycle();
    const before = memory.buffer.byteLength;
    for (let i = 0; i < 1000; i++) expect(cycle()).toEqual(first);
    expect(memory.buffer.byteLength).toBe(before);
  });

  it("grows under a resident tensor, whose data goes along", () => {
    using kept = resident([4]);
    kept.data.set([1, 2, 3, 4]);
    const old = kept.data;
    using large = resident([memory.buffer.byteLength / 4]);
    expect(large.data.every((x) => x === 0)).toBe(true);
    expect(old.length).toBe(0);
    expect([...kept.data]).toEqual([1, 2, 3, 4]);
    expect(huberLoss(kept, new Float32Array(4))).toBe(2);
  });

  it("says how much was asked for where there is not enough", () => {
    expect(() => resident([2 ** 31])).toThrow(/^resident: shape needs 8\.00 GiB of kernel memory at once; .*4 GiB/);
    expect(huberLoss([1], [0])).toBe(0.5);
  });
});
