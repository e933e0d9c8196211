/* SPDX-License-Identifier: ISC */
/* Finds, checks and opens the public keys of a configuration. */
#include "priv/verify_keys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/grow.h"
#include "daemon/open_error.h"
#include "daemon/sort.h"
#include "priv/conf_opener.h"

#define ENDING ".pub" /* of the keys in a folder */

/* The keys that are opened. */
struct opening {
	struct conf *c;
	struct log_place at; /* the line */
	const char *path; /* of the line */
	int limit_ms;
	bool failed;
};

/* The names in a folder. */
struct names {
	char **v;
	size_t n, cap;
};

__attribute__((format(printf, 3, 4))) static void
key_wrong(struct opening *o, const char *path, const char *fmt, ...)
{
	char text[LOG_LINE_MAX / 2], shown[LOG_LINE_MAX / 2];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_at(LOG_ERR, o->at, "verify-key %s: %s",
	    log_escape(shown, sizeof(shown), path, strlen(path)), text);
	o->failed = true;
}

/* Whether only root can change what was opened. */
static bool
key_owned(struct opening *o, const char *path, int fd)
{
	struct stat st;
	unsigned int mode;

	if (fstat(fd, &st) == -1) {
		key_wrong(o, path, "%s", strerror(errno));
		return false;
	}
	mode = st.st_mode & 07777;
	if (st.st_uid != 0)
		key_wrong(o, path,
		    "belongs to user %u, who could replace it; chown root it",
		    st.st_uid);
	else if ((mode & (S_IWGRP | S_IWOTH)) != 0)
		key_wrong(o, path,
		    "mode %04o lets others than root write; chmod go-w it",
		    mode);
	else
		return true;
	return false;
}

/* Keeps a key that was opened, or closes it and says what is wrong. */
static void
key_keep(struct opening *o, const char *path, int fd)
{
	struct conf *c = o->c;

	if (!key_owned(o, path, fd)) {
		(void)close(fd);
		return;
	}
	if (c->nkeys == VERIFY_KEYS_MAX) {
		key_wrong(
		    o, path, "more than %d keys; remove some", VERIFY_KEYS_MAX);
	} else if (grow_array(&c->keys, &c->keys_cap, c->nkeys + 1,
		       sizeof(*c->keys)) == -1 ||
		   (c->keys[c->nkeys].path = strdup(path)) == NULL) {
		key_wrong(o, path, "out of memory");
	} else {
		c->keys[c->nkeys++].fd = fd;
		return;
	}
	(void)close(fd);
}

static void
key_failed(struct opening *o, const char *path, int error)
{
	key_wrong(o, path, "%s%s", open_error_text(error),
	    error == ENOENT ? "; write the path of a public key, or of a "
			      "folder of them"
			    : "");
}

/* In a folder, what is not a regular file is no key. */
static void
key_open_in(struct opening *o, const char *name)
{
	char path[RECORD_PATH_MAX + NAME_MAX + 2];
	int fd, error;

	(void)snprintf(path, sizeof(path), "%s/%s", o->path, name);
	if (strlen(path) >= RECORD_PATH_MAX) {
		key_wrong(o, path, "the path is too long");
		return;
	}
	fd = conf_opener_open(path, false, o->limit_ms, &error);
	if (fd == -1)
		key_failed(o, path, error);
	else
		key_keep(o, path, fd);
}

static bool
is_key_name(const char *name)
{
	size_t n = strlen(name), end = strlen(ENDING);

	return name[0] != '.' && n > end && strcmp(name + n - end, ENDING) == 0;
}

static int
key_names_add(struct names *l, const char *name)
{
	if (l->n == VERIFY_KEYS_MAX)
		return E2BIG;
	if (grow_array(&l->v, &l->cap, l->n + 1, sizeof(*l->v)) == -1 ||
	    (l->v[l->n] = strdup(name)) == NULL)
		return ENOMEM;
	l->n++;
	return 0;
}

