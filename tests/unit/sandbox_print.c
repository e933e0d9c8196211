/* SPDX-License-Identifier: ISC */
/*
 * Prints the tables that documents quote, one fact a line:
 *
 *	role NAME
 *	message NAME NUMBER
 *	call ROLE setup|serve NAME
 *	messages-to-parent COUNT
 *	sent NAME parent|peer ROLE ...	who may send it while serving
 *	sanitizers	in a build whose tables allow what those need
 */
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/msg.h"
#include "sandbox/table.h"

static void
print_call(const struct sandbox_call *c, enum role r, const char *stage)
{
	char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, c->nr);

	/* Calls that this architecture does not have, have no number. */
	if (c->nr >= 0 && name != NULL)
		(void)printf("call %s %s %s\n", role_name(r), stage, name);
	free(name);
}

static void
print_senders(const struct msg_spec *spec)
{
	enum role r;

	if ((spec->from & ROLES_SERVERS) == 0 || (spec->phase & PHASE_RUN) == 0)
		return;
	(void)printf("sent %s %s", spec->name,
	    (spec->to & ROLE_BIT(ROLE_PRIV)) != 0 ? "parent" : "peer");
	for (r = ROLE_CONFD; r < ROLE_MAX; r++)
		if ((spec->from & ROLE_BIT(r)) != 0)
			(void)printf(" %s", role_name(r));
	(void)printf("\n");
}

static void
print_messages(void)
{
	unsigned int to_parent = 0;
	uint16_t type;

	for (type = 0; type < MSG_TYPE_MAX; type++) {
		const struct msg_spec *spec = msg_spec(type);

		if (spec == NULL)
			continue;
		(void)printf("message %s %u\n", spec->name, type);
		print_senders(spec);
		if ((spec->to & ROLE_BIT(ROLE_PRIV)) != 0)
			to_parent++;
	}
	(void)printf("messages-to-parent %u\n", to_parent);
}

int
main(void)
{
	size_t i;
	enum role r;

	for (i = 0; i < sandbox_ncalls; i++)
		for (r = ROLE_CONFD; r < ROLE_MAX; r++) {
			if (sandbox_calls[i].setup & ROLE_BIT(r))
				print_call(&sandbox_calls[i], r, "setup");
			if (sandbox_calls[i].serve & ROLE_BIT(r))
				print_call(&sandbox_calls[i], r, "serve");
		}
#ifdef PXEGUARD_SANITIZE
	(void)printf("sanitizers\n");
#endif
	for (r = ROLE_CONFD; r < ROLE_MAX; r++)
		(void)printf("role %s\n", role_name(r));
	print_messages();
	return 0;
}
