"""Golden values of the reinforcement losses, by PyTorch."""
import json
import os

import torch
import torch.nn.functional as F

from common import HERE, case, generator, plain, write


def steps(n, seed):
    g = generator(seed)
    made = {name: 2 * torch.randn([n], generator=g) for name in ("values", "rewards", "nextValues")}
    return {**made, "dones": (torch.rand([n], generator=g) < 0.3).double()}


def td(v, r, n, d, reduction, discount=0.99, huber=None):
    target = r + discount * (1 - d) * n
    if huber is None:
        return F.mse_loss(v, target, reduction=reduction) / 2
    return F.huber_loss(v, target, reduction=reduction, delta=huber)


write(
    "tdLoss",
    "torch.nn.functional.mse_loss and huber_loss",
    [
        case(steps(n, n), {**given, "reduction": reduction}, lambda *args: td(*args, reduction, **given), ["values"])
        for n in (1, 14)
        for given in ({}, {"discount": 0.5, "huber": 1})
        for reduction in ("none", "sum", "mean")
    ],
)


def returns(values, rewards, nextValues, dones, discount, lam):
    """Both recursions as one linear system each: (I - A) x = b."""
    n = len(rewards)
    carry = torch.diag((discount * lam * (1 - dones))[:-1], 1) if n > 1 else torch.zeros(1, 1)
    mixed = torch.full([n], 1 - lam)
    mixed[-1] = 1
    once = rewards + discount * (1 - dones) * mixed * nextValues
    delta = rewards + discount * (1 - dones) * nextValues - values
    solve = lambda b: torch.linalg.solve(torch.eye(n) - carry, b)
    return solve(once), solve(delta)


cases = []
for n, discount, lam in ((1, 0.9, 0.5), (12, 0.99, 0.95), (25, 0.7, 0.3)):
    made = steps(n, 50 + n)
    targets, advantages = returns(*made.values(), discount, lam)
    cases.append(
        {
            "options": {"discount": discount, "lambda": lam},
            "inputs": {name: plain(x) for name, x in made.items()},
            "returns": plain(targets),
            "advantages": plain(advantages),
        }
    )
path = os.path.join(HERE, "..", "..", "src", "losses", "reinforcement", "td", "returns.golden.json")
with open(path, "w") as file:
    json.dump({"source": "torch.linalg.solve", "cases": cases}, file)
    file.write("\n")
