"""One tracing request of the Prosecutor to many States: an analyst in one language, a Senegalese official in the other, the rest at the
command line."""
import datetime
import os

from cast import PROSECUTOR, STATES, Cast, items
from documents import same_bytes
from page_story import PageStory
from versions_steps import VersionsSteps
from wording import as_is, beside

PASSPHRASE = "seize balances pèsent la pluie de mai"
FURTHER = [("Benin", "BEN"), ("Burkina Faso", "BFA"), ("Cabo Verde", "CPV"), ("Gabon", "GAB"), ("Ghana", "GHA"), ("Guinea", "GIN"), ("Kenya", "KEN"),
           ("Mali", "MLI")]
# $ROGATORY_STORY_STATES: how many States are asked, three at least.
COUNT = max(3, int(os.environ.get("ROGATORY_STORY_STATES", "10")))
REASON = "Urgent: the French text follows by courier."
IBAN, WRONG_IBAN = "SN08 SN01 0015 2000 0485 0000 3035", "SN08 SN01 0015 2000 0485 0000 3036"


def in_days(days):
    return (datetime.date.today() + datetime.timedelta(days=days)).isoformat()


class CaseworkStory(VersionsSteps, PageStory):
    NEEDED = ("begin", "enrol", "publishes", "calendar", "asks")

    def __init__(self, folder, browser, language):
        super().__init__(folder, browser, language, "casework")
        self.chains = {}

    def all(self):
        return [self.begin, self.enrol, self.publishes, self.imports, self.calendar, self.shelves, self.browses, self.asks, self.one_each, self.reads, self.assigns, self.hindered, self.answers, self.says_done, self.chases, self.gets, self.is_due, self.closes,
                self.counts, self.own_row, self.tells_row, self.confirms_row, self.publishes_row, self.asks_outside, self.enquires,
                self.is_answered, self.asks_in_two_languages, self.reads_own_language, self.asks_for_another, self.looked]

    def begin(self):
        """A server with its pages, the Prosecutor and as many States as are asked"""
        self.serve()
        self.cast = Cast(self.folder, self.server)
        self.cast.administrator()
        self.cast.registry_founds()
        self.states = [*STATES, *((f"{code}1", f"{code.lower()}.fiu.1", code, name, "fiu", "FIU") for name, code in FURTHER)][:COUNT]
        self.cast.parties_found([*self.states, *PROSECUTOR])
        self.cast.pin_everybody()
        self.cast.join("FRA2", "fra.crf.2", self.cast["FRA1"], "custodian")

    def enrol(self):
        """An analyst of the Prosecutor enrols in one language, an official of Senegal in the other; each is the second access manager"""
        for name, inviter, user, shown, language, zone in (("analyst", "OTP1", "otp.9", "OTP-09", self.language, "Europe/Amsterdam"), ("moussa", "SEN1", "sen.crf.9", "CRF-09", self.other, "Africa/Dakar")):
            self.joins(self.cast[inviter], name, user, shown, "custodian", language, PASSPHRASE + f" {name}", timezoneId=zone)

    # Senegal says what its law asks --------------------------------------------------------------------------------------

    def publishes(self):
        """Allowed to under People, the official publishes a provision, one thing a page, and is told what is wrong at its field"""
        page = self.people["moussa"]
        page.go("/people/publishers")
        page.press("Allow", exact=False)
        page.see("may now publish", seconds=90)
        page.go("/directory")
        page.do("await page.selectOption('#kind', 'law_entry_set');")
        page.press("Search")
        page.follow("Publish a row", seconds=90)
        page.see_heading("Which article")
        page.press("Continue")
        page.do("await page.locator('.error-summary').waitFor();")
        page.fill("article", "93(1)(k)")
        page.fill("keyword", "gel")
        page.do("await page.check('#kinds-freezing');")
        page.press("Continue")
        page.fill("source", "Code de procédure pénale, art. 87")
        page.press("Continue")
        page.fill("request_languages", "français")
        page.press("Continue")
        page.see(f"“{as_is('français')}” is no language code")
        page.fill("request_languages", self.other)
        page.press("Continue")
        page.fill("elements", "date de la décision; tribunal")
        page.press("Continue")
        page.fill("freeze_days", "30")
        page.press("Continue")
        page.see_heading("From when is it in force?")
        page.press("Continue")
        page.see_heading("Check what is published")
        self.looks(page, "publish")
        page.press("Sign and publish")
        page.see("It stands on your notice board.", seconds=90)

    def imports(self):
        """A spreadsheet with broken rows is named row by row and published not at all; put right, it is, and the Prosecutor's command line reads it"""
        page = self.people["moussa"]
        page.go("/directory/import/focal_point_set")
        titles = "Autorité;Fonction;Langues;Valable du;Note\n"
        page.give_files("file", [self.document("points.csv", f"{titles}CRF;parquet;fr;31/02/2026;\nCRF;chef;français;01/01/2026;\n;police;fr;01/01/2026;\n")])
        page.press("Read the file")
        for row, column, fault in ((2, "D", f"“{as_is('31/02/2026')}” is no date of the calendar"), (3, "B", f"“{as_is('chef')}” is not one of the words of this column"),
                                   (3, "C", f"“{as_is('français')}” is no language code"), (4, "A", "this cell must not be empty.")):
            page.see(f"Row {as_is(row)}, column {as_is(column)}: {fault}")
        page.see("4 faults")
        self.looks(page, "import-broken")
        page.press("Choose another file")
        page.give_files("file", [self.document("points bis.csv", f'{titles}CRF;parquet;"fr; en";01/01/2026;"Nuit ; jour"\n')])
        page.press("Read the file")
        page.see("New rows", "1 January 2026", as_is("Nuit ; jour"))
        page.press("Sign and publish")
        page.see("1 row is published", seconds=90)
        read = items(self.cast["OTP1"].run("directory", "list", "--party", "SEN"))
        assert [(one["row"]["authority"], one["row"]["note"]) for one in read] == [("CRF", "Nuit ; jour")], read

    def calendar(self):
        """The official publishes the days on which Senegal does not work; a day that does not exist is told at its field"""
        page = self.people["moussa"]
        page.go("/directory/publish/calendar_set")
        page.see_heading("For which days is it?")
        page.fill("valid_to", f"{datetime.date.today().year + 1}-12-31")
        page.press("Continue")
        page.see_heading("On which days does nobody work?")
        page.do("await page.uncheck('#weekend-sunday'); await page.check('#weekend-friday');")
        page.fill("holidays", "2026-02-30")
        page.press("Continue")
        page.see(f"“{as_is('2026-02-30')}” is no day")
        page.fill("holidays", in_days(60))
        page.press("Continue")
        page.see_heading("Check what is published")
        self.looks(page, "calendar")
        page.press("Sign and publish")
        page.see("It stands on your notice board.", seconds=90)
        (row,) = items(self.cast["OTP1"].run("calendar", "list", "--party", "SEN"))
        assert row["row"]["weekend"] == "friday; saturday" and row["row"]["holidays"] == in_days(60), row

    # The library ---------------------------------------------------------------------------------------------------------

    def shelves(self):
        """The official publishes a guide in two languages for every authority, and is told at its field what is missing"""
        page = self.people["moussa"]
        page.go("/library")
        page.see("Nothing has been published yet.", seconds=90)
        page.follow("Publish a work")
        page.press("Publish for every authority")
        page.see("Say what kind of work it is.", "Choose at least one document.")
        page.do("await page.selectOption('#kind', 'guide');")
        page.fill("title_fr", "Geler au Sénégal")
        page.fill("title_en", "Freezing in Senegal")
        page.fill("summary_fr", "Qui décide, et en combien de jours.")
        page.fill("version", "1.0")
        self.guides = [self.document("geler.txt", "Le juge décide."), self.document("freezing.txt", "The judge decides.")]
        page.give_files("files", self.guides)
        page.fill("language-0", "fr")
        page.fill("language-1", "en")
        self.looks(page, "publish-work")
        page.press("Publish for every authority")
        page.see(f"Published. {COUNT + 1} other authorities can read it.", seconds=120)
        page.follow("See the work")
        page.see("Current version", as_is("geler.txt"), as_is("freezing.txt"), as_is("Freezing in Senegal"), as_is("Geler au Sénégal"), seconds=90)
        self.looks(page, "work")

    def browses(self):
        """The analyst finds it, new to her, saves a document, and finds the next version in its place; it stands among no files"""
        page = self.people["analyst"]
        title = as_is("Freezing in Senegal" if self.language == "en" else "Geler au Sénégal")
        page.go("/library")
        page.see(title, "New since your last visit", f"Published by {as_is('SEN, CRF')}", seconds=90)
        page.fill("words", "geler SENEGAL")
        page.see("1 work")
        self.looks(page, "library")
        page.follow(title)
        page.see("Current version", as_is("Qui décide, et en combien de jours."), seconds=90)
        before = len(page.downloads(0))
        page.follow(beside("Save", as_is("freezing.txt")))
        page.press("Save to the browser’s downloads", seconds=90)
        page.see("Saved and checked", seconds=90)
        assert same_bytes(page.downloads(before + 1)[-1]["path"], self.guides[1])
        official = self.cast["SEN1"]
        (work,) = items(official.run("library", "list"))
        receipts = {(one["party"], one["kind"]) for one in items(official.run("receipts", work["dossier"]))}
        assert ("X-OTP", "fetched") in receipts, receipts
        assert items(self.cast["OTP1"].run("dossier", "list")) == []
        page.go("/inbox")
        page.do("await page.getByText(args[0]).waitFor({ state: 'detached' });", page.words("One moment"))
        assert not page.shows(title)
        official.run("library", "publish", self.guides[1], "--language", "en", "--version", "2.0", "--work", work["work"])
        page.go("/library")
        page.see(f"Version {as_is('2.0')}", seconds=90)
        page.follow(title)
        page.see("Earlier versions", f"Version {as_is('1.0')}", seconds=90)

    # The Prosecutor asks -------------------------------------------------------------------------------------------------

    def row(self, page, button, **values):
        """Fills one row; a value that is chosen from a list is a tuple."""
        page.press(button)
        for field, value in values.items():
            if isinstance(value, tuple):
                page.do("await page.selectOption('#row-' + args[0], args[1]);", field, value[0])
            else:
                page.fill(f"row-{field}", value)

    def asks(self):
        """One text to every State: the account's wrong digit is told and kept, each State has its reference, and none learns of the others"""
        page = self.people["analyst"]
        page.go("/requests/new")
        page.see_heading("Whom do you ask?")
        for _, _, _, name, _, _ in self.states:
            page.choose(as_is(name))
        page.press("Continue")
        page.press("Continue")
        page.see("Choose at least one kind", seconds=90)
        for kind in ("tracing", "bank_records", "freezing"):
            page.do("await page.check('#kind-' + args[0]);", kind)
        self.looks(page, "kind")
        page.press("Continue")
        page.fill("reference", "OTP/2026/0117")
        page.fill("due", in_days(60))
        page.press("Continue")
        page.see_heading("Reference and due date for each State")
        first, second = self.states[0][2], self.states[1][2]
        written = page.do("return page.locator('input[id^=reference-]').evaluateAll((all) => all.map((one) => [one.id, one.value]));")
        assert [value for _, value in written] == [f"OTP/2026/0117/{state[2]}" for state in self.states], written
        twice = written[1][0]
        page.fill(twice, f"OTP/2026/0117/{first}")
        page.press("Continue")
        page.see("stands twice")
        page.fill(twice, f"OTP/2026/0117/{second}")
        self.looks(page, "series")
        page.press("Continue")
        page.see_heading("Purpose and assistance sought")
        page.press("Continue")
        page.do("await page.locator('.error-summary').waitFor();")
        page.fill("block", "The records of the account below from 2019 on, and a freeze of what is on it.")
        page.press("Continue")
        page.press("Continue")  # persons, places and things: in rows
        page.fill("block", "Timber was sold through the company while the area was under attack.")
        for _ in range(4):
            page.press("Continue")
        page.see_heading("Persons, accounts and assets")
        self.row(page, "Person", name="Awa Exemple", nationalities="SN; FRA", born="05/1961")
        page.press("Keep this row")
        self.row(page, "Account", institution="Banque du Fleuve", iban=WRONG_IBAN, country=("SEN",))
        page.see("The check digits of this IBAN do not agree")
        self.looks(page, "row")
        page.press("Keep this row")
        page.see("One value is not verified")
        page.do("await page.locator('.rows li', { hasText: 'Banque du Fleuve' }).getByRole('button', { name: args[0] }).click();", page.words("Change"))
        page.fill("row-iban", IBAN)
        page.press("Keep this row")
        assert not page.shows("not verified"), page.text()
        # A bank's list as a French spreadsheet writes it: a day that does not exist is told by row and column, and nothing is taken over.
        titles = "Date;Montant;Devise;Compte débité;Référence"
        for sheet, told in ((f"{titles}\r\n31/02/2021;5,00;XOF;;V 1\r\n", f"Row {as_is(2)}, column {as_is('A')}: “{as_is('31/02/2021')}” is no date of the calendar"), (f"{titles}\r\n31/03/2021;1 250 000,50;XOF;4711;V 1\r\n01/04/2021;75,00;XOF;;V 2\r\n", None)):
            page.press("Read rows from a spreadsheet", exact=False)
            page.choose("Transactions")
            path = self.folder / "documents" / "mouvements.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(sheet.encode("cp1252"))
            page.give_files("file", [path])
            page.press("Read the file")
            if told is not None:
                page.see(told, "1 fault")
                self.looks(page, "sheet-broken")
                page.press("Cancel")
                assert not page.shows(as_is("V 1")), page.text()
        page.see("The first 2 rows as understood", as_is("1250000.50"))
        self.looks(page, "sheet-understood")
        page.press("Take over these 2 rows")
        page.see(as_is("2021-03-31"))
        self.row(page, "Transaction", date="2021-03-04", amount="1,234")
        page.press("Keep this row")
        page.see("can be read in two ways")
        page.press("Cancel")
        self.looks(page, "rows")
        page.press("Continue")
        page.see_heading("What the holder must not hear")
        page.fill("no_notice", in_days(90))
        page.fill("no-contact", "The bank\nIts director")
        page.press("Continue")
        self.decision = self.document("decision.txt", "ICC-01/26-7\n" * 40)
        page.give_files("files", [self.decision])
        page.fill("title", "Accounts of the timber company")
        page.press("Continue")
        page.press("Continue")  # the restrictions that a request has
        page.see_heading("Check the request before you sign", seconds=90)
        page.see("Persons: 1", "Accounts: 1", "Transactions: 2", as_is("OTP/2026/0117/SEN"), "Each State gets its own request")
        self.looks(page, "review")
        # What Senegal published stands against it: an element is in the text, and for the language there is a reason.
        page.see(f"no version is in a language this State accepts: {as_is(self.other)}", as_is("93(1)(k), gel: Code de procédure pénale, art. 87"), seconds=90)
        page.see("is no working day of that State")
        page.choose(as_is("date de la décision; tribunal"))
        page.press("Sign and send the request")
        page.do("await page.locator('.error-summary a[href$=_reason]').waitFor();")
        page.do("await page.locator('textarea[id$=_reason]').fill(args[0]);", REASON)
        self.looks(page, "law")
        page.press("Sign and send the request")
        page.see_heading("The request is sent", seconds=60 + 20 * COUNT)
        self.looks(page, "sent")
        links = page.do("return page.locator('main .buttons a').evaluateAll((all) => all.map((one) => one.getAttribute('href').split('/').pop()));")
        self.chains = {state[2]: chain for state, chain in zip(self.states, links)}
        assert len(set(links)) == COUNT, links

    def one_each(self):
        """Each State has one request with its own reference, and sees nobody else in it"""
        for name, _, code, *_ in self.states[1:3]:
            listed = items(self.cast[name].run("request", "list", "--received"))
            assert [(one["dossier"], one["routing"]["reference"]) for one in listed] == [(self.chains[code], f"OTP/2026/0117/{code}")], listed
            shown = self.cast[name].run("dossier", "show", self.chains[code]).json
            assert len(shown["participants"]) == 2, shown["participants"]

    # Senegal answers -------------------------------------------------------------------------------------------------------

    def at(self, page, more=""):
        page.go(f"/files/{self.chains['SEN']}{more}")

    def signs(self, page, words=("Continue", "Sign")):
        """From the form by the check to the signature."""
        page.press(words[0])
        page.press(words[1])
        page.do("await page.locator('.notice.good').waitFor({ timeout: 90000 });")

    def reads(self):
        """The official opens what is asked, finds every row of it, and acknowledges"""
        page = self.people["moussa"]
        page.go("/inbox")
        self.at(page)
        page.see(as_is("OTP/2026/0117/SEN"), seconds=90)
        page.see("Acknowledge receipt")
        self.looks(page, "received")
        page.follow("See what is asked")
        page.follow("Open")
        page.do("await page.locator('#agreed').check();")
        page.do("await page.locator('main form button[type=submit]').click();")
        page.see(as_is("decision.txt"), seconds=90)
        self.at(page, "/request")
        page.see(as_is("Awa Exemple"), as_is(IBAN.replace(" ", "")), "Do not notify the holder before", as_is("The bank · Its director"), as_is(REASON))
        self.looks(page, "asked")
        self.at(page, "/request/acknowledged")
        page.see_heading("Acknowledge receipt")
        self.signs(page)

    def assigns(self):
        """Within the authority: who deals with it, and an internal note; a colleague's command line reads both, the Prosecutor's neither"""
        page = self.people["moussa"]
        self.at(page, "/assign")
        page.see_heading("Who deals with it")
        page.do("await page.selectOption('#member', { label: args[0] });", "CRF-09")
        page.press("Note it")
        page.see("Your colleagues see who deals with it", seconds=90)
        self.at(page, "/internal-note")
        page.see_heading("Write an internal note")
        page.press("Write the note")
        page.see("Write something.")
        page.fill("words", "Rappeler la banque lundi.")
        page.press("Write the note")
        page.see("The note is written", seconds=90)
        self.at(page)
        page.see("Within your authority", as_is("Rappeler la banque lundi."), seconds=90)
        self.looks(page, "assigned")
        page.go("/inbox")
        page.press("Mine", seconds=90)
        page.see(f"Dealt with by {as_is('CRF-09')}")
        colleague = self.cast["SEN1"].run("request", "show", self.chains["SEN"]).json["casebook"]
        assert colleague["assignment"]["member"]["name"] == "CRF-09", colleague
        assert [one["text"] for one in colleague["notes"]] == ["Rappeler la banque lundi."], colleague
        other = self.cast["OTP1"].run("request", "show", self.chains["SEN"]).json["casebook"]
        assert other == {"links": [], "notes": []}, other

    def hindered(self):
        """Bank secrecy stands in the way: named, with what would help"""
        page = self.people["moussa"]
        self.at(page, "/request/obstacle")
        page.see_heading("Report an obstacle")
        page.press("Continue")
        page.do("await page.locator('.error-summary').waitFor();")
        page.do("await page.check('#obstacle-bank_secrecy');")
        page.fill("obstacle-bank_secrecy-text", "Un juge doit le lever.")
        page.fill("obstacle-bank_secrecy-help", "Une copie certifiée de la décision.")
        # What is typed outlives a lock: it is sealed in this browser, and given back to the one who typed it.
        page.do("await page.waitForTimeout(5000);")
        page.press("Lock")
        page.see_heading("Locked", seconds=90)
        page.unlock()
        self.at(page, "/request/obstacle")
        page.see("What you had written, and not sent yet, is here again", seconds=90)
        kept = page.do("return page.inputValue('#obstacle-bank_secrecy-help');")
        assert kept == "Une copie certifiée de la décision.", kept
        self.looks(page, "obstacle")
        self.signs(page)
        shown = self.cast["OTP1"].run("request", "show", self.chains["SEN"]).json
        assert shown["obstacles"] == ["bank_secrecy"] and shown["status"] == "acknowledged", shown

    def answers(self):
        """Bank records and a freeze with its expiry and what happened when, in rows and as a document"""
        page = self.people["moussa"]
        self.records = self.document("relevés 2019-2026.csv", "date;montant\n2021-03-04;12500,00\n" * 400)
        self.at(page, "/reply")
        page.see_heading("What do you reply")
        page.give_files("files", [self.records])
        page.fill("title", "Relevés et gel")
        page.fill("message", "Le compte est gelé depuis ce matin.")
        page.press("Continue")
        page.see_heading("What you found")
        self.row(page, "Account", institution="Banque du Fleuve", number="0048500003035", country=("SEN",), currency=("XOF",), holder="Awa Exemple")
        page.press("Keep this row")
        self.row(page, "Freezing or seizure", kind=("freeze",), order="ORD-12/2026", orderedBy="Tribunal de Dakar", value="1 250 000,50", currency=("XOF",),
                 start=in_days(0), expiry=in_days(-3))
        page.do("await page.check('#item-ra1'); await page.check('#item-a1');")
        page.press("Add an event", exact=False)
        page.fill("row-event-0-date", in_days(0))
        page.press("Keep this row")
        page.see("It ends before it begins")
        page.fill("row-expiry", in_days(730))
        self.looks(page, "measure")
        page.press("Keep this row")
        page.see(as_is("ORD-12/2026"))
        self.looks(page, "reply-rows")
        page.press("Continue")
        page.do("await page.locator('input[type=radio]').first().check();")
        page.press("Continue")
        page.see_heading("Check before you send")
        page.see("Accounts: 1", as_is("relevés 2019-2026.csv"))
        page.do("await page.locator('main .buttons button').first().click();")
        page.see("Your reply is in the file.", seconds=90)
        self.looks(page, "replied")

    def says_done(self):
        """The reply's page leads on to saying that it is executed; the Prosecutor's command line reads the measure and which items answer"""
        page = self.people["moussa"]
        page.do("await page.locator('main .buttons a').filter({ hasText: args[0] }).first().waitFor();", page.words("Say that it is executed"))
        self.at(page, "/request/executed")
        self.signs(page)
        otp, chain = self.cast["OTP1"], self.chains["SEN"]
        otp.run("get", chain, "--out", self.folder / "otp", "--yes")
        assert same_bytes(next((self.folder / "otp").rglob(self.records.name)), self.records)
        shown = otp.run("request", "show", chain).json
        assert shown["status"] == "executed", shown["status"]
        measure = shown["replies"][0]["content"]["measures"][0]
        assert (measure["order"], measure["expiry"], sorted(measure["items"])) == ("ORD-12/2026", in_days(730), ["a1", "ra1"]), measure
        assert measure["value"]["amount"] == "1250000.50" and measure["events"][0]["date"] == in_days(0), measure

    # Chasing and closing ------------------------------------------------------------------------------------------------------

    def chases(self):
        """Two that have not answered are reminded; one of them answers then"""
        page = self.people["analyst"]
        for _, _, code, *_ in self.states[1:3]:
            page.go(f"/files/{self.chains[code]}/request/remind")
            page.see_heading("Send a reminder")
            page.fill("words", "The hearing is in May.")
            self.signs(page)
        self.looks(page, "reminded")
        fra, chain = self.cast["FRA1"], self.chains["FRA"]
        shown = fra.run("request", "show", chain).json
        assert shown["reminders"] == 1, shown["reminders"]
        fra.run("get", chain, "--out", self.folder / "fra", "--yes")
        fra.run("request", "reply", chain, "--message", "Aucun compte à ce nom.", "--final")

    def gets(self):
        """What Senegal found is there for the analyst: the rows of the answer, and the document byte for byte"""
        page = self.people["analyst"]
        self.at(page)
        seq = self.cast["OTP1"].run("dossier", "show", self.chains["SEN"]).json["entries"][-1]["seq"]
        self.at(page, f"/items/{seq}")
        page.do("await page.locator('#agreed').check({ timeout: 90000 });")
        page.do("await page.locator('main form button[type=submit]').click();")
        page.see(as_is("ORD-12/2026"), as_is("Tribunal de Dakar"), as_is("0048500003035"), seconds=90)
        self.looks(page, "answer")
        before = len(page.downloads(0))
        page.press(beside("Save as CSV", "Accounts"), exact=False)
        saved = page.downloads(before + 2)[before:]
        assert [one["name"] for one in saved] == ["account.csv.restrictions.txt", "account.csv"], saved
        assert "0048500003035" in open(saved[1]["path"], encoding="utf-8-sig").read()

    def is_due(self):
        """Both sides list what is due; the freeze that was opened lapses on its day, which the request's page names"""
        page = self.people["analyst"]
        rows = "return page.locator('table tbody tr').count();"
        page.go("/requests/deadlines")
        page.see("Their answer", "Monday to Friday was counted", seconds=90)
        assert page.do(rows) == COUNT, page.text()
        self.looks(page, "deadlines")
        self.at(page)
        page.see("Measures that lapse", as_is("ORD-12/2026"), seconds=90)
        page = self.people["moussa"]
        page.go("/requests/deadlines")
        page.see("Your answer", "working days", seconds=90)
        assert page.do(rows) == 1 and not page.shows("Monday to Friday was counted"), page.text()
        self.looks(page, "deadlines-own")

    def closes(self):
        """Two requests are closed, and the rest stays open in the list"""
        page = self.people["analyst"]
        for code in ("SEN", "FRA"):
            page.go(f"/files/{self.chains[code]}/request/closed")
            page.see_heading("Close the request", seconds=90)
            self.signs(page)
        page.go("/inbox")
        page.do("await page.getByText(args[0]).waitFor({ state: 'detached' });", page.words("One moment"))
        self.looks(page, "list")
        standing = {one["dossier"]: one["status"] for one in items(self.cast["OTP1"].run("request", "list"))}
        assert sorted(standing.values()) == ["closed"] * 2 + ["sent"] * (COUNT - 2), standing

    # The report's readers ---------------------------------------------------------------------------------------------------------

    def figures(self, page):
        return {cells[0]: cells[1:] for cells in page.do("return page.locator('table').first().locator('tbody tr').evaluateAll("
                                                         "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));")}

    def counts(self):
        """The Prosecutor's reader sees how many were sent, executed and open, and each State beside the others"""
        page = self.people["analyst"]
        page.go("/requests/report")
        page.do("await page.locator('table').first().waitFor({ timeout: 90000 });")
        found = self.figures(page)
        sent = {title: cells[1] for title, cells in found.items()}
        wanted = {"Requests": COUNT, "from the Prosecutor": COUNT, "executed": 2, "open": COUNT - 2, "replied to": 2, "obstacle: bank secrecy": 1}
        counted = {title: [cell for shown, cell in sent.items() if page.is_read(title, shown, whole=True)] for title in wanted}
        assert counted == {title: [str(count)] for title, count in wanted.items()}, found
        by_party = page.do("return page.locator('table').last().innerText();")
        assert all(name in by_party for _, _, _, name, _, _ in self.states), by_party
        self.looks(page, "report")

    # A State's row of the yearly report -----------------------------------------------------------------------------------

    def tells_row(self):
        """The Prosecutor tells Senegal of its row of the last year, and may not publish it yet"""
        page = self.people["analyst"]
        self.cast["OTP1"].run("directory", "publisher", "Office of the Prosecutor")
        page.go("/inbox")
        page.go("/requests/report/rows")
        page.see("No row was told or opened on this device")
        page.press("Tell the State")
        page.see("Choose the State.")
        page.do("await page.selectOption('#to', 'SEN');")
        page.press("Tell the State")
        page.see("The State is told of its row.", seconds=90)
        self.looks(page, "report-rows")
        page.follow("To the row of the yearly report")
        page.see("No answer yet.", seconds=90)
        page.see("it may be published from")
        self.chains["row"] = page.path().rsplit("/", 1)[-1]

    def confirms_row(self):
        """Senegal opens it from its file, sees that its own count is the same, and confirms"""
        page = self.people["moussa"]
        page.go(f"/files/{self.chains['row']}")
        page.go(f"/requests/report/rows/{self.chains['row']}")
        page.see("Every figure that is shown is the one that is counted here", seconds=90)
        page.press("Sign and send")
        page.see("Choose an answer.")
        page.choose("Yes: it may be published as it stands")
        self.looks(page, "report-row")
        page.press("Sign and send")
        page.see("Confirmed. The row may be published now.", seconds=90)

    def publishes_row(self):
        """The Prosecutor publishes it; Senegal, France at the command line and everybody else find it and the sum"""
        page = self.people["analyst"]
        page.go("/inbox")
        page.go(f"/requests/report/rows/{self.chains['row']}")
        page.press("Sign and publish", seconds=90)
        page.see("The row is published.", seconds=90)
        other = self.people["moussa"]
        other.go("/requests/report/published")
        other.see("Sum of one published row", seconds=90)
        other.see("Confirmed")
        self.looks(other, "report-published")
        table = self.cast["FRA1"].run("report", "published").json
        assert [(row["row"]["party"], row["answer"], row["differs"]) for row in table["rows"]] == [("SEN", "confirmed", [])], table

    def asks_outside(self):
        """A State without an account is asked by note verbale: the analyst signs his own record of it, and records when it went"""
        page = self.people["analyst"]
        page.go("/inbox")
        page.go("/requests/new")
        page.see_heading("Whom do you ask?")
        page.fill("find", "jpn")
        page.see("can be asked by other means")
        page.choose("Japan")
        page.press("Continue")
        page.do("await page.check('#kind-tracing');")
        page.press("Continue")
        page.fill("reference", "OTP/2026/0118")
        page.press("Continue")
        for text in ("Whose is the vessel?", "", "It carried timber.", "", "", ""):
            if text:
                page.fill("block", text)
            page.press("Continue")
        for _ in range(2):
            page.press("Continue")
        page.fill("title", "A vessel")
        page.press("Continue")
        page.press("Continue")
        page.see_heading("Check the request before you sign", seconds=90)
        page.see("no account here. What you sign is your own record")
        self.looks(page, "outside")
        page.press("Sign and send the request")
        page.see_heading("The request is sent", seconds=90)
        page.see("Nothing was sent.", "Then record on its page how and when it went")
        page.follow("To the request")
        page.see("no account here", seconds=90)
        (made,) = [one for one in items(self.cast["OTP1"].run("request", "list", "--party", "JPN"))]
        page.go(f"/files/{made['dossier']}/request/record")
        page.do("await page.selectOption('#happened', 'sent'); await page.selectOption('#medium', 'note_verbale');")
        page.fill("date", in_days(0))
        self.signs(page)
        (made,) = items(self.cast["OTP1"].run("request", "list", "--party", "JPN"))
        assert (made["requested_code"], made["off_platform"]) == ("JPN", 1), made

    def own_row(self):
        """Senegal's reader sees its own row, and no other State's"""
        page = self.people["moussa"]
        page.go("/requests/report")
        page.do("await page.locator('table').first().waitFor({ timeout: 90000 });")
        found = self.figures(page)
        assert [cells for title, cells in found.items() if page.is_read("Requests", title, whole=True)] == [["1", "0"]], found
        assert "France" not in page.text() and "Kenya" not in page.text(), page.text()
        self.looks(page, "report-own")
