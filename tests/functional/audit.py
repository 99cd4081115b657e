"""A State's monitoring gets its own Party's part of the audit trail: whole, nobody else's, and without a gap whatever is cut.

A file says itself how far it is, so that nothing comes twice; a collector over TLS has no word for "taken", so that a line may
come twice around a cut and never not at all.
"""
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from installation import CONFLICT, INTEGRITY, NOT_SIGNED_IN, NOT_THERE, OK, REFUSED, UNAVAILABLE
from network import free_port
from scene import Scene, play, soon

# Of the Open Cybersecurity Schema Framework 1.3.0: what each class must have, and the activities it knows.
EVERY = {"activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"}
CLASSES = {3001: ({"user"}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99}),
           3002: ({"user", "service"}, {1, 2, 3, 4, 5, 99}),
           6003: ({"actor", "api", "src_endpoint"}, {1, 2, 3, 4, 99})}
SYSLOG = re.compile(r"<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (\S{1,255}) rogatory - (\S{1,32}) \[meta sequenceId=\"(\d+)\"\] (\{.*\})")


class Collector:
    """A syslog receiver over TLS with octet counting (RFC 5425), which keeps what it got."""

    def __init__(self, folder, name="localhost"):
        self.port, self.parts, self.open = free_port(), [], []
        self.certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-keyout", str(key),
                        "-out", str(self.certificate), "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, key)
        self.listening = None

    def start(self):
        self.listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.serve, args=(self.listening,), daemon=True).start()

    def serve(self, listening):
        for _ in range(1000):
            try:
                raw, _ = listening.accept()
            except OSError:
                return
            # Each connection's apart, in the order in which they came: another's thread may read on while this one's rests.
            self.parts.append([])
            threading.Thread(target=self.take, args=(raw, self.parts[-1]), daemon=True).start()

    def take(self, raw, part):
        try:
            raw.settimeout(60)
            stream = self.context.wrap_socket(raw, server_side=True)
            self.open.append(stream)
            reader = stream.makefile("rb")
            while True:
                size = b""
                while not size.endswith(b" "):
                    byte = reader.read(1)
                    if not byte:
                        return
                    size += byte
                message = reader.read(int(size))
                if len(message) == int(size):
                    part.append(message.decode())
        except (OSError, ssl.SSLError, ValueError):
            pass

    def stop(self):
        # Closing alone would leave the thread that accepts with it.
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for stream in self.open:
            try:
                stream.shutdown(socket.SHUT_RDWR)
                stream.close()
            except OSError:
                pass
        self.open = []

    @property
    def got(self):
        return [line for part in self.parts for line in part]

    def numbers(self):
        return [int(SYSLOG.fullmatch(line)[5]) for line in self.got]


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.admin, self.root, self.second, self.other = (self.cast[name] for name in ("ADMIN", "SEN1", "SEN2", "OTP1"))
        self.changed = 0

    def happen(self, times=1):
        """Something that concerns Senegal."""
        for _ in range(times):
            self.changed += 1
            self.admin.run("admin", "party", "quota", "SEN", "--bytes", 10**12 + self.changed)

    def lines(self, *words, who=None):
        printed = (who or self.root).run("audit", "--format", "ocsf", *words).out
        return [json.loads(line) for line in printed.splitlines()]

    def alter(self, script):
        """As somebody who runs the server can."""
        assert self.server.stop_alone() == 0
        key = (self.server.data / "database.key").read_text().strip()
        subprocess.run(["sqlcipher", "-bail", str(self.server.data / "rogatory.db")], input=f"PRAGMA key = \"x'{key}'\";\n{script}\n", text=True, check=True,
                       capture_output=True)
        self.server.start()

    def newest(self):
        return self.lines()[-1]["metadata"]["sequence"]


def reached(cursor):
    return int(cursor.read_text().split()[3])


def numbers_in(*files):
    """Of the lines that are whole: the last may be on its way."""
    return [json.loads(line)["metadata"]["sequence"] for file in files for line in file.read_text().split("\n")[:-1]]


