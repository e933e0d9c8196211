/* SPDX-License-Identifier: ISC */
/* Checks that compare several lines: mistakes that are valid syntax. */
#include "confd/check.h"

#include <string.h>

#include "confd/builder.h"
#include "confd/check_boot.h"
#include "confd/check_files.h"
#include "confd/check_hosts.h"
#include "confd/check_kinds.h"
#include "confd/check_machines.h"
#include "confd/check_ranges.h"
#include "confd/check_tags.h"
#include "confd/check_twice.h"
#include "confd/diag.h"
#include "confd/keys.h"
#include "confd/networks.h"
#include "daemon/dhcp_option.h"
#include "daemon/endpoint.h"

static void
check_binding(struct config *c)
{
	if (c->mark[CONFIG_MARK_BIND_INTERFACES].file != NULL &&
	    c->mark[CONFIG_MARK_BIND_DYNAMIC].file != NULL)
		diag_at(c, LOG_WARNING, &c->mark[CONFIG_MARK_BIND_DYNAMIC],
		    "bind-dynamic and bind-interfaces exclude each other in dnsmasq; here both mean the same, keep one of them");
}

static bool
option_is(struct config *c, const struct config_entry *e, uint8_t code,
    struct record *rec)
{
	if (e->kind != RECORD_OPTION)
		return false;
	config_entry_record(c, e, rec);
	return rec->u.option.code == code;
}

/* dhcp-option=vendor:, a part of option 43. */
static bool
is_vendor(struct config *c, const struct config_entry *e)
{
	struct record rec;

	if (e->kind != RECORD_SUBOPTION)
		return false;
	config_entry_record(c, e, &rec);
	return rec.u.suboption.how == RECORD_SUB_VENDOR ||
	       (rec.u.suboption.how == RECORD_SUB_ENCAP &&
		   rec.u.suboption.outer == OPT_VENDOR_ENCAP);
}

/*
 * Option 60 with PXEClient makes a client look for a menu in option 43, or ask
 * port 4011.
 */
static void
check_pxe_class(struct config *c)
{
	static const char class[] = "PXEClient";
	struct record rec;
	size_t i;

	if (c->dhcp.pxe)
		return; /* port 4011 is served */
	for (i = 0; i < c->nentries; i++)
		if (option_is(c, &c->entries[i], OPT_VENDOR_ENCAP, &rec) ||
		    is_vendor(c, &c->entries[i]))
			return;
	for (i = 0; i < c->nentries; i++)
		if (option_is(c, &c->entries[i], OPT_VENDOR_CLASS, &rec) &&
		    rec.u.option.len >= sizeof(class) - 1 &&
		    memcmp(rec.u.option.data, class, sizeof(class) - 1) == 0)
			diag_at(c, LOG_WARNING, &c->entries[i].place,
			    "option 60 says PXEClient, but no line sets option 43: UEFI firmware then asks port 4011, where nothing answers (PXE-E16); remove this line, dhcp-boot does without it");
}

/* A DHCP proxy only says what to boot. */
static void
check_proxy(struct config *c)
{
	const struct config_entry *proxy = NULL;
	struct record rec;
	size_t i;

	for (i = 0; i < c->nentries; i++) {
		const struct config_entry *e = &c->entries[i];

		if (e->kind == RECORD_BOOT || e->kind == RECORD_SERVICE)
			return;
		if (e->kind != RECORD_RANGE || proxy != NULL)
			continue;
		config_entry_record(c, e, &rec);
		if (rec.u.range.mode == RECORD_RANGE_PROXY)
			proxy = e;
	}
	if (proxy != NULL)
		diag_at(c, LOG_WARNING, &proxy->place,
		    "a proxy range with nothing to boot: add pxe-service or dhcp-boot lines");
}

