"""Requests and replies in other languages, with the real server and the real command line.

A request in English whose French version follows in five days; the financial intelligence unit, which works in French, reads the French
first; the law check; the obstacle "translation"; revised and authentic texts; a reply and its version; what is not taken; and that no
word of it reaches the server.
"""
import datetime
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Cases
from days import today as whole_day
from installation import CONFLICT, NOT_THERE, Server
from refusals import says

CANARIES = ("canary purpose", "canari objet", "canari corrigé", "Section canari", "canari titre", "canary reply")


def day(after):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=after)).date().isoformat()


class World:
    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "server")
        self.server.init()
        self.server.start()
        self.cast = casting.whole_cast(folder, self.server)
        self.otp, self.otp2, self.sen, self.fra = self.cast["OTP1"], self.cast["OTP2"], self.cast["SEN1"], self.cast["FRA1"]
        self.number = 0

    def form(self, assistance="canary purpose", language="en", **values):
        self.number += 1
        path = self.folder / f"form-{self.number}.txt"
        head = {"title": "Accounts of a company", "reference": f"OTP/2026/{self.number:04}", "kinds": "bank_records", "language": language, **values}
        path.write_text("\n".join(f"{name}: {value}" for name, value in head.items()) + f"\n\n[assistance]\n{assistance}\n\n[facts]\nFacts.\n\n[location]\nDakar.\n\n"
                        "[account a1]\nnumber: 4711\n")
        return path

    def french(self, assistance="canari objet"):
        self.number += 1
        path = self.folder / f"version-{self.number}.txt"
        path.write_text(f"title: canari titre\nlanguage: fr\n\n[assistance]\n{assistance}\n\n[facts]\nLes faits.\n")
        return path

    def send(self, *options, **values):
        return self.otp.run("request", "send", self.form(**values), "--to", "SEN", *options).json["dossier"]

    def show(self, person, request, *options):
        return person.run("request", "show", request, *options).json

    def read(self, person, request, language="fr", *options):
        return " ".join(person.run("--lang", language, "request", "show", request, *options, json_output=False).out.replace("\u00a0", " ").split())

    def fetch(self, person, request):
        person.run("get", request, "--out", self.folder / f"got-{person.user}-{request[:8]}", "--yes", "--overwrite", expect=None)

    def texts(self, person, request):
        return self.show(person, request)["versions"]["texts"]


def promised_then_delivered(w):
    """users.md: request EN, version FR due in 5 days, the FIU opens FR first."""
    request = w.send("--version-due", f"fr={day(5)}")
    w.request = request
    (text,) = w.texts(w.otp, request)
    (version,) = text["versions"]
    assert (text["language"], text["seq"], text["authentic"]) == ("en", 1, True), text
    assert (version["language"], version["state"], version["due"], version["late"]) == ("fr", "asked", day(5), 0) and "seq" not in version, version
    w.fetch(w.sen, request)
    before = w.read(w.sen, request)
    assert "canary purpose" in before and "attendu le" in before and "fait foi" in before, before
    # A colleague delivers it, once he has read what it translates.
    says(w.otp2.run("request", "version", "deliver", request, "fr", "--form", w.french(), expect=NOT_THERE), "Open the item first")
    w.fetch(w.otp2, request)
    done = w.otp2.run("request", "version", "deliver", request, "fr", "--form", w.french(), "--translator", "Section canari").json
    assert done["versions"]["texts"][0]["versions"][0]["state"] == "delivered", done
    w.fetch(w.sen, request)
    (text,) = w.texts(w.sen, request)
    (version,) = text["versions"]
    assert (version["state"], version["own"], version["authentic"], version["translator"], version["seq"]) == ("delivered", True, False, "Section canari", 3), version
    assert version["content"]["blocks"]["assistance"] == "canari objet", version
    after = w.read(w.sen, request)
    # The French text first, that it is a translation of whose item by whom, which is authentic, and the way to the original.
    for words in ("canari objet", "canari titre", "traduction de l’envoi 1 de X-OTP", "Section canari", "l’original fait foi", "--original", "4711"):
        assert words in after, (words, after)
    assert "canary purpose" not in after, after
    original = w.read(w.sen, request, "fr", "--original")
    assert "canary purpose" in original and "canari objet" not in original, original
    assert "canary purpose" in w.read(w.sen, request, "en"), "an English reader reads the original"
    assert "canari objet" in w.read(w.sen, request, "en", "--language", "fr")
    # In another language it is still the same file.
    assert [one["title"] for one in casting.items(w.sen.run("dossier", "list")) if one["dossier"] == request] == ["Accounts of a company"]


