"""Senegal's asset recovery office loses its only access manager. She, one holder of a part of the recovery key, the person who takes
over and a colleague who is invited anew sit at pages; the other holder is at a command line."""
import pathlib

from cast import items
from looks import count_screens, screens_counted
from page_story import PageStory, later
from recovery import World
from web_app import page_folder, serve_pages
from wording import as_is

NEW = "huit pirogues contournent le banc de sable"
ANEW = "neuf tisserins recousent la même saison"
HOURS = 73


class RecoveryStory(PageStory):
    NEEDED = ("begin", "by_sheet", "makes", "invites", "approves")

    def __init__(self, folder, browser, language):
        super().__init__(folder, browser, language, "recovery")
        self.world = None

    def all(self):
        return (self.begin, self.questions, self.by_sheet, self.makes, self.drills, self.invites, self.approves, self.told, self.too_early,
                self.invited_anew, self.takes_over, self.looked)

    def end(self):
        if self.world:
            self.world.cast.sign_out_all()
            self.world.server.stop()

    def begin(self):
        """A server with three co-signers, the Prosecutor, Senegal with two authorities; one of them has a single access manager."""
        self.world = World(self.folder / "world", lambda server: serve_pages(server, page_folder()))
        self.server = self.world.server
        self.paper = self.folder / "rapport.txt"
        self.paper.write_text("Un compte à Dakar.\n" * 200)

    # Alone ---------------------------------------------------------------------------------------------------------------

    def questions(self):
        """Who cannot get in answers four questions without signing in, and is shown the one door that opens."""
        page, decide, yes, no = self.person("visitor"), "Show the next step", "yes", "no"
        for passphrase, device, factor, sheet, door in (
                (yes, yes, yes, yes, "/sign-in"), (no, no, yes, yes, "/recovery-sheet"), (yes, no, yes, yes, "/recovery-sheet"),
                (no, no, no, no, "/enrol"), (yes, yes, no, yes, "/recovery-sheet"), (yes, no, yes, no, None)):
            page.load("/cannot-get-in")
            if (passphrase, sheet) == (yes, yes) and device == yes and factor == yes:
                page.press(decide)
                self.appears(page, ".error-summary")
            for key, value in (("passphrase", passphrase), ("device", device), ("factor", factor), ("sheet", sheet)):
                page.do("await page.locator(`input[name=${args[0]}][value=${args[1]}]`).check();", key, value)
            page.press(decide)
            page.do("await page.locator('main ol li').first().waitFor();")
            doors = page.do("return page.locator('main .buttons a').evaluateAll((all) => all.map((one) => new URL(one.href).pathname));")
            assert doors == ([door] if door else []), (passphrase, device, factor, sheet, doors)
        page.do("await context.close();")
        del self.people["visitor"]

    def take_up(self, name, person, language=None):
        """A person of the command line at a page for the first time, with the sheet that was printed at the enrolment."""
        page = self.person(name, language)
        page.user, page.passphrase = person.user, person.passphrase_file.read_text().strip()
        page.secret = person.totp_secret_file.read_text().strip().split()[-1]
        page.last_step = int(pathlib.Path(f"{person.totp_secret_file}.step").read_text())  # the command line has shown these
        page.load("/recovery-sheet")
        page.do("await page.locator('details summary').first().click();")
        page.give_files("kit-file", [person.kit])
        page.do("await page.waitForFunction(() => document.getElementById('kit-secret').value !== '');")
        page.do("await page.locator('input[name=knows][value=yes]').check();")
        self.submit(page)
        self.appears(page, "#passphrase")
        return page

    def finish_take_up(self, page):
        page.fill("passphrase", page.passphrase)
        page.fill("totp", page.code())
        self.submit(page)
        page.do("await page.waitForURL((url) => url.pathname !== '/recovery-sheet', { timeout: 120000 }); await page.waitForSelector('h1');")

    def by_sheet(self):
        """On another computer the printed sheet, passphrase and six digits open an account; another person's passphrase does not."""
        lost = self.take_up("lost", self.world.lost)
        self.looks(lost, "new-device")
        lost.fill("passphrase", "not this one at all")
        lost.fill("totp", lost.code())
        self.submit(lost)
        self.appears(lost, ".error-summary")
        self.finish_take_up(lost)
        holder = self.take_up("holder", self.world.first, self.other)
        self.finish_take_up(holder)
        holder.go("/people")
        holder.see(as_is("sen.crf.2"), seconds=90)

    # The recovery key ------------------------------------------------------------------------------------------------------

    def makes(self):
        """Its access manager makes a recovery key, two of three; the sheet is printed before anything is signed."""
        page = self.people["lost"]
        page.go("/people/recovery")
        page.see("There is no recovery key yet", seconds=90)
        self.looks(page, "none")
        page.go("/people/recovery/set")
        page.do("await page.locator('input[id^=keeper-]').first().waitFor({ timeout: 90000 });")
        chosen = {"CRF/sen.crf.1", "CRF/sen.crf.2"}
        boxes = page.do("return page.locator('input[id^=keeper-]').evaluateAll((all) => all.map((one) => [one.id, one.labels[0].innerText.trim()]));")
        assert chosen <= {label.replace("\u2068", "").replace("\u2069", "") for _, label in boxes}, boxes
        for identifier, _ in boxes:
            page.do("await page.locator('#' + args[0]).uncheck();", identifier)
        self.submit(page, "last")
        self.appears(page, ".error-summary")
        for identifier, label in boxes:
            if label in chosen:
                page.do("await page.locator('#' + args[0]).check();", identifier)
        self.looks(page, "set")
        self.submit(page, "last")
        self.appears(page, "[data-test=envelope]")
        self.envelope = page.do("return page.locator('[data-test=envelope] p').allInnerTexts();")
        assert len(self.envelope) == 6 and self.envelope[0].startswith("rogatory/v1/"), self.envelope
        self.looks(page, "envelope")
        assert not self.world.view(self.world.lost)["set"], "it is signed before it is printed"
        button = "page.locator('main button:not(.quiet)').last()"
        page.do(f"await {button}.click();")
        self.appears(page, ".error-summary")
        page.do("await page.check('#printed');")
        page.do(f"await {button}.click();")
        self.appears(page, ".notice.good", 120)

    def drills(self):
        """The drill: one proof is not enough, a foreign file is none, with both the parts are seen to fit."""
        page, holder = self.people["lost"], self.people["holder"]
        holder.go("/people/recovery")
        holder.press("Prove that my part opens", seconds=90)
        holder.see("The proof is saved", seconds=90)
        mine = holder.downloads(1)[-1]["path"]
        other = self.folder / "proof-2.age"
        self.world.run(self.world.second, "recovery", "drill", "--out", other)
        page.go("/people/recovery/drill")
        for proofs, error in (([mine], True), ([mine, self.paper], True), ([mine, other], False)):
            page.go("/people/recovery")
            page.go("/people/recovery/drill")
            page.give_files("proofs", proofs)
            page.do("await page.waitForTimeout(200);")
            self.submit(page, "last")
            self.appears(page, ".error-summary" if error else ".notice.good")
            if proofs == [mine]:
                assert "sen.crf.2" in page.text(), page.text()
                self.looks(page, "drill")
        view = self.world.view(self.world.second)
        assert view["set"] and view["drilled"] and view["live"], view
        self.world.sent = items(self.world.prosecutor.run("send", self.paper, "--to", "SEN/BRA", "--title", "Avant la perte", "--yes"))[0]["dossier"]

    def invites(self):
        """A holder invites who is to take over; the person enrols in four screens and waits with digits to read out."""
        holder = self.people["holder"]
        holder.go("/people")
        holder.go("/people/recovery")
        holder.follow("Invite a new access manager", seconds=90)
        holder.see("72 hours later")
        self.submit(holder, "last")
        self.appears(holder, "[data-test=invitation-code]", 60)
        self.looks(holder, "invitation")
        code = holder.do("return page.locator('[data-test=invitation-code]').innerText();")
        page = self.person("heir")
        self.digits = self.enrol(page, code, "sen.bra.9", "BRA-09", NEW)
        self.looks(page, "heir-digits")
        shown = screens_counted(page)
        assert len(shown) <= 4, shown

    def enrol(self, page, code, user, name, passphrase):
        page.load("/enrol")
        count_screens(page)
        page.fill("code", code)
        page.give_files("sheet-file", [self.world.cast.sheet])
        page.do("await page.waitForTimeout(300);")
        self.submit(page)
        self.appears(page, "#right")
        page.do("await page.click('#right');")
        self.way_in(page, user, passphrase, name)
        self.read_back(page)
        self.appears(page, ".digits")
        return page.do("return page.locator('.digits').first().innerText();")

    def look_for_it(self, page):
        """As often as one likes: nothing is lost by looking too early."""
        page.load("/take-over")
        page.fill("user-name", page.user)
        page.fill("passphrase", page.passphrase)
        page.fill("totp", page.code())
        self.submit(page)

    def approves(self):
        """Holders approve after comparing digits; wrong ones are refused, and with one of two it is not enough."""
        holder, heir = self.people["holder"], self.people["heir"]
        self.look_for_it(heir)
        heir.see("0 of the 2 holders who are needed have approved you", seconds=90)
        holder.go("/people")
        holder.go("/people/recovery")
        holder.follow("Compare and decide", seconds=90)
        for digits, error in (("11111 22222 33333 44444", True), (self.digits, False)):
            holder.fill("digits", digits)
            self.submit(holder, "last")
            if error:
                self.appears(holder, ".error-summary")
                self.looks(holder, "decide")
        holder.see("You have approved", seconds=90)
        self.look_for_it(heir)
        heir.see("1 of the 2 holders who are needed have approved you", seconds=90)
        self.looks(heir, "one-of-two")

    def told(self):
        """The authority's people hear of it as soon as a holder has approved."""
        page = self.people["lost"]
        page.load("/inbox")
        page.unlock()
        page.do("await page.getByText(args[0]).first().waitFor({ timeout: 90000 });", page.words("are letting in a new access manager (1 of 2)"))
        self.looks(page, "told")

    def too_early(self):
        """With enough approvals the day is named from which the authority can be taken over, and not before."""
        self.world.second.run("recovery", "approve", "BRA-09", "--digits", " ".join(self.digits.split()))
        heir = self.people["heir"]
        for _ in range(20):
            self.look_for_it(heir)
            heir.see("Not yet", seconds=90)
            if heir.shows("Enough holders have approved. You can take the authority over from"):
                break
        else:
            raise AssertionError(heir.text())
        self.looks(heir, "too-early")

    # A colleague -----------------------------------------------------------------------------------------------------------

    def invited_anew(self):
        """Who lost everything is invited anew by a colleague, compares digits, and reads again what the authority holds."""
        holder = self.people["holder"]
        holder.go("/people")
        holder.follow(f"Leaves, lost device, lost access {as_is('sen.crf.2')}", seconds=90)
        holder.choose(f"{as_is('sen.crf.2')} cannot get in any more")
        holder.press("Continue")
        holder.choose("I have understood what will happen")
        holder.press(f"Make a code for {as_is('sen.crf.2')}")
        self.appears(holder, "[data-test=invitation-code]", 60)
        code = holder.do("return page.locator('[data-test=invitation-code]').innerText();")
        page = self.person("anew")
        digits = self.enrol(page, code, "sen.crf.2b", "CRF-02", ANEW)
        holder.go("/inbox")
        holder.go("/people")
        holder.follow("Compare and approve", seconds=90)
        holder.do("await page.locator('main input[inputmode=numeric]').first().fill(args[0], { timeout: 90000 });", digits)
        self.submit(holder, "last")
        holder.do("await page.locator('.notice.good').first().waitFor({ timeout: 120000 });")
        self.looks(holder, "admitted-anew")
        self.goes_on_by_itself(page)
        page.do("await page.waitForURL('**/inbox', { timeout: 120000 }); await page.waitForSelector('h1');")
        refused = self.world.second.run("member", "list", expect=None)
        assert refused.code != 0, "the lost device still opens"

    # 72 hours later ----------------------------------------------------------------------------------------------------------

    def takes_over(self):
        """Three days later the authority is taken over, and what was sent to it before opens."""
        self.world.pass_hours(HOURS)
        self.server = self.world.server
        heir = self.people["heir"]
        later(heir, HOURS)
        self.look_for_it(heir)
        heir.see_heading(as_is("BRA"), seconds=180)
        self.looks(heir, "taken-over")
        heir.go("/inbox")
        heir.go(f"/files/{self.world.sent}/items/1")
        heir.do("const box = page.locator('#agreed'); await box.or(page.getByText('Avant la perte')).first().waitFor({ timeout: 90000 }); if (await box.count()) await box.check();")
        heir.press("Open")
        heir.see(as_is("Avant la perte"), as_is("rapport.txt"), seconds=90)
