#!/usr/bin/env python3
"""All-reduce (sum of floats) over Gloo on loopback. Starts its own processes; rank 0 prints one JSON line: {"subject": ..., "microseconds": {"BYTES": MEAN, ...}}."""
import argparse
import json
import os
import tempfile
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp


def run(rank, world, store, sizes, counts):
    torch.set_num_threads(1)
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=world)
    result = {}
    for size, count in zip(sizes, counts):
        vector = torch.zeros(size // 4)
        for _ in range(max(2, count // 5)):
            dist.all_reduce(vector)
        dist.barrier()
        began = time.perf_counter()
        for _ in range(count):
            dist.all_reduce(vector)
        result[str(size)] = (time.perf_counter() - began) / count * 1e6
    if rank == 0:
        print(json.dumps({"subject": f"gloo (torch {torch.__version__})", "microseconds": result}), flush=True)
    dist.destroy_process_group()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, required=True)
    parser.add_argument("--sizes", required=True, help="bytes, separated by commas")
    parser.add_argument("--counts", required=True, help="repetitions of each size")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(run, (arguments.processes, os.path.join(folder, "store"), [int(s) for s in arguments.sizes.split(",")], [int(c) for c in arguments.counts.split(",")]), nprocs=arguments.processes)
