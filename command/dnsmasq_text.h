/* SPDX-License-Identifier: ISC */
/*
 * Parsers of what says how dnsmasq is started.  Others may have chosen what is
 * in it.  Pure.
 */
#ifndef COMMAND_DNSMASQ_TEXT_H
#define COMMAND_DNSMASQ_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Splits a command line, words that each end with a NUL, of len bytes; the
 * last byte is a NUL.  Returns how many words there are, or -1 if there are
 * more than max, or if one has a byte that is not printable ASCII.
 */
int dnsmasq_words(char *text, size_t len, char *words[], size_t max);

/* The same for words that have blanks between them, which become NULs. */
int dnsmasq_words_split(char *text, char *words[], size_t max);

/*
 * The systemd service of a process by its /proc/PID/cgroup, such as
 * "dnsmasq.service"; false if there is none, or if its name is longer than
 * size or has characters that names of units do not have.
 */
bool dnsmasq_unit(const char *cgroup, char *dst, size_t size);

enum dnsmasq_default {
	DNSMASQ_DEFAULT_NONE, /* there is no such line */
	DNSMASQ_DEFAULT_VALUE,
	DNSMASQ_DEFAULT_SHELL, /* only a shell can tell the value */
};

/*
 * The value of the last line NAME=VALUE of /etc/default/dnsmasq, which is a
 * shell script: a word, or one pair of quotes.
 */
enum dnsmasq_default
dnsmasq_default(const char *text, const char *name, char *dst, size_t size);

#endif
