/* SPDX-License-Identifier: ISC */
/*
 * What the filters that are loaded say of calls: the programs that libseccomp
 * makes of the table, against the table and against calls written down here.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "sandbox/seccomp.h"
#include "sandbox/table.h"
#include "tests/unit/bpf.h"
#include "tests/unit/unit.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#define OTHER_ARCH AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#define OTHER_ARCH AUDIT_ARCH_ARM
#endif
#define NR_END 1024 /* more than any kernel has */
#define NR_DEADLY 4095 /* the handler of SIGSYS makes it to die */
#define X32_BIT 0x40000000

static struct bpf filter;

static void
take(enum role role, int stage)
{
	struct layer_error e;

	bpf_take(&filter, sandbox_seccomp_filter(role, stage, &e));
}

static void
drop(void)
{
	bpf_free(&filter);
}

static uint32_t
says(int nr, const uint64_t args[6])
{
	struct seccomp_data d = { .nr = nr, .arch = ARCH };

	memcpy(d.args, args, sizeof(d.args));
	return bpf_run(&filter, &d);
}

static bool
arg_ok(const struct sandbox_arg *t, const uint64_t args[6])
{
	switch (t->test) {
	case SANDBOX_EQUAL:
		return args[t->arg] == t->value;
	case SANDBOX_CLEAR:
		return (args[t->arg] & t->value) == 0;
	case SANDBOX_ONLY:
		return (args[t->arg] & UINT32_MAX & ~t->value) == 0;
	default:
		return true;
	}
}

/* Whether the tables allow a call: the reading of a person. */
static bool
table_allows(enum role role, int stage, int nr, const uint64_t args[6])
{
	const struct sandbox_call *tables[] = { sandbox_calls,
		sandbox_parent_calls };
	const size_t sizes[] = { sandbox_ncalls, sandbox_nparent_calls };
	size_t t, i;

	for (t = 0; t < (role == ROLE_PRIV ? 2 : 1); t++)
		for (i = 0; i < sizes[t]; i++) {
			const struct sandbox_call *c = &tables[t][i];
			uint16_t roles =
			    stage == SANDBOX_STAGE_SETUP ? c->setup : c->serve;

			if (c->nr == nr &&
			    (role == ROLE_PRIV || (roles & ROLE_BIT(role))) &&
			    arg_ok(&c->args[0], args) &&
			    arg_ok(&c->args[1], args))
				return true;
		}
	return false;
}

/* Values near that of a test: as it is, beside it, its bits, above 32 bits. */
static size_t
values_near(const struct sandbox_arg *t, uint64_t v[80])
{
	size_t n = 0;
	unsigned int bit;

	v[n++] = t->value;
	v[n++] = t->value + 1;
	v[n++] = t->value - 1;
	v[n++] = ~t->value;
	v[n++] = 0;
	v[n++] = UINT64_MAX;
	v[n++] = t->value | UINT64_C(1) << 32;
	v[n++] = t->value | UINT64_C(1) << 63;
	for (bit = 0; bit < 64; bit++)
		v[n++] = t->value ^ UINT64_C(1) << bit;
	return n;
}

static void
check_call(enum role role, int stage, int nr, const uint64_t args[6])
{
	uint32_t want = table_allows(role, stage, nr, args) ? SECCOMP_RET_ALLOW
							    : SECCOMP_RET_TRAP;

	/* Check reports each assertion to another process: it takes too long.
	 */
	if (says(nr, args) != want)
		ck_abort_msg(
		    "%s, stage %d, call %d, arguments %#llx %#llx %#llx %#llx %#llx %#llx: the filter says %#x",
		    role_name(role), stage, nr, (unsigned long long)args[0],
		    (unsigned long long)args[1], (unsigned long long)args[2],
		    (unsigned long long)args[3], (unsigned long long)args[4],
		    (unsigned long long)args[5], says(nr, args));
}

/* A call with the arguments of one row, and with those near to them. */
static void
check_row(enum role role, int stage, const struct sandbox_call *c)
{
	uint64_t a[80], b[80], args[6] = { 0 };
	size_t i, k, na = values_near(&c->args[0], a);
	size_t nb = values_near(&c->args[1], b);

	for (i = 0; i < na; i++)
		for (k = 0; k < nb; k++) {
			memset(args, 0, sizeof(args));
			args[c->args[1].arg] = b[k];
			args[c->args[0].arg] = a[i];
			check_call(role, stage, c->nr, args);
		}
}

