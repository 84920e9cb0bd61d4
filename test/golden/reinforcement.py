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


def summary(per_run):
    """Mean and standard deviation over runs, the first axis."""
    per_run = np.asarray(per_run)
    return {"mean": per_run.mean(0).round(5).tolist(), "std": per_run.std(0).round(5).tolist()}


def walk(states, rng):
    """The states of one walk, 1 to `states`, and whether it left on the right."""
    s, path = states // 2 + 1, []
    while 0 < s <= states:
        path.append(s)
        s += rng.choice((-1, 1))
    return path, s > states


def monte_carlo(step_size, rng):
    """RMS errors of every-visit constant-alpha Monte Carlo on the five-state walk after episodes 10, 50 and 100."""
    v, errors = np.full(6, 0.5), []
    for _ in range(100):
        path, right = walk(5, rng)
        for s in path:
            v[s] += step_size * (right - v[s])
        errors.append(np.sqrt(np.mean((v[1:] - np.arange(1, 6) / 6) ** 2)))
    return [errors[9], errors[49], errors[99]]


LONG = (np.arange(1, 20) - 10) / 10


def online(lam, step_size, rng):
    """TD(lambda) on the nineteen-state walk: the RMS error averaged over the ends of ten episodes."""
    v, errors = np.zeros(21), []
    for _ in range(10):
        path, right = walk(19, rng)
        ends = path[1:] + [20 if right else 0]
        trace = np.zeros(21)
        for s, after in zip(path, ends):
            trace *= lam
            trace[s] += 1
            v += step_size * ((after == 20) - float(after == 0) + v[after] - v[s]) * trace
            v[0] = v[20] = 0
        errors.append(np.sqrt(np.mean((v[1:20] - LONG) ** 2)))
    return np.mean(errors)


def offline(lam, step_size, rng):
    """The off-line lambda-return on the same walk; the return as a sum over its lengths."""
    v, errors = np.zeros(21), []
    for _ in range(10):
        path, right = walk(19, rng)
        known = v[path]
        targets = []
        for t in range(len(path)):
            weights = lam ** np.arange(len(path) - t)
            targets.append((1 - lam) * (weights[:-1] @ known[t + 1:]) + weights[-1] * (1 if right else -1))
        for s, target in zip(path, targets):
            v[s] += step_size * (target - v[s])
        errors.append(np.sqrt(np.mean((v[1:20] - LONG) ** 2)))
    return np.mean(errors)


def cliff(on_policy, rng):
    """The mean sum of rewards of the last 100 of 500 episodes of SARSA or Q-learning."""
    q, sums = np.zeros((4, 12, 4)), []
    moves = ((-1, 0), (0, 1), (1, 0), (0, -1))
    choose = lambda cell: rng.integers(4) if rng.random() < 0.1 else int(q[cell].argmax())
    for _ in range(500):
        cell, total = (3, 0), 0
        action = choose(cell)
        while cell != (3, 11):
            after = (min(max(cell[0] + moves[action][0], 0), 3), min(max(cell[1] + moves[action][1], 0), 11))
            reward = -1
            if after[0] == 3 and 0 < after[1] < 11:
                after, reward = (3, 0), -100
            planned = choose(after)
            ahead = q[after][planned] if on_policy else q[after].max()
            q[cell][action] += 0.5 * (reward + ahead - q[cell][action])
            cell, action, total = after, planned if on_policy else choose(after), total + reward
        sums.append(total)
    return np.mean(sums[-100:])


experiments = {
    "source": "NumPy simulations",
    "monteCarlo": [
        {"stepSize": a, "runs": 200, **summary([monte_carlo(a, rng) for _ in range(200)])} for a in (0.01, 0.02, 0.03, 0.04)
    ],
    "longWalk": [
        {"method": method, "lambda": lam, "stepSize": a, "runs": 200, **summary([run(lam, a, rng) for _ in range(200)])}
        for method, run, points in (
            ("TD(λ)", online, ((0, 0.8), (0.4, 0.7), (0.8, 0.3), (0.95, 0.125), (1, 0.02))),
            ("off-line λ-return", offline, ((0, 0.8), (0.8, 0.4), (1, 0.02))),
        )
        for lam, a in points
    ],
    "cliff": [
        {"method": method, "runs": 40, **summary([cliff(method == "SARSA", rng) for _ in range(40)])}
        for method in ("SARSA", "Q-learning")
    ],
}
with open(os.path.join(HERE, "..", "td", "experiments.golden.json"), "w") as file:
    json.dump(experiments, file, ensure_ascii=False, indent=1)
    file.write("\n")
