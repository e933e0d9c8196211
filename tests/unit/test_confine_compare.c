/* SPDX-License-Identifier: ISC */
/* Every kind of difference of --confinement, and how it is printed. */
#include <stdio.h>
#include <string.h>

#include "daemon/record.h"
#include "command/confine_print.h"
#include "tests/unit/unit.h"

#define PARENT 0
#define ROLE 1
#define OTHER 2
#define PROCS 3
#define FLAGS (CONFINE_RO | CONFINE_NOSUID | CONFINE_NODEV | CONFINE_NOEXEC)
#define CAP_KILL_BIT 0x20
#define CAP_SYS_ADMIN_BIT (1 << 21)

static struct confine_proc procs[PROCS];
static struct confine_want want;
static struct confine_result results[CONFINE_ITEM_MAX];
static struct confine_mount host_mounts[] = {
	{ 10, 254, 0, "/", "/", 0, "ext4" },
	{ 11, 0, 43, "/", "/srv", 0, "tmpfs" },
};
static struct confine_mount role_mounts[4];
static struct confine_fd_entry fds[8];

/* A role as tftpd, and another one. */
static void
setup(void)
{
	struct confine_proc *p;
	int i, ns;

	memset(procs, 0, sizeof(procs));
	memset(&want, 0, sizeof(want));
	for (i = 0; i < PROCS; i++) {
		p = &procs[i];
		p->pid = 100 + i;
		for (ns = 0; ns < CONFINE_NS_MAX; ns++)
			p->ns[ns] = (uint64_t)(1000 * i + ns);
		p->status = (struct confine_status){ .state = 'S',
			.threads = 1,
			.seccomp = 2,
			.counted = true,
			.filters = 3,
			.no_new_privs = 1 };
		p->undumpable = true;
		(void)strcpy(p->exe, "/usr/libexec/tftpd");
		(void)strcpy(p->root, "/");
		p->exe_ino = 7;
	}
	procs[PARENT].status.filters = 1;
	procs[PARENT].status.no_new_privs = 0;
	procs[PARENT].mounts = (struct confine_mounts){ NULL, host_mounts, 2 };
	p = &procs[ROLE];
	for (i = 0; i < CONFINE_IDS; i++)
		p->status.uid[i] = p->status.gid[i] = 987;
	p->limits.soft[CONFINE_NOFILE] = p->limits.hard[CONFINE_NOFILE] = 64;
	role_mounts[0] =
	    (struct confine_mount){ 20, 0, 60, "/", "/", FLAGS, "tmpfs" };
	p->mounts = (struct confine_mounts){ NULL, role_mounts, 1 };
	fds[0] = (struct confine_fd_entry){ 0, CONFINE_FD_NULL, CONFINE_HOST,
		"/dev/null" };
	fds[1] = (struct confine_fd_entry){ 3, CONFINE_FD_UNIX, CONFINE_NOWHERE,
		"UNIX" };
	p->fds = fds;
	p->nfds = 2;
	want = (struct confine_want){ .who = CONFINE_ROLE,
		.role = ROLE_TFTPD,
		.exe_ino = 7,
		.uid = 987,
		.gid = 987,
		.user = "pxeguard-tftpd",
		.root = SANDBOX_ROOT_EMPTY,
		.filters = 2,
		.nofile = 64,
		.no_file = true,
		.fds = CONFINE_FD_BIT(CONFINE_FD_NULL) |
		       CONFINE_FD_BIT(CONFINE_FD_UNIX) |
		       CONFINE_FD_BIT(CONFINE_FD_FILE) |
		       CONFINE_FD_BIT(CONFINE_FD_FOLDER) };
}

static int
compare(void)
{
	return confine_compare(procs, PROCS, ROLE, &want, results);
}

