import { beforeAll, describe, expect, it } from "vitest";
import { seeded } from "./harness/random.ts";
import { type Double, exp, log, log1p, relativeError } from "./maths/doubleDouble.ts";
import { compileProbe, type Floats, type Name } from "./maths/probe.ts";

let probe: (name: Name, x: Floats) => Floats;
beforeAll(async () => {
  probe = await compileProbe();
});

const plain = (f: (x: number) => number) => (x: number) => [f(x), 0] as const;

/** Every `step`-th f32 from a to b, both positive. */
function floats32(a: number, b: number, step: number): Float32Array<ArrayBuffer> {
  const [low, high] = new Uint32Array(Float32Array.of(a, b).buffer) as unknown as [number, number];
  const bits = Uint32Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => low + i * step);
  return new Float32Array(bits.buffer);
}

/** f64 with uniform exponents and fractions from a to b, both positive, and the ends. */
function floats64(a: number, b: number, count: number): Float64Array<ArrayBuffer> {
  const random = seeded(5);
  const [low, high] = [Math.log2(a), Math.log2(b)];
  return Float64Array.from({ length: count }, (_, i) =>
    i === 0 ? a : i === 1 ? b : Math.min(b, Math.max(a, 2 ** (low + (high - low) * random.uniform()))),
  );
}

/** f64 spread evenly from a to b. */
function even64(a: number, b: number, count: number): Float64Array<ArrayBuffer> {
  const random = seeded(6);
  return Float64Array.from({ length: count }, (_, i) => a + ((b - a) * (i + random.uniform())) / count);
}

function worst(name: Name, x: Floats, reference: (x: number) => Double): [error: number, at: number] {
  const y = probe(name, x);
  let [error, at] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const e = relativeError(y[i] as number, reference(x[i] as number));
    if (!(e <= error)) [error, at] = [e, x[i] as number];
  }
  return [error, at];
}

function expectWithin(name: Name, x: Floats, reference: (x: number) => Double, bound: number): void {
  const [error, at] = worst(name, x, reference);
  expect(error, `${name}(${at})`).toBeLessThanOrEqual(bound);
}

const minus = <A extends Floats>(x: A) => x.map((v) => -v) as A;

describe("the reference agrees with the engine", () => {
  it("to 3e-16", () => {
    for (const x of even64(-700, 700, 2000)) expect(relativeError(Math.exp(x), exp(x))).toBeLessThan(3e-16);
    for (const x of floats64(2 ** -1074, 1e308, 2000)) expect(relativeError(Math.log(x), log(x))).toBeLessThan(3e-16);
    for (const x of floats64(1e-300, 1, 2000)) expect(relativeError(Math.log1p(x), log1p(x))).toBeLessThan(3e-16);
  });
});

describe("exp", () => {
  it("is right to 8.5e-8 in f32, from −87.336544 to 88.37", () => {
    expectWithin("exp", minus(floats32(1e-9, 87.336544, 331)), plain(Math.exp), 8.5e-8);
    expectWithin("exp", floats32(1e-9, 88.37, 1013), plain(Math.exp), 8.5e-8);
  });
  it("is right to 2.3e-16 in f64, from −708.39 to 709.4", () => {
    expectWithin("exp", even64(-708.39, 709.4, 60_000), exp, 2.3e-16);
    expectWithin("exp", even64(-1, 1, 60_000), exp, 2.3e-16);
    expectWithin("exp", minus(floats64(1e-20, 708.39, 20_000)), exp, 2.3e-16);
  });
  it("is 1 at 0, 0 below the normal numbers and NaN at NaN", () => {
    const least32 = -87.33654022216797;
    const x = [0, -0, -87.33655, -104, -1e30, Number.NEGATIVE_INFINITY, Number.NaN];
    const wanted = [1, 1, 0, 0, 0, 0, Number.NaN];
    expect([...probe("exp", Float32Array.from(x))]).toEqual(wanted);
    expect(probe("exp", Float32Array.of(least32))[0]).toBeGreaterThanOrEqual(2 ** -126);
    const wide = x.map((v) => (v < -80 && v > -100 ? -708.3964185322642 : v < -100 ? v * 8 : v));
    expect([...probe("exp", Float64Array.from(wide))]).toEqual(wanted);
    expect(probe("exp", Float64Array.of(-708.3964185322641))[0]).toBeGreaterThanOrEqual(2 ** -1022);
  });
});

describe("oneMinusExp", () => {
  it("is right to 2e-7 in f32, near 0 as well", () => {
    expectWithin(
      "oneMinusExp",
      minus(floats32(2 ** -126, 3e38, 1013)),
      plain((x) => -Math.expm1(x)),
      2e-7,
    );
    expectWithin(
      "oneMinusExp",
      minus(floats32(1e-3, 20, 97)),
      plain((x) => -Math.expm1(x)),
      2e-7,
    );
  });
  it("is right to 4e-16 in f64, near 0 as well, the engine's own error included", () => {
    for (const x of [minus(floats64(2 ** -1020, 1e308, 40_000)), minus(even64(0, 40, 100_000))])
      expectWithin(
        "oneMinusExp",
        x,
        plain((x) => -Math.expm1(x)),
        4e-16,
      );
  });
  it("is 0 at 0, 1 at −Infinity and NaN at NaN", () => {
    for (const array of [Float32Array, Float64Array])
      expect([...probe("oneMinusExp", array.of(0, Number.NEGATIVE_INFINITY, Number.NaN))]).toEqual([0, 1, Number.NaN]);
  });
});

