#!/usr/bin/env python3
"""`rogatoryd init` at a real terminal: every question, every answer that cannot be, Ctrl-C everywhere, and what was written serves."""
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import tomllib
import types
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import server_check
from cases import Cases
from installation import BIN
from network import free_port
from terminal import CTRL_C, Terminal

INTERRUPTED = 130
# What each question shows, and in which order they come.
ENGLISH = {
    "host": "By which name", "address": "On which address", "port": "On which port?", "data": "In which folder", "web": "Where is the web client",
    "tls": "Which certificate", "certificate": "File of the certificate", "private_key": "File of its private key",
    "management": "On which port of 127.0.0.1", "training": "Is it for exercises", "name": "as its name?", "policy": "co-signers’ policy",
    "admin_code": "code of the first administrator", "sheet": "first founding sheet", "mail": "Mail server?", "mail_plain": "in plain text?",
    "mail_from": "shall mails come from", "mail_user": "Name at the mail server", "mail_password": "File with its password",
    "backup": "Who opens backups", "backup_log_key": "log’s signing key in a backup", "write": "Write all this?"}
FRENCH = {
    "host": "Sous quel nom", "address": "Sur quelle adresse", "port": "Sur quel port\u00a0?", "data": "Dans quel dossier", "web": "Où est le client web",
    "tls": "Quel certificat", "management": "Sur quel port de 127.0.0.1", "training": "Est-il destiné à des exercices",
    "name": "doivent-ils afficher", "policy": "politique des cosignataires", "admin_code": "code du premier administrateur",
    "sheet": "première fiche de fondation", "mail": "Serveur de messagerie", "backup": "Qui ouvre les sauvegardes", "write": "Écrire tout cela"}


class Wrapped(Terminal):
    """Whose lines are broken where the terminal ends: any white space stands for one blank."""

    def expect(self, words, seconds=120):
        pattern = re.compile(r"\s+".join(map(re.escape, words.split(" "))))
        deadline = time.monotonic() + seconds
        while not (found := pattern.search(self.shown, self.read_to)):
            assert time.monotonic() < deadline, f"{words!r} was not shown:\n{self.shown}"
            if not self._read(0.1) and self.process.poll() is not None and not self._read(0.1):
                raise AssertionError(f"ended with {self.process.returncode} before {words!r} was shown:\n{self.shown}")
        before, self.read_to = self.shown[self.read_to:found.start()], found.end()
        return before


class World:
    def __init__(self, folder):
        self.folder = folder
        self.has_page = (BIN.parent / "pages" / "manifest.json").exists()
        self.number = 0
        self.identity, self.recipients = self.key("officer", "-pq")
        _, self.log_recipients = self.key("log-key-holder", "-pq")
        _, self.old_recipients = self.key("old-kind")

    def key(self, name, *kind):
        identity, recipient = self.folder / f"{name}.txt", self.folder / f"{name}.recipient"
        subprocess.run(["age-keygen", *kind, "-o", str(identity)], check=True, capture_output=True)
        recipient.write_text(subprocess.run(["age-keygen", "-y", str(identity)], check=True, capture_output=True, text=True).stdout)
        return identity, recipient

    def certificate(self, name, host):
        chain, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", str(key), "-out",
                        str(chain), "-days", "30", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"], check=True,
                       capture_output=True)
        key.chmod(0o600)
        return chain, key

    def fresh(self):
        self.number += 1
        place = self.folder / f"place-{self.number}"
        place.mkdir()
        return place

    def init(self, place, *options, language="en_GB.UTF-8"):
        return Wrapped([BIN / "rogatoryd", "init", *options], {**os.environ, "TERM": "xterm", "LC_ALL": language, "HOME": str(place)})

    def short(self, place):
        """The shortest way through: a name, a port and a folder; Enter for all the rest. Where no web client lies, it is asked for."""
        every = [("host", f"localhost:{free_port()}"), ("address", ""), ("port", ""), ("data", place / "data"), ("web", ""),
                               ("tls", "2"), ("management", free_port()), ("training", ""), ("name", ""), ("policy", ""),
                               ("admin_code", ""), ("sheet", ""), ("mail", ""), ("backup", "")]
        return [(name, text) for name, text in every if name != "web" or not self.has_page]


