/* SPDX-License-Identifier: ISC */
/* Which sockets for transfers over IPv6 a role may have of the parent. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "priv/broker.h"
#include "tests/unit/codec.h"

enum { LO = 1, BR0, ETH1, ETH2 };

static struct conf *conf;

static void
address_add(struct iface *i, const char *text, uint8_t prefix)
{
	struct iface_addr6 *a = &i->addr6[i->naddrs6++];

	ck_assert_int_eq(inet_pton(AF_INET6, text, a->addr), 1);
	a->prefix = prefix;
}

static struct iface *
iface_add(const char *name, bool tftp)
{
	struct iface *i = &conf->ifaces[conf->nifaces++];

	(void)strcpy(i->name, name);
	i->index = (uint32_t)conf->nifaces;
	i->dhcp = true;
	i->tftp = tftp;
	return i;
}

static void
setup(void)
{
	struct iface *i;

	conf = conf_new(1);
	conf->ifaces = calloc(5, sizeof(*conf->ifaces));
	address_add(iface_add("lo", true), "::1", 128);
	i = iface_add("br0", true);
	address_add(i, "2001:db8:1::1", 64);
	address_add(i, "fe80::1", 64);
	i = iface_add("eth1", true);
	/* A net that ends within an octet, a link of two, and a twin. */
	address_add(i, "2001:db8:2:7ff::1", 58);
	address_add(i, "2001:db8:3::1", 127);
	address_add(i, "fe80::1", 64);
	address_add(iface_add("eth2", false), "2001:db8:4::1", 64);
	/* One that is not served at all. */
	address_add(iface_add("eth3", false), "2001:db8:5::1", 64);
	conf->nfound = conf->nifaces--;
}

static void
teardown(void)
{
	conf_free(conf);
}

static struct endpoint
end6(const char *text, uint16_t port, uint32_t scope)
{
	struct endpoint e = { .addr.family = 6, .port = port, .scope = scope };

	ck_assert_int_eq(inet_pton(AF_INET6, text, e.addr.bytes), 1);
	return e;
}

struct broker_case {
	uint32_t ifindex;
	const char *from;
	uint32_t from_scope;
	const char *to;
	uint32_t to_scope;
	uint16_t port;
	int want;
};

static void
check_cases(const struct broker_case *t, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct endpoint local = end6(t[i].from, 0, t[i].from_scope);
		struct endpoint remote =
		    end6(t[i].to, t[i].port, t[i].to_scope);

		ck_assert_msg(broker_socket(conf, t[i].ifindex, &local,
				  &remote) == t[i].want,
		    "case %zu: %s to %s", i, t[i].from, t[i].to);
	}
}

#define CHECK_CASES(t) check_cases(t, sizeof(t) / sizeof((t)[0]))
#define GLOBAL "2001:db8:1::1"
#define CLIENT "2001:db8:1::50"

START_TEST(granted)
{
	static const struct broker_case t[] = {
		{ BR0, GLOBAL, 0, CLIENT, 0, 2070, 0 },
		{ BR0, GLOBAL, 0, CLIENT, 0, 1, 0 },
		{ BR0, GLOBAL, 0, "2001:db8:ffff::1", 0, 2070, 0 },
		{ BR0, GLOBAL, 0, "fd00::5", 0, 2070, 0 },
		/* By one interface to the address of another. */
		{ ETH1, GLOBAL, 0, "2001:db8:2:7ff::9", 0, 2070, 0 },
		/* On one link. */
		{ BR0, "fe80::1", BR0, "fe80::50", BR0, 2070, 0 },
		{ ETH1, "fe80::1", ETH1, "fe80::50", ETH1, 2070, 0 },
		{ BR0, "fe80::1", BR0, CLIENT, 0, 2070, 0 },
		/* A client without a global address asks for ours. */
		{ BR0, GLOBAL, 0, "fe80::50", BR0, 2070, 0 },
		/* A link of two has no address of its routers. */
		{ ETH1, GLOBAL, 0, "2001:db8:3::", 0, 2070, 0 },
		{ ETH1, GLOBAL, 0, "2001:db8:2:7ff::", 0, 2070, 0 },
		/* Clients on this host. */
		{ LO, "::1", 0, "::1", 0, 40000, 0 },
		{ LO, GLOBAL, 0, GLOBAL, 0, 1024, 0 },
	};

	CHECK_CASES(t);
}
END_TEST

