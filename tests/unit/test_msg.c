/* SPDX-License-Identifier: ISC */
/*
 * The message table against a second, independent writing of it: every
 * sender, receiver, phase, edge of length and number of descriptors.
 */
#include <string.h>

#include "daemon/buf.h"
#include "daemon/msg.h"
#include "tests/unit/unit.h"

/*
 * Roles by letter: P(riv) C(onfd) D(hcpd) L(eased) T(ftpd) I(maged)
 * K: capd, H(ashd), W: httpd, Y: keyd.  Phases:
 * b(oot) c(onf) r(un).  Descriptor: '-' none, '+' one, '?' none or one.
 */
#define SERVERS "DLTIHWY"
#define CHILDREN "CDLTIKHWY" /* in the order of enum role */

static const struct expected {
	uint16_t type;
	const char *name;
	const char *from;
	const char *to;
	size_t min;
	size_t max;
	char fd;
	const char *phases;
} expected[] = {
	{ MSG_BOOT, "BOOT", "P", CHILDREN, 1, 16512, '-', "b" },
	{ MSG_LAYERS, "LAYERS", CHILDREN, "P", 4, 4, '-', "b" },
	{ MSG_LOG, "LOG", CHILDREN, "P", 3, 1027, '-', "bcr" },
	{ MSG_DYING, "DYING", CHILDREN, "P", 8, 8, '-', "bcr" },
	{ MSG_STOP, "STOP", "P", CHILDREN, 0, 0, '-', "bcr" },
	{ MSG_PEER, "PEER", "P", SERVERS, 5, 5, '+', "cr" },
	{ MSG_PEER_BAD, "PEER_BAD", SERVERS, "P", 7, 262, '-', "r" },
	{ MSG_CONF_BEGIN, "CONF_BEGIN", "P", SERVERS, 4, 4, '-', "cr" },
	{ MSG_CONF_RECORDS, "CONF_RECORDS", "P", SERVERS, 3, 16512, '-', "cr" },
	{ MSG_CONF_IFACE, "CONF_IFACE", "P", "DTW", 1, 1344, '-', "cr" },
	{ MSG_CONF_SOCKET, "CONF_SOCKET", "P", "DTW", 5, 5, '+', "cr" },
	{ MSG_CONF_END, "CONF_END", "P", SERVERS, 4, 4, '-', "cr" },
	{ MSG_READY, "READY", SERVERS, "P", 4, 4, '-', "cr" },
	{ MSG_REJECT, "REJECT", SERVERS, "P", 10, 522, '-', "cr" },
	{ MSG_COMMIT, "COMMIT", "P", SERVERS, 4, 4, '-', "r" },
	{ MSG_ABORT, "ABORT", "P", SERVERS, 4, 4, '-', "cr" },
	{ MSG_PARSE_ARG, "PARSE_ARG", "P", "C", 2, 4098, '-', "c" },
	{ MSG_PARSE_FILE, "PARSE_FILE", "P", "C", 2, 1026, '+', "c" },
	{ MSG_PARSE_GO, "PARSE_GO", "P", "C", 1, 1, '-', "c" },
	{ MSG_INCLUDE, "INCLUDE", "C", "P", 3, 1027, '-', "c" },
	{ MSG_INCLUDED, "INCLUDED", "P", "C", 4, 4, '?', "c" },
	{ MSG_PARSE_RECORDS, "PARSE_RECORDS", "C", "P", 3, 16512, '-', "c" },
	{ MSG_DIAG, "DIAG", "C", "P", 13, 2061, '-', "c" },
	{ MSG_PARSED, "PARSED", "C", "P", 8, 8, '-', "c" },
	{ MSG_SOCKET_ASK, "SOCKET_ASK", "T", "P", 26, 50, '-', "r" },
	{ MSG_SOCKET_GIVE, "SOCKET_GIVE", "P", "T", 8, 8, '?', "r" },
	{ MSG_NEIGH_ASK, "NEIGH_ASK", "D", "P", 12, 40, '-', "r" },
	{ MSG_NEIGH_DONE, "NEIGH_DONE", "P", "D", 4, 4, '-', "r" },
	{ MSG_LEASE_LOAD, "LEASE_LOAD", "D", "L", 0, 0, '-', "r" },
	{ MSG_LEASE_ROW, "LEASE_ROW", "L", "D", 1, 16384, '-', "r" },
	{ MSG_LEASE_LOADED, "LEASE_LOADED", "L", "D", 4, 4, '-', "r" },
	{ MSG_LEASE_PUT, "LEASE_PUT", "D", "L", 1, 585, '-', "r" },
	{ MSG_LEASE_DURABLE, "LEASE_DURABLE", "L", "D", 0, 0, '-', "r" },
	{ MSG_LEASE_REFUSED, "LEASE_REFUSED", "L", "D", 2, 257, '-', "r" },
	{ MSG_FILE_ASK, "FILE_ASK", "TW", "I", 7, 2119, '-', "r" },
	{ MSG_FILE_GIVE, "FILE_GIVE", "I", "TW", 18, 18, '?', "r" },
	{ MSG_CLIENT, "CLIENT", "D", "TW", 10, 293, '-', "r" },
	{ MSG_PING, "PING", "P", SERVERS, 4, 4, '-', "cr" },
	{ MSG_PONG, "PONG", CHILDREN, "P", 4, 4, '-', "cr" },
	{ MSG_PARSE_LINE, "PARSE_LINE", "C", "P", 2, 12290, '-', "c" },
	{ MSG_CONF_IMPORT, "CONF_IMPORT", "P", "L", 2, 1026, '+', "cr" },
	{ MSG_SHOW_FILE, "SHOW_FILE", "P", "L", 1, 1, '+', "c" },
	{ MSG_SHOW_GO, "SHOW_GO", "P", "L", 1, 1, '-', "c" },
	{ MSG_SHOW_TEXT, "SHOW_TEXT", "L", "P", 1, 16384, '-', "c" },
	{ MSG_SHOWN, "SHOWN", "L", "P", 7, 519, '-', "c" },
	{ MSG_BOOTING, "BOOTING", "D", "TW", 5, 17, '-', "r" },
	{ MSG_CONF_TEST, "CONF_TEST", "P", "L", 1, 1, '-', "c" },
	{ MSG_EXPLAIN_FILE, "EXPLAIN_FILE", "P", "D", 5, 260, '-', "r" },
	{ MSG_EXPLAIN, "EXPLAIN", "P", "D", 3, 9667, '-', "r" },
	{ MSG_EXPLAIN_TEXT, "EXPLAIN_TEXT", "D", "P", 1, 16384, '-', "r" },
	{ MSG_EXPLAINED, "EXPLAINED", "D", "P", 2, 514, '-', "r" },
	{ MSG_EXPLAIN_PACKET, "EXPLAIN_PACKET", "P", "D", 16, 4112, '-', "r" },
	{ MSG_EXPLAIN_END, "EXPLAIN_END", "P", "D", 16, 16, '-', "r" },
	{ MSG_CAPTURE_FILE, "CAPTURE_FILE", "P", "K", 0, 0, '+', "c" },
	{ MSG_CAPTURED, "CAPTURED", "K", "P", 16, 4112, '-', "c" },
	{ MSG_CAPTURE_END, "CAPTURE_END", "K", "P", 18, 274, '-', "c" },
	{ MSG_CONF_KEY, "CONF_KEY", "P", "I", 2, 1026, '+', "cr" },
	{ MSG_HASH_JOB, "HASH_JOB", "I", "H", 105, 105, '+', "r" },
	{ MSG_HASH_DONE, "HASH_DONE", "H", "I", 102, 102, '?', "r" },
	{ MSG_FILE_BLOCKS, "FILE_BLOCKS", "I", "TW", 4, 4, '+', "r" },
	{ MSG_CONF_TLS, "CONF_TLS", "P", "WY", 3, 1027, '+', "cr" },
	{ MSG_SIGN_ASK, "SIGN_ASK", "W", "Y", 67, 99, '-', "r" },
	{ MSG_SIGN_GIVE, "SIGN_GIVE", "Y", "W", 3, 1027, '-', "r" },
	{ MSG_SERIAL_LOAD, "SERIAL_LOAD", "I", "L", 0, 0, '-', "r" },
	{ MSG_SERIAL_ROW, "SERIAL_ROW", "L", "I", 13, 2124, '-', "r" },
	{ MSG_SERIAL_LOADED, "SERIAL_LOADED", "L", "I", 4, 4, '-', "r" },
	{ MSG_SERIAL_PUT, "SERIAL_PUT", "I", "L", 13, 2124, '-', "r" },
	{ MSG_SERIAL_DURABLE, "SERIAL_DURABLE", "L", "I", 0, 0, '-', "r" },
	{ MSG_SERIAL_REFUSED, "SERIAL_REFUSED", "L", "I", 2, 257, '-', "r" },
};

