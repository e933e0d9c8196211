/* SPDX-License-Identifier: ISC */
/*
 * The checks of signed boot files in imaged: the channels to hashd and leased,
 * and the requests that wait.
 */
#ifndef IMAGED_CHECKING_H
#define IMAGED_CHECKING_H

#include "daemon/chan.h"
#include "daemon/record.h"
#include "imaged/verifier.h"
#include "imaged/waiting.h"

/* If hashd is down for longer, all checks fail. */
#define CHECKING_DOWN_MS 30000

struct event_base;

/*
 * again(): called for each request that is to be checked again, in a turn of
 * its own.
 */
void checking_init(
    struct event_base *, void (*again)(const struct waiting_request *));

/*
 * Uses the configuration that was received, see checking_conf.h.  The paths of
 * the roots, by number, must stay valid.
 */
void checking_conf_commit(
    const struct image_rule *, const char (*roots)[RECORD_PATH_MAX]);

/* enum record_verify_mode of the configuration in use. */
uint8_t checking_mode(void);

/* As verifier_check(). */
enum verify_result checking_file(uint8_t number, int root, const char *path,
    const struct image *, uint64_t now_ms, struct verdict *);

/*
 * For verify-preload: whether a file of this size can be checked without
 * dropping another copy, as its own fits beside the others or none will be
 * made.
 */
bool checking_room(uint64_t size);
bool checking_preloads(void);

/* Lets a request wait for the ticket of its verdict; -1 as waiting_add(). */
int checking_wait(const struct waiting_request *);

/* HASH_DONE; -1 if it is malformed. */
int checking_done(struct msg *);

/* The messages of leased about serials; -1 if one is malformed. */
int checking_serial(struct msg *);

void checking_peer_up(enum role);
void checking_peer_down(enum role);

/* Logs what was checked and refused. */
void checking_report(void);

/* Logs a refusal: names the file, why, and what to do. */
void checking_log(const char *path, const char *root, const struct verdict *,
    uint64_t now_ms);

#endif
