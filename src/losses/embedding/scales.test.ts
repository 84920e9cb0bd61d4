/** Rows whose squares leave f32: the losses of f32 rows are those of the same numbers in f64, whatever their size. */
import { describe, expect, it } from "vitest";
import type { AnyLoss } from "../../../test/harness/calls.ts";
import { seeded } from "../../../test/harness/random.ts";
import { chamferDistance } from "../../metrics/chamfer/chamferDistance.ts";
import { gradientPenalty } from "../distribution/adversarial/gradientPenalty.ts";
import { earthMoverDistance } from "../distribution/earthMover/earthMoverDistance.ts";
import { psnr } from "../image/psnr/psnr.ts";
import { damsmLoss } from "../multimodal/damsm/damsmLoss.ts";
import { arcFaceLoss } from "./arcFace/arcFaceLoss.ts";
import { centerLoss } from "./center/centerLoss.ts";
import { batchCircleLoss } from "./circle/batchCircleLoss.ts";
import { contrastiveLoss } from "./contrastive/contrastiveLoss.ts";
import { cosFaceLoss } from "./cosFace/cosFaceLoss.ts";
import { cosineEmbeddingLoss } from "./cosineEmbedding/cosineEmbeddingLoss.ts";
import { infoNceLoss } from "./infoNce/infoNceLoss.ts";
import { ntXentLoss } from "./ntXent/ntXentLoss.ts";
import { createOimMemory, updateOimMemory } from "./oim/memory.ts";
import { oimLoss } from "./oim/oimLoss.ts";
import { batchHardQuadrupletLoss } from "./quadruplet/batchHardQuadrupletLoss.ts";
import { quadrupletLoss } from "./quadruplet/quadrupletLoss.ts";
import { supConLoss } from "./supCon/supConLoss.ts";
import { batchAllTripletLoss } from "./triplet/batchAllTripletLoss.ts";
import { batchHardTripletLoss } from "./triplet/batchHardTripletLoss.ts";
import { semiHardTripletLoss } from "./triplet/semiHardTripletLoss.ts";
import { tripletLoss } from "./triplet/tripletLoss.ts";
import { verificationLoss } from "./verification/verificationLoss.ts";

const [N, D] = [12, 13];
const random = seeded(5);
const draw = (rows: number) => Float64Array.from({ length: rows * D }, () => random.normal());
const [first, second, third, fourth, weights] = [draw(N), draw(N), draw(N), draw(N), draw(4)];
const labels = Array.from({ length: N }, (_, i) => i % 4);
const signs = labels.map((label) => (label % 2 ? 1 : -1));
const memory = updateOimMemory(
  createOimMemory({ identities: 4, dimension: D, queueSize: 2 }),
  { data: weights, shape: [4, D] },
  [0, 1, 2, 3],
);

type Rows = { readonly data: Float32Array | Float64Array; readonly shape: readonly number[] };
/** Arguments of a loss, made of rows at a scale. */
type Args = (rows: (x: Float64Array, shape?: readonly number[]) => Rows) => readonly unknown[];

const batch: Args = (rows) => [rows(first), labels];
const pair: Args = (rows) => [rows(first), rows(second)];
const three: Args = (rows) => [rows(first), rows(second), rows(third)];
const four: Args = (rows) => [rows(first), rows(second), rows(third), rows(fourth)];
const classes: Args = (rows) => [rows(first), labels, rows(weights)];

