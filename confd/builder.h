/* SPDX-License-Identifier: ISC */
/*
 * The configuration while it grows: what directive handlers and checks work
 * on.  Records are kept encoded, with the line that they come from.
 */
#ifndef CONFD_BUILDER_H
#define CONFD_BUILDER_H

#include <syslog.h> /* LOG_ERR, LOG_WARNING, LOG_INFO */

#include "confd/config.h"
#include "confd/lexer.h"
#include "confd/source.h"

#define CONFIG_SHOW_MAX 96 /* bytes of a quoted word in a message */
#define CONFIG_SHOWS 4 /* config_show() results that live at once */

/* Where a directive stands. */
struct place {
	const char *file;
	uint32_t line;
};

struct config_entry {
	struct place place;
	uint8_t kind; /* enum record_kind */
	bool plain_set; /* range: its tag was written without "set:" */
	uint32_t at; /* of the encoded record in bodies */
	uint32_t len;
};

/* Directives that need no record of their own, but count in checks. */
enum config_mark {
	CONFIG_MARK_BIND_INTERFACES,
	CONFIG_MARK_BIND_DYNAMIC,
	CONFIG_MARK_NO_PING,
	CONFIG_MARK_RANGE, /* even one that was refused */
	CONFIG_MARK_TFTP,
	CONFIG_MARK_ROOT, /* of all interfaces, even one that was refused */
	CONFIG_MARK_ROOTS, /* the first of one interface, even refused */
	CONFIG_MARK_PORTS, /* tftp-port-range */
	CONFIG_MARK_TFTP_SETTING, /* the first that changes transfers */
	CONFIG_MARK_MAX
};

struct config {
	config_diag_fn *diag;
	void *diag_arg;
	void (*progress)(void); /* NULL: nobody wants to know */
	uint32_t errors;
	uint32_t warnings;
	uint32_t told[2]; /* errors, and other messages, that were told */
	uint32_t suppressed[2]; /* that were not */
	bool stopped; /* too much of something; nothing more is read */
	struct place here; /* the directive at hand */
	char show[CONFIG_SHOWS][CONFIG_SHOW_MAX];
	unsigned int shows;

	char **args;
	size_t nargs, args_cap;
	struct sources sources;

	struct config_entry *entries;
	size_t nentries, entries_cap;
	uint8_t *bodies; /* encoded records */
	size_t bodies_len, bodies_cap;
	uint8_t single[RECORD_MAX]; /* for config_encoded() */

	struct record_daemon daemon;
	struct record_store store;
	struct record_dhcp dhcp;
	struct record_tftp tftp;
	struct record_tftp_root roots[RECORD_TFTP_ROOTS_MAX];
	struct place roots_at[RECORD_TFTP_ROOTS_MAX];
	size_t nroots;
	struct place mark[CONFIG_MARK_MAX]; /* file NULL: not given */
	uint8_t *seen; /* per directive: enum seen, for those that are single */
	char *dns_names; /* DNS directives met, for the one notice */
	size_t dns_len;
};

/* Messages about the directive at hand. */
void config_error(struct config *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void config_warn(struct config *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void config_note(struct config *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* The same about another place. */
void config_diag_at(struct config *, int severity, const struct place *,
    const char *, ...) __attribute__((format(printf, 4, 5)));

/* Whether a message of this severity is still told, and not only counted. */
bool config_tells(const struct config *, int severity);

/*
 * Text from the configuration, fit to stand in a message: escaped, and cut
 * where it is long.  Valid until CONFIG_SHOWS more calls.
 */
const char *config_show(struct config *, const char *);

/* Appends a record with its place; the entry, or NULL when it does not fit. */
struct config_entry *config_add(struct config *, const struct record *);
void config_entry_record(
    const struct config *, const struct config_entry *, struct record *);

void config_mark(struct config *, enum config_mark);
void config_mark_first(struct config *, enum config_mark);

/* In include.c: notes what an argument or a file includes. */
void config_collect_arg(struct config *, const char *arg);
void config_collect_text(
    struct config *, struct source *, const struct config_text *);

/* Carries out all lines in their order. */
void config_progress(const struct config *);
void config_walk(struct config *);

/* Carries out one line; true when it is an include, left to the caller. */
bool config_run_line(
    struct config *, enum lexer_result, const struct lexed *, bool arg);

/* In check.c: everything that takes more than one line to see. */
void config_check(struct config *);

#endif