static void
check_filter(enum role role, int stage)
{
	static const uint64_t zero[6], ones[6] = { UINT64_MAX, UINT64_MAX,
		UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };
	size_t i;
	int nr;

	take(role, stage);
	for (nr = 0; nr < NR_END; nr++) {
		check_call(role, stage, nr, zero);
		check_call(role, stage, nr, ones);
	}
	for (i = 0; i < sandbox_ncalls; i++)
		check_row(role, stage, &sandbox_calls[i]);
	for (i = 0; i < sandbox_nparent_calls; i++)
		check_row(role, stage, &sandbox_parent_calls[i]);
	drop();
}

/* Every call that is not in the table is refused, and no other. */
START_TEST(the_table_and_no_more)
{
	enum role role = (enum role)_i;

	check_filter(role, SANDBOX_STAGE_SERVE);
	if (role != ROLE_PRIV)
		check_filter(role, SANDBOX_STAGE_SETUP);
}
END_TEST

/* The ways around: another architecture's numbers, and those of x32. */
START_TEST(other_numbers)
{
	struct seccomp_data d = { 0 };
	static const uint64_t zero[6];
	uint32_t says_x32;
	int nr;

	take((enum role)_i, SANDBOX_STAGE_SERVE);
	for (nr = 0; nr < NR_END; nr++) {
		d.nr = nr;
		d.arch = OTHER_ARCH;
		ck_assert_uint_eq(
		    bpf_run(&filter, &d), SECCOMP_RET_KILL_PROCESS);
		says_x32 = says(nr | X32_BIT, zero);
		ck_assert(says_x32 == SECCOMP_RET_KILL_PROCESS ||
			  says_x32 == SECCOMP_RET_TRAP);
	}
	ck_assert_uint_eq(says(NR_DEADLY, zero), SECCOMP_RET_KILL_PROCESS);
	ck_assert_uint_eq(says(-1, zero) == SECCOMP_RET_ALLOW, 0);
	drop();
}
END_TEST

/*
 * Calls and what becomes of them while a role serves, written down without a
 * look at the table.
 */
