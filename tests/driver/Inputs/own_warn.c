// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function of the program's with a name of err.h's, beside the use of another such member.
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

void warn(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vprintf(format, list);
	va_end(list);
}

int main(void)
{
	warn("%s\n", "the program's own");
	syslog(LOG_DEBUG, "%d", 1);
	return 0;
}