/* Nothing but this item differs, and this was found. */
static void
differs(enum confine_item item, const char *found)
{
	int i;

	(void)compare();
	ck_assert_str_eq(results[item].found, found);
	for (i = 0; i < CONFINE_ITEM_MAX; i++)
		ck_assert_msg(
		    (results[i].verdict == CONFINE_DIFFERS) == (i == (int)item),
		    "%s: %s", confine_item_name((enum confine_item)i),
		    results[i].found);
	ck_assert_str_ne(results[item].expected, "");
	setup();
}

static void
same(enum confine_item item, const char *found)
{
	ck_assert_int_eq(compare(), 0);
	ck_assert_str_eq(results[item].found, found);
	setup();
}

START_TEST(as_specified)
{
	int i;

	ck_assert_int_eq(compare(), 0);
	for (i = 0; i < CONFINE_ITEM_MAX; i++)
		ck_assert_int_eq(results[i].verdict,
		    i == CONFINE_LANDLOCK ? CONFINE_HIDDEN : CONFINE_OK);
	ck_assert_str_eq(results[CONFINE_LANDLOCK].found,
	    "required at the start; /proc does not show it");
	same(CONFINE_ROOT, "empty: ro nosuid nodev noexec");
	same(CONFINE_NAMESPACES, "own net, mnt, ipc, uts");
}
END_TEST

START_TEST(program_and_user)
{
	struct confine_status *s = &procs[ROLE].status;

	procs[ROLE].exe_ino = 8;
	differs(CONFINE_PROGRAM, "/usr/libexec/tftpd");
	procs[ROLE].exe_dev = 8;
	differs(CONFINE_PROGRAM, "/usr/libexec/tftpd");
	s->uid[2] = 0; /* a saved uid that it could go back to */
	differs(CONFINE_USER, "uid 987 987 0 987, gid 987, no other group");
	s->gid[0] = s->gid[1] = s->gid[2] = s->gid[3] = 0;
	differs(CONFINE_USER, "uid 987, gid 0, no other group");
	s->ngroups = 1;
	differs(CONFINE_USER, "uid 987, gid 987, 1 other group");
	s->threads = 2;
	differs(CONFINE_THREADS, "2");
}
END_TEST

START_TEST(capabilities)
{
	uint64_t *cap = procs[ROLE].status.cap;

	cap[CONFINE_CAP_PERMITTED] = CAP_KILL_BIT;
	differs(
	    CONFINE_CAPABILITIES, "kill; effective none; bounding set none");
	cap[CONFINE_CAP_BOUNDING] = CAP_SYS_ADMIN_BIT;
	differs(CONFINE_CAPABILITIES, "none; bounding set sys_admin");
	cap[CONFINE_CAP_AMBIENT] = CAP_KILL_BIT;
	differs(CONFINE_CAPABILITIES, "none; ambient kill; bounding set none");
	cap[CONFINE_CAP_INHERITABLE] = CAP_KILL_BIT;
	differs(
	    CONFINE_CAPABILITIES, "none; inheritable kill; bounding set none");
	/* One that has no name yet. */
	cap[CONFINE_CAP_EFFECTIVE] = UINT64_C(1) << 63;
	differs(CONFINE_CAPABILITIES, "none; effective 63; bounding set none");
	cap[CONFINE_CAP_BOUNDING] = UINT64_MAX;
	differs(CONFINE_CAPABILITIES,
	    "none; bounding set chown dac_override dac_read_search fowner fsetid kill setgid setuid and more");
}
END_TEST

