"""How people come in and stay in, a function a step, at the pages alone; the command line only sends what a page then reads."""
from camera import CameraSteps, drawn
from looks import count_screens, screens_counted, screenshots_folder
from page_story import PageStory
from sheet_alone_story import SheetAloneSteps
from wording import as_is

MOUSSA = "neuf cigognes traversent le port sans bruit"
AWA = "twelve brass kettles argue about the snow"


class AccountStory(CameraSteps, SheetAloneSteps, PageStory):
    NEEDED = ("begin", "administrator", "creates", "founds", "second", "approves")

    def __init__(self, folder, browser, language):
        super().__init__(folder, browser, language, "account")
        self.codes = {}
        self.digits = {}
        self.paper = self.other_paper = None  # codes as pages showed them

    def all(self):
        return (
            self.begin, self.administrator, self.creates, self.code_by_camera, self.founds, self.sheet_by_camera, self.second, self.approves,
            self.reply_sheet, self.officer, self.locks, self.wrong_passphrase, self.lost_device, self.lost_passphrase, self.sheets, self.passphrase, self.sessions, self.mails, self.suspends,
            self.counts, self.keyboard, self.sheet_alone_told, self.sheet_alone, self.sheet_alone_after, self.looked)

    # The beginning -----------------------------------------------------------------------------------------------------

    def begin(self):
        """A server gives the page, under its policy, to somebody who has no account."""
        self.serve()
        page = self.person("visitor")
        page.load("/")
        page.see("What you can rely on")
        assert page.troubles() == []

    def administrator(self):
        """The first administrator enrols with the code that the server wrote, in four screens."""
        page = self.person("administrator")
        page.load("/enrol")
        count_screens(page)
        page.fill("code", self.server.admin_code.read_text().strip())
        self.submit(page)
        self.appears(page, "#right")
        self.looks(page, "enrol-administrator-invitation")
        page.do("await page.click('#right');")
        self.other_paper = drawn(page)
        self.way_in(page, "administrator.1", MOUSSA + " administrator")
        self.looks(page, "enrol-kit")
        self.read_back(page, wrong_first=True)
        page.see_heading("Your account is ready", 90)
        self.open_account(page)
        page.see_heading("States and bodies", 60)
        shown = screens_counted(page)[:-1]
        assert len(shown) <= 4, shown

    def creates(self):
        """The administrator creates the Registry and Senegal, and is shown each founder's code once."""
        page = self.people["administrator"]
        for code, name in (("X-REG", "Registry"), ("SEN", "Sénégal")):
            page.go("/admin/parties/new")
            page.fill("code", code.lower())
            page.fill("name", name)
            self.submit(page)
            page.see_heading(as_is(name))
            self.submit(page)
            self.appears(page, "#founder-code")
            self.codes[code] = page.do("return page.locator('#founder-code').innerText();")
        self.paper = drawn(page)
        self.looks(page, "admin-founder-code")
        page.go("/admin")
        page.see("invited, not founded")
        self.looks(page, "admin-board")

    def found(self, page, code, sheet, party, kind, authority, user, passphrase):
        page.load("/enrol")
        count_screens(page)
        self.founding_form(page, self.codes[code], sheet, code, party, kind, authority)
        self.submit(page)
        self.appears(page, ".error-summary")  # not compared yet
        page.do("await page.check('#compared'); ")
        self.submit(page)
        self.way_in(page, user, passphrase, user.upper())
        self.read_back(page)
        self.appears(page, "#totp:not([name])", 120)
        page.do("await page.locator('.digits, h1').first().waitFor();")

    def founds(self):
        """The Registry founds first; Senegal's first access manager founds in another language, in at most six screens."""
        registry = self.person("registry")
        self.found(registry, "X-REG", self.server.sheet, "Registry", "court_section", "Registry", "registry.1", AWA + " registry")
        registry.see_heading("Second access manager, now", 120)
        self.open_account(registry)
        registry.see("The second person cannot come today", seconds=120)
        sheet = self.folder / "founding-sheet.txt"
        sheet.write_text(self.sheet_of(registry))
        moussa = self.person("moussa", self.other)
        self.found(moussa, "SEN", sheet, "Sénégal", "fiu", "CENTIF", "moussa", MOUSSA)
        moussa.see_heading("Second access manager, now", 120)
        self.open_account(moussa)
        moussa.press("Make the invitation", seconds=180)
        self.appears(moussa, "#second-code", 120)
        self.looks(moussa, "founding-second")
        self.codes["second"] = moussa.do("return page.locator('#second-code').innerText();")
        self.sheet = sheet

    @staticmethod
    def sheet_of(page):
        """The founding sheet as the Registry's page makes it, beside its first one."""
        page.go("/states/sheet")
        page.do("await page.waitForSelector('main pre, main textarea, main .code', { timeout: 30000 }).catch(() => undefined);")
        text = page.do("return page.evaluate(() => [...document.querySelectorAll('main pre, main textarea, main .code')].map((one) => one.value ?? one.textContent)"
                       ".find((one) => one.includes('rogatory/v1/')) ?? '');")
        assert "rogatory/v1/" in text, page.text()
        return text

    def second(self):
        """The second access manager enrols at another device in at most four screens, digits on both."""
        page = self.person("awa", self.other)
        page.load("/enrol")
        count_screens(page)
        page.fill("code", self.codes["second"])
        page.give_files("sheet-file", [self.sheet])
        page.do("await page.waitForTimeout(300);")
        self.submit(page)
        self.appears(page, "#right")
        self.looks(page, "enrol-invitation")
        page.do("await page.click('#right');")
        self.way_in(page, "awa", AWA, "CENTIF-02")
        self.read_back(page)
        self.appears(page, ".digits")
        self.looks(page, "enrol-digits")
        self.digits["awa"] = page.do("return page.locator('.digits').innerText();")
        shown = screens_counted(page)
        assert len(shown) <= 4, shown

    def approves(self):
        """The first one sees the same digits, admits the second, and the authority can send."""
        moussa, awa = self.people["moussa"], self.people["awa"]
        self.appears(moussa, "#digits", 120)
        assert " ".join(moussa.do("return page.locator('.digits').innerText();").split()) == " ".join(self.digits["awa"].split())
        moussa.fill("digits", "00000 00000 00000 00000")
        self.submit(moussa, "last")
        self.appears(moussa, ".error-summary")
        moussa.fill("digits", self.digits["awa"])
        self.submit(moussa, "last")
        moussa.see("has two access managers and can send", seconds=120)
        self.goes_on_by_itself(awa)

    def reply_sheet(self):
        """The founder's sixth and last screen is the reply sheet with the fingerprint, and then the work."""
        page = self.people["moussa"]
        page.press("Continue")
        self.appears(page, ".digits")
        digits = page.do("return page.locator('.digits').innerText();").split()
        assert len(digits) == 8 and all(len(one) == 5 for one in digits), digits
        self.looks(page, "founding-reply")
        page.do("await page.emulateMedia({ media: 'print' }); await page.screenshot({ path: args[0], fullPage: true }); await page.emulateMedia({ media: null });",
                str(screenshots_folder() / f"account-founding-reply.{page.language}.print.png"))
        shown = screens_counted(page)
        assert len(shown) <= 6, shown

    def officer(self):
        """A case officer enrols in at most four screens, and the page of files opens."""
        awa = self.people["awa"]
        awa.go("/people/invite")
        awa.do("await page.waitForSelector('main form');")
        awa.do("await page.locator('input[type=radio][value=officer]').check();")
        self.submit(awa, "last")
        awa.do("await page.waitForSelector('.secret-text, main .code', { timeout: 90000 });")
        self.looks(awa, "people-invitation")
        code = awa.do("return page.evaluate(() => [...document.querySelectorAll('main *')].map((one) => one.childElementCount ? '' : one.textContent.trim())"
                      ".find((text) => /^([0-9A-Z]{4}[ -]){6}[0-9A-Z]{4}$/.test(text)) ?? '');")
        assert code, awa.text()
        page = self.person("fatou", self.other)
        page.load("/enrol")
        count_screens(page)
        page.fill("code", code)
        self.submit(page)
        self.appears(page, "#right")
        page.do("await page.click('#right');")
        self.way_in(page, "fatou", "sept barques rentrent avant la brume", "CENTIF-07")
        self.read_back(page)
        self.appears(page, ".digits")
        digits = page.do("return page.locator('.digits').innerText();")
        shown = screens_counted(page)
        assert len(shown) <= 4, shown
        # Too early: the account does not open before it is admitted, and the page waits without asking for anything.
        page.see("Waiting for your access manager")
        assert page.do("return page.locator('#totp, #passphrase').count();") == 0
        self.looks(page, "enrol-waits")
        awa.go("/people")
        awa.follow("Compare and approve", seconds=90)
        awa.do("await page.fill('main input[id^=digits-]', args[0], { timeout: 90000 });", digits)
        self.submit(awa, "last")
        awa.do("await page.locator('.notice.good').first().waitFor({ timeout: 90000 });")
        self.goes_on_by_itself(page)

    # Staying in --------------------------------------------------------------------------------------------------------

    def locks(self):
        """Locking leaves nothing; the passphrase alone unlocks while the session is there, also after a reload."""
        page = self.people["fatou"]
        page.press("Lock")
        page.see_heading("Locked")
        self.looks(page, "locked")
        page.unlock()
        page.load("/account")
        page.see_heading("Locked")
        page.unlock()
        page.see_heading("Your account", 60)

    def wrong_passphrase(self):
        """A wrong passphrase is refused in words, in the summary and at the field, and the field is empty again."""
        page = self.people["fatou"]
        page.load("/account")
        page.fill("passphrase", "not this one at all")
        self.submit(page)
        self.appears(page, ".error-summary a[href='#passphrase']")
        assert page.do("return page.inputValue('#passphrase');") == ""
        assert page.do("return page.evaluate(() => document.activeElement.classList.contains('error-summary'));")
        self.looks(page, "wrong-passphrase")
        page.unlock()

    def type_sheet(self, page, kit, user, knows):
        page.load("/recovery-sheet")
        page.fill("user-name", user)
        page.fill("account-key", kit["account-key"].lower().replace("-", " "))
        page.fill("kit-secret", kit["kit-secret"])
        page.do("await page.locator(`input[name=knows][value=${args[0]}]`).check();", {True: "yes", False: "no"}.get(knows, knows))
        self.submit(page)

    def lost_device(self):
        """On another computer the sheet, the passphrase and the second factor open the account; the sheet stays valid."""
        fatou, page = self.people["fatou"], self.person("fatou-elsewhere", self.other)
        page.secret, page.passphrase, page.last_step, page.user = fatou.secret, fatou.passphrase, fatou.last_step, "fatou"
        self.type_sheet(page, {**fatou.kit, "kit-secret": fatou.kit["account-key"]}, "fatou", True)
        self.appears(page, "#passphrase, .error-summary")
        self.type_sheet(page, fatou.kit, "fatou", True)
        self.appears(page, "#passphrase")
        page.fill("passphrase", fatou.passphrase)
        page.fill("totp", page.code())
        self.submit(page)
        page.do("await page.waitForURL((url) => url.pathname !== '/recovery-sheet', { timeout: 120000 });")
        fatou.last_step = page.last_step

    def lost_passphrase(self):
        """With sheet and second factor a new passphrase and a new sheet; the old sheet then opens nothing."""
        fatou, page = self.people["fatou"], self.person("fatou-forgot", self.other)
        page.secret, page.last_step, page.user = fatou.secret, fatou.last_step, "fatou"
        self.type_sheet(page, fatou.kit, "fatou", False)
        self.appears(page, "#new-passphrase")
        page.passphrase = "onze fanaux guident le retour du fleuve"
        page.fill("new-passphrase", page.passphrase)
        page.fill("new-passphrase-again", page.passphrase)
        page.fill("totp", page.code())
        self.submit(page)
        self.appears(page, "#read-back")
        self.looks(page, "new-sheet")
        self.read_back(page)
        page.do("await page.waitForURL((url) => url.pathname !== '/recovery-sheet', { timeout: 120000 });")
        old = self.person("old-sheet", self.other)
        self.type_sheet(old, fatou.kit, "fatou", False)
        self.appears(old, "#new-passphrase")
        old.fill("new-passphrase", AWA + " encore")
        old.fill("new-passphrase-again", AWA + " encore")
        old.fill("totp", "000000")
        self.submit(old)
        self.appears(old, ".error-summary")
        self.people["fatou"] = page

    def sheets(self):
        """The sheet one has can be tried; a wrong one is said to be wrong."""
        page = self.people["fatou"]
        page.go("/account/recovery-sheet")
        page.press("Try my sheet")
        page.fill("account-key", page.kit["account-key"])
        page.fill("kit-secret", page.kit["account-key"])
        self.submit(page)
        self.appears(page, ".error-summary")
        page.fill("kit-secret", page.kit["kit-secret"])
        self.submit(page)
        page.see_heading("The sheet is good", 60)

    def passphrase(self):
        """A new passphrase, given with the old one, is the one that unlocks."""
        page = self.people["fatou"]
        page.go("/account/passphrase")
        fresh = "quatre vents portent la barque au large"
        page.fill("old-passphrase", page.passphrase)
        page.fill("new-passphrase", fresh)
        page.fill("new-passphrase-again", fresh)
        self.submit(page)
        page.see("Your passphrase is changed", seconds=90)
        page.passphrase = fresh
        page.press("Lock")
        page.unlock()

    def sessions(self):
        """Everybody sees his own sessions and can end another one."""
        page, other = self.people["fatou"], self.person("fatou-second", self.other)
        other.secret, other.last_step, other.user, other.passphrase = page.secret, page.last_step, "fatou", page.passphrase
        self.type_sheet(other, page.kit, "fatou", True)
        self.appears(other, "#passphrase")
        other.fill("passphrase", other.passphrase)
        other.fill("totp", other.code())
        self.submit(other)
        other.do("await page.waitForURL((url) => url.pathname !== '/recovery-sheet', { timeout: 120000 });")
        page.last_step = other.last_step
        page.go("/account/sessions")
        page.see("This one")
        before = page.do("return page.locator('tbody tr').count();")
        assert before >= 2, before
        page.do("await page.getByRole('button', { name: args[1] }).first().click(); "
                "await page.waitForFunction((many) => document.querySelectorAll('tbody tr').length < many, args[0], { timeout: 90000 });", before, page.words("End"))

    def mails(self):
        """Messages by e-mail are switched on with quiet hours, stand there after a reload in the reader's own hours, and are stopped."""
        page = self.people["fatou"]
        page.go("/account/mails")
        page.see("No messages are sent to you")
        self.submit(page)
        self.appears(page, ".error-summary a[href='#address']")
        page.fill("address", "fatou")
        page.do("await page.locator('#every').selectOption('86400'); await page.locator('#quiet').check();")
        page.fill("quiet-from", "20h30")
        page.fill("quiet-until", "25:00")
        self.submit(page)
        self.appears(page, ".error-summary a[href='#quiet-until']")
        page.fill("quiet-until", "7h")
        self.submit(page)
        page.see("This is no e-mail address")
        page.fill("address", "fatou@centif.example")
        self.submit(page)
        page.see(f"Messages go to {as_is('fatou@centif.example')}")
        page.go("/account")
        page.go("/account/mails")
        self.appears(page, "#quiet-from")
        shown = page.do("return page.evaluate(() => ['address', 'every', 'quiet-from', 'quiet-until'].map((id) => document.getElementById(id).value));")
        assert shown == ["fatou@centif.example", "86400", "20:30", "07:00"], shown
        page.press("Send no more messages")
        page.see("No more messages are sent to you")

    # Administering -----------------------------------------------------------------------------------------------------

    def suspends(self):
        """The administrator suspends an account with a reason, whose sign-in is then refused, and lifts it."""
        admin, page = self.people["administrator"], self.people["fatou"]
        for act, done in (("suspend", f"{as_is('fatou')} is suspended"), ("resume", f"suspension of {as_is('fatou')} is lifted")):
            admin.go("/admin/accounts")
            admin.fill("user-name", "fatou")
            admin.do("await page.locator(`input[name=act][value=${args[0]}]`).check();", act)
            self.submit(admin)
            self.appears(admin, ".error-summary a[href='#reason']")
            admin.fill("reason", "telephone lost, reported by the access manager")
            self.submit(admin)
            admin.see(done)
            if act == "suspend":
                page.load("/account")
                page.fill("passphrase", page.passphrase)
                self.submit(page)
                self.appears(page, ".error-summary, #totp")

    def counts(self):
        """Sessions, audit and health are there for the administrator; a member's screens are not."""
        page = self.people["administrator"]
        for path, heading in (("/admin/sessions", "Sessions"), ("/admin/audit", "Audit"), ("/admin/health", "Health")):
            page.go(path)
            page.see_heading(heading)
            page.do("await page.waitForFunction(() => !document.querySelector('main [role=status].soft'), null, { timeout: 90000 });")
            self.looks(page, f"admin{path.replace('/', '-')}")
        page.go("/inbox")
        page.see_heading("Page not found")

    def keyboard(self):
        """With the keyboard alone: skip link, sign-in page to unlocking, and the focus is always to be seen."""
        page = self.people["awa"]
        page.load("/sign-in")
        page.do("await page.keyboard.press('Tab');")
        assert page.do("return page.evaluate(() => document.activeElement.className);") == "skip"
        page.do("await page.keyboard.press('Enter');")
        assert page.do("return page.evaluate(() => document.activeElement.id);") == "main"
        for _ in range(12):
            page.do("await page.keyboard.press('Tab');")
            visible = page.do("return page.evaluate(() => { const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' || document.activeElement === document.body; });")
            assert visible, page.do("return page.evaluate(() => document.activeElement.outerHTML.slice(0, 200));")
            if page.do("return page.evaluate(() => document.activeElement.id);") == "passphrase":
                break
        page.do("await page.keyboard.type(args[0]); await page.keyboard.press('Enter');", page.passphrase)
        page.do("await page.locator('#passphrase').waitFor({ state: 'detached', timeout: 90000 });")
        page.do("await page.waitForFunction(() => ['screen-title', 'main'].includes(document.activeElement?.id), null, { timeout: 90000 });")
