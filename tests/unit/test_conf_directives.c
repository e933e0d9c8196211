/* SPDX-License-Identifier: ISC */
/* Directives, each with what it gives and what it refuses. */
#include <string.h>

#include "confd/directive.h"
#include "tests/unit/conf_case.h"

static struct record rec;

START_TEST(interfaces)
{
	const struct addr ten = addr_from_ip4(0x0a000001);
	struct record_interface *i = &rec.u.interface;
	static struct conf_case k;

	conf_case_gives("interface=br0", RECORD_INTERFACE, &rec);
	ck_assert_uint_eq(i->use, RECORD_IF_SERVE);
	ck_assert_str_eq(i->name, "br0");
	ck_assert(!i->prefix);
	conf_case_gives("interface=eth*", RECORD_INTERFACE, &rec);
	ck_assert_str_eq(i->name, "eth");
	ck_assert(i->prefix);
	conf_case_gives("except-interface=lo", RECORD_INTERFACE, &rec);
	ck_assert_uint_eq(i->use, RECORD_IF_EXCEPT);
	conf_case_gives("no-dhcp-interface=lo", RECORD_INTERFACE, &rec);
	ck_assert_uint_eq(i->use, RECORD_IF_NO_DHCP);
	conf_case_gives("listen-address=10.0.0.1", RECORD_INTERFACE, &rec);
	ck_assert_uint_eq(i->use, RECORD_IF_ADDRESS);
	ck_assert_int_eq(addr_compare(&i->addr, &ten), 0);
	conf_case_line(&k, "interface=eth1,lo,");
	ck_assert(k.ok);
	/* Six that are always there, two names, and the range. */
	ck_assert_uint_eq(config_count(k.c), 9);
	conf_case_end(&k);
	conf_case_says("interface=sixteen-letters-", 'E', "not the name");
	conf_case_says("interface=a b", 'E', "not the name");
	conf_case_says("interface=eth0:1", 'W', "listen-address=");
	conf_case_says("interface=", 'E', "needs a value");
	conf_case_says("interface", 'E', "needs a value");
	conf_case_says("listen-address=foo", 'E', "not a unicast IP");
	conf_case_says("listen-address=foo/8", 'E', "not a unicast IP");
	conf_case_says("listen-address=10.0.0.1/8", 'E', "prefix length");
	conf_case_says("interface=e*h0", 'W', "only at the end");
	conf_case_says("bind-interfaces\nbind-dynamic", 'W', "exclude");
}
END_TEST

