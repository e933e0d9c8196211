/* SPDX-License-Identifier: ISC */
/*
 * A role that somebody has taken over.  At its start, before it enters its
 * sandbox, it reads /run/bad-role/NAME: the name of a deed, and the path of
 * the honest program.  It starts as it should and then does the deed; where
 * that is "none", it is the honest program.
 *
 * The deeds and what must follow are in test_bad_role.py; those before the
 * sandbox is entered, which only --confinement notices, in test_confinement.py.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/buf.h"
#include "daemon/endpoint.h"
#include "daemon/file.h"
#include "daemon/lease.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/serial.h"
#include "sandbox/role_main.h"
#include "sandbox/sandbox.h"
#include "tests/live/bad_say.h"

#define AFTER_US 200000 /* the tests look at the others meanwhile */
#define AGAIN_US 20000
#define FILE_GIVE_LEN 18 /* bytes of its body */
#define ROOM_MS 5000 /* the parent makes room for a message in that time */
#define EXIT_STATUS 7
#define TITLE "pxeguard: " /* and the role, as the parent names a process */

extern char **environ;

static struct {
	enum role role;
	char deed[64];
	char honest[512];
	uint32_t ifindex; /* of br0 */
	uint32_t n; /* how often go_wrong() came */
	unsigned int commits;
	int folder; /* imaged: a directory */
} bad = { .folder = -1 };

static bool
is(const char *deed)
{
	return strcmp(bad.deed, deed) == 0;
}

/* For ever, and without a system call that is forbidden. */
__attribute__((noreturn)) static void
hang(void)
{
	for (;;)
		(void)poll(NULL, 0, -1);
}

/* A loop that has no end but says something in it. */
__attribute__((noreturn)) static void
mutter(void)
{
	static const uint8_t line[] = { 4, 0, 1, 'x' };

	for (;;) {
		(void)say(PARENT_FD, MSG_LOG, line, sizeof(line));
		(void)poll(NULL, 0, 100);
	}
}

/* Says that it is alive, and reads nothing. */
__attribute__((noreturn)) static void
pretend_busy(void)
{
	static const uint8_t number[4]; /* 0: busy, but alive */

	for (;;) {
		(void)say(PARENT_FD, MSG_PONG, number, sizeof(number));
		(void)poll(NULL, 0, 1000);
	}
}

/* --------------------------------------------------- what any role does */

/* A message that another role may send. */
static void
pretend(void)
{
	static const uint8_t neigh[11],
	    socket_ask[4 + 2 * ENDPOINT_ENCODED_MAX];

	if (bad.role == ROLE_DHCPD)
		(void)say(
		    PARENT_FD, MSG_SOCKET_ASK, socket_ask, sizeof(socket_ask));
	else
		(void)say(PARENT_FD, MSG_NEIGH_ASK, neigh, sizeof(neigh));
}

static bool
go_wrong_alike(void)
{
	static const uint8_t layers[4], generation[4] = { 0xff, 0, 0, 1 };
	static const uint8_t wrong_log[] = { 99, 0, 1, 'x' };

	if (is("call"))
		(void)syscall(SYS_ptrace, 0, 1, 0, 0);
	else if (is("argument"))
		(void)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	else if (is("unknown"))
		(void)say(PARENT_FD, MSG_TYPE_MAX, layers, 4);
	else if (is("sender"))
		pretend();
	else if (is("length"))
		(void)say(PARENT_FD, MSG_READY, "x", 1);
	else if (is("fields"))
		(void)say(PARENT_FD, MSG_LOG, wrong_log, sizeof(wrong_log));
	else if (is("phase"))
		(void)say(PARENT_FD, MSG_LAYERS, layers, sizeof(layers));
	else if (is("flood-log"))
		flood_log("a flood \x1b[31m\xe2\x80\xae", 4);
	else if (is("flood-ready"))
		flood(MSG_READY, generation, sizeof(generation));
	else if (is("flood-pong"))
		flood(MSG_PONG, generation, sizeof(generation));
	else if (is("hang"))
		hang();
	else if (is("mutter"))
		mutter();
	else if (is("busy"))
		pretend_busy();
	else if (is("exit"))
		_exit(EXIT_STATUS);
	else if (is("close")) {
		(void)close(PARENT_FD);
		hang();
	} else if (is("dying-lie")) {
		lie_about_death();
		_exit(EXIT_STATUS);
	} else
		return false;
	return true;
}

