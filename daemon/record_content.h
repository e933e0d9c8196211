/* SPDX-License-Identifier: ISC */
/*
 * The fields of the records of what DHCP replies contain: options, boot files
 * and PXE menus.  For the table of record kinds.
 */
#ifndef DAEMON_RECORD_CONTENT_H
#define DAEMON_RECORD_CONTENT_H

#include "daemon/record_field.h"

void record_boot_fields(struct field_io *, struct record *);
void record_option_fields(struct field_io *, struct record *);
void record_suboption_fields(struct field_io *, struct record *);
void record_service_fields(struct field_io *, struct record *);
void record_prompt_fields(struct field_io *, struct record *);
void record_pxe_style_fields(struct field_io *, struct record *);
void record_pxe_vendor_fields(struct field_io *, struct record *);

#endif
