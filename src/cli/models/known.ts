/** Networks that lie ready as ONNX in the ONNX Model Zoo, with the checksums that the zoo states for them. */

export interface KnownModel {
  readonly url: string;
  readonly sha256: string;
  /** What it is, and with which flags it is used. */
  readonly text: string;
}

const zoo = (name: string) => `https://huggingface.co/onnxmodelzoo/${name}/resolve/main/${name}.onnx`;

export const knownModels: Readonly<Record<string, KnownModel>> = {
  "imagenet-inception": {
    url: zoo("inception_v3_Opset17_torch_hub"),
    sha256: "2bf53d021ea7c60ee8238f144681b3d5b9546dea373dbe244cb0698795142676",
    text: "Inception v3, logits of 1000 classes, 95 MB: lossary is … --logits --preprocess torchvision-inception",
  },
  "imagenet-vgg16": {
    url: zoo("vgg16_Opset17_torch_hub"),
    sha256: "1ad7f863cda9f3ff233317bb9d183651a3206ab271cf1c20870c851dafdbb9ba",
    text: "VGG16, logits of 1000 classes, 553 MB: lossary is … --logits --preprocess vgg16",
  },
};

/** A known model by its name. */
export const knownModel = (name: string): KnownModel | undefined =>
  Object.hasOwn(knownModels, name) ? knownModels[name] : undefined;
