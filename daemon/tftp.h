/* SPDX-License-Identifier: ISC */
/* Numbers of TFTP that more than one process goes by. */
#ifndef DAEMON_TFTP_H
#define DAEMON_TFTP_H

#define TFTP_PORT 69 /* RFC 1350 4: of requests */
#define TFTP_BLKSIZE_DEFAULT 512 /* RFC 1350 5 */
#define TFTP_BLKSIZE_MIN 8 /* RFC 2348 */
#define TFTP_BLKSIZE_MAX 65464
#define TFTP_SOCKETS_MAX 128 /* for requests: a family of an interface each */

#endif
