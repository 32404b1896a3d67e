"""Learning rates. Input: {rate, steps, schedules: [[scheduler expression over o]]}; output: [[rate of a step]], where the factors of a schedule's schedulers are multiplied."""
import json
import sys

import torch
from torch.optim.lr_scheduler import *  # noqa: F403  (the expressions name them)

given = json.load(sys.stdin)


def factors(expression):
    o = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=given["rate"])
    scheduler = eval(expression)
    seen = []
    for _ in range(given["steps"]):
        seen.append(o.param_groups[0]["lr"] / given["rate"])
        o.step()
        scheduler.step()
    return seen


results = []
for expressions in given["schedules"]:
    rates = [given["rate"]] * given["steps"]
    for expression in expressions:
        rates = [rate * factor for rate, factor in zip(rates, factors(expression))]
    results.append(rates)
json.dump(results, sys.stdout)
