/* SPDX-License-Identifier: ISC */
/*
 * The DHCP parser and engine under any packets, with the outcomes of storage
 * and neighbour entries in any order.
 *
 * The input is a series of steps.  Its byte modulo 8 tells which: 0 to 3, a
 * packet (8 bits of how it came, 16 bits of length, bytes); 4 to 6, an
 * outcome for the n-th that waits (8 bits, the first of which tells why leased
 * refuses); 7, time passes and leased comes or goes (8 bits).
 */
#include "tests/fuzz/target.h"
#include "tests/unit/dhcp_case.h"

#define FUZZ_PROXY 9 /* an interface */

static struct dhcp_case k;

static void
fuzz_match(uint8_t how, uint8_t code, const char *text, const char *set)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_MATCH;
	rec.u.match.how = how;
	rec.u.match.code = code;
	rec.u.match.width = 2;
	rec.u.match.number = 7;
	rec.u.match.len = (uint16_t)strlen(text);
	memcpy(rec.u.match.data, text, strlen(text));
	(void)snprintf(rec.u.match.set, RECORD_TAG_MAX, "%s", set);
	case_add(&k, &rec);
}

static void
fuzz_rules(void)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_TAGIF;
	case_tags(&rec.u.tagif.set, "both");
	case_tags(&rec.u.tagif.tags, "efi*,!ipxe");
	case_add(&k, &rec);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_IGNORE;
	case_tags(&rec.u.ignore.tags, "evil");
	case_add(&k, &rec);
	fuzz_match(RECORD_MATCH_NUMBER, 93, "", "efi64");
	fuzz_match(RECORD_MATCH_PRESENT, 175, "", "ipxe");
	fuzz_match(RECORD_MATCH_PREFIX, 60, "PXEClient", "pxe");
	fuzz_match(RECORD_MATCH_SUBSTRING, 12, "evil", "evil");
	fuzz_match(RECORD_MATCH_USERCLASS, 0, "iPXE", "ipxe");
	fuzz_match(RECORD_MATCH_VENDORCLASS, 0, "Arch:00007", "efi64");
	case_boot(&k, "pxelinux.0", "server", 0, "");
	case_boot(&k, "bootx64.efi", "", IP(10, 0, 0, 7), "both");
	case_option(&k, OPT_ROUTER, "", 0, false, "ipxe");
	case_option(&k, 43, "0123456789", 10, true, "pxe");
	case_option(&k, 119, "0123456789", 10, false, "");
}

static void
fuzz_service(uint16_t arch, uint16_t type, const char *file, const char *tags)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_SERVICE;
	rec.u.service.arch = arch;
	rec.u.service.type = type;
	memset(rec.u.service.text, 'x', 100);
	(void)snprintf(rec.u.service.file, RECORD_FILE_MAX, "%s", file);
	case_tags(&rec.u.service.tags, tags);
	case_add(&k, &rec);
}

static void
fuzz_part(enum record_suboption_how how, uint32_t outer, const char *class)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_SUBOPTION;
	rec.u.suboption.how = (uint8_t)how;
	rec.u.suboption.outer = outer;
	rec.u.suboption.code = 71;
	rec.u.suboption.len = RECORD_SUB_MAX;
	(void)snprintf(rec.u.suboption.class, RECORD_CLASS_MAX, "%s", class);
	case_add(&k, &rec);
}

/* A network where another server gives out the addresses, and menus. */
static void
fuzz_proxy(void)
{
	struct record rec;

	case_iface(&k, "br1", FUZZ_PROXY, IP(172, 16, 0, 1), 0xffff0000);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.mode = RECORD_RANGE_PROXY;
	rec.u.range.start = rec.u.range.end = IP(172, 16, 0, 0);
	case_add(&k, &rec);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_PXE_STYLE;
	case_tags(&rec.u.pxe_style.tags, "ipxe");
	case_add(&k, &rec);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_REPLY_DELAY;
	rec.u.reply_delay.seconds = 3;
	case_tags(&rec.u.reply_delay.tags, "ipxe");
	case_add(&k, &rec);
	fuzz_service(0, RECORD_SERVICE_OWN, "pxelinux", "");
	fuzz_service(0, 0, "", "");
	fuzz_service(0, 3, "", "!ipxe");
	fuzz_service(7, RECORD_SERVICE_OWN + 1, "a/long/name.efi", "");
}

