/* SPDX-License-Identifier: ISC */
/* Finds the dnsmasq that runs, in /proc. */
#include "command/dnsmasq_find.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/capability.h>

#include "command/confine_text.h"
#include "command/dnsmasq_text.h"
#include "daemon/log.h"
#include "priv/proc.h"

#define PROGRAM "dnsmasq"
#define DEFAULTS "/etc/default/dnsmasq"
#define FOUND_MAX 64 /* processes that are looked at */

struct found {
	pid_t pid, parent;
	char unit[DNSMASQ_UNIT_MAX];
};

static bool
program_is_dnsmasq(pid_t pid)
{
	static const char upgraded[] = " (deleted)";
	char path[4096], *name, *end;

	if (!proc_link(pid, "exe", path, sizeof(path)) ||
	    (name = strrchr(path, '/')) == NULL)
		return false;
	end = name + strlen(name) - (sizeof(upgraded) - 1);
	if (end > name && strcmp(end, upgraded) == 0)
		*end = '\0';
	return strcmp(name + 1, PROGRAM) == 0;
}

/*
 * Any user can start a program of this name with any configuration.  A dnsmasq
 * that serves DHCP has a capability that only root can give.
 */
static bool
process_look(pid_t pid, struct found *f)
{
	struct confine_status s;
	char text[8192];

	if (!program_is_dnsmasq(pid) || !proc_shares(pid, "ns/net") ||
	    !proc_shares(pid, "ns/user") ||
	    proc_read(pid, "status", text, sizeof(text)) <= 0 ||
	    !confine_status_parse(&s, text) ||
	    (s.cap[CONFINE_CAP_EFFECTIVE] & UINT64_C(1) << CAP_NET_ADMIN) == 0)
		return false;
	f->pid = pid;
	f->parent = (pid_t)s.ppid;
	if (proc_read(pid, "cgroup", text, sizeof(text)) <= 0 ||
	    !dnsmasq_unit(text, f->unit, sizeof(f->unit)))
		f->unit[0] = '\0';
	return true;
}

static size_t
processes_find(struct found *list, size_t max)
{
	size_t n = 0;
	pid_t pid;
	DIR *d;

	if (!proc_is_ours() || (d = opendir("/proc")) == NULL) {
		log_warnx(
		    "/proc cannot be read, so no dnsmasq is found that runs; name its configuration: --migrate-dnsmasq=FILE");
		return 0;
	}
	while (n < max && (pid = proc_next(d)) != 0)
		if (pid != getpid() && process_look(pid, &list[n]))
			n++;
	(void)closedir(d);
	if (n == max)
		log_warnx(
		    "%zu processes of dnsmasq run; further ones were not looked at",
		    n);
	return n;
}

/* A child of another one runs its scripts, or answers by TCP. */
static bool
is_child(const struct found *list, size_t n, const struct found *f)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i].pid == f->parent)
			return true;
	return false;
}

/* Started by libvirtd.service and the like, for themselves. */
static bool
is_of_another_service(const struct found *f)
{
	return f->unit[0] != '\0' &&
	       strncmp(f->unit, PROGRAM, sizeof(PROGRAM) - 1) != 0;
}

/* Drops children, or processes of other services; returns the new number. */
static size_t
processes_filter(struct found *list, size_t n, bool children)
{
	struct found kept[FOUND_MAX];
	size_t i, m = 0;

	for (i = 0; i < n; i++)
		if (children ? !is_child(list, n, &list[i])
			     : !is_of_another_service(&list[i]))
			kept[m++] = list[i];
	/* If all are of other services, all stay. */
	if (m == 0)
		return n;
	memcpy(list, kept, m * sizeof(*list));
	return m;
}

static int
processes_ambiguous(const struct found *list, size_t n)
{
	char text[FOUND_MAX * 16] = "";
	size_t i, len = 0;

	for (i = 0; i < n && len + 16 < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%d",
		    i == 0 ? "" : ", ", list[i].pid);
	log_err(
	    "%zu processes of dnsmasq run: %s; name the one to replace: --migrate-dnsmasq=PROCESS",
	    n, text);
	return -1;
}

