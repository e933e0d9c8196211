/* SPDX-License-Identifier: ISC */
/* System calls that a role must not make, and one that it may. */
#include <errno.h>
#include <linux/openat2.h>
#include <netinet/udp.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "tests/unit/sandbox_case.h"

static const struct forbidden {
	const char *name;
	long nr;
	long a, b, c;
	bool unnamed; /* the kernel kills for it before the handler runs */
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
	{ "sendfile", SYS_sendfile, CHANNEL_FD, 0, 0, false, ROLE_TFTPD },
	{ "ftruncate", SYS_ftruncate, CHANNEL_FD, 0, 0, false, ROLE_IMAGED },
	{ "splice", SYS_splice, 0, 0, 0, false, ROLE_TFTPD },
	{ "uname", SYS_uname, 0, 0, 0, false, ROLE_DHCPD },
	{ "ioctl", SYS_ioctl, CHANNEL_FD, 0, 0, false, ROLE_TFTPD },
	{ "pwrite64", SYS_pwrite64, CHANNEL_FD, 0, 0, false, ROLE_TFTPD },
	/* Seals: tftpd may look at them, imaged may set them, and no more. */
	{ "fcntl", SYS_fcntl, CHANNEL_FD, F_ADD_SEALS, 0, false, ROLE_TFTPD },
	{ "fcntl", SYS_fcntl, CHANNEL_FD, F_DUPFD_CLOEXEC, 0, false,
	    ROLE_TFTPD },
	{ "fcntl", SYS_fcntl, CHANNEL_FD, F_SETFL, 0, false, ROLE_IMAGED },
	{ "fcntl", SYS_fcntl, CHANNEL_FD, F_GETFD, 0, false, ROLE_DHCPD },
	{ "memfd_create", SYS_memfd_create, 0, 0, 0, false, ROLE_LEASED },
	{ "openat2", SYS_openat2, AT_FDCWD, 0, 0, false, ROLE_LEASED },
#ifndef PXEGUARD_SANITIZE
	{ "openat", SYS_openat, AT_FDCWD, (long)"/etc/passwd", 0, false,
	    ROLE_TFTPD },
	{ "open", SYS_open, (long)"/etc/passwd", 0, 0, false, ROLE_DHCPD },
	{ "write", SYS_write, 2, (long)"x", 1, false, ROLE_TFTPD },
	{ "getpid", SYS_getpid, 0, 0, 0, false, ROLE_TFTPD },
	{ "prctl", SYS_prctl, 4 /* PR_SET_DUMPABLE */, 1, 0, false,
	    ROLE_DHCPD },
#endif
	/* The one socket option that tftpd may set, and its neighbours. */
	{ "setsockopt", SYS_setsockopt, CHANNEL_FD, SOL_UDP, 104 /* GRO */,
	    false, ROLE_TFTPD },
	{ "setsockopt", SYS_setsockopt, CHANNEL_FD, SOL_SOCKET, 103, false,
	    ROLE_TFTPD },
	{ "setsockopt", SYS_setsockopt, CHANNEL_FD, SOL_UDP, 103, false,
	    ROLE_DHCPD },
	{ "mmap", SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC, false, ROLE_DHCPD },
	{ "mprotect", SYS_mprotect, 0, 4096, PROT_EXEC, false, ROLE_TFTPD },
	/* No call of that number, and one of the 32-bit numbers. */
	{ NULL, 4000, 0, 0, 0, false, ROLE_DHCPD },
	{ "x32", 0x40000000 + SYS_socket, 0, 0, 0, true, ROLE_DHCPD },
	{ "sendto", SYS_sendto, CHANNEL_FD, (long)"x", 1, false, ROLE_CONFD },
	{ "mremap", SYS_mremap, 0, 0, 0, false, ROLE_DHCPD },
	{ "memfd_create", SYS_memfd_create, (long)"x", 0, 0, false,
	    ROLE_TFTPD },
	{ "fcntl", SYS_fcntl, CHANNEL_FD, F_SETOWN, 0, false, ROLE_LEASED },
	{ "fcntl", SYS_fcntl, CHANNEL_FD, F_GETFD, 0, false, ROLE_LEASED },
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
	(void)syscall(trying->nr, a, trying->b, trying->c, MSG_MORE, 0, 0);
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

		ck_assert_pstr_eq(name, trying->name);
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
	has(seen.log, "sandbox: seccomp, second stage");
	killed_by_filter(false, SYS_openat);
	b = boot_of(ROLE_LEASED, SANDBOX_ROOT_WRITE);
	run(&b, act_read_narrowed, NULL);
	killed_by_filter(false, SYS_read);
	b = boot_of(ROLE_DHCPD, SANDBOX_ROOT_EMPTY);
	run(&b, act_seccomp_narrowed, NULL);
	killed_by_filter(false, SYS_seccomp);
}
END_TEST

/*
 * What the C library says as it ends a process, it says to standard error,
 * which no role has.
 */
static int
act_double_free(void)
{
	void *volatile p = malloc(64);
	void *volatile q = p;

	free(p);
	free(q);
	return 3;
}

static int
act_abort(void)
{
	abort();
}

static int
act_smash(void)
{
	uint8_t small[8];
	volatile size_t n = 64;

	memset(small, 1, n);
	return small[3];
}

START_TEST(damaged_memory)
{
	struct boot b = boot_of(ROLE_DHCPD, SANDBOX_ROOT_EMPTY);

	run(&b, act_double_free, NULL);
	has(seen.log, "free(): double free detected");
	killed_by_filter(false, SYS_writev);
	run(&b, act_smash, NULL);
	has(seen.log, "buffer overflow detected");
	killed_by_filter(false, SYS_writev);
	/* Nothing is said here, and the call tells. */
	run(&b, act_abort, NULL);
	killed_by_filter(false, SYS_rt_sigprocmask);
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

Suite *suite_sandbox_calls(void);

Suite *
suite_sandbox_calls(void)
{
	Suite *s = suite_create("sandbox_calls");
	TCase *tc = layers_case(s);

	if (tc == NULL)
		return s;
	tcase_add_loop_test(tc, forbidden_calls, 0, NFORBIDDEN);
#ifndef PXEGUARD_SANITIZE
	tcase_add_test(tc, second_stage);
	tcase_add_test(tc, damaged_memory);
#endif
	tcase_add_test(tc, segments);
	return s;
}

UNIT_MAIN(suite_sandbox_calls)
