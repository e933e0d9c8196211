/* SPDX-License-Identifier: ISC */
/*
 * Encoders of the records of what DHCP replies contain: options, boot files and
 * PXE menus.  For the table of record kinds.
 */
#ifndef DAEMON_RECORD_CONTENT_H
#define DAEMON_RECORD_CONTENT_H

#include "daemon/record.h"

void record_boot_encode(const struct record *, struct writer *);
void record_boot_decode(struct reader *, struct record *);
void record_option_encode(const struct record *, struct writer *);
void record_option_decode(struct reader *, struct record *);
void record_suboption_encode(const struct record *, struct writer *);
void record_suboption_decode(struct reader *, struct record *);
void record_service_encode(const struct record *, struct writer *);
void record_service_decode(struct reader *, struct record *);
void record_prompt_encode(const struct record *, struct writer *);
void record_prompt_decode(struct reader *, struct record *);
void record_pxe_style_encode(const struct record *, struct writer *);
void record_pxe_style_decode(struct reader *, struct record *);
void record_pxe_vendor_encode(const struct record *, struct writer *);
void record_pxe_vendor_decode(struct reader *, struct record *);

#endif
