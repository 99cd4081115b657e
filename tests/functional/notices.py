"""Notice boards with the real server and the real command line: two States and the Prosecutor.

Published, found, replaced, confirmed, ended; what may not stand there and who may not write; a State whose key nobody checked;
a spreadsheet with ten kinds of broken rows and a sound one, out and in again; and a request held against what the requested
State says of its law.
"""
import csv
import datetime
import io
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Cases
from days import today as whole_day
from installation import NOT_THERE, Server
from refusals import says

# One kind of fault a row; the titles are those of a French Excel, and so are its semicolons and its encoding.
BROKEN = """Autorité;Nom;Fonction;Thème;Langues;Téléphone;Valable du;Valable jusqu’au;Dernière confirmation;Étage
CRF;A. Diop;cellule de renseignement financier;enquêtes financières;fr;1;01/01/2026;;;3
;B;cellule de renseignement financier;;fr;1;01/01/2026;;;
CRF;C;trésorerie;;fr;1;01/01/2026;;;
CRF;D;police;;fr;1;31/02/2026;;;
CRF;E;parquet;la lune;fr;1;01/01/2026;;;
CRF;F;parquet;général;fr;1
CRF;G;parquet;arrestation;fr;1;01/01/2026;;;;trop
CRF;"H"x;autre;;fr;1;01/01/2026;;;
CRF;I\x01;autre;protection;fr;1;01/01/2026;;;
CRF;%s;autre;défense;fr;1;01/01/2026;;;
CRF;"K;autre;;fr;1;01/01/2026;;;
""" % ("J" * 4100)
# Beyond the cells: what a row must hold together.
UNFIT = """authority,role,languages,valid_from,valid_to
CRF,fiu,french,2026-01-01,
CRF,police,fr,2026-06-01,2026-01-01
CRF,aro,fr,2026-01-01,2026-06-30
CRF,aro,fr,2026-06-30,
"""
SOUND = """Autorité;Nom;Fonction;Thème;Langues;Téléphone;Valable du;Valable jusqu’au;Suppléants;Note
Autorité centrale;É. N’Dour;autorité centrale;général;en; fr;+221 33 000 00 02;16/09/2026;;B. Sow, +221 1; C. Sy;=cmd
Parquet;;parquet;arrestation;fr;'1;01/10/2026;31/12/2027;;"deux
lignes"
"""


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
        cast.join("OTP2", "otp.2", self.otp, "custodian")
        self.reader = cast.join("SEN3", "sen.crf.3", self.sen, "reader")
        self.otp.run("party", "unpin", "FRA", "--yes", expect=None)
        self.ids = {}

    def rows(self, person, *words):
        return person.run(*words).json["items"]

    def file(self, name, text, encoding="utf-8"):
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path


def who_may(w):
    refused = w.sen.run("directory", "set", "authority=CRF", "role=fiu", "valid_from=2026-01-01", expect=NOT_THERE)
    says(refused, "notice board", "tableau")
    w.sen.run("directory", "publisher", "CRF")
    w.fra.run("directory", "publisher", "CRF")
    # An officer or access manager of it may; a reader may not, and nobody names another authority's flag.
    says(w.reader.run("directory", "set", "authority=CRF", "role=fiu", "valid_from=2026-01-01", expect=NOT_THERE), "officer")
    assert w.rows(w.otp, "directory", "list") == []


