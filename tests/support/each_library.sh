#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# each_library.sh STATUS SOURCE OUT [FLAG...]: builds a C++ program with each C++ library of
# this machine, at -O0 and -O2, runs it as expect.sh does and lets FileCheck look at what
# it prints. FLAGs are more words for the compiler; without a -std among them C++17 and
# C++20 take turns.
status=$1 source=$2 out=$3
shift 3
flags=$*
here=${0%/*}

check() { # COMPILER-WORD...
	$RACE_BUILD_CXX "$@" "$source" -o "$out" &&
		sh "$here/expect.sh" "$status" "$out" >"$out.printed" 2>"$out.complaints" &&
		FileCheck "$source" <"$out.printed" && return
	echo "each_library.sh: $*" >&2
	cat "$out.printed" "$out.complaints" >&2
	exit 1
}

# standard LEVEL-FOR-C++17 LEVEL
standard() {
	case $flags in
	*-std=*) ;;
	*) [ "$1" = "$2" ] && echo -std=c++17 || echo -std=c++20 ;;
	esac
}

libcxx=-stdlib=libc++
if [ -n "$RACE_LIBCXX" ]; then # one that was unpacked there
	libcxx="$libcxx -nostdinc++ -isystem $RACE_LIBCXX/include/c++/v1 -L$RACE_LIBCXX/lib -Wl,-rpath,$RACE_LIBCXX/lib"
elif ! echo '#include <version>' | $RACE_CXX $libcxx -x c++ -fsyntax-only - 2>/dev/null; then
	libcxx=''
fi
for level in -O0 -O2; do
	check $(standard -O0 $level) -stdlib=libstdc++ $level $flags
	[ -z "$libcxx" ] || check $(standard -O2 $level) $libcxx $level $flags
done
