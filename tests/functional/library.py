"""The library with the real server and the real command line: two States, the Prosecutor and one State that comes later.

Published in two languages, found, fetched; a second version and the first one after it; who may not publish, at the client and
at the server; a State founded afterwards that is given it; what is withdrawn; and that no title reaches the server.
"""
import json
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Cases
from installation import NOT_THERE, Server
from refusals import says

TITLE_EN, TITLE_FR = "Freezing orders: what works", "Décisions de gel : ce qui réussit"


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
        self.sen, self.fra, self.otp = cast["SEN1"], cast["FRA1"], cast["OTP1"]
        self.second = cast.join("SEN2", "sen.crf.2", self.sen, "custodian")
        cast.join("FRA2", "fra.crf.2", self.fra, "custodian")
        cast.join("OTP2", "otp.2", self.otp, "custodian")
        self.reader = cast.join("SEN3", "sen.crf.3", self.sen, "reader")
        self.files = {}
        for name, text in (("guide-en.pdf", "%PDF how to freeze"), ("guide-fr.pdf", "%PDF comment geler"), ("guide-2-en.pdf", "%PDF how to freeze, again")):
            (folder / name).write_text(text)
            self.files[name] = folder / name
        self.ids = {}

    def works(self, person, *words):
        return person.run("library", "list", *words).json["items"]

    def first(self):
        return ("library", "publish", self.files["guide-en.pdf"], self.files["guide-fr.pdf"], "--language", "en", "--language", "fr",
                "--kind", "best_practice", "--title-en", TITLE_EN, "--title-fr", TITLE_FR, "--version", "1.0", "--date", "2026-09-01",
                "--summary-fr", "Vingt exemples.")


def who_may(w):
    says(w.sen.run(*w.first(), expect=NOT_THERE), "may not publish", "ne peut pas publier")
    w.sen.run("directory", "publisher", "CRF")
    says(w.reader.run(*w.first(), expect=NOT_THERE), "officer")
    says(w.fra.run(*w.first(), expect=NOT_THERE), "may not publish", "ne peut pas publier")
    one = ["library", "publish", w.files["guide-en.pdf"]]
    for wrong, told in ((("--language", "EN", "--kind", "guide", "--title-en", "T"), "small letters"),
                        (("--language", "en", "--kind", "guide"), "title"), (("--language", "en", "--title-en", "T"), "kind of work"),
                        (("--language", "en", "--kind", "guide", "--title-en", "T", "--date", "2026-02-30"), "no day")):
        says(w.sen.run(*one, *wrong, expect=None), told)
    assert w.sen.run(*one, "--language", "en", "--kind", "novel", "--title-en", "T", expect=None).code != 0
    two = ["library", "publish", *w.files.values(), "--language", "en", "--language", "fr", "--kind", "guide", "--title-en", "T"]
    says(w.sen.run(*two, expect=None), "language of each")
    assert w.works(w.sen) == [] == w.works(w.otp)


def publish(w):
    made = w.sen.run(*w.first()).json
    w.ids["work"] = made["work"]
    w.ids["dossier"] = made["dossier"]
    assert made["given"] == 3 and made["left_out"] == [], made  # France, the Prosecutor, the Registry
    for who in (w.otp, w.fra, w.cast["REG1"]):
        (work,) = w.works(who)
        (version,) = work["versions"]
        assert work["new"] and not work["own"] and not work["lacking"] and work["publisher"]["party"] == "SEN", work
        assert (version["title_en"], version["title_fr"], version["kind"], version["version"], version["date"]) == (TITLE_EN, TITLE_FR, "best_practice", "1.0", "2026-09-01")
        assert [(one["name"], one["language"]) for one in version["files"]] == [("guide-en.pdf", "en"), ("guide-fr.pdf", "fr")], version
    assert not w.works(w.otp)[0]["new"], "it was listed before"
    shown = " ".join(w.otp.run("--lang", "fr", "library", "list", json_output=False).out.split())
    assert TITLE_FR in shown and "bonne pratique" in shown and TITLE_EN not in shown, shown
    shown = " ".join(w.otp.run("--lang", "en", "library", "show", made["work"], json_output=False).out.split())
    assert TITLE_EN in shown and TITLE_FR in shown and "Vingt exemples." in shown and "guide-fr.pdf" in shown, shown
    for words, found in ((("--kind", "best_practice"), 1), (("--kind", "guide"), 0), (("--language", "fr"), 1), (("--language", "es"), 0),
                         (("--search", "DECISIONS gel"), 1), (("--search", "exemples"), 1), (("--search", "guide-en"), 1), (("--search", "surrender"), 0)):
        assert len(w.works(w.otp, *words)) == found, words


