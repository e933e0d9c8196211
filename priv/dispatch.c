/* SPDX-License-Identifier: ISC */
/* Reading the fields of what roles send to the parent. */
#include "priv/dispatch.h"

#include <stddef.h>
#include <string.h>

#include "daemon/capture.h"
#include "daemon/explain.h"
#include "daemon/log.h"
#include "daemon/record_batch.h"

static int
take_log(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	struct reader *r = &m->body;
	char line[LOG_LINE_MAX + 1];
	uint8_t priority = reader_u8(r);

	reader_str(r, line, sizeof(line));
	if (!reader_done(r) || priority > LOG_DEBUG)
		return -1;
	ops->log(arg, priority, line);
	return 0;
}

static int
take_dying(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	struct reader *r = &m->body;
	uint32_t nr = reader_u32(r);
	uint32_t arch = reader_u32(r);

	if (!reader_done(r))
		return -1;
	ops->dying(arg, nr, arch);
	return 0;
}

static int
take_peer_bad(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	struct reader *r = &m->body;
	uint8_t accused = reader_u8(r);
	uint32_t instance = reader_u32(r);
	char why[256];

	reader_str(r, why, sizeof(why));
	if (!reader_done(r) || accused == ROLE_PRIV || accused >= ROLE_MAX)
		return -1;
	ops->peer_bad(arg, (enum role)accused, instance, why);
	return 0;
}

static int
take_reject(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	struct reader *r = &m->body;
	uint32_t generation = reader_u32(r), record = reader_u32(r);
	char why[513];

	reader_str(r, why, sizeof(why));
	if (!reader_done(r))
		return -1;
	ops->reject(arg, generation, record, why);
	return 0;
}

static int
take_socket_ask(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	struct endpoint local, remote;
	uint32_t ifindex = reader_u32(&m->body);

	endpoint_decode(&m->body, &local);
	endpoint_decode(&m->body, &remote);
	if (!reader_done(&m->body))
		return -1;
	ops->socket_ask(arg, m->id, ifindex, &local, &remote);
	return 0;
}

static int
take_neigh_ask(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	uint8_t hw[RECORD_HW_MAX];
	uint32_t ifindex = reader_u32(&m->body);
	struct addr addr;
	uint8_t hwtype;
	size_t hwlen;

	addr_decode(&m->body, &addr);
	hwtype = reader_u8(&m->body);
	hwlen = reader_blob(&m->body, hw, sizeof(hw));
	if (!reader_done(&m->body))
		return -1;
	ops->neigh_ask(arg, m->id, ifindex, &addr, hwtype, hw, hwlen);
	return 0;
}

static int
take_include(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	uint8_t what = reader_u8(&m->body);
	char path[RECORD_PATH_MAX];

	reader_str(&m->body, path, sizeof(path));
	if (!reader_done(&m->body) || what >= MSG_INCLUDE_MAX)
		return -1;
	ops->include(arg, m->id, (enum msg_include)what, path);
	return 0;
}

static int
take_records(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	struct reader *r = &m->body;
	struct reader record;

	while (record_batch_next(r, &record))
		if (ops->parse_record(arg, record.p, record.left) == -1)
			return -1;
	return reader_done(r) ? 0 : -1;
}

static int
take_diag(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	struct reader *r = &m->body;
	char file[RECORD_PATH_MAX], text[LOG_LINE_MAX + 1];
	uint8_t severity = reader_u8(r);
	uint32_t line, kind;

	reader_str(r, file, sizeof(file));
	line = reader_u32(r);
	kind = reader_u32(r);
	reader_str(r, text, sizeof(text));
	if (!reader_done(r) || severity > LOG_DEBUG)
		return -1;
	ops->diag(arg, severity, file, line, kind, text);
	return 0;
}

static int
take_line(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	char line[RECORD_LINE_MAX + 1];

	reader_str(&m->body, line, sizeof(line));
	if (!reader_done(&m->body))
		return -1;
	return ops->parse_line(arg, line);
}

static int
take_parsed(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	struct reader *r = &m->body;
	uint32_t errors = reader_u32(r);
	uint32_t warnings = reader_u32(r);

	if (!reader_done(r))
		return -1;
	ops->parsed(arg, errors, warnings);
	return 0;
}

