export type { Loss, Reduced, ScalarLoss } from "./loss.ts";
export { binaryCrossEntropy } from "./losses/classification/crossEntropy/binaryCrossEntropy.ts";
export { crossEntropy } from "./losses/classification/crossEntropy/crossEntropy.ts";
export { softCrossEntropy } from "./losses/classification/crossEntropy/softCrossEntropy.ts";
export { focalLoss } from "./losses/classification/focal/focal.ts";
export { softmaxFocalLoss } from "./losses/classification/focal/softmaxFocal.ts";
export { hingeLoss, squaredHingeLoss } from "./losses/classification/hinge/hinge.ts";
export { multiclassHingeLoss } from "./losses/classification/hinge/multiclassHinge.ts";
export { logisticLoss } from "./losses/classification/logistic/logistic.ts";
export { binaryLogLoss, logLoss } from "./losses/classification/logLoss/logLoss.ts";
export { drLoss } from "./losses/detection/dr/dr.ts";
export { ciouLoss } from "./losses/detection/iou/ciou.ts";
export { diouLoss } from "./losses/detection/iou/diou.ts";
export { giouLoss } from "./losses/detection/iou/giou.ts";
export { iouLoss } from "./losses/detection/iou/iouLoss.ts";
export { iou } from "./losses/detection/iou/pairwise.ts";
export { distillationLoss } from "./losses/distribution/kl/distillationLoss.ts";
export { jensenShannonDivergence } from "./losses/distribution/kl/jensenShannonDivergence.ts";
export { klDivergence } from "./losses/distribution/kl/klDivergence.ts";
export { klDivergenceFromLogits } from "./losses/distribution/kl/klDivergenceFromLogits.ts";
export { earthMoverDistance, transportPlan } from "./losses/distribution/wasserstein/earthMoverDistance.ts";
export { gradientPenalty } from "./losses/distribution/wasserstein/gradientPenalty.ts";
export { slicedWassersteinDistance } from "./losses/distribution/wasserstein/slicedWassersteinDistance.ts";
export { wassersteinCriticLoss } from "./losses/distribution/wasserstein/wassersteinCriticLoss.ts";
export { wassersteinDistance } from "./losses/distribution/wasserstein/wassersteinDistance.ts";
export { wassersteinGeneratorLoss } from "./losses/distribution/wasserstein/wassersteinGeneratorLoss.ts";
export { arcFaceLoss } from "./losses/embedding/arcFace/arcFace.ts";
export { cosFaceLoss } from "./losses/embedding/arcFace/cosFace.ts";
export { centerLoss } from "./losses/embedding/center/center.ts";
export { updateCenters } from "./losses/embedding/center/updateCenters.ts";
export { batchCircleLoss } from "./losses/embedding/circle/batchCircle.ts";
export { circleLoss } from "./losses/embedding/circle/circle.ts";
export { contrastiveLoss } from "./losses/embedding/contrastive/contrastive.ts";
export { cosineEmbeddingLoss } from "./losses/embedding/cosineEmbedding/cosineEmbedding.ts";
export { infoNceLoss } from "./losses/embedding/infoNce/infoNce.ts";
export { ntXentLoss } from "./losses/embedding/infoNce/ntXent.ts";
export { marginRankingLoss } from "./losses/embedding/marginRanking/marginRanking.ts";
export type { OimMemory } from "./losses/embedding/oim/memory.ts";
export {
  createOimMemory,
  oimMemoryFromBytes,
  oimMemoryToBytes,
  oimMemoryToPlain,
  updateOimMemory,
} from "./losses/embedding/oim/memory.ts";
export { oimLoss } from "./losses/embedding/oim/oim.ts";
export { batchHardQuadrupletLoss } from "./losses/embedding/quadruplet/batchHard.ts";
export { quadrupletLoss } from "./losses/embedding/quadruplet/quadruplet.ts";
export { supConLoss } from "./losses/embedding/supCon/supCon.ts";
export { batchAllTripletLoss } from "./losses/embedding/triplet/batchAll.ts";
export { batchHardTripletLoss } from "./losses/embedding/triplet/batchHard.ts";
export { semiHardTripletLoss } from "./losses/embedding/triplet/semiHard.ts";
export { tripletLoss } from "./losses/embedding/triplet/triplet.ts";
export { verificationLoss } from "./losses/embedding/verification/verification.ts";
export { charbonnierLoss } from "./losses/regression/charbonnier/charbonnier.ts";
export { huberLoss } from "./losses/regression/huber/huber.ts";
export { smoothL1Loss } from "./losses/regression/huber/smoothL1.ts";
export { l1Loss } from "./losses/regression/l1/l1.ts";
export { l2Loss } from "./losses/regression/l2/l2.ts";
export { logCoshLoss } from "./losses/regression/logCosh/logCosh.ts";
export { multiQuantileLoss } from "./losses/regression/quantile/multiQuantile.ts";
export { quantileLoss } from "./losses/regression/quantile/quantile.ts";
export {
  type ControlOptions,
  type ControlReport,
  type ControlResult,
  qLearning,
  sarsa,
} from "./losses/reinforcement/td/control.ts";
export {
  type ControlEnvironment,
  cliffWalking,
  type Environment,
  type Policy,
  randomWalk,
  type Transition,
} from "./losses/reinforcement/td/environment.ts";
export {
  type EpisodeReport,
  type TdLambdaOptions,
  type TdPolicyEvaluationOptions,
  type TdResult,
  tdLambda,
  tdPolicyEvaluation,
} from "./losses/reinforcement/td/evaluation.ts";
export { generalizedAdvantage, lambdaReturns, type ReturnsOptions } from "./losses/reinforcement/td/returns.ts";
export { tdLoss } from "./losses/reinforcement/td/tdLoss.ts";
export { diceLoss } from "./losses/segmentation/dice/dice.ts";
export { generalizedDiceLoss } from "./losses/segmentation/generalizedDice/generalizedDice.ts";
export { jaccardLoss } from "./losses/segmentation/tversky/jaccard.ts";
export { tverskyLoss } from "./losses/segmentation/tversky/tversky.ts";
export type { Random } from "./random.ts";
export type { LossSpec, Reduction } from "./spec.ts";
export type { FloatInput, IndexInput, ResidentTensor, Tensor } from "./tensor/tensor.ts";
export { resident } from "./tensor/tensor.ts";
