"""What torch.nn.init draws. Input: {cases: [{expression over w, shape}]}; output: [{mean, deviation, largest}] of so many draws."""
import json
import sys

import torch
from torch.nn import init  # noqa: F401  (the expressions name it)

given = json.load(sys.stdin)
torch.manual_seed(5)
results = []
for case in given["cases"]:
    w = torch.empty(case["shape"])
    eval(case["expression"])
    results.append({"mean": w.mean().item(), "deviation": w.std().item(), "largest": w.abs().max().item()})
json.dump(results, sys.stdout)
