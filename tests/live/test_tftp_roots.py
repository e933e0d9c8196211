"""Where files come from: interfaces, roots, folders of single clients."""

import os

import pytest

from lab.boot import CONFIG
from lab.clients import DhcpClient, mac_number
from lab.daemon import Daemon, default_command
from lab.namespaces import SERVER_ADDRESS
from lab.tftp_site import READER, ROOT, SERVER6, TFTP_CONFIG

OTHER_SERVER = "192.168.2.1"
LAN = "/srv/lan"
ENOTFOUND, EACCESS = 1, 2


def lay_two_nets(site):
    """A second link with a client, and a second root with other files."""
    site.other = site.other_net()
    site.namespace.shadow(LAN)
    for folder, text in ((site.root, b"main"),
                         (site.namespace.path(LAN), b"lan")):
        (folder / "file").write_bytes(text)
        (folder / text.decode()).write_bytes(b"only here")


def both(site, name="file"):
    """What the two clients get: bytes, an error's code, or None."""
    found = []
    for client, server in ((site.reader, SERVER_ADDRESS),
                           (site.other, OTHER_SERVER)):
        reply = site.fetch(name, None, server, client=client, timeout=0.3,
                           tries=2)
        found.append(reply.error[0] if reply.error else reply.data)
    return found


# --- interfaces ------------------------------------------------------------

@pytest.mark.parametrize("config, served", [
    ("interface=br0\nenable-tftp\n", [b"main", None]),
    ("interface=br0,lan1\nenable-tftp\n", [b"main", b"main"]),
    ("interface=br0,lan1\nenable-tftp=lan1\n", [None, b"main"]),
    ("interface=br0,lan1\nenable-tftp=lan1\nno-dhcp-interface=lan1\n",
     [None, b"main"]),
    ("interface=br0,lan1\nenable-tftp\nno-dhcp-interface=lan1\n",
     [b"main", None]),
    ("interface=br0\nenable-tftp=lan1,lo\n", [None, b"main"]),
    ("interface=br0\nenable-tftp=br0,lan1\n", [b"main", b"main"]),
    ("interface=br0\nenable-tftp=lan*\n", [None, b"main"]),
    ("interface=lan1\ninterface=br0\nexcept-interface=br0\nenable-tftp\n",
     [None, b"main"])], ids=repr)
def test_tftp_is_served_where_it_is_enabled(start_site, config, served):
    site = start_site(config + f"tftp-root={ROOT}\n", lay=lay_two_nets)
    assert both(site) == served


# --- roots -----------------------------------------------------------------

def exchange_by_link(root, number):
    """The usual way to release boot images: a symbolic link is switched."""
    (root / "new").symlink_to(f"tree{number}")
    os.rename(root / "new", root / "current")


def exchange_by_move(root, number):
    if (root / "current").exists():
        os.rename(root / "current", root / f"old{number}")
    os.rename(root / f"tree{number}", root / "current")


@pytest.mark.parametrize("exchange", [exchange_by_link, exchange_by_move],
                         ids=lambda way: way.__name__)
def test_tree_is_exchanged(start_site, exchange):
    """A reload serves from the folder that is at the path by then."""
    def lay(site):
        for number in (1, 2):
            (site.root / f"tree{number}").mkdir()
            (site.root / f"tree{number}" / "file").write_bytes(
                str(number).encode() * 1000)
        exchange(site.root, 1)

    config = TFTP_CONFIG.replace(ROOT, f"{ROOT}/current")
    site = start_site(config, lay=lay)
    assert site.fetch("file").data == b"1" * 1000
    exchange(site.root, 2)
    mark = site.server.reload()
    site.said(f"tftp-root {ROOT}/current is another folder now", since=mark)
    site.said("ready, configuration 2", since=mark)
    assert site.fetch("file").data == b"2" * 1000
    # A reload without such a change keeps the process.
    imaged = site.server.wait_role("imaged")
    mark = site.server.reload()
    site.said("ready, configuration 3", since=mark)
    assert site.server.wait_role("imaged") == imaged