START_TEST(our_side)
{
	static const struct broker_case t[] = {
		{ 0, GLOBAL, 0, CLIENT, 0, 2070, ENODEV },
		{ ETH2, "2001:db8:4::1", 0, CLIENT, 0, 2070, ENODEV },
		{ BR0, "2001:db8:4::1", 0, CLIENT, 0, 2070, EADDRNOTAVAIL },
		{ BR0, CLIENT, 0, CLIENT, 0, 2070, EADDRNOTAVAIL },
		{ BR0, "::", 0, CLIENT, 0, 2070, EADDRNOTAVAIL },
		{ BR0, "ff02::1", BR0, CLIENT, 0, 2070, EADDRNOTAVAIL },
		{ BR0, "::ffff:192.168.1.1", 0, CLIENT, 0, 2070,
		    EADDRNOTAVAIL },
		/* A link-local address without, or of another, scope. */
		{ BR0, "fe80::1", 0, CLIENT, 0, 2070, EADDRNOTAVAIL },
		{ BR0, "fe80::1", ETH1, CLIENT, 0, 2070, EADDRNOTAVAIL },
		{ ETH2, "fe80::1", ETH2, CLIENT, 0, 2070, ENODEV },
		{ LO, "fe80::1", LO, CLIENT, 0, 2070, EADDRNOTAVAIL },
		{ BR0, "fe80::2", BR0, CLIENT, 0, 2070, EADDRNOTAVAIL },
		/* A global one with a scope. */
		{ BR0, GLOBAL, BR0, CLIENT, 0, 2070, EADDRNOTAVAIL },
	};

	CHECK_CASES(t);
}
END_TEST

START_TEST(their_side)
{
	static const struct broker_case t[] = {
		{ BR0, GLOBAL, 0, CLIENT, 0, 0, EACCES },
		{ BR0, GLOBAL, 0, "::", 0, 2070, EACCES },
		{ BR0, GLOBAL, 0, "::2", 0, 2070, EACCES },
		{ BR0, GLOBAL, 0, "::192.168.1.50", 0, 2070, EACCES },
		{ BR0, GLOBAL, 0, "::ffff:192.168.1.50", 0, 2070, EACCES },
		{ BR0, GLOBAL, 0, "ff02::1", 0, 2070, EACCES },
		{ BR0, GLOBAL, 0, "ff02::1", BR0, 2070, EACCES },
		{ BR0, GLOBAL, 0, "ff0e::1", 0, 2070, EACCES },
		/* Those of routers, also where a net ends in an octet. */
		{ BR0, GLOBAL, 0, "2001:db8:1::", 0, 2070, EACCES },
		{ BR0, GLOBAL, 0, "2001:db8:2:7c0::", 0, 2070, EACCES },
		{ BR0, GLOBAL, 0, "2001:db8:5::", 0, 2070, EACCES },
		{ BR0, "fe80::1", BR0, "fe80::", BR0, 2070, EACCES },
		/* Scopes. */
		{ BR0, GLOBAL, 0, CLIENT, BR0, 2070, EACCES },
		{ BR0, "fe80::1", BR0, "fe80::50", 0, 2070, EACCES },
		{ BR0, "fe80::1", BR0, "fe80::50", ETH1, 2070, EACCES },
		{ ETH1, "fe80::1", ETH1, "fe80::50", BR0, 2070, EACCES },
		/* Our address of another link, to a client of this one. */
		{ ETH1, GLOBAL, 0, "fe80::50", ETH1, 2070, EACCES },
		/* Services of this host, TFTP served there or not. */
		{ LO, "::1", 0, "::1", 0, 1023, EACCES },
		{ BR0, GLOBAL, 0, "::1", 0, 53, EACCES },
		{ BR0, GLOBAL, 0, GLOBAL, 0, 69, EACCES },
		{ BR0, GLOBAL, 0, "2001:db8:4::1", 0, 547, EACCES },
		{ BR0, GLOBAL, 0, "2001:db8:4::1", 0, 4011, EACCES },
		{ BR0, "fe80::1", BR0, "fe80::1", BR0, 22, EACCES },
	};

	CHECK_CASES(t);
}
END_TEST

START_TEST(families)
{
	struct endpoint local = end6(GLOBAL, 0, 0);
	struct endpoint remote = end6(CLIENT, 2070, 0);

	ck_assert_int_eq(broker_socket(conf, BR0, &local, &remote), 0);
	ck_assert_int_eq(broker_socket(NULL, BR0, &local, &remote), ENODEV);
	local.port = 69;
	ck_assert_int_eq(
	    broker_socket(conf, BR0, &local, &remote), EADDRNOTAVAIL);
	local.port = 0;
	local.addr.family = 4;
	ck_assert_int_eq(
	    broker_socket(conf, BR0, &local, &remote), EAFNOSUPPORT);
	local.addr.family = 6;
	remote.addr.family = 4;
	ck_assert_int_eq(
	    broker_socket(conf, BR0, &local, &remote), EAFNOSUPPORT);
}
END_TEST

Suite *suite_broker6(void);

Suite *
suite_broker6(void)
{
	Suite *s = suite_create("broker6");
	TCase *tc = tcase_create("broker");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, granted);
	tcase_add_test(tc, our_side);
	tcase_add_test(tc, their_side);
	tcase_add_test(tc, families);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_broker6)
