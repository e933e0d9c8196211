/* SPDX-License-Identifier: ISC */
/* Finds a running pxeguard, and reads what it keeps. */
#include "command/started_find.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "priv/proc.h"

#define LINK "/memfd:" STARTED_NAME " (deleted)"
#define PROGRAM "pxeguard" /* the name of the parent in /proc/PID/comm */
#define FDS_MAX 65536 /* more descriptors are not looked at */

/*
 * Any user can start a set-user-ID program under the name of the parent, and it
 * may become root: sudo(8) does.  It keeps the files of that user, so what
 * counts is who made the file; see started_read().
 */
static bool
started_is_pxeguard(pid_t pid)
{
	char comm[32];

	return pid != getpid() && proc_is_root(pid) &&
	       proc_read(pid, "comm", comm, sizeof(comm)) > 0 &&
	       strcmp(comm, PROGRAM "\n") == 0;
}

bool
started_read(pid_t pid, const char *fd, char text[STARTED_TEXT_MAX])
{
	char path[64 + NAME_MAX], name[32];
	struct stat st;
	ssize_t n = -1;
	int file;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd/%s", pid, fd);
	if ((file = open(path, O_PATH | O_CLOEXEC)) == -1)
		return false;
	(void)snprintf(name, sizeof(name), "fd/%d", file);
	if (fstat(file, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 0 &&
	    st.st_uid == geteuid())
		n = proc_read(getpid(), name, text, STARTED_TEXT_MAX);
	(void)close(file);
	return n > 0;
}

/* The text that a process keeps; false if there is none. */
static bool
started_find(pid_t pid, char text[STARTED_TEXT_MAX])
{
	char path[32], name[8 + NAME_MAX], link[64];
	struct dirent *e;
	bool found = false;
	int n = 0;
	DIR *d;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	if ((d = opendir(path)) == NULL)
		return false;
	while (!found && n++ < FDS_MAX && (e = readdir(d)) != NULL) {
		(void)snprintf(name, sizeof(name), "fd/%s", e->d_name);
		found = proc_link(pid, name, link, sizeof(link)) &&
			strcmp(link, LINK) == 0 &&
			started_read(pid, e->d_name, text);
	}
	(void)closedir(d);
	return found;
}

bool
started_of(pid_t pid, struct started *s)
{
	s->pid = pid;
	return started_is_pxeguard(pid) && started_find(pid, s->text) &&
	       started_parse(s);
}

bool
started_search(const char *conf_file, struct started *s)
{
	bool found = false;
	DIR *d = opendir("/proc");
	pid_t pid;

	while (d != NULL && !found && (pid = proc_next(d)) != 0)
		/*
		 * A container may share the network, but its files of the same
		 * names are others.
		 */
		found = proc_shares(pid, "ns/net") &&
			proc_shares(pid, "ns/pid") && started_of(pid, s) &&
			strcmp(s->conf_file, conf_file) == 0;
	if (d != NULL)
		(void)closedir(d);
	return found;
}

void
started_compare(const struct conf *c, const struct options *o)
{
	struct started s;

	if (proc_is_ours() && started_search(o->conf_file, &s))
		started_note(c, o, &s);
}
