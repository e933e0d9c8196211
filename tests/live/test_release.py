"""make dist and make sbom: the same each time, and complete."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile

import pytest

from lab.daemon import PXEGUARD, REPOSITORY
from lab.patience import LONG_S
from lab.signing import Signer

pytestmark = pytest.mark.xdist_group("release")
VERSION = re.search(r"^VERSION = (.*)$",
                    (REPOSITORY / "Makefile").read_text(), re.MULTILINE)[1]
FILE = f"pxeguard-{VERSION}.tar.gz"
SOME_TIME = 1700000000      # of a commit


def call(words, folder, umask="022", **env):
    return subprocess.run(
        ["sh", "-c", f'umask {umask}; exec "$@"', "sh", *map(str, words)],
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=LONG_S, check=False, env={**os.environ, **env})


def make_dist(folder, *words, status=0, **env):
    done = call(["make", "-s", *words, "dist"], folder, **env)
    assert done.returncode == status, done.stderr + done.stdout
    return done


def digest(folder):
    data = (folder / "build/dist" / FILE).read_bytes()
    name = (folder / "build/dist" / f"{FILE}.sha256").read_text()
    assert name == f"{hashlib.sha256(data).hexdigest()}  {FILE}\n"
    return name


@pytest.fixture
def source(tmp_path):
    """A small source in git: the Makefile, the scripts and some files."""
    folder = tmp_path / "source"
    for name in ("Makefile", "CHANGELOG.md", "release/dist", "release/sbom",
                 "docs/pxeguard.8", "priv/main.c", "tests/run"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, folder / name)
    (folder / ".gitignore").write_text("/build/\n")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    time = f"{SOME_TIME} +0000"
    for words in (["init", "-q"], ["add", "-A"],
                  ["commit", "-q", "-m", "x"]):
        done = call([*git, *words], folder, GIT_AUTHOR_DATE=time,
                    GIT_COMMITTER_DATE=time)
        assert done.returncode == 0, done.stderr
    return folder


def test_dist_is_the_same_each_time(source, tmp_path):
    make_dist(source)
    first = digest(source)
    # In another folder, by another user's settings, at another time.
    other = tmp_path / "another place"
    shutil.copytree(source, other, ignore=shutil.ignore_patterns("build"))
    for path in other.rglob("*"):
        if ".git" not in path.parts:
            os.utime(path, (1, 1))
    (other / "CHANGELOG.md").chmod(0o666)
    (other / "untracked").write_text("x")
    make_dist(other, umask="077", TZ="Asia/Tokyo", LC_ALL="de_DE.UTF-8",
              TAR_OPTIONS="", GZIP="")
    assert digest(other) == first
    # From what is in the file.
    with tarfile.open(source / "build/dist" / FILE) as tar:
        members = tar.getmembers()
        tar.extractall(tmp_path, filter="tar") \
            if hasattr(tarfile, "data_filter") else tar.extractall(tmp_path)
    names = [member.name for member in members]
    assert names == sorted(names)
    assert f"pxeguard-{VERSION}/.gitignore" in names
    assert {(m.uid, m.gid, m.uname, m.gname, m.mtime) for m in members} == \
        {(0, 0, "root", "root", SOME_TIME)}
    assert {m.mode for m in members} == {0o644, 0o755}
    again = tmp_path / f"pxeguard-{VERSION}"
    make_dist(again)
    assert digest(again) == first


def test_dist_of_uncommitted_changes(source):
    with open(source / "priv/main.c", "a", encoding="ascii") as file:
        file.write("/* */\n")
    done = make_dist(source, status=2)
    assert "changes that are not committed" in done.stderr
    assert "priv/main.c" in done.stderr
    assert not (source / "build/dist" / FILE).exists()


def test_dist_is_signed(source, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    signer = Signer(home)
    signer.keygen()
    secret, = home.rglob("sign.key")
    # The program is built already.
    done = call(["env", f"VERSION={VERSION}", f"BUILD={PXEGUARD.parent}",
                 f"SIGN_KEY={secret}", "release/dist", "build/dist"], source)
    assert done.returncode == 0, done.stderr
    path = source / "build/dist" / FILE
    signer.good("verify", path)
    with open(path, "ab") as file:
        file.write(b"x")
    signer.bad("verify", path, status=1)


def make_sbom():
    return subprocess.run(
        [REPOSITORY / "release/sbom"], cwd=REPOSITORY, check=True,
        capture_output=True, text=True, timeout=LONG_S,
        env={**os.environ, "BUILD": str(PXEGUARD.parent),
             "VERSION": VERSION, "SOURCE_DATE_EPOCH": str(SOME_TIME)}).stdout


@pytest.fixture(scope="module")
def sbom():
    return json.loads(make_sbom())


@pytest.mark.long
def test_sbom_is_the_same_each_time():
    assert make_sbom() == make_sbom()


def test_sbom_has_what_spdx_requires(sbom):
    """SPDX 2.3, sections 6 to 8 and 11."""
    assert sbom["spdxVersion"] == "SPDX-2.3"
    assert sbom["dataLicense"] == "CC0-1.0"
    assert sbom["SPDXID"] == "SPDXRef-DOCUMENT"
    assert re.fullmatch(r"https://[^#\s]+", sbom["documentNamespace"])
    assert sbom["creationInfo"]["created"] == "2023-11-14T22:13:20Z"
    assert sbom["creationInfo"]["creators"]
    elements = sbom["packages"] + sbom["files"]
    ids = [element["SPDXID"] for element in elements]
    assert len(ids) == len(set(ids))
    for name in ids:
        assert re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", name)
    for package in sbom["packages"]:
        assert {"name", "downloadLocation", "filesAnalyzed", "versionInfo",
                "licenseDeclared", "licenseConcluded"} <= set(package)
        assert re.fullmatch(r"[A-Za-z0-9.() -]+", package["licenseDeclared"])
    for file in sbom["files"]:
        sums = {x["algorithm"]: x["checksumValue"] for x in file["checksums"]}
        data = (PXEGUARD.parent / file["fileName"]).read_bytes()
        assert sums == {"SHA1": hashlib.sha1(data).hexdigest(),
                        "SHA256": hashlib.sha256(data).hexdigest()}
    for relation in sbom["relationships"]:
        for end in ("spdxElementId", "relatedSpdxElement"):
            assert relation[end] in [*ids, "SPDXRef-DOCUMENT"]
    assert {"spdxElementId": "SPDXRef-DOCUMENT",
            "relationshipType": "DESCRIBES",
            "relatedSpdxElement": "SPDXRef-Package-pxeguard"} \
        in sbom["relationships"]


def output(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True,
                          timeout=LONG_S).stdout


def test_sbom_has_every_library(sbom):
    """Compared with what objdump says, and dpkg."""
    names = {x["SPDXID"]: x for x in sbom["packages"] + sbom["files"]}
    linked = {}
    for relation in sbom["relationships"]:
        if relation["relationshipType"] == "DYNAMIC_LINK":
            linked.setdefault(
                names[relation["spdxElementId"]]["fileName"], set()).add(
                names[relation["relatedSpdxElement"]]["name"])
    programs = [PXEGUARD, PXEGUARD.parent / "pxeguard-sign",
                *(PXEGUARD.parent / "libexec").iterdir()]
    assert len(sbom["files"]) == len(programs)
    needed = {program: re.findall(r"NEEDED +(\S+)", output(
        "objdump", "-p", program)) for program in programs}
    owners = output("dpkg-query", "-S", *sorted(
        {f"*/{name}" for names in needed.values() for name in names}))
    for program in programs:
        have = linked["./" + str(program.relative_to(PXEGUARD.parent))]
        assert "libc6" in have
        assert len(have) == len(needed[program])
        for name in needed[program]:
            assert set(re.findall(rf"^([^:]+):.*/{re.escape(name)}$", owners,
                                  re.MULTILINE)) & have, (program, name)
    own, *others = sbom["packages"]
    assert own["versionInfo"] == VERSION
    assert output("dpkg-query", "-W", "-f", "${Version}\n", *[
        package["name"] for package in others]).split() == [
            package["versionInfo"] for package in others]
    for package in others:
        assert package["externalRefs"][0]["referenceLocator"].startswith(
            f"pkg:deb/debian/{package['name']}@")
