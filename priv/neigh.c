/* SPDX-License-Identifier: ISC */
/* Setting neighbour entries through rtnetlink. */
#include "priv/neigh.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HW_MAX 32

struct request {
	struct nlmsghdr nh;
	struct ndmsg nd;
	uint8_t attrs[RTA_SPACE(4) + RTA_SPACE(HW_MAX)];
};

static int netlink_fd = -1;

static void
attr_add(struct request *req, unsigned short type, const void *data, size_t len)
{
	struct rtattr rta = { .rta_len = (unsigned short)RTA_LENGTH(len),
		.rta_type = type };
	uint8_t *p = (uint8_t *)req + NLMSG_ALIGN(req->nh.nlmsg_len);

	memcpy(p, &rta, sizeof(rta));
	memcpy(p + RTA_LENGTH(0), data, len);
	req->nh.nlmsg_len =
	    NLMSG_ALIGN(req->nh.nlmsg_len) + (uint32_t)RTA_SPACE(len);
}

/* The kernel answers before send() returns, so this does not wait. */
static int
ack_read(uint32_t seq)
{
	union {
		struct nlmsghdr nh;
		uint8_t space[4096];
	} buf;
	struct nlmsgerr err;
	ssize_t n;

	while ((n = recv(netlink_fd, &buf, sizeof(buf), MSG_DONTWAIT)) > 0) {
		if ((size_t)n < NLMSG_LENGTH(sizeof(err)) ||
		    buf.nh.nlmsg_type != NLMSG_ERROR || buf.nh.nlmsg_seq != seq)
			continue;
		memcpy(&err, NLMSG_DATA(&buf.nh), sizeof(err));
		errno = -err.error;
		return err.error == 0 ? 0 : -1;
	}
	if (n == 0)
		errno = EIO;
	return -1;
}

int
neigh_set(uint32_t ifindex, uint32_t addr, const uint8_t *hw, size_t hwlen)
{
	static uint32_t seq;
	struct request req = {
		.nh = { .nlmsg_len = NLMSG_LENGTH(sizeof(req.nd)),
		    .nlmsg_type = RTM_NEWNEIGH,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE |
				   NLM_F_REPLACE },
		.nd = { .ndm_family = AF_INET,
		    .ndm_ifindex = (int)ifindex,
		    .ndm_state = NUD_REACHABLE },
	};
	uint32_t ip = htonl(addr);

	if (hwlen > HW_MAX) {
		errno = EINVAL;
		return -1;
	}
	if (netlink_fd == -1)
		netlink_fd = socket(AF_NETLINK,
		    SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (netlink_fd == -1)
		return -1;
	req.nh.nlmsg_seq = ++seq;
	attr_add(&req, NDA_DST, &ip, sizeof(ip));
	attr_add(&req, NDA_LLADDR, hw, hwlen);
	if (send(netlink_fd, &req, req.nh.nlmsg_len, 0) == -1)
		return -1;
	return ack_read(seq);
}
