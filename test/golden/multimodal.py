"""Golden values of the losses between images and text, by PyTorch."""
import torch
import torch.nn.functional as F

from common import case, generator, write


def match(regions, words, gamma1, gamma2, form):
    """One image [R, D] against one caption [L, D], with batched attention in the manner of the paper's equations 7 to 10."""
    similar = words @ regions.T
    attention = F.softmax(gamma1 * F.softmax(similar, dim=0), dim=1)
    relevance = F.cosine_similarity(attention @ regions, words, dim=1, eps=1e-12)
    return torch.logsumexp(gamma2 * relevance, 0) / (gamma2 if form == "paper" else 1)


def damsm(regions, words, lengths, images, sentences, gamma1=4, gamma2=5, gamma3=10, classIds=None, form="paper"):
    n = len(lengths)
    targets = torch.arange(n)
    by_words = torch.stack(
        [torch.stack([match(regions[i], words[j, : lengths[j]], gamma1, gamma2, form) for j in range(n)]) for i in range(n)]
    )
    whole = F.normalize(images, dim=1) @ F.normalize(sentences, dim=1).T
    mask = torch.zeros([n, n], dtype=torch.bool)
    if classIds is not None:
        ids = torch.tensor(classIds)
        mask = (ids[:, None] == ids[None]) & ~torch.eye(n, dtype=torch.bool)
    scores = [(gamma3 * s).masked_fill(mask, -torch.inf) for s in (by_words, whole)]
    return sum(F.cross_entropy(s, targets) + F.cross_entropy(s.T, targets) for s in scores)


def single(x):
    """Numbers of float32, so that both types see the same."""
    return x.float().double() / 2


cases = []
for n, r, t, d, lengths in ((4, 5, 6, 7, [6, 1, 3, 2]), (1, 3, 2, 4, [2]), (3, 17, 1, 5, [1, 1, 1]), (4, 6, 3, 4, [3, 1, 2, 3])):
    g = generator(n)
    inputs = {
        "regions": single(torch.randn([n, r, d], generator=g)),
        "words": single(torch.randn([n, t, d], generator=g)),
        "lengths": torch.tensor(lengths),
        "images": single(torch.randn([n, d], generator=g)),
        "sentences": single(torch.randn([n, d], generator=g)),
    }
    ids = [i % 3 for i in range(n)]
    for options in ({}, {"form": "code"}, {"classIds": ids}, {"form": "code", "classIds": ids, "gamma1": 5, "gamma2": 2.5, "gamma3": 3}):
        cases.append(case(inputs, options, lambda *args: damsm(*args, **options), ["regions", "words", "images", "sentences"]))
write("damsmLoss", "torch.nn.functional.cosine_similarity and cross_entropy", cases)
