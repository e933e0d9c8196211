/* SPDX-License-Identifier: ISC */
/* Random valid records of every kind. */
#ifndef TESTS_UNIT_RECORDS_H
#define TESTS_UNIT_RECORDS_H

#include "tests/unit/codec.h"

static inline void
random_tags(struct record_tags *t, uint8_t min)
{
	uint8_t i;

	t->n = (uint8_t)(min + codec_below(RECORD_TAGS_MAX + 1U - min));
	for (i = 0; i < t->n; i++) {
		t->tag[i].negate = random() % 2;
		codec_string(t->tag[i].name, RECORD_TAG_MAX, 1);
	}
}

static inline void
random_mac(struct record_mac *m)
{
	m->hwtype = (uint8_t)random();
	m->len = (uint8_t)codec_below(RECORD_HW_MAX + 1);
	codec_bytes(m->addr, m->len);
	m->wild = (uint16_t)random();
}

static inline void
random_range(struct record_range *g)
{
	uint32_t a = codec_random(), b = codec_random();

	g->mode = (uint8_t)codec_below(RECORD_RANGE_PROXY + 1);
	g->start = a < b ? a : b;
	g->end = a < b ? b : a;
	g->mask = (uint32_t)(UINT64_C(0xffffffff00000000) >> codec_below(33));
	g->broadcast = codec_random();
	g->lease_s = codec_random();
	codec_string(g->set, sizeof(g->set), 0);
	random_tags(&g->tags, 0);
}

static inline void
random_host(struct record_host *h)
{
	uint8_t i;

	h->ignore = random() % 2;
	h->any_id = random() % 2;
	h->nmac = (uint8_t)codec_below(RECORD_MACS_MAX + 1);
	for (i = 0; i < h->nmac; i++)
		random_mac(&h->mac[i]);
	h->idlen = (uint16_t)codec_below(RECORD_ID_MAX + 1);
	codec_bytes(h->id, h->idlen);
	h->addr = codec_random();
	codec_string(h->name, sizeof(h->name), 0);
	h->lease_s = codec_random();
	random_tags(&h->set, 0);
	random_tags(&h->tags, 0);
}

static inline void
random_match(struct record_match *m)
{
	static const uint8_t widths[] = { 1, 2, 4 };

	m->how = (uint8_t)codec_below(RECORD_MATCH_HOW_MAX);
	m->code = (uint8_t)random();
	m->width = m->how == RECORD_MATCH_NUMBER ? widths[random() % 3]
						 : (uint8_t)random();
	m->number = codec_random();
	m->len = (uint16_t)codec_below(RECORD_MATCH_MAX + 1);
	codec_bytes(m->data, m->len);
	codec_bytes(m->wild, m->len);
	random_mac(&m->mac);
	codec_string(m->set, sizeof(m->set), 1);
}

static inline void
random_option(struct record_option *o)
{
	o->code = (uint8_t)(1 + codec_below(254));
	o->force = random() % 2;
	o->self = random() % 2;
	o->pxe = random() % 2;
	o->len = (uint16_t)codec_below(RECORD_OPT_MAX + 1);
	codec_bytes(o->data, o->len);
	random_tags(&o->tags, 0);
}

static inline void
random_suboption(struct record_suboption *s)
{
	s->how = (uint8_t)codec_below(RECORD_SUB_HOW_MAX);
	s->code = (uint8_t)random();
	s->force = random() % 2;
	s->pxe = random() % 2;
	s->outer = 1 + codec_below(254);
	codec_string(s->class, sizeof(s->class), 0);
	s->len = (uint8_t)codec_below(RECORD_SUB_MAX + 1);
	codec_bytes(s->data, s->len);
	random_tags(&s->tags, 0);
}

static inline void
random_boot(struct record_boot *b)
{
	codec_string(b->file, sizeof(b->file), 0);
	codec_string(b->sname, sizeof(b->sname), 0);
	b->addr = codec_random();
	random_tags(&b->tags, 0);
}

static inline void
random_service(struct record_service *s)
{
	s->arch = (uint16_t)random();
	s->type = (uint16_t)random();
	codec_string(s->text, sizeof(s->text), 0);
	if (s->type >= RECORD_SERVICE_OWN)
		codec_string(s->file, sizeof(s->file), 1);
	s->addr = codec_random();
	random_tags(&s->tags, 0);
}

