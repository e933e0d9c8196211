/* SPDX-License-Identifier: ISC */
/* Compares a process with the specification of its role, item by item. */
#include "command/confine_compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <cap-ng.h>

#include "command/confine_root.h"
#include "daemon/plural.h"
#include "daemon/record.h"

#define CAPS 64
#define ODD_MAX 3 /* descriptors that are named */
#define NS_OWN "own net, mnt, ipc, uts"

struct comparison {
	const struct confine_proc *procs;
	size_t n;
	const struct confine_proc *p;
	const struct confine_want *want;
};

const char *
confine_item_name(enum confine_item item)
{
	static const char *const names[CONFINE_ITEM_MAX] = {
		[CONFINE_PROGRAM] = "program",
		[CONFINE_USER] = "user",
		[CONFINE_ROOT] = "root",
		[CONFINE_NAMESPACES] = "namespaces",
		[CONFINE_CAPABILITIES] = "capabilities",
		[CONFINE_SECCOMP] = "seccomp",
		[CONFINE_NO_NEW_PRIVS] = "no-new-privs",
		[CONFINE_LANDLOCK] = "landlock",
		[CONFINE_LIMITS] = "limits",
		[CONFINE_DESCRIPTORS] = "descriptors",
		[CONFINE_THREADS] = "threads",
	};

	return names[item];
}

#define FOUND(r, ...) confine_say((r)->found, sizeof((r)->found), __VA_ARGS__)
#define EXPECTED(r, ...) \
	confine_say((r)->expected, sizeof((r)->expected), __VA_ARGS__)

static bool
is_role(const struct comparison *c)
{
	return c->want->who == CONFINE_ROLE;
}

static void
judge(struct confine_result *r, bool ok)
{
	r->verdict = ok ? CONFINE_OK : CONFINE_DIFFERS;
}

/* A layer that the configuration turns off is a difference, and named. */
static void
note_disabled(
    const struct comparison *c, uint8_t layer, struct confine_result *r)
{
	if ((c->want->layers_disabled & layer) != 0 &&
	    r->verdict == CONFINE_DIFFERS)
		FOUND(r, " (disabled by sandbox-disable)");
}

/* ------------------------------------------------------ program and user */

static void
compare_program(const struct comparison *c, struct confine_result *r)
{
	FOUND(r, "%s", c->p->exe);
	EXPECTED(r, "%s",
	    c->want->who == CONFINE_UNKNOWN ? "no process but those of pxeguard"
					    : "as installed");
	judge(r, c->want->who != CONFINE_UNKNOWN &&
		     c->p->exe_dev == c->want->exe_dev &&
		     c->p->exe_ino == c->want->exe_ino);
}

/* "uid 0", or all four where they differ. */
static bool
say_ids(struct confine_result *r, const char *what,
    const uint32_t ids[CONFINE_IDS], uint32_t want)
{
	bool same = true;
	int i;

	for (i = 1; i < CONFINE_IDS; i++)
		same = same && ids[i] == ids[0];
	if (same)
		FOUND(r, "%s %" PRIu32 ", ", what, ids[0]);
	else
		FOUND(r, "%s %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 ", ",
		    what, ids[0], ids[1], ids[2], ids[3]);
	return same && ids[0] == want;
}

static void
compare_user(const struct comparison *c, struct confine_result *r)
{
	const struct confine_status *s = &c->p->status;
	bool ok = say_ids(r, "uid", s->uid, c->want->uid);

	ok &= say_ids(r, "gid", s->gid, c->want->gid);
	if (s->ngroups == 0)
		FOUND(r, "no other group");
	else
		FOUND(r, "%" PRIu32 " other group%s", s->ngroups,
		    plural(s->ngroups));
	if (is_role(c)) {
		EXPECTED(r, "%s, no other group", c->want->user);
		judge(r, ok && s->ngroups == 0);
	} else if (c->want->who == CONFINE_PARENT) {
		EXPECTED(r, "root");
		judge(r, s->uid[0] == 0 && s->uid[1] == 0);
	}
}

/* ------------------------------------------------------------ namespaces */

/* Another process in the same namespace, the parent first; NULL: none. */
static const struct confine_proc *
ns_shared(const struct comparison *c, enum confine_ns ns)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (&c->procs[i] != c->p && !c->procs[i].ended &&
		    c->procs[i].ns[ns] == c->p->ns[ns])
			return &c->procs[i];
	return NULL;
}

