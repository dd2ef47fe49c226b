/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_io.c - descriptors that order: data through pipes, sockets, eventfds
 * and files, a number closed and given out again, epoll. And what does not order.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "play.h"

static char byte[8];

/* The player does it; its result, with errno kept where it succeeds. */
#define PLAYS(player, call)                                                            \
	({                                                                             \
		long result_;                                                          \
                                                                                       \
		play_as(player);                                                       \
		errno = 77;                                                            \
		result_ = (long)(call);                                                \
		if (result_ >= 0)                                                      \
			assert_int_equal(errno, 77);                                   \
		play_as(&play_main);                                                   \
		result_;                                                               \
	})

/* a sends, b receives: b knows what a did before. A fresh pair each time. */
#define CHECK(send, receive)                                                           \
	do {                                                                           \
		uint64_t past_;                                                        \
		struct player to_;                                                     \
                                                                                       \
		play_birth(&to_);                                                      \
		past_ = play_word(&a);                                                 \
		assert_true(PLAYS(&a, send) >= 0);                                     \
		assert_false(play_knows(&to_, past_));                                 \
		assert_true(PLAYS(&to_, receive) >= 0);                                \
		assert_true(play_knows(&to_, past_));                                  \
		assert_false(play_knows(&to_, play_word(&a)));                         \
		play_join(&to_);                                                       \
	} while (0)

static const struct iovec part = { byte, 1 };

static void pipes(void **state)
{
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	CHECK(write(fd[1], byte, 1), read(fd[0], byte, 1));
	CHECK(writev(fd[1], &part, 1), readv(fd[0], &part, 1));
	close(fd[0]);
	close(fd[1]);
	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	CHECK(write(fd[1], byte, 1), read(fd[0], byte, 1));
	CHECK(close(fd[1]), read(fd[0], byte, 1)); /* the end of the data is news, too */
	close(fd[0]);
}

