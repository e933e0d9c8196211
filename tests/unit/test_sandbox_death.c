/* SPDX-License-Identifier: ISC */
/* What the log says of a role that its filter killed. */
#include <seccomp.h>
#include <stdio.h>
#include <string.h>

#include "priv/sandbox_death.h"
#include "tests/unit/unit.h"

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
		const char *text;
	} t[] = {
		{ ROLE_TFTPD, "socket", "which it never needs" },
		{ ROLE_DHCPD, "mmap", "with arguments that it never needs" },
		{ ROLE_TFTPD, "fcntl", "with arguments that it never needs" },
		{ ROLE_DHCPD, "fcntl", "which it never needs" },
#ifndef PXEGUARD_SANITIZE /* its tables allow these */
		/* leased reads while it starts, and not after. */
		{ ROLE_LEASED, "read", "which it never needs" },
		{ ROLE_CONFD, "writev", "damaged memory or a failed check" },
		{ ROLE_CONFD, "tgkill", "damaged memory or a failed check" },
#endif
	};
	char got[256], want[256];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		uint32_t nr = number(t[i].call);
		size_t n = strlen(t[i].text);

		(void)sandbox_death_text(
		    t[i].role, nr, seccomp_arch_native(), got, sizeof(got));
		(void)snprintf(
		    want, sizeof(want), "it called %s (%u)", t[i].call, nr);
		ck_assert_msg(strncmp(got, want, strlen(want)) == 0, "%s", got);
		ck_assert_msg(strlen(got) > n &&
				  strcmp(got + strlen(got) - n, t[i].text) == 0,
		    "%s", got);
	}
}
END_TEST

/* Whatever a role sends: a number that no system has, and little room. */
START_TEST(hostile)
{
	char got[256], small[8];

	ck_assert_str_eq(
	    sandbox_death_text(ROLE_DHCPD, 4000000000U, 77, got, sizeof(got)),
	    "it called an unknown system call (4000000000), which it never "
	    "needs");
	ck_assert_str_eq(sandbox_death_text(ROLE_DHCPD, number("socket"),
			     seccomp_arch_native(), small, sizeof(small)),
	    "it call");
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
