"""Requests for assistance between the Court and States and between States, with the real server and the real command line.

Sent, acknowledged, asked about, answered in part and whole, hindered, delayed by agreement, refused, closed, withdrawn; what
happens off the platform; what is nobody's to do; and what the server holds of a request whose routing is confidential.
"""
import base64
import datetime
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "casework"))
import cast as casting
import figures
from cases import Cases
from days import today as whole_day
from installation import CONFLICT, NOT_THERE, REFUSED, Server
from refusals import says
from request_form import write_request

CANARIES = ("Feuille-Canari", "canary account 4711", "canary reason", "canary title")


class World:
    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "server")
        self.server.init()
        self.server.start()
        self.cast = casting.whole_cast(folder, self.server)
        self.otp, self.otp2, self.registry = self.cast["OTP1"], self.cast["OTP2"], self.cast["REG1"]
        self.sen, self.fra, self.sen_aro = self.cast["SEN1"], self.cast["FRA1"], self.cast["SENA"]
        for person, other in ((self.sen, "FRA"), (self.fra, "SEN")):
            person.run("party", "pin", "--sheet", self.cast.sheet, expect=None)
        self.number = 0

    def form(self, kind="bank_records", **values):
        """A template, filled in as a person does it."""
        self.number += 1
        path = self.folder / f"request-{self.number}.txt"
        head = {"title": "canary title", "reference": f"OTP/2026/{self.number:04}", "due": "2099-12-31", **values}
        return write_request(self.otp, path, head, "Statements of one account.\n\nFrom 2019 on.", "Feuille-Canari bought timber.",
                             [("number", "canary account 4711"), ("country", "SEN")], kind)

    def send(self, sender, to, *options, kind="bank_records", **values):
        sent = sender.run("request", "send", self.form(kind, **values), "--to", to, *options)
        return sent.json

    def step(self, person, request, *words, expect=0):
        done = person.run("request", words[0], request["dossier"], *words[1:], expect=expect)
        return done.json if expect == 0 else done


def court_to_state(w):
    r = w.send(w.otp, "SEN", "--with", "X-REG", no_notice_before="2100-01-02", no_contact="the bank; its director")
    assert r["status"] == "sent" and r["side"] == "requesting" and r["routing"]["reference"] == "OTP/2026/0001", r
    listed = casting.items(w.sen.run("request", "list", "--received"))
    assert [one["dossier"] for one in listed] == [r["dossier"]], listed
    assert {move["to"] for move in listed[0]["next"]} == {"acknowledged", "refused", "sent"}, listed[0]["next"]
    w.sen.run("get", r["dossier"], "--out", w.folder / "sen", "--yes")
    shown = w.step(w.sen, r, "show")
    assert shown["content"]["blocks"]["facts"].startswith("Feuille-Canari"), shown
    assert shown["content"]["accounts"][0]["number"] == "canary account 4711", shown
    assert w.step(w.sen, r, "acknowledge")["status"] == "acknowledged"
    assert w.step(w.sen, r, "status", "information_requested", "--reason", "canary reason: which branch?")["status"] == "information_requested"
    assert w.step(w.otp2, r, "status", "information_given")["status"] == "information_given"
    stuck = w.step(w.sen, r, "obstacle", "bank_secrecy", "--words", "A judge must lift it.", "--needs", "A certified copy.",
                   "--remark", "Templates help.", "--named")
    assert stuck["status"] == "information_given" and stuck["obstacles"] == ["bank_secrecy"], stuck
    assert w.step(w.sen, r, "due", "2100-06-30", "--message", "The court sits in May.")["proposal"]["mine"]
    agreed = w.step(w.otp, r, "due", "--agree")
    assert agreed["due"] > agreed["first_due"], agreed
    statement = w.folder / "statement.csv"
    statement.write_text("date;amount\n")
    part = w.step(w.sen, r, "reply", statement, "--message", "The first half.", "--part")
    assert part["status"] == "partly_executed" and "replied_at" in part, part
    rows = w.folder / "answer.txt"
    rows.write_text("[account b1]\ninstitution: A bank\nnumber: 12\ncountry: SEN\n\n[measure m1]\nkind: freeze\nitems: b1\n"
                    "value: 1250000.50 XOF 2026-03-01\nexpiry: 2028-03-01\nevent: ordered 2026-03-01\nevent: executed 2026-03-02\n")
    whole = w.step(w.sen, r, "reply", "--form", rows, "--message", "The rest.", "--final")
    assert whole["status"] == "executed", whole
    rows_are_shown(w, r)
    closed = w.step(w.otp, r, "close", "--remark", "Two months, and useful.")
    assert closed["status"] == "closed" and "over_at" in closed, closed
    told = w.step(w.otp2, r, "chronology")["items"]
    kinds = [row["kind"] for row in told]
    assert kinds.count("status") == 7 and kinds.count("entry") == 3 and "due_agreed" in kinds, kinds
    reasons = [row.get("words", "") for row in told if row.get("to") == "information_requested"]
    assert reasons == ["canary reason: which branch?"], told
    hindered = [row for row in told if row.get("obstacles")]
    assert hindered[0]["obstacles"][0]["needs"] == "A certified copy." and hindered[0]["remark"] == "Templates help.", hindered
    assert not any(row["void"] for row in told)


