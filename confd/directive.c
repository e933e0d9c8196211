/* SPDX-License-Identifier: ISC */
/* The table of all directives. */
#include "confd/directive.h"

#include <string.h>

#include "confd/directives_dhcp.h"
#include "confd/directives_host.h"
#include "confd/directives_http.h"
#include "confd/directives_net.h"
#include "confd/directives_option.h"
#include "confd/directives_pxe.h"
#include "confd/directives_range.h"
#include "confd/directives_tags.h"
#include "confd/directives_tftp.h"
#include "confd/directives_transfer.h"
#include "confd/directives_verify.h"

#define FLAG(name, fn)                                                       \
	{                                                                    \
		name, DIRECTIVE_NO_ARG, DIRECTIVE_DONE, false, fn, "", "0.1" \
	}
#define NEEDS(name, fn, takes)                                               \
	{                                                                    \
		name, DIRECTIVE_ARG, DIRECTIVE_DONE, false, fn, takes, "0.1" \
	}
#define ONCE(name, fn, takes)                                               \
	{                                                                   \
		name, DIRECTIVE_ARG, DIRECTIVE_DONE, true, fn, takes, "0.1" \
	}
#define MAYBE(name, fn, takes)                                             \
	{                                                                  \
		name, DIRECTIVE_MAY_ARG, DIRECTIVE_DONE, false, fn, takes, \
		    "0.1"                                                  \
	}
#define MAYBE_ONCE(name, fn, takes)                                       \
	{                                                                 \
		name, DIRECTIVE_MAY_ARG, DIRECTIVE_DONE, true, fn, takes, \
		    "0.1"                                                 \
	}
#define INCLUDE(name, takes)                                                  \
	{                                                                     \
		name, DIRECTIVE_ARG_OR_EMPTY, DIRECTIVE_INCLUDE, false, NULL, \
		    takes, "0.1"                                              \
	}
#define IGNORED(name, arg, why)                                       \
	{                                                             \
		name, arg, DIRECTIVE_IGNORED, false, NULL, why, "0.1" \
	}
#define DNS(name, arg)                                           \
	{                                                        \
		name, arg, DIRECTIVE_DNS, false, NULL, "", "0.1" \
	}
#define V6(name, arg)                                           \
	{                                                       \
		name, arg, DIRECTIVE_V6, false, NULL, "", "0.2" \
	}
#define MISSING(name, instead)                                           \
	{                                                                \
		name, DIRECTIVE_MAY_ARG, DIRECTIVE_MISSING, false, NULL, \
		    instead, ""                                          \
	}

#define EMPTY(name, fn, takes)                                           \
	{                                                                \
		name, DIRECTIVE_ARG_OR_EMPTY, DIRECTIVE_DONE, false, fn, \
		    takes, "0.1"                                         \
	}

#define NO DIRECTIVE_NO_ARG
#define ARG DIRECTIVE_ARG
#define MAY DIRECTIVE_MAY_ARG

#define OWN_USER "each process of pxeguard has a user of its own"
#define OWN_LOG "the log goes to syslog, or to standard error in the foreground"
#define ON_COMMAND_LINE "only the command line takes it"
#define NO_V6 "DHCP for IPv6 is not served"
#define REMOVE ""
#define NO_SCRIPTS "pxeguard starts no programs"