def answer(terminal, words, name, text):
    terminal.expect(words[name])
    then(terminal, text)


def walk(terminal, questions, words=ENGLISH):
    for name, text in questions:
        answer(terminal, words, name, text)


def what_lies(place):
    return sorted(str(path.relative_to(place)) for path in place.rglob("*"))


def refused(terminal, name, *pairs, words=ENGLISH):
    """Wrong answers, each with what is said of it."""
    terminal.expect(words[name])
    for text, said in pairs:
        terminal.expect("> ")
        terminal.type(str(text))
        terminal.expect(said)
        terminal.expect("→")


def then(terminal, text=""):
    terminal.expect("> ")
    terminal.type(str(text))


def every_wrong_answer(w):
    place, port = w.fresh(), free_port()
    data = place / "data"
    taken = socket.create_server(("127.0.0.1", 0))
    busy = taken.getsockname()[1]
    (place / "open").mkdir(mode=0o755)
    (place / "file").write_text("x")
    (place / "bad.policy").write_text("quorum nobody\n")
    (place / "mail-password").write_text("geheim\n")
    (place / "mail-password").chmod(0o644)
    with w.init(place) as t:
        refused(t, "host", ("", "needs an answer") if "." not in socket.gethostname() else ("Exchange", "no name"),
                ("Exchange.EXAMPLE", "no name"), ("a b", "no name"), ("localhost:70000", "no name"))
        then(t, f"localhost:{port}")
        refused(t, "address", ("localhost", "no address"), ("192.0.2.7", "none of this machine"))
        then(t)
        refused(t, "port", ("0", "no port"), ("70000", "no port"), ("4a", "no port"), (busy, "Another program has port"))
        then(t)
        refused(t, "data", (place / "no" / "where", "is not there"), (place / "file", "is no folder"), (place / "open", "Others than its owner"))
        then(t, "~/data")
        if not w.has_page:
            refused(t, "web", (place / "open", "no usable list"))
            then(t)
        refused(t, "tls", ("3", "none of the answers"), ("own", "none of the answers"))
        then(t, "1")
        chain, key = w.certificate("right", "localhost")
        other, _ = w.certificate("other", "exchange.example.org")
        _, stranger = w.certificate("stranger", "localhost")
        ended = place / "ended"
        ended.mkdir()
        shutil.copy(key, ended / "server.key")
        server_check.ended_certificate(types.SimpleNamespace(folder=place, data=ended))
        refused(t, "certificate", ("", "needs an answer"), (place / "no.pem", "cannot be used"), (place / "file", "cannot be used"),
                (other, "is not for localhost"), (ended / "server.pem", "has expired"))
        then(t, chain)
        bare = place / "bare.key"
        shutil.copy(key, bare)
        bare.chmod(0o644)
        refused(t, "private_key", (place / "no.key", "cannot be read"), (stranger, "not that of the certificate"), (bare, "Others than its owner"))
        then(t, key)
        management = free_port()
        refused(t, "management", (port, "served on port"), (busy, "Another program has port"), ("x", "no port"))
        then(t, management)
        refused(t, "training", ("perhaps", "neither yes nor no"))
        then(t, "N")
        answer(t, ENGLISH, "name", "Justice “exchange” \\ 1")
        refused(t, "policy", (place / "no.policy", "cannot be used"), (place / "bad.policy", "cannot be used"))
        then(t)
        refused(t, "admin_code", (place / "file", "is there already"), (place / "no" / "code", "is not there"))
        then(t, place / "code.txt")
        refused(t, "sheet", (place / "code.txt", "is there already"))
        then(t, place / "sheet.txt")
        refused(t, "mail", ("mail.example.org", "no address of a mail server"), ("http://mail.example.org", "no address of a mail server"))
        then(t, "smtp://127.0.0.1:2525")
        answer(t, ENGLISH, "mail_plain", "y")
        refused(t, "mail_from", ("nobody", "no address that mails"), ("a@b@c", "no address that mails"))
        then(t, "rogatory@example.org")
        answer(t, ENGLISH, "mail_user", "rogatory")
        refused(t, "mail_password", (place / "mail-password", "Others than its owner"), (place / "no", "cannot be read"))
        (place / "mail-password").chmod(0o600)
        then(t, place / "mail-password")
        refused(t, "backup", (place / "no.txt", "cannot be read"), (w.old_recipients, "no list of keys"), (place / "file", "no list of keys"))
        then(t, w.recipients)
        refused(t, "backup_log_key", (w.old_recipients, "no list of keys"))
        then(t, w.log_recipients)
        summary = t.expect(ENGLISH["write"])
        for said in (f"localhost:{port}", str(data), str(chain), str(management), "Justice “exchange”", str(place / "code.txt"), "smtp://127.0.0.1:2525",
                     str(w.recipients)):
            assert said in summary, (said, summary)
        assert not data.exists() and not (place / "code.txt").exists(), "something was written before the last question"
        then(t, "y")
        assert t.end() == 0, t.shown
        for command in ("rogatoryd check --config", "rogatoryd serve --config", f"admin enrol --server https://localhost:{port}", "rogatoryd backup create"):
            assert command in t.shown, (command, t.shown)
    taken.close()
    written = tomllib.loads((data / "rogatoryd.toml").read_text())
    assert written == {"data": ".", "name": "Justice “exchange” \\ 1",
                       "listen": {"address": "127.0.0.1", "port": port, "certificate": str(chain), "private_key": str(key)},
                       "management": {"address": "127.0.0.1", "port": management}, "web": written["web"],
                       "mail": {"url": "smtp://127.0.0.1:2525", "from": "rogatory@example.org", "user": "rogatory",
                                "password_file": str(place / "mail-password"), "plain_on_this_machine": True},
                       "backup": {"recipients_file": str(w.recipients), "log_key_recipients_file": str(w.log_recipients)}}, written
    assert (place / "code.txt").stat().st_mode & 0o077 == 0 and "Founding sheet" not in t.shown
    with w.init(place) as t:  # and the folder is never written over
        answer(t, ENGLISH, "host", f"localhost:{free_port()}")
        answer(t, ENGLISH, "address", "")
        answer(t, ENGLISH, "port", "")
        refused(t, "data", (data, "holds a server already"))
        t.press(CTRL_C)
        assert t.end() == INTERRUPTED


