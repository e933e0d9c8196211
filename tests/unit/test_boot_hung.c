/* SPDX-License-Identifier: ISC */
/*
 * Looking for boot files on a file system whose server does not answer.  It
 * needs root and /dev/fuse; the test passes without.
 */
#include <poll.h>
#include <stdlib.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "priv/boot_look.h"
#include "tests/unit/hung_case.h"
#include "tests/unit/parent_conf.h"
#include "tests/unit/said.h"

/* FUSE serves nobody but the user who mounted it. */
#define USER 0

static struct conf *
hung_conf(void)
{
	struct conf *c = conf_new(1);
	struct record rec = { .kind = RECORD_BOOT, .u.boot.file = "file" };

	parent_conf_add(
	    c, &(struct record){ .kind = RECORD_DHCP, .u.dhcp.enabled = true });
	parent_conf_add_tftp(c, folder, 10);
	parent_conf_add(c, &rec);
	return c;
}

/* The parent waits neither for the first search nor for others. */
START_TEST(hangs)
{
	struct event_base *base = event_base_new();
	struct conf *c = hung_conf();
	uint64_t start_ms;
	int n;

	if (server == 0)
		return;
	said_begin(LOG_WARNING);
	boot_look_start(base, c, USER, USER);
	ck_assert_str_eq(said, "");
	/* It can be killed until it waits for the server. */
	for (n = 0; n < 100 && said[0] == '\0'; n++) {
		(void)poll(NULL, 0, 50);
		boot_look_start(base, c, USER, USER);
	}
	start_ms = clock_mono_ms();
	for (n = 0; n < 20; n++) {
		said[0] = '\0';
		boot_look_start(base, c, USER, USER);
		ck_assert_str_eq(said,
		    "the files of dhcp-boot are not checked: an earlier check still waits for a tftp-root; its file server may be down\n");
	}
	ck_assert_uint_lt(clock_mono_ms() - start_ms, 5000);
	/* When the server answers, there is one again. */
	server_end();
	server = 0;
	for (n = 0; n < 100 && event_base_get_num_events(
				   base, EVENT_BASE_COUNT_ADDED) == 0;
	     n++) {
		(void)poll(NULL, 0, 50);
		boot_look_start(base, c, USER, USER);
	}
	ck_assert_int_eq(event_base_dispatch(base), 1);
	said_end();
	conf_free(c);
	event_base_free(base);
}
END_TEST

START_TEST(late)
{
	struct conf *c = hung_conf();

	if (server == 0)
		return;
	said_begin(LOG_WARNING);
	boot_look_wait(c, USER, USER, 1000);
	said_end();
	ck_assert_ptr_nonnull(strstr(said,
	    "the files of dhcp-boot are not checked: no answer from a "
	    "tftp-root within 1 s"));
	conf_free(c);
}
END_TEST

Suite *suite_boot_hung(void);

Suite *
suite_boot_hung(void)
{
	Suite *s = suite_create("boot_hung");
	TCase *tc = tcase_create("boot_hung");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, hangs);
	tcase_add_test(tc, late);
	return s;
}

UNIT_MAIN(suite_boot_hung)
