/* SPDX-License-Identifier: ISC */
/* Which files pxeguard --leases reads: as leased would choose them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"
#include "command/leases_files.h"
#include "tests/unit/unit.h"

Suite *suite_leases_files(void);

#define MAGIC "SQLite format 3" /* and its NUL */

static char dir[64];
static char named[128];
static char logged[LOG_LINE_MAX];
static struct leases_files files;

static const char *const suffixes[] = { "", "-wal", ".db", ".db-wal",
	".recovering", ".recovering-wal", ".db.recovering" };

static void
keep_line(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)arg;
	(void)snprintf(logged, sizeof(logged), "%s", line);
}

static void
set_up(void)
{
	(void)strcpy(dir, "/tmp/pxeguard-files-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(named, sizeof(named), "%s/leases", dir);
	logged[0] = '\0';
	log_set_sink(keep_line, NULL);
}

static void
tear_down(void)
{
	char name[160];
	size_t i;

	leases_files_close(&files);
	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s%s", named, suffixes[i]);
		(void)unlink(name);
	}
	(void)rmdir(dir);
}

/* Files by their suffixes: "" is none, "d" a database, "t" text, "e" empty. */
static void
lay(const char *suffix, char kind)
{
	char name[160], content[64] = MAGIC;
	int fd;

	(void)snprintf(name, sizeof(name), "%s%s", named, suffix);
	ck_assert_int_ne(fd = open(name, O_WRONLY | O_CREAT, 0600), -1);
	/* Its suffix, by which it is known again. */
	(void)snprintf(content + 16, sizeof(content) - 16, "%s", suffix);
	if (kind == 't')
		content[0] = 'x';
	if (kind != 'e')
		ck_assert_int_eq(
		    write(fd, content, sizeof(content)), sizeof(content));
	ck_assert_int_eq(close(fd), 0);
}

/* The suffix of an open file; "none". */
static const char *
which(int fd)
{
	static char content[64];

	if (fd == -1)
		return "none";
	memset(content, 0, sizeof(content));
	ck_assert_int_ne(pread(fd, content, sizeof(content), 0), -1);
	return content + 16;
}

START_TEST(choice)
{
	static const struct {
		const char *name; /* kinds of suffixes[], '-': no such file */
		const char *db, *wal, *path;
		bool recovering;
	} t[] = {
		{ "-------", "none", "none", "", false },
		{ "dd-----", "", "-wal", "", false },
		{ "d-dd---", "", "none", "", false },
		{ "t------", "", "none", "", false },
		{ "e------", "", "none", "", false },
		{ "t-e----", "", "none", "", false },
		{ "t-dd---", ".db", ".db-wal", ".db", false },
		{ "--dd---", ".db", ".db-wal", ".db", false },
		{ "e-td---", ".db", ".db-wal", ".db", false },
		{ "ed--dd-", ".recovering", ".recovering-wal", "", true },
		{ "----d--", ".recovering", "none", "", true },
		{ "d----d-", "", ".recovering-wal", "", false },
		{ "t-e---d", ".db.recovering", "none", ".db", true },
	};
	size_t i, k;
	char path[160];

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		for (k = 0; t[i].name[k] != '\0'; k++)
			if (t[i].name[k] != '-')
				lay(suffixes[k], t[i].name[k]);
		ck_assert_int_eq(leases_files_open(&files, named), 0);
		ck_assert_msg(strcmp(which(files.db), t[i].db) == 0, "%s: %s",
		    t[i].name, which(files.db));
		ck_assert_msg(strcmp(which(files.wal), t[i].wal) == 0, "%s: %s",
		    t[i].name, which(files.wal));
		(void)snprintf(path, sizeof(path), "%s%s", named, t[i].path);
		ck_assert_str_eq(files.path, path);
		ck_assert(files.recovering == t[i].recovering);
		tear_down();
		set_up();
	}
}
END_TEST

START_TEST(other_kinds)
{
	char want[256];

	ck_assert_int_eq(mkfifo(named, 0600), 0);
	ck_assert_int_eq(leases_files_open(&files, named), -1);
	(void)snprintf(want, sizeof(want),
	    "%s: not a regular file; set dhcp-leasefile to the lease database",
	    named);
	ck_assert_str_eq(logged, want);
	(void)unlink(named);
	ck_assert_int_eq(symlink("/etc/passwd", named), 0);
	ck_assert_int_eq(leases_files_open(&files, named), -1);
	(void)snprintf(want, sizeof(want),
	    "%s: symbolic link; set dhcp-leasefile to the file that it points to",
	    named);
	ck_assert_str_eq(logged, want);
	(void)unlink(named);
	ck_assert_int_eq(mkdir(named, 0700), 0);
	ck_assert_int_eq(leases_files_open(&files, named), -1);
	ck_assert_int_eq(rmdir(named), 0);
	ck_assert_int_eq(files.db, -1);
	ck_assert_int_eq(files.wal, -1);
}
END_TEST

Suite *
suite_leases_files(void)
{
	Suite *s = suite_create("leases_files");
	TCase *tc = tcase_create("files");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, choice);
	tcase_add_test(tc, other_kinds);
	suite_add_tcase(s, tc);
	return s;
}

/* pxeguard --leases ends without the filter that a parent of roles has. */
UNIT_MAIN_ALSO(suite_leases_files, SCMP_SYS(openat), SCMP_SYS(newfstatat),
    SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(unlink), SCMP_SYS(mkdir),
    SCMP_SYS(rmdir), SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(symlink),
    SCMP_SYS(getrandom), SCMP_SYS(close))
