/* SPDX-License-Identifier: ISC */
/*
 * How imaged checks files: the messages of hashd and leased, and the requests
 * that wait.
 */
#include "hashd/work.h"
#include "tests/unit/checking_case.h"

static enum verify_result
judge(const char *name, struct verdict *d)
{
	enum verify_result r;
	struct image im;

	ck_assert_int_eq(image_open(image_root, name, &rule, &im), FILE_OK);
	r = checking_file(0, image_root, name, &im, clock_mono_ms(), d);
	(void)close(im.fd);
	return r;
}

/* The next message that a peer gets, with its descriptor; 0: there is none. */
static uint16_t
gets(enum role peer, struct msg *m)
{
	static uint8_t buf[MSG_SIZE_MAX];
	const char *bad;
	char c;

	if (recv(bare[peer], &c, 1, MSG_PEEK | MSG_DONTWAIT) == -1)
		return 0;
	ck_assert_int_eq(chan_recv_now(bare[peer], peer, ROLE_IMAGED, PHASE_RUN,
			     buf, m, &bad),
	    0);
	return m->type;
}

/* hashd does the job that it gets; its answer is changed by fd_too. */
static int
hashd_answers(bool fd_too)
{
	uint8_t buf[HASH_DONE_ENCODED];
	struct hash_done d;
	struct hash_job j;
	struct writer w;
	struct work k;
	struct msg m;
	int r;

	ck_assert_uint_eq(gets(ROLE_HASHD, &m), MSG_HASH_JOB);
	ck_assert_int_eq(hash_job_decode(&m.body, &j), 0);
	work_init(&k, &j, m.fd);
	while (work_step(&k, &d) == WORK_MORE)
		continue;
	ck_assert_int_eq(d.status, HASH_OK);
	writer_init(&w, buf, sizeof(buf));
	hash_done_encode(&d, &w);
	reader_init(&m.body, buf, w.len);
	m.fd = fd_too ? k.to : -1;
	if (fd_too)
		k.to = -1;
	r = checking_done(&m);
	work_end(&k);
	return r;
}

static void
wait_for(enum role peer, uint32_t id, const struct verdict *d)
{
	const struct waiting_request r = {
		.peer = peer, .id = id, .ticket = d->ticket
	};

	ck_assert_int_eq(checking_wait(&r), 0);
}

static void
turn(void)
{
	ck_assert_int_ne(event_base_loop(base, EVLOOP_NONBLOCK), -1);
}

/* A turn that much later. */
static void
turn_at(uint64_t ms)
{
	skew_ms += ms;
	turn();
}

START_TEST(checked)
{
	struct waiting_request r = { .tries = WAITING_TRIES_MAX };
	struct verdict d;
	struct msg m;

	configure(RECORD_VERIFY_REQUIRE, "plain");
	ck_assert_int_eq(judge("plain", &d), VERIFY_PLAIN);
	ck_assert_int_eq(judge("f", &d), VERIFY_WAIT);
	wait_for(ROLE_TFTPD, 5, &d);
	wait_for(ROLE_HTTPD, 6, &d);
	turn();
	ck_assert_uint_eq(again.n, 0);
	ck_assert_int_eq(hashd_answers(true), 0);
	/* Not before the handler of the message has returned. */
	ck_assert_uint_eq(again.n, 0);
	turn();
	ck_assert_uint_eq(again.n, 2);
	ck_assert_uint_eq(again.id, 6);
	ck_assert_uint_eq(again.given_up, 0);
	ck_assert_int_eq(judge("f", &d), VERIFY_SERVE);
	image_check_content(d.copy, sign_content);
	ck_assert_uint_eq(gets(ROLE_HASHD, &m), 0);
	checking_report();
	ck_assert(logged("count verified files: 1, not accepted: 0"));
	/* A file that changes during each attempt is refused at last. */
	ck_assert_int_eq(checking_wait(&r), -1);
	r.tries--;
	ck_assert_int_eq(checking_wait(&r), 0);
}
END_TEST

