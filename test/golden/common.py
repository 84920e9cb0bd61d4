"""Shared by the golden generators: runs reference implementations in float64 and writes what they give as JSON.

A generator is run by hand (python3 test/golden/classification.py) where PyTorch is installed; its output is kept in the
repository, so the tests need no Python. One file a loss: {"loss", "source", "cases": [{"options", "inputs", "value", "grads"}]}.
"""
import json
import math
import os

import torch

torch.set_default_dtype(torch.float64)
HERE = os.path.dirname(os.path.abspath(__file__))


def generator(seed):
    return torch.Generator().manual_seed(seed)


def plain(x):
    """Numbers JSON can hold; NaN and infinities become words."""
    if isinstance(x, torch.Tensor):
        return [plain(v) for v in x.detach().reshape(-1).tolist()]
    if isinstance(x, float) and not math.isfinite(x):
        return "NaN" if math.isnan(x) else ("Infinity" if x > 0 else "-Infinity")
    return x


def tensor(x):
    return {"shape": list(x.shape), "data": plain(x)}


def case(inputs, options, compute, differentiable):
    """One case: `compute(*inputs)` is the reference; its value, and its gradients by autograd.

    inputs: dict of name -> tensor, in argument order. options: what the TypeScript call gets. An unreduced value is
    differentiated through its sum.
    """
    leaves = {k: (v.clone().requires_grad_(True) if k in differentiable else v) for k, v in inputs.items()}
    value = compute(*leaves.values())
    grads = torch.autograd.grad(value.sum(), [leaves[k] for k in differentiable], allow_unused=True)
    zero = lambda k: torch.zeros_like(leaves[k])
    return {
        "options": {k: plain(v) for k, v in options.items()},
        "inputs": {k: tensor(v) for k, v in inputs.items()},
        "value": tensor(value) if value.dim() else plain(value.item()),
        "grads": {k: tensor(g if g is not None else zero(k)) for k, g in zip(differentiable, grads)},
    }


# What the formulas here take for an option that a case does not name. Cases name every option, so that they hold whatever the
# library's defaults are; left out are those that mean nothing is given: weights, masks, a threshold.
DEFAULTS = {
    "arcFaceLoss": {"margin": 0.5, "scale": 64},
    "batchAllTripletLoss": {"margin": 0.3, "distance": "squared", "average": "active"},
    "batchCircleLoss": {"margin": 0.25, "scale": 256, "pooling": "batch"},
    "batchHardQuadrupletLoss": {"margin": 1, "margin2": 0.5, "distance": "squared"},
    "batchHardTripletLoss": {"margin": 0.3, "soft": False, "distance": "squared"},
    "binaryCrossEntropy": {"posWeight": 1, "labelSmoothing": 0},
    "charbonnierLoss": {"epsilon": 1e-3},
    "circleLoss": {"margin": 0.25, "scale": 256},
    "contrastiveLoss": {"margin": 1},
    "cosFaceLoss": {"margin": 0.35, "scale": 64},
    "cosineEmbeddingLoss": {"margin": 0},
    "crossEntropy": {"ignoreIndex": -100, "labelSmoothing": 0},
    "damsmLoss": {"gamma1": 4, "gamma2": 5, "gamma3": 10, "form": "paper"},
    "diceLoss": {"smooth": 1, "squared": False, "perBatch": False, "ignoreEmpty": False},
    "distillationLoss": {"temperature": 1},
    "drLoss": {"posLambda": 1, "negLambda": 0.1 / math.log(3.5), "slope": 6, "tau": 4, "margin": 0.5},
    "earthMoverDistance": {"cost": "euclidean"},
    "expectileLoss": {"expectile": 0.5},
    "focalLoss": {"alpha": 0.25, "gamma": 2, "normalizer": "elements", "labelSmoothing": 0},
    "generalizedDiceLoss": {"smooth": 1e-5},
    "gradientPenalty": {"weight": 10, "target": 1, "oneSided": False},
    "hingeLoss": {"margin": 1},
    "huberLoss": {"delta": 1},
    "infoNceLoss": {"temperature": 0.1, "symmetric": False},
    "iouLoss": {"form": "linear"},
    "jaccardLoss": {"smooth": 1, "perBatch": False, "ignoreEmpty": False},
    "marginRankingLoss": {"margin": 0},
    "msSsim": {"k1": 0.01, "k2": 0.03},
    "msSsimLoss": {"k1": 0.01, "k2": 0.03},
    "multiclassHingeLoss": {"margin": 1, "form": "sum", "power": 1},
    "ntXentLoss": {"temperature": 0.5},
    "oimLoss": {"scale": 10, "normalize": True},
    "quadrupletLoss": {"margin": 1, "margin2": 0.5, "distance": "squared"},
    "quantileLoss": {"quantile": 0.5},
    "reconstructionLoss": {"maskWeight": 30, "edgeWeight": 0},
    "semiHardTripletLoss": {"margin": 0.3, "distance": "squared"},
    "sinkhornDivergence": {"blur": 0.05, "p": 2, "scaling": 0.5, "maxIterations": None},
    "slicedWassersteinDistance": {"projections": 128, "p": 2, "seed": 0},
    "smoothL1Loss": {"beta": 1},
    "softmaxFocalLoss": {"alpha": None, "gamma": 2, "ignoreIndex": -100, "labelSmoothing": 0},
    "squaredHingeLoss": {"margin": 1},
    "ssim": {"window": 11, "sigma": 1.5, "k1": 0.01, "k2": 0.03, "padding": "valid", "full": False},
    "ssimLoss": {"window": 11, "sigma": 1.5, "k1": 0.01, "k2": 0.03, "padding": "valid"},
    "supConLoss": {"temperature": 0.1},
    "tdLoss": {"discount": 0.99},
    "tripletLoss": {"margin": 1, "distance": "euclidean", "swap": False},
    "tverskyLoss": {"alpha": 0.5, "beta": 0.5, "smooth": 1, "gamma": 1, "perBatch": False, "ignoreEmpty": False},
    "wassersteinDistance": {"p": 1},
}


def write(loss, source, cases, **more):
    """more: "accuracy", where the reference itself has less than that of f64; "float32", where that type has less than 1e-5."""
    path = os.path.join(HERE, f"{loss}.json")
    cases = [{**one, "options": {**DEFAULTS.get(loss, {}), **one["options"]}} for one in cases]
    with open(path, "w") as file:
        json.dump({"loss": loss, "source": f"{source} (torch {torch.__version__.split('+')[0]})", **more, "cases": cases}, file)
        file.write("\n")
    print(f"{loss}: {len(cases)} cases")
