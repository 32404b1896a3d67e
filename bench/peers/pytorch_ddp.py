#!/usr/bin/python3
"""The peer of two silos with one worker each: PyTorch DistributedDataParallel over Gloo on loopback, one thread a process.

Tensors are preloaded in every process, the epoch's permutation is the same in all and each takes every world-th index of it (as DistributedSampler
does), gradients are views of the buckets. Prints one JSON line; samples_per_second is of the whole job, from the first rank's clock, between two
barriers: the steps after the warm-up, nothing else.
"""
import argparse
import json
import os
import socket
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import torch  # noqa: E402  (the thread counts must be set before)
import torch.distributed as dist  # noqa: E402
import torch.multiprocessing as mp  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch.nn.parallel import DistributedDataParallel  # noqa: E402

from pytorch_single import LeNet, Mlp, load  # noqa: E402


def work(rank, arguments, port):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=arguments.processes)
    torch.manual_seed(42)
    features, targets = load(arguments.data)
    model = DistributedDataParallel(LeNet() if arguments.model == "lenet" else Mlp(), gradient_as_bucket_view=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05 if arguments.model == "lenet" else 0.02, momentum=0.9)
    shuffle = torch.Generator().manual_seed(7)
    batch = arguments.batch // arguments.processes
    order, place, began, cpu, loss = None, 0, 0.0, 0.0, None
    for step in range(arguments.warmup + arguments.steps):
        if step == arguments.warmup:
            dist.barrier()
            began, cpu = time.perf_counter(), time.process_time()
        if order is None or place + batch > len(order):
            order, place = torch.randperm(len(features), generator=shuffle)[rank::arguments.processes], 0
        picked = order[place:place + batch]
        place += batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(features[picked]), targets[picked])
        loss.backward()
        optimizer.step()
    dist.barrier()
    elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
    if rank == 0:
        print(json.dumps({
            "subject": f"pytorch {torch.__version__} DDP over gloo, {arguments.processes} processes, {arguments.model}, global batch {arguments.batch}",
            "samples_per_second": arguments.steps * arguments.batch / elapsed,
            "samples_per_cpu_second": arguments.steps * arguments.batch / arguments.processes / cpu,
            "step_microseconds": elapsed / arguments.steps * 1e6,
            "loss": float(loss),
        }), flush=True)
    dist.destroy_process_group()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", choices=["lenet", "mlp"], required=True)
    parser.add_argument("--batch", type=int, required=True, help="of all processes together")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
    arguments = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mp.spawn(work, args=(arguments, port), nprocs=arguments.processes)


if __name__ == "__main__":
    main()
