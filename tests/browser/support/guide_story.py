"""What the guides describe, a function an act: Aurelia founds its Party, invites, receives, sends, answers, and somebody leaves. All of it is invented."""
import datetime

from cast import Cast, items
from page_story import PageStory
from picture import Pictures
from request_form import write_request
from wording import as_is

CHIEF, OFFICER = "neuf cigognes traversent le port sans bruit", "sept barques rentrent avant la brume"
# Codes that ISO 3166-1 leaves to users: no State has or gets one.
NAMES = {
    "en": {"XTA": "Aurelia", "XTB": "Borelia", "XTC": "Cordelia", "X-OTP": "Office of the Prosecutor", "fiu": "Financial Intelligence Unit", "short": "FIU", "prosecutor": "OTP", "registry": "REG",
           "file": "Baobab Timber: accounts of 2026", "message": "Statements of two accounts, for your tracing. Please ask us before you pass them on.",
           "statement": "account statements.csv", "report": "covering note.txt", "send": "Transfers to Baobab Timber", "send_message": "Three transfers that fit what you sent us on Monday.",
           "table": "transfers.csv", "reference": "OTP/2027/0042", "request": "Accounts of Baobab Timber", "assistance": "Statements of one account, from January 2026 on.",
           "facts": "Baobab Timber is said to have bought timber with what it never earned.", "sheet": "founding sheet.txt", "answer": "statements from January 2026.csv", "reply": "Account statements", "reply_message": "The statements that you asked for, complete."},
    "fr": {"XTA": "Aurélie", "XTB": "Borélie", "XTC": "Cordélie", "X-OTP": "Bureau du Procureur", "fiu": "Cellule de renseignement financier", "short": "CRF", "prosecutor": "BDP", "registry": "GRF",
           "file": "Bois Baobab : comptes de 2026", "message": "Relevés de deux comptes, pour votre recherche. Veuillez nous consulter avant de les transmettre plus loin.",
           "statement": "relevés de compte.csv", "report": "note d’accompagnement.txt", "send": "Virements vers Bois Baobab", "send_message": "Trois virements qui correspondent à votre envoi de lundi.",
           "table": "virements.csv", "reference": "BDP/2027/0042", "request": "Comptes de Bois Baobab", "assistance": "Relevés d’un compte, depuis janvier 2026.",
           "facts": "Bois Baobab aurait acheté du bois avec ce qu’elle n’a jamais gagné.", "sheet": "fiche de fondation.txt", "answer": "relevés depuis janvier 2026.csv", "reply": "Relevés de compte", "reply_message": "Les relevés demandés, complets."},
}


