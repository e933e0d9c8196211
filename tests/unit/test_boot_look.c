/* SPDX-License-Identifier: ISC */
/*
 * What is said of boot files.  Looking for files needs root; the tests say
 * so and pass without.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cap-ng.h>
#include <event2/event.h>

#include "priv/boot_look.h"
#include "tests/unit/parent_conf.h"
#include "tests/unit/said.h"

#define NOBODY 65534
#define OWN_ADDR 0xc0a80101
#define OTHER_ADDR 0xc0a80102

static char dir[48];
static struct iface iface;
static struct conf *conf;

static void
run(const char *script)
{
	char command[1024];

	(void)snprintf(command, sizeof(command), "cd %s && %s", dir, script);
	ck_assert_int_eq(system(command), 0);
}

/* tag NULL: for all clients. */
static void
add_tagged(const char *tag, const char *file, uint32_t addr)
{
	struct record rec = { .kind = RECORD_BOOT, .u.boot.addr = addr };
	struct record_boot *b = &rec.u.boot;

	(void)snprintf(b->file, sizeof(b->file), "%s", file);
	if (tag != NULL)
		(void)snprintf(b->tags.tag[b->tags.n++].name,
		    sizeof(b->tags.tag[0].name), "%s", tag);
	parent_conf_add(conf, &rec);
}

static void
add_boot(const char *file, uint32_t addr)
{
	add_tagged(NULL, file, addr);
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
	struct record rec = { .kind = RECORD_TFTP_ROOT,
		.u.tftp_root.name = "br1" };
	char root[64];

	end();
	conf = conf_new(1);
	conf->ifaces = &iface;
	conf->nifaces = conf->nfound = 1;
	parent_conf_add(conf,
	    &(struct record){ .kind = RECORD_DHCP, .u.dhcp.enabled = true });
	(void)snprintf(root, sizeof(root), "%s/a", dir);
	parent_conf_add_tftp(conf, root, 10);
	if (!two)
		return;
	(void)snprintf(
	    rec.u.tftp_root.path, sizeof(rec.u.tftp_root.path), "%s/b", dir);
	parent_conf_add(conf, &rec);
}

/* The header of PE, in a file that is otherwise empty. */
static void
add_program(const char *name, const char *machine)
{
	char script[256];

	(void)snprintf(script, sizeof(script),
	    "{ printf MZ; head -c 58 /dev/zero; printf '\\100\\0\\0\\0PE\\0\\0%s'; head -c 64 /dev/zero; } >a/%s",
	    machine, name);
	run(script);
}

static void
setup(void)
{
	(void)strcpy(dir, "/tmp/pxeguard-boot-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	run("mkdir -m 755 a a/efi b && echo 1 >a/efi/Boot.efi && echo 1 >b/only "
	    "&& echo 1 >a/lower && echo 1 >a/menu.0 && echo 1 >a/closed && chmod 640 a/closed "
	    "&& mkfifo a/fifo && echo 1 >a/owned && chown 65534 a/owned "
	    "&& echo 1 >b/closed && echo 1 >b/hidden && chmod 640 b/hidden");
	add_program("x64", "\\144\\206");
	add_program("aa64", "\\144\\252");
	run("printf '\\177ELF\\2\\1\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\2\\0\\76\\0' >a/elf");
	iface.naddrs = 1;
	iface.addr[0].addr = OWN_ADDR;
	conf = NULL;
	said_begin(LOG_WARNING);
}

static void
teardown(void)
{
	said_end();
	end();
	run("rm -r a b && rmdir $PWD");
}

