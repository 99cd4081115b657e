"""A person on a bad line: 256 kbit/s, 400 ms there and back, and one second in fifty in which a connection breaks. Held against the limits
that people were promised, not against a peer. A command that a break ended is run again, as a person would."""
import shutil
import time

import cast as casting
from documents import seeded_file
from installation import INCOMPLETE, NOT_SIGNED_IN, OK, UNAVAILABLE, Person
from network import Line as Connection

from .scene import Product
from .table import Line

LINES = [
    Line("slow-return", "sign-in after a month away to the inbox", "60 s", 1.0, at_least=False),
    Line("slow-return-bytes", "what that takes of the line, both ways", "2 MB", 1.0, at_least=False),
    Line("slow-new-device", "sign-in on a new device to the inbox, the whole log checked", "180 s", 1.0, at_least=False),
    Line("slow-upload", "a document at 1 Mbit/s, its sender's sessions ended three times on the way", "the line alone", 2.0, at_least=False),
]
BAD = {"bits_per_second": 256_000, "round_trip": 0.4, "cuts": 0.02}


def measure(table, scene):
    product = Product(scene, "slow-line")
    sender, reader = product.cast["SEN2"], product.cast["OTP2"]
    # A year of everybody's statements in the log, and then a month more: the reader has part in forty dossiers of it.
    year, month, mine = (1_000, 80, 6) if scene.short else (10_000, 800, 40)
    product.session("registry.1", year, 1)
    reader.sign_in()
    reader.run("dossier", "list")
    product.session("registry.1", month, 1)
    sender.sign_in()
    for number in range(mine):
        note = scene.folder / f"note-{number}.txt"
        note.write_text(f"Mouvement {number}\n" * 400)
        sender.run("send", note, "--to", "X-OTP", "--title", f"Mouvement {number}", "--yes")
    reader.lock()
    returned, new = [], []
    for round_number in range(table.rounds):
        profile = scene.folder / f"reader-{round_number}"
        _copy(reader, profile)
        returned.append(_to_the_inbox(reader, profile, round_number, [], mine))
        fresh = Person(scene.folder / f"new-device-{round_number}", product.server, reader.user)
        fresh.passphrase_file, fresh.totp_secret_file = reader.passphrase_file, reader.totp_secret_file
        new.append(_to_the_inbox(fresh, fresh.profile, round_number, ["--kit", reader.kit], mine))
    table.report("slow-return", "s", [(seconds, 60) for seconds, _ in returned], given=True, dossiers=mine, statements=month)
    table.report("slow-return-bytes", "MB", [(size / 1e6, 2) for _, size in returned], given=True)
    table.report("slow-new-device", "s", [(seconds, 180) for seconds, _ in new], given=True, statements=year + month)
    if table.wants("slow-upload"):
        table.report("slow-upload", "s", [_upload(product, sender, scene, number) for number in range(table.rounds)])


def _copy(person, profile):
    """The profile as it is now, for a round of its own."""
    shutil.copytree(person.profile, profile, symlinks=True, ignore=lambda folder, names: [n for n in names if n.endswith(".sock")])


def _to_the_inbox(person, profile, seed, more, expected):
    """(seconds, bytes of the line) until the list of what is new is there."""
    kept, person.profile = person.profile, profile
    try:
        # Another code than the last sign-in took: how long a person waits for one is not the line's affair.
        time.sleep(31)
        with Connection(**BAD, seed=seed) as line:
            started = time.monotonic()
            _insist(person, line, "--server", person.server.url, "sign-in", "--user", person.user, "--totp-secret-file",
                    person.totp_secret_file, *more)
            rows = casting.items(_insist(person, line, "dossier", "list"))
            took = time.monotonic() - started
        assert len(rows) >= expected, rows
        person.lock()
        return took, line.up + line.down
    finally:
        person.profile = kept


def _insist(person, line, *arguments):
    for _ in range(10):
        done = person.run(*arguments, environment=line.environment(), expect=(OK, UNAVAILABLE, INCOMPLETE), timeout=900)
        if done.code == OK:
            return done
    raise AssertionError(f"ten times in vain: {done}")


def _upload(product, sender, scene, number):
    """(seconds, seconds of the bytes alone): three times on the way the sender's sessions are ended by an administrator."""
    size = (1 if scene.short else 16) << 20
    document = seeded_file(scene.folder / f"slow-{number}", size, f"slow-{number}")
    admin = product.cast["ADMIN"]
    ended, times = [], []

    def end_sessions():
        times.append(time.monotonic())
        for row in casting.items(admin.run("admin", "session", "list")):
            if row["user"] == sender.user:
                admin.run("admin", "session", "end", row["id"])
                ended.append(row["id"])

    with Connection(bits_per_second=1_000_000, round_trip=0.1, seed=number) as line:
        for quarter in (1, 2, 3):
            line.after("up", size * quarter // 4, end_sessions)
        started = time.monotonic()
        while True:
            done = sender.run("send", document, "--to", "X-OTP", "--yes", environment=line.environment(),
                              expect=(OK, NOT_SIGNED_IN, UNAVAILABLE, INCOMPLETE), timeout=3600)
            if done.code == OK:
                break
            sender.sign_in(environment=line.environment())
        took = time.monotonic() - started
    assert len(times) == 3 and ended, (times, ended)
    assert line.up < size * 1.2, f"{line.up} bytes for {size}"
    return took, size * 8 / 1_000_000
