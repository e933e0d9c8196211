/* SPDX-License-Identifier: ISC */
/* The rules of supervision: roles that die, hang or cannot be started. */
#include "tests/unit/reload_case.h"

START_TEST(dead_role_is_replaced_at_once)
{
	world_serves();
	die(ROLE_DHCPD);
	ck_assert(serves(ROLE_DHCPD));
	ck_assert_uint_eq(said(RELOAD_SAY_EXITED, ROLE_DHCPD), 1);
	ck_assert_uint_eq(said(RELOAD_SAY_BACK, ROLE_DHCPD), 1);
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_PRIV), 1);
	ck_assert_uint_eq(
	    done(RELOAD_DO_CONNECT, ROLE_PRIV), channels(ROLE_DHCPD));
	ck_assert_uint_eq(done(RELOAD_DO_ENFORCE, ROLE_PRIV), 0);
}
END_TEST

START_TEST(silence_kills)
{
	world_serves();
	w.served[ROLE_IMAGED] = WILL_HANG;
	wait_ms(RELOAD_SILENCE_MS - RELOAD_PING_MS - RELOAD_TICK_MS);
	ck_assert_uint_eq(done(RELOAD_DO_KILL, ROLE_PRIV), 0);
	wait_ms(RELOAD_PING_MS + 3 * RELOAD_TICK_MS);
	ck_assert_uint_eq(said(RELOAD_SAY_SILENT, ROLE_IMAGED), 1);
	ck_assert_uint_eq(done(RELOAD_DO_KILL, ROLE_PRIV), 1);
	ck_assert_uint_eq(said(RELOAD_SAY_BACK, ROLE_IMAGED), 1);
}
END_TEST

/* One that has never an end with what it does, and says so. */
START_TEST(busy_for_ever)
{
	world_serves();
	w.served[ROLE_LEASED] = WILL_BUSY;
	wait_ms(RELOAD_BUSY_MS - RELOAD_PING_MS - RELOAD_TICK_MS);
	ck_assert_uint_eq(done(RELOAD_DO_KILL, ROLE_PRIV), 0);
	wait_ms(RELOAD_PING_MS + 3 * RELOAD_TICK_MS);
	ck_assert_uint_eq(said(RELOAD_SAY_BUSY, ROLE_LEASED), 1);
	ck_assert_uint_eq(done(RELOAD_DO_KILL, ROLE_PRIV), 1);
	ck_assert_uint_eq(said(RELOAD_SAY_BACK, ROLE_LEASED), 1);
}
END_TEST

START_TEST(life_without_an_answer)
{
	world_serves();
	w.served[ROLE_TFTPD] = WILL_THINK;
	give_event(RELOAD_HUP);
	wait_ms(RELOAD_ANSWER_MS - 1);
	ck_assert_uint_eq(done(RELOAD_DO_KILL, ROLE_PRIV), 0);
	wait_ms(1);
	ck_assert_uint_eq(said(RELOAD_SAY_ANSWER_LATE, ROLE_TFTPD), 1);
	ck_assert_uint_eq(w.r.current, 2);
	ck_assert(serves(ROLE_TFTPD));
}
END_TEST

START_TEST(start_without_an_end)
{
	world_serves();
	w.fresh[ROLE_DHCPD] = WILL_THINK;
	die(ROLE_DHCPD);
	wait_ms(RELOAD_START_MS - 1);
	ck_assert_uint_eq(done(RELOAD_DO_KILL, ROLE_PRIV), 0);
	w.fresh[ROLE_DHCPD] = WILL_SERVE;
	wait_ms(1);
	ck_assert_uint_eq(said(RELOAD_SAY_START_LATE, ROLE_DHCPD), 1);
	ck_assert(serves(ROLE_DHCPD));
}
END_TEST

/* A system that is short of something: each attempt later than the last. */
START_TEST(starts_that_fail)
{
	uint32_t last = 0;
	size_t i;

	world_serves();
	w.fresh[ROLE_IMAGED] = WILL_NOT_START;
	die(ROLE_IMAGED);
	wait_ms(5000);
	for (i = 0; i < w.nseen; i++) {
		if (w.seen[i].say != RELOAD_SAY_RESTART)
			continue;
		ck_assert_uint_ge(w.seen[i].n, RELOAD_BACKOFF_MS);
		ck_assert_uint_ge(w.seen[i].n, 2 * last);
		last = w.seen[i].n;
	}
	ck_assert_uint_gt(last, 1000);
	ck_assert_uint_le(done(RELOAD_DO_START, ROLE_IMAGED), 7);
	w.fresh[ROLE_IMAGED] = WILL_SERVE;
	wait_ms(RELOAD_WINDOW_MS);
	ck_assert(serves(ROLE_IMAGED));
}
END_TEST

