"""A State's machine signs in with nobody beside it: its collector follows the audit trail over the end of a session and a restart, its
intake fetches what comes; neither is ever an access manager or a second officer, and both end with their account."""
import json
import os
import pathlib
import random
import signal
import stat
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from installation import NOT_SIGNED_IN, NOT_THERE, OK, REFUSED, USAGE, Outcome, Person
from scene import Scene, play, soon


class Machine(Person):
    """Its profile, its key file, no passphrase and no authenticator."""

    def __init__(self, folder, server, user):
        super().__init__(folder, server, user)
        self.passphrase_file.unlink()
        self.key = self.folder / "service.key"

    def environment(self, extra=None):
        kept = super().environment(extra)
        del kept["ROGATORY_PASSPHRASE_FILE"]
        return kept

    def enrol(self, code, *words, expect=OK):
        return self.run("enrol", "--server", self.server.url, "--code-file", code, "--user", self.user, "--service-key-out", self.key, *words, expect=expect)

    def act(self, *words, **more):
        return self.run("--service-key", self.key, *words, **more)

    def follow(self, out):
        return self.start("--service-key", self.key, "audit", "--follow", "--every", "1", "--format", "ocsf", "--out", out)


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.admin, self.root, self.second, self.other = (self.cast[name] for name in ("ADMIN", "SEN1", "SEN2", "OTP1"))
        self.collector = Machine(folder / "collector", self.server, "sen.siem")
        self.intake = Machine(folder / "intake", self.server, "sen.intake")
        self.changed = 0

    def invite(self, name, *words, inviter=None):
        path = self.folder / f"code-{name}.txt"
        (inviter or self.root).run("member", "invite", *words, "--code-out", path)
        return path

    def happen(self, times=1):
        """Something that concerns Senegal."""
        for _ in range(times):
            self.changed += 1
            self.admin.run("admin", "party", "quota", "SEN", "--bytes", 10**12 + self.changed)

    def events(self):
        return [json.loads(line) for line in self.root.run("audit", "--format", "ocsf").out.splitlines()]

    def newest(self):
        return self.events()[-1]["metadata"]["sequence"]

    def sessions(self, user):
        return [one["id"] for one in casting.items(self.admin.run("admin", "session", "list")) if one["user"] == user]

    def member(self, name):
        return next(one for one in casting.items(self.root.run("member", "list")) if one["display_name"] == name)


def numbers_in(path):
    """Of the lines that are whole: the last may be on its way."""
    return [json.loads(line)["metadata"]["sequence"] for line in path.read_text().split("\n")[:-1]]


def caught_up(w, out):
    return soon(lambda: out.exists() and max(numbers_in(out), default=0) >= w.newest())


def gapless(path):
    numbers = numbers_in(path)
    assert numbers == list(range(1, len(numbers) + 1)) and path.read_text().endswith("\n"), numbers


def a_machine_is_enrolled_with_nobody_beside_it(w):
    person = w.invite("person", "--role", "officer")
    assert w.collector.enrol(person, expect=REFUSED).refusal["key"] == "enrolment.not_a_service"
    assert not w.collector.key.exists()
    code = w.invite("siem", "--service")
    somebody = Person(w.folder / "somebody", w.server, "sen.somebody")
    refused = somebody.run("enrol", "--server", w.server.url, "--code-file", code, "--user", somebody.user, "--totp-secret-file",
                           somebody.totp_secret_file, "--kit-out", somebody.kit, expect=REFUSED)
    assert refused.refusal["key"] == "enrolment.a_service", refused
    answered = w.collector.enrol(code, "--sign-in-only")
    assert stat.S_IMODE(w.collector.key.stat().st_mode) == 0o600
    lines = w.collector.key.read_text().splitlines()
    assert lines[:3] == ["# rogatory/v1/service-key", f"# server: {w.server.url}", f"# user: {w.collector.user}"] and len(lines) == 4, lines
    # Not before an access manager has taken it in.
    assert w.collector.act("sign-in", expect=NOT_SIGNED_IN).refusal["key"] == "service.refused"
    pending = [one for one in casting.items(w.root.run("member", "pending")) if one["comparison_digits"] == answered.json["comparison_digits"]]
    assert len(pending) == 1 and pending[0]["service"] and pending[0]["role"] == "reader", pending
    w.cast.approve(w.root, answered)
    assert w.collector.act("sign-in").json == {"signed_in": True, "user": w.collector.user, "kind": "service"}
    assert not w.sessions(w.collector.user), "each command ends its session"
    assert w.member(w.collector.user)["service"]
    told = w.root.run("member", "list", json_output=False).out
    assert "reader, service" in told, told


