/* SPDX-License-Identifier: ISC */
/* What /proc says of other processes. */
#include "priv/proc.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"

bool
proc_is_ours(void)
{
	char self[16];
	ssize_t n = readlink("/proc/self", self, sizeof(self) - 1);

	if (n <= 0)
		return false;
	self[n] = '\0';
	return strtol(self, NULL, 10) == getpid();
}

pid_t
proc_next(DIR *d)
{
	struct dirent *e;
	pid_t pid = 0;

	while (pid <= 0 && (e = readdir(d)) != NULL)
		pid = (pid_t)strtol(e->d_name, NULL, 10);
	return pid > 0 ? pid : 0;
}

ssize_t
proc_read(pid_t pid, const char *name, char *buf, size_t size)
{
	char path[48];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	n = read(fd, buf, size - 1);
	(void)close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n;
}

long long
proc_stat(pid_t pid, int field)
{
	char stat[1024], *p;
	int i;

	if (proc_read(pid, "stat", stat, sizeof(stat)) <= 0 ||
	    (p = strrchr(stat, ')')) == NULL)
		return -1;
	/* The name is the second field, and may hold blanks. */
	for (i = 2; i < field; i++)
		if ((p = strchr(p + 1, ' ')) == NULL)
			return -1;
	return strtoll(p + 1, NULL, 10);
}

bool
proc_link(pid_t pid, const char *name, char *dst, size_t size)
{
	char path[64 + NAME_MAX];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	n = readlink(path, dst, size - 1);
	dst[n > 0 ? n : 0] = '\0';
	return n > 0;
}

bool
proc_shares(pid_t pid, const char *ns)
{
	char own[64], other[64];

	return proc_link(getpid(), ns, own, sizeof(own)) &&
	       proc_link(pid, ns, other, sizeof(other)) &&
	       strcmp(own, other) == 0;
}

bool
proc_is_root(pid_t pid)
{
	static const char root[] = "\nUid:\t0\t0\t0\t0\n";
	char status[4096];
	const char *uids;

	return proc_read(pid, "status", status, sizeof(status)) > 0 &&
	       (uids = strstr(status, "\nUid:")) != NULL &&
	       strncmp(uids, root, sizeof(root) - 1) == 0;
}

const char *
proc_name(pid_t pid, char dst[PROC_NAME_MAX])
{
	char comm[32] = "";

	if (proc_is_ours())
		(void)proc_read(pid, "comm", comm, sizeof(comm));
	comm[strcspn(comm, "\n")] = '\0';
	return log_escape(dst, PROC_NAME_MAX, comm, strlen(comm));
}

bool
proc_name_is_pxeguard(const char *name)
{
	static const char own[] = "pxeguard";

	return strncmp(name, own, sizeof(own) - 1) == 0 &&
	       (name[sizeof(own) - 1] == '\0' || name[sizeof(own) - 1] == ':');
}
