"""Golden values of the losses between distributions, by PyTorch and SciPy."""
import math

import numpy as np
import torch
import torch.nn.functional as F

from scipy.optimize import linear_sum_assignment, linprog
from scipy.stats import wasserstein_distance

from common import case, generator, write

REDUCTIONS = {"none": lambda rows: rows, "sum": lambda rows: rows.sum(), "mean": lambda rows: rows.mean()}


def rowwise(loss, source, inputs, formula, differentiable, options=({},)):
    """formula(*inputs, **options) -> one value per row."""
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


def scores(n, seed):
    return torch.randn([n], generator=generator(seed))


write(
    "wassersteinCriticLoss",
    "torch.mean",
    [
        case({"real": scores(n, 1), "fake": scores(m, 2)}, {}, lambda r, f: f.mean() - r.mean(), ["real", "fake"])
        for n, m in ((5, 5), (3, 18))
    ],
)
write(
    "wassersteinGeneratorLoss",
    "torch.mean",
    [
        case({"fake": scores(n, 3)}, {"reduction": name}, lambda f: reduce(-f), ["fake"])
        for n in (1, 13)
        for name, reduce in REDUCTIONS.items()
    ],
)
write(
    "gradientPenalty",
    "torch.linalg.vector_norm",
    [
        case(
            {"gradients": torch.randn(shape, generator=generator(4))},
            {"oneSided": one_sided, "target": target, "weight": weight, "reduction": name},
            lambda g: reduce(weight * (F.relu if one_sided else (lambda x: x))(g.flatten(1).norm(dim=1) - target) ** 2),
            ["gradients"],
        )
        for shape in ([4, 5], [3, 2, 3, 3])
        for one_sided, target, weight in ((False, 1, 10), (True, 2, 3))
        for name, reduce in REDUCTIONS.items()
    ],
)


def line(u, v, p=1, uWeights=None, vWeights=None):
    """The integral of the quantile functions' distance: differentiable, with the value checked against SciPy at p = 1."""
    weights = lambda w, x: (torch.ones(len(x)) if w is None else torch.tensor(w)) / (len(x) if w is None else sum(w))
    (u, i), (v, j) = u.sort(stable=True), v.sort(stable=True)
    a, b = weights(uWeights, u)[i].cumsum(0), weights(vWeights, v)[j].cumsum(0)
    jumps = torch.cat([a, b]).sort()[0]
    widths = jumps.diff(prepend=torch.zeros(1))
    middle = jumps - widths / 2
    take = lambda x, c: x[torch.searchsorted(c, middle).clamp(max=len(x) - 1)]
    way = (take(u, a) - take(v, b)).abs()
    return way[widths > 1e-12].max() if p == math.inf else (widths * way**p).sum() ** (1 / p)


cases = []
for n, m in ((6, 6), (4, 11)):
    inputs = {"u": scores(n, 5), "v": scores(m, 6) + 0.5}
    masses = {"uWeights": [1.0 + i % 3 for i in range(n)], "vWeights": [2.5] + [1.0] * (m - 1)}
    for options in ({}, {"p": 2}, {"p": 3.5}, masses, {"p": 2, **masses}, {"p": math.inf}, {"p": math.inf, **masses}):
        made = case(inputs, options, lambda u, v: line(u, v, **options), ["u", "v"])
        if options.get("p", 1) == 1:
            exact = wasserstein_distance(inputs["u"], inputs["v"], options.get("uWeights"), options.get("vWeights"))
            assert abs(exact - made["value"]) < 1e-13
            made["value"] = exact
        cases.append(made)
write("wassersteinDistance", "scipy.stats.wasserstein_distance, and torch for gradients and p > 1", cases)


def plan_of(x, y, cost, xWeights, yWeights):
    """An optimal plan by SciPy: the assignment where it is one, a linear programme elsewhere."""
    c = torch.cdist(x, y, p=1 if cost == "manhattan" else 2).detach().numpy() ** (2 if cost == "squared" else 1)
    n, m = c.shape
    if n == m and xWeights is None and yWeights is None:
        plan = np.zeros((n, m))
        plan[linear_sum_assignment(c)] = 1 / n
        return torch.tensor(plan)
    masses = [np.full(k, 1 / k) if w is None else np.array(w) / sum(w) for w, k in ((xWeights, n), (yWeights, m))]
    sums = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    found = linprog(c.reshape(-1), A_eq=sums, b_eq=np.concatenate(masses), method="highs-ds")
    return torch.tensor(found.x.reshape(n, m))


def earth_mover(x, y, cost="euclidean", xWeights=None, yWeights=None):
    plan = plan_of(x, y, cost, xWeights, yWeights)
    if cost == "manhattan":
        return (plan * (x[:, None] - y[None]).abs().sum(-1)).sum()
    squares = ((x[:, None] - y[None]) ** 2).sum(-1)
    return (plan * (squares if cost == "squared" else squares.sqrt())).sum()


