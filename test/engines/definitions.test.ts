/** What the rules of gradients ask of the definitions, on every engine: small numbers, NaN, numbers outside [0, 1], zeros. */
import type { Tensor } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import * as lossary from "../../src/engines/tfjs/index.ts";
import { seededRandom } from "../../src/random.ts";
import { type AnyLoss, differentiableOf, type Options, specOf } from "../harness/calls.ts";
import type { Sample } from "../harness/samples.ts";
import { expectAgreement } from "./agreement.ts";
import { type Input, inputsOf, losses, lossNames, optionsOf, type Result } from "./cases.ts";
import { fused } from "./fused.ts";
import * as jax from "./jax.ts";
import * as tfjs from "./tfjs.ts";

const row = (...data: number[]) => ({ data, shape: [data.length] });
const rows = (...all: number[][]) => ({ data: all.flat(), shape: [all.length, all[0]?.length as number] });

const onTfjs = (backend: string) => async (name: string, inputs: readonly Input[], options: Options) => {
  await tfjs.tf.setBackend(backend);
  return tfjs.valueAndGrad(name, inputs, { ...options, fused: false, validate: false });
};

const engines: readonly { title: string; run(name: string, inputs: readonly Input[], o: Options): Promise<Result> }[] =
  [
    { title: "jax-js", run: jax.valueAndGrad },
    { title: "TensorFlow.js on cpu", run: onTfjs("cpu") },
    { title: "TensorFlow.js on wasm", run: onTfjs("wasm") },
  ];

/** Losses whose every number has a cost of its own. */
const elementwise = lossNames.filter((name) => {
  const { arguments: specs, unreduced } = specOf(losses[name] as AnyLoss);
  return specs.every(({ shape }) => shape === specs[0]?.shape) && unreduced?.shape === specs[0]?.shape;
});

