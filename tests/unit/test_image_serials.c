/* SPDX-License-Identifier: ISC */
/*
 * Serials of manifests with a leased that ends, is silent, refuses, loses its
 * database, or sends what it may not: no lower serial is ever accepted, none
 * counts before it is durable, and nobody waits for ever.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imaged/serials.h"
#include "tests/unit/unit.h"

#define FOLDERS 5
#define STEPS 2000

static const char *const roots[FOLDERS] = { "/a", "/a", "/b", "/a/b", "/c" };
static const char *const folders[FOLDERS] = { "", "b", "b", "", "x/y" };

static struct serials s;
static uint64_t now_ms;

/* leased: what is in its database, and what it has not answered. */
static struct {
	bool up;
	uint32_t load;
	bool has[FOLDERS];
	uint64_t serial[FOLDERS];
	struct {
		uint32_t id;
		int folder;
		uint64_t serial;
	} put[SERIAL_PUTS_MAX];
	size_t nputs;
} leased;

/* What imaged was told, and so may count. */
static bool told[FOLDERS];
static uint64_t told_serial[FOLDERS];
static bool known; /* it has loaded once */
static uint32_t waits[FOLDERS]; /* tickets; 0: none */
static size_t naccepted;

static int
folder_of(const char *root, const char *folder)
{
	int f;

	for (f = 0; f < FOLDERS; f++)
		if (strcmp(root, roots[f]) == 0 &&
		    strcmp(folder, folders[f]) == 0)
			return f;
	ck_abort_msg("%s %s", root, folder);
	return -1;
}

static int
send_load(uint32_t id)
{
	if (!leased.up)
		return -1;
	leased.load = id;
	return 0;
}

static int
send_put(uint32_t id, const struct serial_row *row)
{
	size_t i;

	if (!leased.up)
		return -1;
	/* Never before all is known, and one for each folder. */
	ck_assert(known && leased.load == 0);
	ck_assert_uint_lt(leased.nputs, SERIAL_PUTS_MAX);
	leased.put[leased.nputs].id = id;
	leased.put[leased.nputs].serial = row->serial;
	leased.put[leased.nputs].folder = folder_of(row->root, row->folder);
	for (i = 0; i < leased.nputs; i++)
		ck_assert_int_ne(
		    leased.put[i].folder, leased.put[leased.nputs].folder);
	leased.nputs++;
	return 0;
}

static void
take_call(uint32_t ticket)
{
	int f;

	for (f = 0; f < FOLDERS; f++)
		if (waits[f] == ticket)
			waits[f] = 0;
}

static void
take_accepted(const char *root, const char *folder, uint64_t serial)
{
	int f = folder_of(root, folder);

	ck_assert(leased.has[f] && leased.serial[f] >= serial);
	naccepted++;
}

static const struct serials_ops ops = { send_load, send_put, take_call,
	take_accepted };

static void
begin(void)
{
	memset(&leased, 0, sizeof(leased));
	memset(told, 0, sizeof(told));
	memset(waits, 0, sizeof(waits));
	known = false;
	naccepted = 0;
	now_ms = 5000000;
	serials_init(&s, &ops, 77);
}

static void
tell(int f, uint64_t serial)
{
	if (!told[f] || serial > told_serial[f])
		told_serial[f] = serial;
	told[f] = true;
}

static void
leased_down(void)
{
	leased.up = false;
	leased.load = 0;
	leased.nputs = 0;
	serials_down(&s);
}

static void
leased_up(void)
{
	leased_down();
	leased.up = true;
	serials_up(&s, now_ms);
	ck_assert_uint_ne(leased.load, 0);
}

static void
row_of(int f, uint64_t serial, struct serial_row *row)
{
	(void)snprintf(row->root, sizeof(row->root), "%s", roots[f]);
	(void)snprintf(row->folder, sizeof(row->folder), "%s", folders[f]);
	row->serial = serial;
}