#define NEXPECTED (sizeof(expected) / sizeof(expected[0]))

static const char roles[] = "P" CHILDREN;
_Static_assert(sizeof(roles) == ROLE_MAX + 1, "each role has a letter");
static const struct {
	uint8_t bit;
	char letter;
} phases[] = { { PHASE_BOOT, 'b' }, { PHASE_CONF, 'c' }, { PHASE_RUN, 'r' } };

static const uint8_t *
message(uint16_t type, uint16_t zero)
{
	static uint8_t buf[MSG_SIZE_MAX + 64];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u16(&w, type);
	writer_u16(&w, zero);
	writer_u32(&w, 7);
	return buf;
}

static bool
allowed(const struct expected *e, enum role from, enum role to, size_t phase,
    size_t len, size_t nfds)
{
	return strchr(e->from, roles[from]) != NULL &&
	       strchr(e->to, roles[to]) != NULL &&
	       strchr(e->phases, phases[phase].letter) != NULL &&
	       len >= e->min && len <= e->max && nfds <= 1 &&
	       (e->fd == '?' || nfds == (e->fd == '+'));
}

START_TEST(whole_table)
{
	const struct expected *e = &expected[_i];
	const size_t lens[] = { e->min, e->max, e->min - 1, e->max + 1, 0,
		MSG_BODY_MAX + 1 };
	const uint8_t *buf = message(e->type, 0);
	size_t phase, l, nfds;
	enum role from, to;

	for (from = 0; from < ROLE_MAX; from++)
		for (to = 0; to < ROLE_MAX; to++)
			for (phase = 0; phase < 3; phase++)
				for (l = 0; l < 6; l++)
					for (nfds = 0; nfds < 4; nfds++) {
						bool ok;

						if (lens[l] > MSG_BODY_MAX + 1)
							continue;
						ok = msg_check(from, to,
							 phases[phase].bit, buf,
							 MSG_HEADER + lens[l],
							 nfds) == MSG_OK;
						ck_assert_msg(
						    ok == allowed(e, from, to,
							      phase, lens[l],
							      nfds),
						    "%s from %c to %c in %c, %zu bytes, %zu fds",
						    e->name, roles[from],
						    roles[to],
						    phases[phase].letter,
						    lens[l], nfds);
					}
}
END_TEST

