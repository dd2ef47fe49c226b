# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""host.py LIBRARY careful|threads|host: calls a library as an extension module is called.
Python's threads take turns by Python's semaphore; with `host` they meet inside the library,
with `threads` the library's own threads race."""
import ctypes
import sys
import threading

library, mode = ctypes.CDLL(sys.argv[1]), sys.argv[2]
done = threading.Semaphore(0)


def first():
    if mode == "host":
        library.bump_first()
    else:
        library.bump()
    done.release()


def second():
    if mode == "host":
        library.bump_second()
    else:
        done.acquire()
        library.bump()


threads = [threading.Thread(target=first), threading.Thread(target=second)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(library.bump(), library.run(mode != "threads"))
