/* SPDX-License-Identifier: ISC */
/*
 * Links and addresses as the kernel lists them, against getifaddrs(3); and a
 * kernel that does not answer, or answers with nonsense.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "priv/net.h"
#include "priv/net_dump.h"
#include "tests/unit/unit.h"

#define ADDRS 300 /* more than one datagram of a dump holds */

static struct iface *ifaces;
static size_t nifaces, naddrs[2];

static const struct iface *
iface_of(uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < nifaces; i++)
		if (ifaces[i].index == ifindex)
			return &ifaces[i];
	return NULL;
}

/* The entry of getifaddrs() for an address. */
static const struct ifaddrs *
entry_of(const struct ifaddrs *list, const struct net_addr *a)
{
	const struct iface *i = iface_of(a->ifindex);
	uint32_t ip = htonl(a->addr4.addr);

	for (; list != NULL; list = list->ifa_next) {
		size_t n = strcspn(list->ifa_name, ":");

		if (list->ifa_addr == NULL || strlen(i->name) != n ||
		    memcmp(list->ifa_name, i->name, n) != 0)
			continue;
		if (a->family == 4 && list->ifa_addr->sa_family == AF_INET &&
		    memcmp(&((struct sockaddr_in *)list->ifa_addr)->sin_addr,
			&ip, 4) == 0)
			return list;
		if (a->family == 6 && list->ifa_addr->sa_family == AF_INET6 &&
		    memcmp(&((struct sockaddr_in6 *)list->ifa_addr)->sin6_addr,
			a->addr6.addr, 16) == 0)
			return list;
	}
	return NULL;
}

