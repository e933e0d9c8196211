/* SPDX-License-Identifier: ISC */
/* Compares the headers of boot files with the clients that they are for. */
#include "priv/boot_arch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/client_kind.h"
#include "daemon/grow.h"
#include "daemon/log.h"
#include "daemon/record_boot.h"
#include "priv/boot_files.h"

#define LOGGED_MAX 10 /* more files are only counted */

/* A line that chooses what is booted. */
struct line {
	size_t at; /* of its record */
	uint32_t archs; /* of firmware that it is for, as bits */
};

struct lines {
	struct line *list;
	size_t n, cap;
	size_t end; /* of the record that was read last */
	struct record rec;
	struct client_kind client;
};

static const struct record *
lines_get(const struct conf *c, struct lines *l, size_t line)
{
	size_t at = l->list[line].at;
	struct conf_record r;

	if (!conf_next_record(c, &at, &r))
		return NULL;
	l->end = at;
	return conf_record_decode(&r, &l->rec) == 0 ? &l->rec : NULL;
}

static void
lines_free(struct lines *l)
{
	if (l == NULL)
		return;
	free(l->list);
	free(l);
}

/* False without memory. */
static bool
lines_load(const struct conf *c, struct lines *l)
{
	size_t at = 0, before = 0;
	struct conf_record r;

	for (; conf_next_record(c, &at, &r); before = at) {
		if (r.kind != RECORD_MATCH && r.kind != RECORD_TAGIF &&
		    r.kind != RECORD_BOOT && r.kind != RECORD_SERVICE)
			continue;
		if (grow_array(&l->list, &l->cap, l->n + 1, sizeof(*l->list)) ==
		    -1)
			return false;
		l->list[l->n++] = (struct line){ before, 0 };
	}
	return true;
}

/* Notes which lines are for the firmware of one architecture. */
static bool
lines_try(const struct conf *c, struct lines *l, size_t arch)
{
	const struct record *rec;
	size_t i;

	client_kind_begin(&l->client, client_kind_arch[arch], false);
	for (i = 0; i < l->n; i++)
		if ((rec = lines_get(c, l, i)) != NULL)
			client_kind_match(&l->client, rec);
	for (i = 0; i < l->n; i++)
		if ((rec = lines_get(c, l, i)) != NULL)
			client_kind_tagif(&l->client, rec);
	for (i = 0; i < l->n; i++) {
		if ((rec = lines_get(c, l, i)) == NULL)
			continue;
		if ((rec->kind == RECORD_BOOT &&
			client_kind_holds(
			    &l->client, &rec->u.boot.tags, false)) ||
		    (rec->kind == RECORD_SERVICE &&
			rec->u.service.arch == client_kind_arch[arch] &&
			client_kind_holds(
			    &l->client, &rec->u.service.tags, false)))
			l->list[i].archs |= 1U << arch;
	}
	return !l->client.full;
}

/* The kind of a file in a root that serves it, if it is not for the clients. */
static bool
file_misfits(const struct conf *c, const int roots[], const char *file,
    const struct image_rule *rule, uint32_t archs, enum arch_kind *kind,
    uint16_t *arch)
{
	bool misfit = false;
	size_t n;
	int fd;

	for (n = 0; n <= c->ntftp_roots && !misfit; n++) {
		if ((fd = boot_files_get(c, roots, n, file, rule)) == -1)
			continue;
		*kind = boot_files_kind(fd);
		misfit = client_kind_misfit(archs, *kind, arch);
		(void)close(fd);
	}
	return misfit;
}

static void
boot_line_check(const struct conf *c, struct lines *l, size_t line,
    const int roots[], const struct image_rule *rule, uint32_t *warnings)
{
	const struct record *rec = lines_get(c, l, line);
	uint32_t archs = l->list[line].archs;
	char file[RECORD_FILE_MAX], shown[4 * RECORD_FILE_MAX];
	enum arch_kind kind;
	uint16_t arch;

	/* A line for all architectures is the default for some of them. */
	if (rec == NULL || archs == 0 || archs == CLIENT_KIND_ALL ||
	    !boot_files_offers(c, rec, file) ||
	    !file_misfits(c, roots, file, rule, archs, &kind, &arch) ||
	    (*warnings)++ >= LOGGED_MAX)
		return;
	(void)log_escape(shown, sizeof(shown), file, strlen(file));
	log_at(LOG_WARNING, conf_log_place(c, conf_place_after(c, l->end)),
	    "%s %s: the file is a program for %s, but the line is for architecture %u (%s), which cannot boot from it; correct the file, or the architecture",
	    rec->kind == RECORD_BOOT ? "dhcp-boot" : "pxe-service", shown,
	    arch_kind_text(kind), arch, arch_name(arch));
}

void
boot_arch_check(
    const struct conf *c, const int roots[], const struct image_rule *rule)
{
	struct lines *l = calloc(1, sizeof(*l));
	uint32_t warnings = 0;
	bool known;
	size_t i;

	known = l != NULL && lines_load(c, l);
	for (i = 0; i < CLIENT_KIND_ARCHS && known; i++)
		known = lines_try(c, l, i);
	for (i = 0; known && i < l->n; i++)
		boot_line_check(c, l, i, roots, rule, &warnings);
	if (warnings > LOGGED_MAX)
		log_warnx(
		    "%u similar messages suppressed", warnings - LOGGED_MAX);
	lines_free(l);
}
