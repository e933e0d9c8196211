/* SPDX-License-Identifier: ISC */
/*
 * Messages about the configuration: errors, warnings and notices, each with its
 * file and line.  After CONFIG_DIAGS_MAX messages they are only counted.
 */
#ifndef CONFD_DIAG_H
#define CONFD_DIAG_H

#include <stdbool.h>
#include <syslog.h> /* LOG_ERR, LOG_WARNING, LOG_INFO */

struct config;
struct place;

/* About the directive that is carried out. */
#define diag_error(c, ...) diag_at(c, LOG_ERR, &(c)->here, __VA_ARGS__)
#define diag_warn(c, ...) diag_at(c, LOG_WARNING, &(c)->here, __VA_ARGS__)
#define diag_note(c, ...) diag_at(c, LOG_INFO, &(c)->here, __VA_ARGS__)

/* About another place; NULL: about the whole configuration. */
void diag_at(struct config *, int severity, const struct place *, const char *,
    ...) __attribute__((format(printf, 4, 5)));

/* Whether a message of this severity is reported, and not only counted. */
bool diag_is_reported(const struct config *, int severity);

/* Reports how many messages were suppressed, if any were. */
void diag_suppressed(struct config *);

/*
 * Text from the configuration, for a message: escaped, and truncated if it is
 * long.  Valid until CONFIG_SHOWS more calls.
 */
const char *diag_show(struct config *, const char *);

/*
 * Another line, for a message about `at`: "line 3", with its file if that is a
 * different one.  Valid as long.
 */
const char *
diag_place(struct config *, const struct place *other, const struct place *at);

#endif
