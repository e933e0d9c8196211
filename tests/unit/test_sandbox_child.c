/* SPDX-License-Identifier: ISC */
/*
 * The walls on a real kernel: a process raises them as a role does, and then
 * tries what it must not.  Needs root; says so and passes without.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/udp.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/chan.h"
#include "daemon/log.h"
#include "priv/sandbox.h"
#include "tests/unit/unit.h"

#define CHANNEL_FD 3
#define SOME_ID 54321
#define MAX_FDS 77

/* What the parent saw of a child. */
static struct {
	pid_t pid;
	int status;
	bool stood; /* WALLS came */
	uint32_t walls;
	bool dying;
	uint32_t nr;
	char log[16384];
} seen;

static char folder[64];
static pid_t test_pid;

static void
child_log(int priority, const char *line, void *arg)
{
	uint8_t body[3 + LOG_LINE_MAX];
	struct writer w;

	(void)arg;
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)priority);
	writer_str(&w, line);
	(void)chan_send_now(CHANNEL_FD, MSG_LOG, 0, &w);
}

/* Raises the walls, tells so, waits for STOP, acts. */
__attribute__((noreturn)) static void
child_main(const struct boot *boot, int fd, int (*act)(void))
{
	uint8_t buf[MSG_SIZE_MAX], body[4];
	const char *why;
	struct writer w;
	struct msg m;

	if (dup2(fd, CHANNEL_FD) == -1)
		_exit(99);
	(void)close_range(CHANNEL_FD + 1, ~0U, 0);
	log_init("child", LOG_DEBUG);
	log_set_sink(child_log, NULL);
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, sandbox_enter(boot));
	(void)chan_send_now(CHANNEL_FD, MSG_WALLS, 0, &w);
	if (chan_recv_now(CHANNEL_FD, (enum role)boot->role, ROLE_PRIV,
		PHASE_BOOT, buf, &m, &why) == -1)
		_exit(98);
	_exit(act());
}

static void
hear(struct msg *m)
{
	char line[LOG_LINE_MAX + 1];

	switch (m->type) {
	case MSG_LOG:
		(void)reader_u8(&m->body);
		reader_str(&m->body, line, sizeof(line));
		ck_assert(reader_done(&m->body));
		ck_assert_uint_lt(
		    strlen(seen.log) + sizeof(line) + 1, sizeof(seen.log));
		(void)strcat(strcat(seen.log, line), "\n");
		break;
	case MSG_WALLS:
		seen.stood = true;
		seen.walls = reader_u32(&m->body);
		break;
	case MSG_DYING:
		seen.dying = true;
		seen.nr = reader_u32(&m->body);
		break;
	default:
		ck_abort_msg("message %s", msg_name(m->type));
	}
}

/* Runs a child; look(), where not NULL, while its walls stand. */
static void
run(const struct boot *boot, int (*act)(void), void (*look)(void))
{
	uint8_t buf[MSG_SIZE_MAX];
	const char *why;
	struct msg m;
	bool asked = false;
	int fds[2];

	memset(&seen, 0, sizeof(seen));
	ck_assert_int_eq(chan_pair(fds), 0);
	(void)fflush(NULL);
	ck_assert_int_ne(seen.pid = fork(), -1);
	if (seen.pid == 0)
		child_main(boot, fds[1], act);
	(void)close(fds[1]);
	while (chan_recv_now(fds[0], ROLE_PRIV, (enum role)boot->role,
		   PHASE_BOOT, buf, &m, &why) == 0) {
		hear(&m);
		if (!seen.stood || asked)
			continue;
		asked = true;
		if (look != NULL)
			look();
		(void)chan_send_now(fds[0], MSG_STOP, 0, NULL);
	}
	(void)close(fds[0]);
	ck_assert_int_eq(waitpid(seen.pid, &seen.status, 0), seen.pid);
}

static struct boot
boot_of(enum role role, enum sandbox_root root)
{
	struct boot b = { .role = (uint8_t)role,
		.log_level = LOG_DEBUG,
		.uid = SOME_ID,
		.gid = SOME_ID + 1,
		.root = (uint8_t)root,
		.max_fds = MAX_FDS };

	if (root != SANDBOX_ROOT_EMPTY) {
		b.nroots = 1;
		(void)strcpy(b.roots[0], folder);
	}
	return b;
}

