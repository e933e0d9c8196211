/* SPDX-License-Identifier: ISC */
/*
 * Processor architectures of clients (RFC 4578 2.1), and the boot files that
 * each can load.  Pure.
 */
#ifndef DAEMON_ARCH_H
#define DAEMON_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARCH_NONE UINT32_MAX

/* Kinds of machines of which one cannot boot from the file of another. */
enum arch_kind {
	ARCH_KIND_UNKNOWN,
	ARCH_KIND_BIOS,
	ARCH_KIND_EFI, /* of a file: for UEFI of some processor */
	ARCH_KIND_IA32,
	ARCH_KIND_X64,
	ARCH_KIND_ARM,
	ARCH_KIND_AA64,
	ARCH_KIND_RISCV64,
	ARCH_KIND_LOONGARCH64,
	ARCH_KIND_ELF, /* of a file: no firmware of the kinds above loads it */
	ARCH_KIND_MAX
};

/* "UEFI x64", or NULL for a number that IANA has not assigned. */
const char *arch_name(uint32_t arch);

/* The kind of a machine; UNKNOWN if its files cannot be judged. */
enum arch_kind arch_kind(uint32_t arch);

/* The kind of machine that a boot file is for, by the end of its name. */
enum arch_kind arch_kind_of_name(const char *file);

/* The bytes of a boot file that arch_kind_of_bytes() needs at most. */
#define ARCH_BYTES 4096

/*
 * The same by its first n bytes: the headers of a PE program (UEFI) or an ELF
 * program.  UNKNOWN for files without them, such as those for BIOS.
 */
enum arch_kind arch_kind_of_bytes(const void *, size_t n);

/* Whether a machine can boot from a file; true if one is UNKNOWN. */
bool arch_kind_fits(enum arch_kind machine, enum arch_kind file);

/* "UEFI x64", "BIOS", "UEFI" */
const char *arch_kind_text(enum arch_kind);

/*
 * The kind of machine that a boot file is for by the end of its name, "BIOS" or
 * "UEFI ARM64", if a client of this architecture cannot boot from it.  NULL if
 * it can, or if the name does not say.
 */
const char *arch_file_misfit(uint32_t arch, const char *file);

#endif
