/* SPDX-License-Identifier: ISC */
/* Architectures of clients, their names, and the boot files for them. */
#include "daemon/arch.h"

#include <string.h>
#include <strings.h>

#define PE_OFFSET_AT 0x3c /* in the header of MS-DOS: where that of PE is */
#define PE_HEADER 24 /* signature and COFF header */
#define ELF_HEADER 20 /* up to its machine */

/* IANA, "Processor Architecture Types" of DHCPv6, also used by option 93. */
static const char *const names[] = {
	[0] = "BIOS",
	[1] = "NEC PC-98",
	[2] = "UEFI Itanium",
	[3] = "DEC Alpha",
	[4] = "Arc x86",
	[5] = "Intel Lean Client",
	[6] = "UEFI ia32",
	[7] = "UEFI x64",
	[8] = "UEFI Xscale",
	[9] = "UEFI EBC",
	[10] = "UEFI ARM",
	[11] = "UEFI ARM64",
	[12] = "PowerPC Open Firmware",
	[13] = "PowerPC ePAPR",
	[14] = "POWER OPAL",
	[15] = "UEFI HTTP ia32",
	[16] = "UEFI HTTP x64",
	[17] = "UEFI HTTP EBC",
	[18] = "UEFI HTTP ARM",
	[19] = "UEFI HTTP ARM64",
	[20] = "BIOS HTTP",
	[21] = "U-Boot ARM",
	[22] = "U-Boot ARM64",
	[23] = "U-Boot HTTP ARM",
	[24] = "U-Boot HTTP ARM64",
	[25] = "UEFI RISC-V 32",
	[26] = "UEFI HTTP RISC-V 32",
	[27] = "UEFI RISC-V 64",
	[28] = "UEFI HTTP RISC-V 64",
	[29] = "UEFI RISC-V 128",
	[30] = "UEFI HTTP RISC-V 128",
	[31] = "s390 basic",
	[32] = "s390 extended",
	[33] = "UEFI MIPS32",
	[34] = "UEFI MIPS64",
	[35] = "UEFI Sunway 32",
	[36] = "UEFI Sunway 64",
	[37] = "UEFI LoongArch32",
	[38] = "UEFI HTTP LoongArch32",
	[39] = "UEFI LoongArch64",
	[40] = "UEFI HTTP LoongArch64",
	[41] = "ARM rpiboot",
};

const char *
arch_name(uint32_t arch)
{
	return arch < sizeof(names) / sizeof(names[0]) ? names[arch] : NULL;
}

enum arch_kind
arch_kind(uint32_t arch)
{
	switch (arch) {
	case 0:
		return ARCH_KIND_BIOS;
	case 6:
	case 15:
		return ARCH_KIND_IA32;
	case 7:
	case 9: /* which most firmware for x64 takes for its own */
	case 16:
	case 17:
		return ARCH_KIND_X64;
	case 10:
	case 18:
		return ARCH_KIND_ARM;
	case 11:
	case 19:
		return ARCH_KIND_AA64;
	case 27:
	case 28:
		return ARCH_KIND_RISCV64;
	case 39:
	case 40:
		return ARCH_KIND_LOONGARCH64;
	default:
		return ARCH_KIND_UNKNOWN;
	}
}

enum arch_kind
arch_kind_of_name(const char *file)
{
	/* The first that fits counts. */
	static const struct {
		const char *end;
		enum arch_kind kind;
	} ends[] = {
		{ "ia32.efi", ARCH_KIND_IA32 },
		{ "x64.efi", ARCH_KIND_X64 },
		{ "x86_64.efi", ARCH_KIND_X64 },
		{ "aa64.efi", ARCH_KIND_AA64 },
		{ "arm64.efi", ARCH_KIND_AA64 },
		{ "riscv64.efi", ARCH_KIND_RISCV64 },
		{ "loongarch64.efi", ARCH_KIND_LOONGARCH64 },
		{ ".efi", ARCH_KIND_EFI },
		{ ".0", ARCH_KIND_BIOS },
		{ "kpxe", ARCH_KIND_BIOS },
		{ ".pxe", ARCH_KIND_BIOS },
		{ ".n12", ARCH_KIND_BIOS },
	};
	size_t n = strlen(file), i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t len = strlen(ends[i].end);

		if (n >= len && strcasecmp(file + n - len, ends[i].end) == 0)
			return ends[i].kind;
	}
	return ARCH_KIND_UNKNOWN;
}

/* A number in the byte order of PE. */
static uint32_t
le16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

/* Microsoft, "PE Format", machine types. */
static enum arch_kind
kind_of_pe(uint32_t machine)
{
	switch (machine) {
	case 0x014c:
		return ARCH_KIND_IA32;
	case 0x8664:
		return ARCH_KIND_X64;
	case 0x01c0:
	case 0x01c2:
	case 0x01c4:
		return ARCH_KIND_ARM;
	case 0xaa64:
		return ARCH_KIND_AA64;
	case 0x5064:
		return ARCH_KIND_RISCV64;
	case 0x6264:
		return ARCH_KIND_LOONGARCH64;
	default:
		return ARCH_KIND_UNKNOWN;
	}
}

enum arch_kind
arch_kind_of_bytes(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	uint32_t at;

	if (n >= ELF_HEADER && memcmp(p, "\177ELF", 4) == 0)
		return ARCH_KIND_ELF;
	if (n < PE_OFFSET_AT + 4 || memcmp(p, "MZ", 2) != 0)
		return ARCH_KIND_UNKNOWN;
	at = le16(p + PE_OFFSET_AT) | le16(p + PE_OFFSET_AT + 2) << 16;
	if (at > n || n - at < PE_HEADER || memcmp(p + at, "PE\0\0", 4) != 0)
		return ARCH_KIND_UNKNOWN;
	return kind_of_pe(le16(p + at + 4));
}

bool
arch_kind_fits(enum arch_kind machine, enum arch_kind file)
{
	return machine == ARCH_KIND_UNKNOWN || file == ARCH_KIND_UNKNOWN ||
	       machine == file ||
	       (file == ARCH_KIND_EFI && machine != ARCH_KIND_BIOS);
}

const char *
arch_kind_text(enum arch_kind kind)
{
	static const char *const kinds[ARCH_KIND_MAX] = {
		[ARCH_KIND_UNKNOWN] = "an unknown machine",
		[ARCH_KIND_BIOS] = "BIOS",
		[ARCH_KIND_EFI] = "UEFI",
		[ARCH_KIND_IA32] = "UEFI ia32",
		[ARCH_KIND_X64] = "UEFI x64",
		[ARCH_KIND_ARM] = "UEFI ARM",
		[ARCH_KIND_AA64] = "UEFI ARM64",
		[ARCH_KIND_RISCV64] = "UEFI RISC-V 64",
		[ARCH_KIND_LOONGARCH64] = "UEFI LoongArch64",
		[ARCH_KIND_ELF] = "an operating system (ELF)",
	};

	return kinds[kind];
}

const char *
arch_file_misfit(uint32_t arch, const char *file)
{
	enum arch_kind of = arch_kind_of_name(file);

	return arch_kind_fits(arch_kind(arch), of) ? NULL : arch_kind_text(of);
}