static struct event *flood;
static int nfloods;

/* As a channel that always has another message. */
static void
on_flood(evutil_socket_t fd, short what, void *arg)
{
	const struct timeval at_once = { 0, 0 };

	(void)fd;
	(void)what;
	(void)arg;
	if (++nfloods == 20)
		(void)event_base_loopbreak(base);
	else
		(void)evtimer_add(flood, &at_once);
}

/* A peer that asks without a pause does not keep others from their files. */
START_TEST(flooded)
{
	struct verdict d;

	configure(RECORD_VERIFY_REQUIRE, NULL);
	ck_assert_int_eq(judge("f", &d), VERIFY_WAIT);
	wait_for(ROLE_TFTPD, 5, &d);
	ck_assert_int_eq(hashd_answers(true), 0);
	nfloods = 0;
	flood = evtimer_new(base, on_flood, NULL);
	on_flood(-1, 0, NULL);
	ck_assert_int_ne(event_base_loop(base, 0), -1);
	event_free(flood);
	ck_assert_int_eq(nfloods, 20);
	ck_assert_uint_eq(again.n, 1);
}
END_TEST

/* A descriptor comes with what was hashed, and with nothing else. */
START_TEST(bad_answers)
{
	struct hash_done failed = { .status = HASH_CHANGED };
	uint8_t buf[HASH_DONE_ENCODED];
	struct verdict d;
	struct writer w;
	struct msg m = { .fd = -1 };

	configure(RECORD_VERIFY_REQUIRE, NULL);
	ck_assert_int_eq(judge("f", &d), VERIFY_WAIT);
	ck_assert_int_eq(hashd_answers(false), -1);
	writer_init(&w, buf, sizeof(buf));
	hash_done_encode(&failed, &w);
	reader_init(&m.body, buf, w.len);
	m.fd = dup(image_root);
	ck_assert_int_eq(checking_done(&m), -1);
	(void)close(m.fd);
	reader_init(&m.body, buf, w.len - 1);
	m.fd = -1;
	ck_assert_int_eq(checking_done(&m), -1);
	/* Nobody was served by any of them. */
	ck_assert_int_eq(judge("f", &d), VERIFY_WAIT);
}
END_TEST

/* A new hashd gets what the one before has not answered. */
START_TEST(hashd_restarted)
{
	struct verdict d;
	struct msg m;

	configure(RECORD_VERIFY_REQUIRE, NULL);
	ck_assert_int_eq(judge("f", &d), VERIFY_WAIT);
	wait_for(ROLE_TFTPD, 5, &d);
	peer_end(ROLE_HASHD);
	checking_peer_down(ROLE_HASHD);
	turn();
	ck_assert_uint_eq(again.n, 0);
	peer_begin(ROLE_HASHD);
	checking_peer_up(ROLE_HASHD);
	ck_assert_int_eq(hashd_answers(true), 0);
	turn();
	ck_assert_uint_eq(again.n, 1);
	ck_assert_int_eq(judge("f", &d), VERIFY_SERVE);
	/* Requests of a peer that has ended are dropped. */
	d.ticket = 77;
	wait_for(ROLE_TFTPD, 8, &d);
	wait_for(ROLE_HTTPD, 9, &d);
	checking_peer_down(ROLE_TFTPD);
	configure(RECORD_VERIFY_REQUIRE, NULL);
	turn();
	ck_assert_uint_eq(again.n, 2);
	ck_assert_uint_eq(again.id, 9);
	ck_assert_uint_eq(gets(ROLE_HASHD, &m), 0);
}
END_TEST