static void
check(int lines, const char *text)
{
	said[0] = '\0';
	boot_look_wait(conf, NOBODY, NOBODY, BOOT_LOOK_MS);
	said_check(lines, text);
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

static void
add_match(uint16_t arch, const char *tag)
{
	struct record rec = { .kind = RECORD_MATCH,
		.u.match = { .how = RECORD_MATCH_NUMBER,
		    .code = 93,
		    .width = 2,
		    .number = arch } };

	(void)snprintf(rec.u.match.set, sizeof(rec.u.match.set), "%s", tag);
	parent_conf_add(conf, &rec);
}

static void
add_service(uint16_t arch, const char *file, uint32_t addr)
{
	struct record rec = { .kind = RECORD_SERVICE,
		.u.service = {
		    .arch = arch, .type = RECORD_SERVICE_OWN, .addr = addr } };

	(void)snprintf(
	    rec.u.service.file, sizeof(rec.u.service.file), "%s", file);
	parent_conf_add(conf, &rec);
}

/* Files that are programs for other machines, by their headers. */
START_TEST(architectures)
{
	begin(false);
	add_match(7, "efi");
	add_match(11, "arm");
	add_tagged("efi", "x64", 0);
	add_tagged("arm", "aa64", 0);
	add_tagged("vm", "x64", 0);
	add_tagged("efi", "lower", 0);
	add_boot("x64", 0);
	add_service(7, "./x64", 0);
	check(0, NULL);
	add_tagged("arm", "x64", OTHER_ADDR);
	check(0, NULL);
	add_tagged("arm", "x64", 0);
	check(1,
	    "dhcp-boot x64: the file is a program for UEFI x64, but the line is for architecture 11 (UEFI ARM64), which cannot boot from it");
	begin(false);
	add_service(0, "./x64", 0);
	check(1,
	    "pxe-service ./x64: the file is a program for UEFI x64, but the line is for architecture 0 (BIOS)");
	begin(false);
	add_service(7, "./elf", 0);
	check(1, "a program for an operating system (ELF)");
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

START_TEST(services)
{
	begin(false);
	add_service(0, "lower.none", OTHER_ADDR);
	add_service(0, "menu", 0);
	check(0, NULL);
	add_service(0, "lower", 0);
	check(1, "pxe-service lower.0: no such file");
}
END_TEST

/* One that several lines name is told once, and many are counted. */
START_TEST(many)
{
	char name[32];
	int i;

	begin(false);
	for (i = 0; i < 50; i++) {
		(void)snprintf(name, sizeof(name), "gone%d", i / 2);
		add_boot(name, 0);
	}
	check(11, "15 similar messages suppressed");
}
END_TEST

/* 5,000 lines that choose files: the last ones are looked at, too. */
START_TEST(many_lines)
{
	char name[32];
	int i;

	begin(false);
	for (i = 0; i < 2500; i++) {
		(void)snprintf(name, sizeof(name), "t%d", i);
		add_match((uint16_t)(1000 + i), name);
		add_tagged(name, "lower", 0);
	}
	add_match(11, "arm");
	add_tagged("arm", "x64", 0);
	check(1, "dhcp-boot x64: the file is a program for UEFI x64");
	begin(false);
	for (i = 0; i < BOOT_FILES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "gone%d", i);
		add_boot(name, 0);
	}
	check(11, "8182 similar messages suppressed");
	add_boot("gone7", 0);
	check(11, "8182 similar messages suppressed");
	add_boot("lower", 0);
	check(12, "only the first 8192 boot files were looked for");
}
END_TEST

static void
mode(const char *name, mode_t m)
{
	char path[100];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	ck_assert_int_eq(chmod(path, m), 0);
}

/* imaged says of such a root that it cannot be searched. */
START_TEST(closed_root)
{
	begin(true);
	add_boot("gone", 0);
	mode("a", 0700);
	check(0, NULL);
	mode("a", 0755);
	mode("b", 0700);
	check(0, NULL);
}
END_TEST

/* After its start, the parent can change its user no more. */
START_TEST(by_modes)
{
	char path[100];

	ck_assert_int_eq(capng_get_caps_process(), 0);
	ck_assert_int_eq(
	    capng_updatev(CAPNG_DROP, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
		CAP_SETUID, CAP_SETGID, -1),
	    0);
	ck_assert_int_eq(capng_apply(CAPNG_SELECT_CAPS), 0);
	check_file("efi/Boot.efi", 0, NULL);
	check_file("gone", 0, "no such file");
	check_file("closed", 0, "may not be served; all users must");
	check_file("efi", 0, "Is a directory");
	mode("a/efi", 0700);
	check_file("efi/Boot.efi", 0, "may not be served");
	check_file("efi//Boot.efi", 0, "may not be served");
	(void)snprintf(path, sizeof(path), "%s/a/efi", dir);
	ck_assert_int_eq(chown(path, NOBODY, 0), 0);
	check_file("efi/Boot.efi", 0, NULL);
	mode("a", 0700);
	check_file("gone", 0, NULL);
}
END_TEST

/* The lines come while the event loop runs. */
START_TEST(later)
{
	struct event_base *base = event_base_new();

	ck_assert_ptr_nonnull(base);
	begin(false);
	add_boot("gone", 0);
	said[0] = '\0';
	/* The first search is given up. */
	boot_look_start(base, conf, NOBODY, NOBODY);
	boot_look_start(base, conf, NOBODY, NOBODY);
	ck_assert_str_eq(said, "");
	/* It returns when there is no event to wait for. */
	ck_assert_int_eq(event_base_dispatch(base), 1);
	said_check(1, "dhcp-boot gone: no such file");
	event_base_free(base);
}
END_TEST

Suite *suite_boot_look(void);

Suite *
suite_boot_look(void)
{
	Suite *s = suite_create("boot_look");
	TCase *tc = tcase_create("boot_look");

	suite_add_tcase(s, tc);
	if (geteuid() != 0) {
		puts("boot_look: not run, it needs root");
		return s;
	}
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, names);
	tcase_add_test(tc, architectures);
	tcase_add_test(tc, not_asked_here);
	tcase_add_test(tc, not_served);
	tcase_add_test(tc, two_roots);
	tcase_add_test(tc, services);
	tcase_add_test(tc, many);
	tcase_add_test(tc, many_lines);
	tcase_add_test(tc, closed_root);
	tcase_add_test(tc, by_modes);
	tcase_add_test(tc, later);
	return s;
}

UNIT_MAIN_ALSO(suite_boot_look, SCMP_SYS(chmod), SCMP_SYS(chown))
