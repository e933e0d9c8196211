/* SPDX-License-Identifier: ISC */
/* Names as clients ask for them, and what imaged is asked instead. */
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/name.h"

START_TEST(mapped)
{
	static const char root[] = "/srv/tftp";
	static const struct {
		const char *asked, *root, *name;
	} t[] = {
		{ "pxelinux.0", root, "pxelinux.0" },
		{ "a/b/c", root, "a/b/c" },
		{ "a\\b\\c", root, "a/b/c" },
		{ "\\Boot\\BCD", root, "Boot/BCD" },
		{ "a//b\\\\c/\\d", root, "a/b/c/d" },
		{ "./a/./b", root, "a/b" },
		{ "/a", root, "a" },
		{ "//a", root, "a" },
		{ "/srv/tftp/a", root, "a" },
		{ "/srv/tftp//a/b", root, "a/b" },
		{ "//srv/./tftp/a", root, "a" },
		{ "\\srv\\tftp\\a", root, "a" },
		{ "/srv/tftp/a", "/srv/tftp/", "a" },
		{ "/srv/tftp/a", "/srv//./tftp", "a" },
		{ "/srv/tftp/srv/tftp/a", root, "srv/tftp/a" },
		/* Not below the root, but beginning like it. */
		{ "/srv/tftpd/a", root, "srv/tftpd/a" },
		{ "/srv/a", root, "srv/a" },
		{ "/srv", root, "srv" },
		/* Not absolute, so not the root. */
		{ "srv/tftp/a", root, "srv/tftp/a" },
		{ "/a", "", "a" },
		{ "/a", "/", "a" },
		{ "a..b/..c/d../...", root, "a..b/..c/d../..." },
		{ "a b", root, "a b" },
		{ "gr\xc3\xbc\xc3\x9f", root, "gr\xc3\xbc\xc3\x9f" },
		{ "boot.efi\xff", root, "boot.efi" },
		{ "boot.efi\xff\xff", root, "boot.efi" },
		{ "a\xff"
		  "b",
		    root,
		    "a\xff"
		    "b" },
	};
	char name[FILE_NAME_MAX];
	size_t i, n;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct tftp_text asked = { t[i].asked, strlen(t[i].asked) };

		ck_assert_msg(tftp_name_map(&asked, t[i].root, false, name,
				  &n) == TFTP_NAME_OK,
		    "%s", t[i].asked);
		ck_assert_msg(
		    n == strlen(t[i].name) && memcmp(name, t[i].name, n) == 0,
		    "%s: %.*s", t[i].asked, (int)n, name);
	}
}
END_TEST

START_TEST(refused)
{
	static const struct {
		const char *asked;
		enum tftp_name_reason why;
		enum tftp_code code;
	} t[] = {
		{ "", TFTP_NAME_EMPTY, TFTP_ENOTFOUND },
		{ "\xff", TFTP_NAME_EMPTY, TFTP_ENOTFOUND },
		{ "..", TFTP_NAME_PARENT, TFTP_EACCESS },
		{ "../x", TFTP_NAME_PARENT, TFTP_EACCESS },
		{ "a/../b", TFTP_NAME_PARENT, TFTP_EACCESS },
		{ "a\\..\\b", TFTP_NAME_PARENT, TFTP_EACCESS },
		{ "a/..", TFTP_NAME_PARENT, TFTP_EACCESS },
		{ "/srv/tftp/../x", TFTP_NAME_PARENT, TFTP_EACCESS },
		{ "/srv/../srv/tftp/x", TFTP_NAME_PARENT, TFTP_EACCESS },
		{ "/", TFTP_NAME_DIRECTORY, TFTP_EACCESS },
		{ "\\", TFTP_NAME_DIRECTORY, TFTP_EACCESS },
		{ ".", TFTP_NAME_DIRECTORY, TFTP_EACCESS },
		{ "/srv/tftp", TFTP_NAME_DIRECTORY, TFTP_EACCESS },
		{ "a/", TFTP_NAME_DIRECTORY, TFTP_EACCESS },
		{ "a\nb", TFTP_NAME_CONTROL, TFTP_ENOTFOUND },
		{ "a\x7f", TFTP_NAME_CONTROL, TFTP_ENOTFOUND },
		{ "\x1b[2J", TFTP_NAME_CONTROL, TFTP_ENOTFOUND },
	};
	char name[FILE_NAME_MAX];
	size_t i, n;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct tftp_text asked = { t[i].asked, strlen(t[i].asked) };
		enum tftp_name_reason why;

		why = tftp_name_map(&asked, "/srv/tftp", false, name, &n);
		ck_assert_msg(why == t[i].why, "%s: %s", t[i].asked,
		    tftp_name_errors[why].text);
		ck_assert_int_eq(tftp_name_errors[why].code, t[i].code);
		ck_assert_uint_eq(n, 0);
	}
}
END_TEST

