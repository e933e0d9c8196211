/* SPDX-License-Identifier: ISC */
/* What --print-policy prints. */
#include <stdio.h>
#include <string.h>

#include "sandbox/policy.h"
#include "sandbox/table.h"
#include "tests/unit/unit.h"

static char *text;
static size_t size;

static void
print(enum role role)
{
	FILE *f = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(f);
	sandbox_policy_print(f, role);
	ck_assert_int_eq(fclose(f), 0);
}

static size_t
lines(void)
{
	const char *s;
	size_t n = 0;

	for (s = text; (s = strchr(s, '\n')) != NULL; s++)
		n++;
	return n;
}

/* Whether a line begins with this. */
static bool
has_line(const char *line)
{
	size_t n = strlen(line);
	const char *s = text;

	for (; s != NULL && *s != '\0';
	     s = strchr(s, '\n'), s = s == NULL ? s : s + 1)
		if (strncmp(s, line, n) == 0)
			return true;
	return false;
}

START_TEST(rows)
{
	print(ROLE_TFTPD);
	ck_assert(has_line("tftpd always recvmmsg\n"));
	ck_assert(has_line("tftpd start seccomp\n"));
	ck_assert(
	    has_line("tftpd always mmap argument 2 without PROT_EXEC (0x4)\n"));
	ck_assert(has_line(
	    "tftpd always sendto argument 4 = 0 and argument 3 only MSG_NOSIGNAL | MSG_DONTWAIT (0x4040)\n"));
	ck_assert(
	    has_line("tftpd always fcntl argument 1 = F_GET_SEALS (0x40a)\n"));
	ck_assert(!has_line("tftpd always seccomp"));
	ck_assert(!has_line("dhcpd"));
	free(text);
	print(ROLE_LEASED);
	ck_assert(has_line("leased start fchmod argument 1 only 0777\n"));
	free(text);
}
END_TEST

/* Each row of the table once, in order. */
START_TEST(all_of_them)
{
	size_t i, want = 0, sum = 0;
	enum role r;
	char *s, *next, first[64], second[64], before[64] = "";

	for (r = ROLE_CONFD; r < ROLE_MAX; r++) {
		for (i = 0; i < sandbox_ncalls; i++)
			want += sandbox_calls[i].nr >= 0 &&
				(sandbox_calls[i].setup & ROLE_BIT(r)) != 0;
		print(r);
		sum += lines();
		before[0] = '\0';
		for (s = text; (next = strchr(s, '\n')) != NULL; s = next + 1) {
			ck_assert_int_eq(
			    sscanf(s, "%63s %*s %63s", first, second), 2);
			ck_assert_str_eq(first, role_name(r));
			ck_assert_str_ge(second, before);
			memcpy(before, second, sizeof(before));
		}
		free(text);
	}
	ck_assert_uint_eq(sum, want);
	print(ROLE_PRIV);
	ck_assert(has_line("pxeguard always execveat\n"));
	for (i = 0; i < sandbox_nparent_calls; i++)
		sum += sandbox_parent_calls[i].nr >= 0;
	free(text);
	print(ROLE_MAX);
	ck_assert_uint_eq(lines(), sum);
	free(text);
}
END_TEST

START_TEST(names)
{
	ck_assert_int_eq(sandbox_policy_role("pxeguard"), ROLE_PRIV);
	ck_assert_int_eq(sandbox_policy_role("keyd"), ROLE_KEYD);
	ck_assert_int_eq(sandbox_policy_role("priv"), ROLE_MAX);
	ck_assert_int_eq(sandbox_policy_role(""), ROLE_MAX);
}
END_TEST

Suite *suite_sandbox_policy(void);

Suite *
suite_sandbox_policy(void)
{
	Suite *s = suite_create("sandbox_policy");
	TCase *tc = tcase_create("policy");

#ifndef PXEGUARD_SANITIZE
	tcase_add_test(tc, rows);
#endif
	tcase_add_test(tc, all_of_them);
	tcase_add_test(tc, names);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_sandbox_policy)
