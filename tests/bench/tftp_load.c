/* SPDX-License-Identifier: ISC */
/* The load client's command line, and its result as a line of JSON. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/load.h"

struct load_options load_options = {
	.transfers = 1, .parallel = 1, .nsources = 1, .limit_ms = 60000
};
struct load_result load_result;

static struct load_file *files;
static uint32_t nfiles;
static const char *folder = ".";

uint64_t
load_now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

void
load_fail(const char *what)
{
	fprintf(stderr, "tftp_load: %s: %s\n", what, strerror(errno));
	exit(1);
}

/*
 * Of a file that repeats itself the first bytes tell all.  They stay in the
 * processor's cache, so that comparing does not compete with the server for
 * the memory.  The period is a prime: no block that is out of place fits.
 */
static uint64_t
period_of(const uint8_t *p, uint64_t size)
{
	const uint64_t n = LOAD_PERIOD;

	if (size < 2 * n || memcmp(p, p + n, size - n) != 0)
		return size;
	return n;
}

static void
file_add(const char *name)
{
	struct load_file *f;
	char path[PATH_MAX];
	struct stat st;
	void *p;
	int fd;

	files = reallocarray(files, nfiles + 1, sizeof(*files));
	if (files == NULL)
		load_fail("memory");
	f = &files[nfiles++];
	f->name = name;
	f->bytes = NULL;
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1 ||
	    fstat(fd, &st) == -1)
		load_fail(path);
	f->size = (uint64_t)st.st_size;
	if (f->size > 0) {
		/* Page faults are not what is measured. */
		p = mmap(
		    NULL, f->size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
		if (p == MAP_FAILED)
			load_fail(path);
		f->bytes = p;
	}
	f->period = period_of(f->bytes, f->size);
	(void)close(fd);
}

static int
by_time(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
print_result(double seconds)
{
	const struct load_result *r = &load_result;
	uint32_t n = r->done;

	printf(
	    "{\"begun\": %u, \"done\": %u, \"failed\": %u, \"timeouts\": %llu, \"duplicates\": %llu, \"gaps\": %llu, \"bytes\": %llu, \"seconds\": %.6f",
	    r->begun, n, r->failed, (unsigned long long)r->timeouts,
	    (unsigned long long)r->duplicates, (unsigned long long)r->gaps,
	    (unsigned long long)r->bytes, seconds);
	if (n > 0) {
		qsort(r->took_ns, n, sizeof(*r->took_ns), by_time);
		printf(
		    ", \"fastest\": %.6f, \"median\": %.6f, \"slowest\": %.6f",
		    (double)r->took_ns[0] / 1e9,
		    (double)r->took_ns[n / 2] / 1e9,
		    (double)r->took_ns[n - 1] / 1e9);
	}
	printf("}\n");
}

static void
usage(void)
{
	fprintf(stderr,
	    "usage: tftp_load -s server[:port] [-d folder] [-n transfers]\n"
	    "       [-p parallel] [-b blksize] [-w windowsize] [-z] [-g]\n"
	    "       [-a source[+count]] [-t limit_ms] [-H hold_ms] file ...\n"
	    "       tftp_load -S|-G|-R -s address:port -b blksize -t "
	    "limit_ms\n"
	    "-z: ask for tsize.  -g: receive with UDP_GRO.  -H: wait with each "
	    "ACK.\n"

	    "-S, -G: send bare packets singly, or by UDP_SEGMENT.  -R: count them.\n");
	exit(2);
}

static uint32_t
number(const char *s)
{
	char *end;
	unsigned long v = strtoul(s, &end, 10);

	if (*s == '\0' || *end != '\0' || v > UINT32_MAX)
		usage();
	return (uint32_t)v;
}

static void
server_parse(char *s)
{
	char *port = strchr(s, ':');

	load_options.server.sin_family = AF_INET;
	load_options.server.sin_port =
	    htons((uint16_t)(port == NULL ? 69 : number(port + 1)));
	if (port != NULL)
		*port = '\0';
	if (inet_pton(AF_INET, s, &load_options.server.sin_addr) != 1)
		usage();
}

static void
source_parse(char *s)
{
	char *count = strchr(s, '+');

	if (count != NULL) {
		*count = '\0';
		load_options.nsources = number(count + 1);
	}
	if (load_options.nsources == 0 ||
	    inet_pton(AF_INET, s, &load_options.source) != 1)
		usage();
}

static void
option_take(int c, char *value)
{
	struct load_options *o = &load_options;

	switch (c) {
	case 's':
		server_parse(value);
		break;
	case 'a':
		source_parse(value);
		break;
	case 'd':
		folder = value;
		break;
	case 'n':
		o->transfers = number(value);
		break;
	case 'p':
		o->parallel = number(value);
		break;
	case 'b':
		o->blksize = number(value);
		break;
	case 'w':
		o->windowsize = number(value);
		break;
	case 't':
		o->limit_ms = number(value);
		break;
	case 'H':
		o->hold_ms = number(value);
		break;
	case 'g':
		o->gro = true;
		break;
	case 'z':
		o->tsize = true;
		break;
	default:
		usage();
	}
}

/* Each transfer takes a socket. */
static void
raise_limits(void)
{
	rlim_t need = load_options.parallel + 64;
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		load_fail("getrlimit");
	if (rl.rlim_cur >= need)
		return;
	rl.rlim_cur = need;
	if (rl.rlim_max < need)
		rl.rlim_max = need;
	if (setrlimit(RLIMIT_NOFILE, &rl) == -1)
		load_fail("limit of open files");
}

int
main(int argc, char *argv[])
{
	uint64_t start;
	int c, bare = 0;

	while ((c = getopt(argc, argv, "s:d:n:p:b:w:a:t:H:gzSGR")) != -1) {
		if (c == 'S' || c == 'G' || c == 'R')
			bare = c;
		else
			option_take(c, optarg);
	}
	if (load_options.server.sin_family == 0)
		usage();
	if (bare == 'R')
		return bare_receive();
	if (bare != 0)
		return bare_send(bare == 'G');
	for (; optind < argc; optind++)
		file_add(argv[optind]);
	if (nfiles == 0 || load_options.parallel == 0)
		usage();
	load_result.took_ns =
	    calloc(load_options.transfers, sizeof(*load_result.took_ns));
	if (load_result.took_ns == NULL)
		load_fail("memory");
	raise_limits();
	start = load_now_ns();
	loop_run(files, nfiles);
	print_result((double)(load_now_ns() - start) / 1e9);
	return load_result.done == load_options.transfers ? 0 : 1;
}
