/* SPDX-License-Identifier: ISC */
/* Reads what /proc says of a process, with a limit for each text. */
#include "command/confine_read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "daemon/grow.h"
#include "daemon/printable.h"

/* Bytes of a text; longer ones are an error. */
#define STATUS_MAX 65536 /* of one with 4,000 groups */
#define LIMITS_MAX 8192
#define MOUNTINFO_MAX (16 * 1024 * 1024)
#define FDINFO_MAX 512 /* of a descriptor only the first lines are read */
#define MOUNTS_MAX 100000
#define NULL_MAJOR 1
#define NULL_MINOR 3

static const char *const ns_names[CONFINE_NS_MAX] = {
	[CONFINE_NS_NET] = "net",
	[CONFINE_NS_MNT] = "mnt",
	[CONFINE_NS_IPC] = "ipc",
	[CONFINE_NS_UTS] = "uts",
};

const char *
confine_ns_name(enum confine_ns ns)
{
	return ns_names[ns];
}

/* ----------------------------------------------------------------- texts */

static ssize_t
read_full(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, buf + len, size - len);
		if (n > 0)
			len += (size_t)n;
	} while (len < size && (n > 0 || (n == -1 && errno == EINTR)));
	return n == -1 ? -1 : (ssize_t)len;
}

/*
 * A text of the folder of a process of at most max - 1 bytes, for the caller to
 * free; NULL with errno: EFBIG if it is longer, EBADMSG if it contains a NUL.
 */
static char *
proc_text(int dir, const char *name, size_t max)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY), e = 0;
	size_t size = 4096;
	char *text = NULL, *grown;
	ssize_t n = 0;

	if (fd == -1)
		return NULL;
	/* /proc makes the text anew for each reader, so it is read at once. */
	do {
		size = text == NULL ? size : size * 4;
		if (size > max)
			size = max;
		if ((grown = realloc(text, size)) == NULL) {
			e = ENOMEM;
			break;
		}
		text = grown;
		if (lseek(fd, 0, SEEK_SET) == -1 ||
		    (n = read_full(fd, text, size)) == -1)
			e = errno;
	} while (e == 0 && (size_t)n == size && size < max);
	(void)close(fd);
	if (e == 0 && (size_t)n == size)
		e = EFBIG;
	if (e == 0 && memchr(text, '\0', (size_t)n) != NULL)
		e = EBADMSG;
	if (e != 0) {
		free(text);
		errno = e;
		return NULL;
	}
	text[n] = '\0';
	return text;
}

/* A link, printable; -1 with errno. */
static int
link_read(int dir, const char *name, char *dst, size_t size)
{
	char raw[PATH_MAX + 1];
	ssize_t n = readlinkat(dir, name, raw, sizeof(raw) - 1);

	if (n == -1)
		return -1;
	raw[n] = '\0';
	(void)printable(dst, size, raw);
	return 0;
}

int
confine_status_read(int dir, struct confine_status *s)
{
	char *text = proc_text(dir, "status", STATUS_MAX);
	bool ok;

	if (text == NULL)
		return -1;
	ok = confine_status_parse(s, text);
	free(text);
	if (ok && s->state != 'Z' && s->state != 'X')
		return 0;
	errno = ok ? ESRCH : EBADMSG;
	return -1;
}

static int
status_read(struct confine_proc *p, int dir)
{
	struct stat st;

	/* Such a file belongs to root then, else to the user of the process. */
	if (confine_status_read(dir, &p->status) == -1 ||
	    fstatat(dir, "status", &st, 0) == -1)
		return -1;
	p->undumpable = st.st_uid != p->status.uid[1];
	return 0;
}

static int
limits_read(struct confine_proc *p, int dir)
{
	char *text = proc_text(dir, "limits", LIMITS_MAX);
	bool ok;

	if (text == NULL)
		return -1;
	ok = confine_limits_parse(&p->limits, text);
	free(text);
	errno = EBADMSG;
	return ok ? 0 : -1;
}

static int
namespaces_read(struct confine_proc *p, int dir)
{
	char name[16], link[64];
	int i;

	for (i = 0; i < CONFINE_NS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "ns/%s", ns_names[i]);
		if (link_read(dir, name, link, sizeof(link)) == -1)
			return -1;
		if (!confine_ns_parse(link, ns_names[i], &p->ns[i])) {
			errno = EBADMSG;
			return -1;
		}
	}
	return 0;
}

