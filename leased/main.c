/* SPDX-License-Identifier: ISC */
/* leased: stores leases, and confirms each once it is durable. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "daemon/clock.h"
#include "daemon/lease.h"
#include "daemon/library.h"
#include "daemon/log.h"
#include "daemon/plural.h"
#include "daemon/role.h"
#include "leased/batch.h"
#include "leased/import_source.h"
#include "leased/load.h"
#include "leased/dbfile.h"
#include "leased/dbfile_test.h"
#include "leased/recover.h"
#include "leased/serial_store.h"
#include "leased/show_serve.h"
#include "leased/store.h"
#include "sandbox/role_main.h"

#define REFUSED_TEXT 255 /* bytes of a reason in LEASE_REFUSED */

static struct {
	char named[RECORD_PATH_MAX]; /* in the new configuration */
	char in_use[RECORD_PATH_MAX];
	struct dbfile dbfile;
	struct store *store; /* NULL until the first configuration */
	struct batch *batch;
	struct load *load;
	struct serial_store *serials;
	struct chan *dhcpd;
	struct import_source source; /* for an empty database */
	bool test; /* only says what opening the database would */
	bool no_folder; /* the start makes the folder of the database */
	bool stopping;
} leased = { .source = { .fd = -1 } };

static void
leased_answer(uint32_t id, const char *refused, void *arg)
{
	uint8_t buf[2 + REFUSED_TEXT];
	struct writer w;

	(void)arg;
	/* dhcpd has ended; a new one loads all leases. */
	if (leased.dhcpd == NULL)
		return;
	if (refused == NULL) {
		(void)chan_send(leased.dhcpd, MSG_LEASE_DURABLE, id, NULL, -1);
		return;
	}
	writer_init(&w, buf, sizeof(buf));
	writer_blob(&w, refused, strnlen(refused, REFUSED_TEXT));
	(void)chan_send(leased.dhcpd, MSG_LEASE_REFUSED, id, &w, -1);
}

static int
leased_fill(struct store *store, void *arg, char *why, size_t whysz)
{
	return import_source_read(
	    &leased.source, arg, store, false, why, whysz);
}

/*
 * Finds the database, or makes one.  No file is made beside one that cannot be
 * imported.
 */
static int
leased_find(char *why)
{
	struct dbfile *p = &leased.dbfile;

	/* The root directory of this process is the folder of the file. */
	if (dbfile_find(p, leased.named, "", why, ROLE_WHY_MAX) == -1 ||
	    (p->empty && import_source_read(&leased.source, p, NULL, true, why,
			     ROLE_WHY_MAX) == -1))
		return -1;
	return dbfile_make(p, why, ROLE_WHY_MAX);
}

static int
leased_open(char *why)
{
	struct store_open o = { .fill = leased_fill, .arg = &leased.dbfile };
	char reason[ROLE_WHY_MAX - DBFILE_SHOWN_MAX - 16];
	struct recover rc;

	if (leased_find(why) == -1 ||
	    recover_begin(&rc, &leased.dbfile, why, ROLE_WHY_MAX) == -1)
		return -1;
	leased.store = recover_open(&rc, &o, reason, sizeof(reason));
	if (leased.store == NULL) {
		(void)snprintf(why, ROLE_WHY_MAX, "lease file %s: %s",
		    leased.dbfile.shown, reason);
		return -1;
	}
	if (recover_end(&rc, clock_wall_s(), why, ROLE_WHY_MAX) == -1) {
		leased.store->ops->close(leased.store);
		leased.store = NULL;
		return -1;
	}
	leased.batch = batch_new(role_base(), leased.store, leased.dbfile.shown,
	    leased_answer, NULL);
	leased.load = load_new(role_base(), leased.store, leased.dbfile.shown);
	leased.serials =
	    serial_store_new(role_base(), leased.store, leased.dbfile.shown);
	memcpy(leased.in_use, leased.named, sizeof(leased.in_use));
	if (!o.may_fill)
		import_source_refused(
		    &leased.source, &leased.dbfile, &o.imported);
	/* clang-format off */
	if (o.version == 1)
		log_info("%s: converted from the format of pxeguard 0.1.0; %" PRIu64 " lease%s, %" PRIu64 " invalid row%s removed", leased.dbfile.shown, o.converted, plural(o.converted), o.dropped, plural(o.dropped));
	/* clang-format on */
	log_info("%" PRIu64 " lease%s in %s", o.rows, plural(o.rows),
	    leased.dbfile.shown);
	if (o.full)
		log_err("%s: disk full; no new leases until space is freed",
		    leased.dbfile.shown);
	/* clang-format off */
	if (o.rows > LEASES_MAX)
		log_warnx("%s: more than %d leases; the others are not used", leased.dbfile.shown, LEASES_MAX);
	if (o.unreadable > 0)
		log_warnx("%s: ignored %" PRIu64 " invalid row%s", leased.dbfile.shown, o.unreadable, plural(o.unreadable));
	if (o.unchecked)
		log_info("%s: too large for the structural check; only its rows were checked", leased.dbfile.shown);
	/* clang-format on */
	return 0;
}

