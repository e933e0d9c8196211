/* SPDX-License-Identifier: ISC */
/*
 * pxeguard --explain with any words, one a line: what is printed is printable
 * ASCII of at most 100 columns.
 */
#include "dhcpd/explain_boot.h"
#include "dhcpd/explain_client.h"
#include "dhcpd/explain_kinds.h"
#include "tests/fuzz/json.h"
#include "tests/fuzz/target.h"
#include "tests/unit/dhcp_case.h"

static struct dhcp_case k;
static struct explain x;
static struct text text;
static size_t column;

static void
take(const char *s, size_t n, void *arg)
{
	size_t i;

	(void)arg;
	check(n > 0 && n <= EXPLAIN_TEXT_MAX);
	for (i = 0; i < n; i++) {
		check(s[i] == '\n' || (s[i] >= ' ' && s[i] <= '~'));
		column = s[i] == '\n' ? 0 : column + 1;
	}
}

static void
fuzz_service(uint16_t arch, uint16_t type, const char *menu, const char *file)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_SERVICE;
	rec.u.service.arch = arch;
	rec.u.service.type = type;
	(void)snprintf(rec.u.service.text, RECORD_MENU_MAX, "%s", menu);
	(void)snprintf(rec.u.service.file, RECORD_FILE_MAX, "%s", file);
	case_add(&k, &rec);
}

static void
fuzz_begin(void)
{
	struct record rec;

	case_begin(&k);
	case_range(&k, IP(10, 1, 0, 50), IP(10, 1, 0, 60), "far", "!none");
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_MATCH;
	rec.u.match.how = RECORD_MATCH_SUBSTRING;
	rec.u.match.code = OPT_VENDOR_CLASS;
	rec.u.match.len = 3;
	memcpy(rec.u.match.data, "PXE", 3);
	(void)strcpy(rec.u.match.set, "p\x1b[2J");
	case_add(&k, &rec);
	case_boot(&k, "a\x1b[2J", "\x7f", 0, "");
	case_boot(&k, "b", "s", IP(10, 0, 0, 7), "p\x1b[2J");
	case_option(&k, 43, "0123456789", 10, true, "far");
	fuzz_service(0, 0x8000, "one\x1b[2J", "one");
	fuzz_service(0, 0x8001, "two", "two");
	fuzz_service(0, 0, "disk", "");
	fuzz_service(7, 0x8002, "efi", "a.efi");
	case_ready(&k);
	k.conf->dhcp.pxe = true;
	check(explain_begin(&x, k.e, CASE_WALL) == 0);
	check(explain_file_add(
		  &x, 0, EXPLAIN_FILE_READABLE, ARCH_KIND_X64, "b") == 0);
	text.send = take;
}

static char whole[1U << 20];
static size_t whole_len;

static void
take_json(const char *s, size_t n, void *arg)
{
	(void)arg;
	check(n > 0 && n <= EXPLAIN_TEXT_MAX);
	check(n < sizeof(whole) - whole_len);
	memcpy(whole + whole_len, s, n);
	whole_len += n;
	whole[whole_len] = '\0';
}

/* The same in JSON: one value each, of printable ASCII. */
static void
fuzz_json(const struct explain_client *c, char *why)
{
	size_t i, round;

	text.send = take_json;
	x.json = true;
	for (round = 0; round < 2; round++) {
		whole_len = 0;
		if (round == 0)
			explain_kinds(&x, &text);
		else if (explain_client(&x, c, &text, why) == -1)
			break;
		text_flush(&text);
		for (i = 0; i < whole_len; i++)
			check(whole[i] == '\n' ||
			      (whole[i] >= ' ' && whole[i] <= '~'));
		check(json_is_valid(whole));
	}
	x.json = false;
	text.send = take;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char copy[EXPLAIN_WORDS_MAX * (EXPLAIN_WORD_MAX + 1) + 1], *s, *save;
	char why[EXPLAIN_WHY_MAX + 1] = "";
	const char *word[EXPLAIN_WORDS_MAX];
	struct explain_client c;
	size_t n = 0;

	if (size >= sizeof(copy))
		return 0;
	if (x.e == NULL)
		fuzz_begin();
	memcpy(copy, data, size);
	copy[size] = '\0';
	for (s = strtok_r(copy, "\n", &save);
	     s != NULL && n < EXPLAIN_WORDS_MAX;
	     s = strtok_r(NULL, "\n", &save))
		if (strlen(s) <= EXPLAIN_WORD_MAX)
			word[n++] = s;
	column = 0;
	if (explain_words(&c, word, n, why) == -1) {
		check(why[0] != '\0');
		take(why, strlen(why), NULL);
		return 0;
	}
	if (explain_client(&x, &c, &text, why) == -1)
		take(why, strlen(why), NULL);
	explain_kinds(&x, &text);
	text_flush(&text);
	fuzz_json(&c, why);
	return 0;
}
