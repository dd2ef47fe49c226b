# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""growth.py TIMES KB SMALL... -- LARGE...: runs both commands and compares what they take: the
large one may take so many times the small one's time of the processor and so many more
kilobytes of memory. They run in turn, up to ten times, until the least of each are within."""
import os
import subprocess
import sys


def cost(command):
    """What one run takes: seconds of the processor, kilobytes at its peak."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def least(so_far, command):
    """Whatever else the machine does only adds to a run: the least of them counts."""
    return tuple(map(min, so_far, cost(command)))


times, kilobytes = float(sys.argv[1]), int(sys.argv[2])
split = sys.argv.index("--")
small = large = (float("inf"), float("inf"))
for _ in range(10):
    small, large = least(small, sys.argv[3:split]), least(large, sys.argv[split + 1:])
    within = large[0] <= times * small[0] and large[1] - small[1] <= kilobytes
    if within:
        break
print(f"{small[0]:.2f} s, {small[1]} KB; {large[0]:.2f} s, {large[1]} KB")
if within:
    print("both are within bounds")
