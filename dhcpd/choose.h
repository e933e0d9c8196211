/* SPDX-License-Identifier: ISC */
/* The dhcp-option and dhcp-boot lines that apply to a request.  Pure. */
#ifndef DHCPD_CHOOSE_H
#define DHCPD_CHOOSE_H

#include "dhcpd/classify.h"

/*
 * For each option the number of the line that sets it, or -1.  pxe: only lines
 * of dhcp-option-pxe.
 */
void choose_options(const struct dhcp_conf *, const struct request *, bool pxe,
    int32_t line[256]);

/* The last line whose tags are set, else the last without tags; or NULL. */
const struct conf_boot *
choose_boot(const struct dhcp_conf *, const struct request *);

/* The seconds of dhcp-reply-delay: 0 if no line applies. */
uint8_t choose_delay(const struct dhcp_conf *, const struct request *);

/*
 * Of lines in their order: whether the tags of this one are set, and it has
 * precedence over the best before it (NULL: none): a line with tags over one
 * without, and among equals the last.
 */
bool choose_over(const struct dhcp_conf *, const struct request *,
    const struct tagtests *line, const struct tagtests *best);

#endif
