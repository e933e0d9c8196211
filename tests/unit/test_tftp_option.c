/* SPDX-License-Identifier: ISC */
/* Option negotiation: ranges, order, case, and the OACK that comes of it. */
#include <stdio.h>
#include <string.h>

#include "daemon/record.h"
#include "tests/unit/unit.h"
#include "tftpd/option.h"

static const struct tftp_limits lan = { .blksize = 1468, .windowsize = 32 };

/* Negotiates "name value name value"; returns the OACK's length, 0: none. */
static size_t
negotiate(const char *words, const struct tftp_limits *lim,
    struct tftp_terms *terms, uint8_t oack[TFTP_OACK_MAX])
{
	char buf[512] = "\0\1f\0octet";
	size_t n = 10, i, len = strlen(words);
	struct tftp_request q;
	struct writer w;

	for (i = 0; i < len; i++)
		buf[n++] = words[i] == ' ' ? '\0' : words[i];
	if (len > 0)
		buf[n++] = '\0';
	ck_assert_int_eq(tftp_request_parse(buf, n, &q), TFTP_OK);
	tftp_options_negotiate(&q, lim, terms);
	if (terms->naccepted == 0)
		return 0;
	writer_init(&w, oack, TFTP_OACK_MAX);
	tftp_oack_build(&w, terms, 5368709120ULL);
	ck_assert(writer_ok(&w));
	for (i = 2; i + 1 < w.len; i++)
		if (oack[i] == '\0')
			oack[i] = ' ';
	return w.len;
}

/* What a client asks for, and what it gets; NULL: no OACK. */
static const struct {
	const char *asked, *oack;
} answer[] = {
	{ "", NULL },
	{ "blksize 1428", "blksize 1428" },
	{ "BlkSize 1468", "blksize 1468" },
	{ "blksize 1469", "blksize 1468" },
	{ "blksize 65464", "blksize 1468" },
	{ "blksize 65465", "blksize 1468" },
	{ "blksize 18446744073709551615", "blksize 1468" },
	{ "blksize 99999999999999999999", "blksize 1468" },
	{ "blksize 8", "blksize 8" },
	{ "blksize 7", NULL },
	{ "blksize 0", NULL },
	{ "blksize -1", NULL },
	{ "blksize 512x", NULL },
	{ "blksize 0x200", NULL },
	{ "blksize +512", NULL },
	{ "blksize ", NULL },
	{ "blksize 000512", "blksize 512" },
	{ "blksize 000000000000000000512", NULL },
	{ "timeout 1", "timeout 1" },
	{ "timeout 255", "timeout 255" },
	{ "timeout 0", NULL },
	{ "timeout 256", NULL },
	{ "tsize 0", "tsize 5368709120" },
	{ "tsize 77", "tsize 5368709120" },
	{ "tsize x", NULL },
	{ "windowsize 16", "windowsize 16" },
	{ "windowsize 65535", "windowsize 32" },
	{ "windowsize 65536", NULL },
	{ "windowsize 0", NULL },
	{ "utimeout 10000", "utimeout 10000" },
	{ "utimeout 255000000", "utimeout 255000000" },
	{ "utimeout 9999", NULL },
	{ "utimeout 255000001", NULL },
	{ "timeout 2 utimeout 50000", "timeout 2" },
	{ "utimeout 50000 timeout 2", "utimeout 50000" },
	{ "rollover 0", "rollover 0" },
	{ "rollover 1", "rollover 1" },
	{ "rollover 2", "rollover 2" },
	{ "rollover 32767", "rollover 32767" },
	{ "rollover 32768", NULL },
	{ "rollover 65536", NULL },
	{ "rollover -1", NULL },
	{ "multicast 1", NULL },
	{ "tsize 0 blksize 1024", "tsize 5368709120 blksize 1024" },
	{ "blksize 1024 x y tsize 0 timeout 6",
	    "blksize 1024 tsize 5368709120 timeout 6" },
	{ "windowsize 4 timeout 0 TSIZE 0", "windowsize 4 tsize 5368709120" },
	{ "blksize 1024 blksize 512", "blksize 1024" },
	{ "blksize 7 blksize 512", NULL },
};

