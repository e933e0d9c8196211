/* SPDX-License-Identifier: ISC */
/* The configuration from records: ranges on nets, reserved addresses. */
#include "tests/unit/dhcp_fixture.h"

static void
setup_conf(void)
{
	memset(&k, 0, sizeof(k));
	k.now.wall_s = CASE_WALL;
	case_conf(&k);
}

static bool
fixed(const struct conf_range *g, uint32_t addr)
{
	uint32_t n = addr - g->start;

	return (g->fixed[n / 64] >> (n % 64) & 1) != 0;
}

START_TEST(mask_from_iface)
{
	const struct conf_range *g;

	case_range(&k, IP(192, 168, 1, 50), IP(192, 168, 1, 150), "", "");
	ck_assert_int_eq(case_use(&k), 0);
	g = &k.e->conf->ranges.v[0];
	ck_assert(g->attached);
	ck_assert_uint_eq(g->mask, 0xffffff00);
	ck_assert_uint_eq(g->broadcast, IP(192, 168, 1, 255));
	ck_assert_uint_eq(k.e->conf->ifaces.v[0].nnets, 1);
	ck_assert_uint_eq(k.e->conf->ifaces.v[0].net[0].local, CASE_SERVER);
}
END_TEST

START_TEST(mask_by_class)
{
	static const struct {
		uint32_t start, end, mask;
	} t[] = {
		{ IP(10, 1, 0, 1), IP(10, 200, 0, 1), 0xff000000 },
		{ IP(172, 16, 1, 1), IP(172, 16, 9, 1), 0xffff0000 },
		{ IP(192, 0, 2, 1), IP(192, 0, 2, 9), 0xffffff00 },
		{ IP(192, 0, 2, 1), IP(192, 0, 3, 9), 0 }, /* two nets */
		{ IP(224, 0, 0, 1), IP(224, 0, 0, 9), 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		case_range(&k, t[i].start, t[i].end, "", "");
	ck_assert_int_eq(case_use(&k), 0);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_uint_eq(k.e->conf->ranges.v[i].mask, t[i].mask);
		ck_assert(!k.e->conf->ranges.v[i].attached);
	}
}
END_TEST

START_TEST(never_given)
{
	struct record h = case_host(NULL, IP(192, 168, 1, 77), "pc");
	const struct conf_range *g;

	case_add(&k, &h);
	case_iface(&k, "other", 9, IP(192, 168, 1, 99), 0xffffffff);
	case_range(&k, IP(192, 168, 1, 0), IP(192, 168, 1, 255), "", "");
	ck_assert_int_eq(case_use(&k), 0);
	g = &k.e->conf->ranges.v[0];
	ck_assert(fixed(g, IP(192, 168, 1, 0)));
	ck_assert(fixed(g, IP(192, 168, 1, 255)));
	ck_assert(fixed(g, CASE_SERVER));
	ck_assert(fixed(g, IP(192, 168, 1, 77)));
	ck_assert(fixed(g, IP(192, 168, 1, 99)));
	ck_assert(!fixed(g, IP(192, 168, 1, 2)));
	ck_assert(!fixed(g, IP(192, 168, 1, 254)));
}
END_TEST

START_TEST(never_given_inside)
{
	struct record rec;
	const struct conf_range *g;

	/* Class C space: .0 and .255 are out also within a supernet. */
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.start = IP(192, 168, 4, 10);
	rec.u.range.end = IP(192, 168, 7, 200);
	rec.u.range.mask = 0xfffffc00;
	case_add(&k, &rec);
	/* Elsewhere they are not. */
	case_range(&k, IP(10, 0, 0, 0), IP(10, 0, 2, 0), "", "");
	ck_assert_int_eq(case_use(&k), 0);
	g = &k.e->conf->ranges.v[0];
	ck_assert(fixed(g, IP(192, 168, 5, 0)));
	ck_assert(fixed(g, IP(192, 168, 5, 255)));
	ck_assert(!fixed(g, IP(192, 168, 5, 1)));
	g = &k.e->conf->ranges.v[1];
	ck_assert(fixed(g, IP(10, 0, 0, 0))); /* the network itself */
	ck_assert(!fixed(g, IP(10, 0, 0, 255)));
	ck_assert(!fixed(g, IP(10, 0, 1, 0)));
}
END_TEST

START_TEST(own_host)
{
	struct record h;
	uint8_t mac[6];

	case_reserve(&k, 1, CASE_SERVER, "pc");
	h = case_host(mac, IP(192, 168, 1, 9), "pc2");
	case_add(&k, &h);
	ck_assert_int_eq(case_use(&k), 0); /* a warning, no error */
	ck_assert(k.e->conf->hosts.v[0].own);
	ck_assert(!k.e->conf->hosts.v[1].own);
	ck_assert(dhcp_conf_is_own(k.e->conf, CASE_SERVER));
	ck_assert(!dhcp_conf_is_own(k.e->conf, IP(192, 168, 1, 9)));
	ck_assert_ptr_eq(host_find_addr(k.e->conf, IP(192, 168, 1, 9)),
	    &k.e->conf->hosts.v[1]);
	ck_assert_ptr_null(host_find_addr(k.e->conf, IP(192, 168, 1, 8)));
}
END_TEST

START_TEST(too_large)
{
	case_range(&k, IP(10, 0, 0, 0), IP(11, 0, 0, 0), "", "");
	ck_assert_int_eq(case_use(&k), -1);
	ck_assert_ptr_nonnull(strstr(k.why, "16777216"));
}
END_TEST

START_TEST(not_served)
{
	struct iface i;

	memset(&i, 0, sizeof(i));
	(void)snprintf(i.name, sizeof(i.name), "eth9");
	i.index = 9;
	i.naddrs = 1;
	i.addr[0].addr = IP(10, 9, 9, 9);
	i.addr[0].mask = 0xffffff00;
	ck_assert_int_eq(dhcp_conf_iface(k.conf, &i, k.why), 0);
	case_range(&k, IP(10, 9, 9, 10), IP(10, 9, 9, 20), "", "");
	ck_assert_int_eq(case_use(&k), 0);
	ck_assert_ptr_null(dhcp_conf_find_iface(k.e->conf, 9));
	ck_assert(dhcp_conf_is_own(k.e->conf, IP(10, 9, 9, 9)));
	ck_assert(!k.e->conf->ranges.v[0].attached);
}
END_TEST

/* The first range that a request meets, or -1. */
static int
meets(uint32_t giaddr, uint32_t ciaddr, size_t want)
{
	const struct conf_iface *ci =
	    dhcp_conf_find_iface(k.e->conf, CASE_IFINDEX);
	struct subnet_where w = {
		.giaddr = giaddr, .ciaddr = ciaddr, .local = CASE_SERVER
	};
	const struct conf_net *nets;
	size_t n = subnet_find(k.e->conf, ci, &w, &nets);

	ck_assert_uint_eq(n, want);
	if (n == 0)
		return -1;
	ck_assert_uint_eq(nets[0].local, CASE_SERVER);
	return (int)(nets[0].range - k.e->conf->ranges.v);
}

START_TEST(where_it_is)
{
	case_range(&k, IP(192, 168, 1, 50), IP(192, 168, 1, 60), "", "");
	case_range(&k, IP(192, 168, 1, 70), IP(192, 168, 1, 80), "", "");
	case_range(&k, IP(10, 0, 0, 50), IP(10, 0, 0, 60), "", "");
	ck_assert_int_eq(case_use(&k), 0);
	ck_assert_int_eq(meets(0, 0, 2), 0);
	ck_assert_int_eq(meets(0, IP(192, 168, 1, 75), 2), 0);
	ck_assert_int_eq(meets(IP(10, 0, 0, 1), 0, 1), 2);
	/* The relay counts, whatever the client says. */
	ck_assert_int_eq(meets(IP(10, 0, 0, 1), IP(192, 168, 1, 75), 1), 2);
	ck_assert_int_eq(meets(IP(172, 16, 0, 1), 0, 0), -1);
	/* A client renews across a router. */
	ck_assert_int_eq(meets(0, IP(10, 0, 0, 55), 1), 2);
	/* One from nowhere is where it was heard. */
	ck_assert_int_eq(meets(0, IP(172, 16, 0, 5), 2), 0);
}
END_TEST

/* The ranges of the last address come first, in whatever order they are. */
START_TEST(second_address)
{
	struct iface i;

	memset(&i, 0, sizeof(i));
	(void)snprintf(i.name, sizeof(i.name), "eth1");
	i.index = 4;
	i.dhcp = true;
	i.naddrs = 3;
	i.addr[0] = (struct iface_addr){ IP(10, 0, 0, 1), 0xffffff00, 0 };
	i.addr[1] = (struct iface_addr){ IP(10, 0, 0, 2), 0xffffff00, 0 };
	i.addr[2] = (struct iface_addr){ IP(10, 0, 1, 1), 0xffffff00, 0 };
	ck_assert_int_eq(dhcp_conf_iface(k.conf, &i, k.why), 0);
	if (_i == 0)
		case_range(&k, IP(10, 0, 1, 10), IP(10, 0, 1, 20), "", "");
	case_range(&k, IP(10, 0, 0, 10), IP(10, 0, 0, 20), "", "");
	if (_i == 1)
		case_range(&k, IP(10, 0, 1, 10), IP(10, 0, 1, 20), "", "");
	ck_assert_int_eq(case_use(&k), 0);
	ck_assert_uint_eq(k.e->conf->ifaces.v[1].nnets, 2);
	ck_assert(dhcp_conf_is_own(k.e->conf, IP(10, 0, 1, 1)));
	ck_assert_uint_eq(k.e->conf->ifaces.v[1].net[0].local, IP(10, 0, 1, 1));
	ck_assert_uint_eq(k.e->conf->ifaces.v[1].net[1].local, IP(10, 0, 0, 1));
	ck_assert_uint_eq(
	    k.e->conf->ifaces.v[1].net[1].broadcast, IP(10, 0, 0, 255));
}
END_TEST

Suite *suite_dhcp_conf(void);

Suite *
suite_dhcp_conf(void)
{
	Suite *s = suite_create("dhcp_conf");
	TCase *t = tcase_create("conf");

	tcase_add_checked_fixture(t, setup_conf, teardown);
	tcase_add_test(t, mask_from_iface);
	tcase_add_test(t, mask_by_class);
	tcase_add_test(t, never_given);
	tcase_add_test(t, never_given_inside);
	tcase_add_test(t, own_host);
	tcase_add_test(t, too_large);
	tcase_add_test(t, not_served);
	tcase_add_test(t, where_it_is);
	tcase_add_loop_test(t, second_address, 0, 2);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_conf)