static void
answer_load(void)
{
	uint32_t id = leased.load, rows = 0;
	struct serial_row row;
	int f;

	for (f = 0; f < FOLDERS; f++) {
		if (!leased.has[f])
			continue;
		row_of(f, leased.serial[f], &row);
		ck_assert_int_eq(serials_row(&s, id, &row), 0);
		tell(f, row.serial);
		rows++;
	}
	leased.load = 0;
	known = true;
	ck_assert_int_eq(serials_loaded(&s, id, rows, now_ms), 0);
}

/* The answer to one put: stored; refused; or stored, and it ends. */
static void
answer_put(int how)
{
	size_t i = (size_t)random() % leased.nputs;
	uint32_t id = leased.put[i].id;
	uint64_t serial = leased.put[i].serial;
	int f = leased.put[i].folder;

	leased.put[i] = leased.put[--leased.nputs];
	if (how == 1) {
		ck_assert_int_eq(serials_refused(&s, id, "full", now_ms), 0);
		ck_assert_str_eq(s.why, "full");
		return;
	}
	if (!leased.has[f] || serial > leased.serial[f])
		leased.serial[f] = serial;
	leased.has[f] = true;
	if (how == 2) {
		leased_down();
		return;
	}
	tell(f, serial);
	ck_assert_int_eq(serials_durable(&s, id, now_ms), 0);
}

static enum serials_result
check(int f, bool has, uint64_t serial, uint64_t *accepted)
{
	uint32_t ticket = 0;
	enum serials_result r;

	r = serials_check(&s, roots[f], folders[f], strlen(folders[f]), has,
	    serial, now_ms, accepted, &ticket);
	waits[f] = 0;
	if (r == SERIALS_WAIT) {
		ck_assert_uint_ge(ticket, SERIALS_TICKETS);
		waits[f] = ticket;
		ck_assert(serials_waits(&s));
	}
	return r;
}

static void
check_random(void)
{
	int f = (int)(random() % FOLDERS);
	bool has = random() % 4 > 0;
	uint64_t serial = (uint64_t)random() % 4, accepted = 99;
	enum serials_result r;

	if (told[f] && random() % 4 > 0)
		serial = told_serial[f] + (uint64_t)random() % 3;
	if (serial > 0 && random() % 2)
		serial--;
	r = check(f, has, serial, &accepted);
	if (!known) {
		ck_assert(r == SERIALS_WAIT || r == SERIALS_DOWN);
	} else if (told[f] && (!has || serial < told_serial[f])) {
		ck_assert_int_eq(r, has ? SERIALS_LOWER : SERIALS_NONE);
		ck_assert_uint_eq(accepted, told_serial[f]);
	} else if (has && (!told[f] || serial > told_serial[f])) {
		ck_assert(r == SERIALS_WAIT || r == SERIALS_DOWN ||
			  r == SERIALS_REFUSED);
	} else {
		/* Also while leased is down. */
		ck_assert_int_eq(r, SERIALS_FINE);
	}
}

START_TEST(random_leased)
{
	int step, f;

	srandom((unsigned int)_i + 1);
	begin();
	for (step = 0; step < STEPS; step++) {
		now_ms += (uint64_t)random() % 4000;
		switch (random() % 10) {
		case 0:
			if (random() % 8 == 0)
				leased_up();
			break;
		case 1:
			if (random() % 8 == 0)
				leased_down();
			break;
		case 2:
			/* Its database is lost, or an older copy. */
			if (random() % 32 == 0) {
				leased_down();
				f = (int)(random() % FOLDERS);
				if (leased.serial[f] > 0 && random() % 2)
					leased.serial[f]--;
				else
					leased.has[f] = false;
			}
			break;
		case 3:
		case 4:
			if (leased.load != 0)
				answer_load();
			else if (leased.nputs > 0)
				answer_put((int)(random() % 8));
			break;
		case 5:
			if (serials_tick(&s, now_ms))
				for (f = 0; f < FOLDERS; f++)
					ck_assert_uint_eq(waits[f], 0);
			break;
		default:
			check_random();
		}
	}
	/* In the end each wait ends, and leased has all that counts. */
	leased_up();
	answer_load();
	while (leased.nputs > 0)
		answer_put(0);
	for (f = 0; f < FOLDERS; f++) {
		ck_assert_uint_eq(waits[f], 0);
		ck_assert(!told[f] || (leased.has[f] &&
					  leased.serial[f] == told_serial[f]));
	}
	ck_assert(!serials_waits(&s));
	ck_assert_uint_eq(s.nsent, 0);
	serials_clear(&s);
	ck_assert_uint_eq(s.n, 0);
}
END_TEST

