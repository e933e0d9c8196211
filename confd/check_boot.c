/* SPDX-License-Identifier: ISC */
/* Checks of boot files and their servers, in dhcp-boot and in options. */
#include "confd/check_boot.h"

#include <string.h>
#include <strings.h>

#include "confd/builder.h"
#include "confd/check_url.h"
#include "confd/diag.h"
#include "confd/tag_uses.h"
#include "confd/value.h"
#include "daemon/dhcp_option.h"
#include "daemon/endpoint.h"

/* What the checks compare; entries, KEYS_NONE: none. */
struct boots {
	uint32_t plain; /* the last dhcp-boot line without tags */
	uint32_t any; /* the last dhcp-boot or pxe-service line */
	uint32_t file; /* the last line of option 67 */
	struct tag_uses uses; /* loaded when first needed */
	bool uses_loaded;
};

/* A boot file is to be loaded from this server, but TFTP is not served. */
static void
check_served(
    struct config *c, const struct config_entry *e, const struct record_boot *b)
{
	if (!c->incomplete && !c->tftp.enabled && !c->http.enabled &&
	    c->dhcp.enabled && b->addr == 0 && b->file[0] != '\0' &&
	    strstr(b->file, "://") == NULL)
		diag_at(c, LOG_INFO, &e->place,
		    "clients will ask this server for %s, but TFTP is not served here; add enable-tftp, or the address of a server",
		    diag_show(c, b->file));
}

/* ---------------------------------------------- a tag without its prefix */

static bool
is_set(struct config *c, struct boots *b, const char *tag)
{
	if (!b->uses_loaded)
		tag_uses_load(&b->uses, c);
	b->uses_loaded = true;
	return tag_uses_is_set(&b->uses, tag);
}

/* Whether this is the name of a program for firmware, or a URL. */
static bool
like_file(const char *s)
{
	static const char *const ends[] = { ".efi", ".0", ".kpxe", ".kkpxe",
		".pxe", ".ipxe", ".n12", ".com", ".bin" };
	size_t n = strlen(s), i, len;

	if (strstr(s, "://") != NULL || strchr(s, '/') != NULL)
		return true;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		len = strlen(ends[i]);
		if (n > len && strcasecmp(s + n - len, ends[i]) == 0)
			return true;
	}
	return false;
}

/* dhcp-boot=efi,grubx64.efi: the tag is read as the file. */
static void
check_bare_tag(struct config *c, struct boots *k, struct config_entry *e,
    const struct record_boot *b)
{
	bool negate = b->file[0] == '!' || b->file[0] == '#';

	if (b->sname[0] == '\0' || like_file(b->file) ||
	    (!like_file(b->sname) && !is_set(c, k, b->file + negate)))
		return;
	e->told = true;
	diag_at(c, LOG_WARNING, &e->place,
	    "\"%s\" is read as the file and \"%s\" as the name of a server; if the first is a tag, write tag:%s,%s",
	    diag_show(c, b->file), diag_show(c, b->sname),
	    diag_show(c, b->file), diag_show(c, b->sname));
}

/* --------------------------------------------------------------- options */

/* The text of an option, with a NUL. */
static const char *
option_text(const struct record_option *o, char text[RECORD_OPT_MAX + 1])
{
	memcpy(text, o->data, o->len);
	text[o->len] = '\0';
	return text;
}

/* dhcp-boot names another file, and that one is sent. */
static void
check_file_option(struct config *c, const struct boots *k,
    const struct config_entry *e, const struct record_option *o)
{
	char text[RECORD_OPT_MAX + 1];
	struct record rec;

	if (o->force || o->pxe || o->len == 0 || k->plain == KEYS_NONE)
		return;
	config_entry_record(c, &c->entries[k->plain], &rec);
	if (rec.u.boot.file[0] == '\0' ||
	    strcmp(option_text(o, text), rec.u.boot.file) == 0)
		return;
	diag_at(c, LOG_WARNING, &e->place,
	    "option 67 is not sent: the dhcp-boot at %s gives all clients a boot file; write dhcp-boot=%s%s instead of this line, or remove it",
	    diag_place(c, &c->entries[k->plain].place, &e->place),
	    o->tags.n == 0 ? "" : "tag:TAG,", diag_show(c, text));
}