def its_key_file_is_its_own_alone(w):
    key = w.collector.key
    for mode in (0o640, 0o604, 0o644, 0o660):
        key.chmod(mode)
        assert w.collector.act("status", expect=REFUSED).refusal["key"] == "service_key.mode", oct(mode)
    key.chmod(0o400)
    w.collector.act("status")
    key.chmod(0o600)
    for wrong in ("", key.read_text() + "\n", key.read_text().replace("service-key", "service"), key.read_text()[:-3]):
        other = w.folder / "wrong.key"
        other.write_text(wrong)
        other.chmod(0o600)
        assert w.collector.run("--service-key", other, "status", expect=REFUSED).refusal["key"] == "service_key.malformed", wrong
    assert w.collector.run("--service-key", w.folder / "none.key", "status", expect=REFUSED).refusal["key"] == "service_key.unreadable"
    assert w.collector.run("--service-key", w.folder, "status", expect=REFUSED).refusal["key"] == "service_key.unreadable"
    elsewhere = w.collector.act("--server", "https://localhost:1", "status", expect=REFUSED)
    assert elsewhere.refusal["key"] == "service_key.another_server", elsewhere
    # From a descriptor that is handed over, as a secret store does it; and over a pipe.
    with open(key, "rb") as handed:
        command = w.collector.command("--service-key", f"/dev/fd/{handed.fileno()}", "status")
        done = subprocess.run(command, capture_output=True, text=True, env=w.collector.environment(), pass_fds=[handed.fileno()], timeout=180)
    assert done.returncode == OK, Outcome(command, done.returncode, done.stdout, done.stderr, 0)
    piped = subprocess.run(w.collector.command("--service-key", "/dev/stdin", "status"), input=key.read_bytes(), capture_output=True,
                           env=w.collector.environment(), timeout=180)
    assert piped.returncode == OK, piped
    # A pipe in a folder is a file there like any other: whoever may write to it hands in his own key.
    fifo = w.folder / "key.fifo"
    os.mkfifo(fifo)
    fifo.chmod(0o666)
    held = os.open(fifo, os.O_RDWR)
    try:
        os.write(held, key.read_bytes())
        assert w.collector.run("--service-key", fifo, "status", expect=REFUSED).refusal["key"] == "service_key.mode"
    finally:
        os.close(held)
    fifo.chmod(0o600)
    writer = threading.Thread(target=lambda: fifo.write_bytes(key.read_bytes()), daemon=True)
    writer.start()
    w.collector.run("--service-key", fifo, "status")
    writer.join(90)


def nobody_can_read_it_off_the_command_line(w):
    seed = w.collector.key.read_text().splitlines()[3].split()[-1]
    out = w.folder / "watched.jsonl"
    feed = w.collector.follow(out)
    assert caught_up(w, out), w.collector.last_output()
    for part in ("cmdline", "environ"):
        assert seed.encode() not in pathlib.Path(f"/proc/{feed.pid}/{part}").read_bytes(), part
    for path in w.collector.profile.rglob("*"):
        assert not path.is_file() or seed.encode() not in path.read_bytes(), path
    feed.send_signal(signal.SIGTERM)
    assert feed.wait(90) == OK, w.collector.last_output()
    assert soon(lambda: not w.sessions(w.collector.user)), "an ended feed ends its session"


def a_key_that_only_signs_in_opens_nothing(w):
    assert w.collector.act("status").json["unlocked"]
    for words in (["dossier", "list"], ["member", "list"], ["send", w.collector.key, "--to", "X-OTP"]):
        assert w.collector.act(*words, expect=NOT_THERE).refusal["key"] == "service.sign_in_only", words


