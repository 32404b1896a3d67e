"""State dicts between PyTorch and Sheaf. Input: {read: file or null, write: file or null}. Reads the one: [{name, dtype, shape, values}]; writes the other: a convolution, BatchNorm and a linear layer, with half of them in other types."""
import json
import sys

import torch

given = json.load(sys.stdin)


def told(state):
    return [
        {"name": name, "dtype": str(tensor.dtype).replace("torch.", ""), "shape": list(tensor.shape), "values": tensor.double().flatten().tolist()}
        for name, tensor in state.items()
    ]


if given["write"]:
    torch.manual_seed(3)
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(144, 3))
    net(torch.rand(5, 1, 8, 8))
    state = net.state_dict()
    state["half"] = torch.rand(5).half()
    state["double"] = torch.rand(2, 3).double()
    torch.save(state, given["write"])
    json.dump(told(state), sys.stdout)
else:
    json.dump(told(torch.load(given["read"])), sys.stdout)
