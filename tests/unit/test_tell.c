/* SPDX-License-Identifier: ISC */
/* What the log says of interfaces, and what it says only once. */
#include <string.h>

#include "daemon/log.h"
#include "priv/tell.h"
#include "tests/unit/unit.h"

static struct {
	size_t n;
	char line[16][LOG_LINE_MAX];
} said;

static struct iface ifaces[2][3];
static struct record_interface rules[3];
static struct conf now, before;

static void
sink(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)arg;
	ck_assert_uint_lt(said.n, 16);
	(void)strcpy(said.line[said.n++], line);
}

static bool
says(const char *text)
{
	size_t i;

	for (i = 0; i < said.n; i++)
		if (strstr(said.line[i], text) != NULL)
			return true;
	return false;
}

static void
check_said(size_t n)
{
	ck_assert_uint_eq(said.n, n);
	memset(&said, 0, sizeof(said));
}

/* Two configurations with eth0, which has two addresses, served both ways. */
static void
setup(void)
{
	struct iface i = { .name = "eth0",
		.dhcp = true,
		.tftp = true,
		.naddrs = 1,
		.addr = { { .addr = 0xc0a80101 } },
		.naddrs6 = 1,
		.addr6 = { { { 0xfd, [15] = 1 }, 64 } } };

	log_init("test", LOG_INFO);
	log_set_sink(sink, NULL);
	memset(&said, 0, sizeof(said));
	memset(rules, 0, sizeof(rules));
	now = (struct conf){ .dhcp = { .enabled = true },
		.tftp = { .enabled = true, .root = "/srv" },
		.interfaces = rules,
		.ninterfaces = 0,
		.ifaces = ifaces[0],
		.nifaces = 1,
		.nfound = 1 };
	before = now;
	before.ifaces = ifaces[1];
	ifaces[0][0] = ifaces[1][0] = i;
}

START_TEST(services)
{
	tell_services(&now, NULL);
	ck_assert(says("DHCP on eth0, as 192.168.1.1"));
	ck_assert(says("TFTP on eth0, at 192.168.1.1, from /srv"));
	ck_assert(says("TFTP on eth0, at fd00::1, from /srv"));
	check_said(3);
	/* What is known. */
	tell_services(&now, &before);
	check_said(0);
	/* New addresses. */
	ifaces[0][0].naddrs = ifaces[0][0].naddrs6 = 2;
	ifaces[0][0].addr[1].addr = 0xc0a80102;
	ifaces[0][0].addr6[1].addr[15] = 2;
	tell_services(&now, &before);
	ck_assert(says("DHCP on eth0, as 192.168.1.2"));
	ck_assert(says("TFTP on eth0, at 192.168.1.2, from /srv"));
	ck_assert(says("TFTP on eth0, at ::2, from /srv"));
	check_said(3);
	/* The same the other way round: they are gone. */
	tell_services(&before, &now);
	ck_assert(says("no longer on eth0: 192.168.1.2"));
	ck_assert(says("no longer on eth0: ::2"));
	check_said(2);
}
END_TEST

START_TEST(other_services)
{
	/* Another service or root is told anew, whole. */
	ifaces[1][0].dhcp = false;
	tell_services(&now, &before);
	check_said(3);
	ifaces[1][0].dhcp = true;
	ifaces[1][0].root = 1;
	tell_services(&now, &before);
	check_said(3);
	/* So is an interface that was there, but not served. */
	ifaces[1][0].root = 0;
	before.nifaces = 0;
	tell_services(&now, &before);
	check_said(3);
	tell_services(&before, &now);
	ck_assert(says("eth0 is no longer served"));
	ck_assert(says("no interface is served"));
	check_said(2);
}
END_TEST

START_TEST(missing)
{
	now.ninterfaces = before.ninterfaces = 3;
	rules[0] =
	    (struct record_interface){ .use = RECORD_IF_SERVE, .name = "eth1" };
	rules[1] = (struct record_interface){ .use = RECORD_IF_ADDRESS,
		.addr = 0x0a000001 };
	rules[2] = (struct record_interface){ .use = RECORD_IF_EXCEPT,
		.name = "eth7" };
	tell_missing(&now, NULL);
	ck_assert(says("interface eth1 does not exist"));
	ck_assert(says("listen-address 10.0.0.1: no interface has it"));
	check_said(2);
	tell_missing(&now, &before);
	check_said(0);
	/* It was there; served or not does not matter. */
	before.nfound = 2;
	(void)strcpy(ifaces[1][1].name, "eth1");
	tell_missing(&now, &before);
	ck_assert(says("interface eth1 does not exist"));
	check_said(1);
	tell_missing(&before, NULL);
	ck_assert(!says("eth1"));
	check_said(1);
}
END_TEST

START_TEST(rootless)
{
	static struct record_tftp_root root = { "/a", "eth0" };

	now.tftp.root[0] = '\0';
	tell_missing(&now, NULL);
	ck_assert(says("TFTP is not served on eth0"));
	ck_assert(says("tftp-root=FOLDER,eth0"));
	check_said(1);
	before.tftp = now.tftp;
	tell_missing(&now, &before);
	check_said(0);
	before.nfound = 0;
	tell_missing(&now, &before);
	check_said(1);
	ifaces[0][0].loopback = true;
	tell_missing(&now, NULL);
	check_said(0);
	ifaces[0][0].loopback = false;
	now.tftp_roots = &root;
	now.ntftp_roots = 1;
	tell_missing(&now, NULL);
	check_said(0);
}
END_TEST

START_TEST(too_many_addresses)
{
	ifaces[0][0].more6 = true;
	tell_missing(&now, NULL);
	ck_assert(says("eth0 has more than 32 addresses of IPv6; the first 32 "
		       "are served, so clients should be given one of those"));
	check_said(1);
	tell_missing(&now, &before);
	check_said(1);
	ifaces[1][0].more6 = true;
	tell_missing(&now, &before);
	check_said(0);
	ifaces[0][0].more4 = true;
	tell_missing(&now, &before);
	ck_assert(says("eth0 has more than 64 addresses of IPv4"));
	check_said(1);
	/* On an interface that is not served it does not matter. */
	now.nifaces = 0;
	tell_missing(&now, NULL);
	check_said(0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("tell");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, services);
	tcase_add_test(tc, other_services);
	tcase_add_test(tc, missing);
	tcase_add_test(tc, rootless);
	tcase_add_test(tc, too_many_addresses);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
