/* SPDX-License-Identifier: ISC */
/* The configuration of tftpd: what is too much for it, and what it says. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/role.h"
#include "tests/unit/unit.h"
#include "tftpd/plan.h"

static struct plan plan;
static char why[ROLE_WHY_MAX];

static void
setup(void)
{
	memset(&plan, 0, sizeof(plan));
	why[0] = '\0';
}

static void
teardown(void)
{
	plan_clear(&plan);
}

static int
iface(uint32_t index, uint32_t mtu, uint8_t root)
{
	struct iface i = { .name = "eth0",
		.index = index,
		.mtu = mtu,
		.root = root,
		.tftp = true };

	return plan_iface(&plan, &i, why);
}

static int
sock(uint32_t index)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	ck_assert_int_ne(fd, -1);
	return plan_socket(&plan, SOCKET_TFTP, index, fd, why);
}

START_TEST(too_many_sockets)
{
	uint32_t n;

	for (n = 0; n < TFTP_SOCKETS_MAX; n++)
		ck_assert_int_eq(sock(n / 2 + 1), 0);
	ck_assert_int_eq(sock(n), -1);
	ck_assert_ptr_nonnull(
	    strstr(why, "TFTP is enabled on more than 160 sockets"));
}
END_TEST

START_TEST(interfaces_without_a_root)
{
	ck_assert_int_eq(iface(1, 1500, FILE_CONF_ROOTS_MAX), -1);
	ck_assert_str_eq(why, "eth0 has no tftp-root");
	ck_assert_int_eq(iface(1, 1500, FILE_CONF_ROOTS_MAX - 1), 0);
}
END_TEST

/* Each listener is told the MTU, lowered by tftp-mtu, and the root. */
START_TEST(listeners)
{
	struct record rec = { .kind = RECORD_TFTP };

	rec.u.tftp.enabled = true;
	rec.u.tftp.max = 50;
	rec.u.tftp.mtu = 1000;
	ck_assert_int_eq(plan_record(&plan, &rec, why), 0);
	ck_assert_int_eq(iface(1, 1500, 0), 0);
	ck_assert_int_eq(iface(2, 900, 3), 0);
	ck_assert_int_eq(sock(2), 0);
	ck_assert_int_eq(sock(1), 0);
	ck_assert_int_eq(sock(1), 0);
	ck_assert_int_eq(plan_finish(&plan, 4096, why), 0);
	ck_assert_uint_eq(plan.listen.l[0].mtu, 900);
	ck_assert_uint_eq(plan.listen.l[0].root, 3);
	ck_assert_uint_eq(plan.listen.l[1].mtu, 1000);
	ck_assert_uint_eq(plan.listen.l[2].mtu, 1000);
	ck_assert_uint_eq(plan.server.max, 50);
	ck_assert_int_eq(sock(7), 0);
	ck_assert_int_eq(plan_finish(&plan, 4096, why), -1);
	ck_assert_ptr_ne(strstr(why, "interface 7"), NULL);
}
END_TEST

/* Port 69 is that of requests. */
START_TEST(ports)
{
	static const struct {
		uint16_t low, high;
		bool single;
		uint32_t ports;
	} t[] = { { 0, 0, false, 0 }, { 70, 169, false, 100 },
		{ 70, 70, false, 1 }, { 60, 79, false, 19 },
		{ 69, 70, false, 1 }, { 60, 69, false, 9 },
		{ 1, 68, false, 68 }, { 69, 69, false, 0 },
		{ 70, 169, true, 0 }, { 1, 65535, false, 65534 } };
	struct record rec = { .kind = RECORD_TFTP };
	size_t i;

	rec.u.tftp.max = 50;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		rec.u.tftp.port_low = t[i].low;
		rec.u.tftp.port_high = t[i].high;
		rec.u.tftp.single_port = t[i].single;
		ck_assert_int_eq(plan_record(&plan, &rec, why), 0);
		ck_assert_uint_eq(plan.ports, t[i].ports);
	}
}
END_TEST

/* Half-open transfers have what tftp-max leaves of descriptors and ports. */
START_TEST(half_open)
{
	static const struct {
		uint32_t max, fds;
		uint16_t ports;
		uint32_t half_open, total;
	} t[] = {
		{ 50, 100000, 0, 1024, 1074 },
		{ 8000, 100000, 0, 2000, 10000 },
		{ 50, TFTP_OTHER_FDS + 200, 0, 1024, 100 },
		{ 50, TFTP_OTHER_FDS, 0, 1024, 50 },
		/* Of 800 ports 100 are kept. */
		{ 50, 100000, 800, 1024, 700 },
		{ 50, TFTP_OTHER_FDS + 200, 800, 1024, 100 },
		{ 50, 100000, 40, 1024, 50 },
		{ 65280, 1000000, 0, 16320, 65280 },
		{ 70000, 1000000, 0, 16320, 65280 },
	};
	struct record rec = { .kind = RECORD_TFTP };
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		rec.u.tftp.max = t[i].max;
		rec.u.tftp.port_low = t[i].ports == 0 ? 0 : 1000;
		rec.u.tftp.port_high =
		    (uint16_t)(t[i].ports == 0 ? 0 : 1000 + t[i].ports - 1);
		ck_assert_int_eq(plan_record(&plan, &rec, why), 0);
		ck_assert_int_eq(plan_finish(&plan, t[i].fds, why), 0);
		ck_assert_uint_eq(plan.server.half_open, t[i].half_open);
		ck_assert_uint_eq(plan.server.total_max, t[i].total);
	}
}
END_TEST

/* The files of dhcp-boot and pxe-service, below the roots, whatever record
 * comes first. */
START_TEST(boot_files)
{
	struct record boot = { .kind = RECORD_BOOT };
	struct record service = { .kind = RECORD_SERVICE };
	struct record root = { .kind = RECORD_TFTP };

	service.u.service.type = RECORD_SERVICE_OWN;
	(void)strcpy(service.u.service.file, "grub");
	(void)snprintf(boot.u.boot.file, sizeof(boot.u.boot.file), "%s",
	    "/srv/tftp/pxelinux.0");
	root.u.tftp.max = 50;
	(void)snprintf(root.u.tftp.root, sizeof(root.u.tftp.root), "/srv/tftp");
	ck_assert_int_eq(plan_record(&plan, &boot, why), 0);
	ck_assert_int_eq(plan_record(&plan, &service, why), 0);
	ck_assert_int_eq(plan_record(&plan, &root, why), 0);
	ck_assert_int_eq(plan_finish(&plan, 4096, why), 0);
	ck_assert(offers_has(&plan.server.files.offers, "pxelinux.0", 10));
	ck_assert(offers_has(&plan.server.files.offers, "grub.0", 6));
	ck_assert(!offers_has(&plan.server.files.offers, "grub", 4));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("tftp_plan");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, too_many_sockets);
	tcase_add_test(tc, interfaces_without_a_root);
	tcase_add_test(tc, listeners);
	tcase_add_test(tc, ports);
	tcase_add_test(tc, half_open);
	tcase_add_test(tc, boot_files);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests open the device that has no blocks. */
UNIT_MAIN_ALSO(suite, SCMP_SYS(openat))