static int
program_read(struct confine_proc *p, int dir)
{
	struct statx st;

	if (link_read(dir, "exe", p->exe, sizeof(p->exe)) == -1 ||
	    statx(dir, "exe", AT_STATX_DONT_SYNC, STATX_INO, &st) == -1)
		return -1;
	p->exe_dev = makedev(st.stx_dev_major, st.stx_dev_minor);
	p->exe_ino = st.stx_ino;
	return 0;
}

/* ---------------------------------------------------------------- mounts */

static int
mounts_read(struct confine_proc *p, int dir)
{
	struct confine_mounts *m = &p->mounts;
	struct confine_mount one;
	size_t cap = 0;
	char *text;
	int r;

	if ((m->text = proc_text(dir, "mountinfo", MOUNTINFO_MAX)) == NULL)
		return -1;
	for (text = m->text; (r = confine_mount_next(&one, &text)) == 1;) {
		if (m->n == MOUNTS_MAX) {
			errno = EFBIG;
			return -1;
		}
		if (grow_array(&m->list, &cap, m->n + 1, sizeof(*m->list)) ==
		    -1)
			return -1;
		m->list[m->n++] = one;
	}
	errno = EBADMSG;
	return r;
}

static bool
mounts_have(const struct confine_mounts *m, uint32_t id)
{
	size_t i;

	for (i = 0; m != NULL && i < m->n; i++)
		if (m->list[i].id == id)
			return true;
	return false;
}

/* Whether the root is a read-only tmpfs, which no file server can delay. */
static bool
root_in_memory(const struct confine_mounts *m)
{
	size_t i, n = 0;
	bool good = false;

	for (i = 0; i < m->n; i++)
		if (strcmp(m->list[i].point, "/") == 0) {
			n++;
			good = strcmp(m->list[i].type, "tmpfs") == 0 &&
			       (m->list[i].flags & CONFINE_RO) != 0;
		}
	return n == 1 && good;
}

static DIR *
folder_open(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);

	if (d == NULL && fd != -1)
		(void)close(fd);
	return d;
}

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int
root_read(struct confine_proc *p, int dir)
{
	struct dirent *e;
	DIR *d;

	if (link_read(dir, "root", p->root, sizeof(p->root)) == -1)
		return -1;
	if (!root_in_memory(&p->mounts))
		return 0;
	if ((d = folder_open(dir, "root/")) == NULL)
		return -1;
	while (
	    p->root_names < CONFINE_ROOT_NAMES_MAX && (e = readdir(d)) != NULL)
		if (!is_dots(e->d_name))
			p->root_names++;
	(void)closedir(d);
	return 0;
}

/* ----------------------------------------------------------- descriptors */

/* Where the file of a descriptor is mounted; -1 with errno. */
static int
fd_mount(int dir, const char *number, uint32_t *mount)
{
	char name[32], text[FDINFO_MAX];
	ssize_t n = -1;
	int fd;

	(void)snprintf(name, sizeof(name), "fdinfo/%s", number);
	if ((fd = openat(dir, name, O_RDONLY | O_CLOEXEC)) != -1) {
		n = read(fd, text, sizeof(text) - 1);
		(void)close(fd);
	}
	if (n == -1)
		return -1;
	text[n] = '\0';
	if (confine_fdinfo_parse(text, mount))
		return 0;
	errno = n == 0 ? ENOENT : EBADMSG;
	return -1;
}

static const char *
socket_protocol(int dir, const char *name, char dst[32])
{
	char path[64];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", dir, name);
	n = getxattr(path, "system.sockprotoname", dst, 31);
	dst[n > 0 ? n : 0] = '\0';
	return dst;
}

