/* SPDX-License-Identifier: ISC */
/* The configuration of httpd, as it arrives in pieces. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/log.h"
#include "httpd/http_conf.h"
#include "tests/unit/tls_case.h"

#define FDS 65536

static struct http_conf p;
static char why[ROLE_WHY_MAX];
static struct tls_pair pair[2];
static int garbage;
static unsigned int warnings;

static void
note(int priority, const char *line, void *arg)
{
	(void)line;
	(void)arg;
	warnings += priority == LOG_WARNING;
}

static void
make(void)
{
	tls_pair_make(&pair[0], GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), "CN=a", NULL);
	tls_pair_make(&pair[1], GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1), "CN=b", NULL);
	garbage = tls_file(-1, "hello\n", 6);
	log_init("test", LOG_DEBUG);
	log_set_sink(note, NULL);
}

static void
unmake(void)
{
	tls_pair_free(&pair[0]);
	tls_pair_free(&pair[1]);
	(void)close(garbage);
}

static void
begin(void)
{
	http_conf_clear(&p);
	why[0] = '\0';
}

/* Refused for this reason. */
static void
refused(int r, const char *reason)
{
	ck_assert_int_eq(r, -1);
	ck_assert_msg(strstr(why, reason) != NULL, "%s", why);
}

static void
set_max(uint32_t max)
{
	struct record rec = { .kind = RECORD_HTTP };

	rec.u.http.max = max;
	ck_assert_int_eq(http_conf_record(&p, &rec, why), 0);
}

static int
add_socket(enum socket_use use, uint32_t ifindex, int *fd)
{
	*fd = dup(garbage);
	ck_assert_int_ne(*fd, -1);
	return http_conf_socket(&p, use, ifindex, *fd, why);
}

static int
add_iface(uint32_t index, uint8_t root)
{
	const struct iface ifc = {
		.name = "eth0", .index = index, .http = true, .root = root
	};

	return http_conf_iface(&p, &ifc, why);
}

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1;
}

START_TEST(settings)
{
	struct record rec = { .kind = RECORD_HTTP };

	begin();
	rec.u.http.quiet = true;
	rec.u.http.port = 8080;
	rec.u.http.max = 77;
	rec.u.http.rate_client = 5;
	rec.u.http.rate_all = 6;
	ck_assert_int_eq(http_conf_record(&p, &rec, why), 0);
	ck_assert(p.server.quiet);
	ck_assert_uint_eq(p.server.port, 8080);
	ck_assert_uint_eq(p.server.max, 77);
	ck_assert_uint_eq(p.server.rate_client, 5);
	ck_assert_uint_eq(p.server.rate_all, 6);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_TFTP;
	rec.u.tftp.lowercase = true;
	rec.u.tftp.unique = RECORD_TFTP_UNIQUE_MAC;
	(void)strcpy(rec.u.tftp.root, "/srv");
	ck_assert_int_eq(http_conf_record(&p, &rec, why), 0);
	ck_assert(p.server.files.lowercase);
	ck_assert_uint_eq(p.server.files.unique, RECORD_TFTP_UNIQUE_MAC);
	ck_assert_str_eq(p.server.files.root[0], "/srv");
	/* Nothing of the one leaks into the other. */
	ck_assert_uint_eq(p.server.max, 77);
	/* What other roles get does not count here. */
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_DAEMON;
	ck_assert_int_eq(http_conf_record(&p, &rec, why), 0);
	http_conf_clear(&p);
	ck_assert_uint_eq(p.server.max, 0);
}
END_TEST

/* The nth of a single interface is root n; 0 is that of all others. */
START_TEST(roots)
{
	struct record rec = { .kind = RECORD_TFTP_ROOT };
	int i;

	begin();
	for (i = 0; i < RECORD_TFTP_ROOTS_MAX; i++) {
		(void)snprintf(rec.u.tftp_root.path,
		    sizeof(rec.u.tftp_root.path), "/root%d", i);
		ck_assert_int_eq(http_conf_record(&p, &rec, why), 0);
	}
	ck_assert_str_eq(p.server.files.root[0], "");
	ck_assert_str_eq(p.server.files.root[1], "/root0");
	ck_assert_str_eq(
	    p.server.files.root[FILE_CONF_ROOTS_MAX - 1], "/root14");
	refused(http_conf_record(&p, &rec, why), "more than 15 interfaces");
	http_conf_clear(&p);
}
END_TEST

