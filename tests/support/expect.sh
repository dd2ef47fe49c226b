#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# expect.sh STATUS PROGRAM ARG...: runs the program, passes on what it prints (stderr
# too, first its stdout), and wants the exit status: 66 for a race. With STATUS 0
# nothing may stand on stderr. RACE_TEST_RUNS=100 does it 100 times. RACE_TEST_UNDER is
# a command that runs the program, as in `taskset -c 0`.
want=$1
shift
err=$(mktemp) || exit 1
trap 'rm -f "$err"' EXIT
run=0
while [ $((run += 1)) -le "${RACE_TEST_RUNS:-1}" ]; do
	# Who reads the first output waits for the end: lit throws away complaints behind that.
	[ "$run" = 2 ] && exec 3>&1 >/dev/null
	$RACE_TEST_UNDER "$@" 2>"$err" 3>&-
	status=$?
	cat "$err"
	if [ $status != "$want" ]; then
		echo "expect.sh: run $run: exit status $status, expected $want: $*" >&2
		cat "$err" >&2
		exit 1
	fi
	if [ "$want" = 0 ] && [ -s "$err" ]; then
		echo "expect.sh: run $run: expected nothing on stderr: $*" >&2
		cat "$err" >&2
		exit 1
	fi
done
