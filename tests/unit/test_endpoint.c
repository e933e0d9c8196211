/* SPDX-License-Identifier: ISC */
/* Endpoints: messages, socket addresses, text. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "daemon/endpoint.h"
#include "tests/unit/codec.h"

static ssize_t
recode(const uint8_t *in, size_t n, uint8_t *out)
{
	struct endpoint e;
	struct reader r;
	struct writer w;

	reader_init(&r, in, n);
	endpoint_decode(&r, &e);
	if (!reader_done(&r))
		return -1;
	ck_assert(e.addr.family == 4 || e.addr.family == 6);
	writer_init(&w, out, CODEC_MAX);
	endpoint_encode(&e, &w);
	ck_assert(writer_ok(&w));
	return (ssize_t)w.len;
}

static void
random_endpoint(struct endpoint *e)
{
	memset(e, 0, sizeof(*e));
	e->addr.family = random() % 2 ? 4 : 6;
	codec_bytes(e->addr.bytes, e->addr.family == 4 ? 4 : 16);
	e->port = (uint16_t)random();
	if (e->addr.family == 6 && random() % 2) {
		e->addr.bytes[0] = 0xfe;
		e->addr.bytes[1] = 0x80;
		e->scope = codec_random();
	}
}

START_TEST(random_content)
{
	uint8_t buf[ENDPOINT_ENCODED_MAX];
	struct sockaddr_storage ss;
	struct endpoint e, back;
	char text[ENDPOINT_TEXT];
	struct writer w;
	struct reader r;

	srandom((unsigned int)_i);
	random_endpoint(&e);
	writer_init(&w, buf, sizeof(buf));
	endpoint_encode(&e, &w);
	ck_assert(writer_ok(&w));
	ck_assert_uint_eq(w.len,
	    e.addr.family == 4 ? ENDPOINT_ENCODED_MIN : ENDPOINT_ENCODED_MAX);
	reader_init(&r, buf, w.len);
	endpoint_decode(&r, &back);
	ck_assert(reader_done(&r));
	ck_assert(endpoint_equal(&e, &back));
	codec_torture(recode, buf, w.len);
	ck_assert_uint_eq(endpoint_to_sockaddr(&e, &ss),
	    e.addr.family == 4 ? sizeof(struct sockaddr_in)
			       : sizeof(struct sockaddr_in6));
	ck_assert_int_eq(
	    endpoint_from_sockaddr(&back, (struct sockaddr *)&ss), 0);
	ck_assert(endpoint_equal(&e, &back));
	ck_assert_uint_lt(strlen(endpoint_text(&e, text)), ENDPOINT_TEXT);
}
END_TEST

START_TEST(refused)
{
	static const uint8_t good4[] = { 4, 192, 168, 1, 50, 8, 22, 0, 0, 0,
		0 };
	uint8_t bad[ENDPOINT_ENCODED_MAX] = { 0 }, out[CODEC_MAX];
	size_t i;
	int family;

	ck_assert_int_eq(
	    codec_run(recode, good4, sizeof(good4), out), sizeof(good4));
	memcpy(bad, good4, sizeof(good4));
	for (family = 0; family < 256; family++) {
		bad[0] = (uint8_t)family;
		ck_assert((codec_run(recode, bad, sizeof(good4), out) != -1) ==
			  (family == 4));
		ck_assert((codec_run(recode, bad, sizeof(bad), out) != -1) ==
			  (family == 6));
	}
	/* IPv4 has no scopes. */
	for (i = 7; i < sizeof(good4); i++) {
		memcpy(bad, good4, sizeof(good4));
		bad[i] = 1;
		ck_assert_int_eq(
		    codec_run(recode, bad, sizeof(good4), out), -1);
	}
}
END_TEST

