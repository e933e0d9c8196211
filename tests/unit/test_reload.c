/* SPDX-License-Identifier: ISC */
/* The rules of the start, of a change of the configuration, and of the end. */
#include "tests/unit/reload_case.h"

/* ----------------------------------------------------------- the start */

START_TEST(first_start)
{
	enum role role;

	world();
	give_event(RELOAD_HUP);
	ck_assert_uint_eq(w.r.current, 1);
	ck_assert_int_eq(w.r.phase, RELOAD_IDLE);
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		if ((ROLES_SERVERS & ROLE_BIT(role)) == 0)
			continue;
		ck_assert_uint_eq(done(RELOAD_DO_START, role), 1);
		ck_assert_uint_eq(done(RELOAD_DO_CONFIGURE, role), 1);
		ck_assert_uint_eq(done(RELOAD_DO_COMMIT, role), 1);
		ck_assert(serves(role));
	}
	ck_assert_uint_eq(
	    done(RELOAD_DO_CONNECT, ROLE_PRIV), channels(ROLE_PRIV));
	ck_assert_uint_eq(done(RELOAD_DO_ENFORCE, ROLE_PRIV), 1);
	ck_assert_uint_eq(done(RELOAD_DO_KILL, ROLE_PRIV), 0);
}
END_TEST

/* Nobody serves until all are ready. */
START_TEST(first_start_waits_for_all)
{
	world();
	w.fresh[ROLE_IMAGED] = WILL_THINK;
	give_event(RELOAD_HUP);
	wait_ms(20000);
	ck_assert_uint_eq(done(RELOAD_DO_COMMIT, ROLE_PRIV), 0);
	ck_assert_uint_eq(done(RELOAD_DO_KILL, ROLE_PRIV), 0);
	give_proc(RELOAD_READY, proc(ROLE_IMAGED), 1);
	ck_assert_uint_eq(done(RELOAD_DO_COMMIT, ROLE_PRIV), SERVERS);
	ck_assert_uint_eq(w.r.current, 1);
}
END_TEST

/* Any role, in any way: the daemon ends, with status 1. */
START_TEST(first_start_fails)
{
	static const enum will ways[] = { WILL_REJECT, WILL_DIE, WILL_NOT_START,
		WILL_HANG };

	const enum role role = ROLE_CONFD + (enum role)(_i / 4);

	world();
	if (role != ROLE_CONFD && (ALL & ROLE_BIT(role)) == 0)
		return;
	w.fresh[role] = ways[_i % 4];
	give_event(RELOAD_HUP);
	wait_ms(RELOAD_PARSE_MS + 2 * RELOAD_STOP_MS);
	ck_assert_uint_eq(done(RELOAD_DO_ENFORCE, ROLE_PRIV), 0);
	ck_assert_uint_eq(done(RELOAD_DO_COMMIT, ROLE_PRIV), 0);
	ck_assert_uint_ge(done(RELOAD_DO_EXIT, ROLE_PRIV), 1);
	ck_assert_int_eq(w.seen[w.nseen - 1].kind, RELOAD_DO_EXIT);
	ck_assert_int_eq(w.seen[w.nseen - 1].status, 1);
}
END_TEST

/* ---------------------------------------------------------- the reload */

START_TEST(reload_commits)
{
	world_serves();
	give_event(RELOAD_HUP);
	ck_assert_uint_eq(w.r.current, 2);
	ck_assert_uint_eq(done(RELOAD_DO_COMMIT, ROLE_PRIV), SERVERS);
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_PRIV), 0);
	ck_assert_uint_eq(done(RELOAD_DO_KILL, ROLE_PRIV), 0);
	/* No channel is new. */
	ck_assert_uint_eq(done(RELOAD_DO_CONNECT, ROLE_PRIV), 0);
}
END_TEST

