/* SPDX-License-Identifier: ISC */
/* A DHCP server without a network: configuration, clients, and its replies. */
#ifndef TESTS_UNIT_DHCP_CASE_H
#define TESTS_UNIT_DHCP_CASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcpd/action.h"
#include "dhcpd/alloc.h"
#include "dhcpd/conf_build.h"
#include "dhcpd/conf_index.h"
#include "dhcpd/engine.h"
#include "dhcpd/host.h"
#include "dhcpd/subnet.h"

#define IP(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))
#define CASE_IFINDEX 3
#define CASE_SERVER IP(192, 168, 1, 1)
#define CASE_WALL UINT64_C(1700000000)
#define CASE_LEASE_S 28800

/* What went wrong while a configuration was built; "" when nothing. */
struct dhcp_case {
	struct dhcp_conf *conf;
	struct engine *e;
	struct engine_time now;
	char why[CONF_WHY_MAX];
	bool failed;
};

static inline void
case_add(struct dhcp_case *k, const struct record *rec)
{
	/* As dhcpd does, no more after one that fails. */
	if (!k->failed && dhcp_conf_record(k->conf, rec, k->why) == -1)
		k->failed = true;
}

static inline void
case_tag(struct record_tags *t, const char *name, bool negate)
{
	(void)snprintf(t->tag[t->n].name, RECORD_TAG_MAX, "%s", name);
	t->tag[t->n++].negate = negate;
}

/* tags: "a,!b"; "" for none. */
static inline void
case_tags(struct record_tags *t, const char *tags)
{
	char copy[256], *s, *save = NULL;

	memset(t, 0, sizeof(*t));
	(void)snprintf(copy, sizeof(copy), "%s", tags);
	for (s = strtok_r(copy, ",", &save); s != NULL;
	     s = strtok_r(NULL, ",", &save))
		case_tag(t, s[0] == '!' ? s + 1 : s, s[0] == '!');
}

/* br0 with 192.168.1.1/24, and the record that all of DHCP shares. */
static inline void
case_iface(struct dhcp_case *k, const char *name, uint32_t index, uint32_t addr,
    uint32_t mask)
{
	struct iface i;

	memset(&i, 0, sizeof(i));
	(void)snprintf(i.name, sizeof(i.name), "%s", name);
	i.index = index;
	i.mtu = 1500;
	i.dhcp = true;
	i.naddrs = 1;
	i.addr[0].addr = addr;
	i.addr[0].mask = mask;
	i.addr[0].broadcast = addr | ~mask;
	if (dhcp_conf_iface(k->conf, &i, k->why) == -1)
		k->failed = true;
}

static inline void
case_dhcp(struct dhcp_case *k, uint32_t lease_max, bool authoritative)
{
	struct record rec = { .kind = RECORD_DHCP };

	rec.u.dhcp.enabled = true;
	rec.u.dhcp.dns = true;
	rec.u.dhcp.authoritative = authoritative;
	rec.u.dhcp.lease_max = lease_max;
	case_add(k, &rec);
}

/* The record of dhcp-alternate-port, after that of case_dhcp(). */
static inline void
case_ports(struct dhcp_case *k, uint16_t server, uint16_t client)
{
	struct record rec = { .kind = RECORD_DHCP };

	rec.u.dhcp.enabled = rec.u.dhcp.dns = true;
	rec.u.dhcp.lease_max = 1000;
	rec.u.dhcp.server_port = server;
	rec.u.dhcp.client_port = client;
	case_add(k, &rec);
}

static inline void
case_conf(struct dhcp_case *k)
{
	k->failed = false;
	k->why[0] = '\0';
	if ((k->conf = dhcp_conf_new()) == NULL)
		abort();
	case_iface(k, "br0", CASE_IFINDEX, CASE_SERVER, 0xffffff00);
	case_dhcp(k, 1000, false);
}

static inline void
case_range(struct dhcp_case *k, uint32_t start, uint32_t end, const char *set,
    const char *tags)
{
	struct record rec = { .kind = RECORD_RANGE };

	rec.u.range.start = start;
	rec.u.range.end = end;
	rec.u.range.lease_s = CASE_LEASE_S;
	(void)snprintf(rec.u.range.set, RECORD_TAG_MAX, "%s", set);
	case_tags(&rec.u.range.tags, tags);
	case_add(k, &rec);
}

static inline void
case_mac(uint32_t n, uint8_t mac[6])
{
	mac[0] = 0x52;
	mac[1] = 0x54;
	mac[2] = (uint8_t)(n >> 24);
	mac[3] = (uint8_t)(n >> 16);
	mac[4] = (uint8_t)(n >> 8);
	mac[5] = (uint8_t)n;
}

static inline struct record
case_host(const uint8_t *mac, uint32_t addr, const char *name)
{
	struct record rec = { .kind = RECORD_HOST };

	if (mac != NULL) {
		rec.u.host.nmac = 1;
		rec.u.host.mac[0].hwtype = 1;
		rec.u.host.mac[0].len = 6;
		memcpy(rec.u.host.mac[0].addr, mac, 6);
	}
	rec.u.host.addr = addr;
	(void)snprintf(rec.u.host.name, RECORD_NAME_MAX, "%s", name);
	return rec;
}

