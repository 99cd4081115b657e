#!/usr/bin/env python3
"""Backups as an operator makes, checks, restores and prunes them, and the database's key changed.

The Registry, Senegal and the Prosecutor, a log without co-signers; log_repair restores one with co-signers. Backups are
made while the server runs and people send. The drill of docs/en/administrators.md is this script's order.
"""
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Cases, Skip
from installation import BIN, OK, ROOT, Server
from scene import soon

DAEMON = str(BIN / "rogatoryd")


def daemon(*arguments, expect=0, **environment):
    done = subprocess.run([DAEMON, *map(str, arguments)], capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL,
                          env={**os.environ, **environment})
    if expect is not None:
        assert done.returncode == expect, (arguments, done.returncode, done.stdout, done.stderr)
    return done


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


class World:
    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "server")
        self.server.init()
        self.identity, self.recipients = self.key("officer")
        self.log_identity, self.log_recipients = self.key("log-key-holder")
        self.stranger, _ = self.key("stranger")
        with open(self.server.config, "a") as config:
            config.write(f'\n[backup]\nrecipients_file = "{self.recipients}"\nlog_key_recipients_file = "{self.log_recipients}"\n')
        self.server.start()
        self.cast = casting.two_parties(folder, self.server)
        self.target = folder / "backups"
        self.sent = []
        self.papers = 0

    def key(self, name):
        """An identity of stock age, and the file with its recipient."""
        identity, recipient = self.folder / f"{name}.txt", self.folder / f"{name}.recipient"
        subprocess.run(["age-keygen", "-pq", "-o", str(identity)], check=True, capture_output=True)
        recipient.write_text(subprocess.run(["age-keygen", "-y", str(identity)], check=True, capture_output=True, text=True).stdout)
        return identity, recipient

    def send(self, size=3000):
        self.papers += 1
        path = self.folder / f"paper-{self.papers}.bin"
        path.write_bytes(random.Random(self.papers).randbytes(size))
        dossier = casting.items(self.cast["SEN1"].run("send", path, "--to", "X-OTP", "--title", path.name, "--yes"))[0]["dossier"]
        self.sent.append((dossier, path))
        return dossier

    def create(self, *more, expect=0):
        done = daemon("backup", "create", self.target, "--config", self.server.config, "--json", *more, expect=expect)
        return json.loads(done.stdout) if expect == 0 else done

    def verify(self, *more, target=None, expect=0):
        done = daemon("backup", "verify", target or self.target, "--json", *more, expect=expect)
        return json.loads(done.stdout) if expect == 0 else done

    def restore(self, data, *more, target=None, signer=None, expect=0):
        done = daemon("backup", "restore", target or self.target, "--data", data, "--identity", self.identity, "--identity",
                      self.log_identity, "--signer", signer or self.signer, "--json", *more, expect=expect)
        return json.loads(done.stdout) if expect == 0 else done

    def put_back(self, *more):
        """The server is stopped, its folder is lost, and a backup takes its place; the certificate is not in it."""
        self.server.stop_alone()
        lost = self.folder / f"lost-{time.monotonic_ns()}"
        self.server.data.rename(lost)
        told = self.restore(self.server.data, *more)
        for name in ("server.pem", "server.key"):
            shutil.copy(lost / name, self.server.data / name)
        return told, lost

    def blobs(self, target=None):
        return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (target or self.target).glob("blobs/*/*")}

    def signed_in(self):
        for name in ("SEN1", "OTP1"):
            self.cast[name].run("lock", expect=None)
            self.cast[name].sign_in()

    def content(self, data):
        """What a server has that a backup keeps: of each table a digest, and of each attachment."""
        key = (data / "database.key").read_text().strip()

        def rows(query):
            done = subprocess.run(["sqlcipher", "-readonly", str(data / "rogatory.db")], capture_output=True, check=True,
                                  input=f"PRAGMA key = \"x'{key}'\";\n.mode quote\n{query}\n".encode())
            return done.stdout

        names = [line.strip("'") for line in rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name;").decode().splitlines() if line != "'ok'"]
        # A session does not come back; the trail has one line more, that the backup was made; a value of the server says that it is a copy.
        names = [name for name in names if name not in ("ok", "session", "audit", "server_value", "sqlite_sequence", "reply")]
        assert "statement" in names and "log" in names and len(names) > 25, names
        files = {path.name: sha256(path) for path in (data / "blobs").glob("*/*") if not path.name.endswith(".part")}
        return {name: hashlib.sha256(rows(f"SELECT * FROM {name};")).hexdigest() for name in names}, files


def on_line(w):
    """Backups while people send; what the copy names is in it, whatever came and went meanwhile."""
    w.send(2_500_000)
    stop = threading.Event()
    failures = []

    def keep_sending():
        try:
            while not stop.is_set():
                w.send(40_000)
        except Exception as failure:  # told in this case, not lost in a thread
            failures.append(failure)

    sender = threading.Thread(target=keep_sending)
    sender.start()
    try:
        made = [w.create() for _ in range(3)]
    finally:
        stop.set()
        sender.join()
    assert not failures, failures
    assert made[0]["missing"] == made[0]["damaged"] == 0 and made[0]["attachments"] >= 1, made
    w.signer = made[0]["signer"]
    assert all(one["signer"] == w.signer for one in made), made
    for one in made:
        checked = w.verify("--name", one["backup"], "--signer", w.signer, "--identity", w.identity)
        assert checked["opened"] and checked["faults"] == 0 and checked["attachments_opened"] == one["attachments"], checked
        assert checked["entries"] == one["entries"] and not checked["log_key_opened"], checked
    assert w.verify("--identity", w.identity, "--identity", w.log_identity)["log_key_opened"]
    without = w.verify()
    assert without["faults"] == 0 and not without["opened"], without


def incremental(w):
    before = w.blobs()
    w.send()
    w.send()
    known = w.create()["attachments"]
    w.send()
    w.send()
    w.send()
    after_two = w.blobs()
    made = w.create()
    assert made["attachments_new"] == 3 and made["attachments"] == known + 3, made
    now = w.blobs()
    assert len(now) == len(after_two) + 3 and all(now[name] == what for name, what in after_two.items()), "nothing is written twice"
    assert all(now[name] == what for name, what in before.items())
    assert w.create()["attachments_new"] == 0


def went_bad(w):
    """A bad byte in one attachment of the target is in no later backup, and holds up nothing but itself."""
    target = w.folder / "went-bad"
    shutil.copytree(w.target, target)
    kept, w.target = w.target, target
    try:
        before = w.create()
        spoilt = sorted(target.glob("blobs/*/*"))[0]
        content = bytearray(spoilt.read_bytes())
        content[-5] ^= 1
        spoilt.write_bytes(content)
        data = w.folder / "rest"
        refused = w.restore(data, "--name", before["backup"], expect=1)
        assert "backup.not_whole" in refused.stderr and not data.exists(), refused.stderr
        rest = w.restore(data, "--name", before["backup"], "--leave-out-damaged")
        assert rest["left_out"] == 1 and rest["attachments"] == before["attachments"] - 1, rest
        shutil.rmtree(data)
        made = w.create()
        assert made["attachments_resealed"] == made["attachments_new"] == 1, made
        assert w.verify("--identity", w.identity)["faults"] == 0
        # Lost on the server as well, and in no file of these recipients: told, and what has it is kept.
        blob = spoilt.name.split("-")[0]
        place = w.server.data / "blobs" / blob[:2] / blob
        held = place.read_bytes()
        place.unlink()
        for path in target.glob(f"blobs/*/{blob}-*"):
            path.write_bytes(path.read_bytes()[:-1])
        done = w.create(expect=3)
        assert "backup.incomplete missing=1" in " ".join(done.stderr.replace("damaged=0 ", "").split()), done.stderr
        assert json.loads(done.stdout)["missing"] == 1
        pruned = json.loads(daemon("backup", "prune", target, "--keep", "1", "--json").stdout)
        assert pruned["held"] == 1 and pruned["kept"] == 2, pruned
        # The timer prunes on, however long the server's disk stays as it is: else its backups fill their own.
        for _ in range(3):
            done = w.create("--then-prune", "--keep", "1", expect=3)
            told = [json.loads(line) for line in done.stdout.splitlines()]
            assert [told[0]["missing"], told[1]["held"], told[1]["pruned"], told[1]["kept"]] == [1, 1, 1, 2], told
            assert done.stderr.count("backup.incomplete") == 1, done.stderr
        # What prunes nothing is told beside what is missing, and the worse of the two is how it ends.
        oldest = sorted(target.glob("*/manifest"))[0]
        manifest = oldest.read_bytes()
        oldest.write_bytes(manifest[:-3])
        done = w.create("--then-prune", "--keep", "1", expect=1)
        assert "backup.incomplete" in done.stderr and "backup.manifest_damaged" in done.stderr, done.stderr
        oldest.write_bytes(manifest)
        # Without a rule nothing is made.
        names = sorted(path.name for path in target.iterdir())
        assert "backup.no_rule" in w.create("--then-prune", expect=1).stderr and names == sorted(path.name for path in target.iterdir())
        assert "--then-prune" in w.create("--keep", "1", expect=None).stderr
        place.write_bytes(held)
        place.chmod(0o600)
    finally:
        w.target = kept


def stock_age(w):
    """Part by part, with age and sqlcipher alone."""
    newest = sorted(path for path in w.target.iterdir() if (path / "manifest").exists())[-1]
    opened = w.folder / "opened"
    opened.mkdir()

    def age(file, identity=w.identity):
        return subprocess.run(["age", "-d", "-i", str(identity), str(file)], capture_output=True, check=True).stdout

    key = age(newest / "keys.age").decode().split()[1]
    (opened / "rogatory.db").write_bytes(age(newest / "database.age"))
    rows = subprocess.run(["sqlcipher", str(opened / "rogatory.db")], capture_output=True, text=True, check=True,
                          input=f"PRAGMA key = \"x'{key}'\";\nSELECT count(*), (SELECT count(*) FROM log WHERE seed IS NOT NULL), "
                                "(SELECT count(*) FROM session), (SELECT count(*) FROM upload WHERE stage = 'receiving') FROM statement;\n")
    counted = [line for line in rows.stdout.splitlines() if line != "ok"]
    assert counted == [f"{w.verify()['entries']}|0|0|0"], (counted, rows.stderr)
    assert age(newest / "log-key.age", w.log_identity).decode().startswith("log-key localhost:")
    for line in (newest / "blobs.txt").read_text().splitlines():
        blob, size, digest, content_size, content_digest = line.split()
        file = w.target / "blobs" / blob[:2] / f"{blob}-{digest[:16]}.age"
        assert sha256(file) == digest and file.stat().st_size == int(size), line
        content = age(file)
        assert hashlib.sha256(content).hexdigest() == content_digest and len(content) == int(content_size), line
        assert content == (w.server.data / "blobs" / blob[:2] / blob).read_bytes(), line
    log_key = subprocess.run(["age", "-d", "-i", str(w.identity), str(newest / "log-key.age")], capture_output=True)
    assert log_key.returncode != 0, "the log's key is sealed to others"
    text = b"".join(path.read_bytes() for path in newest.iterdir())
    assert (w.server.data / "database.key").read_bytes().strip() not in text
    assert key not in (w.server.data / "database.key").read_text(), "the copy has a key of its own"


def refusals(w):
    """Each says what is wrong with which file, and restores nothing."""
    def refused(message, *arguments, run=w.restore, **more):
        done = run(*arguments, expect=1, **more)
        assert message in done.stderr, (message, done.stderr)
        return done

    data = w.folder / "not-restored"
    done = daemon("backup", "restore", w.target, "--data", data, "--identity", w.stranger, "--signer", w.signer, expect=1)
    assert "age.no_match" in done.stderr and "None of these identities" in done.stderr, done.stderr
    assert not data.exists(), "what failed leaves nothing"
    done = daemon("backup", "restore", w.target, "--data", data, "--identity", w.identity, "--signer", w.signer, expect=1)
    assert "backup.log_key" in done.stderr, done.stderr
    assert not data.exists()
    done = daemon("backup", "restore", w.target, "--data", data, "--identity", w.identity, expect=1)
    assert w.signer in done.stderr and "Compare this key" in done.stderr and not data.exists(), done.stderr
    refused("backup.signer", data, signer=w.signer[:-8] + "AAAAAAA=")
    refused("backup.not_empty", w.server.data)
    refused("backup.not_there", data, "--name", "20200101T000000Z")
    assert "backup.recipient" in w.create("--recipient", subprocess.run(["age-keygen"], capture_output=True, text=True, check=True)
                                          .stdout.split("public key: ")[1].split()[0], expect=1).stderr
    assert not data.exists()

    names = sorted(path.name for path in w.target.iterdir() if (path / "manifest").exists())
    spoilt = w.folder / "spoilt"

    def spoil(change, message, restored=True):
        shutil.rmtree(spoilt, ignore_errors=True)
        shutil.copytree(w.target, spoilt)
        change(spoilt / names[-1])
        done = w.verify(target=spoilt, expect=1)
        assert message in done.stderr, (message, done.stderr)
        if restored:
            done = w.restore(data, target=spoilt, expect=1)
            assert "backup." in done.stderr or "age." in done.stderr, done.stderr
            assert not data.exists(), "what is not whole is not restored"

    def flip(path, at=-5):
        content = bytearray(path.read_bytes())
        content[at] ^= 1
        path.write_bytes(content)

    def any_blob():
        return next(spoilt.glob("blobs/*/*"))

    def swap(first, second):
        one, other = first.read_bytes(), second.read_bytes()
        first.write_bytes(other)
        second.write_bytes(one)

    spoil(lambda b: flip(b / "database.age"), "database.age backup.part_damaged")
    spoil(lambda b: (b / "database.age").write_bytes((b / "database.age").read_bytes()[:-9]), "database.age backup.part_truncated")
    spoil(lambda b: (b / "database.age").write_bytes((b / "database.age").read_bytes() + b"x"), "database.age backup.part_damaged")
    spoil(lambda b: (b / "keys.age").unlink(), "keys.age backup.part_missing")
    spoil(lambda b: flip(b / "log-key.age"), "log-key.age backup.part_damaged")
    spoil(lambda b: flip(any_blob()), "backup.part_damaged")
    spoil(lambda b: any_blob().unlink(), "backup.part_missing")
    spoil(lambda b: swap(*list(spoilt.glob("blobs/*/*"))[:2]), "backup.part_")
    spoil(lambda b: swap(b / "database.age", spoilt / names[0] / "database.age"), "database.age backup.part_")
    spoil(lambda b: (b / "checkpoint").write_bytes((spoilt / names[0] / "checkpoint").read_bytes()), "checkpoint")
    spoil(lambda b: flip(b / "blobs.txt", 3), "backup.list_damaged")
    spoil(lambda b: (b / "manifest").write_text((b / "manifest").read_text().replace("\npart keys", "\npart kex")), "backup.")
    spoil(lambda b: (b / "manifest").write_text((b / "manifest").read_text().replace("\nblobs ", "\nblobs 1")), "backup.signature")
    spoil(lambda b: [(b / n).unlink() for n in ["manifest"]], "backup.manifest_damaged")
    spoil(lambda b: swap(b / "manifest", spoilt / names[0] / "manifest"), "backup.other_name")
    shutil.rmtree(spoilt)


def killed(w):
    """Whenever a backup is killed, the one before it is whole, and the next one clears up."""
    w.send(8_000_000)
    kept = sorted(path.name for path in w.target.iterdir() if (path / "manifest").exists())
    reached = set()
    # What is over before it is struck, where others use the machine, is tried again.
    for delay in (0.0, 0.01, 0.03, 0.06, 0.1, 0.2, *[0.0] * 10):
        if delay == 0.0 and reached:
            break
        w.send()
        process = subprocess.Popen([DAEMON, "backup", "create", str(w.target), "--config", str(w.server.config)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # The first as soon as there is anything, for certain in the middle.
        begun = ".unfinished-*" if reached else ".unfinished-*/*"
        while process.poll() is None and not list(w.target.glob(begun)):
            time.sleep(0.001)
        time.sleep(delay if reached else 0)
        process.kill()
        process.wait()
        reached.update(path.name for folder in w.target.glob(".unfinished-*") for path in folder.iterdir())
        names = sorted(path.name for path in w.target.iterdir() if (path / "manifest").exists() and not path.name.startswith("."))
        assert names[:len(kept)] == kept, names
        assert w.verify("--name", names[-1])["faults"] == 0
        kept = names
    assert reached, "no run was killed on its way"
    w.create()
    assert not list(w.target.glob(".unfinished-*"))
    checked = w.verify("--identity", w.identity)
    assert checked["faults"] == 0, checked
    listed = {line.split()[0] for path in w.target.glob("*/blobs.txt") for line in path.read_text().splitlines()}
    assert {name.split("-")[0] for name in w.blobs()} == listed, "attachments of runs that were killed are gone"


def full_target(w):
    if os.geteuid() != 0:
        raise Skip("needs root to mount a small disk")
    small = w.folder / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(small)], capture_output=True).returncode != 0:
        raise Skip("a small disk cannot be mounted here")
    try:
        done = daemon("backup", "create", small / "backups", "--config", w.server.config, expect=1)
        assert "backup.target_full" in done.stderr and "Make room" in done.stderr, done.stderr
        left = [path for path in (small / "backups").rglob("*") if path.is_file() and path.name != "lock"]
        assert not left, left
    finally:
        subprocess.run(["umount", "-l", str(small)], capture_output=True)


def restored(w):
    """What stands in the restored folder is what the server had, and its clients find it so."""
    w.server.stop_alone()
    made = w.create()
    had = w.content(w.server.data)
    told, lost = w.put_back()
    assert told["entries"] == made["entries"] and told["attachments"] == made["attachments"] == len(had[1]), (told, made)
    assert w.content(w.server.data) == had, "every row and every attachment"
    assert (w.server.data / "database.key").read_text() != (lost / "database.key").read_text()
    modes = {oct(path.stat().st_mode & 0o777) for path in w.server.data.rglob("*") if path.is_file() and path.name not in ("server.pem", "server.key")}
    assert modes == {"0o600"}, modes
    w.server.start_alone()
    assert soon(lambda: w.server.readiness() == "not ready: log.restored"), w.server.readiness()
    w.signed_in()
    for dossier, path in w.sent[:2] + w.sent[-1:]:
        out = w.folder / f"got-{dossier[:12]}"
        got = w.cast["OTP1"].run("get", dossier, "--out", out, expect=None)
        assert got.code != OK and "restored" in got.out + got.err, got
        assert w.cast["SEN1"].run("verify", dossier).json["problems"] == []
    refused = w.cast["SEN1"].run("send", w.sent[0][1], "--to", "X-OTP", "--title", "x", "--yes", expect=None)
    assert refused.refusal["key"] == "log.restored", refused
    w.server.stop_alone()
    text = daemon("log", "repair", "status", "--config", w.server.config).stdout
    assert "restored" in text and f"size {made['entries']}\n" in text, text
    done = daemon("log", "repair", "nothing-newer", "--size", made["entries"] + 1, "--config", w.server.config, expect=1)
    assert "restored.size" in done.stderr, done.stderr
    daemon("log", "repair", "nothing-newer", "--size", made["entries"], "--config", w.server.config)
    w.server.start()
    w.signed_in()
    for dossier, path in w.sent[:2] + w.sent[-1:]:
        out = w.folder / f"then-{dossier[:12]}"
        w.cast["OTP1"].run("get", dossier, "--out", out)
        assert sha256(next(out.rglob(path.name))) == sha256(path)
    w.send()
    assert w.create()["signer"] == w.signer, "the restored server signs its backups as before"


def older(w):
    """An older backup never begins another history: it reads until what it lost is back, and until the operator has spoken."""
    before = w.create()
    withdrawn = w.sent[-1][0]
    seq = w.cast["SEN1"].run("dossier", "show", withdrawn).json["entries"][-1]["seq"]
    said = w.cast["SEN1"].run("withdraw", withdrawn, seq, "--reason", "Sent twice.", "--yes")
    assert "copies_until" not in said.json, "the operator has not said for how long he keeps backups"
    newer = w.create()
    told, _ = w.put_back("--name", before["backup"])
    assert told["withdrawn_since"] == 1 and told["attachments"] == before["attachments"] - 1, told
    assert told["signed_beyond"] == newer["entries"] > before["entries"], told
    w.server.start_alone()
    # Nobody has signed in yet: the newer backup beside it has told what the log had signed, and no operator can say otherwise.
    assert soon(lambda: w.server.readiness() == "not ready: log.read_only"), w.server.readiness()
    w.server.stop_alone()
    refused = daemon("log", "repair", "nothing-newer", "--size", before["entries"], "--config", w.server.config, expect=1)
    assert "log.read_only" in refused.stderr, refused.stderr
    w.server.start_alone()
    w.cast["SEN1"].run("lock", expect=None)
    w.cast["SEN1"].sign_in(expect=None)
    said = w.cast["SEN1"].run("log", "status", expect=None)
    assert said.refusal["key"] == "log.rolled_back", said
    assert soon(lambda: w.server.readiness() == "not ready: log.read_only"), w.server.readiness()
    back = w.cast["SEN1"].run("log", "resubmit", expect=None)
    assert not back.json["after"]["behind"], back
    assert soon(lambda: w.server.readiness() == "not ready: log.restored"), w.server.readiness()
    w.server.stop_alone()
    daemon("log", "repair", "nothing-newer", "--size", back.json["after"]["size"], "--config", w.server.config)
    w.server.start()
    w.signed_in()
    w.send()
    shown = w.cast["SEN1"].run("dossier", "show", withdrawn)
    assert "withdrawn" in shown.out, shown


def pruned(w):
    """What was withdrawn is in no backup any more once those from before are pruned."""
    w.create()
    done = daemon("backup", "prune", w.target, expect=1)
    assert "backup.no_rule" in done.stderr, done.stderr
    damaged = sorted(path for path in w.target.iterdir() if (path / "manifest").exists())[0]
    text = (damaged / "manifest").read_bytes()
    (damaged / "manifest").write_bytes(text[:-3])
    done = daemon("backup", "prune", w.target, "--keep", "1", expect=1)
    assert "backup.manifest_damaged" in done.stderr and damaged.name in done.stderr and damaged.is_dir(), done.stderr
    (damaged / "manifest").write_bytes(text)
    rows = json.loads(daemon("backup", "list", w.target, "--json").stdout)
    assert len(rows) > 5 and all(row["signer"] == w.signer for row in rows), rows
    everything = json.loads(daemon("backup", "prune", w.target, "--keep-days", "1", "--json").stdout)
    assert everything["pruned"] == 0 and everything["window_from"] == rows[0]["recovery_point"], everything
    # What was withdrawn since lies in the older ones alone, and one of these is kept by an order.
    with_erased = [row for row in rows if row["erased_since"] > 0]
    assert with_erased and rows[-1]["erased_since"] == 0, rows
    ordered = with_erased[0]["backup"]
    for reason in ("", "two\nlines", "x" * 501):
        done = daemon("backup", "hold", w.target, "--name", ordered, "--reason", reason, expect=None)
        assert done.returncode != 0, done.stdout
    done = daemon("backup", "hold", w.target, "--name", "20200101T000000Z", "--reason", "An order", expect=1)
    assert "backup.not_there" in done.stderr, done.stderr
    daemon("backup", "hold", w.target, "--name", ordered, "--reason", "Order of the Chamber, 29 November 2026")
    # A script whose variable is empty lifts nothing.
    for language, said in (("C.UTF-8", "The reason must be one line"), ("fr_FR.UTF-8", "Le motif doit être une ligne")):
        for reason in ("", "  "):
            done = daemon("backup", "hold", w.target, "--name", ordered, "--reason", reason, expect=1, LC_ALL=language)
            assert "backup.hold_reason" in done.stderr and said in done.stderr, done.stderr
    # Nor does a disk that does not say whether there is one.
    hold = w.target / ordered / "hold"
    ordered_by = hold.read_text()
    hold.unlink()
    hold.symlink_to("hold")
    told = json.loads(daemon("backup", "prune", w.target, "--keep", "1", "--json").stdout)
    assert told["kept"] == 2 and told["on_hold"] == 1 and told["erased_still_in_backups"] == with_erased[0]["erased_since"], told
    assert told["newest_with_erased"] == with_erased[0]["recovery_point"], told
    hold.unlink()
    hold.write_text(ordered_by)
    shown = {row["backup"]: row.get("on_hold") for row in json.loads(daemon("backup", "list", w.target, "--json").stdout)}
    assert shown[ordered].endswith("Order of the Chamber, 29 November 2026") and list(shown.values()).count(None) == 1, shown
    assert w.verify("--identity", w.identity, "--name", ordered)["faults"] == 0, "it opens all the same"
    daemon("backup", "release", w.target, "--name", ordered)
    done = daemon("backup", "release", w.target, "--name", ordered, expect=1)
    assert "backup.no_hold" in done.stderr, done.stderr
    last = json.loads(daemon("backup", "prune", w.target, "--keep", "1", "--json").stdout)
    assert last["kept"] == 1 and last["pruned"] == 1 and last["erased_still_in_backups"] == 0 and last["on_hold"] == 0, last
    assert told["pruned"] + last["pruned"] == len(rows) - 1, (told, last)
    assert told["attachments_removed"] + last["attachments_removed"] >= 1, (told, last)
    told = last
    assert told["window_from"] == told["window_until"] == rows[-1]["recovery_point"], told
    stored = w.server.rows("SELECT lower(hex(id)) FROM upload WHERE stage IN ('sealed', 'attached');")
    assert sorted(name.split("-")[0] for name in w.blobs()) == sorted(stored), "only what the server has itself"
    assert w.verify("--identity", w.identity)["faults"] == 0


def kept_no_longer_than_told(w):
    """People are told a number of days: no rule on the command line keeps a backup beyond it."""
    clock = shutil.which("faketime")
    if clock is None:
        raise Skip("faketime is not installed")
    text = w.server.config.read_text()
    w.server.config.write_text(text.replace("[backup]\n", "[backup]\nkept_days = 30\n"))
    w.server.stop_alone()
    w.server.start()
    w.signed_in()
    dossier = w.send()
    seq = w.cast["SEN1"].run("dossier", "show", dossier).json["entries"][-1]["seq"]
    said = w.cast["SEN1"].run("withdraw", dossier, seq, "--reason", "Sent in error.", "--yes").json
    assert abs(said["copies_until"] - time.time() - 30 * 86400) < 600, said
    w.create()

    def at(days, hours, verb, *more, expect=0):
        done = subprocess.run([clock, "-f", f"+{days * 24 + hours}h", DAEMON, "backup", verb, str(w.target), *more, "--json"], capture_output=True,
                              text=True, timeout=600, stdin=subprocess.DEVNULL)
        assert done.returncode == expect, (done.returncode, done.stderr)
        assert expect == 0 or "backup.clock_unsure" in done.stderr, done.stderr
        return json.loads(done.stdout)

    def prune(days, *rule, hours=0, expect=0):
        return at(days, hours, "prune", *rule, expect=expect)

    target = w.folder / "for-weeks"
    shutil.copytree(w.target, target)
    kept, w.target = w.target, target
    try:
        by_config = ("--config", str(w.server.config))
        by_unit = ("--keep", "7", "--keep-days", "40", *by_config)
        told = prune(20, "--keep", "1", "--keep-days", "40", *by_config)
        assert told["pruned"] == 0 and told["kept"] == 2 and told["kept_days_told"] == 30 and told["beyond_told"] == 0, told
        assert prune(35, "--keep", "7", "--keep-days", "40")["pruned"] == 0, "nobody was told anything"
        # A rule of the command line alone goes by the same clock.
        told = prune(35, "--keep", "1", "--keep-days", "10", expect=3)
        assert told["pruned"] == 0 and told["kept"] == 2, told
        assert prune(35, "--keep", "2")["pruned"] == 0, "a number needs no clock"
        # A clock by which no backup was ever made takes none away, nor does one by which a single one was.
        for rule in (by_unit, by_config, ("--keep-days", "1", *by_config)):
            told = prune(35, *rule, expect=3)
            assert told["pruned"] == 0 and told["kept"] == told["beyond_told"] == 2, told
        at(35, 0, "create", *by_config)
        told = prune(35, *by_unit, expect=3)
        assert told["pruned"] == 0 and told["kept"] == 3 and told["beyond_told"] == 2, told
        at(37, 0, "create", *by_config)
        assert prune(37, *by_unit, expect=3)["kept"] == 4
        # After three days of backups it is believed.
        at(39, 0, "create", *by_config)
        told = prune(39, *by_unit)
        assert told["pruned"] == 2 and told["kept"] == 3 and told["beyond_told"] == 0, told
        # From then on each goes before the day that was told, though the timer comes every four hours only.
        at(52, 0, "create", *by_config)
        at(63, 0, "create", *by_config)
        assert prune(65, *by_unit, hours=-6)["pruned"] == 0
        assert prune(65, *by_unit, hours=-4)["pruned"] == 1
        # What an order keeps is counted, and is no fault.
        oldest = sorted(path.name for path in target.iterdir() if (path / "manifest").exists())[0]
        daemon("backup", "hold", target, "--name", oldest, "--reason", "Order of the Chamber, 29 November 2026")
        at(66, 0, "create", *by_config)
        told = prune(67, *by_config)
        assert told["pruned"] == 0 and told["on_hold"] == told["beyond_told"] == 1, told
        # Days that are fewer than two times between backups never let the clock be believed: told, with how many would.
        shutil.rmtree(target)
        target.mkdir()
        for day in (0, 2, 4, 6):
            at(day, 0, "create", *by_config)
        done = subprocess.run([clock, "-f", "+144h", DAEMON, "backup", "prune", str(w.target), "--keep-days", "3"], capture_output=True, text=True, timeout=600)
        assert done.returncode == 3 and "backup.kept_short days=3 hours=48 least=4" in " ".join(done.stderr.split()), done.stderr
        assert "backup prune FOLDER --keep N" in done.stderr, done.stderr
        done = subprocess.run([clock, "-f", "+144h", DAEMON, "backup", "prune", str(w.target), "--keep-days", "5"], capture_output=True, text=True, timeout=600)
        assert done.returncode == 0 and "backup.kept_short" not in done.stderr and len([*target.glob("*/manifest")]) == 3, done.stderr
    finally:
        w.target = kept
        w.server.config.write_text(text)


def the_timer(w):
    """Prunes once a newer backup is whole, never before, and whoever watches the unit sees what becomes of it."""
    unit = (ROOT / "deploy/systemd/rogatory-backup.service").read_text()
    runs = [line.split("=", 1) for line in unit.splitlines() if line.startswith("Exec") and "rogatoryd backup" in line]
    assert len(runs) == 1 and runs[0][0] == "ExecStart", runs
    words = runs[0][1].split()
    assert words[:3] == ["/usr/bin/rogatoryd", "backup", "create"] and {"--then-prune", "--keep", "--keep-days", "--config"} <= set(words), words
    here = {"/usr/bin/rogatoryd": DAEMON, "/var/backups/rogatory": w.target, "/var/lib/rogatory/rogatoryd.toml": w.server.config}
    told = [json.loads(line) for line in daemon(*(here.get(word, word) for word in words[1:])).stdout.splitlines()]
    assert told[0]["missing"] == 0 and told[1]["pruned"] == 0 and told[1]["kept"] >= 1, told


def key_changed(w):
    """Whenever it is killed, one of the two files opens the database, and the same command finishes."""
    done = daemon("key", "rotate", "--config", w.server.config, expect=1)
    assert "storage.locked" in done.stderr, done.stderr
    w.server.stop_alone()
    data, key = w.server.data, w.server.data / "database.key"
    fresh = data / "database.key.new"

    def statements(with_key):
        found = subprocess.run(["sqlcipher", "-readonly", str(data / "rogatory.db")], capture_output=True, text=True,
                               input=f"PRAGMA key = \"x'{with_key}'\";\nSELECT count(*), max(hex(id)) FROM statement;\n").stdout
        return [line for line in found.splitlines() if "|" in line]

    had = statements(key.read_text().strip())
    assert had
    first = key.read_text()
    daemon("key", "rotate", "--config", w.server.config)
    assert key.read_text() != first and statements(key.read_text().strip()) == had and not statements(first.strip())
    assert not fresh.exists() and not (data / "rogatory.db.rekeyed").exists()
    assert oct(key.stat().st_mode & 0o777) == "0o600"
    # At random, and where each step begins: strace ends it at the n-th rename.
    began = time.monotonic()
    daemon("key", "rotate", "--config", w.server.config)
    takes = time.monotonic() - began
    states = set()
    for turn in range(14):
        if turn < 4 and shutil.which("strace"):
            subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=rename,renameat,renameat2", "-e",
                            f"inject=rename,renameat,renameat2:signal=KILL:when={turn // 2 + 2 + turn % 2}", DAEMON, "key", "rotate", "--config",
                            str(w.server.config)], capture_output=True, timeout=600)
        else:
            process = subprocess.Popen([DAEMON, "key", "rotate", "--config", str(w.server.config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(takes * random.Random(turn).random())
            process.send_signal(signal.SIGKILL)
            process.wait()
        opening = [path.name for path in (key, fresh) if path.exists() and statements(path.read_text().strip()) == had]
        states.add((*opening, fresh.exists(), (data / "rogatory.db.rekeyed").exists()))
        assert len(opening) == 1, (turn, opening)
        if opening == ["database.key.new"]:
            told = daemon("check", "--config", w.server.config, expect=1)
            assert "database_key.rotation" in told.stderr, told.stderr
        daemon("key", "rotate", "--config", w.server.config)
        assert statements(key.read_text().strip()) == had and not fresh.exists() and not (data / "rogatory.db.rekeyed").exists()
    if shutil.which("strace"):
        assert any(state[0] == "database.key.new" for state in states), states
    elsewhere = w.folder / "new-credential.key"
    daemon("key", "rotate", "--config", w.server.config, "--new-key-out", elsewhere)
    assert statements(elsewhere.read_text().strip()) == had and not statements(key.read_text().strip())
    shutil.copy(elsewhere, key)
    again = daemon("key", "rotate", "--config", w.server.config, "--new-key-out", elsewhere, expect=1)
    assert "database_key.exists" in again.stderr and elsewhere.read_text() == key.read_text(), again.stderr
    if subprocess.run(["stat", "-f", "-c", "%T", str(data)], capture_output=True, text=True).stdout.strip() not in ("tmpfs", "ramfs"):
        lost = daemon("key", "rotate", "--config", w.server.config, "--new-key-out", "/dev/shm/rogatory-new.key", expect=1)
        assert "database_key.volatile" in lost.stderr and not pathlib.Path("/dev/shm/rogatory-new.key").exists(), lost.stderr
    daemon("check", "--config", w.server.config)
    w.server.start()
    w.signed_in()
    w.send()
    w.create()


def main():
    cases = Cases("backup")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-backup-"))
    w = None
    try:
        with cases.case("an installation of three Parties"):
            w = World(folder)
        for work in (on_line, incremental, went_bad, stock_age, refusals, killed, full_target, restored, older, pruned,
                     kept_no_longer_than_told, the_timer, key_changed):
            with cases.case(work.__name__.replace("_", " ")):
                work(w)
    finally:
        if w:
            w.cast.sign_out_all()
            w.server.stop()
        if cases.count("failed"):
            print(f"kept: {folder}")
            if w:
                print(w.server.log_tail(20))
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
