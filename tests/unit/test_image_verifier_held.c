/* SPDX-License-Identifier: ISC */
/*
 * Covers that the verifier holds: what is served by them and for how long, and
 * what counts at once.
 */
#include "tests/unit/signed_tree.h"

#define STEPS 1600

/* As ask(), without a folder in which a signature could be looked for. */
static enum verify_result
ask_held(int f, struct verdict *d)
{
	enum verify_result r;
	struct image im;

	ck_assert_int_eq(
	    image_open(image_root, names[f], &conf.rule, &im), FILE_OK);
	r = verifier_check(&v, 0, -1, names[f], &im, now_ms, d);
	(void)close(im.fd);
	if (r == VERIFY_SERVE)
		check_copy(f, d);
	else
		ck_assert(r == VERIFY_REFUSE && d->why == VERIFY_UNREADABLE);
	return r;
}

/* All files are what this manifest lists, by the first key, with a serial. */
static void
put_good_manifest(uint64_t serial, int content_of_all)
{
	char text[2048] = "", sig[1024], hex[65], comment[128];
	const char *data = content(content_of_all);
	uint8_t hash[32];
	int f;

	(void)crypto_hash_sha256(hash, (const uint8_t *)data, strlen(data));
	(void)sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	for (f = 0; f < FILES_N; f++) {
		model.listed[f] = content_of_all;
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s  %s\n", hex, names[f]);
	}
	(void)snprintf(comment, sizeof(comment),
	    "timestamp:1\tfile:SHA256SUMS\tserial:%" PRIu64, serial);
	sign_text(sig, sizeof(sig), text, 0, false, comment);
	put("SHA256SUMS", text);
	put("SHA256SUMS.minisig", sig);
	model.manifest = model.has_serial = true;
	model.manifest_broken = false;
	model.manifest_key = 0;
	model.serial = model.last = serial;
}

static void
put_all_good(uint64_t serial)
{
	int f;

	for (f = 0; f < FILES_N; f++) {
		model.is[f] = 2;
		put(names[f], content(2));
	}
	put_good_manifest(serial, 2);
}

static void
begin_signed(void)
{
	int f;

	begin();
	model.listed_key[0] = true;
	conf.keys = keys;
	conf.nkeys = 1;
	verifier_configure(&v, &conf);
	put_all_good(5);
	for (f = 0; f < FILES_N; f++)
		judge(f);
}

/* Nothing but the file is opened, until exactly the limit. */
START_TEST(held_for_a_moment)
{
	struct verdict d;

	begin_signed();
	ck_assert_int_eq(ask_held(0, &d), VERIFY_SERVE);
	now_ms += HELD_COVERS_MS - 1;
	ck_assert_int_eq(ask_held(0, &d), VERIFY_SERVE);
	ck_assert_int_eq(ask_held(2, &d), VERIFY_SERVE);
	now_ms++;
	ck_assert_int_eq(ask_held(0, &d), VERIFY_REFUSE);
	/* Looked for again, it is held again. */
	judge(0);
	ck_assert_int_eq(ask_held(0, &d), VERIFY_SERVE);
	ck_assert_int_eq(ask_held(1, &d), VERIFY_REFUSE);
	end();
}
END_TEST

/* What else decides is not held. */
START_TEST(held_and_changed)
{
	struct verdict d;

	begin_signed();
	/* The file. */
	model.is[0] = 3;
	put(names[0], content(3));
	ck_assert_int_eq(ask_held(0, &d), VERIFY_REFUSE);
	now_ms += HELD_COVERS_MS;
	judge(0);
	/* A refusal is not held: it is served as soon as it is signed. */
	ck_assert_ptr_null(held_covers_find(&v.held, 0, names[0], now_ms));
	model.is[0] = 2;
	put(names[0], content(2));
	judge(0);
	put("d/e/f.minisig", "no signature");
	now_ms += HELD_COVERS_MS;
	model.detached[3] = 0;
	model.broken[3] = true;
	judge(3);
	put("d/e/f.minisig", NULL);
	model.detached[3] = -1;
	judge(3);
	ck_assert_int_eq(ask_held(3, &d), VERIFY_SERVE);
	/* The configuration. */
	ck_assert_ptr_nonnull(held_covers_find(&v.held, 0, names[3], now_ms));
	verifier_configure(&v, &conf);
	ck_assert_ptr_null(held_covers_find(&v.held, 0, names[3], now_ms));
	ck_assert_int_eq(ask_held(3, &d), VERIFY_REFUSE);
	judge(3);
	ck_assert_int_eq(ask_held(3, &d), VERIFY_SERVE);
	end();
}
END_TEST

