/* SPDX-License-Identifier: ISC */
/* Which interfaces are served, by the directives that name them. */
#include <string.h>

#include "priv/net_select.h"
#include "tests/unit/unit.h"

#define SERVE RECORD_IF_SERVE
#define EXCEPT RECORD_IF_EXCEPT
#define NO_DHCP RECORD_IF_NO_DHCP
#define TFTP RECORD_IF_TFTP
#define ADDRESS RECORD_IF_ADDRESS

struct rule {
	uint8_t use;
	bool prefix;
	const char *name;
	uint32_t addr;
	uint8_t addr6; /* the last octet of 2001:db8::; 0: none */
};

#define DHCP_ON 1
#define TFTP_ON 2
#define BOTH 3

static void
address6(uint8_t dst[16], uint8_t last)
{
	static const uint8_t net[16] = { 0x20, 0x01, 0x0d, 0xb8 };

	memcpy(dst, net, sizeof(net));
	dst[15] = last;
}

/*
 * What of DHCP and TFTP is served on `name`, which has 192.168.1.1 and
 * 2001:db8::1.
 */
static int
serve(const struct rule *rules, size_t n, int enabled, const char *name,
    bool loopback)
{
	struct conf_interface in[8] = { 0 };
	struct iface i = { .loopback = loopback,
		.naddrs = 2,
		.naddrs6 = 1,
		.dhcp = true,
		.tftp = true };
	struct conf c = { .interfaces = in, .ninterfaces = n };
	size_t k;

	(void)strcpy(i.name, name);
	i.addr[0].addr = 0x0a000001;
	i.addr[1].addr = 0xc0a80101;
	address6(i.addr6[0].addr, 1);
	(void)strcpy(c.tftp.root, "/srv");
	c.dhcp.enabled = (enabled & DHCP_ON) != 0;
	c.tftp.enabled = (enabled & TFTP_ON) != 0;
	for (k = 0; k < n; k++) {
		struct record_interface *r = &in[k].rule;

		r->use = rules[k].use;
		r->prefix = rules[k].prefix;
		(void)strcpy(r->name, rules[k].name);
		if (rules[k].addr != 0)
			r->addr = addr_from_ip4(rules[k].addr);
		if (rules[k].addr6 != 0) {
			r->addr.family = 6;
			address6(r->addr.bytes, rules[k].addr6);
		}
	}
	ck_assert(net_select(&c, &i));
	ck_assert_uint_eq(i.root, i.tftp ? 0 : IFACE_NO_ROOT);
	return (i.dhcp ? DHCP_ON : 0) | (i.tftp ? TFTP_ON : 0);
}

struct select_case {
	struct rule rules[4];
	size_t n;
	int enabled;
	const char *name;
	bool loopback;
	int want;
};

static void
check_cases(const struct select_case *t, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		ck_assert_msg(serve(t[i].rules, t[i].n, t[i].enabled, t[i].name,
				  t[i].loopback) == t[i].want,
		    "case %zu", i);
}

#define CHECK_CASES(t) check_cases(t, sizeof(t) / sizeof((t)[0]))
#define ONE(use, prefix, name) { { use, prefix, name, 0, 0 } }, 1
#define TWO(use, name, use2, name2) \
	{ { use, false, name, 0, 0 }, { use2, false, name2, 0, 0 } }, 2
#define AT(addr) { { ADDRESS, false, "", addr, 0 } }, 1
#define AT6(last) { { ADDRESS, false, "", 0, last } }, 1
#define NONE { { 0 } }, 0

/* Without a list, all are served; but the loopback has no DHCP. */
START_TEST(no_list)
{
	static const struct select_case t[] = {
		{ NONE, BOTH, "eth0", false, BOTH },
		{ NONE, DHCP_ON, "eth0", false, DHCP_ON },
		{ NONE, TFTP_ON, "eth0", false, TFTP_ON },
		{ NONE, 0, "eth0", false, 0 },
		{ NONE, BOTH, "lo", true, TFTP_ON },
	};

	CHECK_CASES(t);
}
END_TEST

