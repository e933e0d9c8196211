/* SPDX-License-Identifier: ISC */
/*
 * Reads what /proc says of the processes of a running pxeguard.  A process is
 * read through one descriptor of its folder, so its number cannot become
 * another process meanwhile.
 */
#ifndef COMMAND_CONFINE_READ_H
#define COMMAND_CONFINE_READ_H

#include "command/confine_text.h"

#define CONFINE_PROCS_MAX 64 /* with the parent; more are an error */
#define CONFINE_FDS_MAX 1048576 /* of a process */
#define CONFINE_NAME_MAX 96 /* of a descriptor, printable */
#define CONFINE_PATH_MAX 512 /* printable */
#define CONFINE_ROOT_NAMES_MAX 64 /* names in a root that are counted */

enum confine_ns {
	CONFINE_NS_NET,
	CONFINE_NS_MNT,
	CONFINE_NS_IPC,
	CONFINE_NS_UTS,
	CONFINE_NS_MAX
};

const char *confine_ns_name(enum confine_ns);

/* The mounts that a process sees. */
struct confine_mounts {
	char *text; /* owned; the strings of the list are in it */
	struct confine_mount *list; /* owned */
	size_t n;
};

/* In whose tree an open file is. */
enum confine_place {
	CONFINE_OWN, /* that of the process itself */
	CONFINE_HOST, /* the parent's */
	CONFINE_NOWHERE, /* of another process, or none */
};

struct confine_fd_entry {
	uint32_t number;
	uint8_t kind; /* enum confine_fd */
	uint8_t place; /* enum confine_place */
	char name[CONFINE_NAME_MAX];
};

struct confine_proc {
	pid_t pid;
	bool ended; /* while it was read; nothing else is known */
	char exe[CONFINE_PATH_MAX];
	uint64_t exe_dev, exe_ino;
	struct confine_status status;
	struct confine_limits limits;
	uint64_t ns[CONFINE_NS_MAX];
	bool undumpable; /* unknown where its user is root */
	char root[CONFINE_PATH_MAX]; /* as this process sees it */
	struct confine_mounts mounts;
	uint32_t root_names; /* in a root that is a read-only tmpfs */
	struct confine_fd_entry *fds; /* owned */
	size_t nfds;
};

enum confine_read {
	CONFINE_READ_OK,
	CONFINE_READ_ENDED,
	CONFINE_READ_FAILED, /* errno and *what: a name in /proc/PID */
};

/*
 * Reads a process; host: the mounts of the parent, NULL for the parent itself.
 * The caller frees it with confine_free() whatever the result is.
 */
enum confine_read confine_read(struct confine_proc *, pid_t,
    const struct confine_mounts *host, const char **what);
void confine_free(struct confine_proc *);

/* The folder of a process in /proc; -1 with errno. */
int confine_proc_open(pid_t);

/* The status in such a folder.  -1 with errno: ESRCH if the process has ended.
 */
int confine_status_read(int dir, struct confine_status *);

#endif