/* clang-format off */
static const struct directive directives[] = {
	/* Interfaces and the daemon. */
	NEEDS("interface", directive_interface, "NAME[,NAME...]"),
	EMPTY("except-interface", directive_except_interface, "NAME[,NAME...]"),
	EMPTY("no-dhcp-interface", directive_no_dhcp_interface, "NAME[,NAME...]"),
	EMPTY("no-dhcpv4-interface", directive_no_dhcp_interface, "NAME[,NAME...]"),
	NEEDS("listen-address", directive_listen_address, "ADDRESS[,ADDRESS...]"),
	FLAG("bind-interfaces", directive_bind_interfaces),
	FLAG("bind-dynamic", directive_bind_dynamic),
	ONCE("port", directive_port, "PORT"),
	MAYBE_ONCE("pid-file", directive_pid_file, "PATH"),
	NEEDS("unsupported", directive_unsupported, "warn|error"),
	NEEDS("sandbox-disable", directive_sandbox_disable, "namespaces|landlock|seccomp|parent-seccomp[,...]"),
	{ "conf-file", DIRECTIVE_MAY_ARG, DIRECTIVE_INCLUDE, false, NULL, "PATH", "0.1" },
	INCLUDE("conf-dir", "PATH[,ENDING...]"),
	INCLUDE("dhcp-hostsfile", "PATH"),
	INCLUDE("dhcp-hostsdir", "PATH"),
	INCLUDE("dhcp-optsfile", "PATH"),
	INCLUDE("dhcp-optsdir", "PATH"),
	{ "read-ethers", DIRECTIVE_NO_ARG, DIRECTIVE_INCLUDE, false, NULL, "", "0.2" },

	/* DHCP. */
	NEEDS("dhcp-range", directive_range, "[tag:TAG,...][set:TAG,]START,END|static|proxy[,NETMASK[,BROADCAST]][,LEASE]"),
	EMPTY("dhcp-host", directive_host, "[MAC...][,id:ID][,set:TAG][,tag:TAG][,ADDRESS][,NAME][,LEASE][,ignore]"),
	EMPTY("dhcp-option", directive_option, "[tag:TAG,...][encap:NUMBER,|vi-encap:NUMBER,|vendor:CLASS,]NUMBER|option:NAME[,VALUE...]"),
	EMPTY("dhcp-option-force", directive_option_force, "[tag:TAG,...]NUMBER|option:NAME[,VALUE...]"),
	NEEDS("dhcp-option-pxe", directive_option_pxe, "[tag:TAG,...]NUMBER|option:NAME[,VALUE...]"),
	NEEDS("dhcp-boot", directive_boot, "[tag:TAG,...]FILE[,SERVERNAME[,ADDRESS]]"),
	NEEDS("pxe-service", directive_service, "[tag:TAG,...]ARCHITECTURE,TEXT[,FILE|TYPE[,ADDRESS]]"),
	NEEDS("pxe-prompt", directive_prompt, "[tag:TAG,...]TEXT[,SECONDS]"),
	NEEDS("pxe-style", directive_pxe_style, "[tag:TAG,...]bypass|binl|menu"),
	NEEDS("dhcp-match", directive_match, "set:TAG,NUMBER|option:NAME[,VALUE]"),
	NEEDS("dhcp-vendorclass", directive_vendorclass, "set:TAG,TEXT"),
	NEEDS("dhcp-userclass", directive_userclass, "set:TAG,TEXT"),
	NEEDS("dhcp-mac", directive_mac, "set:TAG,MAC"),
	NEEDS("dhcp-circuitid", directive_circuitid, "set:TAG,TEXT|OCTETS"),
	NEEDS("dhcp-remoteid", directive_remoteid, "set:TAG,TEXT|OCTETS"),
	NEEDS("dhcp-subscrid", directive_subscrid, "set:TAG,TEXT|OCTETS"),
	NEEDS("dhcp-name-match", directive_name_match, "set:TAG,NAME[*]"),
	NEEDS("tag-if", directive_tag_if, "set:TAG[,set:TAG...][,tag:TAG...]"),
	EMPTY("dhcp-ignore", directive_ignore, "tag:TAG[,tag:TAG...]"),
	MAYBE("dhcp-broadcast", directive_broadcast, "[tag:TAG[,tag:TAG...]]"),
	NEEDS("dhcp-reply-delay", directive_reply_delay, "[tag:TAG,...]SECONDS"),
	MAYBE("bootp-dynamic", directive_bootp_dynamic, "[tag:TAG[,tag:TAG...]]"),
	MAYBE("dhcp-ignore-names", directive_ignore_names, "[tag:TAG[,tag:TAG...]]"),
	MAYBE("dhcp-generate-names", directive_generate_names, "[tag:TAG[,tag:TAG...]]"),
	NEEDS("dhcp-pxe-vendor", directive_pxe_vendor, "CLASS[,CLASS...]"),
	MAYBE("dhcp-proxy", directive_relay_proxy, "[ADDRESS[,ADDRESS...]]"),
	NEEDS("shared-network", directive_shared_network, "INTERFACE|ADDRESS,ADDRESS"),
	FLAG("dhcp-rapid-commit", directive_rapid_commit),
	FLAG("dhcp-ignore-clid", directive_ignore_clid),
	FLAG("dhcp-authoritative", directive_authoritative),
	FLAG("dhcp-no-override", directive_no_override),
	FLAG("dhcp-sequential-ip", directive_sequential),
	MAYBE_ONCE("dhcp-alternate-port", directive_alternate_port, "[SERVER[,CLIENT]]"),
	FLAG("dhcp-subnet-selection", directive_subnet_selection),
	ONCE("dhcp-lease-max", directive_lease_max, "NUMBER"),
	MAYBE_ONCE("dhcp-leasefile", directive_leasefile, "PATH"),
	EMPTY("domain", directive_domain, "NAME"),
	FLAG("log-dhcp", directive_log_dhcp),
	FLAG("quiet-dhcp", directive_quiet_dhcp),
	FLAG("no-ping", directive_no_ping),

	/* TFTP. */
	MAYBE("enable-tftp", directive_enable_tftp, "[INTERFACE[,INTERFACE...]]"),
	NEEDS("tftp-root", directive_tftp_root, "PATH[,INTERFACE]"),
	MAYBE("tftp-unique-root", directive_tftp_unique_root, "[ip|mac]"),
	FLAG("tftp-secure", directive_tftp_secure),
	FLAG("tftp-lowercase", directive_tftp_lowercase),
	ONCE("tftp-max", directive_tftp_max, "NUMBER"),
	ONCE("tftp-mtu", directive_tftp_mtu, "BYTES"),
	FLAG("tftp-no-blocksize", directive_tftp_no_blocksize),
	ONCE("tftp-port-range", directive_tftp_port_range, "PORT,PORT"),
	FLAG("tftp-single-port", directive_tftp_single_port),
	NEEDS("tftp-client", directive_tftp_client, "ADDRESS|NETWORK/BITS|MAC[,blksize=NUMBER|no][,windowsize=NUMBER|no][,tsize=no][,timeout=no][,rollover=0|1]"),
	ONCE("tftp-max-rate", directive_tftp_max_rate, "RATE[,RATE_ALL]"),
	ONCE("tftp-cache", directive_tftp_cache, "MEBIBYTES"),
	ONCE("tftp-rollover", directive_tftp_rollover, "0|1"),
	FLAG("tftp-no-fail", directive_tftp_no_fail),
	FLAG("quiet-tftp", directive_quiet_tftp),
	ONCE("boot-max-rate", directive_boot_max_rate, "RATE[,RATE_ALL]"),

	/* HTTP. */
	MAYBE("enable-http", directive_enable_http, "[INTERFACE[,INTERFACE...]]"),
	ONCE("http-port", directive_http_port, "PORT"),
	ONCE("https-cert", directive_https_cert, "FILE"),
	ONCE("https-key", directive_https_key, "FILE"),
	ONCE("https-port", directive_https_port, "PORT"),
	ONCE("http-max", directive_http_max, "NUMBER"),
	ONCE("boot-prefer", directive_boot_prefer, "tftp|http"),
	FLAG("quiet-http", directive_quiet_http),

	/* Signed boot files. */
	ONCE("verify-images", directive_verify_images, "off|warn|require"),
	NEEDS("verify-key", directive_verify_key, "FILE|FOLDER"),
	NEEDS("verify-exempt", directive_verify_exempt, "PATTERN"),
	ONCE("verify-cache", directive_verify_cache, "SIZE"),
	FLAG("verify-preload", directive_verify_preload),

	/* Ignored, because they are not needed here. */
	IGNORED("user", MAY, OWN_USER),
	IGNORED("group", MAY, OWN_USER),
	IGNORED("dhcp-scriptuser", ARG, NO_SCRIPTS),
	IGNORED("log-facility", ARG, OWN_LOG),
	IGNORED("leasefile-ro", NO, "leases are always stored, in a database"),
	IGNORED("dhcp-client-update", NO, "clients are always left to update their DNS records"),
	IGNORED("log-async", MAY, "the log never holds up the service"),
	IGNORED("log-debug", NO, "-d turns on debug messages"),
	IGNORED("log-malloc", NO, "there is no such log"),
	IGNORED("keep-in-foreground", NO, "write -k on the command line"),
	IGNORED("no-daemon", NO, "write -d on the command line"),
	IGNORED("enable-dbus", MAY, "there is no such interface"),
	IGNORED("enable-ubus", MAY, "there is no such interface"),
	IGNORED("dumpfile", ARG, "no packets are dumped"),
	IGNORED("dumpmask", ARG, "no packets are dumped"),
	IGNORED("no-dhcpv6-interface", ARG, NO_V6),
	IGNORED("quiet-dhcp6", NO, NO_V6),
	IGNORED("quiet-ra", NO, NO_V6),

	/* DHCP for IPv6. */
	V6("dhcp-duid", ARG),
	V6("enable-ra", NO),
	V6("ra-param", ARG),

	/* DNS. */
	DNS("add-cpe-id", ARG),
	DNS("add-mac", MAY),
	DNS("add-subnet", MAY),
	DNS("addn-hosts", ARG),
	DNS("address", ARG),
	DNS("alias", ARG),
	DNS("all-servers", NO),
	DNS("auth-peer", ARG),
	DNS("auth-sec-servers", ARG),
	DNS("auth-server", ARG),
	DNS("auth-soa", ARG),
	DNS("auth-ttl", ARG),
	DNS("auth-zone", ARG),
	DNS("bogus-nxdomain", ARG),
	DNS("bogus-priv", NO),
	DNS("caa-record", ARG),
	DNS("cache-rr", ARG),
	DNS("cache-size", ARG),
	DNS("clear-on-reload", NO),
	DNS("cname", ARG),
	DNS("connmark-allowlist", ARG),
	DNS("connmark-allowlist-enable", MAY),
	DNS("conntrack", NO),
	DNS("dhcp-fqdn", NO),
	DNS("dhcp-ttl", ARG),
	DNS("dns-forward-max", ARG),
	DNS("dns-loop-detect", NO),
	DNS("dns-rr", ARG),
	DNS("dnssec", NO),
	DNS("dnssec-check-unsigned", MAY),
	DNS("dnssec-debug", NO),
	DNS("dnssec-limits", ARG),
	DNS("dnssec-no-timecheck", NO),
	DNS("dnssec-timestamp", ARG),
	DNS("do-0x20-encode", NO),
	DNS("domain-needed", NO),
	DNS("domain-suffix", ARG),
	DNS("dynamic-host", ARG),
	DNS("edns-packet-max", ARG),
	DNS("expand-hosts", NO),
	DNS("fast-dns-retry", MAY),
	DNS("filter-A", NO),
	DNS("filter-AAAA", NO),
	DNS("filter-rr", ARG),
	DNS("filterwin2k", NO),
	DNS("host-record", ARG),
	DNS("hostsdir", ARG),
	DNS("ignore-address", ARG),
	DNS("interface-name", ARG),
	DNS("ipset", ARG),
	DNS("local", ARG),
	DNS("local-service", MAY),
	DNS("local-ttl", ARG),
	DNS("localise-queries", NO),
	DNS("localmx", NO),
	DNS("log-queries", MAY),
	DNS("max-cache-ttl", ARG),
	DNS("max-port", ARG),
	DNS("max-tcp-connections", ARG),
	DNS("max-ttl", ARG),
	DNS("min-cache-ttl", ARG),
	DNS("min-port", ARG),
	DNS("mx-host", ARG),
	DNS("mx-target", ARG),
	DNS("naptr-record", ARG),
	DNS("neg-ttl", ARG),
	DNS("nftset", ARG),
	DNS("no-0x20-encode", NO),
	DNS("no-hosts", NO),
	DNS("no-ident", NO),
	DNS("no-negcache", NO),
	DNS("no-poll", NO),
	DNS("no-resolv", NO),
	DNS("no-round-robin", NO),
	DNS("port-limit", ARG),
	DNS("proxy-dnssec", NO),
	DNS("ptr-record", ARG),
	DNS("query-port", ARG),
	DNS("rebind-domain-ok", ARG),
	DNS("rebind-localhost-ok", NO),
	DNS("resolv-file", MAY),
	DNS("rev-server", ARG),
	DNS("selfmx", NO),
	DNS("server", ARG),
	DNS("servers-file", ARG),
	DNS("srv-host", ARG),
	DNS("stop-dns-rebind", NO),
	DNS("strict-order", NO),
	DNS("strip-mac", NO),
	DNS("strip-subnet", NO),
	DNS("synth-domain", ARG),
	DNS("trust-anchor", ARG),
	DNS("txt-record", ARG),
	DNS("umbrella", MAY),
	DNS("use-stale-cache", MAY),

	/* Directives of dnsmasq that are not supported: each is an error. */
	MISSING("bridge-interface", "name the bridge itself by interface"),
	MISSING("conf-script", NO_SCRIPTS),
	MISSING("dhcp-luascript", NO_SCRIPTS),
	MISSING("dhcp-relay", "run a relay on that network"),
	MISSING("dhcp-script", NO_SCRIPTS),
	MISSING("dhcp-split-relay", "run a relay on that network"),
	MISSING("help", ON_COMMAND_LINE),
	MISSING("leasequery", REMOVE),
	MISSING("script-arp", NO_SCRIPTS),
	MISSING("script-on-renewal", NO_SCRIPTS),
	MISSING("test", ON_COMMAND_LINE),
	MISSING("version", ON_COMMAND_LINE),
};
/* clang-format on */

#define DIRECTIVES (sizeof(directives) / sizeof(directives[0]))

size_t
directive_count(void)
{
	return DIRECTIVES;
}

const struct directive *
directive_at(size_t i)
{
	return i < DIRECTIVES ? &directives[i] : NULL;
}

size_t
directive_index(const struct directive *d)
{
	return (size_t)(d - directives);
}

const struct directive *
directive_find(const char *name)
{
	size_t i;

	for (i = 0; i < DIRECTIVES; i++)
		if (strcmp(directives[i].name, name) == 0)
			return &directives[i];
	return NULL;
}
