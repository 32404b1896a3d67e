"""
Networks beside torchvision's. Input: [{torch: expression, train, shape}]; output: [{parameters, names, shapes, outputs, gradients, buffers, deviations}].
Every number is made by `values` on both sides, as files of so many numbers would be large. Of each gradient and buffer: its sum, the sum of its absolute
values, and its first and last number. Deviations are those of the first weights.
"""
import json
import sys

import torch
from torchvision_networks import *  # noqa: F403  (the expressions name them)


def values(count, stream, scale, shift):
    places = torch.arange(count, dtype=torch.int64)
    return (((places * 7919 + (places % 97) * 31 + stream * 104729) % 2003).double() / 1001 - 1).mul(scale).add(shift).float()


def fill(name, tensor, stream):
    scale, shift = (0.1, 0.0) if tensor.dim() == 1 else ((3 / (tensor.numel() / tensor.shape[0])) ** 0.5, 0.0)
    if name.endswith("running_var") or (tensor.dim() == 1 and name.endswith("weight")):
        shift = 1.0
    return values(tensor.numel(), stream, scale, shift).reshape(tensor.shape)


def summed(tensor):
    flat = tensor.double().flatten()
    return [flat.sum().item(), flat.abs().sum().item(), flat[0].item(), flat[-1].item()]


results = []
for case in json.load(sys.stdin):
    torch.manual_seed(1)
    network = eval(case["torch"])
    deviations = {name: p.std(unbiased=False).item() for name, p in network.named_parameters()}
    everything = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    state = {name: t for name, t in everything.items() if t.dtype == torch.float32}
    with torch.no_grad():
        for stream, (name, tensor) in enumerate(state.items()):
            tensor.copy_(fill(name, tensor, stream))
    network.train(case["train"])
    count = 1
    for size in case["shape"]:
        count *= size
    output = network(values(count, 500, 1, 0).reshape(case["shape"]))
    output.backward(values(output.numel(), 501, 1, 0).reshape(output.shape))
    results.append({
        "parameters": sum(p.numel() for p in network.parameters()),
        "names": list(everything),
        "shapes": [list(t.shape) for t in everything.values()],
        "outputs": output.flatten().tolist(),
        "gradients": {name: summed(p.grad) for name, p in network.named_parameters()},
        "buffers": {name: summed(b) for name, b in network.named_buffers() if b.dtype == torch.float32},
        "deviations": deviations,
    })
    del network, everything, state, output
json.dump(results, sys.stdout)
