#!/usr/bin/env python3
"""An epoch of 784-128-10 on MNIST (Adam, batches of 128), plumbline against PyTorch on this machine.

    bench/network.py FOLDER [--threads T …] [--epochs N] [--program build/release/bench_network_epoch]

FOLDER holds MNIST's training images and labels (IDX, gzipped). Both sides run at the same time but take turns, epoch by
epoch, N times (9) after one that is not counted, and medians of wall and processor time are compared, so that a machine
that slows down slows both. PyTorch is Debian's python3-torch.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys

from compare import ROOT, environment


class Side:
    """A program that runs one epoch for each line it is given."""

    def __init__(self, command, threads):
        variables = dict(environment(), OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
        self.process = subprocess.Popen([str(part) for part in command], env=variables, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.seconds = []

    def run_epoch(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.seconds.append(tuple(float(word) for word in self.process.stdout.readline().split()))

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        counted = self.seconds[1:]
        return [statistics.median(seconds[i] for seconds in counted) for i in (0, 1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build" / "release" / "bench_network_epoch")
    options = parser.parse_args()
    for threads in options.threads:
        arguments = [options.folder, threads, options.epochs + 1]
        ours = Side([options.program, *arguments], threads)
        peer = Side([sys.executable, ROOT / "bench" / "torch_epoch.py", *arguments], threads)
        for _ in range(options.epochs + 1):
            ours.run_epoch()
            peer.run_epoch()
        (wall, cpu), (peer_wall, peer_cpu) = ours.end(), peer.end()
        verdict = "met" if wall <= peer_wall else "MISSED"
        print(f"{threads} thread(s)  plumbline {wall:.3f} s (cpu {cpu:.3f})  PyTorch {peer_wall:.3f} s "
              f"(cpu {peer_cpu:.3f})  {peer_wall / wall:.2f} x ({verdict}: 1 x)", flush=True)


if __name__ == "__main__":
    main()
