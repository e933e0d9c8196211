/* SPDX-License-Identifier: ISC */
/*
 * Neighbour entries: what is done about one that exists, the limit of new
 * ones, and the kernel's own table, in a network with one bridge.  The latter
 * needs root; without, it passes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "priv/neigh_ask.h"
#include "tests/unit/codec.h"
#include "tests/unit/said.h"

#define CLIENT 0xc0a80132

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t mac2[6] = { 2, 0, 0, 0, 0, 2 };
static uint32_t ifindex;

/* ------------------------------------------------------------- pure */

static enum neigh_action
decide(uint16_t state, uint8_t flags, const uint8_t *hw, size_t hwlen)
{
	struct neigh_entry e = {
		.state = state, .flags = flags, .hwlen = hwlen
	};

	memcpy(e.hw, hw, hwlen);
	return neigh_decide(&e, mac, sizeof(mac));
}

START_TEST(decisions)
{
	static const uint16_t sure[] = { NUD_REACHABLE, NUD_STALE };
	static const uint16_t unsure[] = { NUD_NONE, NUD_INCOMPLETE, NUD_DELAY,
		NUD_PROBE, NUD_FAILED };
	static const uint16_t fixed[] = { NUD_PERMANENT, NUD_NOARP };
	size_t i;

	ck_assert_int_eq(neigh_decide(NULL, mac, 6), NEIGH_CREATE);
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(decide(sure[i], 0, mac, 6), NEIGH_KEEP);
		ck_assert_int_eq(decide(sure[i], 0, mac2, 6), NEIGH_REPLACE);
		ck_assert_int_eq(decide(sure[i], 0, mac, 5), NEIGH_REPLACE);
		ck_assert_int_eq(
		    decide(sure[i], NTF_EXT_LEARNED, mac2, 6), NEIGH_FIXED);
		ck_assert_int_eq(
		    decide(sure[i], NTF_EXT_LEARNED, mac, 6), NEIGH_KEEP);
	}
	for (i = 0; i < 5; i++) {
		ck_assert_int_eq(decide(unsure[i], 0, mac, 6), NEIGH_REPLACE);
		ck_assert_int_eq(decide(unsure[i], 0, mac, 0), NEIGH_REPLACE);
	}
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(decide(fixed[i], 0, mac, 6), NEIGH_KEEP);
		ck_assert_int_eq(decide(fixed[i], 0, mac2, 6), NEIGH_FIXED);
		ck_assert_int_eq(decide(fixed[i], 0, mac, 0), NEIGH_FIXED);
	}
}
END_TEST

/* How many new entries a table of this size allows at once. */
static uint32_t
limit_of(uint32_t table_max)
{
	struct neigh_limit l = { 0 };

	while (neigh_limit_ok(&l, 1, table_max))
		continue;
	return l.used;
}

START_TEST(limit_by_the_size_of_the_table)
{
	struct neigh_limit l = { 0 };
	uint32_t i;

	ck_assert_uint_eq(limit_of(0), 256);
	ck_assert_uint_eq(limit_of(1024), 256);
	ck_assert_uint_eq(limit_of(65536), 16384);
	ck_assert_uint_eq(limit_of(8), 32);
	for (i = 0; i < 256; i++)
		ck_assert(neigh_limit_ok(&l, 7000 + i, 1024));
	ck_assert(!neigh_limit_ok(&l, 7300, 1024));
	ck_assert(!neigh_limit_ok(&l, 11999, 1024));
	/* Raised meanwhile. */
	ck_assert(neigh_limit_ok(&l, 11999, 2048));
	ck_assert(neigh_limit_ok(&l, 12000, 1024));
}
END_TEST

/*
 * A simulation of the kernel's table under a dhcpd that asks without end: it
 * never drops what is younger than 5 s, and there is room for others.
 */
