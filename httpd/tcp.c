/* SPDX-License-Identifier: ISC */
/* Reads TCP_INFO (tcp(7)). */
#include "httpd/tcp.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

void
tcp_facts_get(int sock, struct tcp_facts *t)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	memset(t, 0, sizeof(*t));
	if (getsockopt(sock, IPPROTO_TCP, TCP_INFO, &info, &len) == -1)
		return;
	t->acked = info.tcpi_bytes_acked;
	t->received = info.tcpi_bytes_received;
	t->segments = info.tcpi_segs_out;
	t->resent = info.tcpi_total_retrans;
	t->drained = info.tcpi_unacked == 0 && info.tcpi_notsent_bytes == 0;
}