/* The address in option 66 or 150; false: none, or that of this host. */
static bool
option_server(const struct record_option *o, uint32_t *addr)
{
	char text[RECORD_OPT_MAX + 1];

	*addr = 0;
	if (o->code == OPT_SNAME)
		return value_ip4(option_text(o, text), addr) && *addr != 0;
	if (o->len < 4)
		return false;
	*addr = (uint32_t)o->data[0] << 24 | (uint32_t)o->data[1] << 16 |
		(uint32_t)o->data[2] << 8 | o->data[3];
	return *addr != 0;
}

/* PXE firmware takes the next server from the header of a reply. */
static void
check_server_option(struct config *c, const struct boots *k,
    const struct config_entry *e, const struct record_option *o)
{
	struct record rec = { .kind = 0 };
	char ip[16], other[16];
	uint32_t addr;

	if (!option_server(o, &addr) || c->tftp.enabled)
		return;
	if (k->plain != KEYS_NONE)
		config_entry_record(c, &c->entries[k->plain], &rec);
	if (rec.kind == RECORD_BOOT && rec.u.boot.addr != 0) {
		if (o->tags.n == 0 && rec.u.boot.addr != addr)
			diag_at(c, LOG_WARNING, &e->place,
			    "option %u names %s, but the dhcp-boot at %s has %s as the next server; clients differ in which they ask, so write one address in both",
			    o->code, ip4_text(addr, ip),
			    diag_place(
				c, &c->entries[k->plain].place, &e->place),
			    ip4_text(rec.u.boot.addr, other));
		return;
	}
	/* Without a boot file the option is for telephones and the like. */
	if (rec.kind != RECORD_BOOT &&
	    (k->any != KEYS_NONE || k->file == KEYS_NONE))
		return;
	diag_at(c, LOG_INFO, &e->place,
	    "most firmware ignores option %u and asks this server; if the files are at %s, write dhcp-boot=FILE,,%s",
	    o->code, ip4_text(addr, ip), ip4_text(addr, other));
}

static void
check_option(struct config *c, const struct boots *k,
    const struct config_entry *e, const struct record_option *o)
{
	char text[RECORD_OPT_MAX + 1];

	switch (o->code) {
	case OPT_FILE:
		check_url(c, e, option_text(o, text));
		check_file_option(c, k, e, o);
		break;
	case OPT_SNAME:
		check_url(c, e, option_text(o, text));
		check_server_option(c, k, e, o);
		break;
	case OPT_TFTP_SERVERS:
		check_server_option(c, k, e, o);
		break;
	default:
		break;
	}
}

static void
boots_find(const struct config *c, struct boots *k)
{
	struct record rec;
	uint32_t i;

	k->plain = k->any = k->file = KEYS_NONE;
	for (i = 0; i < c->nentries; i++) {
		if (c->entries[i].kind == RECORD_SERVICE)
			k->any = i;
		if (c->entries[i].kind != RECORD_BOOT &&
		    c->entries[i].kind != RECORD_OPTION)
			continue;
		config_entry_record(c, &c->entries[i], &rec);
		if (rec.kind == RECORD_BOOT) {
			k->any = i;
			if (rec.u.boot.tags.n == 0)
				k->plain = i;
		} else if (rec.u.option.code == OPT_FILE) {
			k->file = i;
		}
	}
}

void
check_boot(struct config *c)
{
	struct boots k = { 0 };
	struct record rec;
	size_t i;

	boots_find(c, &k);
	for (i = 0; i < c->nentries; i++) {
		struct config_entry *e = &c->entries[i];

		if (e->kind != RECORD_BOOT && e->kind != RECORD_SERVICE &&
		    e->kind != RECORD_OPTION)
			continue;
		config_entry_record(c, e, &rec);
		if (rec.kind == RECORD_BOOT) {
			check_served(c, e, &rec.u.boot);
			check_bare_tag(c, &k, e, &rec.u.boot);
			check_url(c, e, rec.u.boot.file);
			check_url_server(c, e, &rec.u.boot);
		} else if (rec.kind == RECORD_SERVICE) {
			check_url(c, e, rec.u.service.file);
		} else {
			check_option(c, &k, e, &rec.u.option);
		}
	}
	if (k.uses.failed)
		diag_error(c, "out of memory");
	tag_uses_free(&k.uses);
}