static void
file_make(const char *name, mode_t mode)
{
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "hello", 5), 5);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	(void)close(fd);
}

static void
setup(void)
{
	char path[128];

	test_pid = getpid();
	(void)strcpy(folder, "/tmp/pxeguard-walls-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chmod(folder, 0777), 0);
	file_make("file", 0666);
	file_make("program", 0777);
	(void)snprintf(path, sizeof(path), "%s/null", folder);
	ck_assert_int_eq(mknod(path, S_IFCHR | 0666, makedev(1, 3)), 0);
	ck_assert_int_eq(chmod(path, 0666), 0);
	(void)snprintf(path, sizeof(path), "%s/link", folder);
	ck_assert_int_eq(symlink("file", path), 0);
}

static void
teardown(void)
{
	static const char *const names[] = { "file", "program", "null", "link",
		"new" };
	char path[128];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

static int
act_nothing(void)
{
	return 0;
}

/* ------------------------------------------------ what /proc says */

static void
proc_read(const char *name, char *dst, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", seen.pid, name);
	fd = open(path, O_RDONLY);
	ck_assert_int_ge(fd, 0);
	n = read(fd, dst, size - 1);
	ck_assert_int_gt(n, 0);
	dst[n] = '\0';
	(void)close(fd);
}

static void
has(const char *text, const char *line)
{
	ck_assert_msg(
	    strstr(text, line) != NULL, "no '%s' in:\n%s", line, text);
}

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

START_TEST(walls_stand)
{
	struct boot b = boot_of(ROLE_DHCPD, SANDBOX_ROOT_EMPTY);

	run(&b, act_nothing, look_at_proc);
	ck_assert(WIFEXITED(seen.status));
	ck_assert_int_eq(WEXITSTATUS(seen.status), 0);
	ck_assert_uint_eq(seen.walls, SANDBOX_ALL);
	ck_assert(!seen.dying);
	has(seen.log, "wall: namespaces");
	has(seen.log, "wall: root");
	has(seen.log, "wall: user: uid 54321, gid 54322");
	has(seen.log, "wall: capabilities: none");
	has(seen.log, "wall: rlimits");
	has(seen.log, "wall: no new privileges");
	has(seen.log, "wall: landlock");
	has(seen.log, "wall: seccomp, first stage");
}
END_TEST

/* ------------------------------------------------- forbidden calls */

static const struct forbidden {
	const char *name;
	long nr;
	long a, b, c;
	bool unnamed; /* a call with refused arguments dies without a word */
	enum role role;
} forbidden[] = {
	{ "socket", SYS_socket, AF_INET, SOCK_DGRAM, 0, false, ROLE_TFTPD },
	{ "socket", SYS_socket, AF_UNIX, SOCK_STREAM, 0, false, ROLE_LEASED },
	{ "socketpair", SYS_socketpair, 0, 0, 0, false, ROLE_DHCPD },
	{ "bind", SYS_bind, CHANNEL_FD, 0, 0, false, ROLE_TFTPD },
	{ "connect", SYS_connect, CHANNEL_FD, 0, 0, false, ROLE_TFTPD },
	{ "execve", SYS_execve, (long)"/program", 0, 0, false, ROLE_IMAGED },
	{ "execveat", SYS_execveat, 0, 0, 0, false, ROLE_CONFD },
	{ "clone", SYS_clone, SIGCHLD, 0, 0, false, ROLE_LEASED },
	{ "clone3", SYS_clone3, 0, 0, 0, false, ROLE_DHCPD },
	{ "ptrace", SYS_ptrace, 0, 0, 0, false, ROLE_DHCPD },
	{ "setuid", SYS_setuid, 0, 0, 0, false, ROLE_IMAGED },
	{ "setresuid", SYS_setresuid, 0, 0, 0, false, ROLE_DHCPD },
	{ "mount", SYS_mount, 0, 0, 0, false, ROLE_IMAGED },
	{ "chroot", SYS_chroot, (long)"/", 0, 0, false, ROLE_IMAGED },
	{ "unshare", SYS_unshare, 0, 0, 0, false, ROLE_CONFD },
	{ "bpf", SYS_bpf, 0, 0, 0, false, ROLE_DHCPD },
	{ "io_uring_setup", SYS_io_uring_setup, 1, 0, 0, false, ROLE_TFTPD },
	{ "memfd_create", SYS_memfd_create, 0, 0, 0, false, ROLE_DHCPD },
	{ "sendfile", SYS_sendfile, CHANNEL_FD, 0, 0, false, ROLE_IMAGED },
	{ "ftruncate", SYS_ftruncate, CHANNEL_FD, 0, 0, false, ROLE_IMAGED },
	{ "splice", SYS_splice, 0, 0, 0, false, ROLE_TFTPD },
	{ "uname", SYS_uname, 0, 0, 0, false, ROLE_DHCPD },
	{ "ioctl", SYS_ioctl, CHANNEL_FD, 0, 0, false, ROLE_TFTPD },
	{ "pwrite64", SYS_pwrite64, CHANNEL_FD, 0, 0, false, ROLE_DHCPD },
	/* Seals: tftpd may look at them, imaged may set them, and no more. */
	{ "fcntl", SYS_fcntl, CHANNEL_FD, F_ADD_SEALS, 0, true, ROLE_TFTPD },
	{ "fcntl", SYS_fcntl, CHANNEL_FD, F_DUPFD_CLOEXEC, 0, true,
	    ROLE_TFTPD },
	{ "fcntl", SYS_fcntl, CHANNEL_FD, F_SETFL, 0, true, ROLE_IMAGED },
	{ "fcntl", SYS_fcntl, CHANNEL_FD, F_GETFD, 0, false, ROLE_DHCPD },
	{ "memfd_create", SYS_memfd_create, 0, 0, 0, false, ROLE_LEASED },
	{ "openat2", SYS_openat2, AT_FDCWD, 0, 0, false, ROLE_LEASED },
#ifndef PXEGUARD_SANITIZE
	{ "openat", SYS_openat, AT_FDCWD, (long)"/etc/passwd", 0, false,
	    ROLE_TFTPD },
	{ "open", SYS_open, (long)"/etc/passwd", 0, 0, false, ROLE_DHCPD },
	{ "write", SYS_write, 2, (long)"x", 1, false, ROLE_TFTPD },
	{ "getpid", SYS_getpid, 0, 0, 0, false, ROLE_TFTPD },
	{ "prctl", SYS_prctl, 4 /* PR_SET_DUMPABLE */, 1, 0, true, ROLE_DHCPD },
#endif
	/* The one socket option that tftpd may set, and its neighbours. */
	{ "setsockopt", SYS_setsockopt, CHANNEL_FD, SOL_UDP, 104 /* GRO */,
	    true, ROLE_TFTPD },
	{ "setsockopt", SYS_setsockopt, CHANNEL_FD, SOL_SOCKET, 103, true,
	    ROLE_TFTPD },
	{ "setsockopt", SYS_setsockopt, CHANNEL_FD, SOL_UDP, 103, false,
	    ROLE_DHCPD },
	{ "mmap", SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC, true, ROLE_DHCPD },
	{ "mprotect", SYS_mprotect, 0, 4096, PROT_EXEC, true, ROLE_TFTPD },
	/* No call of that number, and one of the 32-bit numbers. */
	{ "none", 4000, 0, 0, 0, true, ROLE_DHCPD },
	{ "x32", 0x40000000 + SYS_socket, 0, 0, 0, true, ROLE_DHCPD },
	{ "kill", SYS_kill, -1, SIGTERM, 0, false, ROLE_TFTPD },
};
#define NFORBIDDEN ((int)(sizeof(forbidden) / sizeof(forbidden[0])))

static const struct forbidden *trying;

static int
act_forbidden(void)
{
	long a = trying->a;

	if (trying->nr == SYS_kill)
		a = test_pid;
	(void)syscall(trying->nr, a, trying->b, trying->c, 0, 0, 0);
	return 55;
}

static enum sandbox_root
root_of(enum role role)
{
	if (role == ROLE_IMAGED)
		return SANDBOX_ROOT_READ;
	return role == ROLE_LEASED ? SANDBOX_ROOT_WRITE : SANDBOX_ROOT_EMPTY;
}

static void
killed_by_filter(bool unnamed, long nr)
{
	ck_assert_msg(
	    WIFSIGNALED(seen.status) && WTERMSIG(seen.status) == SIGSYS,
	    "call %ld: status %x", nr, seen.status);
	ck_assert(seen.dying == !unnamed);
	if (!unnamed)
		ck_assert_int_eq((long)seen.nr, nr);
}

START_TEST(forbidden_calls)
{
	struct boot b;

	trying = &forbidden[_i];
	b = boot_of(trying->role, root_of(trying->role));
	run(&b, act_forbidden, NULL);
	ck_assert(seen.stood);
	killed_by_filter(trying->unnamed, trying->nr);
	if (!trying->unnamed) {
		char *name = seccomp_syscall_resolve_num_arch(
		    SCMP_ARCH_NATIVE, (int)seen.nr);

		ck_assert_str_eq(name, trying->name);
		free(name);
	}
}
END_TEST

#ifndef PXEGUARD_SANITIZE
/* What the first stage has and the second has not. */
static int
act_openat_narrowed(void)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_IN_ROOT };

	if (syscall(SYS_openat, AT_FDCWD, "/0/file", O_RDONLY, 0) == -1)
		return 1;
	sandbox_narrow(ROLE_IMAGED);
	if (syscall(SYS_openat2, AT_FDCWD, "/0/file", &how, sizeof(how)) == -1)
		return 2;
	(void)syscall(SYS_openat, AT_FDCWD, "/0/file", O_RDONLY, 0);
	return 3;
}

