/* SPDX-License-Identifier: ISC */
/* Asks imaged for the files of requests. */
#ifndef HTTPD_ASKING_H
#define HTTPD_ASKING_H

#include "httpd/state.h"

/*
 * A request whose name, start_ms and client are set waits for its file.  If
 * imaged is down, it is asked when it is up again.
 */
void asking_begin(struct server *, struct request *, uint64_t now_ms);

/* The request was given up; its answer, if it comes, is ignored. */
void asking_cancel(struct server *, struct request *);

/*
 * Takes an answer of imaged, and fd if there is one.  The request that is ready
 * now, or NULL: fd stays with the caller then.
 */
struct request *asking_file(struct server *, uint32_t id,
    const struct file_reply *, int fd, uint64_t now_ms);

/*
 * The hashes of the blocks of a file, whose FILE_GIVE follows.  False if no
 * request waits: fd stays with the caller.
 */
bool asking_table(struct server *, uint32_t id, int fd);

/*
 * The next request that has waited for SERVER_OPEN_MS, or NULL: it is ready,
 * with an answer for the client.
 */
struct request *asking_expired(struct server *, uint64_t now_ms);

/* Logs if imaged is late. */
void asking_warn_late(struct server *, uint64_t now_ms);

void asking_imaged_down(struct server *);
void asking_imaged_up(struct server *, uint64_t now_ms);

#endif
