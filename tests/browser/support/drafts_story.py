"""A draft for Mali, which is not there yet, from Senegal's FIU: two people, two languages; and a file sealed to a key on paper."""
import subprocess

from cast import PROSECUTOR, STATES, Cast, items
from documents import same_bytes, seeded_file
from page_story import PageStory

PASSPHRASE = "quinze tambours oublient la neige d'avril"
MALI = ("MLI1", "mli.crf.1", "MLI", "Mali", "fiu", "CENTIF")


class DraftsStory(PageStory):
    NEEDED = ("begin", "enrol")

    def __init__(self, folder, browser):
        super().__init__(folder, browser, "drafts")

    def all(self):
        return [self.begin, self.enrol, self.lists, self.keeps, self.waits, self.changes, self.becomes_able, self.sends, self.discards,
                self.refuses_keys, self.seals, self.seals_in_french, self.looked]

    def begin(self):
        """A server with its pages; Senegal, France and the Prosecutor at the command line"""
        self.serve()
        self.cast = Cast(self.folder, self.server)
        self.cast.administrator()
        self.cast.registry_founds()
        self.cast.parties_found([*STATES, *PROSECUTOR])
        self.cast.pin_everybody()

    def enrol(self):
        """Two of Senegal's FIU enrol in the page, one in English, one in French"""
        for name, user, shown, role, language in (("aminata", "sen.crf.9", "CRF-09", "custodian", "en"), ("moussa", "sen.crf.10", "CRF-10", "officer", "fr")):
            self.joins(self.cast["SEN1"], name, user, shown, role, language, PASSPHRASE + f" {name}", timezoneId="Africa/Dakar")

    # A draft ------------------------------------------------------------------------------------------------------------

    def lists(self):
        """Every State Party is in the picker, in the reader's language, with why it cannot receive yet"""
        for name, shown, why in (("aminata", "Côte d’Ivoire", "is not on this platform yet"), ("moussa", "République démocratique du Congo", "n’est pas encore sur cette plateforme")):
            page = self.people[name]
            page.go("/send")
            assert shown not in page.do("return page.evaluate(() => document.body.innerText);"), "a hundred stops of the keyboard before the button"
            page.do("await page.locator('details.later summary').click();")
            page.see(shown, why)
            count = page.do("return page.locator('.list.unable .option').count();")
            assert count >= 122, f"{count} States and bodies that cannot receive yet"
            self.looks(page, f"picker-{name}")
        page.fill("find", "senegal benin")
        page.fill("find", "benin")
        page.see("Bénin")
        assert page.do("return page.locator('.list.unable .option').count();") == 1

    def keeps(self):
        """What is prepared for Mali and France is kept as a draft, with its documents and restrictions"""
        page = self.people["aminata"]
        self.table = self.document("relevés 2025.csv", "date;montant\n2025-03-01;12500,00\n" * 300)
        self.large = seeded_file(self.folder / "documents" / "comptes.bin", 3_000_000, 7)
        page.go("/send")
        page.fill("find", "mali")
        page.do("await page.locator('.list.unable').getByLabel('Mali', { exact: true }).check();")
        page.fill("find", "")
        page.see("Mali is not on this platform yet")  # who was chosen stays to be seen
        page.choose("France")
        page.press("Continue")
        page.choose("Intelligence, ask me before passing on")
        page.press("Continue")
        page.give_files("files", [self.table, self.large])
        page.fill("title", "Comptes de la société Baobab")
        page.fill("message", "À compléter avant l'envoi.")
        page.press("Continue")
        page.press("Continue")  # separately
        page.see_heading("Check before you keep it")
        page.see("It cannot be sent yet", "Mali is not on this platform yet", "relevés 2025.csv")
        assert not page.do("return page.getByRole('button', { name: 'Seal and send' }).count();"), "it can be sent to nobody"
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
        assert not page.shows("Comptes de la société Baobab"), page.text()
        page.follow("1 draft")
        page.see("Comptes de la société Baobab", "Waiting for Mali", "CRF-09")
        self.looks(page, "list")

    def changes(self):
        """A colleague opens it on his own device, in French, leaves a document out and writes the message anew"""
        page = self.people["moussa"]
        page.go("/drafts")
        page.see("Comptes de la société Baobab", "En attente\u00a0: Mali", seconds=90)
        page.follow("Comptes de la société Baobab")
        page.see("relevés 2025.csv", "comptes.bin", "À compléter avant l'envoi.")
        assert page.do("return page.title();") == "Projet – Rogatory", "a sealed title stands in the browser's history"
        self.looks(page, "one-fr")
        page.follow("Modifier")
        page.see_heading("Vérifiez avant de le conserver")
        page.do("await page.locator('dl.summary div', { hasText: 'Message' }).getByRole('button').first().click();")
        page.do("await page.locator('.file-list li', { hasText: 'relevés 2025.csv' }).getByRole('button').click();")
        page.fill("message", "Complet. Voir le fichier comptes.bin.")
        page.press("Continuer")
        page.press("Continuer")
        page.see_heading("Vérifiez avant de le conserver")
        assert not page.shows("relevés 2025.csv"), "it was left out"
        page.press("Conserver comme projet")
        page.see_heading("Conservé comme projet", seconds=120)

    def becomes_able(self):
        """Mali founds, its key is checked: the page says that the draft can be sent now"""
        page = self.people["aminata"]
        page.go("/inbox")
        assert not page.shows("You can now send"), page.text()
        self.cast.parties_found([MALI])
        self.cast["SEN1"].run("party", "pin", "MLI", "--fingerprint", self.cast.fingerprints["MLI"])
        page.see("You can now send “Comptes de la société Baobab”", seconds=90)
        self.looks(page, "now")

    def sends(self):
        """It is sent as it stands, to each of the two separately; then it is gone from the drafts"""
        page = self.people["aminata"]
        page.follow("You can now send")
        page.see("Can be sent now", "Complet. Voir le fichier comptes.bin.", "CRF-10", seconds=60)
        self.looks(page, "one")
        page.press("Seal and send")
        page.see_heading("Sent", seconds=120)
        page.see("Sent to MLI/CENTIF", "Sent to FRA/CRF")
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

    def discards(self):
        """One that is not wanted is given up"""
        page = self.people["moussa"]
        page.go("/send")
        page.fill("find", "benin")
        page.do("await page.locator('.list.unable').getByLabel('Bénin', { exact: true }).check();")
        page.press("Continuer")
        page.see_heading("Que pourront-ils en faire")
        page.press("Continuer")
        page.fill("title", "À abandonner")
        page.fill("message", "Rien.")
        page.press("Continuer")
        page.press("Conserver comme projet")
        page.see_heading("Conservé comme projet", seconds=120)
        page.follow("Vers les projets")
        page.follow("À abandonner")
        page.press("Abandonner le projet")
        self.looks(page, "discard")
        page.do("await page.locator('dialog[open]').getByRole('button', { name: 'Abandonner le projet' }).click();")
        page.see("Il n’y a aucun projet", seconds=60)

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
            page.do("await page.locator('.error-summary', { hasText: args[0] }).waitFor({ timeout: 20000 });", told)
        self.looks(page, "key-refused")

    def sealed(self, page, public, words):
        page.go("/inbox")
        page.go("/send/file")
        page.see(*words["means"])
        self.looks(page, f"file-key-{words['name']}")
        page.fill("key", " ".join(public[at:at + 20] for at in range(0, len(public), 20)))
        page.press(words["continue"])
        page.see_heading(words["restrictions"])
        self.looks(page, f"file-restrictions-{words['name']}")
        page.do("await page.locator('input[name=preset]').first().check();")
        page.press(words["continue"])
        page.give_files("files", [self.table, self.large])
        page.fill("title", "Comptes")
        page.fill("message", "Voir les relevés.")
        page.press(words["continue"])
        page.see(*words["review"])
        self.looks(page, f"file-review-{words['name']}")
        before = page.do("return downloads.length;")
        page.press(words["seal"])
        page.see_heading(words["done"], seconds=120)
        self.looks(page, f"file-done-{words['name']}")
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
        saved = self.sealed(page, public, {
            "name": "en", "continue": "Continue", "restrictions": "What may they do with it?", "seal": "Seal, and save to the download folder", "done": "Sealed to a file",
            "means": ("What this means", "The platform learns nothing of it", "You will not see whether it was opened"), "review": ("No record, no receipt, no way back", "relevés 2025.csv"),
        })
        self.opens(saved, path)
        written = page.do("return askedOf.filter((one) => !one.startsWith('GET ') && /statements|uploads|invitations/.test(one));")
        assert not written, written
        assert len(items(self.cast["SEN1"].run("dossier", "list"))) == len(before)

    def seals_in_french(self):
        """A key of the older kind, in French: taken, with a warning"""
        page = self.people["moussa"]
        (self.folder / "key.txt").unlink(missing_ok=True)
        path, public = self.key()
        self.opens(self.sealed(page, public.upper(), {
            "name": "fr", "continue": "Continuer", "restrictions": "Que peut-on en faire", "seal": "Sceller et enregistrer dans le dossier des téléchargements", "done": "Scellé dans un fichier",
            "means": ("Ce que cela signifie", "La plateforme n’en apprend rien"), "review": ("Aucune trace, aucun relevé", "relevés 2025.csv"),
        }), path)
