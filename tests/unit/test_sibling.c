/* SPDX-License-Identifier: ISC */
/* The other name of a file: which names have one, and what it is. */
#include <string.h>

#include "daemon/sibling.h"
#include "tests/unit/unit.h"

#define NOW_MS 1000

static struct sibling s;
static char name[FILE_NAME_MAX];

static void
fetched(const char *file)
{
	memset(&s, 0, sizeof(s));
	sibling_fetched(&s, file, strlen(file), NOW_MS);
}

/* The name in a request becomes `other`, or has none if it is NULL. */
static void
becomes(const char *asked, const char *other, uint64_t now_ms)
{
	char found[FILE_NAME_MAX];
	struct sibling_change change;
	size_t len = strlen(asked), n;

	n = sibling_name(&s, asked, len, found, now_ms);
	if (other == NULL) {
		ck_assert_msg(n == 0, "%s: %.*s", asked, (int)n, found);
		other = asked;
	} else {
		ck_assert_msg(
		    n == strlen(other) && memcmp(found, other, n) == 0,
		    "%s: %.*s", asked, (int)n, found);
	}
	memcpy(name, asked, len);
	sibling_keep(&change, name, len, found, n);
	ck_assert_mem_eq(name, asked, len);
	n = sibling_apply(&change, name, len);
	ck_assert_uint_eq(n, strlen(other));
	ck_assert_mem_eq(name, other, n);
	/* Once only. */
	ck_assert_uint_eq(sibling_apply(&change, name, n), n);
	ck_assert_mem_eq(name, other, n);
}

START_TEST(beside_a_program)
{
	fetched("debian/x64/shimx64.efi");
	becomes("grubx64.efi", "debian/x64/grubx64.efi", NOW_MS);
	becomes("autoexec.ipxe", "debian/x64/autoexec.ipxe", NOW_MS);
	becomes("AUTOEXEC.IPXE", "debian/x64/AUTOEXEC.IPXE", NOW_MS);
	becomes("autoexec.ipx", NULL, NOW_MS);
	becomes("autoexec.ipxe2", NULL, NOW_MS);
	becomes("boot.ipxe", NULL, NOW_MS);
	becomes("a/autoexec.ipxe", NULL, NOW_MS);
	becomes("grub.cfg", NULL, NOW_MS);
	becomes("grubx64.efi", "debian/x64/grubx64.efi", NOW_MS + SIBLING_MS);
	becomes("grubx64.efi", NULL, NOW_MS + SIBLING_MS + 1);
	/* A script does not say where programs are. */
	sibling_fetched(&s, "other/autoexec.ipxe", 19, NOW_MS);
	becomes("grubx64.efi", "debian/x64/grubx64.efi", NOW_MS);
	/* A program at the root does. */
	fetched("snponly.efi");
	becomes("autoexec.ipxe", NULL, NOW_MS);
}
END_TEST

START_TEST(without_a_folder)
{
	fetched("debian/shimx64.efi");
	becomes("EFI/BOOT/grubx64.efi", "grubx64.efi", NOW_MS);
	becomes("efi/boot/x", "x", NOW_MS);
	becomes("EFI/debian/grub.cfg", "debian/grub.cfg", NOW_MS);
	becomes("httpboot/a/b", "a/b", NOW_MS);
	becomes("httpboot/httpboot/b", "httpboot/b", NOW_MS);
	becomes("EFI/BOOT", "BOOT", NOW_MS);
	becomes("EFI", NULL, NOW_MS);
	becomes("httpboot", NULL, NOW_MS);
	becomes("httpboots/a", NULL, NOW_MS);
	becomes("a/EFI/BOOT/x", NULL, NOW_MS);
	becomes("BOOT/x", NULL, NOW_MS);
}
END_TEST

/* Names of any length fit, with what is kept behind them. */
START_TEST(lengths)
{
	char asked[FILE_NAME_MAX + 1], other[FILE_NAME_MAX + 1];
	char folder[SIBLING_FOLDER_MAX + 5];
	size_t len;

	memset(folder, 'f', SIBLING_FOLDER_MAX);
	memcpy(folder + SIBLING_FOLDER_MAX, "/.efi", 5);
	memset(&s, 0, sizeof(s));
	sibling_fetched(&s, folder, sizeof(folder), NOW_MS);
	for (len = 5; len <= FILE_NAME_MAX; len++) {
		memset(asked, 'n', len);
		memcpy(asked + len - 4, ".efi", 5);
		if (SIBLING_FOLDER_MAX + 1 + len > FILE_NAME_MAX) {
			becomes(asked, NULL, NOW_MS);
			continue;
		}
		memcpy(other, folder, SIBLING_FOLDER_MAX + 1);
		memcpy(other + SIBLING_FOLDER_MAX + 1, asked, len + 1);
		becomes(asked, other, NOW_MS);
	}
	memset(asked, 'n', FILE_NAME_MAX);
	memcpy(asked, "EFI/", 4);
	asked[FILE_NAME_MAX] = '\0';
	becomes(asked, asked + 4, NOW_MS);
}
END_TEST

Suite *suite_sibling(void);

Suite *
suite_sibling(void)
{
	Suite *suite = suite_create("sibling");
	TCase *tc = tcase_create("sibling");

	tcase_add_test(tc, beside_a_program);
	tcase_add_test(tc, without_a_folder);
	tcase_add_test(tc, lengths);
	suite_add_tcase(suite, tc);
	return suite;
}

UNIT_MAIN(suite_sibling)
