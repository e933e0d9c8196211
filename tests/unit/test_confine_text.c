/* SPDX-License-Identifier: ISC */
/* What /proc says of a process, as literal texts, and hostile ones. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command/confine_text.h"
#include "tests/unit/unit.h"

#define STATUS_HEAD                              \
	"Name:\tpxeguard: tftpd\nUmask:\t0000\n" \
	"State:\tS (sleeping)\nTgid:\t26186\nPid:\t26186\nPPid:\t26147\n"
#define STATUS_IDS \
	"Uid:\t987\t987\t987\t987\nGid:\t986\t986\t986\t986\nFDSize:\t64\n"
#define STATUS_TAIL                                              \
	"VmSize:\t   12345 kB\nThreads:\t1\nSigQ:\t0/96364\n"    \
	"CapInh:\t0000000000000000\nCapPrm:\t0000000000001424\n" \
	"CapEff:\t0000000000000400\nCapBnd:\t00000000002015e4\n" \
	"CapAmb:\tffffffffffffffff\nNoNewPrivs:\t1\nSeccomp:\t2\n"
#define STATUS STATUS_HEAD STATUS_IDS "Groups:\t \n" STATUS_TAIL

static struct confine_status status;

START_TEST(status_of_a_role)
{
	ck_assert(confine_status_parse(&status, STATUS
	    "Seccomp_filters:\t3\nSpeculation_Store_Bypass:\tvulnerable\n"));
	ck_assert_int_eq(status.state, 'S');
	ck_assert_uint_eq(status.ppid, 26147);
	ck_assert_uint_eq(status.uid[0], 987);
	ck_assert_uint_eq(status.uid[3], 987);
	ck_assert_uint_eq(status.gid[2], 986);
	ck_assert_uint_eq(status.ngroups, 0);
	ck_assert_uint_eq(status.threads, 1);
	ck_assert_uint_eq(status.cap[CONFINE_CAP_INHERITABLE], 0);
	ck_assert_uint_eq(status.cap[CONFINE_CAP_PERMITTED], 0x1424);
	ck_assert_uint_eq(status.cap[CONFINE_CAP_EFFECTIVE], 0x400);
	ck_assert_uint_eq(status.cap[CONFINE_CAP_BOUNDING], 0x2015e4);
	ck_assert_uint_eq(status.cap[CONFINE_CAP_AMBIENT], UINT64_MAX);
	ck_assert_uint_eq(status.no_new_privs, 1);
	ck_assert_uint_eq(status.seccomp, 2);
	ck_assert(status.counted);
	ck_assert_uint_eq(status.filters, 3);
}
END_TEST

START_TEST(status_of_an_old_kernel)
{
	ck_assert(confine_status_parse(&status, STATUS));
	ck_assert(!status.counted);
}
END_TEST

START_TEST(status_groups)
{
	static const struct {
		const char *line;
		int n; /* -1: malformed */
	} t[] = { { "Groups:\t\n", 0 }, { "Groups:\t0 \n", 1 },
		{ "Groups:\t4 24 27 \n", 3 }, { "Groups:\t4 x \n", -1 },
		{ "Groups:\t4x \n", -1 }, { "Groups:\t4294967296 \n", -1 },
		{ "Groups:\t-1 \n", -1 } };
	char text[2048];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		(void)snprintf(text, sizeof(text), "%s%s%s",
		    STATUS_HEAD STATUS_IDS, t[i].line, STATUS_TAIL);
		ck_assert_msg(
		    confine_status_parse(&status, text) == (t[i].n >= 0), "%s",
		    t[i].line);
		if (t[i].n >= 0)
			ck_assert_uint_eq(status.ngroups, (uint32_t)t[i].n);
	}
}
END_TEST

/* A name with what looks like fields: the kernel escapes its ends of lines. */
START_TEST(status_names)
{
	ck_assert(confine_status_parse(
	    &status, "Name:\tSeccomp:\\nUid: 0 0 0\n" STATUS));
	/* Were it not escaped, each field would be there twice. */
	ck_assert(!confine_status_parse(&status, "Seccomp:\t0\n" STATUS));
	ck_assert(!confine_status_parse(
	    &status, STATUS "Uid:\t987\t987\t987\t987\n"));
	ck_assert(!confine_status_parse(
	    &status, STATUS "Seccomp_filters:\t3\nSeccomp_filters:\t3\n"));
}
END_TEST

