import { expect, it, vi } from "vitest";
import { filledIn } from "../../../../test/harness/calls.ts";
import { centralDifference } from "../../../../test/harness/differences.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { plainDot } from "../../../../test/harness/points.ts";
import { seeded } from "../../../../test/harness/random.ts";
import {
  createOimMemory,
  type OimMemory,
  oimMemoryFromBytes,
  oimMemoryToBytes,
  oimMemoryToPlain,
  updateOimMemory,
} from "./memory.ts";
import { oimLoss } from "./oimLoss.ts";

const unit = (v: number[]) => v.map((x) => x / Math.hypot(...v));

const drawRows = (seed: number, n: number, d: number) => {
  const random = seeded(seed);
  return Array.from({ length: n }, () => Array.from({ length: d }, () => Math.fround(random.normal())));
};

/** A memory after one batch: three identities of four, two of three places in the queue. */
function filled(d: number): OimMemory {
  const empty = createOimMemory({ identities: 4, dimension: d, queueSize: 3 });
  return updateOimMemory(empty, drawRows(1, 6, d), [0, 1, 3, -1, -1, -2]);
}

const keysOf = ({ table, queue }: OimMemory): number[][] => {
  const all = [...table.data, ...queue.data];
  const d = table.shape[1];
  return Array.from({ length: all.length / d }, (_, i) => all.slice(i * d, (i + 1) * d));
};

/** The loss of each row, by the formula. */
const plain = (x: number[][], y: number[], memory: OimMemory, scale: number, normalize: boolean) =>
  x.map((row, i) => {
    if ((y[i] as number) < 0) return 0;
    const logits = keysOf(memory).map((key) => scale * plainDot(key, normalize ? unit(row) : row));
    return Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0)) - (logits[y[i] as number] as number);
  });

it("oimLoss: values and gradients agree with the formula and its central differences, in both types", () => {
  for (const d of [1, 2, 3, 4, 5, 8, 9, 17, 131])
    for (const options of [{}, { scale: 2, normalize: false }, { scale: 30 }]) {
      const { scale, normalize } = filledIn(oimLoss, options as { scale?: number; normalize?: boolean });
      const [x, y, memory] = [drawRows(2, 5, d), [0, -1, 3, 2, -2], filled(d)];
      const wanted = plain(x, y, memory, scale, normalize);
      const data = Float32Array.from(x.flat());
      expectClose(oimLoss(x, y, memory, { ...options, reduction: "none" }).data, wanted, 1e-12, 1);
      const single = { data, shape: [5, d] };
      expectClose(oimLoss(single, y, memory, { ...options, reduction: "none" }).data, wanted, 1e-5, 1, "", scale);
      const { value, grads } = oimLoss.valueAndGrad(x, y, memory, options);
      expect(value).toBeCloseTo(wanted.reduce((sum, v) => sum + v, 0) / 3, 10);
      const back = (flat: number[]) => x.map((_, i) => flat.slice(i * d, (i + 1) * d));
      for (let i = 0; i < 5 * d; i += 1 + Math.floor(d / 4)) {
        const slope = centralDifference(
          (flat) => plain(back(flat), y, memory, scale, normalize).reduce((sum, v) => sum + v, 0) / 3,
          x.flat(),
          i,
        );
        if (slope !== null) expect(Math.abs((grads.features.data[i] as number) - slope)).toBeLessThan(1e-6 * scale);
      }
      const f32 = oimLoss.valueAndGrad(single, y, memory, options).grads.features.data;
      expectClose(f32, grads.features.data, 1e-4, 1, "f32", scale / 100);
    }
});

it("oimLoss: upstream weighs rows; rows without identity have gradient 0", () => {
  const [x, y, memory] = [drawRows(2, 3, 4), [0, -1, 1], filled(4)];
  const each = oimLoss.valueAndGrad(x, y, memory, { reduction: "none", upstream: [2, 5, -1] }).grads.features.data;
  const sum = oimLoss.valueAndGrad(x, y, memory, { reduction: "sum" }).grads.features.data;
  for (const [i, g] of sum.entries()) expect(each[i]).toBeCloseTo(g * ([2, 0, -1][Math.floor(i / 4)] as number), 12);
  const none = oimLoss.valueAndGrad(x, [-1, -2, -1], memory);
  expect([none.value, ...none.grads.features.data].every((v) => v === 0)).toBe(true);
});

