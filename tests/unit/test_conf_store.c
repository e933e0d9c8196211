/* SPDX-License-Identifier: ISC */
/* The parent's copy of a configuration, whose lease file it exchanges. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/parent_conf.h"

#define LONG_NAME                                                          \
	"/srv/a-folder-with-a-name-that-is-longer-than-the-one-before-it/" \
	"leases.db"

/* A range, the lease file, TFTP, and another range. */
static struct conf *
conf_with_store(const char *path)
{
	struct conf *c = conf_new(1);
	struct record rec;

	ck_assert_ptr_nonnull(c);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.start = rec.u.range.end = 0x0a000001;
	rec.u.range.lease_s = 600;
	parent_conf_add(c, &rec);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_STORE;
	(void)snprintf(rec.u.store.path, sizeof(rec.u.store.path), "%s", path);
	parent_conf_add(c, &rec);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_TFTP;
	rec.u.tftp.enabled = true;
	rec.u.tftp.max = 50;
	(void)snprintf(rec.u.tftp.root, sizeof(rec.u.tftp.root), "/srv");
	parent_conf_add(c, &rec);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.start = rec.u.range.end = 0x0a000002;
	rec.u.range.lease_s = 600;
	parent_conf_add(c, &rec);
	return c;
}

/* What the roles are sent. */
static void
check(const struct conf *c, const char *path, uint32_t max)
{
	static const uint8_t kinds[] = { RECORD_RANGE, RECORD_STORE,
		RECORD_TFTP, RECORD_RANGE };
	struct conf_record r;
	struct record rec;
	struct reader in;
	size_t at = 0, i;

	for (i = 0; i < sizeof(kinds); i++) {
		ck_assert(conf_next_record(c, &at, &r));
		reader_init(&in, r.data, r.len);
		ck_assert_int_eq(record_decode(&in, &rec), 0);
		ck_assert_uint_eq(rec.kind, kinds[i]);
		if (rec.kind == RECORD_STORE)
			ck_assert_str_eq(rec.u.store.path, path);
		if (rec.kind == RECORD_TFTP)
			ck_assert_uint_eq(rec.u.tftp.max, max);
		if (rec.kind == RECORD_RANGE)
			ck_assert_uint_eq(rec.u.range.start,
			    i == 0 ? 0x0a000001 : 0x0a000002);
	}
	ck_assert(!conf_next_record(c, &at, &r));
	ck_assert_str_eq(c->store.path, path);
}

START_TEST(longer_and_shorter)
{
	static const char *const paths[] = { LONG_NAME, "/a",
		"/srv/leases.db" };
	struct conf *c = conf_with_store("/srv/leases.db"), *copy;
	uint32_t max = 50;
	size_t i;

	check(c, "/srv/leases.db", max);
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		ck_assert_int_eq(conf_set_store(c, paths[i]), 0);
		check(c, paths[i], max);
		/* The TFTP record behind it is found as before. */
		ck_assert_int_eq(conf_set_tftp_max(c, --max), 0);
		check(c, paths[i], max);
		/* A copy can be changed as well. */
		copy = conf_copy(c, 2);
		ck_assert_ptr_nonnull(copy);
		check(copy, paths[i], max);
		ck_assert_int_eq(conf_set_store(copy, "/copy"), 0);
		check(copy, "/copy", max);
		ck_assert_int_eq(copy->import_fd, -1);
		conf_free(copy);
	}
	conf_free(c);
}
END_TEST

Suite *suite_conf_store(void);

Suite *
suite_conf_store(void)
{
	Suite *s = suite_create("conf_store");
	TCase *t = tcase_create("store");

	tcase_add_test(t, longer_and_shorter);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_store)