/* A dhcp-host line of the hardware address of client n. */
static inline void
case_reserve(struct dhcp_case *k, uint32_t n, uint32_t addr, const char *name)
{
	struct record rec;
	uint8_t mac[6];

	case_mac(n, mac);
	rec = case_host(mac, addr, name);
	case_add(k, &rec);
}

static inline void
case_option(struct dhcp_case *k, uint8_t code, const void *data, size_t n,
    bool force, const char *tags)
{
	struct record rec = { .kind = RECORD_OPTION };

	rec.u.option.code = code;
	rec.u.option.force = force;
	rec.u.option.len = (uint16_t)n;
	if (n > 0)
		memcpy(rec.u.option.data, data, n);
	case_tags(&rec.u.option.tags, tags);
	case_add(k, &rec);
}

static inline void
case_tagif(struct dhcp_case *k, const char *set, const char *tags)
{
	struct record rec = { .kind = RECORD_TAGIF };

	case_tags(&rec.u.tagif.set, set);
	case_tags(&rec.u.tagif.tags, tags);
	case_add(k, &rec);
}

static inline void
case_boot(struct dhcp_case *k, const char *file, const char *sname,
    uint32_t addr, const char *tags)
{
	struct record rec = { .kind = RECORD_BOOT };

	(void)snprintf(rec.u.boot.file, RECORD_FILE_MAX, "%s", file);
	(void)snprintf(rec.u.boot.sname, RECORD_SNAME_MAX, "%s", sname);
	rec.u.boot.addr = addr;
	case_tags(&rec.u.boot.tags, tags);
	case_add(k, &rec);
}

/* Takes the configuration into use; -1 when it is refused. */
static inline int
case_use(struct dhcp_case *k)
{
	struct binding_queue *lists;

	if (k->failed || dhcp_conf_finish(k->conf, k->why) == -1) {
		dhcp_conf_free(k->conf);
		k->conf = NULL;
		return -1;
	}
	if (k->e == NULL && (k->e = engine_new(42)) == NULL)
		abort();
	if (engine_prepare(k->e, k->conf, &lists) == -1)
		abort();
	engine_use(k->e, k->conf, lists);
	return 0;
}

/* The usual server: one range, leased at hand. */
static inline void
case_begin(struct dhcp_case *k)
{
	memset(k, 0, sizeof(*k));
	k->now.wall_s = CASE_WALL;
	k->now.mono_ms = 1000;
	case_conf(k);
	case_range(k, IP(192, 168, 1, 50), IP(192, 168, 1, 150), "", "");
}

static inline void
case_ready(struct dhcp_case *k)
{
	struct engine_input up = { .kind = ENGINE_STORE_UP };

	if (case_use(k) == -1)
		abort();
	(void)engine_step(k->e, &up, &k->now);
}

static inline void
case_end(struct dhcp_case *k)
{
	/* The engine has taken over what it uses. */
	if (k->e == NULL || k->e->conf != k->conf)
		dhcp_conf_free(k->conf);
	if (k->e == NULL)
		return;
	dhcp_conf_free(k->e->conf);
	pool_free(k->e->pool);
	pending_free(&k->e->pending);
	free(k->e->delay.v);
	free(k->e->delay.heap);
	free(k->e->delay.chain);
	free(k->e);
}

/* Begins again, with a server without ranges. */
static inline void
case_empty(struct dhcp_case *k)
{
	case_end(k);
	memset(k, 0, sizeof(*k));
	k->now.wall_s = CASE_WALL;
	case_conf(k);
}

static inline void
case_forget(struct dhcp_case *k, struct binding *b)
{
	b->expiry_s = 0;
	pool_lapse(k->e->pool, b);
}

static inline void
case_pass(struct dhcp_case *k, uint64_t s)
{
	struct engine_input tick = { .kind = ENGINE_TICK };

	k->now.wall_s += s;
	k->now.mono_ms += s * 1000;
	(void)engine_step(k->e, &tick, &k->now);
}

/* ------------------------------------------------- what clients send */

struct dhcp_msg {
	uint8_t buf[1500];
	struct writer w;
	uint32_t from;
	bool pxe; /* to port 4011 */
	uint16_t port; /* that it comes from; 0: the usual one */
	bool unicast;
	uint32_t ifindex;
};

/* Header and cookie; type 0: BOOTP. */
static inline void
msg_begin(struct dhcp_msg *m, uint8_t type, uint32_t client, uint32_t xid)
{
	uint8_t mac[6];

	case_mac(client, mac);
	memset(m, 0, sizeof(*m));
	m->ifindex = CASE_IFINDEX;
	writer_init(&m->w, m->buf, sizeof(m->buf));
	writer_u8(&m->w, 1);
	writer_u8(&m->w, 1);
	writer_u8(&m->w, 6);
	writer_u8(&m->w, 0);
	writer_u32(&m->w, xid);
	writer_zero(&m->w, 20);
	writer_bytes(&m->w, mac, 6);
	writer_zero(&m->w, 10 + PACKET_SNAME + PACKET_FILE);
	writer_u32(&m->w, PACKET_COOKIE);
	if (type == 0)
		return;
	writer_u8(&m->w, OPT_TYPE);
	writer_u8(&m->w, 1);
	writer_u8(&m->w, type);
}

