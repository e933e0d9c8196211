/* SPDX-License-Identifier: ISC */
/*
 * The last answer: tags, address, boot file, options, and the lines that had no
 * part in it.  As text, or as members of an object of JSON: the other one has
 * no destination.
 */
#ifndef DHCPD_EXPLAIN_ANSWER_H
#define DHCPD_EXPLAIN_ANSWER_H

#include "dhcpd/explain_boot.h"
#include "dhcpd/explain_json.h"
#include "dhcpd/explain_menu.h"

/*
 * The answer to a packet that came on this interface.  JSON has all members
 * also without an answer.
 */
void explain_answer(const struct explain *, const struct conf_iface *,
    struct text *, struct json *);

/* Its boot file as text. */
void explain_boot_table(
    const struct explain *, const struct conf_iface *, struct text *);

/* "answer", "why" and "boot"; file: false if its boot file does not count. */
void explain_boot_members(const struct explain *, const struct conf_iface *,
    bool file, struct json *);

/* What the client does with an entry of type 0; NULL for other types. */
const char *explain_entry_local(
    const struct explain_client *, const struct explain_entry *);

/*
 * Asks for an entry of the menu, unless the client boots from its disk then,
 * and adds an object for the entry to a list.
 */
void explain_ask_entry(struct explain *, const struct explain_client *,
    const struct explain_net *, uint32_t addr, const struct explain_entry *,
    struct json *);

#endif
