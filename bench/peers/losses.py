"""What the rows' Python expressions are written with: losses that PyTorch and SciPy do not have in one call."""
import torch
import torch.nn.functional as F
from torchvision import ops  # noqa: F401

from images import *  # noqa: F403
from scores import *  # noqa: F403
from transport import *  # noqa: F403


def focal(logits, targets, alpha=0.25, gamma=2):
    p = torch.sigmoid(logits)
    weight = alpha * targets + (1 - alpha) * (1 - targets)
    missed = 1 - (p * targets + (1 - p) * (1 - targets))
    return (weight * missed**gamma * F.binary_cross_entropy_with_logits(logits, targets, reduction="none")).mean()


def ranking(logits, targets, negative=0.1 / 1.252762968495368):
    """Distributional ranking."""
    p = torch.sigmoid(logits)
    own = targets[:, None] == torch.arange(1, 1 + logits.shape[1])
    high, low = p[own], p[(targets[:, None] >= 0) & ~own]
    apart = (torch.softmax(low / negative, 0) * low).sum() - (torch.softmax(-high, 0) * high).sum()
    return 4 / 6 * F.softplus(6 * (apart + 0.5))
