"""Times PyTorch, NumPy and SciPy on one thread. Reads a JSON request on standard input, writes a JSON answer.

Request: {"rows": [{"name", "torch", "scipy", "wrt", "inputs": {name: {"path", "shape", "integer"}}, "options": {name: value}}],
"seconds"}; paths are files of raw numbers. Answer: {"version", "rows": {name: {"PyTorch": {"ms", "value"}, "SciPy": …}}}, or
{"missing": why}. Python expressions see the inputs and the options by name and what losses.py defines.
"""
import json
import statistics
import sys
import time

try:
    import losses
    import numpy
    import torch
except ImportError as error:
    print(json.dumps({"missing": str(error)}))
    sys.exit(0)

torch.set_num_threads(1)
request = json.load(sys.stdin)


def load(given):
    array = numpy.fromfile(given["path"], dtype="int32" if given["integer"] else "float32")
    return array.reshape(given["shape"])


def timed(compute):
    times = []
    end = time.perf_counter() + request["seconds"]
    while time.perf_counter() < end or len(times) < 6:
        start = time.perf_counter()
        value = compute()
        times.append(1e3 * (time.perf_counter() - start))
        if times[0] > 2000 * request["seconds"] and len(times) == 2:
            break
    return {"ms": statistics.median(times[len(times) // 3 :]), "value": float(value)}


def function(row, peer, arrays):
    """Of the arrays; the options are those of the row."""
    return eval(f"lambda {', '.join(arrays)}: {row[peer]}", {**vars(losses), **row["options"]})


def pytorch(row, arrays):
    tensors = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
    tensors = {name: t.long() if t.dtype == torch.int32 else t for name, t in tensors.items()}
    for name in row["wrt"]:
        tensors[name].requires_grad_(True)
    compute = function(row, "torch", tensors)

    def step():
        for name in row["wrt"]:
            tensors[name].grad = None
        value = compute(**tensors)
        if row["wrt"]:
            value.backward()
        return value.item()

    return timed(step)


def scipy(row, arrays):
    compute = function(row, "scipy", arrays)
    return timed(lambda: compute(**arrays))


def measure(row):
    arrays = {name: load(given) for name, given in row["inputs"].items()}
    print(row["name"], file=sys.stderr)
    peers = {"PyTorch": (pytorch, "torch"), "SciPy": (scipy, "scipy")}
    return {peer: run(row, arrays) for peer, (run, key) in peers.items() if row.get(key)}


print(json.dumps({"version": torch.__version__, "rows": {row["name"]: measure(row) for row in request["rows"]}}))
