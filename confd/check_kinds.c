/* SPDX-License-Identifier: ISC */
/*
 * Finds out what clients of each architecture get to boot, with firmware alone
 * and within iPXE, if nothing else is known of them.
 */
#include "confd/check_kinds.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "daemon/client_kind.h"
#include "daemon/record_boot.h"

/* Places in client_kind_arch. */
#define KIND_BIOS 0
#define KIND_X64 1
#define KIND_EBC 3
#define KIND_LOADER CLIENT_KIND_ARCHS /* the same within iPXE from here on */
#define KINDS (2 * CLIENT_KIND_ARCHS)

#define LINE_NONE UINT32_MAX

/* What a kind of client gets; lines. */
struct kind_boot {
	uint32_t boot; /* dhcp-boot */
	uint32_t service; /* the first pxe-service */
	bool loader_boot; /* a dhcp-boot with tags, which iPXE prefers */
};

struct kinds {
	uint32_t *entry; /* of the lines, in their order */
	uint32_t *archs; /* of clients that a line is for, as bits */
	size_t n;
	bool loader; /* a line tells iPXE from firmware */
	bool proxy; /* there is a proxy range */
	uint32_t proxy_entry;
	struct kind_boot of[KINDS];
	struct record rec;
	struct client_kind client;
};

static void
kinds_free(struct kinds *k)
{
	free(k->entry);
	free(k->archs);
	free(k);
}

/* All zero, with room for every line; NULL without memory. */
static struct kinds *
kinds_new(const struct config *c)
{
	struct kinds *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->entry = calloc(c->nentries + 1, sizeof(*k->entry));
	k->archs = calloc(c->nentries + 1, sizeof(*k->archs));
	if (k->entry != NULL && k->archs != NULL)
		return k;
	kinds_free(k);
	return NULL;
}

/* Collects the lines that choose what is booted. */
static void
kinds_load(const struct config *c, struct kinds *k)
{
	uint32_t i;

	for (i = 0; i < c->nentries; i++) {
		switch (c->entries[i].kind) {
		case RECORD_MATCH:
		case RECORD_TAGIF:
		case RECORD_BOOT:
		case RECORD_SERVICE:
			k->entry[k->n++] = i;
			break;
		case RECORD_RANGE:
			config_entry_record(c, &c->entries[i], &k->rec);
			if (k->rec.u.range.mode != RECORD_RANGE_PROXY ||
			    k->proxy)
				break;
			k->proxy = true;
			k->proxy_entry = i;
			break;
		default:
			break;
		}
	}
}

static const struct record *
kinds_line(const struct config *c, struct kinds *k, size_t line)
{
	config_entry_record(c, &c->entries[k->entry[line]], &k->rec);
	return &k->rec;
}

/* Notes what one line means to the clients of a kind. */
static void
kind_offer(struct kinds *k, size_t kind, uint32_t line)
{
	struct kind_boot *b = &k->of[kind];
	size_t arch = kind % CLIENT_KIND_ARCHS;
	const struct record *rec = &k->rec;

	if (rec->kind == RECORD_BOOT) {
		if (!client_kind_holds(&k->client, &rec->u.boot.tags, false))
			return;
		k->archs[line] |= 1U << arch;
		if (rec->u.boot.tags.n > 0) {
			b->loader_boot = true;
			b->boot = line;
		} else if (!b->loader_boot) {
			b->boot = line;
		}
	} else if (rec->kind == RECORD_SERVICE &&
		   rec->u.service.arch == client_kind_arch[arch] &&
		   client_kind_holds(&k->client, &rec->u.service.tags, false)) {
		k->archs[line] |= 1U << arch;
		if (b->service == LINE_NONE)
			b->service = line;
	}
}

/* False if the tags are too many. */
static bool
kind_find(const struct config *c, struct kinds *k, size_t kind)
{
	uint32_t i;

	k->of[kind] = (struct kind_boot){ LINE_NONE, LINE_NONE, false };
	client_kind_begin(&k->client,
	    client_kind_arch[kind % CLIENT_KIND_ARCHS], kind >= KIND_LOADER);
	for (i = 0; i < k->n; i++)
		client_kind_match(&k->client, kinds_line(c, k, i));
	for (i = 0; i < k->n; i++)
		client_kind_tagif(&k->client, kinds_line(c, k, i));
	for (i = 0; i < k->n; i++) {
		(void)kinds_line(c, k, i);
		kind_offer(k, kind, i);
	}
	return !k->client.full;
}

