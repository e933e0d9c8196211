/* SPDX-License-Identifier: ISC */
/* How long a transfer waits for its client.  Pure; part of tftpd/transfer.h. */
#ifndef TFTPD_TRANSFER_WAIT_H
#define TFTPD_TRANSFER_WAIT_H

#include "tftpd/transfer.h"

/* Before the first retransmission after progress; the start of a back-off. */
uint32_t transfer_wait_retry_ms(const struct transfer *);

/* For the answer to a window that is sent now. */
uint32_t transfer_wait_answer_ms(const struct transfer *);

/* No answer has come: makes the back-off longer. */
void transfer_wait_longer(struct transfer *);

/* Counts a pause that the client did not cause; no time counts twice. */
void transfer_wait_held(struct transfer *, uint64_t from_ms, uint64_t to_ms);

/* Whether the client was silent for so long that the transfer ends. */
bool transfer_wait_over(const struct transfer *, uint64_t now_ms);

#endif