/* shared-network without a range, or with one whose netmask is not known. */
static void
check_shared(struct config *c)
{
	struct networks nets = { 0 };
	bool memory = networks_load(c, &nets);
	struct record rec;
	char text[16];
	size_t i;

	for (i = 0; memory && config_next(c, RECORD_SHARED, &i, &rec); i++)
		if (networks_mask(&nets, rec.u.shared.addr) == 0)
			diag_at(c, LOG_WARNING, &c->entries[i].place,
			    "%s is in the network of no dhcp-range that has a netmask; without a relay, clients get no address there; add a dhcp-range with its netmask",
			    ip4_text(rec.u.shared.addr, text));
	if (!memory)
		diag_error(c, "out of memory");
	networks_free(&nets);
}

/* Directives of DHCP without any dhcp-range. */
static void
check_unserved(struct config *c)
{
	size_t i;

	if (c->mark[CONFIG_MARK_RANGE].file != NULL)
		return;
	for (i = 0; i < c->nentries; i++)
		if (c->entries[i].kind != RECORD_INTERFACE &&
		    c->entries[i].kind != RECORD_TFTP_CLIENT &&
		    c->entries[i].kind != RECORD_VERIFY_KEY &&
		    c->entries[i].kind != RECORD_VERIFY_EXEMPT)
			break;
	if (i < c->nentries)
		diag_at(c, LOG_WARNING, &c->entries[i].place,
		    "DHCP is not served without a dhcp-range; this line and others have no effect; add dhcp-range=START,END, or dhcp-range=NETWORK,proxy beside another DHCP server");
}

/* An interface's name, and whether it is a prefix. */
static size_t
interface_key(char key[1 + IFNAMSIZ], const struct record_interface *i)
{
	size_t len = strnlen(i->name, IFNAMSIZ);

	key[0] = i->prefix ? '*' : '=';
	memcpy(key + 1, i->name, len);
	return 1 + len;
}

/* Collects the interface lines of one use, by name; false without memory. */
static bool
interfaces_collect(struct config *c, uint8_t use, struct keys *names)
{
	char key[1 + IFNAMSIZ];
	struct record rec;
	size_t i;

	for (i = 0; config_next(c, RECORD_INTERFACE, &i, &rec); i++)
		if (rec.u.interface.use == use &&
		    !keys_put(names, key, interface_key(key, &rec.u.interface),
			(uint32_t)i))
			return false;
	return true;
}

/* except-interface against the same name in interface. */
static void
check_except(struct config *c)
{
	struct keys served = { 0 }, excepted = { 0 };
	size_t i;

	if (!interfaces_collect(c, RECORD_IF_SERVE, &served) ||
	    !interfaces_collect(c, RECORD_IF_EXCEPT, &excepted))
		diag_error(c, "out of memory");
	for (i = 0; i < excepted.n; i++) {
		const struct key *e = &excepted.key[i];
		uint32_t other =
		    keys_find(&served, keys_bytes(&excepted, i), e->len);
		const struct place *at = &c->entries[e->value].place;
		struct record rec;

		if (other == KEYS_NONE)
			continue;
		config_entry_record(c, &c->entries[e->value], &rec);
		diag_at(c, LOG_WARNING, at,
		    "%s is served by %s, and excepted here; it will not be served",
		    diag_show(c, rec.u.interface.name),
		    diag_place(c, &c->entries[other].place, at));
	}
	keys_free(&served);
	keys_free(&excepted);
}

void
check_config(struct config *c)
{
	/* log-dhcp has precedence over quiet-dhcp. */
	if (c->dhcp.log_dhcp)
		c->dhcp.quiet = false;
	check_binding(c);
	check_pxe_class(c);
	if (!c->incomplete)
		check_proxy(c);
	check_files(c);
	if (!c->incomplete)
		check_unserved(c);
	check_boot(c);
	check_twice(c);
	check_kinds(c);
	config_progress(c);
	check_except(c);
	check_ranges(c);
	config_progress(c);
	check_shared(c);
	check_hosts(c);
	config_progress(c);
	check_machines(c);
	config_progress(c);
	check_tags(c);
}
