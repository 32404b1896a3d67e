"""torch.nn.utils.clip_grad_norm_. Input: {gradient, limit}; output: {norm, clipped}."""
import json
import sys

import torch

given = json.load(sys.stdin)
weights = torch.nn.Parameter(torch.zeros(len(given["gradient"])))
weights.grad = torch.tensor(given["gradient"])
norm = torch.nn.utils.clip_grad_norm_([weights], given["limit"])
json.dump({"norm": norm.item(), "clipped": weights.grad.tolist()}, sys.stdout)
