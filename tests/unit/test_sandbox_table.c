/* SPDX-License-Identifier: ISC */
/* What the table of system calls must say of every role, without a kernel. */
#include <fcntl.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "daemon/msg.h"
#include "sandbox/table.h"
#include "tests/unit/unit.h"

/* One value of an argument, and who may give it. */
struct use {
	uint16_t roles;
	uint64_t value;
};

/* The roles that may make a call in some way. */
static uint16_t
who(int nr, int stage)
{
	uint16_t roles = 0;
	size_t i;

	for (i = 0; i < sandbox_ncalls; i++)
		if (sandbox_calls[i].nr == nr)
			roles |= stage == SANDBOX_STAGE_SETUP
				     ? sandbox_calls[i].setup
				     : sandbox_calls[i].serve;
	return roles;
}

#define WHO(name, stage) who(SCMP_SYS(name), SANDBOX_STAGE_##stage)

START_TEST(nobody_ever)
{
	static const struct {
		int nr;
		const char *name;
	} t[] = {
#define CALL(name) { SCMP_SYS(name), #name }
		CALL(execve), CALL(execveat), CALL(fork), CALL(vfork),
		CALL(clone), CALL(clone3), CALL(ptrace), CALL(process_vm_readv),
		CALL(process_vm_writev), CALL(pidfd_open), CALL(pidfd_getfd),
		CALL(pidfd_send_signal), CALL(kill), CALL(tkill),
		CALL(rt_sigqueueinfo), CALL(socket), CALL(socketpair),
		CALL(connect), CALL(bind), CALL(listen), CALL(accept),
		CALL(sendmmsg), CALL(mount), CALL(umount2), CALL(pivot_root),
		CALL(chroot), CALL(unshare), CALL(setns), CALL(open_tree),
		CALL(move_mount), CALL(fsopen), CALL(fsmount),
		CALL(mount_setattr), CALL(setuid), CALL(setgid), CALL(setreuid),
		CALL(setresuid), CALL(setresgid), CALL(setgroups),
		CALL(setfsuid), CALL(capset), CALL(creat), CALL(mkdir),
		CALL(mknod), CALL(mknodat), CALL(link), CALL(linkat),
		CALL(symlink), CALL(rename), CALL(renameat), CALL(chmod),
		CALL(chown), CALL(fchown), CALL(fchownat),
		CALL(open_by_handle_at), CALL(io_uring_setup),
		CALL(io_uring_enter), CALL(io_uring_register), CALL(bpf),
		CALL(perf_event_open), CALL(userfaultfd), CALL(keyctl),
		CALL(add_key), CALL(request_key), CALL(init_module),
		CALL(finit_module), CALL(kexec_load), CALL(reboot), CALL(ioctl),
		CALL(memfd_secret), CALL(pkey_mprotect), CALL(shmat),
		CALL(remap_file_pages), CALL(personality), CALL(modify_ldt),
		CALL(arch_prctl), CALL(execveat), CALL(settimeofday),
		CALL(clock_settime), CALL(sethostname), CALL(swapon),
		CALL(setrlimit), CALL(dup2), CALL(process_madvise),
		CALL(landlock_create_ruleset), CALL(acct), CALL(quotactl),
		CALL(mprotect), CALL(madvise), CALL(rt_sigreturn)
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_msg(
		    who(t[i].nr, SANDBOX_STAGE_SETUP) == 0, "%s", t[i].name);
		ck_assert_msg(
		    who(t[i].nr, SANDBOX_STAGE_SERVE) == 0, "%s", t[i].name);
	}
}
END_TEST

/* The parent may run no program but those that it holds open. */
START_TEST(parent_never)
{
	static const int never[] = { SCMP_SYS(ptrace), SCMP_SYS(bpf),
		SCMP_SYS(process_vm_writev), SCMP_SYS(init_module),
		SCMP_SYS(finit_module), SCMP_SYS(kexec_load), SCMP_SYS(reboot),
		SCMP_SYS(io_uring_setup), SCMP_SYS(open_by_handle_at),
		SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
		SCMP_SYS(setns), SCMP_SYS(mknod), SCMP_SYS(mknodat),
		SCMP_SYS(keyctl), SCMP_SYS(modify_ldt), SCMP_SYS(execve) };
	size_t i, k;

	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		for (k = 0; k < sandbox_nparent_calls; k++)
			ck_assert_int_ne(sandbox_parent_calls[k].nr, never[i]);
}
END_TEST