/* Reads the command line of a process that was found. */
static int
process_take(struct dnsmasq *d, const struct found *f)
{
	ssize_t len = proc_read(f->pid, "cmdline", d->line, sizeof(d->line));

	d->pid = f->pid;
	memcpy(d->unit, f->unit, sizeof(d->unit));
	d->nwords = -1;
	/* A longer one is cut; there is a NUL behind the last byte. */
	if (len > 0 && (size_t)len < sizeof(d->line) - 1)
		d->nwords = dnsmasq_words(
		    d->line, (size_t)len, d->words, DNSMASQ_WORDS_MAX);
	if (d->nwords < 1) {
		log_err(
		    "process %d (dnsmasq): its command line is too long, or not printable; name its configuration: --migrate-dnsmasq=FILE",
		    f->pid);
		return -1;
	}
	if (!proc_shares(f->pid, "ns/mnt"))
		log_warnx(
		    "process %d (dnsmasq) has file systems of its own; what it calls by the same names may be other files",
		    f->pid);
	return 0;
}

int
dnsmasq_find(struct dnsmasq *d, pid_t pid)
{
	struct found list[FOUND_MAX];
	size_t n;

	memset(d, 0, sizeof(*d));
	if (pid != 0) {
		if (process_look(pid, &list[0]))
			return process_take(d, &list[0]);
		log_err(
		    "process %d is no dnsmasq that serves DHCP in this network namespace",
		    pid);
		return -1;
	}
	n = processes_filter(list, processes_find(list, FOUND_MAX), true);
	if (n > 1)
		n = processes_filter(list, n, false);
	if (n > 1)
		return processes_ambiguous(list, n);
	return n == 0 ? 0 : process_take(d, &list[0]);
}

/* -------------------------------------------------------------- defaults */

/* Appends a word; -1 without room. */
static int
word_add(struct dnsmasq *d, char *word)
{
	if (d->nwords == DNSMASQ_WORDS_MAX)
		return -1;
	d->words[d->nwords++] = word;
	return 0;
}

static bool
default_value(const char *text, const char *name, char *dst, size_t size)
{
	switch (dnsmasq_default(text, name, dst, size)) {
	case DNSMASQ_DEFAULT_VALUE:
		return dst[0] != '\0';
	case DNSMASQ_DEFAULT_SHELL:
		log_warnx(DEFAULTS
		    ": the value of %s depends on a shell and is not read; repeat its options behind --migrate-dnsmasq",
		    name);
		return false;
	case DNSMASQ_DEFAULT_NONE:
		break;
	}
	return false;
}

void
dnsmasq_find_default(struct dnsmasq *d)
{
	static char text[16384], folders[4096], others[8192];
	static char program[] = PROGRAM, letter[] = "-7";
	int fd = open(DEFAULTS, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t len;
	int n;

	d->nwords = 0;
	(void)word_add(d, program);
	if (fd == -1) {
		if (errno != ENOENT)
			log_warn(DEFAULTS
			    ": cannot be read; repeat its options behind --migrate-dnsmasq");
		return;
	}
	len = read(fd, text, sizeof(text) - 2);
	(void)close(fd);
	if (len == (ssize_t)sizeof(text) - 2)
		log_warnx(DEFAULTS ": only its first %zd bytes are read", len);
	/* A last line may lack its end. */
	memcpy(text + (len > 0 ? len : 0), "\n", sizeof("\n"));
	if (default_value(text, "CONFIG_DIR", folders, sizeof(folders))) {
		(void)word_add(d, letter);
		(void)word_add(d, folders);
	}
	if (!default_value(text, "DNSMASQ_OPTS", others, sizeof(others)))
		return;
	n = dnsmasq_words_split(others, d->words + d->nwords,
	    DNSMASQ_WORDS_MAX - (size_t)d->nwords);
	if (n == -1)
		log_warnx(DEFAULTS
		    ": DNSMASQ_OPTS is not read, because it is not printable or too long; repeat its options behind --migrate-dnsmasq");
	else
		d->nwords += n;
}
