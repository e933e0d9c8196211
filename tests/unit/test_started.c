/* SPDX-License-Identifier: ISC */
/* What --test says of a change that only a start can apply. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"
#include "priv/started.h"
#include "command/started_find.h"
#include "tests/unit/parent_conf.h"

Suite *suite_started(void);

#define PID 123

static char said[2048];
static char text[STARTED_TEXT_MAX];
static struct options options = { .conf_file = "/etc/a.conf" };
static struct conf *conf;
static struct started s;

static void
sink(int priority, const char *line, void *arg)
{
	size_t len = strlen(said);

	(void)arg;
	ck_assert_int_eq(priority, LOG_NOTICE);
	(void)snprintf(said + len, sizeof(said) - len, "%s\n", line);
}

static void
setup(void)
{
	conf = conf_new(1);
	ck_assert_ptr_nonnull(conf);
	conf->dhcp.enabled = true;
	(void)strcpy(conf->store.path, "/var/a.db");
	(void)strcpy(conf->daemon.pid_file, "/run/a.pid");
	(void)started_text(conf, &options, text);
	said[0] = '\0';
	log_init("test", LOG_INFO);
	log_set_sink(sink, NULL);
}

static void
teardown(void)
{
	log_set_sink(NULL, NULL);
	conf_free(conf);
}

static bool
parse(const char *from)
{
	s.pid = PID;
	(void)snprintf(s.text, sizeof(s.text), "%s", from);
	return started_parse(&s);
}

static void
compare(const char *line)
{
	said[0] = '\0';
	ck_assert(parse(text));
	started_note(conf, &options, &s);
	ck_assert_str_eq(said, line);
}

START_TEST(differences)
{
	compare("");
	(void)strcpy(conf->store.path, "/var/b.db");
	compare(
	    "dhcp-leasefile: the pxeguard that runs (process 123) has its leases in /var/a.db, and a reload cannot change that to /var/b.db; it would fail; restart pxeguard\n");
	/* A reload that ends DHCP may; so may one that begins it. */
	conf->dhcp.enabled = false;
	compare("");
	(void)started_text(conf, &options, text);
	conf->dhcp.enabled = true;
	compare("");
	conf->daemon.layers_disabled = RECORD_LAYER_SECCOMP;
	compare(
	    "sandbox-disable: the pxeguard that runs (process 123) has other layers, and a reload cannot change them; restart pxeguard\n");
	conf->daemon.layers_disabled = 0;
	conf->daemon.pid_file[0] = '\0';
	compare(
	    "pid-file: the pxeguard that runs (process 123) has /run/a.pid, and a reload cannot change that to none; restart pxeguard\n");
}
END_TEST

/* A reload does not read what this --test has read. */
START_TEST(other_command_line)
{
	char *directives[] = { (char *)(uintptr_t) "pid-file=/run/b.pid" };

	options.directives = directives;
	options.ndirectives = 1;
	(void)strcpy(conf->daemon.pid_file, "/run/b.pid");
	compare(
	    "pxeguard runs (process 123) with other directives on its command line; a reload uses those\n");
	options.ndirectives = 0;
}
END_TEST

/* What another program wrote. */
START_TEST(no_text)
{
	size_t n, len = strlen(text);

	for (n = 0; n < len; n++) {
		char cut[STARTED_TEXT_MAX];

		memcpy(cut, text, n);
		cut[n] = '\0';
		ck_assert(!parse(cut));
	}
	ck_assert(parse(text));
	ck_assert_str_eq(s.conf_file, "/etc/a.conf");
	ck_assert(!s.reloads);
	text[0] = 'x';
	ck_assert(!parse(text));
}
END_TEST

/* What follows the settings, after the first reload. */
START_TEST(reloads)
{
	static const char *const wrong[] = { "reload 3 2\n", "reload 3 2 1",
		"reload 3 2 1 \n", "reload x 2 1\n", "Reload 3 2 1\n" };
	size_t i, len = strlen(text);

	(void)strcpy(text + len, "reload 3 2 1\nno such file\n");
	ck_assert(parse(text) && s.reloads && s.reload_failed);
	ck_assert_uint_eq(s.reloads_begun, 3);
	ck_assert_uint_eq(s.reloads_ended, 2);
	ck_assert_str_eq(s.reload_said, "no such file\n");
	(void)strcpy(text + len, "reload 3 3 0\n");
	ck_assert(parse(text) && s.reloads && !s.reload_failed);
	ck_assert_str_eq(s.reload_said, "");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)strcpy(text + len, wrong[i]);
		ck_assert_msg(parse(text) && !s.reloads, "%s", wrong[i]);
	}
}
END_TEST

/* What any process may have among its descriptors. */
START_TEST(descriptors)
{
	char dir[] = "/tmp/started.XXXXXX", path[64], name[16];
	char got[STARTED_TEXT_MAX] = "";
	int fd = open("/tmp", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	(void)snprintf(name, sizeof(name), "%d", fd);
	ck_assert(started_read(getpid(), name, got));
	ck_assert_str_eq(got, text);
	/* One of another user, whose process has become root. */
	if (geteuid() == 0) {
		ck_assert_int_eq(fchown(fd, 65534, 0), 0);
		ck_assert(!started_read(getpid(), name, got));
	}
	(void)close(fd);
	ck_assert(!started_read(getpid(), name, got));
	/* Opening it for reading would wait for a writer. */
	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/fifo", dir);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	fd = open(path, O_PATH | O_CLOEXEC);
	(void)snprintf(name, sizeof(name), "%d", fd);
	ck_assert(!started_read(getpid(), name, got));
	(void)close(fd);
	(void)unlink(path);
	/* A file with a name is not one of memfd_create(2). */
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(write(fd, "x", 1), 1);
	(void)snprintf(name, sizeof(name), "%d", fd);
	ck_assert(!started_read(getpid(), name, got));
	(void)close(fd);
	(void)unlink(path);
	(void)rmdir(dir);
}
END_TEST

Suite *
suite_started(void)
{
	Suite *suite = suite_create("started");
	TCase *tc = tcase_create("started");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, differences);
	tcase_add_test(tc, other_command_line);
	tcase_add_test(tc, no_text);
	tcase_add_test(tc, reloads);
	tcase_add_test(tc, descriptors);
	suite_add_tcase(suite, tc);
	return suite;
}

/* The tests make the files of others. */
UNIT_MAIN_ALSO(suite_started, SCMP_SYS(mkdir), SCMP_SYS(mknodat),
    SCMP_SYS(rmdir), SCMP_SYS(fchown))
