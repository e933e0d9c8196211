/* SPDX-License-Identifier: ISC */
/* Takes the questions of pxeguard --explain, and sends the answers. */
#include "dhcpd/explain.h"

#include <stdio.h>
#include <string.h>

#include "daemon/capture.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "dhcpd/explain_boot.h"
#include "dhcpd/explain_capture.h"
#include "dhcpd/explain_client.h"
#include "dhcpd/explain_kinds.h"

#define QUEUE_MAX 64 /* messages that the parent has not read */
#define FLUSH_MS 30000 /* the parent only stores what it reads */

static struct {
	struct explain x;
	struct text text;
	struct explain_capture capture;
	bool packets; /* those of a capture file follow */
} explain;

static void
explain_send(const char *text, size_t n, void *arg)
{
	struct chan *parent = role_parent();
	uint8_t body[EXPLAIN_TEXT_MAX];
	struct writer w;

	(void)arg;
	writer_init(&w, body, sizeof(body));
	writer_bytes(&w, text, n);
	(void)chan_send(parent, MSG_EXPLAIN_TEXT, 0, &w, -1);
	if (chan_queued(parent) > QUEUE_MAX)
		chan_flush(parent, FLUSH_MS);
}

static void
explain_done(const char *why)
{
	uint8_t body[2 + EXPLAIN_WHY_MAX];
	struct writer w;

	text_flush(&explain.text);
	writer_init(&w, body, sizeof(body));
	writer_str(&w, why);
	(void)chan_send(role_parent(), MSG_EXPLAINED, 0, &w, -1);
}

static int
explain_take_file(struct msg *m)
{
	uint8_t root = reader_u8(&m->body), state = reader_u8(&m->body);
	uint8_t kind = reader_u8(&m->body);
	char name[EXPLAIN_NAME_MAX + 1];

	reader_str(&m->body, name, sizeof(name));
	if (!reader_done(&m->body) || state >= EXPLAIN_FILE_MAX ||
	    kind >= ARCH_KIND_MAX)
		return -1;
	return explain_file_add(&explain.x, root, (enum explain_file)state,
	    (enum arch_kind)kind, name);
}

static int
explain_take_words(struct msg *m)
{
	char word[EXPLAIN_WORDS_MAX][EXPLAIN_WORD_MAX + 1];
	const char *words[EXPLAIN_WORDS_MAX];
	char why[EXPLAIN_WHY_MAX + 1] = "";
	struct explain_client k;
	bool captured = reader_bool(&m->body), json = reader_bool(&m->body);
	uint8_t i, n = reader_u8(&m->body);

	if (n > EXPLAIN_WORDS_MAX)
		return -1;
	for (i = 0; i < n; i++) {
		reader_str(&m->body, word[i], sizeof(word[i]));
		words[i] = word[i];
	}
	if (!reader_done(&m->body))
		return -1;
	explain.x.json = json;
	if (explain.x.e->conf->ifaces.n == 0)
		(void)snprintf(why, sizeof(why),
		    "no interface serves DHCP: none that the configuration names has an IPv4 address; pxeguard --test names those of this host");
	else if (captured)
		explain.packets =
		    explain_capture_begin(&explain.capture, &explain.x, words,
			n, &explain.text, why) == 0;
	else if (n == 0)
		explain_kinds(&explain.x, &explain.text);
	else if (explain_words(&k, words, n, why) == 0)
		(void)explain_client(&explain.x, &k, &explain.text, why);
	if (!captured || why[0] != '\0')
		explain_done(why);
	return 0;
}

/* Those that follow a question without an answer are ignored. */
static int
explain_take_packet(struct msg *m)
{
	uint8_t data[CAPTURE_PACKET_MAX];
	struct explain_captured p;

	p.number = reader_u32(&m->body);
	p.from = reader_u32(&m->body);
	p.to = reader_u32(&m->body);
	p.port = reader_u16(&m->body);
	p.len = reader_blob(&m->body, data, sizeof(data));
	p.data = data;
	if (!reader_done(&m->body))
		return -1;
	if (explain.packets)
		explain_capture_packet(
		    &explain.capture, &explain.x, &p, &explain.text);
	return 0;
}

static int
explain_take_end(struct msg *m)
{
	uint32_t counts[4];
	size_t i;

	for (i = 0; i < 4; i++)
		counts[i] = reader_u32(&m->body);
	if (!reader_done(&m->body))
		return -1;
	if (!explain.packets)
		return 0;
	explain_capture_end(&explain.capture, counts, &explain.text);
	explain_done("");
	explain.packets = false;
	return 0;
}

int
explain_message(struct engine *e, struct msg *m)
{
	if (e->conf == NULL)
		return -1;
	if (explain.x.e == NULL) {
		explain.text.send = explain_send;
		if (explain_begin(&explain.x, e, clock_wall_s()) == -1)
			fatalx("no memory to explain the configuration");
	}
	switch (m->type) {
	case MSG_EXPLAIN_FILE:
		return explain_take_file(m);
	case MSG_EXPLAIN:
		return explain_take_words(m);
	case MSG_EXPLAIN_PACKET:
		return explain_take_packet(m);
	case MSG_EXPLAIN_END:
		return explain_take_end(m);
	default:
		return -1;
	}
}