static int
act_read_narrowed(void)
{
	char c;
	long fd = syscall(SYS_openat, AT_FDCWD, "/file", O_RDWR, 0);

	if (fd == -1 || syscall(SYS_read, fd, &c, 1) != 1)
		return 1;
	sandbox_narrow(ROLE_LEASED);
	if (syscall(SYS_pwrite64, fd, "x", 1, 0) != 1 ||
	    syscall(SYS_fdatasync, fd) == -1)
		return 2;
	(void)syscall(SYS_read, fd, &c, 1);
	return 3;
}

static int
act_seccomp_narrowed(void)
{
	sandbox_narrow(ROLE_DHCPD);
	(void)syscall(SYS_seccomp, 1, 0, NULL);
	return 3;
}

START_TEST(second_stage)
{
	struct boot b = boot_of(ROLE_IMAGED, SANDBOX_ROOT_READ);

	run(&b, act_openat_narrowed, NULL);
	has(seen.log, "wall: seccomp, second stage");
	killed_by_filter(false, SYS_openat);
	b = boot_of(ROLE_LEASED, SANDBOX_ROOT_WRITE);
	run(&b, act_read_narrowed, NULL);
	killed_by_filter(false, SYS_read);
	b = boot_of(ROLE_DHCPD, SANDBOX_ROOT_EMPTY);
	run(&b, act_seccomp_narrowed, NULL);
	killed_by_filter(false, SYS_seccomp);
}
END_TEST
#endif

