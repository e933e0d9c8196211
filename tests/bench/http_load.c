/* SPDX-License-Identifier: ISC */
/*
 * An HTTP client for load: connections that ask for one file after the other
 * and stay open.  Contents are counted and dropped in the kernel (MSG_TRUNC),
 * so that the server is measured and not the client; tests compare them
 * elsewhere.
 *
 * -s ADDRESS	the server
 * -p PORT	80
 * -a FIRST+N	addresses of connections, in turn
 * -n NUMBER	of requests
 * -c NUMBER	of connections
 * -t MS	then it ends, whatever still runs
 * -i MS	between the end of an answer and the next request
 * -k		one request on each connection, which then stays until killed
 * NAME...	the paths, in turn
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 256
#define HEAD_MAX 4096
#define PIECE (1 << 20)
#define NS_PER_MS 1000000ULL
#define OPEN_AT_ONCE 64 /* connections between two looks at what has come */

struct conn {
	int sock;
	bool asked; /* an answer is to come */
	bool in_content;
	uint64_t start_ns;
	uint64_t first_ns; /* first byte */
	uint64_t due_ns; /* of the next request; 0: none */
	uint64_t left; /* bytes of the content */
	size_t headlen;
	char head[HEAD_MAX + 1];
};

static struct {
	struct sockaddr_in server;
	struct in_addr source;
	uint32_t nsources;
	uint32_t requests;
	uint32_t conns;
	uint32_t limit_ms;
	uint32_t interval_ms;
	bool keep;
	char **names;
	int nnames;
} opt = { .requests = 1, .conns = 1, .limit_ms = 10000 };

static struct conn *conns;
static int epoll;
static uint32_t begun, done, failed;
static uint64_t bytes;
static uint64_t *first_ns, *whole_ns; /* of each answer */

static uint64_t
now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "http_load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
conn_open(struct conn *c, uint32_t number)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };
	struct sockaddr_in from = { .sin_family = AF_INET };
	int on = 1;

	c->sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->sock == -1)
		die("socket");
	if (opt.nsources > 0) {
		from.sin_addr.s_addr =
		    htonl(ntohl(opt.source.s_addr) + number % opt.nsources);
		if (bind(c->sock, (struct sockaddr *)&from, sizeof(from)) == -1)
			die("bind");
	}
	if (connect(c->sock, (struct sockaddr *)&opt.server,
		sizeof(opt.server)) == -1)
		die("connect");
	(void)setsockopt(c->sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->sock, &ev) == -1)
		die("epoll_ctl");
}

static void
conn_ask(struct conn *c)
{
	const char *name = opt.names[begun % (uint32_t)opt.nnames];
	char text[1024];
	int n;

	c->due_ns = 0;
	if (c->sock == -1 || begun == opt.requests)
		return;
	begun++;
	n = snprintf(text, sizeof(text),
	    "GET /%s HTTP/1.1\r\nHost: server\r\nUser-Agent: http_load\r\n\r\n",
	    name);
	c->asked = true;
	c->in_content = false;
	c->headlen = 0;
	c->first_ns = 0;
	c->start_ns = now_ns();
	if (send(c->sock, text, (size_t)n, MSG_NOSIGNAL) != n)
		die("send");
}

static void
conn_lost(struct conn *c, const char *why)
{
	fprintf(stderr, "http_load: connection %td: %s\n", c - conns, why);
	if (c->asked)
		failed++;
	c->asked = false;
	(void)close(c->sock);
	c->sock = -1;
}

static void
conn_answered(struct conn *c)
{
	uint64_t now = now_ns();

	first_ns[done] = c->first_ns - c->start_ns;
	whole_ns[done++] = now - c->start_ns;
	c->asked = false;
	if (opt.keep)
		return;
	if (opt.interval_ms > 0)
		c->due_ns = now + opt.interval_ms * NS_PER_MS;
	else
		conn_ask(c);
}

/* The head is complete; `more` bytes of the content came with it. */
static void
conn_head(struct conn *c, size_t more)
{
	const char *length = strcasestr(c->head, "\r\nContent-Length:");

	if (strncmp(c->head, "HTTP/1.1 200 ", 13) != 0 || length == NULL) {
		c->head[strcspn(c->head, "\r\n")] = '\0';
		conn_lost(c, c->head);
		return;
	}
	c->in_content = true;
	c->left = strtoull(length + 17, NULL, 10) - more;
	bytes += more;
	if (c->left == 0)
		conn_answered(c);
}