/* Who may do what to files, in the second stage. */
START_TEST(files_while_serving)
{
	const uint16_t imaged = ROLE_BIT(ROLE_IMAGED);
	const uint16_t leased = ROLE_BIT(ROLE_LEASED);
	const uint16_t tftpd = ROLE_BIT(ROLE_TFTPD);
	const uint16_t capd = ROLE_BIT(ROLE_CAPD);
	const uint16_t hashd = ROLE_BIT(ROLE_HASHD);
	const uint16_t httpd = ROLE_BIT(ROLE_HTTPD);
	const uint16_t keyd = ROLE_BIT(ROLE_KEYD);

	ck_assert_uint_eq(WHO(open, SERVE), 0);
	ck_assert_uint_eq(WHO(openat, SERVE), 0);
	ck_assert_uint_eq(WHO(openat2, SERVE), imaged);
	ck_assert_uint_eq(WHO(pwrite64, SERVE), leased | imaged | hashd);
	ck_assert_uint_eq(WHO(memfd_create, SERVE), imaged | hashd);
	ck_assert_uint_eq(WHO(sendfile, SERVE), httpd);
	ck_assert_uint_eq(WHO(accept4, SERVE), httpd);
	ck_assert_uint_eq(WHO(uname, SERVE), 0);
	ck_assert_uint_eq(WHO(fdatasync, SERVE), leased);
	ck_assert_uint_eq(WHO(ftruncate, SERVE), leased);
	ck_assert_uint_eq(WHO(pread64, SERVE), leased | httpd | keyd);
	ck_assert_uint_eq(WHO(futex, SERVE), httpd | keyd);
	ck_assert_uint_eq(WHO(preadv, SERVE), 0);
	ck_assert_uint_eq(WHO(preadv2, SERVE), tftpd | imaged | hashd | httpd);
	ck_assert_uint_eq(WHO(readahead, SERVE), 0);
	ck_assert_uint_eq(WHO(fadvise64, SERVE), imaged);
	ck_assert_uint_eq(WHO(read, SERVE), capd);
	ck_assert_uint_eq(WHO(lseek, SERVE), capd);
	ck_assert_uint_eq(WHO(write, SERVE), 0);
	ck_assert_uint_eq(WHO(writev, SERVE), 0);
	ck_assert_uint_eq(WHO(unlink, SERVE), 0);
	ck_assert_uint_eq(WHO(renameat2, SERVE), 0);
	ck_assert_uint_eq(WHO(fchmod, SERVE), 0);
	ck_assert_uint_eq(WHO(access, SERVE), 0);
	ck_assert_uint_eq(WHO(getdents64, SERVE), imaged);
}
END_TEST

START_TEST(files_while_starting)
{
	const uint16_t confd = ROLE_BIT(ROLE_CONFD);
	const uint16_t imaged = ROLE_BIT(ROLE_IMAGED);
	const uint16_t leased = ROLE_BIT(ROLE_LEASED);
	const uint16_t capd = ROLE_BIT(ROLE_CAPD);

	ck_assert_uint_eq(WHO(open, SETUP), 0);
	ck_assert_uint_eq(WHO(openat, SETUP), imaged | leased);
	ck_assert_uint_eq(WHO(openat2, SETUP), imaged);
	ck_assert_uint_eq(
	    WHO(pwrite64, SETUP), leased | imaged | ROLE_BIT(ROLE_HASHD));
	ck_assert_uint_eq(WHO(write, SETUP), 0);
	ck_assert_uint_eq(WHO(read, SETUP), confd | leased | capd);
	ck_assert_uint_eq(WHO(getdents64, SETUP), confd | imaged);
	ck_assert_uint_eq(WHO(unlink, SETUP), leased);
	ck_assert_uint_eq(WHO(renameat2, SETUP), leased);
	ck_assert_uint_eq(WHO(fchmod, SETUP), leased);
	ck_assert_uint_eq(WHO(access, SETUP), leased);
}
END_TEST

