/* SPDX-License-Identifier: ISC */
/* From the bytes of a role's message to a call with typed arguments. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "daemon/record.h"
#include "priv/conf.h"
#include "priv/dispatch.h"
#include "priv/role_spec.h"
#include "tests/unit/unit.h"

#define BYTES(s) s, sizeof(s) - 1

/* The last call, as text. */
static char call[4096];
static int calls;

#define CALLED(...) (calls++, (void)snprintf(call, sizeof(call), __VA_ARGS__))

static void
on_layers(void *arg, uint32_t layers)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("layers %u", layers);
}

static void
on_log(void *arg, int priority, const char *line)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("log %d %s", priority, line);
}

static void
on_dying(void *arg, uint32_t nr, uint32_t arch)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("dying %u %u", nr, arch);
}

static void
on_peer_bad(void *arg, enum role accused, uint32_t instance, const char *why)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("peer_bad %s #%u %s", role_name(accused), instance, why);
}

static void
on_pong(void *arg, uint32_t number)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("pong %u", number);
}

static void
on_ready(void *arg, uint32_t generation)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("ready %u", generation);
}

static void
on_reject(void *arg, uint32_t generation, uint32_t record, const char *why)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("reject %u %u %s", generation, record, why);
}

static void
on_socket_ask(void *arg, uint32_t id, uint32_t ifindex,
    const struct endpoint *local, const struct endpoint *remote)
{
	char from[ENDPOINT_TEXT], to[ENDPOINT_TEXT];

	ck_assert_ptr_eq(arg, call);
	CALLED("socket_ask #%u %u %s %s", id, ifindex,
	    endpoint_text(local, from), endpoint_text(remote, to));
}

static void
on_neigh_ask(void *arg, uint32_t id, uint32_t ifindex, const struct addr *addr,
    uint8_t hwtype, const uint8_t *hw, size_t hwlen)
{
	char text[ADDR_TEXT];

	ck_assert_ptr_eq(arg, call);
	CALLED("neigh_ask #%u %u %s %u %zu %02x", id, ifindex,
	    addr_text(addr, text), hwtype, hwlen,
	    hwlen > 0 ? hw[hwlen - 1] : 0);
}

static void
on_include(void *arg, uint32_t id, enum msg_include what, const char *path)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("include #%u %d %s", id, what, path);
}

static int
on_parse_record(void *arg, const uint8_t *data, size_t len)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("parse_record %zu %u", len, data[0]);
	return data[0] == RECORD_STORE ? 0 : -1;
}

static void
on_diag(void *arg, int severity, const char *file, uint32_t line, uint32_t kind,
    const char *text)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("diag %d %s %u %u %s", severity, file, line, kind, text);
}

static int
on_parse_line(void *arg, const char *line)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("parse_line %s", line);
	return line[0] == '?' ? -1 : 0;
}

static void
on_parsed(void *arg, uint32_t errors, uint32_t warnings)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("parsed %u %u", errors, warnings);
}

static int
on_show_text(void *arg, const uint8_t *text, size_t len)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("show_text %zu %.*s", len, (int)len, (const char *)text);
	return 0;
}

static int
on_shown(void *arg, enum lease_show_outcome outcome, uint32_t leases,
    const char *why)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("shown %d %u %s", outcome, leases, why);
	return 0;
}

static int
on_explain_text(void *arg, const uint8_t *text, size_t len)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("explain_text %zu %.*s", len, (int)len, (const char *)text);
	return 0;
}

static int
on_explained(void *arg, const char *why)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("explained %s", why);
	return 0;
}

static int
on_captured(void *arg, const uint8_t *body, size_t len)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("captured %zu %u", len, body[3]);
	return 0;
}

static int
on_capture_end(void *arg, const uint32_t counts[4], const char *why)
{
	ck_assert_ptr_eq(arg, call);
	CALLED("capture_end %u %u %u %u %s", counts[0], counts[1], counts[2],
	    counts[3], why);
	return 0;
}

static const struct dispatch_ops ops = {
	.layers = on_layers,
	.log = on_log,
	.dying = on_dying,
	.peer_bad = on_peer_bad,
	.pong = on_pong,
	.ready = on_ready,
	.reject = on_reject,
	.socket_ask = on_socket_ask,
	.neigh_ask = on_neigh_ask,
	.include = on_include,
	.parse_record = on_parse_record,
	.diag = on_diag,
	.parse_line = on_parse_line,
	.parsed = on_parsed,
	.show_text = on_show_text,
	.shown = on_shown,
	.explain_text = on_explain_text,
	.explained = on_explained,
	.captured = on_captured,
	.capture_end = on_capture_end,
};