def publish(w):
    made = w.second.run("directory", "set", "authority=CRF du Sénégal", "name=A. Diop", "role=fiu", "theme=financial_investigations",
                        "languages=fr; en", "telephone=+221 33 000 00 00", "valid_from=2024-01-01", "deputies=B. Ndiaye; C. Fall")
    w.ids["focal"] = made.json["id"]
    (row,) = w.rows(w.otp, "directory", "list")
    assert row["party"] == "SEN" and row["authority"] == "CRF" and row["in_force"] and row["row"]["languages"] == "en; fr", row
    assert row["row"]["deputies"] == "B. Ndiaye; C. Fall" and row["row"]["level"] == "national" and row["to_confirm"], row
    for words, found in ((("diop",), 1), (("SENEGAL", "ndiaye"), 1), (("durand",), 0)):
        assert len(w.rows(w.otp, "directory", "search", *words)) == found, words
    for option, found in ((("--role", "fiu"), 1), (("--role", "aro"), 0), (("--language", "en"), 1), (("--language", "es"), 0),
                          (("--party", "SEN"), 1), (("--party", "FRA"), 0), (("--theme", "arrest"), 0), (("--on", "2023-12-31"), 0)):
        assert len(w.rows(w.otp, "directory", "list", *option)) == found, option
    w.second.run("directory", "set", "name=B. Ndiaye", "--instead", w.ids["focal"][:12])
    (row,) = w.rows(w.otp, "directory", "list")
    assert row["id"] == w.ids["focal"] and row["row"]["name"] == "B. Ndiaye" and row["row"]["telephone"] == "+221 33 000 00 00", row
    for language, words in (("en", ("CRF du Sénégal, B. Ndiaye", "financial intelligence unit")),
                            ("fr", ("CRF du Sénégal, B. Ndiaye", "cellule de renseignement financier"))):
        shown = " ".join(w.otp.run("--lang", language, "directory", "list", json_output=False).out.split())
        assert all(word in shown for word in words), shown


def confirm(w):
    (row,) = w.rows(w.sen, "directory", "list", "--to-confirm")
    assert row["id"] == w.ids["focal"], row
    assert w.rows(w.otp, "directory", "list", "--to-confirm") == [], "only its own people are asked"
    assert w.sen.run("directory", "confirm").json["confirmed"] == 1
    assert w.rows(w.sen, "directory", "list", "--to-confirm") == []
    assert w.sen.run("directory", "confirm").json["confirmed"] == 0
    (row,) = w.rows(w.otp, "directory", "list")
    assert row["row"]["last_confirmed"] == datetime.datetime.now(datetime.timezone.utc).date().isoformat(), row


def overlap(w):
    twice = ("directory", "set", "authority=CRF du Sénégal", "role=fiu", "theme=financial_investigations")
    says(w.sen.run(*twice, "valid_from=2027-01-01", expect=NOT_THERE), "another row", "autre ligne")
    w.sen.run("directory", "end", w.ids["focal"][:12], "--on", "2026-12-31")
    w.ids["next"] = w.sen.run(*twice, "valid_from=2027-01-01").json["id"]
    says(w.sen.run("directory", "set", "name=C", "--instead", w.ids["focal"][:12], expect=NOT_THERE), "has ended", "pris fin")
    says(w.sen.run("directory", "end", "ffffffffffff", expect=NOT_THERE), "begins with")
    on = {day: [row["id"] for row in w.rows(w.otp, "directory", "list", "--on", day)] for day in ("2026-12-31", "2027-01-01")}
    assert on == {"2026-12-31": [w.ids["focal"]], "2027-01-01": [w.ids["next"]]}, on


def foreign(w):
    """France cannot touch Senegal's rows, nor publish Senegal's profile; its own are hidden from who did not check its key."""
    says(w.fra.run("directory", "end", w.ids["next"][:12], expect=NOT_THERE), "begins with")
    says(w.fra.run("state", "set", "state=SEN", "topic=apic", "answer=yes", "dated=2020-01-01", "source=x", expect=None), "another state", "autre état")
    w.fra.run("state", "set", "topic=apic", "answer=yes", "dated=2004-02-17", "source=XVIII.13")
    w.fra.run("state", "set", "topic=apic", "answer=partly", "dated=2004-01-01", "source=XVIII.13")
    seen = w.sen.run("state", "list").json
    assert [(row["party"], row["row"]["state"], row["row"]["answer"]) for row in seen["items"]] == [("FRA", "FRA", "yes")], seen
    assert len(w.rows(w.sen, "state", "list", "--all")) == 2
    hidden = w.otp.run("state", "list").json
    assert hidden["items"] == [] and [(one["party"], one["why"]) for one in hidden["unread"]] == [("FRA", "not_pinned")], hidden
    assert hidden["unread"][0]["statements"] == 2, hidden


