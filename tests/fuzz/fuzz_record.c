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
#include "daemon/record.h"
#include "priv/sandbox.h"

#define OUT_MAX 16384

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static bool
recode_record(struct reader *r, struct writer *w)
{
	struct record rec;

	if (record_decode(r, &rec) == -1)
		return false;
	check(rec.kind > 0 && rec.kind < RECORD_KIND_MAX);
	check(record_kind_roles(rec.kind) != 0);
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
	check(l.addr != 0 && l.state < LEASE_STATE_MAX);
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
	check(e.family == 4 || e.family == 6);
	check(strlen(endpoint_text(&e, text)) < sizeof(text));
	check(endpoint_to_sockaddr(&e, &ss) != 0);
	check(endpoint_from_sockaddr(&back, (struct sockaddr *)&ss) == 0);
	check(back.port == e.port && memcmp(back.addr, e.addr, 16) == 0);
	endpoint_encode(&e, w);
	return true;
}

static bool
recode_boot(struct reader *r, struct writer *w)
{
	struct boot b;

	if (boot_decode(r, &b) == -1)
		return false;
	check(b.role < ROLE_MAX && b.root < SANDBOX_ROOT_MAX);
	check(b.log_level <= LOG_DEBUG);
	check(memchr(b.root_path, '\0', sizeof(b.root_path)) != NULL);
	boot_encode(&b, w);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool (*const recode[])(
	    struct reader *, struct writer *) = { recode_record, recode_lease,
		recode_iface, recode_endpoint, recode_boot };
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
