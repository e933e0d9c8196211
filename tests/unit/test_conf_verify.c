/* SPDX-License-Identifier: ISC */
/* The directives of signed boot files: what each gives, and what is wrong. */
#include "confd/print.h"
#include "tests/unit/conf_case.h"

#define BASE "enable-tftp\ntftp-root=/a\n"
#define KEY "verify-key=/k\n"

static const struct record_verify *
gives(const char *lines)
{
	static struct record rec;

	conf_case_gives(lines, RECORD_VERIFY, &rec);
	return &rec.u.verify;
}

START_TEST(modes)
{
	ck_assert_uint_eq(gives(BASE)->mode, RECORD_VERIFY_OFF);
	ck_assert_uint_eq(gives(BASE)->cache, 256 << 20);
	ck_assert_uint_eq(
	    gives(BASE "verify-images=off")->mode, RECORD_VERIFY_OFF);
	ck_assert_uint_eq(
	    gives(BASE KEY "verify-images=warn")->mode, RECORD_VERIFY_WARN);
	ck_assert_uint_eq(
	    gives("enable-http\ntftp-root=/a\n" KEY "verify-images=warn")->mode,
	    RECORD_VERIFY_WARN);
	ck_assert_uint_eq(gives(BASE KEY "verify-images=Require")->mode,
	    RECORD_VERIFY_REQUIRE);
	conf_case_says(BASE KEY "verify-images=on", 'E', "none of off, warn");
}
END_TEST

#define ON BASE KEY "verify-images=require\n"

/* Each is printed with the largest unit that leaves no rest. */
START_TEST(sizes_printed)
{
	static const char *const sizes[] = { "1M", "1025k", "1536M", "2G" };
	char line[256], printed[256];
	struct record rec;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		(void)snprintf(
		    line, sizeof(line), ON "verify-cache=%s", sizes[i]);
		conf_case_gives(line, RECORD_VERIFY, &rec);
		ck_assert_ptr_nonnull(
		    print_record(printed, sizeof(printed), &rec));
		(void)snprintf(
		    line, sizeof(line), "verify-cache=%s\n", sizes[i]);
		ck_assert_ptr_nonnull(strstr(printed, line));
	}
}
END_TEST

START_TEST(sizes)
{
	ck_assert_uint_eq(gives(ON "verify-cache=1M")->cache, 1 << 20);
	ck_assert_uint_eq(gives(ON "verify-cache=1024k")->cache, 1 << 20);
	ck_assert_uint_eq(gives(ON "verify-cache=1025K")->cache, 1025 << 10);
	ck_assert_uint_eq(
	    gives(ON "verify-cache=1024G")->cache, UINT64_C(1) << 40);
	conf_case_says(ON "verify-cache=1025G", 'E', "not a size");
	conf_case_says(ON "verify-cache=256", 'E', "not a size");
	conf_case_says(ON "verify-cache=M", 'E', "not a size");
	conf_case_says(ON "verify-cache=-1M", 'E', "not a size");
	conf_case_says(ON "verify-cache=1023k", 'E', "too small");
	conf_case_says(ON "verify-cache=0M", 'E', "too small");
}
END_TEST

START_TEST(keys_and_patterns)
{
	struct record rec;
	char lines[2048] = ON;
	int i;

	conf_case_gives(ON, RECORD_VERIFY_KEY, &rec);
	ck_assert_str_eq(rec.u.verify_key.path, "/k");
	conf_case_says(BASE "verify-images=warn", 'E', "no key is given");
	conf_case_says(
	    BASE "verify-images=warn\nverify-key=k", 'E', "absolute");
	conf_case_gives(ON "verify-exempt=//a/*", RECORD_VERIFY_EXEMPT, &rec);
	ck_assert_str_eq(rec.u.verify_exempt.pattern, "a/*");
	conf_case_says(ON "verify-exempt=/", 'E', "pattern is missing");
	conf_case_says(ON "verify-exempt=*********", 'E', "more than 8");
	for (i = 1; i < RECORD_VERIFY_KEYS_MAX; i++)
		(void)strcat(lines, KEY);
	(void)gives(lines);
	(void)strcat(lines, KEY);
	conf_case_says(lines, 'E', "more than 64 lines of verify-key");
}
END_TEST

START_TEST(without_effect)
{
	conf_case_says(BASE KEY, 'W', "signatures are not checked");
	conf_case_says(
	    BASE "verify-cache=1M", 'W', "signatures are not checked");
	conf_case_says(KEY "verify-images=warn\ndhcp-range=10.0.0.5,10.0.0.9",
	    'W', "no boot files are served");
}
END_TEST

Suite *suite_conf_verify(void);

Suite *
suite_conf_verify(void)
{
	Suite *s = suite_create("conf_verify");
	TCase *tc = tcase_create("conf_verify");

	tcase_add_test(tc, modes);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, sizes_printed);
	tcase_add_test(tc, keys_and_patterns);
	tcase_add_test(tc, without_effect);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_conf_verify)
