/* SPDX-License-Identifier: ISC */
/* What is known of a client by its architecture and loader alone. */
#include "daemon/client_kind.h"

#include <stdio.h>
#include <string.h>

#include "daemon/dhcp_option.h"

const uint16_t client_kind_arch[CLIENT_KIND_ARCHS] = { 0, 7, 6, 9, 10, 11, 15,
	16, 17, 18, 19, 27, 28, 39, 40 };

void
client_kind_begin(struct client_kind *k, uint32_t arch, bool loader)
{
	k->arch = arch;
	k->loader = loader;
	k->full = false;
	k->n = 0;
}

static bool
kind_has(const struct client_kind *k, const char *tag)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (strcmp(k->tag[i], tag) == 0)
			return true;
	return false;
}

static void
kind_add(struct client_kind *k, const char *tag)
{
	if (kind_has(k, tag))
		return;
	if (k->n == CLIENT_KIND_TAGS)
		k->full = true;
	else
		(void)snprintf(k->tag[k->n++], RECORD_TAG_MAX, "%s", tag);
}

/* UEFI that boots by HTTP (IANA). */
static bool
arch_is_http(uint32_t arch)
{
	return (arch >= 15 && arch <= 19) || arch == 28 || arch == 40;
}

/* Compares the value of an option as dhcpd does. */
static bool
value_matches(const struct record_match *m, const void *value, size_t len)
{
	const uint8_t *p = value;
	size_t i;

	switch (m->how) {
	case RECORD_MATCH_PRESENT:
		return true;
	case RECORD_MATCH_PREFIX:
		for (i = 0; i < m->len; i++)
			if (i >= len || (!m->wild[i] && p[i] != m->data[i]))
				return false;
		return true;
	case RECORD_MATCH_SUBSTRING:
	case RECORD_MATCH_VENDORCLASS:
	case RECORD_MATCH_USERCLASS:
		return memmem(p, len, m->data, m->len) != NULL;
	case RECORD_MATCH_NUMBER:
		return m->width == 2 && len == 2 &&
		       m->number == ((uint32_t)p[0] << 8 | p[1]);
	default:
		return false;
	}
}

/* Whether a dhcp-match or the like holds. */
static bool
kind_matches(const struct client_kind *k, const struct record_match *m)
{
	const uint8_t arch[2] = { (uint8_t)(k->arch >> 8), (uint8_t)k->arch };
	uint8_t code = m->code;
	char class[64];
	int n;

	if (m->how == RECORD_MATCH_VENDORCLASS)
		code = OPT_VENDOR_CLASS;
	else if (m->how == RECORD_MATCH_USERCLASS)
		code = OPT_USER_CLASS;
	else if (m->how > RECORD_MATCH_SUBSTRING)
		return false;
	switch (code) {
	case OPT_ARCH:
		return value_matches(m, arch, sizeof(arch));
	case OPT_VENDOR_CLASS:
		n = snprintf(class, sizeof(class), "%s:Arch:%05u:UNDI:003016",
		    arch_is_http(k->arch) ? "HTTPClient" : "PXEClient",
		    k->arch);
		return value_matches(m, class, (size_t)n);
	case OPT_USER_CLASS:
		return k->loader && value_matches(m, "iPXE", 4);
	case OPT_IPXE:
		/* It has all features that lines ask for. */
		return k->loader;
	case OPT_UUID:
		return m->how == RECORD_MATCH_PRESENT;
	default:
		return false;
	}
}

void
client_kind_match(struct client_kind *k, const struct record *rec)
{
	if (rec->kind == RECORD_MATCH && kind_matches(k, &rec->u.match))
		kind_add(k, rec->u.match.set);
}

/* Whether a tag of the client begins with the first n bytes. */
static bool
kind_has_prefix(const struct client_kind *k, const char *tag, size_t n)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (strncmp(k->tag[i], tag, n) == 0)
			return true;
	return false;
}

bool
client_kind_holds(
    const struct client_kind *k, const struct record_tags *t, bool wild)
{
	uint8_t i;

	for (i = 0; i < t->n; i++) {
		const char *name = t->tag[i].name;
		size_t n = strlen(name);
		bool has = wild && n > 0 && name[n - 1] == '*'
			       ? kind_has_prefix(k, name, n - 1)
			       : kind_has(k, name);

		if (has == t->tag[i].negate)
			return false;
	}
	return true;
}

void
client_kind_tagif(struct client_kind *k, const struct record *rec)
{
	uint8_t i;

	if (rec->kind != RECORD_TAGIF ||
	    !client_kind_holds(k, &rec->u.tagif.tags, true))
		return;
	for (i = 0; i < rec->u.tagif.set.n; i++)
		kind_add(k, rec->u.tagif.set.tag[i].name);
}

bool
client_kind_misfit(uint32_t bits, enum arch_kind file, uint16_t *arch)
{
	size_t i;

	for (i = 0; i < CLIENT_KIND_ARCHS; i++) {
		if ((bits >> i & 1) == 0)
			continue;
		*arch = client_kind_arch[i];
		if (arch_kind_fits(arch_kind(*arch), file))
			return false;
	}
	return bits != 0;
}
