/* SPDX-License-Identifier: ISC */
/* What a role can reach in its root. */
#include <errno.h>
#include <sys/syscall.h>

#include "tests/unit/sandbox_case.h"

/* Opens; returns 0 or errno. */
static int
try_open(const char *path, int flags)
{
	long fd = syscall(SYS_openat, AT_FDCWD, path, flags, 0666);

	if (fd == -1)
		return errno;
	(void)syscall(SYS_close, fd);
	return 0;
}

static int
act_in_read_root(void)
{
	if (try_open("/0/file", O_RDONLY) != 0)
		return 1;
	if (try_open("/0/link", O_RDONLY) != 0)
		return 2;
	if (try_open("/0/file", O_WRONLY) == 0 ||
	    try_open("/0/file", O_RDWR) == 0)
		return 3;
	if (try_open("/0/file", O_RDONLY | O_TRUNC) == 0)
		return 4;
	if (try_open("/0/new", O_WRONLY | O_CREAT) == 0)
		return 5;
	if (try_open("/0/null", O_RDONLY) != EACCES)
		return 6;
	if (try_open("/etc/passwd", O_RDONLY) != ENOENT)
		return 7;
	if (try_open("/0/../etc/passwd", O_RDONLY) != ENOENT)
		return 10;
	if (try_open("/../../etc/passwd", O_RDONLY) != ENOENT)
		return 8;
	if (try_open("/proc/self/status", O_RDONLY) != ENOENT)
		return 9;
	if (try_open("/new", O_WRONLY | O_CREAT) == 0)
		return 11;
	return 0;
}

/* Two folders, and a number between them that has none. */
static int
act_in_folders(void)
{
	int fd;

	if (try_open("/0/file", O_RDONLY) != 0 ||
	    try_open("/2/file", O_RDONLY) != 0)
		return 1;
	if (try_open("/1/file", O_RDONLY) != ENOENT ||
	    try_open("/3", O_PATH) != ENOENT)
		return 2;
	if (try_open("/1/new", O_WRONLY | O_CREAT) == 0 ||
	    try_open("/2/new", O_WRONLY | O_CREAT) == 0 ||
	    try_open("/2/file", O_WRONLY) == 0)
		return 3;
	if (try_open("/2/null", O_RDONLY) != EACCES)
		return 4;
	/* A link leads to a file of its own tree. */
	if (try_open("/2/link", O_RDONLY) != 0)
		return 5;
	if (sandbox_root_open(3) != -1 || errno != ENOENT)
		return 6;
	if ((fd = sandbox_root_open(2)) == -1 ||
	    syscall(SYS_openat, fd, "file", O_RDONLY, 0) == -1)
		return 7;
	return 0;
}

/* Without namespaces the one folder is the root, and has one number. */
static int
act_in_plain_folder(void)
{
	int fd;

	if (try_open("/file", O_RDONLY) != 0)
		return 1;
	if (sandbox_root_open(0) != -1 || errno != ENOENT ||
	    sandbox_root_open(2) != -1 || errno != ENOENT)
		return 4;
	if ((fd = sandbox_root_open(1)) == -1 ||
	    syscall(SYS_openat, fd, "file", O_RDONLY, 0) == -1)
		return 2;
	if (try_open("/etc/passwd", O_RDONLY) != ENOENT ||
	    try_open("/file", O_WRONLY) == 0)
		return 3;
	return 0;
}

START_TEST(read_root)
{
	struct boot b = boot_of(ROLE_IMAGED, SANDBOX_ROOT_READ);

	run(&b, act_in_read_root, NULL);
	ck_assert_msg(
	    seen.status == 0, "status %x, call %u", seen.status, seen.nr);
	has(seen.log, ": read-only nodev nosuid noexec, as /0");
	ck_assert_uint_eq(seen.layers, SANDBOX_ALL);
}
END_TEST

static void
look_at_mounts(void)
{
	char text[8192], *line, *rest = text;
	int lines = 0;

	proc_read("mountinfo", text, sizeof(text));
	while ((line = strsep(&rest, "\n")) != NULL && line[0] != '\0') {
		lines++;
		has(line, " ro,nosuid,nodev,noexec,relatime ");
	}
	ck_assert_int_eq(lines, 3);
}

START_TEST(several_folders)
{
	struct boot b = boot_of(ROLE_IMAGED, SANDBOX_ROOT_READ);

	b.nroots = 3;
	(void)strcpy(b.roots[2], folder);
	run(&b, act_in_folders, look_at_mounts);
	ck_assert_msg(
	    seen.status == 0, "status %x, call %u", seen.status, seen.nr);
	has(seen.log, "noexec, as /0");
	has(seen.log, "noexec, as /2");
	ck_assert_ptr_null(strstr(seen.log, "as /1"));
	ck_assert_uint_eq(seen.layers, SANDBOX_ALL);
}
END_TEST

START_TEST(folder_without_namespaces)
{
	struct boot b = boot_of(ROLE_IMAGED, SANDBOX_ROOT_READ);

	b.layers_disabled = RECORD_LAYER_NAMESPACES;
	b.nroots = 3;
	b.roots[0][0] = '\0';
	(void)strcpy(b.roots[1], folder);
	run(&b, act_in_plain_folder, NULL);
	ck_assert_msg(
	    seen.status == 0, "status %x, call %u", seen.status, seen.nr);
}
END_TEST

static int
act_in_write_root(void)
{
	if (try_open("/file", O_RDWR) != 0)
		return 1;
	if (try_open("/new", O_WRONLY | O_CREAT | O_EXCL) != 0)
		return 2;
	if (syscall(SYS_unlink, "/new") == -1)
		return 3;
	if (try_open("/link", O_RDONLY) != ELOOP)
		return 4;
	if (try_open("/null", O_RDONLY) != EACCES)
		return 5;
	if (try_open("/etc/passwd", O_RDONLY) != ENOENT)
		return 6;
	return 0;
}

START_TEST(write_root)
{
	struct boot b = boot_of(ROLE_LEASED, SANDBOX_ROOT_WRITE);

	run(&b, act_in_write_root, NULL);
	ck_assert_msg(
	    seen.status == 0, "status %x, call %u", seen.status, seen.nr);
	ck_assert_uint_eq(seen.layers, SANDBOX_ALL);
}
END_TEST

Suite *suite_sandbox_roots(void);

Suite *
suite_sandbox_roots(void)
{
	Suite *s = suite_create("sandbox_roots");
	TCase *tc = layers_case(s);

	if (tc == NULL)
		return s;
	tcase_add_test(tc, read_root);
	tcase_add_test(tc, several_folders);
	tcase_add_test(tc, folder_without_namespaces);
	tcase_add_test(tc, write_root);
	return s;
}

UNIT_MAIN(suite_sandbox_roots)
