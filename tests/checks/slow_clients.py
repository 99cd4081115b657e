"""Slow clients, as slowhttptest plays them: slow heads, slow bodies, slow readers.

Rule: a client at another address is answered within a second all the time; no slow connection outlives the server's deadlines;
memory grows by less than 64 MiB. They would hold on four times as long as they are watched."""
import http.client
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import threading
import time

from raw import served
from cases import Cases, Skip
from scene import soon

CONNECTIONS, SECONDS, MOST = 300, 20, 1.0
MODES = {"slow heads": ["-H", "-i", "3", "-x", "10"], "slow bodies": ["-B", "-i", "3", "-s", "4096", "-x", "10"],
         "slow readers": ["-X", "-w", "10", "-y", "20", "-n", "3", "-z", "8", "-k", "3"]}


class Neighbour(threading.Thread):
    """Somebody at another address, who asks four times a second and notes how long it takes."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.ended, self.took, self.failed = server, False, [], []

    def run(self):
        context = ssl.create_default_context(cafile=str(self.server.certificate))
        while not self.ended:
            started = time.monotonic()
            try:
                connection = http.client.HTTPSConnection("localhost", self.server.port, timeout=10, context=context, source_address=("127.0.0.2", 0))
                connection.request("GET", "/api/v1/server")
                if connection.getresponse().status != 200:
                    self.failed.append("status")
                connection.close()
            except OSError as failure:
                self.failed.append(str(failure))
            self.took.append(time.monotonic() - started)
            time.sleep(0.25)


def resident(server):
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) * 1024


def connections(server):
    """Established ones to the server's port, from the address of the slow."""
    port = f":{server.port:04X}"
    rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(1 for row in rows if row[1].endswith(port) and row[3] == "01" and row[2].startswith("0100007F"))


def main():
    cases = Cases("checks_slow_clients")
    if not shutil.which("slowhttptest"):
        with cases.case("slowhttptest"):
            raise Skip("slowhttptest is not installed (deploy/install-dependencies --checks)")
        return cases.finish()
    with served("head_seconds = 5\nidle_seconds = 5\nprogress_seconds = 5\nhandshake_seconds = 5\n") as server:
        before = resident(server)
        for name, options in MODES.items():
            with cases.case(f"{name}: {CONNECTIONS} connections for {SECONDS} s, and another client does not notice"):
                neighbour = Neighbour(server)
                neighbour.start()
                # It holds on for longer than it is watched: what is gone by then, the server has ended.
                with open(server.folder / "slowhttptest.txt", "w") as out:
                    slow = subprocess.Popen(["slowhttptest", *options, "-c", str(CONNECTIONS), "-r", "200", "-l", str(SECONDS * 4), "-p", "3", "-u", f"https://127.0.0.1:{server.port}/"],
                                            stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=server.folder)
                try:
                    time.sleep(2)
                    held = connections(server)
                    ended = soon(lambda: connections(server) == 0, SECONDS)
                    still, left = slow.poll() is None, connections(server)
                finally:
                    slow.kill()
                    slow.wait()
                neighbour.ended = True
                neighbour.join(15)
                worst = max(neighbour.took)
                print(f"  {held} connections after 2 s; {len(neighbour.took)} questions of the other, slowest {worst * 1000:.0f} ms")
                assert held > 100, (held, (server.folder / "slowhttptest.txt").read_text()[-800:])
                assert ended and left == 0, f"{left} slow connections are still there"
                # slowhttptest ends early for one reason only: that nobody holds a connection with it any more.
                said = (server.folder / "slowhttptest.txt").read_text()
                assert still or "No open connections left" in said, said[-800:]
                assert not neighbour.failed and worst < MOST, (neighbour.failed[:3], worst)
        with cases.case("it has not grown, and serves as before"):
            grown = resident(server) - before
            print(f"  {grown / 2**20:.1f} MiB more")
            assert grown < 64 << 20 and server.get("/api/v1/server")[0] == 200
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
