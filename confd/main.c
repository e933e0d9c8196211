/* SPDX-License-Identifier: ISC */
/* confd: reads the configuration that its parent opens, and emits records. */
#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confd/config.h"
#include "confd/print_config.h"
#include "daemon/grow.h"
#include "daemon/log.h"
#include "daemon/record_batch.h"
#include "daemon/role.h"
#include "sandbox/role_main.h"

#define SEND_QUEUE 64 /* messages; more wait for the parent to read */
#define SEND_LIMIT_MS 10000

static struct config *config;
static uint32_t include_id; /* of the last INCLUDE */
static bool include_asked;
static uint8_t also; /* enum parse_also bits */

static void
confd_diag(
    int severity, const char *file, uint32_t line, const char *text, void *arg)
{
	uint8_t body[MSG_BODY_MAX];
	struct writer w;

	(void)arg;
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)severity);
	writer_str(&w, file);
	writer_u32(&w, line);
	writer_u32(&w, config_diag_kind(config));
	writer_str(&w, text);
	(void)chan_send(role_parent(), MSG_DIAG, 0, &w, -1);
}

/* Reads to the end of a file, or until the limit is exceeded. */
static char *
read_all(int fd, size_t expected, size_t *len)
{
	size_t room = 0;
	char *text = NULL;
	ssize_t n;

	for (*len = 0; *len <= CONFIG_TEXT_MAX; *len += (size_t)n) {
		/* The file may have grown, or report no size. */
		if (grow_array(&text, &room,
			(*len < expected ? expected : *len) + 1, 1) == -1)
			break;
		do
			n = read(fd, text + *len, room - *len);
		while (n == -1 && errno == EINTR);
		if (n == 0)
			return text;
		if (n == -1)
			break;
	}
	if (*len > CONFIG_TEXT_MAX)
		return text;
	free(text);
	return NULL;
}

/* Reads a whole regular file; the caller frees it.  NULL with errno. */
static char *
confd_read(int fd, struct config_text *t)
{
	struct stat st;
	char *text;

	memset(t, 0, sizeof(*t));
	if (fstat(fd, &st) == -1)
		return NULL;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return NULL;
	}
	if (st.st_size > CONFIG_TEXT_MAX) {
		t->len = (size_t)st.st_size; /* too large: text is not used */
		return calloc(1, 1);
	}
	text = read_all(fd, (size_t)st.st_size, &t->len);
	t->text = text;
	t->dev = st.st_dev;
	t->ino = st.st_ino;
	return text;
}

/* The names in a directory. */
struct names {
	char **v;
	size_t n, cap;
};

/* 0, or an errno. */
static int
names_add(struct names *l, const char *name)
{
	if (l->n == CONFIG_NAMES_MAX)
		return E2BIG;
	if (grow_array(&l->v, &l->cap, l->n + 1, sizeof(*l->v)) == -1)
		return ENOMEM;
	if ((l->v[l->n] = strdup(name)) == NULL)
		return ENOMEM;
	l->n++;
	return 0;
}

/* Adds the names in one buffer of getdents64(); 0, or an errno. */
static int
confd_list_some(const char *buf, size_t len, struct names *l)
{
	struct dirent64 e;
	const char *name;
	int error = 0;
	size_t at;

	for (at = 0; at < len && error == 0; at += e.d_reclen) {
		/* buf is not aligned for a struct dirent64: copy the header. */
		memcpy(&e, buf + at, offsetof(struct dirent64, d_name));
		name = buf + at + offsetof(struct dirent64, d_name);
		if (name[0] != '.' && e.d_type != DT_DIR)
			error = names_add(l, name);
	}
	return error;
}

/*
 * Lists a directory; 0, or an errno.  readdir() would need system calls that
 * the filter does not allow.
 */
static int
confd_list(int fd, struct names *l)
{
	char buf[16384];
	ssize_t len;
	int error;

	while ((len = getdents64(fd, buf, sizeof(buf))) > 0)
		if ((error = confd_list_some(buf, (size_t)len, l)) != 0)
			return error;
	return len == -1 ? errno : 0;
}

static void
confd_take_dir(int fd)
{
	struct names l = { 0 };
	int error = confd_list(fd, &l);
	size_t i;

	(void)close(fd);
	if (error == 0)
		config_give_names(config, (const char *const *)l.v, l.n);
	else
		config_give_error(config, error);
	for (i = 0; i < l.n; i++)
		free(l.v[i]);
	free(l.v);
}

static void
confd_take_file(int fd)
{
	struct config_text t;
	char *text = confd_read(fd, &t);

	if (text == NULL)
		config_give_error(config, errno);
	else
		config_give_text(config, &t);
	free(text);
	(void)close(fd);
}

/* Sends a batch.  If the queue is long, waits until the parent has read it. */
static void
confd_send_batch(struct record_batch *batch)
{
	(void)chan_send(role_parent(), MSG_PARSE_RECORDS, 0, &batch->w, -1);
	record_batch_init(batch);
	if (chan_queued(role_parent()) >= SEND_QUEUE)
		chan_flush(role_parent(), SEND_LIMIT_MS);
}