START_TEST(limit_leaves_room)
{
	enum { MAX = 1024, STEP_MS = 3 };
	static uint64_t made_ms[200000];
	struct neigh_limit l = { 0 };
	size_t first = 0, n = 0;
	uint64_t now_ms;

	for (now_ms = 1; now_ms < 60000; now_ms += STEP_MS) {
		if (neigh_limit_ok(&l, now_ms, MAX))
			made_ms[n++] = now_ms;
		while (first < n && now_ms - made_ms[first] > 5000)
			first++;
		ck_assert_uint_le(n - first, MAX / 2);
	}
	ck_assert_uint_ge(n, 10 * MAX / 4);
}
END_TEST

START_TEST(overflow_is_told)
{
	struct neigh_table t = { .max = 1024, .overflows = 7 };

	said_begin(LOG_WARNING);
	/* What was before our time is not ours to tell. */
	neigh_watch(&t, 1000);
	neigh_watch(&t, 2000);
	ck_assert_str_eq(said, "");
	t.overflows = 10;
	neigh_watch(&t, 3000);
	ck_assert_str_eq(said,
	    "neighbour table overflowed 3 times; raise net.ipv4.neigh.default.gc_thresh3 (now 1024)\n");
	/* At most one line a minute, which counts all. */
	said[0] = '\0';
	t.overflows = 12;
	neigh_watch(&t, 4000);
	ck_assert_str_eq(said, "");
	t.overflows = 14;
	neigh_watch(&t, 64000);
	ck_assert_ptr_nonnull(strstr(said, "overflowed 4 times;"));
}
END_TEST

/* ---------------------------------------------------------- parsers */

/* Puts a message into a buffer, as the kernel does; its length. */
static size_t
message(uint8_t *buf, const struct netlink_request *req)
{
	memcpy(buf, req->buf, req->len);
	memcpy(buf, &req->len, sizeof(req->len));
	return req->len;
}

START_TEST(messages_and_attributes)
{
	const struct ndmsg nd = { .ndm_family = AF_INET,
		.ndm_state = NUD_STALE,
		.ndm_flags = NTF_ROUTER };
	struct netlink_request req;
	struct netlink_msg m;
	struct neigh_entry e;
	struct reader r;
	uint8_t buf[512];
	size_t n, cut;

	netlink_begin(&req, RTM_NEWNEIGH, NLM_F_MULTI, &nd, sizeof(nd));
	netlink_add(&req, NDA_LLADDR, mac, sizeof(mac));
	netlink_add(&req, NDA_PROBES, "\1\2\3\4", 4);
	n = message(buf, &req);
	n += message(buf + n, &req);
	reader_init(&r, buf, n);
	ck_assert(netlink_next(&r, &m));
	ck_assert_uint_eq(m.type, RTM_NEWNEIGH);
	ck_assert_uint_eq(m.flags, NLM_F_REQUEST | NLM_F_MULTI);
	ck_assert(neigh_entry_parse(&m, &e));
	ck_assert_uint_eq(e.state, NUD_STALE);
	ck_assert_uint_eq(e.flags, NTF_ROUTER);
	ck_assert_uint_eq(e.hwlen, 6);
	ck_assert_mem_eq(e.hw, mac, 6);
	ck_assert(netlink_next(&r, &m));
	ck_assert(!netlink_next(&r, &m));
	ck_assert(reader_ok(&r));
	/* Cut short anywhere, the second one is none. */
	for (cut = 1; cut < n / 2; cut++) {
		reader_init(&r, buf, n - cut);
		ck_assert(netlink_next(&r, &m));
		ck_assert(!netlink_next(&r, &m));
		ck_assert(!reader_ok(&r));
	}
	/* Lengths that end nothing, or before their beginning. */
	memset(buf, 0, 4);
	reader_init(&r, buf, n);
	ck_assert(!netlink_next(&r, &m));
	n = message(buf, &req);
	reader_init(&r, buf, n);
	ck_assert(netlink_next(&r, &m));
	memset(buf + 28, 0, 2);
	ck_assert(!neigh_entry_parse(&m, &e));
	memset(buf + 28, 0xff, 2);
	ck_assert(!neigh_entry_parse(&m, &e));
}
END_TEST

/* ------------------------------------------------------- the kernel */

