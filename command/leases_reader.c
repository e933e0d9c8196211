/* SPDX-License-Identifier: ISC */
/* Starts a leased that reads leases, and receives their text. */
#include "command/leases_reader.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/one_shot.h"
#include "daemon/grow.h"
#include "priv/output.h"

#define TEXT_MAX (512U << 20) /* millions of leases */

/* The process, while it runs. */
struct reader_run {
	struct one_shot shot;
	struct leases_reader *result;
	const struct leases_files *files;
	enum lease_show_format format;
};

static int
reader_send_file(struct reader_run *run, enum lease_show_file which, int fd)
{
	uint8_t body[1];
	struct writer w;
	int copy;

	if (fd == -1)
		return 0;
	if ((copy = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1)
		return -1;
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)which);
	return chan_send(run->shot.child->chan, MSG_SHOW_FILE, 0, &w, copy);
}

static int
reader_begin(struct one_shot *shot)
{
	struct reader_run *run = shot->arg;
	uint8_t body[1];
	struct writer w;

	if (reader_send_file(run, LEASE_SHOW_DB, run->files->db) == -1 ||
	    reader_send_file(run, LEASE_SHOW_WAL, run->files->wal) == -1)
		return -1;
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)run->format);
	return chan_send(shot->child->chan, MSG_SHOW_GO, 0, &w, -1);
}

static int
reader_on_text(void *arg, const uint8_t *text, size_t len)
{
	struct one_shot *shot = one_shot_of(arg);
	struct reader_run *run = shot->arg;
	struct leases_reader *r = run->result;

	/* Lines of CSV end with CR and LF (RFC 4180). */
	if (!output_is_plain(text, len, run->format == LEASE_SHOW_CSV)) {
		one_shot_end(
		    shot, "it sent characters other than printable ASCII");
		return -1;
	}
	if (len > TEXT_MAX - r->len) {
		one_shot_end(shot, "more than 512 MiB of text");
		return -1;
	}
	if (grow_array(&r->text, &r->cap, r->len + len, 1) == -1) {
		one_shot_end(shot, "too little memory for the text");
		return -1;
	}
	memcpy(r->text + r->len, text, len);
	r->len += len;
	return 0;
}

static int
reader_on_shown(void *arg, enum lease_show_outcome outcome, uint32_t leases,
    const char *why)
{
	struct one_shot *shot = one_shot_of(arg);
	struct reader_run *run = shot->arg;

	run->result->outcome = outcome;
	run->result->leases = leases;
	(void)snprintf(run->result->why, sizeof(run->result->why), "%s", why);
	one_shot_end(shot, NULL);
	return 0;
}

int
leases_reader_run(struct leases_reader *r, const struct conf *c,
    const struct leases_files *files, enum lease_show_format format)
{
	struct reader_run run = {
		.shot = { .role = ROLE_LEASED,
		    .messages = { .show_text = reader_on_text,
			.shown = reader_on_shown },
		    .begin = reader_begin,
		    .limit_ms = LEASES_READER_MS },
		.result = r,
		.files = files,
		.format = format,
	};

	memset(r, 0, sizeof(*r));
	run.shot.arg = &run;
	if (one_shot_run(&run.shot, c) == 0)
		return 0;
	(void)snprintf(r->why, sizeof(r->why), "the process that reads it %.*s",
	    (int)sizeof(r->why) - 40, run.shot.why);
	return -1;
}

void
leases_reader_free(struct leases_reader *r)
{
	free(r->text);
	r->text = NULL;
	r->len = r->cap = 0;
}
