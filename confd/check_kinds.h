/* SPDX-License-Identifier: ISC */
/* Checks of what clients of each architecture get to boot. */
#ifndef CONFD_CHECK_KINDS_H
#define CONFD_CHECK_KINDS_H

struct config;

/*
 * Warns of boot files for another architecture than their line is for, by
 * their names; of iPXE that gets itself again; of lines for architecture 9
 * that are meant for 7; and of proxy ranges with nothing to boot for UEFI.
 */
void check_kinds(struct config *);

#endif
