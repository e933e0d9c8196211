/* SPDX-License-Identifier: ISC */
/*
 * Parses configuration files and prints their records as lines: what the
 * golden files of tests/conf are compared with.
 *
 *	conf_print [-a DIRECTIVE]... [-d | -q] FILE...
 *
 * Each FILE stands for itself.  -d prints the messages and not the records,
 * -q neither, -a is a directive from the command line.  The status is 1 when
 * any file has an error.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "confd/config.h"
#include "confd/print.h"

#define NAMES_MAX 1024
#define ARGS_MAX 64

static bool show_diags, show_records;

static void
diag(int severity, const char *file, uint32_t line, const char *text, void *arg)
{
	const char *name = severity == LOG_ERR	     ? "error"
			   : severity == LOG_WARNING ? "warning"
						     : "notice";
	const char *base = strrchr(file, '/');

	(void)arg;
	if (!show_diags)
		return;
	base = base == NULL ? file : base + 1;
	if (line == 0)
		printf("%s: %s: %s\n", base, name, text);
	else
		printf("%s:%u: %s: %s\n", base, line, name, text);
}

/* Reads a file; NULL with errno. */
static char *
slurp(const char *path, struct config_text *t)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	struct stat st;

	memset(t, 0, sizeof(*t));
	if (f == NULL)
		return NULL;
	if (fstat(fileno(f), &st) == 0 && !S_ISREG(st.st_mode)) {
		errno = EINVAL;
	} else if ((text = malloc((size_t)st.st_size + 1)) != NULL) {
		t->len = fread(text, 1, (size_t)st.st_size, f);
		t->text = text;
		t->dev = st.st_dev;
		t->ino = st.st_ino;
	}
	(void)fclose(f);
	return text;
}

static void
give_dir(struct config *c, const char *path)
{
	const char *names[NAMES_MAX];
	struct dirent **list;
	int n = scandir(path, &list, NULL, alphasort), i, kept = 0;

	if (n == -1) {
		config_give_error(c, errno);
		return;
	}
	for (i = 0; i < n && kept < NAMES_MAX; i++)
		if (list[i]->d_type != DT_DIR)
			names[kept++] = list[i]->d_name;
	config_give_names(c, names, (size_t)kept);
	for (i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

static void
give_all(struct config *c)
{
	const struct config_want *want;
	struct config_text t;
	char *text;

	while ((want = config_want(c)) != NULL) {
		if (want->directory) {
			give_dir(c, want->path);
			continue;
		}
		if ((text = slurp(want->path, &t)) == NULL)
			config_give_error(c, errno);
		else
			config_give_text(c, &t);
		free(text);
	}
}

static int
print_records(const struct config *c)
{
	char lines[PRINT_MAX];
	struct record rec;
	size_t i;

	for (i = 0; i < config_count(c); i++) {
		config_record(c, i, &rec);
		if (print_record(lines, sizeof(lines), &rec) == NULL) {
			fprintf(stderr, "a %s record cannot be printed\n",
			    record_kind_name(rec.kind));
			return 1;
		}
		fputs(lines, stdout);
	}
	return 0;
}

static int
parse(const char *path, char *const *args, size_t nargs)
{
	struct config *c = config_new(diag, NULL);
	struct config_text t;
	int status = 0;
	char *text;
	size_t i;

	if (c == NULL || (text = slurp(path, &t)) == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(2);
	}
	for (i = 0; i < nargs; i++)
		config_add_arg(c, args[i]);
	config_add_file(c, path, &t);
	give_all(c);
	if (!config_finish(c))
		status = 1;
	else if (show_records)
		status = print_records(c);
	free(text);
	config_free(c);
	return status;
}

int
main(int argc, char **argv)
{
	char *args[ARGS_MAX];
	size_t nargs = 0;
	int ch, status = 0;

	show_records = true;
	while ((ch = getopt(argc, argv, "a:dq")) != -1) {
		if (ch == 'a' && nargs < ARGS_MAX) {
			args[nargs++] = optarg;
		} else if (ch == 'd' || ch == 'q') {
			show_diags = ch == 'd';
			show_records = false;
		} else {
			fprintf(stderr,
			    "usage: conf_print "
			    "[-a DIRECTIVE]... [-d | -q] FILE...\n");
			return 2;
		}
	}
	for (; optind < argc; optind++)
		status |= parse(argv[optind], args, nargs);
	return status;
}
