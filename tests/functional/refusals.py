"""What goes wrong for people, and what they are told: exit code, a sentence that helps, nothing half done.

Against the real server with the real command line, Senegal and the Prosecutor.
"""
import json
import os
import pathlib
import random
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Skip
from documents import same_bytes
from installation import (INCOMPLETE, INTEGRITY, NO_ROOM, NOT_SIGNED_IN, NOT_THERE, OK, REFUSED, ROOT, UNAVAILABLE, USAGE, Person, Server)
from network import Line
from scene import Scene, play


def says(outcome, *words):
    """The message names one of these, in words for a person, and shows no inner detail."""
    text = (outcome.err + outcome.out).lower()
    assert any(word.lower() in text for word in words), f"none of {words} in:\n{outcome}"
    for inner in ("std::", "exception", ".cpp:", "terminate called"):
        assert inner not in text, f"{inner} in:\n{outcome}"
    speaks_both(outcome)


def speaks_both(outcome):
    """The refusal has a key of its own, and the key a sentence in French as in English."""
    told = [json.loads(line)["error"] for line in outcome.err.splitlines() if line.startswith('{"error"')]
    for error in told:
        assert error["exit"] == outcome.code, outcome
        for language in ("en", "fr"):
            catalogue = json.loads((ROOT / f"web/cli/catalogue/{language}.json").read_text())
            # A mistake in the command line is told by its own sentences.
            assert error["key"] == "usage" or "error." + error["key"] in catalogue, f"no {language} sentence for {error['key']}"


def blob_of(server, size):
    """The stored ciphertext of the newest attachment of about this size."""
    found = []
    for path in server.data.rglob("*"):
        if path.is_file() and path.stat().st_size >= size and path.open("rb").read(21) == b"age-encryption.org/v1":
            found.append(path)
    assert found, "no stored ciphertext"
    return max(found, key=lambda p: p.stat().st_mtime)


class World(Scene):
    def __init__(self, folder, server_folder=None):
        super().__init__(folder, Server((server_folder or folder) / "server"))
        self.sender, self.reader, self.custodian = self.cast["SEN2"], self.cast["OTP2"], self.cast["SEN1"]

    def file(self, name, size):
        path = self.folder / name
        path.write_bytes(random.Random(name).randbytes(size))
        return path

    def sent(self, path):
        return casting.items(self.sender.run("send", path, "--to", "X-OTP", "--yes"))[0]


def wrong_passphrase(w):
    wrong = w.folder / "wrong.txt"
    wrong.write_text("cinq tambours oublient la lettre bleue\n")
    w.cast["OTP1"].lock()
    refused = w.cast["OTP1"].sign_in(expect=NOT_SIGNED_IN, environment={"ROGATORY_PASSPHRASE_FILE": str(wrong)})
    says(refused, "passphrase", "refused")
    nobody = Person(w.folder / "people" / "nobody", w.server, "nobody.at.all")
    shutil.copytree(w.cast["OTP1"].profile, nobody.profile)
    w.cast["OTP1"].sign_in()


def new_device(w):
    device = Person(w.folder / "people" / "second-device", w.server, w.reader.user)
    shutil.copy(w.reader.passphrase_file, device.passphrase_file)
    # One authenticator for both devices: it does not show a code twice, and the server takes none twice.
    for suffix in ("", ".step"):
        shutil.copy(f"{w.reader.totp_secret_file}{suffix}", f"{device.totp_secret_file}{suffix}")
    refused = device.run("--server", w.server.url, "sign-in", "--user", device.user, "--totp-secret-file", device.totp_secret_file,
                         expect=(NOT_THERE, NOT_SIGNED_IN))
    says(refused, "recovery sheet", "kit")
    device.run("--server", w.server.url, "sign-in", "--user", device.user, "--kit", w.reader.kit, "--totp-secret-file", device.totp_secret_file,
               "--passphrase-file", w.reader.passphrase_file)


def reused_invitation(w):
    code = w.folder / "code.txt"
    w.custodian.run("member", "invite", "--role", "reader", "--code-out", code)
    first = Person(w.folder / "people" / "first", w.server, "sen.crf.3")
    answered = w.cast.answer(first, code)
    w.cast.approve(w.custodian, answered)
    second = Person(w.folder / "people" / "second", w.server, "sen.crf.4")
    refused = second.run("enrol", "--server", w.server.url, "--sheet", w.cast.sheet, "--code-file", code, "--user", second.user,
                         "--totp-secret-file", second.totp_secret_file, "--kit-out", second.kit, expect=(NOT_THERE, REFUSED, NOT_SIGNED_IN))
    says(refused, "invitation", "code")


