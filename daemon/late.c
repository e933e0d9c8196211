/* SPDX-License-Identifier: ISC */
/* Detects that another process does not answer. */
#include "daemon/late.h"

void
late_asked(struct late *l, uint64_t now_ms)
{
	if (l->waiting++ == 0 && !l->told)
		l->since_ms = now_ms;
}

void
late_restarted(struct late *l)
{
	l->waiting = 0;
}

bool
late_answered(struct late *l, uint64_t now_ms, uint64_t *ms)
{
	bool told = l->told;

	*ms = now_ms - l->since_ms;
	if (l->waiting > 0)
		l->waiting--;
	l->since_ms = now_ms;
	l->told = false;
	return told;
}

uint64_t
late_at_ms(const struct late *l)
{
	return l->waiting > 0 && !l->told ? l->since_ms + LATE_MS : 0;
}

bool
late_is(struct late *l, uint64_t now_ms)
{
	if (late_at_ms(l) == 0 || now_ms < late_at_ms(l))
		return false;
	l->told = true;
	return true;
}
