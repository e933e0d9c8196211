/* SPDX-License-Identifier: ISC */
/* The parent's copy of a configuration. */
#include "priv/conf.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct conf *
conf_new(uint32_t generation)
{
	struct conf *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->generation = generation;
	STAILQ_INIT(&c->records);
	return c;
}

static int
conf_add_interface(struct conf *c, const struct record_interface *i)
{
	struct record_interface *grown;

	grown = reallocarray(c->interfaces, c->ninterfaces + 1, sizeof(*grown));
	if (grown == NULL)
		return -1;
	c->interfaces = grown;
	grown[c->ninterfaces++] = *i;
	return 0;
}

static int
conf_add_range(struct conf *c, const struct record_range *g)
{
	struct record_range *grown;

	grown = reallocarray(c->ranges, c->nranges + 1, sizeof(*grown));
	if (grown == NULL)
		return -1;
	c->ranges = grown;
	grown[c->nranges++] = *g;
	return 0;
}

static int
conf_add_tftp_root(struct conf *c, const struct record_tftp_root *t)
{
	struct record_tftp_root *grown;

	if (c->ntftp_roots == RECORD_TFTP_ROOTS_MAX)
		return -1;
	grown = reallocarray(c->tftp_roots, c->ntftp_roots + 1, sizeof(*grown));
	if (grown == NULL)
		return -1;
	c->tftp_roots = grown;
	grown[c->ntftp_roots++] = *t;
	return 0;
}

/* Keeps the encoded record, for the roles. */
static int
conf_add_bytes(struct conf *c, uint8_t kind, const void *data, size_t len)
{
	struct conf_record *r = malloc(sizeof(*r) + len);

	if (r == NULL)
		return -1;
	r->kind = kind;
	r->len = (uint16_t)len;
	memcpy(r->data, data, len);
	STAILQ_INSERT_TAIL(&c->records, r, entry);
	c->nrecords++;
	return 0;
}

/* Notes what the parent itself wants to know of a record. */
static int
conf_note(struct conf *c, const struct record *rec)
{
	switch (rec->kind) {
	case RECORD_INTERFACE:
		return conf_add_interface(c, &rec->u.interface);
	case RECORD_RANGE:
		return conf_add_range(c, &rec->u.range);
	case RECORD_DHCP:
		c->dhcp = rec->u.dhcp;
		return 0;
	case RECORD_TFTP:
		c->has_tftp = true;
		c->tftp = rec->u.tftp;
		return 0;
	case RECORD_TFTP_ROOT:
		return conf_add_tftp_root(c, &rec->u.tftp_root);
	case RECORD_STORE:
		c->store = rec->u.store;
		return 0;
	case RECORD_DAEMON:
		c->daemon = rec->u.daemon;
		return 0;
	default:
		return 0;
	}
}

int
conf_add(struct conf *c, const void *data, size_t len)
{
	struct record rec;
	struct reader r;

	reader_init(&r, data, len);
	if (len > RECORD_MAX || record_decode(&r, &rec) == -1)
		return -1;
	/* tftp-max is lowered in the one record that all go by. */
	if (rec.kind == RECORD_TFTP && c->has_tftp)
		return -1;
	if (conf_add_bytes(c, rec.kind, data, len) == -1)
		return -1;
	return conf_note(c, &rec);
}

const char *
conf_tftp_root(const struct conf *c, size_t number)
{
	return number == 0 ? c->tftp.root : c->tftp_roots[number - 1].path;
}

void
conf_drop_tftp_root(struct conf *c, size_t number)
{
	if (number == 0)
		c->tftp.root[0] = '\0';
	else
		c->tftp_roots[number - 1].path[0] = '\0';
}

int
conf_set_tftp_max(struct conf *c, uint32_t max)
{
	struct conf_record *r;
	struct record rec;
	struct reader in;
	struct writer w;

	STAILQ_FOREACH(r, &c->records, entry) {
		if (r->kind != RECORD_TFTP)
			continue;
		reader_init(&in, r->data, r->len);
		if (record_decode(&in, &rec) == -1)
			return -1;
		rec.u.tftp.max = max;
		/* A number has one width: the record keeps its length. */
		writer_init(&w, r->data, r->len);
		record_encode(&rec, &w);
		if (!writer_ok(&w) || w.len != r->len)
			return -1;
		c->tftp.max = max;
		return 0;
	}
	return -1;
}

struct conf *
conf_copy(const struct conf *c, uint32_t generation)
{
	struct conf *copy = conf_new(generation);
	const struct conf_record *r;

	if (copy == NULL)
		return NULL;
	copy->copied = true;
	STAILQ_FOREACH(r, &c->records, entry)
		if (conf_add(copy, r->data, r->len) == -1) {
			conf_free(copy);
			return NULL;
		}
	return copy;
}

void
conf_free(struct conf *c)
{
	struct conf_record *r;
	size_t i;

	if (c == NULL)
		return;
	while ((r = STAILQ_FIRST(&c->records)) != NULL) {
		STAILQ_REMOVE_HEAD(&c->records, entry);
		free(r);
	}
	for (i = 0; i < c->nlisteners; i++)
		if (!c->listeners[i].shared)
			(void)close(c->listeners[i].fd);
	free(c->interfaces);
	free(c->ranges);
	free(c->tftp_roots);
	free(c->ifaces);
	free(c->listeners);
	free(c);
}

bool
conf_needs(const struct conf *c, enum role r)
{
	switch (r) {
	case ROLE_DHCPD:
	case ROLE_LEASED:
		return c->dhcp.enabled;
	case ROLE_TFTPD:
	case ROLE_IMAGED:
		return c->tftp.enabled;
	default:
		return false;
	}
}
