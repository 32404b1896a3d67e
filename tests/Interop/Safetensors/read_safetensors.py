"""Reads a safetensors file by the format's specification alone (no safetensors package) and lets PyTorch be the judge.

Usage: read_safetensors.py FILE
Prints one line an array, in the order of the header: name, dtype, shape, SHA-256 of the bytes that torch.frombuffer sees, and their sum.
"""
import hashlib
import json
import struct
import sys

import torch

TYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64, "I32": torch.int32,
         "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool}

file = bytearray(open(sys.argv[1], "rb").read())
(length,) = struct.unpack("<Q", file[:8])
header = json.loads(file[8:8 + length])
start = 8 + length
assert start % 8 == 0, "the data is not aligned"
header.pop("__metadata__")
end = 0
for entry in sorted(header.values(), key=lambda entry: entry["data_offsets"]):
    assert entry["data_offsets"][0] == end, "a hole"
    end = entry["data_offsets"][1]
assert start + end == len(file), "the file goes on"
for name, entry in header.items():
    dtype = TYPES[entry["dtype"]]
    first, last = entry["data_offsets"]
    size = torch.empty(0, dtype=dtype).element_size()
    assert (start + first) % size == 0, "an array is not aligned to its elements"
    tensor = torch.frombuffer(file, dtype=dtype, count=(last - first) // size, offset=start + first).reshape(entry["shape"])
    raw = tensor.contiguous().flatten().view(torch.uint8) if dtype != torch.bool else tensor.flatten().to(torch.uint8)
    digest = hashlib.sha256(raw.numpy().tobytes()).hexdigest()
    print(name, entry["dtype"], "x".join(str(side) for side in entry["shape"]) or "scalar", digest, tensor.double().sum().item())
