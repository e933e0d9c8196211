/* SPDX-License-Identifier: ISC */
/*
 * The parent against arbitrary sequences of messages from all roles: the
 * message table, the reading of fields, the policy for sockets and neighbour
 * entries, and the collecting of records.
 *
 * The input is a list of steps: a byte (bits 0-2 and 7 the sender, 3-4 a change
 * of its phase, 5-6 the number of descriptors), a 16-bit length, a message.
 */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "daemon/explain.h"
#include "priv/broker.h"
#include "priv/conf.h"
#include "priv/dispatch.h"
#include "tests/fuzz/target.h"

#define RECORDS_MAX 64 /* in one run; the parent has a limit as well */

static struct {
	enum role sender;
	enum msg_type type;
	uint32_t id;
	int calls; /* of operations, for one message */
	struct conf *served; /* fixed: what the broker decides by */
	struct conf *coming; /* from the records of this run */
} run;

/* Every operation: who may cause it, with which message. */
static void
called(void *arg, enum msg_type type, uint16_t senders)
{
	check(arg == &run && run.type == type);
	check(senders & ROLE_BIT(run.sender));
	run.calls++;
}

#define CONFD ROLE_BIT(ROLE_CONFD)
#define DHCPD ROLE_BIT(ROLE_DHCPD)
#define TFTPD ROLE_BIT(ROLE_TFTPD)
#define SERVERS ROLES_SERVERS

static void
check_string(const char *s, size_t max)
{
	check(strnlen(s, max + 1) <= max);
}

static void
on_layers(void *arg, uint32_t layers)
{
	(void)layers;
	called(arg, MSG_LAYERS, ROLES_CHILDREN);
}

static void
on_log(void *arg, int priority, const char *line)
{
	called(arg, MSG_LOG, ROLES_CHILDREN);
	check(priority >= LOG_EMERG && priority <= LOG_DEBUG);
	check_string(line, 1024);
}

static void
on_dying(void *arg, uint32_t nr, uint32_t arch)
{
	(void)nr;
	(void)arch;
	called(arg, MSG_DYING, ROLES_CHILDREN);
}

static void
on_peer_bad(void *arg, enum role accused, uint32_t instance, const char *why)
{
	(void)instance;
	called(arg, MSG_PEER_BAD, SERVERS);
	check(accused > ROLE_PRIV && accused < ROLE_MAX);
	check_string(why, 255);
}

static void
on_pong(void *arg, uint32_t number)
{
	(void)number;
	called(arg, MSG_PONG, ROLES_CHILDREN);
}

static void
on_ready(void *arg, uint32_t generation)
{
	(void)generation;
	called(arg, MSG_READY, SERVERS);
}

static void
on_reject(void *arg, uint32_t generation, uint32_t record, const char *why)
{
	(void)generation;
	(void)record;
	called(arg, MSG_REJECT, SERVERS);
	check_string(why, 512);
}

static uint32_t
ip4(const struct endpoint *e)
{
	uint32_t addr;

	check(addr_to_ip4(&e->addr, &addr) || addr == 0);
	return addr;
}

static bool
own(uint32_t addr)
{
	return addr == 0x7f000001 || addr == 0xc0a80101 || addr == 0x0a000001 ||
	       addr == 0xcb007105;
}

static const uint8_t net6[8] = { 0x20, 0x01, 0x0d, 0xb8 };
static const uint8_t linked[8] = { 0xfe, 0x80 };
static const uint8_t one[8] = { [7] = 1 };

/* br0 has 2001:db8::1 and fe80::1. */
static bool
own6(const struct endpoint *e)
{
	const uint8_t *a = e->addr.bytes;

	return (memcmp(a, net6, 8) == 0 || memcmp(a, linked, 8) == 0) &&
	       memcmp(a + 8, one, 8) == 0;
}

static bool
link_local(const struct endpoint *e)
{
	return e->addr.bytes[0] == 0xfe && e->addr.bytes[1] >> 6 == 2;
}

