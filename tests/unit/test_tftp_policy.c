/* SPDX-License-Identifier: ISC */
/* Which rule holds for which client, and what comes of several. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/policy.h"

#define MANY 100000

static struct policy policy;

static void
setup(void)
{
	memset(&policy, 0, sizeof(policy));
}

static void
teardown(void)
{
	policy_free(&policy);
	ck_assert_uint_eq(policy.nrules, 0);
}

static struct endpoint
client(const char *text)
{
	struct endpoint e = { .port = 2070 };

	e.addr.family = strchr(text, ':') == NULL ? 4 : 6;
	ck_assert_int_eq(inet_pton(e.addr.family == 4 ? AF_INET : AF_INET6,
			     text, e.addr.bytes),
	    1);
	return e;
}

static void
rule_net(const char *net, uint8_t prefix, uint8_t deny, uint16_t blksize,
    uint16_t windowsize)
{
	struct endpoint e = client(net);
	struct record_tftp_client r = { .net = e.addr,
		.prefix = prefix,
		.deny = deny,
		.blksize = blksize,
		.windowsize = windowsize,
		.rollover = RECORD_TFTP_ROLLOVER_UNSET };

	ck_assert_int_eq(policy_add(&policy, &r), 0);
}

static const struct host_id unknown;

static struct tftp_limits
limits_for(const char *text, const uint8_t *hw, uint8_t hwlen)
{
	struct tftp_limits lim = { .blksize = 1468, .windowsize = 64 };
	struct host_id host = { .hwtype = 1, .hwlen = hwlen };
	struct endpoint e = client(text);

	if (hwlen > 0)
		memcpy(host.hw, hw, hwlen);
	policy_apply(&policy, &e, &host, &lim);
	return lim;
}

static bool
hit(const char *text)
{
	return limits_for(text, NULL, 0).deny != 0;
}

START_TEST(networks)
{
	static const struct {
		const char *net;
		uint8_t prefix;
		const char *in[2], *out[2];
	} t[] = {
		{ "10.1.2.3", 32, { "10.1.2.3", "10.1.2.3" },
		    { "10.1.2.2", "10.1.3.3" } },
		{ "10.1.2.0", 24, { "10.1.2.0", "10.1.2.255" },
		    { "10.1.3.0", "11.1.2.0" } },
		{ "10.1.16.0", 20, { "10.1.16.0", "10.1.31.255" },
		    { "10.1.32.0", "10.1.15.255" } },
		{ "128.0.0.0", 1, { "128.0.0.1", "255.1.1.1" },
		    { "127.0.0.1", "0.0.0.0" } },
		{ "0.0.0.0", 0, { "1.2.3.4", "255.2.3.4" },
		    { "2001:db8::1", "::" } },
		{ "2001:db8::", 32, { "2001:db8::1", "2001:db8:ffff::1" },
		    { "2001:db9::1", "32.1.13.184" } },
		{ "2001:db8::5", 128, { "2001:db8::5", "2001:db8::5" },
		    { "2001:db8::4", "2001:db8::1:5" } },
		{ "fe80::", 10, { "fe80::1", "febf::1" },
		    { "fec0::1", "fe40::1" } },
	};
	size_t i, k;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		rule_net(t[i].net, t[i].prefix, RECORD_TFTP_NO_TSIZE, 0, 0);
		for (k = 0; k < 2; k++) {
			ck_assert_msg(hit(t[i].in[k]), "%s", t[i].in[k]);
			ck_assert_msg(!hit(t[i].out[k]), "%s", t[i].out[k]);
		}
		policy_free(&policy);
	}
}
END_TEST

START_TEST(hardware)
{
	static const uint8_t mine[6] = { 0x52, 0x54, 0, 1, 2, 3 };
	static const uint8_t near[6] = { 0x52, 0x54, 0, 1, 2, 4 };
	static const uint8_t longer[8] = { 0x52, 0x54, 0, 1, 2, 4 };
	static const uint8_t far[6] = { 0x52, 0x54, 1, 1, 2, 3 };
	struct record_tftp_client r = { .mac = { .hwtype = 1, .len = 6 },
		.deny = RECORD_TFTP_NO_WINDOWSIZE,
		.rollover = 1 };

	memcpy(r.mac.addr, mine, 6);
	ck_assert_int_eq(policy_add(&policy, &r), 0);
	ck_assert_uint_eq(limits_for("10.0.0.2", mine, 6).deny, r.deny);
	ck_assert_uint_eq(limits_for("10.0.0.2", mine, 6).rollover, 1);
	ck_assert_uint_eq(limits_for("10.0.0.2", near, 6).deny, 0);
	ck_assert_uint_eq(limits_for("10.0.0.2", mine, 5).deny, 0);
	ck_assert_uint_eq(limits_for("10.0.0.2", NULL, 0).deny, 0);
	policy_free(&policy);
	r.mac.wild = 1 << 5; /* 52:54:00:01:02:* */
	ck_assert_int_eq(policy_add(&policy, &r), 0);
	ck_assert_uint_eq(limits_for("10.0.0.2", near, 6).deny, r.deny);
	ck_assert_uint_eq(limits_for("10.0.0.2", far, 6).deny, 0);
	/* A longer or shorter address that begins so is another. */
	ck_assert_uint_eq(limits_for("10.0.0.2", longer, 8).deny, 0);
	ck_assert_uint_eq(limits_for("10.0.0.2", longer, 5).deny, 0);
	policy_free(&policy);
	r.mac.hwtype = 0; /* any */
	ck_assert_int_eq(policy_add(&policy, &r), 0);
	ck_assert_uint_eq(limits_for("10.0.0.2", near, 6).deny, r.deny);
	policy_free(&policy);
	r.mac.hwtype = 6;
	ck_assert_int_eq(policy_add(&policy, &r), 0);
	ck_assert_uint_eq(limits_for("10.0.0.2", mine, 6).deny, 0);
}
END_TEST