def series(w):
    """One text to two States: each has its own reference, what fails its check is told, and a second run sends nothing again."""
    form = w.form(reference="OTP/2026/SERIES")
    form.write_text(form.read_text().replace("number: canary account 4711", "iban: FR14 2004 1010 0505 0001 3M02 607"))
    sent = w.otp.run("request", "send", form, "--to", "SEN", "--to", "FRA/CRF", json_output=False)
    assert "The check digits of this IBAN" in " ".join(sent.err.split()), sent.err
    for person, code in ((w.sen, "SEN"), (w.fra, "FRA")):
        listed = [one["routing"]["reference"] for one in casting.items(person.run("request", "list", "--received")) if "SERIES" in one["routing"]["reference"]]
        assert listed == [f"OTP/2026/SERIES/{code}"], listed
    again = w.otp.run("request", "send", form, "--to", "SEN", "--to", "FRA/CRF")
    assert again.json["items"] == [] and [one["reference"] for one in again.json["standing"]] == ["OTP/2026/SERIES/SEN", "OTP/2026/SERIES/FRA"], again.json
    says(w.otp.run("request", "send", form, "--to", "SEN/CRF", "--to", "SEN/BRA", expect=None), "asked twice under one reference")
    # Of an interrupted series the rest is sent, also where the first has answered and is closed; one that was withdrawn may be sent again.
    (first,) = [one for one in casting.items(w.otp.run("request", "list", "--sent", "--party", "SEN")) if one["routing"]["reference"] == "OTP/2026/SERIES/SEN"]
    w.sen.run("request", "reply", first["dossier"], "--message", "Nothing.", "--final")
    w.otp.run("request", "close", first["dossier"])
    (second,) = [one for one in casting.items(w.otp.run("request", "list", "--sent", "--party", "FRA")) if one["routing"]["reference"] == "OTP/2026/SERIES/FRA"]
    w.otp.run("request", "withdraw", second["dossier"], "--reason", "The wrong court.")
    rest = w.otp.run("request", "send", form, "--to", "SEN", "--to", "FRA/CRF").json
    assert [one["routing"]["reference"] for one in rest["items"]] == ["OTP/2026/SERIES/FRA"] and len(rest["standing"]) == 1, rest


def rows_are_shown(w, r):
    """Every typed field of what is asked and, once it is opened, of what was answered: to a program and to people in both languages."""
    w.otp.run("get", r["dossier"], "--out", w.folder / "otp", "--yes")
    replies = w.step(w.otp, r, "show")["replies"]
    assert [one["content"]["accounts"][0]["number"] for one in replies] == ["12"], replies
    assert replies[0]["author"]["party"] == "SEN" and replies[0]["content"]["measures"][0]["events"][1]["act"] == "executed", replies
    for language, words in (("en", ("Accounts", "Number: canary account 4711", "Do not notify the holder before", "2100-01-02", "the bank · its director",
                                    "Institution: A bank", "Freezes and seizures", "Kind: freezing", "Value: 1250000.50 XOF (2026-03-01)",
                                    "Event: ordered · 2026-03-01", "from SEN/CRF")),
                            ("fr", ("Comptes", "Numéro\u00a0: canary account 4711", "Ne pas informer le titulaire avant le", "Établissement\u00a0: A bank",
                                    "Type\u00a0: gel", "Événement\u00a0: exécutée · 2026-03-02"))):
        shown = w.otp.run("--lang", language, "request", "show", r["dossier"], json_output=False).out
        assert all(word in shown for word in words), (shown, [word for word in words if word not in shown])