START_TEST(seccomp)
{
	struct confine_status *s = &procs[ROLE].status;

	s->seccomp = 0;
	s->filters = 0;
	differs(CONFINE_SECCOMP, "none");
	s->seccomp = 1;
	differs(CONFINE_SECCOMP, "strict mode");
	s->filters = 1; /* the parent's alone */
	differs(CONFINE_SECCOMP, "1 filter");
	s->filters = 2; /* the second stage is missing */
	differs(CONFINE_SECCOMP, "2 filters");
	s->filters = 4;
	differs(CONFINE_SECCOMP, "4 filters");
	s->filters = 0; /* fewer than the parent */
	differs(CONFINE_SECCOMP, "0 filters");
	s->counted = false;
	same(CONFINE_SECCOMP, "filters, which this kernel does not count");
	want.filters = 1;
	want.filters_more = true;
	same(CONFINE_SECCOMP, "3 filters");
	/* Below a container's filter. */
	procs[PARENT].status.filters = 5;
	s->filters = 7;
	same(CONFINE_SECCOMP, "7 filters");
	want.layers_disabled = RECORD_LAYER_PARENT_SECCOMP;
	same(CONFINE_SECCOMP, "3 filters");
	want.layers_disabled = RECORD_LAYER_SECCOMP;
	differs(CONFINE_SECCOMP, "3 filters (disabled by sandbox-disable)");
}
END_TEST

START_TEST(no_new_privs_and_landlock)
{
	procs[ROLE].status.no_new_privs = 0;
	differs(CONFINE_NO_NEW_PRIVS, "not set; not dumpable");
	procs[ROLE].undumpable = false;
	differs(CONFINE_NO_NEW_PRIVS, "set; dumpable");
	want.layers_disabled = RECORD_LAYER_LANDLOCK;
	differs(CONFINE_LANDLOCK, "none (disabled by sandbox-disable)");
}
END_TEST

START_TEST(namespaces)
{
	procs[ROLE].ns[CONFINE_NS_UTS] = procs[PARENT].ns[CONFINE_NS_UTS];
	differs(
	    CONFINE_NAMESPACES, "net own, mnt own, ipc own, uts the host's");
	procs[ROLE].ns[CONFINE_NS_NET] = procs[OTHER].ns[CONFINE_NS_NET];
	differs(CONFINE_NAMESPACES,
	    "net shared with process 102, mnt own, ipc own, uts own");
	/* Of a process that has ended nothing is known. */
	procs[ROLE].ns[CONFINE_NS_NET] = procs[OTHER].ns[CONFINE_NS_NET];
	procs[OTHER].ended = true;
	same(CONFINE_NAMESPACES, "own net, mnt, ipc, uts");
	procs[ROLE].ns[CONFINE_NS_IPC] = procs[PARENT].ns[CONFINE_NS_IPC];
	want.layers_disabled = RECORD_LAYER_NAMESPACES;
	differs(CONFINE_NAMESPACES,
	    "net own, mnt own, ipc the host's, uts own (disabled by sandbox-disable)");
}
END_TEST

START_TEST(limits)
{
	struct confine_limits *l = &procs[ROLE].limits;

	l->soft[CONFINE_NOFILE] = 10;
	differs(CONFINE_LIMITS,
	    "nofile 10/64 (the configuration needs 64), nproc 0, core 0, fsize 0, memlock 0, msgqueue 0");
	l->soft[CONFINE_NOFILE] = l->hard[CONFINE_NOFILE] = 65;
	differs(CONFINE_LIMITS,
	    "nofile 65 (the configuration needs 64), nproc 0, core 0, fsize 0, memlock 0, msgqueue 0");
	l->soft[CONFINE_NOFILE] = l->hard[CONFINE_NOFILE] = 63;
	same(CONFINE_LIMITS,
	    "nofile 63, nproc 0, core 0, fsize 0, memlock 0, msgqueue 0");
	l->hard[CONFINE_CORE] = CONFINE_UNLIMITED;
	differs(CONFINE_LIMITS,
	    "nofile 64, nproc 0, core 0/unlimited, fsize 0, memlock 0, msgqueue 0");
	l->hard[CONFINE_FSIZE] = l->soft[CONFINE_FSIZE] = 1;
	differs(CONFINE_LIMITS,
	    "nofile 64, nproc 0, core 0, fsize 1, memlock 0, msgqueue 0");
	l->hard[CONFINE_FSIZE] = l->soft[CONFINE_FSIZE] = 1;
	want.no_file = false;
	same(CONFINE_LIMITS,
	    "nofile 64, nproc 0, core 0, fsize 1, memlock 0, msgqueue 0");
	l->hard[CONFINE_NPROC] = 1;
	differs(CONFINE_LIMITS,
	    "nofile 64, nproc 0/1, core 0, fsize 0, memlock 0, msgqueue 0");
}
END_TEST

