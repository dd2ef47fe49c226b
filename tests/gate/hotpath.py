#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""hotpath.py CLANG PLUGIN: what an access costs when its check passes. Each function below
is compiled and disassembled; its hot path is everything up to the first `ret`. There may
be no call on it, no push but the one that aligns the stack, no register spilled, and no
more instructions than the limit says."""
import re
import subprocess
import sys
import tempfile

# name: (source, limit). NAME2 makes two accesses: the difference to NAME is one check
# with its access, the rest is entry and exit.
SOURCES = {
    "write8": ("void write8(long *p) { *p = 1; }", 12),
    "write8_2": ("void write8_2(long *p, long *q) { *p = 1; *q = 1; }", 8),
    "read8": ("long read8(long *p) { return *p; }", 17),
    "read8_2": ("long read8_2(long *p, long *q) { return *p + *q; }", 11),
    "write1": ("void write1(char *p) { *p = 1; }", 15),
    "write1_2": ("void write1_2(char *p, char *q) { *p = 1; *q = 1; }", 10),
    # a byte whose place in its granule is told by an aligned neighbour; one check for n++
    "told": ("struct s { long a; char b; }; void told(struct s *p) { p->a = 1; }", 12),
    "told_2": ("void told_2(struct s *p) { p->a = 1; p->b = 1; }", 9),
    "count": ("void count(long *p) { ++*p; }", 14),
    "read4": ("int read4(int *p) { return *p; }", 23),
    "read4_2": ("int read4_2(int *p, int *q) { return *p + *q; }", 16),
}


def hot_path(disassembly, name):
    body = re.search(rf"<{name}>:\n(.*?)(?:\n\n|\Z)", disassembly, re.S)[1]
    path = [line.split(":", 1)[1].strip() for line in body.splitlines()]
    return path[:path.index("ret") + 1]


clang, plugin = sys.argv[1:]
with tempfile.TemporaryDirectory() as directory:
    source, compiled = f"{directory}/hot.c", f"{directory}/hot.o"
    with open(source, "w", encoding="utf-8") as file:
        file.write("\n".join(text for text, _ in SOURCES.values()))
    subprocess.run([clang, f"-fplugin={plugin}", "-O2", "-fomit-frame-pointer", "-c", source, "-o", compiled],
                   check=True)
    disassembly = subprocess.run(["objdump", "-d", "--no-show-raw-insn", compiled], check=True,
                                 capture_output=True, text=True).stdout

wrong = False
for name, (_, limit) in SOURCES.items():
    path = hot_path(disassembly, name)
    count = len(path)
    if name.endswith("_2"):
        count -= len(hot_path(disassembly, name[:-2]))
    problems = [f"{count} instructions, at most {limit} allowed"] if count > limit else []
    problems += [f"`{line}` on the hot path" for line in path if re.match(r"call|.*,\s*-?\w*\(%rsp\)$", line)]
    if sum(line.startswith("push") for line in path) > 1:
        problems.append("more than one register is pushed")
    print(f"{name}: " + ("; ".join(problems) or f"{count} instructions"))
    wrong = wrong or problems
if wrong:
    print(disassembly)
sys.exit(bool(wrong))
