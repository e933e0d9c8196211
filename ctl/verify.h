/* SPDX-License-Identifier: ISC */
/* pxeguard-sign verify */
#ifndef CTL_VERIFY_H
#define CTL_VERIFY_H

#include "ctl/args.h"
#include "ctl/tell.h"

/* Verifies a tree, or one file, as imaged does with verify-images=require. */
enum tell_status verify_run(const struct args *);

#endif
