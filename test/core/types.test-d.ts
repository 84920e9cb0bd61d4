/** What the compiler must refuse, and what it must know. Never run: `npm run typecheck` checks it. */
import { expectTypeOf, test } from "vitest";
import { defineLoss } from "../../src/contract/loss.ts";
import type { NumberOption, OptionSpecOf, SpecOf } from "../../src/contract/spec.ts";
import {
  type CommonOptions,
  crossEntropy,
  type Dtype,
  damsmLoss,
  type GradOptions,
  type HuberOptions,
  huberLoss,
  LossaryError,
  l1Loss,
  msSsim,
  msSsimLoss,
  multiQuantileLoss,
  type OutBuffer,
  perceptualLoss,
  psnr,
  type ResidentTensor,
  resident,
  ssim,
  ssimLoss,
  type Tensor,
} from "../../src/index.ts";
import type { FloatInput } from "../../src/tensor/tensor.ts";

const x = new Float32Array(4);

test("the value is a number, or for none a tensor", () => {
  expectTypeOf(huberLoss(x, x)).toEqualTypeOf<number>();
  expectTypeOf(huberLoss(x, x, { reduction: "sum" })).toEqualTypeOf<number>();
  expectTypeOf(huberLoss(x, x, { reduction: "none" })).toEqualTypeOf<Tensor<Float32Array>>();
  expectTypeOf(huberLoss.valueAndGrad(x, x, { reduction: "none" }).value).toEqualTypeOf<Tensor<Float32Array>>();
  expectTypeOf(huberLoss(x, x, { reduction: undefined, delta: undefined })).toEqualTypeOf<number>();
  expectTypeOf(huberLoss.valueAndGrad(x, x, { reduction: undefined, wrt: undefined }).value).toEqualTypeOf<number>();
});

test("a reduction that may be absent leaves open whether the value is a number", () => {
  const perhaps: { reduction?: "none" } = {};
  expectTypeOf(huberLoss(x, x, perhaps)).toEqualTypeOf<number | Tensor<Float32Array>>();
  expectTypeOf(huberLoss.valueAndGrad(x, x, perhaps).value).toEqualTypeOf<number | Tensor<Float32Array>>();
  // @ts-expect-error: a number where it is absent
  huberLoss(x, x, perhaps).data;
  // @ts-expect-error: likewise
  perceptualLoss([x], [x], perhaps).data;
  const any: { reduction?: "none" | "sum" | "mean" | undefined } = {};
  expectTypeOf(huberLoss(x, x, any)).toEqualTypeOf<number | Tensor<Float32Array>>();
  const summed: { reduction?: "sum" } = {};
  expectTypeOf(huberLoss(x, x, summed)).toEqualTypeOf<number>();
});

test("losses with a reduction take weights of their values", () => {
  expectTypeOf(huberLoss(x, x, { sampleWeight: x })).toEqualTypeOf<number>();
  expectTypeOf(huberLoss(x, x, { sampleWeight: [1, 2], reduction: "none" })).toEqualTypeOf<Tensor<Float32Array>>();
  expectTypeOf(huberLoss.valueAndGrad(x, x, { sampleWeight: undefined }).value).toEqualTypeOf<number>();
  // @ts-expect-error: not text
  huberLoss(x, x, { sampleWeight: "w" });
  // @ts-expect-error: it is one number by nature
  damsmLoss([[[1]]], [[[1]]], [1], [[1]], [[1]], { sampleWeight: x });
});

test("gradients of lists are lists, in the float type of their entries", () => {
  const lists = perceptualLoss.valueAndGrad([x], [x]);
  expectTypeOf(lists.grads.predictions).toEqualTypeOf<readonly Tensor<Float32Array>[]>();
  expectTypeOf(perceptualLoss.valueAndGrad([image], [wide]).grads.targets).toEqualTypeOf<
    readonly Tensor<Float64Array>[]
  >();
  expectTypeOf(perceptualLoss.valueAndGrad(x, x).grads.predictions).toEqualTypeOf<Tensor<Float32Array>>();
  expectTypeOf(perceptualLoss([x], [x], { reduction: "none" })).toEqualTypeOf<Tensor<Float32Array>>();
  expectTypeOf(perceptualLoss.valueAndGrad([any], [x]).grads.predictions).toEqualTypeOf<readonly Tensor[]>();
  // @ts-expect-error: a list of buffers
  perceptualLoss.valueAndGrad([x], [x], { out: { predictions: x } });
});

declare const wide: Float64Array;
declare const any: FloatInput;
declare const image: { readonly data: Float32Array; readonly shape: readonly number[] };
declare const half: { readonly data: Float32Array; readonly dims: readonly number[] };

