/**
 * Networks that are known by name, but published as PyTorch weights and not as ONNX: the script that turns those into a
 * model for --model, with the preprocessing of the same name.
 */
import type { PresetName } from "../../networks/presets.ts";

interface Recipe {
  /** Packages the script needs, as pip calls them. */
  readonly packages: string;
  /** Python that makes `network`, without its last layer, and `last`, the layer. */
  readonly network: readonly string[];
  /** Sides of its images. */
  readonly size: number;
  readonly features: number;
}

const fidInception: Recipe = {
  packages: "torch torchvision pytorch-fid",
  network: [
    "from pytorch_fid.inception import fid_inception_v3",
    "",
    "network = fid_inception_v3()",
    "last, network.fc = network.fc, torch.nn.Identity()",
  ],
  size: 299,
  features: 2048,
};

const recipes: Readonly<Record<PresetName, Recipe>> = {
  "fid-inception": fidInception,
  "clean-fid": fidInception,
  "torchvision-inception": {
    packages: "torch torchvision",
    network: [
      "from torchvision.models import inception_v3",
      "",
      'network = inception_v3(weights="IMAGENET1K_V1")',
      "last, network.fc = network.fc, torch.nn.Identity()",
    ],
    size: 299,
    features: 2048,
  },
  vgg16: {
    packages: "torch torchvision",
    network: [
      "from torchvision.models import vgg16",
      "",
      'network = vgg16(weights="IMAGENET1K_V1")',
      "last, network.classifier = network.classifier[-1], network.classifier[:-1]",
    ],
    size: 224,
    features: 4096,
  },
};

export const isRecipe = (name: string): name is PresetName => Object.hasOwn(recipes, name);

/** A Python script that writes the model to the path it is given, or to `<name>.onnx`. */
export function exportScript(name: PresetName): string {
  const { packages, network, size, features } = recipes[name];
  return `"""Writes ${name}.onnx, with outputs "features" [N, ${features}] and "logits". The weights come from their publisher.

    pip install ${packages}
    python3 export.py ${name}.onnx
    lossary fid real/ generated/ --model ${name}.onnx --output features --preprocess ${name}
"""
import inspect
import sys

import torch
${network.join("\n")}


class FeaturesAndLogits(torch.nn.Module):
    def __init__(self, network, last):
        super().__init__()
        self.network, self.last = network, last

    def forward(self, images):
        features = self.network(images)
        return features, self.last(features)


path = sys.argv[1] if len(sys.argv) > 1 else "${name}.onnx"
names = ["images", "features", "logits"]
options = {"input_names": names[:1], "output_names": names[1:], "dynamic_axes": {name: {0: "N"} for name in names}}
# Newer exporters put the weights into a file of their own; one file is wanted.
if "dynamo" in inspect.signature(torch.onnx.export).parameters:
    options["dynamo"] = False
model = FeaturesAndLogits(network, last).eval()
torch.onnx.export(model, torch.zeros(1, 3, ${size}, ${size}), path, opset_version=13, **options)
print(path)
`;
}
