/* SPDX-License-Identifier: ISC */
/* The lease store: what becomes of a row. */
#include <string.h>
#include <unistd.h>

#include "leased/store_sqlite.h"
#include "tests/unit/store_case.h"

START_TEST(test_round_trip)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct lease l = lease(0xc0a80132, 7), got;
	struct rows rows;

	if (_i == 1)
		ck_assert_int_eq(addr_parse(&l.addr, "2001:db8::50"), 0);

	l.idlen = 3;
	memcpy(l.id, "\x01\x00\xff", 3);
	l.expiry_s = LEASE_NEVER;
	ck_assert_int_eq(put(s, &l), STORE_OK);
	s->ops->close(s);

	s = must_serve(&o);
	ck_assert_uint_eq(o.rows, 1);
	ck_assert_uint_eq(o.unreadable, 0);
	rows = load_all(s, 10);
	got = rows.last;
	ck_assert_uint_eq(rows.n, 1);
	ck_assert_mem_eq(&got, &l, sizeof(l));
	s->ops->close(s);
}
END_TEST

/* A lease whose fields are as large as they may be. */
START_TEST(test_limits)
{
	struct store *s = serve_store();
	struct lease l = lease(UINT32_MAX, 7), got;

	l.state = LEASE_STATE_MAX - 1;
	l.hwtype = UINT8_MAX;
	l.hwlen = LEASE_HW_MAX;
	l.idlen = LEASE_ID_MAX;
	memset(l.id, 0xff, sizeof(l.id));
	memset(l.name, 'x', LEASE_NAME_MAX - 1);
	l.start_s = l.expiry_s = INT64_MAX;
	l.relay = addr_from_ip4(UINT32_MAX);
	ck_assert_int_eq(put(s, &l), STORE_OK);
	got = load_all(s, 10).last;
	ck_assert_mem_eq(&got, &l, sizeof(l));
	s->ops->close(s);
}
END_TEST

/* The same bytes are other addresses, and IPv4 comes first. */
START_TEST(test_families)
{
	static const char *const texts[] = { "1.2.3.4", "255.255.255.255",
		"102:304::", "2001:db8::1", "2001:db8::2", "ffff:ffff::ffff" };
	const size_t n = sizeof(texts) / sizeof(texts[0]);
	struct store *s = serve_store();
	struct rows rows;
	struct lease l;
	size_t i;

	for (i = 0; i < n; i++) {
		l = lease(1, (uint8_t)i);
		ck_assert_int_eq(addr_parse(&l.addr, texts[n - 1 - i]), 0);
		ck_assert_int_eq(put(s, &l), STORE_OK);
	}
	for (i = 1; i <= n; i++)
		ck_assert_uint_eq(load_all(s, i).n, n);
	rows = load_all(s, 2);
	ck_assert_int_eq(addr_parse(&l.addr, texts[n - 1]), 0);
	ck_assert_int_eq(addr_compare(&rows.last.addr, &l.addr), 0);
	l.hw[0] = 6;
	ck_assert_int_eq(put(s, &l), STORE_REFUSED);
	s->ops->close(s);
}
END_TEST

/* A longer key follows the one that it begins with, as in SQLite. */
START_TEST(test_key_order)
{
	static const struct store_key keys[] = { { INT64_MIN, 0, { 0 } },
		{ 0, 0, { 0 } }, { 4, 0, { 0 } }, { 4, 1, { 0 } },
		{ 4, 2, { 0 } }, { 4, 1, { 1 } }, { 4, 4, { 1 } },
		{ 4, 4, { 255 } }, { 6, 1, { 0 } } };
	size_t i, j;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		for (j = 0; j < sizeof(keys) / sizeof(keys[0]); j++) {
			int order = store_key_compare(&keys[i], &keys[j]);

			ck_assert_int_eq(order < 0, i < j);
			ck_assert_int_eq(order == 0, i == j);
		}
}
END_TEST

