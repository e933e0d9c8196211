/* SPDX-License-Identifier: ISC */
/* The start of a role's program: BOOT, the sandbox, and then its event loop. */
#include "sandbox/role_main.h"

#include "daemon/log.h"
#include "sandbox/sandbox.h"

/* The one message that is read before the sandbox is entered. */
static void
boot_receive(enum role id, struct boot *boot)
{
	uint8_t buf[MSG_SIZE_MAX];
	const char *why;
	struct msg m;

	if (chan_recv_now(ROLE_CHANNEL_FD, id, ROLE_PRIV, PHASE_BOOT, buf, &m,
		&why) == -1)
		fatalx(
		    "no BOOT message: %s; roles must be started by pxeguard, not directly",
		    why);
	if (m.type != MSG_BOOT || sandbox_boot_decode(&m.body, boot) == -1 ||
	    boot->role != id)
		fatalx("the BOOT message is for another role");
}

int
role_main(const struct role_ops *ops)
{
	struct role_start start;
	struct boot boot;
	uint8_t body[4];
	struct writer w;

	role_begin(ops);
	boot_receive(ops->id, &boot);
	start = (struct role_start){ .uid = boot.uid,
		.gid = boot.gid,
		.max_fds = boot.max_fds,
		.log_level = boot.log_level,
		.narrow = sandbox_narrow };
	role_start(&start);
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, sandbox_enter(&boot));
	if (chan_send_now(ROLE_CHANNEL_FD, MSG_LAYERS, 0, &w) == -1)
		fatal("cannot report to the parent");
	return role_run();
}