static bool
kinds_find(const struct config *c, struct kinds *k)
{
	size_t kind;

	for (kind = 0; kind < KINDS; kind++) {
		config_progress(c);
		if (!kind_find(c, k, kind))
			return false;
	}
	for (kind = 0; kind < KIND_LOADER; kind++)
		if (k->of[kind].boot != k->of[kind + KIND_LOADER].boot ||
		    k->of[kind].service != k->of[kind + KIND_LOADER].service)
			k->loader = true;
	return true;
}

/* ------------------------------------------------------- architectures */

static void
check_names(struct config *c, struct kinds *k)
{
	char file[RECORD_FILE_MAX];
	enum arch_kind of;
	uint16_t arch;
	uint32_t addr;
	size_t i;

	for (i = 0; i < k->n; i++) {
		const struct config_entry *e = &c->entries[k->entry[i]];
		const struct record *rec = kinds_line(c, k, i);

		if (k->archs[i] == CLIENT_KIND_ALL || e->told ||
		    !record_boot_file(rec, file, &addr))
			continue;
		/* The ending .0 of a service is only its layer. */
		if (rec->kind == RECORD_SERVICE &&
		    strchr(rec->u.service.file, '.') == NULL)
			continue;
		of = arch_kind_of_name(file);
		if (client_kind_misfit(k->archs[i], of, &arch))
			diag_at(c, LOG_WARNING, &e->place,
			    "\"%s\" is a boot file for %s by its name, but this line is for architecture %u (%s), which cannot boot from it; correct the file, or the architecture",
			    diag_show(c, file), arch_kind_text(of), arch,
			    arch_name(arch));
	}
}

/* ---------------------------------------------------------------- loops */

/* Whether it is iPXE by its name, and not a script for it. */
static bool
is_ipxe(const char *file)
{
	static const char *const names[] = { "undionly.kpxe", "undionly.kkpxe",
		"undionly.0", "ipxe.efi", "ipxe.pxe", "ipxe.kpxe", "ipxe.kkpxe",
		"ipxe.0", "snponly.efi", "snp.efi", "ipxe-x86_64.efi",
		"ipxe-i386.efi", "ipxe-arm64.efi", "ipxe32.efi", "ipxe64.efi" };
	const char *base = strrchr(file, '/');
	size_t i;

	base = base == NULL ? file : base + 1;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(base, names[i]) == 0)
			return true;
	return false;
}

/* The line by which iPXE would load itself again, or LINE_NONE. */
static uint32_t
loop_line(const struct config *c, struct kinds *k, size_t kind)
{
	const struct kind_boot *in = &k->of[kind + KIND_LOADER];
	uint32_t line = in->boot, addr;
	char file[RECORD_FILE_MAX];

	if (in->service != LINE_NONE && !in->loader_boot)
		line = in->service;
	/* What firmware gets is loaded by it; another file may be meant. */
	if (line == LINE_NONE ||
	    (line != k->of[kind].boot && line != k->of[kind].service) ||
	    !record_boot_file(kinds_line(c, k, line), file, &addr) ||
	    !is_ipxe(file))
		return LINE_NONE;
	return line;
}

/* A tag that iPXE has, and no firmware; NULL if no match sets one. */
static const char *
loader_tag(const struct config *c, struct kinds *k)
{
	size_t i;

	for (i = 0; i < k->n; i++) {
		const struct record *rec = kinds_line(c, k, i);

		client_kind_begin(&k->client, 0, false);
		client_kind_match(&k->client, rec);
		if (k->client.n > 0)
			continue;
		client_kind_begin(&k->client, 0, true);
		client_kind_match(&k->client, rec);
		if (k->client.n > 0)
			return k->client.tag[0];
	}
	return NULL;
}

