/** Sample weights in both engines: what the kernels give under them, and nothing of an entry that weighs nothing. */
import { beforeAll, describe, expect, it } from "vitest";
import * as lossary from "../../src/engines/tfjs/index.ts";
import type { Tensor as Plain } from "../../src/tensor/tensor.ts";
import { type AnyLoss, type Options, specOf } from "../harness/calls.ts";
import type { Sample } from "../harness/samples.ts";
import { type Accuracy, expectAgreement } from "./agreement.ts";
import { convert, type Input, inputsOf, losses, lossNames, optionsOf, type Result } from "./cases.ts";
import { fused } from "./fused.ts";
import * as jax from "./jax.ts";
import * as tfjs from "./tfjs.ts";

const weighable = lossNames.filter((name) => specOf(losses[name] as AnyLoss).unreduced !== null);

interface Engine extends Accuracy {
  readonly title: string;
  readonly dtype: "float32" | "float64";
  /** Whether labels are checked, so that only those that are classes pass. */
  readonly checksLabels: boolean;
  readonly extra?: Options;
  prepare?(): Promise<unknown>;
  valueAndGrad(name: string, inputs: readonly Input[], options: Options): Result | Promise<Result>;
}

const onTfjs = (backend: string, own: boolean) => ({
  title: `TensorFlow.js ${backend}, fused ${own}`,
  dtype: "float32" as const,
  checksLabels: true,
  accuracy: own ? 2e-7 : 1e-4,
  least: own ? 1e-7 : 0.1,
  extra: { fused: own },
  prepare: () => tfjs.tf.setBackend(backend),
  valueAndGrad: tfjs.valueAndGrad,
});

const engines: readonly Engine[] = [
  {
    title: "jax-js",
    dtype: "float64",
    checksLabels: false,
    accuracy: 1e-11,
    least: 0.1,
    valueAndGrad: jax.valueAndGrad,
  },
  onTfjs("cpu", false),
  onTfjs("wasm", true),
];

/** Weights of the unreduced values, or of their first axis. */
function weightsOf(name: string, inputs: readonly Input[], options: Options, leading: boolean) {
  const loss = losses[name] as AnyLoss;
  const none = (): number[] => {
    const args = inputs.map((input, i) =>
      convert(input, ({ data, shape }) => ({
        data: loss.spec.arguments[i].kind === "index" ? Int32Array.from(data) : Float64Array.from(data),
        shape,
      })),
    );
    return [...(loss(...args, { ...options, reduction: "none" }) as Plain).shape];
  };
  const { pooling = "batch" } = options;
  const all = name === "batchCircleLoss" && pooling === "batch" ? [] : none();
  const shape = leading ? all.slice(0, 1) : all;
  const size = shape.reduce((product, length) => product * length, 1);
  return { data: Float64Array.from({ length: size }, (_, i) => (i % 3 === 1 ? 0 : 0.5 + (i % 4))), shape };
}

/** The inputs with NaN in what belongs to the second entry of the first axis, and labels there that are no class. */
const spoiled = (name: string, inputs: readonly Input[], labels: boolean): Input[] => {
  const { arguments: specs, unreduced } = specOf(losses[name] as AnyLoss);
  const [axis] = unreduced?.shape.split(" ") ?? [];
  return inputs.map((input, i) => {
    const { kind, shape: symbolic } = specs[i] as (typeof specs)[number];
    if (symbolic.split(" ")[0] !== axis || kind === "state" || (kind === "index" && !labels)) return input;
    return convert(input, ({ data, shape }: Sample): Sample => {
      const row = data.length / (shape[0] as number);
      return {
        data: data.map((x, j) => (Math.floor(j / row) === 1 ? (kind === "index" ? 99 : Number.NaN) : x)),
        shape,
      };
    }) as Input;
  });
};

