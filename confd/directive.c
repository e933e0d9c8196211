/* SPDX-License-Identifier: ISC */
/* The table of all directives. */
#include "confd/directive.h"

#include <stddef.h>
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

#define NO DIRECTIVE_NO_ARG
#define ARG DIRECTIVE_ARG
#define MAY DIRECTIVE_MAY_ARG
#define OR_EMPTY DIRECTIVE_ARG_OR_EMPTY

#define OWN_USER "each process of pxeguard has a user of its own"
#define OWN_LOG "the log goes to syslog, or to standard error in the foreground"
#define ON_COMMAND_LINE "only the command line takes it"
#define NO_V6 "DHCP for IPv6 is not served"
#define NO_SCRIPTS "pxeguard starts no programs"

/* clang-format off */
#define ROW(called, arguments, does) \
	.name = (called), .arg = (arguments), .kind = DIRECTIVE_##does
#define FLAG(name, ...) { ROW(name, NO, DONE), __VA_ARGS__ }
#define TAKES(name, arg, fn, value, ...) \
	{ ROW(name, arg, DONE), .handler = (fn), .takes = (value), __VA_ARGS__ }
#define NEEDS(name, ...) TAKES(name, ARG, __VA_ARGS__)
#define EMPTY(name, ...) TAKES(name, OR_EMPTY, __VA_ARGS__)
#define MAYBE(name, ...) TAKES(name, MAY, __VA_ARGS__)
#define ONCE(name, ...) TAKES(name, ARG, __VA_ARGS__, .single = true)
#define MAYBE_ONCE(name, ...) TAKES(name, MAY, __VA_ARGS__, .single = true)
#define INCLUDE(name, value) { ROW(name, OR_EMPTY, INCLUDE), .takes = (value) }
#define IGNORED(name, arg, why) { ROW(name, arg, IGNORED), .takes = (why) }
#define DNS(name, arg) { ROW(name, arg, DNS) }
#define V6(name, arg) { ROW(name, arg, V6) }
#define MISSING(name, instead) { ROW(name, MAY, MISSING), .takes = (instead) }

/* What a row of the first kinds may end with. */
#define SETS(field) .flag = offsetof(struct config, field)
#define MARK(m) .mark = CONFIG_MARK_##m
#define OF(fn, which) .handler_of = (fn), .of = (which)