static void
fuzz_conf(void)
{
	struct record host;
	uint8_t mac[6];

	k.now.wall_s = CASE_WALL;
	case_conf(&k);
	/* Small ranges: they fill up within one input. */
	case_range(&k, IP(192, 168, 1, 50), IP(192, 168, 1, 53), "", "");
	case_range(&k, IP(192, 168, 1, 60), IP(192, 168, 1, 61), "r", "pxe");
	case_range(&k, IP(10, 1, 0, 0), IP(10, 1, 0, 15), "", "");
	case_mac(1, mac);
	host = case_host(mac, IP(192, 168, 1, 51), "pc");
	case_tags(&host.u.host.set, "mine");
	case_add(&k, &host);
	case_mac(2, mac);
	host = case_host(mac, CASE_SERVER, "self");
	host.u.host.any_id = true;
	case_add(&k, &host);
	host = case_host(NULL, IP(192, 168, 1, 200), "named");
	case_add(&k, &host);
	fuzz_rules();
	fuzz_proxy();
	fuzz_part(RECORD_SUB_ENCAP, 175, "");
	fuzz_part(RECORD_SUB_VI, 9, "");
	fuzz_part(RECORD_SUB_VENDOR, 0, "PXEClient");
	if (case_use(&k) == -1)
		abort();
}

/* The engine as after its start, with a few leases. */
static void
fuzz_reset(void)
{
	struct binding_queue *lists;
	struct dhcp_conf *c = k.e->conf;
	struct lease l;
	struct pending *h;
	size_t i;

	while ((h = TAILQ_FIRST(&k.e->pending.store)) != NULL)
		(void)case_outcome(&k, ENGINE_REFUSED, h->id);
	while ((h = TAILQ_FIRST(&k.e->pending.neigh)) != NULL)
		(void)case_outcome(&k, ENGINE_NEIGH_DONE, h->id);
	while (delay_take(&k.e->delay, UINT64_MAX) != NULL)
		continue;
	if (k.e->nfresh != 0 || k.e->pending.nstore != 0)
		abort();
	pool_free(k.e->pool);
	for (i = 0; i < c->ranges.n; i++)
		if (c->ranges.v[i].used != NULL)
			memset(c->ranges.v[i].used, 0,
			    ((c->ranges.v[i].end - c->ranges.v[i].start) / 64 +
				1) *
				8);
	memset(k.e->seen, 0, sizeof(k.e->seen));
	if ((k.e->pool = pool_new(42)) == NULL ||
	    pool_prepare(k.e->pool, c, &lists) == -1)
		abort();
	pool_use(k.e->pool, c, lists);
	memset(&l, 0, sizeof(l));
	for (i = 0; i < 4; i++) {
		l.state = (uint8_t)(i % LEASE_STATE_MAX);
		l.addr = addr_from_ip4(IP(192, 168, 1, 52) + (uint32_t)i);
		l.hwtype = 1;
		l.hwlen = 6;
		case_mac((uint32_t)i + 3, l.hw);
		l.expiry_s = CASE_WALL + (i == 3 ? 0 : 3600);
		if (pool_load(k.e->pool, &l) == -1)
			abort();
	}
	k.now.wall_s = CASE_WALL;
	k.now.mono_ms = 1000;
	if (pool_loaded(k.e->pool, k.now.wall_s) == -1)
		abort();
	(void)case_outcome(&k, ENGINE_STORE_UP, 0);
}

/* Whether a reply repeats the entry of a boot menu that was asked for. */
static bool
fuzz_is_item(const struct packet *p)
{
	size_t len;
	const uint8_t *vendor = packet_option(p, OPT_VENDOR_ENCAP, &len);

	return vendor != NULL && len == 7 && vendor[0] == 71;
}

