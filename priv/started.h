/* SPDX-License-Identifier: ISC */
/*
 * What a running pxeguard has taken from its first configuration, and cannot
 * change at a reload: its lease database, disabled layers and pid-file.  It
 * keeps that in a file without a name (memfd_create(2)), where --test finds it,
 * and --reload how a reload has ended (command/started_find.h).
 */
#ifndef PRIV_STARTED_H
#define PRIV_STARTED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "priv/conf.h"
#include "priv/options.h"

#define STARTED_NAME "pxeguard-started" /* of the file */
#define STARTED_TEXT_MAX (4 * RECORD_PATH_MAX)
#define STARTED_SAID_MAX 512 /* bytes of errors of a reload, with a NUL */

/* The values, as text; a line each.  Returns dst. */
const char *started_text(
    const struct conf *, const struct options *, char dst[STARTED_TEXT_MAX]);

/* At the start, before rights are dropped.  A failure is only logged. */
void started_keep(const struct conf *, const struct options *);

/*
 * Notes for --reload how many reloads have begun and ended, whether the last
 * one failed, and which errors it has logged.  Once before the first.
 */
void
started_reload(uint32_t begun, uint32_t ended, bool failed, const char *said);

/* What a running pxeguard keeps. */
struct started {
	pid_t pid;
	uint32_t options; /* a hash of the directives of its command line */
	uint8_t layers_disabled; /* enum record_layer bits */
	const char *conf_file, *store, *pid_file; /* in text; "": none */
	/* Of started_reload(); without reloads, nothing was noted. */
	bool reloads, reload_failed;
	uint32_t reloads_begun, reloads_ended;
	const char *reload_said; /* in text; lines */
	char text[STARTED_TEXT_MAX];
};

/* Splits text and fills in what it says; false if it is no such text. */
bool started_parse(struct started *);

/*
 * Notes what a reload of that pxeguard with this configuration could not
 * change.
 */
void started_note(
    const struct conf *, const struct options *, const struct started *);

#endif
