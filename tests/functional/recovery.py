"""An authority loses its only access manager, and people their second factors: the real server, three co-signers, and clocks that go on by days.

The holders and the candidate use the real command line; what must not work is tried before what must.
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from installation import INTEGRITY, NOT_SIGNED_IN, OK, UNAVAILABLE, Person, Server
from moved_clock import MovedClock
from scene import Scene, play


class World(Scene, MovedClock):
    """Senegal: a financial intelligence unit with two access managers, an asset recovery office with one; the Prosecutor."""

    def __init__(self, folder, before_start=lambda server: None):
        super().__init__(folder, Server(folder / "server", witnesses=3, quorum=2), before_start)
        # Clocks jump by days under the co-signers' feet: they come along, as the whole world would.
        self.later = 0
        self.first, self.second = self.cast["SEN1"], self.cast["SEN2"]
        self.lost = self.cast.second_authority("SENA", "sen.bra.1", self.first, "BRA", "aro")
        self.prosecutor = self.cast["OTP1"]
        self.envelope = folder / "envelope.txt"
        self.paper = folder / "rapport.bin"
        self.paper.write_bytes(b"un rapport\n" * 500)

    def view(self, person, name="BRA"):
        return next(v for v in casting.items(self.run(person, "recovery", "status")) if v["authority_name"] == name)

    def candidate(self, name, user, holder):
        """Somebody enrols with a code that a holder handed over; gives the person and the digits."""
        code = self.folder / f"{user}-code.txt"
        self.run(holder, "recovery", "begin", "--authority", "BRA", "--code-out", code)
        person = self.cast.person(name, user)
        answered = self.run(person, "enrol", "--server", self.server.url, "--sheet", self.cast.sheet, "--code-file", code, "--user", user,
                            "--display-name", user, "--totp-secret-file", person.totp_secret_file, "--kit-out", person.kit)
        return person, answered.json["comparison_digits"]


def key(outcome):
    return outcome.refusal["key"]


def warned(outcome):
    """What was said beside the answer, whatever the width of the terminal."""
    return " ".join(outcome.err.split())


def too_few_parts(w):
    refused = w.lost.run("recovery", "set", "--holder", "CRF/sen.crf.1", "--holder", "sen.crf.2", expect=None)
    assert refused.code != OK and key(refused) == "void.recovery_shares", refused
    refused = w.lost.run("send", w.paper, "--to", "X-OTP", "--yes", expect=None)
    assert key(refused) == "authority.not_live", refused


def set_and_drilled(w):
    w.lost.run("recovery", "set", "--threshold", "2", "--holder", "CRF/sen.crf.1", "--holder", "sen.crf.2", "--envelope-out", w.envelope)
    sheet = w.envelope.read_text()
    assert "code-1:" in sheet and "Part of a recovery key" in sheet and "Part d’une clé de secours" in sheet and "█" in sheet
    assert w.envelope.stat().st_mode & 0o777 == 0o600
    parts = casting.items(w.first.run("recovery", "shares"))
    assert [p["opens"] for p in parts] == [True] and parts[0]["authority_name"] == "BRA", parts
    proofs = [w.folder / "proof-1.age", w.folder / "proof-2.age"]
    w.first.run("recovery", "drill", "--out", proofs[0])
    refused = w.lost.run("recovery", "drill", proofs[0], expect=None)
    assert key(refused) == "recovery.drill_incomplete" and "sen.crf.2" in refused.refusal["message"], refused
    w.second.run("recovery", "drill", "--out", proofs[1])
    w.lost.run("recovery", "drill", *proofs, "--envelope", w.envelope)
    view = w.view(w.lost)
    assert view["drilled"] and view["live"] and view["own"] and not view["outdated"], view


def live_with_one(w):
    w.lost.run("send", w.paper, "--to", "X-OTP", "--yes")
    w.sent = casting.items(w.prosecutor.run("send", w.paper, "--to", "SEN/BRA", "--title", "Avant", "--yes"))[0]["dossier"]


def begins(w):
    refused = w.prosecutor.run("recovery", "begin", "--authority", "BRA", "--code-out", w.folder / "no-code.txt", expect=None)
    assert key(refused) == "recovery.not_a_holder" and not (w.folder / "no-code.txt").exists(), refused
    w.anew, w.digits = w.candidate("NEW", "sen.bra.9", w.first)
    w.other, w.other_digits = w.candidate("OTHER", "sen.bra.8", w.second)
    w.sign_in(w.anew, w.other)
    refused = w.run(w.anew, "dossier", "list", expect=None)
    assert refused.code != OK and key(refused) == "member.not_in_register", refused
    refused = w.run(w.anew, "recovery", "finish", expect=UNAVAILABLE)
    assert key(refused) == "recovery.not_enough", refused


def too_few_approve(w):
    refused = w.first.run("recovery", "approve", "sen.bra.9", "--digits", w.other_digits, expect=INTEGRITY)
    assert key(refused) == "invitation.digits_differ", refused
    refused = w.first.run("recovery", "approve", "sen.bra.9", expect=None)
    assert key(refused) == "invitation.digits_needed", refused
    w.first.run("recovery", "approve", "sen.bra.9", "--digits", w.digits)
    again = w.first.run("recovery", "approve", "sen.bra.9", "--digits", w.digits, expect=None)
    assert key(again) == "void.nothing_changed", again
    refused = w.run(w.anew, "recovery", "finish", "--envelope", w.envelope, expect=UNAVAILABLE)
    assert key(refused) == "recovery.not_enough" and refused.refusal["arguments"]["have"] == "1", refused


def the_authority_hears_of_it(w):
    told = w.lost.run("member", "list", json_output=False)
    assert "rogatory recovery refuse" in told.err, told


def refused_for_good(w):
    w.first.run("recovery", "approve", "sen.bra.8", "--digits", w.other_digits)
    w.second.run("recovery", "approve", "sen.bra.8", "--digits", w.other_digits)
    w.lost.run("recovery", "refuse", "sen.bra.8", "--yes")
    refused = w.run(w.other, "recovery", "finish", expect=None)
    assert refused.code != OK and key(refused) == "recovery.refused", refused


def too_early(w):
    w.second.run("recovery", "approve", "sen.bra.9", "--digits", w.digits)
    for language, words in (("en", "72 hours"), ("fr", "72 heures")):
        refused = w.run(w.anew, "--lang", language, "recovery", "finish", expect=UNAVAILABLE)
        assert key(refused) == "recovery.too_early" and words in refused.refusal["message"], refused
    view = w.view(w.second)
    chosen = next(c for c in view["candidates"] if c["display_name"] == "sen.bra.9")
    assert len(chosen["approvals"]) == 2 and chosen["not_before"] > 0, view


def with_the_sheet_alone(w, name, of, expect=OK):
    """Somebody at a computer of his own has the printed sheet of `of`, and nothing else."""
    whose = w.cast[of]
    there = w.folder / "people" / name
    somebody = Person(there, w.server, whose.user, "onze barques glissent sous le vieux pont")
    somebody.totp_secret_file, somebody.kit = there / "new-totp.txt", there / "new-sheet.txt"
    done = w.run(somebody, "sign-in", "--kit", whose.kit, "--kit-out", somebody.kit, "--new-passphrase-file", somebody.passphrase_file,
                 "--new-totp-secret-file", somebody.totp_secret_file, expect=expect)
    return somebody, done


def the_sheet_alone_waits(w):
    """sen.crf.2 and the administrator lost their second factors; somebody has found the sheet of sen.crf.1."""
    for name, of in (("PAPER", "SEN2"), ("DESK", "ADMIN"), ("THIEF", "SEN1")):
        somebody, done = with_the_sheet_alone(w, name, of, NOT_SIGNED_IN)
        assert done.json["available_at"] > time.time() + 71 * 3600 and not somebody.kit.exists() and not somebody.totp_secret_file.exists(), done
    w.first.lock()
    told = w.first.sign_in(json_output=False)
    assert "with your recovery sheet alone" in warned(told) and "rogatory member list" in warned(told), told
    assert w.first.run("kit", "read").json["ended"] and not w.first.run("kit", "read").json["ended"]
    told = w.first.run("member", "list", json_output=False)
    assert "sen.crf.2 is coming in with the recovery sheet alone" in warned(told) and "sen.crf.1 is coming" not in warned(told), told
    rows = casting.items(w.first.run("member", "list"))
    assert [row["display_name"] for row in rows if "kit_alone_at" in row] == ["sen.crf.2"], rows


def the_sheet_alone_sets_everything_anew(w):
    with_the_sheet_alone(w, "THIEF", "SEN1", NOT_SIGNED_IN)  # its owner had ended it: 72 hours once more
    for name, of in (("PAPER", "SEN2"), ("DESK", "ADMIN")):
        back, done = with_the_sheet_alone(w, name, of)
        assert done.json["signed_in"] and back.kit.read_text() != w.cast[of].kit.read_text(), done
        refused = w.cast[of].sign_in(expect=None, environment=w.clock())
        assert refused.code != OK and key(refused) == "sign_in.refused", refused
        _, refused = with_the_sheet_alone(w, f"{name}-AGAIN", of, None)
        assert refused.code != OK and key(refused) == "sign_in.refused", refused
        w.run(back, "kit", "check", back.kit)
        w.people_back = [*getattr(w, "people_back", []), back]
    told = w.first.sign_in(environment=w.clock(), json_output=False)
    assert "rogatory member list" in warned(told) and "with your recovery sheet alone" in warned(told), told
    rows = casting.items(w.run(w.first, "member", "list"))
    assert [row["display_name"] for row in rows if "kit_alone_used_at" in row] == ["sen.crf.2"], rows
    for back in w.people_back:
        back.lock()


def a_part_that_does_not_open(w):
    """The device of a holder kept a damaged copy: it is fetched anew; a damaged sheet is said to be one."""
    w.pass_hours(73)
    w.sign_in(w.anew)
    damaged = w.folder / "damaged.txt"
    damaged.write_text(w.envelope.read_text().replace("code-1: ", "code-1: 7"))
    refused = w.run(w.anew, "recovery", "finish", "--envelope", damaged, expect=None)
    assert refused.code != OK and key(refused) == "envelope.malformed", refused


def finishes(w):
    done = w.run(w.anew, "recovery", "finish")
    assert done.json["authority_name"] == "BRA" and done.json["generation"] == 2 and done.json["unreadable"] == [], done
    w.run(w.anew, "get", w.sent, "--out", w.folder / "out")
    assert next((w.folder / "out").rglob(w.paper.name)).read_bytes() == w.paper.read_bytes()
    again = w.run(w.anew, "recovery", "finish")
    assert again.json["again"], again


def the_lost_one_is_removed(w):
    member = next(m for m in casting.items(w.run(w.anew, "member", "list")) if m["display_name"] == "sen.bra.1")
    w.run(w.anew, "member", "remove", member["member"], "--yes")
    refused = w.lost.sign_in(expect=None, environment=w.clock())
    assert refused.code != OK, refused
    # The recovery identity is spent: nobody finishes with it again, and the authority is to set a new one.
    assert not w.view(w.anew)["set"]


CASES = [too_few_parts, set_and_drilled, live_with_one, begins, too_few_approve, the_authority_hears_of_it, refused_for_good, too_early,
         the_sheet_alone_waits, a_part_that_does_not_open, the_sheet_alone_sets_everything_anew, finishes, the_lost_one_is_removed]


if __name__ == "__main__":
    sys.exit(play("recovery", "a server with three co-signers, Senegal and the Prosecutor", World, CASES))
