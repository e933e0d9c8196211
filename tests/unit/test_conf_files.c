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

#define RANGE "dhcp-range=10.0.0.1,10.0.0.9\n"

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
		} else if (files[i].text == NULL) {
			config_give_error(k.c, EISDIR);
		} else {
			struct config_text t = { .text = files[i].text,
				.len = strlen(files[i].text),
				.ino = files[i].ino };

			config_give_text(k.c, &t);
		}
	}
	k.ok = config_finish(k.c);
}

/* Parses a text, with these files to include. */
static void
parse(const char *text, const struct file *files, size_t n)
{
	if (k.c != NULL)
		conf_case_end(&k);
	conf_case_begin(&k);
	conf_case_text(&k, text);
	serve(files, n);
}

static void
said(const char *words)
{
	ck_assert_msg(strstr(k.diags, words) != NULL, "no \"%s\" in:\n%s",
	    words, k.diags);
}

#define PARSE(text, files) \
	parse(text, files, sizeof(files) / sizeof((files)[0]))

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

/* The hardware addresses' last octets and addresses of the hosts. */
static const char *
hosts(void)
{
	static char text[512];
	struct record rec;
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < config_count(k.c); i++) {
		config_record(k.c, i, &rec);
		if (rec.kind != RECORD_HOST)
			continue;
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%u:%u%s",
		    n == 0 ? "" : " ", rec.u.host.mac[0].addr[5],
		    rec.u.host.addr & 255, rec.u.host.any_id ? "*" : "");
	}
	return text;
}

#define MAC "52:54:00:00:00:0"

/* Lines that are values of dhcp-host, at the place that names the file. */
START_TEST(host_files)
{
	static const struct file files[] = {
		{ .path = "/h",
		    .text = "# hosts\n" MAC "1,10.0.0.1 # one\n\n" MAC
			    "2,10.0.0.2,id:\"a=b\"\n" },
		{ .path = "/d", .names = { "20", "10", "x~" } },
		{ .path = "/d/10", .text = MAC "3,10.0.0.3" },
		{ .path = "/d/20", .text = MAC "4,10.0.0.4\nconf-file=/z\n" },
		{ .path = "/etc/ethers",
		    .text = MAC "5 10.0.0.5\n" MAC "6\t  pc6 # x\n" MAC "7\n" },
	};

	PARSE(RANGE "dhcp-host=" MAC "0,10.0.0.9\ndhcp-hostsfile=/h\n"
		    "dhcp-hostsdir=/d\nread-ethers\ndhcp-host=" MAC
		    "8,10.0.0.8",
	    files);
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_str_eq(hosts(), "0:9 1:1 2:2 3:3 4:4 5:5* 6:0* 8:8");
	said("W 3 the address or name is missing after");
	/* A file may be a directory, and the options are alike. */
	PARSE(RANGE "dhcp-hostsfile=/d", files);
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_str_eq(hosts(), "3:3 4:4");
	PARSE("conf-file=/d\n" RANGE, files);
	ck_assert(!k.ok);
}
END_TEST

/* Folders of hosts and options are to be watched, others and files not. */
START_TEST(watched)
{
	static const struct {
		const char *line;
		int error;
		bool watch;
	} t[] = {
		{ "dhcp-hostsdir=/d", 0, true },
		{ "dhcp-optsdir=/d", 0, true },
		{ "conf-dir=/d", 0, false },
		{ "dhcp-hostsfile=/d", 0, false },
		{ "dhcp-hostsfile=/d", EISDIR, true },
		{ "dhcp-optsfile=/d", EISDIR, true },
	};
	const struct config_want *want;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		conf_case_begin(&k);
		conf_case_text(&k, t[i].line);
		want = config_want(k.c);
		ck_assert_ptr_nonnull(want);
		if (t[i].error != 0) {
			ck_assert(!want->directory && !want->watch);
			config_give_error(k.c, t[i].error);
			want = config_want(k.c);
			ck_assert_ptr_nonnull(want);
		}
		ck_assert_str_eq(want->path, "/d");
		ck_assert_int_eq(want->watch, t[i].watch);
		conf_case_end(&k);
	}
}
END_TEST

START_TEST(option_files)
{
	static const struct file files[] = {
		{ .path = "/o",
		    .text = "tag:net,3,10.0.0.1\noption:ntp-server,0.0.0.0" },
		{ .path = "/d", .names = { "a" } },
		{ .path = "/d/a", .text = "encap:175,1,1b\n" },
	};
	struct record rec;

	PARSE("dhcp-range=set:net,10.0.0.1,10.0.0.9\ndhcp-optsfile=/o\n"
	      "dhcp-optsdir=/d\n",
	    files);
	ck_assert_msg(k.ok && k.diags[0] == '\0', "%s", k.diags);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_OPTION, &rec));
	ck_assert_uint_eq(rec.u.option.code, 3);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_SUBOPTION, &rec));
}
END_TEST

/* A bad line, or a missing file, ends nothing. */
START_TEST(bad_host_files)
{
	static const struct file files[] = {
		{ .path = "/h",
		    .text = "bad:mac,10.0.0.1\n" MAC "1,10.0.0.1\n\"open\n" },
		{ .path = "/d", .error = EACCES },
	};

	PARSE(RANGE "dhcp-hostsfile=/gone\ndhcp-hostsdir=/d\n"
		    "dhcp-hostsfile=/h\nread-ethers\n",
	    files);
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_uint_eq(config_warnings(k.c), 5);
	ck_assert_str_eq(hosts(), "1:1");
	said("; the line is ignored");
	/* Errors of other files are still errors. */
	PARSE(RANGE "dhcp-hostsfile=/h\ndhcp-host=bad:mac", files);
	ck_assert(!k.ok);
}
END_TEST