START_TEST(alternate_ports)
{
	static const struct {
		const char *line;
		uint16_t server, client;
	} t[] = {
		{ "log-dhcp", 0, 0 },
		{ "dhcp-alternate-port", 1067, 1068 },
		{ "dhcp-alternate-port=", 1067, 1068 },
		{ "dhcp-alternate-port=5000", 5000, 5001 },
		{ "dhcp-alternate-port=65534", 65534, 65535 },
		{ "dhcp-alternate-port=65535,1", 65535, 1 },
		{ "dhcp-alternate-port=67 , 69", 67, 69 },
	};
	static const struct {
		const char *line, *says;
	} bad[] = {
		{ "dhcp-alternate-port=x", "\"x\" is not a port" },
		{ "dhcp-alternate-port=0", "\"0\" is not a port" },
		{ "dhcp-alternate-port=65536", "\"65536\" is not a port" },
		{ "dhcp-alternate-port=65535", "no port after 65535" },
		{ "dhcp-alternate-port=5000,", "\"\" is not a port" },
		{ "dhcp-alternate-port=5000,0", "\"0\" is not a port" },
		{ "dhcp-alternate-port=1,2,3", "\"3\" is too much" },
		{ "dhcp-alternate-port=4011", "that of PXE" },
		{ "dhcp-alternate-port=69", "that of TFTP" },
		{ "dhcp-alternate-port\ndhcp-alternate-port",
		    "duplicate dhcp-alternate-port" },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		conf_case_gives(t[i].line, RECORD_DHCP, &rec);
		ck_assert_uint_eq(rec.u.dhcp.server_port, t[i].server);
		ck_assert_uint_eq(rec.u.dhcp.client_port, t[i].client);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		conf_case_says(bad[i].line, 'E', bad[i].says);
}
END_TEST

START_TEST(relay_proxy)
{
	conf_case_gives("dhcp-proxy", RECORD_RELAY_PROXY, &rec);
	ck_assert_uint_eq(rec.u.relay_proxy.addr, 0);
	conf_case_gives("dhcp-proxy=10.0.0.1", RECORD_RELAY_PROXY, &rec);
	ck_assert_uint_eq(rec.u.relay_proxy.addr, 0x0a000001);
	conf_case_says("dhcp-proxy=10.0.0.1,", 'E', "address of a relay");
	conf_case_says("dhcp-proxy=eth0", 'E', "address of a relay");
	conf_case_says("dhcp-proxy=0.0.0.0", 'E', "address of a relay");
}
END_TEST

START_TEST(shared_network)
{
	conf_case_gives(
	    "dhcp-range=10.0.0.9,10.0.0.99,255.255.255.0\nshared-network=eth0,10.0.0.0",
	    RECORD_SHARED, &rec);
	ck_assert_str_eq(rec.u.shared.iface, "eth0");
	ck_assert_uint_eq(rec.u.shared.via, 0);
	ck_assert_uint_eq(rec.u.shared.addr, 0x0a000000);
	conf_case_gives(
	    "dhcp-range=10.1.0.9,10.1.0.99,255.255.255.0\nshared-network=10.0.0.1,10.1.0.1",
	    RECORD_SHARED, &rec);
	ck_assert_str_eq(rec.u.shared.iface, "");
	ck_assert_uint_eq(rec.u.shared.via, 0x0a000001);
	ck_assert_uint_eq(rec.u.shared.addr, 0x0a010001);
	conf_case_says("shared-network=eth0", 'E', "INTERFACE,ADDRESS");
	conf_case_says("shared-network=,10.0.0.1", 'E', "INTERFACE,ADDRESS");
	conf_case_says("shared-network=a,10.0.0.1,", 'E', "INTERFACE,ADDRESS");
	conf_case_says("shared-network=eth0,eth1", 'E', "network to share");
	conf_case_says("shared-network=eth0,0.0.0.0", 'E', "network to share");
	conf_case_says("shared-network=0.0.0.0,10.0.0.1", 'E', "of a relay");
	conf_case_says("shared-network=fd00::1,10.0.0.1", 'E', "of a relay");
	conf_case_says("shared-network=eth*,10.0.0.1", 'E', "name of an inter");
	conf_case_says("shared-network=0123456789abcdef,10.0.0.1", 'E',
	    "name of an inter");
	conf_case_says("dhcp-range=10.1.0.9,10.1.0.99,255.255.255.0\n"
		       "shared-network=eth0,10.1.1.0",
	    'W',
	    "10.1.1.0 is in the network of no dhcp-range that has a netmask");
	conf_case_lacks("dhcp-range=10.1.0.9,10.1.0.99,255.255.255.0\n"
			"shared-network=eth0,10.1.0.0",
	    "that has a netmask");
}
END_TEST

START_TEST(pxe_vendor)
{
	static struct conf_case k;
	char line[256];

	conf_case_line(&k, "dhcp-pxe-vendor=PXEClient, \"a,b\"");
	ck_assert(k.ok);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_PXE_VENDOR, &rec));
	ck_assert_str_eq(rec.u.pxe_vendor.class, "PXEClient");
	config_record(k.c, config_count(k.c) - 2, &rec);
	ck_assert_str_eq(rec.u.pxe_vendor.class, "a,b");
	conf_case_end(&k);
	conf_case_says("dhcp-pxe-vendor=PXEClient,", 'E', "empty argument");
	(void)snprintf(
	    line, sizeof(line), "dhcp-pxe-vendor=%0128d", RECORD_CLASS_MAX);
	conf_case_says(line, 'E', "the class");
}
END_TEST