def sound(event, trail):
    assert EVERY <= set(event), event
    needed, activities = CLASSES[event["class_uid"]]
    assert needed <= set(event) and event["activity_id"] in activities, event
    assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"] and event["category_uid"] == event["class_uid"] // 1000
    assert event["status_id"] in (1, 2) and event["severity_id"] in (1, 2, 3, 4), event
    about = event["metadata"]
    assert about["version"] == "1.3.0" and about["tenant_uid"] == trail and about["uid"] == f"{trail}-{about['sequence']}", about
    assert abs(event["time"] / 1000 - time.time()) < 3600, event


def its_own_party_and_nobody_else(w):
    path = w.folder / "report.bin"
    path.write_bytes(random.Random(3).randbytes(20_000))
    sent = casting.items(w.root.run("send", path, "--to", "X-OTP", "--yes"))[0]
    w.other.run("get", sent["dossier"], "--out", w.folder / "fetched")
    wrong = w.second.folder / "wrong.txt"
    wrong.write_text("not the passphrase of anybody here\n")
    wrong.chmod(0o600)
    w.second.sign_in(expect=None, environment={"ROGATORY_PASSPHRASE_FILE": str(wrong)})
    events = w.lines()
    for event in events:
        sound(event, "SEN")
    assert [event["metadata"]["sequence"] for event in events] == list(range(1, len(events) + 1))
    codes = {event["metadata"]["event_code"] for event in events}
    assert {"session.started", "session.refused", "account.enrolled", "statement.appended", "upload.created", "party.created",
            "invitation.redeemed"} <= codes, codes
    assert {event["class_uid"] for event in events} == {3001, 3002, 6003}
    refused = [event for event in events if event["metadata"]["event_code"] == "session.refused"]
    assert refused[-1]["user"]["name"] == w.second.user and refused[-1]["status_id"] == 2 and refused[-1]["class_uid"] == 3002, refused
    actors = {event["actor"]["user"]["name"] for event in events}
    assert actors == {"-", w.root.user, w.second.user, w.admin.user}, actors
    theirs = w.lines(who=w.other)
    assert {event["actor"]["user"]["name"] for event in theirs} == {"-", "otp.1", "otp.2", w.admin.user}
    # The Prosecutor opened Senegal's file: his act stands in his trail alone.
    assert any(event["metadata"]["event_code"] == "statement.appended" and event["actor"]["user"]["name"] == "otp.1" for event in theirs)


def nobody_else_reads_it(w):
    assert w.root.run("audit", "--party", "X-OTP", expect=NOT_THERE).refusal["key"] == "access.not_found"
    assert w.root.run("audit", "--party", "ZZZ", expect=NOT_THERE).refusal["key"] == "access.not_found"
    reader = w.cast.join("SEN3", "sen.crf.3", w.root, "officer")
    assert reader.run("audit", expect=None).refusal["key"] == "audit.access_manager"
    assert reader.run("audit", "--party", "SEN", expect=None).refusal["key"] == "access.role"
    assert w.root.run("admin", "audit-feed", expect=NOT_THERE)


def another_authority_of_the_party_keeps_its_files_to_itself(w):
    office = w.cast.second_authority("BRA1", "sen.bra.1", w.root, "BRA", "aro")
    w.cast.join("BRA2", "sen.bra.2", office, "custodian")
    path = w.folder / "report-2.bin"
    path.write_bytes(random.Random(4).randbytes(1000))
    office.run("party", "pin", "--sheet", w.cast.sheet, expect=None)
    casting.items(office.run("send", path, "--to", "X-OTP", "--yes"))
    theirs = [event for event in w.lines() if event["actor"]["user"]["name"] == office.user and event["class_uid"] == 6003]
    uploads = [event for event in theirs if event["metadata"]["event_code"] == "upload.created"]
    assert len(uploads) == 1 and "resources" not in uploads[0] and "status_detail" not in uploads[0], uploads
    assert all(event["resources"][0]["name"].startswith(("member", "invit", "keyring", "author", "pinned", "epoch", "recovery"))
               for event in theirs if "resources" in event and event["metadata"]["event_code"] == "statement.appended"), theirs
    assert office.run("audit", "--party", "SEN", expect=NOT_THERE).refusal["key"] == "access.not_found"