/* Requests wait so long for a hashd, and no longer. */
START_TEST(hashd_stays_down)
{
	struct verdict d;

	configure(RECORD_VERIFY_REQUIRE, NULL);
	ck_assert_int_eq(judge("f", &d), VERIFY_WAIT);
	wait_for(ROLE_TFTPD, 5, &d);
	turn_at(2 * CHECKING_DOWN_MS);
	ck_assert_uint_eq(again.n, 0);
	peer_end(ROLE_HASHD);
	checking_peer_down(ROLE_HASHD);
	turn_at(CHECKING_DOWN_MS - 1000);
	ck_assert_uint_eq(again.n, 0);
	if (_i == 1) {
		peer_begin(ROLE_HASHD);
		checking_peer_up(ROLE_HASHD);
	}
	turn_at(2000);
	turn();
	ck_assert_int_eq(logged("hashd has been down for 30 s"), _i == 0);
	ck_assert_uint_eq(again.n, _i == 0 ? 1 : 0);
	ck_assert_uint_eq(again.given_up, again.n);
}
END_TEST

/* leased loads and stores serials; what it may not send is refused. */
START_TEST(serials_of_leased)
{
	uint8_t buf[SERIAL_ENCODED_MAX];
	struct serial_row row = { .root = "/srv", .folder = "d" };
	struct writer w;
	struct msg m = { .fd = -1 }, asked;

	configure(RECORD_VERIFY_REQUIRE, NULL);
	checking_peer_up(ROLE_LEASED);
	ck_assert_uint_eq(gets(ROLE_LEASED, &asked), MSG_SERIAL_LOAD);
	m.id = asked.id;
	m.type = MSG_SERIAL_ROW;
	writer_init(&w, buf, sizeof(buf));
	serial_row_encode(&row, &w);
	reader_init(&m.body, buf, w.len - 1);
	ck_assert_int_eq(checking_serial(&m), -1);
	reader_init(&m.body, buf, w.len);
	ck_assert_int_eq(checking_serial(&m), 0);
	m.type = MSG_SERIAL_LOADED;
	reader_init(&m.body, (const uint8_t *)"\0\0\0\1x", 5);
	ck_assert_int_eq(checking_serial(&m), -1);
	reader_init(&m.body, (const uint8_t *)"\0\0\0\1", 4);
	ck_assert_int_eq(checking_serial(&m), 0);
	/* It has put nothing. */
	m.type = MSG_SERIAL_DURABLE;
	ck_assert_int_eq(checking_serial(&m), -1);
	m.type = MSG_SERIAL_REFUSED;
	reader_init(&m.body, (const uint8_t *)"\0\1w", 3);
	ck_assert_int_eq(checking_serial(&m), -1);
	checking_peer_down(ROLE_LEASED);
}
END_TEST

/* A file in a manifest of a new serial, with which leased is then asked. */
static void
put_begin(struct verdict *d, struct msg *asked)
{
	char text[256], hex[65];
	uint8_t hash[32];
	struct msg m;

	(void)crypto_hash_sha256(hash, (const uint8_t *)"x", 1);
	(void)sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	(void)snprintf(text, sizeof(text), "%s  plain\n", hex);
	image_write("SHA256SUMS", text, 0644);
	image_write("SHA256SUMS.minisig",
	    sign_case_sign(
		&owner, true, text, strlen(text), "timestamp:1\tserial:7"),
	    0644);
	configure(RECORD_VERIFY_REQUIRE, NULL);
	checking_peer_up(ROLE_LEASED);
	ck_assert_uint_eq(gets(ROLE_LEASED, asked), MSG_SERIAL_LOAD);
	m = (struct msg){
		.type = MSG_SERIAL_LOADED, .id = asked->id, .fd = -1
	};
	reader_init(&m.body, (const uint8_t *)"\0\0\0", 4);
	ck_assert_int_eq(checking_serial(&m), 0);
	ck_assert_int_eq(judge("plain", d), VERIFY_WAIT);
	ck_assert_int_eq(hashd_answers(true), 0);
	/* Its lines are read in a turn of their own. */
	ck_assert_int_eq(judge("plain", d), VERIFY_WAIT);
	turn();
	ck_assert_int_eq(judge("plain", d), VERIFY_WAIT);
	ck_assert_uint_eq(gets(ROLE_LEASED, asked), MSG_SERIAL_PUT);
	wait_for(ROLE_TFTPD, 5, d);
}