def cancelled_invitation(w):
    code = w.folder / "cancelled.txt"
    made = w.custodian.run("member", "invite", "--role", "reader", "--code-out", code).json
    w.custodian.run("member", "cancel", made["invitation"])
    late = Person(w.folder / "people" / "late", w.server, "sen.crf.5")
    refused = late.run("enrol", "--server", w.server.url, "--sheet", w.cast.sheet, "--code-file", code, "--user", late.user,
                       "--totp-secret-file", late.totp_secret_file, "--kit-out", late.kit, expect=(NOT_THERE, REFUSED, NOT_SIGNED_IN))
    says(refused, "invitation", "code")


def mistyped_code(w):
    code = w.folder / "mistyped.txt"
    w.custodian.run("member", "invite", "--role", "reader", "--code-out", code)
    text = code.read_text().strip()
    last = "0" if text[-1] != "0" else "1"
    code.write_text(text[:-1] + last + "\n")
    late = Person(w.folder / "people" / "mistyped", w.server, "sen.crf.6")
    refused = late.run("enrol", "--server", w.server.url, "--sheet", w.cast.sheet, "--code-file", code, "--user", late.user,
                       "--totp-secret-file", late.totp_secret_file, "--kit-out", late.kit, expect=(REFUSED, USAGE))
    says(refused, "code")


def interrupted_enrolment(w):
    """Killed at several moments; the same command, run again, brings the person in."""
    code = w.folder / "interrupted.txt"
    w.custodian.run("member", "invite", "--role", "reader", "--code-out", code)
    person = Person(w.folder / "people" / "interrupted", w.server, "sen.crf.7")
    arguments = ("enrol", "--server", w.server.url, "--sheet", w.cast.sheet, "--code-file", code, "--user", person.user,
                 "--display-name", person.user, "--totp-secret-file", person.totp_secret_file)
    answered = None
    for number, delay in enumerate((0.05, 0.2, 0.4, 0.7, 1.1)):
        process = person.start(*arguments, "--kit-out", person.folder / f"kit-{number}.txt")
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
    for again in (arguments + ("--kit-out", person.kit), ("enrol", "resume", "--code-file", code)):
        run = person.run(*again, expect=None)
        if run.code == OK:
            answered = run
            break
    assert answered, run
    w.cast.approve(w.custodian, answered)
    person.sign_in()


def unpinned_party(w):
    w.cast.found("FRA1", "fra.crf.1", "FRA", "France", "fiu", "CRF", w.cast.sheet)
    refused = w.sender.run("send", w.file("unpinned.bin", 1000), "--to", "FRA", "--yes", expect=(REFUSED, NOT_THERE))
    says(refused, "not checked", "key", "pin")
    listed = casting.items(w.cast["FRA1"].run("dossier", "list"))
    assert not listed, listed


def unknown_recipient(w):
    refused = w.sender.run("send", w.file("unknown.bin", 10), "--to", "XYZ", "--yes", expect=(NOT_THERE, REFUSED))
    says(refused, "XYZ")


def missing_file(w):
    refused = w.sender.run("send", w.folder / "is-not-there.pdf", "--to", "X-OTP", "--yes", expect=(REFUSED, NOT_THERE))
    says(refused, "is-not-there.pdf")


def long_title(w):
    refused = w.sender.run("send", w.file("title.bin", 10), "--to", "X-OTP", "--title", "t" * 20_000, "--yes", expect=(REFUSED, USAGE))
    says(refused, "long", "title")


def long_name(w):
    refused = Person(w.folder / "people" / "long", w.server, "u" * 300).run(
        "--server", w.server.url, "admin", "enrol", "--code-file", w.server.admin_code, "--user", "u" * 300, "--kit-out", w.folder / "long-kit.txt",
        "--totp-secret-file", w.folder / "long-totp.txt", expect=(REFUSED, USAGE))
    says(refused, "name", "long")


