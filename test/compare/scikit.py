"""Scores of scikit-learn's models on the folds of `lossary compare --seed 0`, and Nadeau and Bengio's test on them.

    python3 test/compare/scikit.py        writes test/compare/scikit.golden.json

Debian's python3-sklearn, python3-pandas and python3-scipy (1.2.1, 1.5.3, 1.10.1).
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.calibration import CalibratedClassifierCV
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import HuberRegressor, LinearRegression, LogisticRegressionCV, QuantileRegressor
from sklearn.metrics import accuracy_score, f1_score, log_loss, mean_absolute_error, mean_pinball_loss, mean_squared_error
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
DATA = HERE.parent.parent / "data"
MASK = 0xFFFFFFFF


def mix(bits):
    """src/random.ts: mulberry32's mixing."""
    t = ((bits ^ (bits >> 15)) * (bits | 1)) & MASK
    t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & MASK)) & MASK
    return (t ^ (t >> 14)) & MASK


def shuffled(count, seed):
    order = list(range(count))
    state = seed
    for i in range(count - 1, 0, -1):
        state = (state + 0x6D2B79F5) & MASK
        j = int(mix(state) / 4294967296 * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order


def folds(count, labels, parts=5):
    order = shuffled(count, 0)
    if labels is not None:
        order = sorted(order, key=lambda row: labels[row])
    return [[row for at, row in enumerate(order) if at % parts == fold] for fold in range(parts)]


def foldwise(tests, count, score):
    """Scores of every fold, as one list a metric."""
    each = []
    for test in tests:
        train = np.setdiff1d(np.arange(count), test)
        each.append(score(train, np.array(test)))
    return {key: [one[key] for one in each] for key in each[0]}


def p_value(a, b, ratio):
    d = np.subtract(a, b)
    t = d.mean() / np.sqrt(d.var(ddof=1) * (1 / len(d) + ratio))
    return float(2 * stats.t.sf(abs(t), len(d) - 1))


def logistic():
    return LogisticRegressionCV(Cs=10, cv=3, scoring="neg_log_loss", max_iter=5000)


CLASSIFIERS = {
    "crossEntropy": logistic,
    "binaryCrossEntropy": lambda: OneVsRestClassifier(logistic()),
    "hingeLoss": lambda: CalibratedClassifierCV(
        OneVsRestClassifier(LinearSVC(loss="hinge", max_iter=100000)), method="sigmoid", cv=5
    ),
    "class shares": lambda: DummyClassifier(strategy="prior"),
}

REGRESSORS = {
    "l2Loss": lambda: LinearRegression(),
    "huberLoss": lambda: HuberRegressor(alpha=0, max_iter=1000),
    "l1Loss": lambda: QuantileRegressor(quantile=0.5, alpha=0, solver="highs"),
    "quantileLoss quantile=0.1": lambda: QuantileRegressor(quantile=0.1, alpha=0, solver="highs"),
    "quantileLoss quantile=0.9": lambda: QuantileRegressor(quantile=0.9, alpha=0, solver="highs"),
    "mean of the targets": lambda: DummyRegressor(strategy="mean"),
    "median of the targets": lambda: DummyRegressor(strategy="median"),
}


def classification(x, y, make):
    def score(train, test):
        model = make_pipeline(StandardScaler(), make()).fit(x[train], y[train])
        p = model.predict_proba(x[test])
        chosen = model.classes_[p.argmax(1)]
        return {
            "accuracy": accuracy_score(y[test], chosen),
            "macroF1": f1_score(y[test], chosen, average="macro"),
            "logLoss": log_loss(y[test], p, labels=model.classes_),
        }

    return score


def regression(x, y, make):
    def score(train, test):
        model = make_pipeline(StandardScaler(), make()).fit(x[train], y[train])
        p = model.predict(x[test])
        pinballs = {f"pinball{a}": mean_pinball_loss(y[test], p, alpha=a) for a in (0.1, 0.5, 0.9)}
        return {
            "mae": mean_absolute_error(y[test], p),
            "rmse": mean_squared_error(y[test], p, squared=False),
            **pinballs,
        }

    return score


def table(name, target, task):
    frame = pd.read_csv(DATA / f"{name}.csv")
    y = frame[target].to_numpy()
    x = frame.drop(columns=target).to_numpy(float)
    labels = np.unique(y, return_inverse=True)[1] if task == "classification" else None
    tests = folds(len(y), labels)
    makers, scorer = (CLASSIFIERS, classification) if labels is not None else (REGRESSORS, regression)
    models = {key: foldwise(tests, len(y), scorer(x, y, make)) for key, make in makers.items()}
    trained = [key for key in models if key not in ("class shares", "mean of the targets", "median of the targets")]
    ratio = 1 / 4
    worse = {}
    for metric in ("accuracy", "logLoss") if labels is not None else ("mae", "rmse"):
        sign = -1 if metric == "accuracy" else 1
        best = min(trained, key=lambda key: sign * np.mean(models[key][metric]))
        worse[metric] = [
            key for key in trained if key != best and p_value(models[key][metric], models[best][metric], ratio) < 0.05
        ]
    return {"target": target, "task": task, "tests": tests, "models": models, "worse": worse}


golden = {
    "breast_cancer": table("breast_cancer", "diagnosis", "classification"),
    "iris": table("iris", "species", "classification"),
    "diabetes": table("diabetes", "progression", "regression"),
}
for name, value in golden.items():
    print(name, value["worse"])
    for key, model in value["models"].items():
        print("  ", key, {metric: round(float(np.mean(v)), 4) for metric, v in model.items()})
(HERE / "scikit.golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
