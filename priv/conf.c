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

	if (c != NULL)
		c->generation = generation;
	return c;
}

/* Grows an array by one element, which is zeroed; NULL without memory. */
static void *
array_grow(void *array, size_t *n, size_t size)
{
	uint8_t **at = array;
	uint8_t *grown = reallocarray(*at, *n + 1, size);

	if (grown == NULL)
		return NULL;
	*at = grown;
	grown += (*n)++ * size;
	memset(grown, 0, size);
	return grown;
}

/* Notes what the parent itself wants to know of a record. */
static int
conf_note(struct conf *c, const struct record *rec)
{
	struct record_interface *i;
	struct record_range *g;

	switch (rec->kind) {
	case RECORD_INTERFACE:
		i = array_grow(&c->interfaces, &c->ninterfaces, sizeof(*i));
		if (i == NULL)
			return -1;
		*i = rec->u.interface;
		break;
	case RECORD_RANGE:
		g = array_grow(&c->ranges, &c->nranges, sizeof(*g));
		if (g == NULL)
			return -1;
		*g = rec->u.range;
		break;
	case RECORD_DHCP:
		c->dhcp = rec->u.dhcp;
		break;
	case RECORD_TFTP:
		c->tftp = rec->u.tftp;
		break;
	case RECORD_STORE:
		c->store = rec->u.store;
		break;
	case RECORD_DAEMON:
		c->daemon = rec->u.daemon;
		break;
	default:
		break;
	}
	return 0;
}

int
conf_add(struct conf *c, const void *data, size_t len)
{
	struct conf_record *slot;
	struct record rec;
	struct reader r;

	reader_init(&r, data, len);
	if (len > RECORD_MAX || record_decode(&r, &rec) == -1)
		return -1;
	slot = array_grow(&c->records, &c->nrecords, sizeof(*slot));
	if (slot == NULL || (slot->data = malloc(len)) == NULL)
		return -1;
	memcpy(slot->data, data, len);
	slot->len = (uint16_t)len;
	slot->kind = rec.kind;
	return conf_note(c, &rec);
}

struct conf *
conf_copy(const struct conf *c, uint32_t generation)
{
	struct conf *copy = conf_new(generation);
	size_t i;

	if (copy == NULL)
		return NULL;
	for (i = 0; i < c->nrecords; i++)
		if (conf_add(copy, c->records[i].data, c->records[i].len) ==
		    -1) {
			conf_free(copy);
			return NULL;
		}
	return copy;
}

void
conf_free(struct conf *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->nrecords; i++)
		free(c->records[i].data);
	for (i = 0; i < c->nlisteners; i++)
		if (!c->listeners[i].shared)
			(void)close(c->listeners[i].fd);
	free(c->records);
	free(c->interfaces);
	free(c->ranges);
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
