/* SPDX-License-Identifier: ISC */
/*
 * inject PID CALL [ARGUMENT ...]: makes another process make a system call, as
 * code would that an attacker runs in it, prints what the call returned, or
 * "killed", and lets the process go on.
 *
 * An argument is a number; "@HEX", the address of these bytes in the memory of
 * the process; "&HEX", that of a struct msghdr which sends these bytes; or
 * "+HEX", of one that sends descriptor 3 with them.
 */
#include <elf.h>
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#define MEMORY 4096 /* below the stack and its red zone */

static pid_t pid;
static uint64_t free_at; /* in the memory of the process */

static _Noreturn void
die(const char *what)
{
	(void)fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Copies bytes into the process; their address there. */
static uint64_t
lay(const void *data, size_t len)
{
	struct iovec here = { (void *)(uintptr_t)data, len }, there;
	uint64_t at = free_at;

	there.iov_base = (void *)(uintptr_t)at;
	there.iov_len = len;
	if (process_vm_writev(pid, &here, 1, &there, 1, 0) != (ssize_t)len)
		die("process_vm_writev");
	free_at += (len + 15) / 16 * 16;
	return at;
}

static size_t
unhex(const char *hex, uint8_t *dst, size_t size)
{
	size_t n = 0;

	for (; n < size && sscanf(hex + 2 * n, "%2hhx", &dst[n]) == 1; n++)
		continue;
	return n;
}

static uint64_t
lay_message(const char *bytes, int with_fd)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	uint8_t data[512];
	struct msghdr m = { 0 };
	struct iovec v;
	size_t n = unhex(bytes, data, sizeof(data));

	v.iov_base = (void *)(uintptr_t)lay(data, n);
	v.iov_len = n;
	m.msg_iov = (void *)(uintptr_t)lay(&v, sizeof(v));
	m.msg_iovlen = 1;
	if (with_fd) {
		control.align.cmsg_len = CMSG_LEN(sizeof(int));
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		*(int *)(void *)CMSG_DATA(&control.align) = 3;
		m.msg_control =
		    (void *)(uintptr_t)lay(&control, sizeof(control));
		m.msg_controllen = sizeof(control.buf);
	}
	return lay(&m, sizeof(m));
}

static uint64_t
argument(const char *word)
{
	uint8_t data[512];

	if (word[0] == '@')
		return lay(data, unhex(word + 1, data, sizeof(data)));
	if (word[0] == '&' || word[0] == '+')
		return lay_message(word + 1, word[0] == '+');
	return strtoull(word, NULL, 0);
}

/* The address of an instruction in the C library that makes a call. */
static uint64_t
call_instruction(void)
{
	char path[64], line[512], perms[8];
	unsigned long from, to;
	uint8_t code[65536];
	FILE *maps;

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	if ((maps = fopen(path, "r")) == NULL)
		die(path);
	while (fgets(line, sizeof(line), maps) != NULL) {
		struct iovec here = { code, sizeof(code) }, there;
		ssize_t n, i;

		if (sscanf(line, "%lx-%lx %7s", &from, &to, perms) != 3 ||
		    strchr(perms, 'x') == NULL || strstr(line, "libc") == NULL)
			continue;
		for (; from < to; from += sizeof(code)) {
			there.iov_base = (void *)from;
			there.iov_len = sizeof(code);
			n = process_vm_readv(pid, &here, 1, &there, 1, 0);
			for (i = 0; i + 1 < n; i++)
				if (code[i] == 0x0f && code[i + 1] == 0x05) {
					(void)fclose(maps);
					return from + (uint64_t)i;
				}
		}
	}
	errno = ENOENT;
	die("a system call in the C library");
}

/* Whether a filter has refused the call: its signal is not delivered yet. */
static int
refused(void)
{
	struct __ptrace_peeksiginfo_args first = { .off = 0, .nr = 1 };
	siginfo_t info;

	return ptrace(PTRACE_PEEKSIGINFO, pid, &first, &info) == 1 &&
	       info.si_signo == SIGSYS;
}

/* After the call has begun, the parent may kill the process at any time. */
static int
ended(void)
{
	if (errno != ESRCH && errno != ECHILD)
		die("ptrace");
	(void)printf("killed\n");
	return 0;
}

int
main(int argc, char **argv)
{
	struct user_regs_struct before, regs;
	struct iovec v = { &regs, sizeof(regs) };
	uint64_t a[6] = { 0 };
	int i, status, nr;

	if (argc < 3 || argc > 9)
		return 2;
	pid = (pid_t)atoi(argv[1]);
	if ((nr = seccomp_syscall_resolve_name(argv[2])) == __NR_SCMP_ERROR)
		die(argv[2]);
	if (ptrace(PTRACE_SEIZE, pid, 0, 0) == -1 ||
	    ptrace(PTRACE_INTERRUPT, pid, 0, 0) == -1 ||
	    waitpid(pid, &status, 0) != pid ||
	    ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &v) == -1)
		die("ptrace");
	before = regs;
	free_at = (regs.rsp - 256 - MEMORY) & ~UINT64_C(15);
	for (i = 3; i < argc; i++)
		a[i - 3] = argument(argv[i]);
	regs.orig_rax = (unsigned long long)-1; /* no call to be restarted */
	regs.rax = (unsigned long long)nr;
	regs.rdi = a[0];
	regs.rsi = a[1];
	regs.rdx = a[2];
	regs.r10 = a[3];
	regs.r8 = a[4];
	regs.r9 = a[5];
	regs.rip = call_instruction();
	if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &v) == -1)
		die("ptrace");
	/* To the start of the call, and to its end. */
	for (i = 0; i < 2; i++)
		if (ptrace(PTRACE_SYSCALL, pid, 0, 0) == -1 ||
		    waitpid(pid, &status, 0) != pid)
			return ended();
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP || refused()) {
		(void)printf("killed\n");
		if (!WIFSTOPPED(status))
			return 0; /* it is gone */
	} else {
		if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &v) == -1)
			return ended();
		(void)printf("%lld\n", (long long)regs.rax);
	}
	/* If the call was refused, a signal says so; it is delivered now. */
	v.iov_base = &before;
	if ((ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &v) == -1 ||
		ptrace(PTRACE_DETACH, pid, 0,
		    WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status)) ==
		    -1) &&
	    errno != ESRCH)
		die("ptrace");
	return 0;
}