def broken_rows(w):
    before = w.rows(w.sen, "directory", "list", "--all")
    told = w.sen.run("directory", "import", w.file("broken.csv", BROKEN, "cp1252"), "--yes", expect=None)
    faults = told.json["faults"]
    places = {(one["key"].removeprefix("import."), one.get("row"), one.get("column")) for one in faults}
    expected = {("unknown_column", "1", "J"), ("required", "3", "A"), ("word", "4", "C"), ("date", "5", "G"), ("word", "6", "D"),
                ("cells_too_few", "7", "G"), ("cells_too_many", "8", "K"), ("quote_text", "9", "B"), ("control", "10", "B"),
                ("too_long", "11", "B"), ("quote_open", "12", "B")}
    assert expected <= places, (sorted(expected - places), sorted(places))
    assert len({key for key, _, _ in places}) >= 10 and told.code != 0, places
    says(told, "nothing was published")
    told = w.sen.run("directory", "import", w.file("unfit.csv", UNFIT), "--yes", expect=None)
    places = {(one["key"].removeprefix("import."), one["row"], one["column"]) for one in told.json["faults"]}
    assert places == {("language", "2", "C"), ("order", "3", "E"), ("overlap", "5", "D")}, places
    assert w.rows(w.sen, "directory", "list", "--all") == before, "nothing is half imported"


def there_and_back(w):
    sheet = w.file("sound.csv", SOUND.replace("en; fr", '"en; fr"').replace("B. Sow, +221 1; C. Sy", '"B. Sow, +221 1; C. Sy"'), "cp1252")
    done = w.sen.run("directory", "import", sheet, "--yes").json
    assert done == {"new": 2, "replaced": 0, "unchanged": 0}, done
    for language in ("fr", "en"):
        out = w.folder / f"export-{language}.csv"
        w.sen.run("--lang", language, "directory", "export", "--out", out)
        again = w.sen.run("directory", "import", out, "--yes").json
        assert again == {"new": 0, "replaced": 0, "unchanged": 3}, again
    titles = next(csv.reader(io.StringIO((w.folder / "export-fr.csv").read_text("utf-8-sig")), delimiter=";"))
    assert titles[:3] == ["Autorité", "Nom", "Fonction"], titles
    shown = w.sen.run("directory", "import", sheet, "--yes", json_output=False).out
    assert "É. N’Dour" in shown and "+221 33 000 00 02" in shown, shown


def law(w):
    """A request is held against the requested State's own entries; it goes on with a reason, which that State reads."""
    form = w.folder / "request.txt"
    w.otp.run("request", "new", "freezing", "--out", form)
    lines = []
    for line in form.read_text().splitlines():
        name = line.split(":")[0]
        head = {"title": "A freeze", "reference": "OTP/2026/1", "language": "en", "due": "2099-12-31"}
        lines.append(f"{name}: {head[name]}" if name in head and ":" in line else line)
        if line in ("[assistance]", "[location]", "[facts]"):
            lines.append("Words.")
    form.write_text("\n".join(line for line in lines if line not in ("number:", "country:")) + "\n")
    w.sen.run("law", "set", "article=93(1)(k)", "keyword=gel", "answer=provision", "provision=Le juge ordonne le gel.", "language=fr", "source=CPP, art. 87 bis",
              "kinds=freezing; seizure", "channel=platform", "request_languages=fr", "elements=date of the order", "freeze_days=730", "freeze_renewal=renewable",
              "valid_from=2020-01-01", f"last_confirmed={datetime.datetime.now(datetime.timezone.utc).date().isoformat()}")
    assert len(w.rows(w.otp, "law", "search", "juge", "--article", "93(1)", "--language", "fr")) == 1
    held = w.otp.run("request", "send", form, "--to", "SEN", json_output=False, expect=NOT_THERE)
    text = " ".join((held.err + held.out).split())
    for words in ("no version is in a language this State accepts: fr", "date of the order", "CPP, art. 87 bis", "730 days", "--law-reason"):
        assert words in text, (words, text)
    # Persons and accounts in rows identify as well as a text does (Art. 96(2)(b)).
    bare = w.folder / "bare.txt"
    for more, told in (("", True), ("[person p1]\nname: A. Person\n", False)):
        bare.write_text(form.read_text().replace("[location]\nWords.", "[location]", 1) + more)
        held = w.otp.run("request", "send", bare, "--to", "SEN", json_output=False, expect=NOT_THERE)
        assert ("location or identity of persons and things" in " ".join((held.err + held.out).split())) == told, (more, held.err + held.out)
    assert casting.items(w.otp.run("request", "list")) == []
    sent = w.otp.run("request", "send", form, "--to", "SEN", "--contains", "date of the order", "--law-reason", "Urgent; the French text follows.").json
    w.sen.run("get", sent["dossier"], "--out", w.folder / "got", "--yes")
    shown = w.sen.run("request", "show", sent["dossier"]).json
    assert shown["content"]["law_reason"] == "Urgent; the French text follows.", shown
    assert b"French text follows" not in b"".join(p.read_bytes() for p in (w.folder / "server").rglob("*") if p.is_file())
    # Once the State takes English as well, and the element is said to be in it, nothing stands in the way.
    (row,) = w.rows(w.sen, "law", "list", "--party", "SEN")
    w.sen.run("law", "set", "request_languages=fr; en", "--instead", row["id"])
    form.write_text(form.read_text().replace("OTP/2026/1", "OTP/2026/2"))
    w.otp.run("request", "send", form, "--to", "SEN", "--contains", "date of the order")
    # Of a series the reason goes to the State whose law it answers, and to no other.
    form.write_text(form.read_text().replace("OTP/2026/2", "OTP/2026/3"))
    w.otp.run("party", "pin", "FRA", "--fingerprint", w.cast.fingerprints["FRA"])
    asked = w.otp.run("request", "send", form, "--to", "SEN", "--to", "FRA", "--law-reason", "Urgent; the date follows.").json["items"]
    assert [one["content"].get("law_reason") for one in asked] == ["Urgent; the date follows.", None], asked


