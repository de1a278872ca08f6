#!/usr/bin/env python3
"""PyTorch's side of bench/network.py: torch_epoch.py FOLDER THREADS EPOCHS, the interface of bench_network_epoch.

784-128-10, Adam, batches of 128 picked by a permutation from float32 images that stay in memory.
"""

import gzip
import pathlib
import sys
import time

import numpy as np
import torch

BATCH = 128


def main():
    folder, threads, epochs = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    with gzip.open(folder / "train-images-idx3-ubyte.gz") as images:
        cells = np.frombuffer(images.read(), np.uint8, offset=16).reshape(-1, 784)
    with gzip.open(folder / "train-labels-idx1-ubyte.gz") as labels:
        classes = np.frombuffer(labels.read(), np.uint8, offset=8).astype(np.int64)
    x, y = torch.from_numpy(cells.astype(np.float32) / 255), torch.from_numpy(classes)
    model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    adam = torch.optim.Adam(model.parameters(), 1e-3)
    loss_of = torch.nn.CrossEntropyLoss()
    for _ in range(epochs):
        if not sys.stdin.readline():
            return
        wall, cpu = time.perf_counter(), time.process_time()
        order = torch.randperm(len(y))
        for begin in range(0, len(y), BATCH):
            rows = order[begin:begin + BATCH]
            adam.zero_grad()
            loss_of(model(x[rows]), y[rows]).backward()
            adam.step()
        print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)


if __name__ == "__main__":
    main()
