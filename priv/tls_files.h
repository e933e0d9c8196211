/* SPDX-License-Identifier: ISC */
/*
 * The files of https-cert and https-key.  The parent opens them and checks who
 * may read them; keyd and httpd read them.
 */
#ifndef PRIV_TLS_FILES_H
#define PRIV_TLS_FILES_H

#include "priv/conf.h"

/*
 * Opens both files of a configuration that is no copy.  -1 after logging the
 * reason.
 */
int tls_files_open(struct conf *, int limit_ms);

/* Shares the files that another configuration has opened.  -1 with errno. */
int tls_files_share(struct conf *, const struct conf *from);

#endif
