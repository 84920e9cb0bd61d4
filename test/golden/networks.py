"""Resizing and preprocessing as PIL, PyTorch and torchvision do them: python3 networks.py > networks.json"""
import json

import numpy as np
import torch
from PIL import Image
from torchvision import transforms


def noise(count, seed):
    """The bytes of a linear congruential generator, which the test draws too."""
    out = []
    for _ in range(count):
        seed = (seed * 1664525 + 1013904223) % 2**32
        out.append(seed >> 24)
    return np.array(out, np.uint8)


filters = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
sizes = [
    ((7, 5), (3, 9)),
    ((5, 7), (5, 3)),
    ((16, 16), (16, 16)),
    ((33, 21), (8, 8)),
    ((9, 13), (31, 29)),
    ((64, 48), (7, 11)),
    ((1, 1), (4, 3)),
    ((2, 50), (1, 1)),
    ((40, 3), (39, 4)),
]
resized = []
for i, (source, target) in enumerate(sizes):
    pixels = noise(source[0] * source[1], i).reshape(source)
    for name, number in filters.items():
        case = {"from": source, "to": target, "seed": i, "filter": name}
        rounded = Image.fromarray(pixels, "L").resize(target[::-1], number)
        floats = Image.fromarray(pixels.astype(np.float32), "F").resize(target[::-1], number)
        case["rounded"] = np.asarray(rounded).ravel().tolist()
        case["floats"] = np.asarray(floats).ravel().tolist()
        if name == "bilinear":
            plane = torch.tensor(pixels, dtype=torch.float64)[None, None]
            plain = torch.nn.functional.interpolate(plane, target, mode="bilinear", align_corners=False)
            case["plain"] = plain.ravel().tolist()
        resized.append(case)

imagenet = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])


def through(resize, crop):
    steps = [transforms.Resize(resize), transforms.CenterCrop(crop), transforms.ToTensor(), imagenet]
    return lambda pixels: transforms.Compose(steps)(Image.fromarray(pixels, "RGB"))


def clean(pixels):
    planes = [Image.fromarray(pixels[..., c].astype(np.float32), "F").resize((299, 299), Image.BICUBIC) for c in range(3)]
    return (torch.tensor(np.stack([np.asarray(plane) for plane in planes])) - 128) / 128


def inception(pixels):
    plane = torch.tensor(pixels).permute(2, 0, 1)[None].double() / 255
    return 2 * torch.nn.functional.interpolate(plane, (299, 299), mode="bilinear", align_corners=False)[0] - 1


presets = {
    "vgg16": through(256, 224),
    "torchvision-inception": through(342, 299),
    "clean-fid": clean,
    "fid-inception": inception,
}
prepared = []
STEP = 1009
for i, (name, apply) in enumerate(presets.items()):
    for height, width in [(123, 190), (401, 299)]:
        result = apply(noise(height * width * 3, i).reshape(height, width, 3))
        sample = result.reshape(-1)[::STEP].tolist()
        prepared.append({"preset": name, "size": [height, width], "seed": i, "shape": list(result.shape), "sample": sample})

print(json.dumps({"step": STEP, "resized": resized, "prepared": prepared}))
