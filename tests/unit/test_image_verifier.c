/* SPDX-License-Identifier: ISC */
/*
 * The passes of hashd that the verifier asks for: how many there are, who waits
 * for them, and what follows if hashd ends or fails.
 */
#include "imaged/verify_text.h"
#include "tests/unit/signed_tree.h"

/* The first file has a signature of its own that counts. */
static void
begin_signed(void)
{
	srandom(4);
	begin();
	do
		put_signature(0);
	while (model.detached[0] == -1 || model.broken[0] ||
	       !model.listed_key[model.detached_key[0]]);
}

/* The second time nothing is hashed, also of what is refused. */
START_TEST(once_is_enough)
{
	size_t n;
	int f, i;

	srandom(3);
	begin();
	memset(model.listed_key, 1, 2);
	conf.keys = keys;
	conf.nkeys = 2;
	verifier_configure(&v, &conf);
	do
		put_manifest();
	while (!model.manifest || model.manifest_broken);
	for (f = 0; f < FILES_N; f++)
		judge(f);
	n = njobs_all;
	ck_assert_uint_le(n, FILES_N + 1);
	for (i = 0; i < 10; i++)
		for (f = 0; f < FILES_N; f++)
			judge(f);
	ck_assert_uint_eq(njobs_all, n);
	end();
}
END_TEST

/* As judge(), of a file that claims to be in this state. */
static enum verify_result
judge_as(const struct stat *st, struct verdict *d)
{
	enum verify_result r;
	struct image im;
	int tries;

	for (tries = 0; tries < 8; tries++) {
		ck_assert_int_eq(
		    image_open(image_root, names[0], &conf.rule, &im), FILE_OK);
		im.st = *st;
		r = verifier_check(&v, 0, image_root, names[0], &im, now_ms, d);
		(void)close(im.fd);
		if (r != VERIFY_WAIT)
			return r;
		while (njobs > 0)
			do_job(0);
	}
	return VERIFY_WAIT;
}

/*
 * The clock of a file system is coarse, and one on a server tells what it
 * likes: a copy that is made anew is judged anew.
 */
START_TEST(judged_with_each_copy)
{
	struct verdict d;

	srandom(4);
	begin();
	memset(model.listed_key, 1, 2);
	conf.keys = keys;
	conf.nkeys = 2;
	verifier_configure(&v, &conf);
	do
		put_signature(0);
	while (model.detached[0] < 1 || model.broken[0] ||
	       model.detached_key[0] == 2);
	model.is[0] = model.detached[0];
	put(names[0], content(model.is[0]));
	judge(0);
	ck_assert_int_eq(ask(0, &d), VERIFY_SERVE);
	contents_set_budget(&v.contents, 0);
	contents_set_budget(&v.contents, conf.cache);
	ck_assert_int_eq(judge_as(&asked, &d), VERIFY_SERVE);
	contents_set_budget(&v.contents, 0);
	contents_set_budget(&v.contents, conf.cache);
	image_write(names[0], &"xxxx"[4 - strlen(content(model.is[0]))], 0644);
	ck_assert_int_eq(judge_as(&asked, &d), VERIFY_REFUSE);
	ck_assert_int_eq(d.why, VERIFY_SIGNATURE);
	ck_assert_int_eq(d.sign, SIGN_BAD_CONTENT);
	end();
}
END_TEST

/* Many ask while the check runs: one pass, and one ticket for all. */
START_TEST(one_pass_for_all)
{
	struct verdict d, first;
	int i;

	begin_signed();
	ck_assert_int_eq(ask(0, &first), VERIFY_WAIT);
	for (i = 0; i < 100; i++) {
		ck_assert_int_eq(ask(0, &d), VERIFY_WAIT);
		ck_assert_uint_eq(d.ticket, first.ticket);
	}
	ck_assert_uint_eq(njobs_all, 1);
	end();
}
END_TEST

/* The pass is sent to the next hashd, but not to every one. */
START_TEST(hashd_ends)
{
	struct verdict d;
	int i;

	begin_signed();
	ck_assert_int_eq(ask(0, &d), VERIFY_WAIT);
	for (i = 0; i < CONTENTS_TRIES_MAX; i++) {
		ck_assert_uint_eq(njobs, 1);
		ck_assert_uint_eq(ngiven_up, 0);
		hashd_end();
		down = false;
		verifier_hashd_up(&v);
	}
	ck_assert_uint_eq(njobs, 0);
	ck_assert_uint_eq(ngiven_up, 1);
	ck_assert(was_called(d.ticket));
	ck_assert_int_eq(ask(0, &d), VERIFY_REFUSE);
	ck_assert_int_eq(d.why, VERIFY_HASHD);
	ck_assert_int_eq(verify_status(d.why), FILE_BUSY);
	now_ms += CONTENTS_ERROR_MS;
	judge(0);
	end();
}
END_TEST

/* An answer to what hashd was not asked calls nobody, whoever's ticket it is.
 */
