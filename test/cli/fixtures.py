"""Files as NumPy writes them, for the tests of the readers: python3 fixtures.py > fixtures.json"""
import base64
import io
import json

import numpy as np

a = np.arange(6).reshape(2, 3)
arrays = {
    "f4": a.astype("<f4") / 2,
    "f8 big-endian": a.astype(">f8") / 3,
    "f4 Fortran": np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)),
    "i2 big-endian Fortran": np.asfortranarray(a.astype(">i2")),
    "f2": np.array([1, -2.5, 2.0**-24, 2.0**-14, 65504, np.inf, -np.inf, np.nan], "<f2"),
    "i1": a.astype("i1") - 3,
    "u2": a.astype("<u2") + 65530,
    "i4": a.astype("<i4") - 3,
    "u4": a.astype("<u4") + 2**31,
    "i8": a.astype("<i8") - 3,
    "u8": np.array([0, 2**64 - 1], "<u8"),
    "bool": np.array([True, False, True]),
    "scalar": np.float64(3.5),
    "empty": np.zeros((0, 3)),
}


def text(value):
    return base64.b64encode(value).decode()


def npy(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), version=version)
    return text(file.getvalue())


def npz(save):
    file = io.BytesIO()
    save(file, logits=arrays["f4"], **{"deep/labels": np.arange(2)})
    return text(file.getvalue())


def entry(array, version=None):
    array = np.asanyarray(array)
    return {"file": npy(array, version), "shape": array.shape, "values": [str(v) for v in array.ravel().tolist()]}


npy_files = {name: entry(array) for name, array in arrays.items()}
npy_files["version 2"] = entry(a, (2, 0))
npy_files["version 3"] = entry(a, (3, 0))
refused = {
    "objects": np.array([None, {}], dtype=object),
    "text": np.array(["abc"]),
    "bytes": np.array([b"abc"]),
    "complex": np.array([1j]),
    "dates": np.array(["2024-01-01"], "datetime64[D]"),
    "records": np.zeros(2, dtype=[("x", "<f4"), ("y", "<i4")]),
}
print(
    json.dumps(
        {
            "npy": npy_files,
            "refused": {name: npy(array) for name, array in refused.items()},
            "npz": {"stored": npz(np.savez), "deflated": npz(np.savez_compressed)},
        }
    )
)
