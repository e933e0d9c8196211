/* SPDX-License-Identifier: ISC */
/* Findings that are printed as one, for both forms of output. */
#ifndef PRIV_FINDINGS_GROUP_H
#define PRIV_FINDINGS_GROUP_H

#include "priv/findings.h"

struct finding_lines {
	size_t n;
	uint32_t line[]; /* ascending */
};

/* With room for all findings; NULL without memory.  The caller frees it. */
struct finding_lines *finding_lines_new(const struct findings *);

/*
 * Marks the findings after `first` that say the same as it, or that are of the
 * same kind, as printed, and collects their lines.
 */
void finding_group(
    struct findings *, size_t first, bool alike, struct finding_lines *);

/* "error" */
const char *finding_severity_text(uint8_t severity);

#endif
