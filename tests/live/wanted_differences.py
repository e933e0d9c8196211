"""Where the replies of this server differ from dnsmasq's on purpose.

docs/migration.md lists each under its name, with its reason.
"""

import dataclasses
import re
import typing

from lab import packets
from lab.compare import differences
from lab.packets import ip_bytes


@dataclasses.dataclass
class Exchange:
    """A message, and what both servers answered (lab.compare.facts)."""

    config: str
    asked: packets.Dhcp
    port: int
    ours: dict
    theirs: dict

    def both(self, field):
        return self.ours.get(field), self.theirs.get(field)


@dataclasses.dataclass
class Difference:
    """One that is wanted.

    `applies` takes an Exchange, the name of the field and both values.
    `matrix`: it is seen by make check-like-dnsmasq, not only in a dialogue.
    """

    name: str
    applies: typing.Callable
    reason: str
    matrix: bool = True


SERVER = "192.168.1.1"
SECOND_RANGE = "192.168.2.50"   # of configurations with two addresses
CSA = {"x86pc": 0, "ia32_efi": 6, "x86-64_efi": 7, "bc_efi": 9,
       "arm64_efi": 11}
BYPASS = b"\x06\x01\x08"     # sub-option 6: use the file of this reply
PXE_FIELDS = ("option 43", "option 60", "option 97", "option 66",
              "option 67", "file", "sname", "siaddr")
LINK_MACS = (":22", ":23")   # of the clients whose relay selects a link
PI_MACS = ("b8:27:eb", "dc:a6:32")


def is_pxe(x):
    """Whether option 60 begins with a class of PXE clients."""
    lines = re.findall("^dhcp-pxe-vendor=(.*)", x.config, re.M)
    classes = ",".join(lines or ["PXEClient"]).encode().split(b",")
    return x.asked.options.get(60, b"").startswith(tuple(classes))


def is_loader(x):
    """Whether iPXE asks, and a dhcp-boot line is for it alone."""
    return (175 in x.asked.options or b"iPXE" in x.asked.options.get(77, b"")
            ) and "dhcp-boot=tag:ipxe" in x.config


def is_proxy(x):
    return ",proxy" in x.config and x.ours.get("yiaddr") != "pool"


def arch(x):
    """The architecture in option 93, or 60; BIOS if there is none."""
    if 93 not in x.asked.options and is_pxe(x):
        return int(x.asked.options[60].partition(b"Arch:")[2][:5] or b"0")
    return int.from_bytes(x.asked.options.get(93, b"\0\0")[:2], "big")


def holds(x, tag):
    """Whether the client has a tag, of those with which services are."""
    if tag.startswith("!"):
        return not holds(x, tag[1:])
    return {"ipxe": 175 in x.asked.options, "far": arch(x) == 7,
            "pi": x.asked.mac.startswith(PI_MACS)}[tag]


def services(x):
    """The names of the pxe-service lines for the client; "" for none."""
    lines = re.findall(r'^pxe-service=((?:tag:[^,]*,)*)([^,]*),"?[^",\n]*"?'
                       r"(?:,([^,\n]*))?", x.config, re.M)
    return [name for tags, csa, name in lines
            if CSA.get(csa.lower(), csa) in (arch(x), str(arch(x)))
            and all(holds(x, tag[4:]) for tag in tags.split(",") if tag)]


def has_file_of_service(x):
    name, = services(x)
    return x.ours.get("file", b"").decode() == \
        (name if "." in name else name + ".0")


def has_file_of_loader(x):
    """Whether our reply has the file of the dhcp-boot line for iPXE."""
    lines = re.findall(r"^dhcp-boot=tag:ipxe,([^,\n]*)", x.config, re.M)
    return x.ours.get("file", b"").decode() == lines[-1]


def parts(vendor):
    """The sub-options of an option 43, as a list."""
    return [vendor] if isinstance(vendor, bytes) else vendor or []


def menu(vendor):
    """The menu's entries in an option 43, in a list."""
    return [part for part in parts(vendor) if part[0] == 9]


def file_of(reply):
    """The boot file, by header or option."""
    return reply.get("file") or reply.get("option 67")


