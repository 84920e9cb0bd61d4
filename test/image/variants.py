"""Prints SSIM of data/camera.png against itself with noise, as common variants compute it: what differs, and by how much.

    /usr/bin/python3 test/image/variants.py

The noise is that of test/golden/image.py. The table in the docstring of ssim (src/losses/image/ssim/ssim.ts) is its output.
"""
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
from image import noise, photograph, terms  # noqa: E402

clean = photograph("camera.png")
x, y = (torch.tensor(z / 255.0) for z in (noise(clean), clean))


def score(a, b, dataRange=1.0, **options):
    return terms(a, b, dataRange, **options)[0].mean().item()


def padded(mode):
    """A border of five pixels on both images, so that the map has the size of the image."""
    return score(*(F.pad(z, (5, 5, 5, 5), mode=mode) for z in (x, y)))


base = score(x, y)
rows = [
    ("ssim; scikit-image with Gaussian weights and population covariance; TensorFlow; pytorch-msssim", base),
    ("border reflected, map of the image's size (kornia, torchmetrics)", padded("reflect")),
    ("border replicated, map of the image's size (MATLAB)", padded("replicate")),
    ("means of 2 × 2 first (piq, images of 384 pixels and more)", score(F.avg_pool2d(x, 2), F.avg_pool2d(y, 2))),
    ("7 equal weights, sample covariance (scikit-image's default)", score(x, y, window_size=7, sigma=1e9, k2=0.03 * (48 / 49) ** 0.5)),
    ("8 equal weights", score(x, y, window_size=8, sigma=1e9)),
    ("dataRange 255 for pixels in [0, 1] (a mistake)", score(x, y, dataRange=255.0)),
]
for name, value in rows:
    print(f"{value:.4f}  {value - base:+.4f}  {name}")
