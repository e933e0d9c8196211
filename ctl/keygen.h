/* SPDX-License-Identifier: ISC */
/* pxeguard-sign keygen */
#ifndef CTL_KEYGEN_H
#define CTL_KEYGEN_H

#include "ctl/args.h"
#include "ctl/tell.h"

/* Makes a pair of keys in two new files. */
enum tell_status keygen_run(const struct args *);

#endif
