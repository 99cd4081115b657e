"""Slow clients, as slowhttptest plays them: slow heads, slow bodies, slow readers; and, since that sends no head of ours, slow readers of our own
of the page's largest file, as a browser takes it and as whoever takes no compression does, and of a large ciphertext.

Rule: a client at another address is answered within a second nine times of ten, and within ten always (a machine that stands still for a moment is no slow
client's doing), and given whole what the slow ones read; no slow connection outlives the server's deadlines; memory grows by less than 64 MiB.
They would hold on four times as long as they are watched."""
import collections
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases, Skip
from documents import seeded_file
from installation import BIN
from measure import Watch, resident
from scene import Scene, soon
from web_app import serve_pages

BUILD = pathlib.Path(os.environ.get("ROGATORY_BUILD_DIR", BIN.parent))
CONNECTIONS, SECONDS, MOST, WORST, GROWTH = 300, 20, 1.0, 10.0, 64 << 20
CIPHERTEXT = 32 << 20  # more than the kernel takes of it for a connection, so that the server itself waits for the reader
REPEATED = 16  # the request on each connection, so that a file of the page is more than the kernel takes, too


class World(Scene):
    """A server with the page, where that is built, and with a large file that the Prosecutor was sent."""

    def __init__(self, folder):
        pages = pathlib.Path(os.environ.get("ROGATORY_WEB_FOLDER", BUILD / "pages"))
        self.pages = pages if (pages / "manifest.json").exists() else None

        def configure(server):
            server.config.write_text(server.config.read_text() + "head_seconds = 5\nidle_seconds = 5\nprogress_seconds = 5\nhandshake_seconds = 5\n")
            serve_pages(server, self.pages)

        super().__init__(folder, before_start=configure)
        self.cast["SEN2"].run("send", seeded_file(folder / "bordereau.bin", CIPHERTEXT, "slow readers"), "--to", "X-OTP", "--yes", timeout=600)
        [found] = self.server.rows("SELECT lower(hex(chain)) || ' ' || lower(hex(attachment)) FROM upload WHERE stage = 'attached';")
        self.ciphertext = "/api/v1/chains/{}/attachments/{}".format(*found.split())
        assert self.server.stop_alone() == 0
        opened = subprocess.run([str(BUILD / "tests/fill_server"), str(self.server.data), "otp.2"], check=True, capture_output=True, text=True)
        self.bearer = {"Authorization": f"Bearer {json.loads(opened.stdout)['token']}"}
        self.server.start()

    def largest_of_page(self):
        if not self.pages:
            raise Skip("the web client is not built (target web_app)")
        names = [one["path"] for one in json.loads((self.pages / "manifest.json").read_text())["files"]]
        return "/" + max((name for name in names if (self.pages / (name + ".gz")).exists()), key=lambda name: (self.pages / name).stat().st_size)


class Neighbour(threading.Thread):
    """Somebody at another address, who asks four times a second and notes how long it takes; for a file, too, where one is named."""

    def __init__(self, server, path=None, headers=None):
        super().__init__(daemon=True)
        self.server, self.path, self.headers, self.ended = server, path, headers, False
        self.took, self.took_file, self.failed, self.files = [], [], [], set()

    def ask(self, path, headers, took):
        context = ssl.create_default_context(cafile=str(self.server.certificate))
        started = time.monotonic()
        with contextlib.closing(http.client.HTTPSConnection("localhost", self.server.port, timeout=60, context=context, source_address=("127.0.0.2", 0))) as connection:
            try:
                connection.request("GET", path, headers=headers)
                reply = connection.getresponse()
                if reply.status not in (200, 206):
                    self.failed.append(reply.status)
                return hashlib.sha256(reply.read()).hexdigest()
            except OSError as failure:
                self.failed.append(str(failure))
            finally:
                took.append(time.monotonic() - started)

    def run(self):
        while not self.ended:
            self.ask("/api/v1/server", {}, self.took)
            if self.path:
                self.files.add(self.ask(self.path, self.headers, self.took_file))
            time.sleep(0.25)


def read_slowly(port, certificate, path, headers):
    """A process of its own: so many connections, each with a small window, of which it reads eight bytes every three seconds. Says what they were answered."""
    context = ssl.create_default_context(cafile=certificate)
    request = "".join(f"{line}\r\n" for line in [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items()), ""]).encode()
    lines, statuses = [], collections.Counter()
    for _ in range(CONNECTIONS):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(60)
        line.connect(("127.0.0.1", port))
        line = context.wrap_socket(line, server_hostname="localhost")
        line.sendall(request * REPEATED)
        lines.append(line)
        # The first word of the head; what comes after it stays in the record, and the rest on the line.
        statuses[line.recv(12).decode()[-3:]] += 1
    print(json.dumps(statuses), flush=True)
    while True:
        time.sleep(3)
        for line in lines:
            with contextlib.suppress(OSError):
                line.setblocking(False)
                os.read(line.fileno(), 8)  # past TLS: nobody looks at it


def connections(server):
    """Established ones to the server's port, from the address of the slow."""
    port = f":{server.port:04X}"
    rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(1 for row in rows if row[1].endswith(port) and row[3] == "01" and row[2].startswith("0100007F"))