def check(data, **environment):
    return subprocess.run([str(BIN / "rogatoryd"), "check", "--config", str(data / "rogatoryd.toml")], capture_output=True, text=True, timeout=300,
                          stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C", **environment})


def what_was_written_serves(w):
    place = w.fresh()
    questions = w.short(place)
    port, management = (next(text for name, text in questions if name == wanted) for wanted in ("host", "management"))
    recipient = w.recipients.read_text().strip()
    with w.init(place) as t:
        walk(t, questions[:-1])
        answer(t, ENGLISH, "backup", recipient)
        answer(t, ENGLISH, "backup_log_key", "")
        answer(t, ENGLISH, "write", "y")
        assert t.end() == 0, t.shown
        assert f"rogatory --ca {place}/data/server.pem admin enrol" in t.shown, t.shown
    data = place / "data"
    assert (data / "backup-recipients.txt").read_text().strip() == recipient
    assert len((data / "admin-code.txt").read_text().strip()) > 10 and (data / "founding-sheet.txt").exists()
    done = check(data)
    assert done.returncode == 0, done.stderr
    (data / "server.key").chmod(0o644)
    assert check(data).returncode == 1, "a check that finds nothing would prove nothing"
    (data / "server.key").chmod(0o600)
    with open(place / "log", "wb") as log:
        server = subprocess.Popen([str(BIN / "rogatoryd"), "serve", "--config", str(data / "rogatoryd.toml")], stdin=subprocess.DEVNULL, stdout=log,
                                  stderr=log)
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{management}/readyz", timeout=10) as reply:
                    assert reply.status == 200
                    break
            except OSError:
                assert server.poll() is None and time.monotonic() < deadline, (place / "log").read_text()
                time.sleep(0.05)
        trust = ssl.create_default_context(cafile=str(data / "server.pem"))
        with urllib.request.urlopen(f"https://{port}/api/v1/server", timeout=60, context=trust) as reply:
            assert reply.status == 200
        (place / "backups").mkdir()
        done = subprocess.run([str(BIN / "rogatoryd"), "backup", "create", str(place / "backups"), "--config", str(data / "rogatoryd.toml")],
                              capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr
    finally:
        server.terminate()
        server.wait(timeout=90)


def recipients_or_nothing(w):
    """The configuration never names a file of recipients that is not there, and what failed can be done again."""
    place = w.fresh()
    data, recipient = place / "data", w.recipients.read_text().strip()

    def until_the_last_question(t):
        walk(t, w.short(place)[:-1])
        answer(t, ENGLISH, "backup", recipient)
        answer(t, ENGLISH, "backup_log_key", "")
        t.expect(ENGLISH["write"])
        t.expect("> ")

    with w.init(place) as t:
        until_the_last_question(t)
        data.mkdir(mode=0o700)
        (data / "backup-recipients.txt").write_text("another’s\n")
        t.type("y")
        assert t.end() == 1 and "is there already" in t.shown, t.shown
    assert what_lies(data) == ["backup-recipients.txt"] and (data / "backup-recipients.txt").read_text() == "another’s\n", what_lies(data)
    (data / "backup-recipients.txt").unlink()
    with w.init(place) as t:
        until_the_last_question(t)
        (data / "blobs").write_text("no folder")
        (data / "rogatory.db").write_text("another server’s")
        t.type("y")
        assert t.end() == 1, t.shown
    assert "backup-recipients.txt" not in what_lies(data) and "rogatoryd.toml" not in what_lies(data), what_lies(data)
    shutil.rmtree(data)
    with w.init(place) as t:
        until_the_last_question(t)
        t.type("y")
        assert t.end() == 0, t.shown
    assert (data / "backup-recipients.txt").read_text().strip() == recipient and check(data).returncode == 0


def interrupts_write_nothing(w):
    place = w.fresh()
    questions = [*w.short(place), ("write", "")]
    for stop in range(len(questions)):
        with w.init(place) as t:
            walk(t, questions[:stop])
            t.expect(ENGLISH[questions[stop][0]])
            t.expect("> ")
            t.press(CTRL_C)
            assert t.end() == INTERRUPTED, (questions[stop], t.process.returncode, t.shown)
            assert "Nothing was written" in t.shown, t.shown
        assert what_lies(place) == [], (questions[stop], what_lies(place))


def end_of_input(w):
    place = w.fresh()
    with w.init(place) as t:
        t.expect(ENGLISH["host"])
        t.expect("> ")
        t.press(b"\x04")
        assert t.end() == 1 and "broken off" in t.shown, t.shown
    assert what_lies(place) == []


def no_is_no(w):
    place = w.fresh()
    with w.init(place) as t:
        walk(t, [*w.short(place), ("write", "")])
        assert t.end() == 1 and "Nothing was written" in t.shown, t.shown
    assert what_lies(place) == []


def in_french(w):
    place = w.fresh()
    with w.init(place, language="fr_FR.UTF-8") as t:
        refused(t, "host", ("Exchange.EXAMPLE", "Ce n’est pas un nom"), words=FRENCH)
        then(t, f"localhost:{free_port()}")
        walk(t, w.short(place)[1:], FRENCH)
        shown = t.expect(FRENCH["write"])
        assert "Vos réponses" in shown and "Enter" not in t.shown and "Which" not in t.shown, t.shown
        then(t, "oui")
        assert t.end() == 0 and "La suite\u00a0:" in t.shown and "--user NOM" in t.shown, t.shown
    assert (place / "data" / "rogatoryd.toml").exists()
    with w.init(place, language="fr_FR.UTF-8") as t:
        t.expect(FRENCH["host"])
        t.press(CTRL_C)
        assert t.end() == INTERRUPTED and "Rien n’a été écrit" in t.shown, t.shown


def given_is_not_asked(w):
    place = w.fresh()
    host = f"localhost:{free_port()}"
    with w.init(place, "--host", host, "--self-signed", "--training", "--admin-code-out", place / "code") as t:
        questions = [(name, text) for name, text in w.short(place) if name not in ("host", "tls", "training", "admin_code")]
        walk(t, questions)
        assert host in t.expect(ENGLISH["write"])
        then(t, "y")
        assert t.end() == 0, t.shown
    written = tomllib.loads((place / "data" / "rogatoryd.toml").read_text())
    assert written["training"] is True and written["name"] == "Rogatory (training)" and (place / "code").exists(), written
    with w.init(place, "--host", "Not A Host") as t:  # what was given and cannot be is asked
        t.expect("no name by which")
        then(t, "localhost")
        t.expect(ENGLISH["address"])
        t.press(CTRL_C)
        assert t.end() == INTERRUPTED


def scripts_are_not_asked(w):
    place = w.fresh()
    for arguments in ((), ("--data", place / "data"), ("--host", "localhost")):
        for language, said in (("C.UTF-8", "is missing."), ("fr_FR.UTF-8", "Il manque --")):
            done = subprocess.run([str(BIN / "rogatoryd"), "init", *map(str, arguments)], capture_output=True, text=True, timeout=120,
                                  stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": language})
            assert done.returncode == 106 and said in done.stderr and "> " not in done.stderr + done.stdout, (arguments, done)
    assert what_lies(place) == []
    with w.init(place, "--data", place / "data", "--host", "localhost:8443") as t:  # who says all is not asked at a terminal either
        assert t.end() == 0 and "Which certificate" not in t.shown and "Founding sheet:" in t.shown, t.shown
    assert (place / "data" / "rogatoryd.toml").read_text().split("[web]")[0] == (
        "# rogatoryd. Paths are taken from the folder of this file. A name that is not known is refused.\n"
        'data = "."\n\n[listen]\naddress = "127.0.0.1"\nport = 8443\ncertificate = "server.pem"\nprivate_key = "server.key"\n\n'
        '[management]\naddress = "127.0.0.1"\nport = 8444\n\n# The web client; without it this server answers programs only.\n')


CASES = [("every answer that cannot be is explained and asked again; what is written is what was said", every_wrong_answer),
         ("what was written is in order, serves, and makes a backup", what_was_written_serves),
         ("recipients that were typed are written first, or nothing is", recipients_or_nothing),
         ("Ctrl-C at any question writes nothing", interrupts_write_nothing),
         ("the end of the input writes nothing", end_of_input),
         ("Enter at the last question is no", no_is_no),
         ("in French", in_french),
         ("what is given on the command line is not asked", given_is_not_asked),
         ("scripts are not asked, and write what they always wrote", scripts_are_not_asked)]


def main():
    cases = Cases("init_wizard")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-init-"))
    world = World(folder)
    for title, run in CASES:
        with cases.case(title):
            run(world)
    if not cases.count("failed"):
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"kept: {folder}")
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