#define Y true
#define N false
static const struct {
	enum role role;
	const char *name;
	int nr;
	uint64_t args[6];
	bool allowed;
} calls[] = {
#define CALL(role, allowed, name, ...)                                   \
	{                                                                \
		ROLE_##role, #name, SYS_##name, { __VA_ARGS__ }, allowed \
	}
	CALL(TFTPD, Y, sendto, 5, 0, 9, MSG_DONTWAIT, 0, 0),
	CALL(TFTPD, N, sendto, 5, 0, 9, MSG_DONTWAIT, 0x7f0000000000, 16),
	CALL(TFTPD, N, sendto, 5, 0, 9, 0, 1, 16),
	CALL(TFTPD, N, sendto, 5, 0, 9, MSG_ZEROCOPY, 0, 0),
	CALL(TFTPD, N, sendmsg, 5, 0, 0),
	CALL(TFTPD, N, sendmmsg, 5, 0, 1, 0),
	CALL(TFTPD, N, socket, AF_INET, SOCK_DGRAM, 0),
	CALL(TFTPD, N, connect, 5, 0, 16),
	CALL(TFTPD, N, bind, 5, 0, 16),
	CALL(TFTPD, N, setsockopt, 5, SOL_SOCKET, SO_BINDTODEVICE, 0, 4),
	CALL(TFTPD, N, setsockopt, 5, SOL_UDP, UDP_CORK, 0, 4),
	CALL(TFTPD, Y, setsockopt, 5, SOL_UDP, UDP_SEGMENT, 0, 4),
	CALL(TFTPD, N, openat, AT_FDCWD, 0, O_RDONLY, 0),
	CALL(TFTPD, N, openat2, AT_FDCWD, 0, 0, 24),
	CALL(DHCPD, Y, sendmsg, 5, 0, MSG_DONTWAIT),
	CALL(DHCPD, N, sendmsg, 5, 0, MSG_OOB),
	CALL(DHCPD, Y, getsockopt, 5, SOL_SOCKET, SO_MEMINFO, 0, 0),
	CALL(DHCPD, N, getsockopt, 5, SOL_SOCKET, SO_PEERCRED, 0, 0),
	CALL(DHCPD, N, openat, AT_FDCWD, 0, O_RDONLY, 0),
	CALL(DHCPD, N, read, 5, 0, 1),
	CALL(DHCPD, N, write, 5, 0, 1),
	CALL(DHCPD, N, ioctl, 5, 0, 0),
	CALL(HTTPD, Y, accept4, 5, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC),
	CALL(HTTPD, N, accept4, 5, 0, 0, 0),
	CALL(HTTPD, N, connect, 5, 0, 16),
	CALL(HTTPD, N, setsockopt, 5, SOL_TCP, TCP_FASTOPEN_CONNECT, 0, 4),
	CALL(HTTPD, N, getsockopt, 5, SOL_SOCKET, SO_PEERCRED, 0, 0),
	CALL(HTTPD, N, write, 5, 0, 1),
	CALL(KEYD, N, sendmsg, 3, 0, 0),
	CALL(KEYD, N, openat, AT_FDCWD, 0, O_RDONLY, 0),
	CALL(KEYD, N, accept4, 5, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC),
	CALL(KEYD, Y, futex, 0, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1),
	CALL(KEYD, N, futex, 0, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 1),
	CALL(IMAGED, Y, openat2, 5, 0, 0, 24),
	CALL(IMAGED, N, openat, AT_FDCWD, 0, O_RDONLY, 0),
	CALL(IMAGED, N, open_by_handle_at, 5, 0, 0),
	CALL(IMAGED, N, unlink, 0),
	CALL(IMAGED, N, fcntl, 5, F_SETFL, 0),
	CALL(IMAGED, N, memfd_create, 0, MFD_CLOEXEC | MFD_HUGETLB),
	CALL(HASHD, N, openat, AT_FDCWD, 0, O_RDONLY, 0),
	CALL(HASHD, N, openat2, AT_FDCWD, 0, 0, 24),
	CALL(HASHD, Y, pwrite64, 5, 0, 1, 0),
	CALL(LEASED, Y, pwrite64, 5, 0, 1, 0),
	CALL(LEASED, Y, fcntl, 5, F_SETLK, 0),
	CALL(LEASED, N, fcntl, 5, F_SETLKW, 0),
	CALL(LEASED, N, openat, AT_FDCWD, 0, O_RDWR, 0),
	CALL(LEASED, N, unlink, 0),
	CALL(LEASED, N, fchmod, 5, 0600),
	CALL(CONFD, N, openat, AT_FDCWD, 0, O_RDONLY, 0),
	CALL(CONFD, N, read, 5, 0, 1),
	CALL(CAPD, Y, read, 5, 0, 1),
	CALL(CAPD, N, openat, AT_FDCWD, 0, O_RDONLY, 0),
	CALL(PRIV, N, execve, 0, 0, 0),
	CALL(PRIV, Y, kill, 77, SIGKILL),
	CALL(PRIV, N, kill, 77, SIGTERM),
	CALL(PRIV, N, ptrace, 16, 77, 0, 0),
	CALL(PRIV, N, socket, AF_PACKET, SOCK_RAW, 0),
	CALL(PRIV, N, socket, AF_VSOCK, SOCK_STREAM, 0),
	CALL(PRIV, N, clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0),
	CALL(PRIV, N, clone3, 0, 88),
	CALL(PRIV, N, init_module, 0, 0, 0),
	CALL(PRIV, N, bpf, 5, 0, 0),
#undef CALL
};
#undef Y
#undef N

START_TEST(written_down)
{
	take(calls[_i].role, SANDBOX_STAGE_SERVE);
	ck_assert_msg((says(calls[_i].nr, calls[_i].args) ==
			  SECCOMP_RET_ALLOW) == calls[_i].allowed,
	    "%s: %s", role_name(calls[_i].role), calls[_i].name);
	drop();
}
END_TEST

/* No role makes memory executable, in either stage. */
START_TEST(no_new_code)
{
	uint64_t args[6] = { 0, 4096, PROT_READ, 0, 0, 0 };
	int stage;

	for (stage = SANDBOX_STAGE_SETUP; stage <= SANDBOX_STAGE_SERVE;
	     stage++) {
		take((enum role)_i, stage);
		args[2] = PROT_READ;
		ck_assert_uint_eq(says(SYS_mmap, args), SECCOMP_RET_ALLOW);
		args[2] |= PROT_EXEC;
		ck_assert_uint_eq(says(SYS_mmap, args), SECCOMP_RET_TRAP);
		ck_assert_uint_eq(says(SYS_mprotect, args), SECCOMP_RET_TRAP);
		drop();
	}
}
END_TEST

Suite *suite_sandbox_bpf(void);

Suite *
suite_sandbox_bpf(void)
{
	Suite *s = suite_create("sandbox_bpf");
	TCase *tc = tcase_create("bpf");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, the_table_and_no_more, ROLE_PRIV, ROLE_MAX);
	tcase_add_loop_test(tc, other_numbers, ROLE_PRIV, ROLE_MAX);
	tcase_add_loop_test(tc, no_new_code, ROLE_CONFD, ROLE_MAX);
#ifndef PXEGUARD_SANITIZE
	tcase_add_loop_test(
	    tc, written_down, 0, sizeof(calls) / sizeof(calls[0]));
#endif
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_sandbox_bpf)
