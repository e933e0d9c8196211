/* SPDX-License-Identifier: ISC */
/*
 * Kinds of clients by their architecture and loader, and the lines of the
 * configuration that choose by these alone: what a client gets about which
 * nothing else is known.  Pure.
 *
 *	client_kind_begin(&k, 7, false);
 *	for each record: client_kind_match(&k, rec);
 *	for each record: client_kind_tagif(&k, rec);
 *	if (client_kind_holds(&k, &boot->tags)) ...
 */
#ifndef DAEMON_CLIENT_KIND_H
#define DAEMON_CLIENT_KIND_H

#include "daemon/arch.h"
#include "daemon/record.h"

#define CLIENT_KIND_TAGS 128 /* more are not kept */

struct client_kind {
	uint32_t arch;
	bool loader; /* iPXE, loaded by firmware of this architecture */
	bool full; /* tags were lost */
	size_t n;
	char tag[CLIENT_KIND_TAGS][RECORD_TAG_MAX]; /* that are set */
};

/* The architectures that are tried: that of BIOS, and those of UEFI. */
#define CLIENT_KIND_ARCHS 15
#define CLIENT_KIND_ALL ((1U << CLIENT_KIND_ARCHS) - 1)
extern const uint16_t client_kind_arch[CLIENT_KIND_ARCHS];

void client_kind_begin(struct client_kind *, uint32_t arch, bool loader);

/* Adds the tag of a dhcp-match or the like, if it holds for these clients. */
void client_kind_match(struct client_kind *, const struct record *);

/* Adds the tags of a tag-if, if it holds; in the order of the lines. */
void client_kind_tagif(struct client_kind *, const struct record *);

/* Whether all of these tests succeed; a '*' at the end is one of tag-if. */
bool client_kind_holds(
    const struct client_kind *, const struct record_tags *, bool wild);

/*
 * Whether no client can boot from a file of this kind, of those whose places in
 * client_kind_arch are in bits.  *arch: one of them.
 */
bool client_kind_misfit(uint32_t bits, enum arch_kind file, uint16_t *arch);

#endif
