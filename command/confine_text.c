/* SPDX-License-Identifier: ISC */
/* Parses what /proc says of a process: status, limits, mounts, descriptors. */
#include "command/confine_text.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A number at *p, in base 8, 10 or 16; advances *p. */
static bool
number_read(const char **p, unsigned int base, uint64_t max, uint64_t *n)
{
	static const char digits[] = "0123456789abcdef";
	const char *start = *p, *digit;

	for (*n = 0; **p != '\0' && (digit = memchr(digits, **p, base)) != NULL;
	     (*p)++) {
		if (*n > (max - (uint64_t)(digit - digits)) / base)
			return false;
		*n = *n * base + (uint64_t)(digit - digits);
	}
	return *p > start;
}

static bool
u32_read(const char **p, uint32_t *dst)
{
	uint64_t n = 0;
	bool ok = number_read(p, 10, UINT32_MAX, &n);

	*dst = (uint32_t)n;
	return ok;
}

static void
blanks_skip(const char **p)
{
	*p += strspn(*p, " \t");
}

/* Whether nothing but blanks is left of a line. */
static bool
line_ends(const char *p)
{
	blanks_skip(&p);
	return *p == '\n' || *p == '\0';
}

/* ---------------------------------------------------------------- status */

static bool
field_number(const char *p, void *dst)
{
	return u32_read(&p, dst) && line_ends(p);
}

static bool
field_hex(const char *p, void *dst)
{
	return number_read(&p, 16, UINT64_MAX, dst) && line_ends(p);
}

static bool
field_ids(const char *p, void *dst)
{
	uint32_t *ids = dst;
	int i;

	for (i = 0; i < CONFINE_IDS; i++) {
		blanks_skip(&p);
		if (!u32_read(&p, &ids[i]))
			return false;
	}
	return line_ends(p);
}

static bool
field_groups(const char *p, void *dst)
{
	uint32_t *n = dst, gid;

	for (*n = 0; !line_ends(p); (*n)++) {
		blanks_skip(&p);
		if (!u32_read(&p, &gid) || (*p != ' ' && !line_ends(p)))
			return false;
	}
	return true;
}

/* "S (sleeping)" */
static bool
field_state(const char *p, void *dst)
{
	char *state = dst;

	*state = *p;
	return *p >= 'A' && *p <= 'z' && (p[1] == ' ' || line_ends(p + 1));
}

/* The start of the value of a field; NULL unless it is there once. */
static const char *
field_find(const char *text, const char *name, bool *twice)
{
	const char *line, *found = NULL;
	size_t n = strlen(name);

	for (line = text; line != NULL && *line != '\0';) {
		if (strncmp(line, name, n) == 0 && line[n] == ':') {
			if (found != NULL)
				*twice = true;
			found = line + n + 1;
		}
		if ((line = strchr(line, '\n')) != NULL)
			line++;
	}
	if (found != NULL)
		blanks_skip(&found);
	return *twice ? NULL : found;
}

bool
confine_status_parse(struct confine_status *s, const char *text)
{
	const struct {
		const char *name;
		bool (*read)(const char *, void *);
		void *dst;
	} fields[] = {
		{ "State", field_state, &s->state },
		{ "PPid", field_number, &s->ppid },
		{ "Uid", field_ids, s->uid },
		{ "Gid", field_ids, s->gid },
		{ "Groups", field_groups, &s->ngroups },
		{ "Threads", field_number, &s->threads },
		{ "CapInh", field_hex, &s->cap[CONFINE_CAP_INHERITABLE] },
		{ "CapPrm", field_hex, &s->cap[CONFINE_CAP_PERMITTED] },
		{ "CapEff", field_hex, &s->cap[CONFINE_CAP_EFFECTIVE] },
		{ "CapBnd", field_hex, &s->cap[CONFINE_CAP_BOUNDING] },
		{ "CapAmb", field_hex, &s->cap[CONFINE_CAP_AMBIENT] },
		{ "NoNewPrivs", field_number, &s->no_new_privs },
		{ "Seccomp", field_number, &s->seccomp },
	};
	const char *value;
	bool twice = false;
	size_t i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		value = field_find(text, fields[i].name, &twice);
		if (value == NULL || !fields[i].read(value, fields[i].dst))
			return false;
	}
	value = field_find(text, "Seccomp_filters", &twice);
	s->counted = value != NULL;
	return !twice && (value == NULL || field_number(value, &s->filters));
}

/* ---------------------------------------------------------------- limits */

