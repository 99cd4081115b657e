"""Enquiries before a request, with the real server and the real command line: "does such information exist?".

Asked of one authority, answered, made a request of; what is no enquiry; that nobody who was not asked learns of it, that it counts in no
figure, and that the server sees a file like any other.
"""
import datetime
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Cases
from days import today as whole_day
from installation import NOT_THERE, Server
from refusals import says

CANARIES = ("canary company", "canary question", "canary answer")


def day(after):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=after)).date().isoformat()


class World:
    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "server")
        self.server.init()
        self.server.start()
        self.cast = casting.whole_cast(folder, self.server)
        self.otp, self.sen, self.fra = self.cast["OTP1"], self.cast["SEN1"], self.cast["FRA1"]
        for person, other in ((self.sen, "FRA"), (self.fra, "SEN")):
            person.run("party", "pin", "--sheet", self.cast.sheet, expect=None)
        self.rows = folder / "rows.txt"
        self.rows.write_text("[entity e1]\nname: canary company\ncountry: SEN\n\n[asset s1]\nkind: real_estate\ndescription: A house at Saly\n")

    def ask(self, *options, to="SEN", expect=0):
        return self.otp.run("enquiry", "send", "--to", to, "--kind", "company_register", "--kind", "bank_records", *options, expect=expect)

    def enquiries(self, person):
        return person.run("enquiry", "list").json

    def fetch(self, person, dossier):
        person.run("get", dossier, "--out", self.folder / f"got-{person.user}-{dossier[:8]}", "--yes", "--overwrite")

    def read(self, person, *words, language="en"):
        return " ".join(person.run("--lang", language, *words, json_output=False).out.replace("\u00a0", " ").split())


def asked_and_answered(w):
    asked = w.ask("--title", "A company", "--message", "canary question", "--form", w.rows, "--answer-by", day(-2)).json
    w.enquiry = asked["dossier"]
    assert asked["mine"] and asked["kinds"] == ["bank_records", "company_register"] and asked["late"] == 2, asked
    # What was not opened is not known to be an enquiry.
    assert w.enquiries(w.sen) == {"items": [], "unopened": 1}, w.enquiries(w.sen)
    says(w.sen.run("enquiry", "answer", w.enquiry, "exists", expect=NOT_THERE), "Open it first")
    w.fetch(w.sen, w.enquiry)
    (one,) = w.enquiries(w.sen)["items"]
    assert not one["mine"] and one["from"]["party"] == "X-OTP" and one["content"]["entities"][0]["name"] == "canary company", one
    for language, words in (("en", ("no legal effect", "company register", "canary question", "rogatory enquiry answer")),
                            ("fr", ("aucun effet juridique", "fichier des sociétés", "2 jours de retard"))):
        shown = w.read(w.sen, "enquiry", "show", w.enquiry, language=language)
        for word in words[:3]:
            assert word in shown, (word, shown)
    says(w.otp.run("enquiry", "answer", w.enquiry, "exists", expect=NOT_THERE), "The other side answers")
    says(w.sen.run("enquiry", "answer", w.enquiry, "perhaps", expect=None), "not a word known here")
    w.sen.run("enquiry", "answer", w.enquiry, "ask_formally", "--message", "canary answer")
    w.fetch(w.otp, w.enquiry)
    (one,) = w.enquiries(w.otp)["items"]
    assert [(answer["answer"], answer["message"], answer["by"]["party"]) for answer in one["answers"]] == [("ask_formally", "canary answer", "SEN")], one
    assert one["late"] == 0, "it is answered"
    assert "ask by a formal request" in w.read(w.otp, "enquiry", "list")


