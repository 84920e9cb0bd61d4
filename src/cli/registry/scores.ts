/** Scores that are not losses, and so have no specification: what they are, and how to reach them. */

export interface Score {
  readonly name: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly summary: string;
  /** Its call in the library. */
  readonly call: string;
  /** The command that computes it from files, if there is one. */
  readonly command: string | null;
}

export const scores: readonly Score[] = [
  {
    name: "FrechetInceptionDistance",
    title: { en: "FID accumulator", zh: "FID 累加器" },
    summary: "FID of features that come in batches; parts computed apart can be merged and saved.",
    call: "new FrechetInceptionDistance(): update(features, { real }), merge, compute, toBytes; fromBytes",
    command: "lossary fid <real> <generated>",
  },
  {
    name: "InceptionScore",
    title: { en: "Inception score accumulator", zh: "Inception 分数累加器" },
    summary: "Inception score of probabilities that come in batches; parts can be merged and saved.",
    call: "new InceptionScore(): update(probabilities), merge, compute({ splits }), toBytes; fromBytes",
    command: "lossary is <generated>",
  },
  {
    name: "damsmTerms",
    title: { en: "DAMSM terms", zh: "DAMSM 各项" },
    summary: "How well images and captions find each other, as the four terms of damsmLoss.",
    call: "damsmTerms(regions, words, lengths, images, sentences, options)",
    command: "lossary damsm --regions … --words … --lengths … --images … --sentences …",
  },
  {
    name: "diceScore",
    title: { en: "Dice score", zh: "Dice 系数" },
    summary: "Twice the overlap of two binary masks over the sum of their sizes.",
    call: "diceScore(predictions [N, C, ...], targets [N, C, ...])",
    command: null,
  },
  {
    name: "editDistance",
    title: { en: "Edit distance", zh: "编辑距离" },
    summary: "The fewest insertions, deletions and substitutions that turn one sequence into another.",
    call: "editDistance(a, b)",
    command: null,
  },
  {
    name: "frechetDistance",
    title: { en: "Fréchet distance", zh: "弗雷歇距离" },
    summary: "Distance of two normal distributions by their means and covariances: FID from statistics.",
    call: "frechetDistance(mean1, covariance1, mean2, covariance2)",
    command: "lossary fid <real.npz> <generated.npz>, with arrays mu and sigma in each",
  },
  {
    name: "inceptionScore",
    title: { en: "Inception score", zh: "Inception 分数" },
    summary: "How sure a classifier is of each generated image, and how varied they are together.",
    call: "inceptionScore(probabilities [N, C], { splits })",
    command: "lossary is <generated>",
  },
  {
    name: "iou",
    title: { en: "Intersection over union", zh: "交并比" },
    summary: "Overlap of all pairs of boxes over their union.",
    call: "iou(boxes1 [N, 4], boxes2 [M, 4], { format })",
    command: null,
  },
  {
    name: "kernelInceptionDistance",
    title: { en: "Kernel inception distance", zh: "核 Inception 距离" },
    summary: "Squared discrepancy of two sets of features under a polynomial kernel, without bias in their number.",
    call: "kernelInceptionDistance(real [N, D], generated [M, D], options)",
    command: "lossary kid <real> <generated>",
  },
  {
    name: "matchingRPrecision",
    title: { en: "R-precision of images and texts", zh: "图文匹配 R 精确率" },
    summary: "How often an image's own text is the closest of many.",
    call: "matchingRPrecision(images [N, D], texts [N, D], options)",
    command: "lossary r-precision --images … --texts …",
  },
  {
    name: "rPrecision",
    title: { en: "R-precision", zh: "R 精确率" },
    summary: "The share of relevant documents among the top R, R being how many are relevant.",
    call: "rPrecision(scores [Q, D], relevant [Q, D])",
    command: "lossary r-precision --scores … --relevant …",
  },
];