static void
addr_check(const struct net_addr *a, void *arg)
{
	const struct ifaddrs *e = entry_of(arg, a);
	uint32_t mask = htonl(a->addr4.mask);
	uint8_t mask6[16] = { 0 };
	uint8_t bit;

	ck_assert_ptr_nonnull(e);
	naddrs[a->family == 6]++;
	if (a->family == 4) {
		ck_assert_mem_eq(
		    &((struct sockaddr_in *)e->ifa_netmask)->sin_addr, &mask,
		    4);
		return;
	}
	for (bit = 0; bit < a->addr6.prefix; bit++)
		mask6[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	ck_assert_mem_eq(
	    &((struct sockaddr_in6 *)e->ifa_netmask)->sin6_addr, mask6, 16);
}

static void
check_like_getifaddrs(void)
{
	size_t links = 0, want[2] = { 0, 0 };
	struct ifaddrs *list, *e;

	ck_assert_int_eq(net_dump_links(&ifaces, &nifaces), 0);
	ck_assert_int_eq(getifaddrs(&list), 0);
	for (e = list; e != NULL; e = e->ifa_next) {
		if (e->ifa_addr == NULL)
			continue;
		links += e->ifa_addr->sa_family == AF_PACKET ? 1 : 0;
		want[0] += e->ifa_addr->sa_family == AF_INET ? 1 : 0;
		want[1] += e->ifa_addr->sa_family == AF_INET6 ? 1 : 0;
		if (e->ifa_addr->sa_family == AF_PACKET) {
			const struct iface *i =
			    iface_of(if_nametoindex(e->ifa_name));

			ck_assert_ptr_nonnull(i);
			ck_assert_str_eq(i->name, e->ifa_name);
			ck_assert_int_eq(
			    i->loopback, (e->ifa_flags & IFF_LOOPBACK) != 0);
			ck_assert_uint_ge(i->mtu, 68);
		}
	}
	naddrs[0] = naddrs[1] = 0;
	ck_assert_int_eq(net_dump_addrs(addr_check, list), 0);
	ck_assert_uint_eq(nifaces, links);
	ck_assert_uint_eq(naddrs[0], want[0]);
	ck_assert_uint_eq(naddrs[1], want[1]);
	freeifaddrs(list);
	free(ifaces);
}

START_TEST(of_this_machine)
{
	check_like_getifaddrs();
}
END_TEST

static void
link_add(const char *name)
{
	const struct ifinfomsg info = { .ifi_family = AF_UNSPEC };
	struct {
		struct rtattr rta;
		char kind[8];
	} kind = { { RTA_LENGTH(7), IFLA_INFO_KIND }, "bridge" };
	const uint32_t mtu = 1400;
	struct netlink_request req;

	netlink_begin(&req, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
	    &info, sizeof(info));
	netlink_add(&req, IFLA_IFNAME, name, strlen(name) + 1);
	netlink_add(&req, IFLA_MTU, &mtu, sizeof(mtu));
	netlink_add(&req, IFLA_LINKINFO, &kind, sizeof(kind));
	ck_assert_int_eq(netlink_ask(&req, NULL, NULL), 0);
}

static void
addr4_add(const char *name, uint32_t addr, uint8_t prefix, uint32_t broadcast,
    const char *label)
{
	const struct ifaddrmsg msg = { .ifa_family = AF_INET,
		.ifa_prefixlen = prefix,
		.ifa_index = if_nametoindex(name) };
	uint32_t ip = htonl(addr), brd = htonl(broadcast);
	struct netlink_request req;

	netlink_begin(
	    &req, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE, &msg, sizeof(msg));
	netlink_add(&req, IFA_LOCAL, &ip, 4);
	if (broadcast != 0)
		netlink_add(&req, IFA_BROADCAST, &brd, 4);
	if (label != NULL)
		netlink_add(&req, IFA_LABEL, label, strlen(label) + 1);
	ck_assert_int_eq(netlink_ask(&req, NULL, NULL), 0);
}

START_TEST(of_many_kinds)
{
	const struct ifaddrmsg msg6 = { .ifa_family = AF_INET6,
		.ifa_prefixlen = 61 };
	uint8_t addr6[16] = { 0xfd, [15] = 1 };
	struct netlink_request req;
	struct ifaddrmsg msg = msg6;
	struct conf *c;
	uint32_t i;

	if (unshare(CLONE_NEWNET) == -1)
		return; /* without root's rights */
	check_like_getifaddrs();
	link_add("br9");
	link_add("fifteen-letters");
	addr4_add("br9", 0xc0a80101, 24, 0xc0a801ff, NULL);
	addr4_add("br9", 0x0a000001, 8, 0, "br9:1");
	addr4_add("br9", 0x0a090901, 31, 0, NULL);
	for (i = 0; i < ADDRS; i++)
		addr4_add("fifteen-letters", 0xac100001 + i, 32, 0, NULL);
	msg.ifa_index = if_nametoindex("br9");
	netlink_begin(
	    &req, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE, &msg, sizeof(msg));
	netlink_add(&req, IFA_LOCAL, addr6, 16);
	if (netlink_ask(&req, NULL, NULL) == -1)
		ck_assert_int_eq(errno, EOPNOTSUPP); /* no IPv6 here */
	check_like_getifaddrs();
	ck_assert_uint_eq(naddrs[0], ADDRS + 3);

	c = conf_new(1);
	c->dhcp.enabled = true;
	ck_assert_int_eq(net_find(c), 0);
	ck_assert_uint_eq(c->nfound, 3);
	for (i = 0; i < c->nfound; i++) {
		const struct iface *f = &c->ifaces[i];

		if (strcmp(f->name, "br9") != 0)
			continue;
		ck_assert_uint_eq(f->mtu, 1400);
		ck_assert(!f->more4 && !f->loopback);
		ck_assert_uint_eq(f->naddrs, 3);
		ck_assert_uint_eq(f->addr[0].addr, 0xc0a80101);
		ck_assert_uint_eq(f->addr[0].mask, 0xffffff00);
		ck_assert_uint_eq(f->addr[0].broadcast, 0xc0a801ff);
		ck_assert_uint_eq(f->addr[1].mask, 0xff000000);
		ck_assert_uint_eq(f->addr[1].broadcast, 0);
		ck_assert_uint_eq(f->addr[2].mask, 0xfffffffe);
	}
	for (i = 0; i < c->nfound; i++)
		if (strcmp(c->ifaces[i].name, "fifteen-letters") == 0) {
			ck_assert_uint_eq(c->ifaces[i].naddrs, IFACE_ADDRS_MAX);
			ck_assert(c->ifaces[i].more4);
		}
	/* Once more into the same one. */
	ck_assert_int_eq(net_find(c), 0);
	ck_assert_uint_eq(c->nfound, 3);
	conf_free(c);
}
END_TEST

/* ------------------------------- in the place of the kernel's socket */

static int
kernel_replace(void)
{
	int fds[2], next = open("/dev/null", O_RDONLY);

	/* The first request opens the lowest descriptor that is free. */
	(void)close(next);
	ck_assert_int_eq(net_dump_links(&ifaces, &nifaces), 0);
	free(ifaces);
	ck_assert_int_eq(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds), 0);
	ck_assert_int_eq(dup2(fds[0], next), next);
	return fds[1];
}

