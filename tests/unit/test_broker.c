/* SPDX-License-Identifier: ISC */
/* What roles may have of the parent, and what never. */
#include <errno.h>
#include <string.h>

#include "priv/broker.h"
#include "tests/unit/codec.h"

enum { LO = 1, BR0, ETH1, ETH2, PTP };

static struct conf *conf;

static struct iface *
iface_add(const char *name, bool dhcp, bool tftp, uint32_t addr, uint32_t mask)
{
	struct iface *i = &conf->ifaces[conf->nifaces++];

	(void)strcpy(i->name, name);
	i->index = (uint32_t)conf->nifaces;
	i->dhcp = dhcp;
	i->tftp = tftp;
	i->naddrs = 1;
	i->addr[0].addr = addr;
	i->addr[0].mask = mask;
	i->addr[0].broadcast = addr | ~mask;
	return i;
}

static void
reserve(uint32_t addr)
{
	ck_assert_int_eq(addrs_add(&conf->reserved, addr), 0);
}

static void
setup(void)
{
	struct iface *i;

	conf = conf_new(1);
	conf->ifaces = calloc(8, sizeof(*conf->ifaces));
	conf->ranges = calloc(4, sizeof(*conf->ranges));
	i = iface_add("lo", false, true, 0x7f000001, 0xff000000);
	i->loopback = true;
	i = iface_add("br0", true, true, 0xc0a80101, 0xffffff00);
	/* A second address, whose broadcast was set to something else. */
	i->naddrs = 2;
	i->addr[1].addr = 0xac100001;
	i->addr[1].mask = 0xffff0000;
	i->addr[1].broadcast = 0xac10fe00;
	(void)iface_add("eth1", false, true, 0x0a000001, 0xfffffffc);
	(void)iface_add("eth2", true, false, 0xcb007105, 0xfffffff8);
	i = iface_add("ptp", true, true, 0x0a090901, 0xfffffffe);
	i->addr[0].broadcast = 0;
	conf->nranges = 3;
	conf->ranges[0].start = 0xc0a80132;
	conf->ranges[0].end = 0xc0a80196;
	conf->ranges[1].mode = RECORD_RANGE_PROXY;
	conf->ranges[1].start = conf->ranges[1].end = 0xcb007100;
	conf->ranges[2].mode = RECORD_RANGE_STATIC;
	conf->ranges[2].start = conf->ranges[2].end = 0x0a090900;
	/* The last ones are in nets without a range, or in that of a proxy. */
	reserve(0xc0a80110);
	reserve(0x0a090900);
	reserve(0xc0a80101);
	reserve(0xc0a801ff);
	reserve(0xac100005);
	reserve(0xcb007106);
}

static void
teardown(void)
{
	conf_free(conf);
}

static struct endpoint
end4(uint32_t addr, uint16_t port)
{
	struct endpoint e = { .addr.family = 4, .port = port };
	struct writer w;

	writer_init(&w, e.addr.bytes, sizeof(e.addr.bytes));
	writer_u32(&w, addr);
	return e;
}

static int
ask(uint32_t ifindex, uint32_t from, uint16_t from_port, uint32_t to,
    uint16_t to_port)
{
	struct endpoint local = end4(from, from_port);
	struct endpoint remote = end4(to, to_port);

	return broker_socket(conf, ifindex, &local, &remote);
}