/* Of two reservations, that of the main file counts, or else the first. */
START_TEST(duplicate_in_host_file)
{
	static const struct file files[] = {
		{ .path = "/h",
		    .text = MAC "1,10.0.0.9\n" MAC "2,10.0.0.8\n" MAC
				"3,10.0.0.8\n" },
	};

	PARSE(RANGE "dhcp-host=" MAC "0,10.0.0.9\ndhcp-hostsfile=/h\n", files);
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_str_eq(hosts(), "0:9 2:8");
	said(
	    "W 1 duplicate reservation of 10.0.0.9: the other is at /etc/test.conf, line 2; give each machine an address of its own; the line is ignored\n");
	said(
	    "W 3 duplicate reservation of 10.0.0.8: the other is at line 2; give");
	PARSE(RANGE "dhcp-hostsfile=/h\ndhcp-host=" MAC "0,10.0.0.9\n", files);
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_str_eq(hosts(), "2:8 0:9");
	/* Two in the main file are an error, whatever follows. */
	PARSE(RANGE "dhcp-hostsfile=/h\ndhcp-host=" MAC
		    "0,10.0.0.9\ndhcp-host=" MAC "4,10.0.0.9\n",
	    files);
	ck_assert(!k.ok);
	ck_assert_uint_eq(config_errors(k.c), 1);
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

	PARSE(RANGE "conf-dir=/d", files);
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_str_eq(interfaces(), "ten twenty bak");
	PARSE(RANGE "conf-dir=/d , .bak", files);
	ck_assert_str_eq(interfaces(), "ten twenty");
	PARSE(RANGE "conf-dir=/d,*.bak,*", files);
	ck_assert_str_eq(interfaces(), "bak");
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

	PARSE(RANGE "conf-file=/a\nconf-file=/a", files);
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_str_eq(interfaces(), "a");
	said("read already");
}
END_TEST

START_TEST(missing)
{
	parse(RANGE "conf-file=/none\nconf-dir=/nodir,.x\n"
		    "conf-dir=,x\nconf-file",
	    NULL, 0);
	ck_assert(!k.ok);
	said("E 2 cannot read /none: No such file or directory");
	said("E 3 cannot read the directory /nodir: No such file");
	ck_assert_uint_eq(config_errors(k.c), 3);
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
	PARSE(RANGE "conf-file=/0", files);
	ck_assert(!k.ok);
	said("more than 16 levels deep");
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
	said("E 2 unknown directive");
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
	said("cannot be read");
	conf_case_end(&k);
}
END_TEST

START_TEST(always_there)
{
	static const uint8_t kinds[] = { RECORD_DAEMON, RECORD_STORE,
		RECORD_DHCP, RECORD_TFTP, RECORD_VERIFY, RECORD_HTTP };
	struct record rec;
	size_t i;

	conf_case_parse(&k, "");
	ck_assert(k.ok);
	said("nothing to serve");
	ck_assert_uint_eq(config_count(k.c), 6);
	for (i = 0; i < 6; i++) {
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
	said("W 2 10.0.1.1 is in the");
	conf_case_end(&k);
	conf_case_parse(&k, "dhcp-host=pc,10.0.1.1");
	said("W 1 DHCP is not served without a dhcp-range");
	conf_case_end(&k);
}
END_TEST

/* An error is not followed by what is only its consequence. */
START_TEST(consequences)
{
	/* The missing files may set the tag, and have the range. */
	conf_case_begin(&k);
	conf_case_text(
	    &k, "conf-dir=/etc/x.d\ndhcp-boot=tag:a,file\ntftp-max=5\n");
	ck_assert_ptr_nonnull(config_want(k.c));
	config_give_error(k.c, ENOENT);
	ck_assert(!config_finish(k.c));
	said("E 1 cannot read the directory");
	ck_assert_ptr_null(strchr(k.diags, 'W'));
	ck_assert_uint_eq(config_errors(k.c), 1);
	conf_case_end(&k);
	/* A line that is lost sets the tag. */
	conf_case_parse(&k, "dhcp-range=set:a,192.168.1.10,x\n"
			    "dhcp-option=tag:a,3,192.168.1.1\n");
	ck_assert_uint_eq(config_errors(k.c), 1);
	ck_assert_ptr_null(strstr(k.diags, "nothing sets it"));
	conf_case_end(&k);
	/* Without an error it is said. */
	conf_case_parse(&k, "dhcp-range=set:b,192.168.1.10,192.168.1.20\n"
			    "dhcp-option=tag:a,3,192.168.1.1\n");
	said("nothing sets it");
	conf_case_end(&k);
	conf_case_parse(&k, "dhcp-range=192.168.1.10,192.168.1.20\n"
			    "dhcp-optio=1\ndhcp-option=tag:a,3,192.168.1.1\n");
	said("nothing sets it");
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
	tcase_add_test(t, consequences);
	tcase_add_test(t, host_files);
	tcase_add_test(t, watched);
	tcase_add_test(t, option_files);
	tcase_add_test(t, bad_host_files);
	tcase_add_test(t, duplicate_in_host_file);
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
