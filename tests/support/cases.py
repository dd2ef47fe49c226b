#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""cases.py OUTPUT: what a program made with cases.h printed. Its reports are those of its
cases, in their order, each with the case's function on top and its caller below: the
table's own, or what calls it with a va_list."""
import re
import sys

text = open(sys.argv[1], encoding="utf-8", errors="replace").read()
wanted = re.findall(r"^case (\w+)$", text, re.MULTILINE)
found = re.findall(r"^WARNING: DATA RACE\n\w[^\n]* by thread T2:\n  (\w+)\(\)\n      <libc>\n  (?:case_second|by_list_\w+)\(\)\n", text, re.MULTILINE)
races = text.count("WARNING: DATA RACE")
missing, i = [], 0
for name in wanted:
    if i < len(found) and found[i] == name:
        i += 1
    else:
        missing.append(name)
if missing or i < races or not wanted:
    sys.exit(f"{races} reports of {len(wanted)} cases; not reported: {' '.join(missing)}; not expected: {' '.join(found[i:])}")
print(f"{len(wanted)} cases")
