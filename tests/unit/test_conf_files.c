/* SPDX-License-Identifier: ISC */
/* Several files, the command line, limits, and checks across lines. */
#include <errno.h>
#include <string.h>

#include "tests/unit/conf_case.h"

struct file {
	const char *path;
	const char *text; /* NULL: a directory */
	const char *names[8];
	int error;
	ino_t ino;
};

static struct conf_case k;

/* Answers every question from a list of files. */
static void
serve(const struct file *files, size_t n)
{
	const struct config_want *w;
	size_t i, names;

	while ((w = config_want(k.c)) != NULL) {
		for (i = 0; i < n; i++)
			if (strcmp(files[i].path, w->path) == 0)
				break;
		if (i == n || files[i].error != 0) {
			config_give_error(
			    k.c, i == n ? ENOENT : files[i].error);
		} else if (w->directory) {
			for (names = 0; files[i].names[names] != NULL;)
				names++;
			config_give_names(k.c, files[i].names, names);
		} else {
			struct config_text t = { .text = files[i].text,
				.len = strlen(files[i].text),
				.ino = files[i].ino };

			config_give_text(k.c, &t);
		}
	}
	k.ok = config_finish(k.c);
}

/* The names of the interface records, with blanks between. */
static const char *
interfaces(void)
{
	static char text[512];
	struct record rec;
	size_t i;

	text[0] = '\0';
	for (i = 0; i < config_count(k.c); i++) {
		config_record(k.c, i, &rec);
		if (rec.kind != RECORD_INTERFACE)
			continue;
		strcat(text, text[0] == '\0' ? "" : " ");
		strcat(text, rec.u.interface.name);
	}
	return text;
}

#define RANGE "dhcp-range=10.0.0.1,10.0.0.9\n"

START_TEST(in_place)
{
	static const struct file files[] = {
		{ .path = "/a",
		    .text = "interface=a1\nconf-file=/b\n"
			    "interface=a2" },
		{ .path = "/b", .text = "interface=b" },
	};

	conf_case_begin(&k);
	config_add_arg(k.c, "interface=arg");
	conf_case_text(&k, RANGE "interface=m1\nconf-file=/a\ninterface=m2");
	serve(files, 2);
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_str_eq(interfaces(), "arg m1 a1 b a2 m2");
	conf_case_end(&k);
}
END_TEST

START_TEST(directories)
{
	static const struct file files[] = {
		{ .path = "/d",
		    .names = { "20", "10", "x~", ".h", "#e#", "30.bak",
			"sub" } },
		{ .path = "/d/10", .text = "interface=ten" },
		{ .path = "/d/20", .text = "interface=twenty" },
		{ .path = "/d/30.bak", .text = "interface=bak" },
		{ .path = "/d/sub", .error = EINVAL },
	};

	conf_case_begin(&k);
	conf_case_text(&k, RANGE "conf-dir=/d");
	serve(files, 5);
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_str_eq(interfaces(), "ten twenty bak");
	conf_case_end(&k);
	conf_case_begin(&k);
	conf_case_text(&k, RANGE "conf-dir=/d , .bak");
	serve(files, 5);
	ck_assert_str_eq(interfaces(), "ten twenty");
	conf_case_end(&k);
	conf_case_begin(&k);
	conf_case_text(&k, RANGE "conf-dir=/d,*.bak,*");
	serve(files, 5);
	ck_assert_str_eq(interfaces(), "bak");
	conf_case_end(&k);
}
END_TEST

START_TEST(once)
{
	static const struct file files[] = {
		{ .path = "/a",
		    .text = "interface=a\nconf-file=/a\n"
			    "conf-file=/link",
		    .ino = 7 },
		{ .path = "/link", .text = "interface=a", .ino = 7 },
	};

	conf_case_begin(&k);
	conf_case_text(&k, RANGE "conf-file=/a\nconf-file=/a");
	serve(files, 2);
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_str_eq(interfaces(), "a");
	ck_assert_ptr_nonnull(strstr(k.diags, "read already"));
	conf_case_end(&k);
}
END_TEST

START_TEST(missing)
{
	conf_case_begin(&k);
	conf_case_text(&k, RANGE "conf-file=/none\nconf-dir=/nodir,.x\n"
				 "conf-dir=,x\nconf-file");
	serve(NULL, 0);
	ck_assert(!k.ok);
	ck_assert_ptr_nonnull(strstr(
	    k.diags, "E 2 cannot read /none: No such file or directory"));
	ck_assert_ptr_nonnull(strstr(
	    k.diags, "E 3 cannot read the directory /nodir: No such file"));
	ck_assert_uint_eq(config_errors(k.c), 3);
	conf_case_end(&k);
}
END_TEST

