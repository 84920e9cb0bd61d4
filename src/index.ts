export type { Activation, BackOptions } from "./activations/activation.ts";
export { normalize } from "./activations/normalize/normalize.ts";
export { sigmoid } from "./activations/sigmoid/sigmoid.ts";
export { logSoftmax, softmax } from "./activations/softmax/softmax.ts";
export { checkLoss } from "./checking/checkLoss.ts";
export type { CheckName, LossFinding, LossReport } from "./checking/report.ts";
export type { Checkable } from "./checking/subject.ts";
export { type Combined, type CombinedGradOptions, type CombinedOptions, combine } from "./combine/combine.ts";
export { type OneHotOptions, oneHot } from "./combine/oneHot.ts";
export type {
  AnyLoss,
  CheckedParts,
  LossPart,
  LossParts,
  PartOptions,
  PartOptionsOf,
  TargetsOf,
} from "./combine/parts.ts";
export type { CommonOptions, GradOptions, Loss, Reduced, ScalarLoss, WeightOptions } from "./contract/loss.ts";
export { resident } from "./contract/resident.ts";
export type { ResultArray } from "./contract/signature.ts";
export type {
  ArgumentSpec,
  BooleanOption,
  Check,
  ChoiceOption,
  Family,
  FloatArgument,
  FunctionSpec,
  IndexArgument,
  ListArgument,
  LossSpec,
  NumberOption,
  OptionSpec,
  Reduction,
  Reference,
  SpecOf,
  StateArgument,
  TensorOption,
  Unreduced,
  ValueArgument,
  ValueOption,
} from "./contract/spec.ts";
export type { Axes, Engine, Size, Term } from "./formula/arrays.ts";
export type {
  FormulaArgument,
  FormulaDeclaration,
  FormulaDocs,
  FormulaLoss,
  FormulaOption,
} from "./formula/declaration.ts";
export { defineFormula } from "./formula/defineFormula.ts";
export type { Maths } from "./formula/maths.ts";
export type { FormulaPlan, FusedPlan, PlannedLoss, TensorPlan } from "./formula/plan.ts";
export { LossaryError } from "./lossaryError.ts";
export {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropy,
} from "./losses/classification/crossEntropy/binaryCrossEntropy.ts";
export { type CrossEntropyOptions, crossEntropy } from "./losses/classification/crossEntropy/crossEntropy.ts";
export {
  type SoftCrossEntropyOptions,
  softCrossEntropy,
} from "./losses/classification/crossEntropy/softCrossEntropy.ts";
export { type FocalOptions, focalLoss } from "./losses/classification/focal/focalLoss.ts";
export { type SoftmaxFocalOptions, softmaxFocalLoss } from "./losses/classification/focal/softmaxFocalLoss.ts";
export { type HingeOptions, hingeLoss, squaredHingeLoss } from "./losses/classification/hinge/hingeLoss.ts";
export { type MulticlassHingeOptions, multiclassHingeLoss } from "./losses/classification/hinge/multiclassHingeLoss.ts";
export { type LogisticOptions, logisticLoss } from "./losses/classification/logistic/logisticLoss.ts";
export { binaryLogLoss, type LogLossOptions, logLoss } from "./losses/classification/logLoss/logLoss.ts";
export type { BoxFormat, BoxOptions } from "./losses/detection/boxes.ts";
export { type DrOptions, drLoss } from "./losses/detection/dr/drLoss.ts";
export { ciouLoss } from "./losses/detection/iou/ciouLoss.ts";
export { diouLoss } from "./losses/detection/iou/diouLoss.ts";
export { giouLoss } from "./losses/detection/iou/giouLoss.ts";
export { iou } from "./losses/detection/iou/iou.ts";
export { type IouLossOptions, iouLoss } from "./losses/detection/iou/iouLoss.ts";
export { type GradientPenaltyOptions, gradientPenalty } from "./losses/distribution/adversarial/gradientPenalty.ts";
export { wassersteinCriticLoss } from "./losses/distribution/adversarial/wassersteinCriticLoss.ts";
export { wassersteinGeneratorLoss } from "./losses/distribution/adversarial/wassersteinGeneratorLoss.ts";
export { type DistillationOptions, distillationLoss } from "./losses/distribution/distillation/distillationLoss.ts";
export type { Cost } from "./losses/distribution/earthMover/coupling.ts";
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
export { type ArcFaceOptions, arcFaceLoss } from "./losses/embedding/arcFace/arcFaceLoss.ts";
export { centerLoss } from "./losses/embedding/center/centerLoss.ts";
export { type UpdateCentersOptions, updateCenters } from "./losses/embedding/center/updateCenters.ts";
export { type BatchCircleOptions, batchCircleLoss } from "./losses/embedding/circle/batchCircleLoss.ts";
export { type CircleOptions, circleLoss } from "./losses/embedding/circle/circleLoss.ts";
export { type ContrastiveOptions, contrastiveLoss } from "./losses/embedding/contrastive/contrastiveLoss.ts";
export { type CosFaceOptions, cosFaceLoss } from "./losses/embedding/cosFace/cosFaceLoss.ts";
export {
  type CosineEmbeddingOptions,
  cosineEmbeddingLoss,
} from "./losses/embedding/cosineEmbedding/cosineEmbeddingLoss.ts";
export type { Distance } from "./losses/embedding/distances.ts";
export { type InfoNceOptions, infoNceLoss } from "./losses/embedding/infoNce/infoNceLoss.ts";
export { type MarginRankingOptions, marginRankingLoss } from "./losses/embedding/marginRanking/marginRankingLoss.ts";
export { type NtXentOptions, ntXentLoss } from "./losses/embedding/ntXent/ntXentLoss.ts";
export type { OimMemory, OimMemoryOptions, OimUpdateOptions } from "./losses/embedding/oim/memory.ts";
export {
  createOimMemory,
  oimMemoryFromBytes,
  oimMemoryToBytes,
  oimMemoryToPlain,
  updateOimMemory,
} from "./losses/embedding/oim/memory.ts";
export { type OimOptions, oimLoss } from "./losses/embedding/oim/oimLoss.ts";
export {
  type BatchHardQuadrupletOptions,
  batchHardQuadrupletLoss,
} from "./losses/embedding/quadruplet/batchHardQuadrupletLoss.ts";
export { type QuadrupletOptions, quadrupletLoss } from "./losses/embedding/quadruplet/quadrupletLoss.ts";
export type { RowMaskOption } from "./losses/embedding/rows.ts";
export { type SupConOptions, supConLoss } from "./losses/embedding/supCon/supConLoss.ts";
export { type BatchAllTripletOptions, batchAllTripletLoss } from "./losses/embedding/triplet/batchAllTripletLoss.ts";
export { type BatchHardTripletOptions, batchHardTripletLoss } from "./losses/embedding/triplet/batchHardTripletLoss.ts";
export { type SemiHardTripletOptions, semiHardTripletLoss } from "./losses/embedding/triplet/semiHardTripletLoss.ts";
export { type TripletOptions, tripletLoss } from "./losses/embedding/triplet/tripletLoss.ts";
export { verificationLoss } from "./losses/embedding/verification/verificationLoss.ts";
export type { ByteImage, RangedLoss, RangeOptions } from "./losses/image/pair.ts";
export type { FeatureLoss, FeatureOptions } from "./losses/image/perceptual/features.ts";
export { perceptualLoss } from "./losses/image/perceptual/perceptualLoss.ts";
export { styleLoss } from "./losses/image/perceptual/styleLoss.ts";
export { psnr } from "./losses/image/psnr/psnr.ts";
export { type ReconstructionOptions, reconstructionLoss } from "./losses/image/reconstruction/reconstructionLoss.ts";
export { totalVariationLoss } from "./losses/image/reconstruction/totalVariationLoss.ts";
export type { MsSsimOptions } from "./losses/image/ssim/levels.ts";
export { msSsim } from "./losses/image/ssim/msSsim.ts";
export { msSsimLoss } from "./losses/image/ssim/msSsimLoss.ts";
export { type SsimScore, type SsimScoreOptions, ssim } from "./losses/image/ssim/ssim.ts";
export { ssimLoss } from "./losses/image/ssim/ssimLoss.ts";
export type { SsimOptions, WindowOptions } from "./losses/image/ssim/window.ts";
export { type DamsmOptions, type DamsmTerms, damsmLoss, damsmTerms } from "./losses/multimodal/damsm/damsmLoss.ts";
export { type CharbonnierOptions, charbonnierLoss } from "./losses/regression/charbonnier/charbonnierLoss.ts";
export { type ExpectileOptions, expectileLoss } from "./losses/regression/expectile/expectileLoss.ts";
export { type HuberOptions, huberLoss } from "./losses/regression/huber/huberLoss.ts";
export { type SmoothL1Options, smoothL1Loss } from "./losses/regression/huber/smoothL1Loss.ts";
export { type L1Options, l1Loss } from "./losses/regression/l1/l1Loss.ts";
export { type L2Options, l2Loss } from "./losses/regression/l2/l2Loss.ts";
export { type LogCoshOptions, logCoshLoss } from "./losses/regression/logCosh/logCoshLoss.ts";
export { type MultiQuantileOptions, multiQuantileLoss } from "./losses/regression/quantile/multiQuantileLoss.ts";
export { type QuantileOptions, quantileLoss } from "./losses/regression/quantile/quantileLoss.ts";
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
export { type RandomWalkOptions, randomWalk } from "./losses/reinforcement/td/randomWalk.ts";
export type { ReturnsOptions } from "./losses/reinforcement/td/returns.ts";
export { sarsa } from "./losses/reinforcement/td/sarsa.ts";
export type { EpisodeOptions } from "./losses/reinforcement/td/tabularOptions.ts";
export { type TdLambdaOptions, tdLambda } from "./losses/reinforcement/td/tdLambda.ts";
export { type TdLossOptions, tdLoss } from "./losses/reinforcement/td/tdLoss.ts";
export { tdPolicyEvaluation } from "./losses/reinforcement/td/tdPolicyEvaluation.ts";
export { type DiceOptions, diceLoss } from "./losses/segmentation/dice/diceLoss.ts";
export {
  type GeneralizedDiceOptions,
  generalizedDiceLoss,
} from "./losses/segmentation/generalizedDice/generalizedDiceLoss.ts";
export type { MaskOption, OverlapOptions } from "./losses/segmentation/overlap.ts";
export { type JaccardOptions, jaccardLoss } from "./losses/segmentation/tversky/jaccardLoss.ts";
export { type TverskyOptions, tverskyLoss } from "./losses/segmentation/tversky/tverskyLoss.ts";
export { chamferDistance } from "./metrics/chamfer/chamferDistance.ts";
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
export type { OutBuffer } from "./tensor/gradients.ts";
export type { Dtype, FloatArray, FloatInput, IndexInput, ResidentTensor, Shape, Tensor } from "./tensor/tensor.ts";
