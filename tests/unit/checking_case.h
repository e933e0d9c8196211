/* SPDX-License-Identifier: ISC */
/* The checks of imaged with a tree, an event loop, and peers that are fakes. */
#ifndef TESTS_UNIT_CHECKING_CASE_H
#define TESTS_UNIT_CHECKING_CASE_H

#include <sys/mman.h>

#include "daemon/clock.h"
#include "daemon/role.h"
#include "imaged/checking.h"
#include "imaged/checking_conf.h"
#include "sign/text.h"
#include "tests/unit/chan_case.h"
#include "tests/unit/image_case.h"
#include "tests/unit/said.h"
#include "tests/unit/sign_case.h"
#include "tests/unit/skewed_clock.h"

static struct event_base *base;
static struct chan *chan[ROLE_MAX]; /* imaged's ends; NULL: it is down */
static int bare[ROLE_MAX];
static struct sign_case owner;
static struct image_rule rule;
static const char roots[1][RECORD_PATH_MAX] = { "/srv" };
static char why[ROLE_WHY_MAX];
static struct {
	unsigned int n, given_up;
	uint32_t id; /* of the last one */
} again;

struct chan *
role_peer(enum role role)
{
	return chan[role];
}

static inline bool
logged(const char *text)
{
	bool found = strstr(said, text) != NULL;

	said[0] = '\0';
	return found;
}

static inline void
ask_again(const struct waiting_request *r)
{
	again.n++;
	again.given_up += r->given_up;
	again.id = r->id;
}

static inline void
peer_begin(enum role peer)
{
	chan[peer] = chan_case_open(
	    base, ROLE_IMAGED, peer, &chan_case_deaf, NULL, &bare[peer]);
}

static inline void
peer_end(enum role peer)
{
	if (chan[peer] != NULL)
		chan_case_close(chan[peer], bare[peer]);
	chan[peer] = NULL;
}

static inline void
set_up(void)
{
	char *sig;

	image_set_up();
	ck_assert_int_ne(sodium_init(), -1);
	sign_case_key(&owner, 1);
	image_write("f", sign_content, 0644);
	sig = sign_case_sign(&owner, true, sign_content, SIGN_CONTENT_LEN,
	    "timestamp:1\tfile:f");
	image_write("f.minisig", sig, 0644);
	image_write("plain", "x", 0644);
	rule = (struct image_rule){ .uid = getuid(), .gid = getgid() };
	said_begin(-1);
	base = event_base_new();
	ck_assert_int_eq(event_base_priority_init(base, 3), 0);
	checking_init(base, ask_again);
	peer_begin(ROLE_HASHD);
	peer_begin(ROLE_LEASED);
}

static inline void
tear_down(void)
{
	peer_end(ROLE_HASHD);
	peer_end(ROLE_LEASED);
	image_tear_down();
}

static inline void
verify(enum record_verify_mode mode, const char *exempt)
{
	struct record rec = { .kind = RECORD_VERIFY };

	checking_conf_drop();
	rec.u.verify.mode = (uint8_t)mode;
	rec.u.verify.cache = 1 << 20;
	rec.u.verify.preload = true;
	ck_assert_int_eq(checking_conf_record(&rec, why), 0);
	if (exempt == NULL)
		return;
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_VERIFY_EXEMPT;
	(void)strcpy(rec.u.verify_exempt.pattern, exempt);
	ck_assert_int_eq(checking_conf_record(&rec, why), 0);
}

/* CONF_KEY with this text. */
static inline int
add_key(const char *path, const char *text)
{
	uint8_t buf[256];
	struct writer w;
	struct msg m = { .fd = memfd_create("key", MFD_CLOEXEC) };
	int r;

	ck_assert_int_eq(write(m.fd, text, strlen(text)), strlen(text));
	writer_init(&w, buf, sizeof(buf));
	writer_str(&w, path);
	reader_init(&m.body, buf, w.len);
	r = checking_conf_key(&m, why);
	(void)close(m.fd);
	return r;
}

/* The text of the owner's key, or of another one with its id. */
static inline const char *
key_text(uint8_t other)
{
	static char text[256];
	uint8_t key[SIGN_KEY_BYTES];
	char line[128];

	memcpy(key, owner.key.key, sizeof(key));
	key[5] ^= other;
	sign_case_base64(
	    line, sizeof(line), "Ed", owner.key.id, key, sizeof(key));
	(void)snprintf(text, sizeof(text), "untrusted comment: x\n%s\n", line);
	return text;
}

static inline void
configure(enum record_verify_mode mode, const char *exempt)
{
	verify(mode, exempt);
	ck_assert_int_eq(add_key("/k", key_text(0)), 0);
	ck_assert_int_eq(checking_conf_end(why), 0);
	checking_conf_commit(&rule, roots);
	said[0] = '\0';
}

/* The tests make files, and do what hashd and leased do. */
#define CHECKING_CASE_CALLS                                                    \
	SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(fcntl), SCMP_SYS(write), \
	    SCMP_SYS(fchmod), SCMP_SYS(pread64), SCMP_SYS(getuid),             \
	    SCMP_SYS(getgid), SCMP_SYS(memfd_create), SCMP_SYS(dup),           \
	    SCMP_SYS(recvfrom), SCMP_SYS(socketpair), SCMP_SYS(setsockopt)

#endif
