/* SPDX-License-Identifier: ISC */
/* Why a role's filter killed it, in words for the log. */
#ifndef PRIV_SANDBOX_DEATH_H
#define PRIV_SANDBOX_DEATH_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/msg.h"

/*
 * What the refused call tells: nr and arch are those of its DYING message.
 * Returns dst, which always ends in a zero byte.
 */
const char *sandbox_death_text(
    enum role, uint32_t nr, uint32_t arch, char *dst, size_t size);

#endif