static void
fd(uint32_t number, enum confine_fd kind, enum confine_place place,
    const char *name)
{
	struct confine_fd_entry *e = &fds[procs[ROLE].nfds++];

	e->number = number;
	e->kind = (uint8_t)kind;
	e->place = (uint8_t)place;
	(void)snprintf(e->name, sizeof(e->name), "%s", name);
}

START_TEST(descriptors)
{
	int i;

	fd(4, CONFINE_FD_FILE, CONFINE_OWN, "/leases.db");
	fd(5, CONFINE_FD_FILE, CONFINE_NOWHERE, "/0/file");
	same(CONFINE_DESCRIPTORS, "1 /dev/null, 1 unix, 2 file");
	fd(4, CONFINE_FD_TCP, CONFINE_NOWHERE, "TCP");
	differs(CONFINE_DESCRIPTORS,
	    "1 /dev/null, 1 unix, 1 tcp; not of this role: 4 TCP");
	fd(4, CONFINE_FD_FILE, CONFINE_HOST, "/etc/shadow");
	differs(CONFINE_DESCRIPTORS,
	    "1 /dev/null, 1 unix, 1 file; not of this role: 4 /etc/shadow (in the host's tree)");
	fd(4, CONFINE_FD_FOLDER, CONFINE_NOWHERE, "/");
	differs(CONFINE_DESCRIPTORS,
	    "1 /dev/null, 1 unix, 1 folder; not of this role: 4 /");
	fd(4, CONFINE_FD_FOLDER, CONFINE_HOST, "/");
	want.fds_host = true;
	same(CONFINE_DESCRIPTORS, "1 /dev/null, 1 unix, 1 folder");
	fd(9, CONFINE_FD_NULL, CONFINE_HOST, "/dev/null");
	differs(CONFINE_DESCRIPTORS,
	    "2 /dev/null, 1 unix; not of this role: 9 /dev/null (in the host's tree)");
	for (i = 0; i < 5; i++)
		fd(10 + (uint32_t)i, CONFINE_FD_OTHER, CONFINE_NOWHERE, "x");
	differs(CONFINE_DESCRIPTORS,
	    "1 /dev/null, 1 unix, 5 other; not of this role: 10 x, 11 x, 12 x and 2 more");
}
END_TEST

START_TEST(root_empty)
{
	struct confine_mount *top = &role_mounts[0];

	procs[ROLE].root_names = 1;
	differs(
	    CONFINE_ROOT, "in memory, names in it: 1: ro nosuid nodev noexec");
	top->flags &= ~(uint32_t)CONFINE_NOEXEC;
	differs(CONFINE_ROOT, "empty: ro nosuid nodev");
	top->flags &= ~(uint32_t)CONFINE_RO;
	differs(CONFINE_ROOT,
	    "a folder of no mount of the host: rw nosuid nodev noexec");
	*top = (struct confine_mount){ 20, 254, 0, "/etc", "/", FLAGS, "ext4" };
	differs(CONFINE_ROOT, "/etc: ro nosuid nodev noexec");
	role_mounts[1] =
	    (struct confine_mount){ 21, 0, 43, "/a", "/proc", FLAGS, "tmpfs" };
	procs[ROLE].mounts.n = 2;
	differs(CONFINE_ROOT,
	    "empty: ro nosuid nodev noexec; /proc is /srv/a: ro nosuid nodev noexec");
	procs[ROLE].mounts.n = 0;
	differs(CONFINE_ROOT, "no mount");
	/* Two at the same place: the lower one may come to light. */
	role_mounts[1] = role_mounts[0];
	procs[ROLE].mounts.n = 2;
	differs(CONFINE_ROOT,
	    "empty: ro nosuid nodev noexec; empty: ro nosuid nodev noexec");
}
END_TEST