/* What must hold for all that leaves. */
static void
fuzz_check(const struct actions *a, enum engine_input_kind kind)
{
	static struct packet p;
	size_t i;

	for (i = 0; i < a->n; i++) {
		const struct action *s = &a->v[i];

		if (s->kind == ACTION_STORE && lease_ip4(s->lease) == 0)
			abort();
		if (s->kind == ACTION_NEIGH && s->dest->addr == 0)
			abort();
		if (s->kind != ACTION_SEND)
			continue;
		if (!reply_parse(&p, s->data, s->len) || s->dest->addr == 0)
			abort();
		/* A lease is granted by an outcome, never by a packet. */
		if (kind == ENGINE_PACKET && p.type == PACKET_ACK &&
		    p.yiaddr != 0 && !fuzz_is_item(&p))
			abort();
		if (dhcp_conf_is_own(k.e->conf, p.yiaddr))
			abort();
	}
}

static void
fuzz_packet(struct reader *r)
{
	uint8_t how = reader_u8(r);
	size_t n = reader_u16(r);
	struct engine_input in = {
		.kind = ENGINE_PACKET,
		.ifindex = (how & 7) == 7   ? 99
			   : (how & 7) == 6 ? FUZZ_PROXY
					    : CASE_IFINDEX,
		.pxe = (how & 128) != 0,
		.local = (how & 8) != 0 ? 0 : CASE_SERVER,
		.unicast = (how & 16) != 0,
		.from = (how & 32) != 0 ? IP(192, 168, 1, 52) : 0,
		.from_port = (how & 64) != 0 ? 1024 : 68,
	};
	uint64_t parsed = k.e->count.parsed[PACKET_OK];
	const struct actions *out;
	uint8_t *copy;

	n = n > r->left ? r->left : n;
	/* Exactly as long as the packet, so that its end is watched. */
	if ((copy = malloc(n + 1)) == NULL)
		return;
	reader_copy(r, copy + 1, n);
	in.data = copy + 1;
	in.len = n;
	out = engine_step(k.e, &in, &k.now);
	fuzz_check(out, ENGINE_PACKET);
	/* What is malformed leads to nothing. */
	if (k.e->count.parsed[PACKET_OK] == parsed && out->n > 0)
		abort();
	free(copy);
}

static void
fuzz_outcome(struct reader *r, uint8_t op)
{
	static const enum engine_input_kind kinds[] = { ENGINE_DURABLE,
		ENGINE_REFUSED, ENGINE_NEIGH_DONE };
	struct pending_queue *q =
	    op == 6 ? &k.e->pending.neigh : &k.e->pending.store;
	uint8_t n = reader_u8(r);
	struct engine_input in = {
		.kind = kinds[op - 4],
		.error = n & 1,
		.reason = (n & 128) != 0 ? LEASE_TAKEN : "fuzz",
	};
	struct pending *h;

	n &= 127;
	TAILQ_FOREACH(h, q, entry)
		if (n-- == 0)
			break;
	in.id = h != NULL ? h->id : n;
	fuzz_check(engine_step(k.e, &in, &k.now), in.kind);
}

static void
fuzz_time(struct reader *r)
{
	uint8_t n = reader_u8(r);
	struct engine_input in = { .kind = ENGINE_TICK };

	k.now.mono_ms += (uint64_t)(n >> 2) * 2000;
	k.now.wall_s += (uint64_t)(n >> 2) * 600;
	if ((n & 3) == 1)
		in.kind = ENGINE_STORE_DOWN;
	else if ((n & 3) == 2)
		in.kind = ENGINE_STORE_UP;
	else if ((n & 3) == 3)
		in.kind = ENGINE_DUE;
	fuzz_check(engine_step(k.e, &in, &k.now), in.kind);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r;

	if (k.e == NULL)
		fuzz_conf();
	fuzz_reset();
	reader_init(&r, data, size);
	while (r.left > 0) {
		uint8_t op = reader_u8(&r) & 7;

		if (op < 4)
			fuzz_packet(&r);
		else if (op < 7)
			fuzz_outcome(&r, op);
		else
			fuzz_time(&r);
	}
	return 0;
}
