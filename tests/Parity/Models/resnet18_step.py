"""
The tutorial's step of ResNet-18. Input: {make: folder} writes first weights as resnet18.pt and resnet18.safetensors there; {before, after, data, labels}
makes the step from the first in double precision, and compares: {furthest, own, moved, names, loss}. The furthest is the largest distance of a tensor from
PyTorch's, over the length of its step; own is the same for PyTorch in single precision, and moved the largest change of a weight.
"""
import json
import os
import struct
import sys

import numpy as np
import torch
from torchvision_networks import resnet18

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Checkpoints"))
from safetensors_format import tensors  # noqa: E402  (it lies beside the tests of checkpoints)

given = json.load(sys.stdin)
# Of these weights no value comes so near to relu's corner that the rounding of two builds decides on which side it is.
torch.manual_seed(28)
if "make" in given:
    state = resnet18().state_dict()
    torch.save(state, os.path.join(given["make"], "resnet18.pt"))
    header, end = {}, 0
    for name, tensor in state.items():
        size = tensor.numel() * tensor.element_size()
        header[name] = {"dtype": {torch.float32: "F32", torch.int64: "I64"}[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(given["make"], "resnet18.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in state.values():
            file.write(tensor.numpy().tobytes())
    json.dump({}, sys.stdout)
else:
    before = {name: tensor.double() for name, tensor in torch.load(given["before"]).items()}

    def step(dtype):
        network = resnet18().to(dtype)
        network.load_state_dict(before)
        data = torch.from_numpy(np.load(given["data"])).to(dtype) / 256
        labels = torch.from_numpy(np.load(given["labels"])).to(dtype) + 100
        optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
        loss = (network(data) - labels).sum()
        loss.backward()
        optimizer.step()
        return {name: tensor.double() for name, tensor in network.state_dict().items()}, loss.item()

    def furthest(after):
        return max(((after[name] - exact[name]).norm() / (exact[name] - before[name]).norm()).item() for name in exact)

    exact, loss = step(torch.float64)
    ours = {name: tensor.double() for name, tensor in tensors(given["after"]).items()}
    json.dump({
        "names": sorted(set(ours) ^ set(exact)),
        "furthest": furthest(ours),
        "own": furthest(step(torch.float32)[0]),
        "moved": max((exact[name] - before[name]).abs().max().item() for name in exact),
        "loss": loss,
    }, sys.stdout)