static void
read_roots(void)
{
	setup();
	want.root = SANDBOX_ROOT_READ;
	want.roots[0] = "/srv/boot";
	want.roots[1] = "/data";
	want.nroots = 2;
	procs[ROLE].root_names = 2;
	role_mounts[1] =
	    (struct confine_mount){ 21, 0, 43, "/boot", "/0", FLAGS, "tmpfs" };
	role_mounts[2] =
	    (struct confine_mount){ 22, 254, 0, "/data", "/1", FLAGS, "ext4" };
	procs[ROLE].mounts.n = 3;
}

START_TEST(root_of_folders)
{
	read_roots();
	role_mounts[3] = (struct confine_mount){ 23, 0, 99, "/", "/0/iso",
		FLAGS, "iso9660" };
	procs[ROLE].mounts.n = 4;
	same(CONFINE_ROOT,
	    "/0 is /srv/boot: ro nosuid nodev noexec; /1 is /data: ro nosuid nodev noexec; /0/iso is a folder of no mount of the host: ro nosuid nodev noexec");
	read_roots();
	role_mounts[1].flags &= ~(uint32_t)CONFINE_RO;
	differs(CONFINE_ROOT,
	    "/0 is /srv/boot: rw nosuid nodev noexec; /1 is /data: ro nosuid nodev noexec");
	read_roots();
	role_mounts[1].root = "/other";
	differs(CONFINE_ROOT,
	    "/0 is /srv/other: ro nosuid nodev noexec; /1 is /data: ro nosuid nodev noexec");
	read_roots();
	procs[ROLE].mounts.n = 2; /* one is missing */
	differs(CONFINE_ROOT, "/0 is /srv/boot: ro nosuid nodev noexec");
	read_roots();
	want.roots[1] = ""; /* one too many */
	differs(CONFINE_ROOT,
	    "/0 is /srv/boot: ro nosuid nodev noexec; /1 is /data: ro nosuid nodev noexec");
	read_roots();
	want.roots[1] = "";
	procs[ROLE].mounts.n = 2;
	same(CONFINE_ROOT, "/0 is /srv/boot: ro nosuid nodev noexec");
	read_roots();
	procs[ROLE].root_names = 3;
	differs(CONFINE_ROOT,
	    "in memory, names in it: 3: ro nosuid nodev noexec; /0 is /srv/boot: ro nosuid nodev noexec; /1 is /data: ro nosuid nodev noexec");
	read_roots();
	role_mounts[2].point = "/etc";
	differs(CONFINE_ROOT,
	    "/0 is /srv/boot: ro nosuid nodev noexec; /etc is /data: ro nosuid nodev noexec");
}
END_TEST

START_TEST(root_to_write)
{
	const uint32_t flags = CONFINE_NOSUID | CONFINE_NODEV | CONFINE_NOEXEC |
			       CONFINE_NOSYMFOLLOW;
	int i;

	for (i = 0; i < 4; i++) {
		setup();
		want.root = SANDBOX_ROOT_WRITE;
		want.roots[0] = "/var/leases";
		want.nroots = 1;
		role_mounts[0] = (struct confine_mount){ 20, 254, 0,
			"/var/leases", "/", flags, "ext4" };
		if (i == 0)
			same(CONFINE_ROOT,
			    "/var/leases: rw nosuid nodev noexec nosymfollow");
		role_mounts[0].flags &= ~(uint32_t)CONFINE_NOSYMFOLLOW;
		if (i == 1)
			differs(CONFINE_ROOT,
			    "/var/leases: rw nosuid nodev noexec");
		role_mounts[0].flags = flags;
		role_mounts[0].root = "/var";
		if (i == 2)
			differs(CONFINE_ROOT,
			    "/var: rw nosuid nodev noexec nosymfollow");
		/* A name with what a terminal would interpret. */
		role_mounts[0].root = "/var\033[31m";
		if (i == 3)
			differs(CONFINE_ROOT,
			    "/var\\x1b[31m: rw nosuid nodev noexec nosymfollow");
	}
}
END_TEST

