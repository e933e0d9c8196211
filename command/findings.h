/* SPDX-License-Identifier: ISC */
/*
 * What --test has found: kept until the end, so that a finding that repeats is
 * printed once.
 */
#ifndef COMMAND_FINDINGS_H
#define COMMAND_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define FINDINGS_MAX 8000 /* more are only counted */
/* Up to this many findings of one kind in a file are printed one by one. */
#define FINDINGS_ALIKE_MAX 5
#define FINDINGS_LINES_MAX 20 /* numbers, or spans of them, in a list */

enum finding_severity {
	FINDING_ERROR,
	FINDING_WARNING,
	FINDING_NOTE,
	FINDING_SEVERITY_MAX
};

struct finding {
	uint8_t severity; /* enum finding_severity */
	bool done; /* it was printed with another one */
	uint32_t line; /* 0: it is about no line */
	uint32_t kind; /* of the message; 0: unknown */
	uint64_t same; /* hash of severity, file and text */
	uint64_t alike; /* hash of severity, file and kind */
	char *file; /* printable; "": the configuration as a whole */
	char *text; /* printable */
};

struct findings {
	struct finding *list;
	size_t n, cap;
	/*
	 * During printing: the lines of the findings that are printed with
	 * another.
	 */
	uint32_t *lines;
	size_t nlines, lines_cap;
	uint32_t count[FINDING_SEVERITY_MAX];
	uint32_t lost; /* over FINDINGS_MAX, or without memory */
};

/* What the JSON object says beside the findings. */
struct findings_verdict {
	bool correct; /* the configuration has no error */
	bool starts; /* the daemon would start on this host */
};

/* Keeps a finding, unless it is known: each role may say the same. */
void findings_add(struct findings *, int priority, const char *file,
    uint32_t line, uint32_t kind, const char *text);

/*
 * Prints "FILE:LINE: SEVERITY: TEXT" for each.  whole: the file of those
 * that are about no line.
 */
void findings_print(FILE *, struct findings *, const char *whole);

/* Prints one JSON object, as pxeguard(8) describes it. */
void findings_print_json(FILE *, struct findings *, const char *whole,
    const struct findings_verdict *);

/* Frees the findings; the counts are kept. */
void findings_free(struct findings *);

/* ---------------------------------------------- for both forms of output */

/*
 * Marks the findings after `first` that say the same as it, or that are of the
 * same kind, as printed, and collects their lines in f->lines, ascending.
 */
void finding_group(struct findings *f, size_t first, bool alike);

/* "error" */
const char *finding_severity_text(uint8_t severity);

#endif
