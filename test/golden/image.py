"""Golden values of the image losses: PyTorch's autograd of their definitions on crops of the photographs of data/, and
scikit-image's SSIM and PSNR of whole photographs against distorted copies (written to test/image/photographs.json).

The distortions are integer arithmetic, done again in test/image/distortions.ts.
"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F
from skimage.io import imread
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from common import HERE, case, generator, write

DATA = os.path.join(HERE, "..", "..", "data")


def photograph(name):
    """[1, C, H, W], bytes."""
    image = imread(os.path.join(DATA, name))
    image = image[..., None] if image.ndim == 2 else image[..., :3]
    return np.ascontiguousarray(image.transpose(2, 0, 1))[None].astype(np.int64)


def noise(image):
    """Adds −40…40, from a linear congruential generator over the pixels in order."""
    state = np.empty(image.size, np.uint64)
    x = 12345
    for i in range(image.size):
        x = (x * 1664525 + 1013904223) % 2**32
        state[i] = x
    steps = (state >> np.uint64(24)).astype(np.int64) * 81 // 256 - 40
    return np.clip(image + steps.reshape(image.shape), 0, 255)


def blur(image):
    """The rounded mean of 5 × 5 pixels; the border counts again."""
    padded = np.pad(image, ((0, 0), (0, 0), (2, 2), (2, 2)), mode="edge")
    height, width = image.shape[2:]
    total = sum(padded[:, :, i : i + height, j : j + width] for i in range(5) for j in range(5))
    return (2 * total + 25) // 50


def blocks(image):
    """Every pixel is pulled three quarters of the way to the mean of its 8 × 8 block."""
    result = image.copy()
    height, width = image.shape[2:]
    for r in range(0, height, 8):
        for c in range(0, width, 8):
            block = image[:, :, r : r + 8, c : c + 8]
            count = block.shape[2] * block.shape[3]
            mean = block.sum((2, 3), keepdims=True) // count
            result[:, :, r : r + 8, c : c + 8] = (block + 3 * mean) // 4
    return result


DISTORTIONS = {"noise": noise, "blur": blur, "blocks": blocks}


def window(size, sigma):
    t = torch.arange(size) - (size - 1) / 2
    g = torch.exp(-(t**2) / (2 * sigma**2))
    return g / g.sum()


def terms(x, y, dataRange, window_size=11, sigma=1.5, k1=0.01, k2=0.03):
    channels = x.shape[1]
    g = window(window_size, sigma)
    across, down = (g.reshape(shape).expand(channels, 1, *shape) for shape in ((1, window_size), (window_size, 1)))
    local = lambda z: F.conv2d(F.conv2d(z, across, groups=channels), down, groups=channels)
    mx, my = local(x), local(y)
    c1, c2 = (k1 * dataRange) ** 2, (k2 * dataRange) ** 2
    contrast = (2 * (local(x * y) - mx * my) + c2) / (local(x * x) - mx**2 + local(y * y) - my**2 + c2)
    return (2 * mx * my + c1) / (mx**2 + my**2 + c1) * contrast, contrast


def ssim(x, y, **options):
    return terms(x, y, **options)[0].mean((1, 2, 3))


def ms_ssim(x, y, **options):
    weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
    product = 1
    for i, weight in enumerate(weights):
        full, contrast = terms(x, y, **options)
        product = product * torch.relu((full if i == 4 else contrast).mean((2, 3))) ** weight
        x, y = (F.avg_pool2d(F.pad(z, (0, z.shape[3] % 2, 0, z.shape[2] % 2), mode="replicate"), 2) for z in (x, y))
    return product.mean(1)


def psnr(x, y, dataRange):
    return 10 * torch.log10(dataRange**2 / ((x - y) ** 2).mean((1, 2, 3)))


def total_variation(x):
    return ((x[..., 1:] - x[..., :-1]).abs().sum((1, 2, 3)) + (x[..., 1:, :] - x[..., :-1, :]).abs().sum((1, 2, 3))) / x[0].numel()


def perceptual(x, y, weights=(1.0,)):
    return weights[0] * ((x - y) ** 2).mean((1, 2, 3))


def style(x, y, weights=(1.0,)):
    def gram(z):
        f = z.flatten(2)
        return f @ f.transpose(1, 2) / z[0].numel()

    return weights[0] * ((gram(x) - gram(y)) ** 2).sum((1, 2))


def reconstruction(x, y, mask=None, maskWeight=30, edgeWeight=0):
    d = x - y
    loss = d.abs().mean()
    if mask is not None:
        loss = loss + maskWeight * (mask * d).abs().mean()
    if edgeWeight:
        loss = loss + edgeWeight * ((d[..., 1:] - d[..., :-1]).abs().mean() + (d[..., 1:, :] - d[..., :-1, :]).abs().mean())
    return loss


def crops(height, width, channels=3):
    """Pairs of crops in [0, 1], one for each distortion: a batch of two places."""
    image = photograph("astronaut.png")[:, :channels]
    for distort in DISTORTIONS.values():
        other = distort(image)
        cut = lambda z: torch.tensor(np.concatenate([z[..., r : r + height, c : c + width] for r, c in ((60, 200), (300, 64))]) / 255)
        yield {"predictions": cut(other), "targets": cut(image)}


def reduced(values, reduction):
    return {"none": values, "sum": values.sum(), "mean": values.mean()}[reduction]


def pairs(loss, formula, options, examples, names=("predictions", "targets"), rename={}, **more):
    cases = []
    for example in examples:
        for given in options:
            for reduction in ("none", "mean"):
                arguments = {rename.get(k, k): v for k, v in given.items()}
                compute = lambda *inputs: reduced(formula(*inputs, **arguments), reduction)
                cases.append(case(example, {**given, "reduction": reduction}, compute, list(names)))
    write(loss, "autograd of the definition", cases, **more)


WINDOW = {"window": "window_size"}
# The reference subtracts squares of means from means of squares.
ACCURACY = {"accuracy": 1e-10, "float32": 1e-4}
SSIM = [{"dataRange": 1.0}, {"dataRange": 2.0, "window": 8, "sigma": 2.0, "k1": 0.02, "k2": 0.05}]
MS_SSIM = [{"dataRange": 1.0, "window": 2, "sigma": 1.0}]


def generate_losses():
    pairs("ssimLoss", lambda x, y, **o: 1 - ssim(x, y, **o), SSIM, list(crops(12, 14, 1)), rename=WINDOW, **ACCURACY)
    pairs("ssim", ssim, SSIM[:1], list(crops(11, 12, 1)), rename=WINDOW, **ACCURACY)
    pairs("msSsimLoss", lambda x, y, **o: 1 - ms_ssim(x, y, **o), MS_SSIM, list(crops(17, 19, 1)), rename=WINDOW, **ACCURACY)
    pairs("msSsim", ms_ssim, MS_SSIM, list(crops(17, 17, 1)), rename=WINDOW, **ACCURACY)
    pairs("psnr", psnr, [{"dataRange": 1.0}], list(crops(3, 5)))
    tv = [{"images": example["predictions"]} for example in crops(4, 7)]
    pairs("totalVariationLoss", total_variation, [{}], tv, ["images"])

    g = generator(1)
    maps = [{"predictions": torch.randn(shape, generator=g), "targets": torch.randn(shape, generator=g)} for shape in ([2, 3, 4, 5], [1, 5, 2, 2])]
    pairs("perceptualLoss", perceptual, [{}, {"weights": [0.3]}], maps)
    pairs("styleLoss", style, [{}, {"weights": [0.3]}], maps)

    cases = []
    for example in crops(4, 6):
        # Steps of whole levels would sit on kinks.
        example["predictions"] = example["predictions"] + 0.1 * torch.randn([2, 3, 4, 6], generator=g)
        for given in ({}, {"edgeWeight": 0.5}, {"maskWeight": 3.0, "edgeWeight": 0.5}):
            mask = torch.rand([2, 1, 4, 6], generator=g) if "maskWeight" in given else None
            options = given if mask is None else {**given, "mask": mask.tolist()}
            cases.append(case(example, options, lambda x, y: reconstruction(x, y, mask, **given), ["predictions", "targets"]))
    write("reconstructionLoss", "autograd of the definition", cases)


def generate_photographs():
    scores = []
    for name in ("camera.png", "astronaut.png", "chelsea.png", "coffee.png"):
        image = photograph(name)
        for distortion, distort in DISTORTIONS.items():
            other = distort(image)
            gaussian = [
                structural_similarity(a, b, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
                for a, b in zip(image[0].astype(np.float64), other[0].astype(np.float64))
            ]
            default = [structural_similarity(a, b, data_range=255) for a, b in zip(image[0].astype(np.float64), other[0].astype(np.float64))]
            scores.append({
                "photograph": name,
                "distortion": distortion,
                "checksum": int(other.sum()),
                "ssim": float(np.mean(gaussian)),
                "default": float(np.mean(default)),
                "psnr": float(peak_signal_noise_ratio(image.astype(np.uint8), other.astype(np.uint8), data_range=255)),
                "msSsim": ms_ssim(torch.tensor(other / 1.0), torch.tensor(image / 1.0), dataRange=255.0).item(),
            })
    with open(os.path.join(HERE, "..", "image", "photographs.json"), "w") as file:
        json.dump(scores, file, indent=1)
        file.write("\n")
    print(f"photographs: {len(scores)} pairs")


if __name__ == "__main__":
    generate_losses()
    generate_photographs()
