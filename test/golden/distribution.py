"""Golden values of the losses between distributions, by PyTorch and SciPy."""
import torch
import torch.nn.functional as F

from common import case, generator, write

REDUCTIONS = {"none": lambda rows: rows, "sum": lambda rows: rows.sum(), "mean": lambda rows: rows.mean()}


def rowwise(loss, source, inputs, formula, differentiable, options=({},)):
    """formula(*inputs, **options) -> one value a row."""
    cases = []
    for given in options:
        for seed, shape in enumerate([[5, 3], [2, 17]]):
            made = inputs(generator(seed), shape)
            for reduction, reduce in REDUCTIONS.items():
                compute = lambda *args: reduce(formula(*args, **given))
                cases.append(case(made, {**given, "reduction": reduction}, compute, differentiable))
    write(loss, source, cases)


def distribution(g, shape):
    return torch.softmax(torch.randn(shape, generator=g), -1)


def kl(p, q):
    return F.kl_div(q.log(), p, reduction="none").sum(-1)


rowwise(
    "klDivergence",
    "torch.nn.functional.kl_div",
    lambda g, shape: {"p": distribution(g, shape), "q": distribution(g, shape)},
    kl,
    ["p", "q"],
)
rowwise(
    "jensenShannonDivergence",
    "torch.nn.functional.kl_div",
    lambda g, shape: {"p": distribution(g, shape), "q": distribution(g, shape)},
    lambda p, q: (kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2,
    ["p", "q"],
)
rowwise(
    "klDivergenceFromLogits",
    "torch.nn.functional.kl_div of log_softmax",
    lambda g, shape: {"logits": 3 * torch.randn(shape, generator=g), "targets": distribution(g, shape)},
    lambda x, t: F.kl_div(F.log_softmax(x, -1), t, reduction="none").sum(-1),
    ["logits"],
)
rowwise(
    "distillationLoss",
    "torch.nn.functional.kl_div with log_target",
    lambda g, shape: {"studentLogits": 3 * torch.randn(shape, generator=g), "teacherLogits": 3 * torch.randn(shape, generator=g)},
    lambda s, t, temperature=1.0: temperature**2
    * F.kl_div(F.log_softmax(s / temperature, -1), F.log_softmax(t / temperature, -1), reduction="none", log_target=True).sum(-1),
    ["studentLogits"],
    [{}, {"temperature": 4}],
)
