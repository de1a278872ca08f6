#!/usr/bin/env python3
"""Peak resident bytes of one run of a program: bench/peak.py COMMAND…

A program of its own, and a small one: what the kernel counts for a child begins with the size of the process that
started it, and the comparison holds arrays.
"""

import os
import subprocess
import sys

child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
child.returncode = os.waitstatus_to_exitcode(status)
if child.returncode != 0:
    sys.exit(f"exit {child.returncode}: {sys.argv[1:]}")
print(usage.ru_maxrss * 1024)
