#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# demo.sh BUILD: builds a copy of the bank with BUILD/race-clang, runs it and shows the
# report. Status 0 when, and only when, the forgotten lock was found.
build=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")" || exit 1
dir=$build/demo
mkdir -p "$dir" && cp Makefile ./*.c ./*.h "$dir" && cd "$dir" || exit 1

echo "== make CC=race-clang"
make --no-print-directory CC="$build/race-clang" -B bank || exit 1
echo "== ./bank"
echo "   (expected: a race, bank_audit() reads the turnover that add_turnover() writes)"
./bank 2>report
status=$?
cat report
echo "== exit status $status"
if [ $status = 66 ] && grep -q 'DATA RACE' report &&
   grep -q 'bank_audit()' report && grep -q 'add_turnover()' report; then
	echo "The race was found: bank_audit() in bank.c does not take the bank's lock."
else
	echo "The race was NOT found."
	exit 1
fi
