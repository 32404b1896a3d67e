"""The weights after each step of each optimizer. Input: {weights, gradients: [of a step], optimizers: [expression over p]}; output: [[weights after a step] of an optimizer]."""
import json
import sys

import torch
from torch.optim import *  # noqa: F403  (the expressions name them)

given = json.load(sys.stdin)
results = []
for expression in given["optimizers"]:
    weights = torch.nn.Parameter(torch.tensor(given["weights"]))
    p = [weights]
    optimizer = eval(expression)
    after = []
    for gradient in given["gradients"]:
        weights.grad = torch.tensor(gradient)
        optimizer.step()
        after.append(weights.tolist())
    results.append(after)
json.dump(results, sys.stdout)