def no_enquiry(w):
    says(w.otp.run("enquiry", "send", "--to", "SEN", "--kind", "gossip", "--message", "?", expect=None), "not a word known here")
    says(w.ask(expect=None), "what you ask about")
    says(w.ask("--message", "?", "--answer-by", "2026-02-30", expect=None), "not a word known here")
    rows = w.folder / "measure.txt"
    rows.write_text("[transaction t1]\ndate: 2026-01-01\nreference: 12\n")
    says(w.ask("--form", rows, expect=None), "belong to a request")
    rows.write_text("[facts]\nThey bought timber.\n")
    says(w.ask("--form", rows, expect=None), "belong to a request")
    (chain,) = [one["dossier"] for one in casting.items(w.otp.run("send", w.rows, "--to", "SEN", "--message", "A share."))]
    says(w.otp.run("enquiry", "show", chain, expect=NOT_THERE), "is no enquiry")


def becomes_a_request(w):
    form = w.folder / "request.txt"
    form.write_text("title: Accounts of a company\nreference: OTP/2026/0001\nkinds: bank_records\nlanguage: en\n\n[assistance]\nStatements.\n\n[facts]\nFacts.\n\n"
                    "[asset s1]\nkind: vehicle\ndescription: A lorry\n")
    # Whoever was not asked would learn that somebody was.
    says(w.otp.run("request", "send", form, "--to", "FRA/CRF", "--enquiry", w.enquiry, expect=NOT_THERE), "was not asked")
    says(w.otp.run("request", "send", form, "--to", "SEN", "--to", "FRA/CRF", "--enquiry", w.enquiry, expect=None), "one State or body")
    says(w.sen.run("request", "send", form, "--to", "X-OTP", "--enquiry", w.enquiry, expect=NOT_THERE), "Only whoever asked")
    request = w.otp.run("request", "send", form, "--to", "SEN", "--enquiry", w.enquiry).json
    w.request = request["dossier"]
    assert request["enquiry"] == {"dossier": w.enquiry, "here": True}, request
    # Its subjects are filled in; what the form says under the same key stays.
    assert request["content"]["entities"][0]["name"] == "canary company" and [one["description"] for one in request["content"]["assets"]] == ["A lorry"], request
    w.fetch(w.sen, w.request)
    for person in (w.otp, w.sen):
        shown = person.run("request", "show", w.request).json
        assert shown["enquiry"] == {"dossier": w.enquiry, "here": True}, shown
        assert "It follows the enquiry" in w.read(person, "request", "show", w.request) and "A company" in w.read(person, "request", "show", w.request)
        (one,) = [one for one in w.enquiries(person)["items"] if one["dossier"] == w.enquiry]
        assert one["requests"] == [{"dossier": w.request, "reference": "OTP/2026/0001", "status": "sent"}], one
        assert "Became request OTP/2026/0001" in w.read(person, "enquiry", "show", w.enquiry)


def counted_nowhere(w):
    assert [one["dossier"] for one in casting.items(w.sen.run("request", "list"))] == [w.request]
    report = w.sen.run("report", "--from", "2020-01-01", "--to", "2099-12-31").json["report"]["rows"][0]
    assert report["received"]["figures"]["requests"] == 1, report
    # The server sees a share like any other: no kind of its own, no word, nothing that joins the two files.
    kinds = {one["kind"] for one in casting.items(w.sen.run("dossier", "list"))}
    assert kinds == {"share", "request"}, kinds


def on_the_server(w):
    held = b"".join(path.read_bytes() for path in (w.folder / "server").rglob("*") if path.is_file())
    for canary in CANARIES:
        assert canary.encode() not in held, canary


def main():
    cases = Cases("enquiry")
    with tempfile.TemporaryDirectory(prefix="rogatory-enquiry-") as folder:
        w = World(pathlib.Path(folder))
        try:
            for name, case in (("the Court asks whether a company is known, and is told to ask formally", asked_and_answered),
                               ("what is no enquiry is refused in a sentence", no_enquiry),
                               ("a request is made of it, and each shows the other at both ends", becomes_a_request),
                               ("it counts in no list and no figure of requests", counted_nowhere),
                               ("no word of it is on the server", on_the_server)):
                with cases.case(name):
                    case(w)
        finally:
            w.server.stop()
    return cases.finish()


if __name__ == "__main__":
    whole_day()
    sys.exit(main())