static void
confd_send_record(struct record_batch *batch, const struct reader *rec)
{
	if (record_batch_add(batch, rec->p, rec->left))
		return;
	confd_send_batch(batch);
	(void)record_batch_add(batch, rec->p, rec->left);
}

static void
confd_send_records(void)
{
	struct record_batch batch;
	struct reader rec;
	size_t i, n = config_count(config), nfiles = config_file_count(config);

	record_batch_init(&batch);
	for (i = 0; i < nfiles; i++) {
		config_file_encoded(config, i, &rec);
		confd_send_record(&batch, &rec);
	}
	for (i = 0; i < n; i++) {
		role_alive();
		config_encoded(config, i, &rec);
		confd_send_record(&batch, &rec);
		if (config_place_encoded(
			config, i, (also & PARSE_PLACES) != 0, &rec))
			confd_send_record(&batch, &rec);
	}
	confd_send_batch(&batch);
}

static void
confd_send_line(const char *line, void *arg)
{
	uint8_t body[2 + RECORD_LINE_MAX];
	struct writer w;

	(void)arg;
	writer_init(&w, body, sizeof(body));
	writer_str(&w, line);
	(void)chan_send(role_parent(), MSG_PARSE_LINE, 0, &w, -1);
	if (chan_queued(role_parent()) >= SEND_QUEUE)
		chan_flush(role_parent(), SEND_LIMIT_MS);
}

/* Requests the next file; if there is none left, parses and reports. */
static void
confd_next(void)
{
	const struct config_want *want = config_want(config);
	uint8_t body[3 + RECORD_PATH_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	if (want != NULL) {
		writer_u8(&w, want->watch	? MSG_INCLUDE_WATCHED
			      : want->directory ? MSG_INCLUDE_FOLDER
						: MSG_INCLUDE_FILE);
		writer_str(&w, want->path);
		include_asked = true;
		(void)chan_send(
		    role_parent(), MSG_INCLUDE, ++include_id, &w, -1);
		return;
	}
	if (config_finish(config)) {
		confd_send_records();
		if ((also & PARSE_LINES) != 0)
			print_config(config, confd_send_line, NULL);
	}
	writer_u32(&w, config_errors(config));
	writer_u32(&w, config_warnings(config));
	(void)chan_send(role_parent(), MSG_PARSED, 0, &w, -1);
	config_free(config);
	config = NULL;
}

static int
confd_included(struct msg *m)
{
	uint32_t error = reader_u32(&m->body);
	const struct config_want *want;

	if (!reader_done(&m->body) || !include_asked || m->id != include_id ||
	    (want = config_want(config)) == NULL ||
	    (error == 0) != (m->fd != -1))
		return -1;
	include_asked = false;
	if (error != 0)
		config_give_error(config, (int)(error & 0xffff));
	else if (want->directory)
		confd_take_dir(msg_take_fd(m));
	else
		confd_take_file(msg_take_fd(m));
	confd_next();
	return 0;
}

static int
confd_parse_file(struct msg *m)
{
	char path[RECORD_PATH_MAX];
	struct config_text t;
	char *text;

	reader_str(&m->body, path, sizeof(path));
	if (!reader_done(&m->body))
		return -1;
	text = confd_read(m->fd, &t);
	if (text == NULL)
		config_add_failed(config, path, errno);
	else
		config_add_file(config, path, &t);
	free(text);
	return 0;
}

static int
confd_parse_arg(struct msg *m)
{
	char arg[RECORD_MAX + 1];

	reader_str(&m->body, arg, sizeof(arg));
	if (!reader_done(&m->body))
		return -1;
	config_add_arg(config, arg);
	return 0;
}

static int
confd_parse_go(struct msg *m)
{
	also = reader_u8(&m->body);
	if (!reader_done(&m->body) || also > PARSE_ALSO_ALL)
		return -1;
	confd_next();
	return 0;
}

static int
confd_message(struct chan *c, struct msg *m)
{
	(void)c;
	/* After PARSED no message is allowed; after INCLUDE only INCLUDED. */
	if (config == NULL || (include_asked && m->type != MSG_INCLUDED))
		return -1;
	switch (m->type) {
	case MSG_PARSE_ARG:
		return confd_parse_arg(m);
	case MSG_PARSE_FILE:
		return confd_parse_file(m);
	case MSG_PARSE_GO:
		return confd_parse_go(m);
	case MSG_INCLUDED:
		return confd_included(m);
	default:
		return -1;
	}
}

static void
confd_start(void)
{
	if ((config = config_new(confd_diag, NULL)) == NULL)
		fatal("out of memory");
	config_on_progress(config, role_alive);
}

static const struct role_ops ops = {
	.id = ROLE_CONFD,
	.start = confd_start,
	.message = confd_message,
};

int
main(void)
{
	return role_main(&ops);
}
