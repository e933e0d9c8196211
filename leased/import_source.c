/* SPDX-License-Identifier: ISC */
/* The lease file that a new database is filled with. */
#include "leased/import_source.h"

#include <string.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "leased/import_file.h"

void
import_source_end(struct import_source *s)
{
	if (s->fd != -1)
		(void)close(s->fd);
	s->fd = -1;
}

void
import_source_set(struct import_source *s, int fd, const char *path)
{
	import_source_end(s);
	s->fd = fd;
	(void)log_escape(s->shown, sizeof(s->shown), path, strlen(path));
}

int
import_source_check(const struct import_source *s, const struct dbfile *p,
    bool quiet, char *why, size_t whysz)
{
	int fd, r;

	if (!p->empty)
		return 0;
	if (s->fd != -1)
		return import_check(s->fd, s->shown, quiet, why, whysz);
	if (p->text[0] == '\0')
		return 0;
	if ((fd = import_open(p->text, p->text_shown, why, whysz)) == -1)
		return -1;
	r = import_check(fd, p->text_shown, quiet, why, whysz);
	(void)close(fd);
	return r;
}

int
import_source_fill(const struct import_source *s, const struct dbfile *p,
    struct store *store, char *why, size_t whysz)
{
	struct import_count count;

	if (s->fd != -1)
		return import_fd(
		    store, s->fd, s->shown, clock_wall_s(), &count, why, whysz);
	if (p->text[0] == '\0')
		return 0;
	return import_file(
	    store, p->text, p->text_shown, clock_wall_s(), &count, why, whysz);
}