static void
conn_readable(struct conn *c)
{
	static char piece[PIECE];
	size_t n = c->left < PIECE ? (size_t)c->left : PIECE;
	const char *end;
	ssize_t r;

	if (c->in_content && c->asked)
		r = recv(c->sock, piece, n, MSG_TRUNC | MSG_DONTWAIT);
	else
		r = recv(c->sock, c->head + c->headlen, HEAD_MAX - c->headlen,
		    MSG_DONTWAIT);
	if (r == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (r <= 0) {
		conn_lost(c, r == 0 ? "closed by the server" : strerror(errno));
		return;
	}
	if (c->first_ns == 0)
		c->first_ns = now_ns();
	if (c->in_content) {
		bytes += (uint64_t)r;
		if ((c->left -= (uint64_t)r) == 0)
			conn_answered(c);
		return;
	}
	c->headlen += (size_t)r;
	c->head[c->headlen] = '\0';
	if ((end = strstr(c->head, "\r\n\r\n")) != NULL)
		conn_head(c, c->headlen - (size_t)(end + 4 - c->head));
	else if (c->headlen == HEAD_MAX)
		conn_lost(c, "the head is too long");
}

/* Asks where it is time; ms until the next one, at most 50. */
static int
ask_due(uint32_t opened)
{
	uint64_t now = now_ns(), next = now + 50 * NS_PER_MS;
	uint32_t i;

	if (opt.interval_ms == 0)
		return 50;
	for (i = 0; i < opened; i++) {
		if (conns[i].due_ns != 0 && conns[i].due_ns <= now)
			conn_ask(&conns[i]);
		else if (conns[i].due_ns != 0 && conns[i].due_ns < next)
			next = conns[i].due_ns;
	}
	return (int)((next - now + NS_PER_MS - 1) / NS_PER_MS);
}

/* All that were begun have ended, and no more will be. */
static bool
is_over(void)
{
	return done + failed == opt.requests;
}

static void
run(void)
{
	struct epoll_event events[EVENTS];
	uint64_t end = now_ns() + opt.limit_ms * NS_PER_MS;
	uint32_t opened = 0, to;
	int i, n, wait_ms;

	while (!is_over() && now_ns() < end) {
		for (to = opened + OPEN_AT_ONCE;
		     opened < to && opened < opt.conns; opened++) {
			conn_open(&conns[opened], opened);
			conn_ask(&conns[opened]);
		}
		wait_ms = ask_due(opened);
		n = epoll_wait(
		    epoll, events, EVENTS, opened < opt.conns ? 0 : wait_ms);
		for (i = 0; i < n; i++)
			conn_readable(events[i].data.ptr);
	}
}

static int
compare(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

/* Prints the median, the 99th percentile and the most, in ms. */
static void
print_times(const char *name, uint64_t *ns)
{
	qsort(ns, done, sizeof(*ns), compare);
	printf(", \"%s_median\": %.4f, \"%s_p99\": %.4f, \"%s_most\": %.4f",
	    name, done == 0 ? 0 : (double)ns[done / 2] / NS_PER_MS, name,
	    done == 0 ? 0 : (double)ns[(uint64_t)done * 99 / 100] / NS_PER_MS,
	    name, done == 0 ? 0 : (double)ns[done - 1] / NS_PER_MS);
}

static uint32_t
number(const char *text)
{
	return (uint32_t)strtoul(text, NULL, 10);
}

static void
options(int argc, char **argv)
{
	char *plus;
	int o;

	opt.server.sin_family = AF_INET;
	opt.server.sin_port = htons(80);
	while ((o = getopt(argc, argv, "s:p:a:n:c:t:i:k")) != -1) {
		if (o == 's' && inet_aton(optarg, &opt.server.sin_addr) != 0)
			continue;
		if (o == 'a' && (plus = strchr(optarg, '+')) != NULL) {
			*plus = '\0';
			opt.nsources = number(plus + 1);
			if (inet_aton(optarg, &opt.source) != 0)
				continue;
		}
		if (o == 'p')
			opt.server.sin_port = htons((uint16_t)number(optarg));
		else if (o == 'n')
			opt.requests = number(optarg);
		else if (o == 'c')
			opt.conns = number(optarg);
		else if (o == 't')
			opt.limit_ms = number(optarg);
		else if (o == 'i')
			opt.interval_ms = number(optarg);
		else if (o == 'k')
			opt.keep = true;
		else
			exit(2);
	}
	opt.names = argv + optind;
	opt.nnames = argc - optind;
	if (opt.nnames == 0 || opt.conns == 0 || opt.requests == 0)
		exit(2);
}

int
main(int argc, char **argv)
{
	uint64_t start;
	double seconds;

	options(argc, argv);
	conns = calloc(opt.conns, sizeof(*conns));
	first_ns = calloc(opt.requests, sizeof(*first_ns));
	whole_ns = calloc(opt.requests, sizeof(*whole_ns));
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (conns == NULL || first_ns == NULL || whole_ns == NULL ||
	    epoll == -1)
		die("start");
	start = now_ns();
	run();
	seconds = (double)(now_ns() - start) / 1e9;
	printf("{\"done\": %u, \"failed\": %u, \"bytes\": %" PRIu64
	       ", \"seconds\": %.6f",
	    done, failed, bytes, seconds);
	print_times("first", first_ns);
	print_times("whole", whole_ns);
	printf("}\n");
	(void)fflush(stdout);
	while (opt.keep)
		(void)pause();
	return done == opt.requests ? 0 : 1;
}
