"""Which lines are accepted and which are errors, beside dnsmasq.

tests/like/lines.txt has lines of every directive.  Each is a configuration for
`dnsmasq --test` and for the parser of pxeguard.  Where they disagree, the line
must be in tests/like/lines_that_differ.txt, under the reason, which
docs/migration.md gives as well.
"""

import concurrent.futures
import pathlib
import re
import subprocess

from lab.programs import BUILD

LIKE = pathlib.Path(__file__).parent.parent / "like"
MIGRATION = LIKE.parent.parent / "docs" / "migration.md"
TABLE = LIKE.parent.parent / "confd" / "directive.c"
BETWEEN = " // "
LINES_MIN = 1000
# dnsmasq's status is 1 for a wrong line, and 5 or more for its own trouble.
ACCEPTED, FAILURES = 0, {1, 3, 5}


def lines():
    """The configurations, each as the text of one line."""
    text = (LIKE / "lines.txt").read_text(encoding="utf-8")
    found = [line for line in text.splitlines()
             if line and not re.match(r"# |#$", line)]
    assert len(found) == len(set(found)) >= LINES_MIN
    return found


def differences():
    """line -> (whether pxeguard accepts it, the reason)."""
    text = (LIKE / "lines_that_differ.txt").read_text(encoding="utf-8")
    wanted, reason, accepted = {}, None, None
    for line in text.splitlines():
        if match := re.match(r"## (accepted|rejected): (.*)", line):
            accepted, reason = match[1] == "accepted", match[2]
        elif line and not re.match(r"# |#$", line):
            assert line not in wanted, f"twice: {line}"
            wanted[line] = accepted, reason
    return wanted


def write(folder):
    """Each configuration in a file of its own; {line: path}."""
    paths = {}
    for number, line in enumerate(lines()):
        paths[line] = folder / f"{number}.conf"
        paths[line].write_text("\n".join(line.split(BETWEEN)) + "\n",
                               encoding="utf-8")
    return paths


def accepted_by_dnsmasq(paths):
    """The lines that dnsmasq accepts."""
    def one(line):
        run = subprocess.run(["dnsmasq", "--test", "-C", paths[line]],
                             capture_output=True, check=False, timeout=60)
        # It crashes on some of them.
        assert run.returncode == ACCEPTED or run.returncode in FAILURES or \
            run.returncode < 0, (line, run)
        return run.returncode == ACCEPTED

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return {line for line, yes in zip(paths, pool.map(one, paths)) if yes}


def accepted_by_pxeguard(paths):
    """The lines that pxeguard accepts."""
    run = subprocess.run(
        [BUILD / "tests/conf_print", "-d", *paths.values()],
        capture_output=True, check=False, text=True, timeout=120)
    assert run.returncode in (0, 1), run
    wrong = set(re.findall(r"^(\d+\.conf)(?::\d+)?: error: ", run.stdout,
                           re.M))
    return {line for line, path in paths.items() if path.name not in wrong}


def test_each_line_is_accepted_as_by_dnsmasq(tmp_path):
    paths, wanted = write(tmp_path), differences()
    theirs, ours = accepted_by_dnsmasq(paths), accepted_by_pxeguard(paths)
    wrong = []
    for line in paths:
        accepted, reason = wanted.get(line, (line in theirs, ""))
        if (line in ours) != accepted:
            wrong.append(f"{line}: pxeguard "
                         f"{'accepts' if line in ours else 'rejects'} it, "
                         f"dnsmasq {'accepts' if line in theirs else 'rejects'}"
                         f" it {reason}")
        elif reason and (line in ours) == (line in theirs):
            wrong.append(f"{line}: is no difference, but listed as {reason}")
    print(f"{len(paths)} lines, {len(ours)} accepted, {len(wanted)} differ")
    assert not wrong, "\n".join(wrong)


def test_each_difference_is_documented():
    """docs/migration.md has each reason, word for word."""
    page = " ".join(MIGRATION.read_text(encoding="utf-8").split())
    wanted = differences()
    assert wanted.keys() <= set(lines())
    missing = {reason for _, reason in wanted.values() if reason not in page}
    assert not missing, "\n".join(sorted(missing))


def is_known_to_dnsmasq(name, folder):
    path = folder / f"{name}.conf"
    path.write_text(f"{name}\n", encoding="utf-8")
    run = subprocess.run(["dnsmasq", "--test", "-C", path], check=False,
                         capture_output=True, text=True, timeout=60)
    return "bad option" not in run.stderr


def test_each_directive_has_lines(tmp_path):
    """Every directive of dnsmasq that is carried out stands in the table."""
    rows = re.findall(r'^\t(?:(?:FLAG|NEEDS|ONCE|MAYBE|MAYBE_ONCE|INCLUDE|EMPTY'
                      r'|MISSING|IGNORED)\(|\{ )"([^"]+)"',
                      TABLE.read_text(encoding="utf-8"), re.M)
    have = {re.match(r"[-a-z0-9]*", line)[0]
            for entry in lines() for line in entry.split(BETWEEN)}
    assert len(rows) > 80
    without = set(rows) - have
    known = {name for name in without if is_known_to_dnsmasq(name, tmp_path)}
    assert not known
    assert "verify-images" in without
