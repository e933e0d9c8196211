/* SPDX-License-Identifier: ISC */
/*
 * What the TFTP and the HTTP server take from the configuration alike: where
 * files are, how names are mapped to them, which of them are offered, and on
 * which interfaces.
 */
#ifndef DAEMON_FILE_CONF_H
#define DAEMON_FILE_CONF_H

#include "daemon/iface.h"
#include "daemon/offers.h"
#include "daemon/tftp.h"

#define FILE_CONF_ROOTS_MAX (1 + RECORD_TFTP_ROOTS_MAX)

/* Names of one of the two. */
struct file_service {
	const char *name; /* "TFTP" */
	const char *directive; /* "enable-tftp" */
	const char *scheme; /* of its URLs: "tftp://" */
};

/* An interface on which files are served. */
struct file_iface {
	uint32_t index;
	uint32_t mtu;
	uint8_t root;
};

/* All zero before the first record. */
struct file_conf {
	bool lowercase; /* convert names to lower case */
	uint8_t unique; /* enum record_tftp_unique */
	uint32_t nroots; /* for single interfaces, from root[1] on */
	struct offers offers;
	char root[FILE_CONF_ROOTS_MAX][RECORD_PATH_MAX]; /* as configured */
	uint32_t nifaces;
	struct file_iface iface[TFTP_SOCKETS_MAX];
};

/*
 * Takes a record; those of other kinds are ignored.  Returns -1 with the reason
 * in why[ROLE_WHY_MAX], like the functions below.
 */
int file_conf_record(struct file_conf *, const struct record *,
    const struct file_service *, char *why);

/* Takes an interface on which the service is enabled. */
int file_conf_iface(struct file_conf *, const struct iface *,
    const struct file_service *, char *why);

/* Writes to why that there are too many sockets or interfaces. */
void
file_conf_too_many(const struct file_service *, const char *what, char *why);

/* The interface of a socket; NULL if it was not taken. */
const struct file_iface *
file_conf_find(const struct file_conf *, uint32_t ifindex, char *why);

/* Called once, after the last record. */
int file_conf_finish(struct file_conf *, char *why);

void file_conf_free(struct file_conf *);

#endif