static int
take_show_text(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	return ops->show_text(arg, m->body.p, m->body.left);
}

static int
take_shown(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	char why[LEASE_SHOW_WHY_MAX + 1];
	uint8_t outcome = reader_u8(&m->body);
	uint32_t leases = reader_u32(&m->body);

	reader_str(&m->body, why, sizeof(why));
	if (!reader_done(&m->body) || outcome >= LEASE_SHOWN_MAX)
		return -1;
	return ops->shown(arg, (enum lease_show_outcome)outcome, leases, why);
}

static int
take_explain_text(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	return ops->explain_text(arg, m->body.p, m->body.left);
}

static int
take_explained(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	char why[EXPLAIN_WHY_MAX + 1];

	reader_str(&m->body, why, sizeof(why));
	if (!reader_done(&m->body))
		return -1;
	return ops->explained(arg, why);
}

/* The fields are passed on to dhcpd as they are. */
static int
take_captured(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	const uint8_t *body = m->body.p;
	size_t len = m->body.left;

	reader_skip(&m->body, 14);
	reader_skip(&m->body, reader_u16(&m->body));
	if (!reader_done(&m->body))
		return -1;
	return ops->captured(arg, body, len);
}

static int
take_capture_end(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	char why[CAPTURE_WHY_MAX + 1];
	uint32_t counts[4];
	size_t i;

	for (i = 0; i < 4; i++)
		counts[i] = reader_u32(&m->body);
	reader_str(&m->body, why, sizeof(why));
	if (!reader_done(&m->body))
		return -1;
	return ops->capture_end(arg, counts, why);
}

/* A body of one number. */
static int
take_number(void (*op)(void *, uint32_t), void *arg, struct msg *m)
{
	uint32_t v = reader_u32(&m->body);

	if (!reader_done(&m->body))
		return -1;
	op(arg, v);
	return 0;
}

static int
take_layers(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	return take_number(ops->layers, arg, m);
}

static int
take_ready(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	return take_number(ops->ready, arg, m);
}

static int
take_pong(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	return take_number(ops->pong, arg, m);
}

#define OP(name) offsetof(struct dispatch_ops, name)

/* One row for each message that the parent takes, with its handler. */
static const struct {
	int (*take)(const struct dispatch_ops *, void *arg, struct msg *);
	size_t op;
} takers[MSG_TYPE_MAX] = {
	[MSG_LAYERS] = { take_layers, OP(layers) },
	[MSG_LOG] = { take_log, OP(log) },
	[MSG_DYING] = { take_dying, OP(dying) },
	[MSG_PEER_BAD] = { take_peer_bad, OP(peer_bad) },
	[MSG_READY] = { take_ready, OP(ready) },
	[MSG_REJECT] = { take_reject, OP(reject) },
	[MSG_PONG] = { take_pong, OP(pong) },
	[MSG_SOCKET_ASK] = { take_socket_ask, OP(socket_ask) },
	[MSG_NEIGH_ASK] = { take_neigh_ask, OP(neigh_ask) },
	[MSG_INCLUDE] = { take_include, OP(include) },
	[MSG_PARSE_RECORDS] = { take_records, OP(parse_record) },
	[MSG_DIAG] = { take_diag, OP(diag) },
	[MSG_PARSE_LINE] = { take_line, OP(parse_line) },
	[MSG_PARSED] = { take_parsed, OP(parsed) },
	[MSG_SHOW_TEXT] = { take_show_text, OP(show_text) },
	[MSG_SHOWN] = { take_shown, OP(shown) },
	[MSG_EXPLAIN_TEXT] = { take_explain_text, OP(explain_text) },
	[MSG_EXPLAINED] = { take_explained, OP(explained) },
	[MSG_CAPTURED] = { take_captured, OP(captured) },
	[MSG_CAPTURE_END] = { take_capture_end, OP(capture_end) },
};

static bool
has_handler(const struct dispatch_ops *ops, size_t op)
{
	void (*handler)(void);

	memcpy(&handler, (const char *)ops + op, sizeof(handler));
	return handler != NULL;
}

int
dispatch_message(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	if (m->type >= MSG_TYPE_MAX || takers[m->type].take == NULL ||
	    !has_handler(ops, takers[m->type].op))
		return -1;
	return takers[m->type].take(ops, arg, m);
}
