"""Slow clients, as slowhttptest plays them: slow heads, slow bodies, slow readers.

Readers are slow with `/`, with the page's largest file as a browser takes it and as whoever takes no compression does, and with a large ciphertext.
Rule: a client at another address is answered within a second nine times of ten, and always (a machine that stands still for a moment is no slow
client's doing), with the same bytes where it asks for what the slow ones read; no slow connection outlives the server's deadlines; memory grows by
less than 64 MiB. They would hold on four times as long as they are watched."""
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
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
CONNECTIONS, SECONDS, MOST, GROWTH = 300, 20, 1.0, 64 << 20
CIPHERTEXT = 32 << 20  # more than the kernel takes of it for a connection, so that the server itself waits for the reader
READERS = ["-X", "-w", "10", "-y", "20", "-n", "3", "-z", "8"]


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
    """Somebody at another address, who asks for this four times a second and notes how long it takes and what he gets."""

    def __init__(self, server, path, headers):
        super().__init__(daemon=True)
        self.server, self.path, self.headers, self.ended, self.took, self.failed, self.got = server, path, headers, False, [], [], set()

    def ask(self):
        context = ssl.create_default_context(cafile=str(self.server.certificate))
        connection = http.client.HTTPSConnection("localhost", self.server.port, timeout=60, context=context, source_address=("127.0.0.2", 0))
        with contextlib.closing(connection):
            connection.request("GET", self.path, headers=self.headers)
            reply = connection.getresponse()
            return reply.status, hashlib.sha256(reply.read()).hexdigest()

    def run(self):
        while not self.ended:
            started = time.monotonic()
            try:
                status, digest = self.ask()
                self.got.add(digest)
                if status not in (200, 206):
                    self.failed.append(status)
            except OSError as failure:
                self.failed.append(str(failure))
            self.took.append(time.monotonic() - started)
            time.sleep(0.25)


def connections(server):
    """Established ones to the server's port, from the address of the slow."""
    port = f":{server.port:04X}"
    rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(1 for row in rows if row[1].endswith(port) and row[3] == "01" and row[2].startswith("0100007F"))


def with_headers(headers):
    """slowhttptest sends what it is given for Accept as it is: more lines with it."""
    return ["-m", "\r\n".join(["*/*", *(f"{name}: {value}" for name, value in headers.items())])]


def modes(world):
    """Of each: its name, and a function that gives what the slow ones do and ask for, and what the other asks for meanwhile."""
    api = "/api/v1/server"
    browser, none, part = {"Accept-Encoding": "gzip, br"}, {"Accept-Encoding": "identity"}, {**world.bearer, "Range": "bytes=0-65535"}
    yield "slow heads", lambda: (["-H", "-i", "3", "-x", "10"], "/", api, {})
    yield "slow bodies", lambda: (["-B", "-i", "3", "-s", "4096", "-x", "10"], "/", api, {})
    yield "slow readers", lambda: ([*READERS, "-k", "3"], "/", api, {})
    yield "slow readers of the page's largest file", lambda: ([*READERS, *with_headers(browser)], world.largest_of_page(), world.largest_of_page(), browser)
    yield "the same, who take no compression", lambda: ([*READERS, *with_headers(none)], world.largest_of_page(), world.largest_of_page(), browser)
    yield f"slow readers of {CIPHERTEXT >> 20} MiB of ciphertext", lambda: ([*READERS, *with_headers(world.bearer)], world.ciphertext, world.ciphertext, part)


def begun(server):
    """How many requests have had what they asked for, or a part of it: a reply that the server breaks off counts as cut."""
    return sum(float(value) for value in re.findall(r'^rogatory_requests_total\{route="[^"]*",status="(?:2xx|cut)"\} (\S+)$', server.manage("/metrics")[1], re.MULTILINE))


def play(world, before, options, slow_path, path, headers):
    server, out = world.server, world.folder / "slowhttptest.txt"
    neighbour = Neighbour(server, path, headers)
    alone = neighbour.ask()
    assert alone[0] in (200, 206), alone
    with Watch(server=server.process.pid) as watch, open(out, "w") as said:
        first = begun(server)
        neighbour.start()
        # It holds on for longer than it is watched: what is gone by then, the server has ended.
        slow = subprocess.Popen(["slowhttptest", *options, "-c", str(CONNECTIONS), "-r", "200", "-l", str(SECONDS * 4), "-p", "3", "-u", f"https://127.0.0.1:{server.port}{slow_path}"],
                                stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd=world.folder)
        try:
            held = []
            soon(lambda: held.append(connections(server)) or held[-1] > 100, SECONDS)
            ended = soon(lambda: connections(server) == 0, SECONDS * 2)
            still, left = slow.poll() is None, connections(server)
        finally:
            slow.kill()
            slow.wait()
        neighbour.ended = True
        neighbour.join(90)
    most, grown = sorted(neighbour.took)[len(neighbour.took) * 9 // 10], watch.peak["server"] - before
    print(f"  {held[-1]} connections; {len(neighbour.took)} questions of the other, nine of ten within {most * 1000:.0f} ms, slowest {max(neighbour.took) * 1000:.0f} ms; {grown / 2**20:.1f} MiB more at most")
    assert held[-1] > 100, (held, out.read_text()[-800:])
    assert ended and left == 0, f"{left} slow connections are still there"
    # slowhttptest ends early for one reason only: that nobody holds a connection with it any more.
    assert still or "No open connections left" in out.read_text(), out.read_text()[-800:]
    assert not neighbour.failed and most < MOST, (neighbour.failed[:3], neighbour.took)
    if "-X" in options:  # and they read what they were to read, no refusal
        assert begun(server) - first - len(neighbour.took) > 100, (begun(server), first, len(neighbour.took))
    # The server's own answer holds its clock.
    assert path == "/api/v1/server" or neighbour.got == {alone[1]}, "the other was given something else"
    assert grown < GROWTH, grown


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
            for mode, given in modes(world):
                with cases.case(f"{mode}: {CONNECTIONS} connections for {SECONDS} s, and another client does not notice"):
                    play(world, before, *given())
            with cases.case("it has not grown, and serves as before"):
                grown = resident(world.server.process.pid) - before
                print(f"  {grown / 2**20:.1f} MiB more")
                assert grown < GROWTH and world.server.get("/api/v1/server")[0] == 200
        finally:
            world.close()
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
