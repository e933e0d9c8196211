/* SPDX-License-Identifier: ISC */
/*
 * The files of https-cert and https-key: who may write and read them, and what
 * httpd must not get.
 */
#include "priv/tls_files.h"
#include "tests/unit/root_files_case.h"

#define CERT "-----BEGIN CERTIFICATE-----\n"
#define KEY "-----BEGIN EC PRIVATE KEY-----\n"

static struct conf *conf;

static void
make(const char *name, const char *text, mode_t mode)
{
	make_file(name, text, strlen(text), mode,
	    strstr(name, "another's") == NULL ? 0 : 1);
}

/* Before the filter: what the tests look at. */
static void
set_up(void)
{
	folder_begin();
	make("cert", CERT, 0644);
	make("cert of all", CERT, 0646);
	make("cert of group", CERT, 0664);
	make("another's cert", CERT, 0644);
	make("both", CERT KEY, 0600);
	make_file("largest", CERT, TLS_FILE_BYTES_MAX, 0644, 0);
	make_file("larger", CERT, TLS_FILE_BYTES_MAX + 1, 0644, 0);
	make_file("last", KEY, TLS_FILE_BYTES_MAX, 0644, 0);
	make("key", KEY, 0600);
	make("key for all", KEY, 0604);
	make("key for group", KEY, 0640);
	make("key to run", KEY, 0601);
	make("another's key", KEY, 0600);
}

static struct conf *
conf_with(const char *cert, const char *key)
{
	struct conf *c = conf_new(1);

	ck_assert_ptr_nonnull(c);
	lines[0] = '\0';
	c->http.enabled = true;
	(void)strcpy(c->http.cert, path_of(cert));
	(void)strcpy(c->http.key, path_of(key));
	return c;
}

static void
refused(const char *cert, const char *key, const char *reason)
{
	conf = conf_with(cert, key);
	ck_assert_int_eq(tls_files_open(conf, LIMIT_MS), -1);
	ck_assert_msg(strstr(lines, reason) != NULL, "%s", lines);
	conf_free(conf);
}

START_TEST(anyone)
{
	/* Nothing is opened without HTTPS. */
	conf = conf_with("/nonexistent", "/nonexistent");
	conf->http.enabled = false;
	ck_assert_int_eq(tls_files_open(conf, LIMIT_MS), 0);
	conf->http.enabled = true;
	conf->http.cert[0] = '\0';
	ck_assert_int_eq(tls_files_open(conf, LIMIT_MS), 0);
	ck_assert_str_eq(lines, "");
	ck_assert_int_eq(conf->tls_fd[TLS_FILE_CERT], -1);
	ck_assert_int_eq(conf->tls_fd[TLS_FILE_KEY], -1);
	conf_free(conf);
	/* Both are told at once. */
	conf = conf_with("/nonexistent/a", "/nonexistent/b");
	ck_assert_int_eq(tls_files_open(conf, LIMIT_MS), -1);
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
	ck_assert_int_eq(tls_files_open(conf, LIMIT_MS), 0);
	ck_assert_str_eq(lines, "");
	check_text(conf->tls_fd[TLS_FILE_CERT], CERT);
	check_text(conf->tls_fd[TLS_FILE_KEY], KEY);
	conf_free(conf);
	conf = conf_with("largest", "key");
	ck_assert_int_eq(tls_files_open(conf, LIMIT_MS), 0);
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
	ck_assert_int_eq(tls_files_open(conf, LIMIT_MS), 0);
	next = conf_with("/nonexistent", "/nonexistent");
	next->copied = true;
	ck_assert_int_eq(tls_files_share(next, conf), 0);
	ck_assert_int_eq(tls_files_open(next, LIMIT_MS), 0);
	ck_assert_int_ne(
	    next->tls_fd[TLS_FILE_KEY], conf->tls_fd[TLS_FILE_KEY]);
	conf_free(conf);
	check_text(next->tls_fd[TLS_FILE_CERT], CERT);
	check_text(next->tls_fd[TLS_FILE_KEY], KEY);
	ck_assert_int_eq(
	    fcntl(next->tls_fd[TLS_FILE_KEY], F_GETFD), FD_CLOEXEC);
	conf_free(next);
}
END_TEST

Suite *suite_tls_files(void);

Suite *
suite_tls_files(void)
{
	Suite *s = suite_create("tls_files");
	TCase *tc = tcase_create("tls_files");

	tcase_add_unchecked_fixture(tc, set_up, folder_end);
	tcase_add_test(tc, anyone);
	tcase_add_test(tc, files);
	tcase_add_test(tc, files_refused);
	tcase_add_test(tc, kept);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tls_files)
