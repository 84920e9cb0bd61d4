"""Image losses as they are written in PyTorch."""
import torch
import torch.nn.functional as F

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def similarity(x, y, window, sigma, k1, k2):
    """The maps of SSIM and of its contrast term, for pixels in [0, 1], by separable convolutions."""
    t = torch.arange(window) - (window - 1) / 2
    g = torch.exp(-(t**2) / (2 * sigma**2))
    g = (g / g.sum()).to(x.dtype)
    channels = x.shape[1]
    across = g.reshape(1, 1, 1, window).expand(channels, 1, 1, window)
    down = g.reshape(1, 1, window, 1).expand(channels, 1, window, 1)
    local = lambda z: F.conv2d(F.conv2d(z, across, groups=channels), down, groups=channels)
    mx, my = local(x), local(y)
    c1, c2 = k1**2, k2**2
    contrast = (2 * (local(x * y) - mx * my) + c2) / (local(x * x) - mx**2 + local(y * y) - my**2 + c2)
    return (2 * mx * my + c1) / (mx**2 + my**2 + c1) * contrast, contrast


def ssim_loss(x, y, *options):
    return 1 - similarity(x, y, *options)[0].mean()


def ms_ssim_loss(x, y, *options):
    score = 1
    for scale, weight in enumerate(WEIGHTS):
        full, contrast = similarity(x, y, *options)
        term = (full if scale == len(WEIGHTS) - 1 else contrast).mean((2, 3)).relu()
        score = score * term**weight
        x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
    return 1 - score.mean()


def style_loss(x, y):
    def gram(z):
        rows = z.flatten(2)
        return rows @ rows.transpose(1, 2) / rows[0].numel()

    return (gram(x) - gram(y)).square().sum((1, 2)).mean()
