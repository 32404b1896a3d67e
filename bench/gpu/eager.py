"""PyTorch's eager loop on one GPU, with deterministic algorithms in full float32 and its rows on the device. Prints MODEL<tab>BATCH<tab>samples/s (the median of the rounds)."""
import argparse
import os
import statistics
import time

os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"

import torch
from torch import nn
import torch.nn.functional as F

MODELS = {
    "lenet": lambda: nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    "mlp": lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)),
    "conv": lambda: nn.Sequential(
        nn.Conv2d(1, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.Conv2d(128, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(6272, 512), nn.ReLU(), nn.Linear(512, 10)),
}


def read(folder, name, header):
    with open(os.path.join(folder, name), "rb") as file:
        return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)


def run(model, optimizer, features, targets, batch, steps, device):
    """Samples a second, the last step's end included."""
    order, place = torch.randperm(len(features), device=device), 0
    began = time.perf_counter()
    for _ in range(steps):
        if place + batch > len(order):
            order, place = torch.randperm(len(features), device=device), 0
        picked = order[place:place + batch]
        place += batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(features.index_select(0, picked)), targets.index_select(0, picked))
        loss.backward()
        optimizer.step()
    float(loss)
    return steps * batch / (time.perf_counter() - began)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", required=True, help="MODEL:BATCH,...")
    parser.add_argument("--data", required=True)
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.use_deterministic_algorithms(True)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    features = ((read(arguments.data, "train-images", 16).reshape(-1, 1, 28, 28).float() / 255 - 0.5) / 0.3).to(arguments.device)
    targets = read(arguments.data, "train-labels", 8).long().to(arguments.device)
    for case in arguments.cases.split(","):
        name, batch = case.split(":")
        batch = int(batch)
        model = MODELS[name]().to(arguments.device)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        run(model, optimizer, features, targets, batch, 60, arguments.device)
        steps = max(20, int(1.2 * run(model, optimizer, features, targets, batch, 60, arguments.device) / batch))
        rates = [run(model, optimizer, features, targets, batch, steps, arguments.device) for _ in range(arguments.rounds)]
        print(f"{name}\t{batch}\t{statistics.median(rates):.0f}", flush=True)


if __name__ == "__main__":
    main()
