/* SPDX-License-Identifier: ISC */
/* Checks of what is served by TFTP and HTTP, and of its signatures. */
#ifndef CONFD_CHECK_FILES_H
#define CONFD_CHECK_FILES_H

struct config;

/* Lowers tftp-max to the number of ports, too. */
void check_files(struct config *);

#endif