/* All rules that match hold: the smallest limit, every denial. */
START_TEST(several)
{
	struct tftp_limits lim;

	rule_net("10.0.0.0", 8, RECORD_TFTP_NO_TSIZE, 1024, 0);
	rule_net("10.0.0.0", 16, RECORD_TFTP_NO_TIMEOUT, 512, 8);
	rule_net("10.0.0.0", 24, 0, 1400, 16);
	lim = limits_for("10.0.0.9", NULL, 0);
	ck_assert_uint_eq(
	    lim.deny, RECORD_TFTP_NO_TSIZE | RECORD_TFTP_NO_TIMEOUT);
	ck_assert_uint_eq(lim.blksize, 512);
	ck_assert_uint_eq(lim.windowsize, 8);
	lim = limits_for("10.9.0.9", NULL, 0);
	ck_assert_uint_eq(lim.deny, RECORD_TFTP_NO_TSIZE);
	ck_assert_uint_eq(lim.blksize, 1024);
	ck_assert_uint_eq(lim.windowsize, 64);
	lim = limits_for("11.0.0.9", NULL, 0);
	ck_assert_uint_eq(lim.deny, 0);
	ck_assert_uint_eq(lim.blksize, 1468);
}
END_TEST

/* Only what a rule takes is put down to the rules. */
START_TEST(whose_limit)
{
	const uint8_t mtu = EVENT_LIMIT_MTU;
	struct tftp_limits lim = {
		.blksize = 1468, .windowsize = 64, .blksize_by = mtu
	};
	struct endpoint e = client("10.0.0.2");

	rule_net("10.0.0.2", 32, RECORD_TFTP_NO_TSIZE, 1468, 64);
	policy_apply(&policy, &e, &unknown, &lim);
	ck_assert_uint_eq(lim.blksize_by, mtu);
	ck_assert_uint_eq(lim.windowsize_by, EVENT_LIMIT_CLIENT);
	rule_net("10.0.0.2", 32, 0, 1467, 0);
	policy_apply(&policy, &e, &unknown, &lim);
	ck_assert_uint_eq(lim.blksize_by, EVENT_LIMIT_RULE);
	ck_assert_uint_eq(lim.windowsize_by, EVENT_LIMIT_CLIENT);
	rule_net("10.0.0.2", 32, 0, 0, 63);
	policy_apply(&policy, &e, &unknown, &lim);
	ck_assert_uint_eq(lim.windowsize_by, EVENT_LIMIT_RULE);
	/* What is denied already cannot be taken again. */
	lim = (struct tftp_limits){ .blksize = 1468,
		.windowsize = 64,
		.deny = RECORD_TFTP_NO_BLKSIZE | RECORD_TFTP_NO_WINDOWSIZE,
		.blksize_by = EVENT_LIMIT_NO_BLKSIZE,
		.windowsize_by = EVENT_LIMIT_NETASCII };
	rule_net("10.0.0.2", 32, RECORD_TFTP_DENY_ALL, 600, 2);
	policy_apply(&policy, &e, &unknown, &lim);
	ck_assert_uint_eq(lim.blksize_by, EVENT_LIMIT_NO_BLKSIZE);
	ck_assert_uint_eq(lim.windowsize_by, EVENT_LIMIT_NETASCII);
	lim.deny = 0;
	policy_apply(&policy, &e, &unknown, &lim);
	ck_assert_uint_eq(lim.blksize_by, EVENT_LIMIT_RULE);
	ck_assert_uint_eq(lim.windowsize_by, EVENT_LIMIT_RULE);
}
END_TEST

