/* SPDX-License-Identifier: ISC */
/* The pool of sessions. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/table.h"

static struct endpoint
host(uint8_t n, uint16_t port)
{
	struct endpoint e = { .addr = { 4, { 10, 0, 0, n } }, .port = port };

	return e;
}

START_TEST(take_find_release)
{
	struct endpoint c = host(2, 2070), l = host(1, 0), l2 = host(3, 0);
	struct session_table t;
	struct session *s, *s2;
	uint32_t id;

	session_table_init(&t, 42);
	ck_assert_ptr_null(session_table_find(&t, &c, &l));
	ck_assert_ptr_null(session_table_take(&t, &c, &l));
	ck_assert_int_eq(session_table_grow(&t, 2), 0);
	s = session_table_take(&t, &c, &l);
	ck_assert_ptr_nonnull(s);
	ck_assert_int_eq(s->data.sock, -1);
	ck_assert_int_eq(s->data.file, -1);
	ck_assert_ptr_eq(session_table_find(&t, &c, &l), s);
	/* The same client, but another address of ours. */
	ck_assert_ptr_null(session_table_find(&t, &c, &l2));
	s2 = session_table_take(&t, &c, &l2);
	ck_assert_ptr_eq(session_table_find(&t, &c, &l2), s2);
	ck_assert_ptr_null(session_table_take(&t, &c, &l2));
	id = session_id(s);
	ck_assert_uint_ne(id, 0);
	ck_assert_ptr_eq(session_table_by_id(&t, id), s);
	session_table_release(&t, s);
	ck_assert_ptr_null(session_table_by_id(&t, id));
	ck_assert_ptr_null(session_table_find(&t, &c, &l));
	/* The same place has another id the next time. */
	s = session_table_take(&t, &c, &l);
	ck_assert_uint_ne(session_id(s), id);
	ck_assert_ptr_null(session_table_by_id(&t, id));
	ck_assert_ptr_null(session_table_by_id(&t, 0xffffffff));
	ck_assert_ptr_null(session_table_by_id(&t, 0));
	session_table_free(&t);
}
END_TEST

START_TEST(ids_wrap)
{
	struct endpoint c = host(2, 2070), l = host(1, 0);
	struct session_table t;
	struct session *s;
	int i;

	session_table_init(&t, 42);
	ck_assert_int_eq(session_table_grow(&t, 1), 0);
	for (i = 0; i < 70000; i++) {
		s = session_table_take(&t, &c, &l);
		if (session_id(s) == 0)
			ck_abort_msg("id 0 after %d uses", i);
		session_table_release(&t, s);
	}
	session_table_free(&t);
}
END_TEST

START_TEST(resized)
{
	struct endpoint l = host(1, 0);
	struct session_table t;
	struct session *s[200];
	int i;

	session_table_init(&t, 7);
	ck_assert_int_eq(session_table_grow(&t, 50), 0);
	for (i = 0; i < 50; i++) {
		struct endpoint c = host(2, (uint16_t)(1000 + i));

		s[i] = session_table_take(&t, &c, &l);
		ck_assert_ptr_nonnull(s[i]);
	}
	ck_assert_int_eq(session_table_grow(&t, 200), 0);
	for (i = 50; i < 200; i++) {
		struct endpoint c = host(2, (uint16_t)(1000 + i));

		s[i] = session_table_take(&t, &c, &l);
		ck_assert_ptr_nonnull(s[i]);
	}
	for (i = 0; i < 200; i++) {
		struct endpoint c = host(2, (uint16_t)(1000 + i));

		ck_assert_ptr_eq(session_table_find(&t, &c, &l), s[i]);
		ck_assert_ptr_eq(
		    session_table_by_id(&t, session_id(s[i])), s[i]);
	}
	ck_assert_ptr_null(session_table_take(&t, &l, &l));
	ck_assert_int_eq(session_table_grow(&t, 100), 0);
	ck_assert_uint_eq(t.npool, 200);
	session_table_free(&t);
}
END_TEST

/*
 * Of sessions that were made for a configuration that failed, none is taken
 * while there are no more than the present one allows: their event is missing.
 */
START_TEST(the_first_are_taken_first)
{
	struct endpoint l = host(1, 0);
	struct session_table t;
	struct session *s[20];
	int i, round;

	session_table_init(&t, 7);
	ck_assert_int_eq(session_table_grow(&t, 20), 0);
	ck_assert_int_eq(session_table_grow(&t, 1000), 0);
	for (round = 0; round < 5; round++) {
		for (i = 0; i < 20; i++) {
			struct endpoint c = host(2, (uint16_t)(1000 + i));

			s[i] = session_table_take(&t, &c, &l);
			ck_assert_uint_lt(s[i]->index, 20);
		}
		/* In any order. */
		for (i = 0; i < 20; i++)
			session_table_release(&t, s[(i * 7 + round) % 20]);
	}
	for (i = 0; i < 21; i++) {
		struct endpoint c = host(2, (uint16_t)(1000 + i));

		ck_assert_uint_lt(session_table_take(&t, &c, &l)->index, 21);
	}
	session_table_free(&t);
}
END_TEST

Suite *suite_tftp_table(void);

Suite *
suite_tftp_table(void)
{
	Suite *s = suite_create("tftp_table");
	TCase *tc = tcase_create("table");

	tcase_add_test(tc, take_find_release);
	tcase_add_test(tc, ids_wrap);
	tcase_add_test(tc, resized);
	tcase_add_test(tc, the_first_are_taken_first);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_table)
