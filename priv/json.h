/* SPDX-License-Identifier: ISC */
/* Strings of JSON (RFC 8259). Pure: the caller writes the text. */
#ifndef PRIV_JSON_H
#define PRIV_JSON_H

/* Writes a part of the output; parts are not lines. */
typedef void json_put_fn(const char *text, void *arg);

/*
 * Writes a string with its quotes.  Bytes that are no UTF-8 become \xNN, with a
 * backslash of the text's own.
 */
void json_put_string(json_put_fn *put, void *arg, const char *);

#endif