/* Each of many finds its own rule; networks and '*' hold beside it. */
START_TEST(many)
{
	struct record_tftp_client r = { .net.family = 4, .prefix = 32 };
	uint8_t hw[6] = { 2 };
	struct tftp_limits lim;
	char text[16];
	uint32_t i;

	r.rollover = RECORD_TFTP_ROLLOVER_UNSET;
	for (i = 0; i < MANY; i++) {
		r.net = addr_from_ip4(10U << 24 | i);
		r.mac.len = 6;
		r.mac.addr[0] = 2;
		memcpy(r.mac.addr + 2, r.net.bytes, 4);
		if (i % 2 != 0)
			r.net.family = 0;
		r.blksize = (uint16_t)(512 + i % 500);
		r.rollover = (uint8_t)(i % 4 < 2);
		ck_assert_int_eq(policy_add(&policy, &r), 0);
	}
	/* The last line decides the rollover, whatever it is found by. */
	rule_net("10.0.0.0", 16, RECORD_TFTP_NO_TSIZE, 0, 7);
	r = (struct record_tftp_client){ .net.family = 4, .prefix = 32 };
	r.net = addr_from_ip4(10U << 24 | 77);
	r.rollover = 1;
	ck_assert_int_eq(policy_add(&policy, &r), 0);
	for (i = 0; i < MANY; i += 7) {
		(void)snprintf(text, sizeof(text), "10.%u.%u.%u", i >> 16,
		    i >> 8 & 255, i & 255);
		hw[2] = 10;
		hw[3] = (uint8_t)(i >> 16);
		hw[4] = (uint8_t)(i >> 8);
		hw[5] = (uint8_t)i;
		lim = limits_for(
		    i % 2 == 0 ? text : "172.16.0.1", hw, i % 2 == 0 ? 0 : 6);
		ck_assert_uint_eq(lim.blksize, 512 + i % 500);
		ck_assert_uint_eq(lim.rollover, i % 4 < 2);
		ck_assert_uint_eq(
		    lim.windowsize, i % 2 == 0 && i >> 16 == 0 ? 7 : 64);
	}
	hw[3] = 0;
	hw[4] = 0;
	hw[5] = 3;
	lim = limits_for("10.0.0.77", hw, 6);
	ck_assert_uint_eq(lim.rollover, 1);
	lim = limits_for("10.0.0.0", hw, 6);
	ck_assert_uint_eq(lim.rollover, 0);
	lim = limits_for("10.200.0.1", NULL, 0);
	ck_assert_uint_eq(lim.blksize, 1468);
}
END_TEST

Suite *suite_tftp_policy(void);

Suite *
suite_tftp_policy(void)
{
	Suite *s = suite_create("tftp_policy");
	TCase *tc = tcase_create("policy");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, networks);
	tcase_add_test(tc, hardware);
	tcase_add_test(tc, several);
	tcase_add_test(tc, whose_limit);
	tcase_add_test(tc, many);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_policy)
