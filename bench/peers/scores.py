"""The Fréchet inception distance as its common implementations take it, in f64."""
import numpy
import torch
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
