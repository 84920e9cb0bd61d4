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

regression("l1Loss", "torch.nn.functional.l1_loss", lambda p, t, reduction: F.l1_loss(p, t, reduction=reduction))
regression("l2Loss", "torch.nn.functional.mse_loss", lambda p, t, reduction: F.mse_loss(p, t, reduction=reduction))
regression(
    "smoothL1Loss",
    "torch.nn.functional.smooth_l1_loss",
    lambda p, t, reduction, beta=1.0: F.smooth_l1_loss(p, t, reduction=reduction, beta=beta),
    [{}, {"beta": 0}, {"beta": 3}],
)


def reduced(values, reduction):
    return {"none": values, "sum": values.sum(), "mean": values.mean()}[reduction]


def pinball(error, q):
    return torch.maximum(q * error, (q - 1) * error)


regression(
    "quantileLoss",
    "torch autograd of the pinball function",
    lambda p, t, reduction, quantile=0.5: reduced(pinball(t - p, quantile), reduction),
    [{}, {"quantile": 0.1}, {"quantile": 0.95}],
)
regression(
    "expectileLoss",
    "torch autograd of the asymmetric square",
    lambda p, t, reduction, expectile=0.5: reduced(
        expectile * F.relu(t - p) ** 2 + (1 - expectile) * F.relu(p - t) ** 2, reduction
    ),
    [{}, {"expectile": 0.1}, {"expectile": 0.95}],
)
regression(
    "logCoshLoss",
    "torch autograd of log(cosh(r))",
    lambda p, t, reduction: reduced(torch.log(torch.cosh(p - t)), reduction),
)
regression(
    "charbonnierLoss",
    "torch autograd of sqrt(r^2 + epsilon^2)",
    lambda p, t, reduction, epsilon=1e-3: reduced(torch.sqrt((p - t) ** 2 + epsilon**2), reduction),
    [{}, {"epsilon": 0.5}],
)


def multi_quantile():
    cases = []
    for quantiles in ([0.5], [0.1, 0.5, 0.9], [0.05, 0.2, 0.4, 0.6, 0.95]):
        g = generator(len(cases))
        inputs = {
            "predictions": 2 * torch.randn([4, len(quantiles)], generator=g),
            "targets": 2 * torch.randn([4], generator=g),
        }
        for reduction in ("none", "sum", "mean"):
            compute = lambda p, t: reduced(pinball(t[:, None] - p, torch.tensor(quantiles)), reduction)
            cases.append(case(inputs, {"quantiles": quantiles, "reduction": reduction}, compute, BOTH))
    write("multiQuantileLoss", "torch autograd of the pinball function", cases)


multi_quantile()
