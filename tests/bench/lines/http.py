"""The server beside nginx, each alone on one core, driven by one client on another."""
import base64
import os
import subprocess
import time

from .machine import Absent, forget_highest, highest_kib, load, on_core, processor_seconds, proportional_kib, seconds, tool
from .table import Line

LINES = [
    Line("api-health", "processor time of a constant reply, kept connections", "nginx, a static file", 1.1),
    Line("api-read", "processor time of one file's state: session, decision, database, JSON", "nginx, a static file", 0.6),
    Line("handshake", "processor time of a new connection with one GET", "nginx", 1.0),
    Line("resumption", "processor time of a resumed connection with one GET", "nginx", 1.15),
    Line("idle-memory", "memory of an idle connection", "nginx", 1.0, at_least=False),
    Line("get-raw", "download of ciphertext", "nginx GET", 0.95),
    Line("put-raw", "durable upload of ciphertext (tus)", "nginx PUT, then sync", 1.4),
    Line("upload-memory", "highest memory with 64 uploads at once", "nginx PUT", 1.0, at_least=False),
]
CONSTANT = "/api/v1/server"


def measure(table, scene):
    product, peer = scene.product, scene.nginx
    cost = _Cost(table, scene)
    product.token  # noqa: B018 - the server comes back on one core
    cost.of_requests("api-health", "keep", CONSTANT, threads=8)
    if table.wants("api-read"):
        cost.of_requests("api-read", "keep", f"/api/v1/chains/{product.dossier}", header=product.bearer, threads=8)
    cost.of_requests("handshake", "new", CONSTANT)
    table.absent("resumption", "no connection is resumed: a ticket's key would outlive its connection (SECURITY.md)")
    if table.wants("idle-memory"):
        _idle(table, scene)
    if table.wants("get-raw"):
        _get(table, scene)
    if table.wants("put-raw"):
        _put(table, scene)
    if table.wants("upload-memory"):
        _memory(table, scene)


class _Cost:
    """Processor time of the server for each request, which says the same on a machine that others use too."""

    def __init__(self, table, scene):
        self.table, self.scene = table, scene

    def of_requests(self, name, mode, path, header=(), **options):
        if not self.table.wants(name):
            return
        length = 0.5 if self.scene.short else 2
        pairs = []
        for _ in range(self.table.rounds):
            pairs.append(tuple(self._one(server, mode, where, with_header, length, options)
                               for server, where, with_header in ((self.scene.product, path, header), (self.scene.nginx, "/health", ()))))
        self.table.report(name, "µs", pairs, lower_is_better=True)

    @staticmethod
    def _one(server, mode, path, header, length, options):
        before = processor_seconds(server.pid)
        done = load(server.port, mode, path, seconds=length, header=header, **options)
        return (processor_seconds(server.pid) - before) / done["count"] * 1e6


def _idle(table, scene):
    number = 200 if scene.short else 1000
    pairs = []
    for _ in range(table.rounds):
        row = []
        for server, path in ((scene.product, CONSTANT), (scene.nginx, "/health")):
            before = proportional_kib(server.pid)
            client = subprocess.Popen(on_core(1, [tool("load_client"), "idle", "--port", server.port, "--path", path, "--count", number,
                                                  "--seconds", 3]), stdout=subprocess.PIPE, text=True)
            assert client.stdout.readline().strip() == "ready"
            time.sleep(1)
            row.append((proportional_kib(server.pid) - before) / number)
            assert client.wait(300) == 0
        pairs.append(tuple(row))
    # Of the first round: what a process keeps for the next connections is not taken a second time.
    table.report("idle-memory", "KiB", pairs[:1])


def _sealed(scene):
    """A large document that both servers have: the product's is one it was sent."""
    product, peer = scene.product, scene.nginx
    product.cast["SEN2"].run("send", scene.plain, "--to", "X-OTP", "--yes", timeout=1800)
    rows = product.server.rows("SELECT lower(hex(chain)) || ' ' || lower(hex(attachment)) || ' ' || length FROM upload WHERE stage = 'attached' ORDER BY length DESC LIMIT 1;")
    chain, attachment, length = rows[0].split()
    with open(peer.root / "sealed", "wb") as out:
        subprocess.run(["head", "-c", length, "/dev/urandom"], check=True, stdout=out)
    return f"/api/v1/chains/{chain}/attachments/{attachment}", int(length)


def _get(table, scene):
    path, length = _sealed(scene)
    product, peer = scene.product, scene.nginx
    pairs = []
    for number in range(table.rounds + 1):
        row = []
        for server, where, header in ((product, path, product.bearer), (peer, "/sealed", ())):
            done = load(server.port, "get", where, count=1, header=header)
            assert done["bytes"] == length, done
            row.append(length / done["seconds"] / 1e9)
        if number:  # the first brings the file into memory
            pairs.append(tuple(row))
    table.report("get-raw", "GB/s", pairs)


def uploads(scene, number):
    """What load_client needs for so many uploads: a line of Upload-Metadata for each, and the head of an age file for its bytes."""
    product = scene.product
    chain = product.dossier
    authority = product.server.rows("SELECT lower(hex(member.authority)) FROM member JOIN account_membership USING (register_chain, member) "
                                    "JOIN account ON account.id = account_id WHERE user_name = 'otp.2';")[0]
    lines = scene.folder / "metadata"
    encode = lambda text: base64.b64encode(text.encode()).decode()
    lines.write_text("".join(f"chain {encode(chain)},attachment {encode(os.urandom(16).hex())},authority {encode(authority)}\n" for _ in range(number)))
    return {"metadata": lines, "beginning": age_head(scene.folder), "header": product.bearer}


def age_head(folder):
    """A file with the head of an age file to one recipient: what an upload must begin with."""
    key = folder / "head.key"
    if not key.exists():
        subprocess.run(["age-keygen", "-pq", "-o", key], check=True, capture_output=True)
    recipient = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True).stdout.strip()
    sealed = subprocess.run(["age", "-e", "-r", recipient], input=b"", check=True, capture_output=True).stdout
    head = folder / "head.age"
    head.write_bytes(sealed[: sealed.index(b"\n", sealed.index(b"\n---") + 1) + 1])
    return head


def _put(table, scene):
    product, peer = scene.product, scene.nginx
    size = scene.size
    pairs = []
    for number in range(table.rounds):
        scene.warm(2 * size)
        done = load(product.port, "tus", "/api/v1/uploads", count=1, size=size, **uploads(scene, 1))
        ours = size / done["seconds"] / 1e9
        done = load(peer.port, "put", "/dav/put", count=1, size=size)
        theirs = size / (done["seconds"] + seconds(f"sync {peer.root}/dav/put0")) / 1e9
        (peer.root / "dav" / "put0").unlink()
        pairs.append((ours, theirs))
    table.report("put-raw", "GB/s", pairs)


def _memory(table, scene):
    product, peer = scene.product, scene.nginx
    size = (4 if scene.short else 32) << 20
    pairs = []
    for _ in range(table.rounds):
        forget_highest(product.pid)
        load(product.port, "tus", "/api/v1/uploads", count=64, threads=64, size=size, **uploads(scene, 64))
        ours = highest_kib(product.pid) / 1024
        forget_highest(peer.pid)
        load(peer.port, "put", "/dav/many", count=64, threads=64, size=size)
        pairs.append((ours, highest_kib(peer.pid) / 1024))
        for path in (peer.root / "dav").iterdir():
            path.unlink()
    table.report("upload-memory", "MiB", pairs)


__all__ = ["LINES", "measure", "Absent"]
