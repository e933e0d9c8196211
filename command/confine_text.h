/* SPDX-License-Identifier: ISC */
/*
 * Parsers of what /proc says of a process.  Names and paths in it are chosen
 * by the process.  Pure; texts end with a NUL and are not kept.
 */
#ifndef COMMAND_CONFINE_TEXT_H
#define COMMAND_CONFINE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CONFINE_IDS 4 /* real, effective, saved, file system */
#define CONFINE_UNLIMITED UINT64_MAX

enum confine_cap {
	CONFINE_CAP_INHERITABLE,
	CONFINE_CAP_PERMITTED,
	CONFINE_CAP_EFFECTIVE,
	CONFINE_CAP_BOUNDING,
	CONFINE_CAP_AMBIENT,
	CONFINE_CAP_MAX
};

/* /proc/PID/status */
struct confine_status {
	char state; /* as 'S'; 'Z' and 'X': it has ended */
	uint32_t ppid;
	uint32_t uid[CONFINE_IDS], gid[CONFINE_IDS];
	uint32_t ngroups; /* supplementary ones */
	uint32_t threads;
	uint64_t cap[CONFINE_CAP_MAX];
	uint32_t no_new_privs;
	uint32_t seccomp; /* 0: none, 2: filters */
	bool counted; /* filters is known: Linux 5.9 and later */
	uint32_t filters;
};

/* False if a field is missing, malformed or there twice. */
bool confine_status_parse(struct confine_status *, const char *text);

enum confine_limit {
	CONFINE_NOFILE,
	CONFINE_NPROC,
	CONFINE_CORE,
	CONFINE_FSIZE,
	CONFINE_MEMLOCK,
	CONFINE_MSGQUEUE,
	CONFINE_LIMIT_MAX
};

/* /proc/PID/limits; CONFINE_UNLIMITED or a number. */
struct confine_limits {
	uint64_t soft[CONFINE_LIMIT_MAX];
	uint64_t hard[CONFINE_LIMIT_MAX];
};

bool confine_limits_parse(struct confine_limits *, const char *text);

/* Of mount options. */
enum confine_mount_flag {
	CONFINE_RO = 1 << 0,
	CONFINE_NOSUID = 1 << 1,
	CONFINE_NODEV = 1 << 2,
	CONFINE_NOEXEC = 1 << 3,
	CONFINE_NOSYMFOLLOW = 1 << 4,
};

#define CONFINE_MOUNT_FLAGS 5

/* Their names, in that order. */
extern const char *const confine_mount_flags[CONFINE_MOUNT_FLAGS];

/* A line of /proc/PID/mountinfo; the strings are in its text. */
struct confine_mount {
	uint32_t id;
	uint32_t major, minor; /* of the file system */
	const char *root; /* the folder of the file system that is mounted */
	const char *point; /* where */
	uint32_t flags; /* enum confine_mount_flag */
	const char *type;
};

/*
 * Reads the line at *text and advances *text; the line is changed.  1, 0 at the
 * end, or -1 if it is malformed.
 */
int confine_mount_next(struct confine_mount *, char **text);

/*
 * Where the folder `path` of the file system of `m` is, seen through the mount
 * `of`: the path below its mount point.  False if it is not there.
 */
bool confine_mount_maps(const struct confine_mount *of,
    const struct confine_mount *m, char *dst, size_t size);

/* A link of /proc/PID/ns, as "net:[4026531840]", of a kind as "net". */
bool confine_ns_parse(const char *link, const char *kind, uint64_t *number);

/* mnt_id of /proc/PID/fdinfo/N. */
bool confine_fdinfo_parse(const char *text, uint32_t *mount);

/* What a descriptor is. */
enum confine_fd {
	CONFINE_FD_NULL, /* /dev/null */
	CONFINE_FD_UNIX,
	CONFINE_FD_UDP,
	CONFINE_FD_TCP,
	CONFINE_FD_NETLINK,
	CONFINE_FD_EPOLL,
	CONFINE_FD_INOTIFY,
	CONFINE_FD_PIPE,
	CONFINE_FD_MEMFD,
	CONFINE_FD_FILE,
	CONFINE_FD_FOLDER,
	CONFINE_FD_OTHER,
	CONFINE_FD_MAX
};

#define CONFINE_FD_BIT(kind) (UINT32_C(1) << (kind))

/* What the kernel says of one. */
struct confine_fd_look {
	mode_t mode;
	bool null; /* a device, of the numbers of /dev/null */
	const char *link; /* as readlink(2) gives it */
	const char *protocol; /* of a socket; "" if unknown */
	bool nowhere; /* its mount is in no tree of the process */
};

enum confine_fd confine_fd_kind(const struct confine_fd_look *);
const char *confine_fd_name(enum confine_fd);

#endif
