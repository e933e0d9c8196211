/* SPDX-License-Identifier: ISC */
/*
 * Serials of manifests: imaged with a leased that sends anything, and leased
 * with an imaged that does, and with a store that fails.
 *
 * The first byte: bit 0 whether leased is the one that is fed.  Then a list of
 * struct step.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/chan.h"
#include "daemon/log.h"
#include "imaged/serials.h"
#include "leased/serial_store.h"
#include "tests/fuzz/target.h"

#define ROWS_MAX 32 /* that the model keeps */
#define PUTS_MAX 256 /* in one run */

/* A row that comes out the same when it is encoded again. */
static bool
read_row(const uint8_t *p, size_t n, struct serial_row *row)
{
	uint8_t out[SERIAL_ENCODED_MAX];
	struct reader r;
	struct writer w;

	reader_init(&r, p, n);
	serial_row_decode(&r, row);
	if (!reader_done(&r))
		return false;
	check(serial_row_valid(row));
	writer_init(&w, out, sizeof(out));
	serial_row_encode(row, &w);
	check(writer_ok(&w) && w.len == n && memcmp(out, p, n) == 0);
	return true;
}

/* ----------------------------------------------------------------- imaged */

static struct {
	struct serials s;
	bool up, known;
	uint32_t load, put;
	uint64_t now_ms;
	/* What it was told; no serial below that may be accepted. */
	struct serial_row told[ROWS_MAX];
	size_t ntold;
	/* What it has put to the leased that is up. */
	struct {
		uint32_t id;
		struct serial_row row;
	} puts[SERIAL_PUTS_MAX];
	size_t nputs;
	/* Tickets of those that wait. */
	uint32_t waits[ROWS_MAX];
	size_t nwaits;
} im;

static int
im_load(uint32_t id)
{
	im.load = id;
	return im.up ? 0 : -1;
}

static int
im_put(uint32_t id, const struct serial_row *row)
{
	check(im.known && id != 0 && serial_row_valid(row));
	if (!im.up)
		return -1;
	check(im.nputs < SERIAL_PUTS_MAX);
	im.puts[im.nputs].id = id;
	im.puts[im.nputs++].row = *row;
	return 0;
}

static void
im_call(uint32_t ticket)
{
	size_t i = 0;

	check(ticket >= SERIALS_TICKETS);
	while (i < im.nwaits)
		if (im.waits[i] == ticket)
			im.waits[i] = im.waits[--im.nwaits];
		else
			i++;
}

static struct serial_row *
told_of(const char *root, const char *folder)
{
	size_t i;

	for (i = 0; i < im.ntold; i++)
		if (strcmp(im.told[i].root, root) == 0 &&
		    strcmp(im.told[i].folder, folder) == 0)
			return &im.told[i];
	return NULL;
}

static void
im_accepted(const char *root, const char *folder, uint64_t serial)
{
	const struct serial_row *t = told_of(root, folder);

	check(t != NULL && t->serial == serial);
}

static const struct serials_ops im_ops = { im_load, im_put, im_call,
	im_accepted };

/* False: there is no room for another one. */
static bool
tell(const struct serial_row *row)
{
	struct serial_row *t = told_of(row->root, row->folder);

	if (t == NULL) {
		if (im.ntold == ROWS_MAX)
			return false;
		im.told[im.ntold] = *row;
		im.told[im.ntold++].serial = row->serial;
	} else if (row->serial > t->serial) {
		t->serial = row->serial;
	}
	return true;
}

static void
im_down(void)
{
	im.up = false;
	im.load = 0;
	im.nputs = 0;
	serials_down(&im.s);
}

static void
im_up(void)
{
	im_down();
	im.up = true;
	serials_up(&im.s, im.now_ms);
	check(im.s.loading);
}

/* leased has said what it may not: the channel is closed. */
static void
im_result(int r)
{
	check(r == 0 || r == -1);
	if (r == -1)
		im_down();
}

static void
im_row(uint8_t v, const uint8_t *p, size_t n)
{
	uint32_t id = v & 1 ? im.load + (v >> 1) : im.load;
	struct serial_row row;
	int r;

	if (!read_row(p, n, &row) || im.ntold == ROWS_MAX) {
		im_down();
		return;
	}
	r = serials_row(&im.s, id, &row);
	if (r == 0) {
		check(im.up && id == im.load);
		(void)tell(&row);
	}
	im_result(r);
}

