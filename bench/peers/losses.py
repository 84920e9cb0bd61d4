"""What the rows' Python expressions are written with: losses that PyTorch and SciPy do not have in one call."""
import torch
import torch.nn.functional as F
from torchvision import ops  # noqa: F401

from images import *  # noqa: F403
from scores import *  # noqa: F403
from transport import *  # noqa: F403


def focal(logits, targets, alpha, gamma):
    p = torch.sigmoid(logits)
    weight = alpha * targets + (1 - alpha) * (1 - targets)
    missed = 1 - (p * targets + (1 - p) * (1 - targets))
    return (weight * missed**gamma * F.binary_cross_entropy_with_logits(logits, targets, reduction="none")).mean()


def ranking(logits, targets, posLambda, negLambda, slope, tau, margin):
    """Distributional ranking."""
    p = torch.sigmoid(logits)
    own = targets[:, None] == torch.arange(1, 1 + logits.shape[1])
    high, low = p[own], p[(targets[:, None] >= 0) & ~own]
    spread = lambda p, temperature: (torch.softmax(p / temperature, 0) * p).sum()
    return tau / slope * F.softplus(slope * (spread(low, negLambda) - spread(high, -posLambda) + margin))


def arc_face(embeddings, labels, weight, margin, scale):
    cos = F.normalize(embeddings) @ F.normalize(weight).T
    own = F.one_hot(labels, len(weight)).bool()
    return F.cross_entropy(scale * torch.where(own, (cos.clamp(-1 + 1e-6, 1 - 1e-6).acos() + margin).cos(), cos), labels)


def sup_con(embeddings, labels, temperature):
    z = F.normalize(embeddings)
    logs = F.log_softmax((z @ z.T / temperature).fill_diagonal_(-1e4), 1)
    positive = (labels[:, None] == labels).float().fill_diagonal_(0)
    return -((positive * logs).sum(1) / positive.sum(1)).mean()


def iou_loss(x, y):
    area = lambda b: (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    sides = (torch.min(x[:, 2:], y[:, 2:]) - torch.max(x[:, :2], y[:, :2])).clamp(min=0)
    shared = sides[:, 0] * sides[:, 1]
    return (1 - shared / (area(x) + area(y) - shared)).mean()


def generalized_dice(p, t, smooth):
    p, t = p.flatten(2), t.flatten(2)
    weight = 1 / t.sum(2).square()
    shared, whole = (weight * (p * t).sum(2)).sum(1), (weight * (p + t).sum(2)).sum(1)
    return (1 - (2 * shared + smooth) / (whole + smooth)).mean()
