/* SPDX-License-Identifier: ISC */
/*
 * The configuration, from text to records.  Pure: it opens nothing.  The caller
 * adds the directives of the command line and the first files, then answers
 * config_want() until it returns NULL, then calls config_finish() and reads the
 * records.
 *
 *	c = config_new(print_diag, NULL);
 *	config_add_arg(c, "interface=br0");
 *	config_add_file(c, "/etc/pxeguard/pxeguard.conf", &text);
 *	while ((w = config_want(c)) != NULL)
 *		answer with config_give_text(), _names() or _error()
 *	config_finish(c);
 *	for (i = 0; i < config_count(c); i++)
 *		config_record(c, i, &rec);
 */
#ifndef CONFD_CONFIG_H
#define CONFD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/record.h"

/* pxeguard.conf(5) lists these. */
#define CONFIG_FILES_MAX 16384 /* files and directories */
#define CONFIG_TEXT_MAX (64U << 20) /* bytes of one file, and of all */
#define CONFIG_DEPTH_MAX 16 /* includes within includes */
#define CONFIG_NAMES_MAX 1000000 /* entries of a directory */
/* Errors that are reported, and as many other messages. */
#define CONFIG_DIAGS_MAX 1000

/* The "file" of config_add_arg(). */
#define CONFIG_COMMAND_LINE "command line"

#define CONFIG_LEASE_S 3600
#define CONFIG_LEASE_MAX 1000
#define CONFIG_TFTP_MAX 50
#define CONFIG_HTTP_MAX 1000 /* connections */
#define CONFIG_TFTP_CACHE (128U << 20) /* bytes */
#define CONFIG_VERIFY_CACHE (256U << 20) /* bytes */

struct config;

/*
 * Reports one message about the configuration.  severity: LOG_ERR, LOG_WARNING
 * or LOG_INFO.  file and text are printable ASCII.  line: 0 if the message is
 * not about a line.
 */
typedef void config_diag_fn(
    int severity, const char *file, uint32_t line, const char *text, void *arg);

/*
 * For config_diag_fn: the kind of the message, never 0.  Messages of one kind
 * differ in the words that they quote only.
 */
uint32_t config_diag_kind(const struct config *);

/* The content of a file; the caller keeps the bytes. */
struct config_text {
	const void *text; /* not read if len is over the limit */
	size_t len;
	dev_t dev; /* with ino, detects a file with two names */
	ino_t ino; /* 0: unknown */
};

/* A file or directory that the configuration names. */
struct config_want {
	const char *path;
	bool directory;
	bool watch; /* a directory of hosts or options */
	bool optional; /* from a directory: skipped if it is not a file */
};

/* NULL if out of memory. */
struct config *config_new(config_diag_fn *diag, void *arg);
void config_free(struct config *); /* NULL is ignored */

/* Calls this function for each line and each check, as a sign of life. */
void config_on_progress(struct config *, void (*)(void));

/* If a limit is exceeded or memory is exhausted, these report an error. */
void config_add_arg(struct config *, const char *directive);
void
config_add_file(struct config *, const char *path, const struct config_text *);

/* Reports that a file of config_add_file() could not be read. */
void config_add_failed(struct config *, const char *path, int error);

/*
 * The next file or directory to read, or NULL.  The result does not change
 * until one of the three functions below is called.
 */
const struct config_want *config_want(struct config *);
void config_give_text(struct config *, const struct config_text *);
void config_give_names(struct config *, const char *const *names, size_t n);
void config_give_error(struct config *, int error); /* an errno */

/*
 * Parses and checks the whole configuration.  Returns true if there was no
 * error, so that the records may be used.
 */
bool config_finish(struct config *);
uint32_t config_errors(const struct config *);
uint32_t config_warnings(const struct config *);

/*
 * The records: first one each of DAEMON, STORE, DHCP, TFTP, VERIFY and HTTP,
 * with defaults filled in, then the roots of single interfaces, then the others
 * in the order of the configuration.
 */
size_t config_count(const struct config *);
void config_record(const struct config *, size_t i, struct record *);

/* The same, as record_encode() writes it; valid until the next call. */
void config_encoded(struct config *, size_t i, struct reader *);

/*
 * Encodes in the same way a FILE record for each file, which come first, and
 * the PLACE record that follows a record: if `all`, of any record for dhcpd,
 * otherwise if a message may be about its line.  False for other records.
 */
size_t config_file_count(const struct config *);
void config_file_encoded(struct config *, size_t i, struct reader *);
bool config_place_encoded(struct config *, size_t i, bool all, struct reader *);

#endif