START_TEST(roles_come_and_go)
{
	uint32_t dhcpd;

	world_serves();
	dhcpd = proc(ROLE_DHCPD);
	w.needed = DHCP;
	give_event(RELOAD_HUP);
	ck_assert_uint_eq(done(RELOAD_DO_STOP, ROLE_TFTPD), 1);
	ck_assert_uint_eq(done(RELOAD_DO_STOP, ROLE_IMAGED), 1);
	ck_assert_uint_eq(proc(ROLE_TFTPD), 0);
	/* Their ends were asked for. */
	ck_assert_uint_eq(said(RELOAD_SAY_STOPPED, ROLE_TFTPD), 1);
	ck_assert_uint_eq(said(RELOAD_SAY_EXITED, ROLE_TFTPD), 0);
	w.needed = ALL;
	give_event(RELOAD_HUP);
	ck_assert(serves(ROLE_TFTPD) && serves(ROLE_IMAGED));
	ck_assert_uint_eq(proc(ROLE_DHCPD), dhcpd);
	ck_assert_uint_eq(w.r.current, 3);
}
END_TEST

/* A process that was given the old one again does not decide on the new one. */
START_TEST(refusal_of_the_old_one)
{
	world_serves();
	w.fresh[ROLE_IMAGED] = WILL_THINK;
	die(ROLE_IMAGED);
	w.served[ROLE_TFTPD] = WILL_THINK;
	give_event(RELOAD_HUP);
	ck_assert_int_eq(w.r.phase, RELOAD_PREPARING);
	give_proc(RELOAD_REJECT, proc(ROLE_IMAGED), 1);
	ck_assert_uint_eq(said(RELOAD_SAY_KILL_REJECTED, ROLE_IMAGED), 1);
	ck_assert_int_eq(w.r.phase, RELOAD_PREPARING);
	ck_assert_uint_eq(said(RELOAD_SAY_KEPT, ROLE_PRIV), 0);
}
END_TEST

/* Answers of confd that are late, or about something else. */
START_TEST(other_generations)
{
	static const enum reload_input_kind kinds[] = { RELOAD_PARSED,
		RELOAD_UNCHANGED, RELOAD_PARSE_FAILED };
	struct reload_input in = { .needed = DHCP, .changed = DHCP };
	size_t i;

	world_serves();
	for (i = 0; i < 3; i++) {
		in.kind = kinds[i];
		for (in.generation = 0; in.generation < 3; in.generation++)
			give(&in);
		ck_assert_int_eq(w.r.phase, RELOAD_IDLE);
	}
	w.fresh[ROLE_CONFD] = WILL_THINK;
	give_event(RELOAD_HUP);
	forget();
	for (i = 0; i < 3; i++) {
		in.kind = kinds[i];
		for (in.generation = 0; in.generation < 2; in.generation++)
			give(&in);
		ck_assert_int_eq(w.r.phase, RELOAD_PARSING);
	}
	ck_assert_uint_eq(w.nseen, 0);
	w.served[ROLE_DHCPD] = WILL_THINK;
	in.kind = RELOAD_PARSED;
	give(&in);
	ck_assert_int_eq(w.r.phase, RELOAD_PREPARING);
	for (i = 0; i < 3; i++) {
		in.kind = kinds[i];
		give(&in);
		ck_assert_int_eq(w.r.phase, RELOAD_PREPARING);
	}
	ck_assert_uint_eq(w.r.current, 1);
}
END_TEST