/* No file becomes set-user-ID or set-group-ID. */
START_TEST(permissions_only)
{
	size_t i;

	for (i = 0; i < sandbox_ncalls; i++) {
		const struct sandbox_call *c = &sandbox_calls[i];

		if (c->nr != SCMP_SYS(fchmod))
			continue;
		ck_assert_uint_eq(c->args[0].test, SANDBOX_ONLY);
		ck_assert_uint_eq(c->args[0].arg, 1);
		ck_assert_uint_eq(c->args[0].value, 0777);
	}
}
END_TEST

START_TEST(memory_is_never_executable)
{
	size_t i;

	for (i = 0; i < sandbox_ncalls; i++) {
		const struct sandbox_call *c = &sandbox_calls[i];

		if (c->nr != SCMP_SYS(mmap))
			continue;
		ck_assert_uint_eq(c->args[0].test, SANDBOX_CLEAR);
		ck_assert_uint_eq(c->args[0].arg, 2);
		ck_assert(c->args[0].value & PROT_EXEC);
	}
	ck_assert_uint_eq(WHO(mmap, SERVE), ROLES_CHILDREN);
}
END_TEST

/* Filters cannot be added, nor processes renamed, once a role serves. */
START_TEST(filters_are_final)
{
	ck_assert_uint_eq(WHO(seccomp, SERVE), 0);
	ck_assert_uint_eq(WHO(prctl, SERVE), 0);
	ck_assert_uint_eq(WHO(seccomp, SETUP), ROLES_CHILDREN);
}
END_TEST

START_TEST(serve_is_within_setup)
{
	size_t i, k;

	for (i = 0; i < sandbox_ncalls; i++) {
		const struct sandbox_call *c = &sandbox_calls[i];

		ck_assert_msg(
		    (c->serve & ~c->setup) == 0, "row %zu, call %d", i, c->nr);
		ck_assert_uint_eq(c->setup & ~ROLES_CHILDREN, 0);
		ck_assert_uint_ne(c->setup, 0);
		for (k = 0; k < SANDBOX_ARGS_MAX; k++) {
			ck_assert_uint_le(c->args[k].test, SANDBOX_ONLY);
			ck_assert_uint_lt(c->args[k].arg, 6);
			if (c->args[k].test == SANDBOX_ANY)
				ck_assert_uint_eq(c->args[k].value, 0);
			else
				ck_assert_ptr_nonnull(c->args[k].text);
		}
	}
}
END_TEST

/* Whether no value of the argument is allowed by both tests. */
static bool
args_differ(const struct sandbox_arg *a, const struct sandbox_arg *b)
{
	if (a->arg != b->arg || a->test != SANDBOX_EQUAL)
		return false;
	if (b->test == SANDBOX_EQUAL)
		return a->value != b->value;
	if (b->test == SANDBOX_CLEAR)
		return (a->value & b->value) != 0;
	return b->test == SANDBOX_ONLY &&
	       (a->value & ~b->value & UINT32_MAX) != 0;
}

/* Whether two rows of one call exclude each other by some argument. */
static bool
rows_differ(const struct sandbox_call *a, const struct sandbox_call *b)
{
	size_t i;

	for (i = 0; i < SANDBOX_ARGS_MAX; i++)
		if (args_differ(&a->args[i], &b->args[i]) ||
		    args_differ(&b->args[i], &a->args[i]))
			return true;
	return false;
}

static void
check_distinct(const struct sandbox_call *rows, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = i + 1; k < n; k++)
			ck_assert_msg(
			    rows[i].nr != rows[k].nr ||
				(rows[i].setup & rows[k].setup) == 0 ||
				rows_differ(&rows[i], &rows[k]),
			    "rows %zu and %zu, call %d", i, k, rows[i].nr);
}

