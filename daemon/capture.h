/* SPDX-License-Identifier: ISC */
/* Limits of the messages that pass on DHCP requests of a capture file. */
#ifndef DAEMON_CAPTURE_H
#define DAEMON_CAPTURE_H

#define CAPTURE_PACKET_MAX 4096 /* bytes of a request; PACKET_IN_MAX */
#define CAPTURE_PACKETS_MAX 1000 /* of one file; more are counted */
#define CAPTURE_WHY_MAX 256

#endif
