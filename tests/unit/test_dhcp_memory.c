/* SPDX-License-Identifier: ISC */
/*
 * Each allocation fails once, while a configuration is built and taken into
 * use: that is refused, and the one before serves on.
 */
#include <dlfcn.h>

#include "dhcpd/explain_boot.h"
#include "tests/unit/dhcp_fixture.h"

#ifndef PXEGUARD_SANITIZE /* its run-time has these functions itself */

/* How many allocations succeed before the one that fails; -1: none fails. */
static long countdown = -1;

static bool
fails(void)
{
	return countdown >= 0 && countdown-- == 0;
}

static long live; /* allocations that are not freed */

#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

void *
malloc(size_t n)
{
	static __typeof__(&malloc) real;

	if (real == NULL)
		real = REAL(malloc);
	if (fails())
		return NULL;
	live++;
	return real(n);
}

void *
calloc(size_t n, size_t size)
{
	static __typeof__(&calloc) real;

	if (real == NULL)
		real = REAL(calloc);
	if (fails())
		return NULL;
	live++;
	return real(n, size);
}

void *
reallocarray(void *old, size_t n, size_t size)
{
	static __typeof__(&reallocarray) real;

	if (real == NULL)
		real = REAL(reallocarray);
	if (fails())
		return NULL;
	live += old == NULL;
	return real(old, n, size);
}

void
free(void *p)
{
	static __typeof__(&free) real;

	if (real == NULL)
		real = REAL(free);
	live -= p != NULL;
	real(p);
}

static const uint8_t mac[6] = { 0x52, 0x54, 0, 0, 0, 1 };

static void
add(enum record_kind kind, struct record *rec)
{
	rec->kind = (uint8_t)kind;
	case_add(&k, rec);
}

/* A record of each kind, and more tags than there are slots at first. */
static void
records(void)
{
	struct record rec, zero;
	uint32_t i;

	memset(&zero, 0, sizeof(zero));
	rec = zero;
	(void)strcpy(rec.u.file.path, "/etc/x.conf");
	add(RECORD_FILE, &rec);
	for (i = 0; i < 20; i++) {
		char set[RECORD_TAG_MAX];

		(void)snprintf(set, sizeof(set), "set%u", i);
		case_range(&k, FIRST + 2 * i, FIRST + 2 * i + 1, set, "a,!b");
		rec = case_host(mac, i == 0 ? CASE_SERVER + 7 : 0, "pc.Net");
		rec.u.host.idlen = i == 1 ? 2 : 0;
		rec.u.host.ignore = i == 2;
		(void)snprintf(set, sizeof(set), "host%u,more%u", i, i);
		case_tags(&rec.u.host.set, set);
		case_tags(&rec.u.host.tags, i == 3 ? "only" : "");
		add(RECORD_HOST, &rec);
		rec = zero;
		rec.u.place.line = i;
		add(RECORD_PLACE, &rec);
	}
	case_option(&k, 42, "abcd", 4, false, "o");
	case_boot(&k, "file", "name", 0, "p");
	rec = zero;
	(void)strcpy(rec.u.suboption.class, "class");
	rec.u.suboption.len = 9;
	case_tags(&rec.u.suboption.tags, "q");
	add(RECORD_SUBOPTION, &rec);
	rec = zero;
	(void)strcpy(rec.u.service.text, "text");
	(void)strcpy(rec.u.service.file, "file");
	case_tags(&rec.u.service.tags, "r");
	add(RECORD_SERVICE, &rec);
	rec = zero;
	(void)strcpy(rec.u.prompt.text, "text");
	case_tags(&rec.u.prompt.tags, "s");
	add(RECORD_PROMPT, &rec);
	rec = zero;
	case_tags(&rec.u.pxe_style.tags, "t");
	add(RECORD_PXE_STYLE, &rec);
	match_number(OPT_ARCH, 2, 7, "u");
	rec = zero;
	case_tags(&rec.u.tagif.set, "v");
	case_tags(&rec.u.tagif.tags, "w*");
	add(RECORD_TAGIF, &rec);
	rec = zero;
	case_tags(&rec.u.ignore.tags, "x");
	add(RECORD_IGNORE, &rec);
	rec = zero;
	add(RECORD_PLACE, &rec);
	case_tags(&rec.u.choice.tags, "y");
	add(RECORD_CHOICE, &rec);
	rec = zero;
	add(RECORD_RELAY_PROXY, &rec);
	add(RECORD_SHARED, &rec);
	(void)strcpy(rec.u.pxe_vendor.class, "Class");
	add(RECORD_PXE_VENDOR, &rec);
	rec = zero;
	case_tags(&rec.u.reply_delay.tags, "z");
	add(RECORD_REPLY_DELAY, &rec);
}

