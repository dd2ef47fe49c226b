#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""exports.py SOURCE RUNTIME NM CC: librace_rt.a gives a program the names __race_*, those
of include/race.h, of each RACE_STAND_IN and RACE_ANNOTATION, and of libatomic, nothing
else; and it needs nothing but libc
and the unwinder."""
import pathlib
import re
import subprocess
import sys

def symbols(nm, *arguments):
    """[(type, name)], versions cut off."""
    output = subprocess.run([nm, *arguments], check=True, capture_output=True, text=True).stdout
    return [(fields[-2], fields[-1].split("@")[0]) for fields in map(str.split, output.splitlines())
            if len(fields) >= 2]


source, runtime, nm, cc = pathlib.Path(sys.argv[1]), *sys.argv[2:]
stand_ins = [name for file in source.glob("runtime/*.c")
             for name in re.findall(r"^(?:RACE_STAND_IN\w*\([^,]*,\s*|RACE_REAL_ENTRY\(|NEW\(|DELETE\()(\w+)", file.read_text(), re.M)]
header = source / "include/race.h"
public = re.findall(r"\brace_\w+(?=\()", header.read_text()) if header.exists() else []
annotations = [name for file in source.glob("runtime/*.c")
               for name in re.findall(r"^(?:RACE_ANNOTATION\(\w+, |IDLE_\w+\(|IGNORE\()(\w+)", file.read_text(), re.M)]
allowed = {*stand_ins, *public, *annotations}

libc = subprocess.run([cc, "-print-file-name=libc.so.6"], check=True, capture_output=True, text=True)
unwinder = subprocess.run([cc, "-print-file-name=libgcc_s.so.1"], check=True, capture_output=True, text=True)
offered = {name for library in (libc, unwinder) for _, name in symbols(nm, "-D", "--defined-only", library.stdout.strip())}
offered |= {"__tls_get_addr", "_GLOBAL_OFFSET_TABLE_", "__dso_handle"}

wrong = []
defined = symbols(nm, "-g", "--defined-only", runtime)
for _, name in defined:
    if not name.startswith(("__race_", "__atomic_")) and name not in allowed:
        wrong.append(f"{name}: exported, though neither a hook, nor in race.h, nor a RACE_STAND_IN")
for kind, name in symbols(nm, "-u", runtime):
    if kind == "U" and name not in offered and not name.startswith(("__start_", "__stop_")):
        wrong.append(f"{name}: needed, and not in libc")
if not any(name.startswith("__race_") for _, name in defined):
    wrong.append(f"{runtime}: exports no hook at all")
print("\n".join(wrong) or f"{len(defined)} exported names, all of them known")
sys.exit(bool(wrong))
