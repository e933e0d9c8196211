/* SPDX-License-Identifier: ISC */
/* pxeguard-sign sign */
#ifndef CTL_SIGN_H
#define CTL_SIGN_H

#include "ctl/args.h"
#include "ctl/tell.h"

/* Signs a tree by a manifest, or one file by a detached signature. */
enum tell_status sign_run(const struct args *);

#endif
