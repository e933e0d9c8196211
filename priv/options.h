/* SPDX-License-Identifier: ISC */
/* The command line. */
#ifndef PRIV_OPTIONS_H
#define PRIV_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/explain.h"
#include "daemon/lease_show.h"

#define OPTIONS_CONF_FOLDER "/etc/pxeguard"
#define OPTIONS_CONF_DEFAULT OPTIONS_CONF_FOLDER "/pxeguard.conf"
#define OPTIONS_CONF_OLD "/etc/pxeguard.conf" /* the default of 0.1 */

enum options_verdict {
	OPTIONS_RUN,
	OPTIONS_EXIT, /* --help or the like was printed */
	OPTIONS_VERSION, /* --version is to be printed */
	OPTIONS_ERROR, /* the reason is on standard error */
};

/* What a start is for. */
enum options_mode {
	OPTIONS_DAEMON,
	OPTIONS_TEST,
	OPTIONS_PRINT_CONFIG, /* a test that prints the configuration */
	OPTIONS_MIGRATE, /* a test of the configuration of dnsmasq */
	OPTIONS_LEASES,
	OPTIONS_EXPLAIN,
	OPTIONS_CONFINEMENT,
	OPTIONS_RELOAD,
	OPTIONS_MODE_MAX
};

struct options {
	enum options_mode mode;
	/* "": none; "-": standard input; never NULL. */
	const char *conf_file;
	bool conf_named; /* by -C; the default may be missing */
	bool foreground;
	bool debug; /* foreground is set as well */
	bool strict; /* --test=strict: warnings fail it */
	bool json; /* --json: with --test, --explain or --confinement */
	enum lease_show_format leases_format;
	const char *capture; /* --explain=FILE, or NULL */
	const char *migrate_what; /* file or process of dnsmasq, or NULL */
	int reload_pid; /* of --reload=PID; 0: find it */
	const char *words[EXPLAIN_WORDS_MAX]; /* that describe a client */
	size_t nwords;
	bool allow_empty; /* a reload may end all service */
	/* "directive=value" for each directive, allocated. */
	char **directives;
	size_t ndirectives;
};

enum options_verdict options_parse(struct options *, int argc, char **argv);

/*
 * Takes the command line of a dnsmasq, without its first word: its directives
 * follow those that are there, and its configuration file, if it names one, is
 * that of the options.  Returns -1 after writing the reason to standard error.
 */
int options_parse_dnsmasq(struct options *, int argc, char **argv);

/* The configuration file, for messages. */
const char *options_conf_name(const struct options *);

/* Whether the configuration is tested, whatever else is printed. */
bool options_is_test(const struct options *);

/*
 * The sandbox layers that --sandbox-disable disables, as enum record_layer
 * bits. They also apply to the first confd, which runs before sandbox-disable
 * of the configuration file is known.
 */
uint8_t options_layers_disabled(const struct options *);

#endif
