/* SPDX-License-Identifier: ISC */
/* --migrate-dnsmasq: a --test of the configuration of dnsmasq, and advice. */
#ifndef COMMAND_MIGRATE_H
#define COMMAND_MIGRATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "priv/conf.h"
#include "priv/options.h"

/*
 * Finds dnsmasq and adds how it was started to the options.  Returns -1 after
 * logging why.
 */
int migrate_begin(struct options *);

/*
 * Whether a process that has a port is the dnsmasq that is to be replaced; the
 * port is noted.
 */
bool migrate_replaces(pid_t pid, uint16_t port);

/*
 * Notes the lease file of dnsmasq, before the configuration gets the place of
 * the database.
 */
void migrate_lease_file(const struct conf *);

/*
 * Writes the report for a configuration that was parsed, while this process
 * may still look at others.  Returns -1 after logging the reason.
 */
int migrate_prepare(const struct conf *);

/*
 * Prints the report; the commands only if a daemon would start.  Returns the
 * exit status.
 */
int migrate_print(bool starts);

#endif