/* ------------------------------------------------ what only some can do */

static void
go_wrong_tftpd(void)
{
	static const uint8_t all[4] = { 192, 168, 1, 255 };
	static const uint8_t service[4] = { 10, 9, 9, 9 };
	static const uint8_t client[4] = { 192, 168, 1, 77 };
	static const uint8_t give[FILE_GIVE_LEN];
	struct pollfd parent = { PARENT_FD, POLLOUT, 0 };
	int i;

	if (is("policy"))
		(void)ask_socket(bad.ifindex, all, 2000);
	else if (is("inside"))
		(void)ask_socket(bad.ifindex, service, 161);
	else if (is("accuse"))
		accuse_all(ROLE_DHCPD);
	else if (is("flood-accuse"))
		accuse_all(ROLE_IMAGED);
	else if (is("peer"))
		say_peer(MSG_FILE_GIVE, give, sizeof(give));
	else if (is("flood-ask"))
		for (i = 0; i < BURST; i++)
			while (ask_socket(bad.ifindex, client,
				   (uint16_t)(1024 + i)) == -1 &&
			       poll(&parent, 1, ROOM_MS) == 1 &&
			       parent.revents == POLLOUT)
				continue;
}

static void
go_wrong_dhcpd(void)
{
	static const uint8_t durable[1];
	uint32_t i;

	if (is("neigh-foreign"))
		ask_neigh(bad.ifindex, 0x0a090909);
	else if (is("neigh-outside"))
		ask_neigh(bad.ifindex,
		    0xc0a801c8); /* .200: in the net, in no range */
	else if (is("flood-neigh"))
		for (i = 0; i < BURST; i++)
			ask_neigh(bad.ifindex, 0xc0a80132 + i % 100);
	else if (is("accuse"))
		accuse_all(ROLE_TFTPD);
	else if (is("flood-accuse"))
		accuse_all(ROLE_LEASED);
	else if (is("peer"))
		say_peer(MSG_LEASE_DURABLE, durable, 1);
}

/* Bytes that are no serial, or serials in a row, to leased or to imaged. */
static bool
go_wrong_with_serials(enum role to, enum msg_type with_row)
{
	struct serial_row row = { .root = "/srv/tftpboot" };
	static uint8_t body[SERIAL_ENCODED_MAX];
	struct chan *peer = role_peer(to);
	struct writer w;
	int i;

	if (!is("serial-garbage") && !is("flood-serials"))
		return false;
	for (i = 0; peer != NULL && i < BURST && chan_queued(peer) < BURST;
	     i++) {
		row.serial = bad.n * BURST + (uint32_t)i;
		writer_init(&w, body, sizeof(body));
		if (is("serial-garbage"))
			writer_zero(&w, SERIAL_ENCODED_MIN + (size_t)i);
		else
			serial_row_encode(&row, &w);
		(void)chan_send(peer, with_row, row.serial, &w, -1);
		if (is("serial-garbage"))
			break;
		if (bad.role == ROLE_LEASED)
			(void)chan_send(
			    peer, MSG_SERIAL_DURABLE, row.serial, NULL, -1);
		/* It may have been closed, and is then another one. */
		peer = role_peer(to);
	}
	return true;
}

/* Rows that nobody asked for, and leases stored that nobody stored. */
static void
go_wrong_leased(void)
{
	struct lease l = { .addr = { 4, { 192, 168, 1, 50 } },
		.state = LEASE_BOUND,
		.hwtype = 1,
		.hwlen = 6 };
	struct chan *dhcpd = role_peer(ROLE_DHCPD);
	uint8_t body[LEASE_ENCODED_MAX];
	struct writer w;
	int i;

	writer_init(&w, body, sizeof(body));
	lease_encode(&l, &w);
	if (dhcpd == NULL || go_wrong_with_serials(ROLE_IMAGED, MSG_SERIAL_ROW))
		return;
	if (is("flood-rows")) {
		for (i = 0; i < BURST && chan_queued(dhcpd) < BURST; i++)
			(void)chan_send(dhcpd, MSG_LEASE_ROW, 77, &w, -1);
	} else if (is("flood-durable")) {
		for (i = 0; i < BURST && chan_queued(dhcpd) < BURST; i++)
			(void)chan_send(dhcpd, MSG_LEASE_DURABLE,
			    bad.n * BURST + (uint32_t)i, NULL, -1);
	} else if (is("peer")) {
		say_peer(MSG_LEASE_LOADED, "x", 1);
	} else if (is("flood-accuse")) {
		accuse_all(ROLE_DHCPD);
	}
}

