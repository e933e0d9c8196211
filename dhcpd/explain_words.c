/* SPDX-License-Identifier: ISC */
/* Words that describe a client. */
#include "dhcpd/explain_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/addr.h"
#include "daemon/dhcp_option.h"
#include "daemon/endpoint.h"
#include "daemon/hex.h"
#include "daemon/log.h"
#include "daemon/suggest.h"

#define NUMBER_DIGITS 6

/* What clients of one kind send by themselves. */
struct kind {
	const char *word; /* behind arch= */
	const char *title;
	uint16_t arch;
	bool http;
	const char *vendor; /* option 60; NULL: made from the architecture */
	const char *list; /* option 55, in bytes */
	uint8_t oui[3];
};

#define LIST_BIOS                                                              \
	"\1\2\3\5\6\13\14\15\17\20\21\22\53\66\74\103\200\201\202\203\204\205" \
	"\206\207"
#define LIST_UEFI                                                      \
	"\1\2\3\4\5\6\14\15\17\21\22\26\27\34\50\51\52\53\62\63\66\72" \
	"\73\74\102\103\141\200\201\202\203\204\205\206\207"
#define LIST_IPXE                                                            \
	"\1\3\6\7\14\17\21\32\53\74\102\103\167\200\201\202\203\204\205\206" \
	"\207\257\313"
#define LIST_RPI "\1\3\53\74\102\103\200\201\202\203\204\205\206\207"
#define LIST_UBOOT "\1\3\6\14\21\103"
#define LIST_PLAIN "\1\34\2\3\17\6\14\52\167\32\171"
#define OUI_QEMU                 \
	{                        \
		0x52, 0x54, 0x00 \
	}
#define OUI_RPI                  \
	{                        \
		0xb8, 0x27, 0xeb \
	}

static const struct kind kinds[] = {
	{ "bios", "BIOS", 0, false, NULL, LIST_BIOS, OUI_QEMU },
	{ "ia32-uefi", "UEFI ia32", 6, false, NULL, LIST_UEFI, OUI_QEMU },
	{ "x64-uefi", "UEFI x64", 7, false, NULL, LIST_UEFI, OUI_QEMU },
	{ "ebc-uefi", "UEFI EBC", 9, false, NULL, LIST_UEFI, OUI_QEMU },
	{ "arm-uefi", "UEFI arm", 10, false, NULL, LIST_UEFI, OUI_QEMU },
	{ "arm64-uefi", "UEFI arm64", 11, false, NULL, LIST_UEFI, OUI_QEMU },
	{ "ia32-http", "UEFI HTTP ia32", 15, true, NULL, LIST_UEFI, OUI_QEMU },
	{ "x64-http", "UEFI HTTP x64", 16, true, NULL, LIST_UEFI, OUI_QEMU },
	{ "arm64-http", "UEFI HTTP arm64", 19, true, NULL, LIST_UEFI,
	    OUI_QEMU },
	{ "arm-uboot", "U-Boot arm", 21, false, "U-Boot.armv7", LIST_UBOOT,
	    OUI_QEMU },
	{ "arm64-uboot", "U-Boot arm64", 22, false, "U-Boot.armv8", LIST_UBOOT,
	    OUI_QEMU },
	{ "rpi", "Raspberry Pi 3/4", 0, false, NULL, LIST_RPI, OUI_RPI },
};
#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

/* A word of the question while it is read. */
struct word {
	struct explain_client *k;
	const char *key;
	const char *value; /* NULL: there is no "=" */
	char *why;
	const struct kind *kind;
	bool numbered; /* arch= is a number */
	bool mac;
	bool list;
};

__attribute__((format(printf, 2, 3))) static int
word_error(const struct word *w, const char *fmt, ...)
{
	char shown[4 * 64 + 4];
	va_list ap;
	int n;

	(void)log_escape(shown, sizeof(shown), w->key, strnlen(w->key, 64));
	n = snprintf(w->why, EXPLAIN_WHY_MAX, "%s%s", shown,
	    w->value != NULL ? "=" : "");
	if (w->value != NULL && n > 0 && n < EXPLAIN_WHY_MAX)
		n += snprintf(w->why + n, EXPLAIN_WHY_MAX - (size_t)n, "%s",
		    log_escape(
			shown, sizeof(shown), w->value, strnlen(w->value, 64)));
	if (n < 0 || n >= EXPLAIN_WHY_MAX)
		return -1;
	va_start(ap, fmt);
	(void)vsnprintf(w->why + n, EXPLAIN_WHY_MAX - (size_t)n, fmt, ap);
	va_end(ap);
	return -1;
}

