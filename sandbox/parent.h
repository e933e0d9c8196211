/* SPDX-License-Identifier: ISC */
/* The privileges of the parent: its capabilities and its seccomp filter. */
#ifndef SANDBOX_PARENT_H
#define SANDBOX_PARENT_H

#include <stdint.h>

/*
 * Whether the parent has all capabilities that it and its roles need.  If not,
 * logs those that are missing in one line, and returns -1.
 */
int sandbox_check(uint8_t layers_disabled);

/* Reduces the parent's capabilities and installs its filter; or exits. */
void sandbox_parent(uint8_t layers_disabled);

#endif