/** What depends on directions alone: any scale gives the value of scale 1. */
const ofDirections: readonly (readonly [string, AnyLoss, object, Args])[] = [
  ["infoNceLoss", infoNceLoss, {}, pair],
  ["ntXentLoss", ntXentLoss, {}, pair],
  ["supConLoss", supConLoss, {}, batch],
  ["arcFaceLoss", arcFaceLoss, { scale: 4 }, classes],
  ["cosFaceLoss", cosFaceLoss, { scale: 4 }, classes],
  ["oimLoss", oimLoss, {}, (rows) => [rows(first), labels, memory]],
  ["batchCircleLoss", batchCircleLoss, { scale: 8 }, batch],
  ["batchCircleLoss, anchor", batchCircleLoss, { scale: 8, pooling: "anchor" }, batch],
  ["cosineEmbeddingLoss", cosineEmbeddingLoss, { margin: -0.5 }, (rows) => [rows(first), rows(second), signs]],
  ["tripletLoss, cosine", tripletLoss, { distance: "cosine" }, three],
  ["quadrupletLoss, cosine", quadrupletLoss, { distance: "cosine" }, four],
  ["batchHardTripletLoss, cosine", batchHardTripletLoss, { distance: "cosine" }, batch],
  ["semiHardTripletLoss, cosine", semiHardTripletLoss, { distance: "cosine" }, batch],
  ["batchAllTripletLoss, cosine", batchAllTripletLoss, { distance: "cosine" }, batch],
  ["batchHardQuadrupletLoss, cosine", batchHardQuadrupletLoss, { distance: "cosine" }, batch],
];

const ofDistances: readonly (readonly [string, AnyLoss, object, Args])[] = [
  ["tripletLoss", tripletLoss, {}, three],
  ["tripletLoss, swap", tripletLoss, { swap: true }, three],
  ["tripletLoss, squared", tripletLoss, { distance: "squared" }, three],
  ["quadrupletLoss", quadrupletLoss, { distance: "euclidean" }, four],
  ["quadrupletLoss, squared", quadrupletLoss, {}, four],
  ["batchHardTripletLoss", batchHardTripletLoss, {}, batch],
  ["batchHardTripletLoss, soft", batchHardTripletLoss, { soft: true }, batch],
  ["semiHardTripletLoss", semiHardTripletLoss, { margin: 1e31 }, batch],
  ["batchAllTripletLoss", batchAllTripletLoss, {}, batch],
  ["batchHardQuadrupletLoss", batchHardQuadrupletLoss, { distance: "euclidean" }, batch],
  ["batchHardQuadrupletLoss, squared", batchHardQuadrupletLoss, {}, batch],
  ["contrastiveLoss", contrastiveLoss, {}, (rows) => [rows(first), rows(second), labels.map((label) => label % 2)]],
  ["centerLoss", centerLoss, {}, classes],
  ["gradientPenalty", gradientPenalty, {}, (rows) => [rows(first)]],
  ["earthMoverDistance", earthMoverDistance, {}, pair],
  ["chamferDistance", chamferDistance, {}, pair],
  ["psnr", psnr, { dataRange: 1 }, (rows) => [rows(first, [N, 1, 1, D]), rows(second, [N, 1, 1, D])]],
];

const SCALES = [1e-30, 1e-22, 1e19, 1e20, 1e22, 1e30];

/** Value and gradients in a float type. Both get the same numbers, those that f32 holds. */
function evaluate(loss: AnyLoss, options: object, args: Args, scale: number, type: "f32" | "f64") {
  const list = args((x, shape = [x.length / D, D]) => {
    const data = Float32Array.from(x, (v) => v * scale);
    return { data: type === "f32" ? data : Float64Array.from(data), shape };
  });
  const { value, grads } = loss.valueAndGrad(...list, options);
  const gradients = Object.values(grads) as readonly { data: ArrayLike<number> }[];
  return { value: value as number, gradient: gradients.map(({ data }) => Array.from(data)) };
}

/** Within 1e-5 of the largest, or beyond what f32 holds in both. */
function expectAlike(came: readonly number[], wanted: readonly number[]) {
  const held = wanted.map(Math.fround);
  const most = Math.max(...held.filter(Number.isFinite).map(Math.abs));
  for (const [i, value] of held.entries())
    if (Number.isFinite(value)) expect(Math.abs((came[i] as number) - value)).toBeLessThanOrEqual(2e-5 * most);
    else expect(came[i]).toBe(value);
}

describe.each(SCALES)("rows of size %d", (scale) => {
  it.each([...ofDirections, ...ofDistances])("%s", (_, loss, options, args) => {
    const [came, wanted] = [evaluate(loss, options, args, scale, "f32"), evaluate(loss, options, args, scale, "f64")];
    expect(Math.abs(came.value / wanted.value - 1)).toBeLessThan(2e-5);
    for (const [k, gradient] of came.gradient.entries()) expectAlike(gradient, wanted.gradient[k] as number[]);
  });

  it.each(ofDirections)("%s: it is the value of size 1", (_, loss, options, args) => {
    const wanted = evaluate(loss, options, args, 1, "f64");
    expect(evaluate(loss, options, args, scale, "f32").value / wanted.value).toBeCloseTo(1, 4);
    expect(evaluate(loss, options, args, scale, "f64").value / wanted.value).toBeCloseTo(1, 6);
  });
});