def a_file_goes_on_after_every_cut(w):
    out = w.folder / "feed.jsonl"
    chance = random.Random(11)
    for round_ in range(6):
        feed = w.root.start("audit", "--follow", "--every", "1", "--format", "ocsf", "--out", out)
        w.happen(2)
        assert soon(out.exists), w.root.last_output()  # made by the feed, whose rights it then has
        time.sleep(chance.random() * 1.5)
        feed.kill()
        feed.wait(90)
        # As a cut in the middle of a write leaves it.
        with open(out, "ab") as file:
            file.write(b'{"metadata":{"version":"1.3.0","sequ'[:chance.randrange(1, 34)] if round_ % 2 else b"")
    w.root.run("audit", "--format", "ocsf", "--out", out)
    numbers = [json.loads(line)["metadata"]["sequence"] for line in out.read_text().splitlines()]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= w.newest(), numbers[-3:]
    assert w.root.run("audit", "--format", "text", "--out", out, expect=REFUSED).refusal["key"] == "audit.not_a_feed"
    assert os.stat(out).st_mode & 0o077 == 0


def a_collector_over_tls_misses_nothing(w):
    collector, cursor = Collector(w.folder), w.folder / "cursor"
    collector.start()
    to = ["--syslog", f"localhost:{collector.port}", "--syslog-ca", collector.certificate, "--cursor", cursor]
    w.root.run("audit", *to)
    whole = w.newest()
    assert soon(lambda: len(collector.got) >= whole)
    assert collector.numbers() == list(range(1, whole + 1))
    for line in collector.got:
        found = SYSLOG.fullmatch(line)
        assert found and int(found[1]) // 8 == 13 and found[3] == w.server.url.removeprefix("https://"), line
        event = json.loads(found[6])
        sound(event, "SEN")
        assert event["metadata"]["event_code"] == found[4] and event["metadata"]["sequence"] == int(found[5])
    kind, host, trail, number, digest = cursor.read_text().split()
    assert (kind, host, trail, number) == ("rogatory-audit-cursor", w.server.url.removeprefix("https://"), "SEN", str(whole)) and len(digest) == 64
    # The feed is killed, and the collector goes away and comes back.
    chance = random.Random(5)
    for round_ in range(4):
        feed = w.root.start("audit", "--follow", "--every", "1", *to)
        w.happen()
        if round_ % 2:
            collector.stop()
            w.happen()
            collector.start()
            assert soon(lambda: reached(cursor) >= w.newest()), (w.root.last_output(), cursor.read_text())
        time.sleep(chance.random())
        feed.kill()
        feed.wait(90)
    w.root.run("audit", *to)
    newest = w.newest()
    assert soon(lambda: newest in collector.numbers())
    numbers = collector.numbers()
    assert sorted(set(numbers)) == list(range(1, newest + 1)), "a line is missing"
    for before, after in zip(numbers, numbers[1:]):
        assert after <= before + 1, (before, after)
    collector.stop()


def it_is_sent_to_nobody_but_the_collector_that_was_named(w):
    collector, other = Collector(w.folder), Collector(w.folder, "elsewhere.example")
    collector.start()
    other.start()
    for port, ca in ((collector.port, other.certificate), (other.port, other.certificate)):
        refused = w.root.run("audit", "--syslog", f"localhost:{port}", "--syslog-ca", ca, expect=UNAVAILABLE)
        assert refused.refusal["key"] == "audit.syslog_failed", refused
    assert not collector.got and not other.got
    assert w.root.run("audit", "--syslog", "localhost:0", expect=REFUSED).refusal["key"] == "audit.syslog_address"