static bool
network_setup(void)
{
	const struct ifinfomsg info = { .ifi_family = AF_UNSPEC };
	struct netlink_request req;
	struct ifreq ifr = { .ifr_name = "br9" };
	/* IFLA_LINKINFO holds IFLA_INFO_KIND. */
	struct {
		struct rtattr rta;
		char kind[8];
	} kind = { { RTA_LENGTH(7), IFLA_INFO_KIND }, "bridge" };
	int s;

	if (unshare(CLONE_NEWNET) == -1)
		return false;
	netlink_begin(&req, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
	    &info, sizeof(info));
	netlink_add(&req, IFLA_IFNAME, "br9", 4);
	netlink_add(&req, IFLA_LINKINFO, &kind, sizeof(kind));
	ck_assert_int_eq(netlink_ask(&req, NULL, NULL), 0);
	s = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(ioctl(s, SIOCGIFFLAGS, &ifr), 0);
	ifr.ifr_flags |= IFF_UP;
	ck_assert_int_eq(ioctl(s, SIOCSIFFLAGS, &ifr), 0);
	(void)close(s);
	ifindex = if_nametoindex("br9");
	ck_assert_uint_ne(ifindex, 0);
	return true;
}

static void
permanent_add(uint32_t addr, const uint8_t *hw)
{
	const struct ndmsg nd = { .ndm_family = AF_INET,
		.ndm_ifindex = (int)ifindex,
		.ndm_state = NUD_PERMANENT };
	struct netlink_request req;
	uint32_t ip = htonl(addr);

	netlink_begin(&req, RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
	    &nd, sizeof(nd));
	netlink_add(&req, NDA_DST, &ip, sizeof(ip));
	netlink_add(&req, NDA_LLADDR, hw, 6);
	ck_assert_int_eq(netlink_ask(&req, NULL, NULL), 0);
}

static void
check_entry(uint32_t addr, uint16_t state, const uint8_t *hw)
{
	struct neigh_entry e;

	ck_assert_int_eq(neigh_get(ifindex, addr, &e), 0);
	ck_assert_uint_eq(e.state, state);
	ck_assert_uint_eq(e.hwlen, 6);
	ck_assert_mem_eq(e.hw, hw, 6);
}

