#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_dump.py FILE: a dump in JSON, read by a real parser; a line for each thread."""
import json
import sys

for line in open(sys.argv[1], encoding="utf-8"):
    dump = json.loads(line)
    assert dump["type"] == "dump" and dump["pid"] > 0
    print(len(dump["threads"]), "threads,", len(dump["deadlocks"]), "deadlocks")
    for thread in dump["threads"]:
        assert all(frame["function"] for frame in thread["stack"])
        wanted = thread.get("waits_for", {"location": {}})["location"]
        print(f"{thread['number']} {thread['name']}: {thread['state']} {thread['libc'] or ''}",
              wanted.get("expression", ""),
              "".join(f"held by {holder['number']}" for holder in thread["held_by"]))
