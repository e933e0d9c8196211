/* SPDX-License-Identifier: ISC */
/* Frames of capture files: link, IPv4 and UDP headers. */
#include <string.h>

#include "capd/frame.h"
#include "tests/unit/unit.h"

#define ETHERNET 1
#define RAW 12
#define COOKED2 276
#define IP_AT 14
#define UDP_AT 34
#define DATA_AT 42

static uint8_t frame[128];
static size_t len;
static struct frame f;

/* A datagram of "abc" to port 67, padded as Ethernet does. */
static void
setup(void)
{
	static const uint8_t good[] = { 255, 255, 255, 255, 255, 255, 2, 1, 0,
		0, 0, 1, 8, 0, 0x45, 0, 0, 31, 0, 0, 0, 0, 64, 17, 0, 0, 10, 1,
		0, 2, 255, 255, 255, 255, 0, 68, 0, 67, 0, 11, 0, 0, 'a', 'b',
		'c' };

	memset(frame, 0, sizeof(frame));
	memcpy(frame, good, sizeof(good));
	len = 60;
}

static void
is(enum frame_kind want)
{
	/* Of exactly that length, so that a sanitizer sees the end. */
	uint8_t *copy = malloc(len + (len == 0));

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, frame, len);
	ck_assert_int_eq(frame_read(&f, ETHERNET, copy, len), want);
	if (want == FRAME_REQUEST)
		ck_assert_int_eq(memcmp(f.data, "abc", f.len), 0);
	free(copy);
}

START_TEST(request)
{
	is(FRAME_REQUEST);
	ck_assert_uint_eq(f.from, 0x0a010002);
	ck_assert_uint_eq(f.to, 0xffffffff);
	ck_assert_uint_eq(f.port, 67);
	ck_assert_uint_eq(f.len, 3);
	frame[UDP_AT + 2] = 4011 >> 8;
	frame[UDP_AT + 3] = 4011 & 255;
	is(FRAME_REQUEST);
	ck_assert_uint_eq(f.port, 4011);
	frame[UDP_AT + 2] = 1067 >> 8;
	frame[UDP_AT + 3] = 1067 & 255;
	is(FRAME_REQUEST);
	ck_assert_uint_eq(f.port, 1067);
	/* Without a payload. */
	frame[IP_AT + 3] = 28;
	frame[UDP_AT + 5] = 8;
	is(FRAME_REQUEST);
	ck_assert_uint_eq(f.len, 0);
}
END_TEST

/* Options of IP come before UDP. */
START_TEST(ip_options)
{
	memmove(frame + UDP_AT + 4, frame + UDP_AT, 11);
	frame[IP_AT] = 0x46;
	frame[IP_AT + 3] = 35;
	is(FRAME_REQUEST);
	ck_assert_uint_eq(f.len, 3);
}
END_TEST

START_TEST(other)
{
	static const struct {
		size_t at;
		uint8_t value;
	} t[] = {
		{ 12, 0x86 }, /* IPv6 */
		{ IP_AT, 0x65 },
		{ IP_AT + 9, 6 }, /* TCP */
		{ UDP_AT + 3, 68 },
		{ UDP_AT + 2, 1 },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		setup();
		frame[t[i].at] = t[i].value;
		is(FRAME_OTHER);
	}
}
END_TEST

START_TEST(fragments)
{
	frame[IP_AT + 6] = 0x20; /* more follow */
	is(FRAME_FRAGMENT);
	frame[IP_AT + 6] = 0;
	frame[IP_AT + 7] = 1; /* not the first */
	is(FRAME_FRAGMENT);
	frame[IP_AT + 7] = 0;
	frame[IP_AT + 6] = 0x40; /* must not be fragmented */
	is(FRAME_REQUEST);
}
END_TEST

START_TEST(lengths)
{
	static const struct {
		size_t at;
		uint8_t value;
	} t[] = {
		{ IP_AT, 0x44 }, /* a header of 16 bytes */
		{ IP_AT, 0x4f }, /* longer than the datagram */
		{ IP_AT + 3, 19 },
		{ IP_AT + 3, 27 }, /* no room for the header of UDP */
		{ IP_AT + 3, 30 }, /* UDP is longer than IP */
		{ IP_AT + 3, 47 }, /* longer than the frame */
		{ UDP_AT + 5, 7 },
		{ UDP_AT + 5, 12 },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		setup();
		frame[t[i].at] = t[i].value;
		is(FRAME_SHORT);
	}
	setup();
	for (len = 0; len < DATA_AT + 3; len++)
		is(FRAME_SHORT);
	is(FRAME_REQUEST);
}
END_TEST

START_TEST(vlans)
{
	size_t i;

	for (i = 0; i < 5; i++) {
		memmove(frame + 16, frame + 12, len - 12);
		frame[12] = i % 2 == 0 ? 0x81 : 0x88;
		frame[13] = i % 2 == 0 ? 0 : 0xa8;
		frame[14] = frame[15] = 0;
		len += 4;
		/* Only so many are expected; then the tag is the type. */
		is(i < 4 ? FRAME_REQUEST : FRAME_OTHER);
	}
}
END_TEST

START_TEST(links)
{
	uint8_t cooked[20 + 31] = { 8, 0 };

	ck_assert_int_eq(frame_read(&f, RAW, frame + IP_AT, 31), FRAME_REQUEST);
	ck_assert_int_eq(frame_read(&f, 101, frame + IP_AT, 31), FRAME_REQUEST);
	ck_assert_int_eq(frame_read(&f, 228, frame + IP_AT, 31), FRAME_REQUEST);
	memcpy(cooked + 20, frame + IP_AT, 31);
	ck_assert_int_eq(
	    frame_read(&f, COOKED2, cooked, sizeof(cooked)), FRAME_REQUEST);
	ck_assert_int_eq(frame_read(&f, 105, frame, len), FRAME_LINK);
	ck_assert_int_eq(frame_read(&f, 105, NULL, 0), FRAME_LINK);
	ck_assert_int_eq(frame_read(&f, ETHERNET, NULL, 0), FRAME_SHORT);
}
END_TEST

Suite *suite_cap_frame(void);

Suite *
suite_cap_frame(void)
{
	Suite *s = suite_create("cap_frame");
	TCase *t = tcase_create("frame");

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, request);
	tcase_add_test(t, ip_options);
	tcase_add_test(t, other);
	tcase_add_test(t, fragments);
	tcase_add_test(t, lengths);
	tcase_add_test(t, vlans);
	tcase_add_test(t, links);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_cap_frame)