def a_server_that_was_put_back_is_noticed(w):
    refused = w.root.run("audit", "--from", w.newest() + 1000, expect=INTEGRITY)
    assert refused.refusal["key"] == "audit.behind", refused


def a_file_is_turned_over(w):
    out, old, cursor = w.folder / "turned.jsonl", w.folder / "turned.jsonl.1", w.folder / "turned.cursor"
    words = ["audit", "--format", "ocsf", "--out", out, "--cursor", cursor]
    feed = w.root.start(*words, "--follow", "--every", "1")
    assert soon(lambda: cursor.exists() and reached(cursor) >= w.newest())
    # Two at once would write everything twice.
    for other in (["--out", out], ["--out", w.folder / "third.jsonl", "--cursor", cursor]):
        assert w.root.run("audit", "--format", "ocsf", *other, expect=CONFLICT).refusal["key"] == "audit.running"
    out.rename(old)
    w.happen(2)
    assert soon(lambda: out.exists() and len(numbers_in(out)) >= 2), w.root.last_output()
    feed.send_signal(signal.SIGINT)
    assert feed.wait(90) == 0
    # Turned over while no feed is there: the cursor knows.
    out.rename(w.folder / "turned.jsonl.2")
    w.happen()
    w.root.run(*words)
    whole = numbers_in(old, w.folder / "turned.jsonl.2", out)
    assert whole == list(range(1, len(whole) + 1)) and len(whole) >= reached(cursor) and numbers_in(out)[0] > 2, whole


def a_cursor_is_of_one_feed(w):
    cursor = w.folder / "bound.cursor"
    w.root.run("audit", "--cursor", cursor)
    good = cursor.read_text()
    assert w.other.run("audit", "--cursor", cursor, expect=REFUSED).refusal["key"] == "audit.cursor_other"
    for wrong in ("7\n", "", good + "8\n", good.replace("rogatory", "other")):
        cursor.write_text(wrong)
        assert w.root.run("audit", "--cursor", cursor, expect=REFUSED).refusal["key"] == "audit.cursor", wrong
    # One that cannot be read is no reason to send everything again.
    cursor.unlink()
    cursor.mkdir()
    assert w.root.run("audit", "--cursor", cursor, expect=REFUSED).refusal["key"] == "audit.cursor"
    cursor.rmdir()


def a_feed_goes_on_in_the_session_that_the_profile_has_now(w):
    out = w.folder / "renewed.jsonl"
    feed = w.root.start("audit", "--follow", "--every", "1", "--format", "ocsf", "--out", out)
    assert soon(lambda: out.exists() and out.read_text())
    before = {one["id"] for one in casting.items(w.root.run("session", "list"))}
    w.root.sign_in()
    for session in before:
        w.root.run("session", "end", session)
    w.happen()
    assert soon(lambda: max(numbers_in(out), default=0) >= w.newest()) and feed.poll() is None, w.root.last_output()
    # Whoever is signed out is fed no more.
    w.root.run("sign-out")
    assert feed.wait(90) == NOT_SIGNED_IN, w.root.last_output()
    w.root.sign_in()


def who_was_signed_out_by_an_administrator_is_named(w):
    session = next(one["id"] for one in casting.items(w.admin.run("admin", "session", "list")) if one["user"] == w.other.user)
    w.admin.run("admin", "session", "end", session)
    w.other.lock()
    w.other.sign_in()
    ended = [event for event in w.lines(who=w.other) if event["metadata"]["event_code"] == "session.ended_by_administrator"]
    assert len(ended) == 1 and ended[0]["user"]["name"] == w.other.user and ended[0]["actor"]["user"]["name"] == w.admin.user, ended
    assert ended[0]["class_uid"] == 3002 and ended[0]["activity_id"] == 2, ended