it("oimLoss: a zero feature meets every key alike, with gradient 0; an evaluation leaves the memory alone", () => {
  const memory = filled(3);
  const before = JSON.stringify(memory);
  const { value, grads } = oimLoss.valueAndGrad([[0, 0, 0]], [2], memory);
  expect(value).toBeCloseTo(Math.log(7), 12);
  expect([...grads.features.data]).toEqual([0, 0, 0]);
  expect(JSON.stringify(memory)).toBe(before);
});

it("updateOimMemory: a stream with duplicates and a full queue, against plain arithmetic", () => {
  const random = seeded(9);
  let memory = createOimMemory({ identities: 3, dimension: 5, queueSize: 4 });
  const table = Array.from({ length: 3 }, () => new Array<number>(5).fill(0));
  const queue: number[][] = Array.from({ length: 4 }, () => new Array<number>(5).fill(0));
  let pushed = 0;
  for (let batch = 0; batch < 12; batch++) {
    const x = drawRows(batch, 6, 5);
    const y = x.map(() => random.below(5) - 2);
    y[1] = y[0] as number;
    memory = updateOimMemory(memory, x, y, { momentum: 0.3 });
    for (const [i, label] of y.entries()) {
      const own = unit(x[i] as number[]);
      if (label >= 0) table[label] = unit(own.map((v, k) => 0.3 * (table[label]?.[k] as number) + 0.7 * v));
      if (label === -1) queue[pushed++ % 4] = own;
    }
    expectClose([...memory.table.data], table.flat(), 1e-6, 1);
    expectClose([...memory.queue.data], queue.flat(), 1e-6, 1);
    expect(memory.next).toBe(pushed % 4);
  }
  expect(pushed).toBeGreaterThan(8);
});

it("updateOimMemory: what cancels to zero stays, and the memory given is untouched", () => {
  const one = updateOimMemory(createOimMemory({ identities: 1, dimension: 2 }), [[3, 4]], [0]);
  const text = JSON.stringify(one.table);
  const two = updateOimMemory(one, { data: one.table.data.map((v) => -v), shape: [1, 2] }, [0], { momentum: 0.5 });
  expect([...two.table.data]).toEqual([...one.table.data]);
  updateOimMemory(one, [[1, 0]], [0]);
  expect(JSON.stringify(one.table)).toBe(text);
});

it("an OimMemory survives bytes and JSON", () => {
  const memory = filled(5);
  const back = oimMemoryFromBytes(oimMemoryToBytes(memory));
  expect(back).toEqual(memory);
  const parsed = JSON.parse(JSON.stringify(oimMemoryToPlain(memory))) as OimMemory;
  const x = drawRows(4, 2, 5);
  expect(oimLoss(x, [0, 1], parsed)).toBe(oimLoss(x, [0, 1], memory));
  expect(() => oimMemoryFromBytes(new Uint8Array(20))).toThrow(
    /^oimMemoryFromBytes: bytes has 20 bytes, which are not/,
  );
  expect(() => oimMemoryFromBytes(new Uint8Array(3))).toThrow(
    "oimMemoryFromBytes: bytes has 3 bytes, expected those of oimMemoryToBytes, at least 16",
  );
});

it("oimLoss and its memory refuse what does not fit", () => {
  const memory = filled(3);
  expect(() => oimLoss([[1, 2]], [0], memory)).toThrow("oimLoss: memory has dimension 3, but features is [1, 2]");
  expect(() => oimLoss([[1, 2, 3]], [4], memory)).toThrow("oimLoss: labels[0] is 4, expected an identity in 0…3");
  expect(() => oimLoss([[1, 2, 3]], [-3], memory)).toThrow(RangeError);
  expect(() => oimLoss([[1, 2, 3]], [0], {} as OimMemory)).toThrow(/^oimLoss: memory has no table/);
  expect(() => updateOimMemory(memory, [[1, 2]], [0])).toThrow("updateOimMemory: features is [1, 2], expected [1, 3]");
  expect(() => createOimMemory({ identities: 0, dimension: 3 })).toThrow(/^createOimMemory: identities is 0/);
});

