"""A draft for Mali, which is not there yet, from Senegal's FIU: two people, each in another language; and a file sealed to a key on paper."""
import subprocess

from cast import PROSECUTOR, STATES, Cast, items
from documents import same_bytes, seeded_file
from page_story import PageStory
from wording import as_is, beside

PASSPHRASE = "quinze tambours oublient la neige d'avril"
MALI = ("MLI1", "mli.crf.1", "MLI", "Mali", "fiu", "CENTIF")


class DraftsStory(PageStory):
    NEEDED = ("begin", "enrol")

    def __init__(self, folder, browser, language):
        super().__init__(folder, browser, language, "drafts")

    def all(self):
        return [self.begin, self.enrol, self.lists, self.keeps, self.waits, self.changes, self.becomes_able, self.sends, self.requires_visa, self.gives_visa, self.asks_with_visa, self.gives_up_one, self.discards,
                self.refuses_keys, self.seals, self.seals_to_old_key, self.sets_access_rules, self.looked]

    def begin(self):
        """A server with its pages; Senegal, France and the Prosecutor at the command line"""
        self.serve()
        self.cast = Cast(self.folder, self.server)
        self.cast.administrator()
        self.cast.registry_founds()
        self.cast.parties_found([*STATES, *PROSECUTOR])
        self.cast.pin_everybody()

    def enrol(self):
        """Two of Senegal's FIU enrol in the page, each in another language"""
        for name, user, shown, role, language in (("aminata", "sen.crf.9", "CRF-09", "custodian", self.language), ("moussa", "sen.crf.10", "CRF-10", "officer", self.other)):
            self.joins(self.cast["SEN1"], name, user, shown, role, language, PASSPHRASE + f" {name}", timezoneId="Africa/Dakar")

    # A draft ------------------------------------------------------------------------------------------------------------

    def lists(self):
        """Every State Party is in the picker, in the reader's language, with why it cannot receive yet"""
        for name in ("aminata", "moussa"):
            page = self.people[name]
            page.go("/send")
            page.see_heading("To whom do you send?")
            assert not page.shows("Democratic Republic of the Congo"), "a hundred stops of the keyboard before the button"
            page.do("await page.locator('details.later summary').click();")
            page.see("Côte d’Ivoire", "Democratic Republic of the Congo", "is not on this platform yet")
            count = page.do("return page.locator('.list.unable .option').count();")
            assert count >= 122, f"{count} States and bodies that cannot receive yet"
            self.looks(page, "picker")
        page.fill("find", "senegal benin")
        page.fill("find", "benin")
        page.see("Benin")
        assert page.do("return page.locator('.list.unable .option').count();") == 1

    def keeps(self):
        """What is prepared for Mali and France is kept as a draft, with its documents and restrictions"""
        page = self.people["aminata"]
        self.table = self.document("relevés 2025.csv", "date;montant\n2025-03-01;12500,00\n" * 300)
        self.large = seeded_file(self.folder / "documents" / "comptes.bin", 3_000_000, 7)
        page.go("/send")
        page.fill("find", "mali")
        page.do("await page.locator('.list.unable').getByLabel(args[0], { exact: true }).check();", page.words("Mali", True))
        page.fill("find", "")
        page.see("Mali is not on this platform yet")  # who was chosen stays to be seen
        page.choose(as_is("France"))
        page.press("Continue")
        page.choose("Intelligence, ask me before passing on")
        page.press("Continue")
        page.give_files("files", [self.table, self.large])
        page.fill("title", "Comptes de la société Baobab")
        page.fill("message", "À compléter avant l'envoi.")
        page.press("Continue")
        page.press("Continue")  # separately
        page.see_heading("Check before you keep it")
        page.see("It cannot be sent yet", "Mali is not on this platform yet", as_is("relevés 2025.csv"))
        assert not page.do("return page.getByRole('button', { name: args[0] }).count();", page.words("Seal and send")), "it can be sent to nobody"
        self.looks(page, "review")
        page.press("Keep as a draft")
        page.see_heading("Kept as a draft", seconds=120)
        page.see("Mali cannot receive yet")
        self.looks(page, "kept")

    def waits(self):
        """It stands under drafts and in no figure; the inbox says nothing yet"""
        page = self.people["aminata"]
        page.go("/inbox")
        page.see("1 draft")
        assert not page.shows(as_is("Comptes de la société Baobab")), page.text()
        page.follow("1 draft")
        page.see(as_is("Comptes de la société Baobab"), "Waiting for Mali", as_is("CRF-09"))
        self.looks(page, "list")

    def changes(self):
        """A colleague opens it on his own device, in another language, leaves a document out and writes the message anew"""
        page = self.people["moussa"]
        page.go("/drafts")
        page.see(as_is("Comptes de la société Baobab"), "Waiting for Mali", seconds=90)
        page.follow(as_is("Comptes de la société Baobab"))
        page.see(as_is("relevés 2025.csv"), as_is("comptes.bin"), as_is("À compléter avant l'envoi."))
        assert page.is_read(beside("Draft", as_is("– Rogatory")), page.do("return page.title();"), whole=True), "a sealed title stands in the browser's history"
        self.looks(page, "one-colleague")
        page.follow("Change")
        page.see_heading("Check before you keep it")
        page.do("await page.locator('dl.summary div', { hasText: args[0] }).getByRole('button').first().click();", page.words("Message"))
        page.do("await page.locator('.file-list li', { hasText: 'relevés 2025.csv' }).getByRole('button').click();")
        page.fill("message", "Complet. Voir le fichier comptes.bin.")
        page.press("Continue")
        page.press("Continue")
        page.see_heading("Check before you keep it")
        assert not page.shows(as_is("relevés 2025.csv")), "it was left out"
        page.press("Keep as a draft")
        page.see_heading("Kept as a draft", seconds=120)

    def becomes_able(self):
        """Mali founds, its key is checked: the page says that the draft can be sent now"""
        page = self.people["aminata"]
        page.go("/inbox")
        assert not page.shows("You can now send"), page.text()
        self.cast.parties_found([MALI])
        self.cast["SEN1"].run("party", "pin", "MLI", "--fingerprint", self.cast.fingerprints["MLI"])
        page.see(f"You can now send “{as_is('Comptes de la société Baobab')}”", seconds=90)
        self.looks(page, "now")

    def sends(self):
        """It is sent as it stands, to each of the two separately; then it is gone from the drafts"""
        page = self.people["aminata"]
        page.follow("You can now send")
        page.see("Can be sent now", as_is("Complet. Voir le fichier comptes.bin."), as_is("CRF-10"), seconds=90)
        self.looks(page, "one")
        page.press("Seal and send")
        page.see_heading("Sent", seconds=120)
        page.see(*(f"Sent to {as_is(one)}" for one in ("MLI/CENTIF", "FRA/CRF")))
        chains = page.do("return page.locator('.notice a').evaluateAll((all) => all.map((one) => one.getAttribute('href').split('/').pop()));")
        self.cast["MLI1"].run("party", "pin", "SEN", "--fingerprint", self.cast.fingerprints["SEN"], expect=None)  # her sheet may have said so
        for who, chain in (("MLI1", chains[0]), ("FRA1", chains[1])):
            out = self.folder / f"received-{who}"
            self.cast[who].run("get", chain, "--out", out, "--yes")
            assert same_bytes(out / "comptes.bin", self.large), who
            assert not (out / self.table.name).exists(), "it was left out"
            entry = self.cast[who].run("dossier", "show", chain).json["entries"][0]
            assert (entry["title"], entry["message"]) == ("Comptes de la société Baobab", "Complet. Voir le fichier comptes.bin."), entry
            assert entry["policy"]["onward"] == "source_consent" and entry["policy"]["handling"] == ["H1"], entry
        page.go("/drafts")
        page.see("There is no draft")

    # A visa that is required ----------------------------------------------------------------------------------------------

    def requires_visa(self):
        """An access manager requires a colleague's visa for transmissions and requests: what nobody approved cannot be sent"""
        page = self.people["aminata"]
        page.go("/people/visa")
        page.see("No visa is required", seconds=90)
        page.do("await page.check('#act-share'); await page.check('#act-request');")
        self.looks(page, "visa")
        page.press("Sign")
        page.see("A visa is required for", seconds=90)
        page.go("/send")
        page.see_heading("To whom do you send?")
        page.fill("find", "france")
        page.choose("France")
        page.press("Continue")
        page.do("await page.locator('input[type=radio]').first().check();")
        page.press("Continue")
        page.fill("title", "Note visée")
        page.fill("message", "Un.")
        page.press("Continue")
        page.see("A colleague’s visa is required", seconds=90)
        assert not page.shows("Seal and send"), page.text()
        page.press("Keep as a draft")
        page.see_heading("Kept as a draft", seconds=120)
        page.go("/drafts")
        page.follow(as_is("Note visée"), seconds=90)
        page.see("A colleague’s visa is missing", seconds=90)
        self.looks(page, "visa-missing")

    def gives_visa(self):
        """A colleague reads it in the other language and approves; only then is it sent"""
        page = self.people["moussa"]
        page.go("/drafts")
        page.follow(as_is("Note visée"), seconds=90)
        page.see(as_is("Un."), "A colleague’s visa is missing", seconds=90)
        page.press("Approve this version")
        page.do("await page.locator('dialog[open] button').first().click();")
        page.see(as_is("CRF-10"), seconds=90)
        other = self.people["aminata"]
        other.go("/inbox")
        other.go("/drafts")
        other.follow(as_is("Note visée"), seconds=90)
        other.press("Seal and send", seconds=90)
        other.see_heading("Sent", seconds=120)

    def asks_with_visa(self):
        """A request is kept as a draft, read field by field by the colleague, approved, and sent from there"""
        page = self.people["aminata"]
        page.go("/requests/new")
        page.see_heading("Whom do you ask?")
        page.fill("find", "france")
        page.choose("France")
        page.press("Continue")
        page.do("await page.check('#kind-tracing');")
        page.press("Continue")
        page.fill("reference", "SEN/2026/7")
        page.press("Continue")
        for text in ("Where is the vessel?", "", "It carried timber.", "", "", ""):
            if text:
                page.fill("block", text)
            page.press("Continue")
        for _ in range(2):
            page.press("Continue")
        page.fill("title", "Navire")
        page.press("Continue")
        page.press("Continue")
        page.see_heading("Check the request before you sign", seconds=90)
        page.see("A colleague’s visa is required", seconds=90)
        reason = page.do("return page.locator('[id$=_reason]').count();")
        if reason:
            page.do("await page.locator('[id$=_reason]').first().fill('Urgent.');")
        page.press("Keep as a draft")
        page.see("A colleague’s visa is missing", as_is("It carried timber."), as_is("SEN/2026/7"), seconds=120)
        self.looks(page, "request-draft")
        other = self.people["moussa"]
        other.go("/inbox")
        other.go("/drafts")
        other.follow(as_is("Navire"), seconds=90)
        other.see(as_is("It carried timber."), seconds=90)
        other.press("Approve this version")
        other.do("await page.locator('dialog[open] button').first().click();")
        other.see(as_is("CRF-10"), seconds=90)
        page.go("/inbox")
        page.go("/drafts")
        page.follow(as_is("Navire"), seconds=90)
        page.press("Seal and send", seconds=90)
        page.see_heading("Sent", seconds=120)
        (asked,) = [one for one in items(self.cast["FRA1"].run("request", "list", "--received")) if one["routing"]["reference"] == "SEN/2026/7"]
        self.cast["FRA1"].run("get", asked["dossier"], "--out", self.folder / "asked", "--yes")
        shown = self.cast["FRA1"].run("request", "show", asked["dossier"]).json
        assert shown["content"]["blocks"]["facts"] == "It carried timber.", shown
        page.go("/people/visa")
        page.do("await page.locator('#act-share').waitFor(); await page.uncheck('#act-share'); await page.uncheck('#act-request');")
        page.press("Sign")
        page.see("No visa is required any more.", seconds=90)

    def gives_up_one(self):
        """While it goes to two, the transmission to the second is given up: the draft stays for that one alone, and is sent to nobody twice"""
        page = self.people["aminata"]
        have = {who: len(items(self.cast[who].run("dossier", "list"))) for who in ("FRA1", "OTP1")}
        page.go("/inbox")
        page.go("/send")
        page.choose(as_is("France"))
        page.choose("Office of the Prosecutor")
        page.press("Continue")
        page.choose("Intelligence, ask me before passing on")
        page.press("Continue")
        page.give_files("files", [self.large])
        page.fill("title", "Pour deux")
        page.fill("message", "Voir comptes.bin.")
        page.press("Continue")
        page.press("Continue")  # separately
        page.see_heading("Check before you send")
        page.press("Keep as a draft")
        page.see_heading("Kept as a draft", seconds=120)
        page.follow("To the drafts")
        page.follow(as_is("Pour deux"))
        # The second one's upload is held up.
        page.do("""page.uploads = new Set(); page.held = true;
            await page.route('**/api/v1/uploads/**', async (route) => {
              page.uploads.add(new URL(route.request().url()).pathname);
              if (route.request().method() === 'PATCH' && page.uploads.size > 1) while (page.held) await page.waitForTimeout(100).catch(() => { page.held = false; });
              await route.continue().catch(() => undefined);
            });""")
        page.press("Seal and send", seconds=90)
        page.do("for (let turn = 0; turn < 900 && page.uploads.size < 2; turn += 1) await page.waitForTimeout(100); if (page.uploads.size < 2) throw new Error('no second upload');")
        page.press("Stop")
        page.do("await page.getByRole('button', { name: args[0], exact: true }).waitFor({ state: 'detached', timeout: 90000 }); page.held = false;", page.words("Stop", True))
        page.do("await page.unroute('**/api/v1/uploads/**');")
        page.go("/unfinished")
        self.looks(page, "unfinished")
        page.do("await page.locator('main .drafts .pair button', { hasText: args[0] }).click({ timeout: 90000 });", page.words("Give up"))
        self.looks(page, "give-up")
        page.do("await page.locator('dialog[open] button.danger').click();")
        page.see("Nothing was left unfinished", seconds=90)
        got = {who: len(items(self.cast[who].run("dossier", "list"))) - count for who, count in have.items()}
        assert sorted(got.values()) == [0, 1], got
        page.go("/drafts")
        page.follow(as_is("Pour deux"), seconds=90)
        page.see("Can be sent now", as_is("comptes.bin"), seconds=90)
        # Who it is for stands in the reader's language; whoever has it is not named any more.
        assert page.shows("Office of the Prosecutor") == (got["OTP1"] == 0) and page.shows(as_is("France")) == (got["FRA1"] == 0), page.text()
        self.looks(page, "rest")
        page.press("Seal and send")
        page.see_heading("Sent", seconds=120)
        got = {who: len(items(self.cast[who].run("dossier", "list"))) - count for who, count in have.items()}
        assert got == {"FRA1": 1, "OTP1": 1}, got
        page.go("/drafts")
        page.see("There is no draft")

    def discards(self):
        """One that is not wanted is given up"""
        page = self.people["moussa"]
        page.go("/send")
        page.fill("find", "benin")
        page.do("await page.locator('.list.unable').getByLabel(args[0], { exact: true }).check();", page.words("Benin", True))
        page.press("Continue")
        page.see_heading("What may they do with it?")
        page.press("Continue")
        page.fill("title", "À abandonner")
        page.fill("message", "Rien.")
        page.press("Continue")
        page.press("Keep as a draft")
        page.see_heading("Kept as a draft", seconds=120)
        page.follow("To the drafts")
        page.follow(as_is("À abandonner"))
        page.press("Give up the draft")
        self.looks(page, "discard")
        page.do("await page.locator('dialog[open]').getByRole('button', { name: args[0] }).click();", page.words("Give up the draft"))
        page.see("There is no draft", seconds=90)

    # A file -------------------------------------------------------------------------------------------------------------

    def key(self, *how):
        """What age-keygen writes: the file with both, and the public key."""
        path = self.folder / f"key{''.join(how)}.txt"
        subprocess.run(["age-keygen", *how, "-o", path], check=True, capture_output=True)
        return path, subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True).stdout.strip()

    def refuses_keys(self):
        """A slip of the pen in a key is noticed, and a secret key is refused by name"""
        page = self.people["aminata"]
        path, public = self.key()
        secret = path.read_text().splitlines()[-1]
        for typed, told in (("", "Type, paste or scan the key"), (public[:-1] + ("q" if public[-1] != "q" else "p"), "not an age recipient"), (secret, "This is a secret key")):
            page.go("/inbox")
            page.go("/send/file")
            page.fill("key", typed)
            page.press("Continue")
            page.do("await page.locator('.error-summary', { hasText: args[0] }).waitFor({ timeout: 90000 });", page.words(told))
        self.looks(page, "key-refused")

    def sealed(self, page, public, name):
        page.go("/inbox")
        page.go("/send/file")
        page.see("What this means", "The platform learns nothing of it", "You will not see whether it was opened")
        self.looks(page, f"file-key-{name}")
        page.fill("key", " ".join(public[at:at + 20] for at in range(0, len(public), 20)))
        page.press("Continue")
        page.see_heading("What may they do with it?")
        self.looks(page, f"file-restrictions-{name}")
        page.do("await page.locator('input[name=preset]').first().check();")
        page.press("Continue")
        page.give_files("files", [self.table, self.large])
        page.fill("title", "Comptes")
        page.fill("message", "Voir les relevés.")
        page.press("Continue")
        page.see("No record, no receipt, no way back", as_is("relevés 2025.csv"))
        self.looks(page, f"file-review-{name}")
        before = page.do("return downloads.length;")
        page.press("Seal, and save to the download folder")
        page.see_heading("Sealed to a file", seconds=120)
        self.looks(page, f"file-done-{name}")
        return page.downloads(before + 2)[before:]

    def opens(self, saved, key_file):
        sheet, archive = saved
        assert sheet["name"] == archive["name"] + ".restrictions.txt", saved
        out = self.folder / f"opened-{key_file.stem}"
        out.mkdir()
        plain = subprocess.run(["age", "-d", "-i", key_file, archive["path"]], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-xf", "-", "-C", out], input=plain, check=True)
        inside = out / archive["name"].removesuffix(".tar.age")
        assert same_bytes(inside / "documents" / self.large.name, self.large)
        assert same_bytes(inside / "documents" / self.table.name, self.table)
        assert (inside / "message.txt").read_text() == "Comptes\n\nVoir les relevés.\n"
        for text in ((inside / "restrictions.txt").read_text(), open(sheet["path"], encoding="utf-8").read()):
            assert "RESTRICTIONS ON USE AND DISCLOSURE" in text and "RESTRICTIONS D’UTILISATION ET DE DIFFUSION" in text and "SEN/CRF" in text, text

    def seals(self):
        """A hybrid key in groups: stock age and tar open what the page seals; the server has learned nothing of it"""
        page = self.people["aminata"]
        path, public = self.key("-pq")
        before = items(self.cast["SEN1"].run("dossier", "list"))
        page.do("globalThis.askedOf = []; page.on('request', (one) => askedOf.push(one.method() + ' ' + new URL(one.url()).pathname));")
        self.opens(self.sealed(page, public, "hybrid"), path)
        written = page.do("return askedOf.filter((one) => !one.startsWith('GET ') && /statements|uploads|invitations/.test(one));")
        assert not written, written
        assert len(items(self.cast["SEN1"].run("dossier", "list"))) == len(before)

    def seals_to_old_key(self):
        """A key of the older kind: taken, with a warning"""
        page = self.people["moussa"]
        (self.folder / "key.txt").unlink(missing_ok=True)
        path, public = self.key()
        self.opens(self.sealed(page, public.upper(), "old"), path)

    # From where and how people come in ------------------------------------------------------------------------------------

    def sets_access_rules(self):
        """Everybody of the State reads its access rules; an access manager signs them anew, and is told which would shut her out"""
        reader, page = self.people["moussa"], self.people["aminata"]
        reader.go("/people/rules")
        reader.see("has set no rules of its own", "sets these rules", seconds=90)
        assert not reader.do("return page.locator('form').count();"), "an officer sets no rules"
        page.go("/people/rules")
        page.see("Set the rules anew", seconds=90)
        page.choose("Only from these addresses")
        page.fill("ranges", "127.0.0.0/8\neverywhere")
        page.fill("idle", "10")
        page.press("Sign the rules")
        page.see("then tick the box")
        page.do("await page.check('#understood');")
        self.looks(page, "rules")
        page.press("Sign the rules")
        page.see(f"“{as_is('everywhere')}” is no range of addresses", seconds=90)
        page.fill("ranges", "192.0.2.0/24")
        page.press("Sign the rules")
        page.see("you are not at one of these addresses yourself", seconds=90)
        self.looks(page, "rules-refused")
        page.fill("ranges", "127.0.0.0/8")
        page.press("Sign the rules")
        # The refused ones are signed: that others take their place is hers to say.
        page.do("await page.locator('dialog[open]').getByRole('button', { name: args[0] }).click({ timeout: 90000 });", page.words("Yes"))
        page.see("The rules are signed and in force.", seconds=90)
        # What a colleague sets while she writes is shown to her, and stays where she has not touched it.
        page.fill("ranges", "127.0.0.0/8 2001:db8::/48")
        self.cast["SEN1"].run("party", "access", "set", "--from", "127.0.0.0/8", "--idle-minutes", "10", "--no-export", "--yes")
        page.do("await page.check('#understood');"
                "for (let turn = 0; turn < 3; turn += 1) {"
                "  await page.locator('main form button[type=submit]').click();"
                "  await page.locator('main .notice.good, main .error-summary').first().waitFor({ timeout: 90000 });"
                "  if (await page.locator('main .notice.good').count()) return; }"
                "throw new Error('nothing came of it');")
        rules = self.cast["SEN1"].run("party", "access", "show").json
        assert rules["from"] == ["127.0.0.0/8", "2001:db8::/48"] and rules["session_idle"] == 600 and rules["export_refused"], rules
        reader.go("/inbox")
        reader.go("/people/rules")
        reader.do("await page.locator('[data-test=rules] li', { hasText: '2001:db8::/48' }).waitFor({ timeout: 90000 });")
        reader.see(as_is("CRF-09"), "Signed by")
        self.looks(reader, "rules-read")
