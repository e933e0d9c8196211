/* SPDX-License-Identifier: ISC */
/*
 * deny CALL[=ERRNO] COMMAND ...: runs a command on a kernel where a system call
 * fails with this error number; without it the call seems not to exist.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seccomp.h>

int
main(int argc, char **argv)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	char *number = argc < 3 ? NULL : strchr(argv[1], '=');
	uint16_t error = ENOSYS;
	int nr;

	if (argc < 3 || ctx == NULL)
		return 125;
	if (number != NULL) {
		*number++ = '\0';
		error = (uint16_t)strtoul(number, NULL, 10);
	}
	nr = seccomp_syscall_resolve_name(argv[1]);
	/* Set-up of the roles takes root's rights. */
	if (nr == __NR_SCMP_ERROR ||
	    seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0) < 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(error), nr, 0) < 0 ||
	    seccomp_load(ctx) < 0) {
		(void)fprintf(stderr, "deny: cannot deny %s\n", argv[1]);
		return 125;
	}
	(void)execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 126;
}
