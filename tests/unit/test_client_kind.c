/* SPDX-License-Identifier: ISC */
/* Kinds of clients, and the tags that they have. */
#include <stdio.h>
#include <string.h>

#include "daemon/client_kind.h"
#include "daemon/dhcp_option.h"
#include "tests/unit/unit.h"

static struct client_kind k;

static struct record
match(uint8_t how, uint8_t code, const char *data, size_t len)
{
	struct record rec = { .kind = RECORD_MATCH };

	rec.u.match.how = how;
	rec.u.match.code = code;
	rec.u.match.len = (uint16_t)len;
	memcpy(rec.u.match.data, data, len);
	memcpy(rec.u.match.set, "x", 2);
	return rec;
}

/* Whether a tag is set. */
static bool
has(const char *tag)
{
	struct record_tags t = { .n = 1 };

	(void)snprintf(t.tag[0].name, RECORD_TAG_MAX, "%s", tag);
	return client_kind_holds(&k, &t, false);
}

static bool
holds(uint32_t arch, bool loader, const struct record *rec)
{
	client_kind_begin(&k, arch, loader);
	client_kind_match(&k, rec);
	return has("x");
}

START_TEST(matches)
{
	struct record rec = match(RECORD_MATCH_NUMBER, OPT_ARCH, "", 0);

	rec.u.match.width = 2;
	rec.u.match.number = 7;
	ck_assert(holds(7, false, &rec));
	ck_assert(!holds(9, false, &rec));
	rec.u.match.width = 1;
	ck_assert(!holds(7, false, &rec));
	rec = match(RECORD_MATCH_PREFIX, OPT_ARCH, "\0\7", 2);
	ck_assert(holds(7, false, &rec));
	ck_assert(!holds(0x700, false, &rec));
	rec.u.match.wild[1] = 1;
	ck_assert(holds(9, false, &rec));
	rec = match(RECORD_MATCH_PREFIX, OPT_ARCH, "\0\7\0", 3);
	ck_assert(!holds(7, false, &rec));
	rec = match(RECORD_MATCH_PRESENT, OPT_ARCH, "", 0);
	ck_assert(holds(0, false, &rec));
	rec = match(RECORD_MATCH_VENDORCLASS, 0, "PXEClient:Arch:00011", 20);
	ck_assert(holds(11, false, &rec) && holds(11, true, &rec));
	ck_assert(!holds(0, false, &rec));
	rec = match(RECORD_MATCH_SUBSTRING, OPT_VENDOR_CLASS, "HTTPClient", 10);
	ck_assert(holds(16, false, &rec));
	ck_assert(!holds(7, false, &rec));
	rec = match(RECORD_MATCH_USERCLASS, 0, "iPXE", 4);
	ck_assert(holds(7, true, &rec) && !holds(7, false, &rec));
	rec = match(RECORD_MATCH_PRESENT, OPT_USER_CLASS, "", 0);
	ck_assert(holds(7, true, &rec) && !holds(7, false, &rec));
	rec = match(RECORD_MATCH_NUMBER, OPT_IPXE, "", 0);
	ck_assert(holds(7, true, &rec) && !holds(7, false, &rec));
	rec = match(RECORD_MATCH_PRESENT, OPT_UUID, "", 0);
	ck_assert(holds(7, false, &rec));
	rec = match(RECORD_MATCH_PRESENT, OPT_HOSTNAME, "", 0);
	ck_assert(!holds(7, false, &rec));
	rec = match(RECORD_MATCH_MAC, 0, "", 0);
	ck_assert(!holds(7, false, &rec));
	rec = match(RECORD_MATCH_NAME, 0, "pc", 2);
	ck_assert(!holds(7, false, &rec));
}
END_TEST