/* It may have been taken over: a new process is asked, the old one serves. */
START_TEST(refusal_of_one_that_served)
{
	uint32_t old, next;

	world_serves();
	old = proc(ROLE_DHCPD);
	w.served[ROLE_DHCPD] = WILL_REJECT;
	w.fresh[ROLE_DHCPD] = WILL_THINK;
	give_event(RELOAD_HUP);
	next = w.r.role[ROLE_DHCPD].next;
	ck_assert_uint_ne(next, 0);
	ck_assert_uint_eq(said(RELOAD_SAY_REJECTED, ROLE_DHCPD), 1);
	ck_assert_uint_lt(when(RELOAD_DO_ABORT, old), w.nseen);
	ck_assert_uint_eq(when(RELOAD_DO_STOP, old), w.nseen);
	ck_assert(serves(ROLE_DHCPD));
	ck_assert_uint_eq(w.r.current, 1);
	give_proc(RELOAD_READY, next, 2);
	ck_assert_uint_eq(w.r.current, 2);
	ck_assert_uint_eq(proc(ROLE_DHCPD), next);
	ck_assert_uint_lt(when(RELOAD_DO_STOP, old), w.nseen);
	/* The others were not replaced, and get channels to the new one. */
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_PRIV), 1);
	ck_assert_uint_eq(
	    done(RELOAD_DO_CONNECT, ROLE_PRIV), channels(ROLE_DHCPD));
}
END_TEST

/* The new process refuses as well: nothing changes, for anybody. */
START_TEST(refusal_of_both)
{
	uint32_t old;

	world_serves();
	old = proc(ROLE_DHCPD);
	w.served[ROLE_DHCPD] = w.fresh[ROLE_DHCPD] = WILL_REJECT;
	give_event(RELOAD_HUP);
	ck_assert_uint_eq(said(RELOAD_SAY_VETO, ROLE_DHCPD), 0);
	ck_assert_uint_eq(said(RELOAD_SAY_KEPT, ROLE_PRIV), 1);
	ck_assert_uint_eq(done(RELOAD_DO_ENFORCE, ROLE_PRIV), 0);
	ck_assert_uint_eq(done(RELOAD_DO_DROP, ROLE_PRIV), 1);
	ck_assert_uint_eq(done(RELOAD_DO_ABORT, ROLE_PRIV), SERVERS);
	ck_assert_uint_eq(w.r.current, 1);
	ck_assert_uint_eq(proc(ROLE_DHCPD), old);
	ck_assert(serves(ROLE_DHCPD) && serves(ROLE_LEASED) &&
		  serves(ROLE_TFTPD) && serves(ROLE_IMAGED));
}
END_TEST

/* Nothing has changed for it: it is replaced, and the others change. */
START_TEST(refusal_without_a_reason)
{
	uint32_t old;

	world_serves();
	old = proc(ROLE_IMAGED);
	w.changed = 0;
	w.served[ROLE_IMAGED] = WILL_REJECT;
	give_event(RELOAD_HUP);
	ck_assert_uint_eq(said(RELOAD_SAY_KILL_REJECTED, ROLE_IMAGED), 1);
	ck_assert_uint_eq(w.r.current, 2);
	ck_assert(serves(ROLE_IMAGED));
	ck_assert_uint_ne(proc(ROLE_IMAGED), old);
}
END_TEST

/* Even where no process of it accepts: it is started until one does. */
START_TEST(change_without_a_role)
{
	world_serves();
	w.changed = ROLE_BIT(ROLE_DHCPD);
	w.served[ROLE_IMAGED] = w.fresh[ROLE_IMAGED] = WILL_REJECT;
	give_event(RELOAD_HUP);
	wait_ms(RELOAD_WINDOW_MS);
	ck_assert_uint_eq(said(RELOAD_SAY_EXCLUDED, ROLE_IMAGED), 1);
	ck_assert_uint_eq(w.r.current, 2);
	ck_assert(!serves(ROLE_IMAGED));
	ck_assert_uint_eq(said(RELOAD_SAY_EXITED, ROLE_DHCPD), 0);
	w.fresh[ROLE_IMAGED] = WILL_SERVE;
	wait_ms(RELOAD_PAUSE_MS + RELOAD_WINDOW_MS);
	ck_assert(serves(ROLE_IMAGED));
	ck_assert_uint_eq(said(RELOAD_SAY_BACK, ROLE_IMAGED), 1);
	ck_assert_uint_eq(w.r.current, 2);
}
END_TEST

