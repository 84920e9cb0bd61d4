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
        "options": options,
        "inputs": {k: tensor(v) for k, v in inputs.items()},
        "value": tensor(value) if value.dim() else plain(value.item()),
        "grads": {k: tensor(g if g is not None else zero(k)) for k, g in zip(differentiable, grads)},
    }


def write(loss, source, cases, **more):
    """more: "accuracy", where the reference itself has less than that of f64; "float32", where that type has less than 1e-5."""
    path = os.path.join(HERE, f"{loss}.json")
    with open(path, "w") as file:
        json.dump({"loss": loss, "source": f"{source} (torch {torch.__version__.split('+')[0]})", **more, "cases": cases}, file)
        file.write("\n")
    print(f"{loss}: {len(cases)} cases")