/* The rest of such a file is used. */
START_TEST(ipv6)
{
	static struct conf_case k;

	conf_case_parse(&k,
	    "enable-ra\nra-param=eth0,10\ndhcp-duid=1,2\n"
	    "dhcp-range=::1,::400,constructor:eth0,ra-names,slaac,64,12h\n"
	    "dhcp-range=tag:x,fd00::,static\n"
	    "dhcp-option=option6:dns-server,[::]\n"
	    "dhcp-range=10.0.0.1,10.0.0.9\n"
	    "dhcp-host=52:54:00:12:34:56,10.0.0.5,[fd00::5],pc\n");
	ck_assert_msg(k.ok, "%s", k.diags);
	ck_assert_str_eq(k.diags,
	    "W 1 DHCP for IPv6 is not served yet; lines about it that are ignored: 7, the first here\n");
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_HOST, &rec));
	ck_assert_uint_eq(rec.u.host.addr, 0x0a000005);
	ck_assert_str_eq(rec.u.host.name, "pc");
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_RANGE, &rec));
	ck_assert_uint_eq(rec.u.range.start, 0x0a000001);
	conf_case_end(&k);
}
END_TEST

START_TEST(boots)
{
	char line[512];
	struct record_boot *b = &rec.u.boot;
	static struct conf_case k;

	conf_case_parse(&k, "enable-tftp\ntftp-root=/srv\n"
			    "dhcp-range=10.0.0.1,10.0.0.9\n"
			    "dhcp-host=pc\n"
			    "dhcp-boot=tag:known,pxelinux.0,srv,10.0.0.2");
	ck_assert_msg(k.ok && k.diags[0] == '\0', "%s", k.diags);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_BOOT, &rec));
	ck_assert_str_eq(b->file, "pxelinux.0");
	ck_assert_str_eq(b->sname, "srv");
	ck_assert_uint_eq(b->addr, 0x0a000002);
	ck_assert_uint_eq(b->tags.n, 1);
	conf_case_end(&k);
	conf_case_gives(
	    "dhcp-boot=http://10.0.0.1/boot.ipxe", RECORD_BOOT, &rec);
	ck_assert_str_eq(b->file, "http://10.0.0.1/boot.ipxe");
	conf_case_gives("dhcp-boot=x,,10.0.0.2", RECORD_BOOT, &rec);
	ck_assert_uint_eq(b->addr, 0x0a000002);
	conf_case_says("dhcp-boot=x", 'N', "TFTP is not served");
	conf_case_says("dhcp-boot=x,10.0.0.2", 'W', "next server");
	conf_case_says("dhcp-boot=x,,server.example", 'E',
	    "pxeguard does not; write FILE,,ADDRESS");
	conf_case_says("dhcp-boot=x,,10.0.0.2/8", 'E', "alone: 10.0.0.2");
	conf_case_says(
	    "dhcp-boot=x,10.0.0.2,server", 'E', "write FILE,server,10.0.0.2");
	conf_case_says("dhcp-boot=set:known,x", 'W', "read as tag:known");
	conf_case_says("dhcp-boot=tag:known", 'E', "file is missing");
	conf_case_says("dhcp-boot=,", 'E', "file and server are missing");
	conf_case_says("dhcp-boot=vendor:x,y", 'W', "file name");
	conf_case_says("dhcp-boot=x,,10.0.0.2,y", 'E', "unexpected");
	/* Such a name needs option 67. */
	(void)snprintf(line, sizeof(line), "dhcp-boot=%0127d", 1);
	conf_case_says(line, 'N', "clients will ask this server");
	(void)snprintf(line, sizeof(line), "dhcp-boot=%0254d", 1);
	conf_case_says(line, 'N', "sent as option 67");
	(void)snprintf(line, sizeof(line), "dhcp-boot=%0255d", 1);
	conf_case_says(line, 'E', "longer than 254 bytes");
	(void)snprintf(line, sizeof(line), "pxe-service=0,x,a.%0126d", 1);
	conf_case_says(line, 'N', "sent as option 67");
}
END_TEST

/* Firmware that is told PXEClient expects more than a boot file. */
START_TEST(pxe_class)
{
	conf_case_says(
	    "dhcp-option-force=60,PXEClient", 'W', "no line sets option 43");
	conf_case_says("dhcp-option=tag:net,60,PXEClient:Arch", 'W',
	    "no line sets option 43");
	conf_case_gives("dhcp-option=60,HTTPClient", RECORD_OPTION, &rec);
	conf_case_gives("dhcp-option=60,PXEClient\n"
			"dhcp-option=43,01:04:00:00:00:00:ff",
	    RECORD_OPTION, &rec);
}
END_TEST