START_TEST(socket_addresses)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons(2070) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(69),
		.sin6_scope_id = 3 };
	struct sockaddr un = { .sa_family = AF_UNIX };
	struct sockaddr_storage ss;
	struct endpoint e;
	char text[ENDPOINT_TEXT];

	inet_pton(AF_INET, "192.168.1.50", &in.sin_addr);
	ck_assert_int_eq(endpoint_from_sockaddr(&e, (struct sockaddr *)&in), 0);
	ck_assert_uint_eq(e.addr.family, 4);
	ck_assert_uint_eq(e.port, 2070);
	ck_assert_mem_eq(
	    e.addr.bytes, "\300\250\1\62\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	ck_assert_str_eq(endpoint_text(&e, text), "192.168.1.50:2070");
	inet_pton(AF_INET6, "fe80::1", &in6.sin6_addr);
	ck_assert_int_eq(
	    endpoint_from_sockaddr(&e, (struct sockaddr *)&in6), 0);
	ck_assert_uint_eq(e.scope, 3);
	ck_assert_str_eq(endpoint_text(&e, text), "[fe80::1%3]:69");
	/* A scope says nothing of an address that is the same everywhere. */
	inet_pton(AF_INET6, "2001:db8::1", &in6.sin6_addr);
	ck_assert_int_eq(
	    endpoint_from_sockaddr(&e, (struct sockaddr *)&in6), 0);
	ck_assert_uint_eq(e.scope, 0);
	ck_assert_int_eq(endpoint_from_sockaddr(&e, &un), -1);
	memset(&e, 0, sizeof(e));
	ck_assert_uint_eq(endpoint_to_sockaddr(&e, &ss), 0);
	ck_assert_str_eq(endpoint_text(&e, text), "?");
}
END_TEST

START_TEST(equality)
{
	struct endpoint a, b;

	srandom(1);
	random_endpoint(&a);
	a.addr.family = 6;
	b = a;
	ck_assert(endpoint_equal(&a, &b));
	b.port++;
	ck_assert(!endpoint_equal(&a, &b));
	b = a;
	b.scope++;
	ck_assert(!endpoint_equal(&a, &b));
	b = a;
	b.addr.bytes[15]++;
	ck_assert(!endpoint_equal(&a, &b));
	b = a;
	b.addr.family = 4;
	ck_assert(!endpoint_equal(&a, &b));
}
END_TEST

#define HASH_CLIENTS 4096
#define HASH_BUCKETS 1024

/* Neighbours, and the ports of one of them, spread over a table. */
START_TEST(hashes)
{
	unsigned int used[HASH_BUCKETS] = { 0 }, most = 0, i;
	struct endpoint e = { .addr = { 4, { 10, 0 } } }, same;
	uint64_t h;

	for (i = 0; i < HASH_CLIENTS; i++) {
		e.addr.bytes[2] = (uint8_t)(i >> 8);
		e.addr.bytes[3] = (uint8_t)i;
		e.port = (uint16_t)(_i == 0 ? 2070 : i);
		h = endpoint_hash(&e, 7);
		same = e;
		ck_assert(endpoint_hash(&same, 7) == h);
		ck_assert(endpoint_hash(&e, 8) != h);
		same.port++;
		ck_assert(endpoint_hash(&same, 7) != h);
		same = e;
		same.scope++;
		ck_assert(endpoint_hash(&same, 7) != h);
		if (++used[h % HASH_BUCKETS] > most)
			most = used[h % HASH_BUCKETS];
	}
	/* 4 to a bucket, were all alike. */
	ck_assert_uint_lt(most, 20);
}
END_TEST

/* Two addresses whose difference is gone again after the last byte. */
START_TEST(hash_ends)
{
	struct endpoint a = { .addr = { 6, { 0x20, 1, 0xd, 0xb8 } } };
	struct endpoint b = a;
	unsigned int same = 0;
	uint64_t seed;

	b.addr.bytes[14] = b.addr.bytes[15] = 0x80;
	for (seed = 0; seed < 10000; seed++)
		same += ((endpoint_hash(&a, seed) ^ endpoint_hash(&b, seed)) &
			    0xff) == 0;
	/* 39, were all alike. */
	ck_assert_uint_lt(same, 100);
}
END_TEST

Suite *suite_endpoint(void);

Suite *
suite_endpoint(void)
{
	Suite *s = suite_create("endpoint");
	TCase *tc = tcase_create("endpoint");

	tcase_add_loop_test(tc, random_content, 0, 200);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, socket_addresses);
	tcase_add_test(tc, equality);
	tcase_add_loop_test(tc, hashes, 0, 2);
	tcase_add_test(tc, hash_ends);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_endpoint)
