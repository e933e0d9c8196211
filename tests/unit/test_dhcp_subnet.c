/* SPDX-License-Identifier: ISC */
/* The network of a client, and the range that an address belongs to. */
#include "dhcpd/subnet.h"
#include "tests/unit/pool_case.h"

static void
range(uint8_t mode, uint32_t start, uint32_t end, const char *tags)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.mode = mode;
	rec.u.range.start = start;
	rec.u.range.end = end;
	case_tags(&rec.u.range.tags, tags);
	case_add(&k, &rec);
}

/* The number of the range; -1: none. */
static int
range_of(uint32_t addr)
{
	struct request rq;
	const struct conf_net *n;

	(void)choose_for(&rq, 1);
	n = subnet_of_addr(k.e->conf, &rq, addr);
	return n == NULL ? -1 : (int)(n->range - k.e->conf->ranges.v);
}

static void
begin(void)
{
	case_end(&k);
	memset(&k, 0, sizeof(k));
	case_conf(&k);
}

START_TEST(dynamic)
{
	range(RECORD_RANGE_DYNAMIC, IP(192, 168, 1, 160), IP(192, 168, 1, 170),
	    "");
	ready();
	ck_assert_int_eq(range_of(FIRST), 0);
	ck_assert_int_eq(range_of(LAST), 0);
	ck_assert_int_eq(range_of(IP(192, 168, 1, 160)), 1);
	ck_assert_int_eq(range_of(IP(192, 168, 1, 170)), 1);
	/* Between them: on the network all the same. */
	ck_assert_int_eq(range_of(IP(192, 168, 1, 171)), 0);
	ck_assert_int_eq(range_of(IP(192, 168, 1, 2)), 0);
	ck_assert_int_eq(range_of(IP(192, 168, 2, 60)), -1);
}
END_TEST

/* A static range takes what no dynamic one has. */
START_TEST(fixed)
{
	range(RECORD_RANGE_STATIC, IP(192, 168, 1, 0), IP(192, 168, 1, 0), "");
	ready();
	ck_assert_int_eq(range_of(FIRST), 0);
	ck_assert_int_eq(range_of(IP(192, 168, 1, 2)), 1);
	ck_assert_int_eq(range_of(IP(192, 168, 2, 2)), -1);
}
END_TEST

/* A proxy gives no addresses. */
START_TEST(proxy)
{
	begin();
	range(RECORD_RANGE_PROXY, IP(192, 168, 1, 0), IP(192, 168, 1, 0), "");
	ready();
	ck_assert_int_eq(range_of(FIRST), -1);
	ck_assert_int_eq(range_of(IP(192, 168, 1, 2)), -1);
}
END_TEST

/* Nor does a range whose tags the client does not have. */
START_TEST(tagged)
{
	begin();
	range(RECORD_RANGE_DYNAMIC, FIRST, FIRST + 9, "known");
	range(RECORD_RANGE_STATIC, IP(192, 168, 1, 0), IP(192, 168, 1, 0),
	    "known");
	ready();
	ck_assert_int_eq(range_of(FIRST), -1);
	ck_assert_int_eq(range_of(IP(192, 168, 1, 2)), -1);
	begin();
	range(RECORD_RANGE_DYNAMIC, FIRST, FIRST + 9, "known");
	range(RECORD_RANGE_DYNAMIC, FIRST + 5, FIRST + 19, "");
	ready();
	ck_assert_int_eq(range_of(FIRST + 5), 1);
}
END_TEST

Suite *suite_dhcp_subnet(void);

Suite *
suite_dhcp_subnet(void)
{
	const TTest *const tests[] = { dynamic, fixed, proxy, tagged };

	return suite_of("dhcp_subnet", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_subnet)
