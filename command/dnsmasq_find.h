/* SPDX-License-Identifier: ISC */
/* Finds the dnsmasq that runs on this host, and how it was started. */
#ifndef COMMAND_DNSMASQ_FIND_H
#define COMMAND_DNSMASQ_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define DNSMASQ_WORDS_MAX 512
#define DNSMASQ_LINE_MAX 65536 /* bytes of a command line */
#define DNSMASQ_UNIT_MAX 128

struct dnsmasq {
	pid_t pid; /* 0: none runs */
	char unit[DNSMASQ_UNIT_MAX]; /* "": no service of systemd */
	int nwords; /* of its command line, the program first */
	char *words[DNSMASQ_WORDS_MAX];
	char line[DNSMASQ_LINE_MAX]; /* which the words are parts of */
};

/*
 * Finds the privileged process of dnsmasq in this network namespace; with a pid
 * other than 0, takes that process.  If there are several, those that other
 * services started are ignored, unless all are.  Returns -1 after logging why;
 * 0 also if none runs.
 */
int dnsmasq_find(struct dnsmasq *, pid_t pid);

/*
 * How Debian would start it: fills the words from /etc/default/dnsmasq, if
 * there is such a file.
 */
void dnsmasq_find_default(struct dnsmasq *);

#endif
