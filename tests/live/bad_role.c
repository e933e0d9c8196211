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
#include "daemon/log.h"
#include "daemon/role.h"
#include "sandbox/role_main.h"
#include "sandbox/sandbox.h"
#include "tests/live/bad_deeds.h"
#include "tests/live/bad_say.h"

#define AFTER_US 200000 /* the tests look at the others meanwhile */
#define AGAIN_US 20000
#define EXIT_STATUS 7
#define TITLE "pxeguard: " /* and the role, as the parent names a process */

extern char **environ;

struct bad bad = { .folder = -1 };

bool
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
	char name[32], variant[16];

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
	else if (is("ready-all"))
		say_of_all_generations(MSG_READY);
	else if (is("reject-all"))
		say_of_all_generations(MSG_REJECT);
	else if (sscanf(bad.deed, "message-%31[A-Z_]-%15s", name, variant) == 2)
		say_hostile(name, variant, bad.folder);
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

/* ------------------------------------------------------------- serving */

static void
go_wrong(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval again = { 0, AGAIN_US };

	(void)fd;
	(void)what;
	(void)arg;
	bad.n++;
	if (!go_wrong_alike() && deeds_serving[bad.role] != NULL)
		deeds_serving[bad.role]();
	/* The tests wait for this line, or for the death of the process. */
	if (bad.n == 1)
		log_warnx("did %s", bad.deed);
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

/* ---------------------------------------------------------------- capd */

static void
capture_wrong(void)
{
	/* A packet of 4 bytes; the counts and no reason. */
	static const uint8_t packet[20] = { [15] = 4 }, end[18];

	if (is("capture-exit"))
		_exit(EXIT_STATUS);
	if (is("capture-sender"))
		(void)say(PARENT_FD, MSG_EXPLAINED, end, 2);
	if (is("capture-fields"))
		(void)say(PARENT_FD, MSG_CAPTURED, packet, 19);
	if (is("capture-again")) {
		(void)say(PARENT_FD, MSG_CAPTURE_END, end, sizeof(end));
		flood(MSG_CAPTURED, packet, sizeof(packet));
	}
	while (is("capture-flood")) {
		flood(MSG_CAPTURED, packet, sizeof(packet));
		(void)poll(NULL, 0, 1);
	}
	hang();
}

/* ----------------------------------------------------------- every role */

static int
refuse(char *why)
{
	if (is("conf-hang"))
		hang();
	if (is("reject") ||
	    ((is("reject-later") || is("stop-shut")) && bad.commits > 0)) {
		(void)snprintf(why, ROLE_WHY_MAX, "a reason of its own");
		return -1;
	}
	return 0;
}

/* Refuses before it has read the rest, and takes its time for that. */
static int
begin(char *why)
{
	(void)why;
	if (!is("refuse-unread") || bad.commits == 0)
		return 0;
	say_of_all_generations(MSG_REJECT);
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
	if (bad.nsockets < BAD_SOCKETS_MAX)
		bad.sockets[bad.nsockets++] = fd;
	else
		(void)close(fd);
	return 0;
}

static int
take_message(struct chan *c, struct msg *m)
{
	if (bad.role == ROLE_CONFD && m->type == MSG_PARSE_GO)
		parse_wrong();
	if (bad.role == ROLE_CAPD && m->type == MSG_CAPTURE_FILE)
		capture_wrong();
	if (deeds_answering[bad.role] != NULL)
		deeds_answering[bad.role](c, m);
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
	if (is("stop-shut"))
		sockets_shut();
	if (is("stop-hang") || is("stop-shut"))
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