/*
 * No row says again, or takes back, what another says of the same role: an
 * unconditional row would make a condition beside it worthless.
 */
START_TEST(no_duplicates)
{
	check_distinct(sandbox_calls, sandbox_ncalls);
	check_distinct(sandbox_parent_calls, sandbox_nparent_calls);
}
END_TEST

/* What the C library of arm64 calls for a call that arm64 lacks; -1: nothing.
 */
static int
arm64_instead(int nr)
{
	static const int t[][2] = { { SCMP_SYS(access), SCMP_SYS(faccessat) },
		{ SCMP_SYS(dup2), SCMP_SYS(dup3) },
		{ SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait) },
		{ SCMP_SYS(poll), SCMP_SYS(ppoll) },
		{ SCMP_SYS(readlink), SCMP_SYS(readlinkat) },
		{ SCMP_SYS(unlink), SCMP_SYS(unlinkat) },
		{ SCMP_SYS(time), -1 }, { SCMP_SYS(arch_prctl), -1 } };
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (t[i][0] == nr)
			return t[i][1];
	ck_abort_msg("call %d: what does arm64 have instead?", nr);
}

static void
check_arm64(const struct sandbox_call *rows, size_t n)
{
	size_t i, k;
	char *name;
	int nr;

	for (i = 0; i < n; i++) {
		name = seccomp_syscall_resolve_num_arch(
		    SCMP_ARCH_NATIVE, rows[i].nr);
		nr = seccomp_syscall_resolve_name_arch(
		    SCMP_ARCH_AARCH64, name == NULL ? "" : name);
		free(name);
		if (nr >= 0 || (nr = arm64_instead(rows[i].nr)) == -1)
			continue;
		for (k = 0; k < n; k++)
			if (rows[k].nr == nr &&
			    (rows[i].setup & ~rows[k].setup) == 0 &&
			    (rows[i].serve & ~rows[k].serve) == 0)
				break;
		ck_assert_msg(k < n, "call %d: arm64 makes call %d instead",
		    rows[i].nr, nr);
	}
}

START_TEST(arm64)
{
	check_arm64(sandbox_calls, sandbox_ncalls);
	check_arm64(sandbox_parent_calls, sandbox_nparent_calls);
}
END_TEST

/* Whoever cannot wait, hear, answer or end is of no use. */
START_TEST(needed_by_all)
{
	ck_assert_uint_eq(WHO(recvmsg, SERVE), ROLES_CHILDREN);
	ck_assert_uint_eq(WHO(sendto, SERVE), ROLES_CHILDREN);
	ck_assert_uint_eq(WHO(exit_group, SERVE), ROLES_CHILDREN);
	ck_assert_uint_eq(WHO(close, SERVE), ROLES_CHILDREN);
	ck_assert_uint_eq(WHO(epoll_wait, SERVE), ROLES_CHILDREN);
}
END_TEST

/* The flags say whether to wait, and that no signal is wanted; no more. */
static void
check_send_flags(const struct sandbox_arg *a, uint8_t arg, bool more)
{
	const uint64_t wait = MSG_NOSIGNAL | MSG_DONTWAIT;

	ck_assert_uint_eq(a->test, SANDBOX_ONLY);
	ck_assert_uint_eq(a->arg, arg);
	ck_assert_uint_eq(a->value, more ? wait | MSG_MORE : wait);
}

/*
 * To name a destination takes sendmsg() or sendto() with an address: tftpd,
 * which needs neither, must reach nobody that the parent did not approve.
 */
