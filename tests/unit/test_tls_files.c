/* SPDX-License-Identifier: ISC */
/*
 * The files of https-cert and https-key: who may write and read them, and what
 * httpd must not get.  Most of it needs root, to make such files; those tests
 * say so and pass without.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/log.h"
#include "priv/tls_files.h"
#include "tests/unit/unit.h"

#define CERT "-----BEGIN CERTIFICATE-----\n"
#define KEY "-----BEGIN EC PRIVATE KEY-----\n"

static char folder[] = "/tmp/pxeguard-tls-XXXXXX";
static struct conf *conf;
static char lines[4096];
static bool as_root;

static void
note(int priority, const char *line, void *arg)
{
	size_t len = strlen(lines);

	(void)arg;
	ck_assert_int_le(priority, LOG_WARNING);
	(void)snprintf(lines + len, sizeof(lines) - len, "%s\n", line);
}

static void
make_file(const char *name, const char *text, size_t size, mode_t mode)
{
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_CREAT | O_WRONLY | O_EXCL, 0600);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(ftruncate(fd, (off_t)(size - strlen(text))), 0);
	ck_assert_int_ne(lseek(fd, 0, SEEK_END), -1);
	ck_assert_int_eq(write(fd, text, strlen(text)), strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	if (as_root && strstr(name, "another's") != NULL)
		ck_assert_int_eq(fchown(fd, 1, 0), 0);
	(void)close(fd);
}

/* Before the filter: what the tests look at. */
static void
set_up(void)
{
	as_root = geteuid() == 0;
	ck_assert_ptr_nonnull(mkdtemp(folder));
	make_file("cert", CERT, strlen(CERT), 0644);
	make_file("cert of all", CERT, strlen(CERT), 0646);
	make_file("cert of group", CERT, strlen(CERT), 0664);
	make_file("another's cert", CERT, strlen(CERT), 0644);
	make_file("both", CERT KEY, strlen(CERT KEY), 0600);
	make_file("largest", CERT, TLS_FILE_BYTES_MAX, 0644);
	make_file("larger", CERT, TLS_FILE_BYTES_MAX + 1, 0644);
	make_file("last", KEY, TLS_FILE_BYTES_MAX, 0644);
	make_file("key", KEY, strlen(KEY), 0600);
	make_file("key for all", KEY, strlen(KEY), 0604);
	make_file("key for group", KEY, strlen(KEY), 0640);
	make_file("key to run", KEY, strlen(KEY), 0601);
	make_file("another's key", KEY, strlen(KEY), 0600);
	log_init("test", LOG_DEBUG);
	log_set_sink(note, NULL);
}

