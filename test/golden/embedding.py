"""Golden values of the embedding losses, by PyTorch."""
import torch
import torch.nn.functional as F

from common import case, generator, tensor, write


def reduce(values, reduction):
    return {"none": values, "sum": values.sum(), "mean": values.mean()}[reduction]


def distance(kind, a, b):
    if kind == "cosine":
        return 1 - F.cosine_similarity(a, b)
    squared = (a - b).square().sum(-1)
    return squared if kind == "squared" else squared.sqrt()


def rows(loss, source, draw, differentiable, formula, options=({},), also=(), **more):
    """formula(*inputs, **options) -> one value per row."""
    cases = []
    for given in options:
        for reduction in ("none", "sum", "mean"):
            inputs = draw(generator(len(cases)), 3 + len(cases))
            compute = lambda *x: reduce(formula(*x, **given), reduction)
            cases.append(case(inputs, {**given, "reduction": reduction}, compute, differentiable))
    write(loss, source, [*cases, *also], **more)


def pairs(target):
    def draw(g, n):
        a, b = torch.randn([2, n, 5], generator=g)
        coin = torch.randint(0, 2, [n], generator=g).double()
        return {"first": a, "second": b, **target(coin)}

    return draw


BOTH = ["first", "second"]
SIGNS = lambda coin: {"targets": 2 * coin - 1}


def contrastive(a, b, y, margin=1.0):
    d = distance("euclidean", a, b)
    return ((1 - y) * d**2 + y * (margin - d).clamp(min=0) ** 2) / 2


rows("contrastiveLoss", "composed in torch", pairs(lambda y: {"different": y}), BOTH, contrastive, [{}, {"margin": 5}])
rows(
    "cosineEmbeddingLoss",
    "torch.nn.functional.cosine_embedding_loss",
    pairs(SIGNS),
    BOTH,
    lambda a, b, y, margin=0.0: F.cosine_embedding_loss(a, b, y, margin=margin, reduction="none"),
    [{}, {"margin": 0.25}],
    accuracy=1e-10,  # PyTorch adds 1e-12 to the squared norms
)
rows(
    "marginRankingLoss",
    "torch.nn.functional.margin_ranking_loss",
    lambda g, n: {"first": torch.randn(n, generator=g), "second": torch.randn(n, generator=g), "targets": torch.ones(n)},
    BOTH,
    lambda a, b, y, margin=0.0: F.margin_ranking_loss(a, b, y, margin=margin, reduction="none"),
    [{}, {"margin": 0.5}],
)


def labelled(g, n, classes=3):
    return torch.randint(0, classes, [n], generator=g)


rows(
    "centerLoss",
    "torch.nn.functional.mse_loss on gathered centers",
    lambda g, n: {
        "features": torch.randn([n, 4], generator=g),
        "labels": labelled(g, n),
        "centers": torch.randn([3, 4], generator=g),
    },
    ["features", "centers"],
    lambda x, y, c: F.mse_loss(x, c[y], reduction="none").sum(1) / 2,
)
rows(
    "verificationLoss",
    "torch.nn.functional.cross_entropy of torch.nn.functional.linear",
    lambda g, n: {
        "first": torch.randn([n, 4], generator=g),
        "second": torch.randn([n, 4], generator=g),
        "same": torch.randint(0, 2, [n], generator=g).double(),
        "weight": torch.randn([2, 4], generator=g),
        "bias": torch.randn(2, generator=g),
    },
    ["first", "second", "weight", "bias"],
    lambda a, b, y, w, bias: F.cross_entropy(F.linear((a - b).square(), w, bias), y.long(), reduction="none"),
)


def many(*names):
    return lambda g, n: {name: torch.randn([n, 4], generator=g) for name in names}


TRIPLET = ["anchor", "positive", "negative"]
rows(
    "tripletLoss",
    "torch.nn.functional.triplet_margin_with_distance_loss",
    many(*TRIPLET),
    TRIPLET,
    lambda a, p, n, margin=1.0, distance="euclidean", swap=False: F.triplet_margin_with_distance_loss(
        a, p, n, distance_function=lambda x, y: globals()["distance"](distance, x, y), margin=margin, swap=swap, reduction="none"
    ),
    [{}, {"distance": "squared"}, {"distance": "cosine", "margin": 0.5}, {"swap": True}],
)


def quadruplet(a, p, n, q, margin=1.0, margin2=0.5, distance="squared"):
    d = lambda x, y: globals()["distance"](distance, x, y)
    return F.relu(d(a, p) - d(a, n) + margin) + F.relu(d(a, p) - d(q, n) + margin2)


rows(
    "quadrupletLoss",
    "composed in torch",
    many(*TRIPLET, "negative2"),
    [*TRIPLET, "negative2"],
    quadruplet,
    [{}, {"distance": "euclidean", "margin2": 1.5}, {"margin": 0.3}],
)


def batches(classes=3):
    return lambda g, n: {"embeddings": torch.randn([n + 3, 4], generator=g), "labels": labelled(g, n + 3, classes)}


