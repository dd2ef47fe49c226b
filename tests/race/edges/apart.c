// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What descriptors do not order: two who write, two who read, the two directions of a
// connection, two connections of one server, two descriptors that one epoll watches.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "two.h"

static int fd[2], other[2], client[2], served[2], epoll;
static char byte[2];

#define APART(name, one, two)                                                          \
	long name##_data;                                                              \
	__attribute__((noinline)) static void name##_first(void)                       \
	{                                                                              \
		name##_data = 1;                                                       \
		one;                                                                   \
	}                                                                              \
	__attribute__((noinline)) static void name##_second(void)                      \
	{                                                                              \
		two;                                                                   \
		name##_data = 2;                                                       \
	}

APART(writers, write(fd[1], byte, 1), write(fd[1], byte, 1))
APART(readers, read(fd[0], &(char){ 0 }, 1), read(fd[0], &(char){ 0 }, 1))
APART(pair_back, write(other[0], byte, 1), read(other[0], &(char){ 0 }, 1))
APART(connection_back, send(client[0], byte, 1, 0), recv(client[0], &(char){ 0 }, 1, 0))
APART(connections, send(client[0], byte, 1, 0), recv(served[1], &(char){ 0 }, 1, 0))

static void watch(int what)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = what };

	epoll_ctl(epoll, EPOLL_CTL_ADD, what, &event);
}

static void wait_for_one(void)
{
	struct epoll_event event;

	while (epoll_wait(epoll, &event, 1, -1) < 0)
		;
}

APART(registrations, watch(other[0]), wait_for_one())

int main(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t bytes = sizeof(address);
	int server = socket(AF_INET, SOCK_STREAM, 0);

	pipe(fd);
	write(fd[1], byte, 2);
	run_two(writers_first, writers_second);
	run_two(readers_first, readers_second);
	socketpair(AF_UNIX, SOCK_STREAM, 0, other);
	write(other[1], byte, 1);
	run_two(pair_back_first, pair_back_second);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(server, (struct sockaddr *)&address, bytes);
	listen(server, 5);
	getsockname(server, (struct sockaddr *)&address, &bytes);
	for (int i = 0; i < 2; i++) {
		client[i] = socket(AF_INET, SOCK_STREAM, 0);
		connect(client[i], (struct sockaddr *)&address, bytes);
		served[i] = accept(server, 0, 0);
		send(served[i], byte, 2, 0);
		send(client[i], byte, 2, 0);
	}
	run_two(connection_back_first, connection_back_second);
	run_two(connections_first, connections_second);

	epoll = epoll_create1(0);
	watch(fd[0]);
	run_two(registrations_first, registrations_second);
	return 0;
}

// CHECK-DAG: {{^ *}}writers_second()
// CHECK-DAG: {{^ *}}readers_second()
// CHECK-DAG: pair_back_second()
// CHECK-DAG: connection_back_second()
// CHECK-DAG: connections_second()
// CHECK-DAG: registrations_second()
// CHECK: Found 6 data race(s)
