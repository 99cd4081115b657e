"""An authority's casebook with the real server and the real command line: two members of Senegal's unit, another authority
of Senegal, the Prosecutor who asks, and France.

Who deals with a request, who acts for whom on which days, what somebody who leaves dealt with, links and internal notes; and
that nobody else learns of it: not the other authority, not the other side, not an administrator, not the database.
"""
import base64
import datetime
import json
import pathlib
import random
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from days import today
from installation import NOT_THERE, Server
from refusals import says
from request_form import write_request
from scene import play

CANARIES = ("Canari-Note", "Canari-Leaver")
TODAY = today()


def day(days):
    return str(TODAY + datetime.timedelta(days=days))


class World:
    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "server")
        self.server.init()
        self.server.start()
        cast = self.cast = casting.Cast(folder, self.server)
        cast.administrator()
        cast.registry_founds()
        cast.parties_found([*casting.STATES, *casting.PROSECUTOR])
        cast.pin_everybody()
        self.manager, self.otp, self.fra = cast["SEN1"], cast["OTP1"], cast["FRA1"]
        cast.join("OTP2", "otp.2", self.otp, "custodian")
        self.second = cast.join("SEN2", "awa", self.manager, "custodian")
        self.officer = cast.join("SEN3", "bineta", self.manager, "officer")
        self.reader = cast.join("SEN4", "cheikh", self.manager, "reader")
        self.sibling = cast.second_authority("SENA", "sen.bra.1", self.manager, "BRA", "aro")
        self.requests = [self.ask(number) for number in (1, 2, 3)]

    def ask(self, number):
        form = self.folder / f"request-{number}.txt"
        write_request(self.otp, form, {"title": f"Accounts {number}", "reference": f"OTP/2026/{number}", "due": "2099-12-31"},
                      "Statements of one account.", "Timber was sold.")
        return self.otp.run("request", "send", form, "--to", "SEN").json["dossier"]

    def listed(self, person, *options):
        return sorted(one["dossier"] for one in casting.items(person.run("request", "list", *options)))

    def close(self):
        if self.server.process.poll() is None:
            self.server.stop()
        self.cast.sign_out_all()


def assigned(w):
    first, second, third = w.requests
    assert w.listed(w.officer, "--unassigned") == sorted(w.requests)
    assert w.officer.run("casebook", "list").json["acts"] == []
    done = w.manager.run("request", "assign", first[:12], "bineta", "--deputy", "awa").json
    assert done["assignment"]["member"]["name"] == "bineta" and done["assignment"]["deputy"]["name"] == "awa", done
    w.officer.run("request", "assign", second, "awa")
    # Whoever was quicker: the same said again is refused, and nothing is noted.
    again = w.second.run("request", "assign", second, "awa", expect=NOT_THERE)
    assert again.refusal["key"] == "casebook.nothing_changed", again
    assert w.listed(w.officer, "--mine") == [first] and w.listed(w.officer, "--unassigned") == [third]
    assert w.listed(w.second, "--mine") == sorted([first, second]) and w.listed(w.reader, "--mine") == []
    shown = w.reader.run("request", "show", first).json["casebook"]
    assert shown["assignment"]["by"]["name"] == "sen.crf.1" and not shown["assignment"]["mine"], shown
    w.officer.run("request", "assign", first, "awa")  # what was said last holds, without its deputy
    assert w.listed(w.officer, "--mine") == [] and w.listed(w.second, "--mine") == sorted([first, second])
    w.manager.run("request", "assign", third, "cheikh")
    assert w.listed(w.reader, "--mine") == [third]
    w.manager.run("request", "assign", third, "--nobody")
    assert w.listed(w.manager, "--unassigned") == [third]


def refused(w):
    first, second, _ = w.requests
    says(w.reader.run("request", "assign", first, "bineta", expect=NOT_THERE), "officer", "case officer")
    for words in (("assign", first, "nobody-here"), ("assign", first, "sen.bra.1")):
        outcome = w.officer.run("request", *words, expect=NOT_THERE)
        assert outcome.refusal["key"] == "member.unknown", outcome
    for words, key in ((("assign", first, "awa", "--deputy", "awa"), "casebook.own_deputy"), (("assign", first), "usage.value"),
                       (("link", first, first, "--as", "reply"), "casebook.link_itself"), (("link", first, second), "usage.value"),
                       (("link", first, second, "--as", "cousin"), "request.word"), (("note", first, ""), "casebook.remark_length")):
        outcome = w.officer.run("request", *words, expect=None)
        assert outcome.code != 0 and outcome.refusal["key"] == key, (words, outcome)


