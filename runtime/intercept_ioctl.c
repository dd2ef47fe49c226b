/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_ioctl.c - what the commonest requests of ioctl read and write for the caller:
 * terminals, counts of bytes, the net's interfaces. Of others nothing is told.
 */
#define _GNU_SOURCE
#include <net/if.h>
#include <stdarg.h>
#include <sys/ioctl.h>

#include "intercept_touch.h"

#define KERNEL_TERMIOS 36 /* its struct termios ends before libc's */

struct asked {
	unsigned reads, writes; /* bytes */
};

static struct asked asked(unsigned long request)
{
	switch (request) {
	case TCGETS:
		return (struct asked){ .writes = KERNEL_TERMIOS };
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return (struct asked){ .reads = KERNEL_TERMIOS };
	case TIOCGWINSZ:
		return (struct asked){ .writes = sizeof(struct winsize) };
	case TIOCSWINSZ:
		return (struct asked){ .reads = sizeof(struct winsize) };
	case FIONREAD:
	case TIOCOUTQ:
	case TIOCGPGRP:
	case TIOCGSID:
	case TIOCGPTN:
		return (struct asked){ .writes = sizeof(int) };
	case FIONBIO:
	case FIOASYNC:
	case TIOCSPGRP:
	case TIOCSPTLCK:
		return (struct asked){ .reads = sizeof(int) };
	case SIOCGIFINDEX:
	case SIOCGIFFLAGS:
	case SIOCGIFADDR:
	case SIOCGIFNETMASK:
	case SIOCGIFBRDADDR:
	case SIOCGIFHWADDR:
	case SIOCGIFMTU:
		return (struct asked){ sizeof(struct ifreq), sizeof(struct ifreq) };
	case SIOCSIFFLAGS:
	case SIOCSIFADDR:
	case SIOCSIFMTU:
		return (struct asked){ .reads = sizeof(struct ifreq) };
	default:
		return (struct asked){ 0, 0 };
	}
}

RACE_EXPORT int __race_ioctl(int fd, unsigned long request, ...);
RACE_EXPORT int __race_ioctl(int fd, unsigned long request, ...)
{
	struct race_caller by = { RACE_CALLER, RACE_FUNCTION("ioctl()"), true };
	struct asked what = asked(request);
	va_list list;
	void *arg;
	int result;

	RACE_CALLS(ioctl, by.pc);
	va_start(list, request);
	arg = va_arg(list, void *);
	va_end(list);
	result = ioctl(fd, request, arg);
	if (result >= 0) {
		race_reads(&by, arg, what.writes ? 0 : what.reads);
		race_writes(&by, arg, what.writes);
	}
	return result;
}
