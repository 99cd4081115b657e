"""A second case officer's visa that an authority requires, with the real server and the real command line.

Required and lifted by an access manager, signed; then nothing leaves but what a colleague approved, byte for byte: transmissions,
further items, replies to requests, and requests whose form lies in an approved draft.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cast import items
from installation import CONFLICT
from scene import Scene, play


class World(Scene):
    def __init__(self, folder):
        super().__init__(folder)
        self.first, self.second, self.prosecutor, self.otp2 = (self.cast[name] for name in ("SEN1", "SEN2", "OTP1", "OTP2"))
        self.officer = self.cast.join("SEN3", "sen.crf.3", self.first, "officer")
        self.paper = self.document("note.pdf", b"%PDF-1.4 note")

    def document(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def keep(self, *words, person=None):
        return (person or self.officer).run("draft", "keep", *words).json["draft"]

    def approve(self, draft, person=None):
        colleague = person or self.second
        colleague.run("draft", "show", draft)
        return colleague.run("draft", "approve", draft, "--yes").json


def refused(outcome, key, *words):
    assert outcome.refusal["key"] == key, outcome
    assert all(word in outcome.refusal["message"] for word in words), outcome.refusal["message"]


def is_an_access_managers_to_require(w):
    assert w.officer.run("authority", "visa", "show").json == {"acts": [], "awaits": False}
    refused(w.officer.run("authority", "visa", "require", "share", expect=None), "void.not_custodian")
    w.officer.run("send", w.paper, "--to", "X-OTP", "--title", "Avant")
    assert w.first.run("authority", "visa", "require", "share", "reply").json["acts"] == ["reply", "share"]
    shown = w.officer.run("--lang", "fr", "authority", "visa", "show", json_output=False).out
    assert "réponses aux demandes, transmissions" in shown, shown
    # The Prosecutor's people are not bound by it.
    w.prosecutor.run("send", w.paper, "--to", "SEN", "--title", "De la Cour")


def stops_what_nobody_approved(w):
    refused(w.officer.run("send", w.paper, "--to", "X-OTP", "--title", "Seul", expect=None), "visa.needed", "draft keep", "draft approve")
    refused(w.first.run("send", w.paper, "--to", "X-OTP", "--title", "Seul", expect=None), "visa.needed")
    assert not any(one["title"] == "Seul" for one in items(w.prosecutor.run("dossier", "list")))
    draft = w.keep(w.paper, "--to", "X-OTP", "--title", "Comptes", "--message", "A")
    refused(w.officer.run("draft", "send", draft, expect=None), "visa.not_given", "approve")
    w.officer.run("draft", "discard", draft)


def is_void_after_one_byte(w):
    w.draft = w.keep(w.paper, "--to", "X-OTP", "--title", "Comptes", "--message", "Deux comptes.")
    assert w.approve(w.draft)["approved_by"] == ["sen.crf.2"]
    w.officer.run("draft", "keep", "--of", w.draft, "--message", "Deux comptes!")
    refused(w.officer.run("draft", "send", w.draft, expect=None), "visa.not_given", "changed afterwards")
    w.approve(w.draft)
    (sent,) = items(w.officer.run("draft", "send", w.draft))
    w.file = sent["dossier"]
    got = w.prosecutor.run("get", w.file, "--out", w.folder / "got", "--yes").json
    assert got["entries"][0]["message"] == "Deux comptes!", got


def is_asked_of_further_items(w):
    refused(w.officer.run("add", w.file, w.paper, "--message", "Encore", expect=None), "visa.needed")
    draft = w.keep(w.document("suite.txt", b"suite"), "--to", "X-OTP", "--title", "Suite", "--message", "La suite.")
    w.approve(draft)
    (sent,) = items(w.officer.run("draft", "send", draft, "--in", w.file))
    assert sent["dossier"] == w.file and sent["seq"] > 1, sent
    # The recipient answers without one.
    w.prosecutor.run("add", w.file, "--message", "Merci.")


def request(w, person, *options, **more):
    return person.run("request", "send", w.form, "--to", "SEN", "--law-reason", "Urgent.", *options, **more)


def is_asked_of_replies(w):
    w.form = w.folder / "request.txt"
    w.prosecutor.run("request", "new", "tracing", "--out", w.form)
    lines = [line for line in w.form.read_text().splitlines() if not line.startswith(("due:", "reference:", "title:"))]
    w.form.write_text("\n".join(["reference: OTP/1", "title: Trace", *lines]).replace("[assistance]", "[assistance]\nTrace it.")
                      .replace("[facts]", "[facts]\nTimber was sold.") + "\n")
    w.request = request(w, w.prosecutor).json["dossier"]
    w.officer.run("get", w.request, "--out", w.folder / "asked", "--yes")
    refused(w.officer.run("request", "reply", w.request, w.paper, "--message", "Voici.", expect=None), "visa.needed")
    # What was refused acknowledged nothing either.
    assert w.officer.run("request", "show", w.request).json["status"] == "sent"
    draft = w.keep(w.paper, "--to", "X-OTP", "--title", "Réponse", "--message", "Voici.")
    w.approve(draft)
    w.officer.run("request", "acknowledge", w.request)
    w.officer.run("draft", "send", draft, "--in", w.request)
    w.officer.run("request", "status", w.request, "executed")
    assert w.prosecutor.run("request", "show", w.request).json["status"] == "executed"


def is_asked_of_requests(w):
    w.prosecutor.run("authority", "visa", "require", "request")
    w.form.write_text(w.form.read_text().replace("OTP/1", "OTP/2"))
    refused(request(w, w.otp2, expect=None), "visa.needed")
    draft = w.keep(w.form, w.paper, "--to", "SEN", "--title", "Trace 2", "--message", "Urgent.", person=w.otp2)
    refused(request(w, w.otp2, "--draft", draft, expect=None), "visa.not_given")
    w.approve(draft, w.prosecutor)
    approved = w.form.read_text()
    w.form.write_text(approved.replace("Trace it.", "Trace it!"))
    refused(request(w, w.otp2, "--draft", draft, expect=CONFLICT), "visa.form_differs", "byte for byte")
    w.form.write_text(approved)
    refused(w.otp2.run("request", "send", w.form, "--to", "SEN", "--law-reason", "Other words.", "--draft", draft, expect=CONFLICT), "visa.differs")
    refused(request(w, w.otp2, w.paper, "--draft", draft, expect=None), "visa.files_in_draft")
    sent = request(w, w.otp2, "--draft", draft).json
    got = w.officer.run("get", sent["dossier"], "--out", w.folder / "asked-2", "--yes").json
    assert [pathlib.Path(one["path"]).name for one in got["files"]] == ["note.pdf"], got
    assert sent["routing"]["reference"] == "OTP/2", sent


def is_lifted_by_an_access_manager(w):
    refused(w.officer.run("authority", "visa", "lift", expect=None), "void.not_custodian")
    assert w.second.run("authority", "visa", "lift").json == {"acts": [], "awaits": False}
    w.officer.run("send", w.paper, "--to", "X-OTP", "--title", "Libre")


STEPS = [is_an_access_managers_to_require, stops_what_nobody_approved, is_void_after_one_byte, is_asked_of_further_items, is_asked_of_replies,
         is_asked_of_requests, is_lifted_by_an_access_manager]

if __name__ == "__main__":
    sys.exit(play("visa", "a server, Senegal and the Prosecutor", World, STEPS))