static void
go_wrong_imaged(void)
{
	uint32_t i;

	if (go_wrong_with_serials(ROLE_LEASED, MSG_SERIAL_PUT))
		return;
	if (is("flood-give"))
		for (i = 0; i < BURST; i++)
			give(
			    ROLE_TFTPD, bad.n * BURST + i, FILE_MISSING, 0, -1);
	else if (is("peer"))
		say_peer(MSG_FILE_GIVE, "x", 1);
	else if (is("flood-accuse"))
		accuse_all(ROLE_TFTPD);
}

static void
go_wrong(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval again = { 0, AGAIN_US };

	(void)fd;
	(void)what;
	(void)arg;
	bad.n++;
	if (!go_wrong_alike()) {
		if (bad.role == ROLE_TFTPD)
			go_wrong_tftpd();
		else if (bad.role == ROLE_DHCPD)
			go_wrong_dhcpd();
		else if (bad.role == ROLE_LEASED)
			go_wrong_leased();
		else
			go_wrong_imaged();
	}
	if (strncmp(bad.deed, "flood-", 6) == 0)
		(void)event_base_once(
		    role_base(), -1, EV_TIMEOUT, go_wrong, NULL, &again);
}

static void
committed(void)
{
	static const struct timeval later = { 0, AFTER_US };

	if (bad.commits++ == 0)
		(void)event_base_once(
		    role_base(), -1, EV_TIMEOUT, go_wrong, NULL, &later);
}

/* --------------------------------------------------------------- confd */

static void
ask_include(void)
{
	uint8_t body[64];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u8(&w, 0);
	writer_str(&w, "/etc/hostname");
	(void)say(PARENT_FD, MSG_INCLUDE, body, w.len);
}

/* A record of no kind; the longest line of complaint. */
static void
parse_wrong(void)
{
	static const uint8_t nonsense[] = { 0, 3, 250, 1, 2 };
	static const uint8_t parsed[8], interface[] = { 99, 0, 1, 'x' };
	char text[LOG_LINE_MAX / 2];
	uint8_t body[LOG_LINE_MAX];
	struct writer w;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	if (is("parse-exit"))
		_exit(EXIT_STATUS);
	if (is("parse-hang"))
		hang();
	if (is("parse-nonsense"))
		(void)say(
		    PARENT_FD, MSG_PARSE_RECORDS, nonsense, sizeof(nonsense));
	if (is("parse-sender"))
		(void)say(PARENT_FD, MSG_READY, parsed, 4);
	if (is("parse-fields"))
		(void)say(PARENT_FD, MSG_DIAG, interface, sizeof(interface));
	if (is("parse-twice")) {
		(void)say(PARENT_FD, MSG_PARSED, parsed, sizeof(parsed));
		(void)say(PARENT_FD, MSG_PARSED, parsed, sizeof(parsed));
	}
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, 4);
	writer_str(&w, "file");
	writer_u32(&w, 1);
	writer_u32(&w, 1);
	writer_str(&w, text);
	while (is("parse-flood-diag")) {
		flood(MSG_DIAG, body, w.len);
		(void)poll(NULL, 0, 1);
	}
	while (is("parse-flood-include")) {
		ask_include();
		(void)poll(NULL, 0, 0);
	}
	hang();
}

/* ----------------------------------------------------------- every role */

static int
refuse(char *why)
{
	if (is("conf-hang"))
		hang();
	if (is("reject") || (is("reject-later") && bad.commits > 0)) {
		(void)snprintf(why, ROLE_WHY_MAX, "a reason of its own");
		return -1;
	}
	return 0;
}

/* Refuses before it has read the rest, and takes its time for that. */
static int
begin(char *why)
{
	uint8_t body[16];
	struct writer w;
	uint32_t n;

	(void)why;
	if (!is("refuse-unread") || bad.commits == 0)
		return 0;
	for (n = 0; n < 64; n++) {
		writer_init(&w, body, sizeof(body));
		writer_u32(&w, n);
		writer_u32(&w, n);
		writer_str(&w, "no");
		(void)say(PARENT_FD, MSG_REJECT, body, w.len);
	}
	(void)poll(NULL, 0, 50);
	return 0;
}

static int
take_iface(const struct iface *i, char *why)
{
	(void)why;
	if (strcmp(i->name, "br0") == 0)
		bad.ifindex = i->index;
	return 0;
}

