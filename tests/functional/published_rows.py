"""A State's row of the yearly report with the real server and the real command line: told, read beside one's own count, answered,
published, and added up by anybody.

Clocks go on by days: a period is over before its row is told, and a row that nobody confirmed waits for thirty days.
"""
import datetime
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Cases
from days import today
from installation import CONFLICT, Server
from moved_clock import MovedClock
from refusals import says

CANARY = "Canary comment 4711"


class World(MovedClock):
    def __init__(self, folder):
        self.folder = folder
        server = Server(folder / "server")
        server.init()
        server.start()
        super().__init__(server, casting.whole_cast(folder, server))
        self.otp, self.sen, self.fra, self.registry = (self.cast[name] for name in ("OTP1", "SEN1", "FRA1", "REG1"))
        day = today()
        self.period = ("--from", str(day - datetime.timedelta(300)), "--to", str(day))

    def asks(self, number, state="SEN/CRF"):
        path = self.folder / f"request-{number}.txt"
        self.run(self.otp, "request", "new", "tracing", "--out", path)
        lines = [line for line in path.read_text().splitlines() if not line.startswith(("due:", "reference:", "title:"))]
        path.write_text("\n".join([f"reference: OTP/{number}", f"title: Trace {number}", *lines]).replace("[assistance]", "[assistance]\nTrace it.")
                        .replace("[facts]", "[facts]\nTimber was sold.") + "\n")
        return self.run(self.otp, "request", "send", path, "--to", state, "--law-reason", "Urgent.").json

    def propose(self, state, *options, **more):
        return self.run(self.otp, "report", "row", "propose", "--party", state, *self.period, *options, **more)

    def row(self, person, verb, dossier, *options, **more):
        return self.run(person, "report", "row", verb, dossier, *options, **more)

    def answer(self, person, verb, dossier, *options, **more):
        # Told anew, a row that is published is another than the newest that was told: that is said, and worth an exit of its own.
        shown = self.row(person, "show", dossier, expect=None).json
        return self.row(person, verb, dossier, "--row", shown["told"][:12], *options, **more)

    def published(self, person, *options, **more):
        return self.run(person, "report", "published", *options, **more)


def told(w):
    for number in range(6):
        w.asks(number)
    w.asks(6, "FRA/CRF")
    w.run(w.otp, "directory", "publisher", "Office of the Prosecutor")
    says(w.propose("SEN", expect=None), "not over yet")
    w.pass_hours(30)
    w.sign_in(w.otp, w.sen, w.fra, w.registry)
    says(w.run(w.sen, "report", "row", "propose", "--party", "FRA", *w.period, expect=None), "Only a body of the Court")
    made = w.propose("SEN").json
    w.sen_row = made["dossier"]
    figures = {one["figure"]: one.get("count") for one in made["row"]["received"]}
    assert figures["requests"] == figures["organ.prosecutor"] == figures["open"] == figures["kind.tracing"] == 6, figures
    assert (made["row"]["party"], made["row"]["organ"], made["row"]["hide_below"]) == ("SEN", "X-OTP", 5), made
    # One request alone is a small figure: it is hidden, and all that would give it away.
    alone = w.propose("FRA").json
    w.fra_row = alone["dossier"]
    assert all("count" not in one for one in alone["row"]["received"]), alone
    assert {"requests", "organ.prosecutor", "open"} <= {one["figure"] for one in alone["row"]["received"]}, alone
    says(w.propose("SEN", expect=None), "told of this very row already")


def read_and_answered(w):
    assert w.run(w.sen, "report", "row", "list").json["items"] == []
    shown = w.row(w.sen, "show", w.sen_row).json
    assert shown["side"] == "state" and shown["counted"] and shown["differences"] == [], shown
    (listed,) = w.run(w.sen, "report", "row", "list").json["items"]
    assert listed["dossier"] == w.sen_row and "answer" not in listed, listed
    text = " ".join(w.row(w.sen, "show", w.sen_row, json_output=False).out.split())
    assert "Every figure that is shown is the one that is counted here." in text and "from the Prosecutor 6 0" in text, text
    says(w.row(w.otp, "publish", w.sen_row, expect=CONFLICT), "30 days are not over")
    says(w.row(w.sen, "confirm", w.sen_row, "--row", "0" * 12, expect=CONFLICT), "not the one that this file tells of now")
    assert f"--row {shown['told'][:12]}" in text, text
    says(w.answer(w.otp, "confirm", w.sen_row, expect=None), "Only the State whose row it is")
    w.answer(w.sen, "confirm", w.sen_row)
    # The other State reads nothing of it: the row lies in a file of two.
    says(w.row(w.fra, "show", w.sen_row[:12], expect=None), "")
    assert w.published(w.registry).json["rows"] == []


