/* SPDX-License-Identifier: ISC */
/* Checks TFTP directives; lowers tftp-max to the number of ports. */
#ifndef CONFD_CHECK_TFTP_H
#define CONFD_CHECK_TFTP_H

struct config;

void check_tftp(struct config *);

#endif
