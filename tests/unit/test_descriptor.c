/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_descriptor.c - what leads where, as the kernel says.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "descriptor.h"

static bool leads(int from, int to)
{
	return race_descriptor_wires(from).out && race_descriptor_wires(from).out ==
	                                                  race_descriptor_wires(to).in;
}

static void pipes_lead_one_way_each(void **state)
{
	int one[2], two[2];

	(void)state;
	assert_int_equal(pipe(one), 0);
	assert_int_equal(pipe(two), 0);
	assert_true(leads(one[1], one[0]));
	assert_true(leads(one[0], one[1])); /* that the reader is gone */
	assert_false(leads(one[1], two[0]));
	assert_false(leads(one[1], one[1]));
	/* Asked again, the kernel says the same. */
	race_descriptor_changed(one[0]);
	assert_true(leads(one[1], one[0]));
	for (int i = 0; i < 2; i++)
		close(one[i]), close(two[i]);
}

static void files_are_known_by_what_they_are(void **state)
{
	char path[] = "/tmp/race_test_descriptor.XXXXXX";
	int one = mkstemp(path), two = open(path, O_RDONLY), null = open("/dev/null", O_RDWR);

	(void)state;
	assert_true(leads(one, two));
	assert_int_equal(race_descriptor_wires(null).in, 0);
	unlink(path);
	close(one), close(two), close(null);
}

static void what_has_no_name_keeps_its_wire(void **state)
{
	int one = eventfd(0, 0), two = eventfd(0, 0), copy = dup(one);

	(void)state;
	assert_true(leads(one, copy));
	assert_false(leads(one, two));
	close(one);
	assert_true(leads(copy, copy));
	close(two), close(copy);
	one = eventfd(0, 0);
	assert_false(leads(one, copy));
	close(one);
}

/* A socket brings another number for it, which nobody saw made. */
static void passed_on_leads_to_the_same(void **state)
{
	int one = eventfd(0, 0), two = eventfd(0, 0), came = (int)syscall(SYS_dup, two);

	(void)state;
	race_descriptor_wires(one), race_descriptor_wires(two);
	race_descriptor_passed(came);
	assert_true(leads(two, came));
	assert_false(leads(one, came));
	close(one), close(two), close(came);
}

static void connections_are_known_by_their_ends(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t bytes = sizeof(address);
	int server = socket(AF_INET, SOCK_STREAM, 0), client[2], served[2];

	(void)state;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(server, (struct sockaddr *)&address, bytes);
	assert_int_equal(listen(server, 2), 0);
	getsockname(server, (struct sockaddr *)&address, &bytes);
	for (int i = 0; i < 2; i++) {
		client[i] = socket(AF_INET, SOCK_STREAM, 0);
		assert_int_equal(race_descriptor_wires(client[i]).in, 0);
		assert_int_equal(connect(client[i], (struct sockaddr *)&address, bytes), 0);
		served[i] = accept(server, NULL, NULL);
		assert_true(leads(client[i], served[i]));
		assert_true(leads(served[i], client[i]));
		assert_false(leads(client[i], client[i]));
	}
	assert_false(leads(client[0], served[1]));
	for (int i = 0; i < 2; i++)
		close(client[i]), close(served[i]);
	close(server);
}

static void paths_and_ports(void **state)
{
	struct sockaddr one = { .sa_family = AF_UNIX, .sa_data = "/one" }, two = one;
	struct sockaddr_in port = { .sin_family = AF_INET, .sin_port = 5 };

	(void)state;
	memcpy(two.sa_data + 5, "rest", 4); /* behind the path's end */
	assert_int_equal(race_wire_to(&one, sizeof(one), RACE_CONNECT),
	                 race_wire_to(&two, sizeof(two), RACE_CONNECT));
	assert_int_not_equal(race_wire_to(&one, sizeof(one), RACE_CONNECT),
	                     race_wire_to(&one, sizeof(one), RACE_LISTEN));
	two.sa_data[1] = 't';
	assert_int_not_equal(race_wire_to(&one, sizeof(one), RACE_CONNECT),
	                     race_wire_to(&two, sizeof(two), RACE_CONNECT));
	assert_int_equal(race_wire_to(&one, sizeof(sa_family_t), RACE_CONNECT), 0);
	assert_int_not_equal(race_wire_to((struct sockaddr *)&port, sizeof(port), RACE_CONNECT), 0);
	port.sin_port = 0;
	assert_int_equal(race_wire_to((struct sockaddr *)&port, sizeof(port), RACE_CONNECT), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pipes_lead_one_way_each),
		cmocka_unit_test(files_are_known_by_what_they_are),
		cmocka_unit_test(what_has_no_name_keeps_its_wire),
		cmocka_unit_test(passed_on_leads_to_the_same),
		cmocka_unit_test(connections_are_known_by_their_ends),
		cmocka_unit_test(paths_and_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
