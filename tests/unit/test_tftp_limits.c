/* SPDX-License-Identifier: ISC */
/* What the owner limits, and what is kept of clients between requests. */
#include "tests/unit/tftp_case.h"

#define NETASCII "\0\1readme\0netascii\0"

static struct record_tftp_client
rule_for_ten(void)
{
	struct record_tftp_client r = { .net = { 4, { 10 } },
		.prefix = 8,
		.rollover = RECORD_TFTP_ROLLOVER_UNSET };

	return r;
}

START_TEST(no_blocksize)
{
	struct server_conf conf = conf_of(2);

	conf.no_blksize = true;
	configure(&conf);
	begin(2070, BYTES(RRQ_TSIZE), 1500);
	ck_assert_mem_eq(f.out, "\0\6tsize\0001500\0", f.outlen);
	ck_assert_uint_eq(session()->transfer.terms.blksize, 512);
}
END_TEST

START_TEST(policy_by_network)
{
	struct record_tftp_client r = rule_for_ten();
	struct server_conf conf = conf_of(2);

	r.deny = RECORD_TFTP_NO_TSIZE;
	r.blksize = 700;
	r.rollover = 1;
	ck_assert_int_eq(policy_add(&conf.policy, &r), 0);
	configure(&conf);
	begin(2070, BYTES(RRQ_TSIZE), 1500);
	ck_assert_mem_eq(f.out, "\0\6blksize\000700\0", f.outlen);
	ck_assert_uint_eq(session()->transfer.terms.rollover, 1);
}
END_TEST

START_TEST(policy_by_hardware)
{
	struct record_tftp_client r = {
		.mac = { .len = 6, .addr = { 0x52, 0x54 }, .wild = 0x3c },
		.deny = RECORD_TFTP_NO_BLKSIZE,
		.rollover = RECORD_TFTP_ROLLOVER_UNSET
	};
	struct server_conf conf = conf_of(2);

	ck_assert_int_eq(policy_add(&conf.policy, &r), 0);
	configure(&conf);
	begin(2070, BYTES(RRQ_TSIZE), 1500);
	ck_assert_uint_eq(session()->terms.blksize, 1024);
	tell_host();
	begin(2071, BYTES(RRQ_TSIZE), 1500);
	ck_assert_uint_eq(session()->terms.blksize, 512);
}
END_TEST

START_TEST(path_is_narrow)
{
	f.mtu = 1000;
	begin(2070, BYTES(RRQ_TSIZE), 1500);
	ck_assert_mem_eq(
	    f.out, "\0\6tsize\0001500\0blksize\000968\0", f.outlen);
	ck_assert_uint_eq(session()->transfer.terms.blksize, 968);
}
END_TEST

START_TEST(netascii)
{
	begin(2070,
	    BYTES(NETASCII "tsize\0000\0windowsize\0008\0blksize\000600\0"),
	    1500);
	ck_assert_mem_eq(f.out, "\0\6blksize\000600\0", f.outlen);
	ck_assert(session()->data.netascii);
	ck_assert(session()->transfer.terms.open_end);
	ck_assert_uint_eq(session()->transfer.terms.window, 1);
}
END_TEST

START_TEST(own_folder)
{
	struct server_conf conf = conf_of(2);

	begin(2070, BYTES(RRQ), 1);
	ck_assert_uint_eq(f.want.ownlen, 0);
	conf.files.unique = RECORD_TFTP_UNIQUE_IP;
	configure(&conf);
	begin(2070, BYTES("\0\1x\0octet\0"), 1);
	ck_assert_str_eq(f.want.own, "10.0.0.2");
	ck_assert_uint_eq(f.want.ownlen, 8);
	/* Whole names, as dhcp-boot may give them. */
	begin(2070, BYTES("\0\1/srv/tftp/10.0.0.2/a/b\0octet\0"), 1);
	ck_assert_str_eq(f.name, "a/b");
	begin(2070, BYTES("\0\1/srv/tftp/10.0.0.22/a\0octet\0"), 1);
	ck_assert_str_eq(f.name, "10.0.0.22/a");
	conf = conf_of(2);
	conf.files.unique = RECORD_TFTP_UNIQUE_MAC;
	configure(&conf);
	begin(2070, BYTES("\0\1y\0octet\0"), 1);
	ck_assert_uint_eq(f.want.ownlen, 0); /* nobody knows it */
	tell_host();
	begin(2070, BYTES("\0\1z\0octet\0"), 1);
	ck_assert_str_eq(f.want.own, "52-54-00-ab-01-02");
}
END_TEST

