/* SPDX-License-Identifier: ISC */
/* Boot files as URLs: for UEFI HTTP Boot, and for iPXE with boot-prefer. */
#include "dhcpd/http_boot.h"
#include "tests/unit/pxe_case.h"

#define CLASS "HTTPClient"

static void
http(uint16_t port, bool prefer)
{
	struct record rec = { .kind = RECORD_HTTP };

	rec.u.http.enabled = true;
	rec.u.http.port = port;
	rec.u.http.max = 10;
	rec.u.http.prefer = prefer;
	case_add(&k, &rec);
	k.conf->ifaces.v[0].i.http = true;
}

/* DISCOVER of UEFI HTTP Boot. */
static void
uefi_http(void)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(
	    &m, OPT_VENDOR_CLASS, VENDOR("HTTPClient:Arch:00016:UNDI:003001"));
	msg_opt(&m, OPT_ARCH, "\0\20", 2);
	msg_opt(&m, OPT_PARAMETERS, "\1\3\6\53\74\102\103", 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
}

/* DISCOVER of iPXE with these features, or none if NULL. */
static void
ipxe(const void *features, size_t n)
{
	struct dhcp_msg m;

	boots(&m, PACKET_DISCOVER, 7);
	msg_opt(&m, OPT_USER_CLASS, "iPXE", 4);
	if (features != NULL)
		msg_opt(&m, OPT_IPXE, features, n);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
}

static void
has_file(const char *want)
{
	size_t len = 0;
	const uint8_t *opt = packet_option(&r, OPT_FILE, &len);

	ck_assert_ptr_nonnull(opt);
	ck_assert_msg(len == strlen(want) + 1 && memcmp(opt, want, len) == 0,
	    "%.*s", (int)len, (const char *)opt);
}

/* The URL in option 67 and the header, and option 60, which has 10 bytes. */
START_TEST(url)
{
	static const char want[] = "http://192.168.1.1/efi/boot%20x.efi";

	http(80, false);
	case_boot(&k, "/efi\\boot x.efi", "", 0, "");
	case_ready(&k);
	uefi_http();
	has_file(want);
	ck_assert_str_eq((const char *)r.file, want);
	is_option(OPT_VENDOR_CLASS, CLASS, 10);
}
END_TEST

START_TEST(url_with_port)
{
	http(8080, false);
	case_boot(&k, "boot.efi", "", 0, "");
	case_ready(&k);
	uefi_http();
	has_file("http://192.168.1.1:8080/boot.efi");
}
END_TEST

/* Slashes alone are no name, so this is the root. */
START_TEST(url_of_slashes)
{
	http(80, false);
	case_boot(&k, "//", "", 0, "");
	case_ready(&k);
	uefi_http();
	has_file("http://192.168.1.1/");
}
END_TEST

/* A URL of a line is kept, and gets option 60, too. */
START_TEST(url_of_a_line)
{
	http(80, false);
	case_boot(&k, "http://192.168.1.9/a.efi", "", 0, "");
	case_ready(&k);
	uefi_http();
	has_file("http://192.168.1.9/a.efi");
	is_option(OPT_VENDOR_CLASS, CLASS, 10);
}
END_TEST

/* Without HTTP here, and for a file of another server: as before. */
START_TEST(no_url)
{
	http(80, true);
	k.conf->ifaces.v[0].i.http = _i != 0;
	case_boot(&k, "boot.efi", "", _i == 1 ? IP(192, 168, 1, 9) : 0, "");
	case_ready(&k);
	if (_i == 2) {
		struct dhcp_msg m;

		boots(&m, PACKET_DISCOVER, 7);
		ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	} else {
		uefi_http();
	}
	has_file("boot.efi");
	if (_i != 2)
		ck_assert(!packet_has(&r, OPT_VENDOR_CLASS));
}
END_TEST

/* A line for option 60 comes first. */
START_TEST(class_of_a_line)
{
	struct record rec = { .kind = RECORD_OPTION };

	rec.u.option.code = OPT_VENDOR_CLASS;
	rec.u.option.len = 3;
	memcpy(rec.u.option.data, "own", 3);
	http(80, false);
	case_add(&k, &rec);
	case_boot(&k, "boot.efi", "", 0, "");
	case_ready(&k);
	uefi_http();
	is_option(OPT_VENDOR_CLASS, "own", 3);
}
END_TEST