/* leased may be silent for SERIALS_DOWN_MS, whether it is up or not. */
START_TEST(silent)
{
	uint64_t accepted;

	begin();
	if (_i > 0)
		leased_up();
	if (_i > 1)
		answer_load();
	ck_assert(!serials_waits(&s) && !serials_tick(&s, now_ms + 90000));
	now_ms += 90000;
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_WAIT);
	ck_assert(!serials_tick(&s, now_ms + SERIALS_DOWN_MS - 1));
	ck_assert_uint_ne(waits[0], 0);
	now_ms += SERIALS_DOWN_MS;
	ck_assert(serials_tick(&s, now_ms));
	ck_assert_uint_eq(waits[0], 0);
	ck_assert(!serials_waits(&s) && !serials_tick(&s, now_ms + 90000));
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_DOWN);
	/* One without a serial waits only if nothing is known. */
	ck_assert_int_eq(check(1, false, 0, &accepted),
	    _i > 1 ? SERIALS_FINE : SERIALS_DOWN);
	leased_up();
	answer_load();
	ck_assert_int_eq(check(1, false, 0, &accepted), SERIALS_FINE);
	if (leased.nputs == 0)
		ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_WAIT);
	answer_put(0);
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_FINE);
	ck_assert_uint_eq(naccepted, 1);
	serials_clear(&s);
}
END_TEST

/* What is refused is not put again at once, unless it is a higher one. */
START_TEST(refused)
{
	uint64_t accepted;

	begin();
	leased_up();
	ck_assert_int_eq(check(3, false, 0, &accepted), SERIALS_WAIT);
	answer_load();
	ck_assert_uint_eq(waits[3], 0);
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_WAIT);
	answer_put(1);
	ck_assert_uint_eq(waits[0], 0);
	now_ms += SERIALS_AGAIN_MS - 1;
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_REFUSED);
	ck_assert_uint_eq(leased.nputs, 0);
	ck_assert_int_eq(check(0, true, 8, &accepted), SERIALS_WAIT);
	answer_put(1);
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_REFUSED);
	now_ms += SERIALS_AGAIN_MS;
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_WAIT);
	answer_put(0);
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_FINE);
	/* A late answer ends the silence. */
	ck_assert_int_eq(check(1, true, 1, &accepted), SERIALS_WAIT);
	now_ms += SERIALS_DOWN_MS;
	ck_assert(serials_tick(&s, now_ms));
	ck_assert_int_eq(check(2, true, 1, &accepted), SERIALS_DOWN);
	answer_put(0);
	ck_assert_int_eq(check(2, true, 1, &accepted), SERIALS_WAIT);
	serials_clear(&s);
}
END_TEST

/* What leased has stored, and could not answer, is not put again. */
START_TEST(stored_without_answer)
{
	uint64_t accepted;

	begin();
	leased_up();
	answer_load();
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_WAIT);
	answer_put(2);
	ck_assert_uint_ne(waits[0], 0);
	leased_up();
	answer_load();
	ck_assert_uint_eq(waits[0], 0);
	ck_assert_uint_eq(leased.nputs, 0);
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_FINE);
	serials_clear(&s);
}
END_TEST

