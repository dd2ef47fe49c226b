// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who receives data comes after who sent it, whatever it goes through.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "edge.h"

static char byte[8] = "xxxxxxx";
static char into[64];
static struct iovec part = { byte, 1 }, room = { into, 1 };
static int fd[2], other[2], file, again, event, timer, server, client, watcher;
static char folder[] = "/tmp/race_descriptors.XXXXXX", name[64], text[64];

// ---- pipes ----
EDGE(write, write(fd[1], byte, 1), read(fd[0], into, 1))
EDGE(writev, writev(fd[1], &part, 1), readv(fd[0], &room, 1))
EDGE(end_of_data, close(fd[1]), read(fd[0], into, 1))
EDGE_SENT_FIRST(broken_pipe, close(fd[0]), write(fd[1], byte, 1))
EDGE(dup, write(dup(fd[1]), byte, 1), read(fd[0], into, 1))
EDGE(dup2, write(dup2(fd[1], 100), byte, 1), read(dup3(fd[0], 101, O_CLOEXEC), into, 1))
EDGE(dup_by_fcntl, write(fcntl(fd[1], F_DUPFD, 90), byte, 1),
     read(fcntl(fd[0], F_DUPFD_CLOEXEC, 90), into, 1))

// ---- a FIFO: its two ends wait for each other ----
EDGE(fifo_opened, close(open(name, O_WRONLY)), close(open(name, O_RDONLY)))
EDGE(fifo, write(file, byte, 1), read(again, into, 1))

// ---- sockets ----
static struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
static struct msghdr message_room = { .msg_iov = &room, .msg_iovlen = 1 };
static struct mmsghdr messages[1], messages_room[1];
static struct sockaddr_storage address;
static socklen_t address_bytes;

EDGE(send, send(fd[0], byte, 1, 0), recv(fd[1], into, 1, 0))
EDGE(sendmsg, sendmsg(fd[1], &message, 0), recvmsg(fd[0], &message_room, 0))
EDGE(sendmmsg, sendmmsg(fd[0], messages, 1, 0), recvmmsg(fd[1], messages_room, 1, 0, 0))
EDGE(shutdown, shutdown(fd[0], SHUT_WR), recv(fd[1], into, 1, 0))
EDGE(connect, connect(client, (struct sockaddr *)&address, address_bytes),
     file = accept(server, 0, 0))
EDGE(accept4, connect(client, (struct sockaddr *)&address, address_bytes),
     file = accept4(server, 0, 0, SOCK_CLOEXEC))
EDGE_SENT_FIRST(listen, listen(server, 5),
                connect(client, (struct sockaddr *)&address, address_bytes))
EDGE(connection, send(client, byte, 1, 0), recv(file, into, 1, 0))
EDGE(connection_back, send(file, byte, 1, 0), recv(client, into, 1, 0))
EDGE(datagram, sendto(client, byte, 1, 0, (struct sockaddr *)&address, address_bytes),
     recvfrom(server, into, 1, 0, 0, 0))

// A descriptor is passed on, and an object with it.
static void pass(int through, int what)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct msghdr with = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
		               .msg_controllen = sizeof(control) };
	struct cmsghdr *rights = CMSG_FIRSTHDR(&with);

	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(rights), &what, sizeof(int));
	sendmsg(through, &with, 0);
}

static int take(int through)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct msghdr with = { .msg_iov = &room, .msg_iovlen = 1, .msg_control = control,
		               .msg_controllen = sizeof(control) };
	int what;

	recvmsg(through, &with, 0);
	memcpy(&what, CMSG_DATA(CMSG_FIRSTHDR(&with)), sizeof(int));
	return what;
}
EDGE(passed, pass(fd[0], 0), close(take(fd[1])))
EDGE(through_passed, write(other[1], byte, 1), read(again, into, 1))
EDGE(passed_event, write(event, &(eventfd_t){ 1 }, 8), read(again, into, 8))
EDGE(passed_socket, write(other[1], byte, 1), read(again, into, 1))

// ---- counters, timers, watches ----
static void set_timer(void)
{
	struct itimerspec soon = { .it_value = { 0, 1000000 } };

	timerfd_settime(timer, 0, &soon, 0);
}
static eventfd_t count;
EDGE(eventfd, eventfd_write(event, 1), eventfd_read(event, &count))
EDGE(eventfd_as_file, write(event, &(eventfd_t){ 1 }, 8), read(event, into, 8))
EDGE(timerfd, set_timer(), read(timer, into, 8))
EDGE(inotify, inotify_rm_watch(watcher, 1), read(watcher, text, sizeof(text)))

// ---- files: through one descriptor, and through two of the same file ----
EDGE_SENT_FIRST(pwrite, pwrite(file, byte, 1, 0), pread(file, into, 1, 0))
EDGE_SENT_FIRST(pwritev, pwritev(file, &part, 1, 0), preadv(again, &room, 1, 0))
EDGE_SENT_FIRST(pwritev2, pwritev2(again, &part, 1, 0, 0), preadv2(file, &room, 1, 0, 0))
EDGE_SENT_FIRST(sendfile, sendfile(fd[1], file, &(off_t){ 0 }, 1), read(fd[0], into, 1))
EDGE_SENT_FIRST(copy_file_range, copy_file_range(file, &(off_t){ 0 }, again, &(off_t){ 100 }, 1, 0),
                pread(file, into, 1, 0))
