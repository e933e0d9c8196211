"""The same TFTP configurations and requests, with dnsmasq and this server.

What comes is compared: the bytes, the kind of error, the options granted.  A
difference is a defect, unless it stands below with its reason.
"""

import shutil

import pytest

from lab.compare import dnsmasq_command
from lab.namespaces import SERVER_ADDRESS
from lab.tftp_site import READER, ROOT, TFTP_CONFIG, TftpSite

pytestmark = [pytest.mark.xdist_group("tftp_like_dnsmasq"),
              pytest.mark.skipif(shutil.which("dnsmasq") is None,
                                 reason="dnsmasq is not installed")]
LAN = "/srv/lan"
CONFIGS = {
    "plain": "",
    "lowercase": "tftp-lowercase\n",
    "no-blocksize": "tftp-no-blocksize\n",
    "mtu": "tftp-mtu=1000\n",
    "single-port": "tftp-single-port\n",
    "port-range": "tftp-port-range=45000,45010\n",
    "unique-root": "tftp-unique-root\n",
    "unique-root-ip": "tftp-unique-root=ip\n",
    "unique-root-mac": "tftp-unique-root=mac\n",
    "root-of-interface": f"tftp-root={LAN},br0\n",
    "root-of-other-interface": f"tftp-root={LAN},lan1\n",
    "max": "tftp-max=1\n",
    "quiet": "quiet-tftp\n",
}
NAMES = [
    "file", "/file", "//file", "sub/file", "/sub/file", "sub//file",
    "sub\\file", "\\sub\\file", "sub\\\\file", f"{ROOT}/file",
    f"{ROOT}/sub/file", f"{ROOT}//sub/file", "./file", "sub/./file", "FILE",
    "Sub/File", "missing", "sub/missing", "sub", "secret", "link", "empty",
    f"{ROOT}", "/srv/tftpboot-other/file", f"{LAN}/file", "/etc/hostname",
    "../tftpboot/file", "sub/../file", "/../file", "file/", "",
    f"{READER}/file", f"{ROOT}/{READER}/file", "only-mine",
    f"{ROOT}/file".upper(), f"{ROOT}/Sub/File", "SUB\\FILE",
]
OPTIONS = [
    {"tsize": 0}, {"blksize": 1024}, {"blksize": 1468}, {"blksize": 1469},
    {"blksize": 65464}, {"blksize": 512, "tsize": 0},
    {"TSIZE": 0, "BlkSize": 1000}, {"timeout": 3}, {"timeout": 255},
    {"colour": "red"}, {"colour": "red", "tsize": 0}, {"multicast": ""},
    {"blksize": 8}, {"blksize": 7}, {"blksize": 0}, {"timeout": 0},
    {"timeout": 256}, {"tsize": 99}, {"tsize": 0, "timeout": 2,
                                      "blksize": 700},
]
# (configuration or "", what is asked): why it differs on purpose.
# The client's own folder, named from the plain root.
OWN = "192.168.1.200/file"
ON_PURPOSE = {
    ("", "{'blksize': 7}"): "RFC 2348: a block has 8 bytes at least",
    ("", "{'blksize': 0}"): "RFC 2348: a block has 8 bytes at least",
    ("", "{'timeout': 3}"): "RFC 2349: a server that can, grants it",
    ("", "{'timeout': 255}"): "RFC 2349: a server that can, grants it",
    ("", "{'tsize': 0, 'timeout': 2, 'blksize': 700}"):
        "RFC 2349: a server that can, grants it",
    ("", ROOT): "a folder that is there is not missing",
    ("", ""): "no file has that name",
    ("unique-root", f"{ROOT}/file"): "the root is the same for all",
    ("unique-root-ip", f"{ROOT}/file"): "the root is the same for all",
    ("unique-root", OWN): "where the root has it, it is",
    ("unique-root-ip", OWN): "where the root has it, it is",
}


def lay(site):
    """The same tree for both."""
    site.other = site.other_net()
    site.namespace.shadow(LAN)
    for folder in (site.root, site.namespace.path(LAN)):
        (folder / "sub").mkdir()
        for name in ("file", "sub/file", "secret"):
            (folder / name).write_text(f"{folder.name}: {name}" * 60)
        (folder / "empty").touch()
        (folder / "secret").chmod(0o600)
        (folder / "link").symlink_to("sub/file")
        (folder / READER).mkdir()
        (folder / READER / "file").write_text("mine")
        (folder / READER / "only-mine").write_text("also mine")


def told(reply):
    """All that a client can tell of a reply."""
    if reply.error:
        return "missing" if reply.error[0] == 1 else "refused"
    return {"bytes": (len(reply.data), reply.data[:20]),
            "options": reply.options,
            "port 69": reply.ports == {69}}


@pytest.fixture(scope="module", params=CONFIGS)
def sites(request):
    """The configuration's name, and the site of each server."""
    config = TFTP_CONFIG + CONFIGS[request.param]
    command = request.config.getoption("--server")
    with TftpSite(config, lay=lay, command=command) as ours, \
            TftpSite(config, lay=lay, command=dnsmasq_command()) as theirs:
        yield request.param, ours, theirs


def compare(sites, asked):
    """Ask both for each (name, options); fail where they differ."""
    config, ours, theirs = sites
    wrong = []
    for what, name, options in asked:
        mine, other = (told(site.fetch(name, options, SERVER_ADDRESS))
                       for site in (ours, theirs))
        if mine != other and ("", str(what)) not in ON_PURPOSE and \
                (config, str(what)) not in ON_PURPOSE:
            wrong.append(f"{what!r}: {mine}, dnsmasq: {other}")
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def test_names_mean_what_they_mean_to_dnsmasq(sites):
    compare(sites, [(name, name, None) for name in NAMES])


def test_options_are_granted_as_dnsmasq_does(sites):
    compare(sites, [(options, "file", options) for options in OPTIONS])