/* readdir(3) would need calls that the parent is not allowed. */
static int
names_read(int fd, struct names *l)
{
	char buf[16384];
	struct dirent64 e;
	ssize_t len, at;
	int error = 0;

	while ((len = getdents64(fd, buf, sizeof(buf))) > 0)
		for (at = 0; at < len && error == 0; at += e.d_reclen) {
			const char *name =
			    buf + at + offsetof(struct dirent64, d_name);

			/* The buffer is not aligned for the header. */
			memcpy(&e, buf + at, offsetof(struct dirent64, d_name));
			if (is_key_name(name))
				error = key_names_add(l, name);
		}
	return error != 0 ? error : len == -1 ? errno : 0;
}

static int
key_names_compare(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

static void
folder_keys(struct opening *o, int fd)
{
	struct names l = { NULL, 0, 0 };
	int error = names_read(fd, &l);
	size_t i;

	if (error != 0)
		key_wrong(o, o->path, "%s",
		    error == E2BIG ? "too many keys in this folder"
				   : strerror(error));
	else if (l.n == 0)
		key_wrong(o, o->path,
		    "no key in this folder; their names end in " ENDING);
	if (l.n > 0)
		sort_array(l.v, l.n, sizeof(*l.v), key_names_compare);
	for (i = 0; i < l.n; i++) {
		if (error == 0)
			key_open_in(o, l.v[i]);
		free(l.v[i]);
	}
	free(l.v);
}

static void
line_keys(struct opening *o)
{
	int error, fd;

	fd = conf_opener_open(o->path, false, o->limit_ms, &error);
	if (fd != -1) {
		key_keep(o, o->path, fd);
		return;
	}
	if (error == EISDIR)
		fd = conf_opener_open(o->path, true, o->limit_ms, &error);
	if (fd == -1) {
		key_failed(o, o->path, error);
		return;
	}
	if (key_owned(o, o->path, fd))
		folder_keys(o, fd);
	(void)close(fd);
}

int
verify_keys_open(struct conf *c, int limit_ms)
{
	struct opening o = { .c = c, .limit_ms = limit_ms };
	struct conf_record r;
	struct record rec;
	size_t at = 0, lines = 0;

	if (c->verify.mode == RECORD_VERIFY_OFF)
		return 0;
	while (conf_next_record(c, &at, &r)) {
		if (r.kind != RECORD_VERIFY_KEY)
			continue;
		if (conf_record_decode(&r, &rec) == -1)
			return -1;
		o.path = rec.u.verify_key.path;
		o.at = conf_log_place(c, conf_place_after(c, at));
		/* confd has a limit, too, but may have been taken over. */
		if (lines++ == RECORD_VERIFY_KEYS_MAX) {
			key_wrong(&o, o.path, "more than %d lines of it",
			    RECORD_VERIFY_KEYS_MAX);
			break;
		}
		line_keys(&o);
	}
	conf_opener_end();
	return o.failed ? -1 : 0;
}

void
verify_keys_advise(const struct conf *c)
{
	if (c->verify.mode != RECORD_VERIFY_OFF)
		log_notice(
		    "signatures are not checked here; 'pxeguard-sign verify -q -p KEY TREE' checks them, with verify-key and tftp-root of the configuration");
}

int
verify_keys_share(struct conf *c, const struct conf *from)
{
	size_t i;

	if (from->nkeys == 0)
		return 0;
	if (grow_array(&c->keys, &c->keys_cap, from->nkeys, sizeof(*c->keys)) ==
	    -1)
		return -1;
	for (i = 0; i < from->nkeys; i++) {
		struct conf_key *k = &c->keys[i];

		k->fd = fcntl(from->keys[i].fd, F_DUPFD_CLOEXEC, 0);
		if (k->fd == -1)
			return -1;
		if ((k->path = strdup(from->keys[i].path)) == NULL) {
			(void)close(k->fd);
			return -1;
		}
		c->nkeys++;
	}
	return 0;
}

void
verify_keys_free(struct conf *c)
{
	while (c->nkeys > 0) {
		c->nkeys--;
		free(c->keys[c->nkeys].path);
		(void)close(c->keys[c->nkeys].fd);
	}
	free(c->keys);
	c->keys = NULL;
	c->keys_cap = 0;
}
