/* SPDX-License-Identifier: ISC */
/*
 * The room for options, in all combinations of option 57, a parameter list and
 * the length of option 82: what a reply must have is there, and the log names
 * what is left out, once.
 */
#include "daemon/log.h"
#include "dhcpd/report.h"
#include "tests/unit/dhcp_fixture.h"

#define MTU 1500

/* Options of the administrator; option 60 is sent to every client. */
static const struct {
	uint8_t code;
	size_t len;
	bool force;
} options[] = {
	{ 43, 100, false },
	{ 60, 9, true },
	{ 119, 80, false },
	{ 121, 50, false },
	{ 224, 200, false },
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

static const uint8_t lists[][10] = {
	{ 0 }, /* the client sends no list */
	{ OPT_MASK, OPT_ROUTER, OPT_FILE, 0 },
	{ OPT_MASK, OPT_ROUTER, OPT_DNS, 224, 121, 119, 43, OPT_FILE, 0 },
	{ 43, 119, 121, 224, OPT_DNS, OPT_ROUTER, OPT_MASK, 0 },
};

static const uint16_t sizes[] = { 0, 300, 576, 700, 1000, 1500, 65535 };

static bool
listed(const uint8_t *list, uint8_t code)
{
	return list[0] == 0 || strchr((const char *)list, code) != NULL;
}

static char line[LOG_LINE_MAX];
static unsigned int lines;

static void
take_line(int priority, const char *text, void *arg)
{
	(void)priority;
	(void)arg;
	if (strstr(text, "options omitted") == NULL)
		return;
	(void)snprintf(line, sizeof(line), "%s", text);
	lines++;
}

static void
log_notes(const struct actions *a)
{
	size_t i;

	lines = 0;
	line[0] = '\0';
	for (i = 0; i < a->n; i++)
		if (a->v[i].kind == ACTION_NOTE)
			report_note(k.e, a->v[i].note, k.now.mono_ms);
	k.now.mono_ms += 100000; /* the limit of such lines starts anew */
}

/* Whether the line names the option. */
static bool
named(uint8_t code)
{
	char label[DHCP_OPTION_LABEL];

	return strstr(line, dhcp_option_label(code, label)) != NULL;
}

static void
check(const struct packet *r, const uint8_t *list, const uint8_t *agent,
    size_t agentlen, size_t size)
{
	static const uint8_t needed[] = { OPT_TYPE, OPT_SERVER_ID,
		OPT_LEASE_TIME };
	size_t i, len, max = size < 576 ? 548 : size - 28;
	const uint8_t *p;

	for (i = 0; i < sizeof(needed); i++)
		ck_assert_msg(packet_has(r, needed[i]), "option %u", needed[i]);
	p = packet_option(r, OPT_AGENT, &len);
	ck_assert_uint_eq(len, agentlen);
	ck_assert(agentlen == 0 || memcmp(p, agent, agentlen) == 0);
	for (i = 0; i < OPTIONS; i++) {
		bool want = options[i].force || listed(list, options[i].code);

		p = packet_option(r, options[i].code, &len);
		ck_assert_msg(p == NULL || len == options[i].len, "cut off");
		/* Sent, or named, or not asked for. */
		ck_assert_msg(
		    (p != NULL) + named(options[i].code) == (want ? 1 : 0),
		    "option %u, size %zu, agent %zu: %s", options[i].code, size,
		    agentlen, line);
	}
	/* With the usual room and no relay nothing of this is left out. */
	if (max >= 1000 && agentlen < 100)
		ck_assert_uint_eq(lines, 0);
	ck_assert_uint_le(lines, 1);
	ck_assert_uint_eq(lines, k.e->reply.nomitted > 0 ? 1 : 0);
}

static void
ask(const uint8_t *list, uint16_t size, size_t agentlen)
{
	uint8_t agent[255], two[2] = { (uint8_t)(size >> 8), (uint8_t)size };
	const struct actions *a;
	const struct action *s;
	static struct packet r;
	struct dhcp_msg m;
	size_t i, end, max;
	const uint8_t *data;

	for (i = 0; i < sizeof(agent); i++)
		agent[i] = (uint8_t)(i + agentlen);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_broadcast(&m);
	if (size != 0)
		msg_opt(&m, OPT_MAX_SIZE, two, 2);
	if (list[0] != 0)
		msg_opt(&m, OPT_PARAMETERS, list, strlen((const char *)list));
	if (agentlen > 0)
		msg_opt(&m, OPT_AGENT, agent, agentlen);
	a = msg_step(&k, &m);
	s = act_find(a, ACTION_SEND, 0);
	ck_assert_ptr_nonnull(s);
	ck_assert(reply_parse(&r, s->data, s->len));
	log_notes(a);
	max = size < 576 ? 548 : size - 28U;
	ck_assert_uint_le(s->len, max > MTU - 28 ? MTU - 28 : max);
	check(&r, list, agent, agentlen, size);
	if (agentlen == 0)
		return;
	/* Option 82 is the last one of the options field. */
	data = s->data;
	for (end = s->len - 1; data[end] == 0; end--)
		continue;
	ck_assert_uint_eq(data[end], OPT_END);
	ck_assert_uint_eq(data[end - agentlen - 2], OPT_AGENT);
}

START_TEST(all_combinations)
{
	uint8_t value[255];
	size_t i, n;

	memset(value, 'v', sizeof(value));
	for (i = 0; i < OPTIONS; i++)
		case_option(&k, options[i].code, value, options[i].len,
		    options[i].force, "");
	case_boot(&k, "grub/shimx64.efi", "", 0, "");
	case_ready(&k);
	log_init("test", LOG_INFO);
	log_set_sink(take_line, NULL);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (n = 0; n <= 255; n++)
			ask(lists[_i], sizes[i], n);
	log_set_sink(NULL, NULL);
}
END_TEST

/* Values that are split by RFC 3396. */
static const struct {
	size_t len;
	uint16_t size; /* option 57; 0: a client of 576 bytes */
	bool sent;
} longs[] = {
	{ 255, 0, true },
	{ 256, 0, true },
	{ 510, 0, false },
	{ 510, 1000, true },
	{ 511, 1000, true },
	{ 1100, 1000, false },
	{ 1100, 1500, true },
	{ RECORD_OPT_MAX, 1400, false },
	{ RECORD_OPT_MAX, 1500, true },
};

/* The pieces stand one behind the other, each but the last with 255 bytes. */
static void
pieces_are(const uint8_t *data, size_t n, const uint8_t *value, size_t len)
{
	size_t at = PACKET_HEADER + 4, piece;

	while (at + 1 < n && data[at] != 224) {
		ck_assert_uint_ne(data[at], OPT_END);
		at += 2U + data[at + 1];
	}
	for (; len > 0; len -= piece, value += piece) {
		piece = len > 255 ? 255 : len;
		ck_assert_uint_le(at + 2 + piece, n);
		ck_assert_uint_eq(data[at], 224);
		ck_assert_uint_eq(data[at + 1], piece);
		ck_assert_mem_eq(data + at + 2, value, piece);
		at += 2 + piece;
	}
	for (; at + 1 < n && data[at] != OPT_END; at += 2U + data[at + 1])
		ck_assert_uint_ne(data[at], 224);
}

/*
 * Beside a file name in the header, or with options in the name fields: then
 * what comes after the long value is there.
 */
START_TEST(long_values)
{
	static const uint8_t list[] = { OPT_MASK, 224, 225, 226 };
	uint8_t value[RECORD_OPT_MAX], other[100], two[2];
	size_t n = longs[_i / 2].len, len, i;
	bool overload = _i % 2 != 0, sent = longs[_i / 2].sent;
	const struct action *s;
	const struct actions *a;
	static struct packet r;
	struct dhcp_msg m;
	const uint8_t *p;

	for (i = 0; i < n; i++)
		value[i] = (uint8_t)(i + i / 256);
	memset(other, 'o', sizeof(other));
	case_option(&k, 224, value, n, false, "");
	if (overload) {
		case_option(&k, 225, other, 100, false, "");
		case_option(&k, 226, other, 50, false, "");
	} else {
		case_boot(&k, "grub/shimx64.efi", "", 0, "");
	}
	case_ready(&k);
	log_init("test", LOG_INFO);
	log_set_sink(take_line, NULL);
	two[0] = (uint8_t)(longs[_i / 2].size >> 8);
	two[1] = (uint8_t)longs[_i / 2].size;
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_broadcast(&m);
	if (longs[_i / 2].size != 0)
		msg_opt(&m, OPT_MAX_SIZE, two, 2);
	msg_opt(&m, OPT_PARAMETERS, list, sizeof(list));
	a = msg_step(&k, &m);
	s = act_find(a, ACTION_SEND, 0);
	ck_assert_ptr_nonnull(s);
	ck_assert(reply_parse(&r, s->data, s->len));
	log_notes(a);
	log_set_sink(NULL, NULL);
	p = packet_option(&r, 224, &len);
	ck_assert_msg((p != NULL) == sent, "%zu bytes: %s", n, line);
	ck_assert_uint_eq(lines, sent ? 0 : 1);
	ck_assert_uint_eq(named(224), !sent);
	if (sent) {
		ck_assert_uint_eq(len, n);
		ck_assert_mem_eq(p, value, n);
		pieces_are(s->data, s->len, value, n);
	}
	if (!overload)
		return;
	p = packet_option(&r, 225, &len);
	ck_assert(p != NULL && len == 100);
	p = packet_option(&r, 226, &len);
	ck_assert(p != NULL && len == 50);
	if (n == RECORD_OPT_MAX && sent)
		ck_assert(packet_has(&r, OPT_OVERLOAD));
}
END_TEST

Suite *suite_dhcp_option_space(void);

Suite *
suite_dhcp_option_space(void)
{
	Suite *s = suite_create("dhcp_option_space");
	TCase *t = tcase_create("space");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
	    t, all_combinations, 0, (int)(sizeof(lists) / sizeof(lists[0])));
	tcase_add_loop_test(
	    t, long_values, 0, 2 * (int)(sizeof(longs) / sizeof(longs[0])));
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_option_space)