static inline void
random_dhcp(struct record_dhcp *d)
{
	d->enabled = random() % 2;
	d->authoritative = random() % 2;
	d->no_override = random() % 2;
	d->sequential = random() % 2;
	d->subnet_selection = random() % 2;
	d->dns = random() % 2;
	d->pxe = random() % 2;
	d->ignore_clid = random() % 2;
	d->rapid_commit = random() % 2;
	d->log_dhcp = random() % 2;
	d->quiet = random() % 2;
	d->lease_max = codec_random();
	if (random() % 2) {
		d->server_port = (uint16_t)(1 + codec_below(UINT16_MAX));
		d->client_port = (uint16_t)(1 + codec_below(UINT16_MAX));
	}
	codec_string(d->domain, sizeof(d->domain), 0);
}

static inline void
random_path(char *path, size_t size)
{
	codec_string(path, size, 1);
	path[0] = '/';
}

static inline void
random_tftp(struct record_tftp *t)
{
	t->enabled = random() % 2;
	t->quiet = random() % 2;
	t->no_fail = random() % 2;
	t->secure = random() % 2;
	t->lowercase = random() % 2;
	t->no_blksize = random() % 2;
	t->single_port = random() % 2;
	t->unique = (uint8_t)codec_below(RECORD_TFTP_UNIQUE_MAX);
	t->rollover = (uint8_t)codec_below(2);
	if (random() % 4 > 0)
		random_path(t->root, sizeof(t->root));
	t->max = 1 + codec_below(UINT32_MAX);
	t->mtu = codec_random();
	if (random() % 2) {
		t->port_low = (uint16_t)(1 + codec_below(65535));
		t->port_high =
		    (uint16_t)(t->port_low + codec_below(65536U - t->port_low));
	}
	t->own_rate = random() % 2;
	t->rate_client = (uint64_t)codec_random() << 32 | codec_random();
	t->rate_all = (uint64_t)codec_random() << 32 | codec_random();
	t->cache = ((uint64_t)codec_random() << 32 | codec_random()) %
		   (RECORD_TFTP_CACHE_MAX + 1);
}

static inline void
random_addr(struct addr *a)
{
	a->family = random() % 2 ? 4 : 6;
	codec_bytes(a->bytes, addr_family_len(a->family));
}

static inline void
random_net(struct record_tftp_client *c)
{
	uint8_t bytes = c->net.family == 4 ? 4 : 16;

	c->prefix = (uint8_t)codec_below(bytes * 8 + 1U);
	codec_bytes(c->net.bytes, bytes);
	(void)addr_clear_host(&c->net, c->prefix);
}

static inline void
random_tftp_client(struct record_tftp_client *c)
{
	static const uint8_t families[] = { 0, 4, 6 };

	c->net.family = families[random() % 3];
	if (c->net.family == 0) {
		random_mac(&c->mac);
		if (c->mac.len == 0)
			c->mac.addr[c->mac.len++] = (uint8_t)random();
	} else {
		random_net(c);
	}
	c->deny = (uint8_t)codec_below(RECORD_TFTP_DENY_ALL + 1U);
	if (random() % 2)
		c->blksize = (uint16_t)(8 + codec_below(65464 - 8 + 1));
	c->windowsize = (uint16_t)random();
	c->rollover = (uint8_t)codec_below(3);
	if (c->rollover == 2)
		c->rollover = RECORD_TFTP_ROLLOVER_UNSET;
}