describe.each(engines)("$title", ({ run }) => {
  it("log-cosh and Jensen–Shannon keep their digits where their terms cancel", async () => {
    for (const r of [1e-4, 0.01, -0.3, 0.74, 0.76, 20]) {
      const { value, grads } = await run("logCoshLoss", [row(Math.fround(r)), row(0)], {});
      expect(Math.abs(value / Math.log(Math.cosh(Math.fround(r))) - 1)).toBeLessThan(r === 1e-4 ? 2e-6 : 1e-6);
      expect(Math.abs((grads.predictions?.[0] as number) / Math.tanh(Math.fround(r)) - 1)).toBeLessThan(1e-6);
    }
    const p = [0.25, 0.5, 0.25].map(Math.fround);
    const q = [0.25 + 1e-5, 0.5 - 1e-5, 0.25].map(Math.fround);
    const { grads } = await run("jensenShannonDivergence", [rows(p), rows(q)], {});
    for (const [i, x] of p.entries()) {
      const y = q[i] as number;
      const slope = Math.log1p((x - y) / (x + y)) / 2;
      expect(Math.abs((grads.p?.[i] as number) - slope)).toBeLessThan(1e-5 * Math.abs(slope) + 1e-12);
    }
  });

  it("small numbers have a size, a slope and a direction", async () => {
    const l1 = await run("l1Loss", [row(3e-8, -3e-8), row(0, 0)], {});
    expect(l1.value).toBeCloseTo(3e-8, 12);
    expect(l1.grads.predictions).toEqual([0.5, -0.5]);
    // 10 (‖g‖ − 1)²: 20 (‖g‖ − 1) g / ‖g‖ with ‖g‖ = √2 · 1e-7.
    const { grads } = await run("gradientPenalty", [rows([1e-7, 1e-7, 0])], {});
    const wanted = (20 * (Math.SQRT2 * 1e-7 - 1)) / Math.SQRT2;
    for (const [i, slope] of [wanted, wanted, 0].entries()) expect(grads.gradients?.[i]).toBeCloseTo(slope, 4);
    const [x, y] = [rows([1, 0.5], [-0.25, 1]), rows([0.5, 1], [1, -1])];
    const small = [x, y].map(({ data, shape }) => ({ data: data.map((v) => v * 1e-7), shape }));
    const value = async (inputs: readonly Input[]) => (await run("infoNceLoss", inputs, {})).value;
    expect(await value(small)).toBeCloseTo(await value([x, y]), 4);
  });

  it.each(elementwise)("%s: NaN spoils its own element's slope, and no other", async (name) => {
    const loss = losses[name] as AnyLoss;
    const specs = specOf(loss).arguments;
    const [options = {}] = optionsOf(name);
    for (const argument of differentiableOf(loss)) {
      const inputs = inputsOf(name, 1, false);
      const own = inputs[specs.findIndex((spec) => spec.name === argument)] as { data: number[] };
      own.data[own.data.length >> 1] = Number.NaN;
      const spoilt = ({ grads }: Result) => Object.entries(grads).map(([k, g]) => [k, [...g].map(Number.isNaN)]);
      const came = await run(name, inputs, options);
      expect(came.value).toBeNaN();
      expect(spoilt(came)).toEqual(spoilt(fused(loss, inputs, options, "float64")));
    }
  });

  it.each(["ssim", "ssimLoss", "msSsim", "msSsimLoss"])("%s of volumes is the kernel's", async (name) => {
    const shape = [2, 2, 5, 7, 6];
    const random = seededRandom(4);
    const volume = (phase: number): Sample => ({
      data: Array.from({ length: 840 }, (_, i) => Math.sin(i / 9 + phase) + 0.2 * random.normal()),
      shape,
    });
    const [x, y] = [volume(0), volume(1 / 3)];
    const mask = Array.from({ length: 420 }, (_, i) => Number(i % 97 > 0));
    const masked = { window: 2, padding: "same", mask: { data: Float64Array.from(mask), shape: [2, 1, 5, 7, 6] } };
    for (const options of name.startsWith("ms") ? [{ window: 2, weights: [0.4, 0.6] }] : [{ window: 3 }, masked]) {
      const all = { dataRange: 2, ...options };
      const [came, wanted] = [await run(name, [x, y], all), fused(losses[name] as AnyLoss, [x, y], all, "float64")];
      expectAgreement(name, came, wanted, { accuracy: 1e-3, least: 1e-4 }, JSON.stringify(options));
    }
  });

  it.each(["batchHardTripletLoss", "batchHardQuadrupletLoss", "chamferDistance"])(
    "%s: NaN is not passed over where the largest or the smallest is looked for",
    async (name) => {
      const [first, ...rest] = inputsOf(name, 1, false) as { data: number[]; shape: number[] }[];
      for (const at of [0, 7, 13]) {
        const data = first?.data.map((v, i) => (i === at ? Number.NaN : v)) ?? [];
        expect((await run(name, [{ data, shape: first?.shape ?? [] }, ...rest], {})).value).toBeNaN();
      }
    },
  );

  it("semiHardTripletLoss: NaN in an embedding shows, and spoils no other's slope", async () => {
    const [first, labels] = inputsOf("semiHardTripletLoss", 1, false) as [{ data: number[]; shape: number[] }, Input];
    const width = first.shape[1] as number;
    const data = first.data.map((v, i) => (i === width + 1 ? Number.NaN : v));
    const inputs = [{ ...first, data }, labels];
    const came = await run("semiHardTripletLoss", inputs, { margin: 2 });
    const wanted = fused(losses.semiHardTripletLoss as AnyLoss, inputs, { margin: 2 }, "float64");
    expect(came.value).toBeNaN();
    for (const [i, slope] of [...(wanted.grads.embeddings ?? [])].entries())
      expect(came.grads.embeddings?.[i]).toEqual(Number.isNaN(slope) ? Number.NaN : expect.closeTo(slope, 4));
  });

  it("gradientPenalty: a long gradient has the slope that its square leaves room for", async () => {
    const options = { weight: 1e-20 };
    const long = await run("gradientPenalty", [rows([3e25, 4e25])], options);
    expect(long.value / 2.5e31).toBeCloseTo(1, 4);
    // 2 weight (‖g‖ − 1) g / ‖g‖
    for (const [i, slope] of [6e5, 8e5].entries())
      expect((long.grads.gradients?.[i] as number) / slope).toBeCloseTo(1, 4);
    const plain = await run("gradientPenalty", [rows([3e25, 4e25])], {});
    for (const [i, slope] of [6e26, 8e26].entries())
      expect((plain.grads.gradients?.[i] as number) / slope).toBeCloseTo(1, 4);
  });

  it("an infinite difference has the slope ±1 in Charbonnier's loss", async () => {
    const [up, down] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const came = await run("charbonnierLoss", [row(up, down, 0), row(0, 0, 0)], { reduction: "sum" });
    expect(came.value).toBe(up);
    expect(came.grads.predictions).toEqual([1, -1, 0]);
  });

  it("a probability outside [0, 1] by more than a rounding is NaN, value and slope", async () => {
    for (const wrong of [1.5, -3, 1 + 1e-5, -1e-5]) {
      const came = await run("binaryLogLoss", [row(wrong, 0.5), row(1, 1)], { reduction: "sum" });
      expect(came.value).toBeNaN();
      expect(came.grads.probabilities).toEqual([Number.NaN, -2]);
    }
  });

  it("the Jensen–Shannon divergence has no slope at a number that is 0", async () => {
    const { grads } = await run("jensenShannonDivergence", [rows([0.5, 0, 0.5]), rows([0.4, 0.6, 0])], {});
    // ½ log(p / m), ½ log(q / m).
    const wanted = {
      p: [0.5 * Math.log(0.5 / 0.45), 0, 0.5 * Math.LN2],
      q: [0.5 * Math.log(0.4 / 0.45), 0.5 * Math.LN2, 0],
    };
    for (const [name, slopes] of Object.entries(wanted))
      for (const [i, slope] of slopes.entries()) expect(grads[name]?.[i]).toBeCloseTo(slope, 5);
  });
});

