# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""tally.py careful|open|run: uses the module tally of this directory, by threads of Python's."""
import sys
import threading

sys.path.insert(0, ".")
import tally

mode, one = sys.argv[1], tally.Tally()


def work(number):
    if mode == "open":
        return one.add_open(number)
    for _ in range(1000):
        one.add(number)


sys.setswitchinterval(1e-5)
threads = [threading.Thread(target=work, args=[number]) for number in (1, 2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(one.run(mode != "run"))