/* The kernel hears of it, and says that a channel is no UDP socket. */
static int
act_segment(void)
{
	int size = 1468;

	return syscall(SYS_setsockopt, CHANNEL_FD, SOL_UDP, UDP_SEGMENT, &size,
		   sizeof(size)) == -1 &&
		       errno != ENOSYS
		   ? 0
		   : 1;
}

START_TEST(segments)
{
	struct boot b = boot_of(ROLE_TFTPD, SANDBOX_ROOT_EMPTY);

	run(&b, act_segment, NULL);
	ck_assert_int_eq(seen.status, 0);
}
END_TEST

/* ------------------------------------------------------------ roots */

/* Opens; returns 0 or errno. */
static int
try_open(const char *path, int flags)
{
	long fd = syscall(SYS_openat, AT_FDCWD, path, flags, 0666);

	if (fd == -1)
		return errno;
	(void)syscall(SYS_close, fd);
	return 0;
}

static int
act_in_read_root(void)
{
	if (try_open("/0/file", O_RDONLY) != 0)
		return 1;
	if (try_open("/0/link", O_RDONLY) != 0)
		return 2;
	if (try_open("/0/file", O_WRONLY) == 0 ||
	    try_open("/0/file", O_RDWR) == 0)
		return 3;
	if (try_open("/0/file", O_RDONLY | O_TRUNC) == 0)
		return 4;
	if (try_open("/0/new", O_WRONLY | O_CREAT) == 0)
		return 5;
	if (try_open("/0/null", O_RDONLY) != EACCES)
		return 6;
	if (try_open("/etc/passwd", O_RDONLY) != ENOENT)
		return 7;
	if (try_open("/0/../etc/passwd", O_RDONLY) != ENOENT)
		return 10;
	if (try_open("/../../etc/passwd", O_RDONLY) != ENOENT)
		return 8;
	if (try_open("/proc/self/status", O_RDONLY) != ENOENT)
		return 9;
	if (try_open("/new", O_WRONLY | O_CREAT) == 0)
		return 11;
	return 0;
}