/* From a body of exactly n bytes, so that a sanitizer sees its end. */
static int
dispatch(enum msg_type type, const void *body, size_t n)
{
	uint8_t *copy = malloc(n == 0 ? 1 : n);
	struct msg m = { .type = (uint16_t)type, .id = 42, .fd = -1 };
	int r;

	memcpy(copy, body, n);
	reader_init(&m.body, copy, n);
	call[0] = '\0';
	calls = 0;
	r = dispatch_message(&ops, call, &m);
	free(copy);
	return r;
}

static const struct {
	enum msg_type type;
	const char *body;
	size_t n;
	const char *want;
} good[] = {
	{ MSG_LAYERS, BYTES("\0\0\0\377"), "layers 255" },
	{ MSG_READY, BYTES("\0\0\1\0"), "ready 256" },
	{ MSG_LOG, BYTES("\6\0\5hello"), "log 6 hello" },
	{ MSG_LOG, BYTES("\7\0\0"), "log 7 " },
	{ MSG_DYING, BYTES("\0\0\0\51\300\0\0\76"), "dying 41 3221225534" },
	{ MSG_PEER_BAD, BYTES("\5\0\0\0\7\0\3why"), "peer_bad imaged #7 why" },
	{ MSG_PONG, BYTES("\0\0\1\1"), "pong 257" },
	{ MSG_REJECT, BYTES("\0\0\0\3\0\0\0\7\0\4full"), "reject 3 7 full" },
	{ MSG_SOCKET_ASK,
	    BYTES("\0\0\0\2"
		  "\4\300\250\1\1\0\0\0\0\0\0"
		  "\4\300\250\1\62\10\26\0\0\0\0"),
	    "socket_ask #42 2 192.168.1.1:0 192.168.1.50:2070" },
	{ MSG_NEIGH_ASK, BYTES("\0\0\0\2\4\300\250\1\62\1\0\6RT\0\1\2\3"),
	    "neigh_ask #42 2 192.168.1.50 1 6 03" },
	{ MSG_NEIGH_ASK, BYTES("\0\0\0\2\4\300\250\1\62\1\0\0"),
	    "neigh_ask #42 2 192.168.1.50 1 0 00" },
	{ MSG_INCLUDE, BYTES("\1\0\4/a/b"), "include #42 1 /a/b" },
	{ MSG_INCLUDE, BYTES("\0\0\4/a/b"), "include #42 0 /a/b" },
	{ MSG_INCLUDE, BYTES("\2\0\4/a/b"), "include #42 2 /a/b" },
	{ MSG_DIAG, BYTES("\3\0\1f\0\0\0\7\0\0\0\5\0\3bad"),
	    "diag 3 f 7 5 bad" },
	{ MSG_PARSE_LINE, BYTES("\0\3a=b"), "parse_line a=b" },
	{ MSG_PARSED, BYTES("\0\0\0\1\0\0\0\2"), "parsed 1 2" },
	{ MSG_SHOWN, BYTES("\4\0\0\0\7\0\3why"), "shown 4 7 why" },
	{ MSG_EXPLAINED, BYTES("\0\3why"), "explained why" },
	{ MSG_CAPTURED, BYTES("\0\0\0\7\0\0\0\0\377\377\377\377\0C\0\3abc"),
	    "captured 19 7" },
	{ MSG_CAPTURE_END, BYTES("\0\0\0\4\0\0\0\3\0\0\0\2\0\0\0\1\0\3why"),
	    "capture_end 4 3 2 1 why" },
};

START_TEST(calls_with_arguments)
{
	ck_assert_int_eq(dispatch(good[_i].type, good[_i].body, good[_i].n), 0);
	ck_assert_int_eq(calls, 1);
	ck_assert_str_eq(call, good[_i].want);
}
END_TEST

/* A process that is not asked for something has no handler for it. */
START_TEST(no_handler)
{
	static const struct dispatch_ops none;
	struct msg m = { .type = (uint16_t)good[_i].type, .fd = -1 };

	reader_init(&m.body, good[_i].body, good[_i].n);
	ck_assert_int_eq(dispatch_message(&none, call, &m), -1);
}
END_TEST