START_TEST(destinations)
{
	const uint16_t httpd =
	    ROLE_BIT(ROLE_HTTPD); /* its sockets are streams */
	const uint16_t may = ROLE_BIT(ROLE_DHCPD) | ROLE_BIT(ROLE_IMAGED) |
			     ROLE_BIT(ROLE_HASHD) | httpd;
	size_t i;

	ck_assert_uint_eq(WHO(sendmsg, SETUP), may);
	ck_assert_uint_eq(WHO(sendmmsg, SETUP), 0);
	for (i = 0; i < sandbox_ncalls; i++) {
		const struct sandbox_arg *a = sandbox_calls[i].args;

		if (sandbox_calls[i].nr == SCMP_SYS(sendto)) {
			ck_assert_uint_eq(a[0].test, SANDBOX_EQUAL);
			ck_assert_uint_eq(a[0].arg, 4);
			ck_assert_uint_eq(a[0].value, 0);
			if (sandbox_calls[i].serve == httpd) {
				ck_assert_uint_eq(a[1].test, SANDBOX_EQUAL);
				ck_assert_uint_eq(
				    a[1].value, MSG_NOSIGNAL | MSG_MORE);
				continue;
			}
			check_send_flags(&a[1], 3, false);
		} else if (sandbox_calls[i].nr == SCMP_SYS(sendmsg)) {
			check_send_flags(
			    &a[0], 2, sandbox_calls[i].serve == httpd);
		}
	}
}
END_TEST

/* The socket options that roles may set, and the roles. */
START_TEST(socket_options)
{
	static const struct {
		uint16_t role;
		uint64_t level;
		uint64_t name;
	} options[] = {
		{ ROLE_BIT(ROLE_TFTPD), SOL_UDP, UDP_SEGMENT },
		{ ROLE_BIT(ROLE_HTTPD), SOL_TCP, TCP_NODELAY },
		{ ROLE_BIT(ROLE_HTTPD), SOL_TCP, TCP_CORK },
	};
	size_t i, rows = 0;

	for (i = 0; i < sandbox_ncalls; i++) {
		const struct sandbox_call *c = &sandbox_calls[i];

		if (c->nr != SCMP_SYS(setsockopt))
			continue;
		ck_assert_uint_lt(rows, 3);
		ck_assert_uint_eq(c->setup, options[rows].role);
		ck_assert_uint_eq(c->args[0].test, SANDBOX_EQUAL);
		ck_assert_uint_eq(c->args[0].arg, 1);
		ck_assert_uint_eq(c->args[0].value, options[rows].level);
		ck_assert_uint_eq(c->args[1].test, SANDBOX_EQUAL);
		ck_assert_uint_eq(c->args[1].arg, 2);
		ck_assert_uint_eq(c->args[1].value, options[rows].name);
		rows++;
	}
	ck_assert_uint_eq(rows, 3);
}
END_TEST

/*
 * What calls of many uses may do: one argument tells which, and every row says
 * its value.  Roles that are not of "serving" may make the call until they
 * serve.
 */
static void
check_uses(
    int nr, uint8_t arg, const struct use *uses, size_t n, uint16_t serving)
{
	size_t i, rows = 0;

	for (i = 0; i < sandbox_ncalls; i++) {
		const struct sandbox_call *c = &sandbox_calls[i];

		if (c->nr != nr)
			continue;
		ck_assert_uint_lt(rows, n);
		ck_assert_uint_eq(c->setup, uses[rows].roles);
		ck_assert_uint_eq(c->serve, uses[rows].roles & serving);
		ck_assert_uint_eq(c->args[0].test, SANDBOX_EQUAL);
		ck_assert_uint_eq(c->args[0].arg, arg);
		ck_assert_uint_eq(c->args[0].value, uses[rows].value);
		rows++;
	}
	ck_assert_uint_eq(rows, n);
}

