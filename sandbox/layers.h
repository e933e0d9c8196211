/* SPDX-License-Identifier: ISC */
/*
 * How a layer of the sandbox reports a failure.  Each function of root.h,
 * user.h, landlock.h and seccomp.h returns 0, or -1 with the step that failed
 * and its errno in a struct layer_error.
 */
#ifndef SANDBOX_LAYERS_H
#define SANDBOX_LAYERS_H

struct layer_error {
	char step[128];
	int err; /* errno; 0 if a check failed, not a system call */
};

/* Records the step and errno; returns -1. */
int layer_fail(struct layer_error *, const char *step);

/*
 * Logs that a layer is unavailable, and what to do, and ends the process: it
 * does not run without its sandbox.
 */
__attribute__((noreturn)) void layer_unavailable(
    const char *layer, const struct layer_error *, const char *next);

#endif