def recommendations(w):
    w.sen.run("recommendation", "set", "number=R149", "round=2026-11-04", "state=under_way", "due=2027-H1", "note_en=Meetings.", "note_fr=Des réunions.")
    (row,) = w.rows(w.otp, "recommendation", "search", "reunions")
    assert row["row"]["state"] == "under_way" and row["row"]["number"] == "R149", row
    shown = w.otp.run("recommendation", "list", json_output=False).out
    assert "UN Secretariat" in " ".join(shown.split()), shown
    # The Assembly's table of one meeting, the shipped list's words where the row left them out; another meeting's is its own.
    table = w.otp.run("--lang", "fr", "recommendation", "annex", "2026-11-04", "--out", w.folder / "annexe.csv").json
    written = (w.folder / "annexe.csv").read_text(encoding="utf-8-sig")
    assert table["rows"] >= 1 and written.startswith("Recommandation, échéance et attribution;") and "R149" in written and "novembre 2026" in written, written
    # What was said later is what holds, whatever is asked for; the earlier row is history.
    w.sen.run("recommendation", "set", "number=R149", "round=2026-11-20", "state=done", "due=2027-H1")
    assert [row["row"]["state"] for row in w.rows(w.otp, "recommendation", "list")] == ["done"]
    assert w.rows(w.otp, "recommendation", "list", "--state", "under_way") == [] == w.rows(w.otp, "recommendation", "search", "reunions")
    (row,) = w.rows(w.otp, "recommendation", "list", "--state", "under_way", "--all")
    assert not row["in_force"], row


STEPS = [("only an officer of an authority that the founding one allowed may publish", who_may),
         ("a focal point is published, found and replaced", publish), ("what nobody confirmed for a year is asked about", confirm),
         ("overlapping validity is refused; an end makes room and is final", overlap),
         ("another State's board is nobody else's, and an unchecked one is not shown", foreign),
         ("ten kinds of broken rows, each with row and column, and nothing half imported", broken_rows),
         ("a sheet goes in, and what comes out reads back equal", there_and_back), ("the law check, and a reason for going on", law),
         ("a recommendation, with the words of the Assembly's list", recommendations)]


def main():
    cases = Cases("notices")
    with tempfile.TemporaryDirectory(prefix="rogatory-notices-") as folder:
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
    whole_day()
    sys.exit(main())
