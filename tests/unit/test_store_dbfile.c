/* SPDX-License-Identifier: ISC */
/* Which file becomes the lease store. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leased/dbfile.h"
#include "leased/dbfile_test.h"
#include "tests/unit/unit.h"

Suite *suite_store_dbfile(void);

#define DATABASE "SQLite format 3\0and what follows"
#define TEXT "0 00:11:22:33:44:55 192.168.1.5 pc *\n"
#define JUNK "\x01\x02\x03"

static char dir[64];
static char why[512];
static struct dbfile dbfile;

static void
set_up(void)
{
	(void)strcpy(dir, "/tmp/pxeguard-dbfile-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static const char *
in_dir(const char *name)
{
	static char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void
tear_down(void)
{
	(void)unlink(in_dir("leases"));
	(void)unlink(in_dir("leases.db"));
	(void)unlink(in_dir("leases-wal"));
	(void)rmdir(in_dir("leases"));
	(void)chmod(dir, 0700);
	(void)rmdir(dir);
}

static void
write_file(const char *name, const char *data, size_t n)
{
	int fd = open(in_dir(name), O_CREAT | O_TRUNC | O_WRONLY, 0644);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, data, n), (ssize_t)n);
	ck_assert_int_eq(close(fd), 0);
}

#define FILE_IS(name, data) write_file(name, data, sizeof(data) - 1)

static int
find(void)
{
	why[0] = '\0';
	if (dbfile_find(
		&dbfile, "/var/lib/own/leases", dir, why, sizeof(why)) == -1)
		return -1;
	return dbfile_make(&dbfile, why, sizeof(why));
}

/* The store is `name`, and text is imported or not. */
static void
check_found(const char *name, bool text)
{
	char shown[64];

	ck_assert_msg(find() == 0, "%s", why);
	ck_assert_str_eq(dbfile.file, in_dir(name));
	ck_assert_int_eq(access(dbfile.file, W_OK), 0);
	(void)snprintf(shown, sizeof(shown), "/var/lib/own/%s", name);
	ck_assert_str_eq(dbfile.shown, shown);
	ck_assert_str_eq(dbfile.text, text ? in_dir("leases") : "");
	ck_assert_str_eq(dbfile.text_shown, text ? "/var/lib/own/leases" : "");
}

static void
check_refused(const char *sentence)
{
	ck_assert_int_eq(find(), -1);
	ck_assert_msg(strstr(why, sentence) != NULL, "%s", why);
	ck_assert_msg(strstr(why, "/var/lib/own/leases") != NULL, "%s", why);
	ck_assert_msg(strstr(why, dir) == NULL, "%s", why);
}

