/* SPDX-License-Identifier: ISC */
/* Receives the keys and exemptions of a configuration. */
#include "imaged/checking_conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "daemon/grow.h"
#include "daemon/log.h"
#include "daemon/record_name.h"
#include "daemon/role.h"
#include "sign/text.h"

#define SHOWN_MAX 160

static struct checking_conf arriving;

static void
checking_conf_free(struct checking_conf *c)
{
	free(c->keys);
	free(c->exempt);
	memset(c, 0, sizeof(*c));
}

void
checking_conf_drop(void)
{
	checking_conf_free(&arriving);
}

int
checking_conf_record(const struct record *rec, char *why)
{
	struct checking_conf *c = &arriving;

	if (rec->kind == RECORD_VERIFY)
		c->verify = rec->u.verify;
	if (rec->kind != RECORD_VERIFY_EXEMPT)
		return 0;
	if (grow_array(&c->exempt, &c->exempt_cap, c->nexempt + 1,
		sizeof(*c->exempt)) == -1) {
		(void)snprintf(why, ROLE_WHY_MAX, "out of memory");
		return -1;
	}
	c->exempt[c->nexempt++] = rec->u.verify_exempt;
	return 0;
}

static enum sign_reason
key_read(int fd, struct sign_pubkey *key)
{
	static uint8_t text[SIGN_TEXT_MAX + 1];
	const struct iovec iov = { text, sizeof(text) };
	ssize_t n = preadv2(fd, &iov, 1, 0, 0);

	return sign_pubkey_parse(key, text, n == -1 ? 0 : (size_t)n);
}

static int
key_add(const char *path, const struct sign_pubkey *key, char *why)
{
	struct checking_conf *c = &arriving;
	const struct sign_pubkey *known;
	char id[SIGN_ID_TEXT];

	known = sign_pubkey_find(c->keys, c->nkeys, key->id);
	if (known != NULL) {
		if (memcmp(known->key, key->key, sizeof(key->key)) == 0)
			return 0;
		(void)snprintf(why, ROLE_WHY_MAX,
		    "verify-key %s: another key has the same id, %s; remove one of them",
		    path, sign_id_text(id, key->id));
		return -1;
	}
	if (grow_array(
		&c->keys, &c->keys_cap, c->nkeys + 1, sizeof(*c->keys)) == -1) {
		(void)snprintf(why, ROLE_WHY_MAX, "out of memory");
		return -1;
	}
	c->keys[c->nkeys++] = *key;
	return 0;
}

int
checking_conf_key(struct msg *m, char *why)
{
	char path[RECORD_PATH_MAX], shown[SHOWN_MAX];
	struct sign_pubkey key;
	enum sign_reason r;

	(void)reader_str(&m->body, path, sizeof(path));
	if (!reader_done(&m->body))
		return -2;
	(void)log_escape(shown, sizeof(shown), path, strlen(path));
	if ((r = key_read(m->fd, &key)) == SIGN_OK)
		return key_add(shown, &key, why);
	(void)snprintf(why, ROLE_WHY_MAX,
	    "verify-key %s: %s; write the file of a public key of minisign, signify or pxeguard-sign",
	    shown, sign_reason_text(r));
	return -1;
}

int
checking_conf_end(char *why)
{
	const struct checking_conf *c = &arriving;

	if (c->verify.mode == RECORD_VERIFY_OFF || c->nkeys > 0)
		return 0;
	(void)snprintf(why, ROLE_WHY_MAX,
	    "verify-images=%s: there is no key; add verify-key",
	    record_verify_name(c->verify.mode));
	return -1;
}

static void
conf_log(const struct checking_conf *c)
{
	char shown[SHOWN_MAX], id[SIGN_ID_TEXT];
	size_t i;

	for (i = 0; i < c->nkeys; i++)
		log_info("verify-images=%s: accepting signatures by key %s",
		    record_verify_name(c->verify.mode),
		    sign_id_text(id, c->keys[i].id));
	for (i = 0; i < c->nexempt; i++)
		log_info("verify-exempt: not checking \"%s\"",
		    log_escape(shown, sizeof(shown), c->exempt[i].pattern,
			strlen(c->exempt[i].pattern)));
}

void
checking_conf_take(struct checking_conf *c)
{
	checking_conf_free(c);
	*c = arriving;
	memset(&arriving, 0, sizeof(arriving));
	if (c->verify.mode != RECORD_VERIFY_OFF)
		conf_log(c);
}
