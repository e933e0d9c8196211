/* SPDX-License-Identifier: ISC */
/* The boot file of a reply, and what is known of it. */
#ifndef DHCPD_EXPLAIN_BOOT_H
#define DHCPD_EXPLAIN_BOOT_H

#include "dhcpd/explain_run.h"

#define EXPLAIN_BOOT_TEXT 96

enum explain_fit { EXPLAIN_FIT_UNKNOWN, EXPLAIN_FIT_YES, EXPLAIN_FIT_NO };

/* The boot file of the last reply; without one, `state` and so on are unset. */
struct explain_boot {
	char file[EXPLAIN_NAME_MAX + 1]; /* by option 67 or the header; "" */
	uint32_t server; /* 0: none */
	const char *state; /* "readable", "missing" */
	/*
	 * Whether the client can boot from it, by its header (PE or ELF), or
	 * if it has none, by the end of its name.
	 */
	enum explain_fit fit;
	const char *kind; /* what it is for, "UEFI x64"; NULL: unknown */
};

/* Notes what the parent found of a file; -1 without memory or places. */
int explain_file_add(struct explain *, uint8_t root, enum explain_file,
    enum arch_kind, const char *name);

/* Looks at the boot file that the client gets on this interface. */
void explain_boot(
    const struct explain *, const struct conf_iface *, struct explain_boot *);

/* "readable, fits"; "readable, but for BIOS".  Returns dst. */
const char *
explain_boot_text(const struct explain_boot *, char dst[EXPLAIN_BOOT_TEXT]);

#endif
