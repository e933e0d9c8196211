/* SPDX-License-Identifier: ISC */
/*
 * container FILTER COMMAND ...: runs a command below the system call filter of
 * a container's engine.  FILTER is
 *
 *	docker		Docker's, without CAP_SYS_ADMIN
 *	docker-admin	the same with CAP_SYS_ADMIN, which permits more
 *	nspawn		systemd-nspawn's
 *
 * Followed by ",CALL" for each call that it permits besides.  What is refused
 * here is what these engines refuse of the calls that exist on a machine of
 * today; calls that nobody names are permitted.
 */
#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <seccomp.h>

#define NAMESPACES                                                     \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
	    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/* Engines that refuse a call, by a letter of `where`. */
static const struct {
	const char *call;
	const char *where; /* d: docker, a: docker-admin, n: nspawn */
} refused[] = {
	{ "acct", "dan" },
	{ "add_key", "dan" },
	{ "bpf", "dn" },
	{ "delete_module", "dan" },
	{ "fanotify_init", "dn" },
	{ "finit_module", "dan" },
	{ "fsconfig", "d" },
	{ "fsmount", "d" },
	{ "fsopen", "d" },
	{ "fspick", "d" },
	{ "init_module", "dan" },
	{ "ioperm", "dan" },
	{ "iopl", "dan" },
	{ "kcmp", "da" },
	{ "kexec_load", "dan" },
	{ "keyctl", "dan" },
	{ "landlock_add_rule", "n" },
	{ "landlock_create_ruleset", "n" },
	{ "landlock_restrict_self", "n" },
	{ "mbind", "da" },
	{ "mount", "d" },
	{ "mount_setattr", "d" },
	{ "move_mount", "d" },
	{ "move_pages", "dan" },
	{ "open_tree", "d" },
	{ "perf_event_open", "dn" },
	{ "pivot_root", "da" },
	{ "process_madvise", "da" },
	{ "quotactl", "dn" },
	{ "reboot", "da" },
	{ "request_key", "dan" },
	{ "seccomp", "n" },
	{ "setdomainname", "d" },
	{ "sethostname", "d" },
	{ "setns", "d" },
	{ "settimeofday", "dan" },
	{ "swapoff", "dan" },
	{ "swapon", "dan" },
	{ "syslog", "dn" },
	{ "umount2", "d" },
	{ "unshare", "d" },
	{ "userfaultfd", "da" },
	{ "vhangup", "da" },
};

/* Whether a word stands in a list with commas, behind its first word. */
static int
listed(const char *list, const char *word)
{
	size_t n = strlen(word);
	const char *p;

	for (p = strchr(list, ','); p != NULL; p = strchr(p, ','))
		if (strncmp(++p, word, n) == 0 && (p[n] == '\0' || p[n] == ','))
			return 1;
	return 0;
}

static char
letter_of(const char *filter)
{
	if (strncmp(filter, "docker-admin", 12) == 0)
		return 'a';
	return strncmp(filter, "docker", 6) == 0 ? 'd' : 'n';
}

static int
refuse(scmp_filter_ctx ctx, const char *filter)
{
	char letter = letter_of(filter);
	size_t i;
	int nr;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		nr = seccomp_syscall_resolve_name(refused[i].call);
		if (strchr(refused[i].where, letter) != NULL &&
		    !listed(filter, refused[i].call) &&
		    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), nr, 0) < 0)
			return -1;
	}
	if (letter != 'd')
		return 0;
	for (i = 0; i < 32; i++)
		if ((NAMESPACES & 1U << i) != 0 &&
		    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
			SCMP_SYS(clone), 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, 1U << i, 1U << i)) < 0)
			return -1;
	return seccomp_rule_add(
	    ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

int
main(int argc, char **argv)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	if (argc < 3 || ctx == NULL)
		return 125;
	/* An engine sets it before it gives up CAP_SYS_ADMIN. */
	if (seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0) < 0 ||
	    refuse(ctx, argv[1]) < 0 || seccomp_load(ctx) < 0) {
		(void)fprintf(stderr, "container: no filter %s\n", argv[1]);
		return 125;
	}
	(void)execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 126;
}