def state_to_court(w):
    r = w.send(w.sen, "X-OTP", kind="general", reference="SEN/1")
    w.step(w.otp, r, "acknowledge")
    refused = w.step(w.otp, r, "status", "refused", "--reason", "Rule 82 material.", "--in-part")
    assert refused["status"] == "refused" and refused["refused_in_part"], refused
    answered = w.step(w.otp, r, "reply", "--message", "What may be given.", "--final")
    assert answered["status"] == "executed" and not answered["refused_in_part"], answered


def state_to_state(w):
    r = w.send(w.sen, "FRA", kind="freezing", reference="SEN/2", urgency="urgent_unconfirmed")
    assert r["status"] == "urgent_unconfirmed", r
    confirmed = w.step(w.sen, r, "record", "sent", "--medium", "note_verbale", "--date", time.strftime("%Y-%m-%d"))
    assert confirmed["status"] == "sent" and confirmed["off_platform"] == 1, confirmed
    w.step(w.fra, r, "confirm")
    gone = w.step(w.sen, r, "withdraw", "--reason", "The account was emptied.")
    assert gone["status"] == "withdrawn" and gone["next"][0]["needs"] == ["remark"], gone
    told = w.step(w.fra, r, "chronology")["items"]
    assert [row["confirmed"] for row in told if row["kind"] == "off_platform"] == [True], told


def chased(w):
    r = w.send(w.otp, "FRA")
    says(w.step(w.otp, r, "obstacle", "no_reply", expect=NOT_THERE), "reminder")
    assert w.step(w.otp, r, "remind", "--message", "Kindly.")["reminders"] == 1
    assert w.step(w.otp, r, "remind")["reminders"] == 2
    assert w.step(w.otp, r, "obstacle", "no_reply")["obstacles"] == ["no_reply"]


def not_to_be_done(w):
    r = w.send(w.otp, "SEN", "--with", "X-REG")
    says(w.step(w.sen, r, "reply", "--message", "x", "--part", "--obstacle", "no_reply", expect=NOT_THERE), "other side")
    says(w.step(w.sen, r, "status", "executed", expect=NOT_THERE), "cannot go")
    says(w.step(w.otp, r, "acknowledge", expect=NOT_THERE), "other side", "cannot go")
    says(w.step(w.sen, r, "status", "refused", expect=NOT_THERE), "reasons")
    says(w.step(w.sen, r, "status", "nonsense", "--reason", "x", expect=REFUSED), "not one of the words")
    says(w.step(w.otp, r, "status", "referred", "--reason", "x", "--decision", "ICC-01/04-99", expect=NOT_THERE), "Registry")
    says(w.step(w.registry, r, "status", "referred", "--reason", "x", expect=REFUSED), "decision")
    says(w.step(w.otp, r, "due", "2020-01-01", expect=NOT_THERE), "past")
    says(w.otp.run("dossier", "close", r["dossier"], expect=NOT_THERE), "withdraw")
    says(w.step(w.otp, r, "confirm", expect=NOT_THERE), "no act")
    referred = w.step(w.registry, r, "status", "referred", "--reason", "No answer for a year.", "--decision", "ICC-01/04-99")
    assert referred["status"] == "referred" and referred["side"] == "none", referred
    says(w.otp.run("request", "send", w.form(due="2020-01-01"), "--to", "SEN", expect=NOT_THERE), "past")
    bad = w.form()
    bad.write_text(bad.read_text().replace("country: SEN", "country: Senegal"))
    says(w.otp.run("request", "send", bad, "--to", "SEN", expect=REFUSED), "row")
    bad.write_text("reference: x\nnonsense\n")
    says(w.otp.run("request", "send", bad, "--to", "SEN", expect=REFUSED), "line 2")


