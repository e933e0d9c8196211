/* SPDX-License-Identifier: ISC */
/* What the parent does about a message of a role. */
#ifndef PRIV_HANDLE_H
#define PRIV_HANDLE_H

#include "priv/dispatch.h"

extern const struct dispatch_ops handle_ops;

#endif
