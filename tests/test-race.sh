#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# test-race.sh BUILD: builds the programs of tests/race, tests/clean and the bank with
# BUILD/race-clang, as a user would, runs them, and counts: which raced as expected,
# which were silent as expected. Status 0 when all did. Each is compiled as its first RUN
# line says; those that need more than a compile line are left to `make test`.
build=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")" || exit 1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
raced=0 silent=0 wrong=0 left=0

cc -O2 -c support/barrier.c -o "$dir/barrier.o" || exit 1

# expect STATUS SOURCE: 66 wants a report, 0 wants none.
expect() {
	case $2 in
	*.c) compiler=$build/race-clang ;;
	*) compiler=$build/race-clang++ ;;
	esac
	if ! flags=$(sed -n 's/^.*RUN: %race_c[cx]* \([^%'"'"'"]*\)%s -o %t && %expect_\(race\|clean\) %t\( | FileCheck %s\)\{0,1\}$/\1 /p;/RUN:/q' "$2" | grep .); then
		left=$((left + 1))
		return
	fi
	# shellcheck disable=SC2086 # flags are words
	if ! "$compiler" $flags -pthread -Isupport "$2" "$dir/barrier.o" -o "$dir/program" 2>"$dir/log"; then
		result="does not compile"
	else
		"$dir/program" >/dev/null 2>"$dir/log"
		status=$?
		reports=$(grep -c 'WARNING: DATA RACE' "$dir/log")
		if [ "$1" = 66 ] && [ "$status" != 0 ] && [ "$reports" -gt 0 ]; then
			result="race reported"
			raced=$((raced + 1))
		elif [ "$1" = 0 ] && [ "$status" = 0 ] && [ "$reports" = 0 ]; then
			result="silent"
			silent=$((silent + 1))
		else
			result="WRONG: exit status $status, $reports reports"
		fi
	fi
	printf '  %-42s %s\n' "$2" "$result"
	case $result in WRONG* | does*)
		wrong=$((wrong + 1))
		sed 's/^/    /' "$dir/log" ;;
	esac
}

for source in race/*/*.c race/*/*.cpp; do expect 66 "$source"; done
for source in clean/*/*.c clean/*/*.cpp; do expect 0 "$source"; done
if sh ../examples/bank/demo.sh "$build" >"$dir/log" 2>&1; then
	printf '  %-42s race reported\n' ../examples/bank
	raced=$((raced + 1))
else
	printf '  %-42s WRONG\n' ../examples/bank
	sed 's/^/    /' "$dir/log"
	wrong=$((wrong + 1))
fi

echo "$raced programs raced as expected, $silent were silent as expected, $wrong were wrong; $left more run in make test"
[ "$wrong" = 0 ]