describe.each(engines)("$title", ({ dtype, checksLabels, accuracy, least, extra, prepare, valueAndGrad }) => {
  beforeAll(async () => {
    await prepare?.();
  });
  it.each(weighable)("%s weighs as its kernel does", async (name) => {
    const loss = losses[name] as AnyLoss;
    const { acrossRows } = specOf(loss).unreduced ?? {};
    // jax-js is slow in float64: the second options are tried by the others.
    for (const options of optionsOf(name).slice(0, dtype === "float64" ? 1 : 2)) {
      const inputs = inputsOf(name, 1, false);
      for (const leading of [false, true]) {
        const sampleWeight = weightsOf(name, inputs, options, leading);
        const own = { ...options, sampleWeight };
        const hint = `${JSON.stringify(options)} ${leading ? "leading axis" : "all axes"}`;
        const wanted = fused(loss, inputs, own, dtype);
        expectAgreement(
          name,
          await valueAndGrad(name, inputs, { ...own, ...extra }),
          wanted,
          { accuracy, least },
          hint,
        );
        if (acrossRows || !leading || sampleWeight.shape[0] === undefined || sampleWeight.shape[0] < 2) continue;
        if (options.perBatch) continue;
        const dirty = spoiled(name, inputs, !checksLabels);
        const came = await valueAndGrad(name, dirty, { ...own, ...extra });
        expectAgreement(name, came, wanted, { accuracy, least }, `${hint}, NaN in the second`);
      }
    }
  });
});

describe("sampleWeight on tensors and arrays", () => {
  const { tf } = tfjs;

  it.each(["cpu", "wasm"])("may be a tensor, is checked, and has no gradient; TensorFlow.js on %s", async (backend) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const [p, t, w] = [tf.tensor1d([1, 2, 5]), tf.tensor1d([0, 0, 0]), tf.tensor1d([1, 3, 0], "int32")];
      for (const fused of [true, false]) {
        expect(lossary.l1Loss(p, t, { sampleWeight: w, fused }).dataSync()[0]).toBeCloseTo(7 / 4, 6);
        const none = lossary.l1Loss(p, t, { sampleWeight: w, fused, reduction: "none" });
        expect([...none.dataSync()]).toEqual([1, 6, 0]);
        for (const bad of [tf.tensor1d([1, -1, 1]), tf.tensor1d([1, Number.NaN, 1])])
          expect(() => lossary.l1Loss(p, t, { sampleWeight: bad, fused })).toThrow(/sampleWeight\[1\] is .*outside/);
        expect(() => lossary.l1Loss(p, t, { sampleWeight: tf.ones([2]), fused })).toThrow(
          "l1Loss: sampleWeight is [2], expected [3]",
        );
        expect(() => lossary.l1Loss(p, t, { sampleWeight: [1, -1, 1], fused })).toThrow(
          "l1Loss: sampleWeight[1] is -1, outside [0, ∞)",
        );
        expect(lossary.l1Loss(p, t, { sampleWeight: [0, 0, 0], fused }).dataSync()[0]).toBe(0);
        // Differentiated twice it takes the definition, also where kernels run.
        const slope = (x: import("@tensorflow/tfjs-core").Tensor) =>
          tf.grad((y) => lossary.l2Loss(y, t, { sampleWeight: w, fused, reduction: "sum" }).asScalar())(x);
        expect([
          ...tf
            .grad((x) => slope(x).sum())(p)
            .dataSync(),
        ]).toEqual([2, 6, 0]);
      }
      expect(() => lossary.compile(lossary.l1Loss, { sampleWeight: [1] })).toThrow(/classWeight/);
      expect(() => lossary.damsmLoss(p, p, p, p, p, { sampleWeight: w } as never)).toThrow(
        /unknown option "sampleWeight"/,
      );
    });
  });

  it("may be an array of jax-js, under jit too, and is NaN where it is negative", () => {
    const { numpy: np, jit } = jax.jax;
    const loss = jax.native.l1Loss as NonNullable<(typeof jax.native)[string]>;
    type JaxArray = import("@jax-js/jax").Array;
    const weighed = (x: JaxArray, w: JaxArray) => loss(x, np.zerosLike(x.ref), { sampleWeight: w });
    for (const run of [weighed, jit(weighed)]) {
      expect(run(np.array([1, 2, 5]), np.array([1, 3, 0])).dataSync()[0]).toBeCloseTo(7 / 4, 6);
      expect(run(np.array([1, 2, 5]), np.array([1, -3, 0])).dataSync()[0]).toBeNaN();
    }
  });
});
