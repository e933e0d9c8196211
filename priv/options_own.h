/* SPDX-License-Identifier: ISC */
/* The options of the program itself, such as --test; others are directives. */
#ifndef PRIV_OPTIONS_OWN_H
#define PRIV_OPTIONS_OWN_H

#include "priv/options.h"

/* Where the value of an option is; it may be missing. */
enum options_value {
	OPTIONS_VALUE_NONE,
	OPTIONS_VALUE_EQUALS, /* behind "=" */
	OPTIONS_VALUE_WORD /* behind "=", or the next word */
};

struct options_own {
	const char *name; /* without "--" */
	enum options_value value;
	size_t flag; /* the bool of struct options that it sets; 0: none */
	enum options_mode mode; /* OPTIONS_DAEMON: none */
	/* What else it does, or NULL.  The value is NULL if there is none. */
	enum options_verdict (*take)(struct options *, const char *value);
};

/* NULL: no option of the program has this name. */
const struct options_own *options_own_find(const char *name);

/* Applies one of them. */
enum options_verdict options_own_take(
    const struct options_own *, struct options *, const char *value);

/*
 * The option of the program that an unknown name is probably meant as; or NULL.
 * No name of a directive is so close to one of these.
 */
const char *options_own_meant(const char *name);

/* Prints all options; returns OPTIONS_EXIT. */
enum options_verdict options_usage_print(void);

/* Writes what is wrong with an option; returns OPTIONS_ERROR. */
enum options_verdict options_error(const char *what, const char *option);

#endif
