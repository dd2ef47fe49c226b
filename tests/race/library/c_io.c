// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What goes out of a descriptor is read for it, what comes in is written: as much as came.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t > %t.out && %cases %t.out
// RUN: %race_cc -O2 %s -o %t && %expect_race %t > %t.out && %cases %t.out

#ifndef CASE
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define END(type) (sizeof(type) - 1) // of an object of that type
#define THE(type) ((type *)p)
// An array of parts that is no case's own, of p's first 2 bytes and those from 4 on.
#define PARTS (parts[0] = (struct iovec){ p, 2 }, parts[1] = (struct iovec){ p + 4, 60 }, parts)
#define SMALL (parts[0] = (struct iovec){ p, 2 }, parts[1] = (struct iovec){ p + 4, 1 }, parts)
#define MESSAGE(the_parts) (message = (struct msghdr){ .msg_iov = the_parts, .msg_iovlen = 2 }, &message)
#define MESSAGES(the_parts) (messages[0].msg_hdr = *MESSAGE(the_parts), messages)

extern ssize_t __read_chk(int, void *, size_t, size_t);
extern ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
extern ssize_t __pread64_chk(int, void *, size_t, off_t, size_t);
extern ssize_t __recv_chk(int, void *, size_t, size_t, int);
extern ssize_t __recvfrom_chk(int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *);
extern int __poll_chk(struct pollfd *, nfds_t, int, size_t);
extern int __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *, size_t);

static int null, file, event, timer, epoll, queue, listening, pair[2], datagrams[2];
static mqd_t named;
static struct iovec parts[2];
static struct msghdr message;
static struct mmsghdr messages[1];
static socklen_t length;
static struct timespec no_time;
static char scratch[64];
static volatile size_t room = 64;

// What there is to be received.
#define FILLED (write(pair[1], "abc", 3), pair[0])
#define DATAGRAM (write(datagrams[1], "abc", 3), datagrams[0])
#define COUNTED (write(event, "\1\0\0\0\0\0\0", 8), event)

static int connected(void)
{
	struct sockaddr_in there;
	socklen_t bytes = sizeof(there);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	getsockname(listening, (struct sockaddr *)&there, &bytes);
	connect(fd, (struct sockaddr *)&there, bytes);
	return listening;
}
#include "cases.h"

