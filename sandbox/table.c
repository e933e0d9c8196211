/* SPDX-License-Identifier: ISC */
/* The table of allowed system calls, per role and stage. */
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "daemon/msg.h"
#include "sandbox/table_rows.h"

#define C ROLE_BIT(ROLE_CONFD)
#define D ROLE_BIT(ROLE_DHCPD)
#define L ROLE_BIT(ROLE_LEASED)
#define T ROLE_BIT(ROLE_TFTPD)
#define I ROLE_BIT(ROLE_IMAGED)
#define K ROLE_BIT(ROLE_CAPD)
#define H ROLE_BIT(ROLE_HASHD)
#define W ROLE_BIT(ROLE_HTTPD)
#define Y ROLE_BIT(ROLE_KEYD)
#define ALL ROLES_CHILDREN
#define NEVER 0

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif
#define MEMFD_OF_COPY (MFD_CLOEXEC | MFD_ALLOW_SEALING)

const struct sandbox_call sandbox_calls[] = {
	/* clang-format off */
	/* Messages, and the loop that waits for them. */
	{ SCMP_SYS(recvmsg),         ALL,   ALL,   ANY },
	/* No address, so that it goes where the socket is connected to. */
	{ SCMP_SYS(sendto),          ALL,   ALL,   EQUAL_ONLY(4, 0, 3, MSG_NOSIGNAL | MSG_DONTWAIT) },
	{ SCMP_SYS(epoll_wait),      ALL,   ALL,   ANY },
	{ SCMP_SYS(epoll_pwait),     ALL,   ALL,   ANY },
	{ SCMP_SYS(epoll_pwait2),    ALL,   ALL,   ANY },
	{ SCMP_SYS(epoll_ctl),       ALL,   ALL,   ANY },
	{ SCMP_SYS(poll),            ALL,   ALL,   ANY },
	{ SCMP_SYS(ppoll),           ALL,   ALL,   ANY },
	{ SCMP_SYS(close),           ALL,   ALL,   ANY },
	{ SCMP_SYS(exit_group),      ALL,   ALL,   ANY },
	/* Continues a wait after SIGSTOP and SIGCONT. */
	{ SCMP_SYS(restart_syscall), ALL,   ALL,   ANY },

	/* The clock, where the kernel's fast path does not answer. */
	{ SCMP_SYS(clock_gettime),   ALL,   ALL,   ANY },
	{ SCMP_SYS(gettimeofday),    ALL,   ALL,   ANY },
	/* SQLite and GnuTLS seed their random numbers with it as well. */
	{ SCMP_SYS(time),            L | W | Y, W | Y, ANY },

	/* Memory, never executable. */
	{ SCMP_SYS(brk),             ALL,   ALL,   ANY },
	{ SCMP_SYS(mmap),            ALL,   ALL,   CLEAR(2, PROT_EXEC) },
	{ SCMP_SYS(munmap),          ALL,   ALL,   ANY },
	{ SCMP_SYS(mremap),          ALL,   ALL,   EQUAL(3, MREMAP_MAYMOVE) },
	{ SCMP_SYS(getrandom),       ALL,   ALL,   ANY },

	/* The second stage is itself a call. */
	{ SCMP_SYS(seccomp),         ALL,   NEVER, ANY },
	{ SCMP_SYS(prctl),           ALL,   NEVER, EQUAL(0, PR_SET_NO_NEW_PRIVS) },
	{ SCMP_SYS(prctl),           ALL,   NEVER, EQUAL(0, PR_SET_SECCOMP) },
	{ SCMP_SYS(prctl),           ALL,   NEVER, EQUAL(0, PR_GET_SECCOMP) },

	/*
	 * Packets.  sendmsg() can name any destination, also on a connected
	 * socket, and no filter sees it.  dhcpd needs that, and imaged and
	 * hashd need it to hand out descriptors; tftpd must do with sockets that the
	 * parent connected.
	 */
	{ SCMP_SYS(recvmmsg),        D | T, D | T, ANY },
	{ SCMP_SYS(recvfrom),        T,     T,     ANY },
	{ SCMP_SYS(sendmsg),         D | I | H, D | I | H, ONLY(2, MSG_NOSIGNAL | MSG_DONTWAIT) },

	/* How much of its buffer waits for ARP. */
	{ SCMP_SYS(getsockopt),      D,     D,     BOTH_EQUAL(1, SOL_SOCKET, 2, SO_MEMINFO) },

	/* confd reads what it was handed. */
	{ SCMP_SYS(read),            C,     NEVER, ANY },
	{ SCMP_SYS(fstat),           C,     NEVER, ANY },
	{ SCMP_SYS(newfstatat),      C,     NEVER, EQUAL(3, AT_EMPTY_PATH) },
	{ SCMP_SYS(getdents64),      C,     NEVER, ANY },

	/* capd reads a capture file by libpcap and the C library's streams. */
	{ SCMP_SYS(read),            K,     K,     ANY },
	{ SCMP_SYS(fstat),           K,     K,     ANY },
	{ SCMP_SYS(newfstatat),      K,     K,     EQUAL(3, AT_EMPTY_PATH) },
	{ SCMP_SYS(fcntl),           K,     NEVER, EQUAL(1, F_GETFL) },
	/* A stream that is closed before its end. */
	{ SCMP_SYS(lseek),           K,     K,     ANY },

	/* tftpd reads boot files and sends them. */
	{ SCMP_SYS(sched_yield),     T,     T,     ANY },
	{ SCMP_SYS(preadv2),         T | I | H, T | I | H, ONLY(5, RWF_NOWAIT) },
	/* Whether what it was given can still change, and its size. */
	{ SCMP_SYS(fcntl),           T | I, T | I, EQUAL(1, F_GET_SEALS) },
	{ SCMP_SYS(fstat),           T,     T,     ANY },
	{ SCMP_SYS(newfstatat),      T,     T,     EQUAL(3, AT_EMPTY_PATH) },
	/* Cuts one send into packets; the destination is that of the socket. */
	{ SCMP_SYS(setsockopt),      T,     T,     BOTH_EQUAL(1, SOL_UDP, 2, UDP_SEGMENT) },

	/*
	 * httpd accepts connections and serves them by libmicrohttpd, which has
	 * an epoll descriptor of its own.  Its sockets are streams: none can
	 * send to an address of its choice.
	 */
	{ SCMP_SYS(epoll_create1),   W,     NEVER, ANY },
	{ SCMP_SYS(accept4),         W,     W,     EQUAL(3, SOCK_NONBLOCK | SOCK_CLOEXEC) },
	{ SCMP_SYS(recvfrom),        W,     W,     ANY },
	{ SCMP_SYS(sendto),          W,     W,     BOTH_EQUAL(4, 0, 3, MSG_NOSIGNAL | MSG_MORE) },
	{ SCMP_SYS(sendmsg),         W,     W,     ONLY(2, MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE) },
	{ SCMP_SYS(sendfile),        W,     W,     ANY },
	/* Files that are checked block by block. */
	{ SCMP_SYS(preadv2),         W,     W,     ONLY(5, RWF_NOWAIT) },
	{ SCMP_SYS(fcntl),           W,     W,     EQUAL(1, F_GET_SEALS) },
	{ SCMP_SYS(fstat),           W,     W,     ANY },
	{ SCMP_SYS(newfstatat),      W,     W,     EQUAL(3, AT_EMPTY_PATH) },
	/* libmicrohttpd reads a file that sendfile() does not take. */
	{ SCMP_SYS(pread64),         W,     W,     ANY },
	{ SCMP_SYS(shutdown),        W,     W,     ANY },
	{ SCMP_SYS(fcntl),           W,     W,     EQUAL(1, F_GETFL) },
	{ SCMP_SYS(setsockopt),      W,     W,     BOTH_EQUAL(1, SOL_TCP, 2, TCP_NODELAY) },
	{ SCMP_SYS(setsockopt),      W,     W,     BOTH_EQUAL(1, SOL_TCP, 2, TCP_CORK) },
	/* How much a client has received, for the log. */
	{ SCMP_SYS(getsockopt),      W,     W,     BOTH_EQUAL(1, SOL_TCP, 2, TCP_INFO) },

	/* GnuTLS initializes parts of itself once, with nobody waiting. */
	{ SCMP_SYS(futex),           W | Y, W | Y, EQUAL(1, FUTEX_WAKE | FUTEX_PRIVATE_FLAG) },
	/* keyd reads its key, and httpd the certificate. */
	{ SCMP_SYS(pread64),         Y,     Y,     ANY },

	/* imaged opens them, and has the kernel read ahead. */
	{ SCMP_SYS(openat),          I,     NEVER, ANY },
	{ SCMP_SYS(openat2),         I,     I,     ANY },
	/* verify-preload looks for files. */
	{ SCMP_SYS(getdents64),      I,     I,     ANY },
	{ SCMP_SYS(fstat),           I | H, I | H, ANY },
	{ SCMP_SYS(newfstatat),      I | H, I | H, EQUAL(3, AT_EMPTY_PATH) },
	{ SCMP_SYS(fadvise64),       I,     I,     EQUAL(3, POSIX_FADV_SEQUENTIAL) },
	{ SCMP_SYS(fadvise64),       I,     I,     EQUAL(3, POSIX_FADV_WILLNEED) },
	/* Whether they lie in memory, where no read has to wait. */
	{ SCMP_SYS(fstatfs),         I,     I,     ANY },
	/*
	 * It copies them into memory that is then sealed, or hashd does as it
	 * hashes them.  Nothing else that they hold can be written to.  A second
	 * descriptor keeps a file while it is copied, and a copy while its answer
	 * waits.
	 */
	{ SCMP_SYS(memfd_create),    I | H, I | H, EQUAL(1, MEMFD_OF_COPY) },
	{ SCMP_SYS(memfd_create),    I | H, I | H, EQUAL(1, MEMFD_OF_COPY | MFD_NOEXEC_SEAL) },
	{ SCMP_SYS(pwrite64),        I | H, I | H, ANY },
	{ SCMP_SYS(fcntl),           I | H, I | H, EQUAL(1, F_ADD_SEALS) },
	{ SCMP_SYS(fcntl),           I,     I,     EQUAL(1, F_DUPFD_CLOEXEC) },

	/* leased opens its database, or imports one; then it only writes. */
	{ SCMP_SYS(openat),          L,     NEVER, ANY },
	{ SCMP_SYS(read),            L,     NEVER, ANY },
	{ SCMP_SYS(unlink),          L,     NEVER, ANY },
	{ SCMP_SYS(unlinkat),        L,     NEVER, EQUAL(2, 0) },
	/* SQLite gives an empty log the mode of the database: permissions only. */
	{ SCMP_SYS(fchmod),          L,     NEVER, ONLY(1, 0777) },
	{ SCMP_SYS(renameat2),       L,     NEVER, ANY },
	{ SCMP_SYS(access),          L,     NEVER, ANY },
	{ SCMP_SYS(faccessat),       L,     NEVER, ANY },
	{ SCMP_SYS(getpid),          L,     NEVER, ANY },
	{ SCMP_SYS(geteuid),         L,     NEVER, ANY },
	{ SCMP_SYS(pread64),         L,     L,     ANY },
	{ SCMP_SYS(pwrite64),        L,     L,     ANY },
	{ SCMP_SYS(fdatasync),       L,     L,     ANY },
	{ SCMP_SYS(ftruncate),       L,     L,     ANY },
	/* Its locks; SQLite asks for one as it looks for a journal to roll back. */
	{ SCMP_SYS(fcntl),           L,     L,     EQUAL(1, F_SETLK) },
	{ SCMP_SYS(fcntl),           L,     L,     EQUAL(1, F_GETLK) },
	{ SCMP_SYS(fstat),           L,     L,     ANY },
	{ SCMP_SYS(newfstatat),      L,     L,     ANY },

#ifdef PXEGUARD_SANITIZE
	/* What the sanitizers' run-time adds; never in a release. */
	{ SCMP_SYS(madvise),         ALL,   ALL,   ANY },
	{ SCMP_SYS(mprotect),        ALL,   ALL,   CLEAR(2, PROT_EXEC) },
	{ SCMP_SYS(rt_sigreturn),    ALL,   ALL,   ANY },
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
