/* SPDX-License-Identifier: ISC */
/* The command line of pxeguard-sign. */
#ifndef CTL_ARGS_H
#define CTL_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARGS_KEYS_MAX 64

enum args_serial {
	ARGS_SERIAL_UNSET, /* none; an error if there was one */
	ARGS_SERIAL_NONE,
	ARGS_SERIAL_NEXT,
	ARGS_SERIAL_NUMBER
};

struct args {
	const char *public[ARGS_KEYS_MAX]; /* -p */
	size_t npublic;
	const char *secret; /* -s; NULL for the default */
	const char *password_file;
	bool no_password; /* -W */
	bool quiet; /* -q */
	enum args_serial serial;
	uint64_t number;
	const char *path; /* tree or file; NULL for keygen */
};

enum args_command {
	ARGS_KEYGEN,
	ARGS_SIGN,
	ARGS_VERIFY,
	ARGS_HELP,
	ARGS_VERSION,
	ARGS_WRONG /* after a message */
};

enum args_command args_parse(struct args *, int argc, char **argv);

/* The text of --help. */
extern const char args_usage[];

#endif