/* A leased that can store again gets what it has refused at once. */
START_TEST(stores_again)
{
	uint64_t accepted;

	begin();
	leased_up();
	answer_load();
	ck_assert_int_eq(check(0, true, 5, &accepted), SERIALS_WAIT);
	answer_put(0);
	ck_assert_int_eq(check(0, true, 9, &accepted), SERIALS_WAIT);
	answer_put(1);
	ck_assert_int_eq(check(0, true, 9, &accepted), SERIALS_REFUSED);
	/* Its database is replaced by an older one. */
	leased.serial[0] = 4;
	leased_up();
	answer_load();
	ck_assert_uint_eq(leased.nputs, 1);
	ck_assert_uint_eq(leased.put[0].serial, 5);
	answer_put(0);
	ck_assert_int_eq(check(0, true, 9, &accepted), SERIALS_WAIT);
	ck_assert_uint_eq(leased.put[0].serial, 9);
	serials_clear(&s);
}
END_TEST

/* While one is on its way, a higher one comes, and an older one. */
START_TEST(overtaken)
{
	uint64_t accepted;

	begin();
	leased_up();
	answer_load();
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_WAIT);
	ck_assert_int_eq(check(0, true, 9, &accepted), SERIALS_WAIT);
	ck_assert_int_eq(check(0, true, 8, &accepted), SERIALS_WAIT);
	ck_assert_uint_eq(leased.nputs, 1);
	ck_assert_uint_eq(leased.put[0].serial, 7);
	answer_put(0);
	ck_assert_int_eq(check(0, true, 7, &accepted), SERIALS_FINE);
	ck_assert_uint_eq(leased.nputs, 1);
	ck_assert_uint_eq(leased.put[0].serial, 9);
	answer_put(0);
	ck_assert_int_eq(check(0, true, 8, &accepted), SERIALS_LOWER);
	ck_assert_uint_eq(accepted, 9);
	serials_clear(&s);
}
END_TEST

/* Messages that leased may not send now. */
START_TEST(wrong_messages)
{
	struct serial_row row;
	uint64_t accepted;
	uint32_t id;

	begin();
	row_of(0, 4, &row);
	ck_assert_int_eq(serials_row(&s, 0, &row), -1);
	ck_assert_int_eq(serials_loaded(&s, 0, 0, now_ms), -1);
	ck_assert_int_eq(serials_durable(&s, 0, now_ms), -1);
	leased_up();
	id = leased.load;
	ck_assert_int_eq(serials_row(&s, id + 1, &row), -1);
	ck_assert_int_eq(serials_row(&s, id, &row), 0);
	/* A folder has one row. */
	ck_assert_int_eq(serials_row(&s, id, &row), -1);
	ck_assert_int_eq(serials_loaded(&s, id, 2, now_ms), -1);
	ck_assert_int_eq(serials_loaded(&s, id + 1, 1, now_ms), -1);
	leased.load = 0;
	known = true;
	ck_assert_int_eq(serials_loaded(&s, id, 1, now_ms), 0);
	ck_assert_int_eq(serials_loaded(&s, id, 1, now_ms), -1);
	row_of(1, 4, &row);
	ck_assert_int_eq(serials_row(&s, id, &row), -1);
	ck_assert_int_eq(serials_durable(&s, 0, now_ms), -1);
	ck_assert_int_eq(check(0, true, 5, &accepted), SERIALS_WAIT);
	id = leased.put[0].id;
	ck_assert_int_eq(serials_durable(&s, id + 1, now_ms), -1);
	ck_assert_int_eq(serials_refused(&s, id + 1, "x", now_ms), -1);
	ck_assert_int_eq(check(0, true, 5, &accepted), SERIALS_WAIT);
	serials_clear(&s);
}
END_TEST

static int
put_nothing(uint32_t id, const struct serial_row *row)
{
	(void)id;
	(void)row;
	return 0;
}