START_TEST(answers)
{
	uint8_t oack[TFTP_OACK_MAX];
	struct tftp_terms terms;
	size_t i, n, len;

	for (i = 0; i < sizeof(answer) / sizeof(answer[0]); i++) {
		n = negotiate(answer[i].asked, &lan, &terms, oack);
		if (answer[i].oack == NULL) {
			ck_assert_msg(n == 0, "%s", answer[i].asked);
			ck_assert_uint_eq(terms.blksize, 512);
			ck_assert_uint_eq(terms.windowsize, 1);
			ck_assert_uint_eq(terms.timeout_us, 0);
			continue;
		}
		len = strlen(answer[i].oack);
		ck_assert_msg(n == len + 3, "%s", answer[i].asked);
		ck_assert_mem_eq(oack, "\0\6", 2);
		ck_assert_msg(memcmp(oack + 2, answer[i].oack, len + 1) == 0,
		    "%s", answer[i].asked);
	}
}
END_TEST

START_TEST(limits)
{
	static const struct tftp_limits none = { .blksize = 0 };
	static const struct tftp_limits jumbo = { .blksize = 100000 };
	static const struct tftp_limits all = { .blksize = 65464,
		.windowsize = 65535 };
	static const struct tftp_limits least = { .blksize = TFTP_BLKSIZE_MIN };
	static const struct tftp_limits less = { .blksize =
						     TFTP_BLKSIZE_MIN - 1 };
	uint8_t oack[TFTP_OACK_MAX];
	struct tftp_terms terms;

	ck_assert_uint_eq(
	    negotiate("blksize 1024 windowsize 8", &none, &terms, oack), 0);
	ck_assert_uint_eq(terms.blksize, 512);
	ck_assert_uint_eq(terms.nignored, 2);
	ck_assert_uint_gt(negotiate("blksize 512", &least, &terms, oack), 0);
	ck_assert_uint_eq(terms.blksize, TFTP_BLKSIZE_MIN);
	ck_assert_uint_eq(negotiate("blksize 512", &less, &terms, oack), 0);
	ck_assert_uint_eq(terms.blksize, 512);
	ck_assert_uint_gt(negotiate("blksize 65000", &jumbo, &terms, oack), 0);
	ck_assert_uint_eq(terms.blksize, 65000);
	ck_assert_uint_gt(negotiate("blksize 70000", &jumbo, &terms, oack), 0);
	ck_assert_uint_eq(terms.blksize, TFTP_BLKSIZE_MAX);
	/* All that go together, each as long as it can be, fit. */
	ck_assert_uint_gt(
	    negotiate(
		"blksize 65464 utimeout 255000000 tsize 0 windowsize 65535 rollover 1",
		&all, &terms, oack),
	    0);
	ck_assert_uint_eq(terms.naccepted, 5);
}
END_TEST

START_TEST(largest_number)
{
	uint8_t oack[TFTP_OACK_MAX];
	struct tftp_terms terms;
	struct writer w;

	ck_assert_uint_gt(negotiate("tsize 0", &lan, &terms, oack), 0);
	writer_init(&w, oack, sizeof(oack));
	tftp_oack_build(&w, &terms, UINT64_MAX);
	ck_assert_uint_eq(w.len, 2 + 6 + 21);
	ck_assert_mem_eq(oack, "\0\6tsize\00018446744073709551615\0", w.len);
}
END_TEST