def deputies(w):
    """On the days of an absence, and on no other; the last word on a day holds."""
    first, second, _ = w.requests
    w.second.run("casebook", "deputy", "awa", "bineta", "--from", day(-1), "--until", day(1))
    assert w.listed(w.officer, "--mine") == sorted([first, second])
    acting = w.officer.run("request", "show", first).json["casebook"]["assignment"]
    assert acting["acting_today"]["name"] == "bineta" and acting["mine"], acting
    # Today goes to another; tomorrow stays.
    w.second.run("casebook", "deputy", "awa", "cheikh", "--from", day(0), "--until", day(0))
    assert w.listed(w.officer, "--mine") == [] and w.listed(w.reader, "--mine") == sorted([first, second])
    shown = w.officer.run("casebook", "list").json["deputies"]
    assert [(one["deputy"]["name"], one["today"]) for one in shown] == [("bineta", False), ("cheikh", True)], shown
    w.second.run("casebook", "deputy", "awa", "--nobody", "--from", day(-9), "--until", day(9))
    assert w.listed(w.reader, "--mine") == []
    outcome = w.second.run("casebook", "deputy", "awa", "bineta", "--from", day(2), "--until", day(1), expect=None)
    assert outcome.refusal["key"] == "casebook.days", outcome
    # Days to come are nobody's matter today.
    w.second.run("casebook", "deputy", "awa", "bineta", "--from", day(3), "--until", day(5))
    assert w.listed(w.officer, "--mine") == []


def links_and_notes(w):
    first, second, third = w.requests
    w.officer.run("request", "link", second, first, "--as", "follow_up")
    w.officer.run("request", "link", third, first, "--as", "same_matter")
    w.officer.run("request", "note", first, "Canari-Note: the bank asks for page 2.")
    other = w.manager.run("request", "show", first).json["casebook"]
    assert [(one["dossier"], one["relation"]) for one in other["links"]] == sorted([(second, "follow_up"), (third, "same_matter")]), other
    assert other["notes"][0]["text"].startswith("Canari-Note") and other["notes"][0]["by"]["name"] == "bineta", other
    w.officer.run("request", "link", first, third, "--end")
    assert len(w.manager.run("request", "show", third).json["casebook"]["links"]) == 0
    for language, words in (("en", ("Dealt with by: awa", "followed up by", "Internal note by bineta")),
                            ("fr", ("Chargé du suivi", "Note interne de bineta"))):
        text = w.reader.run("--lang", language, "request", "show", first, json_output=False).out
        assert all(word in text for word in words), text
    acts = w.reader.run("casebook", "list").json["acts"]
    assert {one["kind"] for one in acts} == {"assigned", "deputy", "link", "remark"} and all(one["counting"] for one in acts), acts
    assert "Canari-Note" in w.reader.run("casebook", "list", json_output=False).out


def struck_down(w):
    """What was signed when the program was killed stands once or not at all, and the next run says nothing of a fork."""
    second = w.requests[1]
    random.seed(1741)
    for number in range(8):
        process = w.officer.start("request", "note", second, f"Canari-Note: struck {number}.")
        time.sleep(random.uniform(0.02, 0.3))
        process.kill()
        process.wait()
    w.officer.run("request", "note", second, "Canari-Note: and on.")
    texts = [one["text"] for one in w.reader.run("request", "show", second).json["casebook"]["notes"]]
    assert texts[-1] == "Canari-Note: and on." and len(set(texts)) == len(texts), texts
    assert casting.items(w.officer.run("alarm", "list")) == []
    print(f"  of 8 notes struck down {len(texts) - 1} stand")