static void
compare_namespaces(const struct comparison *c, struct confine_result *r)
{
	const struct confine_proc *with;
	bool own = true;
	int ns;

	if (c->want->who == CONFINE_PARENT || c->want->who == CONFINE_HELPER) {
		FOUND(r, "the host's");
		EXPECTED(r, "the host's");
		for (ns = 0; ns < CONFINE_NS_MAX; ns++)
			own &= c->p->ns[ns] == c->procs[0].ns[ns];
		judge(r, own);
		return;
	}
	for (ns = 0; ns < CONFINE_NS_MAX; ns++)
		own &= ns_shared(c, (enum confine_ns)ns) == NULL;
	if (own)
		FOUND(r, NS_OWN);
	for (ns = 0; !own && ns < CONFINE_NS_MAX; ns++) {
		with = ns_shared(c, (enum confine_ns)ns);
		FOUND(r, "%s%s", ns == 0 ? "" : ", ",
		    confine_ns_name((enum confine_ns)ns));
		if (with == &c->procs[0])
			FOUND(r, " the host's");
		else if (with != NULL)
			FOUND(r, " shared with process %d", with->pid);
		else
			FOUND(r, " own");
	}
	if (is_role(c)) {
		EXPECTED(r, NS_OWN);
		judge(r, own);
		note_disabled(c, RECORD_LAYER_NAMESPACES, r);
	}
}

/* ---------------------------------------------------------- capabilities */

static void
say_caps(char *dst, size_t size, uint64_t caps)
{
	const char *name;
	unsigned int cap, n = 0;

	for (cap = 0; cap < CAPS; cap++) {
		if ((caps >> cap & 1) == 0)
			continue;
		name = capng_capability_to_name(cap);
		if (n == 8) {
			confine_say(dst, size, " and more");
			return;
		}
		if (name != NULL)
			confine_say(dst, size, "%s%s", n == 0 ? "" : " ", name);
		else
			confine_say(dst, size, "%s%u", n == 0 ? "" : " ", cap);
		n++;
	}
	if (n == 0)
		confine_say(dst, size, "none");
}

static void
compare_capabilities(const struct comparison *c, struct confine_result *r)
{
	static const char *const names[CONFINE_CAP_MAX] = {
		[CONFINE_CAP_INHERITABLE] = "inheritable",
		[CONFINE_CAP_EFFECTIVE] = "effective",
		[CONFINE_CAP_AMBIENT] = "ambient",
	};
	const uint64_t *caps = c->p->status.cap;
	uint64_t held = caps[CONFINE_CAP_PERMITTED];
	int i;

	say_caps(r->found, sizeof(r->found), held);
	for (i = 0; i < CONFINE_CAP_MAX; i++) {
		if (names[i] == NULL ||
		    caps[i] == (i == CONFINE_CAP_EFFECTIVE ? held : 0))
			continue;
		FOUND(r, "; %s ", names[i]);
		say_caps(r->found, sizeof(r->found), caps[i]);
	}
	FOUND(r, "; bounding set ");
	if (caps[CONFINE_CAP_BOUNDING] == held && held != 0)
		FOUND(r, "the same");
	else
		say_caps(
		    r->found, sizeof(r->found), caps[CONFINE_CAP_BOUNDING]);
	if (c->want->who == CONFINE_UNKNOWN)
		return;
	say_caps(r->expected, sizeof(r->expected), c->want->caps);
	EXPECTED(r, "; bounding set ");
	say_caps(r->expected, sizeof(r->expected), c->want->bounding);
	if (c->want->who == CONFINE_HELPER)
		judge(r, (held & ~c->want->caps) == 0);
	else
		judge(r, held == c->want->caps &&
			     caps[CONFINE_CAP_EFFECTIVE] == held &&
			     caps[CONFINE_CAP_INHERITABLE] == 0 &&
			     caps[CONFINE_CAP_AMBIENT] == 0 &&
			     caps[CONFINE_CAP_BOUNDING] == c->want->bounding);
}

/* --------------------------------------------------- seccomp and the like */

