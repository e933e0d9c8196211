/* SPDX-License-Identifier: ISC */
/* The system calls of the parent, and of a role until it has its own filter. */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "daemon/msg.h"
#include "sandbox/table_rows.h"

#define P ROLE_BIT(ROLE_PRIV)

/* What fork(3) asks of clone(2): a process, and nothing shared with it. */
#define CLONE_OF_FORK (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD)
#define NAMESPACES (CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS)

const struct sandbox_call sandbox_parent_calls[] = {
	/* clang-format off */
	/* Files: configuration, pid file, time zone, the roles' programs. */
	{ SCMP_SYS(openat),        P, P, ANY },
	{ SCMP_SYS(read),          P, P, ANY },
	{ SCMP_SYS(write),         P, P, ANY },
	{ SCMP_SYS(fstat),         P, P, ANY },
	{ SCMP_SYS(newfstatat),    P, P, ANY },
	{ SCMP_SYS(statx),         P, P, ANY },
	{ SCMP_SYS(lseek),         P, P, ANY },
	{ SCMP_SYS(fcntl),         P, P, EQUAL(1, F_DUPFD_CLOEXEC) },
	{ SCMP_SYS(fcntl),         P, P, EQUAL(1, F_GETFD) },
	{ SCMP_SYS(fcntl),         P, P, EQUAL(1, F_SETFD) },
	{ SCMP_SYS(fcntl),         P, P, EQUAL(1, F_GETFL) },
	{ SCMP_SYS(fcntl),         P, P, EQUAL(1, F_SETFL) },
	{ SCMP_SYS(getdents64),    P, P, ANY },
	{ SCMP_SYS(unlink),        P, P, ANY },
	{ SCMP_SYS(unlinkat),      P, P, ANY },
	{ SCMP_SYS(readlink),      P, P, ANY },
	{ SCMP_SYS(readlinkat),    P, P, ANY },
	{ SCMP_SYS(getcwd),        P, P, ANY },

	/* Folders that are watched for changes. */
	{ SCMP_SYS(inotify_init1), P, P, EQUAL(0, IN_NONBLOCK | IN_CLOEXEC) },
	{ SCMP_SYS(inotify_add_watch), P, P, ANY },

	/* Sockets: for roles, for interfaces and neighbours, for syslog. */
	{ SCMP_SYS(socket),        P, P, EQUAL(0, AF_UNIX) },
	{ SCMP_SYS(socket),        P, P, EQUAL(0, AF_INET) },
	{ SCMP_SYS(socket),        P, P, EQUAL(0, AF_INET6) },
	{ SCMP_SYS(socket),        P, P, EQUAL(0, AF_NETLINK) },
	{ SCMP_SYS(socketpair),    P, P, EQUAL(0, AF_UNIX) },
	{ SCMP_SYS(bind),          P, P, ANY },
	{ SCMP_SYS(listen),        P, P, ANY },
	{ SCMP_SYS(connect),       P, P, ANY },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, SOL_SOCKET, 2, SO_SNDBUF) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, SOL_SOCKET, 2, SO_RCVBUF) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, SOL_SOCKET, 2, SO_RCVBUFFORCE) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, SOL_SOCKET, 2, SO_SNDBUFFORCE) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, SOL_SOCKET, 2, SO_BINDTODEVICE) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, SOL_SOCKET, 2, SO_BROADCAST) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, SOL_SOCKET, 2, SO_REUSEADDR) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, SOL_SOCKET, 2, SO_TIMESTAMPNS) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, IPPROTO_IP, 2, IP_PKTINFO) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, IPPROTO_IP, 2, IP_RECVERR) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, IPPROTO_IPV6, 2, IPV6_V6ONLY) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, IPPROTO_IPV6, 2, IPV6_RECVPKTINFO) },
	{ SCMP_SYS(setsockopt),    P, P, BOTH_EQUAL(1, SOL_TCP, 2, TCP_CORK) },
	{ SCMP_SYS(getsockopt),    P, P, ANY },
	{ SCMP_SYS(getsockname),   P, P, ANY },
	{ SCMP_SYS(sendto),        P, P, ONLY(3, MSG_NOSIGNAL | MSG_DONTWAIT) },
	{ SCMP_SYS(recvfrom),      P, P, ANY },

	/* Roles: start, end, and signals. */
	{ SCMP_SYS(clone),         P, P, ONLY(0, CLONE_OF_FORK) },
	{ SCMP_SYS(execveat),      P, P, ANY },
	{ SCMP_SYS(wait4),         P, P, ANY },
	{ SCMP_SYS(kill),          P, P, EQUAL(1, SIGKILL) },
	{ SCMP_SYS(dup2),          P, P, ANY },
	{ SCMP_SYS(dup3),          P, P, ANY },
	{ SCMP_SYS(rt_sigaction),  P, P, ANY },
	{ SCMP_SYS(rt_sigprocmask), P, P, ANY },
	{ SCMP_SYS(rt_sigreturn),  P, P, ANY },
	{ SCMP_SYS(getpid),        P, P, ANY },
	{ SCMP_SYS(gettid),        P, P, ANY },
	{ SCMP_SYS(tgkill),        P, P, EQUAL(2, SIGABRT) },
	{ SCMP_SYS(futex),         P, P, ANY },
	{ SCMP_SYS(uname),         P, P, ANY },
	{ SCMP_SYS(geteuid),       P, P, ANY },
	{ SCMP_SYS(getuid),        P, P, ANY },
	{ SCMP_SYS(getegid),       P, P, ANY },
	{ SCMP_SYS(getgid),        P, P, ANY },

	/* The dynamic linker and the C library of a role that starts. */
	{ SCMP_SYS(mmap),          P, P, ANY },
	{ SCMP_SYS(mprotect),      P, P, ANY },
	{ SCMP_SYS(access),        P, P, ANY },
	{ SCMP_SYS(faccessat),     P, P, ANY },
	{ SCMP_SYS(arch_prctl),    P, P, ANY },
	{ SCMP_SYS(set_tid_address), P, P, ANY },
	{ SCMP_SYS(set_robust_list), P, P, ANY },
	{ SCMP_SYS(rseq),          P, P, ANY },
	{ SCMP_SYS(prlimit64),     P, P, EQUAL(0, 0) },
	{ SCMP_SYS(pread64),       P, P, ANY },
	{ SCMP_SYS(epoll_create1), P, P, ANY },
	{ SCMP_SYS(eventfd2),      P, P, ANY },
	{ SCMP_SYS(pipe2),         P, P, ANY },
	{ SCMP_SYS(sigaltstack),   P, P, ANY },
	{ SCMP_SYS(close_range),   P, P, ANY },

	/* The layers that it enters. */
	{ SCMP_SYS(unshare),       P, P, EQUAL(0, NAMESPACES) },
	{ SCMP_SYS(mount),         P, P, EQUAL(3, MS_REC | MS_PRIVATE) },
	{ SCMP_SYS(fsopen),        P, P, ANY },
	{ SCMP_SYS(fsconfig),      P, P, ANY },
	{ SCMP_SYS(fsmount),       P, P, ANY },
	{ SCMP_SYS(open_tree),     P, P, ANY },
	{ SCMP_SYS(mount_setattr), P, P, ANY },
	{ SCMP_SYS(move_mount),    P, P, ANY },
	{ SCMP_SYS(mkdirat),       P, P, ANY },
	{ SCMP_SYS(fchdir),        P, P, ANY },
	{ SCMP_SYS(pivot_root),    P, P, ANY },
	{ SCMP_SYS(umount2),       P, P, EQUAL(1, MNT_DETACH) },
	{ SCMP_SYS(chroot),        P, P, ANY },
	{ SCMP_SYS(chdir),         P, P, ANY },
	{ SCMP_SYS(setgroups),     P, P, ANY },
	{ SCMP_SYS(getgroups),     P, P, ANY },
	{ SCMP_SYS(setresgid),     P, P, ANY },
	{ SCMP_SYS(setresuid),     P, P, ANY },
	{ SCMP_SYS(getresgid),     P, P, ANY },
	{ SCMP_SYS(getresuid),     P, P, ANY },
	{ SCMP_SYS(capget),        P, P, ANY },
	{ SCMP_SYS(capset),        P, P, ANY },
	{ SCMP_SYS(fstatfs),       P, P, ANY },
	{ SCMP_SYS(prctl),         P, P, EQUAL(0, PR_SET_NAME) },
	{ SCMP_SYS(prctl),         P, P, EQUAL(0, PR_SET_KEEPCAPS) },
	{ SCMP_SYS(prctl),         P, P, EQUAL(0, PR_CAPBSET_READ) },
	{ SCMP_SYS(prctl),         P, P, EQUAL(0, PR_CAPBSET_DROP) },
	{ SCMP_SYS(prctl),         P, P, EQUAL(0, PR_CAP_AMBIENT) },
	{ SCMP_SYS(prctl),         P, P, EQUAL(0, PR_GET_SECUREBITS) },
	{ SCMP_SYS(prctl),         P, P, EQUAL(0, PR_GET_NO_NEW_PRIVS) },
	{ SCMP_SYS(prctl),         P, P, EQUAL(0, PR_SET_DUMPABLE) },
	{ SCMP_SYS(prctl),         P, P, EQUAL(0, PR_SET_PDEATHSIG) },
	{ SCMP_SYS(landlock_create_ruleset), P, P, ANY },
	{ SCMP_SYS(landlock_add_rule), P, P, ANY },
	{ SCMP_SYS(landlock_restrict_self), P, P, ANY },
	{ SCMP_SYS(seccomp),       P, P, ANY },

#ifdef PXEGUARD_SANITIZE
	{ SCMP_SYS(sched_getaffinity), P, P, ANY },
	{ SCMP_SYS(personality),   P, P, ANY },
	{ SCMP_SYS(execve),        P, P, ANY },
	{ SCMP_SYS(sysinfo),       P, P, ANY },
#endif
	/* clang-format on */
};
const size_t sandbox_nparent_calls =
    sizeof(sandbox_parent_calls) / sizeof(sandbox_parent_calls[0]);
