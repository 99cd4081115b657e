"""What the adversary writes: statements, checkpoints and trees of his own. Keys come from `adversary_forge`."""
import base64
import hashlib
import json
import os
import pathlib
import subprocess
import threading
import time

from installation import BIN

FORGE = pathlib.Path(os.environ.get("ROGATORY_BUILD_DIR", BIN.parent)) / "tests/adversary_forge"


def b64(data):
    return base64.b64encode(data).decode()


def sha(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Forge:
    """One running `adversary_forge`: asked in JSON, a line a question."""

    def __init__(self):
        self.process, self.lock = None, threading.Lock()

    def ask(self, do, **fields):
        with self.lock:
            if self.process is None:
                self.process = subprocess.Popen([str(FORGE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.process.stdin.write(canonical({"do": do, **fields}) + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            if not line:
                self.process = None
                raise RuntimeError(f"adversary_forge: {do} failed")
            return json.loads(line)

    def sign(self, seed, message):
        return base64.b64decode(self.ask("sign", seed=seed, message=b64(message))["signature"])

    def seal(self, recipients, plaintext, extra=()):
        return base64.b64decode(self.ask("seal", recipients=list(recipients), plaintext=b64(plaintext), extra=list(extra))["file"])

    def open(self, identity, file):
        return base64.b64decode(self.ask("open", identity=identity, file=b64(file))["plaintext"])

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait(60)


# Statements -----------------------------------------------------------------------------------------------------------


def pre_authentication(kind, payload):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)


class Statement:
    """A DSSE envelope taken apart: `kind` is the whole payload type, `fields` the payload."""

    def __init__(self, envelope):
        outer = json.loads(envelope)
        self.kind, self.payload = outer["payloadType"], base64.b64decode(outer["payload"])
        self.signature = outer["signatures"][0]["sig"]
        self.fields = json.loads(self.payload)

    @property
    def short_kind(self):
        return self.kind.removeprefix("application/vnd.rogatory.").removesuffix(".v1+json")

    @property
    def id(self):
        return sha(pre_authentication(self.kind, self.payload)).hex()

    def signed(self, forge, seed, **changes):
        """The envelope of the statement with these fields changed, in that member's hand."""
        self.fields = {**self.fields, **changes}
        self.payload = canonical(self.fields)
        self.signature = b64(forge.sign(seed, pre_authentication(self.kind, self.payload)))
        return self.envelope()

    def envelope(self):
        return canonical({"payload": b64(self.payload), "payloadType": self.kind, "signatures": [{"sig": self.signature}]}).decode()


# The log --------------------------------------------------------------------------------------------------------------


def label(chain, seq):
    return sha(b"rogatory/v1/leaf\0" + bytes.fromhex(chain) + seq.to_bytes(8, "big"))


def entry(chain, seq, statement_id):
    return label(chain, seq) + bytes.fromhex(statement_id)


def tree_root(leaves):
    """RFC 6962, section 2.1."""
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return sha(b"\0" + leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha(b"\1" + tree_root(leaves[:split]) + tree_root(leaves[split:]))


def inclusion(index, leaves):
    """RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*inclusion(index, leaves[:split]), tree_root(leaves[split:])]
    return [*inclusion(index - split, leaves[split:]), tree_root(leaves[:split])]


def cosignature(forge, key, seed, at=None):
    """A witness's line (cosignature/v1) as a function of the checkpoint's text."""
    def line(body):
        name, key_id, _ = key.split("+", 2)
        stamp = int(time.time()) if at is None else at
        signature = forge.sign(seed, f"cosignature/v1\ntime {stamp}\n{body}".encode())
        return f"\u2014 {name} {b64(bytes.fromhex(key_id) + stamp.to_bytes(8, 'big') + signature)}\n"
    return line


def tile_name(index, width):
    name = f"{index % 1000:03}"
    while index := index // 1000:
        name = f"x{index % 1000:03}/{name}"
    return name if width == 256 else f"{name}.p/{width}"


class Log:
    """The operator's copy of the log, which he may rewrite and sign as he likes."""

    def __init__(self, forge, secrets, leaves):
        self.forge, self.origin, self.seed, self.key = forge, secrets["origin"], secrets["seed"], secrets["key"]
        self.leaves = list(leaves)

    @classmethod
    def read(cls, forge, secrets, proxy):
        note = proxy.ask("GET", "/log/0/checkpoint").body.decode()
        size = int(note.split("\n")[1])
        leaves = []
        for index in range((size + 255) // 256):
            width = min(256, size - index * 256)
            bundle = proxy.ask("GET", f"/log/0/tile/entries/{tile_name(index, width)}").body
            leaves += [bundle[at + 2:at + 66] for at in range(0, len(bundle), 66)]
        assert len(leaves) == size
        return cls(forge, secrets, leaves)

    def copy(self):
        return Log(self.forge, {"origin": self.origin, "seed": self.seed, "key": self.key}, self.leaves)

    def root(self, size=None):
        return tree_root(self.leaves[:size])

    def body(self, size=None):
        size = len(self.leaves) if size is None else size
        return f"{self.origin}\n{size}\n{b64(self.root(size))}\n"

    def signature(self, size=None):
        return self.forge.sign(self.seed, self.body(size).encode())

    def note_of(self, body):
        """`body` under the log's own key (C2SP signed-note)."""
        name, key_id, _ = self.key.split("+", 2)
        return f"{body}\n\u2014 {name} {b64(bytes.fromhex(key_id) + self.forge.sign(self.seed, body.encode()))}\n"

    def checkpoint(self, size=None):
        return self.note_of(self.body(size))

    def seen(self, size=None):
        size = len(self.leaves) if size is None else size
        return {"root": self.root(size).hex(), "signature": b64(self.signature(size)), "size": size}

    def bundle(self, target):
        """The entry bundle of a request path."""
        name = target.split("/tile/entries/", 1)[1]
        name, _, width = name.partition(".p/")
        index = int(name.replace("x", "").replace("/", ""))
        some = self.leaves[index * 256:index * 256 + (int(width) if width else 256)]
        return b"".join(len(one).to_bytes(2, "big") + one for one in some)
