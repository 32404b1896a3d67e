"""Loads the weights of tests/Cluster's small spec into the same layers of PyTorch and evaluates them. Input: {weights, rows}; output: {loss, accuracy}."""
import csv
import json
import sys

import torch
from safetensors_format import tensors
from torch import nn

given = json.load(sys.stdin)
model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 2))
model.load_state_dict(torch.load(given["weights"]) if given["weights"].endswith(".pt") else tensors(given["weights"]), strict=True)
model.eval()
with open(given["rows"]) as opened:
    rows = list(csv.DictReader(opened))
x = torch.tensor([[float(row["a"]), float(row["b"])] for row in rows])
y = torch.tensor([int(row["class"]) for row in rows])
with torch.no_grad():
    outputs = model(x)
json.dump({"loss": nn.functional.cross_entropy(outputs, y).item(), "accuracy": (outputs.argmax(1) == y).double().mean().item()}, sys.stdout)
