/** The formulas of all losses, and of what goes in front of them, under their names. */
export { normalizePortable as normalize } from "../activations/normalize/normalize.formula.ts";
export { sigmoidPortable as sigmoid } from "../activations/sigmoid/sigmoid.formula.ts";
export {
  logSoftmaxPortable as logSoftmax,
  softmaxPortable as softmax,
} from "../activations/softmax/softmax.formula.ts";
export { binaryCrossEntropyPortable as binaryCrossEntropy } from "../losses/classification/crossEntropy/binaryCrossEntropy.formula.ts";
export { crossEntropyPortable as crossEntropy } from "../losses/classification/crossEntropy/crossEntropy.formula.ts";
export { softCrossEntropyPortable as softCrossEntropy } from "../losses/classification/crossEntropy/softCrossEntropy.formula.ts";
export { focalPortable as focalLoss } from "../losses/classification/focal/focalLoss.formula.ts";
export { softmaxFocalPortable as softmaxFocalLoss } from "../losses/classification/focal/softmaxFocalLoss.formula.ts";
export {
  hingePortable as hingeLoss,
  squaredHingePortable as squaredHingeLoss,
} from "../losses/classification/hinge/hingeLoss.formula.ts";
export { multiclassHingePortable as multiclassHingeLoss } from "../losses/classification/hinge/multiclassHingeLoss.formula.ts";
export { logisticPortable as logisticLoss } from "../losses/classification/logistic/logisticLoss.formula.ts";
export {
  binaryLogLossPortable as binaryLogLoss,
  logLossPortable as logLoss,
} from "../losses/classification/logLoss/logLoss.formula.ts";
export { drPortable as drLoss } from "../losses/detection/dr/drLoss.formula.ts";
export { ciouPortable as ciouLoss } from "../losses/detection/iou/ciouLoss.formula.ts";
export { diouPortable as diouLoss } from "../losses/detection/iou/diouLoss.formula.ts";
export { giouPortable as giouLoss } from "../losses/detection/iou/giouLoss.formula.ts";
export { iouPortable as iouLoss } from "../losses/detection/iou/iouLoss.formula.ts";
export { gradientPenaltyPortable as gradientPenalty } from "../losses/distribution/adversarial/gradientPenalty.formula.ts";
export { wassersteinCriticPortable as wassersteinCriticLoss } from "../losses/distribution/adversarial/wassersteinCriticLoss.formula.ts";
export { wassersteinGeneratorPortable as wassersteinGeneratorLoss } from "../losses/distribution/adversarial/wassersteinGeneratorLoss.formula.ts";
export { distillationPortable as distillationLoss } from "../losses/distribution/distillation/distillationLoss.formula.ts";
export { earthMoverPortable as earthMoverDistance } from "../losses/distribution/earthMover/earthMoverDistance.formula.ts";
export { jensenShannonPortable as jensenShannonDivergence } from "../losses/distribution/jensenShannon/jensenShannonDivergence.formula.ts";
export { klDivergencePortable as klDivergence } from "../losses/distribution/kl/klDivergence.formula.ts";
export { klFromLogitsPortable as klDivergenceFromLogits } from "../losses/distribution/kl/klDivergenceFromLogits.formula.ts";
export { sinkhornPortable as sinkhornDivergence } from "../losses/distribution/sinkhorn/sinkhornDivergence.formula.ts";
export { slicedWassersteinPortable as slicedWassersteinDistance } from "../losses/distribution/sliced/slicedWassersteinDistance.formula.ts";
export { wassersteinDistancePortable as wassersteinDistance } from "../losses/distribution/wasserstein/wassersteinDistance.formula.ts";
export { arcFacePortable as arcFaceLoss } from "../losses/embedding/arcFace/arcFaceLoss.formula.ts";
export { centerPortable as centerLoss } from "../losses/embedding/center/centerLoss.formula.ts";
export {
  batchCirclePortable as batchCircleLoss,
  circlePortable as circleLoss,
} from "../losses/embedding/circle/circleLoss.formula.ts";
export { contrastivePortable as contrastiveLoss } from "../losses/embedding/contrastive/contrastiveLoss.formula.ts";
export { cosFacePortable as cosFaceLoss } from "../losses/embedding/cosFace/cosFaceLoss.formula.ts";
export { cosineEmbeddingPortable as cosineEmbeddingLoss } from "../losses/embedding/cosineEmbedding/cosineEmbeddingLoss.formula.ts";
export { infoNcePortable as infoNceLoss } from "../losses/embedding/infoNce/infoNceLoss.formula.ts";
export { marginRankingPortable as marginRankingLoss } from "../losses/embedding/marginRanking/marginRankingLoss.formula.ts";
export { ntXentPortable as ntXentLoss } from "../losses/embedding/ntXent/ntXentLoss.formula.ts";
export { oimPortable as oimLoss } from "../losses/embedding/oim/oimLoss.formula.ts";
export { batchHardQuadrupletPortable as batchHardQuadrupletLoss } from "../losses/embedding/quadruplet/batchHardQuadrupletLoss.formula.ts";
export { quadrupletPortable as quadrupletLoss } from "../losses/embedding/quadruplet/quadrupletLoss.formula.ts";
export { supConPortable as supConLoss } from "../losses/embedding/supCon/supConLoss.formula.ts";
export { batchAllTripletPortable as batchAllTripletLoss } from "../losses/embedding/triplet/batchAllTripletLoss.formula.ts";
export { batchHardTripletPortable as batchHardTripletLoss } from "../losses/embedding/triplet/batchHardTripletLoss.formula.ts";
export { semiHardTripletPortable as semiHardTripletLoss } from "../losses/embedding/triplet/semiHardTripletLoss.formula.ts";
export { tripletPortable as tripletLoss } from "../losses/embedding/triplet/tripletLoss.formula.ts";
export { verificationPortable as verificationLoss } from "../losses/embedding/verification/verificationLoss.formula.ts";
export { perceptualPortable as perceptualLoss } from "../losses/image/perceptual/perceptualLoss.formula.ts";
export { stylePortable as styleLoss } from "../losses/image/perceptual/styleLoss.formula.ts";
export { psnrPortable as psnr } from "../losses/image/psnr/psnr.formula.ts";
export { reconstructionPortable as reconstructionLoss } from "../losses/image/reconstruction/reconstructionLoss.formula.ts";
export { totalVariationPortable as totalVariationLoss } from "../losses/image/reconstruction/totalVariationLoss.formula.ts";
export { msSsimPortable as msSsim } from "../losses/image/ssim/msSsim.formula.ts";
export { msSsimLossPortable as msSsimLoss } from "../losses/image/ssim/msSsimLoss.formula.ts";
export { ssimPortable as ssim } from "../losses/image/ssim/ssim.formula.ts";
export { ssimLossPortable as ssimLoss } from "../losses/image/ssim/ssimLoss.formula.ts";
export { damsmPortable as damsmLoss } from "../losses/multimodal/damsm/damsmLoss.formula.ts";
export { charbonnierPortable as charbonnierLoss } from "../losses/regression/charbonnier/charbonnierLoss.formula.ts";
export { expectilePortable as expectileLoss } from "../losses/regression/expectile/expectileLoss.formula.ts";
export { huberPortable as huberLoss } from "../losses/regression/huber/huberLoss.formula.ts";
export { smoothL1Portable as smoothL1Loss } from "../losses/regression/huber/smoothL1Loss.formula.ts";
export { l1Portable as l1Loss } from "../losses/regression/l1/l1Loss.formula.ts";
export { l2Portable as l2Loss } from "../losses/regression/l2/l2Loss.formula.ts";
export { logCoshPortable as logCoshLoss } from "../losses/regression/logCosh/logCoshLoss.formula.ts";
export { multiQuantilePortable as multiQuantileLoss } from "../losses/regression/quantile/multiQuantileLoss.formula.ts";
export { quantilePortable as quantileLoss } from "../losses/regression/quantile/quantileLoss.formula.ts";
export { tdPortable as tdLoss } from "../losses/reinforcement/td/tdLoss.formula.ts";
export { dicePortable as diceLoss } from "../losses/segmentation/dice/diceLoss.formula.ts";
export { generalizedDicePortable as generalizedDiceLoss } from "../losses/segmentation/generalizedDice/generalizedDiceLoss.formula.ts";
export { jaccardPortable as jaccardLoss } from "../losses/segmentation/tversky/jaccardLoss.formula.ts";
export { tverskyPortable as tverskyLoss } from "../losses/segmentation/tversky/tverskyLoss.formula.ts";
export { chamferPortable as chamferDistance } from "../metrics/chamfer/chamferDistance.formula.ts";
export { frechetPortable as frechetInceptionDistance } from "../metrics/fid/frechetInceptionDistance.formula.ts";