test("results have the array of the widest float type among the inputs", () => {
  const gradOf = (tensor: Tensor<Float32Array>) => tensor.data.reduce((a, b) => a + b);
  gradOf(huberLoss.valueAndGrad(x, x).grads.predictions);
  const g: Float32Array = huberLoss.valueAndGrad(image, half, { delta: 2, wrt: ["targets"] }).grads.targets.data;
  gradOf({ data: g, shape: [4] });
  gradOf(crossEntropy.valueAndGrad(image, new BigInt64Array(4)).grads.logits);
  gradOf(crossEntropy.valueAndGrad(image, [0, 1], { weight: [1, 2] }).grads.logits);
  gradOf(l1Loss(x, new Uint8Array(4), { reduction: "none" }));
  gradOf(l1Loss(resident([4]), x, { reduction: "none" }));
  gradOf(multiQuantileLoss.valueAndGrad(image, x, { quantiles: [0.5] }).grads.predictions);
  gradOf(damsmLoss.valueAndGrad(image, image, [1], image, image).grads.sentences);
  type Wide = Tensor<Float64Array>;
  expectTypeOf(l1Loss(x, wide, { reduction: "none" })).toEqualTypeOf<Wide>();
  expectTypeOf(l1Loss([1], [2], { reduction: "none" })).toEqualTypeOf<Wide>();
  expectTypeOf(l1Loss([[1]], [[2]], { reduction: "none" })).toEqualTypeOf<Wide>();
  expectTypeOf(l1Loss(x, { data: [1], shape: [1] }, { reduction: "none" })).toEqualTypeOf<Wide>();
  expectTypeOf(l1Loss(new Uint8Array(4), new Int8Array(4), { reduction: "none" })).toEqualTypeOf<Wide>();
  expectTypeOf(l1Loss(any, wide, { reduction: "none" })).toEqualTypeOf<Wide>();
  // Unknown before the call.
  expectTypeOf(l1Loss(any, x, { reduction: "none" })).toEqualTypeOf<Tensor>();
});

test("options are known by name and type", () => {
  // @ts-expect-error: misspelt
  huberLoss(x, x, { dleta: 1 });
  // @ts-expect-error: wrong type
  huberLoss(x, x, { delta: "1" });
  // @ts-expect-error: no such reduction
  huberLoss(x, x, { reduction: "average" });
  // @ts-expect-error: of valueAndGrad alone
  huberLoss(x, x, { upstream: 1 });
  // @ts-expect-error: takes none of its own
  l1Loss(x, x, { delta: 1 });
});

test("images of other than bytes are told their range", () => {
  const bytes = new Uint8ClampedArray(4);
  const photograph = { data: new Uint8Array(4), shape: [1, 1, 2, 2] };
  expectTypeOf(ssimLoss(photograph, photograph)).toEqualTypeOf<number>();
  expectTypeOf(ssimLoss(image, photograph, { dataRange: 1 })).toEqualTypeOf<number>();
  // @ts-expect-error: no range
  ssimLoss(image, image);
  for (const score of [msSsimLoss, msSsim]) {
    expectTypeOf(score(photograph, photograph)).toEqualTypeOf<number>();
    expectTypeOf(score(image, photograph, { dataRange: 1 })).toEqualTypeOf<number>();
    expectTypeOf(score(image, image, { dataRange: 1, reduction: "none" })).toEqualTypeOf<Tensor<Float32Array>>();
    expectTypeOf(score(photograph, photograph, { reduction: "none" })).toEqualTypeOf<Tensor<Float64Array>>();
    expectTypeOf(score.valueAndGrad(image, image, { dataRange: 1, wrt: ["targets"] }).grads.targets).toEqualTypeOf<
      Tensor<Float32Array>
    >();
    score.valueAndGrad(photograph, photograph, { wrt: ["predictions"] });
    score({ data: bytes, dims: [1, 1, 2, 2] }, photograph, { checkFinite: true });
    // @ts-expect-error: no range
    score(image, image);
    // @ts-expect-error: no range, and one of them has none of its own
    score(photograph, image, { reduction: "sum" });
    // @ts-expect-error: no range
    score.valueAndGrad(image, image);
    // @ts-expect-error: misspelt
    score(image, image, { datarange: 1 });
  }
  expectTypeOf(psnr(photograph, photograph)).toEqualTypeOf<number>();
  expectTypeOf(ssim(image, image, { dataRange: 1, reduction: "none" })).toEqualTypeOf<Tensor<Float32Array>>();
  // @ts-expect-error: no range
  psnr(image, image);
  // @ts-expect-error: no range
  ssim(image, photograph);
  expectTypeOf(ssim(image, image, { dataRange: 1, full: true }).map).toEqualTypeOf<Tensor>();
  expectTypeOf(ssim(photograph, photograph, { full: true }).value).toEqualTypeOf<number>();
  // @ts-expect-error: no range
  ssim(image, image, { full: true });
  expectTypeOf(ssimLoss.spec.options.window.default).toEqualTypeOf<number | undefined>();
});

