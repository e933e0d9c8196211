/* SPDX-License-Identifier: ISC */
/*
 * The configuration, from text to records.  Pure: it opens nothing.  Its
 * user hands in the directives of the command line and the files to begin
 * with, then answers config_want() until nothing is wanted, then calls
 * config_finish() and takes the records.
 *
 *	c = config_new(print_diag, NULL);
 *	config_add_arg(c, "interface=br0");
 *	config_add_file(c, "/etc/pxeguard.conf", &text);
 *	while ((w = config_want(c)) != NULL)
 *		config_give_text(c, ...), config_give_names() or
 *config_give_error(); config_finish(c); for (i = 0; i < config_count(c); i++)
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
#define CONFIG_DIAGS_MAX 1000 /* errors that are told, and other messages */

#define CONFIG_COMMAND_LINE                              \
	"command line" /* the "file" of config_add_arg() \
			*/

#define CONFIG_LEASE_S 3600
#define CONFIG_LEASE_MAX 1000
#define CONFIG_TFTP_MAX 50
#define CONFIG_TFTP_CACHE (128U << 20) /* bytes */
#define CONFIG_STORE_PATH "/var/lib/pxeguard/leases.db"

struct config;

/*
 * One message for the person who wrote the configuration.  severity:
 * LOG_ERR, LOG_WARNING or LOG_INFO.  file and text hold nothing but printable
 * ASCII.  line is 0 where no line is meant.
 */
typedef void config_diag_fn(
    int severity, const char *file, uint32_t line, const char *text, void *arg);

/* What a file holds; bytes that stay the caller's. */
struct config_text {
	const void *text; /* not looked at where len is over the limit */
	size_t len;
	dev_t dev; /* with ino: the same file under two names is read once; */
	ino_t ino; /* 0: not known */
};

/* A file or directory that the configuration names. */
struct config_want {
	const char *path;
	bool directory;
	bool optional; /* from a directory: skipped when it is no file */
};

/* NULL without memory. */
struct config *config_new(config_diag_fn *diag, void *arg);
void config_free(struct config *); /* NULL is fine */

/* Calls this for each line and each check, so that others know it goes on. */
void config_on_progress(struct config *, void (*)(void));

/* Over a limit, and without memory, these report an error that stays. */
void config_add_arg(struct config *, const char *directive);
void
config_add_file(struct config *, const char *path, const struct config_text *);

/* A file to begin with could not be read: an error about it. */
void config_add_failed(struct config *, const char *path, int error);

/*
 * The next thing that is needed, or NULL; the same again until one of the
 * three answers is given.
 */
const struct config_want *config_want(struct config *);
void config_give_text(struct config *, const struct config_text *);
void config_give_names(struct config *, const char *const *names, size_t n);
void config_give_error(struct config *, int error); /* an errno */

/*
 * Parses and checks all of it.  True when there was no error, so that the
 * records may be used.
 */
bool config_finish(struct config *);
uint32_t config_errors(const struct config *);
uint32_t config_warnings(const struct config *);

/*
 * The records: first one each of DAEMON, STORE, DHCP and TFTP, with defaults
 * filled in, then the roots of single interfaces, then the others in the
 * order of the configuration.
 */
size_t config_count(const struct config *);
void config_record(const struct config *, size_t i, struct record *);

/* The same, as record_encode() writes it; valid until the next call. */
void config_encoded(struct config *, size_t i, struct reader *);

#endif
