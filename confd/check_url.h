/* SPDX-License-Identifier: ISC */
/* Checks of URLs of boot files: whether a client can find their server. */
#ifndef CONFD_CHECK_URL_H
#define CONFD_CHECK_URL_H

struct config;
struct config_entry;
struct record_boot;

/* Warns of the URL of an entry. */
void check_url(struct config *, const struct config_entry *, const char *text);

/* Warns of a URL in the place of the server's name. */
void check_url_server(
    struct config *, const struct config_entry *, const struct record_boot *);

#endif
