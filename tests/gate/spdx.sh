#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# spdx.sh SOURCE: each file of the repository names its license in its first three lines;
# LICENSE is the license.
cd "$1" || exit 1
line='SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception'
status=0
files=$(git ls-files --cached --others --exclude-standard 2>/dev/null) ||
	files=$(find . -type f ! -path './build*' ! -path './.git/*') # not a git checkout
for file in $files; do
	[ -f "$file" ] && [ "${file#./}" != LICENSE ] || continue
	if ! head -n 3 "$file" | grep -qF "$line"; then
		echo "$file: no line '$line' at its beginning"
		status=1
	fi
done
exit $status