/* Two folders, and a number between them that has none. */
static int
act_in_folders(void)
{
	int fd;

	if (try_open("/0/file", O_RDONLY) != 0 ||
	    try_open("/2/file", O_RDONLY) != 0)
		return 1;
	if (try_open("/1/file", O_RDONLY) != ENOENT ||
	    try_open("/3", O_PATH) != ENOENT)
		return 2;
	if (try_open("/1/new", O_WRONLY | O_CREAT) == 0 ||
	    try_open("/2/new", O_WRONLY | O_CREAT) == 0 ||
	    try_open("/2/file", O_WRONLY) == 0)
		return 3;
	if (try_open("/2/null", O_RDONLY) != EACCES)
		return 4;
	/* A link leads to a file of its own tree. */
	if (try_open("/2/link", O_RDONLY) != 0)
		return 5;
	if (sandbox_root_open(3) != -1 || errno != ENOENT)
		return 6;
	if ((fd = sandbox_root_open(2)) == -1 ||
	    syscall(SYS_openat, fd, "file", O_RDONLY, 0) == -1)
		return 7;
	return 0;
}

/* Without namespaces the one folder is the root, and has one number. */
static int
act_in_plain_folder(void)
{
	int fd;

	if (try_open("/file", O_RDONLY) != 0)
		return 1;
	if (sandbox_root_open(0) != -1 || errno != ENOENT ||
	    sandbox_root_open(2) != -1 || errno != ENOENT)
		return 4;
	if ((fd = sandbox_root_open(1)) == -1 ||
	    syscall(SYS_openat, fd, "file", O_RDONLY, 0) == -1)
		return 2;
	if (try_open("/etc/passwd", O_RDONLY) != ENOENT ||
	    try_open("/file", O_WRONLY) == 0)
		return 3;
	return 0;
}

START_TEST(read_root)
{
	struct boot b = boot_of(ROLE_IMAGED, SANDBOX_ROOT_READ);

	run(&b, act_in_read_root, NULL);
	ck_assert_msg(
	    seen.status == 0, "status %x, call %u", seen.status, seen.nr);
	has(seen.log, ": read-only nodev nosuid noexec, as /0");
	ck_assert_uint_eq(seen.walls, SANDBOX_ALL);
}
END_TEST

static void
look_at_mounts(void)
{
	char text[8192], *line, *rest = text;
	int lines = 0;

	proc_read("mountinfo", text, sizeof(text));
	while ((line = strsep(&rest, "\n")) != NULL && line[0] != '\0') {
		lines++;
		has(line, " ro,nosuid,nodev,noexec,relatime ");
	}
	ck_assert_int_eq(lines, 3);
}

START_TEST(several_folders)
{
	struct boot b = boot_of(ROLE_IMAGED, SANDBOX_ROOT_READ);

	b.nroots = 3;
	(void)strcpy(b.roots[2], folder);
	run(&b, act_in_folders, look_at_mounts);
	ck_assert_msg(
	    seen.status == 0, "status %x, call %u", seen.status, seen.nr);
	has(seen.log, "noexec, as /0");
	has(seen.log, "noexec, as /2");
	ck_assert_ptr_null(strstr(seen.log, "as /1"));
	ck_assert_uint_eq(seen.walls, SANDBOX_ALL);
}
END_TEST

START_TEST(folder_without_namespaces)
{
	struct boot b = boot_of(ROLE_IMAGED, SANDBOX_ROOT_READ);

	b.without = RECORD_WALL_NAMESPACES;
	b.nroots = 3;
	b.roots[0][0] = '\0';
	(void)strcpy(b.roots[1], folder);
	run(&b, act_in_plain_folder, NULL);
	ck_assert_msg(
	    seen.status == 0, "status %x, call %u", seen.status, seen.nr);
}
END_TEST