/* Where the role has no mount namespace, both are said. */
START_TEST(root_of_the_host)
{
	procs[ROLE].ns[CONFINE_NS_MNT] = procs[PARENT].ns[CONFINE_NS_MNT];
	ck_assert_int_eq(compare(), 2);
	ck_assert_int_eq(results[CONFINE_ROOT].verdict, CONFINE_DIFFERS);
	ck_assert_str_eq(results[CONFINE_ROOT].found, "/ in the host's tree");
}
END_TEST

START_TEST(parent)
{
	struct confine_proc *p = &procs[PARENT];

	want = (struct confine_want){ .who = CONFINE_PARENT,
		.exe_ino = 7,
		.caps = CAP_KILL_BIT,
		.bounding = CAP_KILL_BIT | CAP_SYS_ADMIN_BIT,
		.filters_more = true };
	p->status.cap[CONFINE_CAP_PERMITTED] = CAP_KILL_BIT;
	p->status.cap[CONFINE_CAP_EFFECTIVE] = CAP_KILL_BIT;
	p->status.cap[CONFINE_CAP_BOUNDING] = want.bounding;
	ck_assert_int_eq(
	    confine_compare(procs, PROCS, PARENT, &want, results), 0);
	ck_assert_str_eq(results[CONFINE_CAPABILITIES].found,
	    "kill; bounding set kill sys_admin");
	ck_assert_str_eq(results[CONFINE_CAPABILITIES].expected,
	    "kill; bounding set kill sys_admin");
	want.layers_disabled = RECORD_LAYER_PARENT_SECCOMP;
	ck_assert_int_eq(
	    confine_compare(procs, PROCS, PARENT, &want, results), 1);
	ck_assert_str_eq(results[CONFINE_SECCOMP].found,
	    "1 filter (disabled by sandbox-disable)");
	want.layers_disabled = 0;
	p->status.cap[CONFINE_CAP_PERMITTED] |= CAP_SYS_ADMIN_BIT;
	p->status.filters = 0;
	p->status.seccomp = 0;
	p->status.uid[1] = 1;
	p->status.no_new_privs = 1;
	ck_assert_int_eq(
	    confine_compare(procs, PROCS, PARENT, &want, results), 4);
}
END_TEST

/* It may have less than the parent, not more. */
START_TEST(helper)
{
	want = (struct confine_want){ .who = CONFINE_HELPER,
		.exe_ino = 7,
		.caps = CAP_KILL_BIT,
		.filters_more = true };
	memcpy(procs[ROLE].ns, procs[PARENT].ns, sizeof(procs[ROLE].ns));
	ck_assert_int_eq(compare(), 0);
	procs[ROLE].status.cap[CONFINE_CAP_PERMITTED] = CAP_SYS_ADMIN_BIT;
	ck_assert_int_eq(compare(), 1);
	procs[ROLE].status.filters = 0;
	ck_assert_int_eq(compare(), 2);
}
END_TEST

START_TEST(unknown)
{
	int i;

	want = (struct confine_want){ .who = CONFINE_UNKNOWN };
	ck_assert_int_eq(compare(), 1);
	ck_assert_int_eq(results[CONFINE_PROGRAM].verdict, CONFINE_DIFFERS);
	for (i = CONFINE_PROGRAM + 1; i < CONFINE_ITEM_MAX; i++)
		ck_assert_int_eq(results[i].verdict, CONFINE_NOT_COMPARED);
}
END_TEST

/* -------------------------------------------------------------- printing */

