/* SPDX-License-Identifier: ISC */
/* Copying what is in memory, but hardly in the processor's caches. */
#ifndef TFTPD_COLD_H
#define TFTPD_COLD_H

#include <stddef.h>

/*
 * As memcpy().  `from` should go on for some KiB behind what is copied; those
 * need not be readable.
 */
void cold_copy(void *to, const void *from, size_t n);

#endif
