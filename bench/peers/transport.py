"""Optimal transport as PyTorch and SciPy have it."""
import math

import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist


def wasserstein(u, v):
    """Of as many numbers on both sides."""
    return (u.sort()[0] - v.sort()[0]).abs().mean()


def assigned(x, y):
    cost = cdist(x, y)
    return cost[linear_sum_assignment(cost)].mean()


def sinkhorn(x, y, blur, scaling):
    """geomloss's annealing on whole matrices of half the squared distances."""

    def cost(a, b):
        return ((a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T) / 2

    def softmin(c, potential, eps):
        return -eps * torch.logsumexp((potential / eps - math.log(c.shape[1]))[None] - c / eps, 1)

    held = [x.detach(), y.detach()]
    both = torch.cat(held)
    diameter = (both.max(0)[0] - both.min(0)[0]).norm().item()
    steps = math.ceil(math.log(blur / diameter) / math.log(scaling))
    schedule = [diameter**2, *((diameter * scaling**k) ** 2 for k in range(steps)), blur**2]
    with torch.no_grad():
        costs = {(i, j): cost(held[i], held[j]) for i in (0, 1) for j in (0, 1)}
        potentials = {(i, j): softmin(c, torch.zeros(len(held[j])), schedule[0]) for (i, j), c in costs.items()}
        for eps in schedule:
            following = {(i, j): softmin(c, potentials[j, i], eps) for (i, j), c in costs.items()}
            potentials = {key: (potentials[key] + following[key]) / 2 for key in costs}
    last = lambda i, j: softmin(cost((x, y)[i], held[j]), potentials[j, i], schedule[-1])
    return (last(0, 1) - last(0, 0)).mean() + (last(1, 0) - last(1, 1)).mean()