class Slowhttptest:
    def __init__(self, world, *options):
        # It holds on for longer than it is watched: what is gone by then, the server has ended.
        self.said = world.folder / "slowhttptest.txt"
        with open(self.said, "w") as out:
            self.process = subprocess.Popen(["slowhttptest", *options, "-c", str(CONNECTIONS), "-r", "200", "-l", str(SECONDS * 4), "-p", "3", "-u", f"https://127.0.0.1:{world.server.port}/"],
                                            stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=world.folder)
        held = []
        soon(lambda: held.append(connections(world.server)) or held[-1] > 100, SECONDS)
        self.held, self.other = held[-1], (None, None)

    def judge(self):
        # It ends early for one reason only: that nobody holds a connection with it any more.
        assert self.process.poll() is None or "No open connections left" in self.said.read_text(), self.said.read_text()[-800:]


class SlowReaders:
    def __init__(self, world, path, headers, other):
        self.other = (path, other)
        given = json.dumps([world.server.port, str(world.server.certificate), path, headers])
        self.process = subprocess.Popen([sys.executable, __file__, "read-slowly", given], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.statuses = json.loads(self.process.stdout.readline())
        self.held = self.statuses.get("200", 0)

    def judge(self):
        print(f"  answered {self.statuses}")
        assert self.process.poll() is None and self.statuses.get("200", 0) > 200 and set(self.statuses) <= {"200", "429"}, self.statuses


def modes(world):
    """The name of each, and what begins it."""
    browser, none, part = {"Accept-Encoding": "gzip, br"}, {"Accept-Encoding": "identity"}, {**world.bearer, "Range": "bytes=0-65535"}
    yield "slow heads", lambda: Slowhttptest(world, "-H", "-i", "3", "-x", "10")
    yield "slow bodies", lambda: Slowhttptest(world, "-B", "-i", "3", "-s", "4096", "-x", "10")
    yield "slow readers", lambda: Slowhttptest(world, "-X", "-w", "10", "-y", "20", "-n", "3", "-z", "8", "-k", "3")
    yield "slow readers of the page's largest file", lambda: SlowReaders(world, world.largest_of_page(), browser, browser)
    yield "slow readers of it who take no compression", lambda: SlowReaders(world, world.largest_of_page(), none, browser)
    yield f"slow readers of {CIPHERTEXT >> 20} MiB of ciphertext", lambda: SlowReaders(world, world.ciphertext, world.bearer, part)


def play(world, before, begin):
    server = world.server
    calm = Neighbour(server)
    with Watch(server=server.process.pid) as watch:
        calm.start()
        try:
            slow = begin()
        finally:
            calm.ended = True
            calm.join(90)
        try:
            neighbour = Neighbour(server, *slow.other)
            neighbour.start()
            ended = soon(lambda: connections(server) == 0, SECONDS * 2)
            left = connections(server)
            slow.judge()
        finally:
            slow.process.kill()
            slow.process.wait()
        neighbour.ended = True
        neighbour.join(90)
    took, grown = calm.took + neighbour.took, watch.peak["server"] - before
    print(f"  {slow.held} connections; {len(took)} questions of the other, nine of ten within {nine_of_ten(took) * 1000:.0f} ms, slowest {max(took) * 1000:.0f} ms; "
          f"{f'of the file {nine_of_ten(neighbour.took_file) * 1000:.0f} ms; ' if neighbour.path else ''}{grown / 2**20:.1f} MiB more at most")
    assert slow.held > 100, slow.held
    assert ended and left == 0, f"{left} slow connections are still there"
    failed = calm.failed + neighbour.failed
    assert not failed and nine_of_ten(took) < MOST and max(took) < WORST, (failed[:3], took)
    if neighbour.path:
        alone = Neighbour(server, *slow.other)
        assert neighbour.files == {alone.ask(alone.path, alone.headers, [])} and nine_of_ten(neighbour.took_file) < MOST and max(neighbour.took_file) < WORST, (neighbour.files, neighbour.took_file)
    assert grown < GROWTH, grown


def nine_of_ten(took):
    return sorted(took)[len(took) * 9 // 10]


def main():
    cases = Cases("checks_slow_clients")
    if not shutil.which("slowhttptest"):
        with cases.case("slowhttptest"):
            raise Skip("slowhttptest is not installed (deploy/install-dependencies --checks)")
        return cases.finish()
    with tempfile.TemporaryDirectory(prefix="rogatory-check-") as name:
        world = World(pathlib.Path(name))
        try:
            before = resident(world.server.process.pid)
            for mode, begin in modes(world):
                with cases.case(f"{mode}: {CONNECTIONS} connections for {SECONDS} s, and another client does not notice"):
                    play(world, before, begin)
            with cases.case("it has not grown, and serves as before"):
                grown = resident(world.server.process.pid) - before
                print(f"  {grown / 2**20:.1f} MiB more")
                assert grown < GROWTH and world.server.get("/api/v1/server")[0] == 200
        finally:
            world.close()
    return cases.finish()


if __name__ == "__main__":
    sys.exit(read_slowly(*json.loads(sys.argv[2])) if sys.argv[1:2] == ["read-slowly"] else main())
