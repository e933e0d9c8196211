/* SPDX-License-Identifier: ISC */
/* The messages by which the parent has dhcpd explain its answers. */
#include "dhcpd/explain.h"

#include "daemon/capture.h"
#include "daemon/explain.h"
#include "daemon/role.h"
#include "tests/unit/dhcp_fixture.h"

static char text[65536];
static char why[EXPLAIN_WHY_MAX + 1];
static int answers; /* messages EXPLAINED */
static size_t queued; /* messages that the parent has not read */
static int flushed;

/* In place of the channel to the parent. */
struct chan *
role_parent(void)
{
	return NULL;
}

int
chan_send(struct chan *c, enum msg_type type, uint32_t id,
    const struct writer *w, int fd)
{
	struct reader r;

	ck_assert(c == NULL && id == 0 && fd == -1 && writer_ok(w));
	queued++;
	if (type == MSG_EXPLAIN_TEXT) {
		ck_assert_uint_lt(strlen(text) + w->len, sizeof(text));
		(void)strncat(text, (const char *)w->p, w->len);
		return 0;
	}
	ck_assert_int_eq(type, MSG_EXPLAINED);
	reader_init(&r, w->p, w->len);
	reader_str(&r, why, sizeof(why));
	ck_assert(reader_done(&r));
	answers++;
	return 0;
}

size_t
chan_queued(const struct chan *c)
{
	(void)c;
	return queued;
}

void
chan_flush(struct chan *c, int limit_ms)
{
	(void)c;
	ck_assert_int_gt(limit_ms, 0);
	queued = 0;
	flushed++;
}

static uint8_t body[8192];
static struct writer w;

static void
begin(void)
{
	writer_init(&w, body, sizeof(body));
}

/* Has the message taken; short: without its last byte. */
static int
take(enum msg_type type, bool cut)
{
	struct msg m;

	memset(&m, 0, sizeof(m));
	m.type = type;
	reader_init(&m.body, body, cut ? w.len - 1 : w.len);
	return explain_message(k.e, &m);
}

static void
file(uint8_t root, uint8_t state, uint8_t kind, const char *name)
{
	begin();
	writer_u8(&w, root);
	writer_u8(&w, state);
	writer_u8(&w, kind);
	writer_str(&w, name);
}

static void
words(bool captured, bool json, uint8_t n, const char *word)
{
	uint8_t i;

	begin();
	writer_bool(&w, captured);
	writer_bool(&w, json);
	writer_u8(&w, n);
	for (i = 0; i < n; i++)
		writer_str(&w, word);
	text[0] = why[0] = '\0';
}

static void
packet(void)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 7, 7);
	writer_u8(&m.w, OPT_END);
	begin();
	writer_u32(&w, 5);
	writer_u32(&w, 0);
	writer_u32(&w, UINT32_MAX);
	writer_u16(&w, 67);
	writer_blob(&w, m.buf, (uint16_t)m.w.len);
}

static void
end(void)
{
	begin();
	writer_u32(&w, 9);
	writer_u32(&w, 1);
	writer_u32(&w, 2);
	writer_u32(&w, 3);
}

static void
has(const char *want)
{
	ck_assert_msg(strstr(text, want) != NULL, "no \"%s\":\n%s", want, text);
}

/* A message ends where its fields end, and each field has its range. */
START_TEST(malformed)
{
	case_ready(&k);
	file(0, EXPLAIN_FILE_READABLE, ARCH_KIND_X64, "a");
	ck_assert_int_eq(take(MSG_EXPLAIN_FILE, true), -1);
	writer_u8(&w, 0);
	ck_assert_int_eq(take(MSG_EXPLAIN_FILE, false), -1);
	file(0, EXPLAIN_FILE_MAX, ARCH_KIND_X64, "a");
	ck_assert_int_eq(take(MSG_EXPLAIN_FILE, false), -1);
	file(0, EXPLAIN_FILE_READABLE, ARCH_KIND_MAX, "a");
	ck_assert_int_eq(take(MSG_EXPLAIN_FILE, false), -1);
	words(false, false, EXPLAIN_WORDS_MAX + 1, "x");
	ck_assert_int_eq(take(MSG_EXPLAIN, false), -1);
	words(false, false, 1, "ipxe");
	ck_assert_int_eq(take(MSG_EXPLAIN, true), -1);
	packet();
	ck_assert_int_eq(take(MSG_EXPLAIN_PACKET, true), -1);
	end();
	ck_assert_int_eq(take(MSG_EXPLAIN_END, true), -1);
	ck_assert_int_eq(take(MSG_PING, false), -1);
	ck_assert_int_eq(answers, 0);
	ck_assert_str_eq(text, "");
}
END_TEST

