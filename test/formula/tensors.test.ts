/** Losses whose formulas no kernel can be made of: computed by tensor operations. */
import { describe, expect, it } from "vitest";
import { combine, defineFormula, LossaryError, l2Loss, resident } from "../../src/index.ts";
import { memoryUse } from "../../src/kernel/arena.ts";
import { seeded } from "../harness/random.ts";
import { centres, columns, contrast, softDice, type Unfused, unfused } from "./unfused.ts";

const random = seeded(9);
const close = (came: ArrayLike<number>, wanted: ArrayLike<number>, accuracy: number) => {
  expect(came.length).toBe(wanted.length);
  const largest = Math.max(...Array.from(wanted, Math.abs));
  for (let i = 0; i < wanted.length; i++)
    expect(Math.abs((came[i] as number) - (wanted[i] as number))).toBeLessThan(accuracy * largest);
};

describe.each(unfused)("$name", ({ loss, inputs, reference, differentiable, options }: Unfused) => {
  const flat = inputs.map(({ data }) => Float64Array.from(data));
  const wanted = reference(flat);
  const total = wanted.reduce((sum, x) => sum + x, 0);
  const mean = total / wanted.length;

  it("is computed by tensor operations, and says so", () => {
    expect(loss.plan().kind).toBe("tensors");
  });

  it("has the value and the gradient of its definition", () => {
    const { value, grads } = loss.valueAndGrad(...inputs, options);
    expect(Math.abs(value - mean)).toBeLessThan(1e-14 * Math.abs(mean) * 4);
    expect(loss(...inputs, options)).toBe(value);
    for (const [place, name] of differentiable) {
      const x = flat[place] as Float64Array;
      const slopes = Float64Array.from(x, (at, i) => {
        const moved = (h: number) => {
          const some = reference(flat.map((own, k) => (k === place ? own.with(i, at + h) : own)));
          return some.reduce((sum, own) => sum + own, 0) / some.length;
        };
        return (moved(1e-5) - moved(-1e-5)) / 2e-5;
      });
      expect(grads[name]?.shape).toEqual(inputs[place]?.shape);
      close(grads[name]?.data ?? [], slopes, 2e-9);
    }
  });

  it("takes f32 as it takes f64, but for rounding", () => {
    const narrow = inputs.map(({ data, shape, index }) => ({
      data: index ? Int32Array.from(data) : Float32Array.from(data),
      shape,
    }));
    const wide = narrow.map(({ data, shape }) => ({
      data: data instanceof Float32Array ? Float64Array.from(data) : data,
      shape,
    }));
    const [came, exact] = [narrow, wide].map((given) => loss.valueAndGrad(...given, options)) as [never, never] as {
      value: number;
      grads: Record<string, { data: Float32Array | Float64Array }>;
    }[];
    expect(Math.abs((came?.value as number) - (exact?.value as number))).toBeLessThan(1e-12);
    for (const [, name] of differentiable) {
      expect(came?.grads[name]?.data).toBeInstanceOf(Float32Array);
      expect(Array.from(came?.grads[name]?.data ?? [])).toEqual(
        Array.from(Float32Array.from(exact?.grads[name]?.data ?? [])),
      );
    }
  });

  it("leaves no memory behind", () => {
    loss.valueAndGrad(...inputs, options);
    const before = memoryUse();
    for (let i = 0; i < 50; i++) loss.valueAndGrad(...inputs, options);
    expect(() => loss.valueAndGrad(...inputs.slice(0, -1), { data: [Number.NaN], shape: [1] }, options)).toThrow();
    expect(memoryUse()).toEqual(before);
  });
});