it.each([
  {
    title: "jax-js, f32",
    run: (name: string, inputs: Input[], o: Options) => jax.valueAndGrad(name, inputs, o, "float32"),
  },
  ...engines.slice(1),
])("arcFaceLoss keeps the digits of a small angle: $title", async ({ run }) => {
  const [scale, margin] = [2, 0.5];
  const own = [Math.fround(0.6), Math.fround(0.8)] as const;
  for (const angle of [1e-1, 1e-2, 1e-3]) {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const x = [Math.fround(own[0] * c - own[1] * s), Math.fround(own[0] * s + own[1] * c)] as const;
    const theta = Math.atan2(own[0] * x[1] - own[1] * x[0], own[0] * x[0] + own[1] * x[1]);
    // Against a class at 90°, on the far side.
    const lead = scale * (Math.cos(theta + Math.PI / 2) - Math.cos(theta + margin));
    const inputs = [rows([...x]), row(0), rows([...own], [own[1], -own[0]])];
    const { value, grads } = await run("arcFaceLoss", inputs, { scale, margin });
    expect(Math.abs(value - Math.log1p(Math.exp(lead)))).toBeLessThan(1e-6);
    const turn = (scale * (Math.sin(theta + margin) - Math.cos(theta))) / (1 + Math.exp(-lead)) / Math.hypot(...x);
    const size = Math.hypot(...(grads.embeddings as Iterable<number>));
    expect(Math.abs(size / Math.abs(turn) - 1)).toBeLessThan(1e-3);
  }
});

it("a probability outside [0, 1] is NaN under jit too", () => {
  const { numpy: np, jit } = jax.jax;
  const loss = jax.native.binaryLogLoss as NonNullable<(typeof jax.native)[string]>;
  const each = (x: import("@jax-js/jax").Array) => loss(x, np.onesLike(x.ref), { reduction: "none" });
  for (const run of [each, jit(each)])
    expect([...run(np.array([1.5, -3, 1])).dataSync()].map(Number.isNaN)).toEqual([true, true, false]);
});

describe.each(["cpu", "wasm"])("no boxes, TensorFlow.js on %s", (backend) => {
  it.each([true, false])("cost nothing, and are no samples; fused %s", async (fused) => {
    const { tf } = tfjs;
    await tf.setBackend(backend);
    tf.tidy(() => {
      const none = tf.zeros([0, 4]);
      const each = lossary.compile(lossary.giouLoss, { fused })(none, none);
      expect(each.shape).toEqual([0]);
      // Memory that was used before is what an unwritten result would show.
      tf.fill([1], 7).dispose();
      for (const reduction of ["mean", "sum"] as const)
        expect([...lossary.giouLoss(none, none, { fused, reduction }).dataSync()]).toEqual([0]);
      const slope = tf.grad((x: Tensor) => lossary.giouLoss(x, none, { fused }).asScalar())(none);
      expect(slope.shape).toEqual([0, 4]);
      const ranking = lossary.compile(lossary.drLoss, { fused });
      const logits = tf.zeros([0, 3]);
      const ranked = tf.valueAndGrad((x: Tensor) => ranking(tf.zeros([0, 3]), x).asScalar())(logits);
      expect([...ranked.value.dataSync(), ...ranked.grad.shape]).toEqual([0, 0, 3]);
    });
  });
});
