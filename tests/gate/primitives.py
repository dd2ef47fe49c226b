#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""primitives.py SOURCE: tests/README.md maps primitive to tests; this keeps it whole.
Every function that the runtime stands in for, and every call that the pass redirects, has
a row, with a program that must stay silent and one that must report (or `-`); every
program named there exists; and one of them names the function."""
import pathlib
import re
import sys

STAND_IN = re.compile(r"^RACE_STAND_IN\w*\((?:[^,]*),\s*(\w+)[,)]", re.MULTILINE)
REDIRECT = re.compile(r"^RACE_REDIRECT\((\w+)\)|^RACE_LIBC_(?:VOID|BEFORE)\((\w+)|^RACE_LIBC(?:_[A-Z]+)?\([^,]*,\s*(\w+)|^PATH_CALL\((\w+)|^ATTR_\w+\([^,]*,\s*(\w+)", re.MULTILINE)
UNWRITTEN = ("__", "_Z")  # the compiler's own calls and names, which no program spells out


def rows(readme):
    for number, line in enumerate(readme.read_text(encoding="utf-8").splitlines(), 1):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 4 and cells[0] != "primitive" and not cells[0].startswith("---"):
            yield number, cells


def stood_in(source):
    for path in sorted((source / "runtime").glob("*.c")):
        for name in STAND_IN.findall(path.read_text(encoding="utf-8")):
            yield path, name
    for contract in sorted((source / "include").glob("*.def")):
        for names in REDIRECT.findall(contract.read_text(encoding="utf-8")):
            yield contract, "".join(names)


def complaints(source):
    tests = source / "tests"
    readme = tests / "README.md"
    programs = {}  # of each function, the text of those in its rows
    for number, (_, functions, silent, reports) in rows(readme):
        text = ""
        for folder, cell in ("clean", silent), ("race", reports):
            if not cell:
                yield f"{readme}:{number}: names no program of {folder}/ (`-` when there can be none)"
            for name in [] if cell == "-" else cell.split():
                path = tests / folder / name
                if path.exists():
                    text += path.read_text(encoding="utf-8")
                else:
                    yield f"{readme}:{number}: {folder}/{name} does not exist"
        for function in re.findall(r"`(\w+)`", functions):
            programs[function] = programs.get(function, "") + text
    for name, path in sorted({name: path for path, name in stood_in(source)}.items()):
        if name not in programs:
            yield f"{path}: {name} has no row in tests/README.md"
        elif programs[name] and not name.startswith(UNWRITTEN) and not re.search(rf"\b{name}\b", programs[name]):
            yield f"{readme}: no program in a row of {name} uses it"


wrong = list(complaints(pathlib.Path(sys.argv[1])))
print("\n".join(wrong) or "every function that we stand in for has its tests")
sys.exit(bool(wrong))
