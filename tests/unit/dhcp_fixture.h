/* SPDX-License-Identifier: ISC */
/* The one DHCP server of a test program, made for each of its tests. */
#ifndef TESTS_UNIT_DHCP_FIXTURE_H
#define TESTS_UNIT_DHCP_FIXTURE_H

#include "tests/unit/dhcp_case.h"
#include "tests/unit/unit.h"

/* The range of the usual server. */
#define FIRST IP(192, 168, 1, 50)
#define LAST IP(192, 168, 1, 150)

static struct dhcp_case k;

/* The test adds to the configuration, and takes it into use. */
static inline void
setup(void)
{
	case_begin(&k);
}

static inline void
setup_ready(void)
{
	case_begin(&k);
	case_ready(&k);
}

static inline void
teardown(void)
{
	case_end(&k);
}

/* dhcp-match=set:SET,CODE,NUMBER */
static inline void
match_number(uint8_t code, uint8_t width, uint32_t number, const char *set)
{
	struct record rec = { .kind = RECORD_MATCH };

	rec.u.match.how = RECORD_MATCH_NUMBER;
	rec.u.match.code = code;
	rec.u.match.width = width;
	rec.u.match.number = number;
	(void)snprintf(rec.u.match.set, RECORD_TAG_MAX, "%s", set);
	case_add(&k, &rec);
}

static inline Suite *
suite_of(const char *name, const TTest *const *tests, size_t n)
{
	Suite *s = suite_create(name);
	TCase *t = tcase_create(name);
	size_t i;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	for (i = 0; i < n; i++)
		tcase_add_test(t, tests[i]);
	suite_add_tcase(s, t);
	return s;
}

/* So many packets were dropped for this reason. */
static inline void
dropped(enum engine_drop why, uint64_t times)
{
	ck_assert_msg(k.e->count.dropped[why] == times, "%s: %llu",
	    action_drop_text(why), (unsigned long long)k.e->count.dropped[why]);
}

#endif