static void
answer(int kernel, uint16_t type, uint16_t flags, uint32_t seq,
    const void *body, size_t len)
{
	struct nlmsghdr nh = {
		.nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = seq
	};
	uint8_t buf[256];

	nh.nlmsg_len = (uint32_t)(sizeof(nh) + len);
	memcpy(buf, &nh, sizeof(nh));
	memcpy(buf + sizeof(nh), body, len);
	ck_assert_int_gt(send(kernel, buf, nh.nlmsg_len, 0), 0);
}

START_TEST(no_answer)
{
	int kernel = kernel_replace();
	uint64_t begin_ms = clock_mono_ms();

	ck_assert_int_eq(net_dump_links(&ifaces, &nifaces), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	ck_assert_uint_ge(clock_mono_ms() - begin_ms, NETLINK_WAIT_MS);
	(void)close(kernel);
}
END_TEST

/* A dump that goes on for ever has a deadline as well. */
START_TEST(an_answer_without_end)
{
	int kernel = kernel_replace();
	pid_t child = fork();

	if (child == 0)
		for (;;) {
			struct nlmsghdr nh = { .nlmsg_len = sizeof(nh),
				.nlmsg_flags = NLM_F_MULTI,
				.nlmsg_seq = 2 };

			if (send(kernel, &nh, sizeof(nh), MSG_NOSIGNAL) == -1 &&
			    errno != EAGAIN)
				_exit(0);
		}
	ck_assert_int_eq(net_dump_links(&ifaces, &nifaces), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	(void)kill(child, SIGKILL);
}
END_TEST

START_TEST(nonsense_and_old_answers)
{
	const int error = -EPERM, none = 0;
	struct ifinfomsg info = { .ifi_index = 7 };
	int kernel = kernel_replace();

	/* Seq 1 was the first request; this will be the second. */
	answer(kernel, NLMSG_ERROR, 0, 1, &error, sizeof(error));
	ck_assert_int_gt(send(kernel, "short", 5, 0), 0);
	answer(kernel, RTM_NEWLINK, NLM_F_MULTI, 2, &info, sizeof(info));
	answer(kernel, RTM_NEWLINK, NLM_F_MULTI, 2, "x", 1);
	answer(kernel, NLMSG_DONE, NLM_F_MULTI, 2, &none, sizeof(none));
	ck_assert_int_eq(net_dump_links(&ifaces, &nifaces), 0);
	/* A link without a name is none. */
	ck_assert_uint_eq(nifaces, 0);
	free(ifaces);
	answer(kernel, NLMSG_DONE, NLM_F_MULTI, 3, &error, sizeof(error));
	ck_assert_int_eq(net_dump_links(&ifaces, &nifaces), -1);
	ck_assert_int_eq(errno, EPERM);
	answer(kernel, NLMSG_ERROR, 0, 4, &error, sizeof(error));
	ck_assert_int_eq(net_dump_links(&ifaces, &nifaces), -1);
	ck_assert_int_eq(errno, EPERM);
	(void)close(kernel);
}
END_TEST

Suite *suite_net_dump(void);

Suite *
suite_net_dump(void)
{
	Suite *s = suite_create("net_dump");
	TCase *tc = tcase_create("kernel");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, of_this_machine);
	tcase_add_test(tc, of_many_kinds);
	suite_add_tcase(s, tc);
	tc = tcase_create("answers");
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, no_answer);
	tcase_add_test(tc, an_answer_without_end);
	tcase_add_test(tc, nonsense_and_old_answers);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests have a network of their own. */
UNIT_MAIN_ALSO(suite_net_dump, SCMP_SYS(ioctl), SCMP_SYS(unshare))
