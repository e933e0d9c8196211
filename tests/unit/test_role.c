/* SPDX-License-Identifier: ISC */
/* A role as its parent sees it, over the channel between them. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/record_batch.h"
#include "daemon/role.h"
#include "tests/unit/unit.h"

static int parent; /* our end of the channel */
static pid_t role;

static void
narrow(enum role r)
{
	(void)r;
}

static int
refuse_boots(const struct record *rec, char *why)
{
	if (rec->kind != RECORD_BOOT)
		return 0;
	(void)snprintf(why, ROLE_WHY_MAX, "no");
	return -1;
}

/* Without the sandbox, which has tests of its own. */
__attribute__((noreturn)) static void
role_process(int fd)
{
	static const struct role_ops ops = { .id = ROLE_DHCPD,
		.conf_record = refuse_boots };
	const struct role_start start = { .log_level = LOG_INFO,
		.narrow = narrow };

	if (dup2(fd, ROLE_CHANNEL_FD) == -1)
		_exit(2);
	role_begin(&ops);
	role_start(&start);
	_exit(role_run());
}

static void
setup(void)
{
	int fds[2];

	ck_assert_int_eq(chan_pair(fds), 0);
	ck_assert_int_ne(role = fork(), -1);
	if (role == 0)
		role_process(fds[1]);
	(void)close(fds[1]);
	parent = fds[0];
}

static void
teardown(void)
{
	int status;

	(void)close(parent);
	ck_assert_int_eq(waitpid(role, &status, 0), role);
	ck_assert(WIFEXITED(status));
}

/* If the channel is closed because of an error, its reason is still logged. */
START_TEST(reason_of_a_closed_channel)
{
	static const uint8_t wrong[] = { 0, MSG_READY, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 1 };
	static uint8_t buf[MSG_SIZE_MAX];
	char line[LOG_LINE_MAX];
	const char *why = "";
	struct msg m;

	ck_assert_int_eq(
	    send(parent, wrong, sizeof(wrong), 0), (ssize_t)sizeof(wrong));
	ck_assert_int_eq(chan_recv_now(parent, ROLE_PRIV, ROLE_DHCPD,
			     PHASE_CONF, buf, &m, &why),
	    0);
	ck_assert_uint_eq(m.type, MSG_LOG);
	ck_assert_uint_eq(reader_u8(&m.body), LOG_ERR);
	ck_assert_uint_gt(reader_str(&m.body, line, sizeof(line)), 0);
	ck_assert_ptr_nonnull(strstr(line, "channel to the parent: "));
	ck_assert_ptr_nonnull(strstr(line, msg_refusal_text(MSG_SENDER)));
	ck_assert_int_eq(chan_recv_now(parent, ROLE_PRIV, ROLE_DHCPD,
			     PHASE_CONF, buf, &m, &why),
	    -1);
	ck_assert_str_eq(why, "the channel was closed");
}
END_TEST

static void
send_number(enum msg_type type, uint32_t number)
{
	uint8_t body[4];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, number);
	ck_assert_int_eq(chan_send_now(parent, type, 0, &w), 0);
}

/* A message that the table allows, and that the role has no function for. */
START_TEST(message_without_a_function)
{
	static uint8_t buf[MSG_SIZE_MAX];
	const char *why = "";
	bool ready = false;
	struct msg m;

	send_number(MSG_CONF_BEGIN, 1);
	send_number(MSG_CONF_END, 1);
	send_number(MSG_NEIGH_DONE, 0);
	while (chan_recv_now(parent, ROLE_PRIV, ROLE_DHCPD, PHASE_RUN, buf, &m,
		   &why) == 0)
		ready = ready || m.type == MSG_READY;
	ck_assert(ready);
	ck_assert_str_eq(why, "the channel was closed");
}
END_TEST

static void
batch_add(struct record_batch *batch, enum record_kind kind)
{
	uint8_t data[RECORD_MAX];
	struct record rec;
	struct writer w;

	memset(&rec, 0, sizeof(rec));
	rec.kind = (uint8_t)kind;
	if (kind == RECORD_IGNORE) {
		rec.u.ignore.tags.n = 1;
		(void)strcpy(rec.u.ignore.tags.tag[0].name, "a");
	}
	writer_init(&w, data, sizeof(data));
	record_encode(&rec, &w);
	ck_assert(record_batch_add(batch, data, w.len));
}

/* REJECT has the number of the first record that was refused. */
START_TEST(refused_record)
{
	static uint8_t buf[MSG_SIZE_MAX];
	const char *why = "";
	struct record_batch batch;
	char reason[ROLE_WHY_MAX];
	uint32_t round, refused;
	struct msg m;

	for (round = 0; round < 3; round++) {
		send_number(MSG_CONF_BEGIN, 7);
		record_batch_init(&batch);
		for (refused = 0; refused < round; refused++)
			batch_add(&batch, RECORD_IGNORE);
		batch_add(&batch, RECORD_BOOT);
		batch_add(&batch, RECORD_BOOT);
		ck_assert_int_eq(
		    chan_send_now(parent, MSG_CONF_RECORDS, 0, &batch.w), 0);
		send_number(MSG_CONF_END, 7);
		do {
			ck_assert_int_eq(
			    chan_recv_now(parent, ROLE_PRIV, ROLE_DHCPD,
				PHASE_CONF, buf, &m, &why),
			    0);
		} while (m.type != MSG_REJECT);
		ck_assert_uint_eq(reader_u32(&m.body), 7);
		ck_assert_uint_eq(reader_u32(&m.body), round + 1);
		ck_assert_uint_gt(
		    reader_str(&m.body, reason, sizeof(reason)), 0);
		ck_assert_str_eq(reason, "no");
	}
}
END_TEST

Suite *suite_role(void);

Suite *
suite_role(void)
{
	Suite *s = suite_create("role");
	TCase *tc = tcase_create("role");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, reason_of_a_closed_channel);
	tcase_add_test(tc, message_without_a_function);
	tcase_add_test(tc, refused_record);
	return s;
}

UNIT_MAIN(suite_role)
