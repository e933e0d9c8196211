/* SPDX-License-Identifier: ISC */
/* Words of the configuration for values of records. */
#include "daemon/record_name.h"

const char *
record_pxe_how_name(uint32_t how)
{
	static const char *const names[RECORD_PXE_HOW_MAX] = { "bypass", "binl",
		"menu" };

	return how < RECORD_PXE_HOW_MAX ? names[how] : "?";
}

const char *
record_match_directive(uint32_t how)
{
	static const char *const names[RECORD_MATCH_HOW_MAX] = {
		[RECORD_MATCH_PRESENT] = "dhcp-match",
		[RECORD_MATCH_PREFIX] = "dhcp-match",
		[RECORD_MATCH_NUMBER] = "dhcp-match",
		[RECORD_MATCH_SUBSTRING] = "dhcp-match",
		[RECORD_MATCH_VENDORCLASS] = "dhcp-vendorclass",
		[RECORD_MATCH_USERCLASS] = "dhcp-userclass",
		[RECORD_MATCH_MAC] = "dhcp-mac",
		[RECORD_MATCH_CIRCUITID] = "dhcp-circuitid",
		[RECORD_MATCH_REMOTEID] = "dhcp-remoteid",
		[RECORD_MATCH_SUBSCRID] = "dhcp-subscrid",
		[RECORD_MATCH_NAME] = "dhcp-name-match",
		[RECORD_MATCH_NAME_PREFIX] = "dhcp-name-match",
	};

	return how < RECORD_MATCH_HOW_MAX ? names[how] : "?";
}

const char *
record_choice_directive(uint32_t of)
{
	static const char *const names[RECORD_CHOOSE_MAX] = {
		[RECORD_CHOOSE_BROADCAST] = "dhcp-broadcast",
		[RECORD_CHOOSE_BOOTP] = "bootp-dynamic",
		[RECORD_CHOOSE_NO_NAME] = "dhcp-ignore-names",
		[RECORD_CHOOSE_MAKE_NAME] = "dhcp-generate-names",
	};

	return of < RECORD_CHOOSE_MAX ? names[of] : "?";
}

const char *
record_verify_name(uint32_t mode)
{
	static const char *const names[RECORD_VERIFY_MODE_MAX] = { "off",
		"warn", "require" };

	return mode < RECORD_VERIFY_MODE_MAX ? names[mode] : "?";
}

const char *
record_layer_name(unsigned int n)
{
	static const char *const names[RECORD_LAYERS] = { "namespaces",
		"landlock", "seccomp", "parent-seccomp" };

	return n < RECORD_LAYERS ? names[n] : "?";
}
