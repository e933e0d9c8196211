/* SPDX-License-Identifier: ISC */
/* The boot file of a reply, and what is known of it. */
#include "dhcpd/explain_boot.h"

#include <stdio.h>
#include <string.h>

#include "daemon/grow.h"
#include "dhcpd/conf_index.h"
#include "dhcpd/http_boot.h"

int
explain_file_add(struct explain *x, uint8_t root, enum explain_file state,
    enum arch_kind kind, const char *name)
{
	struct explain_known *f;

	if (x->files.n == EXPLAIN_FILES_MAX ||
	    grow_array(&x->files.v, &x->files.cap, x->files.n + 1,
		sizeof(*x->files.v)) == -1)
		return -1;
	f = &x->files.v[x->files.n];
	f->root = root;
	f->state = (uint8_t)state;
	f->kind = (uint8_t)kind;
	f->name = arena_copy(&x->arena, name, strlen(name) + 1);
	if (f->name == NULL)
		return -1;
	x->files.n++;
	return 0;
}

/* What is known of a file in the root of an interface; NULL: nothing. */
static const struct explain_known *
file_find(const struct explain *x, uint8_t root, const char *name)
{
	size_t i;

	for (i = 0; i < x->files.n; i++)
		if (x->files.v[i].root == root &&
		    strcmp(x->files.v[i].name, name) == 0)
			return &x->files.v[i];
	return NULL;
}

/* Whether the file is there; *known: what the parent found, if it looked. */
static const char *
file_state(const struct explain *x, const struct conf_iface *iface,
    const struct explain_boot *b, const struct explain_known **known)
{
	static const char *const texts[EXPLAIN_FILE_MAX] = {
		[EXPLAIN_FILE_READABLE] = "readable",
		[EXPLAIN_FILE_UNVERIFIED] = "readable (signature not checked)",
		[EXPLAIN_FILE_MISSING] = "missing",
		[EXPLAIN_FILE_DENIED] = "not readable",
		[EXPLAIN_FILE_KIND] = "not a file",
		[EXPLAIN_FILE_NAME] = "invalid name",
		[EXPLAIN_FILE_ERROR] = "error",
	};
	char name[RECORD_FILE_MAX];
	bool http = x->e->conf->http.enabled &&
		    http_boot_file(x->e->conf, b->file, b->server, name);

	*known = NULL;
	if (!http && strstr(b->file, "://") != NULL)
		return "not checked";
	if (!http && !dhcp_conf_is_own(x->e->conf, b->server))
		return "on another server";
	if (!http && !iface->i.tftp)
		return "no TFTP here";
	*known = file_find(x, iface->i.root, http ? name : b->file);
	return *known == NULL ? "not checked" : texts[(*known)->state];
}

/* The boot file of the reply, by option 67 or the header; "": none. */
static void
file_name(const struct packet *reply, char dst[EXPLAIN_NAME_MAX + 1])
{
	size_t len = 0;
	const uint8_t *opt = packet_option(reply, OPT_FILE, &len);

	if (opt == NULL) {
		opt = reply->file;
		len = sizeof(reply->file);
	}
	len = strnlen((const char *)opt, len);
	if (len > EXPLAIN_NAME_MAX)
		len = EXPLAIN_NAME_MAX;
	memcpy(dst, opt, len);
	dst[len] = '\0';
}

void
explain_boot(const struct explain *x, const struct conf_iface *iface,
    struct explain_boot *b)
{
	const struct packet *p = x->e->rq.p;
	enum arch_kind machine, of = ARCH_KIND_UNKNOWN;
	const struct explain_known *known;

	memset(b, 0, sizeof(*b));
	file_name(&x->reply, b->file);
	b->server = x->reply.siaddr;
	if (b->file[0] == '\0')
		return;
	machine = arch_kind(arch_of(p));
	b->state = file_state(x, iface, b, &known);
	b->fit = EXPLAIN_FIT_UNKNOWN;
	if (known != NULL)
		of = (enum arch_kind)known->kind;
	/* iPXE loads kernels, which have headers of ELF, on all machines. */
	if (of == ARCH_KIND_ELF && packet_has(p, OPT_IPXE))
		machine = ARCH_KIND_UNKNOWN;
	if (of != ARCH_KIND_UNKNOWN && machine != ARCH_KIND_UNKNOWN)
		b->fit = EXPLAIN_FIT_YES;
	/* A name is a guess, which proves nothing if it fits. */
	if (of == ARCH_KIND_UNKNOWN)
		of = arch_kind_of_name(b->file);
	if (!arch_kind_fits(machine, of))
		b->fit = EXPLAIN_FIT_NO;
	b->kind = of == ARCH_KIND_UNKNOWN ? NULL : arch_kind_text(of);
}

const char *
explain_boot_text(const struct explain_boot *b, char dst[EXPLAIN_BOOT_TEXT])
{
	(void)snprintf(dst, EXPLAIN_BOOT_TEXT, "%s%s%s", b->state,
	    b->fit == EXPLAIN_FIT_YES  ? ", fits"
	    : b->fit == EXPLAIN_FIT_NO ? ", but for "
				       : "",
	    b->fit == EXPLAIN_FIT_NO ? b->kind : "");
	return dst;
}
