/* SPDX-License-Identifier: ISC */
/* What --test says of ranges and reservations. */
#include <stdio.h>
#include <string.h>

#include "daemon/log.h"
#include "priv/ranges_test.h"
#include "tests/unit/unit.h"

#define IP(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

static struct iface ifaces[2];
static struct conf_pool ranges[2];
static struct conf conf;
static char said[2048];

static void
sink(int priority, const char *line, void *arg)
{
	size_t len = strlen(said);

	(void)arg;
	(void)snprintf(said + len, sizeof(said) - len, "%s%s\n",
	    priority == LOG_WARNING ? "W " : "", line);
}

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
	said[0] = '\0';
	log_init("test", LOG_INFO);
	log_set_sink(sink, NULL);
}

static void
teardown(void)
{
	log_set_sink(NULL, NULL);
	addrs_free(&conf.reserved);
}

static void
check(uint32_t warnings, const char *text)
{
	said[0] = '\0';
	ck_assert_uint_eq(ranges_test(&conf), warnings);
	ck_assert_msg(
	    text == NULL ? said[0] == '\0' : strstr(said, text) != NULL, "%s",
	    said);
}

START_TEST(fits)
{
	check(0, NULL);
	ranges[0].mask = 0xfffffff0;
	check(0, NULL);
	ranges[0] = (struct conf_pool){ RECORD_RANGE_STATIC, IP(10, 0, 0, 0),
		IP(10, 0, 0, 0), 0 };
	check(0, NULL);
}
END_TEST

START_TEST(does_not_fit)
{
	ranges[0].end = IP(192, 168, 41, 245);
	check(1,
	    "W dhcp-range 192.168.41.2-192.168.41.245 does not fit into the "
	    "network of br0 (192.168.41.1/28)");
	/* Not served there. */
	ifaces[0].dhcp = false;
	check(1, "W dhcp-range 192.168.41.2: no interface is on its subnet");
}
END_TEST

START_TEST(relayed)
{
	ranges[0] = (struct conf_pool){ RECORD_RANGE_DYNAMIC, IP(10, 77, 0, 2),
		IP(10, 77, 0, 9), 0 };
	check(1, "W dhcp-range 10.77.0.2: no interface is on its subnet and it "
		 "has no netmask; relayed clients get the netmask of its "
		 "address class, 255.0.0.0");
	ranges[0].start = IP(239, 255, 255, 2);
	ranges[0].end = IP(240, 0, 0, 9);
	check(1, "W dhcp-range 239.255.255.2: no interface is on its subnet "
		 "and it has no netmask; ignored");
	/* The ends are in two networks of class B. */
	ranges[0].start = IP(172, 16, 0, 2);
	ranges[0].end = IP(172, 17, 0, 9);
	check(1, "netmask; ignored");
	ranges[0].start = IP(10, 77, 0, 2);
	ranges[0].end = IP(10, 77, 0, 9);
	ranges[0].mask = 0xffffff00;
	check(0, "dhcp-range 10.77.0.2: no interface is on its subnet; for "
		 "relayed clients only");
	ck_assert(strstr(said, "W ") == NULL);
	/* Proxy ranges have no addresses. */
	ranges[0].mask = 0;
	ranges[0].mode = RECORD_RANGE_PROXY;
	check(0, NULL);
}
END_TEST

START_TEST(reservations)
{
	char *line;
	uint32_t i;
	int lines = 0;

	ck_assert_int_eq(addrs_add(&conf.reserved, IP(192, 168, 41, 9)), 0);
	check(0, NULL);
	ck_assert_int_eq(addrs_add(&conf.reserved, IP(192, 168, 42, 9)), 0);
	check(1, "W dhcp-host with 192.168.42.9: the address is in no network");
	/* With a range for it. */
	conf.nranges = 2;
	ranges[1] = (struct conf_pool){ RECORD_RANGE_STATIC,
		IP(192, 168, 42, 0), IP(192, 168, 42, 0), 0xffffff00 };
	check(0, "for relayed clients only");
	conf.nranges = 1;
	for (i = 0; i < 9; i++)
		ck_assert_int_eq(
		    addrs_add(&conf.reserved, IP(192, 168, 43, i + 1)), 0);
	check(10, "W 5 similar messages suppressed");
	for (line = said; (line = strchr(line, '\n')) != NULL; line++)
		lines++;
	ck_assert_int_eq(lines, 6);
}
END_TEST

Suite *suite_ranges_test(void);

Suite *
suite_ranges_test(void)
{
	Suite *s = suite_create("ranges_test");
	TCase *t = tcase_create("ranges");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, fits);
	tcase_add_test(t, does_not_fit);
	tcase_add_test(t, relayed);
	tcase_add_test(t, reservations);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_ranges_test)
