"""What two States and the Prosecutor do with the pages, a function a step; each checks what the other end then sees."""
import contextlib
import os
import pathlib
import random
import subprocess
import time

from cast import PROSECUTOR, STATES, Cast, items
from documents import parse_size, same_bytes, seeded_file, sha256
from looks import screenshots_folder
from managing_story import Managing
from page_story import PageStory
from wording import as_is, beside

FRANCE = as_is("France, CRF")
PASSPHRASE = "quinze tambours oublient la neige d'avril"


class WorkingStory(Managing, PageStory):
    NEEDED = ("begin", "enrol")
    LARGE = parse_size(os.environ.get("ROGATORY_BROWSER_SIZE", "24MiB"))

    def __init__(self, folder, browser, language):
        super().__init__(folder, browser, language, "work")
        self.page = None
        self.random = random.Random(20261128)

    def all(self):
        return (
            self.begin, self.enrol, self.first_day, self.arrives, self.opens, self.saves, self.previews,
            self.sends, self.stock_age, self.replies, self.passes_on, self.consents, self.several, self.restricts, self.withdraws, self.closes,
            self.searches, self.checks, self.bundles, self.invites, self.removes, self.invites_many, self.changes_role, self.pins, self.key_record,
            self.interrupted, self.carried, self.large, self.keyboard, self.keyboard_reads, self.new_keys, self.places, self.missed,
            self.changes_language, self.officers_day, self.forked, self.alarm,
        )

    # Around it ----------------------------------------------------------------------------------------------------------

    def shot(self, name):
        self.page.screenshot(screenshots_folder() / f"{self.name}-{name}.{self.page.language}.png")
        found = self.page.axe()
        assert not found, f"axe on {name}: {found}"

    def until(self, holds, what, seconds=90):
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"{what}: not there after {seconds} s"
            time.sleep(0.3)

    def document(self, name, content):
        path = self.folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    # Steps --------------------------------------------------------------------------------------------------------------

    def begin(self):
        """A server with its pages, and three States and bodies at the command line."""
        (self.folder / "documents").mkdir()
        self.serve()
        self.cast = Cast(self.folder, self.server)
        self.cast.administrator()
        self.cast.registry_founds()
        self.cast.parties_found([*STATES, *PROSECUTOR])
        self.cast.pin_everybody()
        self.cast.join("OTP2", "otp.2", self.cast["OTP1"], "custodian")

    def enrol(self):
        """An access manager of Senegal enrols in the page; her colleague at the command line compares the digits and approves."""
        inviter = self.cast["SEN1"]
        code_file = self.folder / "page-code.txt"
        inviter.run("member", "invite", "--role", "custodian", "--code-out", code_file)
        self.page = self.person("aminata", timezoneId="Africa/Dakar", onDisk=self.LARGE > 512_000_000)
        digits = self.page.enrol(code_file.read_text().strip(), self.cast.sheet, "sen.crf.9", "CRF-09", PASSPHRASE)
        pending = [p for p in items(inviter.run("member", "pending")) if p["comparison_digits"].split() == digits.split()]
        assert len(pending) == 1, f"other digits at the inviter's: {digits}"
        inviter.run("member", "approve", pending[0]["invitation"], "--digits", digits)
        self.page.open()
        self.page.see_heading("Files")

    def first_day(self):
        """The empty inbox says what can be done meanwhile."""
        self.page.see("No file yet")
        self.shot("empty-inbox")

    def arrives(self):
        """What the Prosecutor sent stands in the inbox with sender and size, and without its title."""
        self.report = self.document("Rapport n° 7.txt", "Compte 4711, banque du Fleuve.\n" * 400)
        self.image = self.document("carte.png", png())
        self.pdf = self.document("Annexe A.pdf", pdf("Annexe A"))
        self.table = self.document("relevés.csv", "date;montant\n2025-03-01;12500,00\n")
        sent = self.cast["OTP1"].run("send", self.report, self.image, self.pdf, self.table, "--to", "SEN", "--title", "Comptes de la société Baobab",
                                     "--message", "Voir l'annexe A, page 3.", "--onward", "source_consent", "--caveat", "54-3-e", "--yes")
        self.chain = items(sent)[0]["dossier"]
        self.page.do("await page.evaluate(() => dispatchEvent(new Event('online')));")
        self.page.load("/inbox")
        self.page.unlock()
        self.page.see("Not opened yet", "Office of the Prosecutor", "4 documents")
        assert not self.page.shows(as_is("Baobab")), self.page.text()
        self.shot("inbox")

    def opens(self):
        """Opening asks first, then shows title, message and names; the Prosecutor sees that it was downloaded."""
        self.page.follow("Not opened yet")
        self.page.see("What happened")
        self.page.follow("Open", exact=False)
        self.page.see("the sender will see")
        self.page.press("Open")
        self.page.see("Tick the box first")
        self.page.choose("I will keep to these restrictions")
        self.page.press("Open")
        self.page.see(as_is("Comptes de la société Baobab"), as_is("Voir l'annexe A, page 3."), as_is("Rapport n° 7.txt"), seconds=90)
        self.shot("item")
        self.until(lambda: ("SEN", "fetched") in self.receipts_of_page(), "the receipt of the page")
        assert ("SEN", "opened_receipt") not in self.receipts_of_page(), "opened is said before everything was"

    def receipts_of_page(self):
        return {(r["party"], r["kind"]) for r in items(self.cast["OTP1"].run("receipts", self.chain))}

    def saves(self):
        """Each document is saved byte for byte, after its restrictions were confirmed, with its restriction sheet."""
        before = 0
        for path in (self.report, self.pdf, self.table):
            self.page.go(f"/files/{self.chain}/items/1")
            self.page.follow(f"Save {as_is(path.name)}")
            self.page.see("Before you save: restrictions are in force")
            self.page.press("Save to the browser’s downloads")
            self.page.see("Confirm the restrictions before you save")
            self.page.choose("I have read the restrictions")
            if path is self.report:
                self.shot("save")
            self.page.press("Save to the browser’s downloads")
            self.page.see("Saved and checked", seconds=90)
            got = self.page.downloads(before + 2)[before:]
            before += 2
            sheet, document = got
            assert "54(3)(e)" in pathlib.Path(sheet["path"]).read_text(), "the sheet does not name the article"
            assert document["name"] == path.name and same_bytes(document["path"], path), (document, sha256(path))

    def previews(self):
        """PDF, picture and text are drawn in a frame that has no origin and no network."""
        for path, looks in ((self.pdf, "canvas"), (self.image, "img"), (self.report, "pre")):
            self.page.go(f"/files/{self.chain}/items/1")
            self.page.follow(beside("Look at it", as_is(path.name)))
            self.page.choose("I have read the restrictions")
            self.page.press("Show it")
            self.page.see("Every check has passed", seconds=90)
            found = self.page.do(
                "const frame = page.frames().find((one) => one.url() === 'about:srcdoc');"
                "return { drawn: await frame.locator(args[0]).count(), origin: await frame.evaluate(() => self.origin),"
                " network: await frame.evaluate(() => fetch('/api/v1/server').then(() => 'reached', () => 'refused')),"
                " storage: await frame.evaluate(() => { try { return String(localStorage.length); } catch { return 'refused'; } }) };", looks)
            assert found["drawn"] >= 1 and found["origin"] == "null" and found["network"] == "refused" and found["storage"] == "refused", found
            # The frame's own attempt is what its policy refused.
            self.page.do("await page.waitForTimeout(300);")
            left = [one for one in self.page.troubles()
                    if "connect-src" not in one and "/api/v1/server" not in one and "NotSameOrigin" not in one]
            assert not left, left
            if looks == "canvas":
                self.shot("preview")
        self.until(lambda: ("SEN", "opened_receipt") in self.receipts_of_page(), "the receipt that everything was opened")

    # Sending ------------------------------------------------------------------------------------------------------------

    def begin_sending(self, recipients, preset, files, title, message):
        """The journey up to its review page."""
        self.page.go("/send")
        self.page.see_heading("To whom do you send?")
        for name in recipients:
            self.page.choose(name)
        self.page.press("Continue")
        self.page.see_heading("What may they do with it?")
        self.page.choose(preset)
        self.page.press("Continue")
        self.page.see_heading("What do you send?")
        if files:
            self.page.give_files("files", files)
        self.page.fill("title", title)
        self.page.fill("message", message)
        self.page.press("Continue")

    def chain_sent(self):
        return self.page.do("return page.locator('.notice a').first().getAttribute('href');").rsplit("/", 1)[1]

    def sends(self):
        """A lead for the Prosecutor alone: the review says who reads what, and the command line opens the same bytes and restriction."""
        self.lead = [self.document("signalement.pdf", pdf("Signalement")), seeded_file(self.folder / "documents" / "comptes.bin", 3_000_000, 7)]
        self.begin_sending(["Office of the Prosecutor"], "Lead only, not evidence (Art. 93(8)(b))".replace("Art. ", "Art.\u00a0"), self.lead, "Signalement 12", "Merci d'accuser réception.")
        self.page.see_heading("Check before you send")
        self.page.see("The members of Office of the Prosecutor will be able to read the 2 documents and the message.", "They may give access to others only after you have agreed, each time.",
                      "The operator of the platform sees who sends to whom", "Confidential, solely to generate new evidence")
        self.shot("review")
        self.page.press("Seal and send")
        self.page.see_heading("Sent", seconds=120)
        self.sent = self.chain_sent()
        out = self.folder / "received-otp"
        self.cast["OTP1"].run("get", self.sent, "--out", out)
        for path in self.lead:
            got = next(out.rglob(path.name))
            assert same_bytes(got, path), got
        shown = self.cast["OTP1"].run("dossier", "show", self.sent).json
        entry = shown["entries"][0]
        assert entry["policy"]["caveats"] == ["93-8-b"] and entry["policy"]["onward"] == "source_consent", entry
        assert entry["title"] == "Signalement 12" and entry["message"] == "Merci d'accuser réception.", entry
        self.page.go(f"/files/{self.sent}")
        self.page.do("await page.evaluate(() => document.querySelector('h1'));")
        self.page.see("opened item 1", "downloaded item 1", seconds=90)
        self.shot("dossier")

    def stock_age(self):
        """What the page sealed opens with stock age, from what the recipient exported."""
        import shutil
        age = shutil.which("age")
        exported = self.folder / "exported"
        self.cast["OTP1"].run("export", exported, "--yes", expect=None)
        if not exported.exists():
            self.cast["OTP1"].run("export", "--out", exported, "--yes")
        if age is None:
            from cases import Skip
            raise Skip("stock age is not installed here")
        identities = [path for path in exported.rglob("*") if path.is_file() and b"AGE-SECRET-KEY-PQ-1" in path.read_bytes()[:4096]]
        sealed = [path for path in exported.rglob("*.age")]
        opened = set()
        for path in sealed:
            for identity in identities:
                run = subprocess.run([age, "-d", "-i", str(identity), str(path)], capture_output=True)
                if run.returncode == 0:
                    opened.add(run.stdout)
                    break
        assert all(path.read_bytes() in opened for path in self.lead), f"{len(sealed)} files, {len(identities)} identities, {len(opened)} opened"

    def replies(self):
        """A reply each way; the page preselects no restriction and refuses to go on without one."""
        answer = self.document("réponse.txt", "Nous avons bien reçu.\n")
        self.cast["OTP1"].run("add", self.sent, answer, "--title", "Accusé", "--message", "Une question suit.", "--yes")
        self.page.load("/inbox")
        self.page.unlock()
        self.page.go(f"/files/{self.sent}/reply")
        self.page.see_heading("What do you reply?")
        self.page.fill("title", "Suite")
        self.page.fill("message", "Voici le détail.")
        self.page.give_files("files", [answer])
        self.page.press("Continue")
        self.page.see_heading("What may they do with it?")
        assert self.page.do("return page.locator('input[name=preset]:checked').count();") == 0, "something is chosen beforehand"
        self.page.press("Continue")
        self.page.see("Nothing is chosen for you")
        self.page.choose("What the file says, and no more")
        self.page.press("Continue")
        self.page.see_heading("Check before you send")
        self.page.press("Seal and send")
        self.page.see("Your reply is in the file.", seconds=90)
        entries = self.cast["OTP1"].run("dossier", "show", self.sent).json["entries"]
        assert len(entries) == 3, entries
        out = self.folder / "received-reply"
        self.cast["OTP1"].run("get", self.sent, "--out", out)
        assert any(same_bytes(path, answer) for path in out.rglob("*.txt") if path.is_file()), list(out.rglob("*"))

    # Passing on -----------------------------------------------------------------------------------------------------------

    def passes_on(self):
        """Passing on what is the Prosecutor's: the page names whom to ask, and does it once the consent is there."""
        self.page.go(f"/files/{self.chain}/pass-on")
        self.page.choose(FRANCE)
        self.page.press("Continue")
        self.page.see("Office of the Prosecutor must agree first")
        self.page.press("The consent has been given: give access")
        self.page.see("This is not allowed", "The sentence above says whom to ask", seconds=90)
        self.shot("consent-needed")
        self.cast["OTP1"].run("consent", self.chain, "--to", "FRA", "--purpose", "Saisie à Lyon", "--yes")
        self.page.go(f"/files/{self.chain}")
        self.page.go(f"/files/{self.chain}/pass-on")
        self.page.choose(FRANCE)
        self.page.press("Continue")
        self.page.press("The consent has been given: give access")
        self.page.see("now has access", seconds=90)
        listed = [d["dossier"] for d in items(self.cast["FRA1"].run("dossier", "list"))]
        assert self.chain in listed, listed

    def consents(self):
        """Consent given in the page is spent at the command line, once."""
        self.cast["OTP1"].run("grant", self.sent, "--to", "FRA", "--yes", expect=None)
        assert self.sent not in [d["dossier"] for d in items(self.cast["FRA1"].run("dossier", "list"))]
        self.page.go(f"/files/{self.sent}/consent")
        self.page.choose(FRANCE)
        self.page.press("Continue")
        self.page.do("for (const box of await page.locator('fieldset input[type=checkbox]').all()) await box.check();")
        self.page.fill("purpose", "Gel des comptes")
        self.page.press("Sign the consent")
        self.page.see("Tick the box first")
        self.page.choose("I agree. Once used, this cannot be taken back")
        self.page.press("Sign the consent")
        self.page.see("may now be given access", seconds=90)
        self.cast["OTP1"].run("grant", self.sent, "--to", "FRA", "--yes")
        assert self.sent in [d["dossier"] for d in items(self.cast["FRA1"].run("dossier", "list"))]

    def several(self):
        """Two recipients: separately unless one says otherwise, and neither learns of the other."""
        self.begin_sending(["Office of the Prosecutor", FRANCE], "Intelligence, ask me before passing on", [], "Deux destinataires", "Pour information.")
        self.page.see_heading("Together or separately?")
        assert self.page.do("return page.locator('input[name=how]:checked').getAttribute('value');") == "separately"
        self.page.press("Continue")
        self.page.see("File 1 of 2", "does not learn of the others")
        self.page.press("Seal and send")
        self.page.see_heading("Sent", seconds=90)
        for name, other in (("OTP1", "FRA"), ("FRA1", "X-OTP")):
            newest = items(self.cast[name].run("dossier", "list"))[0]
            shown = self.cast[name].run("dossier", "show", newest["dossier"]).out
            assert f'"{other}"' not in shown, shown

    def restricts(self):
        """The opening authority changes the restrictions; the command line sees them."""
        self.page.go(f"/files/{self.sent}/restrictions")
        self.page.choose("Something else")
        self.page.choose("They must not pass it on.")
        # France has access now: Art. 93(8)(b), which speaks of the Prosecutor alone, is not offered any more.
        assert self.page.do("return page.locator('#article-93-8-b').count();") == 0, self.page.text()
        self.page.press("Continue")
        self.page.see("looser than before in some respect")
        self.page.press("Sign the change")
        self.page.see("The restrictions are changed", seconds=90)
        assert self.cast["OTP1"].run("dossier", "show", self.sent).json["policy"]["onward"] == "participants_only"

    def withdraws(self):
        """A withdrawn item leaves a removal notice at both ends."""
        shown = self.cast["OTP1"].run("dossier", "show", self.sent).json
        own = [entry["seq"] for entry in shown["entries"] if entry["author"]["party"] == "SEN"][-1]
        self.page.go(f"/files/{self.sent}/items/{own}/withdraw")
        self.page.see("Already downloaded by: Office of the Prosecutor")
        self.page.fill("reason", "Envoyé par erreur")
        self.page.choose("I understand that this cannot be undone")
        self.page.press("Withdraw the item")
        self.page.see("A removal notice stands in its place", seconds=90)
        after = self.cast["OTP1"].run("dossier", "show", self.sent).json
        files = [f["state"] for entry in after["entries"] if entry["seq"] == own for f in entry["files"]]
        assert files and set(files) == {"withdrawn"}, after

    def closes(self):
        """A closed file takes nothing until it is opened again."""
        self.page.go(f"/files/{self.sent}/close")
        self.page.press("Close the file")
        self.page.see("The file is closed", seconds=90)
        self.cast["OTP1"].run("add", self.sent, self.report, "--yes", expect=(4, 5))
        self.page.go(f"/files/{self.sent}")
        self.page.see("This file is closed")
        self.page.go(f"/files/{self.sent}/close")
        self.page.press("Open it again")
        self.page.see("The file is open again", seconds=90)

    def searches(self):
        """Search finds what was opened here."""
        self.page.go("/search")
        self.page.fill("words", "baobab")
        self.page.press("Search")
        self.page.see(as_is("Comptes de la société Baobab"), seconds=90)
        self.page.see("Spontaneous transmission")

    def checks(self):
        """The whole file is checked again, in the page."""
        self.page.go(f"/files/{self.chain}/check")
        self.page.press("Check")
        self.page.see("Everything holds.", seconds=90)
        self.shot("check")

    def bundles(self):
        """A custody bundle made in the page is verified by the command line, and one made there by the page without account."""
        count = len(self.page.downloads(0))
        self.page.do("await page.evaluate(() => { delete window.showSaveFilePicker; });")
        self.page.go("/inbox")
        self.page.go(f"/files/{self.chain}/evidence")
        self.page.choose("Chosen documents")
        self.page.choose(as_is(self.report.name))
        self.page.press("Make the bundle")
        self.page.see("This evidence holds.", seconds=120)
        self.shot("evidence")
        bundle = self.page.downloads(count + 1)[-1]["path"]
        self.cast["OTP1"].run("verify", "bundle", bundle, "--sheet", self.cast.sheet)
        made = self.folder / "made.tar"
        self.cast["OTP1"].run("bundle", "make", self.chain, "--out", made, "--file", self.report.name)
        visitor = self.browser.page("visitor", self.server.url, self.language)
        visitor.load("/verify")
        visitor.see("You can disconnect it from the network", seconds=90)
        visitor.do("await context.setOffline(true);")
        visitor.give_files("bundle", [made])
        visitor.press("Check")
        visitor.see("This evidence holds.", seconds=120)
        spoilt = self.document("spoilt.tar", spoil(made.read_bytes()))
        visitor.do("await context.setOffline(false);")
        visitor.load("/verify")
        visitor.give_files("bundle", [spoilt])
        visitor.press("Check")
        visitor.do("await page.locator('.notice.alarm, .notice.warning').first().waitFor({ timeout: 90000 });")
        assert not visitor.shows("This evidence holds."), visitor.text()
        assert not visitor.axe(), visitor.axe()

    # People ---------------------------------------------------------------------------------------------------------------

    def invites(self):
        """An officer is invited in the page: the code is shown once, the digits are compared, the wrong ones refused."""
        self.page.go("/people/invite")
        self.page.choose("case officer")
        self.page.choose("One week")
        self.page.press("Make the code")
        self.page.see_heading("The code is shown once")
        self.shot("invitation")
        code = self.page.do("return page.locator('[data-test=invitation-code]').innerText();").replace(" ", "").strip()
        self.page.press("I have handed it over or written it down")
        self.page.see_heading("People")
        assert not self.page.shows(as_is(code[:8])), "the code is still shown"
        invitee = self.cast.person("SEN5", "sen.crf.5")
        code_file = invitee.folder / "code.txt"
        code_file.write_text(code + "\n")
        digits = self.cast.answer(invitee, code_file).json["comparison_digits"]
        self.page.go("/inbox")
        self.page.go("/people")
        self.page.follow("Compare and approve", exact=False)
        field = self.page.do("return page.locator('input[inputmode=numeric]').getAttribute('id');")
        self.page.do("await page.locator('input[inputmode=numeric]').fill('11111 22222 33333 44444');")
        self.page.press("The digits agree: approve")
        self.page.see("These digits are not the ones on this screen")
        assert field
        self.page.do("await page.locator('input[inputmode=numeric]').fill(args[0]);", digits)
        self.shot("approve")
        self.page.press("The digits agree: approve")
        self.page.see(f"{as_is('sen.crf.5')} is in.", seconds=90)
        invitee.sign_in()
        assert items(invitee.run("dossier", "list")), "the new officer sees nothing"

    def removes(self):
        """Somebody leaves: the task page says what will happen; afterwards the command line of that person opens nothing new."""
        self.page.go("/inbox")
        self.page.go("/people")
        self.page.follow(f"Leaves, lost device, lost access {as_is('sen.crf.5')}", exact=False)
        self.page.choose(f"{as_is('sen.crf.5')} leaves the authority")
        self.page.press("Continue")
        self.page.see(f"Access of {as_is('sen.crf.5')} ends at once")
        self.shot("leaves")
        self.page.press(f"Remove {as_is('sen.crf.5')}")
        self.page.see("Tick the box first")
        self.page.choose("I have understood what will happen")
        self.page.press(f"Remove {as_is('sen.crf.5')}")
        self.page.see("is removed", seconds=120)
        self.cast["SEN5"].run("dossier", "list", expect=(3, 4))
        self.cast["OTP1"].run("add", self.chain, self.table, "--message", "Après le départ.", "--yes")

    def pins(self):
        """A State whose key is not checked cannot receive; its digits, typed from the paper, change that."""
        self.cast.found("KEN1", "ken.fiu.1", "KEN", "Kenya", "fiu", "FRC", self.cast.sheet)
        self.page.load("/inbox")
        self.page.unlock()
        self.page.go("/send")
        self.page.fill("find", "kenya")
        self.page.see("The key of Kenya is not checked")
        self.page.go("/states/KEN")
        digits = self.cast.fingerprints["KEN"]
        wrong = digits[:-1] + ("1" if digits[-1] != "1" else "2")
        for typed, text in ((wrong, None), (digits, "is checked. You can send to it now.")):
            self.page.fill("digits", typed)
            self.page.choose("These digits come from the paper")
            self.page.press("Compare and check")
            if text is None:
                self.page.do("await page.locator('.error-summary').waitFor({ timeout: 90000 });")
                self.shot("digits-differ")
            else:
                self.page.see(text, seconds=90)
        self.page.go("/states/sheet")
        self.page.see(as_is(self.cast.fingerprints["SEN"].split()[0]), seconds=90)
        self.shot("sheet")

    def key_record(self):
        """What was changed in the key record is told, and acknowledged."""
        self.page.go("/people/key-record")
        self.page.see("number 1")
        self.shot("key-record")
        self.page.press("I have seen these")
        self.page.see("Nothing new in the key record", seconds=90)

    # What goes wrong --------------------------------------------------------------------------------------------------------

    def interrupted(self):
        """The line is lost and the page reloaded in the middle of sending: it goes on where it stopped, and is sent without being asked for again."""
        large = seeded_file(self.folder / "documents" / "archive.bin", 48_000_000, 11)
        self.begin_sending([FRANCE], "May be used as evidence", [large], "Archive", "")
        self.page.see_heading("Check before you send")
        self.page.do("page.sent = 0; await page.route('**/api/v1/uploads/**', (route) => { page.sent += 1; return page.sent > 2 ? route.abort('internetdisconnected') : route.continue(); });")
        self.page.press("Seal and send")
        self.page.do("for (let i = 0; i < 600 && page.sent < 3; i += 1) await page.waitForTimeout(200); if (page.sent < 3) throw new Error('nothing went up');")
        self.page.load("/unfinished")
        self.page.do("await page.locator('.banner', { hasText: args[0] }).waitFor({ timeout: 90000 });", self.page.words("uploading goes on"))
        self.page.do("await page.unroute('**/api/v1/uploads/**');")
        self.page.unlock()
        self.banner(f"Sent to {as_is('FRA')}", seconds=180)
        self.page.go("/inbox")
        self.page.go("/unfinished")
        self.page.see("Nothing was left unfinished", seconds=90)
        out = self.folder / "received-fra"
        newest = items(self.cast["FRA1"].run("dossier", "list"))[0]["dossier"]
        self.cast["FRA1"].run("get", newest, "--out", out)
        assert same_bytes(next(out.rglob(large.name)), large)

    def banner(self, text, seconds=90):
        self.page.do("await page.locator('.banner', { hasText: args[0] }).waitFor({ timeout: args[1] });", self.page.words(text), seconds * 1000)

    def session_ends(self):
        """An administrator ends it; the page hears of it at its next question and locks."""
        own = [one for one in items(self.cast["ADMIN"].run("admin", "session", "list")) if one["user"] == self.page.user]
        assert own, "no session of the page"
        for one in own:
            self.cast["ADMIN"].run("admin", "session", "end", one["id"])
        self.page.go("/account")
        self.page.go("/account/sessions")
        self.page.see_heading("Locked", seconds=90)

    def carried(self):
        """Three sessions end under one upload, the page is reloaded and the line cut: its bytes go on without a key, and it is signed after the last unlock."""
        large = seeded_file(self.folder / "documents" / "registre.bin", 64_000_000, 17)
        self.begin_sending(["Office of the Prosecutor"], "May be used as evidence", [large], "Longue route", "")
        self.page.see_heading("Check before you send")
        # A slow line: so many milliseconds for each piece, and together more than all that follows, however busy the machine.
        self.page.do("""page.pace = 60000; page.pieces = 0;
            await page.route('**/api/v1/uploads/**', async (route) => {
              const until = Date.now() + page.pace;
              if (route.request().method() === 'PATCH') page.pieces += 1;
              if (route.request().method() === 'PATCH') while (Date.now() < until && page.pace > 0) await page.waitForTimeout(100).catch(() => undefined);
              await route.continue().catch(() => undefined);
            });""")
        self.page.press("Seal and send")
        # Of a file that is still being sealed nothing goes up: the session ends once the first piece is on its way.
        self.page.do("for (let i = 0; i < 600 && page.pieces < 1; i += 1) await page.waitForTimeout(200); if (page.pieces < 1) throw new Error('nothing went up');")
        self.page.see(f"Uploading {as_is(large.name)}")
        before = len(items(self.cast["OTP1"].run("dossier", "list")))
        self.session_ends()
        self.banner("Uploading goes on while this page is open")
        self.shot("locked-uploading")
        self.page.unlock()

        self.session_ends()
        self.page.do("await context.setOffline(true); await page.waitForTimeout(2000); await context.setOffline(false);")
        self.page.load("/inbox")
        self.banner("Uploading goes on while this page is open")
        self.page.unlock()

        self.session_ends()
        self.banner("Uploading goes on while this page is open")
        self.page.do("page.pace = 0;")
        self.banner("Everything that had been sealed is uploaded", seconds=120)
        assert len(items(self.cast["OTP1"].run("dossier", "list"))) == before, "sent for somebody who is not there"
        self.page.unlock()
        self.banner(f"Sent to {as_is('X-OTP')}", seconds=120)
        self.page.do("await page.unroute('**/api/v1/uploads/**');")
        chain = items(self.cast["OTP1"].run("dossier", "list"))[0]["dossier"]
        out = self.folder / "received-carried"
        self.cast["OTP1"].run("get", chain, "--out", out)
        assert same_bytes(next(out.rglob(large.name)), large)

    def large(self):
        """A large file each way (ROGATORY_BROWSER_SIZE, 24 MiB unless told): page to command line, command line to page."""
        size = self.LARGE
        patience = 60 + size / 2e6
        path = seeded_file(self.folder / "documents" / "relevés complets.bin", size, 13)
        self.begin_sending(["Office of the Prosecutor"], "May be used as evidence", [path], "Grand fichier", "")
        memory = Renderers(self.browser.process.pid)
        started = time.monotonic()
        self.page.press("Seal and send")
        self.page.see_heading("Sent", seconds=patience)
        sealed = time.monotonic() - started
        sealing = memory.highest()
        chain = self.chain_sent()
        out = self.folder / "received-large"
        self.cast["OTP1"].run("get", chain, "--out", out)
        assert same_bytes(next(out.rglob(path.name)), path)
        self.cast["OTP1"].run("add", chain, path, "--title", "Retour", "--yes")
        self.page.load("/inbox")
        self.page.unlock()
        seq = self.cast["OTP1"].run("dossier", "show", chain).json["entries"][-1]["seq"]
        self.page.go(f"/files/{chain}/items/{seq}")
        self.page.do("await page.locator('#agreed').check({ timeout: 90000 });")
        self.page.press("Open")
        self.page.follow(f"Save {as_is(path.name)}", seconds=90)
        self.page.do("await page.locator('#agreed').check({ timeout: 90000 });")
        count = len(self.page.downloads(0))
        memory = Renderers(self.browser.process.pid)
        started = time.monotonic()
        self.page.press("Save to the browser’s downloads")
        self.page.see("Saved and checked", seconds=patience)
        opened = time.monotonic() - started
        opening = memory.highest()
        saved = self.page.downloads(count + 2, seconds=patience)[count:]
        assert any(same_bytes(one["path"], path) for one in saved), saved
        print(f"    · {size / 1e6:.0f} MB: sealed and sent in {sealed:.1f} s ({size / sealed / 1e6:.1f} MB/s), fetched and opened in {opened:.1f} s ({size / opened / 1e6:.1f} MB/s)")
        print(f"    · the page's memory above what it was, at its highest: {sealing:.0f} MiB sealing and sending, {opening:.0f} MiB fetching and opening")

    def keyboard(self):
        """A message is sent with the keyboard alone."""
        self.page.go("/send")
        self.page.see_heading("To whom do you send?")
        for wanted, key in (("Office of the Prosecutor", "Space"), ("Continue", "Enter")):
            self.page.reach(wanted)
            self.page.strike(key)
        self.page.see_heading("What may they do")
        self.page.reach("#preset")
        self.page.strike("Space", "ArrowDown")
        self.page.reach("Continue")
        self.page.strike("Enter")
        self.page.see_heading("What do you send")
        for field, text in (("#title", "Au clavier"), ("#message", "Sans souris.")):
            self.page.reach(field)
            self.page.type(text)
        self.page.reach("Continue")
        self.page.strike("Enter")
        self.page.see_heading("Check before")
        self.page.reach("Seal and send")
        self.page.strike("Enter")
        self.page.see_heading("Sent", seconds=90)
        chain = self.chain_sent()
        self.cast["OTP1"].run("get", chain, "--out", self.folder / "received-keyboard")
        shown = self.cast["OTP1"].run("dossier", "show", chain).json["entries"][0]
        assert shown["title"] == "Au clavier", shown

    def changes_language(self):
        """By the button of every screen the page speaks the other language, in its dates and titles too, and back."""
        page = self.page
        for language in (self.other, self.language):
            page.speak(language)
            page.go("/inbox")
            page.see_heading("Files")
            page.go(f"/files/{self.chain}")
            page.see("What happened")
            self.shot("dossier-language")