START_TEST(interface)
{
	static const struct select_case t[] = {
		{ ONE(SERVE, false, "br0"), BOTH, "br0", false, BOTH },
		{ ONE(SERVE, false, "br0"), BOTH, "br01", false, 0 },
		{ ONE(SERVE, false, "br0"), BOTH, "br", false, 0 },
		{ ONE(SERVE, false, "br0"), BOTH, "lo", true, TFTP_ON },
		/* interface=br* */
		{ ONE(SERVE, true, "br"), BOTH, "br01", false, BOTH },
		{ ONE(SERVE, true, "br"), BOTH, "br", false, BOTH },
		{ ONE(SERVE, true, "br"), BOTH, "eth0", false, 0 },
		{ ONE(SERVE, true, ""), BOTH, "eth0", false, BOTH },
		{ TWO(SERVE, "a", SERVE, "b"), BOTH, "b", false, BOTH },
	};

	CHECK_CASES(t);
}
END_TEST

START_TEST(listen_address)
{
	static const struct select_case t[] = {
		{ AT(0xc0a80101), BOTH, "eth0", false, BOTH },
		{ AT(0x0a000001), BOTH, "eth0", false, BOTH },
		{ AT(0xc0a80102), BOTH, "eth0", false, 0 },
		{ { { ADDRESS, false, "", 0xc0a80102, 0 },
		      { SERVE, false, "eth0", 0, 0 } },
		    2, BOTH, "eth0", false, BOTH },
		{ AT6(1), BOTH, "eth0", false, BOTH },
		{ AT6(2), BOTH, "eth0", false, 0 },
		{ { { ADDRESS, false, "", 0, 2 },
		      { ADDRESS, false, "", 0xc0a80101, 0 } },
		    2, BOTH, "eth0", false, BOTH },
	};

	CHECK_CASES(t);
}
END_TEST

/* except-interface wins over everything, lo included. */
START_TEST(except_interface)
{
	static const struct select_case t[] = {
		{ ONE(EXCEPT, false, "eth0"), BOTH, "eth0", false, 0 },
		{ ONE(EXCEPT, false, "eth0"), BOTH, "eth1", false, BOTH },
		{ TWO(EXCEPT, "eth0", SERVE, "eth0"), BOTH, "eth0", false, 0 },
		{ { { SERVE, true, "eth", 0, 0 },
		      { EXCEPT, false, "eth0", 0, 0 } },
		    2, BOTH, "eth0", false, 0 },
		{ ONE(EXCEPT, true, "eth"), BOTH, "eth7", false, 0 },
		{ ONE(EXCEPT, false, "lo"), BOTH, "lo", true, 0 },
		/* no-dhcp-interface takes TFTP that has no list with it. */
		{ ONE(NO_DHCP, false, "eth0"), BOTH, "eth0", false, 0 },
		{ ONE(NO_DHCP, false, "eth0"), BOTH, "eth1", false, BOTH },
	};

	CHECK_CASES(t);
}
END_TEST

/* enable-tftp=NAME */
START_TEST(enable_tftp)
{
	static const struct select_case t[] = {
		{ ONE(TFTP, false, "eth0"), BOTH, "eth0", false, BOTH },
		{ ONE(TFTP, false, "eth0"), BOTH, "eth1", false, DHCP_ON },
		{ ONE(TFTP, false, "eth0"), BOTH, "lo", true, 0 },
		{ TWO(SERVE, "br0", TFTP, "eth0"), BOTH, "eth0", false,
		    TFTP_ON },
		{ TWO(SERVE, "br0", TFTP, "eth0"), BOTH, "br0", false,
		    DHCP_ON },
		{ TWO(NO_DHCP, "eth0", TFTP, "eth0"), BOTH, "eth0", false,
		    TFTP_ON },
		{ TWO(TFTP, "eth0", EXCEPT, "eth0"), BOTH, "eth0", false, 0 },
		{ ONE(TFTP, false, "eth0"), DHCP_ON, "eth0", false, DHCP_ON },
	};

	CHECK_CASES(t);
}
END_TEST

