/* SPDX-License-Identifier: ISC */
/* How a layer of the sandbox reports a failure. */
#include "sandbox/layers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/log.h"

int
layer_fail(struct layer_error *e, const char *step)
{
	e->err = errno;
	(void)snprintf(e->step, sizeof(e->step), "%s", step);
	return -1;
}

void
layer_unavailable(
    const char *layer, const struct layer_error *e, const char *next)
{
	if (e->err != 0)
		fatalx("sandbox: %s unavailable: %s: %s; %s", layer, e->step,
		    strerror(e->err), next);
	fatalx("sandbox: %s unavailable: %s; %s", layer, e->step, next);
}