/* Nothing is for iPXE alone, so a script must be part of it. */
static void
check_loader_alone(struct config *c, struct kinds *k)
{
	uint32_t line = LINE_NONE;
	size_t kind;

	if (k->loader || loader_tag(c, k) != NULL)
		return;
	for (kind = 0; kind < KIND_LOADER && line == LINE_NONE; kind++)
		line = loop_line(c, k, kind);
	if (line != LINE_NONE)
		diag_at(c, LOG_INFO, &c->entries[k->entry[line]].place,
		    "iPXE gets this file, too, and loads itself without end, unless a script is built into it; if not, add dhcp-match=set:ipxe,175 and dhcp-boot=tag:ipxe,SCRIPT");
}

/*
 * Lines for iPXE exist, but those for an architecture come later, or are for
 * iPXE as well.
 */
static void
check_loops(struct config *c, struct kinds *k)
{
	uint32_t line, told = LINE_NONE;
	const char *tag;
	size_t kind;

	for (kind = 0; kind < KIND_LOADER && k->loader; kind++) {
		line = loop_line(c, k, kind);
		if (line == LINE_NONE || line == told)
			continue;
		told = line;
		tag = loader_tag(c, k);
		diag_at(c, LOG_WARNING, &c->entries[k->entry[line]].place,
		    "iPXE of architecture %u (%s) gets this file, too, and loads itself again and again; add tag:!%s to this line",
		    client_kind_arch[kind], arch_name(client_kind_arch[kind]),
		    diag_show(c, tag == NULL ? "ipxe" : tag));
	}
}

/* -------------------------------------------------------- nothing to boot */

static bool
has_boot(const struct kind_boot *b)
{
	return b->boot != LINE_NONE || b->service != LINE_NONE;
}

/*
 * Lines for architecture 9 that are meant for 7; whether that was reported.
 * x64 was 9 in RFC 4578, before its errata; dnsmasq up to 2.75 had both the
 * other way round.
 */
static bool
check_ebc(struct config *c, struct kinds *k)
{
	const struct kind_boot *x64 = &k->of[KIND_X64];
	const struct kind_boot *ebc = &k->of[KIND_EBC];
	uint32_t line = ebc->service != LINE_NONE ? ebc->service : ebc->boot;

	/* A line for all of them is no line for one. */
	if (line == LINE_NONE || k->archs[line] != 1U << KIND_EBC ||
	    x64->service != LINE_NONE ||
	    (x64->boot != LINE_NONE && k->archs[x64->boot] != CLIENT_KIND_ALL))
		return false;
	diag_at(c, LOG_WARNING, &c->entries[k->entry[line]].place,
	    "this line is for architecture 9 (UEFI EBC) alone, but UEFI of x64 machines sends 7; add a line for architecture 7 (x86-64_EFI)");
	return true;
}

/* A service without a file, as the Raspberry Pi wants it. */
static bool
is_pi(const struct config *c, struct kinds *k, const struct kind_boot *b)
{
	const struct record *rec;

	if (b->service == LINE_NONE)
		return false;
	rec = kinds_line(c, k, b->service);
	return strncasecmp(rec->u.service.text, "Raspberry", 9) == 0 ||
	       (rec->u.service.file[0] == '\0' && b->boot == LINE_NONE);
}

/* There is something for BIOS, but not for the machines of today. */
static void
check_proxy_kinds(struct config *c, struct kinds *k)
{
	const struct kind_boot *bios = &k->of[KIND_BIOS];

	if (k->proxy && has_boot(bios) && !has_boot(&k->of[KIND_X64]) &&
	    !is_pi(c, k, bios))
		diag_at(c, LOG_INFO, &c->entries[k->proxy_entry].place,
		    "nothing to boot for UEFI x64 clients (architecture 7); if there are any, add a pxe-service or dhcp-boot line for them");
}

void
check_kinds(struct config *c)
{
	struct kinds *k;

	if (!c->dhcp.enabled || c->incomplete)
		return;
	if ((k = kinds_new(c)) == NULL) {
		diag_error(c, "out of memory");
		return;
	}
	kinds_load(c, k);
	if (kinds_find(c, k)) {
		check_names(c, k);
		check_loops(c, k);
		check_loader_alone(c, k);
		if (!check_ebc(c, k))
			check_proxy_kinds(c, k);
	} else {
		diag_at(c, LOG_INFO, NULL,
		    "boot files are not compared with architectures: more than %d tags are set for one kind of client",
		    CLIENT_KIND_TAGS);
	}
	kinds_free(k);
}
