#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""unwind.py COMPILER SOURCE...: unwinding may begin at any instruction of a door. Each file is
assembled; from each function's first instruction all ways are gone, pushes and pops counted, and
at each instruction the unwind table has to say that many bytes up to the caller's."""
import re
import subprocess
import sys
import tempfile


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def instructions(compiled):
    function, found = None, []
    for line in output("objdump", "-d", "--no-show-raw-insn", compiled).splitlines():
        if label := re.match(r"[0-9a-f]+ <(.*)>:", line):
            function = label[1]
        elif one := re.match(r"\s*([0-9a-f]+):\t(\S+)\s*(.*)", line):
            found.append((int(one[1], 16), one[2], one[3], function))
    return found


def told_by(compiled):
    table = output("readelf", "--debug-dump=frames-interp", compiled)
    rows = sorted((int(at, 16), int(offset)) for at, offset in
                  re.findall(r"^([0-9a-f]{16}) rsp\+(\d+)", table, re.M))
    return lambda address: max((row for row in rows if row[0] <= address), default=(0, 0))[1]


def ways(code, start):
    """(address, bytes) on all ways from there. A jump to the next instruction is one that the
    linker will lead elsewhere."""
    place = {one[0]: number for number, one in enumerate(code)}
    seen, open_ways = set(), [(start, 8)]
    while open_ways:
        address, depth = open_ways.pop()
        while address in place and (address, depth) not in seen:
            seen.add((address, depth))
            _, name, operand, function = code[place[address]]
            behind = code[place[address] + 1:place[address] + 2]
            following = behind[0][0] if behind and behind[0][3] == function else None
            depth += {"push": 8, "pop": -8}.get(name, 0)
            target = re.match(r"[0-9a-f]+", operand) if name.startswith("j") else None
            if target and int(target[0], 16) != following:
                open_ways.append((int(target[0], 16), depth))
            if name in ("ret", "jmp"):
                break
            address = following
    return seen


compiler, *sources = sys.argv[1:]
wrong, looked_at = [], 0
with tempfile.TemporaryDirectory() as directory:
    for source in sources:
        compiled = f"{directory}/door.o"
        subprocess.run([compiler, "-c", source, "-o", compiled], check=True)
        code, told = instructions(compiled), told_by(compiled)
        for function in dict.fromkeys(one[3] for one in code):
            start = next(one[0] for one in code if one[3] == function)
            for address, depth in sorted(ways(code, start)):
                looked_at += 1
                if told(address) != depth:
                    wrong.append(f"{source}: {function}+{address - start:#x}: {depth} bytes to "
                                 f"the caller's, the table says {told(address)}")
print("\n".join(wrong) or f"{looked_at} instructions unwind as they should")
sys.exit(bool(wrong) or looked_at < 1000)
