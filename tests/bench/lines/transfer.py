"""The whole way of a document, from a plain file to durable on the server and back, beside what a user would type instead."""
import os
import shutil
import subprocess
import time

from documents import same_bytes
from installation import last_json

from .machine import forget_highest, highest_kib, seconds
from .table import Line

LINES = [
    Line("e2e-upload", "rogatory send: seal, upload, sign, durable", "age | curl to nginx, then sync", 1.8),
    Line("e2e-upload-plain", "the same", "curl of the plain file to nginx, then sync", 1.0),
    Line("e2e-download", "rogatory get: download, verify, open", "curl from nginx | age -d, then sync", 1.7),
    Line("e2e-download-plain", "the same", "curl of the plain file from nginx, then sync", 1.1),
    Line("peers-upload-globaleaks", "rogatory send", "GlobaLeaks, 0.08 GB/s given", 3.0),
    Line("peers-upload-send", "rogatory send", "Send, 0.20 GB/s given", 3.0),
    Line("peers-upload-cryptpad", "rogatory send", "CryptPad, 0.0055 GB/s given", 3.0),
]
GIVEN = {"peers-upload-globaleaks": 0.08, "peers-upload-send": 0.20, "peers-upload-cryptpad": 0.0055}


def measure(table, scene):
    product, peer = scene.product, scene.nginx
    product.token  # noqa: B018 - each server has one core of its own choice
    sender, reader = product.cast["SEN2"], product.cast["OTP2"]
    key, recipient = scene.age_key()
    plain, size, root = scene.plain, scene.size, peer.root
    measured = {line.name: [] for line in LINES}
    memory = {"up": {}, "down": {}}
    for number in range(table.rounds):
        scene.warm(2 * size)
        sent, took = _run(sender, product.pid, memory["up"], "send", plain, "--to", "X-OTP", "--yes")
        up = size / took / 1e9
        # A PUT of nginx is durable only after the sync; ours answered after one.
        sealed, bare = f"{peer.url}/{number}", f"{peer.url}/plain-{number}"
        scene.warm(size)
        up_sealed = seconds(f"age -e -r {recipient} {plain} | {peer.curl} -T - {sealed} && sync {root}/dav/{number}")
        scene.warm(size)
        up_plain = seconds(f"{peer.curl} -T {plain} {bare} && sync {root}/dav/plain-{number}")
        measured["e2e-upload"].append((up, size / up_sealed / 1e9))
        measured["e2e-upload-plain"].append((up, size / up_plain / 1e9))
        for name, given in GIVEN.items():
            measured[name].append((up, given))

        scene.warm(2 * size)
        out = scene.folder / "received" / str(number)
        _, took = _run(reader, product.pid, memory["down"], "get", _dossier(sent), "--out", out)
        down = size / took / 1e9
        assert any(same_bytes(path, plain) for path in out.rglob("*") if path.is_file())
        shutil.rmtree(out)
        opened = scene.folder / "opened"
        scene.warm(size)
        down_sealed = seconds(f"{peer.curl} {sealed} | age -d -i {key} -o {opened} && sync {opened}")
        opened.unlink()
        scene.warm(size)
        down_plain = seconds(f"{peer.curl} {bare} -o {opened} && sync {opened}")
        opened.unlink()
        measured["e2e-download"].append((down, size / down_sealed / 1e9))
        measured["e2e-download-plain"].append((down, size / down_plain / 1e9))
        for path in (root / "dav").iterdir():
            path.unlink()
    for name, pairs in measured.items():
        more = {"given": True} if name in GIVEN else {}
        if name in ("e2e-upload", "e2e-download"):
            more = memory["up" if name == "e2e-upload" else "down"]
        table.report(name, "GB/s", pairs, **more)


def _run(person, server, memory, *arguments):
    """(what the command printed, its seconds); `memory` keeps the highest that client and server came to, in MiB."""
    forget_highest(server)
    started = time.monotonic()
    client = subprocess.Popen(person.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=person.environment(), text=True)
    printed = client.stdout.read()
    _, status, usage = os.wait4(client.pid, 0)
    took = time.monotonic() - started
    client.returncode = os.waitstatus_to_exitcode(status)
    if client.returncode != 0:
        raise RuntimeError(f"rogatory {arguments[0]} ended with {client.returncode}")
    memory["client_mib"] = max(memory.get("client_mib", 0), usage.ru_maxrss // 1024)
    memory["server_mib"] = max(memory.get("server_mib", 0), highest_kib(server) // 1024)
    return last_json(printed), took


def _dossier(sent):
    rows = sent if isinstance(sent, list) else sent["items"]
    return rows[0]["dossier"]
