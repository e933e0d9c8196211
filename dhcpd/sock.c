/* SPDX-License-Identifier: ISC */
/* UDP with the interface and the local address of each packet. */
#include "dhcpd/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <linux/sock_diag.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "daemon/packet_age.h"
#include "dhcpd/sock_error.h"

#define SOCK_BATCH 64 /* packets a turn */
#define SOCK_ERROR_TURNS 64 /* with packets, between two looks at errors */

struct sock {
	struct sock *next;
	int fd;
	uint32_t ifindex;
	bool pxe;
	bool enabled;
	struct event *readable;
	sock_packet_fn *packet;
};

union control {
	struct cmsghdr align;
	uint8_t space[CMSG_SPACE(sizeof(struct in_pktinfo)) +
		      CMSG_SPACE(sizeof(struct timespec))];
};

/* One batch for all sockets, each of which is served within one event. */
static struct {
	struct mmsghdr mh[SOCK_BATCH];
	struct iovec iov[SOCK_BATCH];
	struct sockaddr_in from[SOCK_BATCH];
	union control ctl[SOCK_BATCH];
	uint8_t data[SOCK_BATCH][PACKET_IN_MAX + 1];
} batch;

static struct log_limit send_limit = LOG_LIMIT(5, 10000);
static struct log_limit recv_limit = LOG_LIMIT(5, 10000);
static struct log_limit room_limit = LOG_LIMIT(1, 60000);

static void
batch_reset(void)
{
	size_t i;

	for (i = 0; i < SOCK_BATCH; i++) {
		struct msghdr *h = &batch.mh[i].msg_hdr;

		batch.iov[i].iov_base = batch.data[i];
		batch.iov[i].iov_len = sizeof(batch.data[i]);
		memset(h, 0, sizeof(*h));
		h->msg_name = &batch.from[i];
		h->msg_namelen = sizeof(batch.from[i]);
		h->msg_iov = &batch.iov[i];
		h->msg_iovlen = 1;
		h->msg_control = &batch.ctl[i];
		h->msg_controllen = sizeof(batch.ctl[i]);
	}
}

/* The interface and address of a packet; false when it has no IP_PKTINFO. */
static bool
packet_info(struct msghdr *h, struct in_pktinfo *info)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c))
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO &&
		    c->cmsg_len >= CMSG_LEN(sizeof(*info))) {
			memcpy(info, CMSG_DATA(c), sizeof(*info));
			return true;
		}
	return false;
}

static void
sock_packet(const struct sock *s, size_t i)
{
	struct engine_input in = {
		.kind = ENGINE_PACKET,
		.data = batch.data[i],
		.len = batch.mh[i].msg_len,
		.ifindex = s->ifindex,
		.pxe = s->pxe,
		.from = ntohl(batch.from[i].sin_addr.s_addr),
		.from_port = ntohs(batch.from[i].sin_port),
		.age_ms = packet_age_ms(&batch.mh[i].msg_hdr),
	};
	struct in_pktinfo info;

	if (packet_info(&batch.mh[i].msg_hdr, &info)) {
		in.ifindex = (uint32_t)info.ipi_ifindex;
		in.local = ntohl(info.ipi_spec_dst.s_addr);
		in.unicast = info.ipi_addr.s_addr == info.ipi_spec_dst.s_addr;
	}
	s->packet(&in);
}

static void
sock_readable(evutil_socket_t fd, short what, void *arg)
{
	static unsigned int turns;
	const struct sock *s = arg;
	int i, n;

	(void)what;
	batch_reset();
	n = recvmmsg(fd, batch.mh, SOCK_BATCH, MSG_DONTWAIT, NULL);
	if (n == -1 && sock_error_is_earlier(errno))
		n = recvmmsg(fd, batch.mh, SOCK_BATCH, MSG_DONTWAIT, NULL);
	if (n == -1) {
		if (errno != EAGAIN && errno != EINTR &&
		    !sock_error_is_earlier(errno) &&
		    log_limit_ok(&recv_limit, clock_mono_ms(), NULL))
			log_warn("cannot receive from a DHCP socket");
		/* Without a packet, it was an error that made it readable. */
		sock_error_drain(fd, clock_mono_ms());
		return;
	}
	/* Errors take room from packets, so they do not wait for a pause. */
	if (++turns % SOCK_ERROR_TURNS == 0)
		sock_error_drain(fd, clock_mono_ms());
	for (i = 0; i < n; i++)
		sock_packet(s, (size_t)i);
}

