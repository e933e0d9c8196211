/* SPDX-License-Identifier: ISC */
/* Asks keyd for the signatures of TLS handshakes, and waits for them. */
#include "httpd/signing.h"

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/role.h"

static struct {
	uint32_t id; /* of the last question */
	bool late; /* its time is over, and no answer has arrived */
	bool waiting;
	struct sign_give *give; /* for the answer */
} signing;

static const char *
signing_send(const struct sign_ask *a)
{
	uint8_t body[SIGN_ASK_MAX];
	struct chan *c = role_peer(ROLE_KEYD);
	struct writer w;

	if (c == NULL)
		return "keyd is not running";
	if (signing.late)
		return "keyd does not answer";
	writer_init(&w, body, sizeof(body));
	sign_ask_encode(a, &w);
	signing.waiting = true;
	if (chan_send(c, MSG_SIGN_ASK, ++signing.id, &w, -1) == 0)
		return NULL;
	signing.waiting = false;
	return "keyd cannot be asked";
}

static const char *
signing_await(void)
{
	uint64_t now_ms = clock_mono_ms(), end_ms = now_ms + SIGNING_WAIT_MS;
	struct chan *c;

	while (signing.waiting && now_ms < end_ms) {
		/* A handler may have closed the channel. */
		if ((c = role_peer(ROLE_KEYD)) == NULL)
			break;
		(void)chan_wait(c, (int)(end_ms - now_ms));
		now_ms = clock_mono_ms();
	}
	if (!signing.waiting)
		return signing.give->status == SIGN_OK
			   ? NULL
			   : sign_status_text(
				 (enum sign_status)signing.give->status);
	signing.waiting = false;
	if (role_peer(ROLE_KEYD) == NULL)
		return "keyd has ended";
	signing.late = true;
	return "keyd has not answered for a second";
}

int
signing_ask(const struct sign_ask *a, struct sign_give *g)
{
	static struct log_limit limit = LOG_LIMIT(5, 10000);
	const char *why;

	signing.give = g;
	if ((why = signing_send(a)) == NULL)
		why = signing_await();
	signing.give = NULL;
	if (why == NULL)
		return 0;
	if (log_limit_ok(&limit, clock_mono_ms(), NULL))
		log_warnx("HTTPS: a handshake failed: no signature: %s", why);
	return -1;
}

void
signing_given(uint32_t id, const struct sign_give *g)
{
	if (id != signing.id)
		return;
	if (signing.late)
		log_info("HTTPS: keyd answers again");
	signing.late = false;
	if (!signing.waiting)
		return;
	signing.waiting = false;
	*signing.give = *g;
}

void
signing_keyd_up(void)
{
	signing.late = false;
}
