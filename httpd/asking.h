/* SPDX-License-Identifier: ISC */
/* Asks imaged for the files of requests. */
#ifndef HTTPD_ASKING_H
#define HTTPD_ASKING_H

#include "httpd/state.h"

/*
 * Lets a request, whose name, start_ms and client are set, wait for its file.
 * If imaged is down, it is asked when it is up again.
 */
void asking_begin(struct server *, struct request *, uint64_t now_ms);

/* Stops waiting for imaged, whose answer will be ignored. */
void asking_cancel(struct server *, struct request *);

/*
 * Takes an answer of imaged, with fd or -1.  Returns the request that waited
 * for it, which is now ready and owns fd; NULL if none waits: fd stays the
 * caller's.
 */
struct request *asking_file(struct server *, uint32_t id,
    const struct file_reply *, int fd, uint64_t now_ms);

/*
 * Takes over fd, the table of block hashes that is sent before the FILE_GIVE of
 * its file.  False if no request waits for it: fd stays the caller's.
 */
bool asking_table(struct server *, uint32_t id, int fd);

/*
 * The next request that has waited for SERVER_OPEN_MS, or NULL.  It is ready,
 * and its answer says that the file was not opened in time.
 */
struct request *asking_expired(struct server *, uint64_t now_ms);

/* Warns if imaged does not answer. */
void asking_warn_late(struct server *, uint64_t now_ms);

void asking_imaged_down(struct server *);
void asking_imaged_up(struct server *, uint64_t now_ms);

#endif
