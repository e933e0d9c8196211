/* SPDX-License-Identifier: ISC */
/* The Landlock layer: forbids all that this kind of root does not need. */
#ifndef SANDBOX_LANDLOCK_H
#define SANDBOX_LANDLOCK_H

#include "sandbox/boot.h"
#include "sandbox/layers.h"

int sandbox_landlock(enum sandbox_root, struct layer_error *);

#endif
