/* SPDX-License-Identifier: ISC */
/* What the configuration that is being received says about signatures. */
#ifndef IMAGED_CHECKING_CONF_H
#define IMAGED_CHECKING_CONF_H

#include "daemon/chan.h"
#include "daemon/record.h"
#include "sign/pubkey.h"

/* Zeroed: nothing is checked. */
struct checking_conf {
	struct record_verify verify;
	struct sign_pubkey *keys;
	size_t nkeys, keys_cap;
	struct record_verify_exempt *exempt;
	size_t nexempt, exempt_cap;
};

/* Forgets what was received: at its begin, or because it is refused. */
void checking_conf_drop(void);

/* A part of it, and its end; -1 with the reason in why[ROLE_WHY_MAX]. */
int checking_conf_record(const struct record *, char *why);
int checking_conf_key(struct msg *, char *why); /* -2: malformed */
int checking_conf_end(char *why);

/* Moves it to *c, in place of what that has, and logs it. */
void checking_conf_take(struct checking_conf *c);

#endif
