/* SPDX-License-Identifier: ISC */
/* Prints the leases on standard output, and notes on standard error. */
#include "command/leases.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "command/leases_files.h"
#include "command/leases_open.h"
#include "command/leases_reader.h"
#include "daemon/log.h"
#include "priv/log_sink.h"
#include "priv/output.h"
#include "priv/store_folder.h"

/* Notes are printed whatever the log level is. */
static void
leases_note(int priority, const char *text)
{
	log_sink_line("pxeguard", priority, text);
}

/* Where the leases will come from, if there is no database yet. */
static void
leases_note_new(const struct conf *c, const struct leases_files *f, bool import)
{
	char text[2 * RECORD_PATH_MAX + 256];
	const char *from = import ? f->path : NULL;

	if (from == NULL && c->import_fd != -1)
		from = c->import_path;
	if (from == NULL)
		(void)snprintf(text, sizeof(text),
		    "no leases: there is no database %s yet; the first start of pxeguard with dhcp-range makes it",
		    f->path);
	else
		(void)snprintf(text, sizeof(text),
		    "no leases: there is no database yet; the first start of pxeguard imports the lease file %s",
		    from);
	leases_note(LOG_NOTICE, text);
}

static void
leases_note_outcome(const struct conf *c, const struct options *o,
    const struct leases_files *f, const struct leases_reader *r)
{
	char text[RECORD_PATH_MAX + LEASE_SHOW_WHY_MAX + 64];

	if (f->recovering)
		leases_note(LOG_WARNING,
		    "a damaged database is being recovered; these are the leases that can be read");
	switch (r->outcome) {
	case LEASE_SHOWN_PARTLY:
		(void)snprintf(text, sizeof(text), "%s: %s", f->path, r->why);
		leases_note(LOG_WARNING, text);
		break;
	case LEASE_SHOWN_NEW:
	case LEASE_SHOWN_IMPORT:
		leases_note_new(c, f, r->outcome == LEASE_SHOWN_IMPORT);
		return;
	default:
		break;
	}
	if (r->leases == 0 && o->leases_format == LEASE_SHOW_TEXT) {
		(void)snprintf(text, sizeof(text), "no leases in %s", f->path);
		leases_note(LOG_NOTICE, text);
	}
}

static int
leases_print_files(
    const struct conf *c, const struct options *o, const struct leases_files *f)
{
	struct leases_reader r;
	int status = 1;

	if (leases_reader_run(&r, c, f, o->leases_format) == -1 ||
	    r.outcome == LEASE_SHOWN_FAILED) {
		log_err("%s cannot be read: %s", f->path, r.why);
	} else {
		leases_note_outcome(c, o, f, &r);
		status = output_write(r.text, r.len);
		if (r.outcome == LEASE_SHOWN_PARTLY)
			status = 1;
	}
	leases_reader_free(&r);
	return status;
}

static int
leases_print(struct conf *c, const struct options *o)
{
	struct leases_files files;
	int status;

	/* The event loop, which handles these, waits for this function. */
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	if (store_folder_check(c, true, LEASES_OPEN_MS) == -1 ||
	    leases_open_files(&files, c->store.path) == -1)
		return 1;
	status = leases_print_files(c, o, &files);
	leases_files_close(&files);
	return status;
}

const struct command leases_command = {
	.quiet = true,
	.print = leases_print,
};
