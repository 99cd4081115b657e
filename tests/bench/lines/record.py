"""Statements, the log and lists: what they cost, what a bare store or library takes for as much, and how it grows with the years."""
import contextlib
import http.client
import json
import ssl
import statistics
import subprocess
import time

from .machine import compiled, figures, load, processor_seconds, tool
from .scene import Product
from .table import Line

LINES = [
    Line("append", "statements a second of 16 people: judged, logged, durable, with proof", "rows in SQLCipher, 16 to a commit", 0.25),
    Line("proof", "inclusion proofs a second with their checkpoint", "a Merkle tree in memory", 0.3),
    Line("verify", "replaying a register and a dossier", "as many bare Ed25519 verifications", 1.5, at_least=False),
    Line("list-growth", "p99 of a page of 50 in a large store", "in a small one", 2.0, at_least=False),
    Line("list-cost", "processor time of that page", "the bare query of SQLCipher, all in its cache", 3.0, at_least=False),
    Line("start", "from exec to the first 200 with a large store", "with a small one", 2.0, at_least=False),
]
PAGE = "/api/v1/dossiers?limit=50"


def measure(table, scene):
    small, large = (1_000, 10_000) if scene.short else (10_000, 1_000_000)
    if table.wants("append"):
        _append(table, scene)
    if table.wants("proof"):
        _proof(table, scene)
    if table.wants("verify"):
        each = 1_000 if scene.short else 10_000
        row = json.loads(subprocess.run([tool("verify_costs"), str(each // 2), str(table.rounds)], check=True, capture_output=True, text=True).stdout)
        table.report("verify", "s", list(zip(row["replay"], row["ed25519"])), statements=row["statements"])
    if table.wants("list-growth", "list-cost", "start"):
        _growth(table, scene, small, large)


def _append(table, scene):
    pairs = []
    for _ in range(table.rounds):
        done = subprocess.run([tool("append_costs"), str(scene.folder), "50" if scene.short else "200"], check=True, capture_output=True, text=True)
        row = json.loads(done.stdout)
        peer = figures([_sqlcipher(), scene.folder, 1_000, 1])["sqlcipher.rows_insert_WAL_FULL_groupcommit16"]
        pairs.append((row["statements"] / row["seconds"], peer))
    table.report("append", "statements/s", pairs)


def _sqlcipher():
    return compiled("sqlbench.cpp", "-DCIPHER", "-I/usr/include/sqlcipher", "-lsqlcipher")


def _proof(table, scene):
    power = 4 if scene.short else 6
    pairs = []
    for _ in range(1 if not scene.short else table.rounds):  # filling the log takes longest
        row = json.loads(subprocess.run([tool("log_costs"), str(power), "2000", str(scene.folder)], check=True, capture_output=True, text=True).stdout)
        ours = 1e6 / row["rows"][-1]["proof_us"]
        peer = figures([compiled("merkle.cpp", "-lcrypto"), 10**power, scene.folder])[f"inclusion_proof_at_{10**power}"]
        pairs.append((ours, peer))
    table.report("proof", "proofs/s", pairs, leaves=10**power, growth=row["growth_exponents"])


class Filled:
    """A store with so many dossiers, served on one core."""

    def __init__(self, scene, name, dossiers):
        self.product = Product(scene, name)
        # So few that a page is full in the small store too.
        self.authorities = 20 if scene.short else 125
        self.fill(dossiers)

    def fill(self, dossiers):
        self.token = self.product.session("otp.2", dossiers, self.authorities)[0]
        self.header = f"Authorization: Bearer {self.token}"

    def page(self, seconds):
        before = processor_seconds(self.product.pid)
        done = load(self.product.port, "keep", PAGE, seconds=seconds, header=self.header)
        return done["p99_us"], (processor_seconds(self.product.pid) - before) / done["count"] * 1e6

    def start(self):
        """Milliseconds from exec to the first 200."""
        server = self.product.server
        server.stop()
        begun = time.monotonic()
        server.start_alone()
        context = ssl._create_unverified_context()
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=5, context=context)
                connection.request("GET", "/api/v1/server")
                if connection.getresponse().status == 200:
                    taken = (time.monotonic() - begun) * 1e3
                    self.product.pin()
                    return taken
            if time.monotonic() - begun > 120:
                raise RuntimeError(server.log_tail())
            time.sleep(0.001)


def _growth(table, scene, small, large):
    few, many = Filled(scene, "few", small), Filled(scene, "many", large)
    seconds = 1 if scene.short else 3
    for one in (few, many):
        one.page(seconds)  # what is read for the first time
    pages = [(many.page(seconds), few.page(seconds)) for _ in range(max(table.rounds, 2))]
    table.report("list-growth", "µs", [(a[0], b[0]) for a, b in pages], dossiers=[large, small])
    if table.wants("list-cost"):
        peers = [figures([compiled("listlimit.cpp", "-lsqlcipher"), scene.folder, large])[f"clustered_{large}_warm_p50"] for _ in range(table.rounds)]
        table.report("list-cost", "µs", [(statistics.median(a[1] for a, _ in pages), peer) for peer in peers], dossiers=large)
    if table.wants("start"):
        pairs = [(many.start(), few.start()) for _ in range(max(table.rounds, 3))]
        table.report("start", "ms", pairs, statements=[large, small])