int
socks_add(struct socks *list, struct event_base *base, int fd, uint32_t ifindex,
    bool pxe, sock_packet_fn *packet)
{
	struct sock *s = calloc(1, sizeof(*s));

	if (s != NULL)
		s->readable =
		    event_new(base, fd, EV_READ | EV_PERSIST, sock_readable, s);
	if (s == NULL || s->readable == NULL) {
		free(s);
		(void)close(fd);
		return -1;
	}
	s->fd = fd;
	s->ifindex = ifindex;
	s->pxe = pxe;
	s->packet = packet;
	s->next = list->first;
	list->first = s;
	return 0;
}

void
socks_enable(struct socks *list)
{
	struct sock *s;

	for (s = list->first; s != NULL; s = s->next)
		if (!s->enabled) {
			if (event_add(s->readable, NULL) == -1)
				fatal("cannot wait for packets of DHCP");
			s->enabled = true;
		}
}

void
socks_close(struct socks *list)
{
	struct sock *s;

	while ((s = list->first) != NULL) {
		list->first = s->next;
		event_free(s->readable);
		(void)close(s->fd);
		free(s);
	}
}

/* The socket of an interface at the port, else one for all interfaces. */
static const struct sock *
socks_for(const struct socks *list, uint32_t ifindex, bool pxe)
{
	const struct sock *s, *any = NULL;

	for (s = list->first; s != NULL; s = s->next) {
		if (s->pxe != pxe)
			continue;
		if (s->ifindex == ifindex)
			return s;
		if (s->ifindex == 0)
			any = s;
	}
	return any;
}

/*
 * Whether the buffer of the socket has room for this reply.  Until a hardware
 * address is found, for up to three seconds, the kernel keeps the replies to a
 * host, and they count for the buffer.  So requests in the name of hosts that
 * do not exist could fill it, and nobody would get a reply.  Broadcasts and
 * replies with a neighbour entry never wait; relays may have a router that the
 * kernel knows.
 */
static bool
sock_has_room(const struct sock *s, const struct dest *d)
{
	uint32_t mem[SK_MEMINFO_VARS], quarters = d->in_use ? 2 : 3;
	socklen_t len = sizeof(mem);

	if (d->addr == UINT32_MAX || d->neigh ||
	    getsockopt(s->fd, SOL_SOCKET, SO_MEMINFO, mem, &len) == -1 ||
	    len < sizeof(mem))
		return true;
	return mem[SK_MEMINFO_WMEM_ALLOC] <
	       mem[SK_MEMINFO_SNDBUF] / 4 * quarters;
}

static void
sock_no_room(const struct dest *d, uint64_t now_ms)
{
	char ip[16];

	if (log_limit_ok(&room_limit, now_ms, NULL))
		log_warnx(
		    "reply to %s dropped: too many replies wait for hosts that do not answer ARP; look for a host that sends requests in their names",
		    ip4_text(d->addr, ip));
}

/* Logs an error of sendmsg(), and what may be done about it. */
static void
sock_send_failed(const struct dest *d, uint16_t server_port)
{
	char ip[16];

	switch (errno) {
	case ENOBUFS:
		log_warn(
		    "cannot send a reply to %s (the kernel's neighbour table may be full; see net.ipv4.neigh.default.gc_thresh3)",
		    ip4_text(d->addr, ip));
		break;
	case EPERM:
		log_warn(
		    "cannot send a reply to %s (dropped by the packet filter of this host; permit UDP from port %u)",
		    ip4_text(d->addr, ip), d->pxe ? PXE_PORT : server_port);
		break;
	default:
		log_warn("cannot send a reply to %s", ip4_text(d->addr, ip));
		break;
	}
}

void
socks_send(const struct socks *list, const struct dest *d, const void *data,
    size_t len, uint64_t now_ms)
{
	const struct sock *s = socks_for(list, d->ifindex, d->pxe);
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(d->port),
		.sin_addr.s_addr = htonl(d->addr) };
	struct in_pktinfo info = { .ipi_ifindex =
				       d->direct ? (int)d->ifindex : 0,
		.ipi_spec_dst.s_addr = htonl(d->src) };
	struct iovec iov = { .iov_len = len };
	union control ctl;
	struct msghdr h = { .msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &ctl,
		.msg_controllen = CMSG_SPACE(sizeof(info)) };
	struct cmsghdr *c;
	int tries = 0;
	ssize_t n;

	if (s == NULL)
		return; /* a reload removed its interface */
	if (!sock_has_room(s, d)) {
		sock_no_room(d, now_ms);
		return;
	}
	/* sendmsg() reads only, but its iovec is not const. */
	memcpy(&iov.iov_base, &data, sizeof(data));
	memset(&ctl, 0, sizeof(ctl));
	c = CMSG_FIRSTHDR(&h);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	do {
		n = sendmsg(s->fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (n == -1 && (errno == EINTR || (sock_error_is_earlier(errno) &&
						   tries++ == 0)));
	if (n == -1 && log_limit_ok(&send_limit, now_ms, NULL))
		sock_send_failed(d, list->server_port);
}
