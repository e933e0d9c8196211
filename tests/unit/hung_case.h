/* SPDX-License-Identifier: ISC */
/*
 * A folder on a file system whose server does not answer.  It needs root and
 * /dev/fuse; without them `server` is 0.
 */
#ifndef TESTS_UNIT_HUNG_CASE_H
#define TESTS_UNIT_HUNG_CASE_H

#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static char folder[] = "/tmp/pxeguard-look-XXXXXX";
static pid_t server; /* of the file system; 0: there is none */

/*
 * Answers the first message, so that the kernel passes on all others and
 * waits for their answers even after SIGKILL; and then none.
 */
__attribute__((noreturn)) static inline void
serve(int fuse)
{
	struct {
		struct fuse_out_header header;
		struct fuse_init_out init;
	} answer = { .header = { .len = sizeof(answer) },
		.init = { .major = FUSE_KERNEL_VERSION, .minor = 31 } };
	static char request[FUSE_MIN_READ_BUFFER];
	struct fuse_in_header header;

	if (read(fuse, request, sizeof(request)) < (ssize_t)sizeof(header))
		_exit(1);
	memcpy(&header, request, sizeof(header));
	answer.header.unique = header.unique;
	if (write(fuse, &answer, sizeof(answer)) == -1)
		_exit(1);
	while (read(fuse, request, sizeof(request)) > 0)
		continue;
	(void)pause();
	_exit(0);
}

static inline void
setup(void)
{
	char options[96];
	int fuse;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	if (geteuid() != 0 ||
	    (fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC)) == -1)
		return;
	ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	(void)snprintf(options, sizeof(options),
	    "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
	ck_assert_int_eq(mount("hung", folder, "fuse", 0, options), 0);
	if ((server = fork()) == 0)
		serve(fuse);
	(void)close(fuse);
}

/* The end of its server makes the kernel answer what waits. */
static inline void
server_end(void)
{
	if (server == 0)
		return;
	(void)kill(server, SIGKILL);
	(void)waitpid(server, NULL, 0);
}

static inline void
teardown(void)
{
	server_end();
	(void)umount2(folder, MNT_DETACH);
	(void)rmdir(folder);
}

#endif
