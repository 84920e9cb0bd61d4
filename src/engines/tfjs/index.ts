/**
 * `lossary/tfjs`: the losses on TensorFlow.js tensors, under their own names, arguments and options.
 *
 * A call gives a tensor that every gradient function of TensorFlow.js differentiates. On the wasm backend a fused kernel
 * reads and writes tensors where they lie, value and gradient in one pass; on other backends, for second derivatives, and
 * with `{ fused: false }` the portable definition runs, which checks shapes and options but not the tensors' numbers.
 * Everything is float32.
 */
import { binaryCrossEntropyPortable } from "../../losses/classification/crossEntropy/binaryCrossEntropy.portable.ts";
import { crossEntropyPortable } from "../../losses/classification/crossEntropy/crossEntropy.portable.ts";
import { softCrossEntropyPortable } from "../../losses/classification/crossEntropy/softCrossEntropy.portable.ts";
import { focalPortable } from "../../losses/classification/focal/focal.portable.ts";
import { softmaxFocalPortable } from "../../losses/classification/focal/softmaxFocal.portable.ts";
import { hingePortable, squaredHingePortable } from "../../losses/classification/hinge/hinge.portable.ts";
import { multiclassHingePortable } from "../../losses/classification/hinge/multiclassHinge.portable.ts";
import { logisticPortable } from "../../losses/classification/logistic/logistic.portable.ts";
import { binaryLogLossPortable, logLossPortable } from "../../losses/classification/logLoss/logLoss.portable.ts";
import {
  distillationPortable,
  jensenShannonPortable,
  klDivergencePortable,
  klFromLogitsPortable,
} from "../../losses/distribution/kl/kl.portable.ts";
import {
  gradientPenaltyPortable,
  wassersteinCriticPortable,
  wassersteinGeneratorPortable,
} from "../../losses/distribution/wasserstein/adversarial.portable.ts";
import { earthMoverPortable } from "../../losses/distribution/wasserstein/earthMover.portable.ts";
import {
  slicedWassersteinPortable,
  wassersteinDistancePortable,
} from "../../losses/distribution/wasserstein/wassersteinDistance.portable.ts";
import { arcFacePortable, cosFacePortable } from "../../losses/embedding/arcFace/margin.portable.ts";
import { centerPortable } from "../../losses/embedding/center/center.portable.ts";
import { batchCirclePortable, circlePortable } from "../../losses/embedding/circle/circle.portable.ts";
import { contrastivePortable } from "../../losses/embedding/contrastive/contrastive.portable.ts";
import { cosineEmbeddingPortable } from "../../losses/embedding/cosineEmbedding/cosineEmbedding.portable.ts";
import { infoNcePortable } from "../../losses/embedding/infoNce/infoNce.portable.ts";
import { ntXentPortable } from "../../losses/embedding/infoNce/ntXent.portable.ts";
import { marginRankingPortable } from "../../losses/embedding/marginRanking/marginRanking.portable.ts";
import { oimPortable } from "../../losses/embedding/oim/oim.portable.ts";
import { batchHardQuadrupletPortable } from "../../losses/embedding/quadruplet/batchHard.portable.ts";
import { quadrupletPortable } from "../../losses/embedding/quadruplet/quadruplet.portable.ts";
import { supConPortable } from "../../losses/embedding/supCon/supCon.portable.ts";
import { batchAllTripletPortable } from "../../losses/embedding/triplet/batchAll.portable.ts";
import { batchHardTripletPortable } from "../../losses/embedding/triplet/batchHard.portable.ts";
import { semiHardTripletPortable } from "../../losses/embedding/triplet/semiHard.portable.ts";
import { tripletPortable } from "../../losses/embedding/triplet/triplet.portable.ts";
import { verificationPortable } from "../../losses/embedding/verification/verification.portable.ts";
import { charbonnierPortable } from "../../losses/regression/charbonnier/charbonnier.portable.ts";
import { huberPortable } from "../../losses/regression/huber/huber.portable.ts";
import { smoothL1Portable } from "../../losses/regression/huber/smoothL1.portable.ts";
import { l1Portable } from "../../losses/regression/l1/l1.portable.ts";
import { l2Portable } from "../../losses/regression/l2/l2.portable.ts";
import { logCoshPortable } from "../../losses/regression/logCosh/logCosh.portable.ts";
import { multiQuantilePortable } from "../../losses/regression/quantile/multiQuantile.portable.ts";
import { quantilePortable } from "../../losses/regression/quantile/quantile.portable.ts";
import { tdPortable } from "../../losses/reinforcement/td/tdLoss.portable.ts";
import { jaccardPortable, tverskyPortable } from "../../losses/segmentation/tversky/tversky.portable.ts";
import { native } from "./native.ts";