static void
im_loaded(uint8_t v)
{
	uint32_t rows = v & 1 ? v >> 1 : im.s.rows;
	bool known = im.known;
	int r;

	/* It puts at once what leased has lost. */
	im.known = true;
	r = serials_loaded(&im.s, im.load, rows, im.now_ms);
	if (r == -1)
		im.known = known;
	im_result(r);
}

static void
im_answer(uint8_t v, bool refused, const uint8_t *p, size_t n)
{
	char why[SERIAL_WHY_MAX + 1];
	size_t i = v;
	uint32_t id = v;
	bool sent = i < im.nputs;

	if (sent) {
		id = im.puts[i].id;
		if (!refused)
			(void)tell(&im.puts[i].row);
		im.puts[i] = im.puts[--im.nputs];
	} else {
		for (i = 0; i < im.nputs; i++)
			if (im.puts[i].id == id)
				return;
	}
	if (n > SERIAL_WHY_MAX)
		n = SERIAL_WHY_MAX;
	memcpy(why, p, n);
	why[n] = '\0';
	im_result(refused ? serials_refused(&im.s, id, why, im.now_ms)
			  : serials_durable(&im.s, id, im.now_ms));
	check(sent == im.up || !sent);
}

static void
im_check(uint8_t v, const uint8_t *p, size_t n)
{
	static const char *const roots[] = { "/a", "/a/b" };
	const char *root = roots[v & 1];
	const struct serial_row *t;
	struct serial_row row = { .serial = v >> 4 };
	uint64_t accepted = 0;
	uint32_t ticket = 0;
	bool has = (v & 2) == 0;
	enum serials_result r;

	if (n > 8 || memchr(p, '\0', n) != NULL || (n > 0 && p[0] == '/') ||
	    im.ntold == ROWS_MAX || im.nwaits == ROWS_MAX ||
	    im.s.n >= ROWS_MAX / 2)
		return;
	memcpy(row.folder, p, n);
	t = told_of(root, row.folder);
	/* Around the one that counts. */
	if (t != NULL && (v & 4) != 0)
		row.serial = t->serial + (v >> 4) - 2;
	if (row.serial > INT64_MAX)
		row.serial = INT64_MAX;
	r = serials_check(&im.s, root, row.folder, n, has, row.serial,
	    im.now_ms, &accepted, &ticket);
	if (!im.known) {
		check(r == SERIALS_WAIT || r == SERIALS_DOWN);
	} else if (t != NULL && (!has || row.serial < t->serial)) {
		check(r == (has ? SERIALS_LOWER : SERIALS_NONE));
		check(accepted == t->serial);
	} else if (has && (t == NULL || row.serial > t->serial)) {
		check(r == SERIALS_WAIT || r == SERIALS_DOWN ||
		      r == SERIALS_REFUSED);
	} else {
		check(r == SERIALS_FINE);
	}
	if (r == SERIALS_WAIT) {
		check(serials_waits(&im.s));
		im.waits[im.nwaits++] = ticket;
	}
}

static void
im_step(uint8_t what, uint8_t v, const uint8_t *p, size_t n)
{
	switch (what % 9) {
	case 0:
		im_up();
		break;
	case 1:
		im_down();
		break;
	case 2:
		im_row(v, p, n);
		break;
	case 3:
		im_loaded(v);
		break;
	case 4:
	case 5:
		if (im.up)
			im_answer(v, what % 9 == 5, p, n);
		break;
	case 6:
		im.now_ms += v * 250U;
		break;
	case 7:
		if (serials_tick(&im.s, im.now_ms))
			check(im.nwaits == 0);
		break;
	default:
		im_check(v, p, n);
		break;
	}
	check(im.s.nsent <= SERIAL_PUTS_MAX && im.s.nsent <= im.s.npending);
	/* Somebody is looked after as long as anybody waits. */
	check(im.nwaits == 0 || serials_waits(&im.s));
}

