/* SPDX-License-Identifier: ISC */
/* The sandbox of a process: what /proc says of it, and what may be disabled. */
#include <dirent.h>

#include "tests/unit/sandbox_case.h"

static void
namespace_differs(const char *name)
{
	char path[64], ours[64], theirs[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s", seen.pid, name);
	memset(ours, 0, sizeof(ours));
	memset(theirs, 0, sizeof(theirs));
	ck_assert_int_gt(readlink(path, theirs, sizeof(theirs) - 1), 0);
	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	ck_assert_int_gt(readlink(path, ours, sizeof(ours) - 1), 0);
	ck_assert_str_ne(ours, theirs);
}

static void
look_at_proc(void)
{
	char text[8192], path[64];
	struct stat ours, theirs;
	struct dirent *e;
	DIR *d;

	proc_read("status", text, sizeof(text));
	has(text, "\nSeccomp:\t2\n");
	has(text, "\nNoNewPrivs:\t1\n");
	has(text, "\nCapInh:\t0000000000000000\n");
	has(text, "\nCapPrm:\t0000000000000000\n");
	has(text, "\nCapEff:\t0000000000000000\n");
	has(text, "\nCapBnd:\t0000000000000000\n");
	has(text, "\nCapAmb:\t0000000000000000\n");
	has(text, "\nUid:\t54321\t54321\t54321\t54321\n");
	has(text, "\nGid:\t54322\t54322\t54322\t54322\n");
	has(text, "\nGroups:\t \n");
	proc_read("limits", text, sizeof(text));
	has(text, "Max open files            77                   77 ");
	has(text, "Max core file size        0                    0 ");
	has(text, "Max processes             0                    0 ");
#ifndef PXEGUARD_SANITIZE
	has(text, "Max file size             0                    0 ");
#endif
	namespace_differs("net");
	namespace_differs("mnt");
	namespace_differs("ipc");
	namespace_differs("uts");
	proc_read("net/dev", text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, " lo:"));
	ck_assert_ptr_eq(strchr(strstr(text, " lo:") + 4, ':'), NULL);
	(void)snprintf(path, sizeof(path), "/proc/%d/root/", seen.pid);
	ck_assert_int_eq(stat(path, &theirs), 0);
	ck_assert_int_eq(stat("/", &ours), 0);
	ck_assert(ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino);
	ck_assert_ptr_nonnull(d = opendir(path));
	while ((e = readdir(d)) != NULL)
		ck_assert(e->d_name[0] == '.');
	closedir(d);
	/* One mount: nothing of the host is left below. */
	proc_read("mountinfo", text, sizeof(text));
	ck_assert_ptr_eq(strchr(text, '\n'), strrchr(text, '\n'));
}

START_TEST(layers_active)
{
	struct boot b = boot_of(ROLE_DHCPD, SANDBOX_ROOT_EMPTY);

	run(&b, act_nothing, look_at_proc);
	ck_assert(WIFEXITED(seen.status));
	ck_assert_int_eq(WEXITSTATUS(seen.status), 0);
	ck_assert_uint_eq(seen.layers, SANDBOX_ALL);
	ck_assert(!seen.dying);
	has(seen.log, "sandbox: namespaces");
	has(seen.log, "sandbox: root");
	has(seen.log, "sandbox: user: uid 54321, gid 54322");
	has(seen.log, "sandbox: capabilities: none");
	has(seen.log, "sandbox: rlimits");
	has(seen.log, "sandbox: no new privileges");
	has(seen.log, "sandbox: landlock");
	has(seen.log, "sandbox: seccomp, first stage");
}
END_TEST

/* ------------------------------------------- layers that are unavailable */

static void
layer_missing(const struct boot *b, const char *text)
{
	run(b, act_nothing, NULL);
	ck_assert(!seen.stood);
	ck_assert(WIFEXITED(seen.status));
	ck_assert_int_eq(WEXITSTATUS(seen.status), 1);
	has(seen.log, text);
}

START_TEST(missing_layers)
{
	struct boot b = boot_of(ROLE_IMAGED, SANDBOX_ROOT_READ);

	(void)strcpy(b.roots[0], "/nonexistent/folder");
	layer_missing(&b,
	    "sandbox: root unavailable: /nonexistent/folder: No such file or directory");
	b = boot_of(ROLE_LEASED, SANDBOX_ROOT_WRITE);
	(void)strcat(b.roots[0], "/file");
	layer_missing(&b, "sandbox: root unavailable");
	b = boot_of(ROLE_IMAGED, SANDBOX_ROOT_READ);
	b.layers_disabled = RECORD_LAYER_NAMESPACES;
	b.nroots = 2;
	(void)strcpy(b.roots[1], folder);
	layer_missing(&b, "sandbox: root unavailable: more than one folder");
	b.nroots = 1;
	b.roots[0][0] = '\0';
	layer_missing(&b, "sandbox: root unavailable: no folder");
	b = boot_of(ROLE_DHCPD, SANDBOX_ROOT_EMPTY);
	b.uid = 0;
	layer_missing(&b, "sandbox: user unavailable");
	b = boot_of(ROLE_DHCPD, SANDBOX_ROOT_EMPTY);
	b.gid = 0;
	layer_missing(&b, "sandbox: user unavailable");
}
END_TEST

/* A disabled layer is logged, and not reported as active. */
START_TEST(disabled)
{
	struct boot b = boot_of(ROLE_DHCPD, SANDBOX_ROOT_EMPTY);

	b.layers_disabled = RECORD_LAYER_SECCOMP | RECORD_LAYER_LANDLOCK;
	run(&b, act_nothing, NULL);
	ck_assert_int_eq(seen.status, 0);
	ck_assert_uint_eq(
	    seen.layers, SANDBOX_ALL & ~(SANDBOX_SECCOMP | SANDBOX_LANDLOCK));
	has(seen.log, "sandbox: seccomp disabled by sandbox-disable");
	has(seen.log, "sandbox: landlock disabled by sandbox-disable");
	b.layers_disabled = RECORD_LAYER_NAMESPACES;
	run(&b, act_nothing, NULL);
	ck_assert_int_eq(seen.status, 0);
	ck_assert_uint_eq(
	    seen.layers, SANDBOX_ALL & ~(SANDBOX_NAMESPACES | SANDBOX_ROOT));
}
END_TEST

Suite *suite_sandbox_child(void);

Suite *
suite_sandbox_child(void)
{
	Suite *s = suite_create("sandbox_child");
	TCase *tc = layers_case(s);

	if (tc == NULL)
		return s;
	tcase_add_test(tc, layers_active);
	tcase_add_test(tc, missing_layers);
	tcase_add_test(tc, disabled);
	return s;
}

UNIT_MAIN(suite_sandbox_child)
