/* SPDX-License-Identifier: ISC */
/*
 * Parses configuration files and prints them as --print-config does, without
 * a daemon or rights: what the golden files of tests/conf are compared with.
 *
 *	conf_print [-a DIRECTIVE]... [-d | -q | -r] FILE...
 *	conf_print -l
 *
 * Each FILE stands for itself.  -d prints the messages and not the records,
 * -q neither, -r each record as it is encoded, -a is a directive from the
 * command line.  The status is 1 when any file has an error, or when a record
 * is not the same after it was encoded.  -l lists the directives that have a
 * handler.
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
#include "confd/directive.h"
#include "confd/print.h"
#include "confd/print_config.h"

#define NAMES_MAX 1024
#define ARGS_MAX 64

static bool show_diags, show_records, show_encoded;

static void
diag(int severity, const char *file, uint32_t line, const char *text, void *arg)
{
	const char *name = severity == LOG_ERR	     ? "error"
			   : severity == LOG_WARNING ? "warning"
						     : "notice";
	const char *base = strrchr(file, '/');

	(void)arg;
	if (!show_diags) {
		if (show_records && severity == LOG_ERR)
			fprintf(stderr, "%s:%u: %s\n", file, line, text);
		return;
	}
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

static void
print_line(const char *line, void *arg)
{
	(void)arg;
	puts(line);
}

static void
list_directives(void)
{
	size_t i;

	for (i = 0; i < directive_count(); i++)
		if (directive_at(i)->kind == DIRECTIVE_DONE)
			puts(directive_at(i)->name);
}

/* Each record as it is encoded; 1 where that loses something. */
static int
print_encoded(struct config *c)
{
	static char before[PRINT_MAX], after[PRINT_MAX];
	struct record rec, back;
	int status = 0;
	struct reader r;
	size_t i, k;

	for (i = 0; i < config_count(c); i++) {
		config_record(c, i, &rec);
		config_encoded(c, i, &r);
		printf("%s ", record_kind_name(rec.kind));
		for (k = 0; k < r.left; k++)
			printf("%02x", r.p[k]);
		printf("\n");
		if (record_decode(&r, &back) == 0 &&
		    print_record(before, sizeof(before), &rec) != NULL &&
		    print_record(after, sizeof(after), &back) != NULL &&
		    strcmp(before, after) == 0)
			continue;
		fprintf(stderr,
		    "record %s loses a field when it is encoded and decoded; before:\n%safter:\n%s",
		    record_kind_name(rec.kind), before, after);
		status = 1;
	}
	return status;
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
	else if (show_encoded)
		status = print_encoded(c);
	else if (show_records) {
		print_config(c, print_line, NULL);
		status = config_errors(c) > 0 ? 1 : 0;
	}
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
	while ((ch = getopt(argc, argv, "a:dlqr")) != -1) {
		if (ch == 'a' && nargs < ARGS_MAX) {
			args[nargs++] = optarg;
		} else if (ch == 'd' || ch == 'q') {
			show_diags = ch == 'd';
			show_records = false;
		} else if (ch == 'r') {
			show_encoded = true;
		} else if (ch == 'l') {
			list_directives();
			return 0;
		} else {
			fprintf(stderr,
			    "usage: conf_print [-a DIRECTIVE]... [-d | -q | -r] FILE...\n"
			    "       conf_print -l\n");
			return 2;
		}
	}
	for (; optind < argc; optind++)
		status |= parse(argv[optind], args, nargs);
	return status;
}
