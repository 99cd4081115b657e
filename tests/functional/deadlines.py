"""Deadlines with the real server and the real command line: a State's calendar, what is due by it, and freezes that lapse.

The calendar is published, found, refused where it does not hold together, imported and exported; a due date on which nobody works
there is told before the request leaves; both sides list the same days; a freeze is extended, and lifted.
"""
import datetime
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cast as casting
from cases import Cases
from days import today
from installation import Server
from refusals import says

TODAY = today()


def working(day, step, off):
    """The nearest working day of the State, on or after (step 1) or before (-1) that day."""
    while day.isoweekday() in (5, 6) or day in off:
        day += datetime.timedelta(step)
    return day


class World:
    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "server")
        self.server.init()
        self.server.start()
        self.cast = casting.whole_cast(folder, self.server)
        self.otp, self.sen, self.fra = self.cast["OTP1"], self.cast["SEN1"], self.cast["FRA1"]
        self.holiday = working(TODAY + datetime.timedelta(20), 1, set())
        self.due = working(TODAY + datetime.timedelta(30), 1, {self.holiday})
        self.year = TODAY.year

    def request(self, due, *options, number=1):
        path = self.folder / f"request-{number}.txt"
        if not path.exists():
            self.otp.run("request", "new", "freezing", "--out", path)
        lines = [line for line in path.read_text().splitlines() if not line.startswith(("due:", "reference:", "title:"))]
        path.write_text("\n".join([f"due: {due}", f"reference: OTP/{number}", f"title: Freeze {number}", *lines]).replace("[assistance]", "[assistance]\nFreeze it.").replace("[facts]", "[facts]\nTimber was sold.") + "\n")
        # Notes are for people: a program that asks for JSON has what is against the request, and no more.
        told = self.otp.run("request", "send", path, "--to", "SEN/CRF", *options, json_output=False)
        (made,) = [one for one in self.otp.run("request", "list").json["items"] if one["routing"]["reference"] == f"OTP/{number}"]
        return made["dossier"], " ".join((told.out + told.err).split())

    def deadlines(self, person, *options):
        return person.run("request", "deadlines", *options).json["items"]

    def answer(self, request, name, events=""):
        """An answer with the freeze in rows, as a person writes it into a form."""
        path = self.folder / f"{name}.txt"
        path.write_text(f"[measure m1]\nkind: freeze\norder: 12/2026\ndate: {TODAY}\nexpiry: {TODAY + datetime.timedelta(60)}\n{events}")
        self.sen.run("request", "reply", request, "--form", path, "--title", name, "--message", "See the rows.", "--part")


def publishes(w):
    w.sen.run("directory", "publisher", "CRF")
    broken = w.sen.run("calendar", "set", "weekend=friday; caturday", f"holidays={w.holiday}; 2026-02-30; 1999-01-01", f"valid_from={w.year}-01-01", expect=None)
    says(broken, "caturday")
    says(broken, "2026-02-30")
    says(broken, "1999-01-01")
    assert w.otp.run("calendar", "list").json["items"] == []
    made = w.sen.run("calendar", "set", "weekend=friday; saturday", f"holidays={w.holiday}", f"valid_from={w.year}-01-01", f"valid_to={w.year + 1}-12-31", "note=Journal officiel").json
    (row,) = w.otp.run("calendar", "list").json["items"]
    assert row["id"] == made["id"] and row["row"] == {
        "weekend": "friday; saturday", "holidays": str(w.holiday), "valid_from": f"{w.year}-01-01", "valid_to": f"{w.year + 1}-12-31", "note": "Journal officiel"}, row
    shown = w.otp.run("--lang", "fr", "calendar", "list", json_output=False).out
    assert "vendredi" in shown and "samedi" in shown, shown


def one_at_a_time(w):
    says(w.sen.run("calendar", "set", "weekend=sunday", f"valid_from={w.year + 1}-06-01", expect=None), "some of these days")
    out = w.folder / "calendar.csv"
    w.sen.run("--lang", "fr", "calendar", "export", "--out", out)
    assert "Jours fériés" in out.read_text(encoding="utf-8-sig"), out.read_text(encoding="utf-8-sig")
    assert w.sen.run("calendar", "import", out, "--yes").json == {"new": 0, "replaced": 0, "unchanged": 1}