START_TEST(denied)
{
	static const struct {
		uint8_t deny;
		const char *oack;
	} t[] = {
		{ 0,
		    "blksize 1024 tsize 5368709120 utimeout 20000 windowsize 4 rollover 1" },
		{ RECORD_TFTP_NO_BLKSIZE,
		    "tsize 5368709120 utimeout 20000 windowsize 4 rollover 1" },
		{ RECORD_TFTP_NO_TSIZE,
		    "blksize 1024 utimeout 20000 windowsize 4 rollover 1" },
		{ RECORD_TFTP_NO_TIMEOUT,
		    "blksize 1024 tsize 5368709120 windowsize 4 rollover 1" },
		{ RECORD_TFTP_NO_WINDOWSIZE,
		    "blksize 1024 tsize 5368709120 utimeout 20000 rollover 1" },
		{ RECORD_TFTP_DENY_ALL, "rollover 1" },
	};
	uint8_t oack[TFTP_OACK_MAX];
	struct tftp_limits lim = lan;
	struct tftp_terms terms;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		lim.deny = t[i].deny;
		ck_assert_uint_eq(
		    negotiate(
			"blksize 1024 tsize 0 utimeout 20000 windowsize 4 rollover 1",
			&lim, &terms, oack),
		    strlen(t[i].oack) + 3);
		ck_assert_mem_eq(oack + 2, t[i].oack, strlen(t[i].oack));
	}
	lim.deny = RECORD_TFTP_NO_TIMEOUT;
	ck_assert_uint_eq(negotiate("timeout 3", &lim, &terms, oack), 0);
	ck_assert_uint_eq(terms.timeout_us, 0);
}
END_TEST

/* What is in flight fits a socket, whatever the blocks are. */
START_TEST(window_bytes)
{
	static const struct tftp_limits lim = { .blksize = 8968,
		.windowsize = 64 };
	uint8_t oack[TFTP_OACK_MAX];
	struct tftp_terms terms;

	(void)negotiate("windowsize 64 blksize 1428", &lim, &terms, oack);
	ck_assert_uint_eq(terms.windowsize, 64);
	(void)negotiate("windowsize 64 blksize 8968", &lim, &terms, oack);
	ck_assert_uint_eq(terms.windowsize, TFTP_WINDOW_BYTES / 8972);
	ck_assert_mem_eq(oack + 2, "windowsize 14 blksize 8968", 26);
}
END_TEST

/* A path that turns out to carry less than the interface. */
START_TEST(fit)
{
	uint8_t oack[TFTP_OACK_MAX];
	struct tftp_terms terms;

	(void)negotiate("blksize 1468 windowsize 16", &lan, &terms, oack);
	tftp_terms_fit(&terms, 1368);
	ck_assert_uint_eq(terms.blksize, 1368);
	ck_assert_uint_eq(terms.windowsize, 16);
	tftp_terms_fit(&terms, 1468);
	ck_assert_uint_eq(terms.blksize, 1368);
	/* Without the option, 512 is what the client expects. */
	(void)negotiate("windowsize 16", &lan, &terms, oack);
	tftp_terms_fit(&terms, 100);
	ck_assert_uint_eq(terms.blksize, 512);
}
END_TEST

