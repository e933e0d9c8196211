/* SPDX-License-Identifier: ISC */
/*
 * The folders that roles get as roots, looked at by the parent, because there
 * the reason can be told best.
 */
#ifndef PRIV_FOLDERS_H
#define PRIV_FOLDERS_H

#include "priv/conf.h"

/*
 * Checks the folders of a configuration that is to be served.  With
 * tftp-no-fail those that are not there are struck out, and so is TFTP where
 * none is left.  Where only interfaces have changed, the folders are those of
 * the configuration before.  At the first start, when there is none, the
 * default folder of the store is made.  -1 after a log line.
 */
int folders_check(struct conf *, const struct conf *before);

/* For --test: warns of what folders_check() would find; how many times. */
uint32_t folders_test(const struct conf *);

#endif
