#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_dump.py FILE: dumps in JSON, read by a real parser; a line for each thread.
check_dump.py --each FILE...: of each file how many dumps, of how many threads, and in
which two functions the main thread was outermost."""
import json
import sys


def dumps(path):
    for line in open(path, encoding="utf-8"):
        dump = json.loads(line)
        assert dump["type"] == "dump" and dump["pid"] > 0
        for thread in dump["threads"]:
            assert all(frame["function"] for frame in thread["stack"])
            assert thread.get("milliseconds", 0) < 10_000_000, thread
        yield dump


def threads_told(dump):
    print(len(dump["threads"]), "threads,", len(dump["deadlocks"]), "deadlocks")
    for thread in dump["threads"]:
        wanted = thread.get("waits_for", {"location": {}})["location"]
        print(f"{thread['number']} {thread['name']}: {thread['state']} {thread['libc'] or ''}",
              wanted.get("expression", ""),
              "".join(f"held by {holder['number']}" for holder in thread["held_by"]))


def file_told(path):
    found = list(dumps(path))
    stacks = {" ".join(frame["function"] for frame in dump["threads"][0]["stack"][-2:]) for dump in found}
    print(len(found), "dumps,", *{len(dump["threads"]) for dump in found}, "threads,", *sorted(stacks))


if sys.argv[1] == "--each":
    for name in sys.argv[2:]:
        file_told(name)
else:
    for each in dumps(sys.argv[1]):
        threads_told(each)
