"""Golden values of the classification losses, by PyTorch."""
import torch
import torch.nn.functional as F

from common import case, generator, write

REDUCTIONS = ("none", "sum", "mean")


def reduce(values, reduction):
    return {"none": lambda: values, "sum": values.sum, "mean": values.mean}[reduction]()


def cases(inputs_of, formula, options, differentiable):
    """formula(*inputs, reduction=, **options); inputs_of(seed) yields dicts of inputs."""
    found = []
    for seed, given in enumerate(options):
        arguments = {k: torch.tensor(v) if isinstance(v, list) else v for k, v in given.items()}
        for inputs in inputs_of(seed):
            for reduction in REDUCTIONS:
                compute = lambda *x: formula(*x, reduction=reduction, **arguments)
                found.append(case(inputs, {**given, "reduction": reduction}, compute, differentiable))
    return found


def labelled(shapes, name="logits", probabilities=False):
    def make(seed):
        g = generator(seed)
        for shape in shapes:
            x = 2 * torch.randn(shape, generator=g)
            labels = torch.randint(shape[1], [shape[0], *shape[2:]], generator=g)
            yield {name: x.softmax(1) if probabilities else x, "labels": labels}
    return make


def elementwise(name, targets, probabilities=False):
    def make(seed):
        g = generator(seed)
        for shape in ([7], [3, 5]):
            x = 2 * torch.randn(shape, generator=g)
            yield {name: x.sigmoid() if probabilities else x, "targets": targets(shape, g)}
    return make


binary = lambda shape, g: torch.randint(2, shape, generator=g).double()
soft = lambda shape, g: torch.rand(shape, generator=g)
signs = lambda shape, g: 2 * binary(shape, g) - 1


def cross_entropy(x, y, reduction, weight=None, ignoreIndex=-100, labelSmoothing=0.0):
    return F.cross_entropy(x, y, weight=weight, ignore_index=ignoreIndex, label_smoothing=labelSmoothing, reduction=reduction)


weights = [0.5, 1.0, 2.0, 0.25]
write("crossEntropy", "torch.nn.functional.cross_entropy", cases(
    labelled(([5, 4], [3, 4, 3])), cross_entropy,
    [{}, {"weight": weights}, {"labelSmoothing": 0.1}, {"ignoreIndex": 1},
     {"weight": weights, "labelSmoothing": 0.2, "ignoreIndex": 2}], ["logits"]))


def soft_targets(seed):
    g = generator(seed)
    for shape in ([5, 4], [3, 4, 2]):
        yield {"logits": 2 * torch.randn(shape, generator=g), "targets": torch.randn(shape, generator=g).softmax(1)}


write("softCrossEntropy", "torch.nn.functional.cross_entropy", cases(
    soft_targets,
    lambda x, t, reduction, weight=None: reduce(
        -(t * (1 if weight is None else weight.reshape([1, -1] + [1] * (x.dim() - 2))) * x.log_softmax(1)).sum(1), reduction),
    [{}, {"weight": weights}], ["logits", "targets"]))

def smoothed(t, share):
    """Targets of Keras's binary label smoothing."""
    return t * (1 - share) + share / 2


def binary_cross_entropy(x, t, reduction, posWeight=1.0, labelSmoothing=0.0):
    weight = posWeight if isinstance(posWeight, torch.Tensor) else torch.tensor(float(posWeight))
    return F.binary_cross_entropy_with_logits(x, smoothed(t, labelSmoothing), pos_weight=weight, reduction=reduction)


def of_classes(seed):
    g = generator(seed)
    yield {"logits": 2 * torch.randn([3, 5], generator=g), "targets": soft([3, 5], g)}


write("binaryCrossEntropy", "torch.nn.functional.binary_cross_entropy_with_logits", cases(
    elementwise("logits", soft),
    binary_cross_entropy, [{}, {"posWeight": 2.5}, {"labelSmoothing": 0.2, "posWeight": 2.5}], ["logits", "targets"])
    + cases(of_classes, binary_cross_entropy, [{"posWeight": [0.5, 1.0, 2.0, 4.0, 0.25]}], ["logits", "targets"]))