/* Without any of its lines, or with one that is cut or changed. */
START_TEST(status_malformed)
{
	static const char whole[] = STATUS;
	static const char *const wrong[] = { "", "\n", "Uid",
		"Uid:", "Uid:\t1\t2\t3\n", STATUS "Seccomp_filters:\tx\n",
		STATUS "Seccomp_filters:\t\n",
		STATUS "Seccomp_filters:\t1 1\n" };
	static const char *const needed[] = { "State:", "PPid:", "Uid:", "Gid:",
		"Groups:", "Threads:", "CapInh:", "CapPrm:", "CapEff:",
		"CapBnd:", "CapAmb:", "NoNewPrivs:", "Seccomp:" };
	char text[sizeof(whole)];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(
		    !confine_status_parse(&status, wrong[i]), "%s", wrong[i]);
	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		(void)strcpy(text, whole);
		*strstr(text, needed[i]) = 'x';
		ck_assert_msg(
		    !confine_status_parse(&status, text), "%s", needed[i]);
		(void)strcpy(text, whole);
		*strchr(strstr(text, needed[i]), '\t') = '!';
		ck_assert_msg(!confine_status_parse(&status, text) ||
				  strcmp(needed[i], "State:") == 0,
		    "%s", needed[i]);
	}
	/* Cut off anywhere before the last value. */
	for (i = 0; i + sizeof("2\n") < sizeof(whole); i++) {
		memcpy(text, whole, i);
		text[i] = '\0';
		ck_assert_msg(!confine_status_parse(&status, text), "%zu", i);
	}
}
END_TEST

#define LIMITS_TOP \
	"Limit                     Soft Limit           Hard Limit           Units     \n"
#define LIMITS                                                                             \
	LIMITS_TOP                                                                         \
	"Max cpu time              unlimited            unlimited            seconds   \n" \
	"Max file size             0                    unlimited            bytes     \n" \
	"Max core file size        0                    0                    bytes     \n" \
	"Max processes             0                    96364                processes \n" \
	"Max open files            768                  3136                 files     \n" \
	"Max locked memory         0                    0                    bytes     \n" \
	"Max msgqueue size         819200               18446744073709551614 bytes     \n"

START_TEST(limits)
{
	struct confine_limits l;
	char text[] = LIMITS;
	size_t n;

	ck_assert(confine_limits_parse(&l, LIMITS));
	ck_assert_uint_eq(l.soft[CONFINE_NOFILE], 768);
	ck_assert_uint_eq(l.hard[CONFINE_NOFILE], 3136);
	ck_assert_uint_eq(l.hard[CONFINE_NPROC], 96364);
	ck_assert_uint_eq(l.soft[CONFINE_FSIZE], 0);
	ck_assert_uint_eq(l.hard[CONFINE_FSIZE], CONFINE_UNLIMITED);
	ck_assert_uint_eq(l.hard[CONFINE_MSGQUEUE], UINT64_MAX - 1);
	*strstr(text, "18446744073709551614") = '2'; /* above 64 bits */
	ck_assert(!confine_limits_parse(&l, text));
	(void)strcpy(text, LIMITS);
	for (n = strlen(text); n > strlen(text) - 100 && n > 0; n--)
		text[n - 1] = '\0';
	ck_assert(!confine_limits_parse(&l, text));
	ck_assert(!confine_limits_parse(&l, ""));
	ck_assert(!confine_limits_parse(&l, LIMITS_TOP));
}
END_TEST

