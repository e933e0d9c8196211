/* SPDX-License-Identifier: ISC */
/* Hexadecimal digits.  Pure. */
#ifndef DAEMON_HEX_H
#define DAEMON_HEX_H

/* The value of a hexadecimal digit of either case; -1 for any other byte. */
static inline int
hex_digit_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

#endif
