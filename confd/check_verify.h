/* SPDX-License-Identifier: ISC */
/* Checks of signed boot files that compare several lines. */
#ifndef CONFD_CHECK_VERIFY_H
#define CONFD_CHECK_VERIFY_H

#include "confd/config.h"

void check_verify(struct config *);

#endif
