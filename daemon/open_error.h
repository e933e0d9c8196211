/* SPDX-License-Identifier: ISC */
/*
 * Why a file that the configuration names is not opened: an errno, or what
 * the parent found in its place.  The numbers travel in MSG_INCLUDED.
 */
#ifndef DAEMON_OPEN_ERROR_H
#define DAEMON_OPEN_ERROR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Above every errno. */
enum open_error {
	OPEN_ERROR_FIFO = 0x1000,
	OPEN_ERROR_SOCKET,
	OPEN_ERROR_DEVICE,
	OPEN_ERROR_NO_PROC, /* /proc is needed to open a file by descriptor */
	OPEN_ERROR_FS = 0x1100, /* and a row of the table of file systems */
};

/* Whether something is there, but is no regular file. */
bool open_error_irregular(int error);

/* 0 for a regular file; S_IFDIR gives EISDIR, others an enum open_error. */
int open_error_of_mode(mode_t mode);

/*
 * For the f_type of statfs(2): 0, or an error for a file system whose files
 * are not stored anywhere but made by the kernel as they are read.
 */
int open_error_of_fs(uint64_t type);

/* "a FIFO, not a regular file", "No such file or directory". */
const char *open_error_text(int error);

#endif
