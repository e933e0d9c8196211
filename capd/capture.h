/* SPDX-License-Identifier: ISC */
/* Reads a capture file by libpcap, and picks its DHCP requests. */
#ifndef CAPD_CAPTURE_H
#define CAPD_CAPTURE_H

#include <stdio.h>

#include "capd/frame.h"
#include "daemon/capture.h"

struct capture {
	/* Called for each request; number: of the frame, from 1 on. */
	void (*request)(void *arg, uint32_t number, const struct frame *);
	/* Called now and then while the work takes long. */
	void (*progress)(void);
	void *arg;

	uint32_t frames;
	uint32_t requests;
	uint32_t fragments;
	uint32_t shorts; /* cut off or malformed */
	char why[CAPTURE_WHY_MAX + 1]; /* why the file was not read whole */
};

/* Reads a stream, and closes it. */
void capture_read(struct capture *, FILE *);

#endif