cases = []
for n, m, d in ((6, 6, 2), (25, 25, 3), (5, 8, 2), (40, 30, 2)):
    g = generator(n)
    # Numbers of float32, so that both types solve the same problem.
    single = lambda x: x.float().double()
    inputs = {"x": single(torch.randn([n, d], generator=g)), "y": single(torch.randn([m, d], generator=g) + 0.5)}
    masses = [single(0.1 + torch.rand([k], generator=g)).tolist() for k in (n, m)]
    weights = dict(zip(("xWeights", "yWeights"), masses))
    for options in ({}, {"cost": "squared"}, weights, {"cost": "squared", **weights}, {"cost": "manhattan"}, {"cost": "manhattan", **weights}):
        cases.append(case(inputs, options, lambda x, y: earth_mover(x, y, **options), ["x", "y"]))
write("earthMoverDistance", "scipy.optimize.linear_sum_assignment and linprog", cases)


def mulberry32(seed):
    """The library's generator of uniform numbers, whose directions are part of the definition."""
    mask = 0xFFFFFFFF
    while True:
        seed = (seed + 0x6D2B79F5) & mask
        t = ((seed ^ (seed >> 15)) * (seed | 1)) & mask
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & mask)) & mask
        yield ((t ^ (t >> 14)) & mask) / 2**32


def directions(count, d, seed):
    uniform = mulberry32(seed)
    normal = lambda: math.sqrt(-2 * math.log(1 - next(uniform))) * math.cos(2 * math.pi * next(uniform))
    return F.normalize(torch.tensor([[normal() for _ in range(d)] for _ in range(count)]), dim=1)


def sliced(x, y, projections=128, p=2, seed=0):
    theta = directions(projections, x.shape[1], seed)
    return torch.stack([line(x @ t, y @ t, p) ** p for t in theta]).mean() ** (1 / p)


write(
    "slicedWassersteinDistance",
    "torch, by sorted projections",
    [
        case(
            {"x": torch.randn([n, d], generator=generator(n)), "y": torch.randn([m, d], generator=generator(m)) + 1},
            options,
            lambda x, y: sliced(x, y, **options),
            ["x", "y"],
        )
        for n, m, d in ((7, 7, 2), (5, 9, 4))
        for options in ({}, {"projections": 16, "p": 1, "seed": 3}, {"projections": 10, "p": 3})
    ],
)


def sinkhorn(x, y, blur=0.05, p=2, scaling=0.5, maxIterations=None, xWeights=None, yWeights=None):
    """geomloss's annealing on whole matrices; gradients through the last soft minimum alone, potentials held."""

    def cost(a, b):
        squares = ((a[:, None] - b[None]) ** 2).sum(-1)
        # The root's slope at 0 is to be 0.
        return squares / 2 if p == 2 else torch.where(squares == 0, squares, squares.clamp(min=1e-300) ** (p / 2)) / p

    given = (xWeights, yWeights)
    shares = [torch.full([len(z)], 1 / len(z)) if w is None else torch.tensor(w) / sum(w) for z, w in zip((x, y), given)]

    def softmin(c, potential, eps, share):
        return -eps * torch.logsumexp((potential - c) / eps + share.log(), 1)

    both = torch.cat([x, y]).detach()
    diameter = (both.max(0)[0] - both.min(0)[0]).norm().item()
    between = np.exp(np.arange(p * np.log(diameter), p * np.log(blur), p * np.log(scaling)))
    schedule = [diameter**p, *between.tolist(), blur**p]
    schedule += [blur**p] * ((maxIterations or 0) - len(schedule))
    held = [x.detach(), y.detach()]
    potentials = {(i, j): softmin(cost(held[i], held[j]), torch.zeros(len(held[j])), schedule[0], shares[j]) for i in (0, 1) for j in (0, 1)}
    for eps in schedule:
        following = {(i, j): softmin(cost(held[i], held[j]), potentials[j, i], eps, shares[j]) for i, j in potentials}
        potentials = {key: (potentials[key] + following[key]) / 2 for key in potentials}
    last = lambda i, j: softmin(cost((x, y)[i], held[j]), potentials[j, i], schedule[-1], shares[j])
    return (shares[0] * (last(0, 1) - last(0, 0))).sum() + (shares[1] * (last(1, 0) - last(1, 1))).sum()


write(
    "sinkhornDivergence",
    "torch.logsumexp, annealed as geomloss does",
    [
        case(
            # Numbers of float32, so that both types solve the same problem.
            {
                "x": torch.rand([n, d], generator=generator(n)).float().double(),
                "y": (torch.rand([m, d], generator=generator(m + 1)) + 0.3).float().double(),
            },
            options,
            lambda x, y: sinkhorn(x, y, **options),
            ["x", "y"],
        )
        for n, m, d in ((9, 9, 2), (20, 7, 3))
        for options in ({}, {"p": 1, "blur": 0.1}, {"blur": 0.2, "scaling": 0.8}, {"p": 3, "blur": 0.3, "maxIterations": 50},
                        {"blur": 0.2, "xWeights": [1.0 + i % 3 for i in range(n)], "yWeights": [2.5] + [1.0] * (m - 1)})
    ],
    float32=4e-5,
)
