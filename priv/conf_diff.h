/* SPDX-License-Identifier: ISC */
/* What a reload has changed, for the log. */
#ifndef PRIV_CONF_DIFF_H
#define PRIV_CONF_DIFF_H

#include "priv/conf.h"

#define CONF_DIFF_TEXT 512

/*
 * "dhcp-host: 2 added, 1 removed; dhcp-boot: 1 added" by kinds of lines, "lines
 * moved", or "no change".  A line that was edited is removed and added.
 * Returns the text, which may be in dst.
 */
const char *conf_diff_text(
    const struct conf *old, const struct conf *new, char dst[CONF_DIFF_TEXT]);

#endif
