/* SPDX-License-Identifier: ISC */
/* Macros for the tests of arguments in the tables of system calls. */
#ifndef SANDBOX_TABLE_ROWS_H
#define SANDBOX_TABLE_ROWS_H

#include "sandbox/table.h"

#define NO_TEST                   \
	{                         \
		SANDBOX_ANY, 0, 0 \
	}
#define IS(arg, value)                    \
	{                                 \
		SANDBOX_EQUAL, arg, value \
	}
#define HAS_NOT(arg, bits)               \
	{                                \
		SANDBOX_CLEAR, arg, bits \
	}
/* The kernel uses only the lower 32 bits of flags that are an int. */
#define HAS_ONLY(arg, bits) HAS_NOT(arg, ~(uint64_t)(bits)&UINT32_MAX)

#define ANY                      \
	{                        \
		NO_TEST, NO_TEST \
	}
/* None of these bits may be set in the argument. */
#define CLEAR(arg, bits)                    \
	{                                   \
		HAS_NOT(arg, bits), NO_TEST \
	}
/* Only these bits may be set in the argument. */
#define ONLY(arg, bits)                      \
	{                                    \
		HAS_ONLY(arg, bits), NO_TEST \
	}
#define EQUAL(arg, value)               \
	{                               \
		IS(arg, value), NO_TEST \
	}
#define BOTH_EQUAL(arg, value, arg2, value2)     \
	{                                        \
		IS(arg, value), IS(arg2, value2) \
	}
#define EQUAL_ONLY(arg, value, arg2, bits)           \
	{                                            \
		IS(arg, value), HAS_ONLY(arg2, bits) \
	}

#endif
