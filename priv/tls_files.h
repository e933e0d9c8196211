/* SPDX-License-Identifier: ISC */
/*
 * The files of https-cert and https-key.  The parent opens them and checks who
 * may read them; keyd and httpd read them.
 */
#ifndef PRIV_TLS_FILES_H
#define PRIV_TLS_FILES_H

#include "priv/conf.h"

/*
 * Opens both files, or takes those of `before` if only interfaces have changed.
 * -1 after logging the reason.
 */
int tls_files_open(struct conf *, const struct conf *before);

/* Whether the role gets a file that may have changed. */
bool tls_files_differ(const struct conf *, enum role);

#endif
