/* SPDX-License-Identifier: ISC */
/* Clients that ask for the size of a file again and again. */
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/queries.h"

static struct queries q;

static uint32_t
add(uint32_t client, const char *name)
{
	struct addr a = addr_from_ip4(client);

	return queries_add(&q, &a, name, strlen(name));
}

static void
clear(uint32_t client, const char *name)
{
	struct addr a = addr_from_ip4(client);

	queries_clear(&q, &a, name, strlen(name));
}

START_TEST(in_a_row)
{
	queries_init(&q, 42);
	ck_assert_uint_eq(add(1, "a"), 1);
	ck_assert_uint_eq(add(1, "a"), 2);
	/* Of each client and each file. */
	ck_assert_uint_eq(add(2, "a"), 1);
	ck_assert_uint_eq(add(1, "b"), 1);
	ck_assert_uint_eq(add(1, "a"), 3);
	clear(2, "a");
	clear(3, "never seen");
	ck_assert_uint_eq(add(1, "a"), 4);
	clear(1, "a");
	ck_assert_uint_eq(add(1, "a"), 1);
}
END_TEST

/* More clients than slots: counts may be lost, and are never too high. */
START_TEST(many_clients)
{
	uint32_t i;

	queries_init(&q, 42);
	for (i = 0; i < 10000; i++)
		ck_assert_uint_eq(add(i, "a"), 1);
	for (i = 0; i < 10000; i++)
		ck_assert_uint_le(add(i, "a"), 2);
}
END_TEST

Suite *suite_tftp_queries(void);

Suite *
suite_tftp_queries(void)
{
	Suite *s = suite_create("tftp_queries");
	TCase *t = tcase_create("queries");

	tcase_add_test(t, in_a_row);
	tcase_add_test(t, many_clients);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_tftp_queries)