/* Two processes of leased are never there at once. */
START_TEST(leased_is_alone)
{
	uint32_t old;

	world_serves();
	old = proc(ROLE_LEASED);
	w.served[ROLE_LEASED] = WILL_REJECT;
	w.stuck[ROLE_LEASED] = true;
	give_event(RELOAD_HUP);
	ck_assert_uint_lt(when(RELOAD_DO_KILL, old), w.nseen);
	wait_ms(RELOAD_KILL_MS - 1000);
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_LEASED), 0);
	w.stuck[ROLE_LEASED] = false;
	give_proc(RELOAD_EXIT, old, 0);
	wait_ms(1000);
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_LEASED), 1);
	ck_assert_uint_eq(w.r.current, 2);
}
END_TEST

/* A role that is needed again waits until its old process has stopped. */
START_TEST(leased_waits_for_one_that_stops)
{
	world_serves();
	w.needed = TFTP;
	w.served[ROLE_LEASED] = WILL_HANG;
	give_event(RELOAD_HUP);
	ck_assert_uint_eq(done(RELOAD_DO_STOP, ROLE_LEASED), 1);
	w.needed = ALL;
	give_event(RELOAD_HUP);
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_LEASED), 0);
	wait_ms(RELOAD_STOP_MS - 100);
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_LEASED), 0);
	wait_ms(1000);
	ck_assert_uint_eq(said(RELOAD_SAY_STOP_LATE, ROLE_LEASED), 1);
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_LEASED), 1);
	ck_assert_uint_eq(w.r.current, 3);
}
END_TEST

/* A process that cannot serve the new one is replaced at the commit. */
START_TEST(replacement)
{
	uint32_t old, next;

	world_serves();
	old = proc(ROLE_IMAGED);
	w.replace = ROLE_BIT(ROLE_IMAGED);
	w.fresh[ROLE_IMAGED] = WILL_THINK;
	give_event(RELOAD_HUP);
	next = w.r.role[ROLE_IMAGED].next;
	ck_assert_uint_ne(next, 0);
	ck_assert_uint_eq(when(RELOAD_DO_CONFIGURE, old), w.nseen);
	ck_assert(serves(ROLE_IMAGED));
	give_proc(RELOAD_READY, next, 2);
	ck_assert_uint_eq(proc(ROLE_IMAGED), next);
	ck_assert(serves(ROLE_IMAGED));
	ck_assert_uint_lt(when(RELOAD_DO_STOP, old), w.nseen);
}
END_TEST

START_TEST(second_reload_comes_after_the_first)
{
	world_serves();
	w.served[ROLE_TFTPD] = WILL_THINK;
	give_event(RELOAD_HUP);
	give_event(RELOAD_HUP);
	wait_ms(RELOAD_DELAY_MS - 1000);
	ck_assert_uint_eq(done(RELOAD_DO_PARSE, ROLE_CONFD), 1);
	ck_assert_uint_eq(said(RELOAD_SAY_DELAYED, ROLE_TFTPD), 0);
	wait_ms(2000);
	ck_assert_uint_eq(said(RELOAD_SAY_DELAYED, ROLE_TFTPD), 1);
	give_event(RELOAD_HUP);
	wait_ms(10000);
	ck_assert_uint_eq(said(RELOAD_SAY_DELAYED, ROLE_TFTPD), 1);
	w.served[ROLE_TFTPD] = WILL_SERVE;
	give_proc(RELOAD_READY, proc(ROLE_TFTPD), 2);
	/* However many they were, one more reading is enough. */
	ck_assert_uint_eq(done(RELOAD_DO_PARSE, ROLE_CONFD), 2);
	ck_assert_uint_eq(w.r.current, 3);
}
END_TEST