static inline void
random_record(struct record *rec, uint8_t kind)
{
	memset(rec, 0, sizeof(*rec));
	rec->kind = kind;
	switch (kind) {
	case RECORD_INTERFACE:
		rec->u.interface.use =
		    (uint8_t)codec_below(RECORD_IF_ADDRESS + 1);
		rec->u.interface.prefix = random() % 2;
		codec_string(rec->u.interface.name, IFNAMSIZ, 0);
		if (rec->u.interface.use == RECORD_IF_ADDRESS)
			random_addr(&rec->u.interface.addr);
		break;
	case RECORD_RANGE:
		random_range(&rec->u.range);
		break;
	case RECORD_HOST:
		random_host(&rec->u.host);
		break;
	case RECORD_OPTION:
		random_option(&rec->u.option);
		break;
	case RECORD_BOOT:
		random_boot(&rec->u.boot);
		break;
	case RECORD_CHOICE:
		rec->u.choice.of = (uint8_t)codec_below(RECORD_CHOOSE_MAX);
		random_tags(&rec->u.choice.tags, 0);
		break;
	case RECORD_RELAY_PROXY:
		rec->u.relay_proxy.addr = codec_random();
		break;
	case RECORD_HTTP:
		rec->u.http.enabled = random() % 2;
		rec->u.http.quiet = random() % 2;
		rec->u.http.prefer = random() % 2;
		rec->u.http.port = (uint16_t)(1 + codec_below(UINT16_MAX));
		rec->u.http.https_port =
		    (uint16_t)(1 + codec_below(UINT16_MAX));
		if (random() % 2 == 0) {
			codec_string(rec->u.http.cert, RECORD_PATH_MAX, 1);
			codec_string(rec->u.http.key, RECORD_PATH_MAX, 1);
		}
		rec->u.http.max = codec_random() | 1;
		rec->u.http.rate_client =
		    (uint64_t)codec_random() << 32 | codec_random();
		rec->u.http.rate_all = codec_random();
		break;
	case RECORD_SHARED:
		codec_string(rec->u.shared.iface, IFNAMSIZ, 0);
		rec->u.shared.via = codec_random();
		rec->u.shared.addr = codec_random();
		break;
	case RECORD_PXE_VENDOR:
		codec_string(rec->u.pxe_vendor.class, RECORD_CLASS_MAX, 1);
		break;
	case RECORD_REPLY_DELAY:
		rec->u.reply_delay.seconds =
		    (uint8_t)codec_below(RECORD_REPLY_DELAY_MAX + 1);
		random_tags(&rec->u.reply_delay.tags, 0);
		break;
	case RECORD_SUBOPTION:
		random_suboption(&rec->u.suboption);
		break;
	case RECORD_SERVICE:
		random_service(&rec->u.service);
		break;
	case RECORD_PROMPT:
		codec_string(rec->u.prompt.text, RECORD_MENU_MAX, 0);
		rec->u.prompt.seconds = (uint8_t)random();
		random_tags(&rec->u.prompt.tags, 0);
		break;
	case RECORD_PXE_STYLE:
		rec->u.pxe_style.how = (uint8_t)codec_below(RECORD_PXE_HOW_MAX);
		random_tags(&rec->u.pxe_style.tags, 0);
		break;
	case RECORD_MATCH:
		random_match(&rec->u.match);
		break;
	case RECORD_TAGIF:
		random_tags(&rec->u.tagif.set, 0);
		random_tags(&rec->u.tagif.tags, 0);
		break;
	case RECORD_IGNORE:
		random_tags(&rec->u.ignore.tags, 1);
		break;
	case RECORD_DHCP:
		random_dhcp(&rec->u.dhcp);
		break;
	case RECORD_TFTP:
		random_tftp(&rec->u.tftp);
		break;
	case RECORD_STORE:
		random_path(rec->u.store.path, RECORD_PATH_MAX);
		break;
	case RECORD_TFTP_ROOT:
		random_path(rec->u.tftp_root.path, RECORD_PATH_MAX);
		codec_string(rec->u.tftp_root.name, IFNAMSIZ, 1);
		break;
	case RECORD_TFTP_CLIENT:
		random_tftp_client(&rec->u.tftp_client);
		break;
	case RECORD_PLACE:
		rec->u.place.file = (uint32_t)random();
		rec->u.place.line = (uint32_t)random();
		break;
	case RECORD_FILE:
		random_path(rec->u.file.path, RECORD_PATH_MAX);
		break;
	case RECORD_VERIFY:
		rec->u.verify.mode =
		    (uint8_t)codec_below(RECORD_VERIFY_MODE_MAX);
		rec->u.verify.preload = random() % 2;
		rec->u.verify.cache =
		    (1024 + codec_random() % ((1U << 30) - 1023)) * 1024ULL;
		break;
	case RECORD_VERIFY_KEY:
		random_path(rec->u.verify_key.path, RECORD_PATH_MAX);
		break;
	case RECORD_VERIFY_EXEMPT:
		codec_string(rec->u.verify_exempt.pattern, RECORD_PATH_MAX, 1);
		if (rec->u.verify_exempt.pattern[0] == '/')
			rec->u.verify_exempt.pattern[0] = '*';
		break;
	case RECORD_DAEMON:
		rec->u.daemon.layers_disabled = (uint8_t)codec_below(8);
		if (random() % 2)
			random_path(rec->u.daemon.pid_file, RECORD_PATH_MAX);
		break;
	default:
		ck_abort_msg("no random record of kind %u", kind);
	}
}

#endif
