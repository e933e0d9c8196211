/* SPDX-License-Identifier: ISC */
/* Architectures of clients, and their names. */
#include "dhcpd/arch.h"

#include <string.h>
#include <strings.h>

#include "daemon/buf.h"

#define ARCH_DIGITS 5

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

/* The number behind "Arch:" in a vendor class. */
static uint32_t
arch_of_class(const uint8_t *text, size_t len)
{
	static const char mark[] = "Arch:";
	const uint8_t *p = memmem(text, len, mark, sizeof(mark) - 1);
	uint32_t arch = 0;
	size_t i;

	if (p == NULL)
		return ARCH_NONE;
	p += sizeof(mark) - 1;
	if ((size_t)(text + len - p) < ARCH_DIGITS)
		return ARCH_NONE;
	for (i = 0; i < ARCH_DIGITS; i++) {
		if (p[i] < '0' || p[i] > '9')
			return ARCH_NONE;
		arch = arch * 10 + (uint32_t)(p[i] - '0');
	}
	return arch <= UINT16_MAX ? arch : ARCH_NONE;
}

uint32_t
arch_of(const struct packet *p)
{
	size_t len;
	const uint8_t *opt = packet_option(p, OPT_ARCH, &len);
	struct reader r;

	if (opt != NULL && len >= 2) {
		reader_init(&r, opt, len);
		return reader_u16(&r);
	}
	opt = packet_option(p, OPT_VENDOR_CLASS, &len);
	return opt == NULL ? ARCH_NONE : arch_of_class(opt, len);
}

const char *
arch_name(uint32_t arch)
{
	return arch < sizeof(names) / sizeof(names[0]) ? names[arch] : NULL;
}

/* Kinds of machines of which one cannot boot from the file of another. */
enum kind { KIND_UNKNOWN, KIND_BIOS, KIND_EFI, KIND_IA32, KIND_X64, KIND_AA64 };

static enum kind
kind_of_arch(uint32_t arch)
{
	switch (arch) {
	case 0:
		return KIND_BIOS;
	case 6:
	case 15:
		return KIND_IA32;
	case 7:
	case 9: /* which most firmware for x64 takes for its own */
	case 16:
	case 17:
		return KIND_X64;
	case 11:
	case 19:
		return KIND_AA64;
	default:
		return KIND_UNKNOWN;
	}
}

static enum kind
kind_of_file(const char *file)
{
	/* The first that fits counts. */
	static const struct {
		const char *end;
		enum kind kind;
	} ends[] = {
		{ "ia32.efi", KIND_IA32 },
		{ "x64.efi", KIND_X64 },
		{ "x86_64.efi", KIND_X64 },
		{ "aa64.efi", KIND_AA64 },
		{ "arm64.efi", KIND_AA64 },
		{ ".efi", KIND_EFI },
		{ ".0", KIND_BIOS },
		{ "kpxe", KIND_BIOS },
		{ ".pxe", KIND_BIOS },
		{ ".n12", KIND_BIOS },
	};
	size_t n = strlen(file), i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t len = strlen(ends[i].end);

		if (n >= len && strcasecmp(file + n - len, ends[i].end) == 0)
			return ends[i].kind;
	}
	return KIND_UNKNOWN;
}

const char *
arch_file_misfit(uint32_t arch, const char *file)
{
	static const char *const kinds[] = {
		[KIND_BIOS] = "BIOS",
		[KIND_EFI] = "UEFI",
		[KIND_IA32] = "UEFI ia32",
		[KIND_X64] = "UEFI x64",
		[KIND_AA64] = "UEFI ARM64",
	};
	enum kind machine = kind_of_arch(arch), of = kind_of_file(file);

	if (machine == KIND_UNKNOWN || of == KIND_UNKNOWN || machine == of ||
	    (of == KIND_EFI && machine != KIND_BIOS))
		return NULL;
	return kinds[of];
}
