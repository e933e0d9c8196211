/* SPDX-License-Identifier: ISC */
/*
 * Whether another process answers: what it was asked and has not answered for
 * some seconds is told once, and that it answers again.  Pure.
 */
#ifndef TFTPD_LATE_H
#define TFTPD_LATE_H

#include <stdbool.h>
#include <stdint.h>

#define LATE_MS 4000

/* Zeroed before its first use. */
struct late {
	uint32_t waiting; /* questions without an answer */
	uint64_t since_ms; /* the first question after the last answer */
	bool told;
};

void late_asked(struct late *, uint64_t now_ms);

/* The other process is a new one, and will be asked anew. */
void late_anew(struct late *);

/* An answer.  True when that is to be told: after *ms of silence. */
bool late_answered(struct late *, uint64_t now_ms, uint64_t *ms);

/* When to look whether it is late; 0: not before something happens. */
uint64_t late_at_ms(const struct late *);

/* Whether it is late, and that is to be told now. */
bool late_is(struct late *, uint64_t now_ms);

#endif
