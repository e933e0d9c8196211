/* SPDX-License-Identifier: ISC */
/* How a session begins: names, terms, and what is told to whom. */
#include "tests/unit/tftp_case.h"

#define OTHER "\0\1other/shimx64.efi\0octet\0"

/* Two hosts behind one address: the name is the one that was asked for. */
START_TEST(sibling_as_asked)
{
	struct server_conf conf = conf_of(4);
	uint32_t grub;

	configure(&conf);
	begin(2000, BYTES(SHIM), 100);
	answer(BYTES("\0\4\0\1"));
	request(2001, BYTES(GRUB));
	grub = f.id;
	begin(2002, BYTES(OTHER), 100);
	answer(BYTES("\0\4\0\1"));
	f.id = grub;
	f.way = FILE_WAY_SIBLING;
	give_socket();
	(void)give_file(FILE_OK, 100);
	answer(BYTES("\0\4\0\1"));
	ck_assert_msg(strstr(last_line(), "\"debian/grubx64.efi\"") != NULL,
	    "%s", last_line());
}
END_TEST

START_TEST(own_folder_once)
{
	struct server_conf conf = conf_of(2);

	conf.files.unique = RECORD_TFTP_UNIQUE_IP;
	configure(&conf);
	request(2000, BYTES("\0\1"
			    "10.0.0.2/10.0.0.2/x\0octet\0"));
	ck_assert_str_eq(f.name, "10.0.0.2/x");
	opening_imaged_down(&f.srv);
	opening_imaged_up(&f.srv, f.now_ms);
	ck_assert_str_eq(f.name, "10.0.0.2/x");
}
END_TEST

START_TEST(single_port_window)
{
	struct server_conf conf = conf_of(2);

	conf.single_port = true;
	configure(&conf);
	request(2000, BYTES(RRQ "windowsize\00064\0"));
	ck_assert_uint_eq(session()->terms.windowsize, 8);
	ck_assert_uint_eq(
	    session()->terms.windowsize_by, EVENT_LIMIT_SINGLE_PORT);
}
END_TEST

static void
ask_missing(uint16_t port)
{
	request(port, BYTES(RRQ));
	give_socket();
	(void)give_file(FILE_MISSING, 0);
}

START_TEST(errors_limited)
{
	struct server_conf conf = conf_of(4);
	unsigned int i;

	configure(&conf);
	for (i = 0; i < 200; i++)
		ask_missing((uint16_t)(2000 + i));
	ck_assert_uint_eq(f.packets, 50);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_REFUSED_SILENTLY], 150);
	/* Not who is known to be there: PXELINUX tries many names. */
	begin(3000, BYTES(RRQ), 100);
	answer(BYTES("\0\4\0\1"));
	f.packets = 0;
	for (i = 0; i < 200; i++)
		ask_missing((uint16_t)(4000 + i));
	ck_assert_uint_eq(f.packets, 200);
}
END_TEST

START_TEST(lines_limited)
{
	unsigned int i;

	for (i = 0; i < 10000; i++) {
		ask_missing(2000);
		later(10);
	}
	ck_assert_uint_ge(f.nlog, 4000);
	ck_assert_uint_le(f.nlog, 5100);
	ask_missing(2000);
	ck_assert_msg(
	    strstr(last_line(), "similar messages suppressed") != NULL, "%s",
	    last_line());
}
END_TEST

START_TEST(sources_of_ipv6)
{
	struct server_from from = from_port(2000);

	from.client.addr.family = from.local.addr.family = 6;
	memset(from.client.addr.bytes, 0, ADDR_BYTES);
	from.client.addr.bytes[0] = 0xff;
	request_handle(&f.srv, &from, BYTES(RRQ), f.now_ms);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_SOURCE], 1);
	ck_assert_uint_eq(f.sockets, 0);
	from.client.addr.bytes[0] = 0xfe;
	request_handle(&f.srv, &from, BYTES(RRQ), f.now_ms);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_DROP_SOURCE], 1);
	ck_assert_uint_eq(f.sockets, 1);
}
END_TEST

/* All of the socket, none of the file. */
START_TEST(file_too_late)
{
	request(2000, BYTES(RRQ));
	give_socket();
	later(SERVER_OPEN_MS + 1);
	ck_assert_uint_eq(f.srv.stats.count[SERVER_OPEN_LATE], 1);
	ck_assert_msg(
	    strstr(last_line(), "no file in time") != NULL, "%s", last_line());
}
END_TEST

START_TEST(rate_of_all)
{
	struct server_conf conf = conf_of(2);

	conf.rate_all = 10000;
	configure(&conf);
	request(2000, BYTES(RRQ "windowsize\00064\0blksize\0001468\0"));
	give_socket();
	(void)give_file(FILE_OK, 1000000);
	answer(BYTES("\0\4\0\0"));
	answer(BYTES("\0\4\0\100"));
	ck_assert_uint_ge(f.srv.stats.count[SERVER_RATE_WAITS], 1);
	ck_assert_uint_lt(f.count, 64);
}
END_TEST

/* dhcpd gives 10.0.0.2 a boot file. */
static void
tell_booting(void)
{
	struct addr addr = addr_from_ip4(0x0a000002);
	uint8_t buf[ADDR_ENCODED_MAX];
	struct writer w;
	struct reader r;

	writer_init(&w, buf, sizeof(buf));
	addr_encode(&addr, &w);
	reader_init(&r, buf, w.len);
	ck_assert_int_eq(server_booting(&f.srv, &r, f.now_ms), 0);
}

START_TEST(no_request)
{
	unsigned int before;

	tell_host();
	tell_booting();
	later(HOST_BOOT_MS - 1);
	ck_assert_str_eq(last_line(), "");
	later(1);
	ck_assert_str_eq(last_line(),
	    "no request from 10.0.0.2 (52:54:00:ab:01:02, node7) in 60 s after DHCP gave it a boot file; if it does not boot, permit UDP port 69 in the packet filter of this host and on the way");
	before = f.nlog;
	ck_assert(!f.srv.boot_timer.armed);
	later(10 * HOST_BOOT_MS);
	ck_assert_uint_eq(f.nlog, before);
	/* One that asks, if only for a file that does not exist. */
	tell_booting();
	ask_missing(2000);
	later(10 * HOST_BOOT_MS);
	ck_assert_ptr_null(strstr(last_line(), "no request"));
	/* A timer that is armed when the server stops. */
	tell_booting();
}
END_TEST

static Suite *
suite_tftp_opening(void)
{
	Suite *s = suite_create("tftp_opening");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, sibling_as_asked);
	tcase_add_test(tc, own_folder_once);
	tcase_add_test(tc, single_port_window);
	tcase_add_test(tc, errors_limited);
	tcase_add_test(tc, lines_limited);
	tcase_add_test(tc, sources_of_ipv6);
	tcase_add_test(tc, file_too_late);
	tcase_add_test(tc, rate_of_all);
	tcase_add_test(tc, no_request);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_opening)