/* Firmware that boots by HTTP says so in its class. */
START_TEST(classes)
{
	static const struct {
		uint32_t arch;
		bool http;
	} t[] = { { 0, false }, { 14, false }, { 15, true }, { 19, true },
		{ 20, false }, { 27, false }, { 28, true }, { 29, false },
		{ 39, false }, { 40, true }, { 41, false } };
	const struct record http =
	    match(RECORD_MATCH_SUBSTRING, OPT_VENDOR_CLASS, "HTTPClient", 10);
	const struct record pxe =
	    match(RECORD_MATCH_SUBSTRING, OPT_VENDOR_CLASS, "PXEClient", 9);
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_msg(holds(t[i].arch, false, &http) == t[i].http,
		    "architecture %u", t[i].arch);
		ck_assert(holds(t[i].arch, false, &pxe) != t[i].http);
	}
}
END_TEST

START_TEST(tests_of_tags)
{
	struct record rec = { .kind = RECORD_TAGIF };
	struct record any = match(RECORD_MATCH_PRESENT, OPT_ARCH, "", 0);
	struct record_tags t = { .n = 1 };

	client_kind_begin(&k, 7, false);
	client_kind_match(&k, &any);
	ck_assert_uint_eq(k.n, 1);
	client_kind_match(&k, &any);
	ck_assert_uint_eq(k.n, 1);
	/* tag-if=set:ab,set:ac,tag:x */
	rec.u.tagif.set.n = 2;
	memcpy(rec.u.tagif.set.tag[0].name, "ab", 3);
	memcpy(rec.u.tagif.set.tag[1].name, "ac", 3);
	rec.u.tagif.tags.n = 1;
	memcpy(rec.u.tagif.tags.tag[0].name, "x", 2);
	client_kind_match(&k, &rec);
	ck_assert(!has("ab"));
	client_kind_tagif(&k, &rec);
	ck_assert(has("ab") && has("ac"));
	memcpy(t.tag[0].name, "a*", 3);
	ck_assert(client_kind_holds(&k, &t, true));
	ck_assert(!client_kind_holds(&k, &t, false));
	memcpy(t.tag[0].name, "b*", 3);
	ck_assert(!client_kind_holds(&k, &t, true));
	t.tag[0].negate = true;
	ck_assert(client_kind_holds(&k, &t, true));
	t.n = 0;
	ck_assert(client_kind_holds(&k, &t, true));
}
END_TEST

START_TEST(tags_many)
{
	struct record rec = match(RECORD_MATCH_PRESENT, OPT_ARCH, "", 0);
	size_t i;

	client_kind_begin(&k, 7, false);
	for (i = 0; i <= CLIENT_KIND_TAGS; i++) {
		ck_assert(!k.full);
		(void)snprintf(
		    rec.u.match.set, sizeof(rec.u.match.set), "t%zu", i);
		client_kind_match(&k, &rec);
	}
	ck_assert(k.full);
	client_kind_begin(&k, 7, false);
	ck_assert(!k.full && k.n == 0);
}
END_TEST

START_TEST(misfits)
{
	uint16_t arch = 99;

	ck_assert(client_kind_misfit(1U << 0, ARCH_KIND_EFI, &arch));
	ck_assert_uint_eq(arch, 0);
	ck_assert(client_kind_misfit(1U << 1, ARCH_KIND_BIOS, &arch));
	ck_assert_uint_eq(arch, 7);
	ck_assert(!client_kind_misfit(3U, ARCH_KIND_BIOS, &arch));
	ck_assert(!client_kind_misfit(1U, ARCH_KIND_UNKNOWN, &arch));
	ck_assert(!client_kind_misfit(0, ARCH_KIND_BIOS, &arch));
}
END_TEST

Suite *suite_client_kind(void);

Suite *
suite_client_kind(void)
{
	Suite *s = suite_create("client_kind");
	TCase *t = tcase_create("client_kind");

	tcase_add_test(t, matches);
	tcase_add_test(t, classes);
	tcase_add_test(t, tests_of_tags);
	tcase_add_test(t, tags_many);
	tcase_add_test(t, misfits);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_client_kind)