def revised(w):
    request = w.request
    w.fetch(w.otp, request)
    says(w.otp.run("request", "version", "deliver", request, "fr", "--form", w.french(), expect=CONFLICT), "Revise it instead")
    says(w.otp.run("request", "version", "revise", request, "es", "--message", "Texto.", expect=None), "no version in this language")
    w.otp.run("request", "version", "revise", request, "fr", "--form", w.french("canari corrigé"), "--authentic")
    w.fetch(w.sen, request)
    text = w.texts(w.sen, request)[0]
    assert [(one["state"], one["authentic"], one["seq"]) for one in text["versions"]] == [("revised", True, 4)] and not text["authentic"], text
    shown = w.read(w.sen, request)
    assert "canari corrigé" in shown and "La version affichée fait foi" in shown, shown
    # Withdrawn, the one before it is read again.
    w.otp.run("withdraw", request, "4", "--reason", "Wrong annex.")
    shown = w.read(w.sen, request)
    assert "canari objet" in shown and "canari corrigé" not in shown, shown


def late(w):
    """A version that was promised and did not come says by how many days."""
    request = w.send("--version-due", f"fr={day(-3)}")
    w.fetch(w.sen, request)
    assert w.texts(w.sen, request)[0]["versions"][0]["late"] == 3
    assert "3 jours de retard" in w.read(w.sen, request)


def obstacle_answered(w):
    request = w.send()
    w.fetch(w.sen, request)
    w.sen.run("request", "acknowledge", request)
    w.sen.run("request", "obstacle", request, "translation", "--words", "We work in French.")
    w.sen.run("request", "version", "ask", request, "fr", "--due", day(10))
    shown = w.show(w.otp, request)
    assert shown["obstacles"] == ["translation"] and not shown["translation_answered"], shown
    w.fetch(w.otp, request)
    (asked,) = w.texts(w.otp, request)[0]["versions"]
    assert asked["by"]["party"] == "SEN" and not asked["own"] and asked["due"] == day(10), asked
    w.otp.run("request", "version", "deliver", request, "es", "--message", "El texto.")
    assert not w.show(w.otp, request)["translation_answered"], "French was asked for"
    w.otp.run("request", "version", "deliver", request, "fr", "--form", w.french())
    w.fetch(w.sen, request)
    for person in (w.otp, w.sen):
        assert w.show(person, request)["translation_answered"], person.user
        assert [one["state"] for one in w.texts(person, request)[0]["versions"]] == ["delivered", "delivered"], w.texts(person, request)
    assert "Une version est arrivée depuis" in w.read(w.sen, request)


def reply(w):
    request = w.request
    w.sen.run("request", "reply", request, "--message", "canary reply en français", "--title", "Réponse", "--language", "fr", "--part")
    w.fetch(w.otp, request)
    seq = max(one["seq"] for one in w.otp.run("dossier", "show", request).json["entries"])
    says(w.sen.run("request", "version", "deliver", request, "fr", "--of", seq, "--message", "Le même.", expect=NOT_THERE), "in this language itself")
    w.sen.run("request", "version", "deliver", request, "en", "--of", seq, "--message", "The reply in English.", "--title", "Reply")
    # The other side may translate for itself; which text is authentic it does not say.
    says(w.otp.run("request", "version", "deliver", request, "es", "--of", seq, "--message", "La respuesta.", "--authentic", expect=NOT_THERE), "only the State or body")
    w.otp.run("request", "version", "deliver", request, "es", "--of", seq, "--message", "La respuesta.")
    w.fetch(w.otp, request)
    (text,) = [one for one in w.texts(w.otp, request) if one["seq"] == seq]
    assert [(one["language"], one["own"], one["message"]) for one in text["versions"]] == [("en", True, "The reply in English."), ("es", False, "La respuesta.")], text


def not_taken(w):
    request = w.request
    for words, told in ((("ask", request, "EN"), "small letters"), (("ask", request, "en"), "in this language itself"), (("ask", request, "es", "--of", "3"), "Name the original"),
                        (("ask", request, "es", "--of", "99"), "no item 99"), (("ask", request, "es", "--due", "2026-02-30"), "is a day"),
                        (("deliver", request, "ru"), "nothing to send")):
        says(w.otp.run("request", "version", *words, expect=None), told)
    english = w.folder / "english.txt"
    english.write_text("language: en\n[assistance]\nText.\n")
    says(w.otp.run("request", "version", "deliver", request, "ru", "--form", english, expect=None), "Correct one of them")
    for words, told in ((("--version", "fr"), "not understood"), (("--version", f"en={w.french().name}"), "is not there"), (("--version-due", f"en={day(5)}"), "in this language itself"),
                        (("--version-due", f"fr={day(5)}", "--authentic", "fr"), "not understood")):
        says(w.otp.run("request", "send", w.form(), "--to", "SEN", *words, expect=None), told)
    # Whoever has not read it does not translate it.
    unread = w.send()
    says(w.sen.run("request", "version", "deliver", unread, "fr", "--message", "Texte.", expect=NOT_THERE), "Open the item first")
    # What was asked for carries no text.
    assert w.otp.run("request", "version", "ask", request, "es", "--message", "Texto.", expect=None).code != 0


