# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_json.py FILE...: every line of each file is a record as README's schema has it;
prints what the records say, for FileCheck."""
import collections
import json
import re
import sys

HEX = re.compile(r"0x[0-9a-f]+$")
KINDS = {"read", "write", "atomic read", "atomic write", "vptr read", "vptr write", "free", "allocation"}
PLACES = {"unknown", "global", "symbol", "heap", "stack", "thread-local", "descriptor"}


def frames(stack):
    for frame in stack:
        assert set(frame) - {"line", "column"} == {"function", "file", "module", "module_offset"}, frame
        assert HEX.match(frame["module_offset"])
        assert "line" not in frame or frame["line"] > 0
        assert "column" not in frame or frame["column"] > 0 and "line" in frame
    return " < ".join(frame["function"] for frame in stack)


def side(name, access):
    assert set(access) - {"size", "libc"} == {"kind", "address", "thread", "stack", "stack_complete", "locks"}, access
    assert access["kind"] in KINDS and HEX.match(access["address"])
    thread = access["thread"]
    assert isinstance(thread["number"], int) and isinstance(thread["finished"], bool)
    created = frames(thread.get("created_at", []))
    print(f"{name}: {access['kind']} of {access.get('size')} by T{thread['number']} {thread['name']}: "
          f"{frames(access['stack'])}; created: {created}")
    for lock in access["locks"] or []:
        assert set(lock) == {"name", "address", "shared", "locked_at"} and HEX.match(lock["address"]), lock
        print("lock:", lock["name"], "shared" if lock["shared"] else "alone", frames(lock["locked_at"]))
    assert access["locks"] is not None or not access["stack_complete"]


for path in sys.argv[1:]:
    races = collections.Counter()  # by process
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        if record["type"] == "summary":
            assert record["found"] == races[record["pid"]] >= record["reported"], record
            print("summary:", record["found"])
            continue
        assert record["type"] == "race" and HEX.match(record["fingerprint"]) and record["pid"] > 0
        races[record["pid"]] += 1
        side("now", record["now"])
        side("before", record["before"])
        location = record["location"]
        assert location["kind"] in PLACES, location
        print("location:", location["kind"], location.get("expression"), location["field"], location.get("block_size"))
        frames(record.get("slept_at", []))
        assert ("value" in record) == ("value_later" in record)
        if "value" in record:
            assert HEX.match(record["value"]) and HEX.match(record["value_later"])
            print("value:", record["value"])
        print("advice:", record["advice"])
        print("fingerprint:", record["fingerprint"])