/* Cut short anywhere or a byte longer: no call at all. */
START_TEST(exact_length)
{
	uint8_t longer[128];
	size_t n;

	for (n = 0; n < good[_i].n; n++) {
		ck_assert_int_eq(dispatch(good[_i].type, good[_i].body, n), -1);
		ck_assert_int_eq(calls, 0);
	}
	memcpy(longer, good[_i].body, good[_i].n);
	longer[good[_i].n] = 0;
	ck_assert_int_eq(dispatch(good[_i].type, longer, good[_i].n + 1), -1);
	ck_assert_int_eq(calls, 0);
}
END_TEST

START_TEST(fields_out_of_range)
{
	static const struct {
		enum msg_type type;
		const char *body;
		size_t n;
	} bad[] = {
		{ MSG_LOG, BYTES("\10\0\1x") },
		{ MSG_LOG, BYTES("\377\0\1x") },
		{ MSG_LOG, BYTES("\6\0\3a\0b") },
		{ MSG_PEER_BAD, BYTES("\0\0\0\0\1\0\1x") },
		{ MSG_PEER_BAD, BYTES("\377\0\0\0\1\0\1x") },
		{ MSG_PEER_BAD, BYTES("\5\0\0\0\1\0\3a\0b") },
		{ MSG_REJECT, BYTES("\0\0\0\1\0\0\0\0\0\3a\0b") },
		{ MSG_INCLUDE, BYTES("\3\0\1/") },
		{ MSG_INCLUDE, BYTES("\0\0\3/\0b") },
		{ MSG_PARSE_LINE, BYTES("\0\3a\0b") },
		{ MSG_SHOWN, BYTES("\5\0\0\0\7\0\3why") },
		{ MSG_SHOWN, BYTES("\4\0\0\0\7\0\3a\0b") },
		{ MSG_DIAG, BYTES("\10\0\1f\0\0\0\7\0\0\0\5\0\3bad") },
		{ MSG_DIAG, BYTES("\3\0\1\0\0\0\0\7\0\0\0\5\0\3bad") },
		{ MSG_SOCKET_ASK, BYTES("\0\0\0\2"
					"\5\300\250\1\1\0\0\0\0\0\0"
					"\4\300\250\1\62\10\26\0\0\0\0") },
		{ MSG_SOCKET_ASK, BYTES("\0\0\0\2"
					"\4\300\250\1\1\0\0\0\0\0\0"
					"\4\300\250\1\62\10\26\0\0\0\1") },
		{ MSG_NEIGH_ASK,
		    BYTES("\0\0\0\2\4\300\250\1\62\1\0\21RT\0\1\2\3"
			  "0123456789A") },
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(
		    dispatch(bad[i].type, bad[i].body, bad[i].n) == -1,
		    "case %zu", i);
		ck_assert_int_eq(calls, 0);
	}
}
END_TEST

/* The parent is no peer, and there are no roles from ROLE_MAX on. */
START_TEST(accused)
{
	uint8_t body[] = { 0, 0, 0, 0, 1, 0, 1, 'x' };
	unsigned int role;

	for (role = 0; role <= UINT8_MAX; role++) {
		body[0] = (uint8_t)role;
		ck_assert_int_eq(dispatch(MSG_PEER_BAD, body, sizeof(body)),
		    role > ROLE_PRIV && role < ROLE_MAX ? 0 : -1);
	}
}
END_TEST

/* Each message that the table lets the parent take has a row in good[]. */
START_TEST(all_are_tried)
{
	uint16_t type;
	size_t i;

	for (type = 0; type < MSG_TYPE_MAX; type++) {
		const struct msg_spec *s = msg_spec(type);

		if (s == NULL || (s->to & ROLE_BIT(ROLE_PRIV)) == 0 ||
		    type == MSG_PARSE_RECORDS || type == MSG_SHOW_TEXT ||
		    type == MSG_EXPLAIN_TEXT)
			continue;
		for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
			if (good[i].type == type)
				break;
		ck_assert_msg(i < sizeof(good) / sizeof(good[0]),
		    "%s is not in good[]", msg_name(type));
	}
}
END_TEST

