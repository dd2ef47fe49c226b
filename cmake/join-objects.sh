#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# join-objects.sh OUT.a "ARCHIVE..." OBJECT...: joins the objects and what they need of
# the archives into one relocatable object whose only global symbols are the ones that
# the objects themselves define with default visibility, and archives it.
# LD, NM, OBJCOPY and AR name the tools, MEMBERS objects to stand in the archive by themselves.
set -e
out=$1 archives=$2
shift 2
tmp=$out.tmp
mkdir -p "$tmp"
trap 'rm -rf "$tmp"' EXIT

# What the runtime itself exports: its globals that are not hidden.
"$LD" -r -o "$tmp/own.o" "$@"
"$OBJCOPY" --localize-hidden "$tmp/own.o" "$tmp/exports.o"
"$NM" -g --defined-only --format=just-symbols "$tmp/exports.o" >"$tmp/exports"

"$LD" -r -o "$tmp/all.o" "$tmp/own.o" $archives
"$OBJCOPY" --keep-global-symbols="$tmp/exports" "$tmp/all.o" "$tmp/race_rt.o"
rm -f "$out"
"$AR" qcs "$out" "$tmp/race_rt.o" $MEMBERS
