#!/usr/bin/env python3
"""Measures plumbline against numpy, pandas and scikit-learn on this machine.

    bench/run [--scale S] [--repeats R] [CELL…]

Both sides are programs of the same interface (bench/peer.py, build/bench_in_memory) and see the same files. Their runs
alternate, R times (5), and medians are compared, so that a machine that slows down slows both. Fits are compared
at equal accuracy: each side gets the fewest iterations with which one outside evaluator (bench/evaluator.py) puts it
within 1e-6 relative suboptimality. --scale multiplies the rows, for a quick look. --peers-only runs the peers alone.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

import data
import evaluator

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEER = [sys.executable, str(ROOT / "bench" / "peer.py")]
OURS = [str(ROOT / "build" / "bench_in_memory")]
PROGRAM = str(ROOT / "build" / "plumbline")
GOAL = 1e-6
THREADS = 2


def environment():
    """Two threads, and the BLAS kernel that this processor deserves: packaged OpenBLAS may pick an ancient one."""
    avx512 = "avx512f" in pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    return dict(os.environ, OPENBLAS_CORETYPE="SKYLAKEX" if avx512 else "HASWELL", OPENBLAS_NUM_THREADS=str(THREADS),
                OMP_NUM_THREADS=str(THREADS))


def run(command):
    """The JSON that a program prints, its wall time apart."""
    done = subprocess.run([str(part) for part in command], env=environment(), stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def fewest_iterations(fit, judge):
    """The smallest number of iterations with which fit(iterations) reaches GOAL, by doubling and halving."""
    def reached(iterations):
        result = fit(iterations)
        return judge.suboptimality(result["coefficients"], result["intercept"]) <= GOAL

    high = 1
    while not reached(high):
        high *= 2
        if high > 4096:
            raise RuntimeError("never reaches the accuracy asked for")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if reached(middle):
            high = middle
        else:
            low = middle
    return high


class Bench:
    def __init__(self, options):
        self.options = options
        self.scratch = pathlib.Path(options.scratch)
        self.results = []

    def rows(self, full):
        return max(1000, int(full * self.options.scale))

    def contest(self, name, ours, peer, target):
        """Runs the two commands in turns; `target` is how many times faster than the peer plumbline has to be."""
        our_seconds, peer_seconds = [], []
        for _ in range(self.options.repeats):
            if not self.options.peers_only:
                our_seconds += run(ours)["seconds"]
            peer_seconds += run(peer)["seconds"]
        peer_median = statistics.median(peer_seconds)
        our_median = statistics.median(our_seconds) if our_seconds else None
        ratio = peer_median / our_median if our_median else None
        self.report(name, our_median, peer_median, ratio, target)

    def report(self, name, ours, peer, ratio, target):
        verdict = "" if ratio is None else "met" if ratio >= target else "MISSED"
        text = "peer only" if ratio is None else f"{ratio:5.2f} x ({verdict}: {target} x)"
        ours_text = "-" if ours is None else f"{ours:.3f} s"
        print(f"{name:52}  plumbline {ours_text:>9}  peer {peer:8.3f} s  {text}", flush=True)
        self.results.append({"cell": name, "plumbline": ours, "peer": peer, "ratio": ratio, "target": target})

    def say(self, text):
        print(f"    {text}", flush=True)

    # The cells.

    def least_squares(self):
        folder = data.make(self.scratch, "least-squares", self.rows(1_000_000), 100)
        peer = [*PEER, "least-squares", folder, 1]
        ours = [*OURS, "least-squares", folder, 1]
        reference = run(peer)
        self.say(f"BLAS of the peer: {', '.join(reference['blas'])}")
        if not self.options.peers_only:
            self.say(f"coefficients differ by {evaluator.least_squares_mismatch(run(ours), reference):.1e}, relative")
        self.contest(f"least squares {folder.name[14:]}, vs numpy", ours, peer, 1)

    def logistic(self):
        folder = data.make(self.scratch, "logistic", self.rows(500_000), 100)
        x, y = np.load(folder / "x.npy", mmap_mode="r"), np.load(folder / "y.npy")
        judge = evaluator.LogisticJudge(x, y, 1 / len(y))
        commands = []
        for name, side in (("plumbline", OURS), ("scikit-learn", PEER)):
            if side is OURS and self.options.peers_only:
                commands.append(None)
                continue
            most = fewest_iterations(lambda k, side=side: run([*side, "logistic", folder, k, 0]), judge)
            self.say(f"{name}: {most} iterations to a relative suboptimality of {GOAL:g}")
            commands.append([*side, "logistic", folder, most, 1])
        self.contest(f"logistic {folder.name[9:]}, vs scikit-learn", *commands, 1)

    def read_csv(self):
        path = data.make_numeric_csv(self.scratch, max(1, round(300 * self.options.scale)))
        self.contest(f"read {path.name}, vs pandas", [*OURS, "read", path, 1], [*PEER, "read", path, 1], 3)

    def csv_logistic(self):
        folder = data.make(self.scratch, "logistic", self.rows(200_000), 50)
        path = data.make_csv(folder)
        judge = evaluator.LogisticJudge(np.load(folder / "x.npy"), np.load(folder / "y.npy"), 1 / self.rows(200_000))
        most = fewest_iterations(lambda k: run([*PEER, "logistic", folder, k, 0]), judge)
        self.say(f"scikit-learn: {most} iterations to a relative suboptimality of {GOAL:g}")
        ours, peer = [sys.executable, __file__, "--time-program", path], [*PEER, "csv-logistic", path, most, 1]
        if not self.options.peers_only:
            fit = run(ours)
            reached = judge.suboptimality(fit["coefficients"], fit["intercept"])
            self.say(f"plumbline: the whole program as users run it; relative suboptimality {reached:.1e}")
        self.contest(f"CSV to logistic {folder.name[9:]}, vs pandas + scikit-learn", ours, peer, 3)

    def memory(self):
        """Peak resident memory of whole runs of the program against the bound of docs/architecture.md."""
        if self.options.peers_only:
            return
        dense = data.make(self.scratch, "least-squares", self.rows(1_000_000), 100)
        table = data.make_csv(data.make(self.scratch, "logistic", self.rows(200_000), 50))
        wide = data.make_numeric_csv(self.scratch, max(1, round(300 * self.options.scale)))
        fits = [([dense / "x.npy", "--labels", dense / "y.npy"], self.rows(1_000_000), 100),
                ([table, "--target", "y"], self.rows(200_000), 50),
                ([wide, "--target", "y"], sum(1 for _ in open(wide, "rb")) - 1, 20)]
        for arguments, rows, columns in fits:
            used = peak_memory([PROGRAM, "fit", *arguments, "--calibration", "0", "--json", "-q"])
            bound = 1.5 * 8 * rows * columns + 32 * rows + 16 * (columns + 1) ** 2 + 64 * 2**20
            verdict = "met" if used <= bound else "MISSED"
            print(f"peak memory, {arguments[0].name} {rows} x {columns}: {used / 2**20:.0f} MB "
                  f"of {bound / 2**20:.0f} MB ({verdict})", flush=True)
            self.results.append({"cell": f"memory {arguments[0].name}", "bytes": used, "bound": bound})


def peak_memory(command):
    """Peak resident bytes of one run of a program."""
    peak = [sys.executable, ROOT / "bench" / "peak.py", *command]
    done = subprocess.run([str(part) for part in peak], stdout=subprocess.PIPE, env=environment(), check=True)
    return int(done.stdout)


def time_program(path):
    """One whole run of the command line, start of the process included, as a program of the benches' interface."""
    with tempfile.TemporaryDirectory() as folder:
        command = [PROGRAM, "fit", path, "--target", "y", "--test", "0", "--calibration", "0", "--standardize", "off",
                   "-q", "-o", folder + "/model.json"]
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        seconds = time.perf_counter() - start
        model = run([PROGRAM, "inspect", folder + "/model.json", "--json"])
    coefficients = [value[0] for value in model["coefficients"].values()]
    print(json.dumps({"seconds": [seconds], "coefficients": coefficients, "intercept": model["intercept"][0]}))


CELLS = ("least-squares", "logistic", "read-csv", "csv-logistic", "memory")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cells", nargs="*", metavar="CELL", help=f"of {', '.join(CELLS)} (all)")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers-only", action="store_true")
    parser.add_argument("--scratch", default=ROOT / "build" / "bench")
    parser.add_argument("--time-program", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.time_program:
        time_program(options.time_program)
        return
    unknown = set(options.cells) - set(CELLS)
    if unknown:
        parser.error(f"unknown cell {', '.join(unknown)}")
    bench = Bench(options)
    for cell in options.cells or CELLS:
        getattr(bench, cell.replace("-", "_"))()
    pathlib.Path(options.scratch, "results.json").write_text(json.dumps(bench.results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