/* The files of dhcp-boot and pxe-service are known below each root. */
START_TEST(offers)
{
	struct record rec = { .kind = RECORD_TFTP };

	begin();
	(void)strcpy(rec.u.tftp.root, "/srv");
	rec.u.tftp.lowercase = true;
	ck_assert_int_eq(http_conf_record(&p, &rec, why), 0);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_TFTP_ROOT;
	(void)strcpy(rec.u.tftp_root.path, "/other");
	ck_assert_int_eq(http_conf_record(&p, &rec, why), 0);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_BOOT;
	(void)strcpy(rec.u.boot.file, "http://10.0.0.1/Boot.EFI");
	ck_assert_int_eq(http_conf_record(&p, &rec, why), 0);
	(void)strcpy(rec.u.boot.file, "/other/grub.efi");
	ck_assert_int_eq(http_conf_record(&p, &rec, why), 0);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_SERVICE;
	(void)strcpy(rec.u.service.file, "menu");
	ck_assert_int_eq(http_conf_record(&p, &rec, why), 0);
	ck_assert_int_eq(http_conf_finish(&p, FDS, why), 0);
	ck_assert(offers_has(&p.server.files.offers, "boot.efi", 8));
	ck_assert(offers_has(&p.server.files.offers, "grub.efi", 8));
	ck_assert(offers_has(&p.server.files.offers, "menu.0", 6));
	ck_assert(!offers_has(&p.server.files.offers, "menu", 4));
	http_conf_clear(&p);
	ck_assert(!offers_has(&p.server.files.offers, "menu.0", 6));
}
END_TEST

START_TEST(interfaces)
{
	struct iface ifc = { .name = "eth0", .root = IFACE_NO_ROOT };
	uint32_t i;

	begin();
	/* One without HTTP has no root, and needs none. */
	ck_assert_int_eq(http_conf_iface(&p, &ifc, why), 0);
	ck_assert_uint_eq(p.server.files.nifaces, 0);
	refused(add_iface(1, FILE_CONF_ROOTS_MAX), "eth0 has no tftp-root");
	for (i = 0; i < HTTP_SOCKETS_MAX; i++)
		ck_assert_int_eq(add_iface(i, FILE_CONF_ROOTS_MAX - 1), 0);
	refused(add_iface(i, 0), "more than 160 interfaces");
	http_conf_clear(&p);
}
END_TEST

/* Each listener has the root of its own interface. */
START_TEST(sockets)
{
	int fd, i, first = -1;

	begin();
	ck_assert_int_eq(add_socket(SOCKET_TFTP, 1, &fd), 0);
	ck_assert(!is_open(fd));
	ck_assert_uint_eq(p.listen.n, 0);
	ck_assert_int_eq(add_socket(SOCKET_HTTP, 7, &first), 0);
	ck_assert_int_eq(add_socket(SOCKET_HTTPS, 8, &fd), 0);
	ck_assert_int_eq(add_iface(8, 3), 0);
	refused(http_conf_finish(&p, FDS, why), "no record of interface 7");
	ck_assert_int_eq(add_iface(7, 2), 0);
	ck_assert_int_eq(http_conf_finish(&p, FDS, why), 0);
	ck_assert_uint_eq(p.listen.n, 2);
	ck_assert_int_eq(p.listen.l[0].fd, first);
	ck_assert_uint_eq(p.listen.l[0].root, 2);
	ck_assert(!p.listen.l[0].tls);
	ck_assert_uint_eq(p.listen.l[1].root, 3);
	ck_assert(p.listen.l[1].tls);
	for (i = 2; i < HTTP_SOCKETS_MAX; i++)
		ck_assert_int_eq(add_socket(SOCKET_HTTP, 7, &fd), 0);
	refused(add_socket(SOCKET_HTTP, 7, &fd), "more than 160 sockets");
	ck_assert(!is_open(fd));
	ck_assert(is_open(first));
	http_conf_clear(&p);
	ck_assert(!is_open(first));
}
END_TEST

