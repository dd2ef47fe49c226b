// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A buffer is another thread's as soon as what was in it has arrived: what is sent is read
// before that, and what is received is written behind, be it through a descriptor or a
// stream.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t

#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WAYS = 7, BYTES = 16 };
static int there[WAYS][2], back[2];
static FILE *stream;
static char buffer[WAYS][BYTES], word[] = "a line of text\n";

static void *sender(void *unused)
{
	char answer;

	for (int way = 0; way < WAYS; way++) {
		struct iovec parts[2] = { { buffer[way], 8 }, { buffer[way] + 8, 8 } };
		struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

		memset(buffer[way], 'x', BYTES);
		memcpy(buffer[way], word, sizeof(word));
		switch (way) {
		case 0:
			write(there[0][1], buffer[0], BYTES);
			break;
		case 1:
			send(there[1][1], buffer[1], BYTES, 0);
			break;
		case 2:
			writev(there[2][1], parts, 2);
			break;
		case 3:
			sendmsg(there[3][1], &message, 0);
			break;
		case 4:
			fwrite(buffer[4], 1, BYTES, stream);
			break;
		case 5:
			fputs(buffer[5], stream);
			break;
		default:
			fprintf(stream, "%.5s %s", "five characters", buffer[way]);
		}
		if (way >= 4)
			fflush(stream);
		read(back[0], &answer, 1);
		if (buffer[way][0] != 'y')
			abort();
	}
	return unused;
}

static void *receiver(void *unused)
{
	for (int way = 0; way < WAYS; way++) {
		char got[64];
		struct pollfd one = { .fd = there[way > 4 ? 4 : way][0], .events = POLLIN };

		poll(&one, 1, -1);
		if (read(one.fd, got, sizeof(got)) <= 0)
			abort();
		memset(buffer[way], 'y', BYTES);
		write(back[1], "!", 1);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int way = 0; way < WAYS; way++)
		socketpair(AF_UNIX, SOCK_STREAM, 0, there[way]);
	pipe(back);
	stream = fdopen(there[4][1], "w");
	pthread_create(&threads[0], 0, sender, 0);
	pthread_create(&threads[1], 0, receiver, 0);
	pthread_join(threads[0], 0);
	pthread_join(threads[1], 0);
	return 0;
}