describe("logRough", () => {
  it("is right to 1.7e-7 · max(1, |log x|) in f32, over all positive normal numbers", () => {
    for (const x of [floats32(2 ** -126, 3.4e38, 1511), floats32(0.25, 4, 17)]) {
      const y = probe("logRough", x);
      let most = 0;
      x.forEach((v, i) => {
        const wanted = Math.log(v);
        most = Math.max(most, Math.abs((y[i] as number) - wanted) / Math.max(1, Math.abs(wanted)));
      });
      expect(most).toBeLessThanOrEqual(1.7e-7);
    }
  });
  it("is as right as log in f64", () => {
    expectWithin("logRough", floats64(2 ** -1022, Number.MAX_VALUE, 20_000), log, 1.7e-16);
  });
});

describe("log", () => {
  it("is right to 8.8e-8 in f32, subnormal numbers included", () => {
    expectWithin("log", floats32(2 ** -149, 3.4e38, 1511), plain(Math.log), 8.8e-8);
    expectWithin("log", floats32(0.5, 2, 17), plain(Math.log), 8.8e-8);
  });
  it("is right to 1.7e-16 in f64, subnormal numbers included", () => {
    expectWithin("log", floats64(2 ** -1074, Number.MAX_VALUE, 50_000), log, 1.7e-16);
    expectWithin("log", even64(0.5, 2, 100_000), log, 1.7e-16);
    expectWithin("log", minus(floats64(1e-16, 0.1, 30_000)).map((v) => 1 + v) as Floats, log, 1.7e-16);
    expectWithin("log", floats64(1e-16, 0.1, 30_000).map((v) => 1 + v) as Floats, log, 1.7e-16);
  });
  it("has its limits at 0 and Infinity, 0 at 1, NaN below 0 and at NaN", () => {
    const x = [0, -0, 1, Number.POSITIVE_INFINITY, -1, -1e-40, Number.NEGATIVE_INFINITY, Number.NaN];
    const wanted = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY].concat(
      new Array(4).fill(Number.NaN),
    );
    expect([...probe("log", Float32Array.from(x))]).toEqual(wanted);
    expect([...probe("log", Float64Array.from(x))]).toEqual(wanted);
  });
});

describe("angle", () => {
  it("float32: 3e-7 relative from the smallest number to the largest, on both sides", () => {
    const x = floats32(2 ** -126, 3e38, 2003);
    for (const side of [x, minus(x)]) expectWithin("angle", side, plain(Math.atan), 3e-7);
  });
  it("float64: 6e-16 relative, the engine's own error included", () => {
    const x = floats64(2 ** -1020, 1e308, 40_000);
    for (const side of [x, minus(x), even64(0, 5, 100_000)]) expectWithin("angle", side, plain(Math.atan), 6e-16);
  });
  it("0 gives 0, NaN gives NaN, an infinite slope a right angle", () => {
    for (const array of [Float32Array, Float64Array])
      expect([...probe("angle", array.of(0, Number.NaN, 1e38))]).toEqual([0, Number.NaN, ...array.of(Math.PI / 2)]);
  });
});

describe("log1p", () => {
  it("is right to 1.8e-7 in f32, from 0 to 1", () => {
    expectWithin("log1p", floats32(2 ** -126, 1, 331), plain(Math.log1p), 1.8e-7);
  });
  it("is right to 3.4e-16 in f64, from 0 to 1", () => {
    expectWithin("log1p", floats64(2 ** -1020, 1, 40_000), log1p, 3.4e-16);
    expectWithin("log1p", even64(0, 1, 100_000), log1p, 3.4e-16);
  });
  it("is 0 at 0 and NaN at NaN", () => {
    expect([...probe("log1p", Float32Array.of(0, Number.NaN))]).toEqual([0, Number.NaN]);
    expect([...probe("log1p", Float64Array.of(0, Number.NaN))]).toEqual([0, Number.NaN]);
  });
});

describe("sigmoid and softplus", () => {
  const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
  const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  it.each([
    ["sigmoid", sigmoid],
    ["sigmoidOfMinus", (x: number) => sigmoid(-x)],
    ["softplus", softplus],
  ] as const)("%s is right to 2.3e-7 in f32 and 4.3e-16 in f64, on both sides", (name, reference) => {
    for (const x of [floats32(1e-9, 87, 2003), floats64(1e-17, 700, 40_000)]) {
      const bound = x instanceof Float32Array ? 2.3e-7 : 4.3e-16;
      expectWithin(name, x, plain(reference), bound);
      expectWithin(name, minus(x), plain(reference), bound);
    }
  });
});