START_TEST(test_one_row_an_address)
{
	struct store *s = serve_store();
	struct lease a = lease(0x0a000001, 1), b = lease(0x0a000001, 2);

	ck_assert_int_eq(put(s, &a), STORE_OK);
	ck_assert_int_eq(put(s, &b), STORE_REFUSED);
	ck_assert_str_eq(s->why, "another client holds this address");
	a.state = LEASE_RELEASED;
	ck_assert_int_eq(put(s, &a), STORE_OK);
	ck_assert_int_eq(put(s, &b), STORE_OK);
	ck_assert_uint_eq(load_all(s, 10).n, 1);
	ck_assert_uint_eq(load_all(s, 10).last.hw[5], 2);
	s->ops->close(s);
}
END_TEST

START_TEST(test_taken)
{
	struct lease a = lease(1, 1), b = lease(1, 2);

	ck_assert(store_taken(&a, &b));
	b.start_s = a.expiry_s; /* just over */
	ck_assert(!store_taken(&a, &b));
	b.start_s = a.expiry_s - 1;
	ck_assert(store_taken(&a, &b));
	b.state = LEASE_DECLINED;
	ck_assert(!store_taken(&a, &b));
	b.state = LEASE_BOUND;
	a.state = LEASE_RELEASED;
	ck_assert(!store_taken(&a, &b));
	a.state = LEASE_BOUND;
	a.idlen = b.idlen = 2; /* another card, the same identifier */
	ck_assert(!store_taken(&a, &b));
	a.id[1] = 1;
	ck_assert(store_taken(&a, &b));
	b.hw[5] = 1; /* the same card, another identifier */
	ck_assert(!store_taken(&a, &b));
	b.hwtype = 6;
	ck_assert(store_taken(&a, &b));
	a.hwlen = b.hwlen = 0; /* nothing but the identifier */
	ck_assert(store_taken(&a, &b));
}
END_TEST

START_TEST(test_unfit)
{
	struct store *s = serve_store();
	struct lease good = lease(0x0a000001, 1), bad = lease(0x0a000002, 2);

	/* What the table refuses spoils nothing else of its batch. */
	bad.start_s = UINT64_MAX;
	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	ck_assert_int_eq(s->ops->put(s, &bad), STORE_REFUSED);
	ck_assert_int_eq(s->ops->put(s, &good), STORE_OK);
	ck_assert_int_eq(s->ops->commit(s), STORE_OK);
	ck_assert_uint_eq(load_all(s, 10).n, 1);
	s->ops->close(s);
}
END_TEST

START_TEST(test_rollback)
{
	struct store *s = serve_store();
	struct lease l = lease(0x0a000001, 1);

	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	ck_assert_int_eq(s->ops->put(s, &l), STORE_OK);
	ck_assert_int_eq(s->ops->rollback(s), STORE_OK);
	ck_assert_int_eq(s->ops->rollback(s), STORE_OK);
	ck_assert_uint_eq(load_all(s, 10).n, 0);
	s->ops->close(s);
}
END_TEST

static void
put_at(struct store *s, uint32_t addr, uint64_t start_s, uint64_t expiry_s,
    enum store_result want)
{
	struct lease l = lease(addr, (uint8_t)addr);

	l.start_s = start_s;
	l.expiry_s = expiry_s;
	ck_assert_int_eq(put(s, &l), want);
}