/* As many connections as there are descriptors for, and at least one. */
START_TEST(descriptors)
{
	const uint32_t need =
	    HTTP_OTHER_FDS + (100 + http_spare(100)) * HTTP_CONNECTION_FDS;
	uint32_t max, fds;

	begin();
	set_max(100);
	ck_assert_int_eq(http_conf_finish(&p, need, why), 0);
	ck_assert_uint_eq(p.server.max, 100);
	ck_assert_uint_eq(warnings, 0);
	ck_assert_int_eq(http_conf_finish(&p, need - 1, why), 0);
	ck_assert_uint_eq(warnings, 1);
	ck_assert_uint_lt(p.server.max, 100);
	ck_assert_uint_ge(p.server.max, 90);
	for (fds = need - 1; fds > HTTP_OTHER_FDS + 80; fds -= 7) {
		set_max(100);
		ck_assert_int_eq(http_conf_finish(&p, fds, why), 0);
		max = p.server.max;
		ck_assert_uint_ge(max, 1);
		ck_assert_uint_le(
		    HTTP_OTHER_FDS + (max + http_spare(max)) * 2, fds);
	}
	for (fds = 0; fds <= HTTP_OTHER_FDS; fds += HTTP_OTHER_FDS / 2) {
		set_max(100);
		ck_assert_int_eq(http_conf_finish(&p, fds, why), 0);
		ck_assert_uint_eq(p.server.max, 1);
	}
	http_conf_clear(&p);
}
END_TEST

START_TEST(certificates)
{
	uint8_t key[HANDSHAKE_KEY_ID];
	int i, fd;

	begin();
	/* The private key is keyd's. */
	fd = dup(pair[0].key_fd);
	ck_assert_int_eq(http_conf_tls(&p, TLS_FILE_KEY, "/k", fd), -1);
	ck_assert(!is_open(fd));
	ck_assert_uint_eq(p.identity.n, 0);
	for (i = 0; i < 2; i++) {
		size_t len = sizeof(key);

		fd = dup(pair[i].cert_fd);
		ck_assert_int_eq(http_conf_tls(&p, TLS_FILE_CERT, "/c", fd), 0);
		ck_assert(!is_open(fd));
		TLS_OK(gnutls_pubkey_get_key_id(
		    pair[i].pub, GNUTLS_KEYID_USE_SHA256, key, &len));
		ck_assert_mem_eq(p.identity.key, key, sizeof(key));
	}
	ck_assert_uint_eq(p.identity.n, 1);
	ck_assert_int_eq(http_conf_finish(&p, FDS, why), 0);
	/* A bad one is refused at the end, with all that was wrong. */
	ck_assert_int_eq(
	    http_conf_tls(&p, TLS_FILE_CERT, "/bad", dup(garbage)), 0);
	refused(http_conf_finish(&p, FDS, why), "https-cert /bad: no cert");
	ck_assert_int_eq(
	    http_conf_tls(&p, TLS_FILE_CERT, "/c", dup(pair[0].cert_fd)), 0);
	ck_assert_int_eq(http_conf_finish(&p, FDS, why), 0);
	http_conf_clear(&p);
}
END_TEST

Suite *suite_http_conf(void);

Suite *
suite_http_conf(void)
{
	Suite *s = suite_create("http_conf");
	TCase *tc = tcase_create("http_conf");

	tcase_add_unchecked_fixture(tc, make, unmake);
	tcase_add_test(tc, settings);
	tcase_add_test(tc, roots);
	tcase_add_test(tc, offers);
	tcase_add_test(tc, interfaces);
	tcase_add_test(tc, sockets);
	tcase_add_test(tc, descriptors);
	tcase_add_test(tc, certificates);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN_ALSO(suite_http_conf, SCMP_SYS(dup), SCMP_SYS(fcntl))