static void
check_socket6(
    uint32_t ifindex, const struct endpoint *l, const struct endpoint *r)
{
	static const uint8_t zero[12], loopback[16] = { [15] = 1 };
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *to = r->addr.bytes;
	bool here = memcmp(to, loopback, sizeof(loopback)) == 0;

	check(own6(l) && l->port == 0 && r->port != 0);
	check(l->scope == (link_local(l) ? ifindex : 0));
	check(r->scope == (link_local(r) ? ifindex : 0));
	if (link_local(l) || link_local(r))
		check(ifindex == 2);
	check(to[0] != 0xff);
	/* Neither "::" nor an address that stands for one of IPv4. */
	check(memcmp(to, mapped, sizeof(mapped)) != 0);
	check(here || memcmp(to, zero, sizeof(zero)) != 0);
	/* The router's address of each net. */
	if (memcmp(to, net6, 8) == 0 || memcmp(to, linked, 8) == 0)
		check(memcmp(to + 8, zero, 8) != 0);
	if (own6(r) || here)
		check(r->port >= 1024 && r->port != 4011);
}

/* What is asked is granted only where the reasons are written out here. */
static void
on_socket_ask(void *arg, uint32_t id, uint32_t ifindex,
    const struct endpoint *local, const struct endpoint *remote)
{
	uint32_t from = ip4(local), to = ip4(remote);

	called(arg, MSG_SOCKET_ASK, TFTPD);
	check(id == run.id);
	check(broker_socket(NULL, ifindex, local, remote) != 0);
	if (broker_socket(run.served, ifindex, local, remote) != 0)
		return;
	check(ifindex == 1 || ifindex == 2 || ifindex == 3);
	check(local->addr.family == remote->addr.family);
	if (local->addr.family == 6) {
		check_socket6(ifindex, local, remote);
		return;
	}
	check(own(from) && from != 0xcb007105 && local->port == 0);
	check(remote->port != 0);
	check(to >> 24 != 0 && to >> 24 < 224);
	check(to != 0xc0a801ff && to != 0xc0a80100); /* br0 */
	check(to != 0x0a000003 && to != 0x0a000000); /* eth1 */
	check(to != 0xcb007107 && to != 0xcb007100); /* eth2 */
	if (own(to) || to >> 24 == 127)
		check(remote->port >= 1024 && remote->port != 4011);
}

static void
on_neigh_ask(void *arg, uint32_t id, uint32_t ifindex, const struct addr *a,
    uint8_t hwtype, const uint8_t *hw, size_t hwlen)
{
	static volatile uint8_t sum;
	uint32_t addr;
	size_t i;

	called(arg, MSG_NEIGH_ASK, DHCPD);
	check(id == run.id && hwlen <= RECORD_HW_MAX);
	for (i = 0; i < hwlen; i++)
		sum = (uint8_t)(sum + hw[i]);
	if (!addr_to_ip4(a, &addr))
		return;
	check(broker_neigh(NULL, ifindex, addr, hwtype, hwlen) != 0);
	if (broker_neigh(run.served, ifindex, addr, hwtype, hwlen) != 0)
		return;
	check(hwtype == 1 && hwlen == 6);
	/* br0 alone: eth1 serves no DHCP, and eth2 proxies. */
	check(ifindex == 2 && addr >> 8 == 0xc0a801);
	check(addr != 0xc0a80101 && addr != 0xc0a80100 && addr != 0xc0a801ff);
}

static void
on_include(void *arg, uint32_t id, enum msg_include what, const char *path)
{
	(void)what;
	called(arg, MSG_INCLUDE, CONFD);
	check(id == run.id);
	check_string(path, RECORD_PATH_MAX - 1);
}

static int
on_parse_record(void *arg, const uint8_t *data, size_t len)
{
	size_t before = run.coming->nrecords, after;
	bool counts;
	int r;

	called(arg, MSG_PARSE_RECORDS, CONFD);
	if (before >= RECORDS_MAX)
		return -1;
	r = conf_add(run.coming, data, len);
	after = run.coming->nrecords;
	/* Lines and files of records are no records of the configuration. */
	counts = len > 0 && data[0] != RECORD_PLACE && data[0] != RECORD_FILE;
	check(r == 0 ? after == before + counts : after <= before + counts);
	return r;
}

