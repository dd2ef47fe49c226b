#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# install.sh CMAKE BUILD LLVM: installs to a fresh prefix and uses librace from there in
# each way that the README shows: race-clang, pkg-config, find_package with race::race,
# race_add_test_race(). Every way must find the race of Inputs/project.
set -e
cmake=$1 build=$2 llvm=$3
inputs=$(cd "$(dirname "$0")/Inputs" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
prefix=$dir/prefix

fail() {
	echo "install.sh: $*" >&2
	exit 1
}

# raced PROGRAM: ends with 66 and a report that names the source.
raced() {
	status=0
	"$1" 2>"$dir/report" || status=$?
	[ "$status" = 66 ] && grep -q 'program\.c[p:]' "$dir/report" ||
		fail "$1: exit status $status: $(cat "$dir/report")"
	echo "$2: race found"
}

"$cmake" --install "$build" --prefix "$prefix" >"$dir/log"
for file in bin/race-clang bin/race-clang++; do
	[ -x "$prefix/$file" ] || fail "$file was not installed"
done
mkdir "$dir/bin"
ln -s "$prefix/bin/race-clang" "$dir/bin/cc"
program=$inputs/project/program.c

"$prefix/bin/race-clang" -pthread "$program" -o "$dir/wrapper"
raced "$dir/wrapper" race-clang
"$dir/bin/cc" -pthread "$program" -o "$dir/link"
raced "$dir/link" 'a link to race-clang'
"$prefix/bin/race-clang" -static -pthread "$program" -o "$dir/static"
raced "$dir/static" 'race-clang -static'
[ -e "$("$prefix/bin/race-clang" -print-file-name=librace_rt.so)" ] || fail "librace_rt.so was not installed"

pc=$(dirname "$(find "$prefix" -name race.pc)")
export PKG_CONFIG_PATH="$pc"
clang-"$llvm" -pthread $(pkg-config --define-variable=prefix="$prefix" --cflags race) "$program" \
	$(pkg-config --define-variable=prefix="$prefix" --libs race) -o "$dir/pkg"
raced "$dir/pkg" pkg-config
linked() {
	pkg-config --define-variable=prefix="$prefix" --cflags --libs "$1"
}
clang-"$llvm" -static -pthread "$program" $(linked race-static) -o "$dir/pkg"
raced "$dir/pkg" 'pkg-config race-static'
clang++-"$llvm" -static-pie -fPIE -pthread -x c++ "$program" -x none $(linked race-static-c++) -o "$dir/pkg"
raced "$dir/pkg" 'pkg-config race-static-c++'
clang-"$llvm" -g -fplugin="$(dirname "$(find "$prefix" -name librace.so)")/librace-$llvm.so" -pthread "$program" \
	-L"$(dirname "$(find "$prefix" -name librace_rt.a)")" -lrace_rt -o "$dir/hand"
raced "$dir/hand" -lrace_rt

"$cmake" -S "$inputs/project" -B "$dir/project" -DCMAKE_C_COMPILER=clang-"$llvm" \
	-DCMAKE_CXX_COMPILER=clang++-"$llvm" \
	-DCMAKE_PREFIX_PATH="$prefix" -DLINK_RACE=ON >"$dir/log" || fail "$(cat "$dir/log")"
"$cmake" --build "$dir/project" >"$dir/log" || fail "$(cat "$dir/log")"
raced "$dir/project/program" race::race
raced "$dir/project/program_static" race::race_static
raced "$dir/project/program_static_cxx" 'race::race_static, C++'

"$cmake" -S "$inputs/project" -B "$dir/gcc" -DCMAKE_PREFIX_PATH="$prefix" >"$dir/log" || fail "$(cat "$dir/log")"
if "$cmake" --build "$dir/gcc" --target test-race >"$dir/log" 2>&1; then
	fail "test-race passed in spite of the race: $(cat "$dir/log")"
fi
grep -q 'WARNING: DATA RACE' "$dir/log" && grep -q '1 tests failed out of 2' "$dir/log" ||
	fail "test-race: $(cat "$dir/log")"
echo "race_add_test_race: race found"
