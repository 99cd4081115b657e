"""`rogatory watch`: what waits is told once, as it arrives, and opens nothing; other commands find the profile free, and nobody's keys stay
unlocked by it. A machine watches with its key file, in one session, over its end and a restart.

    tests/functional/watch.py                                       as continuous integration runs it
    tests/functional/watch.py it_locks_as_it_would_without_watching     a minute more"""
import json
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from installation import ATTENTION, NOT_SIGNED_IN, OK
from scene import Scene, play, soon
from service_accounts import Machine


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.admin, self.reader, self.sender = (self.cast[name] for name in ("ADMIN", "SEN1", "OTP1"))
        self.machine = Machine(folder / "machine", self.server, "sen.intake")
        self.document = folder / "document.txt"
        self.document.write_text("Baobab\n" * 100)

    def send(self):
        return casting.items(self.sender.run("send", self.document, "--to", "SEN", "--title", "Baobab", "--yes"))[0]["dossier"]

    def add(self, dossier):
        self.sender.run("add", dossier, self.document, "--yes")

    def get(self, dossier):
        self.reader.run("get", dossier, "--out", self.folder / "in", "--overwrite", "--yes")

    def sessions_begun(self, user):
        events = [json.loads(line) for line in self.reader.run("audit", "--format", "ocsf").out.splitlines()]
        return sum(1 for one in events if one["metadata"]["event_code"] == "session.started" and one["actor"]["user"]["name"] == user)

    def sessions(self, user):
        return [one["id"] for one in casting.items(self.admin.run("admin", "session", "list")) if one["user"] == user]


def told(person):
    """[(file, how many wait)] that the running command has told."""
    lines = (json.loads(line) for line in person.last_output().splitlines() if line.startswith("{"))
    return [(line["dossier"], line["unread"]) for line in lines if line.get("event") == "new"]


def ended(person, process):
    process.send_signal(signal.SIGTERM)
    assert process.wait(90) == OK, person.last_output()


def one_look_says_whether_anything_waits(w):
    assert w.reader.run("watch", "--once").out == ""
    assert w.reader.run("watch", "--once", json_output=False).out == "Nothing waits for you.\n"
    sent = w.send()
    line = w.reader.run("watch", "--once", expect=ATTENTION).json
    assert (line["event"], line["dossier"], line["party"], line["unread"]) == ("new", sent, "X-OTP", 1) and "Baobab" not in str(line), line
    french = w.reader.run("--lang", "fr", "watch", "--once", expect=ATTENTION, json_output=False).out
    assert sent[:12] in french and french.endswith(": 1 envoi non ouvert\n"), french
    assert not casting.items(w.sender.run("receipts", sent)), "nobody hears of it"
    w.get(sent)
    w.reader.run("watch", "--once")


def each_thing_is_told_once_as_it_arrives(w):
    watching = w.reader.start("watch", "--every", "1")
    sent = w.send()
    assert soon(lambda: told(w.reader) == [(sent, 1)]), w.reader.last_output()
    w.add(sent)
    assert soon(lambda: told(w.reader)[1:] == [(sent, 2)]), w.reader.last_output()
    time.sleep(2.5)
    assert len(told(w.reader)) == 2, w.reader.last_output()
    # Other commands of the same person find the profile free; one that meets a look is told so, and tries again.
    assert soon(lambda: w.reader.run("get", sent, "--out", w.folder / "in", "--yes", expect=None).code == OK)
    w.add(sent)
    assert soon(lambda: told(w.reader)[2:] == [(sent, 1)]), w.reader.last_output()
    assert w.server.stop_alone() == 0
    assert soon(lambda: "error" in w.reader.last_output())
    w.server.start()
    another = w.send()
    assert soon(lambda: told(w.reader)[3:] == [(another, 1)]), w.reader.last_output()
    assert watching.poll() is None
    ended(w.reader, watching)
    w.get(sent)
    w.get(another)


def a_machine_watches_in_one_session_and_fetches_meanwhile(w):
    code = w.folder / "code.txt"
    w.reader.run("member", "invite", "--service", "--role", "officer", "--code-out", code)
    w.cast.approve(w.reader, w.machine.enrol(code))
    w.machine.act("watch", "--once", expect=(OK, ATTENTION))
    before = w.sessions_begun(w.machine.user)
    watching = w.machine.start("--service-key", w.machine.key, "watch", "--every", "1")
    first = w.send()
    assert soon(lambda: (first, 1) in told(w.machine)), w.machine.last_output()
    time.sleep(3)
    assert w.sessions_begun(w.machine.user) == before + 1 and len(w.sessions(w.machine.user)) == 1, "a session for each look"
    fetched = lambda: w.machine.run("--service-key", w.machine.key, "get", first, "--out", w.folder / "fetched", "--yes", expect=None).code == OK
    assert soon(fetched), "the profile is not free"
    assert any(path.read_bytes() == w.document.read_bytes() for path in (w.folder / "fetched").rglob("*") if path.is_file())
    # Its session is ended, and the server starts anew: it goes on.
    for session in w.sessions(w.machine.user):
        w.admin.run("admin", "session", "end", session)
    second = w.send()
    assert soon(lambda: (second, 1) in told(w.machine)), w.machine.last_output()
    assert w.server.stop_alone() == 0
    w.server.start()
    third = w.send()
    assert soon(lambda: (third, 1) in told(w.machine)), w.machine.last_output()
    assert len(set(told(w.machine))) == len(told(w.machine)), w.machine.last_output()
    ended(w.machine, watching)
    assert soon(lambda: not w.sessions(w.machine.user)), "its session ends with it"


def who_is_suspended_watches_no_longer(w):
    watching = w.machine.start("--service-key", w.machine.key, "watch", "--every", "1")
    assert soon(lambda: told(w.machine)), w.machine.last_output()
    w.admin.run("admin", "account", "suspend", w.machine.user, "--reason", "Test")
    assert watching.wait(90) == NOT_SIGNED_IN, w.machine.last_output()
    w.admin.run("admin", "account", "resume", w.machine.user, "--reason", "Test")


def it_locks_as_it_would_without_watching(w):
    w.reader.run("sign-in", "--user", w.reader.user, "--totp-secret-file", w.reader.totp_secret_file, "--keep-minutes", "1")
    began = time.monotonic()
    watching = w.reader.start("watch", "--every", "5")
    assert watching.wait(120) == NOT_SIGNED_IN, w.reader.last_output()
    assert 50 <= time.monotonic() - began <= 75 and '"watch.locked"' in w.reader.last_output(), w.reader.last_output()
    assert w.reader.run("dossier", "list", expect=NOT_SIGNED_IN).refusal["key"] == "session.none"
    w.reader.sign_in()


STEPS = [one_look_says_whether_anything_waits, each_thing_is_told_once_as_it_arrives, a_machine_watches_in_one_session_and_fetches_meanwhile,
         who_is_suspended_watches_no_longer]


if __name__ == "__main__":
    sys.exit(play("watch", "a server, Senegal and the Prosecutor", World, [*STEPS, it_locks_as_it_would_without_watching] if sys.argv[1:] else STEPS))