def apart(w):
    """It is no file that somebody was sent: not in the list of files, not unread, nothing signed for a title."""
    for person in (w.sen, w.otp):
        assert person.run("dossier", "list").json["items"] == [] == person.run("dossier", "list", "--unread").json["items"]
        says(person.run("dossier", "show", "latest", expect=None), "no such file", "no file", "aucun")
    assert w.sen.run("receipts", w.ids["dossier"]).json["items"] == []


def fetch(w):
    got = w.otp.run("library", "get", w.ids["work"], "--out", w.folder / "got").json
    assert sorted(one["name"] for one in got["files"]) == ["guide-en.pdf", "guide-fr.pdf"] and got["missing"] == [], got
    assert not any("restriction_sheet" in one for one in got["files"]), got
    assert (w.folder / "got/guide-fr.pdf").read_text() == "%PDF comment geler"
    kinds = {(one["party"], one["kind"]) for one in w.sen.run("receipts", w.ids["dossier"]).json["items"]}
    assert kinds == {("X-OTP", "fetched"), ("X-OTP", "opened_receipt")}, kinds


def second_version(w):
    made = w.second.run("library", "publish", w.files["guide-2-en.pdf"], "--language", "en", "--version", "2.0", "--work", w.ids["work"]).json
    assert made["dossier"] == w.ids["dossier"] and made["given"] == 3, made
    (work,) = w.works(w.otp)
    assert work["new"] and [one["version"] for one in work["versions"]] == ["2.0", "1.0"] and work["current"] == made["seq"], work
    newest, oldest = work["versions"]
    assert newest["title_fr"] == TITLE_FR and newest["kind"] == "best_practice" and newest["replaces"] == oldest["entry"], newest
    assert w.works(w.otp, "--language", "fr") == [], "the current version has no French document"
    w.otp.run("library", "get", w.ids["work"], "--out", w.folder / "new")
    assert [path.name for path in (w.folder / "new").iterdir()] == ["guide-2-en.pdf"]
    w.otp.run("library", "get", w.ids["work"], "--version", "1.0", "--out", w.folder / "old")
    assert (w.folder / "old/guide-fr.pdf").read_text() == "%PDF comment geler"
    says(w.otp.run("library", "get", w.ids["work"], "--version", "9", "--out", w.folder / "none", expect=None), "no version")
    # Nobody else changes it, a publisher neither.
    w.fra.run("directory", "publisher", "CRF")
    again = ("library", "publish", w.files["guide-en.pdf"], "--language", "en", "--version", "3", "--work", w.ids["work"])
    says(w.fra.run(*again, expect=None), "another authority", "autre autorité")
    says(w.fra.run("library", "withdraw", w.ids["work"], "--reason", "x", expect=None), "another authority", "autre autorité")
    says(w.fra.run("add", w.ids["dossier"], w.files["guide-en.pdf"], expect=None), "only the authority that opened", "seule l’autorité")


def newcomer(w):
    """Mali founds afterwards: it sees nothing until it is given what was published, and then all of it."""
    w.cast.found("MLI1", "mli.crf.1", "MLI", "Mali", "fiu", "CENTIF", w.cast.sheet)
    mali = w.mli = w.cast["MLI1"]
    w.cast["REG1"].run("party", "pin", "MLI", "--fingerprint", w.cast.fingerprints["MLI"])
    mali.run("party", "pin", "--sheet", w.cast.sheet)
    assert w.works(mali) == []
    none = w.sen.run("library", "share-with-new").json
    assert none["given"] == [] and [one["why"] for one in none["left_out"]] == ["party.not_pinned"], none
    w.sen.run("party", "pin", "MLI", "--fingerprint", w.cast.fingerprints["MLI"])
    (work,) = w.works(w.sen)
    assert work["lacking"] == ["MLI/CENTIF"], work
    told = w.sen.run("library", "list", json_output=False)
    assert "MLI/CENTIF" in told.out + told.err and "share-with-new" in told.out + told.err, told.out + told.err
    given = w.sen.run("library", "share-with-new").json
    assert given == {"given": ["MLI/CENTIF"], "works": 1, "left_out": []}, given
    assert w.works(w.sen)[0]["lacking"] == [] and w.sen.run("library", "share-with-new").json["works"] == 0
    (work,) = w.works(mali)
    assert [one["version"] for one in work["versions"]] == ["2.0", "1.0"], work
    mali.run("library", "get", work["work"], "--version", "1.0", "--out", w.folder / "mali")
    assert (w.folder / "mali/guide-en.pdf").read_text() == "%PDF how to freeze"