describe("a call of such a loss", () => {
  const x = { data: Float64Array.from({ length: 15 }, () => random.normal()), shape: [5, 3] };
  const labels = [0, 1, 1, 3, 2];
  const c = { data: Float64Array.from({ length: 12 }, () => random.normal()), shape: [4, 3] };
  const each = centres(x, labels, c, { reduction: "none" });
  const slopes = centres.valueAndGrad(x, labels, c, { reduction: "sum" }).grads;

  it("has values, cotangents, weights, buffers, a choice of gradients and resident tensors", () => {
    const upstream = [1, 0, -2, 0.5, 3];
    const scaled = Float64Array.from(slopes.x.data, (g, i) => g * (upstream[Math.floor(i / 3)] as number));
    const out = { x: new Float64Array(15) };
    const some = centres.valueAndGrad(x, labels, c, { reduction: "none", upstream, out, wrt: ["x"] });
    expect(Object.keys(some.grads)).toEqual(["x"]);
    close(out.x, scaled, 1e-15);
    expect(some.value).toEqual(each);
    const sampleWeight = [1, 0, 2, 0.5, 3];
    const masked = { ...x, data: x.data.map((own, i) => (Math.floor(i / 3) === 1 ? Number.NaN : own)) };
    const { value, grads } = centres.valueAndGrad(masked, labels, c, { sampleWeight });
    const weight = (i: number) => sampleWeight[i] as number;
    expect(value).toBeCloseTo(each.data.reduce((sum, own, i) => sum + weight(i) * own, 0) / 6.5, 13);
    close(
      grads.x.data,
      Float64Array.from(slopes.x.data, (g, i) => (g * weight(Math.floor(i / 3))) / 6.5),
      1e-14,
    );
    // Class 1 has rows 1 and 2.
    const own = [0, 1, 2].map((k) => (4 * ((c.data[3 + k] as number) - (x.data[6 + k] as number))) / 6.5);
    close(grads.c.data.slice(3, 6), own, 1e-14);
    using kept = resident([5, 3], "float64");
    kept.data.set(x.data);
    expect(centres(kept, labels, c)).toBe(centres(x, labels, c));
    using buffer = resident([4, 3], "float64");
    centres.valueAndGrad(kept, labels, c, { out: { c: buffer } });
    close(buffer.data, centres.valueAndGrad(x, labels, c).grads.c.data, 1e-15);
  });

  it("keeps NaN in its row", () => {
    const spoilt = { ...x, data: x.data.with(4, Number.NaN) };
    const { value, grads } = centres.valueAndGrad(spoilt, labels, c, { reduction: "none" });
    expect([...value.data].map(Number.isNaN)).toEqual([false, true, false, false, false]);
    expect([...grads.x.data].map((g) => Number.isNaN(g))).toEqual([...x.data].map((_, i) => i > 2 && i < 6));
  });

  it("refuses labels that are not classes, with the words of the package's own losses", () => {
    expect(() => centres(x, [0, 1, 4, 0, 0], c)).toThrow("centres: labels[2] is 4, outside 0…3 (c is [4, 3])");
    expect(() => centres(x, [0, -1, 1, 0, 0], c)).toThrow(LossaryError);
  });

  it("refuses other shapes than those declared", () => {
    expect(() => centres(x, labels, { data: [1, 2], shape: [1, 2] })).toThrow("centres: c is [1, 2], expected [1, 3]");
  });
});

describe("a loss that is one number", () => {
  const p = { data: Float32Array.from({ length: 24 }, () => random.uniform()), shape: [2, 3, 4] };
  const t = { data: Float32Array.from({ length: 24 }, () => random.below(2)), shape: [2, 3, 4] };

  it("behaves as the package's own", () => {
    expect(softDice.spec.unreduced).toBeNull();
    expect(() => softDice(p, t, { reduction: "sum" } as never)).toThrow("the loss is one number by nature");
    expect(() => softDice(p, t, { sampleWeight: [1, 1] } as never)).toThrow("the loss is one number by nature");
    const { grads } = softDice.valueAndGrad(p, t, { upstream: 3 });
    const plain = softDice.valueAndGrad(p, t).grads;
    close(
      grads.p.data,
      plain.p.data.map((g) => 3 * g),
      1e-6,
    );
  });
});

describe("a formula whose rows know of each other", () => {
  it("is not weighed as if they did not", () => {
    expect(contrast.spec.unreduced?.acrossRows).toBe(true);
    expect(centres.spec.unreduced?.acrossRows).toBeUndefined();
    expect(columns.spec.unreduced).toEqual({ shape: "C", mean: "number of values" });
  });
});

describe("the plan of a loss", () => {
  it("says what is computed, and why it is no kernel", () => {
    const plan = contrast.plan();
    expect(plan).toMatchObject({ kind: "tensors", why: "shapes [N, D] and [M, D] have no rows in common" });
    if (plan.kind !== "tensors") throw new Error("it is a kernel");
    expect(plan.operations).toBeGreaterThan(10);
    expect(plan.arrays["[N, M]"]).toBeGreaterThan(0);
    expect(plan.arrays["[N, M]"]).toBeLessThan(8);
    expect(String(plan)).toMatch(
      /^contrast is \d+ tensor operations, at most \d arrays \[N, D\], \d \[M, D\] and \d \[N, M\] at once\. It is not one kernel: /,
    );
  });

  it("says how often a kernel goes through its rows", () => {
    const square = defineFormula({ name: "square", arguments: { p: "N ..." }, formula: (m, { p }) => m.square(p) });
    expect({ ...square.plan() }).toEqual({ kind: "fused", passes: 1, kept: 0 });
    expect(`${square.plan()}`).toBe("square is one fused kernel: 1 pass over the data.");
    const rows = defineFormula({
      name: "rows",
      arguments: { p: "N C" },
      formula: (m, { p }) => m.sum(m.softmax(m.mul(p, 2), 1), 1),
    });
    expect(String(rows.plan())).toMatch(/^rows is one fused kernel: 4 passes over the data/);
  });
});