class Renderers:
    """What the browser's pages take, in MiB above what they took when this began; the page that reads this is the only large one."""

    def __init__(self, browser):
        self.ids = [one for one in descendants(browser) if b"--type=renderer" in self.read(one, "cmdline")]
        for one in self.ids:
            with contextlib.suppress(OSError):  # then it is the highest since it began
                pathlib.Path(f"/proc/{one}/clear_refs").write_text("5")
        self.before = self.sum(b"VmRSS")

    @staticmethod
    def read(one, name):
        try:
            return pathlib.Path(f"/proc/{one}/{name}").read_bytes()
        except OSError:
            return b""

    def sum(self, field):
        lines = [line for one in self.ids for line in self.read(one, "status").splitlines() if line.startswith(field + b":")]
        return sum(int(line.split()[1]) for line in lines) / 1024

    def highest(self):
        return self.sum(b"VmHWM") - self.before


def descendants(parent):
    children = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := Renderers.read(entry.name, "stat")):
            children.setdefault(int(stat.rpartition(b")")[2].split()[1]), []).append(int(entry.name))
    found = [parent]
    for one in found:
        found += children.get(one, [])
    return found


def spoil(archive):
    """One byte of a statement changed; the archive's own framing stays whole."""
    at = archive.index(b'"payload"') + 40
    return archive[:at] + bytes([archive[at] ^ 1]) + archive[at + 1:]


def png():
    import base64
    return base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAFklEQVR4nGNoYGhgYGBoYGBgaGBoAAAQIAIBfvKkJQAAAABJRU5ErkJggg==")


def pdf(title):
    stream = f"BT /F1 22 Tf 72 740 Td ({title}) Tj ET".encode()
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>",
               b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
