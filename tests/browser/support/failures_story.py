"""Everything that can go wrong, brought about, a function a failure; read by the keys of the catalogue."""
import re
import shutil
import time

from cast import PROSECUTOR, STATES, Cast, items
from documents import same_bytes, seeded_file
from looks import look
from page_story import PageStory
from sentences import pieces, plain, say
from wording import as_is

PASSPHRASE = "quinze tambours oublient la neige d'avril"


class FailuresStory(PageStory):
    NEEDED = ("begin", "enrol", "arrives")

    def __init__(self, folder, browser, language):
        super().__init__(folder, browser, language, "failure")
        self.screens = {}  # failure: the whole screen when it was read

    def all(self):
        return (self.begin, self.enrol, self.arrives, self.network, self.cut_while_uploading, self.server_down, self.session_ended, self.disk_full,
                self.no_room_on_server, self.wrong_sheet, self.saving_refused, self.old_browser, self.changed_on_the_way, self.stopped, self.wrong_digits,
                self.wrong_clock, self.two_histories, self.listed, self.looked)

    # Around it ----------------------------------------------------------------------------------------------------------

    def whole_again_after(self, provoke):
        """Whatever is broken is whole again for the next failure."""
        try:
            provoke()
        finally:
            self.page.do("await context.setOffline(false); await page.unrouteAll({ behavior: 'ignoreErrors' });")
            self.quota(None)
            if self.server.process.poll() is not None:
                self.server.start_alone()
                self.server.wait_ready()

    @staticmethod
    def everything(page):
        return plain(page.browser.ask(page.who, "return page.evaluate(() => document.body.innerText);"))

    def read(self, page, *keys, seconds=90, **values):
        """Waits until each sentence of the catalogue stands on the screen, word for word."""
        wanted = [piece for key in keys for piece in pieces(say(self.language, key, **values))]
        until = time.monotonic() + seconds
        while missing := [piece for piece in wanted if piece not in self.everything(page)]:
            assert time.monotonic() < until, f"not to be read: {missing}\nThe page shows:\n{self.everything(page)[:2500]}"
            time.sleep(0.2)

    def told_of(self, page, name, said=None, **values):
        """The box of a failure: its title, what the trusted end said, the advice; and its picture."""
        keys = [f"failure.{name}.title", f"failure.{name}.advice", *([f"error.{said}"] if said else [])]
        self.read(page, *keys, **values)
        self.met(page, name)

    def met(self, page, name, picture=None):
        self.screens[name] = self.everything(page)
        self.pictured(page, picture or name)

    def pictured(self, page, name):
        self.wrong += look(page, f"failure-{name}.{page.language}", widths=(320, 1440), schemes=("light",))

    def press_action(self, page, action):
        page.do("await page.locator('main .notice button', { hasText: args[0] }).first().click({ timeout: 90000 });", say(self.language, f"failure.action.{action}"))

    def heading(self, page, key, seconds=90):
        page.do("await page.locator(`html[lang=${args[2]}] h1`, { hasText: args[0] }).waitFor({ timeout: args[1] });", say(self.language, key), seconds * 1000, self.language)

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
        page.do("await page.waitForTimeout(1500);")
        if page.do("return page.locator('main .notice .plain-button').count();"):  # what an earlier attempt had written
            page.do("await page.locator('main .notice .plain-button').first().click(); await page.waitForSelector('#find');")
        page.do("await page.getByLabel(args[0]).first().check({ timeout: 90000 });", page.words("Office of the Prosecutor"))
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

    def still_typed(self, title, message):
        """Back on the review page everything typed stands there."""
        self.page.press("Back to the review")
        self.appears(self.page, "main .summary")
        shown = self.everything(self.page)
        assert title in shown and message in shown, shown

    def sent(self, seconds=90):
        self.heading(self.page, "send.title.sent", seconds)

    def received_files(self):
        return len(items(self.cast["OTP1"].run("dossier", "list")))

    def newest(self):
        return items(self.cast["OTP1"].run("dossier", "list"))[0]["dossier"]

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
        self.page = self.person("awa")
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
        self.page.do("const box = page.locator('#agreed'); await box.or(page.getByText('annexe.bin')).first().waitFor({ timeout: 90000 }); if (await box.count()) await box.check();")
        if not self.page.shows(as_is("annexe.bin")):
            self.page.press("Open")
        self.page.see(as_is("annexe.bin"), seconds=90)

    # The failures ---------------------------------------------------------------------------------------------------------

    def network(self):
        """The line is cut: “No connection”; with the line back, “Try again” sends it."""
        def provoke():
            self.compose("Coupure", "Rien ne se perd.")
            self.page.do("await context.setOffline(true);")
            self.send()
            self.told_of(self.page, "network", "client.connection_lost")
            self.still_typed("Coupure", "Rien ne se perd.")
            self.send()
            self.told_of(self.page, "network", "client.connection_lost")
            self.page.do("await context.setOffline(false);")
            self.press_action(self.page, "again")
            self.sent()
        self.whole_again_after(provoke)

    def cut_while_uploading(self):
        """The line is cut in the middle of an upload: nothing is lost, and “Try again” goes on from there."""
        large = self.document("gros.bin", 16_000_000, 9)

        def provoke():
            self.compose("En route", "Avec une pièce.", [large])
            self.page.do("""page.pace = 60000;
                await page.route('**/api/v1/uploads/**', async (route) => {
                  const until = Date.now() + page.pace;
                  if (route.request().method() === 'PATCH') while (Date.now() < until && page.pace > 0) await page.waitForTimeout(100).catch(() => undefined);
                  await route.continue().catch(() => undefined);
                });""")
            self.send()
            self.appears(self.page, "main progress", 60)
            self.page.do("await page.waitForTimeout(2000); await context.setOffline(true); page.pace = 0;")
            # What was under way tells how far it came; the order itself, that the line is gone.
            self.read(self.page, "failure.network.title", "failure.network.advice", seconds=120)
            self.pictured(self.page, "cut")
            self.page.do("await context.setOffline(false); await page.unroute('**/api/v1/uploads/**');")
            self.press_action(self.page, "again")
            self.sent(180)
            out = self.folder / "cut"
            self.cast["OTP1"].run("get", self.newest(), "--out", out)
            assert same_bytes(next(out.rglob(large.name)), large)
        self.whole_again_after(provoke)

    def server_down(self):
        """The network is there and the server is not: “The server does not answer”; once it is back, “Try again” sends."""
        def provoke():
            self.compose("Panne", "Le serveur est arrêté.")
            self.server.stop_alone()
            self.send()
            self.told_of(self.page, "server", "client.connection_lost")
            self.still_typed("Panne", "Le serveur est arrêté.")
            self.send()
            self.told_of(self.page, "server", "client.connection_lost")
            self.server.start_alone()
            self.server.wait_ready()
            self.press_action(self.page, "again")
            self.sent()
        self.whole_again_after(provoke)

    def end_sessions(self):
        admin = self.cast["ADMIN"]
        admin.sign_in()
        for one in items(admin.run("admin", "session", "list")):
            if one["user"] == self.page.user:
                admin.run("admin", "session", "end", one["id"])

    def session_ended(self):
        """An administrator ends the session while somebody writes: the page locks and says why; the words are there again, and are sent once."""
        def provoke():
            page = self.page
            before = self.received_files()
            self.compose("Interrompu", "Une longue phrase, pas encore envoyée.")
            page.do("await page.waitForTimeout(5000);")
            self.end_sessions()
            self.send()
            self.read(page, "unlock.why_session_ended", seconds=90)
            self.heading(page, "unlock.title")
            self.met(page, "session")
            page.unlock()
            page.go("/send")
            self.read(page, "writing.again")
            self.appears(page, "#title")
            kept = page.do("return page.evaluate(() => ['title', 'message'].map((id) => document.getElementById(id).value));")
            assert kept == ["Interrompu", "Une longue phrase, pas encore envoyée."], kept
            self.pictured(page, "session-again")
            # What was on its way when the session ended may have arrived: sent again it is the same one.
            self.submit(page)
            self.appears(page, "main .summary")
            self.send()
            self.sent()
            assert self.received_files() == before + 1, "not sent, or twice"
        self.whole_again_after(provoke)

    def disk_full(self):
        """The disk is full where the browser keeps what is sealed: told as such; with room again it is sent, and nothing typed was lost."""
        large = self.document("volumineux.bin", 12_000_000, 10)

        def provoke():
            self.compose("Disque plein", "Il n’y a plus de place.", [large])
            self.quota(1_500_000)
            self.send()
            self.told_of(self.page, "quota", "profile.full")
            self.still_typed("Disque plein", "Il n’y a plus de place.")
            self.send()
            self.told_of(self.page, "quota", "profile.full")
            self.press_action(self.page, "free_space")
            self.heading(self.page, "unfinished.title")
            self.quota(None)
            self.give_up()
            self.compose("Disque plein", "Il y en a de nouveau.", [large])
            self.send()
            self.sent(180)
        self.whole_again_after(provoke)

    def quota(self, size):
        """What the browser may use of the disk for this site (DevTools protocol)."""
        self.page.do("page.devtools ??= await context.newCDPSession(page);"
                     "await page.devtools.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, ...(args[0] === null ? {} : { quotaSize: args[0] }) });", size)

    def give_up(self):
        """Under “Unfinished transmissions”: giving up asks first, “Keep” keeps, and then nothing is left."""
        page = self.page
        self.appears(page, "main .drafts .pair")
        for sure in (False, True, True, True):
            count = page.do("return page.locator('main .drafts li').count();")
            if not count:
                break
            page.do("await page.locator('main .drafts .pair button', { hasText: args[0] }).first().click({ timeout: 90000 });", say(self.language, "unfinished.drop"))
            self.read(page, "unfinished.drop_title", "unfinished.drop_sure")
            page.do("await page.locator('dialog[open] button', { hasText: args[0] }).click();", say(self.language, "unfinished.drop" if sure else "unfinished.keep"))
            page.do("await page.waitForFunction((left) => !document.querySelector('dialog[open]') && document.querySelectorAll('main .drafts li').length === left,"
                    " args[0], { timeout: 90000 });", count - sure)
        self.read(page, "unfinished.none")

    def no_room_on_server(self):
        """The administrator's limit for the State is reached: said with what to do, nothing typed is lost, and with room it is sent."""
        large = self.document("encore.bin", 9_000_000, 12)

        def provoke():
            self.cast["ADMIN"].sign_in()
            self.cast["ADMIN"].run("admin", "party", "quota", "SEN", "--bytes", "2MB")
            self.compose("Trop plein", "La limite est atteinte.", [large])
            self.send()
            self.read(self.page, "error.upload.space_party", seconds=90)
            self.pictured(self.page, "server-quota")
            self.still_typed("Trop plein", "La limite est atteinte.")
            self.cast["ADMIN"].run("admin", "party", "quota", "SEN", "--default")
            self.send()
            self.sent(120)
        self.whole_again_after(provoke)

    def wrong_sheet(self):
        """A recovery sheet that was replaced is said to be an old one, at its field; the newest is good."""
        def provoke():
            page = self.page
            old = self.new_sheet()
            fresh = self.new_sheet()
            page.go("/account")
            page.go("/account/recovery-sheet")
            page.press(as_is(say(self.language, "sheet.check")))
            page.fill("account-key", old["account-key"])
            page.fill("kit-secret", old["kit-secret"])
            self.submit(page)
            self.read(page, "error.kit.not_current")
            self.appears(page, ".error-summary a[href='#account-key']")
            self.met(page, "wrong_sheet")
            kept = page.do("return page.evaluate(() => ['account-key', 'kit-secret'].map((id) => document.getElementById(id).value));")
            assert kept == [old["account-key"], old["kit-secret"]], kept
            page.fill("account-key", fresh["account-key"])
            page.fill("kit-secret", fresh["kit-secret"])
            self.submit(page)
            self.heading(page, "sheet.good")
        self.whole_again_after(provoke)

    def new_sheet(self):
        page = self.page
        page.go("/account")
        page.go("/account/recovery-sheet")
        page.press(as_is(say(self.language, "sheet.make")))
        page.fill("passphrase", page.passphrase)
        self.submit(page)
        self.appears(page, "#read-back", 120)
        lines = page.do("await page.locator('.kit dd').nth(3).waitFor(); return page.locator('.kit dd').allInnerTexts();")
        page.fill("read-back", lines[3])
        self.submit(page, "last")
        self.heading(page, "sheet.good")
        return {"account-key": lines[2], "kit-secret": lines[3]}

    def to_save(self, name="annexe.bin"):
        self.page.go("/inbox")
        self.page.go(f"/files/{self.chain}/items/1")
        self.page.do("await page.locator('main a[href*=\"/save/\"]').filter({ hasText: args[0] }).first().click({ timeout: 90000 });"
                     "await page.locator('main .buttons button').first().waitFor();", name)

    def saving_refused(self):
        """The browser does not let the file be saved where it was to go: nothing is lost, and “Save in another way” saves it."""
        def provoke():
            page = self.page
            page.do("await page.evaluate(() => { window.showSaveFilePicker = async () => ({ name: 'annexe.bin',"
                    " createWritable: () => Promise.reject(new DOMException('a rule of the office', 'NotAllowedError')) }); });")
            self.to_save()
            before = len(page.downloads(0))
            page.do("await page.locator('main .buttons button').first().click();")
            self.told_of(page, "save_blocked")
            assert len(page.downloads(0)) == before
            self.press_action(page, "save_elsewhere")
            self.read(page, "save.done_title")
            saved = page.downloads(before + 1)[-1]["path"]
            assert same_bytes(saved, self.received[0])
            page.do("await page.evaluate(() => { delete window.showSaveFilePicker; });")
        self.whole_again_after(provoke)

    def old_browser(self):
        """A browser without what sealing needs says so before anybody types, with the names of what is missing."""
        for gone, name in (("delete WebAssembly;", "WebAssembly"), ("delete StorageManager.prototype.getDirectory;", "Origin Private File System")):
            page = self.person(f"old-{name.split()[0]}")
            page.do("await context.addInitScript(args[0]);", gone)
            for path in ("/", "/sign-in"):
                page.load(path)
                self.read(page, "old_browser.title", "old_browser.lead", "old_browser.do")
                assert name in self.everything(page) and not page.do("return page.locator('main input').count();"), self.everything(page)
            self.met(page, "feature", f"feature-{name.split()[0]}")
            page.troubles()
            page.do("await context.close();")
            del self.people[page.who]

    def changed_on_the_way(self):
        """A byte of the ciphertext is changed on its way: nothing is shown or saved, the evidence is kept, “See the alarm” leads to it."""
        def provoke():
            page = self.page
            page.do("""await page.route('**/api/v1/chains/*/attachments/*', async (route) => {
                const reply = await route.fetch();
                const body = await reply.body();
                body[body.length >> 1] ^= 1;
                await route.fulfill({ response: reply, body });
              });""")
            self.to_save("archive.bin")
            before = len(page.downloads(0))
            page.do("await page.evaluate(() => { delete window.showSaveFilePicker; });")
            page.do("await page.locator('main .buttons button').last().click();")
            self.told_of(page, "integrity")
            assert len(page.downloads(0)) == before, "something was saved"
            page.do("await page.unroute('**/api/v1/chains/*/attachments/*');")
            self.press_action(page, "alarms")
            self.heading(page, "alarms.title")
            self.appears(page, ".alarms a")
        self.whole_again_after(provoke)

    def stopped(self):
        """A download that a person stops is said to be stopped; “Try again” brings the whole file."""
        def provoke():
            page = self.page
            page.do("""page.held = true;
              await page.route('**/api/v1/chains/*/attachments/*', async (route) => {
                while (page.held) await page.waitForTimeout(100).catch(() => { page.held = false; });
                await route.continue().catch(() => undefined);
              });""")
            self.to_save("archive.bin")
            before = len(page.downloads(0))
            page.do("await page.locator('main .buttons button').last().click();")
            self.appears(page, "main progress")
            page.press(as_is(say(self.language, "save.cancel")))
            self.told_of(page, "interrupted", "transfer.cancelled")
            assert len(page.downloads(0)) == before, "something was saved"
            page.do("page.held = false;")
            page.do("await page.unroute('**/api/v1/chains/*/attachments/*');")
            page.do("await page.locator('main .buttons button').last().click();")
            self.read(page, "save.done_title", seconds=120)
            assert same_bytes(page.downloads(before + 1)[-1]["path"], self.received[1])
        self.whole_again_after(provoke)

    def wrong_digits(self):
        """The second factor is wrong: refused with a code by which the administrator finds the cause; too often, and one must wait."""
        def provoke():
            page = self.page
            self.end_sessions()
            page.go("/account")
            page.go("/account/sessions")
            self.heading(page, "unlock.title", 90)
            page.fill("passphrase", page.passphrase)
            page.fill("totp", "000000")
            self.submit(page, "last")
            self.read(page, "error.sign_in.refused")
            self.appears(page, ".error-summary")
            self.pictured(page, "wrong-digits")
            page.unlock()
            self.heading(page, "sessions.title")
        self.whole_again_after(provoke)

    def wrong_clock(self):
        """The computer's clock is five hours off: the page says so and works all the same."""
        def provoke():
            page = self.page
            page.do("""
                const set = `{ const now = Date.now.bind(Date); Date.now = () => now() + 5 * 3600000; }\\n`;
                await context.route(/\\/assets\\/(worker|index)-[^/]*\\.js$/, async (route) => {
                  const reply = await route.fetch();
                  await route.fulfill({ response: reply, body: set + await reply.text() });
                });""")
            page.load("/inbox")
            page.unlock()
            self.read(page, "notice.clock.differs")
            self.pictured(page, "clock")
            self.compose("À l’heure", "L’acte porte l’heure du journal.")
            self.send()
            self.sent()
            at = self.cast["OTP1"].run("dossier", "show", self.newest()).json["entries"][0]["at"]
            assert abs(at - time.time()) < 120, (at, time.time())
            page.do("await context.unroute(/\\/assets\\/(worker|index)-[^/]*\\.js$/);")
            page.load("/inbox")
            page.unlock()
        self.whole_again_after(provoke)

    def listed(self):
        """The page “When something fails” names ten, and quotes of each what stood on the screen when it happened."""
        page = self.page
        page.go("/inbox")
        page.go("/when-something-fails")
        self.heading(page, "failure_list.title")
        quotes = page.do("return page.locator('.failures li').evaluateAll((all) => all.map((one) => [one.id.replace('failure-', ''), one.querySelector('q').textContent]));")
        assert len(quotes) == 10, quotes
        for name, quote in quotes:
            screen = self.screens[name]
            missing = [part for part in re.split(r"(?<=\.) |…|\(|\)", plain(quote)) if len(part) > 3 and part.rstrip(". ") not in screen]
            assert not missing, f"the list says of {name}: {missing}; there stood:\n{screen[:2500]}"
        self.pictured(page, "list")

    def two_histories(self):
        """A server set back and grown anew shows another history: nobody is let in, “Stopped by an alarm” where something would be signed."""
        page, sender = self.page, self.cast["OTP1"]
        self.cast.sign_out_all()
        self.server.stop_alone()
        places = (self.server.data, sender.profile)
        for at, place in enumerate(places):
            shutil.copytree(place, self.folder / "former" / str(at))
        self.server.start_alone()
        self.server.wait_ready()
        sender.sign_in()
        sender.run("add", self.chain, self.received[0], "--message", "Une première histoire.", "--yes")
        page.load("/inbox")
        page.unlock()
        page.go(f"/files/{self.chain}")
        self.appears(page, ".timeline")
        page.do("await page.waitForTimeout(5000);")
        self.cast.sign_out_all()
        self.server.stop_alone()
        for at, place in enumerate(places):
            shutil.copytree(place, self.folder / "true" / str(at))
            shutil.rmtree(place)
            shutil.copytree(self.folder / "former" / str(at), place)
        self.server.start_alone()
        self.server.wait_ready()
        sender.sign_in()
        for number in range(6):
            sender.run("add", self.chain, self.received[0], "--message", f"Une autre histoire, {number}.", "--yes")
        page.load("/inbox")
        page.fill("passphrase", page.passphrase)
        self.submit(page, "last")
        self.read(page, "shell.alarm", seconds=120)
        self.pictured(page, "histories")
        # With the true history back people get in, and what would sign says why it does not.
        self.cast.sign_out_all()
        self.server.stop_alone()
        for at, place in enumerate(places):
            shutil.rmtree(place)
            shutil.copytree(self.folder / "true" / str(at), place)
        self.server.start_alone()
        self.server.wait_ready()
        page.load("/inbox")
        page.unlock()
        page.go("/inbox")
        page.go("/send")
        self.read(page, "badge.why.alarm")
        assert not page.do("return page.locator('main form').count();"), "something can be sent"
        self.met(page, "alarm")
