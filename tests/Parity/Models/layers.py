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


class Parallel(Module):  # noqa: F405
    def __init__(self, branches, sum_of=False):
        super().__init__()
        self.branches, self.sum_of = ModuleList([Sequential(*layers) for layers in branches]), sum_of  # noqa: F405

    def forward(self, x):
        made = [branch(x) for branch in self.branches]
        return sum(made[1:], made[0]) if self.sum_of else torch.cat(made, 1)


class Tokens(Embedding):  # noqa: F405
    def forward(self, x):
        return super().forward(x.long())


class Positions(Module):  # noqa: F405
    def __init__(self, length, width, sines=False):
        super().__init__()
        if sines:
            places, columns = torch.arange(length).double()[:, None], torch.arange(width)
            angles = places / 10000 ** ((columns - columns % 2).double() / width)
            self.fixed = torch.where(columns % 2 == 0, angles.sin(), angles.cos()).float()
        else:
            self.weight = Parameter(torch.zeros(length, width))  # noqa: F405
        self.sines = sines

    def forward(self, x):
        return x + (self.fixed if self.sines else self.weight)


def recurrent(pass_on):
    def make(base, *sizes, **options):
        class Recurrent(base):
            def forward(self, x):
                return pass_on(super().forward(x), self)
        return Recurrent(*sizes, batch_first=True, **options)
    return make


def last_states(made, layer):
    states = made[1][0] if isinstance(made[1], tuple) else made[1]
    return torch.cat(list(states[-2:] if layer.bidirectional else states[-1:]), 1)


Whole, Last = recurrent(lambda made, _: made[0]), recurrent(last_states)


def later(x):
    return torch.full((x.shape[1], x.shape[1]), float("-inf")).triu(1)


class SelfAttention(MultiheadAttention):  # noqa: F405
    def __init__(self, width, heads, causal=False, **options):
        super().__init__(width, heads, batch_first=True, **options)
        self.causal = causal

    def forward(self, x):
        return super().forward(x, x, x, need_weights=False, attn_mask=later(x) if self.causal else None)[0]


class Encoder(TransformerEncoderLayer):  # noqa: F405
    def __init__(self, width, heads, wide, causal=False, **options):
        super().__init__(width, heads, wide, dropout=0, batch_first=True, **options)
        self.causal = causal

    def forward(self, x):
        return super().forward(x, src_mask=later(x) if self.causal else None)


class Pooled(Module):  # noqa: F405
    def __init__(self, pool):
        super().__init__()
        self.pool = pool

    def forward(self, x):
        return self.pool(x)


results = []
for case in json.load(sys.stdin):
    layer = eval(case["torch"])
    counters = {name: value for name, value in layer.state_dict().items() if name.endswith("num_batches_tracked")}
    state = {name: torch.tensor(value["values"]).reshape(value["shape"]) for name, value in case["state"].items()}
    layer.load_state_dict({**state, **counters})
    layer.train(case["train"])
    x = torch.tensor(case["input"], dtype=torch.float32).reshape(case["shape"]).requires_grad_()
    y = layer(x)
    y.backward(torch.tensor(case["up"]).reshape(y.shape))
    results.append({
        "output": y.flatten().tolist(),
        "gradient": [] if x.grad is None else x.grad.flatten().tolist(),
        "gradients": {name: p.grad.flatten().tolist() for name, p in layer.named_parameters()},
        "buffers": {name: b.flatten().tolist() for name, b in layer.named_buffers() if b.dtype == torch.float32},
    })
json.dump(results, sys.stdout)
