"""Saves arrays of every type for NumpyTests, and says what is in them."""
import json
import sys

import numpy as np

folder = json.load(sys.stdin)["folder"]
types = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1", ">f4", ">i4", ">f8"]
base = np.arange(24).reshape(6, 4) % 7
for name in types:
    np.save(f"{folder}/{name.replace('>', 'big-')}.npy", base.astype(name))
np.save(f"{folder}/images.npy", (np.arange(6 * 2 * 3 * 3) % 256).astype("u1").reshape(6, 2, 3, 3))
np.save(f"{folder}/grey.npy", (np.arange(6 * 3 * 3) % 256).astype("u1").reshape(6, 3, 3))
np.save(f"{folder}/classes.npy", np.array([0, 1, 2, 0, 1, 2]))
np.save(f"{folder}/numbers.npy", np.linspace(-1, 1, 12).reshape(6, 2))
np.savez(f"{folder}/both.npz", x=base.astype("f4"), y=np.array([0.5, 1, 2, 3, 4, 5]))
np.savez_compressed(f"{folder}/small.npz", x=base.astype("f4"), y=np.array([0, 1, 0, 1, 0, 1]))
np.save(f"{folder}/fortran.npy", np.asfortranarray(base.astype("f4")))
np.save(f"{folder}/objects.npy", np.array([{"a": 1}] * 6, dtype=object))
np.save(f"{folder}/text.npy", np.array(["a"] * 6))
np.save(f"{folder}/nan.npy", np.array([[1.0], [np.nan], [1], [1], [1], [1]]))
with open(f"{folder}/old.npy", "wb") as file:
    np.lib.format.write_array(file, base.astype("f4"), version=(2, 0))
print(json.dumps({"types": [name.replace(">", "big-") for name in types], "base": base.tolist(), "one": (base != 0).astype(int).tolist(),
                  "numbers": np.linspace(-1, 1, 12).tolist()}))