START_TEST(singles)
{
	conf_case_gives(
	    "dhcp-authoritative\ndhcp-no-override\n"
	    "dhcp-sequential-ip\ndhcp-subnet-selection\nport=0\nlog-dhcp\nquiet-dhcp\n"
	    "dhcp-lease-max=7\ndomain=example.com\nno-ping",
	    RECORD_DHCP, &rec);
	ck_assert(rec.u.dhcp.enabled);
	ck_assert(rec.u.dhcp.authoritative);
	ck_assert(rec.u.dhcp.no_override);
	ck_assert(rec.u.dhcp.sequential);
	ck_assert(rec.u.dhcp.subnet_selection);
	ck_assert(!rec.u.dhcp.dns);
	ck_assert(rec.u.dhcp.log_dhcp);
	ck_assert(!rec.u.dhcp.quiet);
	ck_assert_uint_eq(rec.u.dhcp.lease_max, 7);
	ck_assert_str_eq(rec.u.dhcp.domain, "example.com");
	conf_case_gives("port=5353", RECORD_DHCP, &rec);
	ck_assert(!rec.u.dhcp.dns);
	conf_case_gives("port=53", RECORD_DHCP, &rec);
	ck_assert(rec.u.dhcp.dns);
	ck_assert_uint_eq(rec.u.dhcp.lease_max, 1000);
	conf_case_gives("enable-tftp\ntftp-root=/srv/tftp\ntftp-max=9\n"
			"tftp-no-fail\nquiet-tftp",
	    RECORD_TFTP, &rec);
	ck_assert(rec.u.tftp.enabled);
	ck_assert(rec.u.tftp.no_fail);
	ck_assert(rec.u.tftp.quiet);
	ck_assert_str_eq(rec.u.tftp.root, "/srv/tftp");
	ck_assert_uint_eq(rec.u.tftp.max, 9);
	conf_case_gives("log-dhcp", RECORD_TFTP, &rec);
	ck_assert(!rec.u.tftp.enabled);
	ck_assert_uint_eq(rec.u.tftp.max, 50);
	conf_case_gives("dhcp-leasefile=/x/y", RECORD_STORE, &rec);
	ck_assert_str_eq(rec.u.store.path, "/x/y");
	conf_case_gives("pid-file=/run/x.pid", RECORD_DAEMON, &rec);
	ck_assert_str_eq(rec.u.daemon.pid_file, "/run/x.pid");
	conf_case_gives("pid-file", RECORD_STORE, &rec);
	ck_assert_str_eq(rec.u.store.path, "/var/lib/pxeguard/leases.db");
}
END_TEST

START_TEST(singles_bad)
{
	conf_case_says("port=70000", 'E', "number from 0 to 65535");
	conf_case_says("dhcp-lease-max=0", 'W', "allows no lease");
	conf_case_says("dhcp-lease-max=x", 'E', "not a number");
	conf_case_says("domain=a b", 'E', "not a domain name");
	conf_case_says("domain=#", 'E', "resolv.conf");
	conf_case_says("domain=a.b,10.0.0.0/8", 'E', "some addresses");
	conf_case_says("tftp-root=tftp", 'E', "absolute path");
	conf_case_says("enable-tftp", 'E', "needs a tftp-root");
	conf_case_says("tftp-root=/a", 'N', "without enable-tftp");
	conf_case_says("tftp-root=/a\ntftp-root=/b\nenable-tftp", 'W',
	    "replaces /a of line 1");
	conf_case_says("tftp-max=0", 'W', "default of 50");
	conf_case_says("tftp-max=65536", 'W', "more than there are ports");
	conf_case_makes("tftp-max=99999999999999999999\nenable-tftp\n"
			"tftp-root=/a",
	    RECORD_TFTP, &rec);
	ck_assert_uint_eq(rec.u.tftp.max, 65535);
	conf_case_says("tftp-max=1x", 'E', "not a number");
	conf_case_says("enable-tftp=yes\ntftp-root=/a", 'W',
	    "write enable-tftp without a value");
	conf_case_says("dhcp-leasefile=leases", 'E', "absolute path");
	conf_case_says("pid-file=x", 'E', "absolute path");
	conf_case_says("sandbox-disable=landlock", 'W', "is disabled");
	conf_case_says("sandbox-disable=moat", 'E', "not a sandbox layer");
}
END_TEST

