#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""options.py SOURCE [--write]: README's table of run-time options is what
runtime/options.def says; --write makes it so."""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
HEAD = "| option | default | accepted | meaning |\n|---|---|---|---|\n"
STRING = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
NUMBER = r'RACE_NUMBER\((\w+), (\w+), (\w+), (\w+),\s*' + STRING + r'\)'
TEXT = r'RACE_(TEXT|CHOICE)\((\w+), ' + STRING + r',\s*' + STRING + r',\s*' + STRING + r'\)'


def string(literals):
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals)).replace('\\"', '"')


def code(value):
    return f"`{value}`" if value else ""


def rows(table):
    for found in re.finditer(f"^(?:{NUMBER}|{TEXT})", table, re.M):
        name, standard, least, most, meaning, kind, text_name, text, accepted, text_meaning = found.groups()
        if kind is None:
            yield f"| `{name}` | {standard} | {least}..{most} | {string(meaning)} |\n"
        else:
            accepted = string(accepted)
            words = ", ".join(map(code, accepted.split())) if kind == "CHOICE" else accepted
            yield f"| `{text_name}` | {code(string(text))} | {words} | {string(text_meaning)} |\n"


table = (source / "runtime/options.def").read_text(encoding="utf-8")
table = table[table.index("*/"):]
made = HEAD + "".join(rows(table))
declared = len(re.findall(r"^RACE_(?:NUMBER|TEXT|CHOICE)\(", table, re.M))
readme = source / "README.md"
text = readme.read_text(encoding="utf-8")
start = text.index("| option | default |")
end = text.index("\n\n", start) + 1
if made.count("\n") - 2 != declared:
    sys.exit(f"options.def has {declared} options, {made.count(chr(10)) - 2} of them could be read")
if "--write" in sys.argv:
    readme.write_text(text[:start] + made + text[end:], encoding="utf-8")
elif text[start:end] != made:
    sys.exit("README's table of options is not what runtime/options.def says: "
             "run tests/gate/options.py . --write")
print(f"{declared} options, all in README")
