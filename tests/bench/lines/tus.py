"""Many small durable uploads, beside @tus/server in Node."""
import subprocess
import time

from network import free_port

from .http import uploads
from .machine import BUILD, ROOT, SHARED, Absent, load, on_core
from .table import Line

LINES = [
    Line("tus-small", "1,000 durable uploads of 16 KiB over 4 connections, each in one request", "@tus/server", 5.0),
    Line("tus-small-two-requests", "the same, each a creation and a PATCH", "@tus/server", 5.0),
]
MODES = {"tus-small": "tus-whole", "tus-small-two-requests": "tus"}


def measure(table, scene):
    wanted = table.wants(*MODES)
    if not wanted:
        return
    peer = _Peer(scene)
    number = 200 if scene.short else 1000
    try:
        product = scene.product
        product.token  # noqa: B018 - the server comes back on one core
        pairs = {name: [] for name in wanted}
        for _ in range(table.rounds):
            for name in wanted:
                ours = load(product.port, MODES[name], "/api/v1/uploads", count=number, threads=4, size=16384, **uploads(scene, number))
                theirs = load(peer.port, MODES[name], "/files", count=number, threads=4, size=16384)
                pairs[name].append((number / ours["seconds"], number / theirs["seconds"]))
        for name in wanted:
            table.report(name, "files/s", pairs[name])
    finally:
        peer.stop()


class _Peer:
    """@tus/server with its file store behind TLS 1.3; installed from the lock file of the peers' folder."""

    def __init__(self, scene):
        source = SHARED / "node"
        if not (source / "tus_server.mjs").exists():
            raise Absent("the folder of peers is not here")
        home = BUILD / "bench" / "node"
        home.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", "tus_server.mjs"):
            (home / name).write_bytes((source / name).read_bytes())
        subprocess.run([ROOT / "deploy/node", home, "true"], check=True)  # installs what the lock file says
        certificate = scene.nginx.root
        self.port, self.folder = free_port(), scene.folder / "tus"
        self.process = subprocess.Popen(on_core(0, [ROOT / "deploy/node", home, "node", home / "tus_server.mjs", self.port, self.folder,
                                                    certificate / "cert.pem", certificate / "key.pem"]))
        scene.running.append(self)
        deadline = time.monotonic() + 120
        while True:
            try:
                load(self.port, "keep", "/health", count=1)
                return
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