static int
leased_conf_begin(char *why)
{
	(void)why;
	leased.named[0] = '\0';
	import_source_end(&leased.source);
	return 0;
}

/* The parent has opened a lease file that leased itself cannot reach. */
static int
leased_conf_import(struct msg *m)
{
	char path[RECORD_PATH_MAX];

	reader_str(&m->body, path, sizeof(path));
	if (!reader_done(&m->body))
		return -1;
	import_source_set(&leased.source, msg_take_fd(m), path);
	return 0;
}

static int
leased_conf_record(const struct record *rec, char *why)
{
	(void)why;
	if (rec->kind == RECORD_STORE)
		memcpy(leased.named, rec->u.store.path, sizeof(leased.named));
	return 0;
}

/* For --test: what leased_open() would say, without any change. */
static int
leased_test(char *why)
{
	const struct dbfile *p = &leased.dbfile;

	if (dbfile_find(&leased.dbfile, leased.named, "", why, ROLE_WHY_MAX) ==
		-1 ||
	    import_source_test(&leased.source, p, why, ROLE_WHY_MAX) == -1)
		return -1;
	return leased.no_folder ? 0 : dbfile_test(p, why, ROLE_WHY_MAX);
}

static int
leased_conf_test(struct reader *r)
{
	leased.no_folder = reader_bool(r);
	leased.test = true;
	return reader_done(r) ? 0 : -1;
}

static int
leased_conf_end(char *why)
{
	char old[DBFILE_SHOWN_MAX], new[DBFILE_SHOWN_MAX];
	int r;

	if (leased.named[0] == '\0') {
		(void)snprintf(why, ROLE_WHY_MAX, "dhcp-leasefile is not set");
		return -1;
	}
	if (leased.store == NULL) {
		r = leased.test ? leased_test(why) : leased_open(why);
		import_source_end(&leased.source);
		return r;
	}
	import_source_end(&leased.source);
	if (strcmp(leased.named, leased.in_use) == 0)
		return 0;
	(void)snprintf(why, ROLE_WHY_MAX,
	    "dhcp-leasefile cannot change from %s to %s at a reload; restart pxeguard",
	    log_escape(old, sizeof(old), leased.in_use, strlen(leased.in_use)),
	    log_escape(new, sizeof(new), leased.named, strlen(leased.named)));
	return -1;
}

static void
leased_peer_down(enum role who)
{
	if (who == ROLE_IMAGED && leased.store != NULL)
		serial_store_peer(leased.serials, NULL);
	if (who != ROLE_DHCPD)
		return;
	leased.dhcpd = NULL;
	if (leased.store == NULL)
		return;
	load_cancel(leased.load);
	batch_finish(leased.batch);
}

static void
leased_peer_up(enum role who, struct chan *c)
{
	leased_peer_down(who);
	if (who == ROLE_DHCPD)
		leased.dhcpd = c;
	else if (who == ROLE_IMAGED && leased.store != NULL)
		serial_store_peer(leased.serials, c);
}

static int
leased_message(struct chan *c, struct msg *m)
{
	struct lease l;

	if (leased.stopping)
		return 0;
	if (m->type == MSG_CONF_IMPORT)
		return leased_conf_import(m);
	if (m->type == MSG_CONF_TEST)
		return leased_conf_test(&m->body);
	if (leased.store == NULL)
		return show_serve(m);
	switch (m->type) {
	case MSG_LEASE_LOAD:
		load_start(leased.load, c, m->id);
		return 0;
	case MSG_LEASE_PUT:
		lease_decode(&m->body, &l);
		if (!reader_done(&m->body))
			return -1;
		batch_put(leased.batch, m->id, &l);
		return 0;
	case MSG_SERIAL_LOAD:
	case MSG_SERIAL_PUT:
		return serial_store_message(leased.serials, m);
	default:
		return -1;
	}
}

static void
leased_stop(void)
{
	leased.stopping = true;
	if (leased.store == NULL)
		return;
	load_cancel(leased.load);
	batch_finish(leased.batch);
	serial_store_finish(leased.serials);
	leased.store->ops->close(leased.store);
	leased.store = NULL;
}

static const struct role_ops ops = {
	.id = ROLE_LEASED,
	.conf_begin = leased_conf_begin,
	.conf_record = leased_conf_record,
	.conf_end = leased_conf_end,
	.peer_up = leased_peer_up,
	.peer_down = leased_peer_down,
	.message = leased_message,
	.stop = leased_stop,
};

static int
leased_libraries(void)
{
	const struct library l = { "sqlite", sqlite3_libversion(),
		SQLITE_VERSION };

	return library_print(&l, 1);
}

int
main(int argc, char **argv)
{
	if (library_asked(argc, argv))
		return leased_libraries();
	return role_main(&ops);
}
