"""Golden values of the regression losses, by PyTorch."""
import torch
import torch.nn.functional as F

from common import case, generator, write

BOTH = ["predictions", "targets"]


def pairs(seed):
    g = generator(seed)
    for shape in ([7], [3, 5], [2, 3, 4]):
        yield {"predictions": 2 * torch.randn(shape, generator=g), "targets": 2 * torch.randn(shape, generator=g)}


def regression(loss, source, formula, options=({},)):
    """formula(p, t, reduction, **options) -> value."""
    cases = []
    for given in options:
        for inputs in pairs(len(cases)):
            for reduction in ("none", "sum", "mean"):
                compute = lambda p, t: formula(p, t, reduction, **given)
                cases.append(case(inputs, {**given, "reduction": reduction}, compute, BOTH))
    write(loss, source, cases)


regression(
    "huberLoss",
    "torch.nn.functional.huber_loss",
    lambda p, t, reduction, delta=1.0: F.huber_loss(p, t, reduction=reduction, delta=delta),
    [{}, {"delta": 0.5}, {"delta": 3}],
)