/* No more folders than leased stores, and no more puts than it takes. */
START_TEST(many)
{
	struct serials_ops many_ops = ops;
	uint64_t accepted;
	uint32_t ticket, i;
	char name[32];

	begin();
	many_ops.put = put_nothing;
	s.ops = &many_ops;
	leased_up();
	answer_load();
	for (i = 0; i < SERIAL_ROWS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "folder%u", i);
		ck_assert_int_eq(serials_check(&s, "/r", name, strlen(name),
				     true, 1, now_ms, &accepted, &ticket),
		    SERIALS_WAIT);
	}
	ck_assert_uint_eq(s.nsent, SERIAL_PUTS_MAX);
	ck_assert_int_eq(serials_check(&s, "/r", "one more", 8, true, 1, now_ms,
			     &accepted, &ticket),
	    SERIALS_FULL);
	ck_assert_int_eq(serials_check(&s, "/r", "one more", 8, false, 0,
			     now_ms, &accepted, &ticket),
	    SERIALS_FINE);
	serials_clear(&s);
}
END_TEST

/* leased has as many rows as it may. */
START_TEST(many_rows)
{
	struct serial_row row = { .root = "/r", .serial = 1 };
	uint32_t i;

	begin();
	leased_up();
	for (i = 0; i < SERIAL_ROWS_MAX; i++) {
		(void)snprintf(row.folder, sizeof(row.folder), "f%u", i);
		ck_assert_int_eq(serials_row(&s, leased.load, &row), 0);
	}
	(void)strcpy(row.folder, "one more");
	ck_assert_int_eq(serials_row(&s, leased.load, &row), -1);
	known = true;
	ck_assert_int_eq(
	    serials_loaded(&s, leased.load, SERIAL_ROWS_MAX, now_ms), 0);
	serials_clear(&s);
}
END_TEST

/* Paths that no message could carry. */
START_TEST(long_names)
{
	static char name[RECORD_PATH_MAX + SERIAL_FOLDER_MAX + 2];
	struct serials_ops long_ops = ops;
	uint64_t accepted;
	uint32_t ticket;

	begin();
	long_ops.put = put_nothing;
	s.ops = &long_ops;
	leased_up();
	answer_load();
	memset(name, 'n', sizeof(name) - 1);
	name[0] = '/';
	ck_assert_int_eq(serials_check(&s, "/r", name + 1, SERIAL_FOLDER_MAX,
			     true, 1, now_ms, &accepted, &ticket),
	    SERIALS_WAIT);
	ck_assert_int_eq(
	    serials_check(&s, "/r", name + 1, SERIAL_FOLDER_MAX + 1, true, 1,
		now_ms, &accepted, &ticket),
	    SERIALS_FULL);
	name[RECORD_PATH_MAX] = '\0';
	ck_assert_int_eq(
	    serials_check(&s, name, "", 0, true, 1, now_ms, &accepted, &ticket),
	    SERIALS_FULL);
	name[RECORD_PATH_MAX - 1] = '\0';
	ck_assert_int_eq(
	    serials_check(&s, name, "", 0, true, 1, now_ms, &accepted, &ticket),
	    SERIALS_WAIT);
	serials_clear(&s);
}
END_TEST

Suite *suite_image_serials(void);

Suite *
suite_image_serials(void)
{
	Suite *suite = suite_create("image_serials");
	TCase *tc = tcase_create("image_serials");

	tcase_add_loop_test(tc, random_leased, 0, 30);
	tcase_add_loop_test(tc, silent, 0, 3);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, stored_without_answer);
	tcase_add_test(tc, stores_again);
	tcase_add_test(tc, overtaken);
	tcase_add_test(tc, wrong_messages);
	tcase_add_test(tc, many);
	tcase_add_test(tc, many_rows);
	tcase_add_test(tc, long_names);
	suite_add_tcase(suite, tc);
	return suite;
}

UNIT_MAIN(suite_image_serials)
