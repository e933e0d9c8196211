/* SPDX-License-Identifier: ISC */
/* The network of a client, and the range that an address belongs to. */
#include "dhcpd/subnet.h"
#include "tests/unit/pool_case.h"

static void
range(uint8_t mode, uint32_t start, uint32_t end, const char *tags)
{
	struct record rec = { .kind = RECORD_RANGE };

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
	case_empty(&k);
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

/*
 * By the link that a relay names, by the relay, by the client's address, and
 * else by the interface (RFC 2131 4.3.1).
 */
START_TEST(places)
{
	enum { IFACE, RELAYED };
	static const struct {
		struct subnet_where where;
		int nets;
		int range; /* the only one; -1: none */
	} t[] = {
		{ { .local = CASE_SERVER }, IFACE, 0 },
		{ { .ciaddr = FIRST }, IFACE, 0 },
		{ { .ciaddr = IP(10, 2, 0, 77) }, RELAYED, 1 },
		{ { .ciaddr = IP(172, 16, 0, 1) }, IFACE, 0 },
		{ { .giaddr = IP(192, 168, 1, 9) }, RELAYED, 0 },
		{ { .giaddr = IP(10, 2, 0, 1), .ciaddr = FIRST }, RELAYED, 1 },
		{ { .giaddr = IP(172, 16, 0, 1) }, RELAYED, -1 },
		{ { .giaddr = IP(172, 16, 0, 1), .ciaddr = FIRST }, RELAYED,
		    -1 },
		{ { .link = IP(10, 2, 0, 3), .giaddr = IP(10, 3, 0, 1) },
		    RELAYED, 1 },
		{ { .link = IP(172, 16, 0, 1), .ciaddr = FIRST }, RELAYED, -1 },
	};
	const struct conf_net *nets;
	const struct conf_iface *ci;
	struct record rec = { .kind = RECORD_RANGE };
	size_t i, n;

	rec.u.range.start = IP(10, 2, 0, 5);
	rec.u.range.end = IP(10, 2, 0, 9);
	rec.u.range.mask = 0xffffff00;
	case_add(&k, &rec);
	ready();
	ci = &k.conf->ifaces.v[0];
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = subnet_find(k.conf, ci, &t[i].where, &nets);
		ck_assert_msg(
		    (nets == ci->net) == (t[i].nets == IFACE), "case %zu", i);
		ck_assert_msg(n == (t[i].range == -1 ? 0 : 1), "case %zu", i);
		ck_assert_msg(
		    t[i].range == -1 ||
			nets[0].range == &k.conf->ranges.v[t[i].range],
		    "case %zu", i);
	}
}
END_TEST

Suite *suite_dhcp_subnet(void);

Suite *
suite_dhcp_subnet(void)
{
	const TTest *const tests[] = { dynamic, fixed, proxy, tagged, places };

	return suite_of("dhcp_subnet", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_subnet)