static bool
limit_read(const char **p, uint64_t *dst)
{
	static const char none[] = "unlimited";

	blanks_skip(p);
	if (strncmp(*p, none, sizeof(none) - 1) != 0)
		return number_read(p, 10, UINT64_MAX - 1, dst);
	*p += sizeof(none) - 1;
	*dst = CONFINE_UNLIMITED;
	return true;
}

bool
confine_limits_parse(struct confine_limits *l, const char *text)
{
	static const char *const names[CONFINE_LIMIT_MAX] = {
		[CONFINE_NOFILE] = "Max open files ",
		[CONFINE_NPROC] = "Max processes ",
		[CONFINE_CORE] = "Max core file size ",
		[CONFINE_FSIZE] = "Max file size ",
		[CONFINE_MEMLOCK] = "Max locked memory ",
		[CONFINE_MSGQUEUE] = "Max msgqueue size ",
	};
	char line[64];
	const char *p;
	int i;

	memset(l, 0, sizeof(*l));
	for (i = 0; i < CONFINE_LIMIT_MAX; i++) {
		(void)snprintf(line, sizeof(line), "\n%s", names[i]);
		if ((p = strstr(text, line)) == NULL)
			return false;
		p += strlen(line);
		if (!limit_read(&p, &l->soft[i]) || *p != ' ' ||
		    !limit_read(&p, &l->hard[i]) || *p != ' ')
			return false;
	}
	return true;
}

/* ---------------------------------------------------------------- mounts */

const char *const confine_mount_flags[CONFINE_MOUNT_FLAGS] = { "ro", "nosuid",
	"nodev", "noexec", "nosymfollow" };

/* The next word of a line, which ends with a NUL then; NULL: there is none. */
static char *
word_next(char **line)
{
	char *word = *line, *end = strchr(word, ' ');

	if (*word == '\0' || *word == ' ')
		return NULL;
	if (end != NULL)
		*end = '\0';
	*line = end == NULL ? word + strlen(word) : end + 1;
	return word;
}

static bool
is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* The kernel writes blanks, ends of lines and backslashes as \NNN. */
static void
unescape(char *s)
{
	char *d = s;

	for (; *s != '\0'; s++)
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' &&
		    is_octal(s[2]) && is_octal(s[3]) &&
		    (s[1] != '0' || s[2] != '0' || s[3] != '0')) {
			*d++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 +
				      (s[3] - '0'));
			s += 3;
		} else {
			*d++ = *s;
		}
	*d = '\0';
}

static uint32_t
flags_of(const char *options)
{
	uint32_t flags = 0;
	size_t i, n;

	for (; *options != '\0'; options += n + (options[n] == ',')) {
		n = strcspn(options, ",");
		for (i = 0; i < CONFINE_MOUNT_FLAGS; i++)
			if (strlen(confine_mount_flags[i]) == n &&
			    memcmp(confine_mount_flags[i], options, n) == 0)
				flags |= UINT32_C(1) << i;
	}
	return flags;
}

/* "254:0" */
static bool
device_read(const char *p, struct confine_mount *m)
{
	return u32_read(&p, &m->major) && *p++ == ':' &&
	       u32_read(&p, &m->minor) && *p == '\0';
}

/*
 * proc_pid_mountinfo(5): id, parent, device, root, point, options, optional
 * fields, "-", type, source, options of the file system.
 */
static bool
mount_read(struct confine_mount *m, char *line)
{
	const char *id = word_next(&line), *above = word_next(&line);
	const char *device = word_next(&line), *options, *field;
	char *root = word_next(&line), *point = word_next(&line);

	if (id == NULL || above == NULL || device == NULL || root == NULL ||
	    point == NULL || (options = word_next(&line)) == NULL ||
	    !u32_read(&id, &m->id) || *id != '\0' || !device_read(device, m))
		return false;
	do {
		if ((field = word_next(&line)) == NULL)
			return false;
	} while (strcmp(field, "-") != 0);
	unescape(root);
	unescape(point);
	m->root = root;
	m->point = point;
	m->flags = flags_of(options);
	m->type = word_next(&line);
	return m->type != NULL && point[0] == '/';
}

int
confine_mount_next(struct confine_mount *m, char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	memset(m, 0, sizeof(*m));
	if (*line == '\0')
		return 0;
	if (end == NULL)
		return -1; /* it was cut off */
	*end = '\0';
	*text = end + 1;
	return mount_read(m, line) ? 1 : -1;
}

