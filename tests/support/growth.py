# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""growth.py TIMES KB SMALL... -- LARGE...: runs both commands and compares what they take: the
large one may take so many times the small one's time of the processor and so many more
kilobytes of memory."""
import os
import subprocess
import sys


def cost(command):
    """The least of three runs: whatever else the machine does only adds to it."""
    runs = []
    for _ in range(3):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(child.pid, 0)
        runs.append((usage.ru_utime + usage.ru_stime, usage.ru_maxrss))
    return min(r[0] for r in runs), min(r[1] for r in runs)


times, kilobytes = float(sys.argv[1]), int(sys.argv[2])
split = sys.argv.index("--")
(small_time, small_memory), (large_time, large_memory) = cost(sys.argv[3:split]), cost(sys.argv[split + 1:])
print(f"{small_time:.2f} s, {small_memory} KB; {large_time:.2f} s, {large_memory} KB")
if large_time <= times * small_time and large_memory - small_memory <= kilobytes:
    print("both are within bounds")