describe("lengths", () => {
  const halves = defineFormula({
    name: "halves",
    arguments: { x: "N C" },
    formula: (m, { x }) => {
      const half = (m.shapeOf(x)[1] as number) / 2;
      return m.sum(m.square(m.sub(m.slice(x, 1, 0, half), m.slice(x, 1, half, half))), 1);
    },
  });

  it("may have to be even", () => {
    expect(halves([[1, 2, 4, 8]])).toBe(9 + 36);
    expect(() => halves([[1, 2, 4]])).toThrow(/^halves: formula m\.slice: takes 1\.5 entries/);
  });

  it("may decide what is computed", () => {
    const either = defineFormula({
      name: "either",
      arguments: { x: "N C" },
      formula: (m, { x }) => {
        const own = m.shapeOf(x)[1] === 2 ? m.mul(m.slice(x, 1, 0, 1), m.slice(x, 1, 1, 1)) : m.square(x);
        return m.sum(own, 1);
      },
    });
    expect(either.plan().kind).toBe("fused");
    expect(either([[1, 2, 3]])).toBe(14);
    expect(either([[3, 4]])).toBe(12);
    expect([...either.valueAndGrad([[3, 4]]).grads.x.data]).toEqual([4, 3]);
  });
});

it("is combined with others", () => {
  const p = { data: Float64Array.from({ length: 24 }, () => random.uniform()), shape: [2, 3, 4] };
  const t = { data: Float64Array.from({ length: 24 }, () => random.below(2)), shape: [2, 3, 4] };
  const both = combine({ dice: { loss: softDice, weight: 0.5 }, l2: l2Loss });
  const { value, grads } = both.valueAndGrad(p, t);
  const [dice, l2] = [softDice.valueAndGrad(p, t), l2Loss.valueAndGrad(p, t, { wrt: ["predictions"] })];
  expect(value).toBeCloseTo(0.5 * dice.value + l2.value, 14);
  close(
    grads.predictions.data,
    dice.grads.p.data.map((g, i) => 0.5 * g + (l2.grads.predictions.data[i] as number)),
    1e-14,
  );
});

it("counts what its divisor says, and lets nothing of what weighs nothing through, where logarithms are infinite too", () => {
  // −w log of the cosine-like share of each row among all columns' masses, which makes [C, D] a shared argument.
  const shares = defineFormula({
    name: "shares",
    arguments: { x: "N D", own: "C D", counts: { shape: "N", differentiable: false } },
    divisor: (_, { counts }) => counts,
    formula: (m, { x, own, counts }) => m.mul(counts, m.sum(m.neg(m.log(m.matmul(x, m.transpose(own)))), 1)),
  });
  const own = [
    [1, 2],
    [3, 0.5],
    [2, 2],
  ];
  const x = [
    [1, 2],
    [0, 0],
    [0.5, 3],
    [Number.NaN, 1],
  ];
  const [counts, sampleWeight] = [
    [2, 1, 0.5, 4],
    [1, 0, 3, 0],
  ];
  const ofRow = ([a, b]: number[]) =>
    own.reduce((sum, [p, q]) => sum - Math.log((a as number) * (p as number) + (b as number) * (q as number)), 0);
  const wanted = (2 * ofRow(x[0] as number[]) + 1.5 * ofRow(x[2] as number[])) / (2 + 1.5);
  const { value, grads } = shares.valueAndGrad(x, own, counts, { sampleWeight });
  expect(value).toBeCloseTo(wanted, 13);
  const slope = (row: number, k: number) =>
    ((row === 0 ? 2 : 1.5) / 3.5) *
    own.reduce((sum, [p, q]) => {
      const [a, b] = x[row] as [number, number];
      return sum - ((k === 0 ? p : q) as number) / (a * (p as number) + b * (q as number));
    }, 0);
  close(grads.x.data, [slope(0, 0), slope(0, 1), 0, 0, slope(2, 0), slope(2, 1), 0, 0], 1e-14);
  const byOwn = own.flatMap(([p, q]) =>
    [0, 1].map((k) =>
      [0, 2].reduce((sum, row) => {
        const [a, b] = x[row] as [number, number];
        const weight = (row === 0 ? 2 : 1.5) / 3.5;
        return sum - (weight * (k === 0 ? a : b)) / (a * (p as number) + b * (q as number));
      }, 0),
    ),
  );
  close(grads.own.data, byOwn, 1e-14);
  expect(shares(x, own, counts, { sampleWeight: [0, 0, 0, 0] })).toBe(0);
});