START_TEST(depth)
{
	struct file files[20];
	char path[20][8], text[20][32];
	size_t i;

	memset(files, 0, sizeof(files));
	for (i = 0; i < 20; i++) {
		snprintf(path[i], sizeof(path[i]), "/%zu", i);
		snprintf(text[i], sizeof(text[i]), "conf-file=/%zu", i + 1);
		files[i].path = path[i];
		files[i].text = text[i];
	}
	text[19][0] = '\0';
	conf_case_begin(&k);
	conf_case_text(&k, RANGE "conf-file=/0");
	serve(files, 20);
	ck_assert(!k.ok);
	ck_assert_ptr_nonnull(strstr(k.diags, "more than 16 levels deep"));
	conf_case_end(&k);
}
END_TEST

START_TEST(command_line)
{
	struct record rec;

	/* What stands there once on the command line wins. */
	conf_case_begin(&k);
	config_add_arg(k.c, "tftp-max=5");
	config_add_arg(k.c, "tftp-max=6");
	conf_case_text(&k, RANGE "tftp-max=7\n");
	ck_assert(config_finish(k.c));
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_TFTP, &rec));
	ck_assert_uint_eq(rec.u.tftp.max, 6);
	conf_case_end(&k);
	conf_case_says("tftp-max=5\ntftp-max=6", 'E', "duplicate");
	/* Comments and quotes are the shell's business there. */
	conf_case_begin(&k);
	config_add_arg(k.c, "domain=x\"y");
	config_add_arg(k.c, "nonsense");
	conf_case_text(&k, RANGE);
	ck_assert(!config_finish(k.c));
	ck_assert_ptr_nonnull(strstr(k.diags, "E 2 unknown directive"));
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_DHCP, &rec));
	ck_assert_str_eq(rec.u.dhcp.domain, "x\"y");
	conf_case_end(&k);
}
END_TEST

START_TEST(unreadable)
{
	conf_case_begin(&k);
	config_add_failed(k.c, "/x", EIO);
	ck_assert(!config_finish(k.c));
	ck_assert_ptr_nonnull(strstr(k.diags, "cannot be read"));
	conf_case_end(&k);
}
END_TEST

START_TEST(always_there)
{
	static const uint8_t kinds[] = { RECORD_DAEMON, RECORD_STORE,
		RECORD_DHCP, RECORD_TFTP };
	struct record rec;
	size_t i;

	conf_case_parse(&k, "");
	ck_assert(k.ok);
	ck_assert_ptr_nonnull(strstr(k.diags, "nothing to serve"));
	ck_assert_uint_eq(config_count(k.c), 4);
	for (i = 0; i < 4; i++) {
		config_record(k.c, i, &rec);
		ck_assert_uint_eq(rec.kind, kinds[i]);
	}
	conf_case_end(&k);
}
END_TEST

START_TEST(across_lines)
{
	conf_case_says(
	    "interface=a\nexcept-interface=a", 'W', "will not be served");
	conf_case_says(
	    "dhcp-range=192.168.1.5,192.168.1.15", 'W', "overlaps the range");
	conf_case_parse(&k, "dhcp-range=10.0.0.1,10.0.0.9,255.255.255.0\n"
			    "dhcp-host=pc,10.0.1.1");
	ck_assert_ptr_nonnull(strstr(k.diags, "W 2 10.0.1.1 is in the"));
	conf_case_end(&k);
	conf_case_parse(&k, "dhcp-host=pc,10.0.1.1");
	ck_assert_ptr_nonnull(
	    strstr(k.diags, "W 1 DHCP is not served without a dhcp-range"));
	conf_case_end(&k);
}
END_TEST

Suite *suite_conf_files(void);

Suite *
suite_conf_files(void)
{
	Suite *s = suite_create("conf_files");
	TCase *t = tcase_create("files");

	tcase_add_test(t, in_place);
	tcase_add_test(t, directories);
	tcase_add_test(t, once);
	tcase_add_test(t, missing);
	tcase_add_test(t, depth);
	tcase_add_test(t, command_line);
	tcase_add_test(t, unreadable);
	tcase_add_test(t, always_there);
	tcase_add_test(t, across_lines);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_files)
