"""What the rows' Python expressions are written with: losses that PyTorch and SciPy do not have in one call."""
import torch  # noqa: F401
import torch.nn.functional as F


def focal(logits, targets, alpha=0.25, gamma=2):
    p = torch.sigmoid(logits)
    weight = alpha * targets + (1 - alpha) * (1 - targets)
    missed = 1 - (p * targets + (1 - p) * (1 - targets))
    return (weight * missed**gamma * F.binary_cross_entropy_with_logits(logits, targets, reduction="none")).mean()
