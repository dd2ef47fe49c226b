#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""layers.py SOURCE: the order of the runtime's rooms, kept by #include. A file includes
modules that stand before its own in the list below, its own header, or a listed friend.
pass/ and runtime/ share the contract alone."""
import pathlib
import re
import sys

LAYERS = {  # from the ground up
    "ground": "race_hooks race_libc race_libc_names race_libc_format race base print options stats platform program restart maps tasks kept waiting self unwind",
    "structures": "format shadow alloc clock overflow seen sweep",
    "state": "site thread slot rereads stop later owner held blocker history context ignored sleep heap benign lineage order shared heads sync floor mixed reads signals descriptor grave recount apart renumber",
    "report": "closed names module symbolize variable frame location lock_name fingerprint brief shown again log json snippet frames_text location_text report finding advice suppress query report_gather value_text report_text report_json report_sarif finding_text dump dump_state dump_stack dump_gather dump_text dump_json dump_sarif",
    "judge": "deadlock inversion misuse misuse_wait misuse_thread unsafe watch found judge calm squeeze granule lend listed run_x86_64 range access",
    "doors": "atomic_bits atomic_order atomic_again atomic_perform atomic assembly intercept rebind annotate intercept_atomic intercept_memory intercept_memory intercept_touch intercept_use intercept_lock intercept_sync intercept_rwlock intercept_cond intercept_c11 intercept_wait intercept_semaphore intercept_cxx intercept_counts intercept_future intercept_stdio intercept_thread intercept_join intercept_mapping intercept_new intercept_names intercept_context intercept_libc intercept_format intercept_ioctl intercept_exec intercept_io intercept_message intercept_pass intercept_open intercept_descriptor intercept_poll intercept_queue intercept_semop intercept_stream memory_stream intercept_memstream intercept_fmemopen intercept_print intercept_signal intercept_handler intercept_send intercept_cancel intercept_timer intercept_sleep intercept_load fork intercept_exit init entry_x86_64 door_x86_64 door_cells_x86_64 door_range_x86_64",
}
# Who may look up, and why.
FRIENDS = {
    ("report", "suppress"): "what a suppression hides is not told",
    ("report", "query"): "the program hears of each report",
    ("finding", "suppress"): "likewise",
    ("report", "finding"): "the end of the program tells the sum of both",
    ("print", "platform"): "printing writes by system call",
    ("options", "platform"): "options are read from the environment",
    ("shadow", "overflow"): "a cell may stand for a list",
    ("granule", "listed"): "a granule may have a list",
    ("thread", "slot"): "a thread lives in a slot",
    ("thread", "history"): "a thread owns its history",
    ("thread", "ignored"): "an epoch of an ignored section is noted as such",
    ("thread", "held"): "a new life holds no locks",
    ("thread", "lineage"): "create and join order threads",
    ("door_x86_64", "door_cells_x86_64"): "a door asks about cells",
    ("held", "history"): "taking a lock is an event",
}
ORDER = [module for modules in LAYERS.values() for module in modules.split()]


def complaints(source):
    for path in sorted((source / "runtime").iterdir()):
        me = path.stem
        if me not in ORDER:
            yield f"{path}: {me} has no place in the layers: add it to tests/gate/layers.py"
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not found:
                continue
            other = pathlib.PurePath(found[1])
            if len(other.parts) > 1 or other.stem not in ORDER:
                yield f"{path}:{number}: includes {other}, which is not in the layers"
            elif ORDER.index(other.stem) > ORDER.index(me) and (me, other.stem) not in FRIENDS:
                yield f"{path}:{number}: {me} includes {other}, which stands above it"
    for path in sorted((source / "pass").iterdir()):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([^"/]+)"', line)
            if found and found[1] not in ("race_hooks.def", "race_libc.def", "race_libc_format.def") and not (source / "pass" / found[1]).exists():
                yield f"{path}:{number}: includes {found[1]}: the pass shares race_hooks.def and race_libc.def alone with the runtime"


wrong = list(complaints(pathlib.Path(sys.argv[1])))
print("\n".join(wrong) or "every include looks down")
sys.exit(bool(wrong))
