/* SPDX-License-Identifier: ISC */
/* Explains for the log why a role's filter killed it. */
#ifndef SANDBOX_DEATH_H
#define SANDBOX_DEATH_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/msg.h"

/* nr and arch: of its DYING message.  Returns dst, always with a NUL. */
const char *sandbox_death_text(
    enum role, uint32_t nr, uint32_t arch, char *dst, size_t size);

#endif
