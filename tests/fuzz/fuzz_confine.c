/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a text of /proc, for each of its parsers; the mounts are then
 * those of a role and of the host, whatever they are, and compared.
 */
#include <stdlib.h>
#include <string.h>

#include "command/confine_root.h"
#include "tests/fuzz/target.h"

#define INPUT_MAX 65536
#define MOUNTS_MAX 256

static size_t
mounts_parse(char *text, const char *end, struct confine_mount *list)
{
	struct confine_mount m;
	char *p = text;
	size_t n = 0;
	int r;

	while ((r = confine_mount_next(&m, &p)) == 1) {
		check(p > text && p <= end);
		check(m.point[0] == '/' && m.root[0] != '\0');
		check(m.point + strlen(m.point) <= end);
		if (n < MOUNTS_MAX)
			list[n++] = m;
	}
	check(r == -1 || *p == '\0');
	return n;
}

/* Nothing that a terminal interprets comes out. */
static void
compare_roots(struct confine_mount *list, size_t n)
{
	static struct confine_proc p;
	struct confine_mounts host = { NULL, list, n };
	struct confine_want want = {
		.who = CONFINE_ROLE, .nroots = 2, .roots = { "/srv", "/" }
	};
	char found[CONFINE_FOUND_MAX];
	const char *c;
	int kind;

	p.mounts = host;
	for (kind = 0; kind < SANDBOX_ROOT_MAX; kind++) {
		want.root = (enum sandbox_root)kind;
		found[0] = '\0';
		(void)confine_root(&p, &host, &want, found, sizeof(found));
		check(found[0] != '\0');
		for (c = found; *c != '\0'; c++)
			check((unsigned char)*c >= ' ' && *c != 0x7f);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct confine_mount list[MOUNTS_MAX];
	struct confine_fd_look look = { .mode = size > 0 ? (mode_t)data[0] << 9
							 : 0 };
	struct confine_status status;
	struct confine_limits limits;
	uint64_t ns;
	uint32_t mount;
	char *text;

	if (size > INPUT_MAX || (text = malloc(size + 1)) == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (confine_status_parse(&status, text))
		check(status.state >= 'A');
	(void)confine_limits_parse(&limits, text);
	(void)confine_ns_parse(text, "net", &ns);
	(void)confine_fdinfo_parse(text, &mount);
	look.link = look.protocol = text;
	look.nowhere = size % 2 == 0;
	check(confine_fd_name(confine_fd_kind(&look)) != NULL);
	compare_roots(list, mounts_parse(text, text + size, list));
	free(text);
	return 0;
}
