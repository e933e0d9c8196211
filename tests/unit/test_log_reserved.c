/* SPDX-License-Identifier: ISC */
/* Warnings of reservations that cannot be used. */
#include <stdlib.h>
#include <string.h>

#include "priv/log_reserved.h"
#include "tests/unit/said.h"

#define IP(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

static struct iface ifaces[2];
static struct conf_pool ranges[2];
static struct conf conf;

/* br0 with 192.168.41.1/28, and a range on it. */
static void
setup(void)
{
	memset(ifaces, 0, sizeof(ifaces));
	(void)strcpy(ifaces[0].name, "br0");
	ifaces[0].dhcp = true;
	ifaces[0].naddrs = 1;
	ifaces[0].addr[0].addr = IP(192, 168, 41, 1);
	ifaces[0].addr[0].mask = 0xfffffff0;
	ifaces[1] = ifaces[0];
	(void)strcpy(ifaces[1].name, "br1");
	ifaces[1].addr[0].addr = IP(10, 0, 0, 1);
	ifaces[1].addr[0].mask = 0xffffff00;
	ranges[0] = (struct conf_pool){ RECORD_RANGE_DYNAMIC,
		IP(192, 168, 41, 2), IP(192, 168, 41, 14), 0 };
	ranges[1] = ranges[0];
	conf = (struct conf){ .ifaces = ifaces,
		.nifaces = 2,
		.nfound = 2,
		.ranges = ranges,
		.nranges = 1 };
	said_begin(LOG_WARNING);
}

static void
teardown(void)
{
	said_end();
	addrs_free(&conf.reserved);
}

static void
check(int lines, const char *text)
{
	said[0] = '\0';
	log_reserved(&conf);
	said_check(lines, text);
}

static void
reserve(uint32_t addr)
{
	ck_assert_int_eq(addrs_add(&conf.reserved, addr), 0);
}

START_TEST(reservations)
{
	uint32_t i;

	reserve(IP(192, 168, 41, 9));
	check(0, NULL);
	reserve(IP(192, 168, 42, 9));
	check(1, "dhcp-host with 192.168.42.9: the address is in no network");
	/* With a range for it. */
	conf.nranges = 2;
	ranges[1] = (struct conf_pool){ RECORD_RANGE_STATIC,
		IP(192, 168, 42, 0), IP(192, 168, 42, 0), 0xffffff00 };
	check(0, NULL);
	conf.nranges = 1;
	for (i = 0; i < 9; i++)
		reserve(IP(192, 168, 43, i + 1));
	check(6, "5 similar messages suppressed");
	/* The lowest ones are named. */
	check(6, "192.168.42.9:");
	check(6, "192.168.43.1:");
	check(6, "192.168.43.4:");
}
END_TEST

/* A range without a netmask has that of an interface, or of its class. */
START_TEST(no_netmask)
{
	reserve(IP(192, 168, 41, 20));
	check(1, "192.168.41.20");
	ifaces[0].dhcp = false; /* its class is C */
	check(0, NULL);
	ranges[0] = (struct conf_pool){ RECORD_RANGE_DYNAMIC, IP(10, 77, 0, 2),
		IP(10, 77, 0, 9), 0 };
	check(1, "192.168.41.20");
	reserve(IP(10, 1, 2, 3));
	check(1, "192.168.41.20");
	/* A range in two networks is ignored. */
	ranges[0].start = IP(239, 255, 255, 2);
	ranges[0].end = IP(240, 0, 0, 9);
	check(2, "10.1.2.3");
	reserve(IP(172, 16, 1, 1)); /* of class B */
	ranges[0].start = IP(172, 16, 0, 2);
	ranges[0].end = IP(172, 16, 0, 9);
	check(2, "10.1.2.3");
	ranges[0].end = IP(172, 17, 0, 9);
	check(3, "172.16.1.1");
	/* Proxy ranges have no addresses. */
	ranges[0] = (struct conf_pool){ RECORD_RANGE_PROXY, IP(10, 1, 2, 0),
		IP(10, 1, 2, 0), 0xffffff00 };
	check(3, "10.1.2.3");
}
END_TEST

/* The ends of a network that confd does not know. */
START_TEST(ends)
{
	reserve(IP(192, 168, 41, 15));
	check(1,
	    "dhcp-host with 192.168.41.15: this is the broadcast address of the network 192.168.41.0/28; a machine cannot use it; reserve another address");
	reserve(IP(192, 168, 41, 0));
	check(2, "192.168.41.0: this is the network address");
	reserve(IP(192, 168, 41, 14));
	reserve(IP(192, 168, 41, 1));
	check(2, NULL);
	/* With a netmask, confd says it. */
	ranges[0].mask = 0xfffffff0;
	check(0, NULL);
}
END_TEST

/* In a network of two, both addresses are for machines. */
START_TEST(ends_of_two)
{
	ranges[0] = (struct conf_pool){ RECORD_RANGE_DYNAMIC,
		IP(192, 168, 41, 2), IP(192, 168, 41, 3), 0 };
	ifaces[0].addr[0].addr = IP(192, 168, 41, 2);
	ifaces[0].addr[0].mask = 0xfffffffe;
	reserve(IP(192, 168, 41, 3));
	check(0, NULL);
	ifaces[0].addr[0].mask = 0xfffffffc;
	check(1, "192.168.41.3: this is the broadcast address");
}
END_TEST

/* A check that compares each with each takes minutes. */
START_TEST(many)
{
	uint32_t i, n = 50000;
	struct conf_pool *all = calloc(n, sizeof(*all));

	ck_assert_ptr_nonnull(all);
	for (i = 0; i < n; i++) {
		all[i] = (struct conf_pool){ RECORD_RANGE_STATIC,
			IP(11, 0, 0, 0) + 256 * i, IP(11, 0, 0, 0) + 256 * i,
			0xffffff00 };
		reserve(IP(11, 0, 0, 9) + 256 * i);
		reserve(IP(12, 0, 0, 9) + 256 * i);
	}
	conf.ranges = all;
	conf.nranges = n;
	check(6, "49995 similar messages suppressed");
	free(all);
}
END_TEST

Suite *suite_log_reserved(void);

Suite *
suite_log_reserved(void)
{
	Suite *s = suite_create("log_reserved");
	TCase *t = tcase_create("reserved");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, reservations);
	tcase_add_test(t, no_netmask);
	tcase_add_test(t, ends);
	tcase_add_test(t, ends_of_two);
	tcase_add_test(t, many);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_log_reserved)