def law_check(w):
    w.sen.run("directory", "publisher", "CRF")
    w.sen.run("law", "set", "article=93(1)(k)", "keyword=gel", "answer=provision", "provision=La demande est en français.", "language=fr", "source=Loi 2009-21, art. 4",
              "kinds=bank_records", "channel=platform", "request_languages=fr", "valid_from=2020-01-01", f"last_confirmed={day(0)}")
    held = w.otp.run("request", "send", w.form(), "--to", "SEN", json_output=False, expect=NOT_THERE)
    assert "no version is in a language this State accepts" in " ".join(held.err.split()), held.err
    held = w.otp.run("request", "send", w.form(), "--to", "SEN", "--version-due", f"fr={day(5)}", json_output=False, expect=NOT_THERE)
    assert "is not there yet" in " ".join(held.err.split()), held.err
    sent = w.otp.run("request", "send", w.form(), "--to", "SEN", "--version", f"fr={w.french()}", json_output=False)
    assert "Will likely be returned" not in sent.err, sent.err
    (request,) = [one for one in casting.items(w.otp.run("request", "list", "--sent", "--party", "SEN"))][:1]
    # One append: the version is there as soon as the request is.
    w.fetch(w.sen, request["dossier"])
    (text,) = w.texts(w.sen, request["dossier"])
    assert [(one["language"], one["state"], one["seq"]) for one in text["versions"]] == [("fr", "delivered", 2)], text
    # In a series each has its own.
    w.fra.run("party", "pin", "--sheet", w.cast.sheet, expect=None)
    done = w.otp.run("request", "send", w.form(), "--to", "SEN", "--to", "FRA/CRF", "--version", f"fr={w.french()}", "--authentic", "fr").json["items"]
    for one, person in zip(done, (w.sen, w.fra)):
        w.fetch(person, one["dossier"])
        text = w.texts(person, one["dossier"])[0]
        assert text["versions"][0]["authentic"] and not text["authentic"] and "canari objet" in w.read(person, one["dossier"]), text


def under_a_visa(w):
    """A version that carries a text does not leave past a visa that is required of replies; the wish for a language does."""
    request = w.request
    w.sen.run("authority", "visa", "require", "reply", "share")
    w.fetch(w.sen, request)
    says(w.sen.run("request", "version", "deliver", request, "ru", "--message", "Texte.", expect=NOT_THERE), "colleague")
    says(w.sen.run("enquiry", "send", "--to", "X-OTP", "--kind", "general", "--message", "Known?", expect=NOT_THERE), "colleague")
    w.sen.run("request", "version", "ask", request, "ru")
    w.otp.run("authority", "visa", "require", "request")
    says(w.otp.run("request", "send", w.form(), "--to", "SEN", "--version", f"fr={w.french()}", expect=NOT_THERE), "colleague")


def on_the_server(w):
    held = b"".join(path.read_bytes() for path in (w.folder / "server").rglob("*") if path.is_file())
    for canary in CANARIES:
        assert canary.encode() not in held, canary


def main():
    cases = Cases("versions")
    with tempfile.TemporaryDirectory(prefix="rogatory-versions-") as folder:
        w = World(pathlib.Path(folder))
        try:
            for name, case in (("a request in English, the French version due in five days; the FIU reads French first", promised_then_delivered),
                               ("revised, the authentic text, and withdrawn again", revised),
                               ("a version that did not come in time says so", late),
                               ("the obstacle “translation” is answered by a version in the language asked for", obstacle_answered),
                               ("a reply, its own language, and versions by both sides", reply),
                               ("what is not taken is refused in a sentence", not_taken),
                               ("the law check takes the version in the State's language", law_check),
                               ("nothing with a text leaves past a required visa", under_a_visa),
                               ("no word of it is on the server", on_the_server)):
                with cases.case(name):
                    case(w)
        finally:
            w.server.stop()
    return cases.finish()


if __name__ == "__main__":
    whole_day()
    sys.exit(main())