static char *
print(void (*put)(FILE *, const struct confine_report *),
    const struct confine_report *report)
{
	static char printed[16384];
	FILE *f = fmemopen(printed, sizeof(printed), "w");

	ck_assert_ptr_nonnull(f);
	put(f, report);
	ck_assert_int_eq(fclose(f), 0);
	return printed;
}

START_TEST(prints)
{
	static struct confine_shown shown[2];
	struct confine_report report = { .list = shown,
		.n = 2,
		.missing = ROLE_BIT(ROLE_DHCPD),
		.layers_disabled = RECORD_LAYER_SECCOMP };
	const char *printed;

	(void)strcpy(procs[ROLE].exe, "/a \"b\"");
	procs[ROLE].exe_ino = 8;
	procs[ROLE].status.ngroups = 2;
	shown[0] = (struct confine_shown){ .pid = 101, .name = "tftpd" };
	shown[0].differences =
	    confine_compare(procs, PROCS, ROLE, &want, shown[0].results);
	shown[1] = (struct confine_shown){
		.pid = 102, .name = "unknown", .ended = true
	};
	ck_assert_int_eq(confine_differences(&report), 3);
	printed = print(confine_print, &report);
	ck_assert_ptr_nonnull(strstr(printed,
	    "tftpd (process 101)\n"
	    "  program       DIFFERS  /a \"b\"\n"
	    "                         expected: as installed\n"
	    "  user          DIFFERS  uid 987, gid 987, 2 other groups\n"
	    "                         expected: pxeguard-tftpd, no other group\n"
	    "  root          ok       empty: ro nosuid nodev noexec\n"));
	ck_assert_ptr_nonnull(strstr(printed,
	    "\nunknown (process 102) ended while it was read\n\n"
	    "dhcpd does not run, although the configuration needs it\n\n"
	    "2 processes, 3 differences\n"));
	printed = print(confine_print_json, &report);
	ck_assert_ptr_nonnull(strstr(printed,
	    "{\"processes\": [\n{\"role\": \"tftpd\", \"pid\": 101, \"ended\": false, \"differences\": 2, \"items\": [\n"
	    "  {\"item\": \"program\", \"verdict\": \"differs\", \"found\": \"/a \\\"b\\\"\", \"expected\": \"as installed\"},\n"));
	ck_assert_ptr_nonnull(strstr(printed,
	    "\"ended\": true, \"differences\": 0, \"items\": []}],\n"
	    "\"missing\": [\"dhcpd\"], \"sandbox_disable\": [\"seccomp\"], \"differences\": 3}\n"));
}
END_TEST

/* A line is cut between words, at 100 columns. */
START_TEST(wraps)
{
	static struct confine_shown shown;
	struct confine_report report = { .list = &shown, .n = 1 };
	char *printed, *line, *save;
	int i;

	shown = (struct confine_shown){ .pid = 101, .name = "tftpd" };
	for (i = 0; i < 200; i++)
		(void)strcat(
		    shown.results[0].found, i % 7 == 0 ? "a " : "bcd ");
	printed = print(confine_print, &report);
	for (line = strtok_r(printed, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		ck_assert_uint_le(strlen(line), 100);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("confine_compare");
	TCase *tc = tcase_create("confine_compare");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, as_specified);
	tcase_add_test(tc, program_and_user);
	tcase_add_test(tc, capabilities);
	tcase_add_test(tc, seccomp);
	tcase_add_test(tc, no_new_privs_and_landlock);
	tcase_add_test(tc, namespaces);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, descriptors);
	tcase_add_test(tc, root_empty);
	tcase_add_test(tc, root_of_folders);
	tcase_add_test(tc, root_to_write);
	tcase_add_test(tc, root_of_the_host);
	tcase_add_test(tc, parent);
	tcase_add_test(tc, helper);
	tcase_add_test(tc, unknown);
	tcase_add_test(tc, prints);
	tcase_add_test(tc, wraps);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
