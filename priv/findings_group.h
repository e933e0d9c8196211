/* SPDX-License-Identifier: ISC */
/* Findings that are printed as one, for both forms of output. */
#ifndef PRIV_FINDINGS_GROUP_H
#define PRIV_FINDINGS_GROUP_H

#include "priv/findings.h"

/*
 * Marks the findings after `first` that say the same as it, or that are of the
 * same kind, as printed, and collects their lines in f->lines, ascending.
 */
void finding_group(struct findings *f, size_t first, bool alike);

/* "error" */
const char *finding_severity_text(uint8_t severity);

#endif
