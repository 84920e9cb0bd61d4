"""Golden values of the reinforcement losses, by PyTorch."""
import json
import os

import numpy as np
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


def walk_errors(step_size, runs, rng):
    """RMS errors of TD(0) on the five-state walk after each of 100 episodes; the experiment of figure 6.2."""
    truth = np.arange(1, 6) / 6
    errors = np.zeros((runs, 100))
    for run in range(runs):
        v = np.r_[0, np.full(5, 0.5), 0]
        for episode in range(100):
            s = 3
            while 0 < s < 6:
                after = s + rng.choice((-1, 1))
                v[s] += step_size * ((after == 6) + v[after] - v[s])
                s = after
            errors[run, episode] = np.sqrt(np.mean((v[1:6] - truth) ** 2))
    return errors


rng = np.random.default_rng(0)
curves = []
for step_size in (0.05, 0.1, 0.15):
    errors = walk_errors(step_size, 200, rng)
    curves.append({"stepSize": step_size, "mean": errors.mean(0).round(5).tolist(), "std": errors.std(0).round(5).tolist()})
with open(os.path.join(os.path.dirname(path), "walk.golden.json"), "w") as file:
    json.dump({"source": "NumPy simulation, 200 runs", "curves": curves}, file)
    file.write("\n")
