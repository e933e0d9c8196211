/* SPDX-License-Identifier: ISC */
/* What the processes of a running pxeguard should be, by the table of roles. */
#ifndef COMMAND_CONFINE_WANT_H
#define COMMAND_CONFINE_WANT_H

#include "command/confine_compare.h"
#include "priv/conf.h"

/* What the specification depends on. */
struct confine_site {
	struct conf *conf;
	uint8_t layers_disabled; /* of the daemon: enum record_layer bits */
	/* Folders as the host sees them, without links; "": none. */
	char tftp_roots[SANDBOX_ROOTS_MAX][RECORD_PATH_MAX];
	uint8_t ntftp_roots;
	char store[RECORD_PATH_MAX];
};

/* Fills in the folders of a configuration, in their canonical form. */
void confine_site_folders(struct confine_site *, const char *store);

/* Tells which process it is, and what it should be. */
void confine_want_fill(struct confine_want *, const struct confine_site *,
    const struct confine_proc *, const struct confine_proc *parent);

/* "parent", "tftpd", "helper" or "unknown". */
const char *confine_want_name(const struct confine_want *);

#endif