/* An honest leased with an empty database in the end gets all that counts. */
static void
im_finish(void)
{
	uint64_t accepted;
	uint32_t ticket;
	size_t i;

	im_up();
	im.known = true;
	check(serials_loaded(&im.s, im.load, 0, im.now_ms) == 0);
	while (im.nputs > 0) {
		uint32_t id = im.puts[--im.nputs].id;

		(void)tell(&im.puts[im.nputs].row);
		check(serials_durable(&im.s, id, im.now_ms) == 0);
	}
	check(im.nwaits == 0 && !serials_waits(&im.s) && im.s.nsent == 0);
	for (i = 0; i < im.ntold; i++) {
		const struct serial_row *t = &im.told[i];

		check(serials_check(&im.s, t->root, t->folder,
			  strlen(t->folder), true, t->serial, im.now_ms,
			  &accepted, &ticket) == SERIALS_FINE);
		check(t->serial == 0 ||
		      serials_check(&im.s, t->root, t->folder,
			  strlen(t->folder), true, t->serial - 1, im.now_ms,
			  &accepted, &ticket) == SERIALS_LOWER);
	}
}

static void
run_imaged(struct reader *r)
{
	struct step s;

	memset(&im, 0, sizeof(im));
	im.now_ms = 1000000;
	serials_init(&im.s, &im_ops, 77);
	while (step_next(r, &s))
		im_step(s.what, s.v, s.p, s.n);
	im_finish();
	serials_clear(&im.s);
}

/* ----------------------------------------------------------------- leased */

static struct {
	struct event_base *base;
	struct serial_store *ss;
	struct chan *chan;
	int bare; /* imaged's end */
	/* The store. */
	struct store store;
	bool begun;
	uint8_t results; /* two bits each, for what is called next */
	struct serial_row rows[ROWS_MAX];
	size_t nrows;
	/* What imaged has put, and has no answer for. */
	uint32_t id; /* the last one that it used */
	uint32_t puts[SERIAL_PUTS_MAX];
	size_t nputs;
	uint32_t load; /* 0: it does not load */
	uint32_t got_rows;
} le;

static enum store_result
le_result(bool may_refuse)
{
	uint8_t r = le.results & 3;

	le.results >>= 2;
	if (r == 1)
		(void)strcpy(le.store.why, "disk full");
	if (r == 2)
		memset(le.store.why, 'w', sizeof(le.store.why) - 1);
	if (r == 1 && may_refuse)
		return STORE_REFUSED;
	return r == 2 ? STORE_FAILED : STORE_OK;
}

static enum store_result
le_begin(struct store *s)
{
	check(s == &le.store && !le.begun);
	le.begun = true;
	return le_result(false);
}

static enum store_result
le_commit(struct store *s)
{
	enum store_result r = le_result(false);

	check(s == &le.store && le.begun);
	le.begun = r != STORE_OK;
	return r;
}

/* One that failed would end the process. */
static enum store_result
le_rollback(struct store *s)
{
	check(s == &le.store && le.begun);
	le.begun = false;
	return STORE_OK;
}

static enum store_result
le_tidy(struct store *s)
{
	check(s == &le.store && !le.begun);
	return STORE_OK;
}

static enum store_result
le_put(struct store *s, const struct serial_row *row)
{
	enum store_result r = le_result(true);

	check(s == &le.store && le.begun && serial_row_valid(row));
	if (r == STORE_OK && le.nrows < ROWS_MAX)
		le.rows[le.nrows++] = *row;
	return r;
}

static enum store_result
le_load(struct store *s, size_t from, size_t max, store_serial_fn *row,
    void *arg, size_t *n)
{
	check(s == &le.store && !le.begun);
	for (*n = 0; *n < max && from + *n < le.nrows; ++*n)
		row(&le.rows[from + *n], arg);
	return STORE_OK;
}

static const struct store_ops le_ops = { .begin = le_begin,
	.commit = le_commit,
	.rollback = le_rollback,
	.put_serial = le_put,
	.load_serials = le_load,
	.tidy = le_tidy };

static int
le_message(struct chan *c, struct msg *m, void *arg)
{
	(void)c;
	(void)m;
	(void)arg;
	return 0;
}

static void
le_closed(struct chan *c, const char *why, void *arg)
{
	(void)c;
	(void)why;
	(void)arg;
	abort();
}

static const struct chan_ops le_chan_ops = { .message = le_message,
	.closed = le_closed };

/* A put has one answer. */
static void
le_answered(uint32_t id)
{
	size_t i;

	for (i = 0; i < le.nputs && le.puts[i] != id; i++)
		continue;
	check(i < le.nputs);
	le.puts[i] = le.puts[--le.nputs];
}