START_TEST(every_type_is_expected)
{
	size_t i;

	ck_assert_msg(NEXPECTED == MSG_TYPE_MAX - 1,
	    "%s is the first without a row here", msg_name(NEXPECTED + 1));
	for (i = 0; i < NEXPECTED; i++) {
		ck_assert_uint_eq(expected[i].type, i + 1);
		ck_assert_str_eq(msg_name(expected[i].type), expected[i].name);
	}
}
END_TEST

START_TEST(unknown_types)
{
	uint32_t type;

	for (type = 0; type <= UINT16_MAX; type++) {
		const uint8_t *buf = message((uint16_t)type, 0);

		if (type > 0 && type < MSG_TYPE_MAX)
			continue;
		ck_assert_int_eq(
		    msg_check(ROLE_TFTPD, ROLE_PRIV, 7, buf, 12, 0),
		    MSG_UNKNOWN);
		ck_assert_ptr_null(msg_spec((uint16_t)type));
		ck_assert_str_eq(msg_name((uint16_t)type), "?");
	}
}
END_TEST

/* Each refusal by its name, in the order in which they are looked for. */
START_TEST(reasons)
{
	const uint8_t *ready = message(MSG_READY, 0);
	size_t len;

	for (len = 0; len < MSG_HEADER; len++)
		ck_assert_int_eq(
		    msg_check(ROLE_TFTPD, ROLE_PRIV, 7, ready, len, 0),
		    MSG_SHORT);
	ck_assert_int_eq(
	    msg_check(ROLE_TFTPD, ROLE_PRIV, 7, ready, 12, 0), MSG_OK);
	ck_assert_int_eq(
	    msg_check(ROLE_CONFD, ROLE_PRIV, 7, ready, 12, 0), MSG_SENDER);
	ck_assert_int_eq(
	    msg_check(ROLE_TFTPD, ROLE_DHCPD, 7, ready, 12, 0), MSG_RECEIVER);
	ck_assert_int_eq(
	    msg_check(ROLE_TFTPD, ROLE_PRIV, PHASE_BOOT, ready, 12, 0),
	    MSG_PHASE);
	ck_assert_int_eq(
	    msg_check(ROLE_TFTPD, ROLE_PRIV, 0, ready, 12, 0), MSG_PHASE);
	ck_assert_int_eq(
	    msg_check(ROLE_TFTPD, ROLE_PRIV, 7, ready, 11, 0), MSG_LENGTH);
	ck_assert_int_eq(
	    msg_check(ROLE_TFTPD, ROLE_PRIV, 7, ready, 13, 0), MSG_LENGTH);
	ck_assert_int_eq(
	    msg_check(ROLE_TFTPD, ROLE_PRIV, 7, ready, 12, 1), MSG_DESCRIPTOR);
	ck_assert_int_eq(msg_check(ROLE_PRIV, ROLE_TFTPD, PHASE_CONF,
			     message(MSG_PEER, 0), 13, 0),
	    MSG_DESCRIPTOR);
	ck_assert_int_eq(
	    msg_check(ROLE_TFTPD, ROLE_PRIV, 7, message(MSG_READY, 1), 12, 0),
	    MSG_RESERVED);
	ck_assert_int_eq(msg_check(ROLE_TFTPD, ROLE_PRIV, 7,
			     message(MSG_READY, 0x8000), 12, 0),
	    MSG_RESERVED);
}
END_TEST