export { compile } from "./compile.ts";

export const arcFaceLoss = /* @__PURE__ */ native(arcFacePortable);
export const batchAllTripletLoss = /* @__PURE__ */ native(batchAllTripletPortable);
export const batchCircleLoss = /* @__PURE__ */ native(batchCirclePortable);
export const batchHardQuadrupletLoss = /* @__PURE__ */ native(batchHardQuadrupletPortable);
export const batchHardTripletLoss = /* @__PURE__ */ native(batchHardTripletPortable);
export const binaryCrossEntropy = /* @__PURE__ */ native(binaryCrossEntropyPortable);
export const binaryLogLoss = /* @__PURE__ */ native(binaryLogLossPortable);
export const centerLoss = /* @__PURE__ */ native(centerPortable);
export const charbonnierLoss = /* @__PURE__ */ native(charbonnierPortable);
export const circleLoss = /* @__PURE__ */ native(circlePortable);
export const contrastiveLoss = /* @__PURE__ */ native(contrastivePortable);
export const cosFaceLoss = /* @__PURE__ */ native(cosFacePortable);
export const cosineEmbeddingLoss = /* @__PURE__ */ native(cosineEmbeddingPortable);
export const crossEntropy = /* @__PURE__ */ native(crossEntropyPortable);
export const distillationLoss = /* @__PURE__ */ native(distillationPortable);
export const earthMoverDistance = /* @__PURE__ */ native(earthMoverPortable);
export const focalLoss = /* @__PURE__ */ native(focalPortable);
export const gradientPenalty = /* @__PURE__ */ native(gradientPenaltyPortable);
export const hingeLoss = /* @__PURE__ */ native(hingePortable);
export const huberLoss = /* @__PURE__ */ native(huberPortable);
export const infoNceLoss = /* @__PURE__ */ native(infoNcePortable);
export const jaccardLoss = /* @__PURE__ */ native(jaccardPortable);
export const jensenShannonDivergence = /* @__PURE__ */ native(jensenShannonPortable);
export const klDivergence = /* @__PURE__ */ native(klDivergencePortable);
export const klDivergenceFromLogits = /* @__PURE__ */ native(klFromLogitsPortable);
export const l1Loss = /* @__PURE__ */ native(l1Portable);
export const l2Loss = /* @__PURE__ */ native(l2Portable);
export const logCoshLoss = /* @__PURE__ */ native(logCoshPortable);
export const logLoss = /* @__PURE__ */ native(logLossPortable);
export const logisticLoss = /* @__PURE__ */ native(logisticPortable);
export const marginRankingLoss = /* @__PURE__ */ native(marginRankingPortable);
export const multiQuantileLoss = /* @__PURE__ */ native(multiQuantilePortable);
export const multiclassHingeLoss = /* @__PURE__ */ native(multiclassHingePortable);
export const ntXentLoss = /* @__PURE__ */ native(ntXentPortable);
export const oimLoss = /* @__PURE__ */ native(oimPortable);
export const quadrupletLoss = /* @__PURE__ */ native(quadrupletPortable);
export const quantileLoss = /* @__PURE__ */ native(quantilePortable);
export const semiHardTripletLoss = /* @__PURE__ */ native(semiHardTripletPortable);
export const slicedWassersteinDistance = /* @__PURE__ */ native(slicedWassersteinPortable);
export const smoothL1Loss = /* @__PURE__ */ native(smoothL1Portable);
export const softCrossEntropy = /* @__PURE__ */ native(softCrossEntropyPortable);
export const softmaxFocalLoss = /* @__PURE__ */ native(softmaxFocalPortable);
export const squaredHingeLoss = /* @__PURE__ */ native(squaredHingePortable);
export const supConLoss = /* @__PURE__ */ native(supConPortable);
export const tdLoss = /* @__PURE__ */ native(tdPortable);
export const tripletLoss = /* @__PURE__ */ native(tripletPortable);
export const tverskyLoss = /* @__PURE__ */ native(tverskyPortable);
export const verificationLoss = /* @__PURE__ */ native(verificationPortable);
export const wassersteinCriticLoss = /* @__PURE__ */ native(wassersteinCriticPortable);
export const wassersteinDistance = /* @__PURE__ */ native(wassersteinDistancePortable);
export const wassersteinGeneratorLoss = /* @__PURE__ */ native(wassersteinGeneratorPortable);
export type { SiameseOptions } from "../siamese.ts";
export { pseudoSiamese, siamese } from "./siamese.ts";
