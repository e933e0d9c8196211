/* SPDX-License-Identifier: ISC */
/*
 * The sandbox of a process.  Each role enters its own after exec, before it
 * reads a byte from anyone but the parent.  The parent drops the privileges
 * that it no longer needs once all sockets are bound.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdint.h>

#include "daemon/msg.h"
#include "sandbox/boot.h"

/* Bits of MSG_LAYERS, in the order in which they are entered. */
enum sandbox_layer {
	SANDBOX_NAMESPACES = 1 << 0,
	SANDBOX_ROOT = 1 << 1,
	SANDBOX_USER = 1 << 2,
	SANDBOX_CAPABILITIES = 1 << 3,
	SANDBOX_RLIMITS = 1 << 4,
	SANDBOX_NO_NEW_PRIVS = 1 << 5,
	SANDBOX_LANDLOCK = 1 << 6,
	SANDBOX_SECCOMP = 1 << 7,
	SANDBOX_ALL = (1 << 8) - 1,
};

/* The layers that a process must report if these are disabled. */
uint32_t sandbox_layers_wanted(uint8_t disabled);

/*
 * Enters all layers of the first stage and logs a line for each.  Returns the
 * enum sandbox_layer bits.  A layer that is unavailable and was not disabled
 * ends the process with a message that names it and says what to do.
 */
uint32_t sandbox_enter(const struct boot *);

/*
 * Installs the second system call filter, which allows only what the role needs
 * to serve, no longer what it needs to start.
 */
void sandbox_narrow(enum role);

/*
 * Opens a folder of a root for reading, by its number, with O_PATH.  -1 with
 * errno; ENOENT if there is none with this number.  If namespaces are disabled,
 * only one number has a folder: the root of the process.
 */
int sandbox_root_open(uint8_t number);

#endif
