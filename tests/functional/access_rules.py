"""A State's own rules on how its people come in, signed in its key record and held against every request: from where, with what,
and for how long; and nobody else's people are touched by them."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from installation import INCOMPLETE, OK
from scene import Scene, play


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.root, self.second, self.other = (self.cast[name] for name in ("SEN1", "SEN2", "OTP1"))

    def rules(self):
        return self.root.run("party", "access", "show").json


def there_are_none_at_first(w):
    assert w.rules() == {"set": False, "from": [], "native_only": False, "second_factor": "any", "session_idle": 900, "session_absolute": 43200,
                         "export_refused": False, "client_ca": ""}, w.rules()


def only_access_managers_set_them(w):
    w.officer = officer = w.cast.join("SEN3", "sen.crf.3", w.root, "officer")
    refused = officer.run("party", "access", "set", "--from", "127.0.0.1", expect=None)
    assert refused.code != OK and refused.refusal["key"] != "append.unsettled", refused
    assert not w.rules()["set"]


def what_would_shut_out_its_signer_is_refused(w):
    for words, key in ((["--from", "192.0.2.0/24"], "access.own_address"), (["--second-factor", "passkey"], "access.program_shows_digits"),
                       (["--second-factor", "passkey", "--native-only"], "access.program_shows_digits"),
                       (["--from", "everywhere"], "access.range"), (["--from", "127.0.0.0/33"], "access.range")):
        refused = w.root.run("party", "access", "set", *words, "--yes", expect=None)
        assert refused.code != OK and refused.refusal["key"] == key, refused
    assert not w.rules()["set"]


def they_are_signed_shown_and_read_by_everybody(w):
    w.root.run("party", "access", "set", "--from", "127.0.0.0/8", "--from", "2001:db8::/48", "--second-factor", "code", "--idle-minutes", "5",
               "--session-hours", "8", "--no-export", "--yes")
    rules = w.rules()
    assert rules["set"] and rules["from"] == ["127.0.0.0/8", "2001:db8::/48"] and rules["second_factor"] == "code", rules
    assert rules["session_idle"] == 300 and rules["session_absolute"] == 8 * 3600 and rules["export_refused"], rules
    text = w.root.run("--lang", "fr", "party", "access", "show", json_output=False).out
    assert "127.0.0.0/8, 2001:db8::/48" in text and "8 heures" in text, text
    w.second.lock()
    w.second.sign_in()
    w.second.run("dossier", "list")


def whoever_sets_rules_signs_in_anew_under_them_and_lifts_them(w):
    w.root.run("party", "access", "set", "--from", "127.0.0.0/8", "--native-only", "--second-factor", "code", "--idle-minutes", "1",
               "--session-hours", "1", "--yes")
    w.root.lock()
    w.root.sign_in()
    w.root.run("party", "access", "lift", "--yes")
    rules = w.rules()
    assert rules["from"] == [] and not rules["native_only"] and rules["second_factor"] == "any" and rules["session_idle"] == 900, rules


def whoever_signs_rules_is_told_that_they_stay_readable(w):
    said = w.root.run("party", "access", "set", "--from", "127.0.0.0/8", "--yes", json_output=False)
    assert "every member of every State" in " ".join(said.err.split()), said.err
    said = w.root.run("--lang", "fr", "party", "access", "set", "--from", "127.0.0.0/8", "--yes", json_output=False)
    assert "chaque membre de chaque État" in " ".join(said.err.split()), said.err


def in_the_store(w, change):
    key = (w.server.data / "database.key").read_text().strip()
    done = subprocess.run(["sqlcipher", str(w.server.data / "rogatory.db")], input=f"PRAGMA key = \"x'{key}'\";\n{change}\n", text=True, capture_output=True)
    assert done.returncode == 0 and not done.stderr, done.stderr


def move_the_office(w):
    """The rule is as it would be, and everybody here is elsewhere, with the session and the second factor of the office."""
    in_the_store(w, "UPDATE party_access SET address_ranges = '203.0.113.0/24';")


def an_act_for_which_the_second_factor_is_asked_once_more_waits_and_its_code_is_not_lost(w):
    w.root.lock()
    w.root.sign_in()
    invite = ["member", "invite", "--role", "reader", "--code-out", w.folder / "code.txt"]
    before = len(w.root.run("member", "pending").json["items"])
    in_the_store(w, "UPDATE session SET stepped_up_at = 0;")
    refused = w.root.run(*invite, expect=None)
    assert refused.code == INCOMPLETE and refused.refusal["key"] == "append.needs_factor", refused
    assert "rogatory sign-in" in refused.refusal["message"] and "waits on this device" in refused.refusal["message"], refused
    # Nothing else is signed in its place, and nothing is told to have been sent.
    refused = w.root.run("party", "access", "set", "--from", "127.0.0.0/8", "--yes", expect=None)
    assert refused.code == INCOMPLETE and refused.refusal["key"] == "append.earlier_waits", refused
    said = w.root.run("--lang", "fr", *invite, expect=None, json_output=False)
    assert "Rien n’a été signé ni envoyé" in " ".join(said.err.split()) and "second facteur" in said.err, said.err
    w.root.lock()
    w.root.sign_in()
    w.root.run(*invite)
    assert (w.folder / "code.txt").read_text().strip()
    pending = w.root.run("member", "pending").json["items"]
    assert len(pending) == before + 1, pending


def nobody_of_the_state_comes_in_from_elsewhere(w):
    w.root.lock()
    w.root.sign_in()
    move_the_office(w)
    refused = w.second.run("dossier", "list", expect=None)
    assert refused.code != OK and refused.refusal["key"] == "access.address", refused
    assert "certain addresses only" in refused.refusal["message"], refused
    french = w.second.run("--lang", "fr", "dossier", "list", expect=None)
    assert "certaines adresses" in french.refusal["message"], french
    w.other.run("dossier", "list")
    w.cast["ADMIN"].run("admin", "party", "list")
    w.officer.lock()
    refused = w.officer.sign_in(expect=None)
    assert refused.code != OK and refused.refusal["key"] == "access.address", refused
    refused = w.root.run("party", "access", "lift", "--yes", expect=None)
    assert refused.code != OK and refused.refusal["key"] == "access.address", refused
    assert "rogatory sign-in" in refused.refusal["message"], refused


def who_may_set_the_rules_shows_his_code_and_sets_them_from_there(w):
    w.root.lock()
    w.root.sign_in()
    # That, and nothing else.
    for words in (["dossier", "list"], ["request", "list"], ["party", "list"], ["session", "list"]):
        refused = w.root.run(*words, expect=None)
        assert refused.code != OK and refused.refusal["key"] == "access.address", (words, str(refused))
    refused = w.root.run("party", "access", "set", "--from", "192.0.2.0/24", "--yes", expect=None)
    assert refused.code != OK and refused.refusal["key"] == "access.own_address", refused
    w.root.run("party", "access", "set", "--from", "127.0.0.0/8", "--idle-minutes", "10", "--yes")
    assert w.rules()["from"] == ["127.0.0.0/8"], w.rules()
    w.root.run("dossier", "list")
    w.officer.sign_in()
    w.officer.run("dossier", "list")
    trail = w.root.run("audit", json_output=False).out.splitlines()
    for who, what, why in ((w.root, "session.started", "access.address"), (w.root, "access.refused_from_outside", "access.own_address"),
                           (w.root, "access.set_from_outside", "access.address"), (w.officer, "session.refused", "access.address")):
        assert any(who.user in line and what in line and why in line for line in trail), (what, trail)


STEPS = [there_are_none_at_first, only_access_managers_set_them, what_would_shut_out_its_signer_is_refused, they_are_signed_shown_and_read_by_everybody,
         whoever_sets_rules_signs_in_anew_under_them_and_lifts_them, whoever_signs_rules_is_told_that_they_stay_readable,
         an_act_for_which_the_second_factor_is_asked_once_more_waits_and_its_code_is_not_lost,
         nobody_of_the_state_comes_in_from_elsewhere, who_may_set_the_rules_shows_his_code_and_sets_them_from_there]


if __name__ == "__main__":
    sys.exit(play("access_rules", "a server, Senegal and the Prosecutor", World, STEPS))
