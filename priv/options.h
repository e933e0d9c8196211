/* SPDX-License-Identifier: ISC */
/* The command line. */
#ifndef PRIV_OPTIONS_H
#define PRIV_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPTIONS_CONF_DEFAULT "/etc/pxeguard.conf"

enum options_verdict {
	OPTIONS_RUN,
	OPTIONS_EXIT, /* all was said: --help, --version */
	OPTIONS_ERROR, /* the reason is on standard error */
};

struct options {
	const char *conf_file; /* NULL: none was named, none is read */
	bool conf_named; /* by -C; else the default, which may be missing */
	bool foreground;
	bool debug;
	bool test;
	/* "directive=value" for each directive; argv's, and malloc'd here. */
	char **directives;
	size_t ndirectives;
};

enum options_verdict options_parse(struct options *, int argc, char **argv);

/*
 * The walls that without-wall gives up on the command line, as enum
 * record_wall bits: those that confd stands without, which reads the rest.
 */
uint8_t options_without(const struct options *);

#endif
