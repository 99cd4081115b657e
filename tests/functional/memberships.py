"""One person, one sign-in, several authorities: joined one after the other, chosen with --as, left one at a time."""
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from documents import same_bytes
from installation import INTEGRITY, NOT_THERE, OK, REFUSED, UNEXPECTED
from scene import Scene, play

OTP = "X-OTP/Office of the Prosecutor"


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.root, self.person, self.prosecutor = self.cast["SEN1"], self.cast["SEN2"], self.cast["OTP1"]

    def code(self, name, inviter, *words):
        path = self.folder / f"{name}.txt"
        inviter.run(*words, "--code-out", path)
        return path

    def join(self, code, **more):
        return self.person.run("join", "--code-file", code, "--totp-secret-file", self.person.totp_secret_file, **more)


def choices_named(outcome, wanted, unwanted=()):
    """The refusal names what there is to choose from."""
    assert outcome.refusal["key"] == "membership.which", outcome
    message = outcome.refusal["message"]
    assert all(one in message for one in wanted) and not any(one in message for one in unwanted), message


def one_membership_needs_no_choice(w):
    w.person.run("dossier", "list")


def makes_himself_new_keys(w):
    """The session that does it goes on; the old keys are nobody's membership any more."""
    rekeyed = w.person.run("member", "rekey", "--yes")
    assert rekeyed.json["rekeyed"] == "self", rekeyed
    w.person.run("dossier", "list")
    w.person.lock()
    w.person.sign_in()
    w.person.run("dossier", "list")
    w.root.run("member", "list")


def joins_another_authority_of_its_state(w):
    """As the first custodian of an authority that is new: generation 1 is made by him, on his device."""
    code = w.code("bra", w.root, "authority", "add", "BRA", "--kind", "aro")
    answered = w.join(code)
    waiting = w.person.run("dossier", "list")
    assert waiting.code == OK, "what is not approved yet is no membership"
    w.cast.approve(w.root, answered)
    choices_named(w.person.run("dossier", "list", expect=REFUSED), ["SEN/CRF", "SEN/BRA"])
    w.person.run("--as", "SEN/BRA", "dossier", "list")
    w.person.run("--as", "SEN/aro", "dossier", "list")


def joins_an_authority_of_another_party(w):
    code = w.code("otp", w.prosecutor, "member", "invite", "--role", "officer")
    w.cast.approve(w.prosecutor, w.join(code))
    choices_named(w.person.run("dossier", "list", expect=REFUSED), ["SEN/CRF", "SEN/BRA", OTP])
    choices_named(w.person.run("--as", "SEN", "dossier", "list", expect=REFUSED), ["SEN/CRF", "SEN/BRA"], [OTP])
    names = [m["display_name"] for m in casting.items(w.person.run("--as", "X-OTP", "member", "list"))]
    assert w.person.user in names, names
    unknown = w.person.run("--as", "FRA/CRF", "dossier", "list", expect=NOT_THERE)
    assert unknown.refusal["key"] == "membership.unknown", unknown


def a_code_serves_once(w):
    code = w.code("again", w.prosecutor, "member", "invite", "--role", "reader")
    w.join(code)
    again = w.join(code, expect=None)
    assert again.code not in (OK, UNEXPECTED, INTEGRITY) and again.refusal["key"] == "enrolment.answered", again


def each_authority_sees_its_own(w):
    path = w.folder / "report.bin"
    path.write_bytes(random.Random(7).randbytes(50_000))
    sent = casting.items(w.person.run("--as", "SEN/CRF", "send", path, "--to", "X-OTP", "--yes"))[0]
    assert not casting.items(w.person.run("--as", "SEN/BRA", "dossier", "list")), "another authority's file is listed"
    w.person.run("--as", "SEN/BRA", "get", sent["dossier"], "--out", w.folder / "not-his", expect=NOT_THERE)
    assert not list((w.folder / "not-his").rglob("report.bin"))
    w.person.run("--as", "X-OTP", "get", sent["dossier"], "--out", w.folder / "as-prosecutor")
    assert same_bytes(next((w.folder / "as-prosecutor").rglob("report.bin")), path)


def signs_in_once_on_another_day(w):
    w.person.lock()
    w.person.sign_in()
    w.person.run("--as", "SEN/BRA", "dossier", "list")
    w.person.run("--as", "X-OTP", "dossier", "list")


def removed_from_one_keeps_the_others(w):
    member = next(m for m in casting.items(w.prosecutor.run("member", "list")) if m["display_name"] == w.person.user)
    w.prosecutor.run("member", "remove", member["member"], "--yes")
    w.person.lock()
    w.person.sign_in()
    gone = w.person.run("--as", "X-OTP", "dossier", "list", expect=NOT_THERE)
    assert gone.refusal["key"] == "membership.unknown", gone
    choices_named(w.person.run("dossier", "list", expect=REFUSED), ["SEN/CRF", "SEN/BRA"], [OTP])
    w.person.run("--as", "SEN/CRF", "dossier", "list")
    w.person.run("--as", "SEN/BRA", "dossier", "list")


def enrolment_sessions_are_over(w):
    scopes = [s["scope"] for s in casting.items(w.cast["ADMIN"].run("admin", "session", "list"))]
    # One is left: of the code that was answered and that nobody approved.
    assert scopes and scopes.count("enrolment") == 1, scopes


CASES = [one_membership_needs_no_choice, makes_himself_new_keys, joins_another_authority_of_its_state, joins_an_authority_of_another_party, a_code_serves_once,
         each_authority_sees_its_own, signs_in_once_on_another_day, removed_from_one_keeps_the_others, enrolment_sessions_are_over]


if __name__ == "__main__":
    sys.exit(play("memberships", "a server, Senegal and the Prosecutor", World, CASES))