@pytest.mark.parametrize("roots", [
    (f"{ROOT}", f"{LAN},lan1"), (f"{LAN},lan1", f"{ROOT}"),
    (f"{ROOT},br0", f"{LAN},lan1")], ids=str)
def test_an_interface_has_a_root_of_its_own(start_site, roots):
    config = "interface=br0,lan1\nenable-tftp=br0,lan1\n" + "".join(
        f"tftp-root={root}\n" for root in roots)
    site = start_site(config, lay=lay_two_nets)
    assert both(site) == [b"main", b"lan"]
    assert both(site, "/file") == [b"main", b"lan"]
    assert both(site, "main") == [b"only here", ENOTFOUND]
    assert both(site, "lan") == [ENOTFOUND, b"only here"]
    # An absolute name may begin with the root of its own interface.
    assert both(site, f"{ROOT}/file") == [b"main", ENOTFOUND]
    assert both(site, f"{LAN}/file") == [ENOTFOUND, b"lan"]
    assert both(site, "../lan/file") == [EACCESS, EACCESS]


def test_roots_do_not_lead_to_each_other(start_site):
    def lay(site):
        lay_two_nets(site)
        (site.root / "out").symlink_to(f"{LAN}/file")
        (site.root / "up").symlink_to("../lan/file")

    site = start_site(f"interface=br0,lan1\nenable-tftp\ntftp-root={ROOT}\n"
                      f"tftp-root={LAN},lan1\n", lay=lay)
    for name in ("out", "up"):
        assert both(site, name)[0] in (ENOTFOUND, EACCESS)


def test_a_root_below_a_root(start_site):
    def lay(site):
        lay_two_nets(site)
        (site.root / "inner").mkdir()
        (site.root / "inner/file").write_bytes(b"inner")

    site = start_site(f"interface=br0,lan1\nenable-tftp\ntftp-root={ROOT}\n"
                      f"tftp-root={ROOT}/inner,lan1\n", lay=lay)
    assert both(site) == [b"main", b"inner"]
    assert both(site, "inner/file") == [b"inner", ENOTFOUND]


def test_a_missing_root_stops_the_start(start_site):
    site = start_site(start=False)
    for config in ("tftp-root=/srv/no-such",
                   f"tftp-root={ROOT}\ntftp-root=/srv/no-such,br0"):
        with Daemon(site.network, "interface=br0\nenable-tftp\n"
                    f"{config}\n", wait=False) as server:
            assert server.process.wait_end(10) != 0
            assert "/srv/no-such" in server.log()


def test_no_fail_serves_what_there_is(start_site):
    site = start_site(
        f"interface=br0,lan1\nenable-tftp\ntftp-root={ROOT}\n"
        "tftp-root=/srv/no-such,lan1\ntftp-no-fail\n", lay=lay_two_nets)
    assert both(site)[0] == b"main"
    assert both(site)[1] in (ENOTFOUND, EACCESS, None)


@pytest.mark.parametrize("missing, there", [("", ",lan1"), (",lan1", "")])
def test_a_root_stays_that_of_its_interface_without_namespaces(
        start_site, missing, there):
    site = start_site(
        "interface=br0,lan1\nenable-tftp\ntftp-no-fail\n"
        f"tftp-root=/srv/no-such{missing}\ntftp-root={LAN}{there}\n",
        lay=lay_two_nets,
        command=default_command() + " --sandbox-disable=namespaces")
    wanted = [b"lan", ENOTFOUND] if missing else [ENOTFOUND, b"lan"]
    assert both(site) == wanted


def test_the_path_of_an_absent_root_changes(start_site):
    """With tftp-no-fail; what is served stays served by the same process."""
    config = f"interface=br0,lan1\nenable-tftp\ntftp-root={ROOT}\n" \
        "tftp-no-fail\ntftp-root=/srv/no-such,lan1\n"
    site = start_site(config, lay=lay_two_nets)
    imaged = site.server.role_pids()["imaged"]
    mark = site.server.reload(config.replace("no-such", "not-this"))
    site.server.wait_line("ready, configuration 2", since=mark)
    assert "cannot change" not in site.server.log()
    assert site.server.role_pids()["imaged"] == imaged
    assert both(site)[0] == b"main"
    # Once it is there, it is served.
    mark = site.server.reload(config.replace("/srv/no-such", LAN))
    site.server.wait_line("ready, configuration 3", since=mark)
    assert both(site) == [b"main", b"lan"]