START_TEST(wrong_answers)
{
	struct hash_done done = { .status = HASH_FAILED, .error = EIO };
	const uint32_t ids[] = { 0, 77, VERIFIER_TICKETS | 1, SERIALS_TICKETS,
		SERIALS_TICKETS | 1 };
	struct verdict d;
	size_t i;

	begin_signed();
	ck_assert_int_eq(ask(0, &d), VERIFY_WAIT);
	ncalled = 0;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		ck_assert_int_eq(
		    verifier_done(&v, ids[i], &done, -1, now_ms), 0);
	/* Nor does one without the copy that was asked for. */
	done = (struct hash_done){ .status = HASH_OK };
	ck_assert_int_eq(verifier_done(&v, jobs[0].id, &done, -1, now_ms), -1);
	ck_assert_uint_eq(ncalled, 0);
	judge(0);
	end();
}
END_TEST

/* hashd does not come back. */
START_TEST(given_up)
{
	struct verdict d;

	begin_signed();
	down = true;
	ck_assert_int_eq(ask(0, &d), VERIFY_WAIT);
	ck_assert(verifier_waits(&v));
	verifier_give_up(&v, now_ms);
	ck_assert(!verifier_waits(&v));
	ck_assert_uint_eq(ngiven_up, 1);
	ck_assert(was_called(d.ticket));
	ck_assert_int_eq(ask(0, &d), VERIFY_REFUSE);
	ck_assert_int_eq(d.why, VERIFY_HASHD);
	end();
}
END_TEST

/* What the client is told of a check that failed. */
START_TEST(failed_checks)
{
	struct hash_done done = { .status = HASH_FAILED, .error = EIO };
	char text[VERIFY_TEXT_MAX];
	struct verdict d;

	begin_signed();
	ck_assert_int_eq(ask(0, &d), VERIFY_WAIT);
	ck_assert_int_eq(verifier_done(&v, jobs[0].id, &done, -1, now_ms), 0);
	ck_assert_int_eq(ask(0, &d), VERIFY_REFUSE);
	ck_assert_int_eq(d.why, VERIFY_FAILED);
	ck_assert_int_eq(verify_status(d.why), FILE_ERROR);
	ck_assert_ptr_nonnull(strstr(verify_text(&d, text), strerror(EIO)));
	d.why = VERIFY_HASHD;
	ck_assert_ptr_nonnull(strstr(verify_text(&d, text), "hashd"));
	ck_assert_int_eq(verify_status(VERIFY_UNSIGNED), FILE_UNSIGNED);
	ck_assert_int_eq(verify_status(VERIFY_SERIAL_NONE), FILE_UNSIGNED);
	ck_assert_int_eq(verify_status(VERIFY_MEMORY), FILE_BUSY);
	ck_assert_int_eq(verify_status(VERIFY_BUSY), FILE_BUSY);
	ck_assert_int_eq(verify_status(VERIFY_SERIAL_DOWN), FILE_BUSY);
	end();
}
END_TEST

/* One that was taken over is replaced: what it said counts no more. */
START_TEST(another_hashd)
{
	struct verdict d;

	begin_signed();
	model.is[0] = model.detached[0];
	put(names[0], content(model.is[0]));
	ck_assert_int_eq(ask(0, &d), VERIFY_WAIT);
	hashd_lies = true;
	ck_assert_int_eq(judge_as(&asked, &d), VERIFY_REFUSE);
	hashd_lies = false;
	hashd_end();
	ck_assert_int_eq(ask(0, &d), VERIFY_REFUSE);
	down = false;
	verifier_hashd_up(&v);
	ck_assert_uint_eq(v.contents.n, 0);
	ck_assert_int_eq(ask(0, &d), VERIFY_WAIT);
	ck_assert_int_eq(judge_as(&asked, &d), VERIFY_SERVE);
	end();
}
END_TEST

Suite *suite_image_verifier(void);

Suite *
suite_image_verifier(void)
{
	Suite *s = suite_create("image_verifier");
	TCase *tc = tcase_create("image_verifier");

	tcase_add_checked_fixture(tc, set_up, image_tear_down);
	tcase_add_test(tc, once_is_enough);
	tcase_add_test(tc, judged_with_each_copy);
	tcase_add_test(tc, one_pass_for_all);
	tcase_add_test(tc, hashd_ends);
	tcase_add_test(tc, another_hashd);
	tcase_add_test(tc, wrong_answers);
	tcase_add_test(tc, given_up);
	tcase_add_test(tc, failed_checks);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests change the tree, and do what hashd does. */
UNIT_MAIN_ALSO(suite_image_verifier, SCMP_SYS(close), SCMP_SYS(openat),
    SCMP_SYS(openat2), SCMP_SYS(fcntl), SCMP_SYS(write), SCMP_SYS(fchmod),
    SCMP_SYS(renameat), SCMP_SYS(unlinkat), SCMP_SYS(pread64), SCMP_SYS(getuid),
    SCMP_SYS(getgid))