START_TEST(socket_table)
{
	static const struct {
		uint32_t ifindex, from, to;
		uint16_t from_port, to_port;
		int want;
	} t[] = {
		/* A client in the net, one behind a relay, odd ports. */
		{ BR0, 0xc0a80101, 0xc0a80132, 0, 2070, 0 },
		{ BR0, 0xc0a80101, 0x08080808, 0, 2070, 0 },
		{ BR0, 0xc0a80101, 0xc0a80132, 0, 1, 0 },
		{ BR0, 0xc0a80101, 0xc0a80132, 0, 69, 0 },
		{ BR0, 0xac100001, 0xac10ffff - 1, 0, 65535, 0 },
		{ ETH1, 0x0a000001, 0x0a000002, 0, 2070, 0 },
		/* By one interface to the address of another. */
		{ ETH1, 0xc0a80101, 0x0a000002, 0, 2070, 0 },
		/* A net of two has no broadcast. */
		{ PTP, 0x0a090901, 0x0a090900, 0, 2070, 0 },
		/* Clients on this host, not its services. */
		{ LO, 0x7f000001, 0x7f000001, 0, 40000, 0 },
		{ LO, 0xc0a80101, 0xc0a80101, 0, 1024, 0 },
		{ LO, 0x7f000001, 0x7f000001, 0, 1023, EACCES },
		{ LO, 0x7f000001, 0x7f000035, 0, 53, EACCES },
		{ BR0, 0xc0a80101, 0x7f000001, 0, 161, EACCES },
		{ BR0, 0xc0a80101, 0xc0a80101, 0, 67, EACCES },
		{ BR0, 0xc0a80101, 0x0a000001, 0, 69, EACCES },
		{ BR0, 0xc0a80101, 0xcb007105, 0, 4011, EACCES },
		/* Interfaces. */
		{ 0, 0xc0a80101, 0xc0a80132, 0, 2070, ENODEV },
		{ 9, 0xc0a80101, 0xc0a80132, 0, 2070, ENODEV },
		{ ETH2, 0xcb007105, 0xcb007106, 0, 2070, ENODEV },
		/* Our side. */
		{ BR0, 0xc0a80102, 0xc0a80132, 0, 2070, EADDRNOTAVAIL },
		{ BR0, 0xc0a80101, 0xc0a80132, 69, 2070, EADDRNOTAVAIL },
		{ BR0, 0xc0a80101, 0xc0a80132, 2070, 2070, EADDRNOTAVAIL },
		{ BR0, 0xcb007105, 0xc0a80132, 0, 2070, EADDRNOTAVAIL },
		{ BR0, 0, 0xc0a80132, 0, 2070, EAFNOSUPPORT },
		/* Their side. */
		{ BR0, 0xc0a80101, 0, 0, 2070, EAFNOSUPPORT },
		{ BR0, 0xc0a80101, 0xc0a80132, 0, 0, EACCES },
		{ BR0, 0xc0a80101, 0xffffffff, 0, 2070, EACCES },
		{ BR0, 0xc0a80101, 0xc0a801ff, 0, 2070, EACCES },
		{ BR0, 0xc0a80101, 0xc0a80100, 0, 2070, EACCES },
		{ BR0, 0xc0a80101, 0xac10ffff, 0, 2070, EACCES },
		{ BR0, 0xc0a80101, 0xac10fe00, 0, 2070, EACCES },
		{ BR0, 0xc0a80101, 0x0a000003, 0, 2070, EACCES },
		{ BR0, 0xc0a80101, 0xcb007107, 0, 2070, EACCES },
		{ BR0, 0xc0a80101, 0xe0000001, 0, 2070, EACCES },
		{ BR0, 0xc0a80101, 0xefffffff, 0, 2070, EACCES },
		{ BR0, 0xc0a80101, 0xf0000001, 0, 2070, EACCES },
		{ BR0, 0xc0a80101, 0x00000001, 0, 2070, EACCES },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(ask(t[i].ifindex, t[i].from, t[i].from_port,
				  t[i].to, t[i].to_port) == t[i].want,
		    "case %zu", i);
}
END_TEST

/* The port of dhcp-alternate-port is that of a service of this host. */
START_TEST(alternate_port)
{
	conf->dhcp.server_port = 40000;
	ck_assert_int_eq(ask(LO, 0x7f000001, 0, 0x7f000001, 40000), EACCES);
	ck_assert_int_eq(ask(LO, 0x7f000001, 0, 0x7f000001, 40001), 0);
	ck_assert_int_eq(ask(BR0, 0xc0a80101, 0, 0xc0a80132, 40000), 0);
}
END_TEST

START_TEST(socket_families)
{
	struct endpoint local = end4(0xc0a80101, 0);
	struct endpoint remote = end4(0xc0a80132, 2070);

	local.addr.family = 6;
	ck_assert_int_eq(
	    broker_socket(conf, BR0, &local, &remote), EAFNOSUPPORT);
	local.addr.family = 4;
	ck_assert_int_eq(broker_socket(conf, BR0, &local, &remote), 0);
	remote.addr.family = 6;
	ck_assert_int_eq(
	    broker_socket(conf, BR0, &local, &remote), EAFNOSUPPORT);
	remote.addr.family = 0;
	ck_assert_int_eq(
	    broker_socket(conf, BR0, &local, &remote), EAFNOSUPPORT);
}
END_TEST

/* A role may ask as soon as it is READY, before anything is in force. */
START_TEST(without_configuration)
{
	struct endpoint local = end4(0xc0a80101, 0);
	struct endpoint remote = end4(0xc0a80132, 2070);

	ck_assert_int_eq(broker_socket(NULL, BR0, &local, &remote), ENODEV);
	ck_assert_int_eq(broker_neigh(NULL, BR0, 0xc0a80132, 1, 6), ENODEV);
}
END_TEST

START_TEST(neigh_table)
{
	static const struct {
		uint32_t ifindex, addr;
		uint8_t hwtype;
		size_t hwlen;
		int want;
	} t[] = {
		{ BR0, 0xc0a80132, 1, 6, 0 },
		{ BR0, 0xc0a80196, 1, 6, 0 },
		/* A reservation lies in the net, not always in the range. */
		{ BR0, 0xc0a80110, 1, 6, 0 },
		{ PTP, 0x0a090900, 1, 6, 0 },
		/* In the net, and nobody's that we give an address to. */
		{ BR0, 0xc0a80131, 1, 6, EACCES },
		{ BR0, 0xc0a80197, 1, 6, EACCES },
		{ BR0, 0xc0a80111, 1, 6, EACCES },
		{ BR0, 0xc0a80102, 1, 6, EACCES },
		/* Reserved, in the net of another interface. */
		{ BR0, 0x0a090900, 1, 6, EACCES },
		{ PTP, 0xc0a80110, 1, 6, EACCES },
		{ BR0, 0xc0a80101, 1, 6, EACCES },
		{ BR0, 0xc0a80100, 1, 6, EACCES },
		{ BR0, 0xc0a801ff, 1, 6, EACCES },
		{ BR0, 0xc0a80232, 1, 6, EACCES },
		{ BR0, 0xffffffff, 1, 6, EACCES },
		{ BR0, 0, 1, 6, EACCES },
		{ BR0, 0xe0000001, 1, 6, EACCES },
		{ BR0, 0x7f000001, 1, 6, EACCES },
		/* No range lies in the net of the second address. */
		{ BR0, 0xac100005, 1, 6, EACCES },
		/* The net of a range, by another interface. */
		{ ETH2, 0xc0a80132, 1, 6, EACCES },
		{ PTP, 0xc0a80132, 1, 6, EACCES },
		/* A proxy gives no addresses. */
		{ ETH2, 0xcb007106, 1, 6, EACCES },
		{ ETH1, 0x0a000002, 1, 6, ENODEV },
		{ LO, 0x7f000005, 1, 6, ENODEV },
		{ 0, 0xc0a80132, 1, 6, ENODEV },
		{ 77, 0xc0a80132, 1, 6, ENODEV },
		{ BR0, 0xc0a80132, 0, 6, EPFNOSUPPORT },
		{ BR0, 0xc0a80132, 6, 6, EPFNOSUPPORT },
		{ BR0, 0xc0a80132, 1, 0, EPFNOSUPPORT },
		{ BR0, 0xc0a80132, 1, 5, EPFNOSUPPORT },
		{ BR0, 0xc0a80132, 1, 16, EPFNOSUPPORT },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(broker_neigh(conf, t[i].ifindex, t[i].addr,
				  t[i].hwtype, t[i].hwlen) == t[i].want,
		    "case %zu", i);
}
END_TEST

/* An interface whose net is everything makes nothing special a client. */
START_TEST(neigh_in_the_net_of_all)
{
	conf->ifaces[1].addr[0].mask = 0;
	conf->ifaces[1].addr[0].broadcast = 0xffffffff;
	ck_assert_int_eq(broker_neigh(conf, BR0, 0xe0000001, 1, 6), EACCES);
	ck_assert_int_eq(broker_neigh(conf, BR0, 0x7f000009, 1, 6), EACCES);
	ck_assert_int_eq(broker_neigh(conf, BR0, 0, 1, 6), EACCES);
	ck_assert_int_eq(broker_neigh(conf, BR0, 0xffffffff, 1, 6), EACCES);
}
END_TEST

/* An address that makes a difference: one of those of setup(), or near one. */
static uint32_t
some_address(void)
{
	static const uint32_t near[] = { 0xc0a80101, 0xc0a80132, 0xac100001,
		0xac10fe00, 0x0a000001, 0xcb007105, 0x0a090901, 0x7f000001,
		0xffffffff, 0xe0000000, 0 };

	if (random() % 8 == 0)
		return codec_random();
	return near[(size_t)random() % (sizeof(near) / sizeof(near[0]))] +
	       (uint32_t)(random() % 5) - 2 +
	       (random() % 4 ? 0 : 254U * (uint32_t)(random() % 2));
}

static bool
in_list(uint32_t addr, const uint32_t *list, size_t n)
{
	while (n-- > 0)
		if (*list++ == addr)
			return true;
	return false;
}

static const uint32_t tftp_own[] = { 0x7f000001, 0xc0a80101, 0xac100001,
	0x0a000001, 0x0a090901 };
static const uint32_t dhcp_only_own[] = { 0xcb007105 };
static const uint32_t nobody[] = { 0x7f000000, 0x7fffffff, 0xc0a80100,
	0xc0a801ff, 0xac100000, 0xac10ffff, 0xac10fe00, 0x0a000000, 0x0a000003,
	0xcb007100, 0xcb007107 };

#define IN(addr, list) in_list(addr, list, sizeof(list) / sizeof(list[0]))

static bool
socket_reference(
    uint32_t ifindex, uint32_t from, uint16_t lport, uint32_t to, uint16_t port)
{
	bool here = IN(to, tftp_own) || IN(to, dhcp_only_own) ||
		    (to >= 0x7f000000 && to <= 0x7fffffff);

	if (ifindex != LO && ifindex != BR0 && ifindex != ETH1 &&
	    ifindex != PTP)
		return false;
	if (lport != 0 || port == 0 || !IN(from, tftp_own))
		return false;
	if (to < 0x01000000 || to > 0xdfffffff || IN(to, nobody))
		return false;
	return !here || (port > 1023 && port != 4011);
}

START_TEST(socket_property)
{
	static const uint16_t ports[] = { 0, 1, 67, 69, 1023, 1024, 2070, 4011,
		65535 };
	int i, granted = 0;

	srandom((unsigned int)_i);
	for (i = 0; i < 20000; i++) {
		uint32_t ifindex = (uint32_t)random() % 7;
		uint32_t from =
		    random() % 2 ? tftp_own[random() % 5] : some_address();
		uint32_t to = some_address();
		uint16_t lport = random() % 8 ? 0 : (uint16_t)random();
		uint16_t port = ports[random() % 9];
		bool yes = ask(ifindex, from, lport, to, port) == 0;

		granted += yes;
		ck_assert_msg(
		    yes == socket_reference(ifindex, from, lport, to, port),
		    "%u: %x:%u to %x:%u", ifindex, from, lport, to, port);
	}
	ck_assert_int_gt(granted, 500);
}
END_TEST

static bool
neigh_reference(uint32_t ifindex, uint32_t addr, uint8_t hwtype, size_t hwlen)
{
	if (hwtype != 1 || hwlen != 6)
		return false;
	if (ifindex == BR0)
		return (addr >= 0xc0a80132 && addr <= 0xc0a80196) ||
		       addr == 0xc0a80110;
	return ifindex == PTP && addr == 0x0a090900;
}

START_TEST(neigh_property)
{
	int i, granted = 0;

	srandom((unsigned int)_i);
	for (i = 0; i < 20000; i++) {
		uint32_t ifindex = (uint32_t)random() % 7;
		uint32_t addr = some_address();
		uint8_t hwtype = random() % 8 ? 1 : (uint8_t)random();
		size_t hwlen = random() % 8 ? 6 : (size_t)random() % 17;
		bool yes =
		    broker_neigh(conf, ifindex, addr, hwtype, hwlen) == 0;

		granted += yes;
		ck_assert_msg(
		    yes == neigh_reference(ifindex, addr, hwtype, hwlen),
		    "%u: %x", ifindex, addr);
	}
	ck_assert_int_gt(granted, 100);
}
END_TEST

Suite *suite_broker(void);

Suite *
suite_broker(void)
{
	Suite *s = suite_create("broker");
	TCase *tc = tcase_create("broker");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, socket_table);
	tcase_add_test(tc, alternate_port);
	tcase_add_test(tc, socket_families);
	tcase_add_test(tc, without_configuration);
	tcase_add_test(tc, neigh_table);
	tcase_add_test(tc, neigh_in_the_net_of_all);
	tcase_add_loop_test(tc, socket_property, 0, 10);
	tcase_add_loop_test(tc, neigh_property, 0, 10);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_broker)
