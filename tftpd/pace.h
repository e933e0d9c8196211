/* SPDX-License-Identifier: ISC */
/*
 * What a transfer has learned of its path: how long an answer takes, and how
 * fast a window may leave.  Pure; times in milliseconds.
 *
 * The client acknowledges whole windows (RFC 7440), so a server cannot make
 * one smaller.  What it can do on a path that drops the tail of a burst, at a
 * switch with short queues or behind a rate limit, is to spread a window over
 * some time.  That is done only where it helps: where answers stay away, or
 * where much is sent again and the time of a window is that of a slow path.
 */
#ifndef TFTPD_PACE_H
#define TFTPD_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_MS 2 /* between two parts of a window */
#define PACE_SPREAD_MAX_MS 512
#define PACE_RETRY_MAX_MS 1000
#define PACE_PROBE_MIN_MS 10 /* beyond two round trips */
#define PACE_PROBE_LOCKSTEP_MS 50 /* firmware pauses between single blocks */

/* Zeroed before its first use. */
struct pace {
	bool measured;
	uint8_t patience; /* probes in vain since then: each doubles the wait */
	uint32_t srtt8; /* smoothed round trip, times 8; RFC 6298 */
	uint32_t rttvar4; /* its variation, times 4 */
	uint16_t silent; /* how often no answer came, in 256ths of windows */
	uint16_t again; /* what was sent again, in 256ths of windows */
	uint32_t spread_us; /* a window leaves in this time; 0: at once */
	uint32_t got8; /* blocks that came through, smoothed, times 8 */
	uint32_t took8; /* and the milliseconds that they took */
	uint32_t flight_ms; /* so the path takes for a window */
	uint64_t spread_windows; /* windows that were spread */
};

/* A round trip was measured. */
void pace_round_trip(struct pace *, uint64_t ms);

/*
 * So many probes were in vain: the client had missed nothing, and was only
 * slower, or its ACK was lost.  What the round trip is cannot be told (Karn's
 * rule), so the next window gets more time, until one is measured.
 */
void pace_in_vain(struct pace *, uint8_t probes);

/* A whole window was acknowledged; or so much of it, and then a gap. */
void pace_clean(struct pace *);
void pace_gap(struct pace *, uint32_t got, uint32_t window);

/* Either came so long after the first block left. */
void pace_flight(struct pace *, uint64_t ms, uint32_t got, uint32_t window);

/* No answer to a window came in time. */
void pace_silent(struct pace *);

/* How long to wait before the last block goes out again to ask. */
uint32_t pace_probe_ms(const struct pace *, bool lockstep);

/* And before the window goes out again, at first. */
uint32_t pace_retry_ms(const struct pace *);

/* How many blocks of a window may leave in PACE_MS; window: all. */
uint32_t pace_part(const struct pace *, uint32_t window);

#endif
