/* SPDX-License-Identifier: ISC */
/*
 * What the TFTP and the HTTP server take from the configuration alike: where
 * files are, how names are mapped to them, and which of them are offered.
 */
#ifndef DAEMON_FILE_CONF_H
#define DAEMON_FILE_CONF_H

#include "daemon/offers.h"

#define FILE_CONF_ROOTS_MAX (1 + RECORD_TFTP_ROOTS_MAX)

/* All zero before the first record. */
struct file_conf {
	bool lowercase; /* convert names to lower case */
	uint8_t unique; /* enum record_tftp_unique */
	uint32_t nroots; /* for single interfaces, from root[1] on */
	struct offers offers;
	char root[FILE_CONF_ROOTS_MAX][RECORD_PATH_MAX]; /* as configured */
};

/*
 * Takes a record; those of other kinds are ignored.  scheme: of the URLs that
 * this server serves ("tftp://").  Returns -1 with the reason in
 * why[ROLE_WHY_MAX].
 */
int file_conf_record(
    struct file_conf *, const struct record *, const char *scheme, char *why);

/* Called once, after the last record; -1 with the reason in why. */
int file_conf_finish(struct file_conf *, char *why);

void file_conf_free(struct file_conf *);

#endif