START_TEST(lengths)
{
	char asked[FILE_NAME_MAX + 2], name[FILE_NAME_MAX];
	struct tftp_text t = { asked, FILE_NAME_MAX };
	size_t n;

	memset(asked, 'a', sizeof(asked));
	ck_assert_int_eq(tftp_name_map(&t, "", false, name, &n), TFTP_NAME_OK);
	ck_assert_uint_eq(n, FILE_NAME_MAX);
	t.len++;
	ck_assert_int_eq(
	    tftp_name_map(&t, "", false, name, &n), TFTP_NAME_LONG);
	ck_assert_int_eq(tftp_name_errors[TFTP_NAME_LONG].code, TFTP_ENOTFOUND);
	/* A separator that does not fit any more. */
	asked[FILE_NAME_MAX] = '/';
	t.len = FILE_NAME_MAX + 2;
	ck_assert_int_eq(
	    tftp_name_map(&t, "", false, name, &n), TFTP_NAME_LONG);
	asked[FILE_NAME_MAX] = 'a';
	asked[FILE_NAME_MAX - 1] = '/';
	ck_assert_int_eq(
	    tftp_name_map(&t, "", false, name, &n), TFTP_NAME_LONG);
	/* What is dropped does not count. */
	asked[0] = asked[1] = '/';
	asked[FILE_NAME_MAX - 1] = 'a';
	ck_assert_int_eq(tftp_name_map(&t, "", false, name, &n), TFTP_NAME_OK);
	ck_assert_uint_eq(n, FILE_NAME_MAX);
}
END_TEST

START_TEST(error_texts)
{
	int i;

	for (i = 0; i < TFTP_NAME_REASON_MAX; i++)
		ck_assert_ptr_null(strchr(tftp_name_errors[i].text, '/'));
	for (i = 0; i < FILE_STATUS_MAX; i++)
		ck_assert_ptr_null(strchr(tftp_file_errors[i].text, '/'));
	ck_assert_int_eq(tftp_file_errors[FILE_MISSING].code, TFTP_ENOTFOUND);
	ck_assert_int_eq(tftp_file_errors[FILE_NAME].code, TFTP_ENOTFOUND);
	ck_assert_int_eq(tftp_file_errors[FILE_DENIED].code, TFTP_EACCESS);
	ck_assert_int_eq(tftp_file_errors[FILE_KIND].code, TFTP_EACCESS);
	ck_assert_int_eq(tftp_file_errors[FILE_ERROR].code, TFTP_EUNDEF);
}
END_TEST

/* The root is met in any case: who asks knows only its own letters. */
START_TEST(lower)
{
	static const struct {
		const char *asked, *name;
	} t[] = {
		{ "\\Boot\\BCD", "boot/bcd" },
		{ "/SRV/Tftp/AZ[`{az", "az[`{az" },
		{ "/srv/tftp/A", "a" },
		{ "/srv/A", "srv/a" },
		{ "GR\xc3\x9c", "gr\xc3\x9c" },
	};
	char name[FILE_NAME_MAX];
	size_t i, n;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct tftp_text asked = { t[i].asked, strlen(t[i].asked) };

		ck_assert_int_eq(
		    tftp_name_map(&asked, "/SRV/Tftp", true, name, &n),
		    TFTP_NAME_OK);
		ck_assert_msg(
		    n == strlen(t[i].name) && memcmp(name, t[i].name, n) == 0,
		    "%s: %.*s", t[i].asked, (int)n, name);
	}
}
END_TEST

Suite *suite_tftp_name(void);

Suite *
suite_tftp_name(void)
{
	Suite *s = suite_create("tftp_name");
	TCase *tc = tcase_create("name");

	tcase_add_test(tc, lower);
	tcase_add_test(tc, mapped);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, lengths);
	tcase_add_test(tc, error_texts);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_name)
