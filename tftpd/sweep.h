/* SPDX-License-Identifier: ISC */
/*
 * Sessions that are looked at in turn, instead of being watched by the event
 * loop.  While packets come so fast that the server does not sleep, to read a
 * socket is cheaper than to be told first that there is something to read:
 * being told costs about a quarter of what a block takes, and part of it is
 * paid with each packet that is sent.  It pays for few and quick sessions only:
 * a look in vain costs too.  Pure: who is looked at, not how.
 */
#ifndef TFTPD_SWEEP_H
#define TFTPD_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#define SWEEP_MAX 64 /* sessions; where more run, all are watched */
#define SWEEP_QUICK 4 /* answers to a server awake, then it is looked at */
#define SWEEP_MISSES 64 /* turns for others alone, then it is watched */

struct session;

/* Zeroed before its first use. */
struct sweep {
	struct session *at[SWEEP_MAX];
	unsigned int n;
	uint32_t turns; /* that brought something */
};

/* One session's part; zeroed when it begins. */
struct swept {
	uint8_t place; /* in the sweep, from 1 on; 0: it is watched */
	uint8_t quick; /* answers, while it is watched */
	uint32_t turn; /* when it has got something last */
};

/*
 * A session that is watched has got an answer: whether it is looked at from now
 * on.  `awake`: this server has not slept for long; `running`: so many
 * sessions.
 */
bool
sweep_answered(struct sweep *, struct session *, bool awake, uint32_t running);

/* A look at a session that is still in; whether it stays. */
bool sweep_looked(struct sweep *, struct session *, bool found);

/* All were looked at, and some had got something. */
void sweep_turn(struct sweep *);

/*
 * Takes it out, if it is in: another one may have its place then.  Who goes
 * through all begins at the end, and misses none so.
 */
void sweep_remove(struct sweep *, struct session *);

#endif
