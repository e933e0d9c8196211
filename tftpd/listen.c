/* SPDX-License-Identifier: ISC */
/* Reading requests at port 69. */
#include "tftpd/listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/packet_age.h"
#include "tftpd/packet.h"

#define LISTEN_BATCH 64 /* packets in one turn of the event loop */
#define LISTEN_PACKET (TFTP_REQUEST_MAX + 1) /* longer ones are truncated */

/* Buffers for one batch; nothing is allocated. */
static uint8_t packets[LISTEN_BATCH][LISTEN_PACKET];
static struct sockaddr_storage sources[LISTEN_BATCH];
static union listen_control controls[LISTEN_BATCH];
static struct iovec iovs[LISTEN_BATCH];
static struct mmsghdr batch[LISTEN_BATCH];

/*
 * For a broadcast the kernel reports the address to answer from (ipi_spec_dst),
 * which differs from the destination of the packet.
 */
static void
local_get4(const struct cmsghdr *c, struct server_from *from)
{
	struct in_pktinfo info;

	memcpy(&info, CMSG_DATA(c), sizeof(info));
	if (from->ifindex == 0)
		from->ifindex = (uint32_t)info.ipi_ifindex;
	from->local.addr = addr_from_bytes(4, &info.ipi_addr, 4);
	from->direct = info.ipi_addr.s_addr == info.ipi_spec_dst.s_addr &&
		       info.ipi_addr.s_addr != INADDR_ANY;
}

static void
local_get6(const struct cmsghdr *c, struct server_from *from)
{
	struct in6_pktinfo info;

	memcpy(&info, CMSG_DATA(c), sizeof(info));
	if (from->ifindex == 0)
		from->ifindex = info.ipi6_ifindex;
	from->local.addr = addr_from_bytes(6, &info.ipi6_addr, 16);
	if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr))
		from->local.scope = from->ifindex;
	from->direct = !IN6_IS_ADDR_MULTICAST(&info.ipi6_addr);
}

/* Fills in the address that was asked, and the interface if that is 0. */
static bool
local_get(struct msghdr *mh, struct server_from *from)
{
	struct cmsghdr *c;

	memset(&from->local, 0, sizeof(from->local));
	for (c = CMSG_FIRSTHDR(mh); c != NULL; c = CMSG_NXTHDR(mh, c))
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
			local_get4(c, from);
		else if (c->cmsg_level == IPPROTO_IPV6 &&
			 c->cmsg_type == IPV6_PKTINFO)
			local_get6(c, from);
	/* An IPv6 socket must not receive IPv4 packets. */
	return from->local.addr.family == from->client.addr.family;
}

static void
batch_prepare(void)
{
	unsigned int i;

	for (i = 0; i < LISTEN_BATCH; i++) {
		struct msghdr *mh = &batch[i].msg_hdr;

		iovs[i].iov_base = packets[i];
		iovs[i].iov_len = LISTEN_PACKET;
		mh->msg_iov = &iovs[i];
		mh->msg_iovlen = 1;
		mh->msg_name = &sources[i];
		mh->msg_namelen = sizeof(sources[i]);
		mh->msg_control = &controls[i];
		mh->msg_controllen = sizeof(controls[i]);
		mh->msg_flags = 0;
	}
}

static void
listener_readable(evutil_socket_t fd, short what, void *arg)
{
	static struct log_limit failed = LOG_LIMIT(1, 10000);
	struct listener *l = arg;
	struct server_from from = {
		.ifindex = l->ifindex, .mtu = l->mtu, .root = l->root
	};
	int i, n;

	(void)what;
	batch_prepare();
	n = recvmmsg(fd, batch, LISTEN_BATCH, MSG_DONTWAIT, NULL);
	if (n == -1 && errno != EAGAIN &&
	    log_limit_ok(&failed, clock_mono_ms(), NULL))
		log_warn("cannot receive requests on interface %u", l->ifindex);
	for (i = 0; i < n; i++) {
		struct msghdr *mh = &batch[i].msg_hdr;

		if (endpoint_from_sockaddr(
			&from.client, (struct sockaddr *)&sources[i]) == -1 ||
		    !local_get(mh, &from))
			continue;
		from.age_ms = packet_age_ms(mh);
		l->packet(&from, packets[i], batch[i].msg_len,
		    (mh->msg_flags & MSG_TRUNC) != 0);
	}
}

int
listen_add(struct listen_set *set, int sock, uint32_t ifindex)
{
	struct listener *l;

	if (set->n == TFTP_SOCKETS_MAX) {
		(void)close(sock);
		return -1;
	}
	l = &set->l[set->n++];
	memset(l, 0, sizeof(*l));
	l->sock = sock;
	l->ifindex = ifindex;
	return 0;
}

int
listen_start(struct listen_set *set, struct event_base *base,
    void (*packet)(const struct server_from *, const void *, size_t, bool))
{
	uint32_t i;

	for (i = 0; i < set->n; i++) {
		struct listener *l = &set->l[i];

		l->packet = packet;
		l->readable = event_new(
		    base, l->sock, EV_READ | EV_PERSIST, listener_readable, l);
		if (l->readable == NULL || event_add(l->readable, NULL) == -1)
			return -1;
	}
	return 0;
}

bool
listen_origin(
    const struct listen_set *set, struct msghdr *mh, struct server_from *from)
{
	uint32_t i;

	from->ifindex = 0;
	if (!local_get(mh, from))
		return false;
	for (i = 0; i < set->n; i++)
		if (set->l[i].ifindex == from->ifindex) {
			from->mtu = set->l[i].mtu;
			from->root = set->l[i].root;
			return true;
		}
	return false;
}

void
listen_clear(struct listen_set *set)
{
	uint32_t i;

	for (i = 0; i < set->n; i++) {
		if (set->l[i].readable != NULL)
			event_free(set->l[i].readable);
		(void)close(set->l[i].sock);
	}
	set->n = 0;
}
