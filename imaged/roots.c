/* SPDX-License-Identifier: ISC */
/* Opens, checks and logs the folders that boot files come from. */
#include "imaged/roots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/role.h"
#include "sandbox/sandbox.h"

#define SHOWN_MAX 160

int
roots_add(struct roots *r, const struct record_tftp_root *rec)
{
	if (r->count == RECORD_TFTP_ROOTS_MAX)
		return -1;
	r->count++;
	memcpy(r->path[r->count], rec->path, sizeof(rec->path));
	memcpy(r->name[r->count], rec->name, sizeof(rec->name));
	return 0;
}

/* On the file system of "/", but not "/": nothing was mounted on it. */
static bool
is_placeholder(int fd, const struct stat *top)
{
	struct stat st;

	return fstat(fd, &st) == -1 ||
	       (st.st_dev == top->st_dev && st.st_ino != top->st_ino);
}

void
roots_open(int fd[LOOKUP_ROOTS_MAX])
{
	struct stat top;
	uint8_t n;
	int slash;

	slash = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (slash == -1 || fstat(slash, &top) == -1)
		fatal("cannot examine the root");
	(void)close(slash);
	for (n = 0; n < LOOKUP_ROOTS_MAX; n++) {
		if ((fd[n] = sandbox_root_open(n)) == -1 && errno != ENOENT)
			fatal("cannot open tftp-root %u", n);
		if (fd[n] != -1 && is_placeholder(fd[n], &top)) {
			(void)close(fd[n]);
			fd[n] = -1;
		}
	}
}

/* Whether names can be looked up in this root. */
static int
root_check(int root, const char *path, char *why)
{
	char shown[SHOWN_MAX];
	struct stat st;

	if (image_stat(root, ".", O_DIRECTORY, &st) == 0)
		return 0;
	(void)log_escape(shown, sizeof(shown), path, strlen(path));
	if (errno == ENOSYS) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "the kernel has no openat2(), which confines names to tftp-root; use Linux 5.6 or newer");
	} else if (errno == EACCES && fstat(root, &st) == 0) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "tftp-root %s (mode %04o, owner %u:%u) may not be searched by user " IMAGE_USER
		    "; chmod a+x it",
		    shown, st.st_mode & 07777, st.st_uid, st.st_gid);
	} else {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "tftp-root %s cannot be searched: %s; check its file system",
		    shown, strerror(errno));
	}
	return -1;
}

int
roots_verify(const int fd[], const struct roots *r, char *why)
{
	uint8_t n;

	for (n = 0; n <= r->count; n++)
		if (r->path[n][0] != '\0' && fd[n] != -1 &&
		    root_check(fd[n], r->path[n], why) == -1)
			return -1;
	return 0;
}

int
roots_kept(
    const int fd[], const struct roots *was, const struct roots *is, char *why)
{
	char old[SHOWN_MAX], new[SHOWN_MAX], name[IFNAMSIZ * 4 + 1];
	uint8_t n;

	for (n = 0; n < LOOKUP_ROOTS_MAX; n++) {
		const char *a = was->path[n], *b = is->path[n];
		const char *iface = is->name[n];

		/* Nothing is served from a root that was not there. */
		if (fd[n] == -1 || strcmp(a, b) == 0)
			continue;
		if (iface[0] == '\0')
			iface = was->name[n];
		(void)snprintf(why, ROLE_WHY_MAX,
		    "tftp-root cannot change from %s to %s%s%s at a reload; restart pxeguard",
		    a[0] == '\0' ? "none"
				 : log_escape(old, sizeof(old), a, strlen(a)),
		    b[0] == '\0' ? "none"
				 : log_escape(new, sizeof(new), b, strlen(b)),
		    iface[0] == '\0' ? "" : " for ",
		    log_escape(name, sizeof(name), iface, strlen(iface)));
		return -1;
	}
	return 0;
}

void
roots_log(const int fd[], const struct roots *r)
{
	char shown[SHOWN_MAX], name[IFNAMSIZ * 4 + 1];
	struct stat st;
	uint8_t n;

	for (n = 0; n <= r->count; n++) {
		if (r->path[n][0] == '\0' || fd[n] == -1 ||
		    fstat(fd[n], &st) == -1)
			continue;
		log_info("boot files%s%s come from %s (mode %04o, owner %u:%u)",
		    r->name[n][0] == '\0' ? "" : " for ",
		    log_escape(
			name, sizeof(name), r->name[n], strlen(r->name[n])),
		    log_escape(
			shown, sizeof(shown), r->path[n], strlen(r->path[n])),
		    st.st_mode & 07777, st.st_uid, st.st_gid);
	}
}
