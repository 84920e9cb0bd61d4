"""Golden values of the segmentation losses, by PyTorch's autograd of their definitions."""
import torch

from common import case, generator, write


def inputs(seed):
    g = generator(seed)
    for shape in ([2, 2, 5], [1, 2, 2, 3]):
        p = torch.randn(shape, generator=g).sigmoid()
        yield {"probabilities": p, "targets": torch.randint(2, shape, generator=g).double()}
        yield {"probabilities": p, "targets": torch.rand(shape, generator=g)}


def segmentation(loss, formula, options, absent=False):
    """formula(p, t, **options) with p, t: [N, C, positions] -> [N, C]; `absent` adds samples that lack a class, or all."""
    cases = []
    for seed, given in enumerate(options):
        examples = list(inputs(seed))
        if absent:
            for classes in (slice(1, 2), slice(None)):
                without = {name: x.clone() for name, x in examples[0].items()}
                without["targets"][0, classes] = 0
                examples.append(without)
        for example in examples:
            for reduction in ("none", "sum", "mean"):
                def compute(p, t):
                    values = formula(p.flatten(2), t.flatten(2), **given)
                    return {"none": values, "sum": values.sum(), "mean": values.mean()}[reduction]
                cases.append(case(example, {**given, "reduction": reduction}, compute, ["probabilities"]))
    write(loss, "autograd of the definition", cases)


def sums(x, batched):
    return x.sum((0, 2)) if batched else x.sum(2)


def counted(values, t, perBatch, weight, ignoreEmpty):
    """-> weighted values, and what counts of them."""
    weights = torch.ones(values.shape) if weight is None else torch.tensor(weight).expand(values.shape)
    if ignoreEmpty:
        weights = weights * (sums(t, perBatch) > 0)
    return weights * values, weights


def tversky(p, t, alpha=0.5, beta=0.5, smooth=1.0, gamma=1.0, perBatch=False, weight=None, ignoreEmpty=False):
    hit, lost, wrong = (sums(x, perBatch) for x in (p * t, (1 - p) * t, p * (1 - t)))
    index = (hit + smooth) / (hit + alpha * wrong + beta * lost + smooth)
    return counted((1 - index) ** (1 / gamma), t, perBatch, weight, ignoreEmpty)


def jaccard(p, t, smooth=1.0, perBatch=False, weight=None, ignoreEmpty=False):
    hit = sums(p * t, perBatch)
    values = 1 - (hit + smooth) / (sums(p, perBatch) + sums(t, perBatch) - hit + smooth)
    return counted(values, t, perBatch, weight, ignoreEmpty)


def dice(p, t, smooth=1.0, squared=False, perBatch=False, weight=None, ignoreEmpty=False):
    """-> values, and what counts of them (weights)."""
    power = 2 if squared else 1
    fraction = (2 * sums(p * t, perBatch) + smooth) / (sums(p**power, perBatch) + sums(t**power, perBatch) + smooth)
    return counted(1 - fraction, t, perBatch, weight, ignoreEmpty)


def generalized_dice(p, t, smooth=1e-5):
    # 1 / (Σ t)² as the paper and MONAI have it, where a class without target takes the largest finite weight; divided by the
    # largest, so that smooth is measured in positions of the rarest class. All equal where no class has a target.
    w = 1 / t.sum(2) ** 2
    finite = torch.where(w.isinf(), torch.zeros(()), w)
    largest = finite.max(1, keepdim=True).values
    w = torch.where(w.isinf(), torch.where(largest > 0, largest, torch.ones(())), w)
    w = w / w.max(1, keepdim=True).values
    return 1 - (2 * (w * (p * t).sum(2)).sum(1) + smooth) / ((w * (p.sum(2) + t.sum(2))).sum(1) + smooth)


def weighted(loss, formula, options):
    """As `segmentation`, for formulas that also say what the mean divides by; one mask is empty."""
    cases = []
    for seed, given in enumerate(options):
        for example in inputs(seed):
            if "mask" in given and example["targets"].shape[0] != len(given["mask"]):
                continue
            example["targets"][0, 1] = 0
            for reduction in ("none", "sum", "mean"):
                def compute(p, t):
                    # What a mask leaves out is in no sum.
                    rest = {k: v for k, v in given.items() if k != "mask"}
                    seen = torch.tensor(given["mask"]).flatten(1)[:, None] if "mask" in given else 1
                    values, weights = formula(p.flatten(2) * seen, t.flatten(2) * seen, **rest)
                    return {"none": values, "sum": values.sum(), "mean": values.sum() / weights.sum()}[reduction]
                cases.append(case(example, {**given, "reduction": reduction}, compute, ["probabilities"]))
    write(loss, "autograd of the definition", cases)


MASK = [[1, 0, 1, 1, 0], [0, 1, 1, 1, 1]]
weighted("diceLoss", dice, [
    {}, {"smooth": 1e-3, "squared": True}, {"perBatch": True}, {"ignoreEmpty": True},
    {"weight": [0.5, 2.0], "perBatch": True, "squared": True}, {"weight": [0.5, 2.0], "ignoreEmpty": True},
    {"mask": MASK, "squared": True},
])
GROUPED = [{"weight": [0.5, 2.0], "perBatch": True}, {"weight": [0.5, 2.0], "ignoreEmpty": True}, {"mask": MASK, "ignoreEmpty": True}]
weighted("tverskyLoss", tversky, [
    {}, {"alpha": 0.3, "beta": 0.7}, {"alpha": 0.8, "beta": 0.1, "smooth": 0.001}, {"gamma": 4 / 3, "alpha": 0.3, "beta": 0.7}, *GROUPED,
])
weighted("jaccardLoss", jaccard, [{}, {"smooth": 0.001}, *GROUPED])
segmentation("generalizedDiceLoss", generalized_dice, [{}, {"smooth": 0.5}], absent=True)