/* "; did you mean NAME?", or "" if no name resembles the word. */
static const char *
meant(const char *word, const char *const *names, size_t n, char dst[64])
{
	unsigned int best = 3, d;
	size_t i;

	dst[0] = '\0';
	for (i = 0; i < n; i++) {
		d = suggest_distance(word, names[i]);
		if (d >= best)
			continue;
		best = d;
		(void)snprintf(dst, 64, "; did you mean %s?", names[i]);
	}
	return dst;
}

/* A number up to max; -1 if the text is none. */
static long
number_of(const char *s, long max)
{
	long v = 0;

	if (s[0] == '\0' || strlen(s) > NUMBER_DIGITS)
		return -1;
	for (; *s >= '0' && *s <= '9'; s++)
		v = v * 10 + (*s - '0');
	return *s == '\0' && v <= max ? v : -1;
}

/* Octets as "52:54:00"; their number, or 0 if the text is none. */
static size_t
octets_of(const char *s, uint8_t *dst, size_t max)
{
	size_t n = 0;

	for (;;) {
		int a = hex_digit_value(s[0]),
		    b = a < 0 ? -1 : hex_digit_value(s[1]);

		if (b < 0 || n == max)
			return 0;
		dst[n++] = (uint8_t)(a << 4 | b);
		if (s[2] == '\0')
			return n;
		if (s[2] != ':' && s[2] != '-')
			return 0;
		s += 3;
	}
}

static int
word_arch(struct word *w)
{
	const char *names[NKINDS];
	char hint[64];
	size_t i;
	long v;

	for (i = 0; i < NKINDS; i++) {
		names[i] = kinds[i].word;
		if (strcmp(w->value, kinds[i].word) == 0) {
			w->kind = &kinds[i];
			w->k->boots = true;
			w->k->arch = kinds[i].arch;
			return 0;
		}
	}
	if ((v = number_of(w->value, UINT16_MAX)) >= 0) {
		w->kind = &kinds[0];
		for (i = NKINDS; i-- > 0;)
			if (kinds[i].arch == v)
				w->kind = &kinds[i];
		w->numbered = w->kind->arch != v;
		w->k->boots = true;
		w->k->arch = (uint16_t)v;
		return 0;
	}
	return word_error(w,
	    ": unknown architecture%s It is bios, ia32-uefi, x64-uefi, ebc-uefi, arm-uefi, arm64-uefi, ia32-http, x64-http, arm64-http, arm-uboot, arm64-uboot, rpi, or a number of option 93",
	    meant(w->value, names, NKINDS, hint)[0] != '\0' ? hint : ".");
}

static int
word_mac(struct word *w)
{
	w->mac = true;
	if (octets_of(w->value, w->k->mac, EXPLAIN_MAC) == EXPLAIN_MAC)
		return 0;
	return word_error(w, ": not a MAC address, as mac=52:54:00:12:34:56");
}

static int
word_addr(struct word *w, uint32_t *addr)
{
	struct addr a;

	if (addr_parse(&a, w->value) == 0 && addr_to_ip4(&a, addr) &&
	    *addr != 0)
		return 0;
	return word_error(w, ": not an IPv4 address");
}

static int
word_via(struct word *w)
{
	return word_addr(w, &w->k->via);
}

static int
word_requested(struct word *w)
{
	return word_addr(w, &w->k->requested);
}

static int
word_text(struct word *w, uint8_t *dst, uint8_t *len)
{
	size_t n = strlen(w->value);

	if (n == 0 || n > EXPLAIN_CLASS)
		return word_error(w, ": from 1 to 255 characters are allowed");
	memcpy(dst, w->value, n);
	*len = (uint8_t)n;
	return 0;
}

static int
word_name(struct word *w)
{
	return word_text(w, w->k->name, &w->k->namelen);
}

static int
word_vendor(struct word *w)
{
	return word_text(w, w->k->vendor, &w->k->vendorlen);
}

static int
word_user(struct word *w)
{
	return word_text(w, w->k->user, &w->k->userlen);
}

static int
word_id(struct word *w)
{
	size_t n = octets_of(w->value, w->k->id, EXPLAIN_CLASS);

	if (n < 2)
		return word_text(w, w->k->id, &w->k->idlen);
	w->k->idlen = (uint8_t)n;
	return 0;
}

static int
word_iface(struct word *w)
{
	size_t n = strlen(w->value);

	if (n == 0 || n >= sizeof(w->k->iface))
		return word_error(w, ": not the name of an interface");
	memcpy(w->k->iface, w->value, n + 1);
	return 0;
}

/* options=1,3,6: what it asks for in option 55. */
static int
word_options(struct word *w)
{
	const char *s = w->value;
	char number[8];
	size_t n;
	long v;

	w->list = true;
	w->k->nlist = 0;
	for (; *s != '\0'; s += n + (s[n] == ',')) {
		n = strcspn(s, ",");
		if (n == 0 || n >= sizeof(number))
			break;
		memcpy(number, s, n);
		number[n] = '\0';
		if ((v = number_of(number, OPT_END - 1)) < 1 ||
		    w->k->nlist == EXPLAIN_CLASS)
			break;
		w->k->list[w->k->nlist++] = (uint8_t)v;
	}
	if (*s == '\0')
		return 0;
	return word_error(
	    w, ": not a list of option numbers, as options=1,3,6,67");
}