static int
act_in_write_root(void)
{
	if (try_open("/file", O_RDWR) != 0)
		return 1;
	if (try_open("/new", O_WRONLY | O_CREAT | O_EXCL) != 0)
		return 2;
	if (syscall(SYS_unlink, "/new") == -1)
		return 3;
	if (try_open("/link", O_RDONLY) != ELOOP)
		return 4;
	if (try_open("/null", O_RDONLY) != EACCES)
		return 5;
	if (try_open("/etc/passwd", O_RDONLY) != ENOENT)
		return 6;
	return 0;
}

START_TEST(write_root)
{
	struct boot b = boot_of(ROLE_LEASED, SANDBOX_ROOT_WRITE);

	run(&b, act_in_write_root, NULL);
	ck_assert_msg(
	    seen.status == 0, "status %x, call %u", seen.status, seen.nr);
	ck_assert_uint_eq(seen.walls, SANDBOX_ALL);
}
END_TEST

/* ------------------------------------------- walls that cannot stand */

static void
wall_missing(const struct boot *b, const char *text)
{
	run(b, act_nothing, NULL);
	ck_assert(!seen.stood);
	ck_assert(WIFEXITED(seen.status));
	ck_assert_int_eq(WEXITSTATUS(seen.status), 1);
	has(seen.log, text);
}

START_TEST(missing_walls)
{
	struct boot b = boot_of(ROLE_IMAGED, SANDBOX_ROOT_READ);

	(void)strcpy(b.roots[0], "/nonexistent/folder");
	wall_missing(&b, "wall missing: root: /nonexistent/folder: "
			 "No such file or directory");
	b = boot_of(ROLE_LEASED, SANDBOX_ROOT_WRITE);
	(void)strcat(b.roots[0], "/file");
	wall_missing(&b, "wall missing: root");
	b = boot_of(ROLE_IMAGED, SANDBOX_ROOT_READ);
	b.without = RECORD_WALL_NAMESPACES;
	b.nroots = 2;
	(void)strcpy(b.roots[1], folder);
	wall_missing(&b, "wall missing: root: more than one folder");
	b.nroots = 1;
	b.roots[0][0] = '\0';
	wall_missing(&b, "wall missing: root: no folder");
	b = boot_of(ROLE_DHCPD, SANDBOX_ROOT_EMPTY);
	b.uid = 0;
	wall_missing(&b, "wall missing: user");
	b = boot_of(ROLE_DHCPD, SANDBOX_ROOT_EMPTY);
	b.gid = 0;
	wall_missing(&b, "wall missing: user");
}
END_TEST

/* What the owner gave up is said, and not reported as standing. */
START_TEST(given_up)
{
	struct boot b = boot_of(ROLE_DHCPD, SANDBOX_ROOT_EMPTY);

	b.without = RECORD_WALL_SECCOMP | RECORD_WALL_LANDLOCK;
	run(&b, act_nothing, NULL);
	ck_assert_int_eq(seen.status, 0);
	ck_assert_uint_eq(
	    seen.walls, SANDBOX_ALL & ~(SANDBOX_SECCOMP | SANDBOX_LANDLOCK));
	has(seen.log, "given up by without-wall: seccomp");
	has(seen.log, "given up by without-wall: landlock");
	b.without = RECORD_WALL_NAMESPACES;
	run(&b, act_nothing, NULL);
	ck_assert_int_eq(seen.status, 0);
	ck_assert_uint_eq(
	    seen.walls, SANDBOX_ALL & ~(SANDBOX_NAMESPACES | SANDBOX_ROOT));
}
END_TEST

START_TEST(skipped)
{
	(void)printf("skipped: the walls need root\n");
}
END_TEST

Suite *suite_sandbox_child(void);

Suite *
suite_sandbox_child(void)
{
	Suite *s = suite_create("sandbox_child");
	TCase *tc = tcase_create("walls");

	suite_add_tcase(s, tc);
	if (geteuid() != 0) {
		tcase_add_test(tc, skipped);
		return s;
	}
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, walls_stand);
	tcase_add_loop_test(tc, forbidden_calls, 0, NFORBIDDEN);
#ifndef PXEGUARD_SANITIZE
	tcase_add_test(tc, second_stage);
#endif
	tcase_add_test(tc, segments);
	tcase_add_test(tc, read_root);
	tcase_add_test(tc, several_folders);
	tcase_add_test(tc, folder_without_namespaces);
	tcase_add_test(tc, write_root);
	tcase_add_test(tc, missing_walls);
	tcase_add_test(tc, given_up);
	return s;
}

UNIT_MAIN(suite_sandbox_child)