def passed_on_at_home(w):
    r = w.send(w.otp, "SEN")
    w.otp.lock()
    w.sen.run("grant", r["dossier"], "--to", "SEN/BRA")
    assert w.step(w.sen_aro, r, "acknowledge")["status"] == "acknowledged"
    # Its own is the Prosecutor's to give; once the State has answered in it, the file is not.
    w.step(w.sen, r, "reply", "--message", "One account so far.", "--part")
    w.otp.sign_in()
    says(w.otp.run("grant", r["dossier"], "--to", "X-REG", expect=NOT_THERE), "own State")
    assert r["dossier"] not in [one["dossier"] for one in casting.items(w.registry.run("request", "list"))]


def off_platform_state(w):
    r = w.send(w.otp, "TCD", "--off-platform")
    assert r["requested_code"] == "TCD", r
    today = time.strftime("%Y-%m-%d")
    assert w.step(w.otp, r, "record", "acknowledged", "--medium", "diplomatic_channel", "--date", today)["status"] == "acknowledged"
    assert w.step(w.otp, r, "record", "replied", "--medium", "courier", "--date", today, "--message", "Two boxes.")["status"] == "executed"
    assert w.step(w.otp, r, "close")["status"] == "closed"
    told = w.step(w.otp, r, "chronology")["items"]
    assert [row["act"] for row in told if row["kind"] == "off_platform"] == ["acknowledged", "replied"], told


def confidential(w):
    r = w.send(w.otp, "SEN", "--confidential", reference="Canari-Reference", situation="ICC-99/77")
    assert r["confidential"] and r["routing"]["reference"] == "Canari-Reference", r
    seen = [one for one in casting.items(w.sen.run("request", "list", "--received")) if one["dossier"] == r["dossier"]][0]
    assert seen["confidential"] and "routing" not in seen, seen
    w.seen_before = seen
    w.sen.run("get", r["dossier"], "--out", w.folder / "sealed", "--yes")
    assert w.step(w.sen, r, "show")["routing"]["situation"] == "ICC-99/77"
    w.step(w.sen, r, "acknowledge")
    assert w.step(w.sen, r, "obstacle", "national_security", "--words", "Canari-Words")["obstacles"] == []
    told = [row for row in w.step(w.otp, r, "chronology")["items"] if row.get("obstacles")]
    assert told[0]["obstacles"][0] == {"code": "national_security", "text": "Canari-Words", "needs": ""}, told
    says(w.step(w.sen, r, "obstacle", "translation", "--remark", "Clear.", expect=NOT_THERE), "confidential")
    w.hidden = ("Canari-Reference", "ICC-99/77", "Canari-Words")
    w.confidential_request = r


def disclosed(w):
    open_now = w.step(w.otp, w.confidential_request, "disclose", "--yes")
    assert not open_now["confidential"], open_now
    assert not w.step(w.sen, w.confidential_request, "show")["confidential"]


def on_the_server(w, hidden):
    """What a server needs no key for: the payload of every statement. The devices keep the very same envelopes."""
    seen = 0
    for person in (w.otp, w.sen, w.fra, w.registry):
        for path in (person.profile / "chains").rglob("*"):
            data = path.read_bytes() if path.is_file() else b""
            for payload in re.findall(rb'"payload":"([A-Za-z0-9+/=]+)"', data):
                clear = base64.b64decode(payload)
                seen += 1
                for canary in (*CANARIES, *hidden):
                    assert canary.encode() not in clear, f"{canary} in {clear[:200]}"
    assert seen > 100, seen
    # And of the confidential one nothing is clear but whom it asks, its status and its due date.
    assert "routing" not in str(w.seen_before)


def lists(w):
    by_status = casting.items(w.otp.run("request", "list", "--sent", "--status", "closed"))
    assert len(by_status) == 2, by_status
    soon = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=4)
    due_soon = w.send(w.otp, "SEN", due=str(soon))
    assert casting.items(w.otp.run("request", "list", "--overdue")) == []
    preload = subprocess.run(["faketime", "-f", "+10d", "printenv", "LD_PRELOAD"], check=True, capture_output=True, text=True).stdout.strip()
    late = w.otp.run("request", "list", "--overdue", environment={"LD_PRELOAD": preload, "FAKETIME": "+10d"})
    assert [one["dossier"] for one in casting.items(late)] == [due_soon["dossier"]], late
    to_france = casting.items(w.otp.run("request", "list", "--party", "FRA"))
    assert len(to_france) == 1, to_france
    french = w.otp.run("--lang", "fr", "request", "list", json_output=False)
    assert "réception accusée" in french.out or "envoyée" in french.out, french
    with_senegal = casting.items(w.sen.run("request", "list", "--received", "--status", "closed"))
    assert len(with_senegal) == 1, with_senegal
    told = w.sen.run("--lang", "fr", "request", "chronology", with_senegal[0]["dossier"], json_output=False)
    assert "réception accusée" in told.out and "close" in told.out, told
    w.fra.run("request", "chronology", with_senegal[0]["dossier"], expect=NOT_THERE)