def boots(reply):
    """Whether a reply has a file, or a menu with an entry."""
    return reply.get("file") or menu(reply.get("option 43"))


def has_long_file(x):
    """Whether the boot file of a line does not fit into the header."""
    return re.search(r"^dhcp-boot=(tag:[^,]*,)*[^,\n]{128}", x.config, re.M)


def has_long_options(x):
    """Whether lines have more than small messages have room for."""
    return re.search(r"^(dhcp-option.*|dhcp-boot=.{200})(.)\2{29}", x.config,
                     re.M)


def is_small(x):
    """Whether the client takes only messages of the usual size."""
    return int.from_bytes(x.asked.options.get(57, b""), "big") <= 576


def made_name(x):
    """The host name that is made of the hardware address."""
    return x.asked.mac.replace(":", "-").encode()


def has_services(x):
    return re.search("^pxe-(service|prompt)=", x.config, re.M) is not None


def item(x):
    """Whether the client asks for a boot server, by type."""
    return x.asked.options.get(43, b"")[:1] == b"\x47"


def copied(x, field, ours, theirs):
    option = {"file": "option 67", "sname": "option 66"}.get(field)
    return option is not None and theirs == b"" and ours != b"" and \
        x.ours.get(option, b"").rstrip(b"\0") == ours


def silence(x, field):
    """(whether we are silent and dnsmasq is not, or the other way round)."""
    here, there = x.both("reply")
    return (field == "reply" and here == "silence",
            field == "reply" and there == "silence")


