#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# secure.sh PROGRAM: a set-user-ID copy of it, in a folder that everybody may enter, run by
# another user with options that would show.
folder=$(mktemp -d /tmp/race_secure.XXXXXX) || exit 1
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder" && cp "$1" "$folder/program" && chmod 4755 "$folder/program" || exit 1
setpriv --reuid=65534 --regid=65534 --clear-groups \
	env "RACE_OPTIONS=exitcode=3 log_path=$folder/log" "$folder/program" 2>&1
status=$?
ls "$folder"/log.* 2>/dev/null
echo "status $status, $(ls "$folder" | grep -q log && echo a log || echo no log)"
