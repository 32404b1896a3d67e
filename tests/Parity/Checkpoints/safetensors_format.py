"""https://huggingface.co/docs/safetensors: a length, a JSON header, the tensors' bytes without holes. Debian has no package of it."""
import json
import struct

import torch

TYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64, "I32": torch.int32,
         "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool}


def tensors(path):
    """Name to tensor, in the order of the header; each tensor's memory is its own."""
    with open(path, "rb") as opened:
        file = bytearray(opened.read())
    (length,) = struct.unpack("<Q", file[:8])
    header = json.loads(file[8:8 + length])
    start = 8 + length
    assert start % 8 == 0, "the data is not aligned"
    header.pop("__metadata__", None)
    end = 0
    for entry in sorted(header.values(), key=lambda entry: entry["data_offsets"]):
        assert entry["data_offsets"][0] == end, "a hole"
        end = entry["data_offsets"][1]
    assert start + end == len(file), "the file goes on"
    read = {}
    for name, entry in header.items():
        dtype = TYPES[entry["dtype"]]
        first, last = entry["data_offsets"]
        size = torch.empty(0, dtype=dtype).element_size()
        assert (start + first) % size == 0, "an array is not aligned to its elements"
        read[name] = torch.frombuffer(file, dtype=dtype, count=(last - first) // size, offset=start + first).reshape(entry["shape"]).clone()
    return read