EDGE_SENT_FIRST(splice, splice(other[0], 0, fd[1], 0, 1, 0), read(fd[0], into, 1))
EDGE_SENT_FIRST(tee, tee(other[0], fd[1], 1, 0), read(fd[0], into, 1))
EDGE_SENT_FIRST(spliced_on, write(other[1], byte, 1),
                (splice(other[0], 0, fd[1], 0, 1, 0), read(fd[0], into, 1)))

// A number that is closed and given out again; nothing else is open at the end.
EDGE_SENT_FIRST(number, close(fd[1]), fd[1] = open("/dev/null", O_WRONLY))

static void connect_all(int domain, const struct sockaddr *to, socklen_t bytes)
{
	server = socket(domain, SOCK_STREAM, 0);
	bind(server, to, bytes);
	listen(server, 5);
	address_bytes = sizeof(address);
	getsockname(server, (struct sockaddr *)&address, &address_bytes);
	client = socket(domain, SOCK_STREAM, 0);
	run_edge(connect);
	run_edge(connection);
	run_edge(connection_back);
	close(client);
	close(file);
	client = socket(domain, SOCK_STREAM, 0);
	run_edge(accept4);
	close(client);
	close(file);
	close(server);
	if (domain == AF_UNIX)
		unlink(((const struct sockaddr_un *)to)->sun_path);

	server = socket(domain, SOCK_STREAM, 0);
	bind(server, to, bytes);
	address_bytes = sizeof(address);
	getsockname(server, (struct sockaddr *)&address, &address_bytes);
	client = socket(domain, SOCK_STREAM, 0);
	run_edge(listen);
	close(client);
	close(server);
	if (domain == AF_UNIX)
		unlink(((const struct sockaddr_un *)to)->sun_path);

	server = socket(domain, SOCK_DGRAM, 0);
	bind(server, to, bytes);
	address_bytes = sizeof(address);
	getsockname(server, (struct sockaddr *)&address, &address_bytes);
	client = socket(domain, SOCK_DGRAM, 0);
	run_edge(datagram);
	close(client);
	close(server);
}

static void new_pipes(void)
{
	close(fd[0]), close(fd[1]), close(other[0]), close(other[1]);
	pipe(fd);
	pipe2(other, O_CLOEXEC);
}

int main(void)
{
	struct sockaddr_in loopback = { .sin_family = AF_INET,
		                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un local = { .sun_family = AF_UNIX };

	signal(SIGPIPE, SIG_IGN);
	mkdtemp(folder);
	snprintf(name, sizeof(name), "%s/name", folder);
	pipe(fd);
	pipe(other);
	run_edge(write);
	run_edge(writev);
	run_edge(dup);
	run_edge(dup2);
	run_edge(dup_by_fcntl);
	pipe(fd);
	run_edge(end_of_data);
	pipe(fd);
	run_edge(broken_pipe);
	mkfifo(name, 0600);
	run_edge(fifo_opened);
	again = open(name, O_RDONLY | O_NONBLOCK);
	file = open(name, O_WRONLY);
	fcntl(again, F_SETFL, 0);
	run_edge(fifo);
	close(again);
	close(file);
	unlink(name);

	socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
	messages[0].msg_hdr = message;
	messages_room[0].msg_hdr = message_room;
	run_edge(send);
	run_edge(sendmsg);
	run_edge(sendmmsg);
	run_edge(passed);
	pass(fd[0], other[0]);
	again = take(fd[1]);
	run_edge(through_passed);
	close(again);
	event = eventfd(0, 0);
	pass(fd[0], event);
	again = take(fd[1]);
	run_edge(passed_event);
	close(event);
	close(again);
	close(other[0]);
	close(other[1]);
	socketpair(AF_UNIX, SOCK_STREAM, 0, other);
	pass(fd[0], other[0]);
	again = take(fd[1]);
	run_edge(passed_socket);
	close(again);
	run_edge(shutdown);
	connect_all(AF_INET, (struct sockaddr *)&loopback, sizeof(loopback));
	strcpy(local.sun_path, name);
	connect_all(AF_UNIX, (struct sockaddr *)&local, sizeof(local));
	unlink(name);

	event = eventfd(0, 0);
	timer = timerfd_create(CLOCK_MONOTONIC, 0);
	run_edge(eventfd);
	/* The child's descriptors are not ours. */
	if (vfork() == 0) {
		close(event);
		dup2(fd[0], event);
		_exit(0);
	}
	run_edge(eventfd_as_file);
	run_edge(timerfd);
	watcher = inotify_init1(0);
	inotify_add_watch(watcher, folder, IN_CREATE);
	run_edge(inotify);

	file = open(name, O_RDWR | O_CREAT, 0600);
	again = openat(AT_FDCWD, name, O_RDWR);
	run_edge(pwrite);
	run_edge(pwritev);
	run_edge(pwritev2);
	new_pipes();
	run_edge(sendfile);
	run_edge(copy_file_range);
	write(other[1], byte, 1);
	run_edge(tee);
	run_edge(splice);
	new_pipes();
	run_edge(spliced_on);
	run_edge(number);
	unlink(name);
	rmdir(folder);
	printf("all received\n");
	return 0;
}

// CHECK: all received