class GuideStory(PageStory):
    NEEDED = ("begin", "founds", "known_to_others", "officer", "arrives")

    def __init__(self, folder, browser, language, write=False):
        super().__init__(folder, browser, language, "guide", witnesses=3, quorum=2)
        self.write = write
        self.names = {name: value.replace(" :", "\u00a0:") for name, value in NAMES[language].items()}
        self.pictures = Pictures(language, write)
        self.chains = {}

    def all(self):
        return (self.begin, self.before, self.founds, self.known_to_others, self.officer, self.arrives, self.opens, self.saves, self.sends, self.checks_state,
                self.is_asked, self.answers, self.locks, self.sheet, self.authority, self.recovery_key, self.leaves, self.shown)

    def picture(self, page, name, **more):
        self.pictures.take(page, name, **more)

    # Around it ----------------------------------------------------------------------------------------------------------

    def begin(self):
        """A server with its page and co-signers of its log; Borelia, Cordelia and the Prosecutor at the command line"""
        self.serve()
        self.cast = cast = Cast(self.folder, self.server)
        fiu, short = self.names["fiu"], self.names["short"]
        shown = {"registry": self.names["registry"], "otp": self.names["prosecutor"], "aurelia": short, "borelia": short, "cordelia": short}
        cast.display_names = {f"{user}.{number}": f"{name}-0{number}" for user, name in shown.items() for number in (1, 2)}
        cast.administrator()
        cast.registry_founds()
        cast.parties_found([("XTB1", "borelia.1", "XTB", self.names["XTB"], "fiu", short), ("OTP1", "otp.1", "X-OTP", self.names["X-OTP"], "prosecutor", self.names["X-OTP"])])
        for name, user, inviter in (("REG2", "registry.2", "REG1"), ("XTB2", "borelia.2", "XTB1"), ("OTP2", "otp.2", "OTP1")):
            cast.join(name, user, cast[inviter], "custodian")
        cast.pin_everybody()
        cast.found("XTC1", "cordelia.1", "XTC", self.names["XTC"], "fiu", fiu, cast.sheet)  # stands in no sheet yet
        cast.join("XTC2", "cordelia.2", cast["XTC1"], "custodian")

    def before(self):
        """Before anybody signs in: the first page, and what leads whoever cannot get in"""
        page = self.person("visitor")
        page.load("/")
        page.see("What you can rely on")
        self.picture(page, "start")
        page.go("/cannot-get-in")
        for question, answer in (("passphrase", "no"), ("device", "yes"), ("factor", "yes"), ("sheet", "yes")):
            page.do("await page.locator(`input[name=${args[0]}][value=${args[1]}]`).check();", question, answer)
        self.picture(page, "cannot-get-in")
        self.submit(page)
        page.do("await page.locator('main ol li').first().waitFor();")
        self.picture(page, "cannot-get-in-answer")

    # The access manager ---------------------------------------------------------------------------------------------------

    def founds(self):
        """Aurelia's first access manager founds its Party; the second one answers at once, and the digits are compared"""
        admin, page = self.cast["ADMIN"], self.person("chief", timezoneId="Africa/Dakar")
        code_file = self.folder / "founder-code.txt"
        admin.run("admin", "party", "create", "XTA", "--name", self.names["XTA"])
        admin.run("admin", "party", "invite", "XTA", "--code-out", code_file)
        page.load("/enrol")
        self.founding_form(page, code_file.read_text().strip(), self.cast.sheet, "XTA", self.names["XTA"], "fiu", self.names["short"])
        page.do("await page.check('#compared');")
        self.picture(page, "founding")
        self.submit(page)
        self.way_in(page, "aurelia.1", CHIEF, f"{self.names['short']}-01")
        self.read_back(page)
        page.see_heading("Second access manager, now", 120)
        self.open_account(page)
        page.press("Make the invitation", seconds=180)
        self.appears(page, "#second-code", 120)
        self.picture(page, "second-invited")
        second = self.cast.person("XTA2", "aurelia.2")
        answer_file = self.folder / "second-code.txt"
        answer_file.write_text(page.do("return page.locator('#second-code').innerText();").replace(" ", "") + "\n")
        digits = self.cast.answer(second, answer_file).json["comparison_digits"]
        self.appears(page, "#digits", 120)
        page.fill("digits", digits)
        self.picture(page, "second-compared")
        self.submit(page, "last")
        page.see("has two access managers and can send", seconds=120)
        second.sign_in()
        page.press("Continue")
        self.appears(page, ".digits")
        self.cast.fingerprints["XTA"] = " ".join(page.do("return page.locator('.digits').innerText();").split())
        self.picture(page, "reply-sheet")

    def known_to_others(self):
        """The Registry checks Aurelia's digits, and its new sheet makes it known to the others"""
        self.cast["REG1"].run("party", "pin", "XTA", "--fingerprint", self.cast.fingerprints["XTA"])
        sheet = self.folder / self.names["sheet"]
        self.cast["REG1"].run("sheet", "make", "--out", sheet)
        for name in ("XTB1", "OTP1"):
            self.cast[name].run("party", "pin", "--sheet", sheet)
        self.cast.sheet = sheet

    def checks_state(self):
        """Cordelia's key is checked by the digits of its note verbale"""
        page = self.people["chief"]
        page.go("/states")
        page.go("/states/XTC")
        self.appears(page, "#digits")
        page.fill("digits", self.cast.fingerprints["XTC"])
        page.choose("These digits come from the paper")
        self.picture(page, "state-digits")
        page.press("Compare and check")
        page.see("is checked. You can send to it now.", seconds=90)

    def officer(self):
        """A case officer is invited, enrols in four screens, and is let in after the digits were compared"""
        chief, page = self.people["chief"], self.person("officer", timezoneId="Africa/Dakar")
        chief.go("/people/invite")
        chief.do("await page.locator('input[type=radio][value=officer]').check();")
        self.picture(chief, "invite")
        self.submit(chief, "last")
        chief.do("await page.locator('[data-test=invitation-code]').waitFor({ timeout: 90000 });")
        code = chief.do("return page.locator('[data-test=invitation-code]').innerText();")
        self.picture(chief, "invitation-code")
        page.load("/enrol")
        page.fill("code", code)
        page.give_files("sheet-file", [self.cast.sheet])
        page.do("await page.waitForTimeout(300);")
        self.picture(page, "enrol-code")
        self.submit(page)
        self.appears(page, "#right")
        self.picture(page, "enrol-invitation")
        page.do("await page.click('#right');")
        self.appears(page, "#new-passphrase")
        page.do("await page.locator('.qr').waitFor();")
        page.fill("user-name", "aurelia.7")
        page.fill("display-name", f"{self.names['short']}-07")
        page.fill("new-passphrase", OFFICER)
        page.fill("new-passphrase-again", OFFICER)
        self.picture(page, "enrol-way-in")
        self.way_in(page, "aurelia.7", OFFICER, f"{self.names['short']}-07")
        self.keep_kit(page)
        self.picture(page, "enrol-sheet")
        self.read_back(page)
        self.appears(page, ".digits")
        digits = page.do("return page.locator('.digits').innerText();")
        page.see("Waiting for your access manager")
        self.picture(page, "enrol-digits")
        chief.go("/people")
        chief.follow("Compare and approve", seconds=90)
        chief.do("await page.fill('main input[id^=digits-]', args[0], { timeout: 90000 });", digits)
        self.picture(chief, "approve")
        self.submit(chief, "last")
        chief.do("await page.locator('.notice.good').first().waitFor({ timeout: 90000 });")
        self.goes_on_by_itself(page)

    # The official ------------------------------------------------------------------------------------------------------------

    def arrives(self):
        """What Borelia sent and what the Prosecutor asks stand among the files"""
        names, page = self.names, self.people["officer"]
        statement = self.document(names["statement"], "date;montant\n" + "".join(f"2026-0{month}-15;{month * 1700},00\n" for month in range(1, 9)))
        note = self.document(names["report"], names["message"])
        sent = self.cast["XTB1"].run("send", statement, note, "--to", "XTA", "--title", names["file"], "--message", names["message"], "--onward", "source_consent", "--yes")
        self.chains["file"] = items(sent)[0]["dossier"]
        otp, form = self.cast["OTP1"], self.folder / "request.txt"
        due = (datetime.date.today() + datetime.timedelta(days=45)).isoformat()
        write_request(otp, form, {"title": names["request"], "reference": names["reference"], "due": due}, names["assistance"], names["facts"], [("number", "XTA 0042 1700"), ("country", "XTA")])
        self.chains["request"] = otp.run("request", "send", form, "--to", "XTA", "--yes").json["dossier"]
        page.load("/inbox")
        page.unlock()
        page.see("Not opened yet", seconds=90)
        page.do("await page.waitForFunction(() => document.querySelectorAll('main ul.rows > li').length === 2, null, { timeout: 90000 });")
        self.picture(page, "files")

    def opens(self):
        """An item is opened once its restrictions are confirmed"""
        page, chain = self.people["officer"], self.chains["file"]
        page.go(f"/files/{chain}")
        page.see("What happened", seconds=90)
        self.picture(page, "file")
        page.go(f"/files/{chain}/items/1")
        page.do("await page.locator('#agreed').check({ timeout: 90000 });")
        self.picture(page, "open")
        page.press("Open")
        page.see(as_is(self.names["file"]), as_is(self.names["statement"]), seconds=90)
        self.picture(page, "item")

    def saves(self):
        """A document is saved, after its restrictions were read"""
        page = self.people["officer"]
        page.follow(f"Save {as_is(self.names['statement'])}")
        page.see("Before you save: restrictions are in force")
        page.choose("I have read the restrictions")
        self.picture(page, "save")
        page.press("Save to the browser’s downloads")
        page.see("Saved and checked", seconds=90)

    def sends(self):
        """A transmission to Borelia, one question a screen, checked before it leaves"""
        page, names = self.people["officer"], self.names
        page.go("/inbox")
        page.go("/send")
        page.see_heading("To whom do you send?", 60)
        page.choose(as_is(names["XTB"]))
        page.fill("find", names["XTC"])
        self.appears(page, ".unable a")
        self.picture(page, "send-whom")
        page.fill("find", "")
        page.press("Continue")
        page.see_heading("What may they do with it?")
        page.do("await page.locator('input[name=preset]').first().check();")
        self.picture(page, "send-restrictions")
        page.press("Continue")
        page.see_heading("What do you send?")
        page.give_files("files", [self.document(names["table"], "date;montant;de;vers\n" + "".join(f"2026-0{month}-15;{month * 1700},00;XTB 0017 0042;XTA 0042 1700\n" for month in (2, 4, 7)))])
        page.fill("title", names["send"])
        page.fill("message", names["send_message"])
        self.picture(page, "send-documents")
        page.press("Continue")
        page.see_heading("Check before you send")
        self.picture(page, "send-check")
        page.press("Seal and send")
        page.see_heading("Sent", seconds=120)
        self.picture(page, "sent")

    def is_asked(self):
        """A request is read and its receipt acknowledged"""
        page, chain = self.people["officer"], self.chains["request"]
        page.go("/inbox")
        page.go(f"/files/{chain}")
        page.see("Acknowledge receipt", seconds=90)
        page.go(f"/files/{chain}/items/1")
        page.do("if (await page.locator('#agreed').count()) await page.locator('#agreed').check();"
                "await page.locator('main form button[type=submit], main .buttons button').first().click({ timeout: 90000 });")
        page.see(as_is(self.names["request"]), seconds=90)
        page.go(f"/files/{chain}")
        page.see(as_is(self.names["reference"]), seconds=90)
        page.see("Acknowledge receipt")
        self.picture(page, "request")
        page.go(f"/files/{chain}/request/acknowledged")
        page.see_heading("Acknowledge receipt")
        page.press("Continue")
        page.press("Sign")
        page.do("await page.locator('.notice.good').waitFor({ timeout: 90000 });")

    def answers(self):
        """The request is answered with a document, and said to be executed"""
        page, names, chain = self.people["officer"], self.names, self.chains["request"]
        page.go(f"/files/{chain}/reply")
        page.see_heading("What do you reply", 60)
        page.give_files("files", [self.document(names["answer"], "date;montant\n" + "".join(f"2026-0{month}-15;{month * 1700},00\n" for month in range(1, 9)))])
        page.fill("title", names["reply"])
        page.fill("message", names["reply_message"])
        self.picture(page, "reply")
        page.press("Continue")
        page.see_heading("What you found")
        page.press("Continue")
        page.do("await page.locator('input[type=radio]').first().check();")
        page.press("Continue")
        page.see_heading("Check before you send")
        page.do("await page.locator('main .buttons button').first().click();")
        page.see("Your reply is in the file.", seconds=90)
        self.picture(page, "replied")

    def locks(self):
        """Locked, the page asks for the passphrase and shows nothing"""
        page = self.people["officer"]
        page.press("Lock")
        page.see_heading("Locked")
        self.picture(page, "locked")
        page.unlock()

    def sheet(self):
        """The recovery sheet that one has can be tried, and a new one made"""
        page = self.people["officer"]
        page.go("/account")
        page.go("/account/recovery-sheet")
        page.press("Try my sheet")
        page.fill("account-key", page.kit["account-key"])
        page.fill("kit-secret", page.kit["kit-secret"])
        self.picture(page, "sheet-tried")
        self.submit(page)
        page.see_heading("The sheet is good", 60)

    # The authority -----------------------------------------------------------------------------------------------------------

    def authority(self):
        """Who belongs to the authority, and what can be done there"""
        page = self.people["chief"]
        page.go("/inbox")
        page.go("/people")
        page.do("await page.getByText(args[0]).first().waitFor({ timeout: 90000 });", f"{self.names['short']}-07")
        self.picture(page, "people")

    def recovery_key(self):
        """The recovery key, for the day when no access manager can get in any more"""
        page = self.people["chief"]
        page.go("/people/recovery")
        page.do("await page.locator('main .buttons, main table, main ol, main a.button').first().waitFor({ timeout: 90000 });")
        self.picture(page, "recovery-key")

    def leaves(self):
        """Somebody leaves: what will happen is said, then done, and how far the new keys are is shown"""
        page, leaver = self.people["chief"], as_is(f"{self.names['short']}-07")
        page.go("/people")
        page.follow(f"Leaves, lost device, lost access {leaver}", exact=False, seconds=90)
        page.choose(f"{leaver} leaves the authority")
        self.picture(page, "what-happened")
        page.press("Continue")
        page.see(f"Access of {leaver} ends at once", seconds=90)
        page.choose("I have understood what will happen")
        self.picture(page, "leaves")
        page.press(f"Remove {leaver}")
        page.see("is removed", seconds=120)
        self.picture(page, "left")
        page.go("/people/rotation")
        page.do("await page.locator('main .notice').first().waitFor({ timeout: 90000 });")
        self.picture(page, "rotation")

    def shown(self):
        """The guides' pictures show what the page shows"""
        self.pictures.finish()