/* Reads what leased has sent. */
static void
le_answers(void)
{
	static uint8_t buf[MSG_SIZE_MAX];
	char c, why[SERIAL_WHY_MAX + 1];
	struct serial_row row;
	const char *bad;
	struct msg m;

	while (recv(le.bare, &c, 1, MSG_PEEK | MSG_DONTWAIT) != -1) {
		check(chan_recv_now(le.bare, ROLE_IMAGED, ROLE_LEASED,
			  PHASE_RUN, buf, &m, &bad) == 0);
		switch (m.type) {
		case MSG_SERIAL_ROW:
			check(le.load != 0 && m.id == le.load);
			check(read_row(m.body.p, m.body.left, &row));
			le.got_rows++;
			break;
		case MSG_SERIAL_LOADED:
			check(le.load != 0 && m.id == le.load);
			check(reader_u32(&m.body) == le.got_rows);
			le.load = 0;
			break;
		case MSG_SERIAL_REFUSED:
			(void)reader_str(&m.body, why, sizeof(why));
			check(reader_done(&m.body) && why[0] != '\0');
			le_answered(m.id);
			break;
		case MSG_SERIAL_DURABLE:
			le_answered(m.id);
			break;
		default:
			abort();
		}
	}
}

static void
le_connect(void)
{
	int pair[2];

	check(chan_pair(pair) == 0);
	le.bare = pair[1];
	le.chan = chan_new(
	    le.base, pair[0], ROLE_LEASED, ROLE_IMAGED, &le_chan_ops, NULL);
	check(le.chan != NULL);
	chan_set_phase(le.chan, PHASE_RUN);
	le.nputs = 0;
	le.load = 0;
	serial_store_peer(le.ss, le.chan);
}

static void
le_disconnect(void)
{
	serial_store_peer(le.ss, NULL);
	chan_free(le.chan);
	(void)close(le.bare);
}

/* leased closes the channel after a message that it does not take. */
static void
le_send(enum msg_type type, uint32_t id, const uint8_t *p, size_t n)
{
	const struct msg_spec *spec = msg_spec(type);
	struct msg m = { .type = type, .id = id, .fd = -1 };
	struct serial_row row;
	bool good;

	/* The table does not let others pass. */
	if (n < spec->min || n > spec->max)
		return;
	reader_init(&m.body, p, n);
	good = type == MSG_SERIAL_LOAD
		   ? le.load == 0
		   : le.nputs < SERIAL_PUTS_MAX && read_row(p, n, &row);
	check((serial_store_message(le.ss, &m) == 0) == good);
	if (!good) {
		le_disconnect();
		le_connect();
	} else if (type == MSG_SERIAL_LOAD) {
		le.load = id;
		le.got_rows = 0;
	} else {
		le.puts[le.nputs++] = id;
	}
}

static void
le_step(uint8_t what, uint8_t v, const uint8_t *p, size_t n)
{
	switch (what % 5) {
	case 0:
		le_send(MSG_SERIAL_LOAD, ++le.id, p, 0);
		break;
	case 1:
		le_send(MSG_SERIAL_PUT, ++le.id, p, n);
		break;
	case 2:
		le.results = v;
		serial_store_finish(le.ss);
		le.results = 0;
		le_answers();
		check(le.nputs == 0 && !le.begun);
		break;
	case 3:
		check(event_base_loop(le.base, EVLOOP_NONBLOCK) != -1);
		le_answers();
		break;
	default:
		le_disconnect();
		le_connect();
		break;
	}
}

static void
run_leased(struct reader *r)
{
	struct event_base *base = le.base;
	struct serial_store *ss = le.ss; /* empty without a channel */
	struct step s;
	int steps = 0;

	memset(&le, 0, sizeof(le));
	if (base == NULL) {
		base = event_base_new();
		check(base != NULL);
		ss = serial_store_new(base, &le.store, "store");
	}
	le.base = base;
	le.ss = ss;
	le.store.ops = &le_ops;
	le_connect();
	while (steps++ < PUTS_MAX && step_next(r, &s))
		le_step(s.what, s.v, s.p, s.n);
	le_disconnect();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r;

	log_set_sink(ignore_line, NULL);
	if (size < 1)
		return 0;
	reader_init(&r, data + 1, size - 1);
	if (data[0] & 1)
		run_leased(&r);
	else
		run_imaged(&r);
	return 0;
}
