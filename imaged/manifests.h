/* SPDX-License-Identifier: ISC */
/*
 * The manifests of a verifier whose signatures are good.  They are read in
 * turns of the event loop.  One is found by its folder; if its file, or that
 * of its signature, has changed, it is forgotten.
 */
#ifndef IMAGED_MANIFESTS_H
#define IMAGED_MANIFESTS_H

#include "imaged/verifier.h"

/* NULL: it must be checked, and added. */
struct manifest_entry *
manifests_find(struct verifier *, uint8_t root, const struct cover *);

/*
 * The manifest of a cover that is held, if it is still the one that is known,
 * and was read; or NULL.  Nothing is forgotten.
 */
struct manifest_entry *
manifests_held(struct verifier *, const struct held_cover *);

/*
 * Adds one by the verdict about it: its content, a sealed memory file that
 * stays the caller's, the id of its key, and its serial.  NULL if there is no
 * memory.
 */
struct manifest_entry *manifests_add(struct verifier *, uint8_t root,
    const struct cover *, const struct verdict *);

const struct manifest *manifests_content(const struct manifest_entry *);
const uint8_t *manifests_key(const struct manifest_entry *);

/* Whether it has a serial. */
bool manifests_serial(const struct manifest_entry *, uint64_t *serial);

/* The ticket that is called when the manifest was read. */
uint32_t manifests_ticket(const struct manifest_entry *);

/* Reads on; returns whether there is more to read. */
bool manifests_turn(struct verifier *);
bool manifests_unread(const struct verifier *);

void manifests_clear(struct verifier *);

#endif