static void before_cases(void)
{
	struct sockaddr_in here = { .sin_family = AF_INET };
	struct mq_attr small = { .mq_maxmsg = 4, .mq_msgsize = 16 };

	null = open("/dev/null", O_RDWR);
	file = open("/proc/self/exe", O_RDONLY);
	event = eventfd(0, EFD_NONBLOCK);
	timer = timerfd_create(CLOCK_REALTIME, 0);
	epoll = epoll_create1(0);
	epoll_ctl(epoll, EPOLL_CTL_ADD, event, &(struct epoll_event){ .events = EPOLLOUT });
	queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	snprintf(scratch, sizeof(scratch), "/race_c_io.%d", (int)getpid());
	named = mq_open(scratch, O_CREAT | O_RDWR | O_NONBLOCK, 0600, &small);
	mq_unlink(scratch);
	listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	bind(listening, (struct sockaddr *)&here, sizeof(here));
	listen(listening, 9);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	socketpair(AF_UNIX, SOCK_DGRAM, 0, datagrams);
}
#else
CASE(write, 0, 2, write(null, p, 3))
CASE(writev, 0, 4, writev(null, SMALL, 2))
CASE(pwrite, 0, 2, pwrite(null, p, 3, 0))
CASE(pwrite64, 0, 2, pwrite64(null, p, 3, 0))
CASE(pwritev, 0, 1, pwritev(null, SMALL, 2, 0))
CASE(pwritev, 0, 1, pwritev64(null, SMALL, 2, 0))
CASE(pwritev2, 0, 4, pwritev2(null, SMALL, 2, 0, 0))
CASE(pwritev2, 0, 4, pwritev64v2(null, SMALL, 2, 0, 0))
CASE(send, 0, 2, send(datagrams[0], p, 3, 0))
CASE(sendto, 0, 2, sendto(datagrams[0], p, 3, 0, 0, 0))
CASE(sendmsg, 0, 4, sendmsg(datagrams[0], MESSAGE(SMALL), 0))
CASE(sendmmsg, 0, 4, sendmmsg(datagrams[0], MESSAGES(SMALL), 1, 0))
CASE(timerfd_settime, 0, END(struct itimerspec), timerfd_settime(timer, 0, THE(struct itimerspec), 0))
CASE(read, 0, 2, read(FILLED, p, 64))
CASE(read, 0, 2, __read_chk(FILLED, p, room, 64))
CASE(readv, 0, 4, readv(FILLED, PARTS, 2))
CASE(pread, 0, 2, pread(file, p, 3, 0))
CASE(pread64, 0, 2, pread64(file, p, 3, 0))
CASE(pread, 0, 2, __pread_chk(file, p, 3, 0, room))
CASE(pread, 0, 2, __pread64_chk(file, p, 3, 0, room))
CASE(preadv, 0, 4, preadv(file, SMALL, 2, 0))
CASE(preadv, 0, 4, preadv64(file, SMALL, 2, 0))
CASE(preadv2, 0, 4, preadv2(file, SMALL, 2, 0, 0))
CASE(preadv2, 0, 4, preadv64v2(file, SMALL, 2, 0, 0))
CASE(recv, 0, 2, recv(FILLED, p, 64, 0))
CASE(recv, 0, 1, recv(DATAGRAM, p, 2, MSG_TRUNC))
CASE(recv, 0, 2, __recv_chk(FILLED, p, room, 64, 0))
CASE(recvfrom, 0, 2, recvfrom(FILLED, p, 64, 0, 0, 0))
CASE(recvfrom, 0, 2, __recvfrom_chk(FILLED, p, room, 64, 0, 0, 0))
CASE(recvmsg, 0, 4, recvmsg(FILLED, MESSAGE(PARTS), 0))
CASE(recvmmsg, 0, 4, recvmmsg(DATAGRAM, MESSAGES(PARTS), 1, MSG_DONTWAIT, 0))
CASE(eventfd_read, 0, 7, eventfd_read(COUNTED, (eventfd_t *)p))
CASE(sendfile, 0, 7, sendfile(null, file, (off_t *)p, 1))
CASE(sendfile64, 0, 7, sendfile64(null, file, (off_t *)p, 1))
CASE(msgsnd, (*(long *)p = 1), 10, msgsnd(queue, p, 3, 0))
CASE(msgrcv, 0, 10, msgrcv(queue, p, 64, 0, 0))
CASE(mq_send, 0, 2, mq_send(named, p, 3, 0))
CASE(mq_timedsend, 0, 2, mq_timedsend(named, p, 3, 0, &no_time))
CASE(mq_receive, 0, 2, mq_receive(named, p, 64, 0))
CASE(mq_timedreceive, 0, 3, mq_timedreceive(named, scratch, 64, (unsigned *)p, &no_time))
CASE(poll, 0, END(struct pollfd), poll(THE(struct pollfd), 1, 0))
CASE(poll, 0, 2 * sizeof(struct pollfd) - 1, __poll_chk(THE(struct pollfd), 2, 0, room))
CASE(ppoll, 0, END(struct pollfd), ppoll(THE(struct pollfd), 1, &no_time, 0))
CASE(ppoll, 0, END(struct pollfd), __ppoll_chk(THE(struct pollfd), 1, &no_time, 0, room))
CASE(select, 0, 7, select(1, THE(fd_set), 0, 0, &(struct timeval){ 0 }))
CASE(pselect, 0, 15, pselect(65, 0, THE(fd_set), 0, &no_time, 0))
CASE(epoll_ctl, (THE(struct epoll_event)->events = EPOLLOUT), END(struct epoll_event), epoll_ctl(epoll, EPOLL_CTL_MOD, event, THE(struct epoll_event)))
CASE(epoll_wait, 0, END(struct epoll_event), epoll_wait(epoll, THE(struct epoll_event), 9, 0))
CASE(epoll_pwait, 0, END(struct epoll_event), epoll_pwait(epoll, THE(struct epoll_event), 9, 0, 0))
CASE(epoll_pwait2, 0, END(struct epoll_event), epoll_pwait2(epoll, THE(struct epoll_event), 9, &no_time, 0))
CASE(pipe, 0, 7, pipe(THE(int)))
CASE(pipe2, 0, 7, pipe2(THE(int), 0))
CASE(socketpair, 0, 7, socketpair(AF_UNIX, SOCK_STREAM, 0, THE(int)))
CASE(connect, 0, 2, connect(null, (struct sockaddr *)p, 3))
CASE(accept, 0, 5, (length = 6, accept(connected(), (struct sockaddr *)p, &length)))
CASE(accept4, 0, 5, (length = 6, accept4(connected(), (struct sockaddr *)p, &length, 0)))
CASE(nanosleep, 0, END(struct timespec), nanosleep(THE(struct timespec), 0))
CASE(clock_nanosleep, 0, END(struct timespec), clock_nanosleep(CLOCK_REALTIME, 0, THE(struct timespec), 0))
CASE(thrd_sleep, 0, END(struct timespec), thrd_sleep(THE(struct timespec), 0))
#endif
