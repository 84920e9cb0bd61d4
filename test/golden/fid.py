"""FID of two sets of images through one small network, by PIL, PyTorch and SciPy: python3 fid.py > fid.json

The test writes the same images from data/digits.csv and builds the same network as ONNX.
"""
import csv
import json
import pathlib

import numpy as np
import scipy.linalg
import torch
from PIL import Image

SIZE = (24, 20)


class Draw:
    """A linear congruential generator."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return self.state

    def weights(self, *shape):
        count = int(np.prod(shape))
        values = [(self.next() >> 8) / 2**24 - 0.5 for _ in range(count)]
        return torch.tensor(values, dtype=torch.float32).reshape(shape)


with open(pathlib.Path(__file__).parents[2] / "data" / "digits.csv") as file:
    digits = [[float(cell) for cell in row[:64]] for row in list(csv.reader(file))[1:]]


def image(row, draw, coarse):
    """A digit in three channels, with noise of 4 bits, or 6 where it is coarse."""
    pixels = np.zeros((*SIZE, 3), np.uint8)
    for y in range(SIZE[0]):
        for x in range(SIZE[1]):
            ink = int(digits[row][(y * 8 // SIZE[0]) * 8 + x * 8 // SIZE[1]]) * 10
            for c in range(3):
                pixels[y, x, c] = (ink if c < 2 else 160 - ink) + (draw.next() >> (26 if coarse else 28))
    return Image.fromarray(pixels, "RGB")


draw = Draw(7)
first, second, last = draw.weights(8, 3, 3, 3), draw.weights(12, 8, 3, 3), draw.weights(16, 12)


def features(picture):
    resized = np.asarray(picture.convert("RGB").resize((16, 16), Image.BICUBIC))
    x = torch.tensor(resized).permute(2, 0, 1)[None].to(torch.float32) / 255
    x = (x - 0.5) / 0.25
    x = torch.relu(torch.nn.functional.conv2d(x, first, stride=2))
    x = torch.relu(torch.nn.functional.conv2d(x, second))
    return (x.mean((2, 3)) @ last.T)[0].double().numpy()


sets = []
for start, seed in [(0, 1), (200, 2)]:
    noise = Draw(seed)
    sets.append(np.stack([features(image(row, noise, start > 0)) for row in range(start, start + 200)]))

(mean1, cov1), (mean2, cov2) = [(f.mean(0), np.cov(f, rowvar=False)) for f in sets]
root = scipy.linalg.sqrtm(cov1 @ cov2).real
fid = ((mean1 - mean2) ** 2).sum() + np.trace(cov1 + cov2 - 2 * root)
print(json.dumps({"fid": fid, "features": [f[0].tolist() for f in sets]}))