START_TEST(sibling)
{
	struct server_from other = from_port(2070);

	begin(2070, BYTES(SHIM), 100);
	answer(BYTES("\0\4\0\1"));
	ck_assert_ptr_null(session());
	request(2071, BYTES(GRUB));
	ck_assert_uint_eq(f.want.siblinglen, 18);
	ck_assert_mem_eq(f.want.sibling, "debian/grubx64.efi", 18);
	give_socket();
	f.way = FILE_WAY_SIBLING;
	give_file(FILE_OK, 100);
	answer(BYTES("\0\4\0\1"));
	ck_assert_ptr_nonnull(strstr(last_line(), "\"debian/grubx64.efi\""));
	/* Another client has fetched nothing. */
	other.client.addr.bytes[3] = 3;
	request_handle(&f.srv, &other, BYTES(GRUB), f.now_ms);
	ck_assert_uint_eq(f.want.siblinglen, 0);
	/* Nor is it remembered for ever. */
	f.now_ms += SIBLING_MS + 1;
	request(2072, BYTES(GRUB));
	ck_assert_uint_eq(f.want.siblinglen, 0);
}
END_TEST

/* A shim that was only begun leads nowhere. */
START_TEST(sibling_of_failure)
{
	begin(2070, BYTES(SHIM), 100000);
	session_sock_error(&f.srv, session(), ECONNREFUSED, f.now_ms);
	request(2071, BYTES(GRUB));
	ck_assert_uint_eq(f.want.siblinglen, 0);
}
END_TEST

/* Sends what the limit allows, then pauses without a retransmission. */
START_TEST(rate_of_client)
{
	struct server_conf conf = conf_of(4);
	uint64_t blocks = 0, start;

	conf.rate_client = 1000000;
	configure(&conf);
	begin(
	    2070, BYTES(RRQ "blksize\0001000\0windowsize\00064\0"), 100000000);
	answer(BYTES("\0\4\0\0"));
	start = f.now_ms;
	while (f.now_ms - start < 4000) {
		char ack[4] = { 0, 4, 0, 0 };
		struct transfer *t = &session()->transfer;

		if (t->next == t->acked + 65) {
			blocks += 64;
			ack[2] = (char)((t->next - 1) >> 8);
			ack[3] = (char)(t->next - 1);
			answer(ack, 4);
		}
		later(1);
	}
	ck_assert_uint_ge(blocks, 3800);
	ck_assert_uint_le(blocks, 4200);
	ck_assert_uint_eq(session()->transfer.resent, 0);
	ck_assert_uint_gt(f.srv.stats.count[SERVER_RATE_WAITS], 0);
}
END_TEST

/* A disk that has not read yet is waited for, and is no loss. */
START_TEST(slow_disk)
{
	int i;

	request(2070, BYTES(RRQ_TSIZE));
	give_socket();
	give_file(FILE_OK, 100000);
	f.result = BLOCKS_WAIT;
	f.unsent = 1;
	answer(BYTES("\0\4\0\0"));
	ck_assert_uint_eq(f.sends, 1);
	for (i = 0; i < 100; i++)
		later(BLOCKS_WAIT_MS + 2);
	ck_assert_uint_gt(f.sends, 50);
	f.result = BLOCKS_OK;
	later(BLOCKS_WAIT_MS + 2);
	ck_assert_uint_eq(session()->transfer.resent, 0);
	answer(BYTES("\0\4\0\1"));
	ck_assert_uint_eq(f.first, 2);
}
END_TEST

Suite *suite_tftp_limits(void);

Suite *
suite_tftp_limits(void)
{
	Suite *s = suite_create("tftp_limits");
	TCase *tc = tcase_create("limits");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, no_blocksize);
	tcase_add_test(tc, policy_by_network);
	tcase_add_test(tc, policy_by_hardware);
	tcase_add_test(tc, path_is_narrow);
	tcase_add_test(tc, netascii);
	tcase_add_test(tc, own_folder);
	tcase_add_test(tc, sibling);
	tcase_add_test(tc, sibling_of_failure);
	tcase_add_test(tc, rate_of_client);
	tcase_add_test(tc, slow_disk);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_limits)
