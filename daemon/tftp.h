/* SPDX-License-Identifier: ISC */
/* Constants of TFTP that more than one process uses. */
#ifndef DAEMON_TFTP_H
#define DAEMON_TFTP_H

#include <stdint.h>

#define TFTP_PORT 69 /* for requests; RFC 1350 4 */
#define TFTP_BLKSIZE_DEFAULT 512 /* RFC 1350 5 */
#define TFTP_BLKSIZE_MIN 8 /* RFC 2348 */
#define TFTP_BLKSIZE_MAX 65464
#define TFTP_SOCKETS_MAX 160 /* for requests: a family of an interface each */

/*
 * The limit for half-open transfers, which do not count for tftp-max: a quarter
 * of tftp-max, but at least this many.
 */
#define TFTP_HALF_OPEN_MIN 1024

static inline uint32_t
tftp_half_open(uint32_t max)
{
	return max / 4 > TFTP_HALF_OPEN_MIN ? max / 4 : TFTP_HALF_OPEN_MIN;
}

/* Descriptors of tftpd: for each transfer, and for everything else. */
#define TFTP_TRANSFER_FDS 2 /* file and socket */
#define TFTP_LISTENER_FDS 2 /* for the running and for a new configuration */
/* Interfaces may appear at any time, so this covers the maximum number. */
#define TFTP_OTHER_FDS (256 + TFTP_LISTENER_FDS * TFTP_SOCKETS_MAX)

/* How many transfers of either kind tftpd has descriptors for. */
static inline uint64_t
tftp_fds_fit(uint64_t fds)
{
	return fds > TFTP_OTHER_FDS ? (fds - TFTP_OTHER_FDS) / TFTP_TRANSFER_FDS
				    : 0;
}

#endif
