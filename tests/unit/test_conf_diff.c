/* SPDX-License-Identifier: ISC */
/* What differs after a reload: for the log, and for each role. */
#include <stdio.h>

#include "priv/conf_diff.h"
#include "tests/unit/parent_conf.h"

static char text[CONF_DIFF_TEXT];

static void
add_host(struct conf *c, uint32_t addr)
{
	parent_conf_add(
	    c, &(struct record){ .kind = RECORD_HOST, .u.host.addr = addr });
}

static void
add_boot(struct conf *c, const char *file)
{
	struct record rec = { .kind = RECORD_BOOT };

	(void)snprintf(rec.u.boot.file, sizeof(rec.u.boot.file), "%s", file);
	parent_conf_add(c, &rec);
}

static void
add_place(struct conf *c, uint32_t line)
{
	parent_conf_add(
	    c, &(struct record){ .kind = RECORD_PLACE, .u.place.line = line });
}

/* hosts: so many, from this address on. */
static struct conf *
conf_of(uint32_t from, uint32_t hosts, const char *file)
{
	struct conf *c = conf_new(1);
	uint32_t i;

	for (i = 0; i < hosts; i++)
		add_host(c, from + i);
	add_boot(c, file);
	return c;
}

static void
says(struct conf *a, struct conf *b, const char *want)
{
	ck_assert_str_eq(conf_diff_text(a, b, text), want);
	conf_free(a);
	conf_free(b);
}

START_TEST(counts)
{
	struct conf *a, *b;

	says(conf_of(1, 5, "x"), conf_of(1, 5, "x"), "no change");
	says(conf_of(1, 0, "x"), conf_of(1, 1, "x"), "dhcp-host: 1 added");
	says(conf_of(1, 3, "x"), conf_of(1, 1, "x"), "dhcp-host: 2 removed");
	says(conf_of(1, 3, "x"), conf_of(2, 4, "y"),
	    "dhcp-host: 2 added, 1 removed; dhcp-boot: 1 added, 1 removed");
	/* The same line twice is not the same as once. */
	a = conf_of(1, 1, "x");
	b = conf_of(1, 1, "x");
	add_host(b, 1);
	says(a, b, "dhcp-host: 1 added");
	a = conf_of(1, 1, "x");
	b = conf_new(1);
	add_boot(b, "x");
	add_host(b, 1);
	says(a, b, "lines moved");
	a = conf_of(1, 1, "x");
	b = conf_of(1, 1, "x");
	add_place(a, 3);
	add_place(b, 4);
	says(a, b, "lines moved");
	a = conf_of(1, 1, "x");
	b = conf_of(1, 2, "x");
	add_place(b, 4);
	says(a, b, "dhcp-host: 1 added");
	says(conf_new(1), conf_new(1), "no change");
}
END_TEST

START_TEST(many)
{
	says(conf_of(1, 50000, "x"), conf_of(2, 50000, "x"),
	    "dhcp-host: 1 added, 1 removed");
	says(conf_of(1, 100001, "x"), conf_of(1, 100002, "x"),
	    "100003 lines instead of 100002");
}
END_TEST

/* A configuration with one lease database and one size of tftp-max. */
static struct conf *
conf_with(uint32_t host, uint32_t max, const char *store)
{
	struct conf *c = conf_new(1);
	struct record rec = { .kind = RECORD_STORE };

	add_host(c, host);
	parent_conf_add_tftp(c, "/srv", max);
	(void)snprintf(rec.u.store.path, sizeof(rec.u.store.path), "%s", store);
	parent_conf_add(c, &rec);
	return c;
}

/* Which roles get other records of b than of a, and in reverse. */
static void
differs(struct conf *a, struct conf *b, uint16_t roles)
{
	enum role role;

	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		bool want = (roles & ROLE_BIT(role)) != 0;

		ck_assert_msg(
		    conf_differs(a, b, role) == want, "%s", role_name(role));
		ck_assert_msg(
		    conf_differs(b, a, role) == want, "%s", role_name(role));
	}
	conf_free(a);
	conf_free(b);
}

START_TEST(roles)
{
	const uint16_t dhcpd = ROLE_BIT(ROLE_DHCPD);
	const uint16_t leased = ROLE_BIT(ROLE_LEASED);
	const uint16_t tftp = record_kind_roles(RECORD_TFTP) & ROLES_SERVERS;
	struct conf *a, *b;

	ck_assert_uint_ne(tftp & ROLE_BIT(ROLE_TFTPD), 0);
	ck_assert_uint_eq(tftp & leased, 0);
	differs(conf_with(1, 50, "/a"), conf_with(1, 50, "/a"), 0);
	differs(conf_with(1, 50, "/a"), conf_with(2, 50, "/a"), dhcpd);
	differs(conf_with(1, 50, "/a"), conf_with(1, 50, "/b"), leased);
	differs(conf_with(1, 50, "/a"), conf_with(1, 51, "/a"), tftp);
	/* A record more, at the end; and two in another order. */
	a = conf_with(1, 50, "/a");
	b = conf_with(1, 50, "/a");
	add_host(b, 2);
	differs(a, b, dhcpd);
	a = conf_with(1, 50, "/a");
	b = conf_with(2, 50, "/a");
	add_host(a, 2);
	add_host(b, 1);
	differs(a, b, dhcpd);
}
END_TEST

Suite *suite_conf_diff(void);

Suite *
suite_conf_diff(void)
{
	Suite *s = suite_create("conf_diff");
	TCase *t = tcase_create("diff");

	tcase_add_test(t, counts);
	tcase_add_test(t, many);
	tcase_add_test(t, roles);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_diff)