START_TEST(test_new)
{
	struct stat st;

	check_found("leases", false);
	ck_assert_int_eq(stat(dbfile.file, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	/* The empty file that a crash leaves is as good as none. */
	check_found("leases", false);
}
END_TEST

START_TEST(test_database)
{
	FILE_IS("leases", DATABASE);
	FILE_IS("leases.db", JUNK);
	check_found("leases", false);
}
END_TEST

START_TEST(test_text)
{
	FILE_IS("leases", TEXT);
	check_found("leases.db", true);
	/* An import that a crash cut short. */
	check_found("leases.db", true);
	/* Whether it is imported again, the store knows. */
	FILE_IS("leases.db", DATABASE);
	check_found("leases.db", true);
}
END_TEST

START_TEST(test_text_removed_later)
{
	/* The leases must not be forgotten with their old file. */
	FILE_IS("leases.db", DATABASE);
	check_found("leases.db", false);
	FILE_IS("leases", "");
	check_found("leases.db", false);
	/* The other way round there is nothing to lose. */
	FILE_IS("leases.db", "");
	check_found("leases", false);
}
END_TEST

/* A header with the number of pages, version and application. */
static void
header(char pages, char version, const char *application)
{
	char head[100] = DATABASE;

	memset(head + 16, 0, sizeof(head) - 16);
	head[31] = pages;
	head[63] = version;
	memcpy(head + 68, application, 4);
	write_file("leases", head, sizeof(head));
}

/* What --test says; nothing is made. */
static void
check_test(const char *sentence)
{
	why[0] = '\0';
	ck_assert_msg(dbfile_find(&dbfile, "/var/lib/own/leases", dir, why,
			  sizeof(why)) == 0,
	    "%s", why);
	ck_assert_msg(dbfile_test(&dbfile, why, sizeof(why)) ==
			  (sentence == NULL ? 0 : -1),
	    "%s", why);
	ck_assert_msg(
	    sentence == NULL || strstr(why, sentence) != NULL, "%s", why);
}

START_TEST(test_only_looked_at)
{
	check_test(NULL);
	ck_assert_int_eq(access(in_dir("leases"), F_OK), -1);
	FILE_IS("leases", JUNK);
	check_test(NULL);
	header(2, 3, "PXEG");
	check_test(NULL);
	header(2, 4, "PXEG");
	check_test("lease file /var/lib/own/leases: made by a newer pxeguard");
	header(2, 1, "else");
	check_test("the database of another program");
	/* Without a number: another program's, unless it is empty. */
	header(2, 0, "\0\0\0");
	check_test("the database of another program");
	header(1, 0, "\0\0\0");
	check_test(NULL);
	/* A write-ahead log may have a number. */
	header(2, 0, "\0\0\0");
	FILE_IS("leases-wal", "");
	check_test("the database of another program");
	FILE_IS("leases-wal", JUNK);
	check_test(NULL);
}
END_TEST

START_TEST(test_refused)
{
	FILE_IS("leases", TEXT);
	FILE_IS("leases.db", TEXT);
	check_refused("not a database, but the leases of");
}
END_TEST

/* What cannot be told from a damaged database is left to recover.c. */
START_TEST(test_foreign)
{
	FILE_IS("leases", JUNK);
	check_found("leases", false);
	ck_assert(dbfile.foreign);
	FILE_IS("leases.db", DATABASE);
	check_found("leases.db", false);
	ck_assert(!dbfile.foreign);
	FILE_IS("leases", TEXT);
	FILE_IS("leases.db", JUNK);
	check_found("leases.db", true);
	ck_assert(dbfile.foreign);
}
END_TEST

START_TEST(test_kinds)
{
	ck_assert_int_eq(mkfifo(in_dir("leases"), 0600), 0);
	check_refused("not a regular file");
	ck_assert_int_eq(unlink(in_dir("leases")), 0);
	ck_assert_int_eq(mkdir(in_dir("leases"), 0700), 0);
	check_refused("not a regular file");
	ck_assert_int_eq(rmdir(in_dir("leases")), 0);
	ck_assert_int_eq(symlink("elsewhere", in_dir("leases")), 0);
	check_refused("symbolic link; set dhcp-leasefile");
}
END_TEST

START_TEST(test_names)
{
	const char *const bad[] = { "leases", "/", "/var/", "/var/..",
		"/var/." };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_int_eq(
		    dbfile_find(&dbfile, bad[i], dir, why, sizeof(why)), -1);
		ck_assert_ptr_nonnull(strstr(why, "not the path of a file"));
	}
}
END_TEST

START_TEST(test_long_name)
{
	char name[RECORD_PATH_MAX];

	memset(name, 'a', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(dbfile_find(&dbfile, name, "", why, sizeof(why)), -1);
	ck_assert_uint_lt(strlen(why), sizeof(why) - 1);
	ck_assert_uint_lt(strlen(dbfile.shown), DBFILE_SHOWN_MAX);
}
END_TEST

/* As another user: root may write everywhere. */
START_TEST(test_not_writable)
{
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	else
		ck_assert_int_eq(chmod(dir, 0500), 0);
	check_refused("if /var/lib/own holds leases alone");
	ck_assert_ptr_nonnull(
	    strstr(why, "chown -R pxeguard-leased: /var/lib/own"));
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(test_not_readable)
{
	FILE_IS("leases", DATABASE);
	ck_assert_int_eq(chmod(in_dir("leases"), 0), 0);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	check_refused("cannot be read by user pxeguard-leased");
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

Suite *
suite_store_dbfile(void)
{
	Suite *s = suite_create("store_dbfile");
	TCase *tc = tcase_create("dbfile");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test_new);
	tcase_add_test(tc, test_database);
	tcase_add_test(tc, test_text);
	tcase_add_test(tc, test_text_removed_later);
	tcase_add_test(tc, test_only_looked_at);
	tcase_add_test(tc, test_refused);
	tcase_add_test(tc, test_foreign);
	tcase_add_test(tc, test_kinds);
	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_long_name);
	tcase_add_test(tc, test_not_writable);
	tcase_add_test(tc, test_not_readable);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make what lies in the way. */
UNIT_MAIN_ALSO(suite_store_dbfile, SCMP_SYS(mknodat), SCMP_SYS(setresuid),
    SCMP_SYS(write), SCMP_SYS(chmod), SCMP_SYS(getuid), SCMP_SYS(mkdir),
    SCMP_SYS(rmdir), SCMP_SYS(symlink))
