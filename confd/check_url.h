/* SPDX-License-Identifier: ISC */
/* Checks of URLs of boot files: whether a client can find their server. */
#ifndef CONFD_CHECK_URL_H
#define CONFD_CHECK_URL_H

#include <stddef.h>

struct config;
struct config_entry;
struct record_boot;

enum url_fault {
	URL_FAULT_NONE, /* also for what is no URL */
	URL_FAULT_UNREACHABLE, /* of this host only, such as http://0.0.0.0/ */
	URL_FAULT_HOST, /* neither an address nor a name, such as <server> */
	URL_FAULT_SLASHES, /* http:/server/ */
};

/*
 * What is wrong with the server of a URL.  *host and *len are set to its place
 * in text for URL_FAULT_HOST.  Pure.
 */
enum url_fault
check_url_fault(const char *text, const char **host, size_t *len);

/* Warns of the URL of an entry. */
void check_url(struct config *, const struct config_entry *, const char *text);

/* Warns of a URL in the place of the server's name. */
void check_url_server(
    struct config *, const struct config_entry *, const struct record_boot *);

#endif
