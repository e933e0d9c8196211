/* SPDX-License-Identifier: ISC */
/*
 * The least that can be called a TFTP server, as a yardstick: what this machine
 * lets any server reach that waits for ACKs.  It runs as root in no sandbox,
 * opens each file once and maps it whole, asks nobody, looks for packets all
 * the time, sets no timer, checks no ACK and logs nothing.
 *
 *	bare_tftp folder
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PORT 69
#define OP_RRQ 1
#define OP_DATA 3
#define OP_ACK 4
#define OP_OACK 6
#define HEADER 4 /* of DATA */
#define FILES_MAX 256
#define EVENTS 256
#define SEND_MOST 65507 /* of one send, IPv4 */
#define SEGMENTS_MAX 64
#define BLKSIZE_MOST 1428
#define WINDOW_MOST 64

struct file {
	char *name;
	const uint8_t *bytes;
	uint64_t size;
};

struct transfer {
	int sock;
	const struct file *file;
	uint32_t blksize;
	uint32_t window;
	uint64_t acked;
	uint64_t blocks; /* of the file */
	uint64_t first; /* of the blocks in `space` */
	uint32_t count; /* of them */
	uint8_t space[WINDOW_MOST * (HEADER + BLKSIZE_MOST)];
};

static struct file files[FILES_MAX];
static unsigned int nfiles;
static int folder, epoll;

static void
fail(const char *what)
{
	fprintf(stderr, "bare_tftp: %s: %s\n", what, strerror(errno));
	exit(1);
}

static const struct file *
file_get(const char *name)
{
	struct file *f = files;
	struct stat st;
	void *p;
	int fd;

	for (; f < files + nfiles; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	if (nfiles == FILES_MAX ||
	    (fd = openat(folder, name, O_RDONLY | O_CLOEXEC)) == -1)
		return NULL;
	if (fstat(fd, &st) == -1)
		fail(name);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE,
	    fd, 0);
	if (p == MAP_FAILED)
		fail(name);
	(void)close(fd);
	if ((f->name = strdup(name)) == NULL)
		fail("memory");
	f->bytes = p;
	f->size = (uint64_t)st.st_size;
	nfiles++;
	return f;
}

/* Puts a window's blocks between their headers. */
static void
window_make(struct transfer *t, uint64_t block)
{
	uint64_t offset = (block - 1) * t->blksize;
	uint8_t *p = t->space;

	t->first = block;
	for (t->count = 0; t->count < t->window && block <= t->blocks;
	     t->count++, block++, offset += t->blksize) {
		uint64_t n = t->file->size - offset;

		p[0] = 0;
		p[1] = OP_DATA;
		p[2] = (uint8_t)(block >> 8);
		p[3] = (uint8_t)block;
		memcpy(p + HEADER, t->file->bytes + offset,
		    n < t->blksize ? n : t->blksize);
		p += HEADER + t->blksize;
	}
}

static void
window_send(struct transfer *t)
{
	size_t stride = HEADER + t->blksize, len = t->count * stride, n;
	uint32_t most = (uint32_t)(SEND_MOST / stride);
	const uint8_t *p = t->space;

	if (t->first + t->count > t->blocks)
		len -= t->blocks * t->blksize - t->file->size;
	if (most > SEGMENTS_MAX)
		most = SEGMENTS_MAX;
	for (; len > 0; p += n, len -= n) {
		n = len < most * stride ? len : most * stride;
		(void)send(t->sock, p, n, MSG_DONTWAIT);
	}
}

static void
transfer_end(struct transfer *t)
{
	(void)close(t->sock);
	free(t);
}

/* An ACK; anything else ends the transfer. */
static void
answer(struct transfer *t)
{
	uint8_t buf[HEADER];
	uint16_t more;

	if (recv(t->sock, buf, sizeof(buf), MSG_DONTWAIT) == -1) {
		if (errno != EAGAIN)
			transfer_end(t);
		return;
	}
	more = (uint16_t)((buf[2] << 8 | buf[3]) - (uint16_t)t->acked);
	if (buf[1] != OP_ACK || t->acked + more == t->blocks) {
		transfer_end(t);
		return;
	}
	if (more > t->window)
		return;
	t->acked += more;
	if (t->first != t->acked + 1)
		window_make(t, t->acked + 1);
	window_send(t);
	/* The next one, while this one is under way. */
	if (t->first + t->count <= t->blocks)
		window_make(t, t->first + t->count);
}

