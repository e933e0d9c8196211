/* SPDX-License-Identifier: ISC */
/* Draws a progress bar. */
#include "ctl/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/clock.h"

#define WIDTH 40
#define EACH_MS 100

void
progress_init(struct progress *p, uint64_t total)
{
	memset(p, 0, sizeof(*p));
	p->total = total;
	p->shown = isatty(STDERR_FILENO) == 1;
}

static void
draw(const struct progress *p)
{
	char bar[WIDTH + 1];
	uint64_t done = p->done < p->total ? p->done : p->total;
	size_t n = p->total == 0
		       ? WIDTH
		       : (size_t)(done / ((p->total + WIDTH - 1) / WIDTH));

	n = n > WIDTH ? WIDTH : n;
	memset(bar, '.', WIDTH);
	memset(bar, '#', n);
	bar[WIDTH] = '\0';
	(void)fprintf(stderr, "\r[%s] %" PRIu64 " of %" PRIu64 " MiB", bar,
	    done >> 20, p->total >> 20);
	(void)fflush(stderr);
}

void
progress_add(struct progress *p, uint64_t bytes)
{
	uint64_t now_ms;

	p->done += bytes;
	if (!p->shown)
		return;
	now_ms = clock_mono_ms();
	if (now_ms - p->drawn_ms < EACH_MS)
		return;
	p->drawn_ms = now_ms;
	draw(p);
}

void
progress_end(struct progress *p)
{
	if (p->shown && p->drawn_ms != 0)
		(void)fprintf(stderr, "\r\033[K");
	p->shown = false;
}
