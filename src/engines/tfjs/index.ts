/**
 * `lossary/tfjs`: the losses on TensorFlow.js tensors, under their own names, arguments and options.
 *
 * A call gives a tensor that every gradient function of TensorFlow.js differentiates. On the wasm backend a fused kernel
 * reads and writes tensors where they lie, value and gradient in one pass; on the cpu backend and in Node's it works on
 * copies. On the graphics backends, for second derivatives, and with `{ fused: false }` the portable definition runs; on
 * graphics it does not check the tensors' numbers unless `{ validate: true }` asks for it. Everything is float32.
 */
import * as catalog from "../catalog.ts";
import { activation, native } from "./native.ts";

export { compile, type KerasLoss, type PairLoss } from "./compile.ts";

/** Classifies by direction and parts the classes by an angle. */
export const arcFaceLoss = /* @__PURE__ */ native(catalog.arcFaceLoss);
/** Trains on every triplet of a batch. */
export const batchAllTripletLoss = /* @__PURE__ */ native(catalog.batchAllTripletLoss);
/** Circle loss over the pairs of a labelled batch. */
export const batchCircleLoss = /* @__PURE__ */ native(catalog.batchCircleLoss);
/** Trains on the hardest quadruplet that a batch holds for each anchor. */
export const batchHardQuadrupletLoss = /* @__PURE__ */ native(catalog.batchHardQuadrupletLoss);
/** Trains on the hardest triplet that a batch holds for each anchor. */
export const batchHardTripletLoss = /* @__PURE__ */ native(catalog.batchHardTripletLoss);
/** Makes each probability that of its own yes-or-no target. */
export const binaryCrossEntropy = /* @__PURE__ */ native(catalog.binaryCrossEntropy);
/** Scores yes-or-no probabilities by the surprise at what was true. */
export const binaryLogLoss = /* @__PURE__ */ native(catalog.binaryLogLoss);
/** Gathers the features of a class around its center. */
export const centerLoss = /* @__PURE__ */ native(catalog.centerLoss);
/** Draws each point of two clouds to the nearest point of the other. */
export const chamferDistance = /* @__PURE__ */ native(catalog.chamferDistance);
/** An absolute error without a corner, much used to restore images. */
export const charbonnierLoss = /* @__PURE__ */ native(catalog.charbonnierLoss);
/** Makes predicted boxes agree with the true ones in overlap, place and shape. */
export const ciouLoss = /* @__PURE__ */ native(catalog.ciouLoss);
/** Raises similarities within classes and lowers those between, each by how far it still has to go. */
export const circleLoss = /* @__PURE__ */ native(catalog.circleLoss);
/** Draws similar pairs together and holds dissimilar pairs at least a margin apart. */
export const contrastiveLoss = /* @__PURE__ */ native(catalog.contrastiveLoss);
/** Classifies by direction and parts the classes by a cosine. */
export const cosFaceLoss = /* @__PURE__ */ native(catalog.cosFaceLoss);
/** Aligns similar pairs and turns dissimilar pairs away from each other. */
export const cosineEmbeddingLoss = /* @__PURE__ */ native(catalog.cosineEmbeddingLoss);
/** Makes the probability of the true class large; a confident mistake pulls hardest. */
export const crossEntropy = /* @__PURE__ */ native(catalog.crossEntropy);
/** Makes images and captions find each other, word by region and as a whole. */
export const damsmLoss = /* @__PURE__ */ native(catalog.damsmLoss);
/** Rewards overlap of masks, whatever share of the image they cover. */
export const diceLoss = /* @__PURE__ */ native(catalog.diceLoss);
/** Makes predicted boxes cover the true ones, and pulls their centres together. */
export const diouLoss = /* @__PURE__ */ native(catalog.diouLoss);
/** Makes a student predict the whole distribution a teacher predicts. */
export const distillationLoss = /* @__PURE__ */ native(catalog.distillationLoss);
/** Ranks the hardest objects above the hardest background, however much more background there is. */
export const drLoss = /* @__PURE__ */ native(catalog.drLoss);
/** Moves one cloud of points onto another at the least cost. */
export const earthMoverDistance = /* @__PURE__ */ native(catalog.earthMoverDistance);
/** Fits an expectile: a squared error that counts τ where too low, 1 − τ where too high. */
export const expectileLoss = /* @__PURE__ */ native(catalog.expectileLoss);
/** Silences the easy majority so that rare, hard examples are heard. */
export const focalLoss = /* @__PURE__ */ native(catalog.focalLoss);
/** Compares generated images with real ones by mean and covariance of a network's features. */
export const frechetInceptionDistance = /* @__PURE__ */ native(catalog.frechetInceptionDistance);
/** Rewards overlap over all classes at once, the rare ones as much as the large ones. */
export const generalizedDiceLoss = /* @__PURE__ */ native(catalog.generalizedDiceLoss);
/** Makes predicted boxes cover the true ones, and pulls them together where they do not overlap. */
export const giouLoss = /* @__PURE__ */ native(catalog.giouLoss);
/** Keeps the norm of a critic's gradient near 1. */
export const gradientPenalty = /* @__PURE__ */ native(catalog.gradientPenalty);
/** Pushes scores beyond a margin on the right side, and then forgets them. */
export const hingeLoss = /* @__PURE__ */ native(catalog.hingeLoss);
/** Fits the mean of ordinary errors and only leans towards outliers. */
export const huberLoss = /* @__PURE__ */ native(catalog.huberLoss);
/** Makes every query recognise its own key among the batch's. */
export const infoNceLoss = /* @__PURE__ */ native(catalog.infoNceLoss);
/** Makes predicted boxes cover the true ones, whatever their size. */
export const iouLoss = /* @__PURE__ */ native(catalog.iouLoss);
/** Rewards overlap of masks as intersection over union. */
export const jaccardLoss = /* @__PURE__ */ native(catalog.jaccardLoss);
/** Makes two distributions agree, with a bounded loss that treats both alike. */
export const jensenShannonDivergence = /* @__PURE__ */ native(catalog.jensenShannonDivergence);
/** Makes one distribution of probabilities agree with another. */
export const klDivergence = /* @__PURE__ */ native(catalog.klDivergence);
/** Fits the softmax of logits to target distributions. */
export const klDivergenceFromLogits = /* @__PURE__ */ native(catalog.klDivergenceFromLogits);
/** Fits the median, so that outliers pull no harder than any other error. */
export const l1Loss = /* @__PURE__ */ native(catalog.l1Loss);
/** Fits the mean; large errors count most. */
export const l2Loss = /* @__PURE__ */ native(catalog.l2Loss);
/** A smooth cousin of the Huber loss: the mean's pull near the target, the median's far out. */
export const logCoshLoss = /* @__PURE__ */ native(catalog.logCoshLoss);
/** Scores predicted probabilities by the surprise at what was true. */
export const logLoss = /* @__PURE__ */ native(catalog.logLoss);
/** Pushes every score to the side of its target, for ever, but less and less. */
export const logisticLoss = /* @__PURE__ */ native(catalog.logisticLoss);
/** Makes scores the logarithms of probabilities of classes that exclude each other. */
export const logSoftmax = /* @__PURE__ */ activation(catalog.logSoftmax);
/** Puts the better of two items ahead by a margin. */
export const marginRankingLoss = /* @__PURE__ */ native(catalog.marginRankingLoss);
/** Scores how alike two images are at five scales at once; 1 is equal. */
export const msSsim = /* @__PURE__ */ native(catalog.msSsim);
/** SSIM at five scales at once: fine texture and coarse layout both count. */
export const msSsimLoss = /* @__PURE__ */ native(catalog.msSsimLoss);
/** Fits several quantiles of a target at once, one per column. */
export const multiQuantileLoss = /* @__PURE__ */ native(catalog.multiQuantileLoss);
/** Puts the true class a margin ahead of every other, and then stops. */
export const multiclassHingeLoss = /* @__PURE__ */ native(catalog.multiclassHingeLoss);
/** Keeps the direction of vectors and makes their lengths 1. */
export const normalize = /* @__PURE__ */ activation(catalog.normalize);
/** Makes two views of a sample recognise each other among all views. */
export const ntXentLoss = /* @__PURE__ */ native(catalog.ntXentLoss);
/** Matches features against a memory of all identities seen so far. */
export const oimLoss = /* @__PURE__ */ native(catalog.oimLoss);
/** Compares images by what a network sees in them instead of by their pixels. */
export const perceptualLoss = /* @__PURE__ */ native(catalog.perceptualLoss);
/** Scores the mean squared error of an image in decibels; higher is better. */
export const psnr = /* @__PURE__ */ native(catalog.psnr);
/** Makes every distance within an identity smaller than any between identities. */
export const quadrupletLoss = /* @__PURE__ */ native(catalog.quadrupletLoss);
/** Fits a quantile: too low costs q, too high 1 − q a unit of error. */
export const quantileLoss = /* @__PURE__ */ native(catalog.quantileLoss);
/** Absolute error that can care more about masked regions and about edges. */
export const reconstructionLoss = /* @__PURE__ */ native(catalog.reconstructionLoss);
/** Trains on negatives that are in the right order already, but too close. */
export const semiHardTripletLoss = /* @__PURE__ */ native(catalog.semiHardTripletLoss);
/** Makes each score a probability of its own. */
export const sigmoid = /* @__PURE__ */ activation(catalog.sigmoid);
/** Moves one cloud of points onto another along smoothed optimal transport. */
export const sinkhornDivergence = /* @__PURE__ */ native(catalog.sinkhornDivergence);
/** Moves one cloud of points onto another, seen along random directions. */
export const slicedWassersteinDistance = /* @__PURE__ */ native(catalog.slicedWassersteinDistance);
/** Keeps the slope of the absolute error far out and rounds its corner near the target. */
export const smoothL1Loss = /* @__PURE__ */ native(catalog.smoothL1Loss);
/** Makes the predicted distribution that of the targets. */
export const softCrossEntropy = /* @__PURE__ */ native(catalog.softCrossEntropy);
/** Makes scores probabilities of classes that exclude each other. */
export const softmax = /* @__PURE__ */ activation(catalog.softmax);
/** Cross entropy in which rows that are already right fade. */
export const softmaxFocalLoss = /* @__PURE__ */ native(catalog.softmaxFocalLoss);
/** The hinge loss, smooth at the margin and harder on mistakes. */
export const squaredHingeLoss = /* @__PURE__ */ native(catalog.squaredHingeLoss);
/** Scores how alike two images are in local brightness, contrast and structure; 1 is equal. */
export const ssim = /* @__PURE__ */ native(catalog.ssim);
/** Makes images alike in local brightness, contrast and structure rather than pixel by pixel. */
export const ssimLoss = /* @__PURE__ */ native(catalog.ssimLoss);
/** Gives an image the textures of another, wherever they lie. */
export const styleLoss = /* @__PURE__ */ native(catalog.styleLoss);
/** Gathers each class in one direction and parts it from the others. */
export const supConLoss = /* @__PURE__ */ native(catalog.supConLoss);
/** Makes a value predict the reward plus the value that follows. */
export const tdLoss = /* @__PURE__ */ native(catalog.tdLoss);
/** Smooths an image and keeps its edges, beside a loss that ties it to its target. */
export const totalVariationLoss = /* @__PURE__ */ native(catalog.totalVariationLoss);
/** Keeps an anchor closer to its own kind than to others, by a margin. */
export const tripletLoss = /* @__PURE__ */ native(catalog.tripletLoss);
/** Rewards overlap while pricing false alarms and misses separately. */
export const tverskyLoss = /* @__PURE__ */ native(catalog.tverskyLoss);
/** Learns to tell whether two embeddings belong to one identity. */
export const verificationLoss = /* @__PURE__ */ native(catalog.verificationLoss);
/** Makes a critic score real samples above generated ones. */
export const wassersteinCriticLoss = /* @__PURE__ */ native(catalog.wassersteinCriticLoss);
/** Moves one sample of numbers onto another along the shortest way. */
export const wassersteinDistance = /* @__PURE__ */ native(catalog.wassersteinDistance);
/** Makes a generator raise the critic's score of its samples. */
export const wassersteinGeneratorLoss = /* @__PURE__ */ native(catalog.wassersteinGeneratorLoss);
export type { NativeActivation } from "../activation.ts";
export type { NativeCombined, NativeLoss, NativePart, NativeParts } from "../combine.ts";
export type { Native } from "../native.ts";
export type { Perceptual, PerceptualOptions } from "../perceptual.ts";
export type { Branch, Siamese, SiameseOptions } from "../siamese.ts";
export { combine, type TfjsCombinedOptions } from "./combine.ts";
export type { TfjsOptions } from "./native.ts";
export { onTensors } from "./onTensors.ts";
export { type LayeredNetwork, perceptual } from "./perceptual.ts";
export { pseudoSiamese, siamese, type TfjsBranch } from "./siamese.ts";
