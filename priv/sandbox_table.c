/* SPDX-License-Identifier: ISC */
/* The table of allowed system calls, per role and stage. */
#include "priv/sandbox_table.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/udp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "daemon/msg.h"

#define C ROLE_BIT(ROLE_CONFD)
#define D ROLE_BIT(ROLE_DHCPD)
#define L ROLE_BIT(ROLE_LEASED)
#define T ROLE_BIT(ROLE_TFTPD)
#define I ROLE_BIT(ROLE_IMAGED)
#define ALL (C | D | L | T | I)
#define NEVER 0

#define NO_TEST                   \
	{                         \
		SANDBOX_ANY, 0, 0 \
	}
#define ANY                      \
	{                        \
		NO_TEST, NO_TEST \
	}
#define CLEAR(arg, bits)                              \
	{                                             \
		{ SANDBOX_CLEAR, arg, bits }, NO_TEST \
	}
#define EQUAL(arg, value)                              \
	{                                              \
		{ SANDBOX_EQUAL, arg, value }, NO_TEST \
	}
#define BOTH_EQUAL(arg, value, arg2, value2)        \
	{                                           \
		{ SANDBOX_EQUAL, arg, value },      \
		{                                   \
			SANDBOX_EQUAL, arg2, value2 \
		}                                   \
	}