def nobody_else(w):
    """The other authority of the same State, the other side, another State and the administrator: not even that it is there."""
    for person in (w.sibling, w.otp, w.fra, w.cast["REG1"]):
        assert person.run("casebook", "list").json["acts"] == [], person.user
        for words in CANARIES:
            assert words not in person.run("casebook", "list", json_output=False).out
    for canary in (*CANARIES, "casebook"):
        assert canary not in w.otp.run("request", "show", w.requests[0], json_output=False).out
    assert w.otp.run("request", "show", w.requests[0]).json["casebook"] == {"links": [], "notes": []}
    audit = w.cast["ADMIN"].run("admin", "audit").out
    assert "note" in audit and all(canary not in audit for canary in CANARIES), audit[:400]


def a_leaver(w):
    first, second, _ = w.requests
    w.second.run("request", "note", first, "Canari-Leaver: my file is on the second shelf.")
    removed = w.manager.run("member", "remove", "awa", "--yes")
    assert sorted(one["dossier"] for one in removed.json["assigned"]) == sorted([first, second]), removed.json["assigned"]
    assert removed.json["assigned"][0]["member"] == {**removed.json["assigned"][0]["member"], "name": "awa", "left": True}
    text = w.officer.run("request", "show", first, json_output=False).out
    assert "awa (has left)" in text, text
    # The leaver's keys open nothing that is written from here on; what was written stays readable for those who stay.
    w.officer.run("request", "note", first, "Canari-Note: after the removal.")
    moved = w.officer.run("casebook", "hand-over", "awa", "bineta").json["handed_over"]
    assert sorted(moved) == sorted([first, second]), moved
    assert w.listed(w.officer, "--mine") == sorted([first, second])
    notes = w.reader.run("request", "show", first).json["casebook"]["notes"]
    assert len(notes) == 3 and notes[1]["by"] == {**notes[1]["by"], "name": "awa", "left": True}, notes
    again = w.officer.run("casebook", "hand-over", "awa", "bineta", expect=NOT_THERE)
    assert again.refusal["key"] == "casebook.nothing_changed", again
    assert w.second.run("casebook", "list", expect=None).code != 0
    # Who comes later reads all of it.
    later = w.cast.join("SEN5", "demba", w.manager, "officer")
    assert len(later.run("request", "show", first).json["casebook"]["notes"]) == 3
    assert w.listed(later, "--unassigned") == [w.requests[2]]


def nothing_leaked(w):
    names = {member["display_name"]: member["member"] for member in casting.items(w.manager.run("member", "list"))}
    clear = [bytes.fromhex(line) for line in w.server.rows("SELECT hex(envelope) FROM statement JOIN chain ON chain.id = statement.chain_id WHERE chain.kind = 'casebook';")]
    assert len(clear) > 12, len(clear)
    hidden = [*CANARIES, *w.requests, names["demba"], names["cheikh"]]
    for envelope in clear:
        said = json.loads(base64.b64decode(re.search(rb'"payload":"([A-Za-z0-9+/=]+)"', envelope)[1]))
        assert set(said["body"]) == {"generation", "sealed"}, said["body"]
        for canary in hidden:
            assert canary not in json.dumps(said), (canary, said)
    # One size for all of them: neither a short note nor a long one shows.
    sizes = set(w.server.rows("SELECT length(data) FROM inline_blob JOIN chain ON chain.id = inline_blob.chain_id WHERE chain.kind = 'casebook';"))
    assert len(sizes) == 1, sizes
    whole = "\n".join(w.server.rows(".dump"))
    for canary in CANARIES:
        assert canary not in whole and canary.encode().hex() not in whole.lower(), canary
    assert w.server.log_text()
    for path in [w.server.log, *(p for p in w.server.data.rglob("*") if p.is_file())]:
        data = path.read_bytes()
        for canary in CANARIES:
            assert canary.encode() not in data, (canary, path)
    # The id of the chain follows from nothing that the register says.
    (chain,) = w.server.rows("SELECT hex(chain) FROM chain WHERE kind = 'casebook';")
    for parts in w.manager.profile.rglob("chains/*"):
        if parts.name != chain.lower() and parts.is_file():
            assert chain.lower().encode() not in parts.read_bytes(), parts


CASES = [assigned, refused, deputies, links_and_notes, struck_down, nobody_else, a_leaver, nothing_leaked]


if __name__ == "__main__":
    sys.exit(play("casebook", "a server, Senegal with two authorities, France, the Prosecutor's three requests", World, CASES))
