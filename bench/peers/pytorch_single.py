#!/usr/bin/python3
"""The peer of one worker with one shard: an eager PyTorch loop, one process, one thread.

Tensors are preloaded, a batch is taken by index from a shuffle, torch.optim.SGD with momentum.
Prints one JSON line; samples_per_second is of the training steps alone.
"""
import argparse
import gzip
import json
import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402  (the thread counts must be set before)
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 10)

    def forward(self, x):
        x = torch.flatten(x, 1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


def load(folder):
    with gzip.open(os.path.join(folder, "train-images-idx3-ubyte.gz")) as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28)
    with gzip.open(os.path.join(folder, "train-labels-idx1-ubyte.gz")) as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    features = (torch.from_numpy(images.copy()).float() / 255 - 0.286) / 0.353
    return features, torch.from_numpy(labels.astype(np.int64))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", choices=["lenet", "mlp"], required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(42)
    features, targets = load(arguments.data)
    model = LeNet() if arguments.model == "lenet" else Mlp()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05 if arguments.model == "lenet" else 0.02, momentum=0.9)
    order, place, began, cpu, loss = torch.randperm(len(features)), 0, 0.0, 0.0, None
    for step in range(arguments.warmup + arguments.steps):
        if step == arguments.warmup:
            began, cpu = time.perf_counter(), time.process_time()
        if place + arguments.batch > len(order):
            order, place = torch.randperm(len(features)), 0
        picked = order[place:place + arguments.batch]
        place += arguments.batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(features[picked]), targets[picked])
        loss.backward()
        optimizer.step()
    elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps({
        "subject": f"pytorch {torch.__version__}, {arguments.model}, batch {arguments.batch}",
        "samples_per_second": arguments.steps * arguments.batch / elapsed,
        "samples_per_cpu_second": arguments.steps * arguments.batch / cpu,
        "step_microseconds": elapsed / arguments.steps * 1e6,
        "loss": float(loss),
    }))


if __name__ == "__main__":
    main()
