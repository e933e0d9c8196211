/* SPDX-License-Identifier: ISC */
/*
 * The verifier against a tree that changes at random: signed files, manifests
 * and signatures are replaced, exchanged, damaged and restored, hashd is slow
 * and ends, keys come and go, and so does leased with the serials.  Whatever
 * is served must be content that a listed key has signed for that path, with
 * no lower serial than before, and every check must come to an end.
 */
#include "tests/unit/signed_tree.h"

#define STEPS 400

static void
change(void)
{
	if (random() % 8 == 0)
		put_keys();
	else
		change_tree();
}

/* imaged ends, and a new one knows nothing. */
static void
imaged_again(void)
{
	leased_end();
	while (njobs > 0)
		(void)close(jobs[--njobs].fd);
	verifier_clear(&v);
	serials_clear(&v.serials);
	verifier_init(&v, &ops, &serial_ops);
	verifier_configure(&v, &conf);
	leased.told = false;
	leased_begin();
}

START_TEST(served_just_if_signed)
{
	int step;

	srandom((unsigned int)_i);
	begin();
	for (step = 0; step < STEPS; step++) {
		/* No change falls into the time in which a cover is held. */
		now_ms += HELD_COVERS_MS + (uint64_t)random() % 20000;
		if (random() % 2)
			change();
		if (random() % 16 == 0)
			leased_begin();
		if (random() % 16 == 0)
			imaged_again();
		judge((int)(random() % FILES_N));
	}
	end();
}
END_TEST

/* One of hashd, leased and the verifier does something, or a file changes. */
static void
happen(long what)
{
	switch (what) {
	case 8:
	case 9:
		leased_step(true);
		break;
	case 10:
		if (random() % 4 == 0)
			leased_end();
		else if (!leased.up)
			leased_begin();
		break;
	case 11:
		(void)serials_tick(&v.serials, now_ms);
		break;
	case 0:
		change();
		break;
	case 1:
		if (random() % 4 == 0)
			hashd_end();
		break;
	case 2:
		down = false;
		verifier_hashd_up(&v);
		break;
	case 3:
	case 4:
		if (njobs > 0)
			do_job((size_t)random() % njobs);
		break;
	default:
		(void)verifier_turn(&v);
	}
}

/* Asks for a file; returns the ticket, 0 if there is an answer. */
static uint32_t
ask_now(int f)
{
	struct verdict d;
	enum verify_result r = ask(f, &d);

	if (r == VERIFY_SERVE) {
		ck_assert(may_serve(f));
		ck_assert(model.detached[f] != -1 || !model.has_serial ||
			  (leased.has && model.serial <= leased.serial));
		check_copy(f, &d);
	}
	return r == VERIFY_WAIT ? d.ticket : 0;
}

/* hashd and leased answer everything. */
static void
settle(void)
{
	down = false;
	verifier_send(&v);
	leased_begin();
	while (njobs > 0 || verifier_has_turn(&v) || leased_busy()) {
		if (njobs > 0)
			do_job(0);
		(void)verifier_turn(&v);
		leased_step(false);
	}
	ck_assert(!verifier_waits(&v));
}

/*
 * Changes while checks run, and a hashd that ends: what is served is right at
 * that moment, no ticket is forgotten, and nothing leaks.
 */
START_TEST(changes_at_any_time)
{
	uint32_t ticket[FILES_N] = { 0 };
	int step, f;
	long what;

	srandom((unsigned int)_i);
	begin();
	for (step = 0; step < STEPS; step++) {
		now_ms += HELD_COVERS_MS + (uint64_t)random() % 3000;
		f = (int)(random() % FILES_N);
		what = random() % 12;
		if (what == 6 || what == 7)
			ticket[f] = ask_now(f);
		else
			happen(what);
	}
	settle();
	for (f = 0; f < FILES_N; f++)
		ck_assert_msg(ticket[f] == 0 || was_called(ticket[f]),
		    "ticket of %s", names[f]);
	/* Passes that failed are not repeated at once. */
	now_ms += 2 * CONTENTS_ERROR_MS;
	for (f = 0; f < FILES_N; f++)
		judge(f);
	end();
}
END_TEST

Suite *suite_image_verifier_random(void);

Suite *
suite_image_verifier_random(void)
{
	Suite *s = suite_create("image_verifier_random");
	TCase *tc = tcase_create("image_verifier_random");

	tcase_add_checked_fixture(tc, set_up, image_tear_down);
	tcase_add_loop_test(tc, served_just_if_signed, 0, 12);
	tcase_add_loop_test(tc, changes_at_any_time, 0, 12);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests change the tree, and do what hashd does. */
UNIT_MAIN_ALSO(suite_image_verifier_random, SCMP_SYS(close), SCMP_SYS(openat),
    SCMP_SYS(openat2), SCMP_SYS(fcntl), SCMP_SYS(write), SCMP_SYS(fchmod),
    SCMP_SYS(renameat), SCMP_SYS(unlinkat), SCMP_SYS(pread64), SCMP_SYS(getuid),
    SCMP_SYS(getgid))