static uint32_t
least(const char *digits, uint32_t most)
{
	unsigned long v = strtoul(digits, NULL, 10);

	return v < most ? (uint32_t)v : most;
}

/* Takes the options into t; returns the length of the OACK. */
static size_t
options_take(
    struct transfer *t, const char *p, const char *end, char *oack, size_t room)
{
	const char *value;
	size_t n = 2;

	oack[0] = 0;
	oack[1] = OP_OACK;
	for (; p < end; p = value + strlen(value) + 1) {
		uint64_t v;

		value = p + strlen(p) + 1;
		if (value >= end)
			break;
		if (strcasecmp(p, "blksize") == 0)
			v = t->blksize = least(value, BLKSIZE_MOST);
		else if (strcasecmp(p, "windowsize") == 0)
			v = t->window = least(value, WINDOW_MOST);
		else if (strcasecmp(p, "tsize") == 0)
			v = t->file->size;
		else
			continue;
		n += (size_t)snprintf(oack + n, room - n, "%s%c%llu", p, 0,
			 (unsigned long long)v) +
		     1;
	}
	return n;
}

/* A socket of its own, as RFC 1350 has it. */
static int
transfer_socket(const struct sockaddr_in *client, const struct transfer *t)
{
	int size = (int)(HEADER + t->blksize), fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 ||
	    connect(fd, (const struct sockaddr *)client, sizeof(*client)) ==
		-1 ||
	    (t->window > 1 && setsockopt(fd, SOL_UDP, UDP_SEGMENT, &size,
				  sizeof(size)) == -1))
		fail("a socket");
	return fd;
}

static void
request(int listener)
{
	struct epoll_event ev = { .events = EPOLLIN };
	struct sockaddr_in client;
	socklen_t length = sizeof(client);
	char buf[513], oack[128], *p;
	struct transfer *t;
	ssize_t n;

	n = recvfrom(listener, buf, sizeof(buf) - 1, MSG_DONTWAIT,
	    (struct sockaddr *)&client, &length);
	if (n < HEADER || buf[1] != OP_RRQ)
		return;
	buf[n] = '\0';
	if ((t = malloc(sizeof(*t))) == NULL)
		fail("memory");
	memset(t, 0, offsetof(struct transfer, space));
	if ((t->file = file_get(buf + 2)) == NULL) {
		free(t);
		return;
	}
	t->blksize = 512;
	t->window = 1;
	p = buf + 2 + strlen(buf + 2) + 1;
	p += strlen(p) + 1; /* the mode */
	n = (ssize_t)options_take(t, p, buf + n, oack, sizeof(oack));
	t->blocks = t->file->size / t->blksize + 1;
	t->sock = transfer_socket(&client, t);
	ev.data.ptr = t;
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, t->sock, &ev) == -1)
		fail("epoll");
	(void)send(t->sock, oack, (size_t)n, MSG_DONTWAIT);
	window_make(t, 1);
}

int
main(int argc, char *argv[])
{
	struct sockaddr_in local = { .sin_family = AF_INET,
		.sin_port = htons(PORT) };
	struct epoll_event events[EVENTS] = { { .events = EPOLLIN } };
	int listener, i, n;

	if (argc != 2 ||
	    (folder = open(argv[1], O_DIRECTORY | O_CLOEXEC)) == -1) {
		fprintf(stderr, "usage: bare_tftp folder\n");
		return 2;
	}
	listener = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (listener == -1 ||
	    bind(listener, (struct sockaddr *)&local, sizeof(local)) == -1 ||
	    (epoll = epoll_create1(EPOLL_CLOEXEC)) == -1 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, events) == -1)
		fail("start");
	for (;;) {
		if ((n = epoll_wait(epoll, events, EVENTS, 0)) == 0)
			(void)sched_yield();
		for (i = 0; i < n; i++) {
			if (events[i].data.ptr == NULL)
				request(listener);
			else
				answer(events[i].data.ptr);
		}
	}
}
