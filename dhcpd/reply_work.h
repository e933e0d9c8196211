/* SPDX-License-Identifier: ISC */
/* A reply while reply_build() fills it in.  Pure. */
#ifndef DHCPD_REPLY_WORK_H
#define DHCPD_REPLY_WORK_H

#include "dhcpd/http_boot.h"
#include "dhcpd/pxe.h"
#include "dhcpd/reply.h"

#define REPLY_INFINITE UINT32_MAX

/* What reply_build() is to build. */
struct reply_spec {
	uint8_t type; /* PACKET_OFFER, PACKET_ACK, PACKET_BOOTP */
	const struct conf_net *net; /* NULL: for INFORM from elsewhere */
	uint32_t server; /* server identifier */
	uint32_t router; /* 0: none */
	uint32_t yiaddr;
	uint32_t lease_s; /* 0: no times (INFORM, BOOTP) */
	bool rapid; /* an ACK to DISCOVER (RFC 4039) */
};

/* A file or server name for the boot. */
struct boot_name {
	const char *s;
	size_t len; /* 0: none */
	bool header_only; /* by dhcp-no-override */
	bool copy; /* sent as an option; the header gets it as well */
	struct trace_line line; /* that it comes from */
};

/* A reply while it is filled in. */
struct reply_work {
	const struct dhcp_conf *c;
	const struct request *rq;
	const struct reply_spec *a;
	struct reply *rp;
	int32_t line[256]; /* the dhcp-option line of each option, or -1 */
	bool done[256]; /* the option was put, or had no room */
	struct boot_name file;
	struct boot_name sname;
	char url[HTTP_BOOT_URL_MAX]; /* of the file, where it is HTTP's */
	struct pxe_answer pxe; /* of a client that gets a service or a menu */
	bool proxy; /* only lines for PXE clients count */
};

/* The dhcp-option line that sets an option, or NULL. */
static inline const struct conf_option *
reply_line(const struct reply_work *b, uint8_t code)
{
	return b->line[code] < 0 ? NULL : &b->c->options.v[b->line[code]];
}

/* This server's address for the client. */
static inline uint32_t
reply_local(const struct reply_work *b)
{
	return b->a->net != NULL ? b->a->net->local : b->a->server;
}

#endif
