"""Scores as their common implementations take them: the Fréchet inception distance in f64, the others in f32."""
import numpy
import torch
import torch.nn.functional as F
from scipy.linalg import sqrtm


def frechet_by_root(x, y):
    """The trace of the matrix root of the product of covariances."""
    x, y = x.astype("float64"), y.astype("float64")
    s, t = numpy.cov(x, rowvar=False), numpy.cov(y, rowvar=False)
    apart = x.mean(0) - y.mean(0)
    root = sqrtm(s @ t, disp=False)[0]
    return apart @ apart + numpy.trace(s) + numpy.trace(t) - 2 * numpy.trace(root).real


def frechet_by_eigenvalues(x, y):
    """The roots of the product's eigenvalues."""
    x, y = x.double(), y.double()
    s, t = torch.cov(x.T), torch.cov(y.T)
    apart = x.mean(0) - y.mean(0)
    roots = torch.linalg.eigvals(s @ t).sqrt().real.sum()
    return apart @ apart + s.trace() + t.trace() - 2 * roots


def frechet_by_cholesky(x, y):
    """The roots of a symmetric matrix's eigenvalues, which have a gradient that is fast to take."""
    x, y = x.double(), y.double()
    factor, t = torch.linalg.cholesky(torch.cov(x.T)), torch.cov(y.T)
    apart = x.mean(0) - y.mean(0)
    roots = torch.linalg.eigvalsh(factor.T @ t @ factor).clamp(min=0).sqrt().sum()
    return apart @ apart + (factor * factor).sum() + t.trace() - 2 * roots


def chamfer(x, y):
    squared = torch.cdist(x, y) ** 2
    return squared.amin(1).mean() + squared.amin(0).mean()


def damsm(regions, words, lengths, images, sentences, gamma1, gamma2, gamma3):
    """Every image against every caption at once."""
    real = torch.arange(words.shape[1]) < lengths[:, None]
    similarities = torch.einsum("jtd,ird->ijtr", words, regions)
    over_words = similarities.masked_fill(~real[None, :, :, None], -torch.inf).softmax(2)
    contexts = torch.einsum("ijtr,ird->ijtd", (gamma1 * over_words).softmax(3), regions)
    cosines = F.cosine_similarity(contexts, words[None], dim=3)
    matches = (gamma2 * cosines).masked_fill(~real, -torch.inf).logsumexp(2) / gamma2
    own = torch.arange(len(images))
    both = lambda s: F.cross_entropy(gamma3 * s, own) + F.cross_entropy(gamma3 * s.T, own)
    return both(matches) + both(F.normalize(images) @ F.normalize(sentences).T)