write("logLoss", "torch.nn.functional.nll_loss of the logarithm", cases(
    labelled(([6, 4],), "probabilities", True),
    lambda p, y, reduction: F.nll_loss(p.log(), y, reduction=reduction), [{}], ["probabilities"]))

write("binaryLogLoss", "torch.nn.functional.binary_cross_entropy", cases(
    elementwise("probabilities", soft, True),
    lambda p, t, reduction: F.binary_cross_entropy(p, t, reduction=reduction), [{}], ["probabilities"]))


def focal(x, t, reduction, alpha=0.25, gamma=2.0, normalizer="elements", labelSmoothing=0.0):
    p, t = x.sigmoid(), smoothed(t, labelSmoothing)
    pt = p * t + (1 - p) * (1 - t)
    at = 1.0 if alpha is None else alpha * t + (1 - alpha) * (1 - t)
    values = at * (1 - pt) ** gamma * F.binary_cross_entropy_with_logits(x, t, reduction="none")
    if reduction == "mean" and normalizer == "positives":
        return values.sum() / max(1.0, t.sum().item())
    return reduce(values, reduction)


hard = cases(elementwise("logits", binary), focal,
             [{}, {"alpha": None, "gamma": 0.5}, {"gamma": 4, "normalizer": "positives"}], ["logits"])
write("focalLoss", "autograd of the definition (torchvision.ops.sigmoid_focal_loss)",
      hard + cases(elementwise("logits", soft), focal, [{}, {"gamma": 1.5, "alpha": 0.6}, {"labelSmoothing": 0.2}], ["logits"]))


def softmax_focal(x, y, reduction, alpha=None, gamma=2.0, ignoreIndex=-100, labelSmoothing=0.0):
    keep = y != ignoreIndex
    index = torch.where(keep, y, torch.zeros_like(y))
    t = F.one_hot(index, x.shape[1]) * (1 - labelSmoothing) + labelSmoothing / x.shape[1]
    logp = x.log_softmax(1)
    weight = 1.0 if alpha is None else (alpha[index] if isinstance(alpha, torch.Tensor) else alpha)
    values = torch.where(keep, -weight * (t * (1 - logp.exp()) ** gamma * logp).sum(1), torch.zeros_like(x[:, 0]))
    return values.sum() / max(1, int(keep.sum())) if reduction == "mean" else reduce(values, reduction)


write("softmaxFocalLoss", "autograd of the definition", cases(
    labelled(([6, 4],)), softmax_focal,
    [{}, {"alpha": weights}, {"alpha": 0.25, "gamma": 0.5}, {"gamma": 0, "ignoreIndex": 1}, {"labelSmoothing": 0.3, "alpha": 0.25}], ["logits"]))

hinge = lambda f, y, margin=1.0: (margin - y * f).relu()
write("hingeLoss", "autograd of the definition", cases(
    elementwise("scores", signs), lambda f, y, reduction, **given: reduce(hinge(f, y, **given), reduction), [{}, {"margin": 0.3}], ["scores"]))
write("squaredHingeLoss", "autograd of the definition", cases(
    elementwise("scores", signs), lambda f, y, reduction, **given: reduce(hinge(f, y, **given) ** 2, reduction), [{}, {"margin": 0.3}], ["scores"]))
write("logisticLoss", "torch.nn.functional.soft_margin_loss", cases(
    elementwise("scores", signs), lambda f, y, reduction: F.soft_margin_loss(f, y, reduction=reduction), [{}], ["scores"]))


def multiclass(s, y, reduction, margin=1.0, form="sum", power=1, weight=None):
    if form == "sum":
        return s.shape[1] * F.multi_margin_loss(s, y, margin=margin, p=power, weight=weight, reduction=reduction)
    others = s.scatter(1, y[:, None], float("-inf")).max(1).values
    return reduce((margin + others - s.gather(1, y[:, None])[:, 0]).relu(), reduction)


write("multiclassHingeLoss", "torch.nn.functional.multi_margin_loss times C, and autograd of the definition", cases(
    labelled(([6, 4],), "scores"), multiclass, [{}, {"margin": 0.5}, {"form": "max"}, {"form": "max", "margin": 2}, {"power": 2, "margin": 0.5}], ["scores"]))
