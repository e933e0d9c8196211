/* SPDX-License-Identifier: ISC */
/* Requests to the kernel's rtnetlink and their answers. */
#include "priv/netlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/log.h"

#define ANSWER_MAX 32768 /* of a dump; the kernel fills no more at once */

static int netlink_fd = -1;

uint32_t
netlink_u32(struct reader *r)
{
	uint32_t v;

	reader_copy(r, &v, sizeof(v));
	return v;
}

/* Skips the padding behind `len` bytes, which the last one may lack. */
static void
skip_padding(struct reader *r, size_t len)
{
	size_t pad = NLMSG_ALIGN(len) - len;

	reader_skip(r, pad < r->left ? pad : r->left);
}

bool
netlink_next(struct reader *datagram, struct netlink_msg *m)
{
	struct nlmsghdr nh;

	if (datagram->left == 0)
		return false;
	reader_copy(datagram, &nh, sizeof(nh));
	if (!reader_ok(datagram) || nh.nlmsg_len < sizeof(nh)) {
		reader_fail(datagram);
		return false;
	}
	m->type = nh.nlmsg_type;
	m->flags = nh.nlmsg_flags;
	m->seq = nh.nlmsg_seq;
	m->body = reader_sub(datagram, nh.nlmsg_len - sizeof(nh));
	skip_padding(datagram, nh.nlmsg_len);
	return reader_ok(datagram);
}

bool
netlink_attr(struct reader *attrs, uint16_t *type, struct reader *value)
{
	struct rtattr rta;

	if (attrs->left == 0)
		return false;
	reader_copy(attrs, &rta, sizeof(rta));
	if (!reader_ok(attrs) || rta.rta_len < sizeof(rta)) {
		reader_fail(attrs);
		return false;
	}
	*type = rta.rta_type & NLA_TYPE_MASK;
	*value = reader_sub(attrs, rta.rta_len - sizeof(rta));
	skip_padding(attrs, rta.rta_len);
	return reader_ok(attrs);
}

static void
append(struct netlink_request *req, const void *data, size_t len)
{
	size_t padded = NLMSG_ALIGN(len);

	if (padded > sizeof(req->buf) - req->len)
		fatalx("netlink request of %zu bytes too many", padded);
	memset(req->buf + req->len, 0, padded);
	memcpy(req->buf + req->len, data, len);
	req->len += (uint32_t)padded;
}

void
netlink_begin(struct netlink_request *req, uint16_t type, uint16_t flags,
    const void *head, size_t len)
{
	const struct nlmsghdr nh = { .nlmsg_type = type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags) };

	req->len = 0;
	append(req, &nh, sizeof(nh));
	append(req, head, len);
}

void
netlink_add(
    struct netlink_request *req, uint16_t type, const void *data, size_t len)
{
	struct rtattr rta = { .rta_len = (unsigned short)RTA_LENGTH(len),
		.rta_type = type };

	append(req, &rta, sizeof(rta));
	append(req, data, len);
}

/* Writes length and number into the header; sends. */
static int
request_send(int fd, struct netlink_request *req, uint32_t seq)
{
	struct nlmsghdr nh;

	memcpy(&nh, req->buf, sizeof(nh));
	nh.nlmsg_len = req->len;
	nh.nlmsg_seq = seq;
	memcpy(req->buf, &nh, sizeof(nh));
	return send(fd, req->buf, req->len, 0) == -1 ? -1 : 0;
}

enum answer { ANSWER_MORE, ANSWER_END };

/* Handles one message; after the last one, *error is an errno or 0. */
static enum answer
answer_take(
    const struct netlink_msg *m, int *error, netlink_take_fn *take, void *arg)
{
	struct reader body = m->body;

	if (m->type == NLMSG_ERROR || m->type == NLMSG_DONE) {
		/* DONE carries the result of a dump, on most kernels. */
		*error = body.left < sizeof(int) ? 0 : -(int)netlink_u32(&body);
		return ANSWER_END;
	}
	if (take != NULL)
		take(m, arg);
	*error = 0;
	return (m->flags & NLM_F_MULTI) != 0 ? ANSWER_MORE : ANSWER_END;
}

static int
answer_wait(int fd, uint64_t deadline_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t now_ms = clock_mono_ms();
	int n;

	if (now_ms >= deadline_ms) {
		errno = ETIMEDOUT;
		return -1;
	}
	n = poll(&p, 1, (int)(deadline_ms - now_ms));
	return n == -1 && errno != EINTR ? -1 : 0;
}

static int
answer_read(int fd, uint32_t seq, uint64_t deadline_ms, netlink_take_fn *take,
    void *arg)
{
	static uint8_t buf[ANSWER_MAX];
	struct netlink_msg m;
	struct reader r;
	ssize_t n;
	int error;

	for (;;) {
		n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_TRUNC);
		if (n == -1 && (errno == EAGAIN || errno == EINTR)) {
			if (answer_wait(fd, deadline_ms) == -1)
				return -1;
			continue;
		}
		if (n <= 0 || (size_t)n > sizeof(buf)) {
			errno = n == -1 ? errno : EMSGSIZE;
			return -1;
		}
		reader_init(&r, buf, (size_t)n);
		while (netlink_next(&r, &m))
			/* Others answer an earlier request, which timed out. */
			if (m.seq == seq &&
			    answer_take(&m, &error, take, arg) == ANSWER_END) {
				errno = error;
				return error == 0 ? 0 : -1;
			}
		/* An answer may also go on and on. */
		if (clock_mono_ms() >= deadline_ms) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
}

static int
ask(int fd, struct netlink_request *req, netlink_take_fn *take, void *arg)
{
	static uint32_t seq;

	if (fd == -1 || request_send(fd, req, ++seq) == -1)
		return -1;
	return answer_read(
	    fd, seq, clock_mono_ms() + NETLINK_WAIT_MS, take, arg);
}

static int
netlink_socket(int protocol)
{
	return socket(
	    AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}

int
netlink_ask(struct netlink_request *req, netlink_take_fn *take, void *arg)
{
	if (netlink_fd == -1)
		netlink_fd = netlink_socket(NETLINK_ROUTE);
	return ask(netlink_fd, req, take, arg);
}

int
netlink_ask_diag(struct netlink_request *req, netlink_take_fn *take, void *arg)
{
	int fd = netlink_socket(NETLINK_SOCK_DIAG), r, saved;

	r = ask(fd, req, take, arg);
	saved = errno;
	if (fd != -1)
		(void)close(fd);
	errno = saved;
	return r;
}
