#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# fence.sh SOURCE: pass/Compat.h is the only file that may ask which LLVM it is.
cd "$1" || exit 1
if grep -n 'LLVM_VERSION_\|CLANG_VERSION_' pass/* | grep -v '^pass/Compat\.h:'; then
	echo "LLVM's version is asked for outside of pass/Compat.h"
	exit 1
fi
echo "pass/Compat.h alone asks for LLVM's version"