static void
compare_seccomp(const struct comparison *c, struct confine_result *r)
{
	const struct confine_status *s = &c->p->status;
	const struct confine_status *parent = &c->procs[0].status;
	uint32_t own = s->filters - parent->filters;
	uint8_t layers = RECORD_LAYER_SECCOMP;
	bool ok = s->seccomp == 2;

	if (c->want->who == CONFINE_PARENT)
		layers |= RECORD_LAYER_PARENT_SECCOMP;

	if (!ok)
		FOUND(r, s->seccomp == 0 ? "none" : "strict mode");
	else if (!s->counted)
		FOUND(r, "filters, which this kernel does not count");
	else
		FOUND(
		    r, "%" PRIu32 " filter%s", s->filters, plural(s->filters));
	if (c->want->who == CONFINE_UNKNOWN)
		return;
	if (c->want->filters == 0)
		EXPECTED(r, "1 filter or more");
	else
		EXPECTED(r, "those of the parent and %" PRIu32 "%s of its own",
		    c->want->filters, c->want->filters_more ? " or more" : "");
	if (c->p == &c->procs[0])
		ok = ok && (!s->counted || s->filters >= 1);
	else if (s->counted)
		ok = ok && s->filters >= parent->filters &&
		     (own == c->want->filters ||
			 (own > c->want->filters && c->want->filters_more));
	/* A container may have a filter of its own. */
	if ((c->want->layers_disabled & layers) != 0)
		ok = false;
	judge(r, ok);
	note_disabled(c, layers, r);
}

static void
compare_no_new_privs(const struct comparison *c, struct confine_result *r)
{
	const struct confine_proc *p = c->p;
	bool set = p->status.no_new_privs == 1;

	FOUND(r, set ? "set" : "not set");
	/* The files of a process of root belong to root in any case. */
	if (p->status.uid[1] != 0)
		FOUND(r, p->undumpable ? "; not dumpable" : "; dumpable");
	if (is_role(c)) {
		EXPECTED(r, "set; not dumpable");
		judge(r, set && p->undumpable);
	} else if (c->want->who == CONFINE_PARENT) {
		EXPECTED(r, "not set, as roles start with more rights");
		judge(r, !set);
	}
}

static void
compare_landlock(const struct comparison *c, struct confine_result *r)
{
	if (!is_role(c)) {
		FOUND(r, "not used");
		return;
	}
	EXPECTED(r, "required at the start");
	if ((c->want->layers_disabled & RECORD_LAYER_LANDLOCK) != 0) {
		FOUND(r, "none (disabled by sandbox-disable)");
		judge(r, false);
		return;
	}
	FOUND(r, "required at the start; /proc does not show it");
	r->verdict = CONFINE_HIDDEN;
}

static void
compare_threads(const struct comparison *c, struct confine_result *r)
{
	FOUND(r, "%" PRIu32, c->p->status.threads);
	if (c->want->who == CONFINE_UNKNOWN)
		return;
	/* Only the first thread is compared. */
	EXPECTED(r, "1");
	judge(r, c->p->status.threads == 1);
}

/* ---------------------------------------------------------------- limits */

static void
say_limit(struct confine_result *r, uint64_t limit)
{
	if (limit == CONFINE_UNLIMITED)
		FOUND(r, "unlimited");
	else
		FOUND(r, "%" PRIu64, limit);
}

static void
compare_limits(const struct comparison *c, struct confine_result *r)
{
	static const char *const names[CONFINE_LIMIT_MAX] = { "nofile", "nproc",
		"core", "fsize", "memlock", "msgqueue" };
	const struct confine_limits *l = &c->p->limits;
	bool ok = l->soft[CONFINE_NOFILE] == l->hard[CONFINE_NOFILE] &&
		  l->hard[CONFINE_NOFILE] <= c->want->nofile;
	int i;

	for (i = 0; i < CONFINE_LIMIT_MAX; i++) {
		FOUND(r, "%s%s ", i == 0 ? "" : ", ", names[i]);
		say_limit(r, l->soft[i]);
		if (l->hard[i] != l->soft[i]) {
			FOUND(r, "/");
			say_limit(r, l->hard[i]);
		}
		if (i == CONFINE_NOFILE && is_role(c) && !ok)
			FOUND(r, " (the configuration needs %" PRIu32 ")",
			    c->want->nofile);
		if (i != CONFINE_NOFILE &&
		    (i != CONFINE_FSIZE || c->want->no_file))
			ok = ok && l->soft[i] == 0 && l->hard[i] == 0;
	}
	if (!is_role(c))
		return;
	EXPECTED(r,
	    "nofile as needed, nproc 0, core 0, %smemlock 0, msgqueue 0",
	    c->want->no_file ? "fsize 0, " : "");
	judge(r, ok);
}

/* ----------------------------------------------------------- descriptors */

static bool
fd_belongs(const struct comparison *c, const struct confine_fd_entry *e)
{
	if ((c->want->fds & CONFINE_FD_BIT(e->kind)) == 0)
		return false;
	/* Standard input, output and error; others may be open for a moment. */
	if (e->kind == CONFINE_FD_NULL)
		return e->number <= 2 || c->want->who != CONFINE_ROLE;
	if (e->kind == CONFINE_FD_FOLDER)
		return e->place == CONFINE_OWN || c->want->fds_host;
	if (e->kind == CONFINE_FD_FILE)
		return e->place != CONFINE_HOST || c->want->fds_host;
	return true;
}