const struct sandbox_call sandbox_calls[] = {
	/* clang-format off */
	/* Messages, and the loop that waits for them. */
	{ SCMP_SYS(recvmsg),         ALL,   ALL,   ANY },
	{ SCMP_SYS(sendto),          ALL,   ALL,   EQUAL(4, 0) },
	{ SCMP_SYS(epoll_wait),      ALL,   ALL,   ANY },
	{ SCMP_SYS(epoll_pwait),     ALL,   ALL,   ANY },
	{ SCMP_SYS(epoll_pwait2),    ALL,   ALL,   ANY },
	{ SCMP_SYS(epoll_ctl),       ALL,   ALL,   ANY },
	{ SCMP_SYS(poll),            ALL,   ALL,   ANY },
	{ SCMP_SYS(ppoll),           ALL,   ALL,   ANY },
	{ SCMP_SYS(close),           ALL,   ALL,   ANY },
	{ SCMP_SYS(exit_group),      ALL,   ALL,   ANY },
	{ SCMP_SYS(rt_sigreturn),    ALL,   ALL,   ANY },
	{ SCMP_SYS(restart_syscall), ALL,   ALL,   ANY },

	/* The clock, where the kernel's fast path does not answer. */
	{ SCMP_SYS(clock_gettime),   ALL,   ALL,   ANY },
	{ SCMP_SYS(gettimeofday),    ALL,   ALL,   ANY },
	{ SCMP_SYS(time),            ALL,   ALL,   ANY },

	/* Memory, never executable. */
	{ SCMP_SYS(brk),             ALL,   ALL,   ANY },
	{ SCMP_SYS(mmap),            ALL,   ALL,   CLEAR(2, PROT_EXEC) },
	{ SCMP_SYS(mprotect),        ALL,   ALL,   CLEAR(2, PROT_EXEC) },
	{ SCMP_SYS(munmap),          ALL,   ALL,   ANY },
	{ SCMP_SYS(mremap),          ALL,   ALL,   ANY },
	{ SCMP_SYS(madvise),         ALL,   ALL,   EQUAL(2, MADV_DONTNEED) },
	{ SCMP_SYS(getrandom),       ALL,   ALL,   ANY },

	/* The second stage is itself a call. */
	{ SCMP_SYS(seccomp),         ALL,   NEVER, ANY },
	{ SCMP_SYS(prctl),           ALL,   NEVER, EQUAL(0, PR_SET_NO_NEW_PRIVS) },
	{ SCMP_SYS(prctl),           ALL,   NEVER, EQUAL(0, PR_SET_SECCOMP) },
	{ SCMP_SYS(prctl),           ALL,   NEVER, EQUAL(0, PR_GET_SECCOMP) },

	/*
	 * Packets.  sendmsg() can name any destination, also on a connected
	 * socket, and no filter sees it.  dhcpd needs that, and imaged needs
	 * it to hand out descriptors; tftpd must do with sockets that the
	 * parent connected.
	 */
	{ SCMP_SYS(recvmmsg),        D | T, D | T, ANY },
	{ SCMP_SYS(recvfrom),        T,     T,     ANY },
	{ SCMP_SYS(sendmsg),         D | I, D | I, ANY },

	/* confd reads what it was handed. */
	{ SCMP_SYS(read),            C,     NEVER, ANY },
	{ SCMP_SYS(fstat),           C,     NEVER, ANY },
	{ SCMP_SYS(newfstatat),      C,     NEVER, EQUAL(3, AT_EMPTY_PATH) },
	{ SCMP_SYS(getdents64),      C,     NEVER, ANY },

	/* tftpd reads boot files and sends them. */
	{ SCMP_SYS(sched_yield),     T,     T,     ANY },
	{ SCMP_SYS(preadv2),         T | I, T | I, ANY },
	/* Whether what it was given can still change, and its size. */
	{ SCMP_SYS(fcntl),           T,     T,     EQUAL(1, F_GET_SEALS) },
	{ SCMP_SYS(fstat),           T,     T,     ANY },
	{ SCMP_SYS(newfstatat),      T,     T,     EQUAL(3, AT_EMPTY_PATH) },
	/*
	 * Packets that lie ready: in memory that is a file, since the kernel
	 * takes pages from nothing else, and only from Linux 6.5 on.
	 */
	{ SCMP_SYS(uname),           T,     NEVER, ANY },
	{ SCMP_SYS(memfd_create),    T,     T,     ANY },
	{ SCMP_SYS(ftruncate),       T,     T,     ANY },
	{ SCMP_SYS(pwrite64),        T,     T,     ANY },
	{ SCMP_SYS(sendfile),        T,     T,     ANY },
	/* Many packets of one length by one call; where to is as before. */
	{ SCMP_SYS(setsockopt),      T,     T,     BOTH_EQUAL(1, SOL_UDP, 2, UDP_SEGMENT) },

	/* imaged opens them, and has the kernel read ahead. */
	{ SCMP_SYS(openat),          I,     NEVER, ANY },
	{ SCMP_SYS(openat2),         I,     I,     ANY },
	{ SCMP_SYS(fstat),           I,     I,     ANY },
	{ SCMP_SYS(newfstatat),      I,     I,     ANY },
	{ SCMP_SYS(statx),           I,     I,     ANY },
	{ SCMP_SYS(fadvise64),       I,     I,     ANY },
	/* Whether they lie in memory, where no read has to wait. */
	{ SCMP_SYS(fstatfs),         I,     I,     ANY },
	/*
	 * It copies them into memory that is then sealed.  Nothing else that
	 * it holds can be written to.  A second descriptor keeps a file while
	 * it is copied, and a copy while its answer waits.
	 */
	{ SCMP_SYS(memfd_create),    I,     I,     ANY },
	{ SCMP_SYS(pwrite64),        I,     I,     ANY },
	{ SCMP_SYS(fcntl),           I,     I,     EQUAL(1, F_ADD_SEALS) },
	{ SCMP_SYS(fcntl),           I,     I,     EQUAL(1, F_DUPFD_CLOEXEC) },

	/* leased opens its database, or imports one; then it only writes. */
	{ SCMP_SYS(openat),          L,     NEVER, ANY },
	{ SCMP_SYS(read),            L,     NEVER, ANY },
	{ SCMP_SYS(unlink),          L,     NEVER, ANY },
	{ SCMP_SYS(renameat2),       L,     NEVER, ANY },
	{ SCMP_SYS(access),          L,     NEVER, ANY },
	{ SCMP_SYS(getpid),          L,     NEVER, ANY },
	{ SCMP_SYS(geteuid),         L,     NEVER, ANY },
	{ SCMP_SYS(pread64),         L,     L,     ANY },
	{ SCMP_SYS(pwrite64),        L,     L,     ANY },
	{ SCMP_SYS(fdatasync),       L,     L,     ANY },
	{ SCMP_SYS(ftruncate),       L,     L,     ANY },
	{ SCMP_SYS(fcntl),           L,     L,     ANY },
	{ SCMP_SYS(fstat),           L,     L,     ANY },
	{ SCMP_SYS(newfstatat),      L,     L,     ANY },
	{ SCMP_SYS(statx),           L,     L,     ANY },

#ifdef PXEGUARD_SANITIZE
	/* What the sanitizers' run-time adds; never in a release. */
	{ SCMP_SYS(madvise),         ALL,   ALL,   ANY },
	{ SCMP_SYS(futex),           ALL,   ALL,   ANY },
	{ SCMP_SYS(sched_yield),     ALL,   ALL,   ANY },
	{ SCMP_SYS(sigaltstack),     ALL,   ALL,   ANY },
	{ SCMP_SYS(rt_sigprocmask),  ALL,   ALL,   ANY },
	{ SCMP_SYS(rt_sigaction),    ALL,   ALL,   ANY },
	{ SCMP_SYS(write),           ALL,   ALL,   ANY },
	{ SCMP_SYS(getpid),          ALL,   ALL,   ANY },
	{ SCMP_SYS(gettid),          ALL,   ALL,   ANY },
	{ SCMP_SYS(readlink),        ALL,   ALL,   ANY },
	{ SCMP_SYS(openat),          ALL,   ALL,   ANY },
	{ SCMP_SYS(open),            ALL,   ALL,   ANY },
	{ SCMP_SYS(read),            ALL,   ALL,   ANY },
	{ SCMP_SYS(newfstatat),      ALL,   ALL,   ANY },
	{ SCMP_SYS(getrlimit),       ALL,   ALL,   ANY },
	{ SCMP_SYS(prlimit64),       ALL,   ALL,   ANY },
	{ SCMP_SYS(tgkill),          ALL,   ALL,   ANY },
	{ SCMP_SYS(prctl),           ALL,   ALL,   ANY },
#endif
	/* clang-format on */
};
const size_t sandbox_ncalls = sizeof(sandbox_calls) / sizeof(sandbox_calls[0]);