it("OIM memory: misspelt options, wrong kinds and what would stay are refused, and the memory stays as it was", () => {
  const memory = filled(3);
  const before = JSON.stringify(oimMemoryToPlain(memory));
  const loose = {
    create: createOimMemory as (options?: unknown) => unknown,
    update: (x: unknown, options?: unknown) => updateOimMemory(memory, x as number[][], [0], options as object),
    read: oimMemoryFromBytes as (bytes: unknown) => unknown,
  };
  const create = (options?: unknown) => () => loose.create(options);
  expect(create({ identities: 1, dimension: 1, queuesize: 3 })).toThrow(
    'createOimMemory: unknown option "queuesize"; did you mean "queueSize"?',
  );
  expect(create()).toThrow("createOimMemory: identities is missing; expected a whole number in [1, ∞)");
  expect(create(null)).toThrow("createOimMemory: options is null, expected a plain object");
  expect(create({ identities: 1e9, dimension: 512 })).toThrow(
    "createOimMemory: a table of [1000000000, 512] takes 512000000000 numbers, more than there is room for",
  );
  expect(() => loose.update([[1, 2, 3]], { Momentum: 0.9 })).toThrow(
    'updateOimMemory: unknown option "Momentum"; did you mean "momentum"?',
  );
  expect(() => loose.update([[1, 2, 3]], null)).toThrow("updateOimMemory: options is null, expected a plain object");
  expect(() => loose.update([[1, 2, 3]], { momentum: 2 })).toThrow("updateOimMemory: momentum is 2, outside [0, 1]");
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => loose.update([[1, bad, 3]])).toThrow(`updateOimMemory: features[0, 1] is ${bad}, expected a finite`);
  const broken = { ...memory, table: { data: new BigInt64Array(12), shape: [4, 3] } } as unknown as OimMemory;
  expect(() => oimLoss([[1, 2, 3]], [0], broken)).toThrow(
    "oimLoss: memory has a table whose data is an object of type BigInt64Array",
  );
  expect(() => loose.read(new ArrayBuffer(40))).toThrow(
    "oimMemoryFromBytes: bytes is an object of type ArrayBuffer, expected a Uint8Array",
  );
  expect(() => oimMemoryToPlain(null as unknown as OimMemory)).toThrow("oimMemoryToPlain: memory is null");
  expect(oimMemoryFromBytes(Buffer.from(oimMemoryToBytes(memory)))).toEqual(memory);
  expect(JSON.stringify(oimMemoryToPlain(memory))).toBe(before);
});

it("OIM memory: a view of kernel memory serves as its table, also when the call moves that memory, and is not written to", async () => {
  const memory = filled(3);
  for (const which of ["oimLoss", "updateOimMemory"] as const) {
    // A package of its own, whose memory is still small: staging so many rows grows it, which detaches the view.
    vi.resetModules();
    const own = await import("../../../index.ts");
    const table = own.resident([4, 3]);
    table.data.set(memory.table.data);
    const viewed: OimMemory = { ...memory, table: { data: table.data, shape: [4, 3] } };
    const rows = { data: new Float32Array(60_000).fill(0.5), shape: [20_000, 3] };
    const labels = new Int32Array(20_000).fill(-2).fill(1, 0, 1);
    const use = (given: OimMemory) =>
      which === "oimLoss" ? own.oimLoss(rows, labels, given) : own.updateOimMemory(given, rows, labels).table.data;
    expect(use(viewed)).toEqual(use(memory));
    // An update computes outside of kernel memory, which stays as it is.
    expect(viewed.table.data.length).toBe(which === "oimLoss" ? 0 : 12);
    const features = { data: new Float32Array(12).fill(1), shape: [4, 3] };
    const again = { ...memory, table: { data: table.data, shape: [4, 3] as const } };
    expect(() => own.oimLoss.valueAndGrad(features, [0, 1, 2, 3], again, { out: { features: table } })).toThrow(
      "oimLoss: out.features shares memory with memory; inputs are never written to",
    );
    expect([...table.data]).toEqual([...memory.table.data]);
  }
});