static void
tear_down(void)
{
	char command[64];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static void
path_set(char *dst, const char *name)
{
	(void)snprintf(dst, RECORD_PATH_MAX, "%s%s%s",
	    name[0] == '/' ? "" : folder, name[0] == '/' ? "" : "/", name);
}

static struct conf *
conf_with(const char *cert, const char *key)
{
	struct conf *c = conf_new(1);

	ck_assert_ptr_nonnull(c);
	lines[0] = '\0';
	c->http.enabled = true;
	path_set(c->http.cert, cert);
	path_set(c->http.key, key);
	return c;
}

static void
refused(const char *cert, const char *key, const char *reason)
{
	conf = conf_with(cert, key);
	ck_assert_int_eq(tls_files_open(conf, NULL), -1);
	ck_assert_msg(strstr(lines, reason) != NULL, "%s", lines);
	conf_free(conf);
}

static bool
without_root(void)
{
	if (!as_root)
		(void)printf("skipped: files of root need root\n");
	return !as_root;
}

/* Whether a configuration has this file, at its begin. */
static void
has_file(const struct conf *c, enum tls_file what, const char *text)
{
	char buf[128] = "";

	ck_assert_int_eq(pread(c->tls_fd[what], buf, strlen(text), 0),
	    (ssize_t)strlen(text));
	ck_assert_str_eq(buf, text);
}

START_TEST(anyone)
{
	/* Nothing is opened without HTTPS. */
	conf = conf_with("/nonexistent", "/nonexistent");
	conf->http.enabled = false;
	ck_assert_int_eq(tls_files_open(conf, NULL), 0);
	conf->http.enabled = true;
	conf->http.cert[0] = '\0';
	ck_assert_int_eq(tls_files_open(conf, NULL), 0);
	ck_assert_str_eq(lines, "");
	ck_assert_int_eq(conf->tls_fd[TLS_FILE_CERT], -1);
	ck_assert_int_eq(conf->tls_fd[TLS_FILE_KEY], -1);
	conf_free(conf);
	/* Both are told at once. */
	conf = conf_with("/nonexistent/a", "/nonexistent/b");
	ck_assert_int_eq(tls_files_open(conf, NULL), -1);
	ck_assert_ptr_nonnull(
	    strstr(lines, "https-cert /nonexistent/a: cannot be opened"));
	ck_assert_ptr_nonnull(
	    strstr(lines, "https-key /nonexistent/b: cannot be opened"));
	conf_free(conf);
	refused("/dev/null", "/etc", "https-key /etc: cannot be opened: a dir");
}
END_TEST

START_TEST(files)
{
	if (without_root())
		return;
	conf = conf_with("cert", "key");
	ck_assert_int_eq(tls_files_open(conf, NULL), 0);
	ck_assert_str_eq(lines, "");
	has_file(conf, TLS_FILE_CERT, CERT);
	has_file(conf, TLS_FILE_KEY, KEY);
	conf_free(conf);
	conf = conf_with("largest", "key");
	ck_assert_int_eq(tls_files_open(conf, NULL), 0);
	conf_free(conf);
}
END_TEST

START_TEST(files_refused)
{
	if (without_root())
		return;
	refused("another's cert", "key", "another's cert: its owner is user 1");
	refused("cert", "another's key", "another's key: its owner is user 1");
	refused("cert of all", "key", "others than root may write to it");
	refused("cert of group", "key", "others than root may write to it");
	refused("cert", "key for all", "may read the private key");
	refused("cert", "key for group", "may read the private key");
	refused("cert", "key to run", "may read the private key");
	refused("larger", "key", "larger than 64 KiB");
	/* Wherever the key stands in it. */
	refused("both", "key", "also contains a private key");
	refused("last", "key", "also contains a private key");
}
END_TEST

/* Where only interfaces have changed, the files are those that were checked. */
START_TEST(kept)
{
	struct conf *next;

	if (without_root())
		return;
	conf = conf_with("cert", "key");
	ck_assert_int_eq(tls_files_open(conf, NULL), 0);
	next = conf_with("/nonexistent", "/nonexistent");
	next->copied = true;
	ck_assert_int_eq(tls_files_open(next, conf), 0);
	ck_assert_int_ne(
	    next->tls_fd[TLS_FILE_KEY], conf->tls_fd[TLS_FILE_KEY]);
	ck_assert(!tls_files_differ(next, ROLE_HTTPD));
	conf_free(conf);
	has_file(next, TLS_FILE_CERT, CERT);
	has_file(next, TLS_FILE_KEY, KEY);
	ck_assert_int_eq(
	    fcntl(next->tls_fd[TLS_FILE_KEY], F_GETFD), FD_CLOEXEC);
	conf_free(next);
}
END_TEST

/* A file may have been written again, whatever the records say. */
START_TEST(differ)
{
	conf = conf_with("cert", "key");
	ck_assert(tls_files_differ(conf, ROLE_HTTPD));
	ck_assert(tls_files_differ(conf, ROLE_KEYD));
	ck_assert(!tls_files_differ(conf, ROLE_TFTPD));
	conf->http.enabled = false;
	ck_assert(!tls_files_differ(conf, ROLE_HTTPD));
	conf_free(conf);
}
END_TEST

Suite *suite_tls_files(void);

Suite *
suite_tls_files(void)
{
	Suite *s = suite_create("tls_files");
	TCase *tc = tcase_create("tls_files");

	tcase_add_unchecked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, anyone);
	tcase_add_test(tc, files);
	tcase_add_test(tc, files_refused);
	tcase_add_test(tc, kept);
	tcase_add_test(tc, differ);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tls_files)
