"""Layers. Input: [{torch: expression, train, shape, input, up, state: {name: {shape, values}}}]; output: [{output, gradient, gradients: {name}, buffers: {name}}]."""
import json
import sys

import torch
from torch.nn import *  # noqa: F403  (the expressions name them)


class Residual(Module):  # noqa: F405
    def __init__(self, layers, shortcut=()):
        super().__init__()
        self.layers, self.shortcut = Sequential(*layers), Sequential(*shortcut)  # noqa: F405

    def forward(self, x):
        return self.layers(x) + self.shortcut(x)


results = []
for case in json.load(sys.stdin):
    layer = eval(case["torch"])
    counters = {name: value for name, value in layer.state_dict().items() if name.endswith("num_batches_tracked")}
    state = {name: torch.tensor(value["values"]).reshape(value["shape"]) for name, value in case["state"].items()}
    layer.load_state_dict({**state, **counters})
    layer.train(case["train"])
    x = torch.tensor(case["input"]).reshape(case["shape"]).requires_grad_()
    y = layer(x)
    y.backward(torch.tensor(case["up"]).reshape(y.shape))
    results.append({
        "output": y.flatten().tolist(),
        "gradient": x.grad.flatten().tolist(),
        "gradients": {name: p.grad.flatten().tolist() for name, p in layer.named_parameters()},
        "buffers": {name: b.flatten().tolist() for name, b in layer.named_buffers() if b.dtype == torch.float32},
    })
json.dump(results, sys.stdout)