WANTED = [
    Difference(
        "hops and secs",
        lambda x, field, ours, theirs: field in ("hops", "secs") and ours == 0,
        "a reply has 0 in both, as RFC 2131 (table 3) says."),
    Difference(
        "names in the header", copied,
        "a client that asks for option 66 or 67 gets the name in the header "
        "of the reply as well; without it, loaders such as shim look for "
        "their next file in the wrong folder."),
    Difference(
        "option 81",
        lambda x, field, ours, theirs: field == "option 81" and ours and
        theirs and ours[1:] == theirs[1:],
        "the flags are those of a server that updates no DNS record (RFC "
        "4702); dnsmasq tells the client that it has updated one."),
    Difference(
        "lease time after INFORM",
        lambda x, field, ours, theirs: field == "option 51" and
        ours is None and x.asked.type == "INFORM",
        "it is not sent, as RFC 2131 (4.3.5) says."),
    Difference(
        "iPXE beside services",
        lambda x, field, ours, theirs: is_loader(x) and has_services(x) and
        field in PXE_FIELDS and has_file_of_loader(x),
        "a loader gets the `dhcp-boot` line whose tags match, not the "
        "service by which it was loaded."),
    Difference(
        "INFORM to a proxy",
        lambda x, field, ours, theirs: is_proxy(x) and is_pxe(x) and
        silence(x, field)[1] and x.asked.type == "INFORM",
        "a PXE client that has an address already is answered."),
    Difference(
        "proxy without services",
        lambda x, field, ours, theirs: is_proxy(x) and is_pxe(x) and
        silence(x, field)[1] and not has_services(x) and file_of(x.ours),
        "a proxy range with `dhcp-boot` alone is answered."),
    Difference(
        "nothing to boot",
        lambda x, field, ours, theirs: is_proxy(x) and
        silence(x, field)[0] and not services(x) and not boots(x.theirs),
        "a proxy does not answer a client if there is neither a boot file "
        "nor a service for its architecture: another proxy may have one."),
    Difference(
        "port 4011 beside addresses",
        lambda x, field, ours, theirs: not is_proxy(x) and x.port == 4011 and
        silence(x, field)[1] and has_services(x) and is_pxe(x),
        "a server that assigns addresses also answers there.  A UEFI client "
        "with one `pxe-service` is told to ask there; dnsmasq tells it so, "
        "but does not answer."),
    Difference(
        "one service",
        lambda x, field, ours, theirs: is_proxy(x) and x.port == 4011 and
        len(services(x)) == 1 and not item(x) and arch(x) < 6 and
        field in PXE_FIELDS and has_file_of_service(x),
        "port 4011 tells a BIOS client the file at once, as it does UEFI; "
        "dnsmasq sends a menu of one entry."),
    Difference(
        "clients without option 93",
        lambda x, field, ours, theirs: is_pxe(x) and
        93 not in x.asked.options and (has_services(x) or is_proxy(x)) and
        (field in PXE_FIELDS or silence(x, field)[1]),
        "the architecture is that of the number in option 60, or else BIOS; "
        "dnsmasq sends such clients no menu, and as a proxy nothing."),
    Difference(
        "one service for UEFI",
        lambda x, field, ours, theirs: not is_proxy(x) and is_pxe(x) and
        len(services(x)) == 1 and arch(x) in (6, 7, 9) and x.port == 67 and
        "option 43" not in x.ours and x.ours["file"] == b"" and
        field in PXE_FIELDS,
        "with addresses, a reply has neither the file of `dhcp-boot` nor a "
        "prompt, so that the client asks port 4011 for the service."),
    Difference(
        "ARM, HTTP and U-Boot",
        lambda x, field, ours, theirs: is_pxe(x) and
        arch(x) in (10, 11, 15, 16, 19, 21, 22) and
        field in PXE_FIELDS and file_of(x.ours) and
        BYPASS in x.ours.get("option 43", ()),
        "the first reply has server and file of the service, and an option "
        "43 that says to use them; this firmware reads them there."),
    Difference(
        "prompt after the choice",
        lambda x, field, ours, theirs: field == "option 43" and item(x) and
        ours is not None and theirs is not None and
        not [part for part in set(parts(ours)) ^ set(parts(theirs))
             if part in parts(ours) or part[0] not in (6, 10, 71)],
        "the answer to a client that has chosen has no prompt and no "
        "discovery control of `vendor:` lines."),
    Difference(
        "discovery control",
        lambda x, field, ours, theirs: field == "option 43" and
        ours is not None and theirs is not None and
        not [part for part in set(parts(ours)) ^ set(parts(theirs))
             if part in parts(ours) or part[0] not in (6, 8, 9, 10)],
        "sub-options 6, 8, 9 and 10 of `vendor:` lines are left out of a "
        "menu, which has its own."),
    Difference(
        "option 43 once",
        lambda x, field, ours, theirs: field == "option 43" and
        "dhcp-option=43," in x.config and has_services(x) and
        ours is not None and theirs is not None and
        set(parts(ours)) < set(parts(theirs)),
        "beside a menu, the option 43 of a `dhcp-option` line is omitted; "
        "without a menu, only that is sent.  dnsmasq sends both."),
    Difference(
        "menu too large",
        lambda x, field, ours, theirs: field == "option 43" and
        len(services(x)) > 3 and bool(menu(ours)) and not menu(theirs),
        "the entries that fit are sent, and the log says so; dnsmasq sends "
        "none."),
    Difference(
        "subnet selection",
        lambda x, field, ours, theirs: 118 in x.asked.options and
        "dhcp-subnet-selection" not in x.config,
        "option 118 is ignored unless `dhcp-subnet-selection` is set; "
        "dnsmasq always obeys it."),
    Difference(
        "options 66 and 67 once",
        lambda x, field, ours, theirs: field in ("option 66", "option 67") and
        ours and theirs and theirs.startswith(ours) and
        re.search(r"^dhcp-option(-force)?=" + field[-2:], x.config, re.M),
        "a client that requests option 66 or 67 gets the name of "
        "`dhcp-boot`, without that of `dhcp-option` after it."),
    Difference(
        "long names",
        lambda x, field, ours, theirs: field in ("file", "option 67") and
        x.ours["file"] == b"" and has_long_file(x),
        "a boot file of more than 127 bytes does not fit into the header; it "
        "is sent as option 67 to every client but those of BOOTP, whose "
        "replies have no room for it.  dnsmasq cuts it."),
    Difference(
        "next server by option",
        lambda x, field, ours, theirs: field == "siaddr" and
        "option:server-ip-address," +
        ("0.0.0.0" if ours == SERVER else ours) + "\n" in x.config,
        "`option:server-ip-address` counts also beside a `dhcp-boot` line "
        "that names no server, where dnsmasq ignores it, and 0.0.0.0 stands "
        "for this host."),
    Difference(
        "proxy range among others",
        lambda x, field, ours, theirs: ",proxy" in x.config and
        "tag:!pi,192.168.1.50" in x.config and
        silence(x, field)[1] and not holds(x, "pi"),
        "ranges with addresses are used if a proxy range of the same "
        "network has tags that the client lacks; dnsmasq does not answer."),
    Difference(
        "server of a proxy",
        lambda x, field, ours, theirs: is_proxy(x) and field == "siaddr" and
        (ours, theirs) == (SERVER, "0.0.0.0"),
        "a reply of a proxy names this server if `dhcp-boot` names none."),
    Difference(
        "option 43 not asked for",
        lambda x, field, ours, theirs: field == "option 43" and
        not is_proxy(x) and is_pxe(x) and has_services(x) and
        theirs is None and ours is not None and x.port == 67 and
        43 not in x.asked.options.get(55, ()),
        "a PXE client gets its menu nevertheless: option 60 without option "
        "43 would tell it to ask port 4011.", matrix=False),
    Difference(
        "REQUEST without an address",
        lambda x, field, ours, theirs: silence(x, field)[0] and
        x.asked.type == "REQUEST" and 50 not in x.asked.options and
        x.asked.ciaddr == "0.0.0.0",
        "it is ignored, because there is no requested address to refuse.",
        matrix=False),
    Difference(
        "clients that do not answer ARP",
        lambda x, field, ours, theirs: silence(x, field)[1] and
        x.asked.type == "REQUEST" and 54 in x.asked.options and
        x.asked.ciaddr != "0.0.0.0",
        "a client that selects an address with `ciaddr` gets its ACK, because "
        "a neighbour entry is made first.", matrix=False),
    Difference(
        "INIT-REBOOT after RELEASE",
        lambda x, field, ours, theirs: silence(x, field)[1] and
        x.asked.type == "REQUEST" and 50 in x.asked.options and
        54 not in x.asked.options and "dhcp-authoritative" not in x.config,
        "the client gets its former address if it is free; dnsmasq does not "
        "answer without `dhcp-authoritative`.", matrix=False),
    Difference(
        "dhcp-lease-max",
        lambda x, field, ours, theirs: silence(x, field)[0] and
        "dhcp-lease-max" in x.config,
        "beyond it, only clients whose address is in a `dhcp-host` line get "
        "an offer; dnsmasq makes an OFFER to all, and then refuses the "
        "REQUEST.", matrix=False),
    Difference(
        "overload",
        lambda x, field, ours, theirs: field == "option 52",
        "options that do not fit into the message are put into the field of "
        "the file name first, and into that of the server name only if "
        "necessary.",
        matrix=False),
    Difference(
        "BOOTP without a cookie",
        lambda x, field, ours, theirs: not x.asked.cookie,
        "the reply has the cookie that options must follow (RFC 1497).",
        matrix=False),
    Difference(
        "names that are ignored",
        lambda x, field, ours, theirs: field in ("option 12", "option 81") and
        ours is None and "dhcp-ignore-names" in x.config and
        (81 in x.asked.options or x.asked.type == "INFORM"),
        "a name that `dhcp-ignore-names` ignores is not in an OFFER either, "
        "nor in the answer to an INFORM."),
    Difference(
        "names that are generated",
        lambda x, field, ours, theirs: field in ("option 12", "option 81") and
        "dhcp-generate-names" in x.config and
        (x.asked.hlen == 0 if ours is None else
         x.asked.type == "INFORM" and made_name(x) in ours),
        "the answer to an INFORM has a name that `dhcp-generate-names` "
        "makes; dnsmasq's has none, or one that `dhcp-ignore-names` "
        "ignores.  A client identifier does not become a name."),
    Difference(
        "link selection",
        lambda x, field, ours, theirs: ours is None and
        (field == "option 118" and 118 not in x.asked.options and
         x.asked.options.get(82, b"")[:1] in b"\1\5" or
         field == "option 3" and x.asked.mac.endswith(LINK_MACS)),
        "a relay agent that selects a link (RFC 3527) on which it has no "
        "address is not the router there; dnsmasq names it, or the relay of "
        "another client, and adds an option 118."),
    Difference(
        "options without room",
        lambda x, field, ours, theirs: field.startswith("option ") and
        has_long_options(x) and is_small(x),
        "if there is no room for all options, the first ones of the "
        "client's parameter list are sent; one of more than 255 bytes is "
        "sent as a whole or not at all.  dnsmasq sends others, or a part."),
    Difference(
        "parts of option 43",
        lambda x, field, ours, theirs: field == "option 43" and
        "dhcp-option=vendor:," in x.config and
        "dhcp-option-force=vendor:" in x.config and
        (60 not in x.asked.options or
         43 not in x.asked.options.get(55, b"\x2b")),
        "a `vendor:` line without a class is for clients without option 60, "
        "too, and only a part that is forced is sent without being asked for; "
        "dnsmasq then sends all parts."),
    Difference(
        "clients of a dhcp-host line with ignore",
        lambda x, field, ours, theirs: silence(x, field)[0] and
        x.port == 4011 and item(x) and
        re.search("^dhcp-host=.*,ignore", x.config, re.M),
        "they get no answer at port 4011 either."),
    Difference(
        "neighbour entries",
        lambda x, field, ours, theirs: field == "to" and
        ours[:2] == theirs[:2] and (ours[2], theirs[2]) == ("client", "other"),
        "a client that renews its lease gets the reply even if another "
        "machine had the address shortly before."),
    Difference(
        "options of the protocol",
        lambda x, field, ours, theirs:
        field in ("option 50", "option 51", "option 54", "option 61",
                  "T1", "T2") and
        re.search("^dhcp-option=(50|51|54|61),", x.config, re.M) and
        (field in ("T1", "T2") and ours[0] >= theirs[0] or
         ours is None or theirs.startswith(ours)),
        "options 50, 51, 54 and 61 are never those of a `dhcp-option` line; "
        "dnsmasq sends them in addition to its own."),
    Difference(
        "destination in shared networks",
        lambda x, field, ours, theirs: field == "to" and
        "shared-network=" in x.config and ours[0] == "255.255.255.255" and
        theirs[2] == "client",
        "a reply to a client that has no address yet is broadcast."),
    Difference(
        "several addresses of an interface",
        lambda x, field, ours, theirs: SECOND_RANGE in x.config and
        (field == "from" and ip_bytes(ours[0]) == x.ours["option 54"] or
         x.port == 4011 and field in ("option 54", "siaddr", "from")),
        "a reply is sent from the address that it names as the server; at "
        "port 4011 that is the address that was asked."),
    Difference(
        "reservations in ranges of other clients",
        lambda x, field, ours, theirs: silence(x, field)[1] and
        SECOND_RANGE in x.config and
        "dhcp-range=tag:pi,192.168.1.50" in x.config and
        f"dhcp-host={x.asked.mac},192.168.1." in x.config,
        "a client whose reserved address is in the network of ranges that "
        "its tags exclude gets an address of another range; dnsmasq does "
        "not answer."),
    Difference(
        "shared networks without a netmask",
        lambda x, field, ours, theirs: "shared-network=" in x.config and
        "dhcp-range=10.5.0.10,10.5.0.99,2h" in x.config,
        "a range without a netmask is not shared; dnsmasq uses that of the "
        "address class, contrary to its manual."),
    Difference(
        "a dot as host name",
        lambda x, field, ours, theirs: field == "option 12" and
        theirs is None and x.asked.options.get(12) == b".",
        "it is not a name, so the OFFER has that of the `dhcp-host` line.",
        matrix=False),
]


def judge(exchange):
    """{field: name of the difference that is wanted, or None}."""
    found = {}
    for field, (ours, theirs) in differences(exchange.ours,
                                             exchange.theirs).items():
        found[field] = next(
            (d.name for d in WANTED
             if d.applies(exchange, field, ours, theirs)), None)
    return found