/* As reload does: beside the configuration in use, which -1 keeps. */
static int
reload(long after)
{
	struct binding_queue *lists = NULL;
	int failed = -1;

	k.failed = false;
	k.why[0] = '\0';
	countdown = after;
	k.conf = dhcp_conf_new();
	if (k.conf != NULL) {
		case_iface(&k, "br0", CASE_IFINDEX, CASE_SERVER, 0xffffff00);
		case_dhcp(&k, 1000, false);
		records();
		if (!k.failed && dhcp_conf_finish(k.conf, k.why) == 0)
			failed = engine_prepare(k.e, k.conf, &lists);
		else
			ck_assert_str_eq(
			    k.why, "no memory for this configuration");
	}
	if (failed == 0)
		engine_use(k.e, k.conf, lists);
	else
		dhcp_conf_free(k.conf);
	k.conf = k.e->conf;
	return failed;
}

START_TEST(configurations)
{
	const struct dhcp_conf *before;
	uint32_t addr;
	long n;

	case_ready(&k);
	before = k.conf;
	addr = case_boot_up(&k, 77);
	ck_assert_uint_ne(addr, 0);
	for (n = 0; reload(n) == -1; n++) {
		ck_assert_int_eq(countdown, -1);
		ck_assert_ptr_eq(k.e->conf, before);
		ck_assert_uint_eq(case_discover(&k, 77), addr);
	}
	/* None failed in the last one. */
	ck_assert_msg(countdown >= 0, "allocation %ld", n);
	ck_assert_int_gt(n, 40);
	countdown = -1;
	ck_assert_ptr_ne(k.e->conf, before);
	ck_assert_uint_ne(k.conf->tag_known, TAGS_NONE);
	ck_assert_uint_eq(k.conf->hosts.n, 20);
}
END_TEST

/* A configuration that is replaced leaves nothing behind. */
START_TEST(freed)
{
	long before;

	case_ready(&k);
	ck_assert_int_eq(reload(-1), 0);
	before = live;
	ck_assert_int_eq(reload(-1), 0);
	ck_assert_int_eq(live, before);
}
END_TEST

START_TEST(engines)
{
	long n, before;

	for (n = 0; k.e == NULL; n++) {
		before = live;
		countdown = n;
		k.e = engine_new(1);
		ck_assert(k.e != NULL || countdown == -1);
		ck_assert(k.e != NULL || live == before);
	}
	ck_assert_int_ge(countdown, 0);
	ck_assert_int_gt(n, 8);
	countdown = -1;
}
END_TEST

START_TEST(explanations)
{
	struct explain x;
	size_t i, failed = 0;

	case_ready(&k);
	memset(&x, 0, sizeof(x));
	countdown = 0;
	ck_assert_int_eq(explain_begin(&x, k.e, CASE_WALL), -1);
	ck_assert_int_eq(explain_begin(&x, k.e, CASE_WALL), 0);
	/* A name that does not fit into memory is not entered. */
	for (i = 0; i < 200; i++) {
		char name[EXPLAIN_NAME_MAX + 1];
		long n = 0;

		(void)snprintf(name, sizeof(name), "%0200zu", i);
		for (countdown = n;
		     explain_file_add(&x, 1, EXPLAIN_FILE_READABLE,
			 ARCH_KIND_UNKNOWN, name) == -1;
		     countdown = ++n, failed++) {
			ck_assert_int_eq(countdown, -1);
			ck_assert_uint_eq(x.files.n, i);
		}
		ck_assert_int_ge(countdown, 0);
		countdown = -1;
		ck_assert_uint_eq(x.files.n, i + 1);
	}
	ck_assert_uint_ge(failed, 4);
	for (i = 0; i < x.files.n; i++) {
		char name[EXPLAIN_NAME_MAX + 1];

		(void)snprintf(name, sizeof(name), "%0200zu", i);
		ck_assert_str_eq(x.files.v[i].name, name);
		ck_assert_uint_eq(x.files.v[i].root, 1);
	}
}
END_TEST
#endif

Suite *suite_dhcp_memory(void);

Suite *
suite_dhcp_memory(void)
{
#ifdef PXEGUARD_SANITIZE
	return suite_create("dhcp_memory");
#else
	const TTest *const tests[] = { configurations, freed, engines,
		explanations };

	return suite_of("dhcp_memory", tests, sizeof(tests) / sizeof(tests[0]));
#endif
}

UNIT_MAIN(suite_dhcp_memory)
