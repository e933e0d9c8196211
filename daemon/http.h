/* SPDX-License-Identifier: ISC */
/* Constants of HTTP that more than one process uses. */
#ifndef DAEMON_HTTP_H
#define DAEMON_HTTP_H

#include <stdint.h>

#define HTTP_PORT 80 /* RFC 9110 4.2.1 */
#define HTTPS_PORT 443 /* RFC 9110 4.2.2 */
/* Sockets that listen: a family and a port of an interface each. */
#define HTTP_SOCKETS_MAX 160
#define HTTP_MAX_MIN 1000 /* so that http-max may grow while httpd runs */

/*
 * Connections beyond http-max, which are only told to come back: an eighth of
 * http-max, and some.
 */
static inline uint32_t
http_spare(uint32_t max)
{
	return max / 8 + 32;
}

/* Descriptors of httpd: for each connection, and for everything else. */
#define HTTP_CONNECTION_FDS 2 /* file and socket */
#define HTTP_LISTENER_FDS 2 /* for the running and for a new configuration */
#define HTTP_OTHER_FDS (256 + HTTP_LISTENER_FDS * HTTP_SOCKETS_MAX)

#endif