START_TEST(kernel_entries)
{
	struct neigh_entry e;

	if (!network_setup())
		return;
	ck_assert_int_eq(neigh_get(ifindex, CLIENT, &e), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(neigh_set(ifindex, CLIENT, mac, 6, true), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(neigh_set(ifindex, CLIENT, mac, 6, false), 0);
	check_entry(CLIENT, NUD_REACHABLE, mac);
	ck_assert_int_eq(neigh_set(ifindex, CLIENT, mac2, 6, false), -1);
	ck_assert_int_eq(errno, EEXIST);
	check_entry(CLIENT, NUD_REACHABLE, mac);
	ck_assert_int_eq(neigh_set(ifindex, CLIENT, mac2, 6, true), 0);
	check_entry(CLIENT, NUD_REACHABLE, mac2);
	ck_assert_int_eq(neigh_set(9999, CLIENT, mac, 6, false), -1);
	ck_assert_int_eq(errno, ENODEV);
}
END_TEST

START_TEST(kernel_table)
{
	struct neigh_table t;

	if (!network_setup())
		return;
	ck_assert_int_eq(neigh_set(ifindex, CLIENT, mac, 6, false), 0);
	ck_assert_int_eq(neigh_table_read(&t), 0);
	ck_assert_uint_ge(t.max, 64);
}
END_TEST

static struct conf *
conf_make(void)
{
	struct conf *c = conf_new(1);

	c->ifaces = calloc(1, sizeof(*c->ifaces));
	c->nifaces = 1;
	c->ifaces[0].index = ifindex;
	c->ifaces[0].dhcp = true;
	c->ifaces[0].naddrs = 1;
	c->ifaces[0].addr[0].addr = 0xc0a80001;
	c->ifaces[0].addr[0].mask = 0xffff0000;
	c->ranges = calloc(1, sizeof(*c->ranges));
	c->nranges = 1;
	c->ranges[0].start = CLIENT;
	c->ranges[0].end = CLIENT + 10000;
	return c;
}

START_TEST(requests)
{
	struct neigh_entry e;
	struct conf *c;

	if (!network_setup())
		return;
	said_begin(LOG_WARNING);
	c = conf_make();
	ck_assert_int_eq(neigh_ask(c, ifindex, CLIENT, 1, mac, 6), 0);
	check_entry(CLIENT, NUD_REACHABLE, mac);
	ck_assert_int_eq(neigh_ask(c, ifindex, CLIENT, 1, mac, 6), 0);
	ck_assert_int_eq(neigh_ask(c, ifindex, CLIENT, 1, mac2, 6), 0);
	check_entry(CLIENT, NUD_REACHABLE, mac2);
	ck_assert_str_eq(said, "");
	/* What the administrator has set stays. */
	permanent_add(CLIENT + 1, mac2);
	ck_assert_int_eq(neigh_ask(c, ifindex, CLIENT + 1, 1, mac, 6), EPERM);
	ck_assert_str_eq(said,
	    "no neighbour entry for 192.168.1.51: a permanent entry has another hardware address; broadcasting\n");
	check_entry(CLIENT + 1, NUD_PERMANENT, mac2);
	ck_assert_int_eq(neigh_ask(c, ifindex, CLIENT + 1, 1, mac2, 6), 0);
	check_entry(CLIENT + 1, NUD_PERMANENT, mac2);
	/* No address of ours to give, no group, no other hardware. */
	ck_assert_int_eq(neigh_ask(c, ifindex, CLIENT - 1, 1, mac, 6), EACCES);
	ck_assert_ptr_nonnull(strstr(said, "neither in a range nor reserved"));
	ck_assert_int_eq(
	    neigh_ask(c, ifindex, CLIENT, 1, (const uint8_t *)"\1\0\0\0\0", 6),
	    EINVAL);
	ck_assert_int_eq(
	    neigh_ask(c, ifindex, CLIENT, 6, mac, 6), EPFNOSUPPORT);
	ck_assert_int_eq(neigh_get(ifindex, CLIENT - 1, &e), -1);
	conf_free(c);
}
END_TEST

START_TEST(requests_without_end)
{
	uint32_t i, made = 0, max;
	struct neigh_entry e;
	struct neigh_table t;
	struct conf *c;

	if (!network_setup())
		return;
	said_begin(LOG_WARNING);
	c = conf_make();
	ck_assert_int_eq(neigh_table_read(&t), 0);
	max = limit_of(t.max);
	if (max > 5000)
		return; /* a host that was set up for more */
	for (i = 0; i < 10000; i++) {
		int error = neigh_ask(c, ifindex, CLIENT + i, 1, mac, 6);

		ck_assert(error == 0 || error == EAGAIN || error == ENOBUFS);
		made += error == 0 ? 1 : 0;
	}
	/* One window, or two where 5 s have gone by. */
	ck_assert_uint_ge(made, 1);
	ck_assert_uint_le(made, 3 * max);
	ck_assert_ptr_nonnull(
	    strstr(said, "raise net.ipv4.neigh.default.gc_thresh3"));
	ck_assert_int_eq(neigh_get(ifindex, CLIENT + 9999, &e), -1);
	conf_free(c);
}
END_TEST

Suite *suite_neigh(void);

Suite *
suite_neigh(void)
{
	Suite *s = suite_create("neigh");
	TCase *tc = tcase_create("policy");

	tcase_add_test(tc, decisions);
	tcase_add_test(tc, limit_by_the_size_of_the_table);
	tcase_add_test(tc, limit_leaves_room);
	tcase_add_test(tc, overflow_is_told);
	tcase_add_test(tc, messages_and_attributes);
	suite_add_tcase(s, tc);
	tc = tcase_create("kernel");
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, kernel_entries);
	tcase_add_test(tc, kernel_table);
	tcase_add_test(tc, requests);
	tcase_add_test(tc, requests_without_end);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests have a network of their own. */
UNIT_MAIN_ALSO(suite_neigh, SCMP_SYS(unshare), SCMP_SYS(ioctl))
