"""Golden values of the detection losses: torchvision's box losses, and PyTorch's autograd of DR loss."""
import math

import torch
import torch.nn.functional as F
from torchvision.ops import complete_box_iou_loss, distance_box_iou_loss, generalized_box_iou_loss
from torchvision.ops.boxes import box_area

from common import case, generator, write


def corners(box, format):
    """Any format -> xyxy, by differentiable steps."""
    a, b, c, d = box.unbind(1)
    return torch.stack({
        "xyxy": (a, b, c, d),
        "xywh": (a, b, a + c, b + d),
        "cxcywh": (a - c / 2, b - d / 2, a + c / 2, b + d / 2),
        "ltrb": (-a, -b, c, d),
    }[format], 1)


def numbers(box, format):
    x, y, u, v = box.unbind(1)
    return torch.stack({
        "xyxy": (x, y, u, v),
        "xywh": (x, y, u - x, v - y),
        "cxcywh": ((x + u) / 2, (y + v) / 2, u - x, v - y),
        "ltrb": (-x, -y, u, v),
    }[format], 1)


def boxes(g, n, size):
    """Multiples of size/64, which float32 holds in every format: rounding moves no edge off another."""
    low = torch.randint(64, (n, 2), generator=g)
    return size / 64 * torch.cat([low, low + torch.randint(6, 64, (n, 2), generator=g)], 1)


def pairs(seed, size=1.0):
    """Overlapping, disjoint, nested, perfect and touching pairs."""
    g = generator(seed)
    p, t = boxes(g, 9, size), boxes(g, 9, size)
    p[1, :2] += 3 * size
    p[1, 2:] += 3 * size
    t[2] = p[2] + size / 64 * torch.tensor([1, 2, -2, -1])
    t[3] = p[3]
    t[4] = p[4] + torch.tensor([0, 0, size, 0])
    return p, t


def detection(loss, source, formula, size, options=({},), **more):
    """formula(p, t, **options without format) with corners -> [N]. torchvision adds 1e-7 to divisors; large boxes make
    that vanish."""
    cases = []
    for seed, given in enumerate(options):
        for format in ("xyxy", "xywh", "cxcywh", "ltrb"):
            p, t = (numbers(b, format) for b in pairs(seed, size))
            for reduction in ("none", "sum", "mean"):
                def compute(p, t):
                    values = formula(corners(p, format), corners(t, format), **given)
                    return {"none": values, "sum": values.sum(), "mean": values.mean()}[reduction]
                example = {"predictions": p, "targets": t}
                cases.append(case(example, {**given, "format": format, "reduction": reduction}, compute, ["predictions"]))
    write(loss, source, cases, **more)


def iou(p, t, form="linear"):
    sides = (torch.min(p[:, 2:], t[:, 2:]) - torch.max(p[:, :2], t[:, :2])).clamp(min=0)
    shared = sides[:, 0] * sides[:, 1]
    union = box_area(p) + box_area(t) - shared
    return 1 - shared / union if form == "linear" else -((shared + 1e-7) / (union + 1e-7)).log()


detection("iouLoss", "autograd of the definition", iou, 1.0, [{}, {"form": "log"}])
detection("giouLoss", "torchvision's generalized_box_iou_loss", generalized_box_iou_loss, 65536.0)
detection("diouLoss", "torchvision's distance_box_iou_loss", distance_box_iou_loss, 65536.0)
# Its α divides by 1 − IoU + v + 1e-7, whatever the boxes' size.
detection("ciouLoss", "torchvision's complete_box_iou_loss", complete_box_iou_loss, 65536.0, accuracy=1e-6)


def dr(logits, targets, mask=None, posLambda=1.0, negLambda=0.1 / math.log(3.5), slope=6.0, tau=4.0, margin=0.5):
    p = logits.sigmoid()
    valid = (targets >= 0)[:, None].expand(p.shape)
    if mask is not None:
        valid = valid & torch.tensor(mask).bool()
    hot = F.one_hot(targets.clamp(min=0), logits.shape[1] + 1)[:, 1:].bool()
    positives, negatives = p[hot & valid], p[~hot & valid]
    if not valid.any():
        return logits.sum() * 0
    high = ((-positives / posLambda).softmax(0) * positives).sum() if len(positives) else torch.ones(())
    low = ((negatives / negLambda).softmax(0) * negatives).sum() if len(negatives) else torch.zeros(())
    return tau / slope * F.softplus(slope * (low - high + margin), threshold=1000)


cases = []
for seed, (shape, targets) in enumerate([
    ([6, 4], [0, 3, -1, 1, 0, 4]),
    ([5, 3], [0, 0, -1, 0, 0]),
    ([3, 1], [1, 1, -1]),
    ([7, 5], [5, 1, 2, 2, 0, 0, 3]),
]):
    masked = {"mask": torch.rand(shape, generator=generator(90 + seed)).gt(0.4).int().tolist()}
    for given in ({}, {"negLambda": 0.5, "posLambda": 0.2}, {"slope": 2.0, "tau": 1.0, "margin": 0.1}, masked):
        x = {"logits": 2 * torch.randn(shape, generator=generator(seed)), "targets": torch.tensor(targets)}
        cases.append(case(x, given, lambda x, t: dr(x, t, **given), ["logits"]))
write("drLoss", "autograd of the authors' formula", cases)