def test_no_fail_without_any_root(start_site):
    site = start_site("interface=br0\nenable-tftp\n"
                      "tftp-root=/srv/no-such\ntftp-no-fail\n")
    assert site.fetch("file", timeout=0.3, tries=2).data is None


# --- a folder for each client ----------------------------------------------

def test_unique_root_by_address(start_site):
    def lay(site):
        for folder, text in (("", b"all"), (READER, b"reader's")):
            (site.root / folder).mkdir(exist_ok=True)
            (site.root / folder / "file").write_bytes(text)
        (site.root / "common").write_bytes(b"common")

    site = start_site(TFTP_CONFIG + "tftp-unique-root\n", lay=lay)
    other = site.client("192.168.1.201")
    assert site.fetch("file").data == b"reader's"
    assert site.fetch("/file").data == b"reader's"
    assert site.fetch(f"{ROOT}/file").data in (b"reader's", None)
    # A folder that exists takes the place of the root.
    assert site.fetch("common").error[0] == ENOTFOUND
    assert site.fetch("../common").error[0] == EACCESS
    assert site.fetch("file", client=other).data == b"all"
    assert site.fetch("common", client=other).data == b"common"


def test_unique_root_by_address_of_ipv6(start_site):
    def lay(site):
        site.ipv6(reader=("fd00:1::5", "fd00:1::6"))
        (site.root / "fd00:1::5").mkdir()
        (site.root / "fd00:1::5/file").write_bytes(b"mine")
        (site.root / "file").write_bytes(b"all")

    site = start_site(TFTP_CONFIG + "tftp-unique-root=ip\n", lay=lay)
    for address, data in (("fd00:1::5", b"mine"), ("fd00:1::6", b"all")):
        assert site.fetch("file", None, SERVER6,
                          address=address).data == data


MAC = mac_number(77)
FOLDER = MAC.replace(":", "-")


def lay_for_mac(site):
    (site.root / "file").write_bytes(b"all")
    (site.root / FOLDER).mkdir()
    (site.root / FOLDER / "file").write_bytes(b"mine")
    site.owner = site.network.client(MAC)


def test_unique_root_by_mac_of_a_lease(start_site):
    site = start_site(CONFIG + "tftp-unique-root=mac\n", lay=lay_for_mac)
    with DhcpClient(site.owner) as machine:
        ack = machine.lease(MAC)
        assert ack.type == "ACK"
        site.owner.address(f"{ack.yiaddr}/24")
        assert site.fetch("file", client=site.owner).data == b"mine"
        assert site.fetch("file").data == b"all"
        # Whoever has the address afterwards is somebody else.
        machine.release(MAC, ack.yiaddr)
        site.owner.flush()
    site.reader.flush()
    site.reader.address(f"{ack.yiaddr}/24")
    assert site.fetch("file").data == b"all"


def test_leases_are_known_after_restarts(start_site):
    """Of each role alone: who has which address is told anew."""
    site = start_site(CONFIG + "tftp-unique-root=mac\n", lay=lay_for_mac)
    with DhcpClient(site.owner) as machine:
        ack = machine.lease(MAC)
    site.owner.address(f"{ack.yiaddr}/24")
    for role in ("tftpd", "dhcpd", "imaged"):
        old = site.server.kill_role(role)
        site.server.wait_role(role, old)
        for _ in range(10):
            reply = site.fetch("file", client=site.owner, timeout=0.3,
                               tries=10)
            if reply.data == b"mine":
                break
        assert reply.data == b"mine", role


def test_unique_root_needs_a_known_client(start_site):
    """Nobody's folder is given for an address that dhcpd did not lease."""
    site = start_site(CONFIG + "tftp-unique-root=mac\n", lay=lay_for_mac)
    assert site.fetch("file").data == b"all"


# --- the second file, beside the first -------------------------------------

