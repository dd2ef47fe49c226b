/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_ioctl.c - what requests of ioctl read and write for the caller. Newer ones say
 * it in their number; of the others the commonest are here: terminals, counts of bytes, the
 * net's interfaces.
 */
#define _GNU_SOURCE
#include <linux/fs.h>
#include <net/if.h>
#include <stdarg.h>
#include <sys/ioctl.h>

#include "intercept_touch.h"

#define LOWEST 65536 /* below is no memory, but a number that is meant itself */
#define KERNEL_TERMIOS 36 /* its struct termios ends before libc's */

struct asked {
	unsigned reads, writes; /* bytes */
};

/* Direction and size as the kernel's users' headers put them there (_IOR, _IOW, _IOWR). Those
 * of the input devices have a room there instead that need not be filled. */
static struct asked asked_by_number(unsigned long request)
{
	unsigned size = _IOC_SIZE(request), direction = _IOC_DIR(request);

	if (request >> 32 || _IOC_TYPE(request) == 'E')
		return (struct asked){ 0, 0 };
	return (struct asked){ direction & _IOC_WRITE ? size : 0, direction & _IOC_READ ? size : 0 };
}

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
	case FS_IOC_GETFLAGS: /* whose number says long */
	case FS_IOC_GETVERSION:
		return (struct asked){ .writes = sizeof(int) };
	case FS_IOC_SETFLAGS:
	case FS_IOC_SETVERSION:
		return (struct asked){ .reads = sizeof(int) };
	default:
		return asked_by_number(request);
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
	if (result >= 0 && (uintptr_t)arg >= LOWEST) {
		race_reads(&by, arg, what.writes ? 0 : what.reads);
		race_writes(&by, arg, what.writes);
	}
	return result;
}