static void
on_diag(void *arg, int severity, const char *file, uint32_t line, uint32_t kind,
    const char *text)
{
	(void)line;
	(void)kind;
	called(arg, MSG_DIAG, CONFD);
	check(severity >= LOG_EMERG && severity <= LOG_DEBUG);
	check_string(file, RECORD_PATH_MAX - 1);
	check_string(text, 1024);
}

static int
on_parse_line(void *arg, const char *line)
{
	called(arg, MSG_PARSE_LINE, CONFD);
	check_string(line, RECORD_MAX);
	return 0;
}

static void
on_parsed(void *arg, uint32_t errors, uint32_t warnings)
{
	(void)errors;
	(void)warnings;
	called(arg, MSG_PARSED, CONFD);
}

static int
on_show_text(void *arg, const uint8_t *text, size_t len)
{
	called(arg, MSG_SHOW_TEXT, ROLE_BIT(ROLE_LEASED));
	check(text != NULL && len > 0 && len <= LEASE_SHOW_TEXT_MAX);
	return 0;
}

static int
on_shown(void *arg, enum lease_show_outcome outcome, uint32_t leases,
    const char *why)
{
	(void)leases;
	called(arg, MSG_SHOWN, ROLE_BIT(ROLE_LEASED));
	check(outcome < LEASE_SHOWN_MAX);
	check_string(why, LEASE_SHOW_WHY_MAX);
	return 0;
}

static int
on_explain_text(void *arg, const uint8_t *text, size_t len)
{
	called(arg, MSG_EXPLAIN_TEXT, ROLE_BIT(ROLE_DHCPD));
	check(text != NULL && len > 0 && len <= EXPLAIN_TEXT_MAX);
	return 0;
}

static int
on_explained(void *arg, const char *why)
{
	called(arg, MSG_EXPLAINED, ROLE_BIT(ROLE_DHCPD));
	check_string(why, EXPLAIN_WHY_MAX);
	return 0;
}

static int
on_captured(void *arg, const uint8_t *body, size_t len)
{
	called(arg, MSG_CAPTURED, ROLE_BIT(ROLE_CAPD));
	check(body != NULL && len >= 16);
	return 0;
}

static int
on_capture_end(void *arg, const uint32_t counts[4], const char *why)
{
	called(arg, MSG_CAPTURE_END, ROLE_BIT(ROLE_CAPD));
	check(counts != NULL);
	check_string(why, 256);
	return 0;
}

static const struct dispatch_ops ops = {
	.layers = on_layers,
	.log = on_log,
	.dying = on_dying,
	.peer_bad = on_peer_bad,
	.pong = on_pong,
	.ready = on_ready,
	.reject = on_reject,
	.socket_ask = on_socket_ask,
	.neigh_ask = on_neigh_ask,
	.include = on_include,
	.parse_record = on_parse_record,
	.diag = on_diag,
	.parse_line = on_parse_line,
	.parsed = on_parsed,
	.show_text = on_show_text,
	.shown = on_shown,
	.explain_text = on_explain_text,
	.explained = on_explained,
	.captured = on_captured,
	.capture_end = on_capture_end,
};

static void
iface_set(struct iface *i, const char *name, bool dhcp, bool tftp,
    uint32_t addr, uint32_t mask)
{
	memcpy(i->name, name, strlen(name) + 1);
	i->dhcp = dhcp;
	i->tftp = tftp;
	i->naddrs = 1;
	i->addr[0].addr = addr;
	i->addr[0].mask = mask;
	i->addr[0].broadcast = addr | ~mask;
}