/* No words: the table, with what the parent says of files. */
START_TEST(table)
{
	case_boot(&k, "a.efi", "", 0, "");
	case_ready(&k);
	k.conf->ifaces.v[0].i.tftp = true;
	k.conf->ifaces.v[0].i.root = 1;
	file(1, EXPLAIN_FILE_MISSING, ARCH_KIND_UNKNOWN, "a.efi");
	ck_assert_int_eq(take(MSG_EXPLAIN_FILE, false), 0);
	words(false, false, 0, "");
	ck_assert_int_eq(take(MSG_EXPLAIN, false), 0);
	has("CLIENT ");
	has("  missing");
	ck_assert_int_eq(answers, 1);
	ck_assert_str_eq(why, "");
	words(false, true, 0, "");
	ck_assert_int_eq(take(MSG_EXPLAIN, false), 0);
	has("{\"mode\": \"table\"");
	has("\"state\": \"missing\"");
	ck_assert_int_eq(answers, 2);
}
END_TEST

START_TEST(client)
{
	case_ready(&k);
	words(false, false, 1, "arch=bios");
	ck_assert_int_eq(take(MSG_EXPLAIN, false), 0);
	has("BIOS, 52:54:00:00:00:01, on br0\n");
	ck_assert_int_eq(answers, 1);
	ck_assert_str_eq(why, "");
	/* What is wrong with the words, or the place, is the answer. */
	words(false, false, 1, "arch=nothing");
	ck_assert_int_eq(take(MSG_EXPLAIN, false), 0);
	ck_assert_str_eq(text, "");
	ck_assert_ptr_nonnull(strstr(why, "unknown architecture"));
	words(false, false, 1, "iface=br9");
	ck_assert_int_eq(take(MSG_EXPLAIN, false), 0);
	ck_assert_ptr_nonnull(strstr(why, "DHCP is not served there"));
	ck_assert_int_eq(answers, 3);
	k.conf->ifaces.n = 0;
	words(false, false, 1, "arch=bios");
	ck_assert_int_eq(take(MSG_EXPLAIN, false), 0);
	ck_assert_ptr_nonnull(strstr(why, "no interface serves DHCP"));
	k.conf->ifaces.n = 1;
}
END_TEST

/* The packets of a capture file follow the words; one answer ends them. */
START_TEST(capture)
{
	case_ready(&k);
	/* Before a question, and after one that is refused: ignored. */
	packet();
	ck_assert_int_eq(take(MSG_EXPLAIN_PACKET, false), 0);
	words(true, false, 1, "arch=bios");
	ck_assert_int_eq(take(MSG_EXPLAIN, false), 0);
	ck_assert_ptr_nonnull(strstr(why, "with a capture file"));
	ck_assert_int_eq(answers, 1);
	packet();
	ck_assert_int_eq(take(MSG_EXPLAIN_PACKET, false), 0);
	end();
	ck_assert_int_eq(take(MSG_EXPLAIN_END, false), 0);
	ck_assert_int_eq(answers, 1);
	ck_assert_str_eq(text, "");
	words(true, false, 0, "");
	ck_assert_int_eq(take(MSG_EXPLAIN, false), 0);
	packet();
	ck_assert_int_eq(take(MSG_EXPLAIN_PACKET, false), 0);
	ck_assert_int_eq(answers, 1);
	end();
	ck_assert_int_eq(take(MSG_EXPLAIN_END, false), 0);
	ck_assert_int_eq(answers, 2);
	ck_assert_str_eq(why, "");
	has("Frame 5: DHCPDISCOVER of 52:54:00:00:00:07\n");
	has("9 frames, 1 request explained; skipped: 2 fragments, 3 incomplete frames\n");
	/* It has ended. */
	end();
	ck_assert_int_eq(take(MSG_EXPLAIN_END, false), 0);
	ck_assert_int_eq(answers, 2);
}
END_TEST

/* A parent that does not read is waited for. */
START_TEST(slow_parent)
{
	case_ready(&k);
	words(false, false, 0, "");
	queued = 60;
	ck_assert_int_eq(take(MSG_EXPLAIN, false), 0);
	ck_assert_int_eq(flushed, 0);
	words(false, false, 0, "");
	queued = 64;
	ck_assert_int_eq(take(MSG_EXPLAIN, false), 0);
	ck_assert_int_gt(flushed, 0);
	ck_assert_int_eq(answers, 2);
}
END_TEST

/* Without a configuration there is nothing to explain. */
START_TEST(too_early)
{
	struct msg m;

	memset(&m, 0, sizeof(m));
	m.type = MSG_EXPLAIN_END;
	k.e = engine_new(1);
	ck_assert_int_eq(explain_message(k.e, &m), -1);
}
END_TEST

Suite *suite_dhcp_explain_message(void);

Suite *
suite_dhcp_explain_message(void)
{
	const TTest *const tests[] = { malformed, table, client, capture,
		slow_parent, too_early };

	return suite_of(
	    "dhcp_explain_message", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_explain_message)
