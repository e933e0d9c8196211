/* SPDX-License-Identifier: ISC */
/* Strings of JSON (RFC 8259). */
#ifndef COMMAND_JSON_H
#define COMMAND_JSON_H

#include <stdio.h>

/*
 * Prints a string with its quotes.  Bytes that are no UTF-8 become \xNN, with a
 * backslash of the text's own.
 */
void json_put_string(FILE *, const char *);

#endif
