/* SPDX-License-Identifier: ISC */
/*
 * What --migrate-dnsmasq prints: what was found, the commands that switch over
 * to pxeguard, and those that switch back.  The words of commands, which are
 * printable ASCII, are quoted for a shell.  Pure.
 */
#ifndef COMMAND_MIGRATE_TEXT_H
#define COMMAND_MIGRATE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define MIGRATE_PORTS_MAX 16

/* What starts services on this host. */
enum migrate_manager {
	MIGRATE_SYSTEMD,
	MIGRATE_INIT, /* /etc/init.d/dnsmasq */
	MIGRATE_NONE, /* processes are started and ended by hand */
};

struct migrate_site {
	pid_t pid; /* of dnsmasq; 0: it does not run */
	const char *unit; /* its service of systemd; "": unknown */
	enum migrate_manager manager;
	char *const *words; /* its command line, the program first */
	size_t nwords;
	const char *conf_file; /* "": none */
	char *const *directives; /* "name=value"; for pxeguard */
	size_t ndirectives;
	char *const *files; /* of the configuration */
	size_t nfiles;
	const char *lease_file; /* of dnsmasq */
	bool dns; /* it answers at port 53 */
	bool dhcp_argument; /* its command line enables DHCP or TFTP */
	bool conf_exists; /* there is a configuration of pxeguard */
	bool conf_folder; /* there is a folder for it */
	bool pid_file; /* the configuration has one, which is dnsmasq's */
	uint16_t
	    ports[MIGRATE_PORTS_MAX]; /* that it holds and pxeguard needs */
	size_t nports;
};

/* The service that starts this dnsmasq for itself, or NULL. */
const char *migrate_other_service(const struct migrate_site *);

/* How to end DHCP there, in brackets; "" if it is not known. */
const char *migrate_other_advice(const struct migrate_site *);

/* What was found. */
void migrate_text(FILE *, const struct migrate_site *);

/* The commands, or why there are none. */
void migrate_commands(FILE *, const struct migrate_site *);

#endif