/* Overwrites a 32-bit field of the header: 12 ciaddr, 24 giaddr. */
static inline void
msg_field(struct dhcp_msg *m, size_t off, uint32_t v)
{
	struct writer w;

	writer_init(&w, m->buf + off, 4);
	writer_u32(&w, v);
}

#define MSG_CIADDR 12
#define MSG_GIADDR 24

static inline void
msg_broadcast(struct dhcp_msg *m)
{
	m->buf[10] |= 0x80;
}

static inline void
msg_opt(struct dhcp_msg *m, uint8_t code, const void *p, size_t n)
{
	writer_u8(&m->w, code);
	writer_u8(&m->w, (uint8_t)n);
	writer_bytes(&m->w, p, n);
}

static inline void
msg_opt32(struct dhcp_msg *m, uint8_t code, uint32_t v)
{
	writer_u8(&m->w, code);
	writer_u8(&m->w, 4);
	writer_u32(&m->w, v);
}

static inline const struct actions *
msg_step(struct dhcp_case *k, struct dhcp_msg *m)
{
	struct engine_input in = { .kind = ENGINE_PACKET,
		.data = m->buf,
		.ifindex = m->ifindex,
		.local = CASE_SERVER,
		.unicast = m->unicast,
		.from = m->from,
		.from_port = m->port != 0 ? m->port
			     : m->pxe	  ? 4011
					  : 68,
		.pxe = m->pxe };

	writer_u8(&m->w, OPT_END);
	in.len = m->w.len;
	return engine_step(k->e, &in, &k->now);
}

static inline const struct actions *
case_outcome(struct dhcp_case *k, enum engine_input_kind kind, uint32_t id)
{
	struct engine_input in = { .kind = kind, .id = id, .reason = "test" };

	return engine_step(k->e, &in, &k->now);
}

/* ------------------------------------------------ what the server does */

/* The n-th action of a kind, or NULL. */
static inline const struct action *
act_find(const struct actions *a, enum action_kind kind, size_t n)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->v[i].kind == kind && n-- == 0)
			return &a->v[i];
	return NULL;
}

static inline const struct note *
act_note(const struct actions *a, enum note_kind kind, size_t n)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->v[i].kind == ACTION_NOTE && a->v[i].note->kind == kind &&
		    n-- == 0)
			return a->v[i].note;
	return NULL;
}

/* A reply, parsed as a client would; false when it is malformed. */
static inline bool
reply_parse(struct packet *p, const void *data, size_t n)
{
	uint8_t copy[REPLY_MAX];

	if (n > sizeof(copy) || n < REPLY_MIN)
		return false;
	memcpy(copy, data, n);
	if (copy[0] != 2)
		return false;
	copy[0] = 1;
	return packet_parse(p, copy, n) == PACKET_OK;
}

/*
 * The message that leaves in the end: neighbour entries come about at once.
 * NULL when none leaves.
 */
static inline const struct action *
case_sent(struct dhcp_case *k, const struct actions *a)
{
	const struct action *n = act_find(a, ACTION_NEIGH, 0);

	if (n != NULL)
		a = case_outcome(k, ENGINE_NEIGH_DONE, n->id);
	return act_find(a, ACTION_SEND, 0);
}

/* Sends m and returns the type of the answer in *reply; 0: silence. */
static inline uint8_t
case_ask(struct dhcp_case *k, struct dhcp_msg *m, struct packet *reply)
{
	const struct actions *a = msg_step(k, m);
	const struct action *s = act_find(a, ACTION_STORE, 0);

	memset(reply, 0, sizeof(*reply));
	if (s != NULL)
		a = case_outcome(k, ENGINE_DURABLE, s->id);
	if ((s = case_sent(k, a)) == NULL)
		return 0;
	if (!reply_parse(reply, s->data, s->len))
		abort();
	return reply->type;
}

static inline uint32_t
case_discover(struct dhcp_case *k, uint32_t client)
{
	struct dhcp_msg m;
	struct packet r;

	msg_begin(&m, PACKET_DISCOVER, client, client);
	return case_ask(k, &m, &r) == PACKET_OFFER ? r.yiaddr : 0;
}

static inline uint8_t
case_select(struct dhcp_case *k, uint32_t client, uint32_t addr)
{
	struct dhcp_msg m;
	struct packet r;

	msg_begin(&m, PACKET_REQUEST, client, client);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	return case_ask(k, &m, &r);
}

/* DISCOVER to ACK; the address, or 0. */
static inline uint32_t
case_boot_up(struct dhcp_case *k, uint32_t client)
{
	uint32_t addr = case_discover(k, client);

	return addr != 0 && case_select(k, client, addr) == PACKET_ACK ? addr
								       : 0;
}

#endif
