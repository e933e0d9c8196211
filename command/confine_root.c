/* SPDX-License-Identifier: ISC */
/* Compares the mounts of a role with the folders of its specification. */
#include "command/confine_root.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/printable.h"

#define SHOWN_MAX 6 /* mounts */
#define NAME_MAX_SHOWN 200 /* bytes of a path */

#define FLAGS_READ \
	(CONFINE_RO | CONFINE_NOSUID | CONFINE_NODEV | CONFINE_NOEXEC)
#define FLAGS_WRITE \
	(CONFINE_NOSUID | CONFINE_NODEV | CONFINE_NOEXEC | CONFINE_NOSYMFOLLOW)

struct view {
	const struct confine_proc *p;
	const struct confine_mounts *host;
	const struct confine_want *want;
	char *dst;
	size_t size;
	size_t shown;
	uint32_t folders; /* numbers of folders that are there, as bits */
	size_t tops; /* mounts at "/" */
};

void
confine_say(char *dst, size_t size, const char *fmt, ...)
{
	size_t len = strlen(dst);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(dst + len, size - len, fmt, ap);
	va_end(ap);
}

static uint32_t
flags_wanted(enum sandbox_root root)
{
	return root == SANDBOX_ROOT_WRITE ? FLAGS_WRITE : FLAGS_READ;
}

static void
say_flags(char *dst, size_t size, uint32_t flags)
{
	size_t i;

	if ((flags & CONFINE_RO) == 0)
		confine_say(dst, size, " rw");
	for (i = 0; i < CONFINE_MOUNT_FLAGS; i++)
		if (flags >> i & 1)
			confine_say(dst, size, " %s", confine_mount_flags[i]);
}

void
confine_root_expected(enum sandbox_root root, char *dst, size_t size)
{
	static const char *const what[SANDBOX_ROOT_MAX] = {
		[SANDBOX_ROOT_EMPTY] = "empty:",
		[SANDBOX_ROOT_READ] = "tftp-root alone:",
		[SANDBOX_ROOT_WRITE] = "the folder of the leases alone:",
	};

	confine_say(dst, size, "%s", what[root]);
	say_flags(dst, size, flags_wanted(root));
}

/*
 * Finds the path of a mounted folder on the host: the wanted one if it is among
 * its paths, otherwise the first.  Returns whether it is the wanted one.
 */
static bool
name_for_host(const struct view *v, const struct confine_mount *m,
    const char *wanted, char *dst, size_t size)
{
	char path[PATH_MAX];
	bool found = false;
	size_t i;

	(void)snprintf(dst, size, "a folder of no mount of the host");
	for (i = 0; i < v->host->n; i++) {
		if (!confine_mount_maps(
			&v->host->list[i], m, path, sizeof(path)))
			continue;
		if (!found || strcmp(path, wanted) == 0)
			(void)printable(dst, size, path);
		found = true;
		if (strcmp(path, wanted) == 0)
			return true;
	}
	return false;
}

/* The number in "/0" to "/15"; -1: it is not one. */
static int
folder_number(const char *point)
{
	int n = 0, digits = 0;

	while (*++point >= '0' && *point <= '9' && digits++ < 2)
		n = n * 10 + (*point - '0');
	return digits > 0 && *point == '\0' && n < SANDBOX_ROOTS_MAX ? n : -1;
}

static void
say_mount(struct view *v, const struct confine_mount *m, const char *name)
{
	char point[NAME_MAX_SHOWN];

	if (v->shown++ >= SHOWN_MAX)
		return;
	if (v->shown > 1)
		confine_say(v->dst, v->size, "; ");
	if (strcmp(m->point, "/") != 0)
		confine_say(v->dst, v->size, "%s is ",
		    printable(point, sizeof(point), m->point));
	confine_say(v->dst, v->size, "%s:", name);
	say_flags(v->dst, v->size, m->flags);
}

/* What is mounted at "/". */
static bool
check_top(struct view *v, const struct confine_mount *m)
{
	bool writes = v->want->root == SANDBOX_ROOT_WRITE, ok;
	char name[NAME_MAX_SHOWN];

	v->tops++;
	if (writes || strcmp(m->type, "tmpfs") != 0 ||
	    (m->flags & CONFINE_RO) == 0) {
		ok = name_for_host(v, m, writes ? v->want->roots[0] : "", name,
			 sizeof(name)) &&
		     writes;
		say_mount(v, m, name);
		return ok;
	}
	/* Beside the empty folders that something is mounted on. */
	ok = v->p->root_names == v->want->nroots;
	if (v->want->root == SANDBOX_ROOT_READ && ok)
		return true;
	(void)snprintf(name, sizeof(name),
	    v->p->root_names == 0 ? "empty" : "in memory, names in it: %u",
	    v->p->root_names);
	say_mount(v, m, name);
	return ok;
}

static bool
check_mount(struct view *v, const struct confine_mount *m)
{
	uint32_t wanted = flags_wanted(v->want->root);
	bool ok = (m->flags & wanted) == wanted, right = false;
	char name[NAME_MAX_SHOWN];
	int n;

	if (strcmp(m->point, "/") == 0)
		return check_top(v, m) && ok;
	n = folder_number(m->point);
	if (v->want->root == SANDBOX_ROOT_READ && n >= 0 &&
	    n < v->want->nroots) {
		right =
		    name_for_host(v, m, v->want->roots[n], name, sizeof(name));
		v->folders |= UINT32_C(1) << n;
	} else {
		(void)name_for_host(v, m, "", name, sizeof(name));
		/* What is mounted below a folder comes with it. */
		right = v->want->root != SANDBOX_ROOT_EMPTY;
		if (v->want->root == SANDBOX_ROOT_READ)
			right = n == -1 && v->folders != 0;
	}
	say_mount(v, m, name);
	return ok && right;
}

/* All folders that are configured are there. */
static bool
folders_complete(const struct view *v)
{
	uint8_t n;

	if (v->want->root != SANDBOX_ROOT_READ)
		return true;
	for (n = 0; n < v->want->nroots; n++)
		if (((v->folders >> n & 1) != 0) !=
		    (v->want->roots[n][0] != '\0'))
			return false;
	return true;
}

bool
confine_root(const struct confine_proc *p, const struct confine_mounts *host,
    const struct confine_want *want, char *dst, size_t size)
{
	struct view v = { p, host, want, dst, size, 0, 0, 0 };
	bool ok = true;
	size_t i;

	for (i = 0; i < p->mounts.n; i++)
		if (!check_mount(&v, &p->mounts.list[i]))
			ok = false;
	if (v.shown > SHOWN_MAX)
		confine_say(dst, size, "; and %zu more", v.shown - SHOWN_MAX);
	if (v.shown == 0)
		confine_say(dst, size, "%s",
		    p->mounts.n == 0 ? "no mount" : "empty folders in memory");
	return ok && v.tops == 1 && folders_complete(&v);
}
