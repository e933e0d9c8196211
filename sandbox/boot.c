/* SPDX-License-Identifier: ISC */
/* The BOOT message: its fields, and what a role refuses. */
#include "sandbox/boot.h"

#include <stdbool.h>
#include <string.h>
#include <syslog.h>

void
sandbox_boot_encode(const struct boot *b, struct writer *w)
{
	uint8_t n;

	writer_u8(w, b->role);
	writer_u8(w, b->log_level);
	writer_u32(w, b->uid);
	writer_u32(w, b->gid);
	writer_u8(w, b->root);
	writer_u8(w, b->nroots);
	for (n = 0; n < b->nroots && n < SANDBOX_ROOTS_MAX; n++)
		writer_str(w, b->roots[n]);
	writer_u32(w, b->max_fds);
	writer_u8(w, b->layers_disabled);
}

/* None, one, or several, of which some may be absent. */
static bool
boot_roots_ok(const struct boot *b)
{
	switch (b->root) {
	case SANDBOX_ROOT_EMPTY:
		return b->nroots == 0;
	case SANDBOX_ROOT_READ:
		return b->nroots > 0;
	case SANDBOX_ROOT_WRITE:
		return b->nroots == 1 && b->roots[0][0] != '\0';
	default:
		return false;
	}
}

int
sandbox_boot_decode(struct reader *r, struct boot *b)
{
	uint8_t n;

	memset(b, 0, sizeof(*b));
	b->role = reader_u8(r);
	b->log_level = reader_u8(r);
	b->uid = reader_u32(r);
	b->gid = reader_u32(r);
	b->root = reader_u8(r);
	b->nroots = reader_u8(r);
	if (b->nroots > SANDBOX_ROOTS_MAX) {
		b->nroots = 0;
		reader_fail(r);
	}
	for (n = 0; n < b->nroots; n++)
		reader_str(r, b->roots[n], sizeof(b->roots[n]));
	b->max_fds = reader_u32(r);
	b->layers_disabled = reader_u8(r);
	if (!reader_done(r) || b->role >= ROLE_MAX || !boot_roots_ok(b) ||
	    b->log_level > LOG_DEBUG)
		return -1;
	return 0;
}