/* The next dhcpd could not load more; those that have ended make room. */
START_TEST(test_full)
{
	struct store *s = serve_store();
	struct store_sqlite *q = store_sqlite_of(s);
	struct lease l = lease(9, 9);
	struct rows rows;

	put_at(s, 1, 1000, 2000, STORE_OK);
	put_at(s, 2, 1000, 2001, STORE_OK);
	put_at(s, 3, 1000, 3000, STORE_OK);
	put_at(s, 4, 1000, LEASE_NEVER, STORE_OK);
	ck_assert_uint_eq(q->rows, 4);
	q->rows = LEASES_MAX;
	/* A known address takes no other place. */
	put_at(s, 4, 2002, LEASE_NEVER, STORE_OK);
	ck_assert_uint_eq(load_all(s, 10).n, 4);
	l.start_s = 2002;
	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	ck_assert_int_eq(s->ops->put(s, &l), STORE_OK);
	ck_assert_int_eq(s->ops->rollback(s), STORE_OK);
	ck_assert_uint_eq(q->rows, LEASES_MAX);
	ck_assert_uint_eq(load_all(s, 10).n, 4);
	put_at(s, 5, 2002, 3000, STORE_OK);
	ck_assert_uint_eq(q->rows, LEASES_MAX - 1);
	rows = load_all(s, 10);
	ck_assert_uint_eq(rows.n, 3);
	ck_assert_uint_eq(lease_ip4(&rows.last), 5);
	s->ops->close(s);
}
END_TEST

/* None has ended: this is not looked for at each new address. */
START_TEST(test_all_in_use)
{
	struct store *s = serve_store();
	struct store_sqlite *q = store_sqlite_of(s);

	put_at(s, 1, 1000, 2000, STORE_OK);
	q->rows = LEASES_MAX;
	put_at(s, 2, 1500, 2000, STORE_REFUSED);
	ck_assert_str_eq(s->why,
	    "the store is full: 1000000 addresses have leases that have not ended; use shorter leases");
	put_at(s, 2, 2500, 3000, STORE_REFUSED);
	put_at(s, 1, 1500, 3000, STORE_OK);
	ck_assert_uint_eq(load_all(s, 10).n, 1);
	q->full_ms = 1; /* long ago */
	put_at(s, 2, 3500, 4000, STORE_OK);
	ck_assert_uint_eq(load_all(s, 10).n, 1);
	s->ops->close(s);
}
END_TEST

/* A database of another source has more than dhcpd loads. */
START_TEST(test_too_many)
{
	struct store_cursor cur = { .rows = LEASES_MAX - 2 };
	struct store *s = serve_store();
	struct rows rows = { .n = 0 };
	struct lease l;
	uint32_t i;

	for (i = 1; i <= 5; i++) {
		l = lease(i, 1);
		ck_assert_int_eq(put(s, &l), STORE_OK);
	}
	ck_assert_int_eq(s->ops->load(s, &cur, 5, row, &rows), STORE_OK);
	ck_assert(cur.done);
	ck_assert_uint_eq(rows.n, 2);
	s->ops->close(s);
}
END_TEST

START_TEST(test_slices)
{
	struct store *s = serve_store();
	uint32_t i;

	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	for (i = 0; i < 1000; i++) {
		struct lease l = lease(UINT32_MAX - i, 1);

		ck_assert_int_eq(s->ops->put(s, &l), STORE_OK);
	}
	ck_assert_int_eq(s->ops->commit(s), STORE_OK);
	ck_assert_uint_eq(load_all(s, 1).n, 1000);
	ck_assert_uint_eq(load_all(s, 7).n, 1000);
	ck_assert_uint_eq(load_all(s, 1000).n, 1000);
	s->ops->close(s);
}
END_TEST

/* What takes a step for each pair of rows does not end in time. */
START_TEST(test_many)
{
	const uint32_t many = 100000;
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct rows rows;
	struct lease l;
	uint32_t i;

	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	for (i = 0; i < many; i++) {
		l = lease(1 + i, (uint8_t)i);
		if (i % 2 == 0)
			l.state = LEASE_RELEASED;
		if (s->ops->put(s, &l) != STORE_OK)
			ck_abort_msg("%s", s->why);
	}
	ck_assert_int_eq(s->ops->commit(s), STORE_OK);
	ck_assert_int_eq(s->ops->tidy(s), STORE_OK);
	rows = load_all(s, 256);
	ck_assert_uint_eq(rows.n, many);
	/* One batch among all of them. */
	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	for (i = 0; i < 512; i++) {
		l = lease(1 + i * 190, (uint8_t)(i * 190));
		l.expiry_s = 9000;
		if (s->ops->put(s, &l) != STORE_OK)
			ck_abort_msg("%s", s->why);
	}
	ck_assert_int_eq(s->ops->commit(s), STORE_OK);
	s->ops->close(s);
	s = must_open(&o);
	s->ops->close(s);
	ck_assert_uint_eq(o.rows, many);
}
END_TEST

