/** The types of native losses. Never run: `npm run typecheck` checks it. */
import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor } from "@tensorflow/tfjs-core";
import { expectTypeOf, test } from "vitest";
import * as jax from "../../src/engines/jax/index.ts";
import * as tfjs from "../../src/engines/tfjs/index.ts";

declare const x: Tensor;
declare const a: JaxArray;

test("a loss takes and gives the engine's arrays", () => {
  expectTypeOf(tfjs.focalLoss(x, x, { gamma: 1, reduction: "none", fused: false })).toEqualTypeOf<Tensor>();
  expectTypeOf(jax.focalLoss(a, a, { gamma: 1, reduction: "none" })).toEqualTypeOf<JaxArray>();
  expectTypeOf(tfjs.circleLoss(x, x, { scale: 8 })).toEqualTypeOf<Tensor>();
  expectTypeOf(tfjs.perceptualLoss([x, x], [x, x], { weights: [1, 2] })).toEqualTypeOf<Tensor>();
  expectTypeOf(jax.styleLoss(a, a)).toEqualTypeOf<JaxArray>();
  expectTypeOf(tfjs.ssimLoss(x, x, { dataRange: 1, window: undefined })).toEqualTypeOf<Tensor>();
  expectTypeOf(tfjs.crossEntropy(x, x, { weight: x })).toEqualTypeOf<Tensor>();
  expectTypeOf(tfjs.crossEntropy(x, x, { weight: [1, 2] })).toEqualTypeOf<Tensor>();
});

test("what does not fit does not compile", () => {
  // @ts-expect-error: misspelt
  tfjs.huberLoss(x, x, { dleta: 1 });
  // @ts-expect-error: plain numbers are no tensor
  tfjs.huberLoss([1], x);
  // @ts-expect-error: a list where one array is wanted
  tfjs.huberLoss([x], [x]);
  // @ts-expect-error: an array of another engine
  jax.huberLoss(x, x);
  // @ts-expect-error: jax-js has no fused kernels
  jax.huberLoss(a, a, { fused: true });
  // @ts-expect-error: a loss of one number has no reduction
  tfjs.circleLoss(x, x, { reduction: "sum" });
  // @ts-expect-error: the quantiles are missing
  tfjs.multiQuantileLoss(x, x);
  // @ts-expect-error: no tensor has a range of its own
  tfjs.ssimLoss(x, x);
  // @ts-expect-error: nor has an array of jax-js
  jax.psnr(a, a, { reduction: "none" });
  // @ts-expect-error: nor in compile
  tfjs.compile(tfjs.ssimLoss);
  // @ts-expect-error: misspelt in compile
  tfjs.compile(tfjs.huberLoss, { dleta: 1 });
});
