"""torch.nn.utils.clip_grad_norm_ and clip_grad_value_. Input: {gradient, limit}; output: {norm, clipped, cut}."""
import json
import sys

import torch

given = json.load(sys.stdin)
weights = torch.nn.Parameter(torch.zeros(len(given["gradient"])))
weights.grad = torch.tensor(given["gradient"])
norm = torch.nn.utils.clip_grad_norm_([weights], given["limit"])
clipped = weights.grad.tolist()
weights.grad = torch.tensor(given["gradient"])
torch.nn.utils.clip_grad_value_([weights], given["limit"])
json.dump({"norm": norm.item(), "clipped": clipped, "cut": weights.grad.tolist()}, sys.stdout)