def pairwise(kind, x):
    n = len(x)
    return distance(kind, x.repeat_interleave(n, 0) + 0, x.repeat(n, 1)).reshape(n, n)


def kinds(y):
    same = y[:, None] == y[None]
    return same & ~torch.eye(len(y), dtype=torch.bool), ~same


def batch_hard(x, y, margin=0.3, soft=False, distance="squared"):
    d = pairwise(distance, x)
    same, other = kinds(y)
    far = d.masked_fill(~same, -torch.inf).max(1).values
    near = d.masked_fill(~other, torch.inf).min(1).values
    valid = same.any(1) & other.any(1)
    gap = torch.where(valid, far - near, torch.tensor(0.0))
    return torch.where(valid, F.softplus(gap) if soft else F.relu(gap + margin), torch.tensor(0.0))


def batch_all(x, y, margin=0.3, distance="squared", average="active"):
    d = pairwise(distance, x)
    same, other = kinds(y)
    h = F.relu(d[:, :, None] - d[:, None, :] + margin) * (same[:, :, None] & other[:, None, :])
    count = (h > 0).sum() if average == "active" else (same[:, :, None] & other[:, None, :]).sum()
    return h.sum() / count


def semi_hard(x, y, margin=0.3, distance="squared"):
    d = pairwise(distance, x)
    same, other = kinds(y)
    values = []
    for a in range(len(x)):
        found = [
            d[a, p] - d[a, within].min() + margin
            for p in torch.where(same[a])[0]
            for within in [other[a] & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin)]
            if within.any()
        ]
        values.append(torch.stack(found).mean() if found else torch.tensor(0.0))
    return torch.stack(values)


def unreduced(loss, source, draw, differentiable, formula, options, reductions=("none", "sum"), **more):
    """As rows(), without the mean where it divides by less than all rows; reduction None for a loss of one number."""
    cases = []
    for given in options:
        for reduction in reductions:
            inputs = draw(generator(len(cases)), 3 + len(cases))
            compute = lambda *x: reduce(formula(*x, **given), reduction) if reduction else formula(*x, **given)
            with_reduction = {"reduction": reduction} if reduction else {}
            cases.append(case(inputs, {**given, **with_reduction}, compute, differentiable))
    write(loss, source, cases, **more)


SQUARED = {"distance": "squared"}
E = ["embeddings"]
unreduced("batchHardTripletLoss", "composed in torch", batches(), E, batch_hard, [SQUARED, {**SQUARED, "soft": True}, {"distance": "cosine"}])
unreduced("semiHardTripletLoss", "composed in torch", batches(), E, semi_hard, [{**SQUARED, "margin": 6}, {"distance": "cosine"}])
unreduced("batchAllTripletLoss", "composed in torch", batches(), E, batch_all, [SQUARED, {**SQUARED, "average": "all"}], [None])


def info_nce(q, k, temperature=0.1, symmetric=False, positives=None):
    logits = F.normalize(q) @ F.normalize(k).T / temperature
    if positives is not None:
        right = torch.tensor(positives).bool()
        return -torch.where(right, logits.log_softmax(1), torch.zeros(())).sum(1) / right.sum(1).clamp(min=1)
    own = torch.arange(len(q))
    there = F.cross_entropy(logits, own, reduction="none")
    return (there + F.cross_entropy(logits.T, own, reduction="none")) / 2 if symmetric else there


def nt_xent(a, b, temperature=0.5):
    z = F.normalize(torch.cat([a, b]))
    n = len(a)
    logits = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)
    return F.cross_entropy(logits, (torch.arange(2 * n) + n) % (2 * n), reduction="none").reshape(2, n).mean(0)


def sup_con(x, y, temperature=0.1):
    z = F.normalize(x)
    same, _ = kinds(y)
    logits = (z @ z.T / temperature).masked_fill(torch.eye(len(x), dtype=torch.bool), -torch.inf)
    log_p = torch.where(same, F.log_softmax(logits, 1), torch.tensor(0.0))
    return -log_p.sum(1) / same.sum(1).clamp(min=1)


def with_margin(x, y, w, margin, scale, move):
    c = F.normalize(x) @ F.normalize(w).T
    own = F.one_hot(y, len(w)).bool()
    return F.cross_entropy(scale * torch.where(own, move(c, margin), c), y, reduction="none")


