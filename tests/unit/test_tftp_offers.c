/* SPDX-License-Identifier: ISC */
/* Missing files: those that dhcp-boot offers, and others. */
#include "tests/unit/tftp_case.h"

static const char roots[3][RECORD_PATH_MAX] = { "/srv/tftp", "", "/srv/other" };

static struct offers offers;

static void
offer(const char *file)
{
	ck_assert_int_eq(offers_add(&offers, "tftp://", file), 0);
}

static bool
offered(const char *name)
{
	return offers_has(&offers, name, strlen(name));
}

static void
setup_offers(void)
{
	memset(&offers, 0, sizeof(offers));
}

static void
teardown_offers(void)
{
	offers_free(&offers);
}

START_TEST(names)
{
	ck_assert_int_eq(offers_map(&offers, roots, 3, false), 0);
	ck_assert(!offered("pxelinux.0"));
	ck_assert(!offered(""));
	offers_free(&offers);
	offer("pxelinux.0");
	offer("/srv/tftp/EFI/grubx64.efi");
	offer("pxelinux.0");
	offer("/srv/other/x");
	offer("./a//b");
	offer("../up");
	offer("");
	offer("http://10.0.0.1/boot.ipxe");
	offer("tftp://10.0.0.1/ipxe/snponly.efi");
	offer("tftp://10.0.0.1");
	ck_assert_int_eq(offers_map(&offers, roots, 3, false), 0);
	ck_assert(offered("pxelinux.0"));
	ck_assert(offered("EFI/grubx64.efi"));
	/* As it is named below the other roots. */
	ck_assert(offered("srv/tftp/EFI/grubx64.efi"));
	ck_assert(offered("x"));
	ck_assert(offered("a/b"));
	ck_assert(offered("ipxe/snponly.efi"));
	ck_assert(!offered("pxelinux"));
	ck_assert(!offered("pxelinux.00"));
	ck_assert(!offered("efi/grubx64.efi"));
	ck_assert(!offered("up"));
	ck_assert(!offered("boot.ipxe"));
	ck_assert(!offered(""));
}
END_TEST

START_TEST(lower_case)
{
	offer("EFI\\Boot\\BOOTX64.EFI");
	offer("Pxelinux.0");
	ck_assert_int_eq(offers_map(&offers, roots, 1, true), 0);
	ck_assert(offered("pxelinux.0"));
	ck_assert(!offered("Pxelinux.0"));
}
END_TEST

/* A number of names that is no power of two, each found. */
START_TEST(many)
{
	char name[32];
	unsigned int i;

	for (i = 0; i < 3000; i++) {
		(void)snprintf(name, sizeof(name), "boot%u", i * 7919 % 3000);
		offer(name);
	}
	ck_assert_int_eq(offers_map(&offers, roots, 1, false), 0);
	for (i = 0; i < 3000; i++) {
		(void)snprintf(name, sizeof(name), "boot%u", i);
		ck_assert(offered(name));
	}
	ck_assert(!offered("boot3000"));
	ck_assert(!offered("boot"));
}
END_TEST

/* Asks for a file that is missing; returns what is logged of it. */
static const char *
ask(uint16_t port, const char *file)
{
	char rrq[128];
	int n;

	n = snprintf(rrq, sizeof(rrq), "%c%c%s%coctet", 0, 1, file, 0);
	request(port, rrq, (size_t)n + 1);
	give_socket();
	(void)give_file(FILE_MISSING, 0);
	return last_line();
}

START_TEST(in_log)
{
	struct server_conf conf = conf_of(4);
	unsigned int i, warned = 0;

	conf.quiet = true;
	offer("/pxelinux.0");
	ck_assert_int_eq(offers_map(&offers, roots, 1, false), 0);
	conf.files.offers = offers;
	memset(&offers, 0, sizeof(offers));
	configure(&conf);
	tell_host();
	/* Not silenced by quiet-tftp, unlike the names that loaders try. */
	ck_assert_str_eq(ask(2000, "pxelinux.cfg/default"), "");
	ck_assert_str_eq(ask(2001, "pxelinux.0"),
	    "not found \"pxelinux.0\" for 10.0.0.2:2001 (52:54:00:ab:01:02, node7): the configuration offers this file, but it is not in /srv/tftp, so the machine does not boot; put it there or correct dhcp-boot or pxe-service");
	for (i = 0; i < 100; i++) {
		unsigned int before = f.nlog;

		(void)ask((uint16_t)(3000 + i), "pxelinux.0");
		warned += f.nlog - before;
	}
	ck_assert_uint_eq(warned, 4);
	/* A reload forgets what it does not offer any more. */
	conf = conf_of(4);
	configure(&conf);
	later(100000);
	ck_assert_ptr_null(strstr(ask(4000, "pxelinux.0"), "dhcp-boot"));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("tftp_offers");
	TCase *tc = tcase_create("set");

	tcase_add_checked_fixture(tc, setup_offers, teardown_offers);
	tcase_add_test(tc, names);
	tcase_add_test(tc, lower_case);
	tcase_add_test(tc, many);
	suite_add_tcase(s, tc);
	tc = tcase_create("log");
	tcase_add_checked_fixture(tc, setup_offers, teardown_offers);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, in_log);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
