/* SPDX-License-Identifier: ISC */
/* The tables of roles and services, compared with the message table. */
#include <string.h>
#include <sys/socket.h>

#include "priv/limits.h"
#include "priv/role_boot.h"
#include "priv/role_spec.h"
#include "priv/service.h"
#include "tests/unit/unit.h"

START_TEST(rows_are_complete)
{
	enum role a, b;

	for (a = ROLE_CONFD; a < ROLE_MAX; a++) {
		const struct role_spec *s = role_spec(a);

		ck_assert_uint_ne(s->fds, 0);
		ck_assert_int_eq(
		    s->roots != NULL, s->root != SANDBOX_ROOT_EMPTY);
		ck_assert_int_eq(
		    s->needed != NULL, (ROLES_SERVERS & ROLE_BIT(a)) != 0);
		ck_assert_uint_eq(s->kill_on_report & ~s->peers, 0);
		for (b = ROLE_CONFD; b < ROLE_MAX; b++) {
			const struct role_spec *o = role_spec(b);

			ck_assert_int_eq((s->peers & ROLE_BIT(b)) != 0,
			    (o->peers & ROLE_BIT(a)) != 0);
			ck_assert_int_eq((s->kill_on_report & ROLE_BIT(b)) != 0,
			    (o->kill_on_report & ROLE_BIT(a)) != 0);
		}
	}
}
END_TEST

/* Whether there is a message from one role to another. */
static bool
talks(enum role from, enum role to)
{
	uint16_t type;

	for (type = 0; type < MSG_TYPE_MAX; type++) {
		const struct msg_spec *m = msg_spec(type);

		if (m != NULL && (m->from & ROLE_BIT(from)) != 0 &&
		    (m->to & ROLE_BIT(to)) != 0)
			return true;
	}
	return false;
}

/* There is a channel between two roles just where there are messages. */
START_TEST(channels_are_for_messages)
{
	enum role a, b;

	for (a = ROLE_CONFD; a < ROLE_MAX; a++)
		for (b = ROLE_CONFD; b < ROLE_MAX; b++)
			ck_assert_msg(
			    (talks(a, b) || talks(b, a)) ==
				((role_spec(a)->peers & ROLE_BIT(b)) != 0),
			    "%s and %s", role_name(a), role_name(b));
}
END_TEST

/* dhcpd has descriptors for interfaces that appear; beyond, it is replaced. */
START_TEST(dhcpd_outlives_more_interfaces)
{
	struct conf few = { .nlisteners = 3 }, more = { .nlisteners = 200 };
	struct conf many = { .nlisteners = 3000 };
	struct child c = { .role = ROLE_DHCPD };

	ck_assert_uint_gt(role_fds_needed(ROLE_DHCPD, &few), 2 * 200);
	ck_assert_uint_eq(role_fds_needed(ROLE_DHCPD, &few),
	    role_fds_needed(ROLE_DHCPD, &more));
	ck_assert_uint_gt(role_fds_needed(ROLE_DHCPD, &many), 2 * 3000);
	c.boot.max_fds = limits_role(ROLE_DHCPD, &few);
	ck_assert(!role_boot_differs(&c, &few));
	ck_assert(!role_boot_differs(&c, &more));
	/* Unless the system's limit allows no more. */
	ck_assert_int_eq(role_boot_differs(&c, &many),
	    limits_role(ROLE_DHCPD, &many) > c.boot.max_fds);
	c.boot.max_fds = limits_role(ROLE_DHCPD, &many);
	ck_assert(!role_boot_differs(&c, &few));
}
END_TEST

/* By the paths of its folders, and by what is there. */
START_TEST(imaged_is_replaced_for_other_folders)
{
	struct record_tftp_root eth1 = { .path = "/c" };
	struct conf c = { .tftp = { .enabled = true, .root = "/a" },
		.root_ids = { { 1, 2 } },
		.tftp_roots = &eth1 };
	struct child imaged = { .role = ROLE_IMAGED };

	role_boot_fill(&imaged.boot, ROLE_IMAGED, &c);
	role_boot_note_roots(&imaged, &c);
	ck_assert(!role_boot_differs(&imaged, &c));
	(void)strcpy(c.tftp.root, "/b");
	ck_assert(role_boot_differs(&imaged, &c));
	(void)strcpy(c.tftp.root, "/a");
	c.root_ids[0].ino = 3;
	ck_assert(role_boot_differs(&imaged, &c));
	c.root_ids[0].ino = 2;
	ck_assert(!role_boot_differs(&imaged, &c));
	c.ntftp_roots = 1;
	ck_assert(role_boot_differs(&imaged, &c));
}
END_TEST

/* It opens the files of both services. */
START_TEST(imaged_has_files_of_tftp_and_http)
{
	struct conf tftp = { .tftp = { .enabled = true, .max = 1000 } };
	struct conf both = tftp;

	both.http.enabled = true;
	both.http.max = 1000;
	ck_assert_uint_ge(role_fds_needed(ROLE_IMAGED, &tftp), 1000);
	ck_assert_uint_ge(role_fds_needed(ROLE_IMAGED, &both),
	    role_fds_needed(ROLE_IMAGED, &tftp) + 1000);
}
END_TEST

START_TEST(services_reach_their_role)
{
	const struct service *s;

	for (s = services; s < services + nservices; s++) {
		uint16_t bit = ROLE_BIT(s->role);

		ck_assert_msg((msg_spec(MSG_CONF_SOCKET)->to & bit) != 0 &&
				  (msg_spec(MSG_CONF_IFACE)->to & bit) != 0,
		    "%s: %s does not get CONF_SOCKET and CONF_IFACE", s->name,
		    role_name(s->role));
		ck_assert_ptr_nonnull(s->serves);
		ck_assert_int_lt(s->use, SOCKET_USE_MAX);
		ck_assert_uint_ne(s->port, 0);
	}
}
END_TEST

Suite *suite_role_spec(void);

Suite *
suite_role_spec(void)
{
	Suite *s = suite_create("role_spec");
	TCase *tc = tcase_create("role_spec");

	tcase_add_test(tc, rows_are_complete);
	tcase_add_test(tc, channels_are_for_messages);
	tcase_add_test(tc, dhcpd_outlives_more_interfaces);
	tcase_add_test(tc, imaged_is_replaced_for_other_folders);
	tcase_add_test(tc, imaged_has_files_of_tftp_and_http);
	tcase_add_test(tc, services_reach_their_role);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_role_spec)
