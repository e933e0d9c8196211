/* SPDX-License-Identifier: ISC */
/* How dnsmasq is started, as literal texts, and hostile ones. */
#include <string.h>

#include "command/dnsmasq_text.h"
#include "tests/unit/unit.h"

#define WORDS_MAX 4

static char text[256];
static char *words[WORDS_MAX];

static int
split(const char *bytes, size_t len)
{
	ck_assert_uint_le(len, sizeof(text));
	memcpy(text, bytes, len);
	return dnsmasq_words(text, len, words, WORDS_MAX);
}

START_TEST(command_line)
{
	static const char line[] = "/usr/sbin/dnsmasq\0-x\0\0--dhcp-range=1,2";

	ck_assert_int_eq(split(line, sizeof(line)), 4);
	ck_assert_str_eq(words[0], "/usr/sbin/dnsmasq");
	ck_assert_str_eq(words[1], "-x");
	ck_assert_str_eq(words[2], "");
	ck_assert_str_eq(words[3], "--dhcp-range=1,2");
	/* Without its last NUL, and without anything. */
	ck_assert_int_eq(split(line, sizeof(line) - 1), -1);
	ck_assert_int_eq(split(line, 0), -1);
	ck_assert_int_eq(split("a\0b\0c\0d\0e", 10), -1);
	ck_assert_int_eq(split("a\0b\nc", 6), -1);
	ck_assert_int_eq(split("a\0\033[2J", 7), -1);
	ck_assert_int_eq(split("a\0\xc3\xa9", 5), -1);
}
END_TEST

START_TEST(options_of_a_shell)
{
	char line[] = "  --conf-file=/a \t-i  br0 ";
	char many[] = "a b c d e";
	char odd[] = "a b\x7f";

	ck_assert_int_eq(dnsmasq_words_split(line, words, WORDS_MAX), 3);
	ck_assert_str_eq(words[0], "--conf-file=/a");
	ck_assert_str_eq(words[1], "-i");
	ck_assert_str_eq(words[2], "br0");
	ck_assert_int_eq(dnsmasq_words_split(many, words, WORDS_MAX), -1);
	ck_assert_int_eq(dnsmasq_words_split(odd, words, WORDS_MAX), -1);
}
END_TEST

START_TEST(unit)
{
	static const struct {
		const char *cgroup, *unit; /* "": none */
	} t[] = {
		{ "0::/system.slice/dnsmasq.service\n", "dnsmasq.service" },
		{ "0::/system.slice/dnsmasq.service", "dnsmasq.service" },
		{ "9:pids:/x.service\n1:name=systemd:/system.slice/"
		  "system-dnsmasq.slice/dnsmasq@lan.service\n0::/\n",
		    "dnsmasq@lan.service" },
		/* The innermost that is a service. */
		{ "0::/lxc/a.service/libvirtd.service/net\n",
		    "libvirtd.service" },
		{ "0::/\n", "" },
		{ "0::", "" },
		{ "", "" },
		{ "\n\n::\n", "" },
		{ "9:pids:/dnsmasq.service\n", "" },
		{ "0::/user.slice/session-3.scope\n", "" },
		{ "0::/x/.service\n", "" },
		{ "0::/x/-a.service\n", "" },
		{ "0::/x/a;reboot.service\n", "" },
		{ "0::/x/$(id).service\n", "" },
		{ "0::/x/\033[2J.service\n", "" },
		{ "0::/x/a-name-that-is-too-long.service\n", "" },
	};
	char dst[24];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		dst[0] = '\0';
		ck_assert_int_eq(dnsmasq_unit(t[i].cgroup, dst, sizeof(dst)),
		    t[i].unit[0] != '\0');
		ck_assert_str_eq(dst, t[i].unit);
	}
}
END_TEST

/* A name that does not fit with its NUL is none. */
START_TEST(unit_that_is_too_long)
{
	static const char cgroup[] = "0::/a.service\n";
	char dst[] = "xxxxxxxxxxxx";

	ck_assert(!dnsmasq_unit(cgroup, dst, strlen("a.service")));
	ck_assert_str_eq(dst, "xxxxxxxxxxxx");
	ck_assert(dnsmasq_unit(cgroup, dst, strlen("a.service") + 1));
	ck_assert_str_eq(dst, "a.service");
	ck_assert_str_eq(dst + strlen(dst) + 1, "xx");
}
END_TEST

START_TEST(defaults)
{
	static const struct {
		const char *text;
		enum dnsmasq_default result;
		const char *value;
	} t[] = {
		{ "# CONFIG_DIR=/a\nCONFIG_DIR=/b,.old\nX=1\n",
		    DNSMASQ_DEFAULT_VALUE, "/b,.old" },
		{ "CONFIG_DIR=/a\n  CONFIG_DIR=\"/b c\" \n",
		    DNSMASQ_DEFAULT_VALUE, "/b c" },
		{ "CONFIG_DIR='$a'\n", DNSMASQ_DEFAULT_VALUE, "$a" },
		{ "CONFIG_DIR=\n", DNSMASQ_DEFAULT_VALUE, "" },
		{ "#CONFIG_DIR=/a\nCONFIG_DIRS=/b\n", DNSMASQ_DEFAULT_NONE,
		    NULL },
		{ "CONFIG_DIR=/a", DNSMASQ_DEFAULT_NONE, NULL },
		{ "", DNSMASQ_DEFAULT_NONE, NULL },
		{ "CONFIG_DIR=$A\n", DNSMASQ_DEFAULT_SHELL, NULL },
		{ "CONFIG_DIR=\"`id`\"\n", DNSMASQ_DEFAULT_SHELL, NULL },
		{ "CONFIG_DIR=a\\ b\n", DNSMASQ_DEFAULT_SHELL, NULL },
		{ "CONFIG_DIR=a\"b\"\n", DNSMASQ_DEFAULT_SHELL, NULL },
		{ "CONFIG_DIR=\"a\"b\n", DNSMASQ_DEFAULT_SHELL, NULL },
		{ "CONFIG_DIR=\"a\n", DNSMASQ_DEFAULT_SHELL, NULL },
		{ "CONFIG_DIR=a b\n", DNSMASQ_DEFAULT_SHELL, NULL },
		{ "CONFIG_DIR=a-value-that-is-too-long\n",
		    DNSMASQ_DEFAULT_SHELL, NULL },
	};
	char dst[16];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_msg(dnsmasq_default(t[i].text, "CONFIG_DIR", dst,
				  sizeof(dst)) == t[i].result,
		    "%s", t[i].text);
		if (t[i].result == DNSMASQ_DEFAULT_VALUE)
			ck_assert_str_eq(dst, t[i].value);
	}
}
END_TEST

Suite *suite_dnsmasq_text(void);

Suite *
suite_dnsmasq_text(void)
{
	Suite *s = suite_create("dnsmasq_text");
	TCase *tc = tcase_create("dnsmasq_text");

	tcase_add_test(tc, command_line);
	tcase_add_test(tc, options_of_a_shell);
	tcase_add_test(tc, unit);
	tcase_add_test(tc, unit_that_is_too_long);
	tcase_add_test(tc, defaults);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_dnsmasq_text)
