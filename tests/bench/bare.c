/* SPDX-License-Identifier: ISC */
/* What the path carries when nobody waits for anybody. */
#include <errno.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/bench/load.h"

#define PAYLOAD_MAX 65507 /* of one send, IPv4 */
#define SEGMENTS_MAX 64
#define HEADER 4 /* of DATA */
#define SOCKET_BUFFER (4 * 1024 * 1024)

static uint8_t payload[LOAD_RECEIVE];

int
bare_send(bool segments)
{
	int size = (int)load_options.blksize + HEADER, count = 1;
	uint64_t end;
	int fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || connect(fd, (struct sockaddr *)&load_options.server,
			    sizeof(load_options.server)) == -1)
		load_fail("connect");
	if (segments) {
		if (setsockopt(fd, SOL_UDP, UDP_SEGMENT, &size, sizeof(size)) ==
		    -1)
			load_fail("UDP_SEGMENT");
		count = PAYLOAD_MAX / size;
		if (count > SEGMENTS_MAX)
			count = SEGMENTS_MAX;
	}
	end = load_now_ns() + load_options.limit_ms * 1000000ULL;
	while (load_now_ns() < end)
		if (send(fd, payload, (size_t)(count * size), 0) == -1 &&
		    errno != ECONNREFUSED && errno != ENOBUFS)
			load_fail("send");
	(void)close(fd);
	return 0;
}

int
bare_receive(void)
{
	const int on = 1, room = SOCKET_BUFFER;
	const struct timeval patience = { .tv_sec = 5 };
	size_t size = load_options.blksize + HEADER;
	uint64_t start = 0, now = 0, bytes = 0;
	ssize_t n;
	int fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ==
		-1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		sizeof(patience)) == -1 ||
	    setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof(on)) == -1 ||
	    bind(fd, (struct sockaddr *)&load_options.server,
		sizeof(load_options.server)) == -1)
		load_fail("bind");
	do {
		if ((n = recv(fd, payload, sizeof(payload), 0)) <= 0)
			load_fail("receive");
		now = load_now_ns();
		if (start == 0)
			start = now;
		else
			bytes += (size_t)n / size * load_options.blksize;
	} while (now - start < load_options.limit_ms * 1000000ULL);
	printf("{\"bytes\": %llu, \"seconds\": %.6f}\n",
	    (unsigned long long)bytes, (double)(now - start) / 1e9);
	(void)close(fd);
	return 0;
}
