/* SPDX-License-Identifier: ISC */
/* The state of the service in words, and whether a restart could mend it. */
#ifndef PRIV_SERVICE_STATE_H
#define PRIV_SERVICE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "priv/conf.h"
#include "priv/reload.h"

#define SERVICE_STATE_TEXT_MAX 512 /* with a NUL */

/* No role has served for this long, though processes were started anew. */
#define SERVICE_DOWN_MS (3 * RELOAD_PAUSE_MS)
/* The timer of the state machine, which is due each second, is this late. */
#define SERVICE_TICK_LATE_MS 30000

/* The roles, as ROLE_BIT()s, that serve with the configuration in force. */
uint16_t service_state_serving(const struct reload *);

/*
 * "down: httpd; DHCP on br0; TFTP on br0, lo", and after the roles that are
 * down the layers of the sandbox that are disabled.  down: roles that are
 * needed and do not serve.  A text that does not fit ends with "...".  Returns
 * dst.
 */
const char *service_state_text(
    const struct conf *, uint16_t down, char dst[SERVICE_STATE_TEXT_MAX]);

/*
 * Whether the service manager should leave pxeguard alone.  While any role
 * serves it should, because a restart would interrupt that.  *down_ms is kept
 * between calls, and 0 at first.
 */
bool service_state_healthy(
    const struct reload *, uint64_t now_ms, uint64_t *down_ms);

#endif
