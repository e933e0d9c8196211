/* SPDX-License-Identifier: ISC */
/* Measures round trips, and spreads windows over time. */
#include "tftpd/pace.h"

#define OFTEN 64 /* 256ths: a quarter of the windows */
#define GAIN 16 /* one window moves an average by a sixteenth */
#define PATIENCE_MAX 7
#define SPREAD_FIRST_US 4000

void
pace_round_trip(struct pace *p, uint64_t ms)
{
	uint32_t now =
	    ms > PACE_RETRY_MAX_MS * 8 ? PACE_RETRY_MAX_MS * 8 : (uint32_t)ms;
	uint32_t away;

	p->patience = 0;
	if (!p->measured) {
		p->measured = true;
		p->srtt8 = now * 8;
		p->rttvar4 = now * 2;
		return;
	}
	/* RFC 6298 2.3, in integers. */
	away = now > p->srtt8 / 8 ? now - p->srtt8 / 8 : p->srtt8 / 8 - now;
	p->rttvar4 = p->rttvar4 - p->rttvar4 / 4 + away;
	p->srtt8 = p->srtt8 - p->srtt8 / 8 + now;
}

void
pace_needless_probes(struct pace *p, uint8_t probes)
{
	p->patience = (uint8_t)(p->patience + probes);
	if (p->patience > PATIENCE_MAX)
		p->patience = PATIENCE_MAX;
}

uint32_t
pace_probe_ms(const struct pace *p, bool lockstep)
{
	uint32_t least = lockstep ? PACE_PROBE_LOCKSTEP_MS : PACE_PROBE_MIN_MS;
	uint32_t ms;

	if (!p->measured)
		return PACE_RETRY_MAX_MS;
	ms = p->srtt8 / 4 + (p->rttvar4 > least ? p->rttvar4 : least);
	ms <<= p->patience;
	return ms < PACE_RETRY_MAX_MS ? ms : PACE_RETRY_MAX_MS;
}

uint32_t
pace_retry_ms(const struct pace *p)
{
	uint32_t ms = 2 * pace_probe_ms(p, true);

	return ms < PACE_RETRY_MAX_MS ? ms : PACE_RETRY_MAX_MS;
}

static void
spread_at_least(struct pace *p, uint32_t us)
{
	if (us > PACE_SPREAD_MAX_MS * 1000)
		us = PACE_SPREAD_MAX_MS * 1000;
	if (p->spread_us < us)
		p->spread_us = us;
}

/* An answer came in time: try a slightly shorter spread. */
static void
spread_less(struct pace *p)
{
	p->silent = (uint16_t)(p->silent - p->silent / GAIN);
	if (p->spread_us == 0)
		return;
	p->spread_us -= p->spread_us / 32;
	if (p->spread_us < PACE_MS * 1000)
		p->spread_us = 0;
}

void
pace_clean(struct pace *p)
{
	p->again = (uint16_t)(p->again - p->again / GAIN);
	spread_less(p);
}

void
pace_gap(struct pace *p, uint32_t got, uint32_t window)
{
	int away = (int)((window - got) * 256 / window) - p->again;

	p->again = (uint16_t)(p->again + away / GAIN);
	spread_less(p);
	/*
	 * Where the path needs no time for a window, retransmissions are cheap.
	 */
	if (p->again >= OFTEN && p->flight_ms >= PACE_MS) {
		spread_at_least(p, p->flight_ms * 1000);
		p->again = OFTEN / 2;
	}
}

void
pace_flight(struct pace *p, uint64_t ms, uint32_t got, uint32_t window)
{
	/*
	 * The time the blocks took to be sent, without the round trip. Clock
	 * ticks are rounded up, except where there is nothing to measure.
	 */
	if (ms >= PACE_MS)
		ms++;
	ms = ms > p->srtt8 / 8 ? ms - p->srtt8 / 8 : 0;
	if (ms > PACE_SPREAD_MAX_MS)
		ms = PACE_SPREAD_MAX_MS;
	p->got8 = p->got8 - p->got8 / 8 + got;
	p->took8 = p->took8 - p->took8 / 8 + (uint32_t)ms;
	p->flight_ms = p->took8 * window / p->got8;
}

void
pace_silent(struct pace *p)
{
	p->silent = (uint16_t)(p->silent + (256 - p->silent) / GAIN);
	if (p->spread_us != 0) {
		spread_at_least(p, p->spread_us + p->spread_us / 4);
	} else if (p->silent >= OFTEN) {
		spread_at_least(p, p->flight_ms * 1000);
		spread_at_least(p, SPREAD_FIRST_US);
	}
}

uint32_t
pace_part(const struct pace *p, uint32_t window)
{
	uint64_t part;

	if (p->spread_us == 0 || window == 1)
		return window;
	part = ((uint64_t)window * PACE_MS * 1000 + p->spread_us - 1) /
	       p->spread_us;
	return (uint32_t)part;
}