START_TEST(mounts)
{
	char text[] =
	    "136 418 0:60 / / ro,nosuid,nodev,noexec,relatime - tmpfs none rw,mode=755\n"
	    "137 136 254:1 /srv/a\\040b\\134c /0 rw,nosymfollow shared:1 master:2 - ext4  rw\n";
	struct confine_mount m;
	char *p = text;

	ck_assert_int_eq(confine_mount_next(&m, &p), 1);
	ck_assert_uint_eq(m.id, 136);
	ck_assert_uint_eq(m.minor, 60);
	ck_assert_str_eq(m.root, "/");
	ck_assert_str_eq(m.point, "/");
	ck_assert_str_eq(m.type, "tmpfs");
	ck_assert_uint_eq(m.flags,
	    CONFINE_RO | CONFINE_NOSUID | CONFINE_NODEV | CONFINE_NOEXEC);
	ck_assert_int_eq(confine_mount_next(&m, &p), 1);
	ck_assert_uint_eq(m.major, 254);
	ck_assert_str_eq(m.root, "/srv/a b\\c");
	ck_assert_uint_eq(m.flags, CONFINE_NOSYMFOLLOW);
	ck_assert_str_eq(m.type, "ext4");
	ck_assert_int_eq(confine_mount_next(&m, &p), 0);
}
END_TEST

START_TEST(mounts_malformed)
{
	static const char *const wrong[] = { "\n", "1\n", "1 2 0:3 / / ro\n",
		"1 2 0:3 / / ro - \n", "1 2 0:3 / / ro -\n",
		"x 2 0:3 / / ro - tmpfs none rw\n",
		"1x 2 0:3 / / ro - tmpfs none rw\n",
		"1 2 03 / / ro - tmpfs none rw\n",
		"1 2 0: / / ro - tmpfs none rw\n",
		"1 2 0:3x / / ro - tmpfs none rw\n",
		"4294967296 2 0:3 / / ro - tmpfs none rw\n",
		"1 2 0:3 / nowhere ro - tmpfs none rw\n",
		"1 2 0:3  / ro - tmpfs none rw\n",
		"1 2 0:3 / / ro - tmpfs none rw" };
	struct confine_mount m;
	char text[128], *p;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)strcpy(text, wrong[i]);
		p = text;
		ck_assert_msg(confine_mount_next(&m, &p) == -1, "%s", wrong[i]);
	}
}
END_TEST

/* Escapes that are none stay, and none makes a NUL. */
START_TEST(mounts_escapes)
{
	char text[] =
	    "1 2 0:3 / /\\000\\08\\477\\1\\134\\ ro - tmpfs none rw\n";
	struct confine_mount m;
	char *p = text;

	ck_assert_int_eq(confine_mount_next(&m, &p), 1);
	ck_assert_str_eq(m.point, "/\\000\\08\\477\\1\\\\");
}
END_TEST

START_TEST(mount_maps)
{
	static const struct {
		const char *of_root, *of_point, *root, *want; /* NULL: none */
	} t[] = {
		{ "/", "/", "/srv/a", "/srv/a" },
		{ "/", "/", "/", "/" },
		{ "/", "/srv", "/", "/srv" },
		{ "/", "/srv", "/a/b", "/srv/a/b" },
		{ "/srv", "/mnt", "/srv/a", "/mnt/a" },
		{ "/srv", "/mnt", "/srv", "/mnt" },
		{ "/srv", "/", "/srv", "/" },
		{ "/srv", "/", "/srv/a", "/a" },
		{ "/srv", "/mnt", "/srvx", NULL },
		{ "/srv", "/mnt", "/", NULL },
	};
	struct confine_mount of = { .minor = 1 }, m = { .minor = 1 };
	char path[16];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		of.root = t[i].of_root;
		of.point = t[i].of_point;
		m.root = t[i].root;
		ck_assert_msg(confine_mount_maps(&of, &m, path, sizeof(path)) ==
				  (t[i].want != NULL),
		    "case %zu", i);
		if (t[i].want != NULL)
			ck_assert_str_eq(path, t[i].want);
	}
	/* Another file system, and a path that does not fit. */
	of = (struct confine_mount){ .minor = 2, .root = "/", .point = "/" };
	m.root = "/a";
	ck_assert(!confine_mount_maps(&of, &m, path, sizeof(path)));
	of.minor = 1;
	m.root = "/0123456789abcdef";
	ck_assert(!confine_mount_maps(&of, &m, path, sizeof(path)));
}
END_TEST