def told_before_it_is_sent(w):
    w.first, told = w.request(w.holiday, "--law-reason", "Urgent.", number=1)
    following = working(w.holiday, 1, {w.holiday})
    assert "no working day of that State" in told and f"{following.day} {following.strftime('%B')} {following.year}" in told, told
    w.second, quiet = w.request(w.due, "--law-reason", "Urgent.", number=2)
    assert "working day" not in quiet, quiet


def both_sides_list_the_same(w):
    mine, theirs = w.deadlines(w.otp), w.deadlines(w.sen)
    assert [one["day"] for one in mine] == [str(w.holiday), str(w.due)] == [one["day"] for one in theirs], (mine, theirs)
    left = sum(1 for n in range(1, (w.due - TODAY).days + 1)
               if (day := TODAY + datetime.timedelta(n)).isoweekday() not in (5, 6) and day != w.holiday)
    for one in (mine[1], theirs[1]):
        assert (one["days"], one["working_days"], one["published"], one["state"]) == ((w.due - TODAY).days, left, True, "later"), (one, left)
    assert [one["side"] for one in (mine[0], theirs[0])] == ["requesting", "requested"]
    assert w.deadlines(w.fra) == [] and w.deadlines(w.otp, "--within", "5") == []
    shown = " ".join(w.otp.run("--lang", "fr", "request", "deadlines", json_output=False).out.split())
    assert f"({left} jours ouvrables)" in shown, shown


def freezes_lapse(w):
    w.sen.run("get", w.second, "--out", w.folder / "sen", "--yes")
    w.sen.run("request", "acknowledge", w.second)
    w.answer(w.second, "frozen", f"event: executed {TODAY}\n")
    measures = lambda person: [(one["day"], one["order"]) for one in w.deadlines(person) if one["what"] == "measure"]
    # Sealed until it is opened on the reader's device: then both sides count the same day.
    assert measures(w.otp) == [], w.deadlines(w.otp)
    w.otp.run("get", w.second, "--out", w.folder / "otp", "--yes")
    end = TODAY + datetime.timedelta(60)
    assert measures(w.otp) == measures(w.sen) == [(str(end), "12/2026")], (measures(w.otp), measures(w.sen))
    assert f"{end.day} " in w.otp.run("request", "show", w.second, json_output=False).out
    later = TODAY + datetime.timedelta(80)
    w.answer(w.second, "extended", f"event: extended {TODAY} until {later}\n")
    w.otp.run("get", w.second, "--out", w.folder / "otp", "--yes")
    assert measures(w.otp) == measures(w.sen) == [(str(later), "12/2026")], measures(w.otp)
    w.answer(w.second, "lifted", f"event: lifted {TODAY}\n")
    w.otp.run("get", w.second, "--out", w.folder / "otp", "--yes")
    assert measures(w.otp) == measures(w.sen) == [], measures(w.otp)


def what_is_over_is_due_no_more(w):
    w.otp.run("request", "withdraw", w.first, "--reason", "No longer needed.")
    assert [one["dossier"] for one in w.deadlines(w.sen)] == [w.second], w.deadlines(w.sen)


STEPS = [
    ("a State publishes the days on which nobody works; one that does not hold together is refused, field by field", publishes),
    ("one calendar holds on a day; it goes out as CSV and comes in unchanged", one_at_a_time),
    ("a due date on a holiday of the State asked is told before the request leaves, with the next working day", told_before_it_is_sent),
    ("both sides list the same days, counted by the calendar of the State asked", both_sides_list_the_same),
    ("a freeze that was opened lapses on its day; an extension moves it, lifting ends it", freezes_lapse),
    ("what is withdrawn is due no more", what_is_over_is_due_no_more),
]


def main():
    cases = Cases("deadlines")
    with tempfile.TemporaryDirectory(prefix="rogatory-deadlines-") as folder:
        world = None
        with cases.case("a server, two States, the Prosecutor"):
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
