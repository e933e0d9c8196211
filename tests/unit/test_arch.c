/* SPDX-License-Identifier: ISC */
/* Boot files by their names and headers. */
#include <string.h>

#include "daemon/arch.h"
#include "tests/unit/unit.h"

/* A program for UEFI, with the header of PE at `at`. */
static enum arch_kind
kind_of_pe(uint16_t machine, size_t at, size_t n)
{
	static uint8_t file[ARCH_BYTES];

	memset(file, 0, sizeof(file));
	memcpy(file, "MZ", 2);
	file[0x3c] = (uint8_t)at;
	file[0x3d] = (uint8_t)(at >> 8);
	if (at + 6 <= sizeof(file)) {
		memcpy(file + at, "PE\0\0", 4);
		file[at + 4] = (uint8_t)machine;
		file[at + 5] = (uint8_t)(machine >> 8);
	}
	return arch_kind_of_bytes(file, n);
}

START_TEST(headers)
{
	static const struct {
		uint16_t machine;
		enum arch_kind kind;
	} t[] = {
		{ 0x014c, ARCH_KIND_IA32 },
		{ 0x8664, ARCH_KIND_X64 },
		{ 0x01c2, ARCH_KIND_ARM },
		{ 0xaa64, ARCH_KIND_AA64 },
		{ 0x5064, ARCH_KIND_RISCV64 },
		{ 0x6264, ARCH_KIND_LOONGARCH64 },
		{ 0x0200, ARCH_KIND_UNKNOWN },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(
		    kind_of_pe(t[i].machine, 0x80, ARCH_BYTES), t[i].kind);
		ck_assert_int_eq(
		    kind_of_pe(t[i].machine, ARCH_BYTES - 24, ARCH_BYTES),
		    t[i].kind);
	}
	ck_assert_int_eq(
	    arch_kind_of_bytes("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\76\0", 20),
	    ARCH_KIND_ELF);
}
END_TEST

/* Files that are cut off, or that are no programs. */
START_TEST(headers_bad)
{
	size_t n;

	for (n = 0; n < 0x80 + 24; n++)
		ck_assert_int_eq(
		    kind_of_pe(0x8664, 0x80, n), ARCH_KIND_UNKNOWN);
	ck_assert_int_eq(kind_of_pe(0x8664, 0x80, n), ARCH_KIND_X64);
	ck_assert_int_eq(
	    kind_of_pe(0x8664, 0xffff, ARCH_BYTES), ARCH_KIND_UNKNOWN);
	ck_assert_int_eq(
	    kind_of_pe(0x8664, ARCH_BYTES - 23, ARCH_BYTES), ARCH_KIND_UNKNOWN);
	ck_assert_int_eq(arch_kind_of_bytes("#!ipxe\n", 7), ARCH_KIND_UNKNOWN);
	ck_assert_int_eq(arch_kind_of_bytes("\177ELF", 4), ARCH_KIND_UNKNOWN);
	ck_assert_int_eq(arch_kind_of_bytes("", 0), ARCH_KIND_UNKNOWN);
}
END_TEST

START_TEST(fits)
{
	ck_assert(arch_kind_fits(ARCH_KIND_X64, ARCH_KIND_X64));
	ck_assert(arch_kind_fits(ARCH_KIND_X64, ARCH_KIND_EFI));
	ck_assert(arch_kind_fits(ARCH_KIND_X64, ARCH_KIND_UNKNOWN));
	ck_assert(arch_kind_fits(ARCH_KIND_UNKNOWN, ARCH_KIND_ELF));
	ck_assert(!arch_kind_fits(ARCH_KIND_X64, ARCH_KIND_AA64));
	ck_assert(!arch_kind_fits(ARCH_KIND_BIOS, ARCH_KIND_EFI));
	ck_assert(!arch_kind_fits(ARCH_KIND_BIOS, ARCH_KIND_ELF));
	ck_assert_int_eq(arch_kind_of_name("a/BOOTX64.EFI"), ARCH_KIND_X64);
	ck_assert_int_eq(
	    arch_kind_of_name("bootloongarch64.efi"), ARCH_KIND_LOONGARCH64);
	ck_assert_int_eq(arch_kind_of_name(""), ARCH_KIND_UNKNOWN);
	ck_assert_str_eq(arch_kind_text(ARCH_KIND_AA64), "UEFI ARM64");
}
END_TEST

Suite *suite_arch(void);

Suite *
suite_arch(void)
{
	Suite *s = suite_create("arch");
	TCase *t = tcase_create("arch");

	tcase_add_test(t, headers);
	tcase_add_test(t, headers_bad);
	tcase_add_test(t, fits);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_arch)