/* One that dies again and again pauses; a reload tries it again at once. */
START_TEST(deaths_without_end)
{
	world_serves();
	w.fresh[ROLE_TFTPD] = WILL_DIE;
	die(ROLE_TFTPD);
	wait_ms(RELOAD_WINDOW_MS + RELOAD_PAUSE_MS / 2);
	ck_assert_uint_eq(said(RELOAD_SAY_PAUSE, ROLE_TFTPD), 1);
	ck_assert_uint_eq(
	    done(RELOAD_DO_START, ROLE_TFTPD), RELOAD_FAILURES_MAX);
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_PRIV),
	    done(RELOAD_DO_START, ROLE_TFTPD));
	wait_ms(RELOAD_PAUSE_MS);
	ck_assert_uint_gt(
	    done(RELOAD_DO_START, ROLE_TFTPD), RELOAD_FAILURES_MAX);
	ck_assert_uint_eq(said(RELOAD_SAY_PAUSE, ROLE_TFTPD), 2);
	w.fresh[ROLE_TFTPD] = WILL_SERVE;
	give_event(RELOAD_HUP);
	ck_assert(serves(ROLE_TFTPD));
	ck_assert_uint_eq(w.r.current, 2);
}
END_TEST

/* A change of interfaces does not wait for one that pauses. */
START_TEST(interfaces_change_during_a_pause)
{
	world_serves();
	w.fresh[ROLE_TFTPD] = WILL_DIE;
	die(ROLE_TFTPD);
	wait_ms(RELOAD_WINDOW_MS);
	give_event(RELOAD_IFACES);
	ck_assert_uint_eq(w.r.current, 2);
	ck_assert_uint_eq(said(RELOAD_SAY_EXCLUDED, ROLE_TFTPD), 1);
}
END_TEST

/* Nor does one of a watched folder, and it ends no pause. */
START_TEST(folder_changes_during_a_pause)
{
	uint32_t starts;

	world_serves();
	w.fresh[ROLE_TFTPD] = WILL_DIE;
	die(ROLE_TFTPD);
	wait_ms(RELOAD_WINDOW_MS);
	starts = done(RELOAD_DO_START, ROLE_TFTPD);
	w.fresh[ROLE_TFTPD] = WILL_SERVE;
	give_event(RELOAD_CHANGED);
	ck_assert_uint_eq(w.r.current, 2);
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_TFTPD), starts);
	ck_assert_uint_eq(said(RELOAD_SAY_EXCLUDED, ROLE_TFTPD), 1);
	/* With a SIGHUP meanwhile, it is one. */
	w.fresh[ROLE_CONFD] = WILL_THINK;
	give_event(RELOAD_HUP);
	give_event(RELOAD_CHANGED);
	give_event(RELOAD_HUP);
	w.fresh[ROLE_CONFD] = WILL_SERVE;
	wait_ms(RELOAD_PARSE_MS + RELOAD_STOP_MS);
	ck_assert(serves(ROLE_TFTPD));
	ck_assert_uint_eq(w.r.current, 4);
}
END_TEST

/* It is tried again, at growing intervals of up to a minute. */
START_TEST(interfaces_change_that_fails)
{
	static const uint32_t waits_s[] = { 5, 10, 20, 40, 60, 60, 60 };
	size_t i;

	world_serves();
	w.copy_fails = true;
	give_event(RELOAD_IFACES);
	for (i = 0; i < sizeof(waits_s) / sizeof(waits_s[0]); i++) {
		ck_assert_uint_eq(said(RELOAD_SAY_IFACES_KEPT, ROLE_PRIV), 1);
		ck_assert_uint_eq(said(RELOAD_SAY_KEPT, ROLE_PRIV), 0);
		forget();
		wait_ms(waits_s[i] * 1000 - 1);
		ck_assert_uint_eq(said(RELOAD_SAY_IFACES_KEPT, ROLE_PRIV), 0);
		wait_ms(1);
	}
}
END_TEST

