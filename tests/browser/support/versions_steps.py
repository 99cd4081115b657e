"""Steps of the requests' story: a question before a request, a request made of it that leaves in two languages, and another one asked for.
Whoever works in the other language reads his own first."""
import datetime

from cast import items
from wording import as_is


def in_days(days):
    return (datetime.date.today() + datetime.timedelta(days=days)).isoformat()


COMPANY, QUESTION = "Compagnie du Bois", "Does this company stand in the register, and with whom does it bank?"
ASKED, TRANSLATED = "The records of the company's accounts.", "Les relevés des comptes de la société, objet traduit."
FACTS, TRANSLATED_FACTS = "It sold timber.", "Elle a vendu du bois, faits traduits."


class VersionsSteps:
    def opens(self, page, chain, seq):
        page.go(f"/files/{chain}/items/{seq}")
        page.do("await page.locator('#agreed').check();")
        page.do("await page.locator('main form button[type=submit]').click(); await page.locator('#agreed').waitFor({ state: 'detached', timeout: 90000 });")

    def enquires(self):
        """The analyst asks Senegal whether information exists, before any request; what is missing is told at its field"""
        page = self.people["analyst"]
        page.go("/enquiries")
        page.see("There are no enquiries", seconds=90)
        page.follow("Write an enquiry")
        page.see("has no legal effect", seconds=90)
        page.press("Continue")
        page.see("Choose the authority that is asked.", "Say what kind of information you ask about.")
        page.do("const own = await page.locator('#to option').evaluateAll((all) => all.map((one) => one.value)); await page.selectOption('#to', own.find((one) => one.startsWith('SEN')));")
        page.do("await page.check('#kind-company_register'); await page.check('#kind-bank_records');")
        page.fill("title", COMPANY)
        page.fill("message", QUESTION)
        page.fill("answer-by", in_days(10))
        self.looks(page, "enquiry-new")
        page.press("Continue")
        self.row(page, "Company or other entity", name=COMPANY, country=("SEN",))
        page.press("Keep this row")
        page.press("Continue")
        page.press("Continue")
        page.see(as_is(QUESTION))
        page.press("Send the enquiry")
        page.see_heading("The enquiry is sent", seconds=90)
        page.follow("To the enquiry")
        page.see("has no legal effect", as_is(COMPANY), "no answer yet", seconds=90)
        self.looks(page, "enquiry-sent")
        self.enquiry = page.path().split("/")[2]

    def is_answered(self):
        """The official is told that an enquiry may be among what was not opened, opens it, and answers that it be asked formally"""
        page = self.people["moussa"]
        page.go("/enquiries")
        page.see("not opened yet", seconds=90)
        self.opens(page, self.enquiry, 1)
        page.go("/enquiries")
        page.follow(as_is(COMPANY), seconds=90)
        page.see(as_is(QUESTION), seconds=90)
        self.looks(page, "enquiry-received")
        page.follow("Answer the enquiry")
        page.press("Send the answer")
        page.see("Choose an answer.")
        page.do("await page.locator('input[value=ask_formally]').check();")
        page.fill("message", "Sur demande d'assistance seulement.")
        self.looks(page, "enquiry-answer")
        page.press("Send the answer")
        page.see(as_is("Sur demande d'assistance seulement."), seconds=90)
        self.cast["OTP1"].run("get", self.enquiry, "--out", self.folder / "enquiry", "--yes")
        (one,) = items(self.cast["OTP1"].run("enquiry", "list"))
        assert [answer["answer"] for answer in one["answers"]] == ["ask_formally"] and one["requests"] == [], one

    def asks_in_two_languages(self):
        """A request is made of it: its subjects are filled in; the version in the State's language goes with it, so its law is met"""
        page = self.people["analyst"]
        self.opens(page, self.enquiry, 2)
        page.go(f"/enquiries/{self.enquiry}")
        page.see("ask by a formal request", seconds=90)
        page.follow("Make a request of it")
        page.see("A request of the enquiry:", seconds=90)
        assert page.do("return page.locator('main input[type=checkbox]:checked').count();") == 1, "whoever was asked is chosen"
        page.press("Continue")
        page.do("await page.check('#kind-bank_records');")
        page.press("Continue")
        page.fill("reference", "OTP/2026/0119")
        page.do("await page.selectOption('#tongue', args[0]);", self.language)
        page.press("Continue")
        for text in (ASKED, "", FACTS, "", "", ""):
            if text:
                page.fill("block", text)
            page.press("Continue")
        page.see_heading("Persons, accounts and assets")
        page.see(as_is(COMPANY))
        page.press("Continue")
        page.press("Continue")
        page.press("Continue")  # documents: it has a title from the enquiry
        page.press("Continue")
        page.see_heading("Check the request before you sign", seconds=90)
        page.see(f"no version is in a language this State accepts: {as_is(self.other)}", "reads which enquiry this request follows", seconds=90)
        page.do("await page.locator('main dl > div, main .summary > div').filter({ hasText: args[0] }).getByRole('button').first().click();", page.words("Other languages"))
        page.do("await page.selectOption('#version-language', args[0]);", self.other)
        page.press("Continue")
        page.do("await page.locator('.error-summary').waitFor();")
        page.fill("version-translator", "Section des services linguistiques")
        page.fill("version-assistance", TRANSLATED)
        page.fill("version-facts", TRANSLATED_FACTS)
        self.looks(page, "version-with-request")
        page.press("Continue")
        page.see_heading("Check the request before you sign", seconds=90)
        page.choose(as_is("date de la décision; tribunal"))
        assert not page.shows("no version is in a language this State accepts"), page.text()
        page.press("Sign and send the request")
        page.see_heading("The request is sent", seconds=90)
        page.follow("To the request")
        page.see("It follows the enquiry of", seconds=90)
        self.looks(page, "version-sent")
        self.translated = page.path().split("/")[2]
        shown = self.cast["OTP1"].run("get", self.translated, "--out", self.folder / "translated", "--yes")
        (text,) = self.cast["OTP1"].run("request", "show", self.translated).json["versions"]["texts"]
        assert [(one["language"], one["state"], one["seq"]) for one in text["versions"]] == [(self.other, "delivered", 2)], (shown, text)

    def reads_own_language(self):
        """The official opens both and reads his own language first, whose translation it is and which text is authentic; the original is one press away"""
        page = self.people["moussa"]
        self.opens(page, self.translated, 1)
        page.go(f"/files/{self.translated}/request")
        page.see("A version in your language may be among them", as_is(ASKED), seconds=90)
        self.opens(page, self.translated, 2)
        page.go(f"/files/{self.translated}/request")
        page.see(as_is(TRANSLATED), as_is(TRANSLATED_FACTS), as_is(COMPANY), "The version shown is a translation; the original is the authentic text.", "It follows the enquiry of", seconds=90)
        assert not page.shows(as_is(ASKED)), page.text()
        self.looks(page, "version-first")
        page.press("Show the original")
        page.see(as_is(ASKED))
        assert not page.shows(as_is(TRANSLATED)), page.text()

    def asks_for_another(self):
        """He asks for a third language by a day; the analyst delivers it, with words of his own, and then corrects it"""
        page = self.people["moussa"]
        page.go(f"/files/{self.translated}/version/ask")
        page.press("Sign", seconds=90)
        page.see("Choose a language.")
        page.do("await page.selectOption('#tongue', 'es');")
        page.fill("due", in_days(5))
        self.looks(page, "version-ask")
        page.press("Sign")
        page.see("The version is asked for", seconds=90)
        page = self.people["analyst"]
        self.opens(page, self.translated, 3)
        for text in ("Los extractos.", "Los extractos, corregidos."):
            page.go(f"/files/{self.translated}")
            page.go(f"/files/{self.translated}/version/deliver")
            page.do("await page.locator('#tongue').waitFor({ timeout: 90000 }); await page.selectOption('#tongue', 'es');")
            page.press("Continue")
            page.fill("block-assistance", text)
            self.looks(page, "version-blocks")
            page.press("Continue")
            page.fill("title", "Cuentas")
            page.press("Continue")
            page.see(as_is(text))
            page.do("await page.locator('main .buttons button').first().click();")
            page.see("The version is in the request", seconds=90)
        page.go(f"/files/{self.translated}")
        page.see("Other languages", seconds=90)
        self.looks(page, "version-list")
        self.cast["OTP1"].run("get", self.translated, "--out", self.folder / "corrected", "--yes")
        (text,) = self.cast["OTP1"].run("request", "show", self.translated).json["versions"]["texts"]
        spanish = next(one for one in text["versions"] if one["language"] == "es")
        assert (spanish["state"], spanish["content"]["blocks"]["assistance"]) == ("revised", "Los extractos, corregidos."), spanish