SIBLINGS = ("grubx64.efi", "mmx64.efi", "revocations.efi", "autoexec.ipxe")


@pytest.fixture
def siblings(start_site):
    def lay(site):
        for folder in ("debian", "other"):
            (site.root / folder).mkdir()
            for name in ("shimx64.efi", *SIBLINGS):
                (site.root / folder / name).write_text(f"{folder}/{name}")

    return start_site(lay=lay)


@pytest.mark.parametrize("first", ["debian/shimx64.efi",
                                   "/debian/shimx64.efi",
                                   "debian\\shimx64.efi",
                                   "/srv/tftpboot/debian/shimx64.efi"])
def test_a_bare_name_is_found_beside_the_file_before(siblings, first):
    assert siblings.fetch(first).data == b"debian/shimx64.efi"
    for name in SIBLINGS:
        assert siblings.fetch(name).data == f"debian/{name}".encode()
        # shim asks for some with a separator before.
        assert siblings.fetch(f"/{name}").data == f"debian/{name}".encode()


@pytest.mark.parametrize("folder", [
    "EFI/BOOT", "/EFI/BOOT", "\\EFI\\BOOT\\", "/efi/boot", "EFI", "/httpboot",
    "/srv/tftpboot/EFI/BOOT"])
def test_a_folder_of_a_disk_may_be_left_out(siblings, folder):
    name = f"{folder}/debian/grubx64.efi"
    assert siblings.fetch(name).data == b"debian/grubx64.efi"
    siblings.said('sent "debian/grubx64.efi"')
    assert siblings.fetch(f"{folder}/missing").error[0] == ENOTFOUND


def test_a_folder_of_that_name_goes_before(siblings):
    (siblings.root / "EFI/BOOT").mkdir(parents=True)
    (siblings.root / "EFI/BOOT/a.efi").write_text("in EFI/BOOT")
    (siblings.root / "a.efi").write_text("at the root")
    assert siblings.fetch("/EFI/BOOT/a.efi").data == b"in EFI/BOOT"
    assert siblings.fetch("/EFI/a.efi").data == b"at the root"


def test_the_last_folder_counts(siblings):
    siblings.fetch("debian/shimx64.efi")
    siblings.fetch("other/shimx64.efi")
    assert siblings.fetch("grubx64.efi").data == b"other/grubx64.efi"


def test_a_bare_name_is_not_found_for_another_client(siblings):
    stranger = siblings.client("192.168.1.201")
    assert siblings.fetch("grubx64.efi").error[0] == ENOTFOUND
    siblings.fetch("debian/shimx64.efi")
    assert siblings.fetch("grubx64.efi", client=stranger).error[0] == \
        ENOTFOUND
    assert siblings.fetch("grubx64.efi").data == b"debian/grubx64.efi"


def test_the_root_goes_before_the_folder(siblings):
    (siblings.root / "grubx64.efi").write_bytes(b"in the root")
    siblings.fetch("debian/shimx64.efi")
    assert siblings.fetch("grubx64.efi").data == b"in the root"


def test_a_name_with_a_folder_has_no_sibling(siblings):
    siblings.fetch("debian/shimx64.efi")
    assert siblings.fetch("boot/grubx64.efi").error[0] == ENOTFOUND


def test_a_file_that_is_not_there_names_no_folder(siblings):
    siblings.fetch("debian/no-such-file")
    assert siblings.fetch("grubx64.efi").error[0] == ENOTFOUND


@pytest.mark.parametrize("name", ["../secret", "..", ".", ""])
def test_siblings_lead_nowhere_else(siblings, name):
    siblings.fetch("debian/shimx64.efi")
    assert siblings.fetch(name).data is None


def test_a_size_query_finds_a_sibling_too(siblings):
    """UEFI asks for the size of what it then loads."""
    siblings.fetch("debian/shimx64.efi")
    with siblings.read("mmx64.efi", {"tsize": 0}) as read:
        assert read.options() == {"tsize": str(len("debian/mmx64.efi"))}
        read.abort(8)
    assert siblings.fetch("mmx64.efi").data == b"debian/mmx64.efi"