START_TEST(descriptors)
{
	enum { copiers = ROLE_BIT(ROLE_IMAGED) | ROLE_BIT(ROLE_HASHD) };
	static const struct use fcntls[] = {
		{ ROLE_BIT(ROLE_CAPD), F_GETFL },
		{ ROLE_BIT(ROLE_TFTPD) | ROLE_BIT(ROLE_IMAGED), F_GET_SEALS },
		{ ROLE_BIT(ROLE_HTTPD), F_GET_SEALS },
		{ ROLE_BIT(ROLE_HTTPD), F_GETFL },
		{ copiers, F_ADD_SEALS },
		{ ROLE_BIT(ROLE_IMAGED), F_DUPFD_CLOEXEC },
		{ ROLE_BIT(ROLE_LEASED), F_SETLK },
		{ ROLE_BIT(ROLE_LEASED), F_GETLK },
	};
	static const struct use advice[] = {
		{ ROLE_BIT(ROLE_IMAGED), POSIX_FADV_SEQUENTIAL },
		{ ROLE_BIT(ROLE_IMAGED), POSIX_FADV_WILLNEED },
	};
	/* Never executable where the kernel can do that, close-on-exec. */
	static const struct use memory[] = {
		{ copiers, MFD_CLOEXEC | MFD_ALLOW_SEALING },
		{ copiers, MFD_CLOEXEC | MFD_ALLOW_SEALING | 0x0008U },
	};

	check_uses(SCMP_SYS(fcntl), 1, fcntls, 8,
	    ROLES_CHILDREN & ~ROLE_BIT(ROLE_CAPD));
	check_uses(SCMP_SYS(fadvise64), 3, advice, 2, ROLES_CHILDREN);
	check_uses(SCMP_SYS(memfd_create), 1, memory, 2, ROLES_CHILDREN);
}
END_TEST

START_TEST(memory_moves)
{
	static const struct use moves[] = { { ROLES_CHILDREN,
	    MREMAP_MAYMOVE } };

	check_uses(SCMP_SYS(mremap), 3, moves, 1, ROLES_CHILDREN);
}
END_TEST

/* Calls of the parent that could do much more than it needs. */
START_TEST(parent_arguments)
{
	static const int narrow[] = { SCMP_SYS(socket), SCMP_SYS(socketpair),
		SCMP_SYS(unshare), SCMP_SYS(clone), SCMP_SYS(prctl),
		SCMP_SYS(kill), SCMP_SYS(tgkill), SCMP_SYS(mount),
		SCMP_SYS(umount2), SCMP_SYS(setsockopt), SCMP_SYS(sendto),
		SCMP_SYS(fcntl), SCMP_SYS(prlimit64) };
	static const uint64_t families[] = { AF_UNIX, AF_INET, AF_INET6,
		AF_NETLINK };
	size_t i, k, rows, nfamilies = 0;

	for (i = 0; i < sizeof(narrow) / sizeof(narrow[0]); i++) {
		rows = 0;
		for (k = 0; k < sandbox_nparent_calls; k++) {
			const struct sandbox_call *c = &sandbox_parent_calls[k];

			if (c->nr != narrow[i])
				continue;
			rows++;
			ck_assert_uint_ne(c->args[0].test, SANDBOX_ANY);
			if (c->nr == SCMP_SYS(socket)) {
				ck_assert_uint_lt(nfamilies, 4);
				ck_assert_uint_eq(c->args[0].arg, 0);
				ck_assert_uint_eq(
				    c->args[0].value, families[nfamilies++]);
			}
		}
		ck_assert_uint_ge(rows, 1);
	}
	ck_assert_uint_eq(nfamilies, 4);
}
END_TEST

Suite *suite_sandbox_table(void);

Suite *
suite_sandbox_table(void)
{
	Suite *s = suite_create("sandbox_table");
	TCase *tc = tcase_create("table");

	tcase_add_test(tc, needed_by_all);
	tcase_add_test(tc, destinations);
	tcase_add_test(tc, socket_options);
	tcase_add_test(tc, descriptors);
#ifdef PXEGUARD_SANITIZE
	/* The sanitizers' rows are not those of a release. */
	(void)printf("skipped: the rules for releases\n");
	if (s != NULL) {
		suite_add_tcase(s, tc);
		return s;
	}
#endif
	tcase_add_test(tc, nobody_ever);
	tcase_add_test(tc, parent_never);
	tcase_add_test(tc, files_while_serving);
	tcase_add_test(tc, files_while_starting);
	tcase_add_test(tc, permissions_only);
	tcase_add_test(tc, memory_is_never_executable);
	tcase_add_test(tc, filters_are_final);
	tcase_add_test(tc, serve_is_within_setup);
	tcase_add_test(tc, no_duplicates);
	tcase_add_test(tc, arm64);
	tcase_add_test(tc, memory_moves);
	tcase_add_test(tc, parent_arguments);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_sandbox_table)