def unknown_field(w):
    context = ssl.create_default_context(cafile=str(w.server.certificate))
    body = json.dumps({"user_name": "amina", "admin": True}).encode()
    request = urllib.request.Request(w.server.url + "/api/v1/sign-in/challenge", data=body, headers={"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=60, context=context)
        raise AssertionError("an unknown field was taken")
    except urllib.error.HTTPError as refusal:
        problem = json.loads(refusal.read())
        assert refusal.code == 400 and refusal.headers["Content-Type"].startswith("application/problem+json"), (refusal.code, problem)
        assert problem["type"].startswith("urn:rogatory:problem:") and problem["request_id"], problem


def tampered_file(w):
    path = w.file("tampered.bin", 700_000)
    sent = w.sent(path)
    blob = blob_of(w.server, 700_000)
    data = bytearray(blob.read_bytes())
    data[len(data) // 2] ^= 1
    blob.write_bytes(data)
    out = w.folder / "tampered"
    refused = w.reader.run("get", sent["dossier"], "--out", out, expect=INTEGRITY)
    says(refused, "check", "altered", "signed")
    assert not list(out.rglob("tampered.bin")), "a tampered file bears its name"
    data[len(data) // 2] ^= 1
    blob.write_bytes(data)
    w.reader.run("get", sent["dossier"], "--out", out)
    assert same_bytes(next(out.rglob("tampered.bin")), path), "mended, it opens"


def truncated_download(w):
    path = w.file("truncated.bin", 900_000)
    sent = w.sent(path)
    blob = blob_of(w.server, 900_000)
    whole = blob.read_bytes()
    blob.write_bytes(whole[:500_000])
    out = w.folder / "truncated"
    refused = w.reader.run("get", sent["dossier"], "--out", out, expect=(INCOMPLETE, INTEGRITY, UNAVAILABLE))
    assert not list(out.rglob("truncated.bin")), "half a file bears its name"
    assert refused.err.strip(), "not a word was said"
    blob.write_bytes(whole)
    w.reader.run("get", sent["dossier"], "--out", out)
    assert same_bytes(next(out.rglob("truncated.bin")), path)


def withheld_file(w):
    path = w.file("withheld.bin", 300_000)
    sent = w.sent(path)
    blob = blob_of(w.server, 300_000)
    away = blob.with_name(blob.name + ".away")
    blob.rename(away)
    refused = w.reader.run("get", sent["dossier"], "--out", w.folder / "withheld", expect=UNAVAILABLE)
    assert [one["problem"] for one in refused.json["missing"]] == ["attachment.withheld"], refused
    says(refused, "withheld by the server")
    assert not list((w.folder / "withheld").rglob("withheld.bin"))
    away.rename(blob)
    w.reader.run("get", sent["dossier"], "--out", w.folder / "withheld")
    assert same_bytes(next((w.folder / "withheld").rglob("withheld.bin")), path), "put back, it opens"


def server_unreachable(w):
    w.server.stop()
    try:
        refused = w.sender.run("dossier", "list", expect=UNAVAILABLE)
        says(refused, "cannot be reached", "network")
    finally:
        w.server.start()
    w.sender.run("dossier", "list")


def behind_a_proxy(w):
    with Line() as line:
        w.sender.run("dossier", "list", environment=line.environment())
        assert line.connections, "the proxy was not used"
    refusing = Line()
    refusing.listener.close()
    refused = w.sender.run("dossier", "list", environment=refusing.environment(), expect=UNAVAILABLE)
    says(refused, "proxy", "network", "reached")


def false_certificate(w):
    other = Server(w.folder / "impostor")
    other.folder.mkdir()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-keyout",
                    str(w.folder / "impostor.key"), "-out", str(w.folder / "impostor.pem"), "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    command = w.sender.command("dossier", "list")
    command[command.index("--ca") + 1] = str(w.folder / "impostor.pem")
    run = subprocess.run(command, capture_output=True, text=True, env=w.sender.environment(), stdin=subprocess.DEVNULL)
    assert run.returncode == UNAVAILABLE and "certificate" in run.stderr, run.stderr


def wrong_clock(w):
    """A computer three hours fast: the statement is taken, and the person is told."""
    if shutil.which("faketime") is None:
        raise Skip("faketime is not installed")
    path = w.file("clock.bin", 1000)
    run = subprocess.run(["faketime", "-f", "+3h", *w.sender.command("send", path, "--to", "X-OTP", "--yes")], capture_output=True, text=True,
                         env=w.sender.environment(), stdin=subprocess.DEVNULL)
    assert run.returncode == OK, run.stderr
    assert "clock" in run.stderr.lower(), run.stderr


def full_disk(w):
    """507 while the disk is full; reading goes on; with room again, everything works and nothing was damaged."""
    if os.geteuid() != 0:
        raise Skip("needs root to mount a small disk")
    small = w.folder / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(small)], capture_output=True).returncode != 0:
        raise Skip("a small disk cannot be mounted here")
    other = None
    try:
        people = w.folder / "people-of-the-full-disk"
        people.mkdir()
        other = World(people, small)
        first = other.file("first.bin", 2_000_000)
        sent = other.sent(first)
        big = w.file("too-big.bin", 200_000_000)
        refused = other.sender.run("add", sent["dossier"], big, "--yes", expect=NO_ROOM)
        says(refused, "room")
        out = w.folder / "from-the-full-disk"
        other.reader.run("get", sent["dossier"], "--out", out)
        assert same_bytes(next(out.rglob("first.bin")), first), "reading goes on"
        second = other.file("second.bin", 200_000)
        other.sender.run("add", sent["dossier"], second, "--yes")
        assert not other.reader.run("verify", sent["dossier"]).json["problems"]
    finally:
        if other:
            other.server.stop()
            other.cast.sign_out_all()
        subprocess.run(["umount", "-l", str(small)], capture_output=True)


def wrong_use(w):
    for words in (["frobnicate"], ["send"], ["dossier"], ["send", "--no-such-option"]):
        refused = w.sender.run(*words, expect=USAGE)
        assert refused.err.strip(), "not a word was said"


def in_french(w):
    path = w.folder / "absent.pdf"
    refused = w.sender.run("--lang", "fr", "send", path, "--to", "X-OTP", "--yes", expect=None, json_output=False)
    assert refused.code != OK and any(c in refused.err for c in "éèà"), refused


def expired_invitation(w):
    """The clocks of everybody go on by 80 hours. The last case: a server's time never goes back."""
    if shutil.which("faketime") is None:
        raise Skip("faketime is not installed")
    unanswered, answered = w.folder / "unanswered.txt", w.folder / "answered.txt"
    w.custodian.run("member", "invite", "--role", "reader", "--code-out", unanswered)
    w.custodian.run("member", "invite", "--role", "reader", "--code-out", answered)
    in_time = w.cast.answer(Person(w.folder / "people" / "in-time", w.server, "sen.crf.8"), answered)
    w.custodian.lock()
    w.server.stop()
    preload = subprocess.run(["faketime", "-f", "+80h", "printenv", "LD_PRELOAD"], check=True, capture_output=True, text=True).stdout.strip()
    later = {"LD_PRELOAD": preload, "FAKETIME": "+80h"}
    w.server.start(**later)
    late = Person(w.folder / "people" / "too-late", w.server, "sen.crf.9")
    for language in ("en", "fr"):
        refused = late.run("--lang", language, "enrol", "--server", w.server.url, "--sheet", w.cast.sheet, "--code-file", unanswered, "--user",
                           late.user, "--totp-secret-file", late.totp_secret_file, "--kit-out", late.kit, expect=NOT_THERE, environment=later)
        says(refused, {"en": "expired", "fr": "expiré"}[language])
    assert not late.kit.exists(), "no kit was made for a code that opens nothing"
    # Answered in time, and not approved in time: the custodian is not to let him in any more.
    w.custodian.sign_in(environment=later)
    pending = [p for p in casting.items(w.custodian.run("member", "pending", environment=later))
               if p["comparison_digits"] == in_time.json["comparison_digits"]]
    for one in pending:
        refused = w.custodian.run("member", "approve", one["invitation"], "--digits", in_time.json["comparison_digits"], expect=None,
                                  environment=later)
        assert refused.code != OK, refused
        says(refused, "expired")
    members = casting.items(w.custodian.run("member", "list", environment=later))
    assert all("sen.crf.8" not in json.dumps(one) for one in members), members


def mails_and_passkeys(w):
    """Mails without content are set in one's own hours, shown, changed and stopped; a passkey that is not there is not removed."""
    there = {"TZ": "Asia/Kolkata"}
    assert w.reader.run("notices", "show").json == {"wanted": False}
    for wrong in ("8-7", "25:00-07:00", "20:00", "20:00–07:00"):
        says(w.reader.run("notices", "set", "otp@icc.example", "--quiet", wrong, expect=USAGE, environment=there), "20:00-07:00")
    says(w.reader.run("notices", "set", "otp at icc", expect=REFUSED), "name@example.org")
    set_ = w.reader.run("notices", "set", "otp@icc.example", "--every", "day", "--quiet", "20:00-07:00", environment=there).json
    assert (set_["address"], set_["every"], set_["quiet_from"], set_["quiet_until"]) == ("otp@icc.example", 86400, 14 * 60 + 30, 90), set_
    shown = w.reader.run("notices", "show", environment=there, json_output=False).out
    assert "20:00" in shown and "07:00" in shown and "otp@icc.example" in shown, shown
    assert w.reader.run("notices", "stop").json == {"wanted": False} and w.reader.run("notices", "stop").json == {"wanted": False}
    assert w.reader.run("passkey", "list").json == {"items": []}
    assert w.reader.run("passkey", "remove", "7", expect=NOT_THERE).refusal["message"]


CASES = [wrong_passphrase, new_device, reused_invitation, cancelled_invitation, mistyped_code, interrupted_enrolment, unpinned_party,
         unknown_recipient, missing_file, long_title, long_name, unknown_field, tampered_file, truncated_download, withheld_file,
         server_unreachable, behind_a_proxy, false_certificate, wrong_clock, full_disk, wrong_use, in_french, mails_and_passkeys, expired_invitation]


if __name__ == "__main__":
    sys.exit(play("refusals", "a server, Senegal and the Prosecutor", World, CASES))
