/* SPDX-License-Identifier: ISC */
/* Packets that nobody sent, and their answers. */
#include "dhcpd/explain_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "dhcpd/action.h"

#define FORGET_MS (24 * 3600 * 1000) /* longer than an offer is kept */
#define STEPS_MAX 32 /* of the engine for one packet */
#define OP_REPLY 2
#define OP_REQUEST 1

int
explain_begin(struct explain *x, struct engine *e, uint64_t wall_s)
{
	struct engine_input up = { .kind = ENGINE_STORE_UP };

	x->e = e;
	x->now.wall_s = wall_s;
	x->now.mono_ms = 1;
	if (trace_init(&x->trace, e->conf) == -1)
		return -1;
	(void)engine_step(e, &up, &x->now);
	e->rq.trace = &x->trace;
	return 0;
}

void
explain_forget(struct explain *x)
{
	const struct engine_input tick = { .kind = ENGINE_TICK };
	int i;

	x->sent = false;
	x->now.mono_ms += FORGET_MS;
	/* Each ends a bounded number of offers. */
	for (i = 0; i < STEPS_MAX; i++)
		(void)engine_step(x->e, &tick, &x->now);
}

/* The reply as the client reads it: options in one place, whole. */
static void
explain_take(struct explain *x, const uint8_t *data, size_t len)
{
	uint8_t copy[REPLY_MAX];

	if (len == 0 || len > sizeof(copy) || data[0] != OP_REPLY)
		return;
	memcpy(copy, data, len);
	copy[0] = OP_REQUEST;
	x->sent = packet_parse(&x->reply, copy, len) == PACKET_OK;
}

/* Why there is no answer, by the counter that has risen. */
static void
explain_dropped(struct explain *x, const struct engine_counters *before)
{
	const struct engine_counters *now = &x->e->count;
	size_t i;

	for (i = 1; i < PACKET_REASON_MAX; i++)
		if (now->parsed[i] > before->parsed[i])
			(void)snprintf(x->why, sizeof(x->why), "%s",
			    packet_reason_text((enum packet_reason)i));
	for (i = 0; i < ENGINE_DROP_MAX; i++)
		if (now->dropped[i] > before->dropped[i])
			(void)snprintf(x->why, sizeof(x->why), "%s",
			    action_drop_text((enum engine_drop)i));
}

/* What the engine does, and the answers that it waits for. */
static void
explain_actions(struct explain *x, const struct actions *out,
    struct engine_input *next, size_t *n)
{
	char text[200];
	size_t i;

	for (i = 0; i < out->n; i++) {
		const struct action *a = &out->v[i];

		if (a->kind == ACTION_SEND)
			explain_take(x, a->data, a->len);
		else if (a->kind == ACTION_NOTE && a->note->failed &&
			 a->note->text != NULL)
			(void)snprintf(x->why, sizeof(x->why), "%s",
			    log_escape(text, sizeof(text), a->note->text,
				strlen(a->note->text)));
		if ((a->kind != ACTION_STORE && a->kind != ACTION_NEIGH) ||
		    *n == STEPS_MAX)
			continue;
		next[(*n)++] = (struct engine_input){
			.kind = a->kind == ACTION_STORE ? ENGINE_DURABLE
							: ENGINE_NEIGH_DONE,
			.id = a->id,
		};
	}
}

/* Lets the time pass until a reply that dhcp-reply-delay holds back is due. */
static void
explain_delayed(struct explain *x)
{
	const struct engine_input due = { .kind = ENGINE_DUE };
	struct engine_input steps[STEPS_MAX];
	size_t n = 0;

	x->delay_s = 0;
	if (engine_due_ms(x->e) == 0)
		return;
	x->delay_s = (uint32_t)((engine_due_ms(x->e) - x->now.mono_ms) / 1000);
	x->now.mono_ms = engine_due_ms(x->e);
	explain_actions(x, engine_step(x->e, &due, &x->now), steps, &n);
	if (n > 0)
		explain_actions(
		    x, engine_step(x->e, &steps[0], &x->now), steps, &n);
}

void
explain_step(struct explain *x, const struct explain_way *way,
    const uint8_t *packet, size_t len)
{
	const struct iface *i = &way->iface->i;
	struct engine_input steps[STEPS_MAX] = { {
	    .kind = ENGINE_PACKET,
	    .data = packet,
	    .len = len,
	    .ifindex = i->index,
	    .unicast = way->from != 0,
	    .pxe = way->port,
	    .from = way->from,
	    .from_port = way->port ? PXE_PORT : x->e->conf->dhcp.client_port,
	} };
	struct engine_counters before = x->e->count;
	size_t n = 1, at;

	x->sent = false;
	x->why[0] = '\0';
	trace_clear(&x->trace);
	x->now.mono_ms++;
	for (at = 0; at < n; at++)
		explain_actions(
		    x, engine_step(x->e, &steps[at], &x->now), steps, &n);
	explain_delayed(x);
	if (!x->sent && x->why[0] == '\0')
		explain_dropped(x, &before);
}
