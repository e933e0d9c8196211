"""Where files come from: interfaces, roots, folders of single clients."""

import pytest

from lab.boot import CONFIG
from lab.clients import DhcpClient, mac_number
from lab.daemon import Daemon, default_command
from lab.namespaces import SERVER_ADDRESS
from lab.tftp_house import READER, ROOT, SERVER6, TFTP_CONFIG

OTHER_SERVER = "192.168.2.1"
LAN = "/srv/lan"
ENOTFOUND, EACCESS = 1, 2


def lay_two_nets(house):
    """A second link with a client, and a second root with other files."""
    house.other = house.other_net()
    house.namespace.shadow(LAN)
    for folder, text in ((house.root, b"main"),
                         (house.namespace.path(LAN), b"lan")):
        (folder / "file").write_bytes(text)
        (folder / text.decode()).write_bytes(b"only here")


def both(house, name="file"):
    """What the two clients get: bytes, an error's code, or None."""
    found = []
    for client, server in ((house.reader, SERVER_ADDRESS),
                           (house.other, OTHER_SERVER)):
        reply = house.fetch(name, None, server, client=client, timeout=0.3,
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
def test_tftp_is_served_where_it_is_enabled(start_house, config, served):
    house = start_house(config + f"tftp-root={ROOT}\n", lay=lay_two_nets)
    assert both(house) == served


# --- roots -----------------------------------------------------------------

@pytest.mark.parametrize("roots", [
    (f"{ROOT}", f"{LAN},lan1"), (f"{LAN},lan1", f"{ROOT}"),
    (f"{ROOT},br0", f"{LAN},lan1")], ids=str)
def test_an_interface_has_a_root_of_its_own(start_house, roots):
    config = "interface=br0,lan1\nenable-tftp=br0,lan1\n" + "".join(
        f"tftp-root={root}\n" for root in roots)
    house = start_house(config, lay=lay_two_nets)
    assert both(house) == [b"main", b"lan"]
    assert both(house, "/file") == [b"main", b"lan"]
    assert both(house, "main") == [b"only here", ENOTFOUND]
    assert both(house, "lan") == [ENOTFOUND, b"only here"]
    # An absolute name may begin with the root of its own interface.
    assert both(house, f"{ROOT}/file") == [b"main", ENOTFOUND]
    assert both(house, f"{LAN}/file") == [ENOTFOUND, b"lan"]
    assert both(house, "../lan/file") == [EACCESS, EACCESS]


def test_roots_do_not_lead_to_each_other(start_house):
    def lay(house):
        lay_two_nets(house)
        (house.root / "out").symlink_to(f"{LAN}/file")
        (house.root / "up").symlink_to("../lan/file")

    house = start_house(f"interface=br0,lan1\nenable-tftp\ntftp-root={ROOT}\n"
                        f"tftp-root={LAN},lan1\n", lay=lay)
    for name in ("out", "up"):
        assert both(house, name)[0] in (ENOTFOUND, EACCESS)


def test_a_root_below_a_root(start_house):
    def lay(house):
        lay_two_nets(house)
        (house.root / "inner").mkdir()
        (house.root / "inner/file").write_bytes(b"inner")

    house = start_house(f"interface=br0,lan1\nenable-tftp\ntftp-root={ROOT}\n"
                        f"tftp-root={ROOT}/inner,lan1\n", lay=lay)
    assert both(house) == [b"main", b"inner"]
    assert both(house, "inner/file") == [b"inner", ENOTFOUND]


def test_a_missing_root_stops_the_start(start_house):
    house = start_house(start=False)
    for config in ("tftp-root=/srv/no-such",
                   f"tftp-root={ROOT}\ntftp-root=/srv/no-such,br0"):
        with Daemon(house.network, "interface=br0\nenable-tftp\n"
                    f"{config}\n", wait=False) as server:
            assert server.process.wait_end(10) != 0
            assert "/srv/no-such" in server.log()


def test_no_fail_serves_what_there_is(start_house):
    house = start_house(
        f"interface=br0,lan1\nenable-tftp\ntftp-root={ROOT}\n"
        "tftp-root=/srv/no-such,lan1\ntftp-no-fail\n", lay=lay_two_nets)
    assert both(house)[0] == b"main"
    assert both(house)[1] in (ENOTFOUND, EACCESS, None)


@pytest.mark.parametrize("missing, there", [("", ",lan1"), (",lan1", "")])
def test_a_root_stays_that_of_its_interface_without_namespaces(
        start_house, missing, there):
    house = start_house(
        "interface=br0,lan1\nenable-tftp\ntftp-no-fail\n"
        f"tftp-root=/srv/no-such{missing}\ntftp-root={LAN}{there}\n",
        lay=lay_two_nets,
        command=default_command() + " --without-wall=namespaces")
    wanted = [b"lan", ENOTFOUND] if missing else [ENOTFOUND, b"lan"]
    assert both(house) == wanted


def test_no_fail_without_any_root(start_house):
    house = start_house("interface=br0\nenable-tftp\n"
                        "tftp-root=/srv/no-such\ntftp-no-fail\n")
    assert house.fetch("file", timeout=0.3, tries=2).data is None


# --- a folder for each client ----------------------------------------------

def test_unique_root_by_address(start_house):
    def lay(house):
        for folder, text in (("", b"all"), (READER, b"reader's")):
            (house.root / folder).mkdir(exist_ok=True)
            (house.root / folder / "file").write_bytes(text)
        (house.root / "common").write_bytes(b"common")

    house = start_house(TFTP_CONFIG + "tftp-unique-root\n", lay=lay)
    other = house.client("192.168.1.201")
    assert house.fetch("file").data == b"reader's"
    assert house.fetch("/file").data == b"reader's"
    assert house.fetch(f"{ROOT}/file").data in (b"reader's", None)
    # A folder that exists takes the place of the root.
    assert house.fetch("common").error[0] == ENOTFOUND
    assert house.fetch("../common").error[0] == EACCESS
    assert house.fetch("file", client=other).data == b"all"
    assert house.fetch("common", client=other).data == b"common"


def test_unique_root_by_address_of_ipv6(start_house):
    def lay(house):
        house.ipv6(reader=("fd00:1::5", "fd00:1::6"))
        (house.root / "fd00:1::5").mkdir()
        (house.root / "fd00:1::5/file").write_bytes(b"mine")
        (house.root / "file").write_bytes(b"all")

    house = start_house(TFTP_CONFIG + "tftp-unique-root=ip\n", lay=lay)
    for address, data in (("fd00:1::5", b"mine"), ("fd00:1::6", b"all")):
        assert house.fetch("file", None, SERVER6,
                           address=address).data == data


MAC = mac_number(77)
FOLDER = MAC.replace(":", "-")


def lay_for_mac(house):
    (house.root / "file").write_bytes(b"all")
    (house.root / FOLDER).mkdir()
    (house.root / FOLDER / "file").write_bytes(b"mine")
    house.owner = house.network.client(MAC)


def test_unique_root_by_mac_of_a_lease(start_house):
    house = start_house(CONFIG + "tftp-unique-root=mac\n", lay=lay_for_mac)
    with DhcpClient(house.owner) as machine:
        ack = machine.lease(MAC)
        assert ack.type == "ACK"
        house.owner.address(f"{ack.yiaddr}/24")
        assert house.fetch("file", client=house.owner).data == b"mine"
        assert house.fetch("file").data == b"all"
        # Whoever has the address afterwards is somebody else.
        machine.release(MAC, ack.yiaddr)
        house.owner.flush()
    house.reader.flush()
    house.reader.address(f"{ack.yiaddr}/24")
    assert house.fetch("file").data == b"all"


def test_leases_are_known_after_restarts(start_house):
    """Of each role alone: who has which address is told anew."""
    house = start_house(CONFIG + "tftp-unique-root=mac\n", lay=lay_for_mac)
    with DhcpClient(house.owner) as machine:
        ack = machine.lease(MAC)
    house.owner.address(f"{ack.yiaddr}/24")
    for role in ("tftpd", "dhcpd", "imaged"):
        old = house.server.kill_role(role)
        house.server.wait_role(role, old)
        for _ in range(10):
            reply = house.fetch("file", client=house.owner, timeout=0.3,
                                tries=10)
            if reply.data == b"mine":
                break
        assert reply.data == b"mine", role


def test_unique_root_needs_a_known_client(start_house):
    """Nobody's folder is given for an address that dhcpd did not lease."""
    house = start_house(CONFIG + "tftp-unique-root=mac\n", lay=lay_for_mac)
    assert house.fetch("file").data == b"all"


# --- the second file, beside the first -------------------------------------

SIBLINGS = ("grubx64.efi", "mmx64.efi", "revocations.efi")


@pytest.fixture
def siblings(start_house):
    def lay(house):
        for folder in ("debian", "other"):
            (house.root / folder).mkdir()
            for name in ("shimx64.efi", *SIBLINGS):
                (house.root / folder / name).write_text(f"{folder}/{name}")

    return start_house(lay=lay)


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


def test_a_size_probe_finds_a_sibling_too(siblings):
    """UEFI asks for the size of what it then loads."""
    siblings.fetch("debian/shimx64.efi")
    with siblings.read("mmx64.efi", {"tsize": 0}) as read:
        assert read.options() == {"tsize": str(len("debian/mmx64.efi"))}
        read.abort(8)
    assert siblings.fetch("mmx64.efi").data == b"debian/mmx64.efi"
