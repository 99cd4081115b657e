"""Somebody has the printed recovery sheet and nothing else: steps of the account's story, at the page and with clocks that go on."""
import shutil
import subprocess

from cases import Skip
from page_story import later
from wording import as_is


class SheetAloneSteps:
    def sheet_alone_told(self):
        """An access manager who stays in is told within minutes that a member of the authority comes in by the sheet alone, and puts it away"""
        manager, owner, alone = self.people["awa"], self.people["fatou"], self.person("with-fatous-sheet", self.other)
        manager.go("/inbox")
        assert not manager.do("return page.locator('.banner.alarm').count();"), manager.text()
        self.type_sheet(alone, owner.kit, "fatou", "factor")
        self.appears(alone, "main time")
        manager.do("await page.locator('.banner.alarm', { hasText: args[0] }).waitFor({ timeout: 240000 });",
                   manager.words(f"{as_is('CENTIF-07')} is coming in with the recovery sheet alone"))
        self.looks(manager, "colleague-sheet")
        manager.press("Seen")
        manager.do("await page.locator('.banner.alarm').waitFor({ state: 'detached', timeout: 90000 });")
        alone.do("await context.close();")
        del self.people[alone.who]

    def sheet_alone(self):
        """The sheet alone waits 72 hours, asked again no longer; its owner ends it by signing in, and is told."""
        if shutil.which("faketime") is None:
            raise Skip("faketime is not installed")
        owner, alone = self.people["administrator"], self.person("alone", self.other)
        until = self.by_sheet_alone(alone, owner.kit)
        self.looks(alone, "sheet-waits")
        assert self.by_sheet_alone(alone, owner.kit) == until, "asked again, it waits longer"
        other = self.sign_in_with_everything(owner)
        other.do("await page.locator('.banner.alarm').waitFor({ timeout: 90000 });")
        self.looks(other, "sheet-tried")
        other.press("It was me")
        other.do("await page.locator('.banner.alarm').waitFor({ state: 'detached', timeout: 90000 });")
        assert self.by_sheet_alone(alone, owner.kit) > until, "it was not ended"

    def sheet_alone_after(self):
        """After 72 hours the sheet alone sets passphrase and second factor anew, once."""
        if shutil.which("faketime") is None:
            raise Skip("faketime is not installed")
        owner, alone = self.people["administrator"], self.people["alone"]
        self.people = {"alone": alone}  # everybody else has gone home
        self.days_later(73, alone)
        self.type_sheet(alone, owner.kit, owner.user, "factor")
        self.appears(alone, "#new-passphrase")
        self.appears(alone, ".qr")
        self.looks(alone, "sheet-alone")
        alone.user, alone.passphrase = owner.user, "cinq rameurs saluent le phare éteint"
        alone.secret = alone.do("return page.locator('#totp-secret').textContent();").strip()
        alone.fill("new-passphrase", alone.passphrase)
        alone.fill("new-passphrase-again", alone.passphrase)
        alone.fill("totp", "000000")
        self.submit(alone)
        self.appears(alone, ".error-summary a[href='#totp']")
        alone.fill("totp", alone.code())
        self.submit(alone)
        self.appears(alone, "#read-back")
        self.read_back(alone)
        alone.do("await page.waitForURL((url) => url.pathname !== '/recovery-sheet', { timeout: 120000 });")
        assert alone.do("return page.locator('.banner.alarm').count();") == 0
        old = self.person("old-sheet-alone", self.other)
        self.type_sheet(old, owner.kit, owner.user, "factor")
        self.appears(old, ".error-summary")

    def by_sheet_alone(self, page, kit):
        """Until when it waits."""
        self.type_sheet(page, kit, self.people["administrator"].user, "factor")
        self.appears(page, "main time")
        page.see_heading("You have to wait")
        return page.do("return page.locator('main time').first().getAttribute('datetime');")

    def sign_in_with_everything(self, owner):
        other = self.person("owner-works")
        other.secret, other.last_step, other.user, other.passphrase = owner.secret, owner.last_step, owner.user, owner.passphrase
        self.type_sheet(other, owner.kit, owner.user, True)
        self.appears(other, "#passphrase")
        other.fill("passphrase", other.passphrase)
        other.fill("totp", other.code())
        self.submit(other)
        other.do("await page.waitForURL((url) => url.pathname !== '/recovery-sheet', { timeout: 120000 });")
        owner.last_step = other.last_step
        return other

    def days_later(self, hours, page):
        """The server's clock goes on, and the one of this person's computer."""
        preload = subprocess.run(["faketime", "-f", f"+{hours}h", "printenv", "LD_PRELOAD"], check=True, capture_output=True, text=True).stdout.strip()
        self.server.stop()
        self.server.start(LD_PRELOAD=preload, FAKETIME=f"+{hours}h", FAKETIME_DONT_FAKE_MONOTONIC="1")
        page.do("await context.unrouteAll({ behavior: 'ignoreErrors' });")
        later(page, hours)
