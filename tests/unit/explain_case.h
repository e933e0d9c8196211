/* SPDX-License-Identifier: ISC */
/* pxeguard --explain without a parent: words in, text out. */
#ifndef TESTS_UNIT_EXPLAIN_CASE_H
#define TESTS_UNIT_EXPLAIN_CASE_H

#include "dhcpd/explain_boot.h"
#include "dhcpd/explain_client.h"
#include "dhcpd/explain_kinds.h"
#include "dhcpd/explain_packet.h"
#include "tests/unit/dhcp_fixture.h"

static char said[65536];
static char why[EXPLAIN_WHY_MAX];
static struct explain x;
static struct text out;

static inline void
take(const char *s, size_t n, void *arg)
{
	(void)arg;
	ck_assert_uint_lt(strlen(said) + n, sizeof(said));
	(void)strncat(said, s, n);
}

static inline const struct packet *
packet_of(const struct explain_client *c, uint8_t type)
{
	static struct packet p;
	struct explain_packet special = { .type = type };
	uint8_t data[PACKET_IN_MAX];
	size_t n = explain_packet(c, &special, data);

	ck_assert_int_eq(packet_parse(&p, data, n), PACKET_OK);
	return &p;
}

static inline int
words(struct explain_client *c, const char *line)
{
	static char copy[1024];
	const char *word[EXPLAIN_WORDS_MAX];
	char *s, *save = NULL;
	size_t n = 0;

	why[0] = '\0';
	(void)snprintf(copy, sizeof(copy), "%s", line);
	for (s = strtok_r(copy, " ", &save); s != NULL;
	     s = strtok_r(NULL, " ", &save))
		word[n++] = s;
	return explain_words(c, word, n, why);
}

/* The bytes of an option. */
static inline void
option(const struct packet *p, uint8_t code, const char *want)
{
	size_t len = 0;
	const uint8_t *v = packet_option(p, code, &len);

	if (want == NULL) {
		ck_assert_msg(v == NULL, "option %u is there", code);
		return;
	}
	ck_assert_msg(
	    v != NULL && len == strlen(want) && memcmp(v, want, len) == 0,
	    "option %u", code);
}

/* Check itself cannot report texts of this length. */
static inline void
is_said(const char *want)
{
	if (strcmp(said, want) != 0)
		(void)fprintf(stderr, "%s", said);
	ck_assert(strcmp(said, want) == 0);
}

static inline void
place(uint32_t line)
{
	struct record rec = { .kind = RECORD_FILE };

	(void)snprintf(rec.u.file.path, RECORD_PATH_MAX, "/etc/x.conf");
	case_add(&k, &rec);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_PLACE;
	rec.u.place.line = line;
	case_add(&k, &rec);
}

static inline void
ready(void)
{
	case_ready(&k);
	said[0] = '\0';
	memset(&x, 0, sizeof(x));
	memset(&out, 0, sizeof(out));
	out.send = take;
	ck_assert_int_eq(explain_begin(&x, k.e, CASE_WALL), 0);
}

static inline void
asked(const char *line)
{
	struct explain_client c;

	said[0] = '\0';
	ck_assert_msg(words(&c, line) == 0, "%s", why);
	ck_assert_msg(explain_client(&x, &c, &out, why) == 0, "%s", why);
	text_flush(&out);
}

static inline void
kinds(void)
{
	said[0] = '\0';
	explain_kinds(&x, &out);
	text_flush(&out);
}

/* A machine with a host line, two boot files, a router: lines 4 to 9. */
static inline void
lines_of_machine(const char *sname)
{
	static const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
	struct record rec = case_host(mac, IP(192, 168, 1, 9), "pc");

	place(3);
	match_number(OPT_ARCH, 2, 7, "efi64");
	place(4);
	case_add(&k, &rec);
	place(5);
	case_boot(&k, "undionly.kpxe", "", 0, "");
	place(7);
	case_boot(&k, "ipxe.efi", sname, 0, "efi64");
	place(8);
	case_option(&k, OPT_ROUTER, "\300\250\1\376", 4, false, "");
}

static inline void
says(const char *want)
{
	ck_assert_msg(
	    strstr(said, want) != NULL, "no \"%s\" in:\n%s", want, said);
}

static inline void
says_not(const char *want)
{
	ck_assert_msg(strstr(said, want) == NULL, "\"%s\" in:\n%s", want, said);
}

static inline void
file_add(uint8_t root, enum explain_file state, enum arch_kind kind,
    const char *name)
{
	ck_assert_int_eq(explain_file_add(&x, root, state, kind, name), 0);
}

#endif
