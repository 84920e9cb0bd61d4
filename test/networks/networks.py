"""Resizing and preprocessing as PIL, PyTorch, torchvision and clean-fid do them: python3 networks.py > networks.json"""
import base64
import io
import json

import numpy as np
import torch
from PIL import Image, ImageDraw
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


def clean_resize(pixels, size, clip=True):
    """clean-fid 0.1.35: each channel in mode F through PIL's bicubic filter, then clipped to what a byte can hold."""
    channels = []
    for c in range(3):
        channel = Image.fromarray(pixels[:, :, c].astype(np.float32), "F").resize(size, Image.BICUBIC)
        channels.append(np.asarray(channel).clip(0, 255) if clip else np.asarray(channel))
    return torch.tensor(np.stack(channels))


def clean(pixels):
    # Its network takes bytes and normalises them itself.
    return (clean_resize(pixels, (299, 299)) - 128) / 128


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



def drawing(width, height, seed):
    """Discs and lines of pure colours on white: every edge overshoots under a bicubic filter."""
    random = np.random.RandomState(seed)
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, radius = random.randint(width), random.randint(height), random.randint(3, 14)
        colour = tuple(int(c) * 255 for c in random.randint(0, 2, 3))
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        pen.line((x, y, *random.randint(0, width, 2).tolist()), fill=colour)
    return image


drawings = {
    "discs": drawing(64, 64, 1),
    "bits": drawing(70, 50, 2).convert("1", dither=Image.NONE),
    "large": drawing(420, 310, 3),
}
drawn = []
for name, image in drawings.items():
    file = io.BytesIO()
    image.save(file, "png")
    pixels = np.asarray(image.convert("RGB"))
    case = {"name": name, "file": base64.b64encode(file.getvalue()).decode(), "cleanFid": clean(pixels).reshape(-1)[::STEP].tolist()}
    for key, clip in [("clipped", True), ("floats", False)]:
        case[key] = clean_resize(pixels, (40, 30), clip).reshape(-1).tolist()
    beyond = sum(not 0 <= value <= 255 for value in case["floats"])
    assert beyond > 100, (name, beyond)
    drawn.append(case)

print(json.dumps({"step": STEP, "resized": resized, "prepared": prepared, "drawn": drawn}))