it("verificationLoss and damsmLoss: squares beyond f32 give f64's value", () => {
  const weight = { data: Float32Array.from(weights.subarray(0, 2 * D)), shape: [2, D] };
  const same = Float32Array.from(labels, (label) => label % 2);
  const wide = (x: Float64Array, scale: number) => ({ data: Float32Array.from(x, (v) => v * scale), shape: [N, D] });
  for (const scale of SCALES) {
    const args = [wide(first, scale), wide(second, scale), same, weight, Float32Array.of(0.1, 0.4)] as const;
    const exact = args.map((arg) =>
      "shape" in arg ? { ...arg, data: Float64Array.from(arg.data) } : Float64Array.from(arg),
    );
    const wanted = (verificationLoss as AnyLoss)(...exact) as number;
    expect(verificationLoss(...args) / wanted).toBeCloseTo(1, 5);
    const words = { data: wide(first, scale).data, shape: [N / 3, 3, D] };
    const lengths = Int32Array.from([3, 2, 1, 3]);
    const globals = { data: wide(fourth, scale).data.slice(0, (N / 3) * D), shape: [N / 3, D] };
    const others = { data: wide(second, scale).data.slice(0, (N / 3) * D), shape: [N / 3, D] };
    const regions = { data: wide(third, scale).data, shape: [N / 3, 3, D] };
    const f64 = (x: { data: Float32Array; shape: number[] }) => ({ ...x, data: Float64Array.from(x.data) });
    const inputs = [regions, words, lengths, globals, others] as const;
    const wanted64 = damsmLoss.valueAndGrad(f64(regions), f64(words), lengths, f64(globals), f64(others));
    const came = damsmLoss.valueAndGrad(...inputs);
    expect(came.value / wanted64.value).toBeCloseTo(1, 4);
    for (const name of ["regions", "words", "images", "sentences"] as const)
      expectAlike([...came.grads[name].data], [...wanted64.grads[name].data]);
  }
});

it("damsmLoss: rows whose squares leave f64 have the gradient of size 1, divided by the size", () => {
  const at = (scale: number) => {
    const rows = (x: Float64Array, shape: readonly number[]) => ({ data: x.slice(0, 36).map((v) => v * scale), shape });
    const global = (x: Float64Array) => ({ data: x.slice(0, 12), shape: [3, 4] });
    // Attention alike at every size: each region has the same score with every word.
    const regions = { data: Float64Array.from({ length: 36 }, (_, i) => (i % 4 ? 0 : scale)), shape: [3, 3, 4] };
    return damsmLoss.valueAndGrad(regions, rows(first, [3, 3, 4]), [1, 1, 1], global(second), global(third));
  };
  const [one, tiny] = [at(1), at(1e-180)];
  expect(tiny.value / one.value).toBeCloseTo(1, 10);
  for (const [i, g] of one.grads.words.data.entries())
    expect((tiny.grads.words.data[i] as number) * 1e-180).toBeCloseTo(g, 10);
});

it("vectors beyond the squares of f64 keep their cosines too", () => {
  for (const scale of [1e-200, 1e200]) {
    const rows = (x: Float64Array) => ({ data: x.map((v) => v * scale), shape: [N, D] });
    expect(infoNceLoss(rows(first), rows(second))).toBeCloseTo(
      infoNceLoss({ data: first, shape: [N, D] }, { data: second, shape: [N, D] }),
      10,
    );
    const options = { distance: "cosine" } as const;
    expect(tripletLoss(rows(first), rows(second), rows(third), options)).toBeCloseTo(
      tripletLoss(
        { data: first, shape: [N, D] },
        { data: second, shape: [N, D] },
        { data: third, shape: [N, D] },
        options,
      ),
      10,
    );
  }
});