/* 0, 1: the descriptor was closed, or -1 with errno. */
static int
fd_read(struct confine_fd_entry *e, int dir, const char *number,
    const struct confine_mounts *own, const struct confine_mounts *host)
{
	char name[32], link[PATH_MAX + 1], protocol[32] = "";
	struct confine_fd_look look = { .link = link, .protocol = protocol };
	uint32_t mount;
	struct statx st;
	ssize_t n;

	(void)snprintf(name, sizeof(name), "fd/%s", number);
	e->number = (uint32_t)strtoul(number, NULL, 10);
	n = readlinkat(dir, name, link, sizeof(link) - 1);
	if (n == -1 ||
	    statx(dir, name, AT_STATX_DONT_SYNC, STATX_TYPE, &st) == -1 ||
	    fd_mount(dir, number, &mount) == -1)
		return errno == ENOENT ? 1 : -1;
	link[n] = '\0';
	e->place = mounts_have(own, mount)    ? CONFINE_OWN
		   : mounts_have(host, mount) ? CONFINE_HOST
					      : CONFINE_NOWHERE;
	look.mode = st.stx_mode;
	look.null =
	    st.stx_rdev_major == NULL_MAJOR && st.stx_rdev_minor == NULL_MINOR;
	look.nowhere = e->place == CONFINE_NOWHERE;
	if (S_ISSOCK(look.mode))
		(void)socket_protocol(dir, name, protocol);
	e->kind = (uint8_t)confine_fd_kind(&look);
	(void)printable(e->name, sizeof(e->name),
	    S_ISSOCK(look.mode) && protocol[0] != '\0' ? protocol : link);
	return 0;
}

static int
fds_list(
    struct confine_proc *p, int dir, DIR *d, const struct confine_mounts *host)
{
	struct dirent *entry;
	size_t cap = 0;
	int r;

	while ((entry = readdir(d)) != NULL) {
		if (is_dots(entry->d_name) || strlen(entry->d_name) > 10)
			continue;
		if (p->nfds == CONFINE_FDS_MAX) {
			errno = EFBIG;
			return -1;
		}
		if (grow_array(&p->fds, &cap, p->nfds + 1, sizeof(*p->fds)) ==
		    -1)
			return -1;
		r = fd_read(
		    &p->fds[p->nfds], dir, entry->d_name, &p->mounts, host);
		if (r == -1)
			return -1;
		p->nfds += r == 0;
	}
	return 0;
}

static int
fds_read(struct confine_proc *p, int dir, const struct confine_mounts *host)
{
	DIR *d = folder_open(dir, "fd");
	int r, e;

	if (d == NULL)
		return -1;
	r = fds_list(p, dir, d, host);
	e = errno;
	(void)closedir(d);
	errno = e;
	return r;
}

/* --------------------------------------------------------------- process */

static int
process_read(struct confine_proc *p, int dir, const struct confine_mounts *host,
    const char **what)
{
	static const struct {
		const char *what;
		int (*read)(struct confine_proc *, int dir);
	} parts[] = {
		{ "status", status_read },
		{ "limits", limits_read },
		{ "exe", program_read },
		{ "ns", namespaces_read },
		{ "mountinfo", mounts_read },
		{ "root", root_read },
	};
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		*what = parts[i].what;
		if (parts[i].read(p, dir) == -1)
			return -1;
	}
	*what = "fd";
	return fds_read(p, dir, host);
}

int
confine_proc_open(pid_t pid)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/%d", pid);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

enum confine_read
confine_read(struct confine_proc *p, pid_t pid,
    const struct confine_mounts *host, const char **what)
{
	struct confine_status again;
	int dir = confine_proc_open(pid), r = -1, e = errno;

	memset(p, 0, sizeof(*p));
	p->pid = pid;
	*what = "";
	if (dir != -1) {
		r = process_read(p, dir, host, what);
		e = errno;
		/* Of a process that ends, some files are empty or refused. */
		if (confine_status_read(dir, &again) == -1)
			p->ended = errno == ESRCH || errno == EBADMSG;
		(void)close(dir);
	}
	errno = e;
	if (dir == -1)
		p->ended = e == ENOENT || e == ESRCH;
	if (p->ended)
		return CONFINE_READ_ENDED;
	return r == 0 ? CONFINE_READ_OK : CONFINE_READ_FAILED;
}

void
confine_free(struct confine_proc *p)
{
	free(p->mounts.text);
	free(p->mounts.list);
	free(p->fds);
	memset(p, 0, sizeof(*p));
}
