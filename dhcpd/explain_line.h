/* SPDX-License-Identifier: ISC */
/* Lines of the configuration and networks, as pxeguard --explain names them. */
#ifndef DHCPD_EXPLAIN_LINE_H
#define DHCPD_EXPLAIN_LINE_H

#include "dhcpd/explain_run.h"

#define EXPLAIN_LINE_TEXT 512
#define EXPLAIN_FILE_TEXT 64
#define EXPLAIN_NETS_MAX 64 /* networks in the table of client kinds */

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

/* A network that clients may be in. */
struct explain_net {
	const struct conf_iface *iface;
	uint32_t via; /* the relay by which it is reached; 0: none */
	uint32_t net; /* of a relayed network */
	uint32_t mask;
};

/*
 * Fills in at most `max` networks: each served interface, then those that only
 * relays can reach.  Returns how many there are.
 */
size_t explain_nets(const struct dhcp_conf *, struct explain_net *, size_t max);

enum explain_fit { EXPLAIN_FIT_UNKNOWN, EXPLAIN_FIT_YES, EXPLAIN_FIT_NO };

/* What is known of the boot file of a client. */
struct explain_file_look {
	const char *state; /* "readable", "missing" */
	/*
	 * Whether the client can boot from it, by its header (PE or ELF), or
	 * if it has none, by the end of its name.
	 */
	enum explain_fit fit;
	const char *kind; /* what it is for, "UEFI x64"; NULL: unknown */
};

/*
 * Looks at the boot file that the client of the last request gets on this
 * interface.  arch: of the client, or ARCH_NONE.
 */
void explain_file_look(const struct explain *, const struct conf_iface *,
    const char *file, uint32_t server, uint32_t arch,
    struct explain_file_look *);

/* The same for people: "readable, fits"; "readable, for BIOS".  Returns dst. */
const char *explain_file_text(const struct explain *, const struct conf_iface *,
    const char *file, uint32_t server, uint32_t arch,
    char dst[EXPLAIN_FILE_TEXT]);

#endif
