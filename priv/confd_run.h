/* SPDX-License-Identifier: ISC */
/* Runs confd to parse the configuration, and opens the files that it requests.
 */
#ifndef PRIV_CONFD_RUN_H
#define PRIV_CONFD_RUN_H

#include "priv/child.h"

/*
 * Opens the configuration file and starts confd as process `id`, to parse it
 * into parent.next.  Returns -1, after logging the reason, if confd was not
 * started.
 */
int confd_run_begin(uint32_t id, uint32_t generation);

/* The sandbox of a confd is complete. */
void confd_run_booted(struct child *confd);

/*
 * Handlers of confd's messages, for dispatch.h; arg is the child.  Messages of
 * a confd other than parent.reload.confd are ignored, except INCLUDE and DIAG.
 */
void confd_run_on_include(
    void *arg, uint32_t id, enum msg_include, const char *path);
int confd_run_on_record(void *arg, const uint8_t *data, size_t len);
void confd_run_on_diag(void *arg, int severity, const char *file, uint32_t line,
    uint32_t kind, const char *text);
void confd_run_on_parsed(void *arg, uint32_t errors, uint32_t warnings);

/*
 * Stores a line of --print-config output.  Returns -1 if --print-config was not
 * given, the limit is reached, or memory is exhausted.
 */
int confd_run_on_line(void *arg, const char *line);

/*
 * Called when confd has exited.  If it has parsed everything, checks the
 * configuration against the host and feeds the state machine.
 */
void confd_run_ended(const struct child *);

#endif
