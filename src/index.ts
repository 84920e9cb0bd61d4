export type { CommonOptions, GradOptions, Loss, Reduced, ScalarLoss } from "./loss.ts";
export {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropy,
} from "./losses/classification/crossEntropy/binaryCrossEntropy.ts";
export { type CrossEntropyOptions, crossEntropy } from "./losses/classification/crossEntropy/crossEntropy.ts";
export {
  type SoftCrossEntropyOptions,
  softCrossEntropy,
} from "./losses/classification/crossEntropy/softCrossEntropy.ts";
export { type FocalOptions, focalLoss } from "./losses/classification/focal/focal.ts";
export { type SoftmaxFocalOptions, softmaxFocalLoss } from "./losses/classification/focal/softmaxFocal.ts";
export { hingeLoss, squaredHingeLoss } from "./losses/classification/hinge/hinge.ts";
export { type MulticlassHingeOptions, multiclassHingeLoss } from "./losses/classification/hinge/multiclassHinge.ts";
export { logisticLoss } from "./losses/classification/logistic/logistic.ts";
export { binaryLogLoss, logLoss } from "./losses/classification/logLoss/logLoss.ts";
export type { BoxOptions } from "./losses/detection/boxes.ts";
export { type DrOptions, drLoss } from "./losses/detection/dr/dr.ts";
export { ciouLoss } from "./losses/detection/iou/ciou.ts";
export { diouLoss } from "./losses/detection/iou/diou.ts";
export { giouLoss } from "./losses/detection/iou/giou.ts";
export { type IouLossOptions, iouLoss } from "./losses/detection/iou/iouLoss.ts";
export { iou } from "./losses/detection/iou/pairwise.ts";
export { type GradientPenaltyOptions, gradientPenalty } from "./losses/distribution/adversarial/gradientPenalty.ts";
export { wassersteinCriticLoss } from "./losses/distribution/adversarial/wassersteinCriticLoss.ts";
export { wassersteinGeneratorLoss } from "./losses/distribution/adversarial/wassersteinGeneratorLoss.ts";
export { type DistillationOptions, distillationLoss } from "./losses/distribution/distillation/distillationLoss.ts";
export { type EarthMoverOptions, earthMoverDistance } from "./losses/distribution/earthMover/earthMoverDistance.ts";
export { transportPlan } from "./losses/distribution/earthMover/transportPlan.ts";
export { jensenShannonDivergence } from "./losses/distribution/jensenShannon/jensenShannonDivergence.ts";
export { klDivergence } from "./losses/distribution/kl/klDivergence.ts";
export { klDivergenceFromLogits } from "./losses/distribution/kl/klDivergenceFromLogits.ts";
export { type SinkhornOptions, sinkhornDivergence } from "./losses/distribution/sinkhorn/sinkhornDivergence.ts";
export { type SinkhornResult, sinkhornPotentials } from "./losses/distribution/sinkhorn/sinkhornPotentials.ts";
export {
  type SlicedWassersteinOptions,
  slicedWassersteinDistance,
} from "./losses/distribution/sliced/slicedWassersteinDistance.ts";
export {
  type WassersteinDistanceOptions,
  wassersteinDistance,
} from "./losses/distribution/wasserstein/wassersteinDistance.ts";
export { type ArcFaceOptions, arcFaceLoss } from "./losses/embedding/arcFace/arcFace.ts";
export { centerLoss } from "./losses/embedding/center/center.ts";
export { updateCenters } from "./losses/embedding/center/updateCenters.ts";
export { type BatchCircleOptions, batchCircleLoss } from "./losses/embedding/circle/batchCircle.ts";
export { type CircleOptions, circleLoss } from "./losses/embedding/circle/circle.ts";
export { type ContrastiveOptions, contrastiveLoss } from "./losses/embedding/contrastive/contrastive.ts";
export { type CosFaceOptions, cosFaceLoss } from "./losses/embedding/cosFace/cosFace.ts";
export {
  type CosineEmbeddingOptions,
  cosineEmbeddingLoss,
} from "./losses/embedding/cosineEmbedding/cosineEmbedding.ts";
export { type InfoNceOptions, infoNceLoss } from "./losses/embedding/infoNce/infoNce.ts";
export { type MarginRankingOptions, marginRankingLoss } from "./losses/embedding/marginRanking/marginRanking.ts";
export { type NtXentOptions, ntXentLoss } from "./losses/embedding/ntXent/ntXent.ts";
export type { OimMemory } from "./losses/embedding/oim/memory.ts";
export {
  createOimMemory,
  oimMemoryFromBytes,
  oimMemoryToBytes,
  oimMemoryToPlain,
  updateOimMemory,
} from "./losses/embedding/oim/memory.ts";
export { type OimOptions, oimLoss } from "./losses/embedding/oim/oim.ts";
export { batchHardQuadrupletLoss } from "./losses/embedding/quadruplet/batchHard.ts";
export { type QuadrupletOptions, quadrupletLoss } from "./losses/embedding/quadruplet/quadruplet.ts";
export { type SupConOptions, supConLoss } from "./losses/embedding/supCon/supCon.ts";
export { type BatchAllTripletOptions, batchAllTripletLoss } from "./losses/embedding/triplet/batchAll.ts";
export { type BatchHardTripletOptions, batchHardTripletLoss } from "./losses/embedding/triplet/batchHard.ts";
export { type SemiHardTripletOptions, semiHardTripletLoss } from "./losses/embedding/triplet/semiHard.ts";
export { type TripletOptions, tripletLoss } from "./losses/embedding/triplet/triplet.ts";
export { verificationLoss } from "./losses/embedding/verification/verification.ts";
export type { RangeOptions } from "./losses/image/pair.ts";
export type { FeatureOptions } from "./losses/image/perceptual/features.ts";
export { perceptualLoss } from "./losses/image/perceptual/perceptualLoss.ts";
export { styleLoss } from "./losses/image/perceptual/styleLoss.ts";
export { psnr } from "./losses/image/psnr/psnr.ts";
export { type ReconstructionOptions, reconstructionLoss } from "./losses/image/reconstruction/reconstructionLoss.ts";
export { totalVariationLoss } from "./losses/image/reconstruction/totalVariationLoss.ts";
export { msSsim } from "./losses/image/ssim/msSsim.ts";
export { msSsimLoss } from "./losses/image/ssim/msSsimLoss.ts";
export { ssim } from "./losses/image/ssim/ssim.ts";
export { ssimLoss } from "./losses/image/ssim/ssimLoss.ts";
export type { SsimOptions } from "./losses/image/ssim/window.ts";
export { type DamsmOptions, type DamsmTerms, damsmLoss, damsmTerms } from "./losses/multimodal/damsm/damsm.ts";
export { type CharbonnierOptions, charbonnierLoss } from "./losses/regression/charbonnier/charbonnier.ts";
export { type HuberOptions, huberLoss } from "./losses/regression/huber/huber.ts";
export { type SmoothL1Options, smoothL1Loss } from "./losses/regression/huber/smoothL1.ts";
export { l1Loss } from "./losses/regression/l1/l1.ts";
export { l2Loss } from "./losses/regression/l2/l2.ts";
export { logCoshLoss } from "./losses/regression/logCosh/logCosh.ts";
export { type MultiQuantileOptions, multiQuantileLoss } from "./losses/regression/quantile/multiQuantile.ts";
export { type QuantileOptions, quantileLoss } from "./losses/regression/quantile/quantile.ts";
export { cliffWalking } from "./losses/reinforcement/td/cliffWalking.ts";
export type { ControlOptions, ControlReport, ControlResult } from "./losses/reinforcement/td/control.ts";
export type { ControlEnvironment, Environment, Policy, Transition } from "./losses/reinforcement/td/environment.ts";
export { generalizedAdvantage } from "./losses/reinforcement/td/generalizedAdvantage.ts";
export { lambdaReturns } from "./losses/reinforcement/td/lambdaReturns.ts";
export type {
  EpisodeReport,
  TdPolicyEvaluationOptions,
  TdResult,
} from "./losses/reinforcement/td/policyEvaluation.ts";
export { qLearning } from "./losses/reinforcement/td/qLearning.ts";
export { randomWalk } from "./losses/reinforcement/td/randomWalk.ts";
export type { ReturnsOptions } from "./losses/reinforcement/td/returns.ts";
export { sarsa } from "./losses/reinforcement/td/sarsa.ts";
export { type TdLambdaOptions, tdLambda } from "./losses/reinforcement/td/tdLambda.ts";
export { type TdLossOptions, tdLoss } from "./losses/reinforcement/td/tdLoss.ts";
export { tdPolicyEvaluation } from "./losses/reinforcement/td/tdPolicyEvaluation.ts";
export { type DiceOptions, diceLoss } from "./losses/segmentation/dice/dice.ts";
export {
  type GeneralizedDiceOptions,
  generalizedDiceLoss,
} from "./losses/segmentation/generalizedDice/generalizedDice.ts";
export { type JaccardOptions, jaccardLoss } from "./losses/segmentation/tversky/jaccard.ts";
export { type TverskyOptions, tverskyLoss } from "./losses/segmentation/tversky/tversky.ts";
export { chamferDistance } from "./metrics/chamfer/chamfer.ts";
export { diceScore } from "./metrics/diceScore/diceScore.ts";
export { editDistance, type Sequence } from "./metrics/editDistance/editDistance.ts";
export { FrechetInceptionDistance } from "./metrics/fid/accumulator.ts";
export { FeatureStatistics } from "./metrics/fid/featureStatistics.ts";
export { frechetDistance } from "./metrics/fid/frechetDistance.ts";
export { frechetInceptionDistance } from "./metrics/fid/frechetInceptionDistance.ts";
export { InceptionScore } from "./metrics/inceptionScore/accumulator.ts";
export { type InceptionScoreOptions, inceptionScore } from "./metrics/inceptionScore/inceptionScore.ts";
export {
  type KernelInceptionDistanceOptions,
  kernelInceptionDistance,
} from "./metrics/kid/kernelInceptionDistance.ts";
export { type MatchingRPrecisionOptions, matchingRPrecision } from "./metrics/rPrecision/matchingRPrecision.ts";
export { rPrecision } from "./metrics/rPrecision/rPrecision.ts";
export type { Random } from "./random.ts";
export type { LossSpec, Reduction } from "./spec.ts";
export type { OutBuffer } from "./tensor/gradients.ts";
export type { Dtype, FloatArray, FloatInput, IndexInput, ResidentTensor, Tensor } from "./tensor/tensor.ts";
export { resident } from "./tensor/tensor.ts";