/* The longest string that each field takes, and one byte more. */
START_TEST(string_limits)
{
	static const struct {
		enum msg_type type;
		size_t before; /* bytes of zero before the string */
		size_t max;
	} t[] = {
		{ MSG_LOG, 1, 1024 },
		{ MSG_REJECT, 8, 512 },
		{ MSG_INCLUDE, 1, RECORD_PATH_MAX - 1 },
	};
	static uint8_t fill[2048];
	uint8_t body[4096];
	struct writer w;
	size_t i, more;

	memset(fill, 'x', sizeof(fill));
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		for (more = 0; more < 2; more++) {
			writer_init(&w, body, sizeof(body));
			writer_zero(&w, t[i].before);
			writer_blob(&w, fill, t[i].max + more);
			ck_assert_int_eq(dispatch(t[i].type, body, w.len),
			    more == 0 ? 0 : -1);
			ck_assert_int_eq(calls, more == 0);
		}
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, ROLE_TFTPD);
	writer_u32(&w, 1);
	writer_blob(&w, fill, 256);
	ck_assert_int_eq(dispatch(MSG_PEER_BAD, body, w.len), -1);
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, LOG_ERR);
	writer_blob(&w, fill, RECORD_PATH_MAX - 1);
	writer_u32(&w, 1);
	writer_u32(&w, 1);
	writer_blob(&w, fill, 1024);
	ck_assert_int_eq(dispatch(MSG_DIAG, body, w.len), 0);
}
END_TEST

/* What the parent sends is nothing that it takes. */
START_TEST(other_types)
{
	static const uint8_t zero[64];
	uint32_t type;
	size_t i;

	for (type = 0; type < 300; type++) {
		bool taken = type == MSG_PARSE_RECORDS ||
			     type == MSG_SHOW_TEXT || type == MSG_EXPLAIN_TEXT;

		for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
			taken = taken || good[i].type == type;
		if (taken)
			continue;
		ck_assert_int_eq(
		    dispatch((enum msg_type)type, zero, sizeof(zero)), -1);
		ck_assert_int_eq(calls, 0);
	}
}
END_TEST

/* Text has no fields, so any length is right that the table allows. */
START_TEST(text_is_passed_on)
{
	ck_assert_int_eq(dispatch(MSG_SHOW_TEXT, BYTES("any\nbytes")), 0);
	ck_assert_str_eq(call, "show_text 9 any\nbytes");
	ck_assert_int_eq(calls, 1);
	ck_assert_int_eq(dispatch(MSG_EXPLAIN_TEXT, BYTES("any\nbytes")), 0);
	ck_assert_str_eq(call, "explain_text 9 any\nbytes");
	ck_assert_int_eq(calls, 1);
}
END_TEST

START_TEST(records_are_passed_on)
{
	/* on_parse_record() takes those of the store (11), and no others. */
	ck_assert_int_eq(dispatch(MSG_PARSE_RECORDS, BYTES("\0\1\13")), 0);
	ck_assert_str_eq(call, "parse_record 1 11");
	ck_assert_int_eq(calls, 1);
	ck_assert_int_eq(
	    dispatch(MSG_PARSE_RECORDS, BYTES("\0\1\13\0\2\13x\0\1\13")), 0);
	ck_assert_int_eq(calls, 3);
	ck_assert_int_eq(
	    dispatch(MSG_PARSE_RECORDS, BYTES("\0\1\3\0\1\13")), -1);
	ck_assert_int_eq(calls, 1);
	ck_assert_int_eq(
	    dispatch(MSG_PARSE_RECORDS, BYTES("\0\1\13\0\2\13")), -1);
	ck_assert_int_eq(dispatch(MSG_PARSE_RECORDS, BYTES("\0\0\13")), -1);
	ck_assert_int_eq(calls, 0);
}
END_TEST

