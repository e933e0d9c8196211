/* SPDX-License-Identifier: ISC */
/* leased: keeps the leases on disk, and says when they are safe there. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/lease.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "leased/batch.h"
#include "leased/import.h"
#include "leased/load.h"
#include "leased/place.h"
#include "leased/recover.h"
#include "leased/store.h"

#define REFUSED_TEXT 255 /* bytes of a reason in LEASE_REFUSED */

static struct {
	char named[RECORD_PATH_MAX]; /* in the configuration that arrives */
	char in_use[RECORD_PATH_MAX];
	struct place place;
	struct store *store; /* NULL until the first configuration */
	struct batch *batch;
	struct load *load;
	struct chan *dhcpd;
	bool stopping;
} leased;

static void
answer(uint32_t id, const char *refused, void *arg)
{
	uint8_t buf[2 + REFUSED_TEXT];
	struct writer w;

	(void)arg;
	/* The one who asked has gone, and gets all rows when it is back. */
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
fill(struct store *store, void *arg, char *why, size_t whysz)
{
	const struct place *p = arg;
	struct import_count count;

	if (p->text[0] == '\0')
		return 0;
	return import_file(
	    store, p->text, p->text_shown, clock_wall_s(), &count, why, whysz);
}

static int
leased_open(char *why)
{
	struct store_open o = { .fill = fill, .arg = &leased.place };
	char reason[ROLE_WHY_MAX - PLACE_SHOWN_MAX - 16];
	struct recover rc;

	/* The folder of the file is the root here. */
	if (place_find(&leased.place, leased.named, "", why, ROLE_WHY_MAX) ==
		-1 ||
	    recover_begin(&rc, &leased.place, why, ROLE_WHY_MAX) == -1)
		return -1;
	leased.store = recover_open(&rc, &o, reason, sizeof(reason));
	if (leased.store == NULL) {
		(void)snprintf(why, ROLE_WHY_MAX, "lease file %s: %s",
		    leased.place.shown, reason);
		return -1;
	}
	if (recover_end(&rc, clock_wall_s(), why, ROLE_WHY_MAX) == -1) {
		leased.store->ops->close(leased.store);
		leased.store = NULL;
		return -1;
	}
	leased.batch = batch_new(
	    role_base(), leased.store, leased.place.shown, answer, NULL);
	leased.load = load_new(role_base(), leased.store, leased.place.shown);
	if (leased.batch == NULL || leased.load == NULL)
		fatalx("no memory for the lease store");
	memcpy(leased.in_use, leased.named, sizeof(leased.in_use));
	log_info("%" PRIu64 " leases in %s", o.rows, leased.place.shown);
	if (o.full)
		log_err("%s cannot be written for now; clients get no address "
			"until there is room on its disk",
		    leased.place.shown);
	/* clang-format off */
	if (o.unreadable > 0)
		log_warnx("%s: ignored %" PRIu64 " invalid rows", leased.place.shown, o.unreadable);
	if (o.unchecked)
		log_info("%s: too large for a check of its structure", leased.place.shown);
	/* clang-format on */
	return 0;
}

static int
leased_conf_begin(char *why)
{
	(void)why;
	leased.named[0] = '\0';
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

static int
leased_conf_end(char *why)
{
	char old[PLACE_SHOWN_MAX], new[PLACE_SHOWN_MAX];

	if (leased.named[0] == '\0') {
		(void)snprintf(why, ROLE_WHY_MAX, "no lease file was named");
		return -1;
	}
	if (leased.store == NULL)
		return leased_open(why);
	if (strcmp(leased.named, leased.in_use) == 0)
		return 0;
	(void)snprintf(why, ROLE_WHY_MAX,
	    "the lease file cannot change from %s to %s while pxeguard runs; "
	    "stop it and start it again",
	    log_escape(old, sizeof(old), leased.in_use, strlen(leased.in_use)),
	    log_escape(new, sizeof(new), leased.named, strlen(leased.named)));
	return -1;
}

static void
leased_peer_down(enum role who)
{
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
}

static int
leased_message(struct chan *c, struct msg *m)
{
	struct lease l;

	if (leased.stopping)
		return 0;
	if (leased.store == NULL)
		return -1;
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

int
main(void)
{
	return role_main(&ops);
}