/* A pause ends although a change that does not need the role has failed. */
START_TEST(pause_and_a_change_that_fails)
{
	world_serves();
	w.fresh[ROLE_TFTPD] = WILL_DIE;
	die(ROLE_TFTPD);
	wait_ms(RELOAD_WINDOW_MS);
	ck_assert_uint_eq(proc(ROLE_TFTPD), 0);
	w.needed = DHCP;
	w.served[ROLE_DHCPD] = w.fresh[ROLE_DHCPD] = WILL_REJECT;
	give_event(RELOAD_HUP);
	ck_assert_uint_eq(said(RELOAD_SAY_KEPT, ROLE_PRIV), 1);
	w.fresh[ROLE_TFTPD] = WILL_SERVE;
	wait_ms(RELOAD_PAUSE_MS);
	ck_assert(serves(ROLE_TFTPD));
}
END_TEST

/* Nobody is blamed for the time in which the parent did not run. */
START_TEST(stall)
{
	world_serves();
	w.served[ROLE_TFTPD] = WILL_THINK;
	give_event(RELOAD_HUP);
	w.now_ms += 3600000;
	give_event(RELOAD_TIMER);
	ck_assert_uint_eq(said(RELOAD_SAY_STALLED, ROLE_PRIV), 1);
	ck_assert_uint_eq(done(RELOAD_DO_KILL, ROLE_PRIV), 0);
	/* All deadlines go on. */
	wait_ms(RELOAD_ANSWER_MS + 1000);
	ck_assert_uint_eq(said(RELOAD_SAY_ANSWER_LATE, ROLE_TFTPD), 1);
	ck_assert_uint_eq(said(RELOAD_SAY_STALLED, ROLE_PRIV), 1);
}
END_TEST

/* In the kernel for ever: another one takes its place. */
START_TEST(unkillable)
{
	uint32_t old;

	world_serves();
	old = proc(ROLE_IMAGED);
	w.served[ROLE_IMAGED] = WILL_HANG;
	w.stuck[ROLE_IMAGED] = true;
	wait_ms(RELOAD_SILENCE_MS + 2 * RELOAD_TICK_MS);
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_IMAGED), 0);
	w.served[ROLE_IMAGED] = WILL_SERVE;
	wait_ms(RELOAD_KILL_MS + RELOAD_TICK_MS);
	ck_assert_uint_eq(said(RELOAD_SAY_UNKILLABLE, ROLE_IMAGED), 1);
	ck_assert(serves(ROLE_IMAGED));
	ck_assert_uint_ne(proc(ROLE_IMAGED), old);
	/* Its end means nothing any more. */
	forget();
	give_proc(RELOAD_EXIT, old, 0);
	ck_assert(serves(ROLE_IMAGED));
	ck_assert_uint_eq(done(RELOAD_DO_START, ROLE_PRIV), 0);
	ck_assert_ptr_null(reload_proc_find(&w.r, old));
}
END_TEST

/* Many of them, as a file server hangs: the others are served still. */
START_TEST(many_unkillable)
{
	size_t i, lost = 0;

	world_serves();
	w.served[ROLE_IMAGED] = w.fresh[ROLE_IMAGED] = WILL_HANG;
	w.stuck[ROLE_IMAGED] = true;
	for (i = 0; i < 120; i++) {
		forget();
		wait_ms(60000);
	}
	for (i = 0; i < RELOAD_PROCS_MAX; i++)
		if (w.r.proc[i].state == RELOAD_PROC_LOST)
			lost++;
	ck_assert_uint_eq(lost, RELOAD_LOST_MAX);
	/* Said now and then. */
	ck_assert_uint_ge(said(RELOAD_SAY_TOO_MANY_UNKILLABLE, ROLE_IMAGED), 1);
	ck_assert_uint_le(said(RELOAD_SAY_TOO_MANY_UNKILLABLE, ROLE_IMAGED), 2);
	die(ROLE_DHCPD);
	ck_assert(serves(ROLE_DHCPD));
	w.changed = ROLE_BIT(ROLE_DHCPD);
	give_event(RELOAD_HUP);
	wait_ms(5000);
	ck_assert_uint_eq(said(RELOAD_SAY_EXCLUDED, ROLE_IMAGED), 1);
	ck_assert_uint_eq(w.r.current, 2);
	/* The file server answers again. */
	w.served[ROLE_IMAGED] = w.fresh[ROLE_IMAGED] = WILL_SERVE;
	w.stuck[ROLE_IMAGED] = false;
	for (i = 0; i < RELOAD_PROCS_MAX; i++)
		if (w.r.proc[i].state == RELOAD_PROC_LOST)
			give_proc(RELOAD_EXIT, w.r.proc[i].id, 0);
	ck_assert(serves(ROLE_IMAGED));
}
END_TEST