def withdrawn(w):
    w.sen.run("library", "withdraw", w.ids["work"], "--version", "2.0", "--reason", "An error in chapter 2.")
    (work,) = w.works(w.fra)
    assert [one["withdrawn"] for one in work["versions"]] == [True, False] and work["current"] == work["versions"][1]["seq"], work
    w.sen.run("library", "withdraw", w.ids["work"], "--reason", "Replaced by a book.")
    for who in (w.fra, w.mli, w.sen):
        (work,) = w.works(who)
        assert work["withdrawn"] and "current" not in work, work
    says(w.fra.run("library", "get", w.ids["work"], "--out", w.folder / "gone", expect=None), "withdrawn")
    says(w.sen.run("library", "publish", w.files["guide-en.pdf"], "--language", "en", "--work", w.ids["work"], expect=None), "withdrawn")
    says(w.sen.run("library", "withdraw", w.ids["work"], "--reason", "x", expect=None), "withdrawn")
    assert w.fra.run("verify", w.ids["dossier"]).json["problems"] == []


def flag_taken_back(w):
    made = w.fra.run("library", "publish", w.files["guide-fr.pdf"], "--language", "fr", "--kind", "training", "--title-fr", "Cours").json
    w.fra.run("directory", "publisher", "CRF", "--off")
    says(w.fra.run("library", "publish", w.files["guide-fr.pdf"], "--language", "fr", "--work", made["work"], expect=None), "may not publish")
    (work,) = w.works(w.sen, "--kind", "training")
    assert work["versions"][0]["version"] == work["versions"][0]["date"] and "title_en" not in work["versions"][0], work
    assert "Cours" in w.sen.run("--lang", "en", "library", "list", json_output=False).out


def sealed(w):
    # The database is a cipher itself: what it holds is looked at through its own key, in text and in the hexadecimal of its blobs.
    dump = "\n".join(w.server.rows(".dump"))
    assert w.sen.user in dump, "the dump shows what the server does hold"
    files = b"".join(path.read_bytes() for path in (w.folder / "server").rglob("*") if path.is_file() and path.suffix != ".db")
    for word in (TITLE_EN, TITLE_FR, "guide-en.pdf", "Vingt exemples", "best_practice", "chapter 2"):
        assert word not in dump and word.encode().hex() not in dump.lower() and word.encode() not in files, word
    lists = json.dumps(w.otp.run("dossier", "list").json)
    assert w.ids["dossier"] not in lists


STEPS = [("only an officer of an authority that may publish publishes, and says what it is", who_may),
         ("in two languages, for everybody: listed, found, shown", publish), ("it is no file that somebody was sent", apart),
         ("its documents are fetched, with a delivery record", fetch), ("a second version takes the place of the first, which stays readable", second_version),
         ("a State founded afterwards is named, and given it", newcomer), ("what is withdrawn leaves a tombstone", withdrawn),
         ("a flag taken back ends publishing and nothing else", flag_taken_back), ("no title reaches the server", sealed)]


def main():
    cases = Cases("library")
    with tempfile.TemporaryDirectory(prefix="rogatory-library-") as folder:
        world = None
        started = time.monotonic()
        with cases.case("a server, two States, the Prosecutor"):
            world = World(pathlib.Path(folder))
        print(f"  set up in {time.monotonic() - started:.1f} s")
        try:
            for title, step in STEPS if world else []:
                with cases.case(title):
                    step(world)
        finally:
            if world:
                world.cast.sign_out_all()
                world.server.stop()
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