/* A newer manifest counts for all once it was read for one. */
START_TEST(held_and_replaced)
{
	struct verdict d;
	size_t n;

	begin_signed();
	put_good_manifest(6, 3);
	model.is[1] = 3;
	put(names[1], content(3));
	/* Not seen yet: the older one goes on, for a moment. */
	ck_assert_int_eq(ask_held(0, &d), VERIFY_SERVE);
	judge(1);
	ck_assert_uint_eq(leased.serial, 6);
	ck_assert_int_eq(ask_held(0, &d), VERIFY_REFUSE);
	judge(0);
	/* The newer one was kept. */
	n = njobs_all;
	judge(1);
	judge(2);
	ck_assert_uint_eq(njobs_all, n);
	/* An older one does not come back. */
	put_good_manifest(5, 2);
	ck_assert_int_eq(ask_held(1, &d), VERIFY_SERVE);
	judge(0);
	ck_assert_int_eq(ask_held(1, &d), VERIFY_REFUSE);
	judge(1);
	end();
}
END_TEST

/* A signature beside the file, as well. */
START_TEST(held_signature)
{
	char text[1024], comment[64];
	struct verdict d;

	begin_signed();
	base_name(names[0], comment);
	sign_text(text, sizeof(text), content(2), 0, true, comment);
	put("a.minisig", text);
	model.detached[0] = 2;
	model.detached_key[0] = 0;
	now_ms += HELD_COVERS_MS;
	judge(0);
	put("a.minisig", "no signature");
	model.broken[0] = true;
	now_ms += HELD_COVERS_MS - 1;
	ck_assert_int_eq(ask_held(0, &d), VERIFY_SERVE);
	now_ms++;
	judge(0);
	end();
}
END_TEST

/*
 * Changes of signatures and manifests in the time in which a cover is held:
 * what is served was signed by a listed key until a moment ago, and what is
 * signed is served at once.
 */
START_TEST(changes_within_a_moment)
{
	uint64_t until_ms[FILES_N][CONTENTS_N] = { 0 };
	enum verify_result r;
	struct verdict d;
	size_t nlate = 0;
	int step, f, tries;

	srandom((unsigned int)_i);
	begin();
	for (step = 0; step < STEPS; step++) {
		now_ms += (uint64_t)random() % (HELD_COVERS_MS / 2);
		for (f = 0; f < FILES_N; f++)
			if (may_serve(f))
				until_ms[f][model.is[f]] = now_ms;
		if (random() % 32 == 0) {
			/* A reload counts at once. */
			put_keys();
			memset(until_ms, 0, sizeof(until_ms));
		} else if (random() % 16 == 0) {
			put_all_good(leased.serial + 1);
		} else if (random() % 4 == 0) {
			change_tree();
		}
		f = (int)(random() % FILES_N);
		tries = 0;
		while ((r = ask(f, &d)) == VERIFY_WAIT) {
			ck_assert_int_lt(++tries, 8);
			ck_assert(njobs > 0 || verifier_has_turn(&v) ||
				  leased_busy());
			while (njobs > 0)
				do_job(0);
			while (verifier_turn(&v))
				continue;
			while (leased_busy())
				leased_step(false);
		}
		if (r == VERIFY_SERVE)
			check_copy(f, &d);
		if (may_serve(f)) {
			ck_assert_int_eq(r, VERIFY_SERVE);
		} else if (r == VERIFY_SERVE) {
			ck_assert_uint_lt(
			    now_ms - until_ms[f][model.is[f]], HELD_COVERS_MS);
			nlate++;
		}
	}
	/* Else nothing was tested. */
	ck_assert_uint_gt(nlate, 0);
	end();
}
END_TEST

Suite *suite_image_verifier_held(void);

Suite *
suite_image_verifier_held(void)
{
	Suite *s = suite_create("image_verifier_held");
	TCase *tc = tcase_create("image_verifier_held");

	tcase_add_checked_fixture(tc, set_up, image_tear_down);
	tcase_add_test(tc, held_for_a_moment);
	tcase_add_test(tc, held_and_changed);
	tcase_add_test(tc, held_and_replaced);
	tcase_add_test(tc, held_signature);
	tcase_add_loop_test(tc, changes_within_a_moment, 0, 12);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests change the tree, and do what hashd does. */
UNIT_MAIN_ALSO(suite_image_verifier_held, SCMP_SYS(close), SCMP_SYS(openat),
    SCMP_SYS(openat2), SCMP_SYS(fcntl), SCMP_SYS(write), SCMP_SYS(fchmod),
    SCMP_SYS(renameat), SCMP_SYS(unlinkat), SCMP_SYS(pread64), SCMP_SYS(getuid),
    SCMP_SYS(getgid))