/* lo, a net with DHCP, one with TFTP alone, one with a DHCP proxy. */
static struct conf *
served_new(void)
{
	struct conf *c = conf_new(1);
	uint32_t n;

	c->nifaces = 4;
	c->ifaces = calloc(c->nifaces, sizeof(*c->ifaces));
	iface_set(&c->ifaces[0], "lo", false, true, 0x7f000001, 0xff000000);
	iface_set(&c->ifaces[1], "br0", true, true, 0xc0a80101, 0xffffff00);
	iface_set(&c->ifaces[2], "eth1", false, true, 0x0a000001, 0xfffffffc);
	iface_set(&c->ifaces[3], "eth2", true, false, 0xcb007105, 0xfffffff8);
	c->ifaces[0].loopback = true;
	c->ifaces[1].naddrs6 = 2;
	memcpy(c->ifaces[1].addr6[0].addr, net6, 8);
	memcpy(c->ifaces[1].addr6[0].addr + 8, one, 8);
	memcpy(c->ifaces[1].addr6[1].addr, linked, 8);
	memcpy(c->ifaces[1].addr6[1].addr + 8, one, 8);
	c->ifaces[1].addr6[0].prefix = c->ifaces[1].addr6[1].prefix = 64;
	for (n = 0; n < c->nifaces; n++)
		c->ifaces[n].index = n + 1;
	c->nfound = c->nifaces;
	c->nranges = 2;
	c->ranges = calloc(c->nranges, sizeof(*c->ranges));
	c->ranges[0].start = 0xc0a80132;
	c->ranges[0].end = 0xc0a80196;
	c->ranges[1].mode = RECORD_RANGE_PROXY;
	c->ranges[1].start = c->ranges[1].end = 0xcb007100;
	return c;
}

/* One message as the channel hands it over; -1 ends its sender. */
static int
deliver(uint8_t phase, const uint8_t *data, size_t len, size_t nfds)
{
	const struct msg_spec *s;
	struct msg m;
	int r;

	if (msg_check(run.sender, ROLE_PRIV, phase, data, len, nfds) != MSG_OK)
		return -1;
	reader_init(&m.body, data, len);
	m.type = reader_u16(&m.body);
	reader_skip(&m.body, 2);
	m.id = reader_u32(&m.body);
	m.fd = -1;
	s = msg_spec(m.type);
	check(run.sender != ROLE_PRIV && (s->phase & phase) != 0);
	/* Nothing that a role sends to the parent carries a descriptor. */
	check(nfds == 0);
	run.type = (enum msg_type)m.type;
	run.id = m.id;
	run.calls = 0;
	r = dispatch_message(&ops, &run, &m);
	/* Records come several at a time, and those before a wrong one. */
	if (run.type == MSG_PARSE_RECORDS)
		check(r == -1 || run.calls > 0);
	else
		check(run.calls == (r == 0));
	return r;
}

/* Each message of the table once, so that no operation is missing above. */
static void
deliver_all(void)
{
	uint8_t buf[MSG_SIZE_MAX];
	struct writer w;
	uint16_t type;

	for (type = 0; type < MSG_TYPE_MAX; type++) {
		const struct msg_spec *s = msg_spec(type);

		if (s == NULL || (s->to & ROLE_BIT(ROLE_PRIV)) == 0)
			continue;
		for (run.sender = ROLE_CONFD; run.sender < ROLE_MAX;
		     run.sender++) {
			writer_init(&w, buf, sizeof(buf));
			writer_u16(&w, type);
			writer_zero(&w, MSG_HEADER - 2 + s->min);
			(void)deliver(s->phase, buf, w.len, 0);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t phases[] = { 0, PHASE_BOOT, PHASE_CONF,
		PHASE_RUN };
	uint8_t phase[ROLE_MAX], step;
	bool dead[ROLE_MAX] = { false };
	struct reader r, body;
	int i;

	for (i = 0; i < ROLE_MAX; i++)
		phase[i] = PHASE_BOOT;
	run.coming = conf_new(2);
	if (run.served == NULL) {
		run.served = served_new();
		deliver_all();
	}
	reader_init(&r, data, size);
	while (r.left > 0) {
		step = reader_u8(&r);
		body = reader_sub(&r, reader_u16(&r));
		if (!reader_ok(&r))
			break;
		run.sender =
		    (enum role)(((step & 7) | (step >> 4 & 8)) % ROLE_MAX);
		if (step >> 3 & 3) {
			phase[run.sender] = phases[step >> 3 & 3];
			dead[run.sender] = false; /* a new process */
		}
		if (!dead[run.sender] && deliver(phase[run.sender], body.p,
					     body.left, step >> 5 & 3) == -1)
			dead[run.sender] = true;
	}
	conf_free(conf_copy(run.coming, 3));
	conf_free(run.coming);
	return 0;
}
