/* SPDX-License-Identifier: ISC */
/* Prints records of TFTP, HTTP and signed boot files. */
#include "confd/print_files.h"

#include <inttypes.h>
#include <stddef.h>

#include "confd/builder.h"
#include "confd/config.h"
#include "daemon/http.h"
#include "daemon/record_name.h"

void
print_tftp(struct out *o, const struct record *rec)
{
	const struct record_tftp *t = &rec->u.tftp;

	out_flags(o, t, offsetof(struct config, tftp), sizeof(*t));
	out_value(o, "tftp-root", t->root);
	if (t->unique != RECORD_TFTP_UNIQUE_NONE)
		out_put(o, "tftp-unique-root=%s\n",
		    t->unique == RECORD_TFTP_UNIQUE_MAC ? "mac" : "ip");
	if (t->max != CONFIG_TFTP_MAX)
		out_put(o, "tftp-max=%u\n", t->max);
	if (t->mtu != 0)
		out_put(o, "tftp-mtu=%u\n", t->mtu);
	if (t->port_low != 0)
		out_put(
		    o, "tftp-port-range=%u,%u\n", t->port_low, t->port_high);
	if (t->own_rate)
		out_put(o, "tftp-max-rate=%" PRIu64 ",%" PRIu64 "\n",
		    t->rate_client, t->rate_all);
	if (t->cache != CONFIG_TFTP_CACHE)
		out_put(o, "tftp-cache=%" PRIu64 "\n", t->cache >> 20);
	if (t->rollover != 0)
		out_put(o, "tftp-rollover=%u\n", t->rollover);
}

void
print_http(struct out *o, const struct record *rec)
{
	const struct record_http *h = &rec->u.http;

	out_flags(o, h, offsetof(struct config, http), sizeof(*h));
	if (h->prefer)
		out_put(o, "boot-prefer=http\n");
	if (h->port != HTTP_PORT)
		out_put(o, "http-port=%u\n", h->port);
	out_value(o, "https-cert", h->cert);
	out_value(o, "https-key", h->key);
	if (h->https_port != HTTPS_PORT)
		out_put(o, "https-port=%u\n", h->https_port);
	if (h->max != CONFIG_HTTP_MAX)
		out_put(o, "http-max=%u\n", h->max);
	if (h->rate_client != 0 || h->rate_all != 0)
		out_put(o, "boot-max-rate=%" PRIu64 ",%" PRIu64 "\n",
		    h->rate_client, h->rate_all);
}

void
print_tftp_root(struct out *o, const struct record *rec)
{
	const struct record_tftp_root *t = &rec->u.tftp_root;

	out_put(o, "tftp-root=");
	out_word(o, t->path);
	out_put(o, ",");
	out_word(o, t->name);
	out_end(o);
}

static void
print_who(struct out *o, const struct record_tftp_client *t)
{
	if (t->net.family != 0) {
		out_addr(o, &t->net);
		if (t->prefix < addr_family_len(t->net.family) * 8)
			out_put(o, "/%u", t->prefix);
	} else {
		/* Eight octets alone would be read as an IPv6 address. */
		if (t->mac.hwtype == 0 && t->mac.len == 8)
			out_put(o, "00-");
		out_mac(o, &t->mac);
	}
}

static void
print_limit(struct out *o, const char *name, bool no, uint16_t limit)
{
	if (no)
		out_put(o, ",%s=no", name);
	else if (limit != 0)
		out_put(o, ",%s=%u", name, limit);
}

void
print_tftp_client(struct out *o, const struct record *rec)
{
	const struct record_tftp_client *t = &rec->u.tftp_client;

	out_put(o, "tftp-client=");
	print_who(o, t);
	print_limit(
	    o, "blksize", (t->deny & RECORD_TFTP_NO_BLKSIZE) != 0, t->blksize);
	print_limit(o, "windowsize", (t->deny & RECORD_TFTP_NO_WINDOWSIZE) != 0,
	    t->windowsize);
	print_limit(o, "tsize", (t->deny & RECORD_TFTP_NO_TSIZE) != 0, 0);
	print_limit(o, "timeout", (t->deny & RECORD_TFTP_NO_TIMEOUT) != 0, 0);
	if (t->rollover != RECORD_TFTP_ROLLOVER_UNSET)
		out_put(o, ",rollover=%u", t->rollover);
	out_end(o);
}

/* With the largest unit that leaves no rest; the default is not printed. */
static void
print_size(struct out *o, uint64_t bytes)
{
	if (bytes % (1U << 30) == 0)
		out_put(o, "%" PRIu64 "G\n", bytes >> 30);
	else if (bytes % (1U << 20) == 0)
		out_put(o, "%" PRIu64 "M\n", bytes >> 20);
	else
		out_put(o, "%" PRIu64 "k\n", bytes >> 10);
}

void
print_verify(struct out *o, const struct record *rec)
{
	const struct record_verify *v = &rec->u.verify;

	if (v->mode != RECORD_VERIFY_OFF)
		out_put(o, "verify-images=%s\n", record_verify_name(v->mode));
	if (v->cache != CONFIG_VERIFY_CACHE) {
		out_put(o, "verify-cache=");
		print_size(o, v->cache);
	}
	out_flags(o, v, offsetof(struct config, verify), sizeof(*v));
}

void
print_verify_key(struct out *o, const struct record *rec)
{
	const struct record_verify_key *k = &rec->u.verify_key;

	out_value(o, "verify-key", k->path);
}

void
print_verify_exempt(struct out *o, const struct record *rec)
{
	const struct record_verify_exempt *e = &rec->u.verify_exempt;

	out_value(o, "verify-exempt", e->pattern);
}