CE = "torch.nn.functional.cross_entropy of normalised products"
TWO = ["queries", "keys"]
CHOSEN = [[1, 0, 1, 0, 0, 1], [0, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 0, 1], [1, 0, 0, 0, 1, 0], [0, 0, 1, 1, 1, 1]]
POSITIVES = [
    case(many(*TWO)(generator(50), 6), {"positives": CHOSEN, "temperature": 0.5, "reduction": r}, lambda q, k: reduce(info_nce(q, k, 0.5, positives=CHOSEN), r), TWO)
    for r in ("none", "sum", "mean")
]
rows("infoNceLoss", CE, many(*TWO), TWO, info_nce, [{}, {"symmetric": True, "temperature": 0.5}], also=POSITIVES)
rows("ntXentLoss", CE, many(*BOTH), BOTH, nt_xent, [{}, {"temperature": 0.2}])
unreduced("supConLoss", "torch.nn.functional.log_softmax", batches(), E, sup_con, [{}, {"temperature": 0.5}])
FACES = lambda g, n: {**batches()(g, n), "weight": torch.randn([3, 4], generator=g)}
FACE = ["embeddings", "weight"]
rows("cosFaceLoss", CE, FACES, FACE, lambda x, y, w, margin=0.35, scale=64.0: with_margin(x, y, w, margin, scale, lambda c, m: c - m), [{"scale": 8}, {}, {"scale": 8, "margin": 0.1}])
rows(
    "arcFaceLoss",
    CE,
    FACES,
    FACE,
    lambda x, y, w, margin=0.5, scale=64.0: with_margin(
        x, y, w, margin, scale, lambda c, m: torch.where(c > -torch.cos(torch.tensor(m)), torch.cos(torch.acos(c) + m), c - m * torch.sin(torch.tensor(m)))
    ),
    [{"scale": 8}, {"scale": 4, "margin": 0.2}],
)


def oim_cases():
    cases = []
    for given in ({}, {"scale": 30}, {"normalize": False, "scale": 2}):
        for reduction in ("none", "sum", "mean"):
            g = generator(len(cases))
            x = torch.randn([6, 4], generator=g)
            y = torch.tensor([0, 2, -1, 1, -2, 2])
            # Rounded to f32, the type of the memory.
            table = F.normalize(torch.randn([3, 4], generator=g)).float().double()
            queue = F.normalize(torch.randn([2, 4], generator=g)).float().double()

            def compute(x, y):
                features = F.normalize(x) if given.get("normalize", True) else x
                logits = given.get("scale", 10) * features @ torch.cat([table, queue]).T
                return F.cross_entropy(logits, y.clamp(min=-1), ignore_index=-1, reduction=reduction)

            done = case({"features": x, "labels": y}, {**given, "reduction": reduction}, compute, ["features"])
            done["inputs"]["memory"] = {"table": tensor(table), "queue": tensor(queue), "next": 0}
            cases.append(done)
    return cases


write("oimLoss", "torch.nn.functional.cross_entropy over table and queue", oim_cases())


def circle(p, n, margin=0.25, scale=256.0):
    near = -scale * F.relu(1 + margin - p.detach()) * (p - 1 + margin)
    far = scale * F.relu(n.detach() + margin) * (n - margin)
    return torch.logaddexp(near.logsumexp(0) + far.logsumexp(0), torch.tensor(0.0))


def batch_circle(x, y, pooling="batch", **options):
    z = F.normalize(x)
    same, other = kinds(y)
    s = z @ z.T
    if pooling == "batch":
        upper = torch.ones_like(s, dtype=torch.bool).triu(1)
        return circle(s[same & upper], s[other & upper], **options)
    both = same.any(1) & other.any(1)
    return torch.stack([circle(r[a], r[b], **options) if ok else r.sum() * 0 for r, a, b, ok in zip(s, same, other, both)])


def scored(g, n):
    return {"positives": 2 * torch.rand(n, generator=g) - 1, "negatives": 2 * torch.rand(n + 4, generator=g) - 1}


POOLED = [case(batches()(generator(i), 6), {"scale": s}, lambda x, y: batch_circle(x, y, scale=s), E) for i, s in enumerate((256, 16))]
ANCHORED = [
    case(batches()(generator(i), 6), {"pooling": "anchor", "scale": 16, "reduction": r}, lambda x, y: reduce(batch_circle(x, y, "anchor", scale=16), r), E)
    for i, r in enumerate(("none", "sum"))
]
unreduced("circleLoss", "composed in torch, weights detached", scored, ["positives", "negatives"], circle, [{}, {"margin": 0.4, "scale": 32}], [None])
write("batchCircleLoss", "composed in torch, weights detached", POOLED + ANCHORED)


def batch_hard_quadruplet(x, y, margin=1.0, margin2=0.5, distance="squared"):
    d = pairwise(distance, x)
    same, other = kinds(y)
    values = []
    for a in range(len(x)):
        outside = other & (y[:, None] != y[a]) & (y[None] != y[a])
        far = d[a][same[a]]
        value = x.sum() * 0
        if len(far) and other[a].any():
            value = value + F.relu(far.max() - d[a][other[a]].min() + margin)
            if outside.any():
                value = value + F.relu(far.max() - d[outside & torch.ones_like(outside).triu(1)].min() + margin2)
        values.append(value)
    return torch.stack(values)


unreduced("batchHardQuadrupletLoss", "composed in torch", batches(4), E, batch_hard_quadruplet, [{}, {"distance": "cosine"}])
