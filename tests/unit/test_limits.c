/* SPDX-License-Identifier: ISC */
/* How many transfers there are descriptors for. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "daemon/record.h"
#include "priv/limits.h"
#include "tests/unit/parent_conf.h"
#include "tests/unit/said.h"

START_TEST(transfers)
{
	static const struct {
		uint32_t max;
		uint64_t fds;
		uint32_t want;
	} t[] = {
		{ 50, 1024, 50 },
		{ 1000, 524288, 1000 },
		{ 65280, 1048576, 65280 },
		/* A quarter of them is for those not answered yet, */
		{ 65280, 4160, 1344 },
		{ 65280, 4161, 1344 },
		{ 50, 576, 1 },
		{ 50, 10, 1 },
		{ 50, 708, 50 },
		{ 50, 706, 49 },
		/* but no more than those can be. */
		{ 65280, 131136, 65280 - 16320 },
		{ 8000, 20576, 10000 - 2000 },
		{ 8000, 20574, 9999 - 2000 },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(limits_transfers(t[i].max, t[i].fds) == t[i].want,
		    "case %zu", i);
}
END_TEST

static struct conf *
conf_of(uint32_t max)
{
	struct conf *c = conf_new(1);

	parent_conf_add_tftp(c, "/srv", max);
	return c;
}

/* What the parent goes by, and what the roles are told. */
static void
check_max(const struct conf *c, uint32_t max)
{
	struct conf_record r;
	struct record rec;
	size_t at = 0;

	ck_assert(conf_next_record(c, &at, &r));
	ck_assert_int_eq(conf_record_decode(&r, &rec), 0);
	ck_assert_uint_eq(rec.u.tftp.max, max);
	ck_assert_uint_eq(c->tftp.max, max);
	ck_assert_str_eq(rec.u.tftp.root, "/srv");
}

static void
limit(rlim_t n)
{
	struct rlimit rl = { n, n };

	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &rl), 0);
}

START_TEST(lowered_to_the_system)
{
	struct conf *c = conf_of(2000);

	limit(1320);
	said_begin(LOG_WARNING);
	ck_assert_int_eq(limits_fit(c, 0), 0);
	check_max(c, 279);
	said_check(1, "descriptor limit of 1320 allows only 279 transfers");
	ck_assert_uint_eq(limits_role(ROLE_TFTPD, c), 1320);
	ck_assert_uint_eq(limits_role(ROLE_IMAGED, c), 1320);
	ck_assert_uint_eq(limits_role(ROLE_LEASED, c), 256);
	conf_free(c);
}
END_TEST

START_TEST(lowered_to_the_running)
{
	struct conf *c = conf_of(200);

	limit(4000);
	said_begin(LOG_WARNING);
	ck_assert_int_eq(limits_fit(c, 776), 0);
	check_max(c, 75);
	said_check(1, "of the running tftpd allows only 75 transfers");
	conf_free(c);
}
END_TEST

START_TEST(left_alone)
{
	struct conf *c = conf_of(200);

	limit(4000);
	said_begin(LOG_WARNING);
	ck_assert_int_eq(limits_fit(c, 0), 0);
	ck_assert_int_eq(limits_fit(c, limits_role(ROLE_TFTPD, c)), 0);
	check_max(c, 200);
	said_check(0, NULL);
	/* There is no record where there is no TFTP. */
	conf_free(c);
	c = conf_new(1);
	ck_assert_int_eq(limits_fit(c, 0), 0);
	ck_assert_int_eq(conf_set_tftp_max(c, 1), -1);
	conf_free(c);
}
END_TEST

/* Interfaces that appear take nothing from the transfers of a tftpd that runs.
 */
START_TEST(more_listeners)
{
	struct conf *c = conf_of(1000);
	uint32_t fds;

	limit(4000);
	c->nlisteners = 2;
	fds = limits_role(ROLE_TFTPD, c);
	ck_assert_int_eq(limits_fit(c, fds), 0);
	check_max(c, 1000);
	c->nlisteners = 128;
	ck_assert_int_eq(limits_fit(c, fds), 0);
	check_max(c, 1000);
	ck_assert_uint_eq(limits_role(ROLE_TFTPD, c), fds);
	/* All its sockets, twice, and the transfers. */
	ck_assert_uint_ge(fds, 128 * 2 + 1000 * 2);
	/* In steps of 256 sockets, for interfaces that appear later. */
	ck_assert_uint_eq(limits_role(ROLE_DHCPD, c), 256 + 256 * 2);
	c->nlisteners = 0;
	conf_free(c);
}
END_TEST

START_TEST(raised)
{
	struct rlimit rl = { 100, 300 };

	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &rl), 0);
	limits_raise();
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &rl), 0);
	ck_assert_uint_eq(rl.rlim_cur, 300);
}
END_TEST

Suite *suite_limits(void);

Suite *
suite_limits(void)
{
	Suite *s = suite_create("limits");
	TCase *tc = tcase_create("limits");

	tcase_add_test(tc, transfers);
	tcase_add_test(tc, lowered_to_the_system);
	tcase_add_test(tc, lowered_to_the_running);
	tcase_add_test(tc, left_alone);
	tcase_add_test(tc, more_listeners);
	tcase_add_test(tc, raised);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_limits)