bool
confine_mount_maps(const struct confine_mount *of,
    const struct confine_mount *m, char *dst, size_t size)
{
	size_t n = strlen(of->root), at = strlen(of->point);

	if (of->major != m->major || of->minor != m->minor ||
	    strncmp(of->root, m->root, n) != 0)
		return false;
	if (n > 0 && of->root[n - 1] == '/')
		n--;
	if (m->root[n] != '/' && m->root[n] != '\0')
		return false;
	if (at > 0 && of->point[at - 1] == '/')
		at--;
	/* The root of both is "/". */
	if (at == 0 && (m->root[n] == '\0' || m->root[n + 1] == '\0'))
		return (size_t)snprintf(dst, size, "/") < size;
	return (size_t)snprintf(dst, size, "%.*s%s", (int)at, of->point,
		   strcmp(m->root + n, "/") == 0 ? "" : m->root + n) < size;
}

/* ----------------------------------------------------------- descriptors */

bool
confine_ns_parse(const char *link, const char *kind, uint64_t *number)
{
	size_t n = strlen(kind);
	const char *p = link + n;

	if (strncmp(link, kind, n) != 0 || *p++ != ':' || *p++ != '[')
		return false;
	return number_read(&p, 10, UINT64_MAX, number) && strcmp(p, "]") == 0;
}

bool
confine_fdinfo_parse(const char *text, uint32_t *mount)
{
	bool twice = false;
	const char *value = field_find(text, "mnt_id", &twice);

	return value != NULL && field_number(value, mount);
}

static bool
starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static enum confine_fd
socket_kind(const char *protocol)
{
	if (starts(protocol, "UNIX"))
		return CONFINE_FD_UNIX;
	if (strcmp(protocol, "UDP") == 0 || strcmp(protocol, "UDPv6") == 0)
		return CONFINE_FD_UDP;
	if (strcmp(protocol, "TCP") == 0 || strcmp(protocol, "TCPv6") == 0)
		return CONFINE_FD_TCP;
	if (strcmp(protocol, "NETLINK") == 0)
		return CONFINE_FD_NETLINK;
	return CONFINE_FD_OTHER;
}

enum confine_fd
confine_fd_kind(const struct confine_fd_look *l)
{
	if (S_ISSOCK(l->mode))
		/* Otherwise it is a socket file that was opened with O_PATH. */
		return starts(l->link, "socket:[") ? socket_kind(l->protocol)
						   : CONFINE_FD_OTHER;
	if (S_ISDIR(l->mode))
		return CONFINE_FD_FOLDER;
	if (S_ISFIFO(l->mode))
		return starts(l->link, "pipe:[") ? CONFINE_FD_PIPE
						 : CONFINE_FD_OTHER;
	if (S_ISCHR(l->mode))
		return l->null ? CONFINE_FD_NULL : CONFINE_FD_OTHER;
	/* A file of a tree may be called so, too. */
	if (S_ISREG(l->mode))
		return l->nowhere && starts(l->link, "/memfd:")
			   ? CONFINE_FD_MEMFD
			   : CONFINE_FD_FILE;
	if ((l->mode & S_IFMT) == 0 && l->nowhere &&
	    strcmp(l->link, "anon_inode:[eventpoll]") == 0)
		return CONFINE_FD_EPOLL;
	if ((l->mode & S_IFMT) == 0 && l->nowhere &&
	    (strcmp(l->link, "anon_inode:inotify") == 0 ||
		strcmp(l->link, "anon_inode:[inotify]") == 0))
		return CONFINE_FD_INOTIFY;
	return CONFINE_FD_OTHER;
}

const char *
confine_fd_name(enum confine_fd kind)
{
	static const char *const names[CONFINE_FD_MAX] = {
		[CONFINE_FD_NULL] = "/dev/null",
		[CONFINE_FD_UNIX] = "unix",
		[CONFINE_FD_UDP] = "udp",
		[CONFINE_FD_TCP] = "tcp",
		[CONFINE_FD_NETLINK] = "netlink",
		[CONFINE_FD_EPOLL] = "epoll",
		[CONFINE_FD_INOTIFY] = "inotify",
		[CONFINE_FD_PIPE] = "pipe",
		[CONFINE_FD_MEMFD] = "memfd",
		[CONFINE_FD_FILE] = "file",
		[CONFINE_FD_FOLDER] = "folder",
		[CONFINE_FD_OTHER] = "other",
	};

	return names[kind];
}