START_TEST(links)
{
	uint64_t ns = 0;
	uint32_t mount = 0;

	ck_assert(confine_ns_parse("net:[4026531840]", "net", &ns));
	ck_assert_uint_eq(ns, 4026531840U);
	ck_assert(!confine_ns_parse("net:[4026531840]", "mnt", &ns));
	ck_assert(!confine_ns_parse("net:[]", "net", &ns));
	ck_assert(!confine_ns_parse("net:[1", "net", &ns));
	ck_assert(!confine_ns_parse("net:[1]x", "net", &ns));
	ck_assert(!confine_ns_parse("", "net", &ns));
	ck_assert(confine_fdinfo_parse(
	    "pos:\t0\nflags:\t02004002\nmnt_id:\t10\nino:\t5\n", &mount));
	ck_assert_uint_eq(mount, 10);
	ck_assert(!confine_fdinfo_parse("pos:\t0\n", &mount));
	ck_assert(!confine_fdinfo_parse("mnt_id:\tx\n", &mount));
	ck_assert(!confine_fdinfo_parse("mnt_id:\t1\nmnt_id:\t2\n", &mount));
}
END_TEST

START_TEST(descriptors)
{
	static const struct {
		struct confine_fd_look look;
		enum confine_fd want;
	} t[] = {
		{ { S_IFCHR, true, "/dev/null", "", false }, CONFINE_FD_NULL },
		{ { S_IFCHR, false, "/dev/null", "", false },
		    CONFINE_FD_OTHER },
		{ { S_IFSOCK, false, "socket:[1]", "UNIX", true },
		    CONFINE_FD_UNIX },
		{ { S_IFSOCK, false, "socket:[1]", "UNIX-STREAM", true },
		    CONFINE_FD_UNIX },
		{ { S_IFSOCK, false, "socket:[1]", "UDPv6", true },
		    CONFINE_FD_UDP },
		{ { S_IFSOCK, false, "socket:[1]", "UDPLITE", true },
		    CONFINE_FD_OTHER },
		{ { S_IFSOCK, false, "socket:[1]", "TCP", true },
		    CONFINE_FD_TCP },
		{ { S_IFSOCK, false, "socket:[1]", "NETLINK", true },
		    CONFINE_FD_NETLINK },
		{ { S_IFSOCK, false, "socket:[1]", "PACKET", true },
		    CONFINE_FD_OTHER },
		{ { S_IFSOCK, false, "socket:[1]", "", true },
		    CONFINE_FD_OTHER },
		{ { S_IFSOCK, false, "/run/socket", "UNIX", false },
		    CONFINE_FD_OTHER },
		{ { 0, false, "anon_inode:[eventpoll]", "", true },
		    CONFINE_FD_EPOLL },
		{ { 0, false, "anon_inode:inotify", "", true },
		    CONFINE_FD_INOTIFY },
		{ { 0, false, "anon_inode:[perf_event]", "", true },
		    CONFINE_FD_OTHER },
		{ { S_IFREG, false, "anon_inode:[eventpoll]", "", false },
		    CONFINE_FD_FILE },
		{ { S_IFIFO, false, "pipe:[1]", "", true }, CONFINE_FD_PIPE },
		{ { S_IFIFO, false, "/run/fifo", "", false },
		    CONFINE_FD_OTHER },
		{ { S_IFREG, false, "/memfd:copy (deleted)", "", true },
		    CONFINE_FD_MEMFD },
		{ { S_IFREG, false, "/memfd:copy (deleted)", "", false },
		    CONFINE_FD_FILE },
		{ { S_IFREG, false, "/0/file", "", true }, CONFINE_FD_FILE },
		{ { S_IFDIR, false, "/memfd:x", "", true }, CONFINE_FD_FOLDER },
		{ { S_IFBLK, true, "/dev/sda", "", false }, CONFINE_FD_OTHER },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(confine_fd_kind(&t[i].look) == t[i].want,
		    "case %zu: %s", i,
		    confine_fd_name(confine_fd_kind(&t[i].look)));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("confine_text");
	TCase *tc = tcase_create("confine_text");

	tcase_add_test(tc, status_of_a_role);
	tcase_add_test(tc, status_of_an_old_kernel);
	tcase_add_test(tc, status_groups);
	tcase_add_test(tc, status_names);
	tcase_add_test(tc, status_malformed);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, mounts);
	tcase_add_test(tc, mounts_malformed);
	tcase_add_test(tc, mounts_escapes);
	tcase_add_test(tc, mount_maps);
	tcase_add_test(tc, links);
	tcase_add_test(tc, descriptors);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