static int
word_ipxe(struct word *w)
{
	w->k->ipxe = true;
	return 0;
}

static int
word_port(struct word *w)
{
	w->k->port = true;
	return 0;
}

static int
word_bootp(struct word *w)
{
	w->k->bootp = true;
	return 0;
}

static const struct {
	const char *key;
	bool value;
	int (*read)(struct word *);
} keys[] = {
	{ "arch", true, word_arch },
	{ "mac", true, word_mac },
	{ "ipxe", false, word_ipxe },
	{ "via", true, word_via },
	{ "iface", true, word_iface },
	{ "name", true, word_name },
	{ "vendor", true, word_vendor },
	{ "user", true, word_user },
	{ "id", true, word_id },
	{ "requested", true, word_requested },
	{ "options", true, word_options },
	{ "bootp", false, word_bootp },
	{ "proxy", false, word_port },
	{ "4011", false, word_port },
};
#define NKEYS (sizeof(keys) / sizeof(keys[0]))

static int
word_unknown(struct word *w)
{
	const char *names[NKEYS];
	char hint[64];
	size_t i;

	for (i = 0; i < NKEYS; i++)
		names[i] = keys[i].key;
	return word_error(w,
	    ": unknown word%s It is arch=, mac=, ipxe, via=, iface=, name=, vendor=, user=, id=, requested=, options=, bootp, proxy or 4011",
	    meant(w->key, names, NKEYS, hint)[0] != '\0' ? hint : ".");
}

static int
word_read(struct word *w)
{
	size_t i;

	for (i = 0; i < NKEYS && strcmp(keys[i].key, w->key) != 0; i++)
		continue;
	if (i == NKEYS)
		return word_unknown(w);
	if (keys[i].value && w->value == NULL)
		return word_error(
		    w, ": a value must follow, as %s=VALUE", keys[i].key);
	if (!keys[i].value && w->value != NULL)
		return word_error(w, ": %s takes no value", keys[i].key);
	return keys[i].read(w);
}

/* What the client sends that no word says. */
static void
client_complete(struct explain_client *k, const struct word *w)
{
	const struct kind *kind = w->kind;
	const char *list = LIST_PLAIN;
	uint8_t oui[3] = OUI_QEMU;
	static const uint8_t pi[3] = OUI_RPI;

	if (k->ipxe && kind == NULL) {
		kind = &kinds[0];
		k->boots = true;
	}
	if (kind != NULL) {
		list = k->ipxe ? LIST_IPXE : kind->list;
		memcpy(oui, kind->oui, sizeof(oui));
		k->http = kind->http && !w->numbered;
		k->title = w->numbered ? NULL : kind->title;
		k->pi = memcmp(oui, pi, sizeof(pi)) == 0 && !k->ipxe;
	} else {
		k->title = k->bootp ? "BOOTP" : "plain DHCP";
	}
	if (!w->mac) {
		memcpy(k->mac, oui, sizeof(oui));
		k->mac[EXPLAIN_MAC - 1] = 1;
	}
	if (!w->list) {
		k->nlist = (uint8_t)strlen(list);
		memcpy(k->list, list, k->nlist);
	}
	if (k->ipxe && k->userlen == 0) {
		k->userlen = 4;
		memcpy(k->user, "iPXE", 4);
	}
	if (!k->boots || k->vendorlen != 0)
		return;
	if (kind != NULL && kind->vendor != NULL && !k->ipxe && !w->numbered)
		k->vendorlen = (uint8_t)snprintf(
		    (char *)k->vendor, sizeof(k->vendor), "%s", kind->vendor);
	else
		k->vendorlen = (uint8_t)snprintf((char *)k->vendor,
		    sizeof(k->vendor), "%sClient:Arch:%05u:UNDI:003016",
		    k->http ? "HTTP" : "PXE", k->arch);
}

int
explain_words(
    struct explain_client *k, const char *const *words, size_t n, char *why)
{
	struct word w = { .k = k, .why = why };
	char copy[EXPLAIN_WORD_MAX + 1], *eq;
	size_t i;

	memset(k, 0, sizeof(*k));
	for (i = 0; i < n; i++) {
		(void)snprintf(copy, sizeof(copy), "%s", words[i]);
		eq = strchr(copy, '=');
		if (eq != NULL)
			*eq++ = '\0';
		w.key = copy;
		w.value = eq;
		if (word_read(&w) != 0)
			return -1;
	}
	client_complete(k, &w);
	return 0;
}
