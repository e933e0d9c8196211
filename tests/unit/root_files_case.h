/* SPDX-License-Identifier: ISC */
/*
 * A folder of files whose owners and modes differ, and the lines that are
 * logged about them.  Files of others need root: tests of them say so and pass
 * without.
 */
#ifndef TESTS_UNIT_ROOT_FILES_CASE_H
#define TESTS_UNIT_ROOT_FILES_CASE_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/log.h"
#include "tests/unit/unit.h"

#define LIMIT_MS 40000 /* Check's own limit is longer */

static char folder[] = "/tmp/pxeguard-files-XXXXXX";
static char lines[8192];

static void
note_line(int priority, const char *line, void *arg)
{
	size_t len = strlen(lines);

	(void)arg;
	ck_assert_int_eq(priority, LOG_ERR);
	(void)snprintf(lines + len, sizeof(lines) - len, "%s\n", line);
}

/* The path of a name in the folder; an absolute one stays. */
static const char *
path_of(const char *name)
{
	static char path[2][128];
	static int next;

	next = !next;
	(void)snprintf(path[next], sizeof(path[next]), "%s%s%s",
	    name[0] == '/' ? "" : folder, name[0] == '/' ? "" : "/", name);
	return path[next];
}

/* A file of this size that ends with a text. */
static void
make_file(
    const char *name, const char *text, size_t size, mode_t mode, uid_t uid)
{
	int fd = open(path_of(name), O_CREAT | O_WRONLY | O_EXCL, 0600);
	size_t len = strlen(text);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(
	    pwrite(fd, text, len, (off_t)(size - len)), (ssize_t)len);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(fchown(fd, uid, 0), 0);
	(void)close(fd);
}

static void
folder_begin(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	log_init("test", LOG_DEBUG);
	log_set_sink(note_line, NULL);
}

static void
folder_end(void)
{
	char command[64];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static bool
without_root(void)
{
	if (geteuid() == 0)
		return false;
	(void)printf("skipped: files of root need root\n");
	return true;
}

/* An open file begins with this text. */
static void
check_text(int fd, const char *text)
{
	char buf[128] = "";

	ck_assert_int_eq(
	    pread(fd, buf, strlen(text), 0), (ssize_t)strlen(text));
	ck_assert_str_eq(buf, text);
}

#endif
