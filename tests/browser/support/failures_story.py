"""What can go wrong, brought about, a function a failure; each in English and in French."""
import time

from cast import PROSECUTOR, STATES, Cast, items
from documents import seeded_file
from looks import look
from page_story import PageStory
from sentences import LANGUAGES, pieces, plain, say

PASSPHRASE = "quinze tambours oublient la neige d'avril"


class FailuresStory(PageStory):
    NEEDED = ("begin", "enrol", "arrives")

    def __init__(self, folder, browser):
        super().__init__(folder, browser, "failure")
        self.cast = None

    def all(self):
        return (self.begin, self.enrol, self.arrives, self.network, self.server_down, self.disk_full, self.looked)

    def end(self):
        if self.cast:
            self.cast.sign_out_all()
        super().end()

    # Around it ----------------------------------------------------------------------------------------------------------

    def in_both(self, provoke):
        try:
            for language in LANGUAGES:
                self.speak(self.page, language)
                provoke(language)
        finally:
            # Whatever was broken is whole again for the next failure.
            self.page.do("await context.setOffline(false); await page.unrouteAll({ behavior: 'ignoreErrors' });")
            if self.server.process.poll() is not None:
                self.server.start_alone()
                self.server.wait_ready()
        self.speak(self.page, "en")

    @staticmethod
    def speak(page, language):
        page.do("const other = page.locator(`header button[lang=${args[0]}]`); if (await other.count()) await other.first().click();"
                "await page.waitForFunction((wanted) => document.documentElement.lang === wanted, args[0]);", language)

    @staticmethod
    def everything(page):
        return plain(page.browser.ask(page.who, "return page.evaluate(() => document.body.innerText);"))

    def read(self, page, language, *keys, seconds=60, **values):
        """Waits until each sentence of the catalogue stands on the screen, word for word."""
        wanted = [piece for key in keys for piece in pieces(say(language, key, **values))]
        until = time.monotonic() + seconds
        while missing := [piece for piece in wanted if piece not in self.everything(page)]:
            assert time.monotonic() < until, f"{language}: not to be read: {missing}\nThe page shows:\n{self.everything(page)[:2500]}"
            time.sleep(0.2)

    def failed(self, page, language, name, said=None, **values):
        """The box of a failure: its title, what the trusted end said, the advice; and its picture."""
        keys = [f"failure.{name}.title", f"failure.{name}.advice", *([f"error.{said}"] if said else [])]
        self.read(page, language, *keys, **values)
        self.pictured(page, f"{name}.{language}")

    def pictured(self, page, name):
        self.wrong += look(page, f"failure-{name}", widths=(320, 1440), schemes=("light",))

    def press_action(self, page, language, action):
        page.do("await page.locator('main .notice button', { hasText: args[0] }).first().click({ timeout: 20000 });", self.told(language, f"failure.action.{action}"))

    @staticmethod
    def told(language, key):
        return say(language, key)

    def heading(self, page, language, key, seconds=60):
        page.see_heading(say(language, key), seconds)

    def document(self, name, size, seed=5):
        (self.folder / "documents").mkdir(exist_ok=True)
        return seeded_file(self.folder / "documents" / name, size, seed)

    # Sending, without words of any language -------------------------------------------------------------------------------

    def compose(self, title, message, files=()):
        """The journey up to its review page."""
        page = self.page
        page.go("/inbox")
        page.go("/send")
        self.appears(page, "#find, #title")
        page.do("await page.waitForTimeout(300);")
        if page.do("return page.locator('main .notice .plain-button').count();"):  # what an earlier attempt had written
            page.do("await page.locator('main .notice .plain-button').first().click(); await page.waitForSelector('#find');")
        page.do("await page.getByLabel('Office of the Prosecutor').first().check({ timeout: 30000 });")
        self.submit(page)
        self.appears(page, "input[name=preset]")
        page.do("await page.locator('input[name=preset][value=evidence]').check();")
        self.submit(page)
        self.appears(page, "#title")
        page.fill("title", title)
        page.fill("message", message)
        if files:
            page.give_files("files", files)
        self.submit(page)
        self.appears(page, "main .summary")

    def send(self):
        self.page.do("await page.locator('main .buttons button').first().click();")

    def still_typed(self, language, title, message):
        """Back on the review page everything typed stands there."""
        self.page.press(say(language, "send.to_review"))
        self.appears(self.page, "main .summary")
        shown = self.everything(self.page)
        assert title in shown and message in shown, shown

    def sent(self, language, seconds=90):
        self.heading(self.page, language, "send.title.sent", seconds)

    # The beginning --------------------------------------------------------------------------------------------------------

    def begin(self):
        """A server with its pages, Senegal and the Prosecutor at the command line."""
        self.serve()
        self.cast = Cast(self.folder, self.server)
        self.cast.administrator()
        self.cast.registry_founds()
        self.cast.parties_found([STATES[0], *PROSECUTOR])
        self.cast.pin_everybody()
        self.cast.join("OTP2", "otp.2", self.cast["OTP1"], "custodian")

    def enrol(self):
        """An access manager of Senegal enrols in the page."""
        inviter = self.cast["SEN1"]
        code = self.folder / "page-code.txt"
        inviter.run("member", "invite", "--role", "custodian", "--code-out", code)
        self.page = self.person("awa", "en")
        digits = self.page.enrol(code.read_text().strip(), self.cast.sheet, "sen.crf.9", "CRF-09", PASSPHRASE)
        pending = [p for p in items(inviter.run("member", "pending")) if p["comparison_digits"].split() == digits.split()]
        inviter.run("member", "approve", pending[0]["invitation"], "--digits", digits)
        self.page.open()

    def arrives(self):
        """The Prosecutor sends two documents, which are opened."""
        self.received = [self.document("annexe.bin", 700_000), self.document("archive.bin", 24_000_000, 6)]
        sent = self.cast["OTP1"].run("send", *self.received, "--to", "SEN", "--title", "Pièces", "--onward", "free", "--yes")
        self.chain = items(sent)[0]["dossier"]
        self.page.load("/inbox")
        self.page.unlock()
        self.page.go(f"/files/{self.chain}/items/1")
        self.page.do("const box = page.locator('#agreed'); await box.or(page.getByText('annexe.bin')).first().waitFor({ timeout: 60000 }); if (await box.count()) await box.check();")
        if not self.page.shows("annexe.bin"):
            self.page.press("Open")
        self.page.see("annexe.bin", seconds=60)

    # The failures ---------------------------------------------------------------------------------------------------------

    def network(self):
        """The line is cut: “No connection”; with the line back, “Try again” sends it."""
        def provoke(language):
            self.compose("Coupure", "Rien ne se perd.")
            self.page.do("await context.setOffline(true);")
            self.send()
            self.failed(self.page, language, "network", "client.connection_lost")
            self.still_typed(language, "Coupure", "Rien ne se perd.")
            self.send()
            self.failed(self.page, language, "network", "client.connection_lost")
            self.page.do("await context.setOffline(false);")
            self.press_action(self.page, language, "again")
            self.sent(language)
        self.in_both(provoke)

    def server_down(self):
        """The network is there and the server is not: “The server does not answer”; once it is back, “Try again” sends."""
        def provoke(language):
            self.compose("Panne", "Le serveur est arrêté.")
            self.server.stop_alone()
            self.send()
            self.failed(self.page, language, "server", "client.connection_lost")
            self.still_typed(language, "Panne", "Le serveur est arrêté.")
            self.send()
            self.failed(self.page, language, "server", "client.connection_lost")
            self.server.start_alone()
            self.server.wait_ready()
            self.press_action(self.page, language, "again")
            self.sent(language)
        self.in_both(provoke)

    def disk_full(self):
        """The disk is full where the browser keeps what is sealed: told as such; with room again it is sent, and nothing typed was lost."""
        large = self.document("volumineux.bin", 12_000_000, 10)

        def provoke(language):
            self.compose("Disque plein", "Il n’y a plus de place.", [large])
            self.quota(1_500_000)
            self.send()
            self.read(self.page, language, "failure.quota.title", "failure.quota.advice", seconds=90)
            self.pictured(self.page, f"quota.{language}")
            self.still_typed(language, "Disque plein", "Il n’y a plus de place.")
            self.send()
            self.read(self.page, language, "failure.quota.title", seconds=90)
            self.press_action(self.page, language, "free_space")
            self.heading(self.page, language, "unfinished.title")
            self.quota(None)
            self.drop_unfinished()
            self.compose("Disque plein", "Il y en a de nouveau.", [large])
            self.send()
            self.sent(language, 180)
        self.in_both(provoke)

    def quota(self, size):
        """What the browser may use of the disk for this site (DevTools protocol)."""
        self.page.do("page.devtools ??= await context.newCDPSession(page);"
                     "await page.devtools.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, ...(args[0] === null ? {} : { quotaSize: args[0] }) });", size)

    def drop_unfinished(self):
        """Gives up what lies under “Unfinished transmissions”."""
        self.page.go("/inbox")
        self.page.go("/unfinished")
        self.page.do("""await page.waitForFunction(() => !document.querySelector('main [role=status].soft'), null, { timeout: 30000 });
            for (let turn = 0; turn < 6; turn += 1) {
              const drop = page.locator('main button.quiet, main button.danger, main .drop button').first();
              if (!(await drop.count())) break;
              await drop.click();
              const sure = page.locator('dialog[open] button.danger').first();
              if (await sure.count()) await sure.click();
              await page.waitForTimeout(500);
            }""")