/* What becomes of records in the parent: kept as they are, or refused. */
START_TEST(records_are_collected)
{
	struct conf *c = conf_new(3), *copy;
	struct record rec = { .kind = RECORD_TFTP };
	struct conf_record kept;
	size_t at = 0;
	uint8_t body[RECORD_MAX + 1] = { 0 };
	struct writer w;

	rec.u.tftp.enabled = true;
	rec.u.tftp.max = 50;
	(void)strcpy(rec.u.tftp.root, "/srv/tftpboot");
	writer_init(&w, body, sizeof(body));
	record_encode(&rec, &w);
	ck_assert_int_eq(conf_add(c, body, w.len), 0);
	ck_assert_int_eq(conf_add(c, body, w.len + 1), -1);
	ck_assert_int_eq(conf_add(c, body, w.len - 1), -1);
	ck_assert_int_eq(conf_add(c, body, 0), -1);
	ck_assert_int_eq(conf_add(c, body, sizeof(body)), -1);
	/* All go by one record of TFTP, so there is no second. */
	ck_assert_int_eq(conf_add(c, body, w.len), -1);
	ck_assert_uint_eq(c->nrecords, 1);
	ck_assert_str_eq(c->tftp.root, "/srv/tftpboot");
	rec = (struct record){ .kind = RECORD_RANGE };
	rec.u.range.start = 5;
	rec.u.range.end = 9;
	writer_init(&w, body, sizeof(body));
	record_encode(&rec, &w);
	ck_assert_int_eq(conf_add(c, body, w.len), 0);
	ck_assert_uint_eq(c->nranges, 1);
	ck_assert_uint_eq(c->ranges[0].end, 9);
	ck_assert(role_needed(ROLE_TFTPD, c) && role_needed(ROLE_IMAGED, c));
	ck_assert(!role_needed(ROLE_DHCPD, c) && !role_needed(ROLE_LEASED, c));
	ck_assert(!role_needed(ROLE_PRIV, c) && !role_needed(ROLE_CONFD, c));
	copy = conf_copy(c, 4);
	ck_assert_uint_eq(copy->generation, 4);
	ck_assert_uint_eq(copy->nrecords, 2);
	ck_assert_uint_eq(copy->nranges, 1);
	ck_assert(conf_next_record(copy, &at, &kept));
	ck_assert_uint_eq(kept.kind, RECORD_TFTP);
	ck_assert(conf_next_record(copy, &at, &kept));
	ck_assert_uint_eq(kept.kind, RECORD_RANGE);
	ck_assert_uint_eq(kept.len, w.len);
	ck_assert_mem_eq(kept.data, body, w.len);
	ck_assert(!conf_next_record(copy, &at, &kept));
	conf_free(copy);
	conf_free(c);
	conf_free(NULL);
}
END_TEST

/* A configuration is bounded by its records, and by their bytes. */
START_TEST(records_are_bounded)
{
	struct record rec = { .kind = RECORD_IGNORE };
	uint8_t body[RECORD_MAX];
	struct conf *c = conf_new(3);
	struct writer w;
	size_t i;

	rec.u.ignore.tags.n = 1;
	rec.u.ignore.tags.tag[0].name[0] = 'x';
	writer_init(&w, body, sizeof(body));
	record_encode(&rec, &w);
	for (i = 0; i < RECORD_COUNT_MAX; i++)
		ck_assert_int_eq(conf_add(c, body, w.len), 0);
	while (conf_add(c, body, w.len) == 0)
		ck_assert_uint_lt(c->nrecords, RECORD_COUNT_MAX + 100);
	ck_assert_str_eq(conf_full(c), "more than 1000000 records");
	ck_assert_uint_eq(c->records_len, c->nrecords * (2 + w.len));
	conf_free(c);
	/* Of the longest there are fewer. */
	c = conf_new(4);
	rec.u.ignore.tags.n = RECORD_TAGS_MAX;
	for (i = 0; i < RECORD_TAGS_MAX; i++)
		memset(rec.u.ignore.tags.tag[i].name, 'x', RECORD_TAG_MAX - 1);
	writer_init(&w, body, sizeof(body));
	record_encode(&rec, &w);
	while (conf_add(c, body, w.len) == 0)
		continue;
	ck_assert_str_eq(conf_full(c), "more than 256 MiB of records");
	ck_assert_uint_gt(c->records_len, RECORD_TOTAL_MAX);
	ck_assert_uint_lt(c->records_len, RECORD_TOTAL_MAX + (1 << 20));
	conf_free(c);
}
END_TEST

Suite *suite_dispatch(void);

Suite *
suite_dispatch(void)
{
	const int ngood = (int)(sizeof(good) / sizeof(good[0]));
	Suite *s = suite_create("dispatch");
	TCase *tc = tcase_create("dispatch");

	tcase_add_loop_test(tc, calls_with_arguments, 0, ngood);
	tcase_add_loop_test(tc, no_handler, 0, ngood);
	tcase_add_loop_test(tc, exact_length, 0, ngood);
	tcase_add_test(tc, all_are_tried);
	tcase_add_test(tc, fields_out_of_range);
	tcase_add_test(tc, accused);
	tcase_add_test(tc, string_limits);
	tcase_add_test(tc, other_types);
	tcase_add_test(tc, text_is_passed_on);
	tcase_add_test(tc, records_are_passed_on);
	tcase_add_test(tc, records_are_collected);
	tcase_add_test(tc, records_are_bounded);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_dispatch)
