"""What two States and the Prosecutor do with the pages, a function a step; each checks what the other end then sees."""
import pathlib
import random
import subprocess

from browser import Trouble
from cast import PROSECUTOR, STATES, Cast, items
from documents import same_bytes, seeded_file, sha256
from installation import ROOT, Server

PASSPHRASE = "quinze tambours oublient la neige d'avril"


def page_folder():
    """The web client as it is served; built once, and anew when it is older than its sources."""
    import os
    if "ROGATORY_WEB_FOLDER" in os.environ:
        return pathlib.Path(os.environ["ROGATORY_WEB_FOLDER"])
    folder = ROOT / "build/web-app"
    sources = [path for part in ("src", "catalogue", "tooling") for path in (ROOT / "web/app" / part).rglob("*") if path.is_file()]
    newest = max(path.stat().st_mtime for path in sources)
    if not (folder / "manifest.json").exists() or (folder / "manifest.json").stat().st_mtime < newest:
        subprocess.run([str(ROOT / "deploy/web-app"), str(folder)], check=True)
    return folder


class Story:
    FIRST = ("begin", "enrol")

    def __init__(self, folder, browser, screenshots=None):
        self.folder, self.browser, self.screenshots = folder, browser, screenshots
        self.server = Server(folder / "server")
        self.cast = None
        self.page = None
        self.random = random.Random(20261128)
        self.shots = 0

    def steps(self):
        return [(step.__doc__.split("\n")[0].rstrip("."), step) for step in (
            self.begin, self.enrol, self.first_day, self.arrives, self.opens, self.saves, self.previews,
        )]

    # Around it ----------------------------------------------------------------------------------------------------------

    def troubles(self):
        return [] if self.page is None else self.page.troubles()

    def failed(self, title):
        if self.page is not None:
            path = self.folder / f"failed-{self.shots}.png"
            self.shots += 1
            try:
                self.page.screenshot(path)
                print(f"  {title}: {path}")
            except Trouble:
                pass

    def end(self):
        if self.cast:
            self.cast.sign_out_all()
        if self.server.process and self.server.process.poll() is None:
            self.server.stop()

    def shot(self, name):
        if self.screenshots is not None:
            self.screenshots.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(self.screenshots / f"{name}.png")
        found = self.page.axe()
        assert not found, f"axe on {name}: {found}"

    def document(self, name, content):
        path = self.folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    # Steps --------------------------------------------------------------------------------------------------------------

    def begin(self):
        """A server with its pages, and three States and bodies at the command line."""
        folder = page_folder()
        self.server.init()
        config = self.server.config.read_text()
        self.server.config.write_text(config + f'\n[web]\nfolder = "{folder}"\n' if "[web]" not in config else config.replace("[web]", f'[web]\nfolder = "{folder}"'))
        self.server.start()
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
        self.page = self.browser.page("aminata", self.server.url, locale="en-GB", timezoneId="Africa/Dakar")
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
        assert not self.page.shows("Baobab"), self.page.text()
        self.shot("inbox")

    def opens(self):
        """Opening asks first, then shows title, message and names; the Prosecutor sees that it was opened."""
        self.page.follow("Not opened yet")
        self.page.see("What happened")
        self.page.follow("Open", exact=False)
        self.page.see("the sender will see")
        self.page.press("Open")
        self.page.see("Tick the box first")
        self.page.choose("I will keep to these restrictions")
        self.page.press("Open")
        self.page.see("Comptes de la société Baobab", "Voir l'annexe A, page 3.", "Rapport n° 7.txt", seconds=60)
        self.shot("item")
        kinds = {(r["party"], r["kind"]) for r in items(self.cast["OTP1"].run("receipts", self.chain))}
        assert {("SEN", "fetched"), ("SEN", "opened_receipt")} <= kinds, kinds

    def saves(self):
        """Each document is saved byte for byte, after its restrictions were confirmed, with its restriction sheet."""
        before = 0
        for path in (self.report, self.pdf, self.table):
            self.page.go(f"/files/{self.chain}/items/1")
            self.page.follow(f"Save {path.name}")
            self.page.see("Before you save: restrictions are in force")
            self.page.press("Save to the browser's downloads".replace("'", "’"))
            self.page.see("Confirm the restrictions before you save")
            self.page.choose("I have read the restrictions")
            if path is self.report:
                self.shot("save")
            self.page.press("Save to the browser’s downloads")
            self.page.see("Saved and checked", seconds=60)
            got = self.page.downloads(before + 2)[before:]
            before += 2
            sheet, document = got
            assert "54(3)(e)" in pathlib.Path(sheet["path"]).read_text(), "the sheet does not name the article"
            assert document["name"] == path.name and same_bytes(document["path"], path), (document, sha256(path))

    def previews(self):
        """PDF, picture and text are drawn in a frame that has no origin and no network."""
        for path, looks in ((self.pdf, "canvas"), (self.image, "img"), (self.report, "pre")):
            self.page.go(f"/files/{self.chain}/items/1")
            self.page.follow(f"Look at it {path.name}")
            self.page.choose("I have read the restrictions")
            self.page.press("Show it")
            self.page.see("Every check has passed", seconds=60)
            found = self.page.do(
                "const frame = page.frames().find((one) => one.url().endsWith('/preview.html'));"
                "return { drawn: await frame.locator(args[0]).count(), origin: await frame.evaluate(() => self.origin),"
                " network: await frame.evaluate(() => fetch('/api/v1/server').then(() => 'reached', () => 'refused')),"
                " storage: await frame.evaluate(() => { try { return String(localStorage.length); } catch { return 'refused'; } }) };", looks)
            assert found["drawn"] >= 1 and found["origin"] == "null" and found["network"] == "refused" and found["storage"] == "refused", found
            # The frame's own attempt is what its policy refused.
            left = [one for one in self.page.troubles() if "connect-src" not in one and "/api/v1/server" not in one]
            assert not left, left
            if looks == "canvas":
                self.shot("preview")


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
