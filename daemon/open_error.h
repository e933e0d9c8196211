/* SPDX-License-Identifier: ISC */
/*
 * Why a file of the configuration was not opened: an errno, or the kind of file
 * that the parent found.  The number is sent in MSG_INCLUDED.
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
	OPEN_ERROR_AWAY, /* no answer in time */
	OPEN_ERROR_SKIPPED, /* not opened because another did not answer */
	OPEN_ERROR_LINK, /* a user's link to a file of somebody else */
	OPEN_ERROR_FS = 0x1100, /* plus a row of the table of file systems */
};

/* Whether the error says that the file is not a regular file. */
bool open_error_irregular(int error);

/* 0 for a regular file, EISDIR for a directory, or an enum open_error. */
int open_error_of_mode(mode_t mode);

/*
 * type: f_type of statfs(2).  0, or an error for a file system whose files the
 * kernel generates when they are read.
 */
int open_error_of_fs(uint64_t type);

/* "a FIFO, not a regular file", "No such file or directory". */
const char *open_error_text(int error);

#endif
