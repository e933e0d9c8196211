/* SPDX-License-Identifier: ISC */
/* Log messages about interfaces, and which of them are not repeated. */
#include <string.h>

#include "daemon/log.h"
#include "priv/log_ifaces.h"
#include "tests/unit/unit.h"

static struct {
	size_t n;
	char line[16][LOG_LINE_MAX];
} said;

static struct iface ifaces[2][3];
static struct conf_interface rules[3];
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
said_clear(void)
{
	memset(&said, 0, sizeof(said));
}

static void
check_said(size_t n)
{
	ck_assert_uint_eq(said.n, n);
	said_clear();
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

/* A wrong name in `interface`: only the loopback is left, for TFTP. */
START_TEST(no_dhcp)
{
	struct iface lo = { .name = "lo", .loopback = true, .tftp = true };

	ifaces[0][1] = ifaces[0][0];
	ifaces[0][1].dhcp = ifaces[0][1].tftp = false;
	ifaces[0][2] = ifaces[0][1];
	(void)strcpy(ifaces[0][2].name, "eth1");
	ifaces[0][2].naddrs = 0;
	ifaces[0][0] = lo;
	now.nfound = 3;
	log_served(&now, NULL);
	ck_assert(
	    says("DHCP is served on no interface: none that has an IPv4 "
		 "address is selected; interfaces here: eth0, eth1 (no IPv4 "
		 "address); see"));
	check_said(1);
	now.nfound = 1;
	log_served(&now, NULL);
	ck_assert(says("is selected; interfaces here: none; see"));
	check_said(1);
	now.nfound = 3;
	/* It is said once, and again after DHCP was served. */
	log_served(&now, &now);
	check_said(0);
	log_served(&now, &before);
	ck_assert(says("DHCP is served on no interface"));
	ck_assert(says("eth0 is no longer served"));
	check_said(2);
	now.dhcp.enabled = false;
	log_served(&now, &before);
	ck_assert(says("eth0 is no longer served"));
	check_said(1);
}
END_TEST

START_TEST(services)
{
	log_served(&now, NULL);
	ck_assert(says("DHCP on eth0, as 192.168.1.1"));
	ck_assert(says("TFTP on eth0, at 192.168.1.1, from /srv"));
	ck_assert(says("TFTP on eth0, at fd00::1, from /srv"));
	check_said(3);
	/* What is known. */
	log_served(&now, &before);
	check_said(0);
	/* New addresses. */
	ifaces[0][0].naddrs = ifaces[0][0].naddrs6 = 2;
	ifaces[0][0].addr[1].addr = 0xc0a80102;
	ifaces[0][0].addr6[1].addr[15] = 2;
	log_served(&now, &before);
	ck_assert(says("DHCP on eth0, as 192.168.1.2"));
	ck_assert(says("TFTP on eth0, at 192.168.1.2, from /srv"));
	ck_assert(says("TFTP on eth0, at ::2, from /srv"));
	check_said(3);
	/* The same the other way round: they are gone. */
	log_served(&before, &now);
	ck_assert(says("eth0: address 192.168.1.2 removed"));
	ck_assert(says("eth0: address ::2 removed"));
	check_said(2);
}
END_TEST

START_TEST(other_services)
{
	/* Another service or root is told anew, whole. */
	ifaces[1][0].dhcp = false;
	log_served(&now, &before);
	check_said(3);
	ifaces[1][0].dhcp = true;
	ifaces[1][0].root = 1;
	log_served(&now, &before);
	check_said(3);
	/* So is an interface that was there, but not served. */
	ifaces[1][0].root = 0;
	before.nifaces = 0;
	log_served(&now, &before);
	check_said(3);
	log_served(&before, &now);
	ck_assert(says("eth0 is no longer served"));
	ck_assert(says("DHCP is served on no interface"));
	check_said(2);
}
END_TEST

START_TEST(missing)
{
	now.ninterfaces = before.ninterfaces = 3;
	rules[0].rule =
	    (struct record_interface){ .use = RECORD_IF_SERVE, .name = "eth1" };
	rules[1].rule = (struct record_interface){ .use = RECORD_IF_ADDRESS,
		.addr = { 4, { 10, 0, 0, 1 } } };
	rules[2].rule = (struct record_interface){ .use = RECORD_IF_EXCEPT,
		.name = "eth7" };
	log_unserved(&now, NULL);
	ck_assert(says("interface eth1 does not exist"));
	ck_assert(
	    says("listen-address 10.0.0.1: not assigned to any interface"));
	check_said(2);
	log_unserved(&now, &before);
	check_said(0);
	/* It was there; served or not does not matter. */
	before.nfound = 2;
	(void)strcpy(ifaces[1][1].name, "eth1");
	ifaces[1][1].naddrs = 1;
	log_unserved(&now, &before);
	ck_assert(says("interface eth1 does not exist"));
	check_said(1);
	log_unserved(&before, NULL);
	ck_assert(!says("eth1"));
	check_said(1);
}
END_TEST

/* One finding, though DHCP is then served nowhere, too. */
START_TEST(missing_and_no_dhcp)
{
	ifaces[0][0].dhcp = false;
	now.ninterfaces = before.ninterfaces = 2;
	rules[0].rule =
	    (struct record_interface){ .use = RECORD_IF_SERVE, .name = "eht0" };
	rules[1].rule =
	    (struct record_interface){ .use = RECORD_IF_SERVE, .name = "eht1" };
	log_unserved(&now, NULL);
	ck_assert(says(
	    "interface eht0 does not exist; waiting for it; DHCP is served on no interface until then; interfaces here: eth0"));
	ck_assert(!says("eht1 does not exist; waiting for it; DHCP"));
	check_said(2);
	log_served(&now, NULL);
	ck_assert(!says("no interface"));
	now.ninterfaces = 1;
	log_served(&now, NULL);
	ck_assert(!says("no interface"));
	now.ninterfaces = 2;
	said_clear();
	/* It was missing before: the reason is another one. */
	log_served(&now, &before);
	ck_assert(says("DHCP is served on no interface: none"));
	said_clear();
	/* Another interface is served. */
	ifaces[0][0].dhcp = true;
	log_unserved(&now, NULL);
	ck_assert(!says("DHCP is served on no interface"));
	check_said(2);
	/* An address that is missing is another matter. */
	ifaces[0][0].dhcp = false;
	rules[0].rule = rules[1].rule =
	    (struct record_interface){ .use = RECORD_IF_ADDRESS,
		    .addr = { 4, { 10, 0, 0, 1 } } };
	log_served(&now, NULL);
	ck_assert(says("DHCP is served on no interface: none"));
}
END_TEST

/* One line is enough. */
START_TEST(no_interface)
{
	now.nifaces = 0;
	now.ninterfaces = 1;
	rules[0].rule =
	    (struct record_interface){ .use = RECORD_IF_SERVE, .name = "eht0" };
	log_served(&now, NULL);
	check_said(0); /* log_unserved() says it */
	before.nifaces = 0;
	before.ninterfaces = 1;
	before.dhcp.enabled = false;
	log_served(&now, &before);
	ck_assert(says("DHCP is served on no interface: none"));
	check_said(1);
	now.dhcp.enabled = false;
	log_served(&now, NULL);
	ck_assert(says("no interface is served"));
	check_said(1);
}
END_TEST

START_TEST(no_address)
{
	now.ninterfaces = before.ninterfaces = 1;
	rules[0].rule =
	    (struct record_interface){ .use = RECORD_IF_SERVE, .name = "eth0" };
	log_unserved(&now, NULL);
	check_said(0);
	ifaces[0][0].naddrs = 0;
	log_unserved(&now, NULL);
	ck_assert(says("eth0 has no IPv4 address; DHCP is served there once"));
	check_said(1);
	/* It had one, and then it had none. */
	log_unserved(&now, &before);
	check_said(1);
	ifaces[1][0].naddrs = 0;
	log_unserved(&now, &before);
	check_said(0);
	/* TFTP may be served over IPv6. */
	now.dhcp.enabled = false;
	log_unserved(&now, NULL);
	check_said(0);
}
END_TEST

START_TEST(lacks_tftp_root)
{
	static struct record_tftp_root root = { "/a", "eth0" };

	now.tftp.root[0] = '\0';
	log_unserved(&now, NULL);
	ck_assert(says("TFTP disabled on eth0"));
	ck_assert(says("tftp-root=FOLDER,eth0"));
	check_said(1);
	before.tftp = now.tftp;
	log_unserved(&now, &before);
	check_said(0);
	before.nfound = 0;
	log_unserved(&now, &before);
	check_said(1);
	ifaces[0][0].loopback = true;
	log_unserved(&now, NULL);
	check_said(0);
	ifaces[0][0].loopback = false;
	now.tftp_roots = &root;
	now.ntftp_roots = 1;
	log_unserved(&now, NULL);
	check_said(0);
}
END_TEST

START_TEST(too_many_addresses)
{
	ifaces[0][0].more6 = true;
	log_unserved(&now, NULL);
	ck_assert(says(
	    "eth0 has more than 32 IPv6 addresses; only the first 32 are served"));
	check_said(1);
	log_unserved(&now, &before);
	check_said(1);
	ifaces[1][0].more6 = true;
	log_unserved(&now, &before);
	check_said(0);
	ifaces[0][0].more4 = true;
	log_unserved(&now, &before);
	ck_assert(says("eth0 has more than 64 IPv4 addresses"));
	check_said(1);
	/* On an interface that is not served it does not matter. */
	now.nifaces = 0;
	log_unserved(&now, NULL);
	check_said(0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("log_ifaces");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, services);
	tcase_add_test(tc, no_dhcp);
	tcase_add_test(tc, other_services);
	tcase_add_test(tc, missing);
	tcase_add_test(tc, missing_and_no_dhcp);
	tcase_add_test(tc, no_interface);
	tcase_add_test(tc, no_address);
	tcase_add_test(tc, lacks_tftp_root);
	tcase_add_test(tc, too_many_addresses);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
