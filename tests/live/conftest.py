"""Fixtures for live tests: a private network, a server on it, clients."""

import contextlib
import os
import shlex

import pytest
from _pytest.runner import runtestprotocol

pytest.register_assert_rewrite("lab.leases")

from lab import proc, programs  # noqa: E402 - the line above must come first
from lab.all_roles import Secrets
from lab.boot import CONFIG, STATE_FOLDER, STORE_USER, lay_state_folder
from lab.daemon import Daemon
from lab.dhcp_client import DhcpClient
from lab.namespaces import Network
from lab.process import exit_on_signals, run
from lab.stalls import Stalls
from lab.tftp_long import long_events as begin_long_events
from lab.tftp_site import TftpSite
from lab.tree import lay_installer


ATTEMPTS = 10
LOG_LINES = 1000    # of a server, where its test failed


def pytest_addoption(parser):
    parser.addoption("--server", metavar="CMD",
                     help="test another server: its command line, with "
                          "{config} for the configuration file")


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "boot: starts a virtual machine (a minute or more each)")
    config.addinivalue_line(
        "markers", "prefix(n): br0 is 192.168.1.1/n instead of /24")
    config.addinivalue_line(
        "markers", "long: only in make check-long")
    config.addinivalue_line(
        "markers", "timing: judges times, or how often something is sent, "
        "which a busy machine changes")
    config.addinivalue_line(
        "markers", "xdist_group(name): tests that share expensive fixtures "
        "and stay on one worker")
    if os.geteuid() != 0:
        pytest.exit("live tests need root, for their private networks", 1)
    exit_on_signals()


@pytest.hookimpl(tryfirst=True)     # before xdist looks at the marks
def pytest_collection_modifyitems(items):
    """Begin with the groups that take longest, so that none ends alone."""
    def rank(item):
        marker = item.get_closest_marker("xdist_group")
        return marker is None or marker.args[0] != "long"

    items.sort(key=rank)


def pytest_runtest_protocol(item, nextitem):
    """Repeat a test marked `timing` that failed while the machine stalled.

    A fault of the server fails each time; and where nobody had to wait for a
    processor, a failure stands at once.
    """
    if item.get_closest_marker("timing") is None:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid,
                                       location=item.location)
    for attempt in range(1, ATTEMPTS + 1):
        item._report_sections.clear()       # what an earlier attempt printed
        with Stalls() as stalls:
            reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not any(report.failed for report in reports) or not stalls.seen:
            break
    for report in reports:
        if attempt > 1 and report.when == "call":
            report.user_properties.append(("attempts", attempt))
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid,
                                        location=item.location)
    return True


def pytest_terminal_summary(terminalreporter):
    """Name the tests that were repeated."""
    for report in terminalreporter.getreports("passed"):
        attempts = dict(report.user_properties).get("attempts")
        if attempts:
            terminalreporter.write_line(
                f"passed at attempt {attempts}, for the machine was busy: "
                + report.nodeid)


@pytest.fixture
def server_command(request):
    """The command line of another server than ours, or None."""
    return request.config.getoption("--server")


@pytest.fixture
def network(request):
    """A network with the bridge br0, 192.168.1.1/24, and nobody on it.

    A test may be marked with the length of another prefix.
    """
    marker = request.node.get_closest_marker("prefix")
    with Network(prefix=marker.args[0] if marker else 24) as net:
        lay_state_folder(net.server)
        yield net


@pytest.fixture
def tree(network):
    """Debian's installer at /srv/tftpboot; the path as seen from here."""
    lay_installer(network.server)
    return network.server.path("/srv/tftpboot")


@pytest.fixture
def boot_files(network):
    """A small tree at /srv/tftpboot, with `file`; as seen from here."""
    network.server.shadow("/srv/tftpboot")
    root = network.server.path("/srv/tftpboot")
    (root / "file").write_bytes(bytes(range(256)) * 200)
    return root


@pytest.fixture(scope="session")
def secrets(tmp_path_factory):
    """Keys for a server with all roles."""
    return Secrets.make(tmp_path_factory.mktemp("secrets"))


@pytest.fixture(scope="session")
def inject(tmp_path_factory):
    """A function that has a process make a call.

    It returns what the call returned, or None if the process was killed.
    """
    program = programs.build(tmp_path_factory.mktemp("inject"), "inject")

    def inject(pid, call, *arguments):
        said = run([program, pid, call, *arguments]).stdout.strip()
        return None if said == "killed" else int(said)
    return inject


@pytest.fixture
def folder(network):
    """The state folder as seen from here."""
    return network.server.path(STATE_FOLDER)


@pytest.fixture
def lay(network, folder):
    """A function that puts a database into the state folder."""
    def put(data, name="leases.db"):
        (folder / name).write_bytes(data)
        network.server.run("chown", f"{STORE_USER}:",
                           f"{STATE_FOLDER}/{name}")

    return put


@pytest.fixture
def client(network):
    """A client's namespace on the bridge."""
    return network.client()


@pytest.fixture
def dhcp(network):
    """DHCP clients on the bridge, as many as a test wants."""
    with DhcpClient(network.client()) as client:
        yield client


@pytest.fixture
def reader(network):
    """A client with an address, which reads files."""
    return network.client(address="192.168.1.200/24")


@pytest.fixture
def start_server(network, server_command):
    """A function that starts a server; all are stopped at the end.

    Their logs are printed, which pytest shows if the test fails.
    """
    started = []

    def start(config=CONFIG, **options):
        options.setdefault("command", server_command)
        server = Daemon(network, config, **options)
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()
        print(f"--- log of {shlex.split(server.command)[0]}, its end")
        print("\n".join(server.process.tail(LOG_LINES)))


@pytest.fixture
def start_fails(start_server):
    """A function that starts a server which cannot start; its log.

    The end must come by itself, with status 1, and leave no process behind.
    """
    def start(config=CONFIG, **options):
        server = start_server(config, wait=False, **options)
        assert server.process.wait_end() == 1, server.log()
        assert proc.session(server.pid) == []
        return server.log()

    return start


@pytest.fixture
def start_site(server_command):
    """A function that starts a TftpSite; see there."""
    with contextlib.ExitStack() as sites:
        def start(*args, **options):
            options.setdefault("command", server_command)
            return sites.enter_context(TftpSite(*args, **options))

        yield start


@pytest.fixture(scope="session")
def long_events(request, tmp_path_factory):
    """What takes minutes, begun when the first test wants it."""
    sizes = {item.callspec.params["windowsize"]
             for item in request.session.items
             if item.originalname == "test_five_gibibytes_in_blocks_of_512"}
    with begin_long_events(tmp_path_factory.mktemp("tree"),
                           request.config.getoption("--server"),
                           sorted(sizes)) as events:
        yield events
