/* SPDX-License-Identifier: ISC */
/* The table of directives, and their handlers. */
#ifndef CONFD_DIRECTIVE_H
#define CONFD_DIRECTIVE_H

#include "confd/builder.h"

enum directive_arg {
	DIRECTIVE_NO_ARG,
	DIRECTIVE_ARG,
	DIRECTIVE_MAY_ARG,
	DIRECTIVE_ARG_OR_EMPTY, /* "name=" is accepted without effect */
};

enum directive_kind {
	DIRECTIVE_DONE, /* carried out by its handler */
	DIRECTIVE_INCLUDE, /* conf-file, conf-dir */
	DIRECTIVE_IGNORED, /* not needed here; its note says why */
	DIRECTIVE_DNS, /* about DNS, which is not served */
	DIRECTIVE_V6, /* about IPv6, which is not served yet */
	DIRECTIVE_MISSING, /* its note says what to do instead */
};

/* value is empty where the directive has none. */
typedef void directive_fn(struct config *, const struct token *value);

/* For directives of one form; of: which of them. */
typedef void
directive_of_fn(struct config *, const struct token *value, uint8_t of);

struct directive {
	const char *name;
	uint8_t arg; /* enum directive_arg */
	uint8_t kind; /* enum directive_kind */
	const char *takes; /* what follows the '=', or the note */
	/* Of DIRECTIVE_DONE; what is set of these is done. */
	bool single; /* a duplicate in the files is an error */
	directive_fn *handler;
	directive_of_fn *handler_of; /* called with `of` */
	uint8_t of;
	uint8_t mark; /* enum config_mark: keeps the place of the first */
	size_t flag; /* offset in struct config of a bool, which becomes true */
};

/* NULL for an unknown name. */
const struct directive *directive_find(const char *name);
size_t directive_count(void);
const struct directive *directive_at(size_t i);
size_t directive_index(const struct directive *);

#endif