def published_and_added_up(w):
    done = w.row(w.otp, "publish", w.sen_row).json
    assert done["published"]["answer"] == "confirmed" and done["published_differs"] == [], done
    for person in (w.registry, w.fra, w.sen):
        table = w.published(person).json
        assert [row["row"]["party"] for row in table["rows"]] == ["SEN"], table
        assert table["sums"]["received"]["figures"]["requests"] == 6 and table["sums"]["received"]["hidden"] == [], table["sums"]
        assert table["missing"] == [{"organ": "X-OTP", "states": ["FRA"]}], table["missing"]
    # Whoever is not told of the row of France learns nothing of it: the sum is what it would be without France.
    told_figures = {one["figure"]: one["count"] for one in table["rows"][0]["row"]["received"]}
    shown = {name: count for name, count in table["sums"]["received"]["figures"].items() if count}
    assert shown == told_figures, (shown, told_figures)


def a_comment_shortens_nothing(w):
    w.fra_told = w.row(w.fra, "show", w.fra_row).json["told"][:12]
    says(w.answer(w.fra, "comment", w.fra_row, "--message", "", expect=None), "write it")
    w.answer(w.fra, "comment", w.fra_row, "--message", CANARY)
    assert w.row(w.otp, "show", w.fra_row).json["words"] == CANARY
    says(w.row(w.otp, "publish", w.fra_row, expect=CONFLICT), "30 days are not over")
    w.pass_hours(31 * 24)
    w.sign_in(w.otp, w.sen, w.fra, w.registry)
    done = w.row(w.otp, "publish", w.fra_row).json
    assert done["published"]["answer"] == "commented" and "confirmed_at" not in done["published"], done
    table = w.published(w.registry, *w.period).json
    assert [row["answer"] for row in table["rows"]] == ["commented", "confirmed"], table["rows"]
    # What one row hides stays hidden in the sum.
    assert "requests" in table["sums"]["received"]["hidden"] and "requests" not in table["sums"]["received"]["figures"], table["sums"]
    out = w.folder / "published.csv"
    shown = " ".join(w.published(w.registry, "--csv", out, json_output=False).out.split())
    assert "Sum of 2 published rows" in shown and "FRA X-OTP commented on c 0" in shown, shown
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert lines[-2].startswith("Sum of published rows;;requested;;;;;c;c;0;"), lines[-2]
    french = " ".join(w.run(w.registry, "--lang", "fr", "report", "published", json_output=False).out.split())
    assert "Somme de 2 lignes publiées" in french and "confirmée" in french, french


def told_again_and_corrected(w):
    """A row under the same State and period takes the place of the one that stands, and its dossier goes on."""
    again = w.propose("FRA", "--hide-below", "0").json
    assert again["dossier"] == w.fra_row and {one["figure"]: one["count"] for one in again["row"]["received"]}["requests"] == 1, again
    says(w.row(w.otp, "publish", w.fra_row, expect=CONFLICT), "30 days are not over")
    # An answer to the row that was told before it is none to this one.
    says(w.row(w.fra, "confirm", w.fra_row, "--row", w.fra_told, expect=CONFLICT), "not the one that this file tells of now")
    w.answer(w.fra, "confirm", w.fra_row)
    w.row(w.otp, "publish", w.fra_row)
    table = w.published(w.sen).json
    assert table["sums"]["received"]["figures"]["requests"] == 7 and len(table["rows"]) == 2, table["sums"]
    assert table["missing"] == [{"organ": "X-OTP", "states": []}], table["missing"]


def sealed_until_published(w):
    """The words of an answer are nobody's but the two sides': the server holds them sealed, in its files and in its database."""
    w.server.stop()
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in w.server.data.rglob("*") if path.is_file() and path.suffix != ".db")
    tables = w.server.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    assert "statement" in tables, tables
    for table in tables:
        for column in w.server.rows(f"SELECT name FROM pragma_table_info('{table}')"):
            found = w.server.rows(f"SELECT count(*) FROM {table} WHERE instr(CAST({column} AS BLOB), CAST('{CANARY}' AS BLOB)) > 0")
            assert found == ["0"], (table, column)


STEPS = [
    ("a row is told once its period is over, by a body of the Court; small figures are hidden in it", told),
    ("the State reads it beside its own count, and confirms; nobody else sees it", read_and_answered),
    ("it is published; everybody finds it and the same sum, and nothing of a row that is not", published_and_added_up),
    ("without a confirmation thirty days pass; what a row hides the sum hides", a_comment_shortens_nothing),
    ("told again, confirmed, and published in the place of the one that stood", told_again_and_corrected),
    ("what a State said of its row is sealed on the server", sealed_until_published),
]


def main():
    cases = Cases("published_rows")
    with tempfile.TemporaryDirectory(prefix="rogatory-rows-") as folder:
        world = None
        with cases.case("a server, two States, the Prosecutor, the Registry"):
            world = World(pathlib.Path(folder))
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
