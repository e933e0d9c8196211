/* SPDX-License-Identifier: ISC */
/* Reading the fields of what roles send to the parent. */
#include "priv/dispatch.h"

#include "daemon/log.h"
#include "daemon/record_batch.h"

static int
take_log(const struct dispatch_ops *ops, void *arg, struct reader *r)
{
	char line[LOG_LINE_MAX + 1];
	uint8_t priority = reader_u8(r);

	reader_str(r, line, sizeof(line));
	if (!reader_done(r) || priority > LOG_DEBUG)
		return -1;
	ops->log(arg, priority, line);
	return 0;
}

static int
take_dying(const struct dispatch_ops *ops, void *arg, struct reader *r)
{
	uint32_t nr = reader_u32(r);
	uint32_t arch = reader_u32(r);

	if (!reader_done(r))
		return -1;
	ops->dying(arg, nr, arch);
	return 0;
}

static int
take_peer_bad(const struct dispatch_ops *ops, void *arg, struct reader *r)
{
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
take_reject(const struct dispatch_ops *ops, void *arg, struct reader *r)
{
	uint32_t generation = reader_u32(r);
	char why[513];

	reader_str(r, why, sizeof(why));
	if (!reader_done(r))
		return -1;
	ops->reject(arg, generation, why);
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
	uint32_t addr = reader_u32(&m->body);
	uint8_t hwtype = reader_u8(&m->body);
	size_t hwlen = reader_blob(&m->body, hw, sizeof(hw));

	if (!reader_done(&m->body))
		return -1;
	ops->neigh_ask(arg, m->id, ifindex, addr, hwtype, hw, hwlen);
	return 0;
}

static int
take_include(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	bool directory = reader_bool(&m->body);
	char path[RECORD_PATH_MAX];

	reader_str(&m->body, path, sizeof(path));
	if (!reader_done(&m->body))
		return -1;
	ops->include(arg, m->id, directory, path);
	return 0;
}

static int
take_records(const struct dispatch_ops *ops, void *arg, struct reader *r)
{
	struct reader record;

	while (record_batch_next(r, &record))
		if (ops->parse_record(arg, record.p, record.left) == -1)
			return -1;
	return reader_done(r) ? 0 : -1;
}

static int
take_diag(const struct dispatch_ops *ops, void *arg, struct reader *r)
{
	char file[RECORD_PATH_MAX], text[LOG_LINE_MAX + 1];
	uint8_t severity = reader_u8(r);
	uint32_t line;

	reader_str(r, file, sizeof(file));
	line = reader_u32(r);
	reader_str(r, text, sizeof(text));
	if (!reader_done(r) || severity > LOG_DEBUG)
		return -1;
	ops->diag(arg, severity, file, line, text);
	return 0;
}

static int
take_parsed(const struct dispatch_ops *ops, void *arg, struct reader *r)
{
	uint32_t errors = reader_u32(r);
	uint32_t warnings = reader_u32(r);

	if (!reader_done(r))
		return -1;
	ops->parsed(arg, errors, warnings);
	return 0;
}

/* WALLS, READY and PONG: one number each. */
static int
take_number(void (*op)(void *, uint32_t), void *arg, struct reader *r)
{
	uint32_t v = reader_u32(r);

	if (!reader_done(r))
		return -1;
	op(arg, v);
	return 0;
}

int
dispatch_message(const struct dispatch_ops *ops, void *arg, struct msg *m)
{
	switch (m->type) {
	case MSG_WALLS:
		return take_number(ops->walls, arg, &m->body);
	case MSG_READY:
		return take_number(ops->ready, arg, &m->body);
	case MSG_PONG:
		return take_number(ops->pong, arg, &m->body);
	case MSG_LOG:
		return take_log(ops, arg, &m->body);
	case MSG_DYING:
		return take_dying(ops, arg, &m->body);
	case MSG_PEER_BAD:
		return take_peer_bad(ops, arg, &m->body);
	case MSG_REJECT:
		return take_reject(ops, arg, &m->body);
	case MSG_SOCKET_ASK:
		return take_socket_ask(ops, arg, m);
	case MSG_NEIGH_ASK:
		return take_neigh_ask(ops, arg, m);
	case MSG_INCLUDE:
		return take_include(ops, arg, m);
	case MSG_PARSE_RECORDS:
		return take_records(ops, arg, &m->body);
	case MSG_DIAG:
		return take_diag(ops, arg, &m->body);
	case MSG_PARSED:
		return take_parsed(ops, arg, &m->body);
	default:
		return -1;
	}
}