static const struct {
	const char *features;
	size_t n;
	bool prefer;
	bool url;
} loaders[] = {
	{ NULL, 0, true, true },
	{ NULL, 0, false, false },
	{ "\x13\1\1", 3, true, true },
	{ "\x12\1\1\x13\1\1\x15\1\1", 9, true, true },
	{ "\x12\1\1\x15\1\1", 6, true, false },
	{ "\x13\1\0", 3, true, false },
	{ "\x12\5\x13\1\1\1\1", 7, true, false },
	{ "\x12", 1, true, false },
	{ "\x13\1\1", 3, false, false },
};

START_TEST(loader)
{
	http(80, loaders[_i].prefer);
	case_boot(&k, "menu.ipxe", "", 0, "");
	case_ready(&k);
	ipxe(loaders[_i].features, loaders[_i].n);
	has_file(
	    loaders[_i].url ? "http://192.168.1.1/menu.ipxe" : "menu.ipxe");
}
END_TEST

/* The proxy's ACK to iPXE that asks port 4011. */
START_TEST(loader_at_the_proxy)
{
	struct dhcp_msg m;

	case_end(&k);
	setup_proxy();
	http(80, true);
	case_boot(&k, "menu.ipxe", "", 0, "");
	case_ready(&k);
	asks_port(&m, 7);
	msg_opt(&m, OPT_USER_CLASS, "iPXE", 4);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	ck_assert_str_eq((const char *)r.file, "http://192.168.1.1/menu.ipxe");
	asks_port(&m, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	ck_assert_str_eq((const char *)r.file, "menu.ipxe");
}
END_TEST

/* A proxy needs no dhcp-pxe-vendor for the clients that httpd serves. */
START_TEST(firmware_at_the_proxy)
{
	struct dhcp_msg m;
	size_t len;

	case_end(&k);
	setup_proxy();
	http(80, false);
	case_boot(&k, "snponly.efi", "", 0, "");
	case_ready(&k);
	uefi_http();
	ck_assert_uint_eq(r.yiaddr, 0);
	ck_assert_str_eq(
	    (const char *)r.file, "http://192.168.1.1/snponly.efi");
	ck_assert_mem_eq(packet_option(&r, OPT_VENDOR_CLASS, &len), CLASS,
	    sizeof(CLASS) - 1);
	ck_assert_uint_eq(len, sizeof(CLASS) - 1);
	k.conf->ifaces.v[0].i.http = false;
	msg_begin(&m, PACKET_DISCOVER, 1, 2);
	msg_opt(&m, OPT_VENDOR_CLASS, CLASS, 10);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_PROXY, 1);
}
END_TEST

/* Longest and strangest names come back whole. */
START_TEST(url_and_back)
{
	char name[RECORD_FILE_MAX], dst[HTTP_BOOT_URL_MAX],
	    back[RECORD_FILE_MAX];
	struct request rq = { 0 };
	struct packet p;
	struct dhcp_msg m;
	size_t i;

	http(65535, true);
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_VENDOR_CLASS, CLASS, 10);
	ck_assert_int_eq(packet_parse(&p, m.buf, m.w.len), PACKET_OK);
	rq.p = &p;
	rq.iface = &k.e->conf->ifaces.v[0];
	for (i = 0; i < sizeof(name) - 1; i++)
		name[i] = (char)(1 + (i * 7 + (size_t)_i) % 255);
	for (i = 0; i < sizeof(name) - 1; i++)
		if (name[i] == '\\' || name[i] == ':')
			name[i] = 'x';
	if (name[0] == '/')
		name[0] = 'x';
	name[sizeof(name) - 1] = '\0';
	ck_assert(http_boot_url(
	    k.e->conf, &rq, CASE_SERVER, CASE_SERVER, name, strlen(name), dst));
	ck_assert(http_boot_file(k.e->conf, dst, CASE_SERVER, back));
	ck_assert_str_eq(back, name);
	ck_assert(!http_boot_file(k.e->conf, dst, CASE_SERVER + 1, back));
	ck_assert(!http_boot_file(k.e->conf, name, CASE_SERVER, back));
}
END_TEST

Suite *suite_dhcp_http(void);

Suite *
suite_dhcp_http(void)
{
	Suite *s = suite_create("dhcp_http");
	TCase *tc = tcase_create("http");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, url);
	tcase_add_test(tc, url_with_port);
	tcase_add_test(tc, url_of_slashes);
	tcase_add_test(tc, url_of_a_line);
	tcase_add_loop_test(tc, no_url, 0, 3);
	tcase_add_test(tc, class_of_a_line);
	tcase_add_loop_test(
	    tc, loader, 0, (int)(sizeof(loaders) / sizeof(loaders[0])));
	tcase_add_test(tc, loader_at_the_proxy);
	tcase_add_test(tc, firmware_at_the_proxy);
	tcase_add_loop_test(tc, url_and_back, 0, 20);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_dhcp_http)