/* TFTP goes over both families, DHCP over one. */
START_TEST(families)
{
	struct iface i = { .name = "eth0",
		.naddrs6 = 1,
		.addr6 = { { { 0x20, 0x01, 0x0d, 0xb8 }, 64 } } };
	struct conf c = { .dhcp = { .enabled = true },
		.tftp = { .enabled = true, .root = "/srv" } };

	ck_assert(net_select(&c, &i));
	ck_assert(!i.dhcp && i.tftp);
	i.naddrs = 1;
	ck_assert(net_select(&c, &i));
	ck_assert(i.dhcp && i.tftp);
	i.naddrs6 = 0;
	ck_assert(net_select(&c, &i));
	ck_assert(i.dhcp && i.tftp);
	i.naddrs = 0;
	ck_assert(net_select(&c, &i));
	ck_assert(!i.dhcp && !i.tftp);
}
END_TEST

/*
 * A port of a bridge has a link-local address by itself, and receives nothing:
 * who does not name it does not mean it.
 */
START_TEST(link_local_alone)
{
	static const struct {
		struct record_interface rule;
		bool want;
	} t[] = {
		{ { .use = SERVE, .name = "veth0" }, true },
		{ { .use = SERVE, .prefix = true, .name = "veth" }, true },
		{ { .use = SERVE, .prefix = true, .name = "" }, false },
		{ { .use = TFTP, .name = "veth0" }, true },
		{ { .use = TFTP, .prefix = true, .name = "" }, false },
		{ { .use = ADDRESS, .addr = { 6, { 0xfe, 0x80 } } }, true },
		{ { .use = EXCEPT, .name = "veth0" }, false },
		{ { .use = EXCEPT, .name = "eth0" }, false },
	};
	struct conf_interface line = { 0 };
	struct conf c = { .tftp = { .enabled = true, .root = "/srv" },
		.interfaces = &line };
	struct iface i = { .name = "veth0",
		.naddrs6 = 1,
		.addr6 = { { { 0xfe, 0x80 }, 64 } } };
	size_t k;

	ck_assert(net_select(&c, &i) && !i.tftp);
	c.ninterfaces = 1;
	for (k = 0; k < sizeof(t) / sizeof(t[0]); k++) {
		line.rule = t[k].rule;
		ck_assert_msg(
		    net_select(&c, &i) && i.tftp == t[k].want, "case %zu", k);
	}
	c.ninterfaces = 0;
	/* With another address, or one of IPv4, it is a place to be asked at.
	 */
	i.naddrs6 = 2;
	i.addr6[1].addr[0] = 0xfd;
	ck_assert(net_select(&c, &i) && i.tftp);
	i.naddrs6 = 1;
	i.addr6[0].addr[1] = 0x40; /* not of fe80::/10 */
	ck_assert(net_select(&c, &i) && i.tftp);
	i.addr6[0].addr[1] = 0xbf;
	ck_assert(net_select(&c, &i) && !i.tftp);
	i.naddrs = 1;
	ck_assert(net_select(&c, &i) && i.tftp);
}
END_TEST

/* Which tftp-root; of two for one interface the first counts. */
START_TEST(roots)
{
	struct record_tftp_root r[3] = { { "/a", "eth1" }, { "/b", "eth0" },
		{ "/c", "eth0" } };
	struct conf c = { .tftp = { .enabled = true, .root = "/srv" },
		.tftp_roots = r,
		.ntftp_roots = 3 };
	struct iface i = { .name = "eth0", .naddrs = 1 };

	ck_assert(net_select(&c, &i) && i.tftp);
	ck_assert_uint_eq(i.root, 2);
	(void)strcpy(i.name, "eth1");
	ck_assert(net_select(&c, &i) && i.tftp);
	ck_assert_uint_eq(i.root, 1);
	(void)strcpy(i.name, "eth2");
	ck_assert(net_select(&c, &i) && i.tftp);
	ck_assert_uint_eq(i.root, 0);
	/* A name is not the beginning of a name. */
	(void)strcpy(i.name, "eth10");
	ck_assert(net_select(&c, &i));
	ck_assert_uint_eq(i.root, 0);
	/* Without one for all, it is said that nothing is served. */
	c.tftp.root[0] = '\0';
	ck_assert(!net_select(&c, &i) && !i.tftp);
	ck_assert_uint_eq(i.root, IFACE_NO_ROOT);
	c.tftp.enabled = false;
	ck_assert(net_select(&c, &i) && !i.tftp);
	ck_assert_uint_eq(i.root, IFACE_NO_ROOT);
}
END_TEST

