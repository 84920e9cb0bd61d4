"""Golden values of scores, by PyTorch, SciPy and NumPy.

Those that are losses go beside this file; those that are not lie beside their functions, as x.golden.json.
"""
import json
import math
import os

import numpy as np
import scipy.linalg
import torch
from scipy.spatial.distance import cdist

from common import HERE, case, generator, plain, tensor, write

METRICS = os.path.join(HERE, "..", "..", "src", "metrics")


def write_beside(path, source, cases):
    with open(os.path.join(METRICS, path), "w") as file:
        json.dump({"source": source, "cases": cases}, file)
        file.write("\n")
    print(f"{path}: {len(cases)} cases")


def single(x):
    """Numbers of float32, so that both types see the same."""
    return x.float().double()


def sqrtm_distance(mean1, cov1, mean2, cov2):
    """The usual way: SciPy's root of the unsymmetric product, real part."""
    root = scipy.linalg.sqrtm(cov1 @ cov2)
    return float(((mean1 - mean2) ** 2).sum() + np.trace(cov1) + np.trace(cov2) - 2 * np.trace(root).real)


def contrasts(n):
    """n − 1 orthonormal rows, orthogonal to the ones: they centre and lose no rank."""
    return torch.linalg.qr(torch.eye(n) - 1 / n)[0].T[: n - 1]


def fid(real, generated):
    x, y = [contrasts(len(z)) @ z / math.sqrt(len(z) - 1) for z in (real, generated)]
    # The smaller of both products of the factors, so that all of its singular values are positive.
    if min(len(x), len(y)) <= x.shape[1]:
        root = torch.linalg.svdvals(x @ y.T).sum()
    else:
        values, vectors = torch.linalg.eigh(x.T @ x)
        half = vectors @ torch.diag(values.sqrt()) @ vectors.T
        root = torch.linalg.eigvalsh(half @ (y.T @ y) @ half).sqrt().sum()
    return ((real.mean(0) - generated.mean(0)) ** 2).sum() + (x**2).sum() + (y**2).sum() - 2 * root


def features(n, d, seed, scale, shift):
    g = generator(seed)
    return single(torch.randn([n, d], generator=g) @ torch.randn([d, d], generator=g) * scale + shift)


cases = []
for n, m, d in ((12, 15, 3), (40, 50, 8), (5, 20, 7), (20, 6, 9), (4, 6, 12), (6, 4, 12), (2, 2, 5)):
    made = case({"real": features(n, d, n, 1, 0), "generated": features(m, d, 100 + m, 0.7, 0.3)}, {}, fid, ["generated"])
    if min(n, m) > d:
        arrays = [torch.tensor(made["inputs"][k]["data"]).reshape(made["inputs"][k]["shape"]).numpy() for k in ("real", "generated")]
        usual = sqrtm_distance(*[part for a in arrays for part in (a.mean(0), np.cov(a, rowvar=False))])
        assert abs(usual - made["value"]) < 1e-9 * usual
    cases.append(made)
write("frechetInceptionDistance", "torch.linalg.eigvalsh and svdvals, checked against scipy.linalg.sqrtm", cases, accuracy=1e-11)


def chamfer(x, y):
    squares = ((x[:, None] - y[None]) ** 2).sum(-1)
    return squares.min(1)[0].mean() + squares.min(0)[0].mean()


cases = []
for n, m, d in ((5, 5, 3), (1, 7, 2), (30, 11, 3), (9, 40, 17)):
    g = generator(n)
    inputs = {"x": single(torch.randn([n, d], generator=g)), "y": single(torch.randn([m, d], generator=g))}
    made = case(inputs, {}, chamfer, ["x", "y"])
    squares = cdist(inputs["x"], inputs["y"], "sqeuclidean")
    assert abs(squares.min(1).mean() + squares.min(0).mean() - made["value"]) < 1e-12
    cases.append(made)
write("chamferDistance", "torch, checked against scipy.spatial.distance.cdist", cases)


def gaussian(d, n, seed):
    r = np.random.RandomState(seed)
    x = r.randn(n, d) @ r.randn(d, d) + r.randn(d)
    return x.mean(0), np.cov(x, rowvar=False).reshape(d, d)


cases = []
for d in (1, 2, 7, 30):
    (m1, c1), (m2, c2) = gaussian(d, 4 * d + 3, d), gaussian(d, 3 * d + 5, 50 + d)
    inputs = {k: tensor(torch.tensor(v)) for k, v in (("mean1", m1), ("covariance1", c1), ("mean2", m2), ("covariance2", c2))}
    cases.append({"inputs": inputs, "value": sqrtm_distance(m1, c1, m2, c2)})
write_beside("fid/frechetDistance.golden.json", "scipy.linalg.sqrtm, in the manner of pytorch-fid", cases)


def mmd(x, y, degree):
    d = x.shape[1]
    kernel = lambda a, b: (a @ b.T / d + 1) ** degree
    off = lambda k: (k.sum() - np.trace(k)) / (len(k) * (len(k) - 1))
    return off(kernel(x, x)) + off(kernel(y, y)) - 2 * kernel(x, y).mean()


cases = []
for n, d, degree in ((2, 3, 3), (25, 8, 3), (40, 5, 2)):
    r = np.random.RandomState(n)
    x, y = r.randn(n, d), r.randn(n, d) * 1.5 + 0.2
    inputs = {"real": tensor(torch.tensor(x)), "generated": tensor(torch.tensor(y))}
    # The subset is the whole set: which samples are drawn does not matter.
    cases.append({"inputs": inputs, "options": {"degree": degree, "subsets": 2}, "value": mmd(x, y, degree)})
write_beside("kid/kernelInceptionDistance.golden.json", "numpy", cases)


def inception(p, splits):
    bounds = [i * len(p) // splits for i in range(splits + 1)]
    scores = []
    for first, last in zip(bounds, bounds[1:]):
        part = p[first:last]
        scores.append((torch.xlogy(part, part) - part * part.mean(0, keepdim=True).log()).sum(1).mean().exp())
    scores = torch.stack(scores)
    return scores.mean(), scores.std(unbiased=False)


cases = []
for n, c, splits in ((10, 4, 1), (23, 7, 10), (40, 3, 4)):
    p = torch.softmax(2 * torch.randn([n, c], generator=generator(n)), 1)
    leaf = p.clone().requires_grad_(True)
    mean, std = inception(leaf, splits)
    (gradient,) = torch.autograd.grad(mean, leaf)
    cases.append(
        {
            "inputs": {"probabilities": tensor(p)},
            "options": {"splits": splits},
            "mean": plain(mean.item()),
            "std": plain(std.item()),
            "gradient": tensor(gradient),
        }
    )
write_beside("inceptionScore/inceptionScore.golden.json", f"torch {torch.__version__.split('+')[0]}", cases)