START_TEST(sandbox_layers)
{
	static struct conf_case k;

	conf_case_line(
	    &k, "sandbox-disable=seccomp, parent-seccomp,namespaces");
	ck_assert(k.ok);
	ck_assert_uint_eq(config_warnings(k.c), 3);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_DAEMON, &rec));
	ck_assert_uint_eq(rec.u.daemon.layers_disabled,
	    RECORD_LAYER_SECCOMP | RECORD_LAYER_NAMESPACES |
		RECORD_LAYER_PARENT_SECCOMP);
	conf_case_end(&k);
}
END_TEST

START_TEST(table)
{
	size_t i, j;

	for (i = 0; i < directive_count(); i++) {
		const struct directive *d = directive_at(i);

		ck_assert_ptr_eq(directive_find(d->name), d);
		ck_assert_uint_eq(directive_index(d), i);
		ck_assert(d->handler == NULL || d->handler_of == NULL);
		ck_assert(d->kind == DIRECTIVE_DONE ||
			  (d->handler == NULL && d->handler_of == NULL));
		for (j = 0; j < i; j++)
			ck_assert_str_ne(directive_at(j)->name, d->name);
	}
	ck_assert_ptr_null(directive_find("dhcp-bot"));
	ck_assert_ptr_null(directive_find(""));
	ck_assert_ptr_null(directive_at(directive_count()));
}
END_TEST

START_TEST(unknown)
{
	conf_case_says("dhcp-bot=x", 'E', "did you mean \"dhcp-boot\"?");
	conf_case_says("DHCP-BOOT=x", 'E', "did you mean \"dhcp-boot\"?");
	conf_case_says("tftp_root=/x", 'E', "did you mean \"tftp-root\"?");
	conf_case_says("tftp-blocksize=1", 'E', "blksize=NUMBER");
	conf_case_says("dhcp-next-server=1", 'E', "dhcp-boot");
	conf_case_says("completely-unlike", 'E',
	    "unknown directive \"completely-unlike\"; see pxeguard.conf(5)\n");
	conf_case_says("interface br0", 'E', "interface=...");
	conf_case_says("log-dhcp=1", 'E', "takes no value");
	conf_case_says("dhcp-authoritative=1", 'E', "takes no value");
	conf_case_says("x\033[2J=1", 'E', "x\\x1b[2J");
	conf_case_says("dhcp-relay=10.0.0.1,10.0.0.2", 'E', "not support");
	conf_case_says("dhcp-script=/x", 'E', "starts no programs");
	conf_case_says("dhcp-relay=1.2.3.4", 'E', "not supported yet");
	conf_case_says("dhcp-script=/x\nunsupported=warn", 'W',
	    "dhcp-script is not supported yet; ignored");
	conf_case_says(
	    "unsupported=warn\ndhcp-luascript=/x\ndhcp-split-relay=x", 'W',
	    "dhcp-split-relay is not supported yet; ignored");
	conf_case_says("unsupported=error\ndhcp-script=/x", 'E',
	    "or add unsupported=warn");
	conf_case_says("unsupported=maybe", 'E', "write unsupported=warn");
	conf_case_says("no-dhcp-interface=", 'N', "has no value; ignored");
	conf_case_says("except-interface=", 'N', "has no value; ignored");
	conf_case_says("no-dhcpv4-interface = ", 'N', "has no value; ignored");
	conf_case_says("dhcp-host=", 'N', "has no value; ignored");
	conf_case_says("dhcp-option=", 'N', "has no value; ignored");
	conf_case_says("dhcp-option-force=", 'N', "has no value; ignored");
	conf_case_says("dhcp-ignore=", 'N', "has no value; ignored");
	conf_case_says("dhcp-leasefile=", 'N', "the default is used");
	conf_case_makes("dhcp-leasefile", RECORD_STORE, &rec);
	ck_assert_str_eq(rec.u.store.path, "/var/lib/pxeguard/leases.db");
	conf_case_says("dhcp-hostsfile=", 'N', "has no value; ignored");
	conf_case_says("dhcp-optsdir", 'E', "needs a value");
	conf_case_says("conf-dir", 'E', "needs a value");
	conf_case_says("conf-file", 'N', "conf-file names no file");
	conf_case_says("domain=", 'N', "has no value; ignored");
	conf_case_says("conf-file=", 'N', "conf-file names no file");
	conf_case_says("no-dhcp-interface", 'E', "needs a value");
	/* With it, dnsmasq serves the loopback interface only. */
	conf_case_says("interface=", 'E', "needs a value");
	conf_case_says("listen-address=", 'E', "needs a value");
	conf_case_says("user=nobody", 'N', "a user of its own");
	conf_case_says("server=1.1.1.1\ncache-size=9\nserver=2.2.2.2", 'N',
	    "ignored: server, cache-size\n");
	conf_case_says("a=\"x", 'E', "quote is not closed");
}
END_TEST