const int sandbox_parent_calls[] = {
	/* Files: configuration, pid file, the roles' programs. */
	SCMP_SYS(openat),
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(lseek),
	SCMP_SYS(fcntl),
	SCMP_SYS(getdents64),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(renameat2),
	SCMP_SYS(readlink),
	SCMP_SYS(getcwd),

	/* Sockets: for roles, for interfaces and neighbours, for syslog. */
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(bind),
	SCMP_SYS(connect),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getsockopt),
	SCMP_SYS(getsockname),
	SCMP_SYS(sendto),
	SCMP_SYS(recvfrom),
	SCMP_SYS(ioctl),

	/* Roles: start, end, and signals. */
	SCMP_SYS(clone),
	SCMP_SYS(clone3),
	SCMP_SYS(execveat),
	SCMP_SYS(wait4),
	SCMP_SYS(waitid),
	SCMP_SYS(kill),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(gettid),
	SCMP_SYS(tgkill),
	SCMP_SYS(futex),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(uname),
	SCMP_SYS(geteuid),
	SCMP_SYS(getuid),
	SCMP_SYS(getegid),
	SCMP_SYS(getgid),

	/* The dynamic linker and the C library of a role that starts. */
	SCMP_SYS(mmap),
	SCMP_SYS(mprotect),
	SCMP_SYS(madvise),
	SCMP_SYS(access),
	SCMP_SYS(arch_prctl),
	SCMP_SYS(set_tid_address),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(prlimit64),
	SCMP_SYS(pread64),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(eventfd2),
	SCMP_SYS(pipe2),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(close_range),

	/* The walls that it raises. */
	SCMP_SYS(unshare),
	SCMP_SYS(mount),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsconfig),
	SCMP_SYS(fsmount),
	SCMP_SYS(open_tree),
	SCMP_SYS(mount_setattr),
	SCMP_SYS(move_mount),
	SCMP_SYS(mkdirat),
	SCMP_SYS(fchdir),
	SCMP_SYS(pivot_root),
	SCMP_SYS(umount2),
	SCMP_SYS(chroot),
	SCMP_SYS(chdir),
	SCMP_SYS(setgroups),
	SCMP_SYS(getgroups),
	SCMP_SYS(setresgid),
	SCMP_SYS(setresuid),
	SCMP_SYS(getresgid),
	SCMP_SYS(getresuid),
	SCMP_SYS(capget),
	SCMP_SYS(capset),
	SCMP_SYS(fstatfs),
	SCMP_SYS(prctl),
	SCMP_SYS(setrlimit),
	SCMP_SYS(landlock_create_ruleset),
	SCMP_SYS(landlock_add_rule),
	SCMP_SYS(landlock_restrict_self),
	SCMP_SYS(seccomp),

#ifdef PXEGUARD_SANITIZE
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(getrlimit),
	SCMP_SYS(personality),
	SCMP_SYS(execve),
	SCMP_SYS(sysinfo),
#endif
};
const size_t sandbox_nparent_calls =
    sizeof(sandbox_parent_calls) / sizeof(sandbox_parent_calls[0]);