def it_follows_over_the_end_of_a_session_and_a_restart(w):
    out = w.folder / "feed.jsonl"
    feed = w.collector.follow(out)
    assert caught_up(w, out), w.collector.last_output()
    chance = random.Random(18)
    for round_ in range(6):
        w.happen(1 + chance.randrange(2))
        if round_ % 3 == 0:
            for session in w.sessions(w.collector.user):
                w.admin.run("admin", "session", "end", session)
        if round_ % 3 == 1:
            assert w.server.stop_alone() == 0
            w.server.start()
        if round_ == 2:
            # The session ends and the server is away when the next one is to begin.
            for session in w.sessions(w.collector.user):
                w.admin.run("admin", "session", "end", session)
            w.server.kill()
            assert soon(lambda: "server" in w.collector.last_output())
            w.server.start()
        w.happen()
        assert caught_up(w, out), w.collector.last_output()
        assert feed.poll() is None, w.collector.last_output()
    gapless(out)
    began = [event for event in w.events() if event["metadata"]["event_code"] == "session.started" and event["actor"]["user"]["name"] == w.collector.user]
    assert len(began) >= 4 and all(event["status_detail"] == "service" for event in began), began[-1]
    # And where it is killed, and starts again.
    feed.kill()
    feed.wait(90)
    w.happen(2)
    feed = w.collector.follow(out)
    assert caught_up(w, out), w.collector.last_output()
    feed.send_signal(signal.SIGTERM)
    assert feed.wait(90) == OK
    gapless(out)


def an_intake_fetches_what_comes_and_signs_as_itself(w):
    code = w.invite("intake", "--service", "--role", "officer")
    w.cast.approve(w.root, w.intake.enrol(code, "--display-name", "Intake"))
    assert [line for line in w.intake.key.read_text().splitlines() if line.startswith("AGE-SECRET-KEY-PQ-1")]
    me = w.intake.act("status").json
    assert me["kind"] == "service" and me["memberships"][0]["role"] == "officer", me
    path = w.folder / "report.bin"
    path.write_bytes(random.Random(2).randbytes(30_000))
    sent = casting.items(w.other.run("send", path, "--to", "SEN", "--yes"))[0]
    scan = w.folder / "scan"
    scan.write_text("#!/bin/sh\nexit 0\n")
    scan.chmod(0o755)
    w.intake.act("get", sent["dossier"], "--after", scan, "--out", w.folder / "in")
    assert any(found.read_bytes() == path.read_bytes() for found in (w.folder / "in").rglob("*") if found.is_file())
    received = {(one["member_name"], one["kind"]) for one in casting.items(w.other.run("receipts", sent["dossier"]))}
    assert {kind for who, kind in received if who == "Intake"} == {"fetched", "opened_receipt"}, received
    own = casting.items(w.intake.act("send", path, "--to", "X-OTP", "--yes"))[0]
    w.other.run("get", own["dossier"], "--out", w.folder / "from-intake")
    # What a stolen profile holds opens nothing without the key file.
    assert w.intake.run("dossier", "list", expect=NOT_SIGNED_IN).refusal["key"] == "session.none"


def it_is_never_an_access_manager_nor_a_second_officer(w):
    refused = w.root.run("member", "invite", "--service", "--role", "custodian", "--code-out", w.folder / "never.txt", expect=None)
    assert refused.code != OK and refused.refusal["key"] == "void.service_custodian", refused
    intake = w.member("Intake")["member"]
    refused = w.root.run("member", "role", intake, "custodian", expect=None)
    assert refused.code != OK and refused.refusal["key"] == "void.service_custodian", refused
    for words in (["member", "invite", "--role", "reader", "--code-out", w.folder / "no.txt"], ["member", "remove", intake, "--yes"],
                  ["party", "access", "set", "--no-export", "--yes"]):
        assert w.intake.act(*words, expect=None).code not in (OK, 1), words
    assert w.root.run("member", "rekey", intake, "--code-out", w.folder / "no.txt", expect=REFUSED).refusal["key"] == "member.service_rekey"
    for words in (["passphrase", "change"], ["member", "rekey"], ["kit", "new", "--out", w.folder / "kit.txt"]):
        assert w.intake.act(*words, expect=REFUSED).refusal["key"] == "service.persons_only", words
    w.intake.act("admin", "audit", expect=NOT_THERE)
    both = w.intake.run("enrol", "--service-key-out", w.folder / "k", "--kit-out", w.folder / "s", expect=USAGE)
    assert both.code == USAGE