/* Who has made the blocks, or the window, as small as they are. */
START_TEST(whose_limit)
{
	enum { C = EVENT_LIMIT_CLIENT, R = EVENT_LIMIT_RULE };
	static const struct {
		const char *asked;
		struct tftp_limits lim;
		uint8_t blksize_by, windowsize_by;
	} t[] = {
		{ "", { 1468, 64, 0, 0, R, R }, C, C },
		{ "tsize 0", { 100, 1, RECORD_TFTP_NO_BLKSIZE, 0, R, R }, C,
		    C },
		{ "blksize 1468 windowsize 64", { 1468, 64, 0, 0, R, R }, C,
		    C },
		{ "blksize 1469 windowsize 65", { 1468, 64, 0, 0, R, R }, R,
		    R },
		{ "blksize 400 windowsize 1",
		    { 1468, 64, RECORD_TFTP_DENY_ALL, 0, R, R }, C, C },
		{ "blksize 512 windowsize 1",
		    { 1468, 64, RECORD_TFTP_DENY_ALL, 0, R, R }, C, C },
		{ "blksize 513 windowsize 2",
		    { 1468, 64, RECORD_TFTP_DENY_ALL, 0, R, R }, R, R },
		{ "blksize 513 windowsize 2", { 7, 0, 0, 0, R, R }, R, R },
		/* What nobody could have given. */
		{ "blksize x windowsize 65536", { 100, 1, 0, 0, R, R }, C, C },
		{ "blksize 9999999 windowsize 65535",
		    { 100, 1, 0, 0, EVENT_LIMIT_MTU, EVENT_LIMIT_NETASCII },
		    EVENT_LIMIT_MTU, EVENT_LIMIT_NETASCII },
	};
	uint8_t oack[TFTP_OACK_MAX];
	struct tftp_terms terms;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		(void)negotiate(t[i].asked, &t[i].lim, &terms, oack);
		ck_assert_msg(terms.blksize_by == t[i].blksize_by &&
				  terms.windowsize_by == t[i].windowsize_by,
		    "case %zu", i);
	}
	/* The path is known when the socket is there. */
	(void)negotiate("blksize 1468", &lan, &terms, oack);
	tftp_terms_fit(&terms, 1468);
	ck_assert_uint_eq(terms.blksize_by, C);
	tftp_terms_fit(&terms, 400);
	ck_assert_uint_eq(terms.blksize_by, EVENT_LIMIT_PATH);
}
END_TEST

/* Smaller blocks leave room for more of them. */
START_TEST(window_after_fit)
{
	static const struct tftp_limits wide = { .blksize = 65464,
		.windowsize = 64 };
	uint8_t oack[TFTP_OACK_MAX];
	struct tftp_terms terms;

	(void)negotiate("blksize 65464 windowsize 64", &wide, &terms, oack);
	ck_assert_uint_eq(terms.windowsize, 2);
	tftp_terms_fit(&terms, 1468);
	ck_assert_uint_eq(terms.blksize, 1468);
	ck_assert_uint_eq(terms.windowsize, 64);
	(void)negotiate("blksize 65464", &wide, &terms, oack);
	tftp_terms_fit(&terms, 1468);
	ck_assert_uint_eq(terms.windowsize, 1);
}
END_TEST

START_TEST(default_rollover)
{
	struct tftp_limits lim = lan;
	uint8_t oack[TFTP_OACK_MAX];
	struct tftp_terms terms;

	lim.rollover = 1;
	ck_assert_uint_eq(negotiate("", &lim, &terms, oack), 0);
	ck_assert_uint_eq(terms.rollover, 1);
	(void)negotiate("rollover 0", &lim, &terms, oack);
	ck_assert_uint_eq(terms.rollover, 0);
}
END_TEST

START_TEST(path_mtu)
{
	ck_assert_uint_eq(tftp_blksize_for_mtu(1500, 4), 1468);
	ck_assert_uint_eq(tftp_blksize_for_mtu(1500, 6), 1448);
	ck_assert_uint_eq(tftp_blksize_for_mtu(9000, 4), 8968);
	ck_assert_uint_eq(tftp_blksize_for_mtu(65536, 4), TFTP_BLKSIZE_MAX);
	ck_assert_uint_eq(tftp_blksize_for_mtu(32, 4), 0);
	ck_assert_uint_eq(tftp_blksize_for_mtu(10, 4), 0);
	ck_assert_uint_eq(tftp_blksize_for_mtu(40, 4), 8);
}
END_TEST

Suite *suite_tftp_option(void);

Suite *
suite_tftp_option(void)
{
	Suite *s = suite_create("tftp_option");
	TCase *tc = tcase_create("option");

	tcase_add_test(tc, answers);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, largest_number);
	tcase_add_test(tc, denied);
	tcase_add_test(tc, window_bytes);
	tcase_add_test(tc, fit);
	tcase_add_test(tc, whose_limit);
	tcase_add_test(tc, default_rollover);
	tcase_add_test(tc, path_mtu);
	tcase_add_test(tc, window_after_fit);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_option)