/* Lines that messages may be about are sent with their place. */
START_TEST(places)
{
	struct conf_case k;
	struct reader r;
	char lines[64] = "";
	size_t i, n = 0;

	conf_case_begin(&k);
	config_add_arg(k.c, "dhcp-ignore=tag:!known");
	conf_case_text(&k, "dhcp-range=192.168.1.2,192.168.1.9\n"
			   "dhcp-host=52:54:00:00:00:01,192.168.1.2\n"
			   "dhcp-host=52:54:00:00:00:02,ignore\n\n"
			   "dhcp-ignore=tag:a\n"
			   "dhcp-host=52:54:00:00:00:03,pc\n"
			   "pid-file=/run/x\n"
			   "dhcp-option=3,1.2.3.4\n"
			   "dhcp-leasefile=/x/y\n"
			   "interface=br0\n");
	ck_assert(config_finish(k.c));
	ck_assert_uint_eq(config_file_count(k.c), 2);
	for (i = 0; i < 2; i++) {
		config_file_encoded(k.c, i, &r);
		ck_assert_int_eq(record_decode(&r, &rec), 0);
		ck_assert_uint_eq(rec.kind, RECORD_FILE);
		ck_assert_str_eq(rec.u.file.path,
		    i == 0 ? "command line" : "/etc/test.conf");
	}
	for (i = 0; i < config_count(k.c); i++) {
		if (!config_place_encoded(k.c, i, false, &r))
			continue;
		ck_assert_int_eq(record_decode(&r, &rec), 0);
		ck_assert_uint_eq(rec.kind, RECORD_PLACE);
		n += (size_t)snprintf(lines + n, sizeof(lines) - n, "%u:%u ",
		    rec.u.place.file, rec.u.place.line);
	}
	/* First those of single settings. */
	ck_assert_str_eq(lines, "1:7 1:9 0:1 1:1 1:2 1:3 1:5 1:10 ");
	/* For --explain: of every line that dhcpd gets, too. */
	for (i = n = 0; i < config_count(k.c); i++) {
		if (!config_place_encoded(k.c, i, true, &r))
			continue;
		ck_assert_int_eq(record_decode(&r, &rec), 0);
		n += (size_t)snprintf(lines + n, sizeof(lines) - n, "%u:%u ",
		    rec.u.place.file, rec.u.place.line);
	}
	ck_assert_str_eq(lines, "1:7 1:9 0:1 1:1 1:2 1:3 1:5 1:6 1:8 1:10 ");
	conf_case_end(&k);
}
END_TEST

static Suite *
suite_conf_directives(void)
{
	Suite *s = suite_create("conf_directives");
	TCase *t = tcase_create("directives");

	tcase_add_test(t, interfaces);
	tcase_add_test(t, pxe_vendor);
	tcase_add_test(t, alternate_ports);
	tcase_add_test(t, relay_proxy);
	tcase_add_test(t, shared_network);
	tcase_add_test(t, ipv6);
	tcase_add_test(t, boots);
	tcase_add_test(t, singles);
	tcase_add_test(t, pxe_class);
	tcase_add_test(t, singles_bad);
	tcase_add_test(t, sandbox_layers);
	tcase_add_test(t, table);
	tcase_add_test(t, unknown);
	tcase_add_test(t, places);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_directives)
