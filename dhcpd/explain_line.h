/* SPDX-License-Identifier: ISC */
/* Lines of the configuration and ranges, as pxeguard --explain names them. */
#ifndef DHCPD_EXPLAIN_LINE_H
#define DHCPD_EXPLAIN_LINE_H

#include "dhcpd/trace.h"

#define EXPLAIN_LINE_TEXT 512

/* "/etc/pxeguard/pxeguard.conf:12"; "" if that is not known.  Returns dst. */
const char *explain_place(const struct dhcp_conf *, const struct trace_line *,
    char dst[EXPLAIN_LINE_TEXT]);

/* The same without folders, for narrow columns: "pxeguard.conf:12". */
const char *explain_place_short(const struct dhcp_conf *,
    const struct trace_line *, char dst[EXPLAIN_LINE_TEXT]);

/* "dhcp-match"; "" for no line. */
const char *
explain_directive(const struct dhcp_conf *, const struct trace_line *);

/* Both, or "" for no line.  Returns dst. */
const char *explain_line(const struct dhcp_conf *, const struct trace_line *,
    char dst[EXPLAIN_LINE_TEXT]);

/* "10.1.0.50-10.1.0.99", or "10.1.0.0 (static)".  Returns dst. */
const char *explain_range(const struct conf_range *, char dst[64]);

#endif
