/* SPDX-License-Identifier: ISC */
/* Errors of replies that were sent. */
#include "dhcpd/sock_error.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/errqueue.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"

#define SOCK_ERRORS_MAX 64 /* a turn; the next one reads on */

static struct {
	uint64_t closed; /* ICMP: the client has no socket at its port */
	uint64_t undelivered; /* all others */
} count;

static struct log_limit limit = LOG_LIMIT(5, 60000);

bool
sock_error_is_earlier(int error)
{
	switch (error) {
	case ECONNREFUSED:
	case EHOSTUNREACH:
	case EHOSTDOWN:
	case ENETUNREACH:
	case ENOPROTOOPT:
	case EACCES:
	case EMSGSIZE:
		return true;
	default:
		return false;
	}
}

static void
sock_error_log(const struct sock_extended_err *e, uint32_t to, uint64_t now_ms)
{
	const char *by = e->ee_origin == SO_EE_ORIGIN_LOCAL
			     ? "by this host"
			     : "reported by ICMP";
	char ip[16];

	if (log_limit_ok(&limit, now_ms, NULL))
		log_warnx("reply to %s was not delivered: %s (%s)",
		    ip4_text(to, ip), strerror((int)e->ee_errno), by);
}

/* One error; false when there is none. */
static bool
sock_error_next(int fd, uint64_t now_ms)
{
	union {
		struct cmsghdr align;
		uint8_t space[256];
	} ctl;
	struct sockaddr_in to;
	uint8_t data[1];
	struct iovec iov = { data, sizeof(data) };
	struct msghdr h = { .msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &ctl,
		.msg_controllen = sizeof(ctl.space) };
	struct sock_extended_err e;
	struct cmsghdr *c;

	memset(&to, 0, sizeof(to));
	if (recvmsg(fd, &h, MSG_ERRQUEUE | MSG_DONTWAIT) == -1)
		return false;
	for (c = CMSG_FIRSTHDR(&h); c != NULL; c = CMSG_NXTHDR(&h, c)) {
		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_RECVERR ||
		    c->cmsg_len < CMSG_LEN(sizeof(e)))
			continue;
		memcpy(&e, CMSG_DATA(c), sizeof(e));
		if (e.ee_errno == ECONNREFUSED) {
			count.closed++;
			continue;
		}
		count.undelivered++;
		sock_error_log(&e, ntohl(to.sin_addr.s_addr), now_ms);
	}
	return true;
}

void
sock_error_drain(int fd, uint64_t now_ms)
{
	int i;

	for (i = 0; i < SOCK_ERRORS_MAX && sock_error_next(fd, now_ms); i++)
		continue;
}

void
sock_error_report(void)
{
	if (count.undelivered > 0)
		log_debug("replies that were not delivered: %" PRIu64,
		    count.undelivered);
	if (count.closed > 0)
		log_debug("replies to closed ports: %" PRIu64, count.closed);
}
