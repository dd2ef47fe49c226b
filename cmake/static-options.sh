#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# static-options.sh ARCHIVE OUT OUT_STDCXX OUT_LIBCXX: what the linker must be told to link a
# program with -static and ARCHIVE, the runtime for that, as response files: the second and
# the third for C++ programs with that library. Calls of a name that the runtime stands in
# for are wrapped, and what the name meant is brought into the link, though nobody else
# asks for it any more. NM names the tool.
set -e
archive=$1 out=$2 stdcxx=$3 libcxx=$4

names=$("$NM" -g --defined-only --format=just-symbols "$archive" | sed -n 's/^__wrap_//p')
undefined() {
	for name; do echo "--undefined=$name"; done
}
{
	undefined __race_self _Unwind_Backtrace
	for name in $names; do
		echo "--wrap=$name"
		case $name in
		_Z* | __cxa_decrement_* | __cxa_end_catch) ;; # of C++; comes with what throws
		# One file of libc has all of malloc; a program's own malloc may lack some.
		free | calloc | realloc | *alloc | *memalign | malloc_usable_size)
			[ "$name" != malloc ] || undefined malloc ;;
		*) undefined "$name" ;;
		esac
	done
} >"$out"

# Of the C++ libraries what no other part of them, that a program needs, brings along.
new=$(printf '%s\n' $names | grep '^_Z[nd][awl]')
undefined $new __cxa_guard_acquire _ZSt17__throw_bad_allocv >"$stdcxx"
undefined $new __cxa_guard_acquire _ZNSt3__111__call_onceERVmPvPFvS2_E \
	_ZNSt3__119__shared_weak_count14__release_weakEv >"$libcxx"