static void
say_odd(const struct comparison *c, struct confine_result *r)
{
	const struct confine_fd_entry *e;
	uint32_t odd = 0;
	size_t i;

	for (i = 0; i < c->p->nfds; i++) {
		e = &c->p->fds[i];
		if (fd_belongs(c, e))
			continue;
		if (++odd > ODD_MAX)
			continue;
		FOUND(r, "%s%" PRIu32 " %s%s",
		    odd == 1 ? "; not of this role: " : ", ", e->number,
		    e->name,
		    e->place == CONFINE_HOST ? " (in the host's tree)" : "");
	}
	if (odd > ODD_MAX)
		FOUND(r, " and %" PRIu32 " more", odd - ODD_MAX);
	judge(r, odd == 0);
}

static void
compare_descriptors(const struct comparison *c, struct confine_result *r)
{
	uint32_t count[CONFINE_FD_MAX] = { 0 };
	bool first = true;
	size_t i;
	int kind;

	for (i = 0; i < c->p->nfds; i++)
		count[c->p->fds[i].kind]++;
	for (kind = 0; kind < CONFINE_FD_MAX; kind++) {
		if (count[kind] == 0)
			continue;
		FOUND(r, "%s%" PRIu32 " %s", first ? "" : ", ", count[kind],
		    confine_fd_name((enum confine_fd)kind));
		first = false;
	}
	if (first)
		FOUND(r, "none");
	if (!is_role(c))
		return;
	for (kind = 0; kind < CONFINE_FD_MAX; kind++)
		if (c->want->fds & CONFINE_FD_BIT(kind))
			EXPECTED(r, "%s%s", r->expected[0] == '\0' ? "" : ", ",
			    confine_fd_name((enum confine_fd)kind));
	say_odd(c, r);
}

/* ------------------------------------------------------------------ root */

static void
compare_root(const struct comparison *c, struct confine_result *r)
{
	const struct confine_want *want = c->want;
	bool ok;

	if (want->who == CONFINE_ROLE) {
		confine_root_expected(
		    want->root, r->expected, sizeof(r->expected));
		if (c->p->ns[CONFINE_NS_MNT] ==
		    c->procs[0].ns[CONFINE_NS_MNT]) {
			FOUND(r, "%s in the host's tree", c->p->root);
			judge(r, false);
		} else {
			judge(r, confine_root(c->p, &c->procs[0].mounts, want,
				     r->found, sizeof(r->found)));
		}
		note_disabled(c, RECORD_LAYER_NAMESPACES, r);
		return;
	}
	ok = c->p->ns[CONFINE_NS_MNT] == c->procs[0].ns[CONFINE_NS_MNT];
	FOUND(r, ok ? "the host's" : "of its own mount namespace");
	if (want->who == CONFINE_UNKNOWN)
		return;
	EXPECTED(r, "the host's");
	judge(r, ok);
}

int
confine_compare(const struct confine_proc *procs, size_t n, size_t which,
    const struct confine_want *want,
    struct confine_result results[CONFINE_ITEM_MAX])
{
	static void (*const compare[CONFINE_ITEM_MAX])(
	    const struct comparison *, struct confine_result *) = {
		[CONFINE_PROGRAM] = compare_program,
		[CONFINE_USER] = compare_user,
		[CONFINE_ROOT] = compare_root,
		[CONFINE_NAMESPACES] = compare_namespaces,
		[CONFINE_CAPABILITIES] = compare_capabilities,
		[CONFINE_SECCOMP] = compare_seccomp,
		[CONFINE_NO_NEW_PRIVS] = compare_no_new_privs,
		[CONFINE_LANDLOCK] = compare_landlock,
		[CONFINE_LIMITS] = compare_limits,
		[CONFINE_DESCRIPTORS] = compare_descriptors,
		[CONFINE_THREADS] = compare_threads,
	};
	const struct comparison c = { procs, n, &procs[which], want };
	int i, differences = 0;

	memset(results, 0, CONFINE_ITEM_MAX * sizeof(*results));
	for (i = 0; i < CONFINE_ITEM_MAX; i++) {
		results[i].verdict = CONFINE_NOT_COMPARED;
		compare[i](&c, &results[i]);
		differences += results[i].verdict == CONFINE_DIFFERS;
	}
	return differences;
}