test("what a caller can cause is told by its class", () => {
  const error: unknown = 0;
  if (error instanceof LossaryError) {
    expectTypeOf(error.function).toEqualTypeOf<string>();
    expectTypeOf(error.argument).toEqualTypeOf<string | undefined>();
  }
});

test("arguments are counted and typed", () => {
  // @ts-expect-error: targets missing
  huberLoss(x);
  // @ts-expect-error: one too many
  huberLoss(x, x, {}, {});
  // @ts-expect-error: no array
  huberLoss(x, "x");
  // @ts-expect-error: BigInt is for indices
  huberLoss(x, new BigInt64Array(4));
  crossEntropy({ data: x, shape: [2, 2] }, new BigInt64Array(2));
});

test("an option that is required requires the options", () => {
  const p = { data: x, shape: [2, 2] };
  multiQuantileLoss(p, x, { quantiles: [0.1, 0.9] });
  // @ts-expect-error: no options
  multiQuantileLoss(p, x);
  // @ts-expect-error: no quantiles
  multiQuantileLoss(p, x, { reduction: "sum" });
});

test("gradients are known by argument, and limited by wrt", () => {
  const { grads } = huberLoss.valueAndGrad(x, x);
  expectTypeOf(grads.predictions).toEqualTypeOf<Tensor<Float32Array>>();
  expectTypeOf(grads.targets).toEqualTypeOf<Tensor<Float32Array>>();
  // @ts-expect-error: no such argument
  grads.logits;
  // @ts-expect-error: labels have no gradient
  crossEntropy.valueAndGrad({ data: x, shape: [2, 2] }, [0, 1]).grads.labels;
  // @ts-expect-error: not asked for
  huberLoss.valueAndGrad(x, x, { wrt: ["targets"] }).grads.predictions;
  // @ts-expect-error: no such argument
  huberLoss.valueAndGrad(x, x, { wrt: ["logits"] });
  // @ts-expect-error: a tensor flows into the unreduced value alone
  huberLoss.valueAndGrad(x, x, { upstream: x });
  huberLoss.valueAndGrad(x, x, { upstream: x, reduction: "none" });
});

test("the parts of a signature have names", () => {
  const options: HuberOptions & CommonOptions & GradOptions<"predictions" | "targets", "targets"> = {
    delta: 1,
    wrt: ["targets"],
    out: { targets: x satisfies OutBuffer },
  };
  huberLoss.valueAndGrad(x, x, options);
  expectTypeOf<Dtype>().toEqualTypeOf<"float32" | "float64">();
});

test("resident tensors have the array of their type", () => {
  expectTypeOf(resident([1])).toEqualTypeOf<ResidentTensor<"float32">>();
  expectTypeOf(resident([1]).data).toExtend<Float32Array>();
  expectTypeOf(resident([1], "int32").data).toExtend<Int32Array>();
  // @ts-expect-error: no such type
  resident([1], "float16");
});

interface Options {
  delta?: number;
}
type Described = SpecOf<[x: FloatInput], Options>;
declare const rest: Omit<Described, "arguments" | "options">;
declare const body: Parameters<typeof defineLoss<[x: FloatInput], Options, "x">>[1];
const argument = { name: "x", shape: "N", kind: "float", differentiable: true, doc: "" } as const;
const delta: NumberOption<number> = { type: "number", default: 1, range: "(0, ∞)", doc: "" };
const define = defineLoss<[x: FloatInput], Options, "x">;

test("a specification is held to the signature", () => {
  define({ ...rest, arguments: [argument], options: { delta } }, body);
  // @ts-expect-error: argument missing
  define({ ...rest, arguments: [], options: { delta } }, body);
  // @ts-expect-error: one argument too many
  define({ ...rest, arguments: [argument, argument], options: { delta } }, body);
  // @ts-expect-error: an index where a float is declared
  define({ ...rest, arguments: [{ name: "x", shape: "N", kind: "index", doc: "" }], options: { delta } }, body);
  // @ts-expect-error: option missing
  define({ ...rest, arguments: [argument], options: {} }, body);
  // @ts-expect-error: a default of the wrong type
  define({ ...rest, arguments: [argument], options: { delta: { ...delta, default: "1" } } }, body);
  // @ts-expect-error: an option that the signature has not
  define({ ...rest, arguments: [argument], options: { delta, gamma: delta } }, body);
});

test("a required tensor option says so", () => {
  type Required = OptionSpecOf<FloatInput>;
  expectTypeOf<Required["required"]>().toEqualTypeOf<true>();
  expectTypeOf<OptionSpecOf<FloatInput | undefined>["type"]>().toEqualTypeOf<"tensor">();
});
