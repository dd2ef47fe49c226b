// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who is told that a descriptor is ready comes after who sent what made it so; by epoll,
// after who registered the descriptor, too. Queues of messages, and streams on pipes.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "edge.h"

// None of these starts again by itself when a signal was handled.
#define AGAIN(call)                                                                    \
	while ((call) < 0 && errno == EINTR)                                           \
		;

static const struct timespec long_time = { 1000, 0 };
static int fd[2], epoll, queue;
static mqd_t mail;
static char into[64];
static FILE *in, *out;

// ---- ready ----
static void wait_select(int exact)
{
	fd_set set;
	int ready;

	do {
		FD_ZERO(&set);
		FD_SET(fd[0], &set);
		ready = exact ? pselect(fd[0] + 1, &set, 0, 0, &long_time, 0) :
		                select(fd[0] + 1, &set, 0, 0, 0);
	} while (ready < 0);
}

static void wait_poll(int exact)
{
	struct pollfd one = { .fd = fd[0], .events = POLLIN };

	AGAIN(exact ? ppoll(&one, 1, &long_time, 0) : poll(&one, 1, -1))
}

static void wait_epoll(int how)
{
	struct epoll_event event;

	AGAIN(how == 0 ? epoll_wait(epoll, &event, 1, -1) :
	      how == 1 ? epoll_pwait(epoll, &event, 1, -1, 0) :
	                 epoll_pwait2(epoll, &event, 1, &long_time, 0))
}

static void change(int what)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = into };

	epoll_ctl(epoll, what, fd[0], &event);
}

EDGE(poll, write(fd[1], "", 1), wait_poll(0))
EDGE(ppoll, write(fd[1], "", 1), wait_poll(1))
EDGE(poll_hang_up, close(fd[1]), wait_poll(0))
EDGE(select, write(fd[1], "", 1), wait_select(0))
EDGE(pselect, write(fd[1], "", 1), wait_select(1))
EDGE(epoll_registered, change(EPOLL_CTL_ADD), wait_epoll(0))
EDGE_SENT_FIRST(epoll_changed, change(EPOLL_CTL_MOD), wait_epoll(0))
EDGE(epoll_wait, write(fd[1], "", 1), wait_epoll(0))
EDGE(epoll_pwait, write(fd[1], "", 1), wait_epoll(1))
EDGE(epoll_pwait2, write(fd[1], "", 1), wait_epoll(2))

// ---- queues ----
struct letter {
	long type;
	char text[8];
} letter = { 3, "" }, letter_room;

EDGE(mq_send, mq_send(mail, "", 1, 0), AGAIN(mq_receive(mail, into, 64, 0)))
EDGE(mq_timedsend, mq_timedsend(mail, "", 1, 0, &long_time),
     AGAIN(mq_timedreceive(mail, into, 64, 0, &(struct timespec){ time(0) + 1000, 0 })))
EDGE(msgsnd, msgsnd(queue, &letter, 8, 0), AGAIN(msgrcv(queue, &letter_room, 8, 0, 0)))

// ---- streams ----
static char *line;
static size_t room;
static int number;

EDGE(fprintf, (fprintf(out, "%d\n", 5), fflush(out)), fscanf(in, "%d%*c", &number))
EDGE(fputs, (fputs("line\n", out), fflush(out)), fgets(into, 64, in))
EDGE(fputc, (fputc('x', out), putc('\n', out), fflush(out)), (fgetc(in), getc(in)))
EDGE(fwrite, (fwrite("12345678", 1, 8, out), fflush(out)), fread(into, 1, 8, in))
EDGE(getline, dprintf(fileno(out), "line\n"), getline(&line, &room, in))
EDGE(getdelim, write(fileno(out), "line;", 5), getdelim(&line, &room, ';', in))
EDGE(fclose, (fputs("end", out), fclose(out)), fread(into, 1, 8, in))

static void fresh(void)
{
	close(fd[0]);
	close(fd[1]);
	pipe(fd);
}

int main(void)
{
	struct mq_attr small = { .mq_maxmsg = 1, .mq_msgsize = 64 };
	char name[64];

	fresh();
	run_edge(poll);
	fresh();
	run_edge(ppoll);
	fresh();
	run_edge(poll_hang_up);
	pipe(fd);
	run_edge(select);
	fresh();
	run_edge(pselect);
	epoll = epoll_create1(0);
	run_edge(epoll_registered);
	run_edge(epoll_changed);
	close(epoll);
	epoll = epoll_create(1);
	fresh();
	change(EPOLL_CTL_ADD);
	run_edge(epoll_wait);
	read(fd[0], into, 1);
	run_edge(epoll_pwait);
	read(fd[0], into, 1);
	run_edge(epoll_pwait2);

	snprintf(name, sizeof(name), "/race_waiting.%d", getpid());
	mail = mq_open(name, O_CREAT | O_RDWR, 0600, &small);
	mq_unlink(name);
	if (mail >= 0) {
		run_edge(mq_send);
		run_edge(mq_timedsend);
		mq_close(mail);
	}
	queue = msgget(IPC_PRIVATE, 0600);
	run_edge(msgsnd);
	msgctl(queue, IPC_RMID, 0);

	fresh();
	in = fdopen(fd[0], "r");
	out = fdopen(fd[1], "w");
	run_edge(fprintf);
	run_edge(fputs);
	run_edge(fputc);
	run_edge(fwrite);
	run_edge(getline);
	run_edge(getdelim);
	run_edge(fclose);
	fclose(in);
	printf("all received\n");
	return 0;
}

// CHECK: all received