static const struct directive directives[] = {
	/* Interfaces and the daemon. */
	NEEDS("interface", NULL, "NAME[,NAME...]", OF(directive_interfaces, RECORD_IF_SERVE)),
	EMPTY("except-interface", NULL, "NAME[,NAME...]", OF(directive_interfaces, RECORD_IF_EXCEPT)),
	EMPTY("no-dhcp-interface", NULL, "NAME[,NAME...]", OF(directive_interfaces, RECORD_IF_NO_DHCP)),
	EMPTY("no-dhcpv4-interface", NULL, "NAME[,NAME...]", OF(directive_interfaces, RECORD_IF_NO_DHCP)),
	NEEDS("listen-address", NULL, "ADDRESS[,ADDRESS...]", OF(directive_interfaces, RECORD_IF_ADDRESS)),
	FLAG("bind-interfaces", MARK(BIND_INTERFACES)),
	FLAG("bind-dynamic", MARK(BIND_DYNAMIC)),
	ONCE("port", directive_port, "PORT"),
	MAYBE_ONCE("pid-file", directive_pid_file, "PATH", MARK(PID_FILE)),
	NEEDS("unsupported", directive_unsupported, "warn|error"),
	NEEDS("sandbox-disable", directive_sandbox_disable, "namespaces|landlock|seccomp|parent-seccomp[,...]"),
	{ "conf-file", DIRECTIVE_MAY_ARG, DIRECTIVE_INCLUDE, .takes = "PATH" },
	INCLUDE("conf-dir", "PATH[,ENDING...]"),
	INCLUDE("dhcp-hostsfile", "PATH"),
	INCLUDE("dhcp-hostsdir", "PATH"),
	INCLUDE("dhcp-optsfile", "PATH"),
	INCLUDE("dhcp-optsdir", "PATH"),
	{ "read-ethers", DIRECTIVE_NO_ARG, DIRECTIVE_INCLUDE, .takes = NULL },

	/* DHCP. */
	NEEDS("dhcp-range", directive_range, "[tag:TAG,...][set:TAG,]START,END|static|proxy[,NETMASK[,BROADCAST]][,LEASE]", MARK(RANGE)),
	EMPTY("dhcp-host", directive_host, "[MAC...][,id:ID][,set:TAG][,tag:TAG][,ADDRESS][,NAME][,LEASE][,ignore]"),
	EMPTY("dhcp-option", NULL, "[tag:TAG,...][encap:NUMBER,|vi-encap:NUMBER,|vendor:CLASS,]NUMBER|option:NAME[,VALUE...]", OF(directive_option, DIRECTIVE_OPTION_PLAIN)),
	EMPTY("dhcp-option-force", NULL, "[tag:TAG,...]NUMBER|option:NAME[,VALUE...]", OF(directive_option, DIRECTIVE_OPTION_FORCE)),
	NEEDS("dhcp-option-pxe", NULL, "[tag:TAG,...]NUMBER|option:NAME[,VALUE...]", OF(directive_option, DIRECTIVE_OPTION_PXE)),
	NEEDS("dhcp-boot", directive_boot, "[tag:TAG,...]FILE[,SERVERNAME[,ADDRESS]]"),
	NEEDS("pxe-service", directive_service, "[tag:TAG,...]ARCHITECTURE,TEXT[,FILE|TYPE[,ADDRESS]]"),
	NEEDS("pxe-prompt", directive_prompt, "[tag:TAG,...]TEXT[,SECONDS]"),
	NEEDS("pxe-style", directive_pxe_style, "[tag:TAG,...]bypass|binl|menu"),
	NEEDS("dhcp-match", directive_match, "set:TAG,NUMBER|option:NAME[,VALUE]"),
	NEEDS("dhcp-vendorclass", NULL, "set:TAG,TEXT", OF(directive_class, RECORD_MATCH_VENDORCLASS)),
	NEEDS("dhcp-userclass", NULL, "set:TAG,TEXT", OF(directive_class, RECORD_MATCH_USERCLASS)),
	NEEDS("dhcp-mac", directive_mac, "set:TAG,MAC"),
	NEEDS("dhcp-circuitid", NULL, "set:TAG,TEXT|OCTETS", OF(directive_agent, RECORD_MATCH_CIRCUITID)),
	NEEDS("dhcp-remoteid", NULL, "set:TAG,TEXT|OCTETS", OF(directive_agent, RECORD_MATCH_REMOTEID)),
	NEEDS("dhcp-subscrid", NULL, "set:TAG,TEXT|OCTETS", OF(directive_agent, RECORD_MATCH_SUBSCRID)),
	NEEDS("dhcp-name-match", directive_name_match, "set:TAG,NAME[*]"),
	NEEDS("tag-if", directive_tag_if, "set:TAG[,set:TAG...][,tag:TAG...]"),
	EMPTY("dhcp-ignore", directive_ignore, "tag:TAG[,tag:TAG...]"),
	MAYBE("dhcp-broadcast", NULL, "[tag:TAG[,tag:TAG...]]", OF(directive_choice, RECORD_CHOOSE_BROADCAST)),
	NEEDS("dhcp-reply-delay", directive_reply_delay, "[tag:TAG,...]SECONDS"),
	MAYBE("bootp-dynamic", NULL, "[tag:TAG[,tag:TAG...]]", OF(directive_choice, RECORD_CHOOSE_BOOTP)),
	MAYBE("dhcp-ignore-names", NULL, "[tag:TAG[,tag:TAG...]]", OF(directive_choice, RECORD_CHOOSE_NO_NAME)),
	MAYBE("dhcp-generate-names", NULL, "[tag:TAG[,tag:TAG...]]", OF(directive_choice, RECORD_CHOOSE_MAKE_NAME)),
	NEEDS("dhcp-pxe-vendor", directive_pxe_vendor, "CLASS[,CLASS...]"),
	MAYBE("dhcp-proxy", directive_relay_proxy, "[ADDRESS[,ADDRESS...]]"),
	NEEDS("shared-network", directive_shared_network, "INTERFACE|ADDRESS,ADDRESS"),
	FLAG("dhcp-rapid-commit", SETS(dhcp.rapid_commit)),
	FLAG("dhcp-ignore-clid", SETS(dhcp.ignore_clid)),
	FLAG("dhcp-authoritative", SETS(dhcp.authoritative)),
	FLAG("dhcp-no-override", SETS(dhcp.no_override)),
	FLAG("dhcp-sequential-ip", SETS(dhcp.sequential)),
	MAYBE_ONCE("dhcp-alternate-port", directive_alternate_port, "[SERVER[,CLIENT]]"),
	FLAG("dhcp-subnet-selection", SETS(dhcp.subnet_selection)),
	ONCE("dhcp-lease-max", directive_lease_max, "NUMBER"),
	MAYBE_ONCE("dhcp-leasefile", directive_leasefile, "PATH"),
	EMPTY("domain", directive_domain, "NAME"),
	FLAG("log-dhcp", SETS(dhcp.log_dhcp)),
	FLAG("quiet-dhcp", SETS(dhcp.quiet)),
	FLAG("no-ping"), /* addresses are never pinged before an offer */

	/* TFTP. */
	MAYBE("enable-tftp", NULL, "[INTERFACE[,INTERFACE...]]", SETS(tftp.enabled), MARK(TFTP), OF(directive_interfaces, RECORD_IF_TFTP)),
	NEEDS("tftp-root", directive_tftp_root, "PATH[,INTERFACE]"),
	MAYBE("tftp-unique-root", directive_tftp_unique_root, "[ip|mac]", MARK(FILES_SETTING)),
	FLAG("tftp-secure", SETS(tftp.secure), MARK(FILES_SETTING)),
	FLAG("tftp-lowercase", SETS(tftp.lowercase), MARK(FILES_SETTING)),
	ONCE("tftp-max", directive_tftp_max, "NUMBER", MARK(TFTP_SETTING)),
	ONCE("tftp-mtu", directive_tftp_mtu, "BYTES", MARK(TFTP_SETTING)),
	FLAG("tftp-no-blocksize", SETS(tftp.no_blksize), MARK(TFTP_SETTING)),
	ONCE("tftp-port-range", directive_tftp_port_range, "PORT,PORT", MARK(TFTP_SETTING)),
	FLAG("tftp-single-port", SETS(tftp.single_port), MARK(TFTP_SETTING)),
	NEEDS("tftp-client", directive_tftp_client, "ADDRESS|NETWORK/BITS|MAC[,blksize=NUMBER|no][,windowsize=NUMBER|no][,tsize=no][,timeout=no][,rollover=0|1]", MARK(TFTP_SETTING)),
	ONCE("tftp-max-rate", directive_tftp_max_rate, "RATE[,RATE_ALL]", MARK(TFTP_SETTING)),
	ONCE("tftp-cache", directive_tftp_cache, "MEBIBYTES", MARK(FILES_SETTING)),
	ONCE("tftp-rollover", directive_tftp_rollover, "0|1", MARK(TFTP_SETTING)),
	FLAG("tftp-no-fail", SETS(tftp.no_fail)),
	FLAG("quiet-tftp", SETS(tftp.quiet)),
	ONCE("boot-max-rate", directive_boot_max_rate, "RATE[,RATE_ALL]", MARK(FILES_SETTING)),

	/* HTTP. */
	MAYBE("enable-http", NULL, "[INTERFACE[,INTERFACE...]]", SETS(http.enabled), MARK(HTTP), OF(directive_interfaces, RECORD_IF_HTTP)),
	ONCE("http-port", directive_http_port, "PORT", MARK(HTTP_SETTING)),
	ONCE("https-cert", directive_https_cert, "FILE", MARK(HTTP_SETTING)),
	ONCE("https-key", directive_https_key, "FILE", MARK(HTTP_SETTING)),
	ONCE("https-port", directive_https_port, "PORT", MARK(HTTP_SETTING)),
	ONCE("http-max", directive_http_max, "NUMBER", MARK(HTTP_SETTING)),
	ONCE("boot-prefer", directive_boot_prefer, "tftp|http", MARK(HTTP_SETTING)),
	FLAG("quiet-http", SETS(http.quiet)),

	/* Signed boot files. */
	ONCE("verify-images", directive_verify_images, "off|warn|require", MARK(VERIFY)),
	NEEDS("verify-key", directive_verify_key, "FILE|FOLDER", MARK(VERIFY_SETTING)),
	NEEDS("verify-exempt", directive_verify_exempt, "PATTERN", MARK(VERIFY_SETTING)),
	ONCE("verify-cache", directive_verify_cache, "SIZE", MARK(VERIFY_SETTING)),
	FLAG("verify-preload", SETS(verify.preload), MARK(VERIFY_SETTING)),

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
	MISSING("leasequery", "no lease queries are answered"),
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
