"""Times PyTorch on one thread. Reads a JSON request on standard input, writes a JSON answer.

Request: {"rows": [{"name", "torch", "x", "y", "shape", "targetShape", "integer"}], "rounds", "seconds"}; x and y are files of raw numbers.
Answer: {"version", "rows": {name: {"ms", "value"}}}, or {"missing": why}.
"""
import json
import statistics
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    print(json.dumps({"missing": str(error)}))
    sys.exit(0)

torch.set_num_threads(1)
request = json.load(sys.stdin)


def read(path, shape, dtype):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype).reshape(shape)


def measure(row):
    x = read(row["x"], row["shape"], torch.float32).requires_grad_(True)
    y = read(row["y"], row["targetShape"], torch.int32 if row["integer"] else torch.float32)
    y = y.long() if row["integer"] else y
    compute = eval("lambda x, y: " + row["torch"], {"torch": torch, "F": F})
    times = []
    end = time.perf_counter() + request["seconds"]
    while time.perf_counter() < end or len(times) < 8:
        x.grad = None
        start = time.perf_counter()
        value = compute(x, y)
        value.backward()
        times.append(1e3 * (time.perf_counter() - start))
    return {"ms": statistics.median(times[3:]), "value": value.item()}


print(json.dumps({"version": torch.__version__, "rows": {row["name"]: measure(row) for row in request["rows"]}}))
