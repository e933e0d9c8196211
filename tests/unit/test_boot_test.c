/* SPDX-License-Identifier: ISC */
/*
 * What --test says of boot files.  Looking for files needs root; the tests say
 * so and pass without.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"
#include "priv/boot_test.h"
#include "tests/unit/parent_conf.h"

#define NOBODY 65534
#define OWN_ADDR 0xc0a80101
#define OTHER_ADDR 0xc0a80102

static char dir[48], said[4096];
static struct iface iface;
static struct conf *conf;

static void
sink(int priority, const char *line, void *arg)
{
	size_t len = strlen(said);

	(void)priority;
	(void)arg;
	(void)snprintf(said + len, sizeof(said) - len, "%s\n", line);
}

static void
run(const char *script)
{
	char command[1024];

	(void)snprintf(command, sizeof(command), "cd %s && %s", dir, script);
	ck_assert_int_eq(system(command), 0);
}

static void
add_boot(const char *file, uint32_t addr)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_BOOT;
	(void)snprintf(rec.u.boot.file, sizeof(rec.u.boot.file), "%s", file);
	rec.u.boot.addr = addr;
	parent_conf_add(conf, &rec);
}

static void
end(void)
{
	if (conf != NULL)
		conf->ifaces = NULL;
	conf_free(conf);
	conf = NULL;
}

/* TFTP serves dir/a to all, and with `two` dir/b to one interface. */
static void
begin(bool two)
{
	struct record rec;

	end();
	conf = conf_new(1);
	conf->ifaces = &iface;
	conf->nifaces = conf->nfound = 1;
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_DHCP;
	rec.u.dhcp.enabled = true;
	parent_conf_add(conf, &rec);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_TFTP;
	rec.u.tftp.enabled = true;
	rec.u.tftp.max = 10;
	(void)snprintf(rec.u.tftp.root, sizeof(rec.u.tftp.root), "%s/a", dir);
	parent_conf_add(conf, &rec);
	if (!two)
		return;
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_TFTP_ROOT;
	(void)snprintf(
	    rec.u.tftp_root.path, sizeof(rec.u.tftp_root.path), "%s/b", dir);
	(void)strcpy(rec.u.tftp_root.name, "br1");
	parent_conf_add(conf, &rec);
}

static void
setup(void)
{
	(void)strcpy(dir, "/tmp/pxeguard-boot-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	run("mkdir -m 755 a a/efi b && echo 1 >a/efi/Boot.efi && echo 1 >b/only "
	    "&& echo 1 >a/lower && echo 1 >a/closed && chmod 640 a/closed "
	    "&& mkfifo a/fifo && echo 1 >a/owned && chown 65534 a/owned "
	    "&& echo 1 >b/closed && echo 1 >b/hidden && chmod 640 b/hidden");
	iface.naddrs = 1;
	iface.addr[0].addr = OWN_ADDR;
	conf = NULL;
	log_init("test", LOG_INFO);
	log_set_sink(sink, NULL);
}

static void
teardown(void)
{
	log_set_sink(NULL, NULL);
	end();
	run("rm -r a b && rmdir $PWD");
}

static void
check(uint32_t warnings, const char *text)
{
	said[0] = '\0';
	ck_assert_msg(boot_test(conf, NOBODY, NOBODY) == warnings, "%s", said);
	ck_assert_msg(
	    text == NULL ? said[0] == '\0' : strstr(said, text) != NULL, "%s",
	    said);
}

static void
check_file(const char *file, uint32_t addr, const char *text)
{
	begin(false);
	add_boot(file, addr);
	check(text == NULL ? 0 : 1, text);
}

/* As tftpd would map the names. */
START_TEST(names)
{
	char whole[100];

	check_file("efi/Boot.efi", 0, NULL);
	check_file("/efi//Boot.efi", 0, NULL);
	check_file("efi\\Boot.efi", OWN_ADDR, NULL);
	(void)snprintf(whole, sizeof(whole), "%s/a/efi/Boot.efi", dir);
	check_file(whole, 0, NULL);
	(void)snprintf(whole, sizeof(whole), "%s/b/only", dir);
	check_file(whole, 0, "no such file");
	check_file("gone", 0, "dhcp-boot gone: no such file in /tmp/");
	check_file("gone", OWN_ADDR, "gone");
	check_file("../a/lower", 0, "TFTP does not serve files of such a name");
	check_file("LOWER", 0, "LOWER: no such file");
	conf->tftp.lowercase = true;
	check(0, NULL);
}
END_TEST

START_TEST(not_asked_here)
{
	check_file("gone", OTHER_ADDR, NULL);
	check_file("http://192.168.1.1/gone", 0, NULL);
	check_file("", 0, NULL);
	check_file("gone", 0, "gone");
	conf->tftp.unique = RECORD_TFTP_UNIQUE_MAC;
	check(0, NULL);
}
END_TEST

START_TEST(not_served)
{
	check_file("closed", 0, "may not be served; all users must");
	check_file("efi", 0, "Is a directory");
	check_file("fifo", 0, "not a regular file");
	check_file("lower", 0, NULL);
	conf->tftp.secure = true;
	check(1, "belongs to user pxeguard-imaged");
	check_file("owned", 0, NULL);
	conf->tftp.secure = true;
	check(0, NULL);
}
END_TEST

START_TEST(two_roots)
{
	begin(true);
	add_boot("only", 0);
	check(0, NULL);
	add_boot("gone", 0);
	check(1, "no tftp-root has this file");
	add_boot("closed", 0);
	check(1, "gone");
	/* A file that may not be served explains more than one that is not. */
	begin(true);
	add_boot("hidden", 0);
	check(1, "dhcp-boot hidden: the file in");
}
END_TEST

/* One that several lines name is told once, and many are counted. */
START_TEST(many)
{
	char name[32], *line;
	int i, lines = 0;

	begin(false);
	for (i = 0; i < 50; i++) {
		(void)snprintf(name, sizeof(name), "gone%d", i / 2);
		add_boot(name, 0);
	}
	check(25, "15 similar messages suppressed");
	for (line = said; (line = strchr(line, '\n')) != NULL; line++)
		lines++;
	ck_assert_int_eq(lines, 11);
}
END_TEST

Suite *suite_boot_test(void);

Suite *
suite_boot_test(void)
{
	Suite *s = suite_create("boot_test");
	TCase *tc = tcase_create("boot_test");

	suite_add_tcase(s, tc);
	if (geteuid() != 0) {
		puts("boot_test: not run, it needs root");
		return s;
	}
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, names);
	tcase_add_test(tc, not_asked_here);
	tcase_add_test(tc, not_served);
	tcase_add_test(tc, two_roots);
	tcase_add_test(tc, many);
	return s;
}

UNIT_MAIN(suite_boot_test)