def a_person_does_not_come_in_by_a_services_way_nor_it_by_a_persons(w):
    forged = w.folder / "forged.key"
    lines = w.intake.key.read_text().splitlines(keepends=True)
    forged.write_text("".join(lines[:2] + [f"# user: {w.second.user}\n"] + lines[3:]))
    forged.chmod(0o600)
    stranger = Machine(w.folder / "stranger", w.server, w.second.user)
    assert stranger.run("--service-key", forged, "sign-in", expect=NOT_SIGNED_IN).refusal["key"] == "service.refused"
    # One profile is one account's.
    assert w.intake.run("--service-key", forged, "sign-in", expect=REFUSED).refusal["key"] == "profile.another_account"


def who_is_suspended_is_out_at_once_and_told_so(w):
    out = w.folder / "suspended.jsonl"
    feed = w.collector.follow(out)
    assert caught_up(w, out), w.collector.last_output()
    w.admin.run("admin", "account", "suspend", w.collector.user, "--reason", "Test")
    assert feed.wait(90) == NOT_SIGNED_IN, w.collector.last_output()
    assert '"service.refused"' in w.collector.last_output(), w.collector.last_output()
    assert not w.sessions(w.collector.user)
    told = w.collector.act("sign-in", expect=NOT_SIGNED_IN, json_output=False).err
    assert w.collector.user in told and "access manager" in told, told
    w.admin.run("admin", "account", "resume", w.collector.user, "--reason", "Test")
    feed = w.collector.follow(out)
    assert caught_up(w, out), w.collector.last_output()
    # The whole of the State, and lifted again: it goes on where it was.
    w.admin.run("admin", "party", "suspend", "SEN", "--reason", "Test")
    assert feed.wait(90) == NOT_SIGNED_IN, w.collector.last_output()
    w.admin.run("admin", "party", "resume", "SEN", "--reason", "Test")
    w.collector.act("audit", "--format", "ocsf", "--out", out)
    gapless(out)


def a_stolen_machine_is_out_and_another_takes_its_place(w):
    code = w.folder / "instead.txt"
    w.root.run("member", "stolen", w.member(w.collector.user)["member"], "--code-out", code, "--yes")
    assert w.collector.act("audit", expect=NOT_SIGNED_IN).refusal["key"] == "service.refused"
    another = Machine(w.folder / "another", w.server, "sen.siem.2")
    w.cast.approve(w.root, another.enrol(code, "--sign-in-only"))
    out = w.folder / "another.jsonl"
    another.act("audit", "--format", "ocsf", "--out", out)
    gapless(out)
    assert numbers_in(out)[-1] >= w.newest() - 2


def its_states_own_rules_hold(w):
    another = Machine(w.folder / "another", w.server, "sen.siem.2")
    w.root.run("party", "access", "set", "--from", "127.0.0.0/8", "--native-only", "--second-factor", "code", "--idle-minutes", "1", "--yes")
    assert another.act("sign-in").json["signed_in"]
    w.root.run("party", "access", "lift", "--yes")


STEPS = [a_machine_is_enrolled_with_nobody_beside_it, its_key_file_is_its_own_alone, nobody_can_read_it_off_the_command_line,
         a_key_that_only_signs_in_opens_nothing, it_follows_over_the_end_of_a_session_and_a_restart,
         an_intake_fetches_what_comes_and_signs_as_itself, it_is_never_an_access_manager_nor_a_second_officer,
         a_person_does_not_come_in_by_a_services_way_nor_it_by_a_persons, who_is_suspended_is_out_at_once_and_told_so,
         a_stolen_machine_is_out_and_another_takes_its_place, its_states_own_rules_hold]


if __name__ == "__main__":
    sys.exit(play("service_accounts", "a server, Senegal and the Prosecutor", World, STEPS))
