#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""primitives.py SOURCE: tests/README.md maps primitive to tests; this keeps it whole.
Every function that the runtime stands in for has a row, with a program that must stay
silent and one that must report (or `-`), and every program named there exists."""
import pathlib
import re
import sys

STAND_IN = re.compile(r"^RACE_STAND_IN\((?:[^,]*),\s*(\w+),", re.MULTILINE)


def rows(readme):
    for number, line in enumerate(readme.read_text(encoding="utf-8").splitlines(), 1):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 4 and cells[0] != "primitive" and not cells[0].startswith("---"):
            yield number, cells


def complaints(source):
    tests = source / "tests"
    readme = tests / "README.md"
    listed = set()
    for number, (_, functions, silent, reports) in rows(readme):
        listed |= set(re.findall(r"`(\w+)`", functions))
        for folder, cell in ("clean", silent), ("race", reports):
            if not cell:
                yield f"{readme}:{number}: names no program of {folder}/ (`-` when there can be none)"
            for name in [] if cell == "-" else cell.split():
                if not (tests / folder / name).exists():
                    yield f"{readme}:{number}: {folder}/{name} does not exist"
    for path in sorted((source / "runtime").glob("intercept*.c")):
        for name in STAND_IN.findall(path.read_text(encoding="utf-8")):
            if name not in listed:
                yield f"{path}: {name} has no row in tests/README.md"


wrong = list(complaints(pathlib.Path(sys.argv[1])))
print("\n".join(wrong) or "every function that we stand in for has its tests")
sys.exit(bool(wrong))