START_TEST(serial_put)
{
	struct serial_row row;
	struct verdict d;
	struct msg m, asked;

	put_begin(&d, &asked);
	serial_row_decode(&asked.body, &row);
	ck_assert(reader_done(&asked.body));
	ck_assert_str_eq(row.root, "/srv");
	ck_assert_str_eq(row.folder, "");
	ck_assert_uint_eq(row.serial, 7);
	m = (struct msg){
		.type = MSG_SERIAL_DURABLE, .id = asked.id, .fd = -1
	};
	ck_assert_int_eq(checking_serial(&m), 0);
	ck_assert(logged("accepted serial 7 of \"SHA256SUMS\" in /srv"));
	turn();
	ck_assert_uint_eq(again.n, 1);
	ck_assert_int_eq(judge("plain", &d), VERIFY_WAIT);
	ck_assert_int_eq(hashd_answers(true), 0);
	ck_assert_int_eq(judge("plain", &d), VERIFY_SERVE);
}
END_TEST

/* A leased that is up, but does not answer. */
START_TEST(leased_silent)
{
	struct verdict d;
	struct msg asked;
	int i;

	put_begin(&d, &asked);
	for (i = 0; i < SERIALS_DOWN_MS / 1000 - 1; i++)
		turn_at(1000);
	ck_assert_uint_eq(again.n, 0);
	turn_at(2000);
	turn();
	ck_assert(logged("leased has not answered for 30 s"));
	ck_assert_uint_eq(again.n, 1);
	ck_assert_int_eq(judge("plain", &d), VERIFY_REFUSE);
	ck_assert_int_eq(d.why, VERIFY_SERIAL_DOWN);
}
END_TEST

START_TEST(refusals_logged)
{
	struct verdict d = { .why = VERIFY_UNSIGNED };
	int i;

	configure(RECORD_VERIFY_WARN, NULL);
	checking_log("a\n", "/srv", &d, 1000);
	ck_assert(logged("\"a\\x0a\" in /srv would be refused by"));
	configure(RECORD_VERIFY_REQUIRE, NULL);
	for (i = 0; i < 20; i++)
		checking_log("a", "/srv", &d, 1000);
	ck_assert(logged("refused \"a\" in /srv (verify-images=require): "));
	checking_log("a", "/srv", &d, 12000);
	ck_assert(logged("11 similar messages suppressed"));
	checking_report();
	ck_assert(logged("not accepted: 22"));
}
END_TEST

/* For verify-preload: beside what is held already. */
START_TEST(room)
{
	struct verdict d;

	configure(RECORD_VERIFY_REQUIRE, NULL);
	ck_assert(checking_room(1 << 20));
	/* A table is made of a larger one. */
	ck_assert(checking_room((1 << 20) + 1));
	ck_assert_int_eq(judge("f", &d), VERIFY_WAIT);
	ck_assert_int_eq(hashd_answers(true), 0);
	ck_assert(!checking_room(1 << 20));
	ck_assert(checking_room((1 << 20) - 4096));
}
END_TEST

Suite *suite_image_checking(void);

Suite *
suite_image_checking(void)
{
	Suite *s = suite_create("image_checking");
	TCase *tc = tcase_create("image_checking");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, checked);
	tcase_add_test(tc, flooded);
	tcase_add_test(tc, bad_answers);
	tcase_add_test(tc, hashd_restarted);
	tcase_add_loop_test(tc, hashd_stays_down, 0, 2);
	tcase_add_test(tc, serials_of_leased);
	tcase_add_test(tc, serial_put);
	tcase_add_test(tc, leased_silent);
	tcase_add_test(tc, refusals_logged);
	tcase_add_test(tc, room);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN_ALSO(suite_image_checking, CHECKING_CASE_CALLS)