/* The same, of a change that concerns it: that fails, and has an end. */
START_TEST(change_of_a_role_that_cannot_start)
{
	size_t i;

	world_serves();
	w.served[ROLE_IMAGED] = w.fresh[ROLE_IMAGED] = WILL_HANG;
	w.stuck[ROLE_IMAGED] = true;
	for (i = 0; i < 4; i++)
		wait_ms(60000);
	give_event(RELOAD_HUP);
	wait_ms(5000);
	ck_assert_uint_eq(said(RELOAD_SAY_VETO, ROLE_IMAGED), 1);
	ck_assert_uint_eq(said(RELOAD_SAY_KEPT, ROLE_PRIV), 1);
	ck_assert_int_eq(w.r.phase, RELOAD_IDLE);
}
END_TEST

/* A new process is needed beside one that serves, and cannot be started. */
START_TEST(replacement_that_cannot_start)
{
	uint32_t old;

	world_serves();
	old = proc(ROLE_IMAGED);
	w.replace = ROLE_BIT(ROLE_IMAGED);
	w.fresh[ROLE_IMAGED] = WILL_HANG;
	w.stuck[ROLE_IMAGED] = true;
	give_event(RELOAD_HUP);
	wait_ms(60000);
	ck_assert_uint_eq(said(RELOAD_SAY_UNKILLABLE, ROLE_IMAGED), 3);
	ck_assert_uint_eq(said(RELOAD_SAY_VETO, ROLE_IMAGED), 1);
	ck_assert_int_eq(w.r.phase, RELOAD_IDLE);
	forget();
	give_event(RELOAD_HUP);
	wait_ms(5000);
	ck_assert_uint_eq(said(RELOAD_SAY_VETO, ROLE_IMAGED), 1);
	ck_assert_uint_eq(proc(ROLE_IMAGED), old);
	ck_assert(serves(ROLE_IMAGED));
	w.replace = 0;
	w.served[ROLE_IMAGED] = WILL_REJECT;
	give_event(RELOAD_HUP);
	wait_ms(5000);
	ck_assert_uint_eq(said(RELOAD_SAY_VETO, ROLE_IMAGED), 2);
	ck_assert_uint_eq(proc(ROLE_IMAGED), old);
	ck_assert(serves(ROLE_IMAGED));
}
END_TEST

START_TEST(readers_that_do_not_end)
{
	size_t i;

	world_serves();
	w.fresh[ROLE_CONFD] = WILL_HANG;
	w.stuck[ROLE_CONFD] = true;
	for (i = 0; i < 40; i++) {
		forget();
		give_event(RELOAD_HUP);
		wait_ms(RELOAD_PARSE_MS + RELOAD_KILL_MS + 2 * RELOAD_TICK_MS);
		ck_assert_uint_eq(said(RELOAD_SAY_KEPT, ROLE_PRIV), 1);
		ck_assert_int_eq(w.r.phase, RELOAD_IDLE);
	}
	ck_assert_uint_eq(said(RELOAD_SAY_TOO_MANY_UNKILLABLE, ROLE_CONFD), 1);
	die(ROLE_DHCPD);
	ck_assert(serves(ROLE_DHCPD));
}
END_TEST

Suite *suite_reload_role(void);

Suite *
suite_reload_role(void)
{
	Suite *s = suite_create("reload_role");
	TCase *tc = tcase_create("reload_role");

	tcase_add_test(tc, dead_role_is_replaced_at_once);
	tcase_add_test(tc, silence_kills);
	tcase_add_test(tc, busy_for_ever);
	tcase_add_test(tc, life_without_an_answer);
	tcase_add_test(tc, start_without_an_end);
	tcase_add_test(tc, starts_that_fail);
	tcase_add_test(tc, deaths_without_end);
	tcase_add_test(tc, interfaces_change_during_a_pause);
	tcase_add_test(tc, folder_changes_during_a_pause);
	tcase_add_test(tc, interfaces_change_that_fails);
	tcase_add_test(tc, pause_and_a_change_that_fails);
	tcase_add_test(tc, stall);
	tcase_add_test(tc, unkillable);
	tcase_add_test(tc, many_unkillable);
	tcase_add_test(tc, change_of_a_role_that_cannot_start);
	tcase_add_test(tc, replacement_that_cannot_start);
	tcase_add_test(tc, readers_that_do_not_end);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_reload_role)
