#!/usr/bin/env python3
"""A server put back to an older copy that nobody can repair: its log ends, a new one goes on, and each Party adopts it.

Three co-signers, of whom two are needed; the Registry, Senegal and the Prosecutor. After the backup Senegal sends two
files and adds to an earlier one. The entries of all that survive on the devices, and the statements of one file.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Cases
from installation import ATTENTION, BIN, INTEGRITY, OK, Server
from scene import soon


class World:
    NAMES = ("REG1", "SEN1", "SEN2", "OTP1", "OTP2")

    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "server", witnesses=3, quorum=2)
        self.server.init()
        self.server.start()
        self.cast = casting.two_parties(folder, self.server)
        self.sheet = folder / "successor-sheet.txt"

    def note(self, log=0, name="checkpoint"):
        status, body = self.server.get(f"/log/{log}/{name}")
        return body.decode() if status == 200 else None

    def size(self, log=0, name="checkpoint"):
        note = self.note(log, name)
        return int(note.splitlines()[1]) if note else None

    def operator(self, *arguments, text=""):
        done = subprocess.run([str(BIN / "rogatoryd"), "log", *map(str, arguments), "--config", str(self.server.config)],
                              capture_output=True, text=True, input=text, timeout=300)
        return done.returncode, done.stdout + done.stderr

    def paper(self, name):
        path = self.folder / name
        path.write_text(f"les comptes de {name}\n" * 40)
        return path

    def send(self, name, sender="SEN1"):
        return casting.items(self.cast[sender].run("send", self.paper(name), "--to", "X-OTP", "--title", name, "--yes"))[0]["dossier"]

    def sign_everybody_in(self):
        for name in self.NAMES:
            self.cast[name].run("lock", expect=None)
            # A code that grew old on a busy machine is refused; a log that went back is told of after the sign-in.
            said = [self.cast[name].sign_in(expect=None)]
            while "sign_in.refused" in said[-1].err and len(said) < 4:
                said.append(self.cast[name].sign_in(expect=None))
            assert self.cast[name].run("session", "list", expect=None).code == OK, [str(one) for one in said]

    def counted(self, log=0):
        wanted = self.size(log)
        assert soon(lambda: self.size(log, "checkpoint.witnessed") == wanted), (wanted, self.size(log, "checkpoint.witnessed"))

    def forget_chain(self, chain):
        """No device has these statements any more; what it has verified of the log stays."""
        for name in self.NAMES:
            for copy in (self.cast[name].profile / "chains").glob(f"{chain}*"):
                copy.unlink()

    def forget_log(self, name):
        """As on a device that never read any."""
        shutil.rmtree(self.cast[name].profile / "log")
        for part in ("chains", "state.age"):
            path = self.cast[name].profile / part
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def status_of(person):
    """What `log status` says; the evidence of the older log that everybody was shown still lies in the profiles."""
    return person.run("log", "status", expect=(OK, INTEGRITY))


def refusal(outcome):
    assert outcome.code != OK, outcome
    return outcome.refusal["key"]


def main():
    cases = Cases("log_succession")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-log-succession-"))
    w = None
    try:
        with cases.case("a backup is taken; then Senegal sends twice, adds to an earlier file, and the Prosecutor receives"):
            w = World(folder)
            server, backup, cast = w.server, folder / "backup", w.cast
            w.earlier, w.quiet = w.send("earlier.txt"), w.send("quiet.txt")
            w.counted()
            cast["OTP1"].run("get", w.earlier, "--out", folder / "first")
            cast["SEN1"].run("bundle", "make", w.earlier, "--out", folder / "before.tar")
            w.counted()
            server.stop_alone()
            shutil.copytree(server.data, backup)
            server.start()
            kept = w.size()
            w.sign_everybody_in()
            w.saved, w.gone = w.send("saved.txt"), w.send("gone.txt")
            cast["SEN1"].run("add", w.earlier, w.paper("more.txt"), "--yes")
            w.counted()
            for name in ("OTP1", "OTP2"):
                cast[name].run("dossier", "list")
                for dossier in (w.saved, w.gone, w.earlier):
                    cast[name].run("dossier", "show", dossier)
            w.counted()
            for name in w.NAMES:
                status_of(cast[name])
            lost = w.size()
            assert lost >= kept + 5, (kept, lost)

        with cases.case("put back, it only reads; the devices bring all entries and the statements of one file, and no more"):
            server.stop_alone()
            shutil.rmtree(server.data)
            shutil.copytree(backup, server.data)
            for chain in (w.gone, w.earlier):
                w.forget_chain(chain)
            server.start_alone()
            assert soon(lambda: server.readiness() == "not ready: log.read_only"), server.readiness()
            w.sign_everybody_in()
            for name in ("SEN1", "OTP1", "OTP2", "REG1"):
                cast[name].run("log", "resubmit", expect=ATTENTION)
            code, text = w.operator("repair", "status")
            assert code == 0 and f"target {lost}\n" in text and f"entries {lost}\n" in text, text
            w.missing = int(re.search(r"^missing (\d+)$", text, re.MULTILINE).group(1))
            assert 0 < w.missing < lost - kept, text

        with cases.case("the operator is told what would be lost before anything is done"):
            code, text = w.operator("succeed")
            assert code != 0 and "storage.locked" in text, text
            server.stop_alone()
            code, text = w.operator("sheet")
            assert code != 0 and "succeed.none" in text and "→" in text, text
            w.kept_note = cast["SEN1"].profile / "log" / "checkpoint"
            code, text = w.operator("succeed", "--checkpoint", w.kept_note)
            assert code == 0 and "Nothing was done" in text, text
            assert f"ends-with {lost}\n" in text and f"held {kept}\n" in text, text
            w.given_up = int(re.search(r"^lost (\d+)$", text, re.MULTILINE).group(1))
            restored = int(re.search(r"^restored (\d+)$", text, re.MULTILINE).group(1))
            assert w.given_up == w.missing and restored == lost - kept - w.missing, text
            assert f"cut dossier {w.earlier}" in text and "in chains that began after" in text, text
            code, text = w.operator("succeed", "--checkpoint", w.kept_note, "--lost", w.given_up + 1, "--yes")
            assert code != 0 and "succeed.lost_differs" in text and "→" in text, text
            code, text = w.operator("succeed", "--checkpoint", w.kept_note, "--lost", w.given_up, "--yes")
            assert code != 0 and "succeed.cosigners_not_asked" in text and "→" in text and f"up to {lost}\n" in text, text
            code, text = w.operator("succeed", "--checkpoint", w.kept_note, "--lost", w.given_up, "--co-signers-asked", text="yes\n")
            assert code != 0 and "succeed.not_confirmed" in text and "→" in text, text

        with cases.case("it founds the new log; the old one ends, stays as it was, and is not signed any more"):
            next_log = f"localhost:{server.port}/log/1"
            code, text = w.operator("succeed", "--checkpoint", w.kept_note, "--lost", w.given_up, "--co-signers-asked", "--sheet-out", w.sheet, text=f"{next_log}\n")
            assert code == 0 and f"founded {next_log}\n" in text, text
            code, text = w.operator("sheet")
            assert code == 0 and text == w.sheet.read_text(), text
            code, text = w.operator("succeed")
            assert code != 0 and "succeed.no_checkpoint" in text and "→" in text, text  # nobody has co-signed the new one yet
            for witness in server.witnesses:
                witness.stop()
                witness.follow(w.sheet, f"{server.url}/log/1")
            server.start()
            assert soon(lambda: server.readiness() == "ready"), server.readiness()
            assert w.size() == lost and w.size(0, "checkpoint.witnessed") == lost and w.size(1) == 1
            w.counted(1)
            w.old_note = w.note()

        with cases.case("whoever has not adopted it reads, is told, and signs nothing"):
            w.sign_everybody_in()
            status = status_of(cast["SEN1"])
            assert status.json["adopted"] is False and status.json["origin"] == next_log, status
            assert "log.moved" in status.err or "note verbale" in status.err, status
            cast["SEN1"].run("dossier", "show", w.quiet)
            cast["OTP1"].run("dossier", "list")
            refused = cast["SEN1"].run("send", w.paper("refused.txt"), "--to", "X-OTP", "--title", "refusé", "--yes", expect=None)
            assert refusal(refused) == "log.moved" and "--sheet" in refused.refusal["message"], refused
            assert refusal(cast["SEN1"].run("member", "invite", "--role", "reader", "--code-out", folder / "never", expect=None)) == "log.moved"
            assert w.size(1) == 1

        with cases.case("a sheet that names another end or another key is refused, with evidence; so is a founding sheet"):
            text = w.sheet.read_text()
            for name, wrong in (("end", text.replace(f"size: {lost}", f"size: {lost - 1}")),
                                ("root", re.sub(r"root: ..", "root: 00", text))):
                forged = folder / f"forged-{name}.txt"
                forged.write_text(wrong)
                answer = cast["SEN1"].run("log", "policy", "set", "--sheet", forged, "--yes", expect=INTEGRITY)
                assert refusal(answer) == "log.successor_not_the_sheet", answer
                assert (cast["SEN1"].profile / answer.refusal["arguments"]["evidence"]).exists(), answer
            answer = cast["SEN1"].run("log", "policy", "set", "--sheet", cast.sheet, "--yes", expect=None)
            assert refusal(answer) == "successor_sheet.malformed", answer
            answer = cast["SEN1"].run("log", "policy", "set", "--sheet", w.sheet, "--dry-run")
            assert answer.json["set"] is False and answer.json["size"] == lost and w.size(1) == 1, answer

        with cases.case("Senegal's custodian adopts it by the sheet; her colleague goes on by her statement alone"):
            done = cast["SEN1"].run("log", "policy", "set", "--sheet", w.sheet, "--yes")
            assert done.json["set"] is True and done.json["next"] == next_log, done
            w.counted(1)
            assert refusal(cast["SEN1"].run("log", "policy", "set", "--sheet", w.sheet, "--yes", expect=None)) == "void.nothing_changed"
            status = status_of(cast["SEN2"]).json
            assert status["adopted"] and status["origin"] == next_log and status["quorum"] == 2 and status["fresh"], status
            assert status["counting_size"] == status["size"] == 2, status
            w.after = w.send("after.txt", "SEN2")
            w.counted(1)

        with cases.case("the Prosecutor has not adopted it yet: he sees what was sent, and is told why it does not open"):
            listed = [row["dossier"] for row in casting.items(cast["OTP1"].run("dossier", "list"))]
            assert w.after in listed and w.saved in listed and w.gone not in listed, listed
            refused = cast["OTP1"].run("get", w.after, "--out", folder / "too-early", expect=None)
            assert refused.code != OK and "log.moved" in refused.out + refused.err or "log.not_yet_witnessed" in refused.out + refused.err, refused
            assert not (folder / "too-early").exists() or not list((folder / "too-early").iterdir())

        with cases.case("he adopts it, and receives what was sent before the loss, after it, and what was given back"):
            cast["OTP1"].run("log", "policy", "set", "--sheet", w.sheet, "--yes")
            cast["REG1"].run("log", "policy", "set", "--sheet", w.sheet, "--yes")
            w.counted(1)
            cast["OTP1"].run("get", w.after, "--out", folder / "after")
            assert (folder / "after" / "after.txt").exists()
            cast["OTP2"].run("get", w.quiet, "--out", folder / "quiet")
            assert (folder / "quiet" / "quiet.txt").exists()
            shown = cast["OTP1"].run("dossier", "show", w.saved).json
            assert shown, "what the devices gave back stands in its place"
            answer = w.send("answer.txt", "SEN1")
            cast["OTP2"].run("get", answer, "--out", folder / "answer")
            cast["REG1"].run("member", "invite", "--role", "reader", "--code-out", folder / "code")
            assert casting.items(cast["SEN1"].run("receipts", w.after)), "the delivery record goes on in the new log"

        with cases.case("a file that lost what followed is readable up to there and never goes on"):
            refused = cast["SEN1"].run("add", w.earlier, w.paper("again.txt"), "--yes", expect=None)
            assert refusal(refused) in ("dossier.incomplete", "chain.lost"), refused
            shown = cast["OTP1"].run("dossier", "show", w.earlier, expect=None)
            assert "earlier.txt" in shown.out, shown

        with cases.case("a device that never read any log finds both, in one order, and so does one that reads all again"):
            w.forget_log("SEN2")
            status = status_of(cast["SEN2"]).json
            assert status["adopted"] and status["follows"] == f"localhost:{server.port}/log/0", status
            cast["SEN2"].run("dossier", "show", w.quiet)
            w.send("afresh.txt", "SEN2")

        with cases.case("what was proven in the old log is proven still; a bundle over both says that it cannot be made yet"):
            assert w.note() == w.old_note and w.size() == lost
            made = cast["SEN1"].run("verify", "bundle", folder / "before.tar", expect=None)
            assert made.code == OK, made
            refused = cast["SEN1"].run("bundle", "make", w.after, "--out", folder / "both.tar", expect=None)
            assert refusal(refused) == "bundle.two_logs", refused

        with cases.case("a new Party founds in the new log with a new sheet; the old founding sheet is refused"):
            old_sheet = cast.sheet
            cast["REG1"].run("sheet", "make", "--out", folder / "founding-sheet-new.txt")
            admin, france = cast["ADMIN"], cast.person("FRA1", "fra.crf.1")
            admin.sign_in(expect=None)
            admin.run("admin", "party", "create", "FRA", "--name", "France")
            admin.run("admin", "party", "invite", "FRA", "--code-out", france.folder / "founder-code.txt")
            enrol = ["enrol", "--server", server.url, "--code-file", france.folder / "founder-code.txt", "--user", france.user, "--found", "FRA",
                     "--party-name", "France", "--authority", "fiu", "--authority-name", "CRF", "--display-name", france.user,
                     "--totp-secret-file", france.totp_secret_file, "--kit-out", france.kit]
            assert refusal(france.run(*enrol, "--sheet", old_sheet, expect=None)) == "sheet.log_ended"
            france.run(*enrol, "--sheet", folder / "founding-sheet-new.txt")
            france.sign_in()
            status = status_of(france).json
            assert status["adopted"] and status["follows"].endswith("/log/0"), status
            assert casting.items(france.run("party", "list"))

        with cases.case("restarted, the server verifies both logs and writes"):
            server.stop_alone()
            code, text = w.operator("succeed")
            assert code != 0 and "succeed.whole" in text and "→" in text, text
            code = subprocess.run([str(BIN / "rogatoryd"), "check", "--config", str(server.config)], capture_output=True, text=True)
            assert code.returncode == 0, code
            server.start()
            w.sign_everybody_in()
            w.send("last.txt")
    finally:
        if w:
            w.cast.sign_out_all()
            w.server.stop()
        if cases.count("failed"):
            print(f"kept: {folder}")
            if w:
                print(w.server.log_tail(40))
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
