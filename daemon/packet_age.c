/* SPDX-License-Identifier: ISC */
/* Compares the kernel's time of a packet with the clock. */
#include "daemon/packet_age.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "daemon/clock.h"

/* What is older was not: the clock was set meanwhile. */
#define PACKET_AGE_MAX_MS 60000

uint32_t
packet_age_ms(struct msghdr *h)
{
	uint64_t now_ms = clock_wall_ms(), came_ms;
	struct timespec ts;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level != SOL_SOCKET ||
		    c->cmsg_type != SCM_TIMESTAMPNS ||
		    c->cmsg_len < CMSG_LEN(sizeof(ts)))
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		came_ms =
		    (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
		if (came_ms < now_ms && now_ms - came_ms <= PACKET_AGE_MAX_MS)
			return (uint32_t)(now_ms - came_ms);
	}
	return 0;
}
