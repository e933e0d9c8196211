/* SPDX-License-Identifier: ISC */
/* Macros for the tests of arguments in the tables of system calls. */
#ifndef SANDBOX_TABLE_ROWS_H
#define SANDBOX_TABLE_ROWS_H

#include "sandbox/table.h"

#define NO_TEST                         \
	{                               \
		SANDBOX_ANY, 0, 0, NULL \
	}

/* Any arguments. */
#define ANY                      \
	{                        \
		NO_TEST, NO_TEST \
	}
/* None of these bits may be set in the argument. */
#define CLEAR(arg, bits)                                     \
	{                                                    \
		{ SANDBOX_CLEAR, arg, bits, #bits }, NO_TEST \
	}
/* Only these bits may be set in the argument. */
#define ONLY(arg, bits)                                     \
	{                                                   \
		{ SANDBOX_ONLY, arg, bits, #bits }, NO_TEST \
	}
#define EQUAL(arg, value)                                      \
	{                                                      \
		{ SANDBOX_EQUAL, arg, value, #value }, NO_TEST \
	}
#define BOTH_EQUAL(arg, value, arg2, value2)                 \
	{                                                    \
		{ SANDBOX_EQUAL, arg, value, #value },       \
		{                                            \
			SANDBOX_EQUAL, arg2, value2, #value2 \
		}                                            \
	}
#define EQUAL_ONLY(arg, value, arg2, bits)              \
	{                                               \
		{ SANDBOX_EQUAL, arg, value, #value },  \
		{                                       \
			SANDBOX_ONLY, arg2, bits, #bits \
		}                                       \
	}

#endif
