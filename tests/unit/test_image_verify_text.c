/* SPDX-License-Identifier: ISC */
/* What the log says of a file that is refused, and what the client is told. */
#include <errno.h>
#include <string.h>

#include "imaged/verify_text.h"
#include "tests/unit/unit.h"

#define KEY "\"d/a.minisig\" (key 0706050403020100)"

/* The signature of a file, or its manifest, with a key. */
static struct verdict
verdict(enum verify_why why)
{
	return (struct verdict){ .why = why,
		.path = "d/a.minisig",
		.has_key = true,
		.key = { 0, 1, 2, 3, 4, 5, 6, 7 },
		.serial = 7,
		.accepted = 9,
		.stored = "a\nb" };
}

START_TEST(reasons)
{
	static const struct {
		enum verify_why why;
		enum file_status status;
		const char *text;
	} t[] = {
		{ VERIFY_FINE, FILE_UNSIGNED, "valid" },
		{ VERIFY_UNSIGNED, FILE_UNSIGNED, "no signature covers it; " },
		{ VERIFY_UNLISTED, FILE_UNSIGNED, KEY " does not list it; " },
		{ VERIFY_DIFFERS, FILE_UNSIGNED,
		    KEY " lists another checksum, " },
		{ VERIFY_SIGNATURE, FILE_UNSIGNED, KEY ": valid; restore " },
		{ VERIFY_MANIFEST, FILE_UNSIGNED,
		    KEY ": valid; correct the manifest, " },
		{ VERIFY_UNREADABLE, FILE_UNSIGNED, KEY ": cannot be read; " },
		{ VERIFY_PURE_LARGE, FILE_UNSIGNED,
		    KEY ": a signature over the content " },
		{ VERIFY_SERIAL_LOWER, FILE_UNSIGNED,
		    KEY
		    " has serial 7, but serial 9 was accepted before, so this is an older tree; restore the newer one, or sign this one with pxeguard-sign --serial=10" },
		{ VERIFY_SERIAL_NONE, FILE_UNSIGNED,
		    KEY
		    " has no serial, but serial 9 was accepted before; restore the newer tree, or sign this one with pxeguard-sign --serial=10" },
		{ VERIFY_FAILED, FILE_ERROR, "it could not be checked: " },
		{ VERIFY_HASHD, FILE_BUSY, "it could not be checked, as " },
		{ VERIFY_MEMORY, FILE_BUSY, "no memory to check it; " },
		{ VERIFY_BUSY, FILE_BUSY, "too many checks are due, " },
		{ VERIFY_SERIAL_DOWN, FILE_BUSY,
		    KEY ": its serial cannot be compared or stored, " },
		{ VERIFY_SERIAL_REFUSED, FILE_BUSY,
		    KEY
		    ": serial 7 cannot be stored in the lease database: a\\x0ab; " },
		{ VERIFY_SERIAL_FULL, FILE_BUSY, KEY ": too many folders " },
	};
	const struct verdict d = verdict(t[_i].why);
	char text[VERIFY_TEXT_MAX];

	ck_assert_int_eq(t[_i].why, _i);
	ck_assert_ptr_eq(verify_text(&d, text), text);
	ck_assert_msg(
	    strncmp(text, t[_i].text, strlen(t[_i].text)) == 0, "%s", text);
	ck_assert_int_eq(verify_status(t[_i].why), t[_i].status);
}
END_TEST

/* The next step depends on what is wrong with the signature. */
START_TEST(advice)
{
	static const struct {
		enum sign_reason sign;
		const char *text;
	} t[] = {
		{ SIGN_KEY_UNKNOWN, "add that key with verify-key " },
		{ SIGN_KEY_FORMAT, "its trusted comment was removed; " },
		{ SIGN_NAME, "put the signature beside the file " },
		{ SIGN_BAD_CONTENT, "restore the files, " },
	};
	struct verdict d = verdict(VERIFY_SIGNATURE);
	char text[VERIFY_TEXT_MAX], wanted[VERIFY_TEXT_MAX];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		d.sign = t[i].sign;
		(void)snprintf(wanted, sizeof(wanted), KEY ": %s; %s",
		    sign_reason_text(t[i].sign), t[i].text);
		ck_assert_int_eq(
		    strncmp(verify_text(&d, text), wanted, strlen(wanted)), 0);
	}
}
END_TEST

START_TEST(unreadable)
{
	static const struct {
		enum file_status status;
		int err;
		const char *text;
	} t[] = {
		{ FILE_KIND, EIO, ": not a regular file; " },
		{ FILE_DENIED, EIO, ": may not be read by user " },
		{ FILE_ERROR, 0, ": cannot be read; " },
		{ FILE_ERROR, EIO,
		    ": Input/output error; check its file system" },
		{ FILE_ERROR, EPERM, ": Operation not permitted; " },
	};
	struct verdict d = verdict(VERIFY_UNREADABLE);
	char text[VERIFY_TEXT_MAX];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		d.status = t[i].status;
		d.err = t[i].err;
		ck_assert_ptr_nonnull(strstr(verify_text(&d, text), t[i].text));
	}
}
END_TEST

/* No key, a name that is escaped, and a line of a manifest. */
START_TEST(details)
{
	struct verdict d = verdict(VERIFY_MANIFEST);
	char text[VERIFY_TEXT_MAX];

	d.sign = SIGN_MANIFEST_HEX;
	d.line = 1;
	d.has_key = false;
	(void)strcpy(d.path, "\n");
	ck_assert_str_eq(verify_text(&d, text),
	    "\"\\x0a\": line 1: invalid checksum; correct the manifest, and sign it again with pxeguard-sign");
	/* What is too long is cut. */
	memset(d.path, '\n', sizeof(d.path) - 1);
	ck_assert_uint_lt(strlen(verify_text(&d, text)), VERIFY_TEXT_MAX);
	ck_assert_ptr_nonnull(strstr(text, "\": line 1: "));
}
END_TEST

Suite *suite_image_verify_text(void);

Suite *
suite_image_verify_text(void)
{
	Suite *s = suite_create("image_verify_text");
	TCase *tc = tcase_create("image_verify_text");

	tcase_add_loop_test(tc, reasons, 0, VERIFY_WHY_MAX);
	tcase_add_test(tc, advice);
	tcase_add_test(tc, unreadable);
	tcase_add_test(tc, details);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_image_verify_text)