/* The order of directives does not matter. */
START_TEST(order)
{
	static const char *const names[] = { "eth0", "eth1", "br0", "lo" };
	struct rule r[4], swapped;
	int i, k, want, a, b;

	srandom((unsigned int)_i);
	for (i = 0; i < 2000; i++) {
		const char *name = names[random() % 4];
		bool lo = strcmp(name, "lo") == 0;

		for (k = 0; k < 4; k++)
			r[k] = (struct rule){ (uint8_t)(random() % 5),
				random() % 4 == 0, names[random() % 4],
				random() % 2 ? 0xc0a80101 : 0xc0a80102,
				(uint8_t)(random() % 3) };
		want = serve(r, 4, BOTH, name, lo);
		a = (int)(random() % 4);
		b = (int)(random() % 4);
		swapped = r[a];
		r[a] = r[b];
		r[b] = swapped;
		ck_assert_int_eq(serve(r, 4, BOTH, name, lo), want);
	}
}
END_TEST

START_TEST(same)
{
	struct iface a = { .name = "br0", .index = 2, .naddrs = 1 }, b = a;
	struct conf x = { .ifaces = &a, .nifaces = 1 };
	struct conf y = { .ifaces = &b, .nifaces = 1 };

	ck_assert(net_same(&x, &y));
	b.addr[0].addr = 1;
	ck_assert(!net_same(&x, &y));
	b = a;
	b.naddrs6 = 1;
	ck_assert(!net_same(&x, &y));
	a.naddrs6 = 1;
	ck_assert(net_same(&x, &y));
	b.addr6[0].addr[15] = 1;
	ck_assert(!net_same(&x, &y));
	b = a;
	b.index = 3;
	ck_assert(!net_same(&x, &y));
	y.nifaces = 0;
	ck_assert(!net_same(&x, &y));
	x.nifaces = 0;
	ck_assert(net_same(&x, &y));
}
END_TEST

/* Interfaces that are not served are behind those that are. */
START_TEST(take_found)
{
	struct iface a[1] = { { .name = "br0", .index = 2 } };
	struct iface b[2] = { a[0], { .name = "br1", .index = 3 } };
	struct conf x = { .ifaces = a, .nifaces = 1, .nfound = 1 };
	struct conf y = { .ifaces = b, .nifaces = 1, .nfound = 2 };

	ck_assert(net_same(&x, &y));
	net_take_found(&x, &y);
	ck_assert(x.ifaces == b && x.nifaces == 1 && x.nfound == 2);
	ck_assert(y.ifaces == a);
}
END_TEST

Suite *suite_net_select(void);

Suite *
suite_net_select(void)
{
	Suite *s = suite_create("net_select");
	TCase *tc = tcase_create("select");

	tcase_add_test(tc, no_list);
	tcase_add_test(tc, interface);
	tcase_add_test(tc, listen_address);
	tcase_add_test(tc, except_interface);
	tcase_add_test(tc, enable_tftp);
	tcase_add_test(tc, families);
	tcase_add_test(tc, link_local_alone);
	tcase_add_test(tc, roots);
	tcase_add_loop_test(tc, order, 0, 5);
	tcase_add_test(tc, same);
	tcase_add_test(tc, take_found);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_net_select)
