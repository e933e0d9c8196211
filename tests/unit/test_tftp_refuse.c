/* SPDX-License-Identifier: ISC */
/* Refusals wait for their socket, each under an id of its own. */
#include "tests/unit/unit.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tftpd/refuse.h"

static const char refusal[] = "\0\5\0\2writing is not allowed";

START_TEST(leaves_when_the_socket_comes)
{
	uint32_t id = refuse_hold(refusal, sizeof(refusal), 1000);
	char got[256];
	int pair[2];

	ck_assert_uint_ne(id, 0);
	ck_assert(refuse_id(id));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	ck_assert(refuse_send(id, pair[0]));
	ck_assert_int_eq(
	    recv(pair[1], got, sizeof(got), MSG_DONTWAIT), sizeof(refusal));
	ck_assert_mem_eq(got, refusal, sizeof(refusal));
	/* Once only. */
	ck_assert(!refuse_send(id, pair[0]));
	ck_assert_int_eq(recv(pair[1], got, sizeof(got), MSG_DONTWAIT), -1);
	(void)close(pair[0]);
	(void)close(pair[1]);
}
END_TEST

START_TEST(ends_without_a_socket)
{
	uint32_t id = refuse_hold(refusal, sizeof(refusal), 1000);

	ck_assert(refuse_send(id, -1));
	ck_assert(!refuse_send(id, -1));
}
END_TEST

START_TEST(slots_are_bounded_and_come_back)
{
	uint32_t id[REFUSE_SLOTS], late;
	int i, k;

	for (i = 0; i < REFUSE_SLOTS; i++) {
		id[i] = refuse_hold(refusal, sizeof(refusal), 5000);
		ck_assert_uint_ne(id[i], 0);
		for (k = 0; k < i; k++)
			ck_assert_uint_ne(id[i], id[k]);
	}
	ck_assert_uint_eq(refuse_hold(refusal, sizeof(refusal), 5001), 0);
	/* What the parent never answered is given up at last ... */
	late = refuse_hold(refusal, sizeof(refusal), 5000 + REFUSE_MS);
	ck_assert_uint_ne(late, 0);
	/* ... and an answer to it is not taken for the new one's. */
	ck_assert(!refuse_send(id[0], -1));
	ck_assert(refuse_send(late, -1));
	for (i = 1; i < REFUSE_SLOTS; i++)
		ck_assert(refuse_send(id[i], -1));
}
END_TEST

/* A parent that stands still answers all of them in the end. */
START_TEST(an_old_one_waits_while_there_is_room)
{
	uint32_t id = refuse_hold(refusal, sizeof(refusal), 1000);
	uint32_t later =
	    refuse_hold(refusal, sizeof(refusal), 1000 + REFUSE_MS);

	ck_assert(refuse_send(later, -1));
	ck_assert(refuse_send(id, -1));
}
END_TEST

/* And who must go is the one that has waited for longest. */
START_TEST(the_oldest_goes_first)
{
	uint32_t id[REFUSE_SLOTS];
	int i;

	for (i = 0; i < REFUSE_SLOTS; i++)
		id[i] = refuse_hold(refusal, sizeof(refusal), 5000);
	ck_assert(refuse_send(id[0], -1));
	id[0] = refuse_hold(refusal, sizeof(refusal), 5001);
	ck_assert_uint_ne(
	    refuse_hold(refusal, sizeof(refusal), 6000 + REFUSE_MS), 0);
	ck_assert(refuse_send(id[0], -1));
	ck_assert(!refuse_send(id[1], -1));
	ck_assert(refuse_send(id[2], -1));
}
END_TEST

START_TEST(not_its_ids)
{
	uint32_t id = refuse_hold(refusal, sizeof(refusal), 1000);

	ck_assert(!refuse_id(0));
	ck_assert(!refuse_id(SESSION_TABLE_MAX - 1));
	ck_assert(!refuse_send(id + 0x10000, -1));
	ck_assert(!refuse_send(id | 0xff, -1));
	ck_assert_uint_eq(refuse_hold(refusal, 4096, 1000), 0);
	ck_assert(refuse_send(id, -1));
}
END_TEST

Suite *suite_tftp_refuse(void);

Suite *
suite_tftp_refuse(void)
{
	Suite *s = suite_create("tftp_refuse");
	TCase *tc = tcase_create("refuse");

	tcase_add_test(tc, leaves_when_the_socket_comes);
	tcase_add_test(tc, ends_without_a_socket);
	tcase_add_test(tc, slots_are_bounded_and_come_back);
	tcase_add_test(tc, an_old_one_waits_while_there_is_room);
	tcase_add_test(tc, the_oldest_goes_first);
	tcase_add_test(tc, not_its_ids);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests are the client at the other end. */
UNIT_MAIN_ALSO(suite_tftp_refuse, SCMP_SYS(socketpair))
