"""The access manager's rarer days, mixed into the story of the working screens: many invitations, a role, new keys, where a file may be
saved, what was missed, and a server that was set back. Each checks what the other end then sees."""
import pathlib
import shutil
import tarfile

from cast import items
from documents import same_bytes
from wording import as_is


class Managing:
    def member_row(self, name):
        return next(one for one in items(self.cast["SEN1"].run("member", "list")) if one["display_name"] == name)

    # People ---------------------------------------------------------------------------------------------------------------

    def invites_many(self):
        """Two are invited from one list; a wrong line is named, each code is another, and one of them is taken up and one cancelled."""
        page = self.page
        page.go("/people/invite-many")
        for text, words in (("", "The list is empty."), ("CRF-20;case officer\nCRF-21;king", f"Line {as_is(2)}"),
                            ("\n".join(f"CRF-{n};reader" for n in range(21)), "21 people are more than 20")):
            page.fill("list", text)
            page.press("Continue")
            page.do("await page.locator('.error-summary').filter({ hasText: args[0] }).waitFor();", page.words(words))
        page.fill("list", "CRF-20;case officer\nCRF-21;reader")
        page.press("Continue")
        page.see("2 people are on the list", as_is("CRF-20"), "case officer", "reader")
        page.press("Make 2 codes")
        page.do("await page.waitForFunction(() => document.querySelectorAll('[data-test=invitation-code]').length === 2, null, { timeout: 90000 });")
        self.shot("invitations")
        codes = [code.replace(" ", "") for code in page.do("return page.locator('[data-test=invitation-code]').allInnerTexts();")]
        assert len(set(codes)) == 2, "two people have one code"
        invitee = self.cast.person("SEN6", "sen.crf.6")
        code_file = invitee.folder / "code.txt"
        code_file.write_text(codes[0] + "\n")
        answered = self.cast.answer(invitee, code_file)
        page.go("/inbox")
        page.go("/people")
        page.do("await page.locator('.pending li', { hasText: 'sen.crf.6' }).waitFor({ timeout: 90000 });")
        page.do("await page.locator('.pending li').filter({ hasNotText: 'sen.crf.6' }).getByRole('button', { name: args[0] }).first().click();", page.words("Cancel"))
        page.do("await page.locator('dialog[open] button.danger').click(); await page.locator('dialog[open]').waitFor({ state: 'detached' });")
        second = self.cast.person("SEN7", "sen.crf.7")
        second_file = second.folder / "code.txt"
        second_file.write_text(codes[1] + "\n")
        late = second.run("enrol", "--server", self.server.url, "--sheet", self.cast.sheet, "--code-file", second_file, "--user", "sen.crf.7", "--display-name",
                          "sen.crf.7", "--totp-secret-file", second.totp_secret_file, "--kit-out", second.kit, expect=None)
        assert late.code != 0, "a cancelled invitation is taken up"
        page.go("/inbox")
        page.go("/people")
        page.follow("Compare and approve", exact=False, seconds=90)
        page.do("await page.locator('main input[inputmode=numeric]').first().fill(args[0], { timeout: 90000 });", answered.json["comparison_digits"])
        page.press("The digits agree: approve")
        page.see(f"{as_is('sen.crf.6')} is in.", seconds=90)
        invitee.sign_in()

    def changes_role(self):
        """An officer becomes a reader: the command line of that person may look and not send."""
        page = self.page
        page.go("/inbox")
        page.go("/people")
        page.follow(as_is("sen.crf.6"), exact=False, seconds=90)
        page.see_heading(f"Change the role of {as_is('sen.crf.6')}")
        page.see("Now: case officer.")
        page.press("Change the role")
        page.do("await page.locator('.error-summary').waitFor();")
        page.choose("reader")
        page.press("Change the role")
        page.see(f"{as_is('sen.crf.6')} is now reader.", seconds=90)
        assert self.member_row("sen.crf.6")["role"] == "reader"
        refused = self.cast["SEN6"].run("send", self.report, "--to", "X-OTP", "--yes", expect=None)
        assert refused.code != 0, "a reader has sent"
        assert items(self.cast["SEN6"].run("dossier", "list")), "a reader sees nothing"

    def new_keys(self):
        """New keys for herself and for the authority: old material opens as before, and what follows is under the new ones."""
        page = self.page
        page.go("/people/new-keys")
        page.press("Make my new keys")
        page.do("await page.locator('.error-summary').waitFor();")
        page.fill("passphrase", page.passphrase)
        page.press("Make my new keys")
        page.see("You have new keys.", seconds=90)
        page.go("/people/authority-keys")
        page.see("Your authority gets new keys")
        page.press("Make new keys")
        page.do("await page.locator('.error-summary').waitFor();")
        page.choose("I have understood what will happen")
        page.press("Make new keys")
        page.see("Your authority has new keys.", seconds=180)
        self.shot("authority-keys")
        self.cast["OTP1"].run("add", self.chain, self.table, "--message", "Sous les nouvelles clés.", "--title", "Nouvelle clé", "--yes")
        seq = self.cast["OTP1"].run("dossier", "show", self.chain).json["entries"][-1]["seq"]
        self.open_item(self.chain, seq, "Nouvelle clé")

    def open_item(self, chain, seq, title):
        page = self.page
        page.load("/inbox")
        page.unlock()
        page.go(f"/files/{chain}/items/{seq}")
        # What was opened before the reload is opened still.
        page.do("await page.locator('#agreed').or(page.locator('h2', { hasText: args[0] })).first().waitFor({ timeout: 90000 });"
                "if (!await page.locator('#agreed').count()) return;"
                "await page.locator('#agreed').check(); await page.getByRole('button', { name: args[1], exact: true }).click();", page.words("Documents"), page.words("Open", True))
        page.see(as_is(title), seconds=90)

    # Without a mouse, and in the other language -------------------------------------------------------------------------------------------

    def keyboard_reads(self):
        """What arrived is found, opened, saved and checked with the keyboard alone."""
        page, sender = self.page, self.cast["OTP1"]
        sent = items(sender.run("send", self.table, "--to", "SEN", "--title", "Sans souris", "--onward", "participants_only", "--yes"))[0]["dossier"]
        page.load("/inbox")
        page.reach("#passphrase")
        page.type(page.passphrase)
        page.strike("Enter")
        page.do("await page.locator('#passphrase').waitFor({ state: 'detached', timeout: 120000 });")
        page.do("await page.locator(`main a[href*='${args[0]}']`).first().waitFor({ timeout: 90000 });", sent)
        page.reach("Not opened yet")
        page.strike("Enter")
        page.see("What happened", seconds=90)
        page.reach("Open")
        page.strike("Enter")
        page.do("await page.locator('#agreed').waitFor({ timeout: 90000 });")
        page.reach("#agreed")
        page.strike("Space")
        page.reach("Open")
        page.strike("Enter")
        page.see(as_is("Sans souris"), seconds=90)
        page.reach(f"Save {as_is(self.table.name)}")
        page.strike("Enter")
        page.see_heading("Save a document")
        if page.do("return page.locator('#agreed').count();"):
            page.reach("#agreed")
            page.strike("Space")
        count = len(page.downloads(0))
        page.reach("Save to the browser’s downloads")
        page.strike("Enter")
        page.see("Saved and checked", seconds=90)
        assert any(same_bytes(one["path"], self.table) for one in page.downloads(count + 1)[count:]), "other bytes were saved"
        page.go(f"/files/{sent}/check")
        page.reach("Check", exact=True)
        page.strike("Enter")
        page.see("Everything holds.", seconds=90)

    def officers_day(self):
        """Another language from the invitation on: an officer enrols, sends, opens what comes back, saves and checks it."""
        inviter, sender = self.cast["SEN1"], self.cast["OTP1"]
        code_file = self.folder / "officers-code.txt"
        inviter.run("member", "invite", "--role", "officer", "--code-out", code_file)
        page = self.browser.page("mariama", self.server.url, self.other, timezoneId="Africa/Dakar")
        passphrase = "seize barques attendent la fin de l'orage"
        digits = page.enrol(code_file.read_text().strip(), self.cast.sheet, "sen.crf.10", "CRF-10", passphrase)
        pending = [p for p in items(inviter.run("member", "pending")) if p["comparison_digits"].split() == digits.split()]
        inviter.run("member", "approve", pending[0]["invitation"], "--digits", digits)
        page.open()
        page.see_heading("Files")
        page.go("/send")
        page.see_heading("To whom do you send?")
        page.choose("Office of the Prosecutor")
        page.press("Continue")
        page.choose("Lead only, not evidence (Art. 93(8)(b))")
        page.press("Continue")
        page.give_files("files", [self.report])
        page.fill("title", "Premier envoi de Mariama")
        page.fill("message", "À titre confidentiel.")
        page.press("Continue")
        page.see("will be able to read", "Office of the Prosecutor")
        page.press("Seal and send")
        page.see_heading("Sent", seconds=90)
        chain = page.do("return page.locator('.notice a').first().getAttribute('href');").rsplit("/", 1)[1]
        out = self.folder / "received-officer"
        sender.run("get", chain, "--out", out)
        assert same_bytes(next(out.rglob(self.report.name)), self.report)
        sender.run("add", chain, self.table, "--title", "Réponse à Mariama", "--yes")
        seq = sender.run("dossier", "show", chain).json["entries"][-1]["seq"]
        page.go("/inbox")
        page.go(f"/files/{chain}")
        page.see("What happened", seconds=90)
        page.go(f"/files/{chain}/items/{seq}")
        page.do("await page.locator('#agreed').check({ timeout: 90000 });")
        page.press("Open")
        page.see(as_is("Réponse à Mariama"), as_is(self.table.name), seconds=90)
        page.follow(f"Save {as_is(self.table.name)}")
        if page.do("await page.locator('h1', { hasText: args[0] }).waitFor(); return page.locator('#agreed').count();", page.words("Save a document")):
            page.do("await page.check('#agreed');")
        page.press("Save to the browser’s downloads")
        page.see("Saved and checked", seconds=90)
        assert any(same_bytes(one["path"], self.table) for one in page.downloads(1)), "other bytes were saved"
        page.go(f"/files/{chain}/check")
        page.press("Check")
        page.see("Everything holds.", seconds=90)
        found = page.axe() + page.troubles()
        assert not found, found
        page.do("await context.close();")

    # Where files go ---------------------------------------------------------------------------------------------------------

    def places(self):
        """A file goes into a folder or file that was picked, or to the downloads without private storage; a closed picker leaves nothing."""
        page = self.page
        self.open_item(self.chain, 1, "Comptes de la société Baobab")
        page.do("""await page.evaluate(() => {
            const picked = async () => (await navigator.storage.getDirectory()).getDirectoryHandle('picked', { create: true });
            window.showDirectoryPicker = () => (window.closed_picker ? Promise.reject(new DOMException('', 'AbortError')) : picked());
            window.inside = async () => {
              const out = {};
              for await (const [name, handle] of (await picked()).entries()) {
                const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
                out[name] = Array.from(bytes);
              }
              return out;
            };
          });""")
        for closed in (True, False):
            page.do("await page.evaluate((closed) => { window.closed_picker = closed; }, args[0]);", closed)
            self.to_save(self.report.name)
            page.press("Choose a folder and save")
            if closed:
                page.do("await page.getByRole('button', { name: args[0] }).waitFor();", page.words("Choose a folder and save"))
                assert not page.do("return page.locator('.error-summary, main [role=alert]').count();"), page.text()
                assert page.do("return page.evaluate(() => inside());") == {}
            else:
                page.see("Saved and checked", seconds=90)
        inside = {name: bytes(content) for name, content in page.do("return page.evaluate(() => inside());").items()}
        assert inside.pop(self.report.name) == self.report.read_bytes(), inside.keys()
        assert len(inside) == 1 and "54(3)(e)" in next(iter(inside.values())).decode(), inside.keys()
        # Without private storage, as in some private windows: by way of memory.
        count = len(page.downloads(0))
        page.do("await page.evaluate(() => { navigator.storage.getDirectory = () => Promise.reject(new DOMException('', 'SecurityError')); });")
        self.to_save(self.pdf.name)
        page.press("Save to the browser’s downloads")
        page.see("Saved and checked", seconds=90)
        saved = page.downloads(count + 2)[count:]
        assert any(one["name"] == self.pdf.name and same_bytes(one["path"], self.pdf) for one in saved), saved

    def to_save(self, name):
        page = self.page
        page.go("/inbox")
        page.go(f"/files/{self.chain}/items/1")
        page.follow(f"Save {as_is(name)}", seconds=90)
        page.see("Before you save: restrictions are in force", seconds=90)
        page.choose("I have read the restrictions")

    # After a while ------------------------------------------------------------------------------------------------------------

    def missed(self):
        """After 60 days away the first page is what happened meanwhile, and then the inbox."""
        page = self.page
        page.do("await page.evaluate((user) => localStorage.setItem(`rogatory.last_here.${user}`, String(Math.floor(Date.now() / 1000) - 62 * 86400)), args[0]);", page.user)
        page.load("/inbox")
        page.unlock()
        page.see_heading("Since you were here", 60)
        page.see("Arrived", as_is("Nouvelle clé"))
        self.shot("missed")
        page.press("Go to the files")
        page.see_heading("Files")

    # A server that is set back --------------------------------------------------------------------------------------------------

    def forked(self):
        """A server set back to a former day and grown anew shows another log: nobody is let in, and the evidence can be saved all the same."""
        page, sender = self.page, self.cast["OTP1"]
        places = (self.server.data, sender.profile)

        def copied(name):
            self.cast.sign_out_all()
            self.server.stop_alone()
            copies = {place: self.folder / name / str(at) for at, place in enumerate(places)}
            for place, copy in copies.items():
                shutil.copytree(place, copy)
            return copies

        former = copied("former")
        self.go_on({})
        sender.run("add", self.chain, self.table, "--message", "Une première histoire.", "--yes")
        page.load("/inbox")
        page.unlock()
        page.see_heading("Files")
        page.go(f"/files/{self.chain}")
        page.see("What happened", seconds=90)
        self.true_history = copied("true")
        self.go_on(former)
        for number in range(6):
            sender.run("add", self.chain, self.table, "--message", f"Une autre histoire, {number}.", "--yes")
        page.load("/inbox")
        page.fill("passphrase", page.passphrase)
        page.do("await page.locator('main form button[type=submit]').last().click();"
                "await page.getByText(args[0]).waitFor({ timeout: 120000 });", page.words("ALARM: a check failed that must never fail"))
        page.see("Locked")
        page.follow("What happened, and what to do")
        page.do("await page.locator('.alarms a').first().click({ timeout: 90000 });")
        page.see_heading("Two versions of the public log")
        page.see("What is safe", "What to do now", "Work that signs has stopped on this device")
        assert not page.shows("It has been explained to me"), "whoever passes by may resolve an alarm"
        self.shot("alarm")
        count = len(page.downloads(0))
        page.press("Save the evidence")
        page.see("The evidence is in your downloads")
        saved = page.downloads(count + 1)[-1]["path"]
        with tarfile.open(saved) as archive:
            names = [pathlib.PurePosixPath(one).name for one in archive.getnames()]
        assert {"smaller.note", "larger.note"} <= set(names), names
        verdict = self.cast["FRA1"].run("verify", "evidence", saved).json
        assert verdict["proven"] and verdict["what"] == "log.forked", verdict

    def go_on(self, copies):
        """The server starts with what lies in the copies; the Prosecutor's colleague signs in again."""
        self.cast.sign_out_all()
        self.server.stop_alone()
        for place, copy in copies.items():
            shutil.rmtree(place)
            shutil.copytree(copy, place)
        self.server.start_alone()
        self.server.wait_ready()
        self.cast["OTP1"].sign_in()

    def alarm(self):
        """With the true history back people get in; the alarm still stops what signs, until a person resolves it with reason and word."""
        page = self.page
        self.go_on(self.true_history)
        page.load("/inbox")
        page.unlock()
        page.see_heading("Files", 60)
        page.go("/send")
        page.see("This cannot be done now", "Two versions of the log were shown to this device", seconds=90)
        assert not page.do("return page.locator('main form').count();"), "something can be sent"
        page.go("/alarms")
        page.do("await page.locator('.alarms a').first().click({ timeout: 90000 });")
        page.press("It has been explained to me")
        page.press("Continue")
        page.do("await page.locator('.error-summary').waitFor();")
        page.choose("Both versions have been explained to me")
        page.fill("reason", "Explained by the security officer: the server was set back.")
        page.press("Continue")
        for word in ("yes", page.one("resolved")):
            page.fill("typed", word)
            page.press("Resolve the alarm")
            if word == "yes":
                page.do("await page.locator('.error-summary').waitFor();")
        page.see("This device works as before", seconds=90)
        self.begin_sending(["Office of the Prosecutor"], "May be used as evidence", [], "Après l’alarme", "Peut partir.")
        page.press("Seal and send")
        page.see_heading("Sent", seconds=90)
