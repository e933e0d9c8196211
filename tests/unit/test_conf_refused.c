/* SPDX-License-Identifier: ISC */
/* The line of a record that a role has refused. */
#include <string.h>

#include "tests/unit/parent_conf.h"

static struct conf *c;

static void
add(enum record_kind kind, uint32_t line)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = (uint8_t)kind;
	if (kind == RECORD_FILE)
		(void)strcpy(rec.u.file.path, "/etc/a");
	else if (kind == RECORD_TFTP)
		rec.u.tftp.max = 1;
	else if (kind == RECORD_STORE)
		(void)strcpy(rec.u.store.path, "/a");
	else if (kind == RECORD_BOOT)
		(void)strcpy(rec.u.boot.file, "a");
	else if (kind == RECORD_TFTP_ROOT)
		rec.u.tftp_root = (struct record_tftp_root){ "/a", "eth0" };
	if (kind == RECORD_IGNORE) {
		rec.u.ignore.tags.n = 1;
		(void)strcpy(rec.u.ignore.tags.tag[0].name, "a");
	}
	parent_conf_add(c, &rec);
	if (line == 0)
		return;
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_PLACE;
	rec.u.place.line = line;
	parent_conf_add(c, &rec);
}

/* The line of the record with this number; 0: none. */
static void
at(enum role role, uint32_t record, uint32_t line)
{
	struct log_place p = conf_refused_at(c, role, record);

	ck_assert_uint_eq(p.line, line);
	if (line != 0)
		ck_assert_str_eq(p.file, "/etc/a");
}

START_TEST(refused)
{
	c = conf_new(1);
	add(RECORD_FILE, 0);
	add(RECORD_STORE, 4);
	add(RECORD_TFTP, 5);
	add(RECORD_IGNORE, 7);
	add(RECORD_BOOT, 8);
	/* dhcpd also gets files and places. */
	at(ROLE_DHCPD, 1, 0);
	at(ROLE_DHCPD, 2, 0);
	at(ROLE_TFTPD, 1, 5);
	at(ROLE_TFTPD, 1000, 0);
	at(ROLE_TFTPD, UINT32_MAX, 0);
	at(ROLE_LEASED, 1, 4);
	/* What is not about one record is about the one setting. */
	at(ROLE_LEASED, 0, 4);
	at(ROLE_IMAGED, 0, 5);
	at(ROLE_DHCPD, 0, 0);
	add(RECORD_TFTP_ROOT, 9);
	at(ROLE_IMAGED, 0, 0);
	conf_free(c);
}
END_TEST

/* The number of the last record of a kind that dhcpd gets. */
static uint32_t
number_of(enum record_kind kind)
{
	struct conf_record r;
	uint32_t n = 0, found = 0;
	size_t pos = 0;

	while (conf_next_record(c, &pos, &r)) {
		if ((record_kind_roles(r.kind) & ROLE_BIT(ROLE_DHCPD)) == 0)
			continue;
		n++;
		if (r.kind == kind)
			found = n;
	}
	return found;
}

START_TEST(refused_by_dhcpd)
{
	c = conf_new(1);
	add(RECORD_FILE, 0);
	add(RECORD_IGNORE, 7);
	add(RECORD_STORE, 4);
	add(RECORD_BOOT, 8);
	at(ROLE_DHCPD, number_of(RECORD_IGNORE), 7);
	at(ROLE_DHCPD, number_of(RECORD_BOOT), 8);
	conf_free(c);
}
END_TEST

Suite *suite_conf_refused(void);

Suite *
suite_conf_refused(void)
{
	Suite *s = suite_create("conf_refused");
	TCase *t = tcase_create("refused");

	tcase_add_test(t, refused);
	tcase_add_test(t, refused_by_dhcpd);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_refused)
