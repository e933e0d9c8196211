/* SPDX-License-Identifier: ISC */
/*
 * An interpreter of the programs that libseccomp makes, with which tests ask
 * what a filter says of a call without making it.
 */
#ifndef TESTS_UNIT_BPF_H
#define TESTS_UNIT_BPF_H

#include <check.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <seccomp.h>

struct bpf {
	struct sock_filter *code; /* allocated */
	size_t n;
};

/* The program of a filter, which is released. */
static void
bpf_take(struct bpf *b, scmp_filter_ctx ctx)
{
	int fd = memfd_create("bpf", MFD_CLOEXEC);
	off_t size;

	ck_assert_ptr_nonnull(ctx);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(seccomp_export_bpf(ctx, fd), 0);
	seccomp_release(ctx);
	size = lseek(fd, 0, SEEK_END);
	ck_assert_int_gt(size, 0);
	b->n = (size_t)size / sizeof(*b->code);
	ck_assert_uint_eq(b->n * sizeof(*b->code), (size_t)size);
	ck_assert_uint_le(b->n, BPF_MAXINSNS);
	b->code = malloc((size_t)size);
	ck_assert_ptr_nonnull(b->code);
	ck_assert_int_eq(pread(fd, b->code, (size_t)size, 0), size);
	(void)close(fd);
}

static void
bpf_free(struct bpf *b)
{
	free(b->code);
	b->code = NULL;
}

static bool
jumps(const struct sock_filter *i, uint32_t a)
{
	switch (BPF_OP(i->code)) {
	case BPF_JEQ:
		return a == i->k;
	case BPF_JGT:
		return a > i->k;
	case BPF_JGE:
		return a >= i->k;
	case BPF_JSET:
		return (a & i->k) != 0;
	default:
		ck_abort_msg("a jump of code %#x", i->code);
	}
}

/*
 * What it returns for a call: SECCOMP_RET_ALLOW, _TRAP, or _KILL_PROCESS.  A
 * program with an instruction that seccomp(2) does not know fails the test.
 */
static uint32_t
bpf_run(const struct bpf *b, const struct seccomp_data *data)
{
	uint32_t a = 0;
	size_t pc;

	/* Jumps go forwards only, so that the end is reached. */
	for (pc = 0; pc < b->n; pc++) {
		const struct sock_filter *i = &b->code[pc];

		if (i->code == (BPF_LD | BPF_W | BPF_ABS)) {
			if (i->k % sizeof(a) != 0 ||
			    i->k > sizeof(*data) - sizeof(a))
				ck_abort_msg("offset %u at %zu", i->k, pc);
			memcpy(&a, (const char *)data + i->k, sizeof(a));
		} else if (i->code == (BPF_ALU | BPF_AND | BPF_K)) {
			a &= i->k;
		} else if (i->code == (BPF_JMP | BPF_JA)) {
			pc += i->k;
		} else if (BPF_CLASS(i->code) == BPF_JMP &&
			   BPF_SRC(i->code) == BPF_K) {
			pc += jumps(i, a) ? i->jt : i->jf;
		} else if (i->code == (BPF_RET | BPF_K)) {
			return i->k & SECCOMP_RET_ACTION_FULL;
		} else {
			ck_abort_msg("code %#x at %zu", i->code, pc);
		}
	}
	ck_abort_msg("the program has no end");
}

#endif
