/* SPDX-License-Identifier: ISC */
/*
 * The decoders of what processes say to each other: bytes are refused, or
 * they come out the same when encoded.  The first byte names the decoder.
 */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "daemon/endpoint.h"
#include "daemon/iface.h"
#include "daemon/lease.h"
#include "daemon/msg.h"
#include "daemon/record_batch.h"
#include "sandbox/sandbox.h"
#include "tests/fuzz/target.h"

#define OUT_MAX 16384

/* What those who get a record rely on. */
static void
check_tftp(const struct record_tftp *t)
{
	check(t->unique < RECORD_TFTP_UNIQUE_MAX && t->rollover <= 1);
	check(t->port_low <= t->port_high && t->max > 0);
	check((t->port_low == 0) == (t->port_high == 0));
}

static void
check_tftp_client(const struct record_tftp_client *c)
{
	check(c->rollover <= 1 || c->rollover == RECORD_TFTP_ROLLOVER_UNSET);
	check((c->deny & ~RECORD_TFTP_DENY_ALL) == 0);
	check(c->blksize == 0 || (c->blksize >= 8 && c->blksize <= 65464));
	if (c->net.family == 0)
		check(c->mac.len > 0 && c->mac.len <= RECORD_HW_MAX);
	else
		check(c->prefix <= (c->net.family == 4 ? 32 : 128));
}

static bool
recode_record(struct reader *r, struct writer *w)
{
	struct record rec;

	if (record_decode(r, &rec) == -1)
		return false;
	check(rec.kind > 0 && rec.kind < RECORD_KIND_MAX);
	check(record_kind_roles(rec.kind) != 0);
	if (rec.kind == RECORD_TFTP)
		check_tftp(&rec.u.tftp);
	else if (rec.kind == RECORD_TFTP_ROOT)
		check(rec.u.tftp_root.path[0] == '/' &&
		      rec.u.tftp_root.name[0] != '\0');
	else if (rec.kind == RECORD_TFTP_CLIENT)
		check_tftp_client(&rec.u.tftp_client);
	record_encode(&rec, w);
	return true;
}

static bool
recode_lease(struct reader *r, struct writer *w)
{
	struct lease l;

	lease_decode(r, &l);
	if (!reader_done(r))
		return false;
	check(!addr_is_any(&l.addr) && l.state < LEASE_STATE_MAX);
	check(l.hwlen <= LEASE_HW_MAX && l.idlen <= LEASE_ID_MAX);
	check(memchr(l.name, '\0', sizeof(l.name)) != NULL);
	lease_encode(&l, w);
	check(w->len <= LEASE_ENCODED_MAX);
	return true;
}

static bool
recode_iface(struct reader *r, struct writer *w)
{
	struct iface i;

	iface_decode(r, &i);
	if (!reader_done(r))
		return false;
	check(i.naddrs <= IFACE_ADDRS_MAX && i.name[0] != '\0');
	check(i.naddrs6 <= IFACE_ADDRS6_MAX);
	check(memchr(i.name, '\0', sizeof(i.name)) != NULL);
	iface_encode(&i, w);
	check(w->len <= IFACE_ENCODED_MAX);
	return true;
}

static bool
recode_endpoint(struct reader *r, struct writer *w)
{
	struct sockaddr_storage ss;
	struct endpoint e, back;
	char text[ENDPOINT_TEXT];

	endpoint_decode(r, &e);
	if (!reader_done(r))
		return false;
	check(e.addr.family == 4 || e.addr.family == 6);
	check(strlen(endpoint_text(&e, text)) < sizeof(text));
	check(endpoint_to_sockaddr(&e, &ss) != 0);
	check(endpoint_from_sockaddr(&back, (struct sockaddr *)&ss) == 0);
	check(back.port == e.port && addr_compare(&back.addr, &e.addr) == 0);
	endpoint_encode(&e, w);
	return true;
}

static bool
recode_boot(struct reader *r, struct writer *w)
{
	struct boot b;
	uint8_t n;

	if (sandbox_boot_decode(r, &b) == -1)
		return false;
	check(b.role < ROLE_MAX && b.root < SANDBOX_ROOT_MAX);
	check(b.log_level <= LOG_DEBUG);
	check(b.nroots <= SANDBOX_ROOTS_MAX);
	for (n = 0; n < b.nroots; n++)
		check(memchr(b.roots[n], '\0', sizeof(b.roots[n])) != NULL);
	sandbox_boot_encode(&b, w);
	return true;
}

/* Several records, as they travel in one message. */
static bool
recode_batch(struct reader *r, struct writer *w)
{
	static struct record_batch b;
	uint8_t out[RECORD_MAX];
	struct reader one;
	struct writer single;

	record_batch_init(&b);
	while (record_batch_next(r, &one)) {
		writer_init(&single, out, sizeof(out));
		if (!recode_record(&one, &single))
			return false;
		check(writer_ok(&single));
		check(record_batch_add(&b, out, single.len));
	}
	if (!reader_done(r))
		return false;
	writer_bytes(w, b.body, b.w.len);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool (*const recode[])(
	    struct reader *, struct writer *) = { recode_record, recode_lease,
		recode_iface, recode_endpoint, recode_boot, recode_batch };
	static uint8_t out[OUT_MAX];
	struct reader r;
	struct writer w;

	if (size < 1 || size > OUT_MAX ||
	    data[0] >= sizeof(recode) / sizeof(recode[0]))
		return 0;
	reader_init(&r, data + 1, size - 1);
	writer_init(&w, out, sizeof(out));
	if (!recode[data[0]](&r, &w))
		return 0;
	check(writer_ok(&w) && w.len == size - 1);
	check(memcmp(out, data + 1, w.len) == 0);
	return 0;
}
