/* SPDX-License-Identifier: ISC */
/*
 * What a transfer has learned about its path: the round trip time, and how fast
 * a window can be sent.  Pure; times in milliseconds.
 *
 * The client acknowledges whole windows (RFC 7440), so a server cannot reduce
 * the window.  On a path that drops the end of a burst, such as a switch with
 * short queues or a rate limit, it can spread a window over some time.  It does
 * so only if answers are missing, or if many blocks are retransmitted and the
 * path needs some time for a window.
 */
#ifndef TFTPD_PACE_H
#define TFTPD_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_MS 2 /* between two parts of a window */
#define PACE_SPREAD_MAX_MS 512
#define PACE_RETRY_MAX_MS 1000
#define PACE_PROBE_MIN_MS 10 /* in addition to two round trips */
#define PACE_PROBE_LOCKSTEP_MS 50 /* firmware pauses between single blocks */

/* Zeroed before its first use. */
struct pace {
	bool measured;
	uint8_t patience; /* needless probes: each doubles the wait */
	uint32_t srtt8; /* smoothed round trip, times 8; RFC 6298 */
	uint32_t rttvar4; /* its variation, times 4 */
	uint16_t silent; /* smoothed share of unanswered windows, in 256ths */
	uint16_t again; /* smoothed share of lost blocks, in 256ths */
	uint32_t spread_us; /* a window is sent over this time; 0: at once */
	uint32_t got8; /* blocks received by the client, smoothed, * 8 */
	uint32_t took8; /* time for these blocks, smoothed, times 8 */
	uint32_t flight_ms; /* estimated time for a whole window */
};

/* Takes a measurement of the round trip time. */
void pace_round_trip(struct pace *, uint64_t ms);

/*
 * Some probes were needless: the client had missed nothing, and was only
 * slower, or its ACK was lost.  A retransmission does not measure the round
 * trip time (Karn's algorithm), so the next window gets more time.
 */
void pace_needless_probes(struct pace *, uint8_t probes);

/* A whole window was acknowledged, or `got` blocks of it before a gap. */
void pace_clean(struct pace *);
void pace_gap(struct pace *, uint32_t got, uint32_t window);

/* `got` blocks of a window were acknowledged `ms` after the first was sent. */
void pace_flight(struct pace *, uint64_t ms, uint32_t got, uint32_t window);

/* No answer to a window came in time. */
void pace_silent(struct pace *);

/* How long to wait before the last block is retransmitted as a probe. */
uint32_t pace_probe_ms(const struct pace *, bool lockstep);

/* How long to wait before the first retransmission of the window. */
uint32_t pace_retry_ms(const struct pace *);

/* How many blocks of a window may be sent in PACE_MS. */
uint32_t pace_part(const struct pace *, uint32_t window);

#endif