def an_operator_puts_no_command_into_a_terminal(w):
    number = w.newest()
    which = f"WHERE sequence = (SELECT sequence FROM party_audit WHERE party = 'SEN' AND number = {number})"
    w.alter(f"UPDATE audit SET actor = char(27) || '[2J' || char(10) || '99999', object = char(9) || char(155) || '31m' {which};")
    lines = w.root.run("audit", json_output=False).out.split("\n")
    assert len(lines) == w.newest() + 1 and all(line.count("\t") == 5 for line in lines[:-1]), lines[-3:]
    assert not any(ord(c) < 32 and c != "\t" or 127 <= ord(c) < 160 for line in lines for c in line)
    w.alter(f"UPDATE audit SET actor = 'somebody', object = '', action = 'party.quota_set' || char(10) || '<0>1 ' {which};")
    refused = w.root.run("audit", "--format", "syslog", expect=None)
    assert refused.code != OK and "<0>1 " not in refused.out, refused
    w.alter(f"UPDATE audit SET action = 'party.quota_set' {which};")
    w.root.run("audit")


def a_server_that_was_really_put_back_is_noticed_though_it_has_gone_on(w):
    out, cursor, text = w.folder / "back.jsonl", w.folder / "back.cursor", w.folder / "back.txt"
    assert w.server.stop_alone() == 0
    shutil.copytree(w.server.data, w.folder / "copy")
    w.server.start()
    w.happen(2)
    feeds = (["--format", "ocsf", "--out", out], ["--cursor", cursor], ["--out", text])
    for words in feeds:
        w.root.run("audit", *words)
    taken = out.read_bytes(), cursor.read_bytes(), text.read_bytes()
    assert w.server.stop_alone() == 0
    shutil.rmtree(w.server.data)
    (w.folder / "copy").rename(w.server.data)
    w.server.start()
    time.sleep(1.1)  # what happens now happens at another second than what was lost
    w.happen(6)
    assert w.newest() > reached(cursor)
    for words in feeds:
        refused = w.root.run("audit", *words, expect=INTEGRITY)
        assert refused.refusal["key"] == "audit.behind", refused
    assert taken == (out.read_bytes(), cursor.read_bytes(), text.read_bytes()), "something was taken"


def a_feed_leaves_its_persons_other_commands_alone(w):
    feed = w.root.start("audit", "--follow", "--out", w.folder / "beside.txt")
    assert soon(lambda: (w.folder / "beside.txt").exists() and (w.folder / "beside.txt").stat().st_size > 0)
    assert w.root.run("member", "list").code == OK
    feed.send_signal(signal.SIGINT)
    assert feed.wait(90) == 0


def the_platform_has_the_same_for_all(w):
    out = w.folder / "platform.jsonl"
    w.admin.run("admin", "audit-feed", "--format", "ocsf", "--out", out)
    w.admin.run("admin", "audit-feed", "--format", "ocsf", "--out", out)
    events = [json.loads(line) for line in out.read_text().splitlines()]
    for event in events:
        sound(event, "platform")
    assert [event["metadata"]["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert {"sen.crf.1", "otp.1", w.admin.user} <= {event["actor"]["user"]["name"] for event in events}


STEPS = [its_own_party_and_nobody_else, nobody_else_reads_it, another_authority_of_the_party_keeps_its_files_to_itself, a_file_goes_on_after_every_cut,
         a_collector_over_tls_misses_nothing, it_is_sent_to_nobody_but_the_collector_that_was_named, a_server_that_was_put_back_is_noticed,
         a_file_is_turned_over, a_cursor_is_of_one_feed, a_feed_goes_on_in_the_session_that_the_profile_has_now,
         who_was_signed_out_by_an_administrator_is_named, an_operator_puts_no_command_into_a_terminal, a_feed_leaves_its_persons_other_commands_alone,
         the_platform_has_the_same_for_all, a_server_that_was_really_put_back_is_noticed_though_it_has_gone_on]


if __name__ == "__main__":
    sys.exit(play("audit", "a server, Senegal and the Prosecutor", World, STEPS))
