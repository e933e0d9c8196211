/* SPDX-License-Identifier: ISC */
/* Which interfaces are served, by the directives that name them. */
#include <string.h>

#include "priv/net.h"
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
};

#define DHCP_ON 1
#define TFTP_ON 2
#define BOTH 3

/* What of DHCP and TFTP is served on `name`, which has 192.168.1.1. */
static int
serve(const struct rule *rules, size_t n, int enabled, const char *name,
    bool loopback)
{
	struct record_interface in[8] = { 0 };
	struct iface i = {
		.loopback = loopback, .naddrs = 2, .dhcp = true, .tftp = true
	};
	struct conf c = { .interfaces = in, .ninterfaces = n };
	size_t k;

	(void)strcpy(i.name, name);
	i.addr[0].addr = 0x0a000001;
	i.addr[1].addr = 0xc0a80101;
	c.dhcp.enabled = (enabled & DHCP_ON) != 0;
	c.tftp.enabled = (enabled & TFTP_ON) != 0;
	for (k = 0; k < n; k++) {
		in[k].use = rules[k].use;
		in[k].prefix = rules[k].prefix;
		(void)strcpy(in[k].name, rules[k].name);
		in[k].addr = rules[k].addr;
	}
	net_select(&c, &i);
	return (i.dhcp ? DHCP_ON : 0) | (i.tftp ? TFTP_ON : 0);
}

START_TEST(table)
{
	static const struct {
		struct rule rules[4];
		size_t n;
		int enabled;
		const char *name;
		bool loopback;
		int want;
	} t[] = {
		/* Without a list, all are served. */
		{ { { 0 } }, 0, BOTH, "eth0", false, BOTH },
		{ { { 0 } }, 0, DHCP_ON, "eth0", false, DHCP_ON },
		{ { { 0 } }, 0, TFTP_ON, "eth0", false, TFTP_ON },
		{ { { 0 } }, 0, 0, "eth0", false, 0 },
		/* The loopback has no DHCP. */
		{ { { 0 } }, 0, BOTH, "lo", true, TFTP_ON },
		/* interface=br0 */
		{ { { SERVE, false, "br0", 0 } }, 1, BOTH, "br0", false, BOTH },
		{ { { SERVE, false, "br0", 0 } }, 1, BOTH, "br01", false, 0 },
		{ { { SERVE, false, "br0", 0 } }, 1, BOTH, "br", false, 0 },
		{ { { SERVE, false, "br0", 0 } }, 1, BOTH, "lo", true,
		    TFTP_ON },
		/* interface=br* */
		{ { { SERVE, true, "br", 0 } }, 1, BOTH, "br01", false, BOTH },
		{ { { SERVE, true, "br", 0 } }, 1, BOTH, "br", false, BOTH },
		{ { { SERVE, true, "br", 0 } }, 1, BOTH, "eth0", false, 0 },
		{ { { SERVE, true, "", 0 } }, 1, BOTH, "eth0", false, BOTH },
		/* Several. */
		{ { { SERVE, false, "a", 0 }, { SERVE, false, "b", 0 } }, 2,
		    BOTH, "b", false, BOTH },
		/* listen-address */
		{ { { ADDRESS, false, "", 0xc0a80101 } }, 1, BOTH, "eth0",
		    false, BOTH },
		{ { { ADDRESS, false, "", 0x0a000001 } }, 1, BOTH, "eth0",
		    false, BOTH },
		{ { { ADDRESS, false, "", 0xc0a80102 } }, 1, BOTH, "eth0",
		    false, 0 },
		{ { { ADDRESS, false, "", 0xc0a80102 },
		      { SERVE, false, "eth0", 0 } },
		    2, BOTH, "eth0", false, BOTH },
		/* except-interface wins over everything, lo included. */
		{ { { EXCEPT, false, "eth0", 0 } }, 1, BOTH, "eth0", false, 0 },
		{ { { EXCEPT, false, "eth0", 0 } }, 1, BOTH, "eth1", false,
		    BOTH },
		{ { { EXCEPT, false, "eth0", 0 }, { SERVE, false, "eth0", 0 } },
		    2, BOTH, "eth0", false, 0 },
		{ { { SERVE, true, "eth", 0 }, { EXCEPT, false, "eth0", 0 } },
		    2, BOTH, "eth0", false, 0 },
		{ { { EXCEPT, true, "eth", 0 } }, 1, BOTH, "eth7", false, 0 },
		{ { { EXCEPT, false, "lo", 0 } }, 1, BOTH, "lo", true, 0 },
		/* no-dhcp-interface takes TFTP with it. */
		{ { { NO_DHCP, false, "eth0", 0 } }, 1, BOTH, "eth0", false,
		    0 },
		{ { { NO_DHCP, false, "eth0", 0 } }, 1, BOTH, "eth1", false,
		    BOTH },
		/* enable-tftp=NAME */
		{ { { TFTP, false, "eth0", 0 } }, 1, BOTH, "eth0", false,
		    BOTH },
		{ { { TFTP, false, "eth0", 0 } }, 1, BOTH, "eth1", false,
		    DHCP_ON },
		{ { { TFTP, false, "eth0", 0 } }, 1, BOTH, "lo", true, 0 },
		{ { { SERVE, false, "br0", 0 }, { TFTP, false, "eth0", 0 } }, 2,
		    BOTH, "eth0", false, TFTP_ON },
		{ { { SERVE, false, "br0", 0 }, { TFTP, false, "eth0", 0 } }, 2,
		    BOTH, "br0", false, DHCP_ON },
		{ { { TFTP, false, "eth0", 0 }, { EXCEPT, false, "eth0", 0 } },
		    2, BOTH, "eth0", false, 0 },
		{ { { TFTP, false, "eth0", 0 } }, 1, DHCP_ON, "eth0", false,
		    DHCP_ON },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(serve(t[i].rules, t[i].n, t[i].enabled, t[i].name,
				  t[i].loopback) == t[i].want,
		    "case %zu", i);
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
				random() % 2 ? 0xc0a80101 : 0xc0a80102 };
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
	b.index = 3;
	ck_assert(!net_same(&x, &y));
	y.nifaces = 0;
	ck_assert(!net_same(&x, &y));
	x.nifaces = 0;
	ck_assert(net_same(&x, &y));
}
END_TEST

Suite *suite_net_select(void);

Suite *
suite_net_select(void)
{
	Suite *s = suite_create("net_select");
	TCase *tc = tcase_create("select");

	tcase_add_test(tc, table);
	tcase_add_loop_test(tc, order, 0, 5);
	tcase_add_test(tc, same);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_net_select)