/* What must hold of any table, however it grows. */
START_TEST(principles)
{
	const uint16_t priv = ROLE_BIT(ROLE_PRIV), confd = ROLE_BIT(ROLE_CONFD);
	enum role role;
	uint16_t type;

	/* No role hands the parent a descriptor. */
	for (role = ROLE_PRIV; role < ROLE_MAX; role++)
		ck_assert(!msg_may_have_fd(role, ROLE_PRIV));
	ck_assert(msg_may_have_fd(ROLE_IMAGED, ROLE_HTTPD));
	ck_assert(!msg_may_have_fd(ROLE_HTTPD, ROLE_IMAGED));
	ck_assert(msg_may_have_fd(ROLE_PRIV, ROLE_CONFD));
	for (type = 1; type < MSG_TYPE_MAX; type++) {
		const struct msg_spec *s = msg_spec(type);

		ck_assert_ptr_nonnull(s);
		/* A message has one direction. */
		ck_assert_uint_eq(s->from & s->to, 0);
		ck_assert(s->from == priv || (s->from & priv) == 0);
		ck_assert_uint_le(s->min, s->max);
		ck_assert_uint_le(s->max, MSG_BODY_MAX);
		ck_assert_uint_ne(s->phase, 0);
		/* confd speaks with the parent alone. */
		if (s->from & confd)
			ck_assert_uint_eq(s->to, priv);
		if (s->to & confd)
			ck_assert_uint_eq(s->from, priv);
	}
	ck_assert_uint_eq(msg_spec(MSG_PARSE_RECORDS)->from, confd);
	ck_assert_uint_eq(msg_spec(MSG_DIAG)->from, confd);
	ck_assert_uint_eq(msg_spec(MSG_PARSED)->from, confd);
	ck_assert_uint_eq(msg_spec(MSG_INCLUDE)->from, confd);
	ck_assert_uint_eq(msg_spec(MSG_SOCKET_ASK)->from, ROLE_BIT(ROLE_TFTPD));
	ck_assert_uint_eq(msg_spec(MSG_NEIGH_ASK)->from, ROLE_BIT(ROLE_DHCPD));
	ck_assert_uint_eq(msg_spec(MSG_LEASE_PUT)->from, ROLE_BIT(ROLE_DHCPD));
	ck_assert_uint_eq(msg_spec(MSG_FILE_GIVE)->from, ROLE_BIT(ROLE_IMAGED));
}
END_TEST

START_TEST(texts)
{
	int i, k;

	for (i = MSG_OK; i <= MSG_DESCRIPTOR; i++) {
		ck_assert_str_ne(msg_refusal_text((enum msg_refusal)i), "?");
		for (k = MSG_OK; k < i; k++)
			ck_assert_str_ne(msg_refusal_text((enum msg_refusal)i),
			    msg_refusal_text((enum msg_refusal)k));
	}
	ck_assert_str_eq(role_name(ROLE_PRIV), "priv");
	ck_assert_str_eq(role_name(ROLE_CONFD), "confd");
	ck_assert_str_eq(role_name(ROLE_DHCPD), "dhcpd");
	ck_assert_str_eq(role_name(ROLE_LEASED), "leased");
	ck_assert_str_eq(role_name(ROLE_TFTPD), "tftpd");
	ck_assert_str_eq(role_name(ROLE_IMAGED), "imaged");
	for (i = 0; i < ROLE_MAX; i++)
		ck_assert_ptr_nonnull(role_name((enum role)i));
	ck_assert_str_eq(role_name(ROLE_MAX), "?");
}
END_TEST

Suite *suite_msg(void);

Suite *
suite_msg(void)
{
	Suite *s = suite_create("msg");
	TCase *tc = tcase_create("table");

	tcase_add_loop_test(tc, whole_table, 0, (int)NEXPECTED);
	tcase_add_test(tc, every_type_is_expected);
	tcase_add_test(tc, unknown_types);
	tcase_add_test(tc, reasons);
	tcase_add_test(tc, principles);
	tcase_add_test(tc, texts);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_msg)
