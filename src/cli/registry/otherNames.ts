/** What other libraries and everyday speech call a loss, where its specification has no such alias; several where it may be either. */
export const otherNames: Readonly<Record<string, readonly string[]>> = {
  // PyTorch
  CrossEntropyLoss: ["crossEntropy"],
  NLLLoss: ["crossEntropy", "logLoss"],
  MSELoss: ["l2Loss"],
  BCELoss: ["binaryLogLoss"],
  BCEWithLogitsLoss: ["binaryCrossEntropy"],
  MultiLabelSoftMarginLoss: ["binaryCrossEntropy"],
  SoftMarginLoss: ["logisticLoss"],
  MultiMarginLoss: ["multiclassHingeLoss"],
  KLDivLoss: ["klDivergence", "klDivergenceFromLogits"],
  TripletMarginLoss: ["tripletLoss"],
  TripletMarginWithDistanceLoss: ["tripletLoss"],
  generalizedBoxIouLoss: ["giouLoss"],
  distanceBoxIouLoss: ["diouLoss"],
  completeBoxIouLoss: ["ciouLoss"],
  // Keras
  SparseCategoricalCrossentropy: ["crossEntropy"],
  CategoricalFocalCrossentropy: ["softmaxFocalLoss"],
  BinaryFocalCrossentropy: ["focalLoss"],
  CategoricalHinge: ["multiclassHingeLoss"],
  // Everyday
  ce: ["crossEntropy"],
  softmaxLoss: ["crossEntropy"],
  nll: ["crossEntropy", "logLoss"],
  negativeLogLikelihood: ["crossEntropy", "logLoss"],
  quadraticLoss: ["l2Loss"],
  absoluteError: ["l1Loss"],
};
