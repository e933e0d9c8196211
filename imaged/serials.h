/* SPDX-License-Identifier: ISC */
/*
 * The serials of manifests: the highest one that was accepted for each folder,
 * as stored by leased.  A higher one counts once leased has answered that it is
 * durable.  Pure: the caller passes the time, and its functions send the
 * messages.
 *
 * Serials that were loaded stay known while leased is down.  Those that leased
 * has lost meanwhile are put again.
 */
#ifndef IMAGED_SERIALS_H
#define IMAGED_SERIALS_H

#include <stddef.h>
#include <sys/queue.h>

#include "daemon/serial.h"

#define SERIALS_TICKETS (3U << 30) /* set in their tickets only */
#define SERIALS_BUCKETS 256 /* a power of 2 */
#define SERIALS_DOWN_MS 30000 /* leased may be silent for so long */
#define SERIALS_AGAIN_MS 5000 /* a refused serial is not put again earlier */

enum serials_result {
	SERIALS_FINE,
	SERIALS_WAIT, /* until the ticket is called */
	SERIALS_LOWER, /* than the one that was accepted */
	SERIALS_NONE, /* it has none, but one was accepted */
	SERIALS_DOWN, /* leased does not answer */
	SERIALS_REFUSED, /* leased cannot store it: see why */
	SERIALS_FULL, /* too many folders have one, or no memory */
};

struct serial_entry;
LIST_HEAD(serial_bucket, serial_entry);
TAILQ_HEAD(serial_list, serial_entry);

struct serials_ops {
	/* SERIAL_LOAD and SERIAL_PUT; -1: leased is down. */
	int (*load)(uint32_t id);
	int (*put)(uint32_t id, const struct serial_row *);
	/*
	 * The checks with this ticket must be repeated, after the function that
	 * calls this has returned.
	 */
	void (*call)(uint32_t ticket);
	/* This serial is durable, and counts from now on. */
	void (*accepted)(const char *root, const char *folder, uint64_t serial);
};

struct serials {
	const struct serials_ops *ops;
	bool loaded; /* by the leased that is up */
	bool loading;
	bool known; /* loaded once */
	bool asked; /* a check waits for the end of loading */
	bool given_up; /* leased was silent for too long */
	uint32_t ids, load_id, tickets;
	uint32_t rows; /* of this loading */
	uint64_t seed;
	uint64_t since_ms; /* the last answer, or the begin of a wait */
	size_t n, npending, nsent;
	struct serial_list pending; /* to be put, or sent */
	struct serial_bucket bucket[SERIALS_BUCKETS];
	char why[SERIAL_WHY_MAX + 1]; /* of the last SERIAL_REFUSED */
};

void serials_init(struct serials *, const struct serials_ops *, uint64_t seed);

/* Forgets everything. */
void serials_clear(struct serials *);

/*
 * Whether a manifest may be used.  root is the path of a tftp-root; folder has
 * len bytes, without a slash at its end.  *accepted is set with SERIALS_LOWER
 * and SERIALS_NONE, *ticket with SERIALS_WAIT.
 */
enum serials_result serials_check(struct serials *, const char *root,
    const char *folder, size_t len, bool has, uint64_t serial, uint64_t now_ms,
    uint64_t *accepted, uint32_t *ticket);

/* leased is up, and its serials are loaded; or it is down. */
void serials_up(struct serials *, uint64_t now_ms);
void serials_down(struct serials *);

/* Messages of leased.  -1: it may not send this now. */
int serials_row(struct serials *, uint32_t id, const struct serial_row *);
int
serials_loaded(struct serials *, uint32_t id, uint32_t rows, uint64_t now_ms);
int serials_durable(struct serials *, uint32_t id, uint64_t now_ms);
int serials_refused(
    struct serials *, uint32_t id, const char *why, uint64_t now_ms);

/*
 * Whether an answer of leased is due.  While it is, serials_tick() is called
 * about once a second.  It returns true if leased was silent for too long: the
 * checks that wait are then refused.
 */
bool serials_waits(const struct serials *);
bool serials_tick(struct serials *, uint64_t now_ms);

#endif