/* Those that ended first go, at this size with what the filter allows. */
START_TEST(test_full_of_many)
{
	const uint32_t many = 30000;
	struct store *s = serve_store();
	struct rows rows;
	struct lease l;
	uint32_t i;

	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	for (i = 1; i <= many; i++) {
		l = lease(i, 1);
		l.expiry_s = 2000 + many - i;
		if (s->ops->put(s, &l) != STORE_OK)
			ck_abort_msg("%s", s->why);
	}
	ck_assert_int_eq(s->ops->commit(s), STORE_OK);
	store_sqlite_of(s)->rows = LEASES_MAX;
	put_at(s, many + 1, 2000 + many, 3000 + many, STORE_OK);
	rows = load_all(s, 256);
	ck_assert_uint_eq(rows.n, many - 10000 + 1);
	ck_assert_uint_eq(lease_ip4(&rows.last), many + 1);
	s->ops->close(s);
}
END_TEST

START_TEST(test_unreadable_rows)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct lease l = lease(10, 1);

	ck_assert_int_eq(put(s, &l), STORE_OK);
	s->ops->close(s);
	edit(
	    "PRAGMA ignore_check_constraints = ON;"
	    "INSERT INTO lease VALUES (4, x'00000001', 9, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'00000002', 0, 300, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'00000003', 0, 1, zeroblob(17), NULL, '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'00000004', 0, 1, x'00', zeroblob(256), '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'00000005', 0, 1, x'00', NULL, CAST(x'410042' AS TEXT), 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'00000006', 0, 1, x'00', NULL, '', -1, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'00000007', 0, 1, x'00', NULL, '', 0, -1, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'00000000', 0, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'0000000100', 0, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'00000008', 0, 1, x'00', NULL, hex(zeroblob(200)), 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'00000009', 0, 1, x'00', x'', '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'', 0, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (5, x'00000001', 0, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (-1, x'00000001', 0, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (6, x'00000001', 0, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (6, zeroblob(16), 0, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (6, zeroblob(64), 0, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL);"
	    "INSERT INTO lease VALUES (4, x'0000000c', 0, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, x'0a0100');");
	s = must_serve(&o);
	ck_assert_uint_eq(o.rows, 1);
	ck_assert_uint_eq(o.unreadable, 18);
	ck_assert_uint_eq(load_all(s, 3).n, 1);
	/* They do not stand in the way of a good one. */
	l = lease(3, 1);
	ck_assert_int_eq(put(s, &l), STORE_OK);
	ck_assert_uint_eq(load_all(s, 3).n, 2);
	s->ops->close(s);
}
END_TEST

Suite *suite_store(void);

Suite *
suite_store(void)
{
	Suite *s = suite_create("store");
	TCase *tc = tcase_create("rows");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, test_round_trip, 0, 2);
	tcase_add_test(tc, test_limits);
	tcase_add_test(tc, test_families);
	tcase_add_test(tc, test_key_order);
	tcase_add_test(tc, test_one_row_an_address);
	tcase_add_test(tc, test_taken);
	tcase_add_test(tc, test_unfit);
	tcase_add_test(tc, test_rollback);
	tcase_add_test(tc, test_full);
	tcase_add_test(tc, test_all_in_use);
	tcase_add_test(tc, test_too_many);
	tcase_add_test(tc, test_slices);
	tcase_add_test(tc, test_many);
	tcase_add_test(tc, test_full_of_many);
	tcase_add_test(tc, test_unreadable_rows);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return s;
}

/* SQLite changes the owner of its files where it is root. */
UNIT_MAIN_ALSO(suite_store, SCMP_SYS(fchown))