static void sockets_both_ways(void **state)
{
	struct msghdr message = { .msg_iov = (struct iovec *)&part, .msg_iovlen = 1 };
	int fd[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	CHECK(write(fd[0], byte, 1), read(fd[1], byte, 1));
	CHECK(send(fd[1], byte, 1, 0), recv(fd[0], byte, 1, 0));
	CHECK(sendto(fd[0], byte, 1, 0, NULL, 0), recvfrom(fd[1], byte, 1, 0, NULL, NULL));
	CHECK(sendmsg(fd[1], &message, 0), recvmsg(fd[0], &message, 0));
	close(fd[0]);
	close(fd[1]);
}

static void eventfds_and_files(void **state)
{
	char path[] = "/tmp/race_test_io.XXXXXX";
	int fd = eventfd(0, 0);
	eventfd_t value;

	(void)state;
	CHECK(eventfd_write(fd, 1), eventfd_read(fd, &value));
	memcpy(byte, &(uint64_t){ 1 }, 8);
	CHECK(write(fd, byte, 8), read(fd, byte, 8));
	close(fd);
	fd = mkstemp(path);
	unlink(path);
	CHECK(pwrite(fd, byte, 1, 0), pread(fd, byte, 1, 0));
	close(fd);
}

static void other_descriptors_order_nothing(void **state)
{
	uint64_t past = play_word(&a);
	int one[2], two[2];

	(void)state;
	assert_int_equal(pipe(one), 0);
	assert_int_equal(pipe(two), 0);
	PLAYS(&a, write(one[1], byte, 1));
	PLAYS(&d, write(two[1], byte, 1));
	PLAYS(&b, read(two[0], byte, 1));
	assert_false(play_knows(&b, past));
	PLAYS(&c, write(one[1], byte, 1)); /* writers do not order each other */
	assert_false(play_knows(&c, past));
	for (int i = 0; i < 2; i++) {
		close(one[i]);
		close(two[i]);
	}
}

static void failed_read_teaches_nothing(void **state)
{
	uint64_t past = play_word(&a);
	int fd[2];

	(void)state;
	assert_int_equal(pipe2(fd, O_NONBLOCK), 0);
	PLAYS(&a, write(fd[1], byte, 1));
	PLAYS(&c, read(fd[0], byte, 1));
	assert_int_equal(PLAYS(&b, read(fd[0], byte, 1)), -1);
	assert_int_equal(errno, EAGAIN);
	assert_false(play_knows(&b, past));
	close(fd[0]);
	close(fd[1]);
}

/* Who gets the number comes after who gave it back; the old partner is no more. */
static void number_given_out_again(void **state)
{
	int fd[2], again, other;
	uint64_t past;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	past = play_word(&a);
	PLAYS(&a, close(fd[0]));
	again = (int)PLAYS(&b, open("/dev/null", O_RDONLY));
	assert_int_equal(again, fd[0]);
	assert_true(play_knows(&b, past));
	PLAYS(&a, close(fd[1]));
	other = (int)PLAYS(&b, eventfd(0, EFD_NONBLOCK));
	assert_int_equal(other, fd[1]);
	past = play_word(&a);
	memcpy(byte, &(uint64_t){ 1 }, 8);
	PLAYS(&a, write(other, byte, 8));
	PLAYS(&c, read(again, byte, 1));
	assert_false(play_knows(&c, past));
	PLAYS(&c, read(other, byte, 8));
	assert_true(play_knows(&c, past));
	close(again);
	close(other);
}

#define OPENED(call)                                                                   \
	do {                                                                           \
		int fd_ = dup(2), got_;                                                \
		uint64_t past_ = play_word(&a);                                        \
		struct player next_;                                                   \
                                                                                       \
		play_birth(&next_);                                                    \
		PLAYS(&a, close(fd_));                                                 \
		got_ = (int)PLAYS(&next_, call);                                       \
		assert_int_equal(got_, fd_);                                           \
		assert_true(play_knows(&next_, past_));                                \
		play_join(&next_);                                                     \
		close(got_);                                                           \
	} while (0)

static void every_way_to_get_a_number(void **state)
{
	(void)state;
	OPENED(open("/dev/null", O_RDONLY));
	OPENED(dup(0));
	OPENED(socket(AF_UNIX, SOCK_STREAM, 0));
	OPENED(eventfd(0, 0));
	OPENED(epoll_create1(0));
}

/* A duplicate is the same pipe. */
static void duplicates_are_the_same_object(void **state)
{
	int fd[2], copy;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	copy = dup(fd[1]);
	CHECK(write(copy, byte, 1), read(fd[0], byte, 1));
	close(copy);
	close(fd[0]);
	close(fd[1]);
}

static void epoll_orders_what_was_registered(void **state)
{
	struct epoll_event event = { .events = EPOLLIN }, got;
	int epoll = epoll_create1(0), fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], byte, 1), 1);
	CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd[0], &event), epoll_wait(epoll, &got, 1, 0));
	CHECK(epoll_ctl(epoll, EPOLL_CTL_MOD, fd[0], &event),
	      epoll_pwait(epoll, &got, 1, 0, NULL));
	close(epoll);
	close(fd[0]);
	close(fd[1]);
}

static void modes_and_errors_come_through(void **state)
{
	char path[] = "/tmp/race_test_io.XXXXXX", name[64];
	struct { int fd; } file = { mkstemp(path) };

	(void)state;
	close(file.fd);
	unlink(path);
	snprintf(name, sizeof(name), "%s", path);
	file.fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0400);
	assert_true(file.fd >= 0);
	close(file.fd);
	assert_int_equal(open(name, O_CREAT | O_EXCL | O_WRONLY, 0400), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(access(name, R_OK), 0);
	unlink(name);
	assert_int_equal(close(-1), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(read(-1, byte, 1), -1);
	assert_int_equal(errno, EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(pipes),
		PLAY_TEST(sockets_both_ways),
		PLAY_TEST(eventfds_and_files),
		PLAY_TEST(other_descriptors_order_nothing),
		PLAY_TEST(failed_read_teaches_nothing),
		PLAY_TEST(number_given_out_again),
		PLAY_TEST(every_way_to_get_a_number),
		PLAY_TEST(duplicates_are_the_same_object),
		PLAY_TEST(epoll_orders_what_was_registered),
		PLAY_TEST(modes_and_errors_come_through),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