START_TEST(parse_fails)
{
	static const enum will ways[] = { WILL_REJECT, WILL_DIE, WILL_NOT_START,
		WILL_HANG };

	world_serves();
	w.fresh[ROLE_CONFD] = ways[_i];
	give_event(RELOAD_HUP);
	wait_ms(RELOAD_PARSE_MS + 1000);
	ck_assert_uint_eq(said(RELOAD_SAY_KEPT, ROLE_PRIV), 1);
	ck_assert_uint_eq(done(RELOAD_DO_DROP, ROLE_PRIV), 1);
	ck_assert_uint_eq(done(RELOAD_DO_CONFIGURE, ROLE_PRIV), 0);
	w.fresh[ROLE_CONFD] = WILL_SERVE;
	give_event(RELOAD_HUP);
	ck_assert_uint_gt(w.r.current, 1);
}
END_TEST

/* -------------------------------------------------------------- the end */

static void
check_quit(uint64_t within_ms)
{
	give_proc(RELOAD_QUIT, 0, 0);
	wait_ms(within_ms);
	ck_assert_uint_ge(done(RELOAD_DO_EXIT, ROLE_PRIV), 1);
	ck_assert_int_eq(w.seen[w.nseen - 1].status, 0);
}

/* 0: idle, 1: reads, 2: prepares, 3: pauses. */
START_TEST(quit_in_each_phase)
{
	world_serves();
	if (_i == 1)
		w.fresh[ROLE_CONFD] = WILL_THINK;
	if (_i == 2)
		w.served[ROLE_DHCPD] = WILL_THINK;
	if (_i == 1 || _i == 2)
		give_event(RELOAD_HUP);
	if (_i == 3) {
		w.fresh[ROLE_IMAGED] = WILL_DIE;
		die(ROLE_IMAGED);
		wait_ms(RELOAD_WINDOW_MS);
	}
	forget();
	check_quit(0);
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_PRIV), 0);
	ck_assert_uint_eq(done(RELOAD_DO_KILL, ROLE_PRIV), 0);
}
END_TEST

START_TEST(quit_with_one_that_hangs)
{
	world_serves();
	w.served[ROLE_LEASED] = WILL_HANG;
	check_quit(RELOAD_STOP_MS + RELOAD_TICK_MS);
	ck_assert_uint_eq(said(RELOAD_SAY_STOP_LATE, ROLE_LEASED), 1);
}
END_TEST

START_TEST(quit_with_one_that_does_not_end)
{
	world_serves();
	w.stuck[ROLE_LEASED] = true;
	check_quit(RELOAD_STOP_MS + RELOAD_KILL_MS + 2 * RELOAD_TICK_MS);
	ck_assert_uint_eq(said(RELOAD_SAY_UNKILLABLE, ROLE_LEASED), 1);
}
END_TEST

Suite *suite_reload(void);

Suite *
suite_reload(void)
{
	Suite *s = suite_create("reload");
	TCase *tc = tcase_create("reload");

	tcase_add_test(tc, first_start);
	tcase_add_test(tc, first_start_waits_for_all);
	tcase_add_loop_test(
	    tc, first_start_fails, 0, 4 * (ROLE_MAX - ROLE_CONFD));
	tcase_add_test(tc, reload_commits);
	tcase_add_test(tc, roles_come_and_go);
	tcase_add_test(tc, refusal_of_one_that_served);
	tcase_add_test(tc, refusal_of_the_old_one);
	tcase_add_test(tc, other_generations);
	tcase_add_test(tc, refusal_of_both);
	tcase_add_test(tc, refusal_without_a_reason);
	tcase_add_test(tc, change_without_a_role);
	tcase_add_test(tc, leased_is_alone);
	tcase_add_test(tc, leased_waits_for_one_that_stops);
	tcase_add_test(tc, replacement);
	tcase_add_test(tc, second_reload_comes_after_the_first);
	tcase_add_loop_test(tc, parse_fails, 0, 4);
	tcase_add_loop_test(tc, quit_in_each_phase, 0, 4);
	tcase_add_test(tc, quit_with_one_that_hangs);
	tcase_add_test(tc, quit_with_one_that_does_not_end);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_reload)
