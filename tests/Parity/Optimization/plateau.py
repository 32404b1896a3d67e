"""Learning rates that torch.optim.lr_scheduler.ReduceLROnPlateau gives after each value. Input: {rate, cases: [{arguments: {...}, values: [...]}]}."""
import json
import sys

import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau

given = json.load(sys.stdin)
results = []
for case in given["cases"]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=given["rate"])
    scheduler = ReduceLROnPlateau(optimizer, **case["arguments"])
    rates = []
    for value in case["values"]:
        scheduler.step(float(value))
        rates.append(optimizer.param_groups[0]["lr"])
    results.append(rates)
json.dump(results, sys.stdout)
