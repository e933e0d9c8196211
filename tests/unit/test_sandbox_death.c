/* SPDX-License-Identifier: ISC */
/* What the log says of a role that its filter killed. */
#include <seccomp.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/death.h"
#include "tests/unit/unit.h"

#define CALL "forbidden system call", ""
#define ARGUMENTS "forbidden arguments of system call", ""
#define ABORT                    \
	"forbidden system call", \
	    ", which the C library makes to abort on heap corruption or a failed assertion"

static uint32_t
number(const char *name)
{
	int nr = seccomp_syscall_resolve_name(name);

	ck_assert_int_ge(nr, 0);
	return (uint32_t)nr;
}

START_TEST(texts)
{
	static const struct {
		enum role role;
		const char *call;
		const char *before;
		const char *after;
	} t[] = {
		{ ROLE_TFTPD, "socket", CALL },
		{ ROLE_DHCPD, "mmap", ARGUMENTS },
		{ ROLE_TFTPD, "fcntl", ARGUMENTS },
		{ ROLE_DHCPD, "fcntl", CALL },
#ifndef PXEGUARD_SANITIZE /* its tables allow these */
		/* leased reads while it starts, and not after. */
		{ ROLE_LEASED, "read", CALL },
		{ ROLE_CONFD, "writev", ABORT },
		{ ROLE_CONFD, "tgkill", ABORT },
#endif
	};
	char got[256], want[256];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		uint32_t nr = number(t[i].call);

		(void)sandbox_death_text(
		    t[i].role, nr, seccomp_arch_native(), got, sizeof(got));
		(void)snprintf(want, sizeof(want), "%s %s (%u)%s", t[i].before,
		    t[i].call, nr, t[i].after);
		ck_assert_str_eq(got, want);
	}
}
END_TEST

/* Whatever a role sends: a number that no system has, and little room. */
START_TEST(hostile)
{
	char got[256], small[8];

	ck_assert_str_eq(
	    sandbox_death_text(ROLE_DHCPD, 4000000000U, 77, got, sizeof(got)),
	    "forbidden system call without a name (4000000000)");
	ck_assert_str_eq(sandbox_death_text(ROLE_DHCPD, number("socket"),
			     seccomp_arch_native(), small, sizeof(small)),
	    "forbidd");
}
END_TEST

Suite *suite_sandbox_death(void);

Suite *
suite_sandbox_death(void)
{
	Suite *s = suite_create("sandbox_death");
	TCase *tc = tcase_create("death");

	tcase_add_test(tc, texts);
	tcase_add_test(tc, hostile);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_sandbox_death)