def reports(w):
    """What each counts of its own is what the figures' rules give of the same dates and codes, worked out elsewhere."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    last = today + datetime.timedelta(days=1)
    period = {"from": f"{today.year - 1}-01-01", "to": str(last), "as_of": str(last)}
    options = [word for name, value in period.items() for word in (f"--{name.replace('_', '-')}", value)]
    for person, code in ((w.otp, "X-OTP"), (w.sen, "SEN"), (w.fra, "FRA"), (w.registry, "X-REG")):
        facts_file, sheet = w.folder / f"facts-{code}.json", w.folder / f"report-{code}.csv"
        answer = person.run("report", *options, "--facts", facts_file, "--csv", sheet).json
        shown, facts = answer["report"], json.loads(facts_file.read_text())
        held = [one for one in casting.items(person.run("request", "list")) if one["side"] != "none"]
        assert sorted(one["reference"] for one in facts) == sorted(one["dossier"] for one in held)
        own = figures.report(facts, {**period, "parties": [code]})
        if not code.startswith("X-"):
            own["rows"] = [row for row in own["rows"] if row["party"] == code]
        assert answer["party"] == code and answer["unreadable"] == 0
        assert not figures.shown_wrongly(shown, own, 0), figures.shown_wrongly(shown, own, 0)
        mine = next(row for row in shown["rows"] if row["party"] == code)
        for side, counted in (("requesting", "sent"), ("requested", "received")):
            wanted = sum(one["side"] == side and "routing" in one for one in held)
            assert mine[counted]["figures"]["requests"] == wanted, (code, side, mine[counted])
        assert sheet.read_bytes().startswith(b"\xef\xbb\xbf") and code in sheet.read_text(encoding="utf-8-sig")
    of_senegal = next(row for row in w.sen.run("report", *options).json["report"]["rows"])
    assert of_senegal["received"]["figures"]["executed"] >= 1 and of_senegal["received"]["days_to_reply"], of_senegal
    w.sen.run("report", *options, "--csv", w.folder / "report-SEN.csv", expect=CONFLICT)
    w.sen.run("report", "--from", "2026-02-01", "--to", "2026-01-01", expect=REFUSED)
    french = w.sen.run("--lang", "fr", "report", *options, json_output=False).out
    assert "Demandes" in french and "Reçues" in french and "Jours jusqu’à la réponse" in french, french


def main():
    cases = Cases("requests")
    with tempfile.TemporaryDirectory(prefix="rogatory-requests-") as folder:
        w = World(pathlib.Path(folder))
        try:
            for name, case in (("the Court asks a State: acknowledged, asked about, hindered, delayed, answered in two parts, closed", court_to_state),
                               ("a State asks the Court: refused in part, then answered", state_to_court),
                               ("a State asks a State: urgent, confirmed by note verbale, withdrawn", state_to_state),
                               ("reminders are numbered, and no reply is an obstacle after one", chased),
                               ("what is nobody's to do is refused in a sentence", not_to_be_done),
                               ("the requested authority passes it on at home; the Prosecutor cannot pass it to the Registry", passed_on_at_home),
                               ("a State without an account: everything is recorded by one side", off_platform_state),
                               ("a confidential request shows its readers what the server never has", confidential)):
                with cases.case(name):
                    case(w)
            with cases.case("the server holds no sealed word of any request"):
                on_the_server(w, getattr(w, "hidden", ()))
            with cases.case("its sender lifts the confidentiality"):
                disclosed(w)
            with cases.case("lists by direction, status, Party; in French"):
                lists(w)
            with cases.case("each reports its own figures, and an independent count of the same statements gives them"):
                reports(w)
            with cases.case("a series: one text, for each State a request of its own"):
                series(w)
        finally:
            w.server.stop()
    return cases.finish()


if __name__ == "__main__":
    whole_day()
    sys.exit(main())
