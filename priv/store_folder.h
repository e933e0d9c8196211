/* SPDX-License-Identifier: ISC */
/*
 * The folder of the lease database.  If the user of leased may not write to the
 * folder of dhcp-leasefile, as in dnsmasq's, the database is in the default
 * folder, and the file is opened for leased to import.
 */
#ifndef PRIV_STORE_FOLDER_H
#define PRIV_STORE_FOLDER_H

#include "priv/conf.h"

#define STORE_DNSMASQ_FILE "/var/lib/misc/dnsmasq.leases" /* its default */

/*
 * Checks the folder, changes the path of the database if it must, and sets
 * import_fd.  first: DHCP was not served before.  Returns -1 after logging the
 * reason.
 */
int store_folder_check(struct conf *, bool first, int limit_ms);

/*
 * Creates the default folder, unless dhcp-leasefile is elsewhere.  Returns -1
 * after logging the reason.
 */
int store_folder_make(const struct conf *);

/* For --test: whether store_folder_make() could; sets no_store_folder. */
int store_folder_test(struct conf *);

#endif
