#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# faults.sh DIFFERENTIAL_FAULTY: each fault of faults.c shows within 1,000 programs, and
# the same programs show nothing without one.
programs='--programs 1000 --renumber 50 --look 10'
status=0

if ! "$1" --fault none $programs; then
	echo "the runtime without a fault differs already"
	exit 1
fi
for fault in lost-join missed-release dropped-reader wrong-mask skipped-fence high-floor missed-tick lost-class blurred-class; do
	result=$("$1" --fault $fault $programs | grep -e ' programs in ' -e '^[A-Z].*for one seed')
	if echo "$result" | grep -q 'for one seed'; then
		echo "$fault: found after $result" | tr '\n' ' '
		echo
	else
		echo "$fault: NOT found in 1,000 programs"
		status=1
	fi
done
exit $status