static int
take_socket(enum socket_use use, uint32_t ifindex, int fd, char *why)
{
	(void)use;
	(void)ifindex;
	(void)why;
	(void)close(fd);
	return 0;
}

static int
take_message(struct chan *c, struct msg *m)
{
	(void)c;
	if (bad.role == ROLE_CONFD && m->type == MSG_PARSE_GO)
		parse_wrong();
	if (m->type != MSG_FILE_ASK)
		return 0;
	if (is("give-folder"))
		give(ROLE_TFTPD, m->id, FILE_OK, 4096, bad.folder);
	else if (is("give-too-long"))
		give(ROLE_TFTPD, m->id, FILE_OK, INT64_MAX, bad.folder);
	return 0;
}

static void
start(void)
{
	if (bad.role == ROLE_IMAGED)
		bad.folder = open("/0", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
stop(void)
{
	if (is("stop-hang"))
		hang();
}

static struct role_ops ops = {
	.start = start,
	.conf_begin = begin,
	.conf_iface = take_iface,
	.conf_socket = take_socket,
	.conf_end = refuse,
	.conf_commit = committed,
	.message = take_message,
	.stop = stop,
};

static void
read_deed(const char *title)
{
	const char *name = title + sizeof(TITLE) - 1;
	char path[64], text[1024];
	enum role r;
	ssize_t n;
	int fd;

	if (strncmp(title, TITLE, sizeof(TITLE) - 1) != 0)
		_exit(119);
	for (r = ROLE_CONFD; r < ROLE_MAX; r++)
		if (strcmp(role_name(r), name) == 0)
			ops.id = bad.role = r;
	(void)snprintf(path, sizeof(path), "/run/bad-role/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n <= 0)
		_exit(120);
	text[n] = '\0';
	if (sscanf(text, "%63s %511s", bad.deed, bad.honest) != 2)
		_exit(121);
}

/* As the parent started this one. */
__attribute__((noreturn)) static void
be_honest(char **argv)
{
	int fd = open(bad.honest, O_PATH | O_CLOEXEC);

	(void)execveat(fd, "", argv, environ, AT_EMPTY_PATH);
	_exit(122);
}

static void
narrow_nothing(enum role role)
{
	(void)role;
}

/* As role_main(), but without the sandbox that it reports. */
static int
serve_unconfined(void)
{
	struct role_start start = { .narrow = narrow_nothing };
	uint8_t buf[MSG_SIZE_MAX], layers[4];
	struct boot boot;
	struct writer w;
	const char *why;
	struct msg m;

	role_begin(&ops);
	if (chan_recv_now(PARENT_FD, bad.role, ROLE_PRIV, PHASE_BOOT, buf, &m,
		&why) == -1 ||
	    sandbox_boot_decode(&m.body, &boot) == -1)
		_exit(123);
	start.uid = boot.uid;
	start.gid = boot.gid;
	start.max_fds = boot.max_fds;
	start.log_level = boot.log_level;
	role_start(&start);
	writer_init(&w, layers, sizeof(layers));
	writer_u32(&w, SANDBOX_ALL);
	(void)say(PARENT_FD, MSG_LAYERS, layers, w.len);
	return role_run();
}

/* A process of another file, which ends with this one. */
static void
start_child(void)
{
	char name[] = "hang", *argv[] = { name, NULL };
	int fd = open("/run/bad-role/child", O_PATH | O_CLOEXEC);

	if (fork() != 0)
		return;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	(void)execveat(fd, "", argv, environ, AT_EMPTY_PATH);
	_exit(124);
}

int
main(int argc, char **argv)
{
	static const uint8_t none[4];

	(void)argc;
	if (strcmp(argv[0], "hang") == 0)
		hang();
	read_deed(argv[0]);
	if (is("none"))
		be_honest(argv);
	if (is("boot-exit"))
		_exit(EXIT_STATUS);
	if (is("boot-hang"))
		hang();
	if (is("layers-lie"))
		return serve_unconfined();
	if (is("child"))
		start_child();
	/* role_begin() closes what is above the channel. */
	if (is("descriptor"))
		(void)dup2(open("/etc/passwd", O_RDONLY | O_CLOEXEC), 1);
	if (is("layers-missing")) {
		(void)say(PARENT_FD, MSG_LAYERS, none, sizeof(none));
		hang();
	}
	return role_main(&ops);
}
