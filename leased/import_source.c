/* SPDX-License-Identifier: ISC */
/* The lease file that an empty database is filled with. */
#include "leased/import_source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/plural.h"
#include "leased/import_file.h"
#include "leased/import_look.h"
#include "leased/utc.h"

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

/* NULL: there is none. */
static const char *
import_source_shown(const struct import_source *s, const struct dbfile *p)
{
	if (s->fd != -1)
		return s->shown;
	return p->text[0] != '\0' ? p->text_shown : NULL;
}

int
import_source_read(const struct import_source *s, const struct dbfile *p,
    struct store *store, bool quiet, char *why, size_t whysz)
{
	const char *shown = import_source_shown(s, p);
	int fd, r;

	if (shown == NULL)
		return 0;
	fd = s->fd != -1 ? s->fd : dbfile_open(p->text);
	if (fd == -1) {
		(void)snprintf(why, whysz, "%s cannot be read: %s", shown,
		    strerror(errno));
		return -1;
	}
	r = import_file(store, fd, shown, clock_wall_s(), quiet, why, whysz);
	if (fd != s->fd)
		(void)close(fd);
	return r;
}

void
import_source_refused(const struct import_source *s, const struct dbfile *p,
    const struct store_import *note)
{
	const char *shown = import_source_shown(s, p);
	char from[2 * STORE_FILE_MAX], at[UTC_TEXT];

	if (shown == NULL)
		return;
	/* clang-format off */
	if (note != NULL && note->at_s != 0)
		log_info("%s is not imported again: the database %s was filled from %s at %s, with %" PRIu64 " lease%s; to import it again, stop pxeguard and remove the database", shown, p->shown, log_escape(from, sizeof(from), note->file, strlen(note->file)), utc_text(note->at_s, at), note->leases, plural(note->leases));
	else
		log_notice("%s is not imported: there are leases in the database %s; to import it, stop pxeguard and remove the database", shown, p->shown);
	/* clang-format on */
}

int
import_source_test(const struct import_source *s, const struct dbfile *p,
    char *why, size_t whysz)
{
	if (import_source_shown(s, p) == NULL || p->foreign)
		return 0;
	switch (import_look(p)) {
	case IMPORT_LOOK_NOTED:
		return 0;
	case IMPORT_LOOK_LEASES:
		import_source_refused(s, p, NULL);
		return 0;
	case IMPORT_LOOK_OPEN:
		break;
	}
	/* A file that is no lease file is not described line by line. */
	if (import_source_read(s, p, NULL, true, why, whysz) == -1)
		return -1;
	return import_source_read(s, p, NULL, false, why, whysz);
}
